//! How fast requests may leave: under AWS's published quotas, and few at once.
//!
//! AWS counts control-plane calls per account and region, in buckets that the account's own deployments
//! share. A scan takes a share of each and leaves the rest to them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use tripod_model::{AccountId, RegionName};

use super::Tag;
use super::quotas::{self, Quota};

/// Requests in flight over all regions and services. Enough to keep every region of a large account
/// busy at 50 ms of latency, and few enough that neither the resolver nor the account notices.
const IN_FLIGHT: usize = 48;

type Key = (AccountId, RegionName, String);

/// Token buckets by account, region and quota, and a bound on requests in flight.
pub(super) struct Pace {
    /// The part of each quota that a scan may use, above 0 and at most 1.
    share: f64,
    buckets: Mutex<BTreeMap<Key, Bucket>>,
    in_flight: Semaphore,
}

/// Tokens left at a moment. A negative number is what those waiting have taken in advance.
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(share: f64) -> Self {
        Self {
            share,
            buckets: Mutex::default(),
            in_flight: Semaphore::new(IN_FLIGHT),
        }
    }

    /// Waits for the request's turn and a place. The place is free again when the permit is dropped.
    pub(super) async fn permit(&self, tag: &Tag) -> Option<SemaphorePermit<'_>> {
        sleep_until(self.turn(tag, Instant::now())).await;
        // The semaphore is never closed; were it, the request would go out all the same.
        self.in_flight.acquire().await.ok()
    }

    /// Takes a token of every bucket that counts the request, and says when all of them are there.
    fn turn(&self, tag: &Tag, now: Instant) -> Instant {
        quotas::of(&tag.operation)
            .map(|quota| self.take(tag, quota, now))
            .max()
            .unwrap_or(now)
    }

    /// Takes a token of a quota's bucket. First come, first served.
    fn take(&self, tag: &Tag, quota: &Quota, now: Instant) -> Instant {
        let key = (
            tag.account.clone(),
            tag.region.clone(),
            quota.bucket(&tag.operation).to_owned(),
        );
        let rate = quota.per_second * self.share;
        let size = (quota.burst * self.share).max(1.0);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key).or_insert(Bucket {
            tokens: size,
            at: now,
        });
        let refilled = now.duration_since(bucket.at).as_secs_f64() * rate;
        bucket.tokens = (bucket.tokens + refilled).min(size) - 1.0;
        bucket.at = now;
        let missing = (-bucket.tokens).max(0.0);
        now + Duration::from_secs_f64(missing / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(operation: &str, region: &str) -> Tag {
        Tag {
            account: AccountId::new("111122223333"),
            region: RegionName::new(region),
            operation: operation.to_owned(),
            attempt: 1,
        }
    }

    /// How long so many calls take one after the other, without waiting for them.
    fn seconds_for(pace: &Pace, calls: usize, tag: &Tag) -> f64 {
        let begin = Instant::now();
        let end = (0..calls).fold(begin, |now, _| pace.turn(tag, now));
        end.duration_since(begin).as_secs_f64()
    }

    #[test]
    fn a_bucket_gives_its_burst_at_once_and_then_its_rate() {
        let pace = Pace::new(1.0);
        let policy = tag("lambda:GetPolicy", "eu-central-1");
        // 15 a second: 15 at once, 30 more in two seconds.
        assert!(seconds_for(&pace, 15, &policy) < 0.01);
        let seconds = seconds_for(&pace, 30, &policy);
        assert!((1.9..2.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn half_the_share_takes_twice_as_long() {
        let pace = Pace::new(0.5);
        let policy = tag("lambda:GetPolicy", "eu-central-1");
        let seconds = seconds_for(&pace, 45, &policy);
        // 7.5 at once, 37.5 at 7.5 a second.
        assert!((4.8..5.2).contains(&seconds), "{seconds}");
    }

    #[test]
    fn regions_and_buckets_do_not_wait_for_each_other() {
        let pace = Pace::new(1.0);
        seconds_for(&pace, 30, &tag("lambda:GetPolicy", "eu-central-1"));
        for other in [
            tag("lambda:GetPolicy", "eu-west-1"),
            tag("lambda:GetFunction", "eu-central-1"),
            tag("iam:GetAccountSummary", "eu-central-1"),
        ] {
            assert!(seconds_for(&pace, 10, &other) < 0.01, "{other:?}");
        }
    }

    #[test]
    fn operations_of_a_shared_bucket_wait_for_each_other() {
        let pace = Pace::new(1.0);
        seconds_for(&pace, 15, &tag("lambda:ListFunctions", "eu-central-1"));
        let urls = tag("lambda:ListFunctionUrlConfigs", "eu-central-1");
        let seconds = seconds_for(&pace, 15, &urls);
        assert!((0.9..1.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn a_nested_quota_is_kept_too() {
        let pace = Pace::new(1.0);
        let resources = tag("apigateway:GetResources", "eu-central-1");
        // 5 for each 2 seconds, within 10 a second over both versions.
        let seconds = seconds_for(&pace, 10, &resources);
        assert!((1.9..2.1).contains(&seconds), "{seconds}");
    }
}
