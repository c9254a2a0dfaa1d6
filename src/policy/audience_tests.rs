//! The specification of [`crate::audience`], by example.

use tripod_model::{AccountId, PolicyDocument};

use crate::{Access, ScopeKind, audience, parse};

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}",{principal},"Action":"lambda:InvokeFunction","Resource":"*","Condition":{condition}}}"#
    )
}

fn allow(principal: &str, condition: &str) -> String {
    statement("Allow", &format!(r#""Principal":{principal}"#), condition)
}

fn deny(condition: &str) -> String {
    statement("Deny", r#""Principal":"*""#, condition)
}

fn access(statements: &[String]) -> Vec<Access> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        statements.join(",")
    );
    let policy = parse(&PolicyDocument(text)).expect("a policy");
    audience(FUNCTION, &policy, &["lambda:InvokeFunction"])
}

/// Who is let in, in words.
fn who(statements: &[String]) -> Vec<String> {
    access(statements)
        .iter()
        .map(|access| access.who.to_string())
        .collect()
}

const S3: &str = r#"{"Service":"s3.amazonaws.com"}"#;

#[test]
fn every_class_is_told_once_and_the_widest_first() {
    let found = who(&[
        allow(S3, "{}"),
        allow(
            r#"{"AWS":["444455556666","arn:aws:iam::444455556666:role/a"]}"#,
            "{}",
        ),
        allow(r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, "{}"),
        allow(r#"{"Federated":"accounts.google.com"}"#, "{}"),
        allow(r#"{"CanonicalUser":"79a5"}"#, "{}"),
        allow(
            r#""*""#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
        ),
        allow(
            r#"{"AWS":"*"}"#,
            r#"{"Null":{"aws:PrincipalOrgID":"false"}}"#,
        ),
        allow(r#""*""#, "{}"),
        allow(r#"{"Martian":"x"}"#, "{}"),
    ]);
    assert_eq!(
        found,
        [
            "everyone",
            "everyone with an AWS account",
            "everyone limited to organisation o-a1",
            "account 444455556666",
            "arn:aws:iam::444455556666:role/a",
            "identity provider accounts.google.com",
            "canonical user 79a5",
            "s3.amazonaws.com",
            "Martian x",
        ]
    );
}

#[test]
fn statements_and_conditions_of_a_class_are_told() {
    let tls = r#"{"Bool":{"aws:SecureTransport":"true"}}"#;
    let account = r#"{"AWS":"444455556666"}"#;
    let found = access(&[allow(account, tls), allow(S3, "{}"), allow(account, "{}")]);
    let statements: Vec<String> = found[0]
        .statements
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(statements, ["statement 1", "statement 3"]);
    assert_eq!(found[0].conditions, ["Bool aws:SecureTransport true"]);
}

#[test]
fn bounds_are_told_with_their_alternatives() {
    let condition = r#"{"StringEquals":{"aws:PrincipalOrgID":["o-a1","o-b2"]},
        "IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
    assert_eq!(
        who(&[allow(r#""*""#, condition)]),
        ["everyone limited to organisation o-a1 or organisation o-b2, and network 203.0.113.0/24"]
    );
    let secret = r#"{"StringEquals":{"lambda:EventSourceToken":"hunter2"}}"#;
    assert_eq!(
        who(&[allow(r#""*""#, secret)]),
        ["everyone limited to holders of a secret in the policy"]
    );
}

#[test]
fn denies_bound_as_conditions_do() {
    let org = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
    assert_eq!(
        who(&[allow(r#""*""#, "{}"), deny(org)]),
        ["everyone limited to organisation o-a1"]
    );
    let either = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1","aws:SourceVpc":"vpc-1"}}"#;
    assert_eq!(
        who(&[allow(r#""*""#, "{}"), deny(either)]),
        ["everyone limited to organisation o-a1 or VPC vpc-1"]
    );
    let but = statement(
        "Deny",
        r#""NotPrincipal":{"AWS":["444455556666","arn:aws:iam::444455556666:role/a"]}"#,
        "{}",
    );
    assert_eq!(
        who(&[allow(r#""*""#, "{}"), but]),
        ["everyone limited to account 444455556666 or principal arn:aws:iam::444455556666:role/a"]
    );
}

#[test]
fn whom_a_deny_takes_is_not_let_in() {
    let account = allow(r#"{"AWS":"444455556666"}"#, "{}");
    let own = deny(r#"{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}"#);
    assert!(who(&[account.clone(), own]).is_empty());
    let office = deny(r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#);
    assert_eq!(who(&[account, office]), ["account 444455556666"]);
}

mod services {
    use super::*;

    fn under(condition: &str) -> Vec<String> {
        who(&[allow(S3, condition)])
    }

    #[test]
    fn without_a_source_anyone_may_have_the_service_act() {
        for condition in [
            "{}",
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}}"#,
            r#"{"StringLike":{"aws:SourceAccount":"*"}}"#,
            r#"{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}"#,
            r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
        ] {
            assert_eq!(under(condition), ["s3.amazonaws.com"], "{condition}");
        }
    }

    #[test]
    fn a_fixed_source_bounds_it() {
        for (condition, bound) in [
            (
                r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
                "source account 111122223333",
            ),
            (
                r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}"#,
                "source arn:aws:sns:*:111122223333:*",
            ),
            (
                r#"{"StringEquals":{"aws:SourceOrgID":"o-a1"}}"#,
                "source organisation o-a1",
            ),
        ] {
            let expected = format!("s3.amazonaws.com for {bound}");
            assert_eq!(under(condition), [expected], "{condition}");
        }
    }

    #[test]
    fn a_deny_for_other_sources_bounds_it() {
        let bounded = ["s3.amazonaws.com for source account 111122223333"];
        let other = deny(r#"{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}"#);
        assert_eq!(who(&[allow(S3, "{}"), other]), bounded);
        // What is certain of services spares none of them.
        let services = deny(
            r#"{"StringNotEqualsIfExists":{"aws:SourceAccount":"111122223333"},
                "Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
        );
        assert_eq!(who(&[allow(S3, "{}"), services]), bounded);
        let tls = deny(
            r#"{"StringNotEquals":{"aws:SourceAccount":"111122223333"},
                "Bool":{"aws:SecureTransport":"false"}}"#,
        );
        assert_eq!(who(&[allow(S3, "{}"), tls]), ["s3.amazonaws.com"]);
    }

    #[test]
    fn a_deny_for_the_service_itself_bounds_it_too() {
        let by_name = |name: &str| {
            statement(
                "Deny",
                &format!(r#""Principal":{{"Service":"{name}"}}"#),
                r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}}"#,
            )
        };
        assert_eq!(
            who(&[allow(S3, "{}"), by_name("s3.amazonaws.com")]),
            ["s3.amazonaws.com for source arn:aws:sns:*:111122223333:*"]
        );
        assert_eq!(
            who(&[allow(S3, "{}"), by_name("sns.amazonaws.com")]),
            ["s3.amazonaws.com"]
        );
    }
}

#[test]
fn the_own_account_is_not_outside() {
    let own = AccountId::new("111122223333");
    let outside = |principal: &str, condition: &str| {
        let found = access(&[allow(principal, condition)]);
        assert_eq!(found.len(), 1);
        found[0].who.is_outside(&own)
    };
    for (principal, condition) in [
        (r#"{"AWS":"111122223333"}"#, "{}"),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/a"}"#, "{}"),
        (
            r#""*""#,
            r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        ),
        (
            r#""*""#,
            r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"},
                "IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        ),
        (
            S3,
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
        ),
    ] {
        assert!(!outside(principal, condition), "{principal} {condition}");
    }
    for (principal, condition) in [
        (r#""*""#, "{}"),
        (r#"{"AWS":"444455556666"}"#, "{}"),
        (r#"{"AWS":"AROAEXAMPLE"}"#, "{}"),
        (
            r#""*""#,
            r#"{"StringEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]}}"#,
        ),
        (
            r#""*""#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
        ),
        (S3, "{}"),
        (
            S3,
            r#"{"StringEquals":{"aws:SourceAccount":"444455556666"}}"#,
        ),
        (r#"{"Federated":"accounts.google.com"}"#, "{}"),
    ] {
        assert!(outside(principal, condition), "{principal} {condition}");
    }
}

#[test]
fn a_class_is_within_what_every_way_in_is_limited_to() {
    let account = r#"{"AWS":"444455556666"}"#;
    let ours = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
    let office = r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
    let within = |statements: &[String], kind: ScopeKind| {
        let found = access(statements);
        assert_eq!(found.len(), 1, "one class");
        found[0].is_within(|scope| scope.kind == kind)
    };
    let limited = [allow(account, ours)];
    assert!(within(&limited, ScopeKind::Organization));
    assert!(!within(&limited, ScopeKind::Network));
    let by_deny = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
    let denied = [allow(account, "{}"), deny(by_deny)];
    assert!(within(&denied, ScopeKind::Organization));
    let two_ways = [allow(account, ours), allow(account, office)];
    assert!(!within(&two_ways, ScopeKind::Organization), "or by network");
    let both = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"},
        "IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
    assert!(within(&[allow(account, both)], ScopeKind::Organization));
    assert!(within(&[allow(r#""*""#, both)], ScopeKind::Network));
    let optional = r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"}}"#;
    assert!(!within(
        &[allow(account, optional)],
        ScopeKind::Organization
    ));
}
