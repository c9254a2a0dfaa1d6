//! Requests over time, and how many of them are under way at once.

use serde::Serialize;

use crate::Figure;
use crate::stated::{divided, figure, rounded_up};

/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>: concurrency is the average number
/// of requests per second times their average duration in seconds.
pub(crate) const LITTLE: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html";

/// Requests in so many seconds, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Requests.
    pub requests: i64,
    /// In so many seconds.
    pub seconds: i64,
}

impl Rate {
    /// Requests per second, as AWS writes them: exact where that is a whole number, else rounded up to a
    /// thousandth.
    pub fn per_second(rate: f64) -> Self {
        let whole = rounded_up(rate);
        if rounded_up(rate * 1000.0) == whole.saturating_mul(1000) {
            Self::of(whole, 1)
        } else {
            Self::of(rounded_up(rate * 1000.0), 1000)
        }
    }

    /// So many requests in so many seconds.
    pub(crate) fn of(requests: i64, seconds: i64) -> Self {
        Self {
            requests: requests.max(0),
            seconds: seconds.max(1),
        }
    }

    /// This rate for each of so many callers.
    pub(crate) fn times(self, callers: i64) -> Self {
        Self::of(self.requests.saturating_mul(callers), self.seconds)
    }

    /// Requests that come in so many milliseconds, rounded up.
    fn within(self, milliseconds: i64) -> i64 {
        let requests = i128::from(self.requests) * i128::from(milliseconds.max(0));
        divided(requests, i128::from(self.seconds.max(1)) * 1000)
    }
}

/// What holds back the executions that an entry asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "bound")]
pub enum Bound {
    /// A token bucket: refilled at a rate, holding so many requests.
    Requests {
        /// Requests per time.
        rate: Rate,
        /// Requests that come at once.
        burst: i64,
    },
    /// So many executions at once, whatever their duration.
    Executions {
        /// How many.
        executions: i64,
    },
}

impl Bound {
    /// Executions at once that this lets an entry have when each takes so many milliseconds.
    ///
    /// A token bucket lets at most `rate * D + burst` requests through in any stretch of length D, and
    /// those are the ones still under way at its end: Little's law with the burst as the worst moment.
    pub(crate) fn demand(self, milliseconds: i64) -> i64 {
        match self {
            Self::Requests { rate, burst } => {
                rate.within(milliseconds).saturating_add(burst.max(0))
            }
            Self::Executions { executions } => executions.max(0),
        }
    }

    /// The demand with its reckoning.
    pub(crate) fn figure(self, milliseconds: i64) -> Figure {
        let value = self.demand(milliseconds);
        match self {
            Self::Requests { rate, burst } => figure(
                value,
                "requests * duration_milliseconds / (seconds * 1000), rounded up, + burst",
                [
                    ("requests", rate.requests),
                    ("seconds", rate.seconds),
                    ("duration_milliseconds", milliseconds),
                    ("burst", burst),
                ],
                LITTLE,
            ),
            Self::Executions { executions } => {
                figure(value, "executions", [("executions", executions)], LITTLE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Rate};

    #[test]
    fn a_rate_is_exact_or_rounded_up() {
        assert_eq!(
            Rate::per_second(100.0),
            Rate {
                requests: 100,
                seconds: 1
            }
        );
        assert_eq!(
            Rate::per_second(0.5),
            Rate {
                requests: 500,
                seconds: 1000
            }
        );
        assert_eq!(
            Rate::per_second(0.0),
            Rate {
                requests: 0,
                seconds: 1
            }
        );
        // A third is not a thousandth's multiple: 333.33… becomes 334.
        assert_eq!(
            Rate::per_second(1.0 / 3.0),
            Rate {
                requests: 334,
                seconds: 1000
            }
        );
        assert_eq!(
            Rate::per_second(-1.0),
            Rate {
                requests: 0,
                seconds: 1
            }
        );
    }

    #[test]
    fn demand_is_rate_times_duration_plus_burst() {
        let bucket = Bound::Requests {
            rate: Rate::per_second(100.0),
            burst: 200,
        };
        // 100 requests a second of 1.9 s each: 190 under way, and 200 at once on top.
        assert_eq!(bucket.demand(1_900), 390);
        // 100 x 0.0905 s = 9.05, rounded up.
        assert_eq!(bucket.demand(90), 9 + 200);
        assert_eq!(bucket.demand(91), 10 + 200);
        assert_eq!(bucket.demand(0), 200);
        // Once a minute for 15 minutes: 15 at once.
        let schedule = Bound::Requests {
            rate: Rate::of(1, 60),
            burst: 0,
        };
        assert_eq!(schedule.demand(900_000), 15);
        assert_eq!(schedule.demand(30_000), 1);
        assert_eq!(Bound::Executions { executions: 5 }.demand(900_000), 5);
    }

    #[test]
    fn hostile_numbers_saturate() {
        let huge = Bound::Requests {
            rate: Rate::per_second(f64::MAX),
            burst: i64::MAX,
        };
        assert_eq!(huge.demand(i64::MAX), i64::MAX);
        assert_eq!(
            Rate::of(1, 1).times(-4),
            Rate {
                requests: 0,
                seconds: 1
            }
        );
    }
}
