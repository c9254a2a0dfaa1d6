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

#[cfg(test)]
mod tests {
    use tripod_model::Severity;

    use super::Weight;
    use crate::Verdict;

    #[test]
    fn the_lowest_severity_counts_whatever_the_order_and_of_equal_ones_the_first() {
        let open = || Verdict::fail("it is open");
        let low = || open().lowered_to(Severity::Low, "nobody has it");
        let first = Weight::full().at_most(Severity::Low, Some("nobody has it".into()));
        let first = first.at_most(Severity::Medium, Some("rare".into()));
        assert_eq!(
            first
                .at_most(Severity::Low, Some("other".into()))
                .on(open()),
            low()
        );
        let last = Weight::full().at_most(Severity::Medium, Some("rare".into()));
        let last = last.at_most(Severity::Low, Some("nobody has it".into()));
        assert_eq!(last.on(open()), low());
    }

    #[test]
    fn a_reason_that_does_not_apply_changes_nothing() {
        let weight = Weight::full().at_most(Severity::Low, None);
        let open = Verdict::fail("it is open");
        assert_eq!(weight.on(open.clone()), open);
    }
}
