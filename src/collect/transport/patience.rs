//! How long to hope for an operation that does not answer.
//!
//! The SDK retries each call. That bounds one call, not the thousandth: an operation that hangs, cuts or
//! throttles for good would hold a scan for hours. Here the failures of all calls of one operation in one
//! region are seen together, and after a while without one good answer the operation is given up.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tripod_model::{AccountId, RegionName};

use super::Tag;

/// How long an operation may go without a good answer, in times of one attempt's longest wait.
const PATIENCE: u32 = 4;

/// Failures it takes at least. A single slow answer is none.
const TRIES: u32 = 5;

/// An operation that was given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "given up: {tries} attempts in {region} over {} seconds led to no answer; the last error was: {last}",
    .time.as_secs()
)]
pub(super) struct GivenUp {
    region: RegionName,
    tries: u32,
    time: Duration,
    last: String,
}

type Key = (AccountId, RegionName, String);

/// The failures of each operation since its last good answer.
pub(super) struct Patience {
    limit: Duration,
    lines: Mutex<BTreeMap<Key, Line>>,
}

struct Line {
    tries: u32,
    since: Instant,
    given_up: Option<GivenUp>,
}

impl Patience {
    /// For attempts that wait `attempt` at the longest.
    pub(super) fn new(attempt: Duration) -> Self {
        Self {
            limit: attempt * PATIENCE,
            lines: Mutex::default(),
        }
    }

    /// Whether it is still worth asking.
    pub(super) fn admit(&self, tag: &Tag) -> Result<(), GivenUp> {
        self.lines()
            .get(&key(tag))
            .and_then(|line| line.given_up.clone())
            .map_or(Ok(()), Err)
    }

    /// An attempt led to nothing, for the reason `error`.
    pub(super) fn failed(&self, tag: &Tag, error: &str, now: Instant) {
        let mut lines = self.lines();
        let line = lines.entry(key(tag)).or_insert(Line {
            tries: 0,
            since: now,
            given_up: None,
        });
        line.tries += 1;
        let time = now.duration_since(line.since);
        if line.tries >= TRIES && time >= self.limit && line.given_up.is_none() {
            line.given_up = Some(GivenUp {
                region: tag.region.clone(),
                tries: line.tries,
                time,
                last: error.to_owned(),
            });
        }
    }

    /// An answer came that can be used, be it a refusal.
    pub(super) fn answered(&self, tag: &Tag) {
        self.lines().remove(&key(tag));
    }

    fn lines(&self) -> MutexGuard<'_, BTreeMap<Key, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(tag: &Tag) -> Key {
    (
        tag.account.clone(),
        tag.region.clone(),
        tag.operation.clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(operation: &str) -> Tag {
        Tag {
            account: AccountId::new("111122223333"),
            region: RegionName::new("eu-central-1"),
            operation: operation.to_owned(),
            attempt: 1,
        }
    }

    fn after(begin: Instant, seconds: u64) -> Instant {
        begin + Duration::from_secs(seconds)
    }

    #[test]
    fn an_operation_is_given_up_after_long_enough_and_often_enough() {
        let patience = Patience::new(Duration::from_secs(30));
        let (begin, tag) = (Instant::now(), tag("lambda:GetPolicy"));
        for second in [30, 60, 90, 120] {
            patience.failed(&tag, "no answer", after(begin, second));
            assert!(patience.admit(&tag).is_ok(), "after {second} s");
        }
        patience.failed(&tag, "no answer", after(begin, 150));
        let error = patience.admit(&tag).expect_err("given up");
        assert!(
            error.to_string().contains("5 attempts in eu-central-1"),
            "{error}"
        );
        assert!(error.to_string().contains("no answer"), "{error}");
    }

    #[test]
    fn a_burst_of_failures_is_no_reason_to_give_up() {
        let patience = Patience::new(Duration::from_secs(30));
        let (begin, tag) = (Instant::now(), tag("lambda:GetPolicy"));
        for _ in 0..500 {
            patience.failed(&tag, "HTTP status 503", after(begin, 60));
        }
        assert!(patience.admit(&tag).is_ok());
    }

    #[test]
    fn one_good_answer_begins_the_count_anew() {
        let patience = Patience::new(Duration::from_secs(30));
        let (begin, tag) = (Instant::now(), tag("lambda:GetPolicy"));
        for second in [0, 100] {
            patience.failed(&tag, "no answer", after(begin, second));
        }
        patience.answered(&tag);
        for second in [110, 120, 130, 140, 150] {
            patience.failed(&tag, "no answer", after(begin, second));
        }
        assert!(patience.admit(&tag).is_ok());
    }

    #[test]
    fn other_operations_and_regions_are_not_given_up_with_it() {
        let patience = Patience::new(Duration::from_secs(1));
        let (begin, tag) = (Instant::now(), tag("lambda:GetPolicy"));
        for second in 0..10 {
            patience.failed(&tag, "no answer", after(begin, second));
        }
        assert!(patience.admit(&tag).is_err());
        let elsewhere = Tag {
            region: RegionName::new("eu-west-1"),
            ..tag.clone()
        };
        assert!(patience.admit(&elsewhere).is_ok());
        let other = Tag {
            operation: "lambda:GetFunction".to_owned(),
            ..tag
        };
        assert!(patience.admit(&other).is_ok());
    }
}
