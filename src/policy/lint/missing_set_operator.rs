//! Keys with several values, compared as if they had one.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use super::{Class, Document, Finding, Lint};
use crate::Base;
use crate::catalogue::{KeyOrigin, condition_key};

pub(super) static LINT: Lint = Lint {
    id: "missing-set-operator",
    title: "key with several values, compared without ForAllValues or ForAnyValue",
    class: Class::Error,
    aws: &["MISSING_QUALIFIER"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            let several = condition_key(condition.key.as_str())
                .and_then(KeyOrigin::key)
                .is_some_and(|key| key.key_type.multivalued);
            let plain = condition.operator.quantifier.is_none();
            if !several || !plain || matches!(condition.operator.base, Base::Null | Base::Other) {
                continue;
            }
            let operator = &condition.operator;
            out.push(facts.condition_finding(
                &LINT,
                condition,
                format!("a request may carry several values of '{}'", condition.key),
                format!(
                    "Write ForAnyValue:{operator} where one value is enough, or ForAllValues:{operator} with a Null \
                     condition where all must match."
                ),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    #[test]
    fn several_values_need_a_set_operator() {
        let found = only(&LINT, &under(r#"{"StringEquals":{"aws:TagKeys":"team"}}"#));
        assert!(found.contains("ForAnyValue:StringEquals"), "{found}");
        only(
            &LINT,
            &under(r#"{"StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}}"#),
        );
    }

    #[test]
    fn one_value_a_set_operator_and_null_are_clean() {
        for condition in [
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#,
            r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}"#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"}}"#,
            r#"{"Null":{"aws:TagKeys":"false"}}"#,
            r#"{"StringEquals":{"idp.example.com:groups":"a"}}"#,
        ] {
            clean(&LINT, &under(condition));
        }
    }
}
