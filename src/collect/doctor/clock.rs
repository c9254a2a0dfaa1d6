//! This machine's clock against AWS's, by the date of an answer.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Serialize;

/// Difference in seconds that is spoken of. Signatures are refused from five minutes on:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html>
const WORTH_SAYING: i64 = 60;

/// This machine's clock, beside AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Clock {
    /// Within a minute of it.
    Right,
    /// Off by so many seconds.
    Off {
        /// Seconds behind; negative when ahead.
        behind_seconds: i64,
    },
    /// No answer had a date.
    Unknown,
}

/// Reads the date of the first answer that has one. Clones share what was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch(Arc<OnceLock<i64>>);

impl Watch {
    /// What the answers so far say of this machine's clock.
    pub(super) fn clock(&self) -> Clock {
        self.0.get().copied().map_or(Clock::Unknown, Clock::of)
    }
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "TripodWatch"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(behind) = context
            .response()
            .headers()
            .get("date")
            .and_then(|date| behind(date, Timestamp::now()))
        {
            // A second attempt tells nothing new.
            let _ = self.0.set(behind);
        }
        Ok(())
    }
}

/// Seconds from `now` to the date of an answer; none for a text that is no date.
fn behind(date: &str, now: Timestamp) -> Option<i64> {
    let date = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(date.as_second() - now.as_second())
}

impl Clock {
    fn of(behind_seconds: i64) -> Self {
        if behind_seconds.abs() > WORTH_SAYING {
            Self::Off { behind_seconds }
        } else {
            Self::Right
        }
    }
}

/// AWS's clock: this machine's, put right by so many seconds. Signing by it spares the refusals that
/// each service would begin with.
#[derive(Debug)]
pub(super) struct Corrected(pub(super) i64);

impl TimeSource for Corrected {
    fn now(&self) -> SystemTime {
        let by = Duration::from_secs(self.0.unsigned_abs());
        let now = SystemTime::now();
        if self.0 < 0 { now - by } else { now + by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_shows_how_far_the_clock_is_off() {
        let now = "2026-11-22T12:00:00Z".parse().expect("a time");
        assert_eq!(behind("Sun, 22 Nov 2026 12:20:00 GMT", now), Some(1200));
        assert_eq!(behind("Sun, 22 Nov 2026 11:58:59 GMT", now), Some(-61));
        assert_eq!(behind("yesterday", now), None);
    }

    #[test]
    fn a_minute_is_not_worth_saying_and_more_is() {
        for behind_seconds in [0, 60, -60] {
            assert_eq!(Clock::of(behind_seconds), Clock::Right);
        }
        for behind_seconds in [61, -61] {
            assert_eq!(Clock::of(behind_seconds), Clock::Off { behind_seconds });
        }
        assert_eq!(Watch::default().clock(), Clock::Unknown);
    }

    #[test]
    fn a_corrected_clock_shows_aws_s_time() {
        let system = SystemTime::now();
        let ahead = Corrected(600).now().duration_since(system);
        assert!(ahead.is_ok_and(|by| by >= Duration::from_mins(10)));
        assert!(Corrected(-600).now() < system);
    }
}
