//! How fast requests may leave: under AWS's published quotas, and few at once.
//!
//! AWS counts control-plane calls per account and region, in buckets that the account's own deployments
//! share. A scan takes a share of each and leaves the rest to them. When AWS throttles all the same (the
//! account is busy, or the service publishes no quota), a bucket gives half as much from then on, and
//! takes it back slowly: additive increase, multiplicative decrease, as TCP does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use tripod_model::{AccountId, RegionName};

use super::Tag;
use super::quotas::{self, Quota};

/// Requests in flight over all. Enough to keep every region of a large account busy at 50 ms of
/// latency, and few enough that neither the resolver nor the account notices.
const IN_FLIGHT: usize = 128;

/// Requests in flight to one region of one account, so that a region that does not answer cannot take
/// the places of all others.
const IN_FLIGHT_REGION: usize = 32;

/// Requests arrive at AWS a little earlier or later than they were sent. So much of a second of its rate
/// a bucket keeps back, so that the ones which arrive early are not refused.
const SLACK: f64 = 0.1;

/// The least part of its rate that a bucket is brought down to.
const LEAST: f64 = 1.0 / 64.0;

/// The part of its rate that a bucket regains with each answer that was not throttled.
const REGAIN: f64 = 0.01;

/// Throttled answers within this time are one event: they were sent before the first of them came back.
const EVENT: Duration = Duration::from_secs(1);

type Key = (AccountId, RegionName, String);

/// Token buckets by account, region and quota, and bounds on requests in flight.
pub(super) struct Pace {
    /// The part of each quota that a scan may use, above 0 and at most 1.
    share: f64,
    /// How many times faster than AWS's the clock of the quotas runs. 1 but in the bench.
    speed: f64,
    buckets: Mutex<BTreeMap<Key, Bucket>>,
    regions: Mutex<BTreeMap<(AccountId, RegionName), Arc<Semaphore>>>,
    in_flight: Arc<Semaphore>,
}

/// One quota's bucket, twice: as promised to those who wait, first come, first served, and as AWS sees it,
/// by when requests left. The second keeps those who had to wait for a place from leaving all at once.
struct Bucket {
    promised: Tokens,
    sent: Tokens,
    /// The part of the rate in use: 1, less after throttling, more where no quota is published.
    factor: f64,
    /// Nothing leaves before.
    closed_until: Instant,
    slowed: Option<Instant>,
}

/// Tokens left at a moment. A negative number is what those waiting have taken in advance.
#[derive(Clone, Copy)]
struct Tokens {
    left: f64,
    at: Instant,
}

/// A place in flight, free again when dropped.
pub(super) struct Permit {
    _region: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Pace {
    pub(super) fn new(share: f64, speed: f64) -> Self {
        Self {
            share,
            speed,
            buckets: Mutex::default(),
            regions: Mutex::default(),
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT)),
        }
    }

    /// Waits for the request's turn and a place.
    pub(super) async fn permit(&self, tag: &Tag) -> Permit {
        sleep_until(self.turn(tag, Instant::now())).await;
        // A bucket may have been closed while the request waited.
        while let Some(end) = self.closed(tag, Instant::now()) {
            sleep_until(end).await;
        }
        // The semaphores are never closed; were they, the request would go out all the same.
        let region = self.region(tag).acquire_owned().await.ok();
        let all = Arc::clone(&self.in_flight).acquire_owned().await.ok();
        while let Some(time) = self.leave(tag, Instant::now()) {
            sleep_until(time).await;
        }
        Permit {
            _region: region,
            _all: all,
        }
    }

    /// AWS said "too fast": less from now on, and nothing for a while.
    pub(super) fn throttled(&self, tag: &Tag, wait: Option<Duration>, now: Instant) {
        let mut buckets = self.buckets();
        for quota in quotas::of(&tag.operation) {
            let rate = self.rate(quota);
            let bucket = self.bucket(&mut buckets, tag, quota, now);
            let fresh = bucket
                .slowed
                .is_none_or(|slowed| now.duration_since(slowed) >= EVENT.div_f64(self.speed));
            if fresh {
                bucket.factor = (bucket.factor / 2.0).max(LEAST);
                bucket.slowed = Some(now);
            }
            let wait = wait
                .unwrap_or_else(|| Duration::from_secs_f64(1.0 / (rate * bucket.factor)))
                .min(Duration::from_mins(1));
            bucket.closed_until = bucket.closed_until.max(now + wait);
        }
    }

    /// An answer that was not throttled.
    pub(super) fn answered(&self, tag: &Tag, now: Instant) {
        let mut buckets = self.buckets();
        for quota in quotas::of(&tag.operation) {
            let bucket = self.bucket(&mut buckets, tag, quota, now);
            bucket.factor = (bucket.factor + REGAIN).min(quota.most());
        }
    }

    /// Takes a token of every bucket that counts the request, and says when all of them are there.
    fn turn(&self, tag: &Tag, now: Instant) -> Instant {
        let mut buckets = self.buckets();
        quotas::of(&tag.operation)
            .map(|quota| {
                let (rate, size) = (self.rate(quota), self.size(quota));
                let bucket = self.bucket(&mut buckets, tag, quota, now);
                let rate = rate * bucket.factor;
                bucket.promised.refill(rate, size, now);
                bucket.promised.left -= 1.0;
                bucket.promised.due(0.0, rate)
            })
            .max()
            .unwrap_or(now)
    }

    /// Lets the request leave now, or says when to ask again.
    fn leave(&self, tag: &Tag, now: Instant) -> Option<Instant> {
        let mut buckets = self.buckets();
        let mut wait = None;
        for quota in quotas::of(&tag.operation) {
            let (rate, size) = (self.rate(quota), self.size(quota));
            let bucket = self.bucket(&mut buckets, tag, quota, now);
            let rate = rate * bucket.factor;
            bucket.sent.refill(rate, size, now);
            // The times of promises are rounded; a thousandth of a token is no reason to wait.
            if bucket.sent.left < 0.999 {
                wait = wait.max(Some(bucket.sent.due(1.0, rate)));
            }
        }
        if wait.is_none() {
            for quota in quotas::of(&tag.operation) {
                self.bucket(&mut buckets, tag, quota, now).sent.left -= 1.0;
            }
        }
        wait
    }

    /// When the last of the request's buckets opens again, if one is closed.
    fn closed(&self, tag: &Tag, now: Instant) -> Option<Instant> {
        let mut buckets = self.buckets();
        quotas::of(&tag.operation)
            .map(|quota| self.bucket(&mut buckets, tag, quota, now).closed_until)
            .filter(|end| *end > now)
            .max()
    }

    /// Calls a second that a scan may make on a quota.
    fn rate(&self, quota: &Quota) -> f64 {
        quota.per_second * self.share * self.speed
    }

    /// Calls that a scan may make at once.
    fn size(&self, quota: &Quota) -> f64 {
        let burst = quota.burst * self.share;
        let slack = (quota.per_second * self.share * SLACK).max(1.0);
        (burst - slack).max(1.0)
    }

    fn bucket<'a>(
        &self,
        buckets: &'a mut BTreeMap<Key, Bucket>,
        tag: &Tag,
        quota: &Quota,
        now: Instant,
    ) -> &'a mut Bucket {
        let key = (
            tag.account.clone(),
            tag.region.clone(),
            quota.bucket(&tag.operation).to_owned(),
        );
        let size = self.size(quota);
        let full = Tokens {
            left: size,
            at: now,
        };
        buckets.entry(key).or_insert(Bucket {
            promised: full,
            sent: full,
            factor: 1.0,
            closed_until: now,
            slowed: None,
        })
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<Key, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn region(&self, tag: &Tag) -> Arc<Semaphore> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let region = regions
            .entry((tag.account.clone(), tag.region.clone()))
            .or_insert_with(|| Arc::new(Semaphore::new(IN_FLIGHT_REGION)));
        Arc::clone(region)
    }
}

impl Tokens {
    fn refill(&mut self, rate: f64, size: f64, now: Instant) {
        let refilled = now.duration_since(self.at).as_secs_f64() * rate;
        self.left = (self.left + refilled).min(size);
        self.at = now;
    }

    /// When there will be `enough`.
    fn due(&self, enough: f64, rate: f64) -> Instant {
        let missing = (enough - self.left).max(0.0);
        self.at + Duration::from_secs_f64(missing / rate)
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

    fn policy() -> Tag {
        tag("lambda:GetPolicy", "eu-central-1")
    }

    /// How long so many calls take one after the other, without waiting for them.
    fn seconds_for(pace: &Pace, calls: usize, tag: &Tag) -> f64 {
        seconds_from(pace, calls, tag, Instant::now())
    }

    fn seconds_from(pace: &Pace, calls: usize, tag: &Tag, begin: Instant) -> f64 {
        let end = (0..calls).fold(begin, |now, _| pace.turn(tag, now));
        end.duration_since(begin).as_secs_f64()
    }

    #[test]
    fn a_bucket_gives_its_burst_at_once_and_then_its_rate() {
        let pace = Pace::new(1.0, 1.0);
        // 15 a second: 15 less a tenth of a second at once, 30 more in two seconds.
        assert!(seconds_for(&pace, 13, &policy()) < 0.01);
        let seconds = seconds_for(&pace, 30, &policy());
        assert!((1.9..2.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn no_second_sends_more_than_the_quota_even_when_requests_arrive_early() {
        let pace = Pace::new(1.0, 1.0);
        let begin = Instant::now();
        let mut now = begin;
        let sent: Vec<f64> = (0..100)
            .map(|_| {
                now = pace.turn(&policy(), now);
                now.duration_since(begin).as_secs_f64()
            })
            .collect();
        // AWS's bucket: 15 at first, 15 a second. Each request may come a tenth of a second early.
        let (mut tokens, mut last) = (15.0_f64, sent[0]);
        for (index, time) in sent.iter().enumerate() {
            let early = if index % 2 == 0 { 0.0 } else { 0.1 };
            let arrived = (time - early).max(last);
            tokens = (tokens + (arrived - last) * 15.0).min(15.0) - 1.0;
            last = arrived;
            assert!(
                tokens > -0.001,
                "request {index} is over the quota: {tokens}"
            );
        }
    }

    #[test]
    fn requests_that_waited_for_a_place_do_not_leave_all_at_once() {
        let pace = Pace::new(1.0, 1.0);
        let now = Instant::now();
        // All have been promised their turn within two seconds, and none could leave.
        for _ in 0..43 {
            pace.turn(&policy(), now);
        }
        let later = now + Duration::from_secs(2);
        let left = (0..43).take_while(|_| pace.leave(&policy(), later).is_none());
        assert_eq!(left.count(), 13, "what AWS's bucket holds");
        let next = pace.leave(&policy(), later).expect("not now");
        let wait = next.duration_since(later).as_secs_f64();
        assert!((0.02..0.07).contains(&wait), "{wait}");
        assert_eq!(pace.leave(&policy(), next), None);
    }

    #[test]
    fn half_the_share_takes_twice_as_long() {
        let pace = Pace::new(0.5, 1.0);
        // 6.5 at once, 38.5 at 7.5 a second.
        let seconds = seconds_for(&pace, 45, &policy());
        assert!((4.9..5.3).contains(&seconds), "{seconds}");
    }

    #[test]
    fn a_faster_clock_scales_rates_and_not_bursts() {
        let pace = Pace::new(1.0, 10.0);
        let seconds = seconds_for(&pace, 13 + 150, &policy());
        assert!((0.9..1.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn regions_and_buckets_do_not_wait_for_each_other() {
        let pace = Pace::new(1.0, 1.0);
        seconds_for(&pace, 30, &policy());
        for other in [
            tag("lambda:GetPolicy", "eu-west-1"),
            tag("lambda:GetFunction", "eu-central-1"),
            tag("kms:ListKeys", "eu-central-1"),
        ] {
            assert!(seconds_for(&pace, 10, &other) < 0.01, "{other:?}");
        }
    }

    #[test]
    fn operations_of_a_shared_bucket_wait_for_each_other() {
        let pace = Pace::new(1.0, 1.0);
        seconds_for(&pace, 15, &tag("lambda:ListFunctions", "eu-central-1"));
        let urls = tag("lambda:ListFunctionUrlConfigs", "eu-central-1");
        let seconds = seconds_for(&pace, 15, &urls);
        assert!((0.9..1.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn a_nested_quota_is_kept_too() {
        let pace = Pace::new(1.0, 1.0);
        let resources = tag("apigateway:GetResources", "eu-central-1");
        // 5 for each 2 seconds, within 10 a second over both versions.
        let seconds = seconds_for(&pace, 14, &resources);
        assert!((3.9..4.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn throttling_halves_the_rate_once_and_closes_the_bucket_for_the_time_that_aws_names() {
        let pace = Pace::new(1.0, 1.0);
        let now = Instant::now();
        seconds_from(&pace, 13, &policy(), now);
        for _ in 0..5 {
            pace.throttled(&policy(), Some(Duration::from_secs(3)), now);
        }
        assert_eq!(
            pace.closed(&policy(), now),
            Some(now + Duration::from_secs(3))
        );
        assert_eq!(pace.closed(&policy(), now + Duration::from_secs(3)), None);
        // 7.5 a second instead of 15: five throttled answers of one burst are one event.
        let seconds = seconds_from(&pace, 15, &policy(), now);
        assert!((1.9..2.1).contains(&seconds), "{seconds}");
    }

    #[test]
    fn other_buckets_are_not_slowed() {
        let pace = Pace::new(1.0, 1.0);
        let now = Instant::now();
        pace.throttled(&policy(), None, now);
        let other = tag("lambda:GetFunction", "eu-central-1");
        assert_eq!(pace.closed(&other, now), None);
        assert!(seconds_from(&pace, 50, &other, now) < 0.01);
    }

    #[test]
    fn a_slowed_bucket_recovers_by_answers_and_never_beyond_the_quota() {
        let pace = Pace::new(1.0, 1.0);
        let now = Instant::now();
        seconds_from(&pace, 13, &policy(), now);
        pace.throttled(&policy(), None, now);
        for _ in 0..25 {
            pace.answered(&policy(), now);
        }
        let seconds = seconds_from(&pace, 45, &policy(), now);
        assert!(
            (3.9..4.1).contains(&seconds),
            "three quarters of the rate: {seconds}"
        );
        for _ in 0..500 {
            pace.answered(&policy(), now);
        }
        let later = now + Duration::from_secs(10);
        seconds_from(&pace, 13, &policy(), later);
        let seconds = seconds_from(&pace, 45, &policy(), later);
        assert!((2.9..3.1).contains(&seconds), "the quota: {seconds}");
    }

    #[test]
    fn where_no_quota_is_published_the_rate_grows_by_answers_and_falls_by_throttling() {
        let pace = Pace::new(1.0, 1.0);
        let details = tag("iam:GetAccountAuthorizationDetails", "us-east-1");
        let now = Instant::now();
        let first = seconds_from(&pace, 100, &details, now);
        for _ in 0..1000 {
            pace.answered(&details, now);
        }
        let later = now + Duration::from_secs(100);
        let grown = seconds_from(&pace, 100, &details, later);
        assert!(grown < first / 2.0, "{grown} of {first}");
        for round in 1..20 {
            pace.throttled(&details, None, later + EVENT * round);
        }
        let latest = later + Duration::from_secs(1000);
        let fallen = seconds_from(&pace, 100, &details, latest);
        assert!(fallen > first * 2.0, "{fallen} of {first}");
    }
}
