//! Conditions on the time of the request whose time is over.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-dates.html>

use jiff::Timestamp;

use super::value::{self, Comparison};
use super::{Class, Document, Finding, Lint};
use crate::Condition;

pub(super) static LINT: Lint = Lint {
    id: "expired-condition",
    title: "condition on a time that is over",
    class: Class::Warning,
    aws: &[],
    run,
};

/// Keys that are the time of the request. `aws:TokenIssueTime` is not one: sessions of an earlier time are denied by it
/// on purpose.
static NOW_KEYS: [&str; 2] = ["aws:CurrentTime", "aws:EpochTime"];

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            if is_over(condition, document.now) {
                out.push(facts.condition_finding(
                    &LINT,
                    condition,
                    format!(
                        "the time is over, so that nothing is {} any more",
                        facts.verb()
                    ),
                    "Remove the statement, or set a later time.",
                ));
            }
        }
    }
}

/// Whether no request from now on can satisfy it.
fn is_over(condition: &Condition, now: Timestamp) -> bool {
    let ends = matches!(
        value::comparison(&condition.operator),
        Some(Comparison::Less | Comparison::LessOrEqual | Comparison::Equal)
    );
    let past = |written: &String| {
        value::instant(written).is_some_and(|at| at < now.as_duration().as_secs_f64())
    };
    ends && NOW_KEYS.iter().any(|key| condition.is_on(key))
        && !condition.values.is_empty()
        && condition.values.iter().all(past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::condition_key;
    use crate::lint::testing::{clean, only, statement_under, under};

    #[test]
    fn a_time_that_is_over_is_found() {
        let found = only(
            &LINT,
            &under(r#"{"DateLessThan":{"aws:CurrentTime":"2026-10-31T23:59:59Z"}}"#),
        );
        assert!(found.contains("nothing is allowed any more"), "{found}");
        only(
            &LINT,
            &under(r#"{"NumericLessThanEquals":{"aws:EpochTime":"1700000000"}}"#),
        );
        only(
            &LINT,
            &statement_under(
                "Deny",
                r#""s3:*""#,
                r#"{"DateEquals":{"aws:CurrentTime":"2020-01-01"}}"#,
            ),
        );
    }

    #[test]
    fn what_can_still_come_and_what_began_long_ago_are_clean() {
        for condition in [
            r#"{"DateLessThan":{"aws:CurrentTime":"2027-01-01"}}"#,
            r#"{"DateLessThan":{"aws:CurrentTime":["2020-01-01","2027-01-01"]}}"#,
            r#"{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01"}}"#,
            r#"{"DateLessThan":{"aws:CurrentTime":"yesterday"}}"#,
            r#"{"DateNotEquals":{"aws:CurrentTime":"2020-01-01"}}"#,
        ] {
            clean(&LINT, &under(condition));
        }
    }

    #[test]
    fn sessions_of_an_earlier_time_are_denied_on_purpose() {
        clean(
            &LINT,
            &statement_under(
                "Deny",
                r#""*""#,
                r#"{"DateLessThan":{"aws:TokenIssueTime":"2020-01-01"}}"#,
            ),
        );
    }

    #[test]
    fn the_keys_exist() {
        assert!(NOW_KEYS.iter().all(|key| condition_key(key).is_some()));
    }
}
