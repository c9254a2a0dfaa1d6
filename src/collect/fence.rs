//! Around each collector: neither its panics nor its standstill reach the others.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio::time::{Instant, sleep_until};

/// What became of a collector.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fenced<T> {
    /// It came to its end.
    Done(T),
    /// It panicked: a fault of Tripod.
    Broken,
    /// Nothing was asked or answered for too long.
    Stalled,
}

/// Runs `work` until it ends, panics, or stands still for `quiet`. `last` tells when something was last
/// asked or answered for it.
pub(crate) async fn fenced<T>(
    work: impl Future<Output = T>,
    quiet: Duration,
    last: impl Fn() -> Option<Instant>,
) -> Fenced<T> {
    let begin = Instant::now();
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::pin!(work);
    loop {
        let end = last().unwrap_or(begin).max(begin) + quiet;
        if Instant::now() >= end {
            return Fenced::Stalled;
        }
        tokio::select! {
            done = &mut work => return done.map_or(Fenced::Broken, Fenced::Done),
            () = sleep_until(end) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn work_that_ends_gives_its_result() {
        assert_eq!(fenced(async { 3 }, LONG, || None).await, Fenced::Done(3));
    }

    #[tokio::test]
    async fn a_panic_is_contained() {
        let work = async { panic!("index 7 of 3") };
        assert_eq!(fenced::<u8>(work, LONG, || None).await, Fenced::Broken);
    }

    #[tokio::test]
    async fn work_that_stands_still_is_given_up() {
        let work = std::future::pending::<u8>();
        let quiet = Duration::from_millis(20);
        assert_eq!(fenced(work, quiet, || None).await, Fenced::Stalled);
    }

    #[tokio::test]
    async fn slow_work_that_goes_forward_is_not() {
        let quiet = Duration::from_millis(50);
        let work = async {
            tokio::time::sleep(quiet * 4).await;
            3
        };
        // Something is always being answered.
        assert_eq!(
            fenced(work, quiet, || Some(Instant::now())).await,
            Fenced::Done(3)
        );
    }
}
