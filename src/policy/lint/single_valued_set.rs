//! `ForAllValues` on a key that has one value at most.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use super::{Class, Document, Finding, Lint};
use crate::catalogue::{KeyOrigin, condition_key};
use crate::{Base, Condition, Quantifier};

pub(super) static LINT: Lint = Lint {
    id: "single-valued-set",
    title: "ForAllValues on a key with one value, in an Allow",
    class: Class::SecurityWarning,
    aws: &["FORALLVALUES_WITH_SINGLE_VALUED_KEY"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in document.allows() {
        let conditions = &facts.statement.conditions;
        for condition in conditions.iter().filter(|condition| is_loose(condition)) {
            let demanded = |other: &Condition| {
                other.is_on(condition.key.as_str())
                    && other.operator.quantifier.is_none()
                    && other.demands_presence()
            };
            if conditions.iter().any(demanded) {
                continue;
            }
            out.push(facts.condition_finding(
                &LINT,
                condition,
                format!(
                    "'{}' has one value at most, and ForAllValues lets a request pass that has none",
                    condition.key
                ),
                "Write the operator without ForAllValues.",
            ));
        }
    }
}

fn is_loose(condition: &Condition) -> bool {
    let single = condition_key(condition.key.as_str())
        .and_then(KeyOrigin::key)
        .is_some_and(|key| !key.key_type.multivalued);
    single
        && condition.operator.quantifier == Some(Quantifier::ForAllValues)
        && condition.operator.base != Base::Null
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, statement_under, under};

    #[test]
    fn for_all_values_of_one_lets_none_pass() {
        let found = only(
            &LINT,
            &under(r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
        );
        assert!(
            found.contains("lets a request pass that has none"),
            "{found}"
        );
        only(
            &LINT,
            &under(r#"{"ForAllValues:StringEquals":{"aws:RequestTag/team":"a"}}"#),
        );
    }

    #[test]
    fn a_key_with_several_values_or_unknown_ones_is_clean() {
        clean(
            &LINT,
            &under(r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}"#),
        );
        clean(
            &LINT,
            &under(r#"{"ForAllValues:StringEquals":{"idp.example.com:groups":["a"]}}"#),
        );
    }

    #[test]
    fn any_value_and_a_demand_for_the_key_are_clean() {
        clean(
            &LINT,
            &under(r#"{"ForAnyValue:StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#),
        );
        clean(
            &LINT,
            &under(
                r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"},"Null":{"aws:PrincipalOrgID":"false"}}"#,
            ),
        );
    }

    #[test]
    fn in_a_deny_it_denies_more_and_not_less() {
        let deny = statement_under(
            "Deny",
            r#""s3:*""#,
            r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#,
        );
        clean(&LINT, &deny);
    }
}
