//! How long every answer takes.

use std::time::Duration;

use crate::luck;

/// A wait before each answer, evenly spread around its mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latency {
    pub(crate) mean: Duration,
    pub(crate) jitter: Duration,
    pub(crate) seed: u64,
}

impl Latency {
    /// The wait of the nth request: from `mean - jitter`, but not below zero, to `mean + jitter`.
    pub(crate) fn of(self, nth: u64) -> Duration {
        let draw = luck::fraction(self.seed ^ luck::mix(nth));
        (self.mean + self.jitter.mul_f64(2.0 * draw)).saturating_sub(self.jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEAN: Duration = Duration::from_millis(50);
    const JITTER: Duration = Duration::from_millis(20);

    fn waits(mean: Duration, jitter: Duration, seed: u64) -> Vec<Duration> {
        let latency = Latency { mean, jitter, seed };
        (0..1000).map(|nth| latency.of(nth)).collect()
    }

    #[test]
    fn waits_spread_around_their_mean() {
        let waits = waits(MEAN, JITTER, 1);
        assert!(waits.iter().all(|wait| wait.abs_diff(MEAN) <= JITTER));
        let average = waits.iter().sum::<Duration>() / 1000;
        assert!(
            average.abs_diff(MEAN) < Duration::from_millis(2),
            "{average:?}"
        );
        let far = waits.iter().filter(|wait| wait.abs_diff(MEAN) > JITTER / 2);
        assert!((400..600).contains(&far.count()));
    }

    #[test]
    fn the_seed_repeats_them() {
        assert_eq!(waits(MEAN, JITTER, 1), waits(MEAN, JITTER, 1));
        assert_ne!(waits(MEAN, JITTER, 1), waits(MEAN, JITTER, 2));
    }

    #[test]
    fn a_jitter_beyond_the_mean_stops_at_zero() {
        assert!(waits(JITTER, MEAN, 1).contains(&Duration::ZERO));
        assert!(
            waits(MEAN, Duration::ZERO, 1)
                .iter()
                .all(|wait| *wait == MEAN)
        );
    }
}
