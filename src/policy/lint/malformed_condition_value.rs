//! Values that their operator cannot read.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::document::with_value;
use super::{Class, Document, Finding, Lint, value};
use crate::Base;

pub(super) static LINT: Lint = Lint {
    id: "malformed-condition-value",
    title: "condition value that its operator cannot read",
    class: Class::Error,
    aws: &[
        "INVALID_VARIABLE_FOR_OPERATOR",
        "TYPE_MISMATCH_BOOLEAN",
        "TYPE_MISMATCH_DATE",
        "TYPE_MISMATCH_IP_RANGE",
        "TYPE_MISMATCH_NUMBER",
    ],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            for written in &condition.values {
                if let Some((problem, cure)) = judge(condition.operator.base, written) {
                    let shown = with_value(condition, written);
                    out.push(facts.condition_finding(&LINT, &shown, problem, cure));
                }
            }
        }
    }
}

/// A value that cannot be read matches nothing.
fn judge(base: Base, written: &str) -> Option<(&'static str, &'static str)> {
    let (readable, problem, cure) = match base {
        Base::Bool | Base::Null => (
            value::boolean(written).is_some(),
            "the value is neither true nor false",
            "Write true or false.",
        ),
        Base::Numeric => (
            value::number(written).is_some(),
            "the value is no number",
            "Write a number, in digits.",
        ),
        Base::Date => (
            value::instant(written).is_some(),
            "the value is no date",
            "Write a date as in 2026-01-31 or 2026-01-31T12:00:00Z.",
        ),
        Base::IpAddress => (
            value::network(written).is_some(),
            "the value is neither an address nor a network",
            "Write an address or a network in CIDR form, such as 203.0.113.0/24 or 2001:db8::/32.",
        ),
        Base::Arn => (
            value::is_arn(written),
            "the value is no ARN",
            "Write all of arn:partition:service:region:account:resource.",
        ),
        Base::StringEquals | Base::StringLike | Base::Binary | Base::Other => return None,
    };
    if !readable && value::has_variable(written) && base != Base::Arn {
        let cure = "Write the value itself: variables work with operators for texts and ARNs only.";
        return Some(("a policy variable does not work with this operator", cure));
    }
    (!readable).then_some((problem, cure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, texts, under};

    fn condition(operator: &str, key: &str, values: &str) -> String {
        under(&format!(r#"{{"{operator}":{{"{key}":{values}}}}}"#))
    }

    #[test]
    fn each_type_has_its_form() {
        for (operator, key, value, problem) in [
            (
                "Bool",
                "aws:SecureTransport",
                r#""yes""#,
                "neither true nor false",
            ),
            ("Null", "aws:username", r#""*""#, "neither true nor false"),
            (
                "NumericLessThan",
                "aws:MultiFactorAuthAge",
                r#""1h""#,
                "no number",
            ),
            (
                "DateLessThan",
                "aws:CurrentTime",
                r#""31.12.2027""#,
                "no date",
            ),
            (
                "IpAddress",
                "aws:SourceIp",
                r#""203.0.113.0/33""#,
                "neither an address nor a network",
            ),
            ("ArnEquals", "aws:SourceArn", r#""my-bucket""#, "no ARN"),
            (
                "IpAddress",
                "aws:SourceIp",
                r#""${aws:VpcSourceIp}""#,
                "variable does not work",
            ),
        ] {
            let found = only(&LINT, &condition(operator, key, value));
            assert!(found.contains(problem), "{found}");
        }
    }

    #[test]
    fn only_the_value_at_fault_is_shown() {
        let found = texts(
            &LINT,
            &condition(
                "IpAddress",
                "aws:SourceIp",
                r#"["203.0.113.0/24","office"]"#,
            ),
        );
        assert_eq!(found, ["IpAddress aws:SourceIp office"]);
    }

    #[test]
    fn a_shared_secret_is_not_repeated() {
        let found = only(
            &LINT,
            &condition("NumericEquals", "sts:ExternalId", r#""open-sesame""#),
        );
        assert!(!found.contains("open-sesame"), "{found}");
    }

    #[test]
    fn values_that_can_be_read_are_clean() {
        for (operator, key, value) in [
            ("Bool", "aws:SecureTransport", "false"),
            ("BoolIfExists", "aws:SecureTransport", r#""True""#),
            ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
            (
                "DateGreaterThan",
                "aws:CurrentTime",
                r#""2026-01-01T00:00:00Z""#,
            ),
            (
                "IpAddress",
                "aws:SourceIp",
                r#"["203.0.113.7","2001:db8::/32"]"#,
            ),
            ("ArnLike", "aws:SourceArn", r#""arn:aws:s3:::*""#),
            ("ArnLike", "aws:PrincipalArn", r#""*""#),
            ("StringEquals", "aws:username", r#""yes""#),
            (
                "StringEquals",
                "aws:username",
                r#""${aws:PrincipalTag/name}""#,
            ),
        ] {
            clean(&LINT, &condition(operator, key, value));
        }
    }
}
