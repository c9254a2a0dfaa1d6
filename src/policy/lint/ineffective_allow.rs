//! Allows under a condition that their action never satisfies.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::{Class, Document, Element, Finding, Lint, inapplicable};

pub(super) static LINT: Lint = Lint {
    id: "ineffective-allow",
    title: "action allowed under a condition that it never satisfies",
    class: Class::Warning,
    aws: &["ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in document.allows() {
        for (pattern, condition) in inapplicable::lost_patterns(facts) {
            out.push(facts.finding(
                &LINT,
                Element::Action,
                pattern.as_str(),
                format!(
                    "requests for it do not carry the key '{}', so that it is not allowed",
                    condition.key
                ),
                "Move the action to a statement without this condition, limited in another way.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow_under, clean, only, texts};

    #[test]
    fn an_action_that_does_not_offer_the_key_is_found() {
        let condition = r#"{"StringLike":{"s3:prefix":"home/*"}}"#;
        let found = texts(
            &LINT,
            &allow_under(r#"["s3:ListBucket","s3:GetObject"]"#, condition),
        );
        assert_eq!(found, ["s3:GetObject"]);
        let found = only(
            &LINT,
            &allow_under(
                r#""lambda:ListFunctions""#,
                r#"{"StringEquals":{"aws:ResourceTag/a":"b"}}"#,
            ),
        );
        assert!(
            found.contains("do not carry the key 'aws:ResourceTag/a'"),
            "{found}"
        );
        only(
            &LINT,
            &allow_under(
                r#""iam:GetRole""#,
                r#"{"Null":{"iam:PassedToService":"false"}}"#,
            ),
        );
    }

    #[test]
    fn the_key_of_another_service_is_never_there() {
        let found = texts(
            &LINT,
            &allow_under(
                r#"["iam:PassRole","ec2:RunInstances"]"#,
                r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
            ),
        );
        assert_eq!(found, ["ec2:RunInstances"]);
    }

    #[test]
    fn a_key_that_some_action_of_the_pattern_offers_is_clean() {
        for (action, condition) in [
            ("s3:*", r#"{"StringLike":{"s3:prefix":"home/*"}}"#),
            ("*", r#"{"StringEquals":{"aws:ResourceTag/a":"b"}}"#),
            (
                "lambda:GetFunction",
                r#"{"StringEquals":{"aws:ResourceTag/a":"b"}}"#,
            ),
            (
                "lambda:InvokeFunctionUrl",
                r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"#,
            ),
            (
                "sts:AssumeRole",
                r#"{"StringEquals":{"sts:ExternalId":"a"}}"#,
            ),
        ] {
            clean(&LINT, &allow_under(&format!("{action:?}"), condition));
        }
    }

    #[test]
    fn a_condition_that_holds_without_the_key_is_clean() {
        for condition in [
            r#"{"StringEqualsIfExists":{"s3:prefix":"a"}}"#,
            r#"{"StringNotEquals":{"s3:prefix":"a"}}"#,
            r#"{"Null":{"s3:prefix":"true"}}"#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#,
            r#"{"StringEquals":{"aws:PrincipalTag/team":"a"}}"#,
        ] {
            clean(&LINT, &allow_under(r#""s3:GetObject""#, condition));
        }
    }
}
