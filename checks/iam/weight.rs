//! How much of a check's impact a failure has.

use tripod_model::Severity;

use crate::Verdict;

/// Reasons to weigh a failure less than its check does. The lowest severity counts, and its reason is told.
#[derive(Debug, Default)]
pub(super) struct Weight(Option<(Severity, String)>);

impl Weight {
    /// All that the check says.
    pub(super) fn full() -> Self {
        Self::default()
    }

    /// At most this, if the reason applies.
    #[must_use]
    pub(super) fn at_most(self, severity: Severity, reason: Option<String>) -> Self {
        match (self.0, reason) {
            (Some((lower, why)), _) if lower <= severity => Self(Some((lower, why))),
            (_, Some(reason)) => Self(Some((severity, reason))),
            (before, None) => Self(before),
        }
    }

    /// The failure as it weighs.
    pub(super) fn on(self, failure: Verdict) -> Verdict {
        match self.0 {
            Some((severity, reason)) => failure.lowered_to(severity, &reason),
            None => failure,
        }
    }
}
