//! Condition operators that do not exist, or not in this combination.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::{Class, Document, Finding, Lint};
use crate::{Base, Condition, Quantifier};

pub(super) static LINT: Lint = Lint {
    id: "unknown-operator",
    title: "condition operator that does not exist",
    class: Class::Error,
    aws: &[
        "INVALID_CONDITION_OPERATOR",
        "NULL_WITH_IF_EXISTS",
        "NULL_WITH_QUALIFIER",
    ],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            if let Some((problem, cure)) = judge(condition) {
                out.push(facts.condition_finding(&LINT, condition, problem, cure));
            }
        }
    }
}

fn judge(condition: &Condition) -> Option<(String, &'static str)> {
    let operator = &condition.operator;
    match (operator.base, operator.quantifier) {
        (Base::Other, _) => Some((
            format!("there is no operator '{operator}'"),
            "Write an operator of AWS's list, such as StringEquals, ArnLike, IpAddress, Bool, NumericLessThan or DateLessThan.",
        )),
        (Base::Null, _) if operator.if_exists => Some((
            "Null asks whether the key exists, and IfExists takes the question back".to_owned(),
            "Write Null without IfExists.",
        )),
        (Base::Null, Some(quantifier)) => {
            let always = match quantifier {
                Quantifier::ForAllValues => "true",
                Quantifier::ForAnyValue => "false",
            };
            Some((
                format!("with this set operator Null is always {always}"),
                "Write Null without ForAllValues or ForAnyValue.",
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    fn bad(operator: &str) -> String {
        only(
            &LINT,
            &under(&format!(r#"{{"{operator}":{{"aws:username":"true"}}}}"#)),
        )
    }

    #[test]
    fn an_unknown_operator_is_found() {
        assert!(bad("StringResembles").contains("no operator 'StringResembles'"));
        assert!(bad("ForSomeValues:StringEquals").contains("no operator"));
    }

    #[test]
    fn null_takes_neither_suffix_nor_set_operator() {
        assert!(bad("NullIfExists").contains("without IfExists"));
        assert!(bad("ForAllValues:Null").contains("always true"));
        assert!(bad("ForAnyValue:Null").contains("always false"));
    }

    #[test]
    fn the_operators_of_the_documentation_are_clean() {
        for operator in [
            "StringEquals",
            "stringnotlikeifexists",
            "ForAnyValue:ArnLike",
            "Null",
            "DateLessThan",
        ] {
            clean(
                &LINT,
                &under(&format!(r#"{{"{operator}":{{"aws:username":"true"}}}}"#)),
            );
        }
    }
}
