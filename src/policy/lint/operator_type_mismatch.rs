//! Operators that do not fit the type of their key.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::{Class, Document, Finding, Lint, value};
use crate::catalogue::{KeyOrigin, ValueKind, condition_key};
use crate::{Base, Condition};

pub(super) static LINT: Lint = Lint {
    id: "operator-type-mismatch",
    title: "operator that does not fit the type of its key",
    class: Class::Warning,
    aws: &["TYPE_MISMATCH"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            let Some(key) = condition_key(condition.key.as_str()).and_then(KeyOrigin::key) else {
                continue;
            };
            let kind = key.key_type.kind;
            if fits(condition, kind) {
                continue;
            }
            let problem = format!(
                "the values of '{}' are of the type {}",
                key.name,
                kind.as_str()
            );
            let cure = format!("Compare it by {}.", operators_for(kind));
            out.push(facts.condition_finding(&LINT, condition, problem, cure));
        }
    }
}

fn fits(condition: &Condition, kind: ValueKind) -> bool {
    match condition.operator.base {
        Base::Null | Base::Binary | Base::Other => true,
        // An ARN is a text too.
        Base::StringEquals | Base::StringLike => matches!(kind, ValueKind::String | ValueKind::Arn),
        // AWS's tables call some keys texts whose values are ARNs (iam:PermissionsBoundary).
        Base::Arn => {
            kind == ValueKind::Arn
                || kind == ValueKind::String
                    && condition.values.iter().all(|value| value::is_arn(value))
        }
        Base::IpAddress => kind == ValueKind::IpAddress,
        Base::Bool => kind == ValueKind::Bool,
        Base::Numeric => matches!(kind, ValueKind::Numeric | ValueKind::Epoch),
        Base::Date => matches!(kind, ValueKind::Date | ValueKind::Epoch),
    }
}

fn operators_for(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Arn => "ArnLike or ArnEquals",
        ValueKind::Bool => "Bool",
        ValueKind::Date => "DateLessThan, DateGreaterThan and the like",
        ValueKind::Epoch => "date or number operators",
        ValueKind::IpAddress => "IpAddress or NotIpAddress",
        ValueKind::Numeric => "NumericEquals, NumericLessThan and the like",
        ValueKind::String => "StringEquals, StringLike and the like",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    fn condition(operator: &str, key: &str, value: &str) -> String {
        under(&format!(r#"{{"{operator}":{{"{key}":"{value}"}}}}"#))
    }

    #[test]
    fn an_operator_of_another_type_is_found_and_the_right_ones_named() {
        let found = only(
            &LINT,
            &condition("StringEquals", "aws:SourceIp", "203.0.113.0/24"),
        );
        assert!(
            found.contains("'aws:SourceIp' are of the type IPAddress"),
            "{found}"
        );
        assert!(found.contains("IpAddress or NotIpAddress"), "{found}");
        for (operator, key, value) in [
            ("Bool", "aws:username", "true"),
            ("StringEquals", "aws:MultiFactorAuthPresent", "true"),
            ("NumericLessThan", "aws:CurrentTime", "5"),
            ("DateLessThan", "aws:MultiFactorAuthAge", "3600"),
            ("IpAddress", "aws:PrincipalArn", "203.0.113.0/24"),
            ("ArnLike", "aws:username", "ada"),
        ] {
            only(&LINT, &condition(operator, key, value));
        }
    }

    #[test]
    fn what_compares_is_clean() {
        for (operator, key, value) in [
            ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
            (
                "StringLike",
                "aws:PrincipalArn",
                "arn:aws:iam::111122223333:role/*",
            ),
            ("ArnLike", "aws:SourceArn", "arn:aws:s3:::a"),
            (
                "ArnEquals",
                "iam:PermissionsBoundary",
                "arn:aws:iam::111122223333:policy/b",
            ),
            ("DateLessThan", "aws:EpochTime", "1700000000"),
            ("NumericLessThan", "aws:EpochTime", "1700000000"),
            ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
            ("Null", "aws:TokenIssueTime", "true"),
            ("Bool", "aws:SecureTransport", "false"),
            ("ForAllValues:StringEquals", "aws:TagKeys", "team"),
            (
                "StringLike",
                "token.actions.githubusercontent.com:sub",
                "repo:a/b:*",
            ),
            ("Bool", "no:such", "true"),
        ] {
            clean(&LINT, &condition(operator, key, value));
        }
    }
}
