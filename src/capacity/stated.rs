//! What the figures of rates and quotas share: how one is made, and what is said where an input is missing.

use serde::Serialize;
use tripod_model::{Cause, Unknown};

use crate::Figure;

/// A figure by its parts. `source` is the page that the rule is taken from.
pub(crate) fn figure(
    value: i64,
    formula: &'static str,
    inputs: impl IntoIterator<Item = (&'static str, i64)>,
    source: &'static str,
) -> Figure {
    Figure {
        value,
        formula,
        inputs: inputs.into_iter().collect(),
        source,
    }
}

/// An input that is not known, and what its lack does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The input, as a noun phrase.
    pub what: String,
    /// Why it is not known; none where AWS answered that there is none.
    pub cause: Option<Cause>,
    /// Whether there is no verdict without it. If not, the figures are a wider band than they could be.
    pub decides: bool,
    /// The cause as checks hand it on.
    #[serde(skip)]
    pub(crate) unknown: Unknown,
    #[serde(skip)]
    pub(crate) sways: Sways,
}

/// Which way a figure would go if the input were known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sways {
    /// No verdict rests on it.
    Nothing,
    /// The demand would be somewhere in its band.
    Band,
    /// The demand would be less, if anything.
    LessDemand,
    /// The room would be less, if anything.
    LessRoom,
}

impl Missing {
    /// There is no verdict without it.
    pub(crate) fn deciding(what: impl Into<String>, unknown: Unknown) -> Self {
        Self {
            what: what.into(),
            cause: Some(Cause::from(unknown.clone())),
            decides: true,
            unknown,
            sways: Sways::Nothing,
        }
    }

    /// The same, with what knowing it would do.
    pub(crate) fn swaying(mut self, sways: Sways) -> Self {
        self.sways = sways;
        self
    }

    /// The band is wider without it.
    pub(crate) fn widening(what: impl Into<String>, unknown: Unknown) -> Self {
        Self {
            decides: false,
            ..Self::deciding(what, unknown)
        }
    }

    /// AWS answered that there is none, so that the band is wider.
    pub(crate) fn absent(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            cause: None,
            decides: false,
            unknown: Unknown::NotCollected,
            sways: Sways::Nothing,
        }
    }

    /// The cause, for the outcome "not assessed".
    pub fn unknown(&self) -> Unknown {
        self.unknown.clone()
    }
}

/// An answer that lacks what it should hold.
pub(crate) fn lacking(operation: &str, error: impl Into<String>) -> Unknown {
    Unknown::Failed {
        operation: operation.to_owned(),
        error: error.into(),
    }
}

/// A length as a number to reckon with.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// A number of AWS's as a whole one, rounded up: limits and metrics are sent as floating point. What is no
/// number is 0.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and no limit comes near the bounds of 64 bits"
)]
pub(crate) fn rounded_up(value: f64) -> i64 {
    value.ceil() as i64
}

/// Rounded up after the division; a divisor below one counts as one.
pub(crate) fn divided(dividend: i128, divisor: i128) -> i64 {
    let divisor = divisor.max(1);
    let quotient = dividend.max(0).saturating_add(divisor - 1) / divisor;
    i64::try_from(quotient).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{divided, rounded_up};

    #[test]
    fn numbers_are_rounded_up_and_never_panic() {
        assert_eq!(rounded_up(2.1), 3);
        assert_eq!(rounded_up(f64::NAN), 0);
        assert_eq!(rounded_up(f64::INFINITY), i64::MAX);
        assert_eq!(divided(7, 2), 4);
        assert_eq!(divided(6, 2), 3);
        assert_eq!(divided(-6, 2), 0);
        assert_eq!(divided(5, 0), 5);
        assert_eq!(divided(i128::MAX, 1), i64::MAX);
    }
}
