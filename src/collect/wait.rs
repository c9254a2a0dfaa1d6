//! Waiting for work that AWS does in the background: the one place where a collector's work pauses.

use std::time::Duration;

/// Seconds between one question and the next. Together a minute: IAM makes its reports in seconds, and in
/// a large account in a few dozen. None is long, so that a scan that stands still is still told from one
/// that waits.
const PAUSES: [u64; 16] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5];

/// Asks until the answer is done or the pauses are used up, and gives the last answer.
///
/// `pause` waits, and says whether it is worth asking again.
///
/// # Errors
/// The first error of `ask`.
pub(crate) async fn until_done<T, E, F, P>(
    pause: impl Fn(Duration) -> P,
    mut ask: impl FnMut() -> F,
    is_done: impl Fn(&T) -> bool,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    P: Future<Output = bool>,
{
    for seconds in PAUSES {
        let answer = ask().await?;
        if is_done(&answer) || !pause(Duration::from_secs(seconds)).await {
            return Ok(answer);
        }
    }
    ask().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use super::*;

    /// Asks for work that is done with the `done`th answer: the answer that came, and the time waited.
    async fn ask_until(done: u32, patient: bool) -> (Result<u32, ()>, Duration) {
        let (asked, waited) = (Cell::new(0), Cell::new(Duration::ZERO));
        let pause = |time| {
            waited.set(waited.get() + time);
            ready(patient)
        };
        let ask = || {
            asked.set(asked.get() + 1);
            ready(Ok(asked.get()))
        };
        let answer = until_done(pause, ask, |answer| *answer >= done).await;
        (answer, waited.get())
    }

    #[tokio::test]
    async fn what_is_done_is_not_waited_for() {
        assert_eq!(ask_until(1, true).await, (Ok(1), Duration::ZERO));
    }

    #[tokio::test]
    async fn what_is_not_done_is_asked_for_again() {
        assert_eq!(ask_until(4, true).await, (Ok(4), Duration::from_secs(4)));
    }

    #[tokio::test]
    async fn what_is_never_done_is_waited_for_a_minute() {
        let (answer, waited) = ask_until(u32::MAX, true).await;
        assert_eq!(answer, Ok(17), "the last answer, done or not");
        assert_eq!(waited, Duration::from_mins(1));
    }

    #[tokio::test]
    async fn a_pause_that_says_no_ends_it() {
        let (answer, _) = ask_until(u32::MAX, false).await;
        assert_eq!(answer, Ok(1));
    }

    #[tokio::test]
    async fn an_error_ends_it() {
        let answer: Result<u8, &str> =
            until_done(|_| ready(true), || ready(Err("denied")), |_| false).await;
        assert_eq!(answer, Err("denied"));
    }
}
