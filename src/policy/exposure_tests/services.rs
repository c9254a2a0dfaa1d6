//! Which services are let in.

use super::*;

fn allow(principal: &str) -> String {
    statement("Allow", principal, r#""lambda:InvokeFunction""#, "{}")
}

#[test]
fn services_are_listed_once_and_sorted_whatever_their_conditions() {
    let text = policy(&[
        allow(r#"{"Service":["sns.amazonaws.com","s3.amazonaws.com"]}"#),
        statement(
            "Allow",
            r#"{"Service":"s3.amazonaws.com"}"#,
            r#""lambda:*""#,
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
        ),
        allow(r#"{"AWS":"111122223333"}"#),
        allow(r#""*""#),
    ]);
    assert_eq!(
        services_allowed(&text),
        ["s3.amazonaws.com", "sns.amazonaws.com"]
    );
}

#[test]
fn a_denied_service_is_not_listed_and_a_service_denied_is_no_service_allowed() {
    let s3 = r#"{"Service":"s3.amazonaws.com"}"#;
    let sns = r#"{"Service":"sns.amazonaws.com"}"#;
    let deny = |principal: &str| statement("Deny", principal, r#""*""#, "{}");
    assert!(services_allowed(&policy(&[allow(s3), deny(s3)])).is_empty());
    assert!(services_allowed(&policy(&[allow(s3), deny_all("{}")])).is_empty());
    assert!(services_allowed(&policy(&[deny(sns)])).is_empty());
    assert_eq!(
        services_allowed(&policy(&[allow(s3), deny(sns)])),
        ["s3.amazonaws.com"]
    );
}
