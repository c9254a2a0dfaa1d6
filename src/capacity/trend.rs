//! When a subnet runs out of addresses, by what earlier runs saw of it.
//!
//! The slope is Theil and Sen's: the median of the slopes between every two points. A day on which a deployment
//! doubled everything, or a scan that met an emptied subnet, hardly moves it. Its interval is Sen's, by the
//! distribution of Kendall's statistic:
//!
//! ```text
//! slopes   = sorted (free_j - free_i) / (t_j - t_i), for i before j; there are N
//! width    = 1.96 × √(n (n - 1) (2 n + 5) / 18)           n points, 95 %
//! interval = slopes[(N - width) / 2], slopes[(N + width) / 2 + 1]     counted from 1, rounded outwards
//! line     = median of (free_i - slope × t_i) + slope × t
//! ```
//!
//! The subnet runs out where the line meets zero; the interval of the date is that of the lines with the
//! slopes of the interval. Below five points all slopes together are too few for 95 %: the trend is unknown then.
//!
//! Source: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968,
//! <https://doi.org/10.1080/01621459.1968.10480934>.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Fewest points at different times that a trend is made of.
pub const FEWEST_POINTS: usize = 5;

/// The interval's share of the normal distribution: 95 %.
const DEVIATIONS: f64 = 1.96;

const DAY_SECONDS: f64 = 86_400.0;

/// A date further away than this is none: 100 years, in days.
const FAR: f64 = 36_525.0;

/// What a run saw of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// Free IPv4 addresses.
    pub free: i64,
}

/// Where a subnet's free addresses go.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "trend", rename_all = "snake_case")]
pub enum Trend {
    /// Too few points at different times.
    Unknown {
        /// How many there are.
        points: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Free addresses do not become fewer.
    NotFalling(Slope),
    /// Free addresses become fewer.
    Falling {
        /// How fast.
        #[serde(flatten)]
        slope: Slope,
        /// When none is left; none where that is more than 100 years away. Now, where the line met zero already.
        exhausted: Option<Timestamp>,
        /// When none is left at the steepest slope of the interval.
        earliest: Option<Timestamp>,
        /// When none is left at the flattest slope of the interval; none where that does not fall, or leads more
        /// than 100 years away.
        latest: Option<Timestamp>,
    },
}

/// Addresses a day: negative where they become fewer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slope {
    /// Points at different times that it was made of.
    pub points: usize,
    /// The median slope.
    pub per_day: f64,
    /// The steepest fall of the interval.
    pub per_day_low: f64,
    /// The other end of the interval.
    pub per_day_high: f64,
    /// How it is made.
    pub method: &'static str,
}

const METHOD: &str = "Theil-Sen slope with Sen's interval of 95 %";

/// The trend of a subnet's free addresses, as of `now`. The order of the points does not matter; of several at one time
/// the one with the fewest free addresses counts, and those after `now` do not.
pub fn trend(points: &[Point], now: Timestamp) -> Trend {
    let mut points: Vec<Point> = points.iter().copied().filter(|it| it.at <= now).collect();
    points.sort_unstable();
    points.dedup_by_key(|point| point.at);
    if points.len() < FEWEST_POINTS {
        return Trend::Unknown {
            points: points.len(),
            needed: FEWEST_POINTS,
        };
    }
    let series: Vec<(f64, f64)> = points
        .iter()
        .map(|point| (days(now, point.at), real(point.free)))
        .collect();
    let slopes = slopes(&series);
    let (low, high) = interval(&slopes, series.len());
    let slope = Slope {
        points: series.len(),
        per_day: median(&slopes),
        per_day_low: low,
        per_day_high: high,
        method: METHOD,
    };
    if slope.per_day >= 0.0 {
        return Trend::NotFalling(slope);
    }
    let date = |per_day: f64| exhausted(&series, per_day, now);
    Trend::Falling {
        exhausted: date(slope.per_day),
        earliest: date(low),
        latest: date(high),
        slope,
    }
}

/// Days from `now`: negative, since points are of the past.
fn days(now: Timestamp, at: Timestamp) -> f64 {
    at.duration_since(now).as_secs_f64() / DAY_SECONDS
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a subnet has fewer than 2^52 addresses"
)]
fn real(number: i64) -> f64 {
    number as f64
}

/// Slopes between every two points, sorted. Times differ, so that none is infinite.
fn slopes(series: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(series.len() * (series.len() - 1) / 2);
    for (at, (from, before)) in series.iter().enumerate() {
        for (to, after) in series.iter().skip(at + 1) {
            slopes.push((after - before) / (to - from));
        }
    }
    slopes.sort_unstable_by(f64::total_cmp);
    slopes
}

/// The middle of sorted numbers; 0 of none.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle).copied().unwrap_or(0.0);
    if sorted.len() % 2 == 1 {
        return upper;
    }
    let lower = middle.checked_sub(1).and_then(|at| sorted.get(at));
    lower.map_or(upper, |lower| f64::midpoint(*lower, upper))
}

/// The ends of the interval, rounded outwards to slopes that exist.
fn interval(slopes: &[f64], points: usize) -> (f64, f64) {
    let n = real(i64::try_from(points).unwrap_or(i64::MAX));
    let width = DEVIATIONS * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let number = real(i64::try_from(slopes.len()).unwrap_or(i64::MAX));
    // Counted from 1, the lower end has the rank (N - width) / 2; the other mirrors it.
    let rank = ((number - width) / 2.0).floor().max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 1 and below the number of slopes"
    )]
    let from_end = rank as usize - 1;
    let low = slopes.get(from_end);
    let high = slopes.get(slopes.len().saturating_sub(1 + from_end));
    let median = median(slopes);
    (
        low.copied().unwrap_or(median),
        high.copied().unwrap_or(median),
    )
}

/// When the line of this slope meets zero, no sooner than now.
fn exhausted(series: &[(f64, f64)], per_day: f64, now: Timestamp) -> Option<Timestamp> {
    if per_day >= 0.0 {
        return None;
    }
    // Time is counted from now, so that what the line has at 0 is what it says for now.
    let mut levels: Vec<f64> = series
        .iter()
        .map(|(at, free)| free - per_day * at)
        .collect();
    levels.sort_unstable_by(f64::total_cmp);
    let days = (median(&levels) / -per_day).max(0.0);
    if days > FAR {
        return None;
    }
    let seconds = SignedDuration::try_from_secs_f64(days * DAY_SECONDS).ok()?;
    now.checked_add(SignedDuration::from_secs(seconds.as_secs()))
        .ok()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Point, Trend, trend};

    fn day(number: i64) -> Timestamp {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a time");
        start + SignedDuration::from_hours(24 * number)
    }

    fn points(free: &[i64]) -> Vec<Point> {
        (0..)
            .zip(free)
            .map(|(number, free)| Point {
                at: day(number),
                free: *free,
            })
            .collect()
    }

    #[test]
    fn four_points_are_too_few() {
        assert_eq!(
            trend(&points(&[40, 30, 20, 10]), day(9)),
            Trend::Unknown {
                points: 4,
                needed: 5
            }
        );
    }

    #[test]
    fn five_points_at_four_times_are_too_few() {
        let mut four = points(&[40, 30, 20, 10]);
        four.push(Point {
            at: day(3),
            free: 9,
        });
        assert!(matches!(
            trend(&four, day(9)),
            Trend::Unknown { points: 4, .. }
        ));
    }

    #[test]
    fn what_is_after_now_does_not_count() {
        assert!(matches!(
            trend(&points(&[50, 40, 30, 20, 10]), day(3)),
            Trend::Unknown { points: 4, .. }
        ));
    }

    #[test]
    fn a_straight_fall_ends_where_the_line_meets_zero() {
        // 10 fewer each day; 10 left on day 4: none on day 5. Every slope is -10, so is the interval.
        let Trend::Falling {
            slope,
            exhausted,
            earliest,
            latest,
        } = trend(&points(&[50, 40, 30, 20, 10]), day(4))
        else {
            panic!("it falls");
        };
        assert!((slope.per_day + 10.0).abs() < 1e-9);
        assert_eq!([exhausted, earliest, latest], [Some(day(5)); 3]);
    }

    #[test]
    fn the_order_of_points_does_not_matter() {
        let straight = points(&[50, 41, 30, 22, 10, 9]);
        let mut turned = straight.clone();
        turned.reverse();
        assert_eq!(trend(&straight, day(6)), trend(&turned, day(6)));
    }

    #[test]
    fn one_wild_day_hardly_moves_the_date() {
        // As above with an 11th point of every ten wild: least squares would be far off.
        let mut free: Vec<i64> = (0..11).map(|day| 200 - 10 * day).collect();
        free[5] = 0;
        let Trend::Falling {
            slope, exhausted, ..
        } = trend(&points(&free), day(10))
        else {
            panic!("it falls");
        };
        // Of 55 slopes 45 are -10, so the median is; and so is the level of ten points out of eleven.
        assert!((slope.per_day + 10.0).abs() < 1e-9);
        assert_eq!(exhausted, Some(day(20)));
    }

    #[test]
    fn the_interval_is_that_of_the_slopes() {
        // Points (0,50) (1,40) (2,35) (3,20) (4,15). Slopes: from 0: -10, -7.5, -10, -8.75; from 1: -5, -10,
        // -8.33; from 2: -15, -10; from 3: -5. Sorted: -15, -10 ×4, -8.75, -8.33, -7.5, -5, -5.
        // n = 5: 1.96 √(5·4·15/18) = 8.0; rank (10 - 8.0)/2 = 0.99, outwards 1: the first and the last.
        let Trend::Falling {
            slope,
            earliest,
            exhausted,
            latest,
        } = trend(&points(&[50, 40, 35, 20, 15]), day(4))
        else {
            panic!("it falls");
        };
        assert!((slope.per_day - (-10.0 - 8.75) / 2.0).abs() < 1e-9);
        assert!((slope.per_day_low + 15.0).abs() < 1e-9);
        assert!((slope.per_day_high + 5.0).abs() < 1e-9);
        assert!(earliest < exhausted && exhausted < latest);
        // Steepest: levels at day 4 are 50-60, 40-45, 35-30, 20-15, 15 = -10, -5, 5, 5, 15: 5 / 15 of a day.
        assert_eq!(earliest, Some(day(4) + SignedDuration::from_hours(8)));
        // Flattest: 50-20, 40-15, 35-10, 20-5, 15 = 30, 25, 25, 15, 15: 25 / 5 = 5 days.
        assert_eq!(latest, Some(day(9)));
    }

    #[test]
    fn growth_and_rest_have_no_date() {
        assert!(matches!(
            trend(&points(&[9; 6]), day(6)),
            Trend::NotFalling(_)
        ));
        assert!(matches!(
            trend(&points(&[1, 2, 3, 4, 5]), day(6)),
            Trend::NotFalling(_)
        ));
    }

    #[test]
    fn a_fall_that_may_be_none_has_no_latest_date() {
        // Falls in the median, and one pair rises: the last slope of the interval is that one.
        let Trend::Falling {
            latest, exhausted, ..
        } = trend(&points(&[50, 48, 47, 30, 31]), day(4))
        else {
            panic!("it falls");
        };
        assert!(exhausted.is_some());
        assert_eq!(latest, None);
    }

    #[test]
    fn a_date_that_has_passed_is_now() {
        let Trend::Falling { exhausted, .. } = trend(&points(&[50, 40, 30, 20, 10]), day(30))
        else {
            panic!("it falls");
        };
        assert_eq!(exhausted, Some(day(30)));
    }

    #[test]
    fn a_fall_of_one_address_in_ages_has_no_date() {
        let slow: Vec<Point> = (0..5)
            .map(|number| Point {
                at: day(number * 1000),
                free: 4_000 - number,
            })
            .collect();
        assert!(matches!(
            trend(&slow, day(5_000)),
            Trend::Falling {
                exhausted: None,
                latest: None,
                ..
            }
        ));
    }
}
