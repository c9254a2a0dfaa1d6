//! Condition operators, by the tables of AWS's pages.

use super::*;
use crate::Value;

/// Whether a condition block holds; none where it is open.
fn holds(condition: &str, context: Context) -> Option<bool> {
    let policy = statements(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#
    ));
    let case = Case::new(user(), queue()).identity(policy).context(context);
    match case.on("sqs:SendMessage") {
        Answer::Allowed => Some(true),
        Answer::Implicit(_) => Some(false),
        Answer::Depends(_) => None,
        other => panic!("{condition}: {other:?}"),
    }
}

fn with(key: &str, value: &str) -> Context {
    Context::closed().with(key, value)
}

fn with_all(key: &str, values: &[&str]) -> Context {
    Context::closed().with_all(key, values.iter().copied())
}

fn without() -> Context {
    Context::closed()
        .without("aws:PrincipalTag/role")
        .without("aws:PrincipalTag/department")
}

/// Rows of (context, whether it matches) for one condition.
fn table(condition: &str, rows: &[(Context, bool)]) {
    for (context, matches) in rows {
        assert_eq!(
            holds(condition, context.clone()),
            Some(*matches),
            "{condition} {context:?}"
        );
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
mod operators {
    use super::*;

    #[test]
    fn string_equals() {
        table(
            r#"{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}"#,
            &[
                (with("aws:PrincipalTag/job-category", "iamuser-admin"), true),
                (with("aws:PrincipalTag/job-category", "dev-ops"), false),
                (
                    with("aws:PrincipalTag/job-category", "IamUser-Admin"),
                    false,
                ),
                (
                    Context::closed().without("aws:PrincipalTag/job-category"),
                    false,
                ),
            ],
        );
    }

    #[test]
    fn a_star_is_text_to_string_equals_and_a_wildcard_to_string_like() {
        table(
            r#"{"StringEquals":{"s3:prefix":"home/*"}}"#,
            &[
                (with("s3:prefix", "home/ada"), false),
                (with("s3:prefix", "home/*"), true),
            ],
        );
        table(
            r#"{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/","t?st"]}}"#,
            &[
                (with("s3:prefix", ""), true),
                (with("s3:prefix", "home/ada/"), true),
                (with("s3:prefix", "home/bo/"), false),
                (with("s3:prefix", "test"), true),
                (with("s3:prefix", "Test"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn ignoring_case() {
        table(
            r#"{"StringEqualsIgnoreCase":{"aws:RequestTag/environment":["preprod","storage"]},
                "ForAnyValue:StringEquals":{"aws:TagKeys":"environment"}}"#,
            &[
                (
                    with("aws:TagKeys", "environment")
                        .with("aws:RequestTag/environment", "preprod"),
                    true,
                ),
                (
                    with_all("aws:TagKeys", &["environment", "costcenter"])
                        .with("aws:RequestTag/environment", "PreProd"),
                    true,
                ),
                (
                    with("aws:TagKeys", "Environment")
                        .with("aws:RequestTag/Environment", "preprod"),
                    false,
                ),
                (
                    with("aws:TagKeys", "costcenter").with("aws:RequestTag/environment", "preprod"),
                    false,
                ),
                (with("aws:RequestTag/environment", "storage"), false),
                (with("aws:TagKeys", "environment"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn all_values_unlike_a_list() {
        let key = "aws:ResourceOrgPaths";
        table(
            r#"{"ForAllValues:StringNotLike":{"aws:ResourceOrgPaths":[
                "o-acorg/r-acroot/ou-acroot-mediaou/","o-acorg/r-acroot/ou-acroot-sportsou/*"]}}"#,
            &[
                (
                    with(key, "o-acorg/r-acroot/ou-acroot-sportsou/costcenter/"),
                    false,
                ),
                (
                    with(key, "o-acorg/r-acroot/ou-acroot-mediaou/costcenter/"),
                    true,
                ),
                (Context::closed().without(key), true),
            ],
        );
    }

    #[test]
    fn numbers() {
        table(
            r#"{"NumericLessThanEquals":{"s3:max-keys":"10"}}"#,
            &[
                (with("s3:max-keys", "9"), true),
                (with("s3:max-keys", "10"), true),
                (with("s3:max-keys", "10.5"), false),
                (with("s3:max-keys", "100"), false),
                (with("s3:max-keys", "many"), false),
                (Context::closed(), false),
            ],
        );
        let seven = || with("k", "7");
        for (operator, value, matches) in [
            ("NumericEquals", "7.0", true),
            ("NumericNotEquals", "7", false),
            ("NumericNotEquals", "8", true),
            ("NumericLessThan", "7", false),
            ("NumericLessThan", "8", true),
            ("NumericGreaterThan", "6", true),
            ("NumericGreaterThan", "7", false),
            ("NumericGreaterThanEquals", "7", true),
        ] {
            let condition = format!(r#"{{"{operator}":{{"k":"{value}"}}}}"#);
            assert_eq!(holds(&condition, seven()), Some(matches), "{condition}");
        }
    }

    #[test]
    fn times() {
        let key = "aws:TokenIssueTime";
        table(
            r#"{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}"#,
            &[
                (with(key, "2020-01-01T00:00:02Z"), true),
                (with(key, "2020-01-01T00:00:01Z"), false),
                (with(key, "2020-01-01T01:00:01+01:00"), false),
                (with(key, "1577836802"), true),
                (Context::closed(), false),
            ],
        );
        let noon = "2026-11-21T12:00:00Z".parse().expect("a moment");
        let today = || Context::closed().at(noon);
        for (condition, matches) in [
            (
                r#"{"DateLessThan":{"aws:CurrentTime":"2026-11-21"}}"#,
                false,
            ),
            (
                r#"{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-11-21"}}"#,
                true,
            ),
            (
                r#"{"DateEquals":{"aws:CurrentTime":"2026-11-21T12:00Z"}}"#,
                true,
            ),
            (
                r#"{"DateNotEquals":{"aws:CurrentTime":"2026-11-21T12:00Z"}}"#,
                false,
            ),
            (
                r#"{"DateLessThanEquals":{"aws:EpochTime":"1795262400"}}"#,
                true,
            ),
            (r#"{"DateLessThan":{"aws:EpochTime":"1795262400"}}"#, false),
        ] {
            assert_eq!(holds(condition, today()), Some(matches), "{condition}");
        }
    }

    #[test]
    fn truth_values() {
        let key = "aws:SecureTransport";
        table(
            r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
            &[
                (with(key, "false"), true),
                (with(key, "False"), true),
                (with(key, "true"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn bytes() {
        table(
            r#"{"BinaryEquals":{"key":"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}"#,
            &[
                (with("key", "QmluYXJ5VmFsdWVJbkJhc2U2NA=="), true),
                (with("key", "ASIAIOSFODNN7EXAMPLE"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn addresses() {
        let key = "aws:SourceIp";
        table(
            r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:DB8:1234:5678::/64","192.0.2.7"]}}"#,
            &[
                (with(key, "203.0.113.1"), true),
                (with(key, "198.51.100.1"), false),
                (with(key, "2001:db8:1234:5678::1"), true),
                (with(key, "2001:db8:1234:5679::1"), false),
                (with(key, "192.0.2.7"), true),
                (with(key, "192.0.2.8"), false),
                (with(key, "a host"), false),
                (Context::closed(), false),
            ],
        );
        table(
            r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            &[
                (with(key, "203.0.113.1"), false),
                (with(key, "198.51.100.1"), true),
                (Context::closed(), true),
            ],
        );
    }

    #[test]
    fn arns() {
        let service = |arn: Option<&str>| {
            let grant = statements(
                r#"{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"SQS:SendMessage",
                    "Resource":"*","Condition":{"ArnEquals":{
                    "aws:SourceArn":"arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}}}"#,
            );
            let context = match arn {
                Some(arn) => with("aws:SourceArn", arn),
                None => Context::closed(),
            };
            Case::new(Caller::service("sns.amazonaws.com"), queue())
                .resource(grant)
                .context(context)
                .on("sqs:SendMessage")
        };
        assert_eq!(
            service(Some("arn:aws:sns:us-west-2:123456789012:TOPIC-ID")),
            Answer::Allowed
        );
        assert!(service(Some("arn:aws:sns:us-west-2:777788889999:TOPIC-ID")).is_implicit());
        assert!(service(None).is_implicit());
    }

    #[test]
    fn arns_are_compared_field_by_field() {
        for operator in ["ArnLike", "ArnEquals"] {
            let key = "aws:SourceArn";
            table(
                &format!(
                    r#"{{"{operator}":{{"aws:SourceArn":"arn:aws:*:eu-*-1:111122223333:topic?"}}}}"#
                ),
                &[
                    (
                        with(key, "arn:aws:sns:eu-central-1:111122223333:topic1"),
                        true,
                    ),
                    (
                        with(key, "arn:aws:sns:eu-central-1:111122223333:Topic1"),
                        false,
                    ),
                    (
                        with(key, "arn:aws:sns:us-east-1:111122223333:topic1"),
                        false,
                    ),
                    (with(key, "arn:aws:sns:eu-a:b-1:111122223333:topic1"), false),
                    (with(key, "topic1"), false),
                    (with(key, "arn:aws:sns"), false),
                ],
            );
        }
        table(
            r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:s3:::*"}}"#,
            &[
                (with("aws:SourceArn", "arn:aws:s3:::a:b"), false),
                (with("aws:SourceArn", "arn:aws:sqs:eu:1:a"), true),
                (Context::closed(), true),
            ],
        );
    }

    #[test]
    fn all_arns_like_one_of_a_list() {
        let key = "logs:LogGeneratingResourceArns";
        let arn = |name: &str| format!("arn:aws:cloudfront::{name}");
        let two = |a: &str, b: &str| with_all(key, &[&arn(a), &arn(b)]);
        table(
            r#"{"ForAllValues:ArnLike":{"logs:LogGeneratingResourceArns":[
                "arn:aws:cloudfront::123456789012:distribution/*",
                "arn:aws:cloudfront::123456789012:distribution/support*"]}}"#,
            &[
                (
                    with(key, &arn("123456789012:distribution/costcenter")),
                    true,
                ),
                (
                    two(
                        "123456789012:distribution/costcenter",
                        "123456789012:distribution/support2025",
                    ),
                    true,
                ),
                (
                    two(
                        "123456789012:distribution/costcenter",
                        "123456789012:distribution/admin",
                    ),
                    true,
                ),
                (
                    with(key, &arn("777788889999:distribution/costcenter")),
                    false,
                ),
                (Context::closed(), true),
                (with(key, ""), true),
            ],
        );
    }

    #[test]
    fn if_exists() {
        let key = "ec2:InstanceType";
        table(
            r#"{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}"#,
            &[
                (with(key, "t1.micro"), true),
                (with(key, "m2.micro"), false),
                (Context::closed(), true),
            ],
        );
        table(
            r#"{"StringNotEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#,
            &[
                (with("aws:SourceVpc", "vpc-1"), false),
                (Context::closed(), true),
            ],
        );
    }

    #[test]
    fn null() {
        let key = "aws:TokenIssueTime";
        table(
            r#"{"Null":{"aws:TokenIssueTime":"false"}}"#,
            &[
                (with(key, "2020-01-01T00:00:02Z"), true),
                (Context::closed().holding(key, Value::Present), true),
                (
                    Context::closed().holding(key, Value::Known(Vec::new())),
                    false,
                ),
                (Context::closed(), false),
            ],
        );
        table(
            r#"{"Null":{"aws:TokenIssueTime":true}}"#,
            &[(with(key, "x"), false), (Context::closed(), true)],
        );
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
mod several_values {
    use super::*;

    const KEY: &str = "aws:TagKeys";

    #[test]
    fn for_all_values_with_a_null_check() {
        table(
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["environment","cost-center"]},
                "Null":{"aws:TagKeys":"false"}}"#,
            &[
                (with(KEY, "environment"), true),
                (with(KEY, "cost-center"), true),
                (with_all(KEY, &["environment", "cost-center"]), true),
                (with_all(KEY, &["environment", "dept"]), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn for_any_value() {
        table(
            r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["environment","cost-center"]}}"#,
            &[
                (with(KEY, "environment"), true),
                (with(KEY, "cost-center"), true),
                (with_all(KEY, &["environment", "cost-center"]), true),
                (with_all(KEY, &["environment", "dept"]), true),
                (with(KEY, "dept"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn negated() {
        let both = || with_all(KEY, &["environment", "dept"]);
        table(
            r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":"environment"}}"#,
            &[
                (both(), false),
                (with(KEY, "dept"), true),
                (Context::closed(), true),
            ],
        );
        table(
            r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":"environment"}}"#,
            &[
                (both(), true),
                (with(KEY, "environment"), false),
                (Context::closed(), false),
            ],
        );
    }

    #[test]
    fn without_a_set_operator_there_is_an_answer_only_where_all_values_give_the_same() {
        let equals = r#"{"StringEquals":{"aws:TagKeys":["a","b"]}}"#;
        assert_eq!(holds(equals, with_all(KEY, &["a", "b"])), Some(true));
        assert_eq!(holds(equals, with_all(KEY, &["c", "d"])), Some(false));
        assert_eq!(holds(equals, with_all(KEY, &["a", "d"])), None);
    }

    #[test]
    fn what_is_open_for_one_value_may_be_settled_by_another() {
        let open = Context::open();
        assert_eq!(
            holds(
                r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#,
                open.clone()
            ),
            None
        );
        let variable = r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["${aws:SourceVpc}","a"]}}"#;
        assert_eq!(holds(variable, open.clone().with(KEY, "a")), Some(true));
        assert_eq!(holds(variable, open.with(KEY, "b")), None);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
mod several_keys {
    use super::*;

    fn context(department: &str, role: Option<&str>, name: &str) -> Context {
        let context = without()
            .with("aws:PrincipalTag/department", department)
            .with(
                "aws:PrincipalArn",
                format!("arn:aws:iam::222222222222:user/{name}"),
            );
        match role {
            Some(role) => context.with("aws:PrincipalTag/role", role),
            None => context,
        }
    }

    const TAGS: &str = r#""StringEquals":{"aws:PrincipalTag/department":["finance","hr","legal"],
        "aws:PrincipalTag/role":["audit","security"]}"#;
    const NAMES: &str = r#"{"aws:PrincipalArn":["arn:aws:iam::222222222222:user/Ana",
        "arn:aws:iam::222222222222:user/Mary"]}"#;

    #[test]
    fn operators_and_keys_are_joined_by_and_values_by_or() {
        table(
            &format!(r#"{{{TAGS},"ArnLike":{NAMES}}}"#),
            &[
                (context("legal", Some("audit"), "Mary"), true),
                (context("hr", Some("audit"), "Nikki"), false),
                (context("hr", Some("payroll"), "Mary"), false),
                (context("hr", None, "Mary"), false),
            ],
        );
    }

    #[test]
    fn values_of_a_negated_operator_are_joined_by_nor() {
        table(
            &format!(r#"{{{TAGS},"ArnNotLike":{NAMES}}}"#),
            &[
                (context("legal", Some("audit"), "Nikki"), true),
                (context("hr", Some("audit"), "Mary"), false),
                (context("hr", Some("payroll"), "Nikki"), false),
                (context("hr", None, "Nikki"), false),
            ],
        );
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[test]
fn names_of_keys_ignore_case_and_values_do_not() {
    table(
        r#"{"StringEquals":{"AWS:username":"ada"}}"#,
        &[(Context::closed(), true)],
    );
    table(
        r#"{"StringEquals":{"aws:username":"Ada"}}"#,
        &[(Context::closed(), false)],
    );
    table(
        r#"{"StringEqualsIgnoreCase":{"aws:username":"Ada"}}"#,
        &[(Context::closed(), true)],
    );
}

/// AWS does not say what it makes of these; no answer is better than a guess.
#[test]
fn an_incomplete_arn_pattern_is_open_where_it_might_match() {
    let condition = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*"}}"#;
    assert_eq!(
        holds(condition, with("aws:SourceArn", "arn:aws:sns:eu:1:t")),
        None
    );
    assert_eq!(
        holds(condition, with("aws:SourceArn", "arn:aws:sqs:eu:1:q")),
        Some(false)
    );
}
