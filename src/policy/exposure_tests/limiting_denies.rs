//! Denies for everybody.

use super::*;

#[test]
fn denying_all_others_limits_as_allowing_some_does() {
    for condition in [
        r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"StringNotLike":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#,
        r#"{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/a"}}"#,
        r#"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#,
        r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#,
        r#"{"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"}}"#,
    ] {
        assert_eq!(beside_deny(condition), Reach::Limited, "{condition}");
    }
}

#[test]
fn denying_some_leaves_everyone_else() {
    for condition in [
        r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
        r#"{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}"#,
    ] {
        assert_eq!(beside_deny(condition), Reach::Everyone, "{condition}");
    }
}

#[test]
fn denying_all_but_everyone_leaves_everyone() {
    let halves = r#"{"NotIpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#;
    assert_eq!(beside_deny(halves), Reach::Everyone);
    let any = r#"{"StringNotLike":{"aws:SourceAccount":"*"}}"#;
    assert_eq!(beside_deny(any), Reach::Everyone);
}

#[test]
fn a_deny_that_a_missing_key_escapes_leaves_those_without_it() {
    let condition = r#"{"ForAnyValue:StringNotLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"}}"#;
    assert_eq!(beside_deny(condition), Reach::Everyone);
    let missing = deny_all(r#"{"Null":{"aws:PrincipalOrgPaths":"true"}}"#);
    let both = [allow_all("{}"), deny_all(condition), missing.clone()];
    assert_eq!(reach(&both), Reach::Limited);
    assert_eq!(reach(&[allow_all("{}"), missing]), Reach::EveryAwsPrincipal);
}

#[test]
fn of_several_conditions_on_a_deny_each_must_limit() {
    let either = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"},
        "NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
    assert_eq!(beside_deny(either), Reach::Limited);
    let escape = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"},
        "Bool":{"aws:SecureTransport":"false"}}"#;
    assert_eq!(beside_deny(escape), Reach::Everyone);
}

#[test]
fn several_denies_narrow_together() {
    let org = deny_all(r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#);
    let tls = deny_all(r#"{"Bool":{"aws:SecureTransport":"false"}}"#);
    assert_eq!(reach(&[allow_all("{}"), tls, org]), Reach::Limited);
}

#[test]
fn a_limiting_deny_has_to_cover_what_is_allowed() {
    let deny = statement(
        "Deny",
        r#""*""#,
        r#""lambda:GetFunction""#,
        r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
    );
    assert_eq!(reach(&[allow_all("{}"), deny]), Reach::Everyone);
}

#[test]
fn a_limiting_deny_does_not_touch_named_principals() {
    let allow = statement("Allow", r#"{"AWS":"111122223333"}"#, r#""*""#, "{}");
    let deny = deny_all(r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#);
    assert_eq!(reach(&[allow, deny]), Reach::Named);
}
