//! Conditions on an Allow for everybody.

use super::*;

#[test]
fn fixed_values_of_the_callers_identity_and_origin_limit() {
    for condition in [
        r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"StringEquals":{"AWS:principalorgid":"o-a1b2c3"}}"#,
        r#"{"StringEqualsIgnoreCase":{"aws:PrincipalOrgID":["o-a1b2c3","o-d4"]}}"#,
        r#"{"StringLike":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/r-1/*"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#,
        r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/a"}}"#,
        r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:eu-central-1:111122223333:a1/*"}}"#,
        r#"{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3"}}"#,
        r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
        r#"{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}"#,
        r#"{"StringEquals":{"aws:VpceOrgID":"o-a1b2c3"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/40"]}}"#,
        r#"{"StringEquals":{"aws:userid":"AIDAEXAMPLE"}}"#,
        r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#,
        r#"{"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#,
    ] {
        assert_eq!(under(condition), Reach::Limited, "{condition}");
    }
}

#[test]
fn one_limiting_condition_among_several_is_enough() {
    let condition = r#"{"Bool":{"aws:SecureTransport":"true"},
        "StringEquals":{"aws:RequestedRegion":"eu-central-1","aws:PrincipalOrgID":"o-a1b2c3"}}"#;
    assert_eq!(under(condition), Reach::Limited);
}

#[test]
fn a_listed_key_with_any_value_does_not_limit() {
    for condition in [
        r#"{"StringLike":{"aws:PrincipalAccount":"*"}}"#,
        r#"{"StringLike":{"aws:SourceAccount":"1111*"}}"#,
        r#"{"StringLike":{"aws:SourceVpce":["vpce-1","*"]}}"#,
        r#"{"StringEquals":{"aws:SourceVpc":"${aws:PrincipalTag/vpc}"}}"#,
        r#"{"StringEquals":{"aws:SourceAccount":[]}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:topic"}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:*"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":["203.0.113.7/32","::/0"]}}"#,
        r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#,
        r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}}"#,
    ] {
        assert_eq!(under(condition), Reach::Everyone, "{condition}");
    }
}

#[test]
fn an_identity_that_may_be_any_still_has_to_be_one() {
    for condition in [
        r#"{"StringLike":{"aws:PrincipalOrgID":"*"}}"#,
        r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Admin"}}"#,
        r#"{"StringLike":{"aws:userid":"*:*"}}"#,
        r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"#,
        r#"{"Null":{"aws:PrincipalOrgID":"false"}}"#,
    ] {
        assert_eq!(under(condition), Reach::EveryAwsPrincipal, "{condition}");
    }
}

#[test]
fn what_callers_without_credentials_have_for_an_identity_is_none() {
    let account = r#"{"StringEquals":{"aws:PrincipalAccount":"anonymous"}}"#;
    assert_eq!(under(account), Reach::Everyone);
    let id = r#"{"StringEquals":{"aws:userid":["AIDAEXAMPLE","anonymous"]}}"#;
    assert!(under(id).is_public());
}

#[test]
fn an_optional_comparison_demands_nothing() {
    let condition = r#"{"ForAnyValue:StringLikeIfExists":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"},
        "StringLikeIfExists":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"}}"#;
    assert_eq!(under(condition), Reach::Everyone);
}

#[test]
fn a_source_bucket_needs_its_account_as_well() {
    let condition = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::bucket"},
        "StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
    assert_eq!(under(condition), Reach::Limited);
}

#[test]
fn keys_that_say_nothing_of_the_caller_never_limit() {
    for condition in [
        r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
        r#"{"StringEquals":{"aws:ResourceOrgID":"o-a1b2c3"}}"#,
        r#"{"StringEquals":{"aws:Referer":"https://example.org/"}}"#,
        r#"{"StringEquals":{"aws:UserAgent":"curl"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
        r#"{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}"#,
        r#"{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}"#,
        r#"{"ForAnyValue:StringEquals":{"aws:CalledVia":"athena.amazonaws.com"}}"#,
        r#"{"Bool":{"aws:ViaAWSService":"true"}}"#,
        r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
        r#"{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#,
        r#"{"StringEquals":{"aws:username":"ada"}}"#,
        r#"{"StringEquals":{"aws:PrincipalTag/team":"claims"}}"#,
        r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#,
        r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#,
    ] {
        assert_eq!(under(condition), Reach::Everyone, "{condition}");
    }
}

#[test]
fn a_negated_operator_on_an_allow_lets_in_everyone_else() {
    for condition in [
        r#"{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"StringNotLike":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#,
    ] {
        assert_eq!(under(condition), Reach::Everyone, "{condition}");
    }
}

#[test]
fn an_operator_that_a_missing_key_satisfies_lets_in_everyone_without_it() {
    for condition in [
        r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        r#"{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"}}"#,
        r#"{"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        r#"{"Null":{"aws:PrincipalOrgID":"true"}}"#,
    ] {
        assert_eq!(under(condition), Reach::Everyone, "{condition}");
    }
}

#[test]
fn unless_another_condition_demands_the_key() {
    let condition = r#"{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/*"},
        "Null":{"aws:principalorgpaths":"false"}}"#;
    assert_eq!(under(condition), Reach::Limited);
    let condition = r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3"},
        "StringLike":{"aws:PrincipalOrgID":"*"}}"#;
    assert_eq!(under(condition), Reach::Limited);
}

#[test]
fn an_operator_that_nobody_knows_limits_nobody() {
    let condition = r#"{"StringResembles":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#;
    assert_eq!(under(condition), Reach::Everyone);
}

#[test]
fn a_shared_secret_is_its_own_level() {
    let condition = r#"{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.1"}}"#;
    assert_eq!(under(condition), Reach::SecretHolders);
    assert!(!Reach::SecretHolders.is_public());
}

#[test]
fn conditions_that_did_not_help_are_named() {
    let text = policy(&[allow_all(r#"{"StringLike":{"aws:SourceAccount":"*"}}"#)]);
    let found = exposure(&text, INVOKE);
    assert_eq!(found.conditions, ["StringLike aws:SourceAccount *"]);
}
