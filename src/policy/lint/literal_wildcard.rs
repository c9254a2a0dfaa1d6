//! Wildcards that the operator takes by the letter.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String>

use super::document::with_value;
use super::{Class, Document, Finding, Lint};
use crate::Base;

pub(super) static LINT: Lint = Lint {
    id: "literal-wildcard",
    title: "wildcard in a value that is compared letter by letter",
    class: Class::Warning,
    aws: &["WILDCARD_WITHOUT_LIKE_OPERATOR"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            if condition.operator.base != Base::StringEquals {
                continue;
            }
            for value in condition.values.iter().filter(|value| has_wildcard(value)) {
                let like = if condition.operator.negated {
                    "StringNotLike"
                } else {
                    "StringLike"
                };
                out.push(facts.condition_finding(
                    &LINT,
                    &with_value(condition, value),
                    format!(
                        "to {} a star and a question mark are letters",
                        condition.operator
                    ),
                    format!(
                        "Write {like} if a wildcard is meant, ${{*}} or ${{?}} if the letter is."
                    ),
                ));
            }
        }
    }
}

/// A star or a question mark that is not written as the letter (`${*}`).
fn has_wildcard(value: &str) -> bool {
    value
        .replace("${*}", "")
        .replace("${?}", "")
        .contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    #[test]
    fn a_wildcard_in_an_exact_comparison_is_found() {
        let found = only(
            &LINT,
            &under(r#"{"StringEquals":{"s3:prefix":["home/*","a"]}}"#),
        );
        assert!(found.contains("'StringEquals s3:prefix home/*'"), "{found}");
        assert!(found.contains("Write StringLike"), "{found}");
        let not = only(
            &LINT,
            &under(r#"{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}}"#),
        );
        assert!(not.contains("Write StringNotLike"), "{not}");
    }

    #[test]
    fn operators_with_wildcards_and_escaped_letters_are_clean() {
        for condition in [
            r#"{"StringLike":{"s3:prefix":"home/*"}}"#,
            r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/a"}}"#,
            r#"{"StringEquals":{"s3:prefix":"what${?}"}}"#,
            r#"{"StringEquals":{"aws:username":"ada"}}"#,
        ] {
            clean(&LINT, &under(condition));
        }
    }

    #[test]
    fn a_shared_secret_is_not_repeated() {
        let found = only(
            &LINT,
            &under(r#"{"StringEquals":{"sts:ExternalId":"open*sesame"}}"#),
        );
        assert!(!found.contains("sesame"), "{found}");
    }
}
