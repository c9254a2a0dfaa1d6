//! The specification of [`exposure`], by example.

use tripod_model::PolicyDocument;

use crate::{Policy, Reach, exposure, exposure_of, parse, services_allowed};

const INVOKE: &[&str] = &["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];
const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

fn policy(statements: &[String]) -> Policy {
    let text = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
    parse(&PolicyDocument(text)).expect("a policy")
}

fn statement(effect: &str, principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Principal":{principal},"Action":{action},"Resource":"*","Condition":{condition}}}"#
    )
}

/// An Allow of `lambda:InvokeFunction` to everyone.
fn allow_all(condition: &str) -> String {
    statement("Allow", r#""*""#, r#""lambda:InvokeFunction""#, condition)
}

/// A Deny of everything for everyone.
fn deny_all(condition: &str) -> String {
    statement("Deny", r#""*""#, r#""*""#, condition)
}

fn reach(statements: &[String]) -> Reach {
    exposure(&policy(statements), INVOKE).reach
}

fn reach_to(principal: &str) -> Reach {
    reach(&[statement(
        "Allow",
        principal,
        r#""lambda:InvokeFunction""#,
        "{}",
    )])
}

/// How far an Allow to everyone under a condition reaches.
fn under(condition: &str) -> Reach {
    reach(&[allow_all(condition)])
}

/// How far an Allow to everyone reaches beside a Deny for everyone under a condition.
fn beside_deny(condition: &str) -> Reach {
    reach(&[allow_all("{}"), deny_all(condition)])
}

mod principals {
    use super::*;

    #[test]
    fn a_policy_that_says_nothing_reaches_nobody() {
        assert_eq!(reach(&[]), Reach::Nobody);
    }

    #[test]
    fn every_way_to_write_everyone_is_everyone() {
        for everyone in [
            r#""*""#,
            r#"{"AWS":"*"}"#,
            r#"{"AWS":["111122223333","*"]}"#,
            r#"{"AWS":""}"#,
            "{}",
        ] {
            assert_eq!(reach_to(everyone), Reach::Everyone, "{everyone}");
        }
    }

    #[test]
    fn an_allow_to_all_but_some_is_public() {
        let text = r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"lambda:*","Resource":"*"}"#;
        assert_eq!(reach(&[text.to_owned()]), Reach::Everyone);
    }

    #[test]
    fn an_allow_without_a_principal_is_public() {
        let text = r#"{"Effect":"Allow","Action":"lambda:*","Resource":"*"}"#;
        assert_eq!(reach(&[text.to_owned()]), Reach::Everyone);
    }

    #[test]
    fn named_principals_are_named() {
        for named in [
            r#"{"AWS":"111122223333"}"#,
            r#"{"AWS":"arn:aws:iam::444455556666:root"}"#,
            r#"{"AWS":"AROAEXAMPLEID"}"#,
            r#"{"Federated":"cognito-identity.amazonaws.com"}"#,
            r#"{"CanonicalUser":"79a59df900b949e5"}"#,
        ] {
            assert_eq!(reach_to(named), Reach::Named, "{named}");
        }
        assert_eq!(
            reach_to(r#"{"Service":"s3.amazonaws.com"}"#),
            Reach::Services
        );
    }

    #[test]
    fn a_wildcard_for_the_account_is_every_account() {
        let any = r#"{"AWS":"arn:aws:iam::*:root"}"#;
        assert_eq!(reach_to(any), Reach::EveryAwsPrincipal);
    }

    #[test]
    fn a_deny_is_no_grant() {
        assert_eq!(reach(&[deny_all("{}")]), Reach::Nobody);
    }

    #[test]
    fn the_public_statement_is_found_behind_harmless_ones_and_named() {
        let service = statement(
            "Allow",
            r#"{"Service":"s3.amazonaws.com"}"#,
            r#""lambda:InvokeFunction""#,
            "{}",
        );
        let found = exposure(&policy(&[service, allow_all("{}")]), INVOKE);
        assert_eq!(found.reach, Reach::Everyone);
        assert_eq!(found.statements.len(), 1);
        assert_eq!(found.statements[0].to_string(), "statement 2");
    }
}

mod actions {
    use super::*;

    fn allowing(action: &str) -> Reach {
        reach(&[statement("Allow", r#""*""#, action, "{}")])
    }

    #[test]
    fn case_wildcards_and_lists_are_understood() {
        for action in [
            r#""LAMBDA:invokefunction""#,
            r#""lambda:*""#,
            r#""lambda:Invoke*""#,
            r#""*""#,
            r#""*:*""#,
            r#"["lambda:GetFunction","lambda:InvokeFunctionUrl"]"#,
        ] {
            assert_eq!(allowing(action), Reach::Everyone, "{action}");
        }
    }

    #[test]
    fn other_actions_do_not_answer_the_question() {
        for action in [r#""lambda:GetFunction""#, r#""lambdacore:*""#, "[]"] {
            assert_eq!(allowing(action), Reach::Nobody, "{action}");
        }
    }

    #[test]
    fn not_action_allows_the_rest() {
        let text =
            r#"{"Effect":"Allow","Principal":"*","NotAction":"lambda:GetFunction","Resource":"*"}"#;
        assert_eq!(reach(&[text.to_owned()]), Reach::Everyone);
        let text = r#"{"Effect":"Allow","Principal":"*","NotAction":"lambda:*","Resource":"*"}"#;
        assert_eq!(reach(&[text.to_owned()]), Reach::Nobody);
    }

    #[test]
    fn a_question_about_a_whole_service_finds_any_action_of_it() {
        let kms = |action: &str| {
            let text = policy(&[statement("Allow", r#""*""#, action, "{}")]);
            exposure(&text, &["kms:*"]).reach
        };
        assert_eq!(kms(r#""kms:Decrypt""#), Reach::Everyone);
        assert_eq!(kms(r#""kms:De*""#), Reach::Everyone);
        assert_eq!(kms(r#""*""#), Reach::Everyone);
        assert_eq!(kms(r#""s3:*""#), Reach::Nobody);
    }
}

mod denies {
    use super::*;

    fn denying(action: &str) -> Reach {
        let deny = statement("Deny", r#""*""#, action, "{}");
        reach(&[allow_all("{}"), deny])
    }

    #[test]
    fn a_deny_for_everyone_of_what_is_allowed_nullifies() {
        for action in [
            r#""*""#,
            r#""lambda:*""#,
            r#""lambda:invokefunction""#,
            r#""lambda:Invoke*""#,
        ] {
            assert_eq!(denying(action), Reach::Nobody, "{action}");
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter() {
        assert_eq!(reach(&[deny_all("{}"), allow_all("{}")]), Reach::Nobody);
    }

    #[test]
    fn a_deny_of_something_else_changes_nothing() {
        assert_eq!(denying(r#""lambda:GetFunction""#), Reach::Everyone);
    }

    #[test]
    fn a_deny_of_a_part_leaves_the_rest() {
        let of = |allowed: &str, denied: &str| {
            let text = policy(&[
                statement("Allow", r#""*""#, allowed, "{}"),
                statement("Deny", r#""*""#, denied, "{}"),
            ]);
            exposure(&text, &["kms:*"]).reach
        };
        assert_eq!(of(r#""kms:*""#, r#""kms:Decrypt""#), Reach::Everyone);
        assert_eq!(of(r#""kms:*""#, r#"["kms:*"]"#), Reach::Nobody);
        assert_eq!(of(r#""kms:Decrypt""#, r#""kms:De*""#), Reach::Nobody);
        assert_eq!(of(r#""kms:De*""#, r#""kms:Decr*""#), Reach::Everyone);
        let both = r#"["kms:Encrypt","kms:Decrypt"]"#;
        assert_eq!(of(both, r#""kms:Decrypt""#), Reach::Everyone);
        assert_eq!(of(both, both), Reach::Nobody);
    }

    #[test]
    fn a_deny_of_all_but_some_leaves_those() {
        let deny = |spared: &str| {
            format!(r#"{{"Effect":"Deny","Principal":"*","NotAction":"{spared}","Resource":"*"}}"#)
        };
        let of = |allowed: &str, spared: &str| {
            let allow = statement("Allow", r#""*""#, allowed, "{}");
            exposure(&policy(&[allow, deny(spared)]), &["kms:*"]).reach
        };
        assert_eq!(of(r#""kms:*""#, "kms:DescribeKey"), Reach::Everyone);
        assert_eq!(of(r#""kms:Decrypt""#, "kms:DescribeKey"), Reach::Nobody);
        assert_eq!(of(r#""kms:D*""#, "kms:*t"), Reach::Everyone);
    }

    #[test]
    fn a_deny_on_another_resource_changes_nothing() {
        let deny = format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"{FUNCTION}:old"}}"#
        );
        let text = policy(&[allow_all("{}"), deny]);
        assert_eq!(exposure_of(FUNCTION, &text, INVOKE).reach, Reach::Everyone);
    }

    #[test]
    fn a_star_means_the_resource_itself_where_that_is_known() {
        let deny =
            format!(r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"{FUNCTION}"}}"#);
        let text = policy(&[allow_all("{}"), deny]);
        assert_eq!(exposure_of(FUNCTION, &text, INVOKE).reach, Reach::Nobody);
        assert_eq!(exposure(&text, INVOKE).reach, Reach::Everyone);
    }

    #[test]
    fn a_deny_for_named_principals_leaves_everyone_else() {
        let deny = statement("Deny", r#"{"AWS":"111122223333"}"#, r#""*""#, "{}");
        assert_eq!(reach(&[allow_all("{}"), deny]), Reach::Everyone);
    }

    #[test]
    fn a_named_principal_can_be_denied_by_name_or_by_account() {
        let role = r#"{"AWS":"arn:aws:iam::111122223333:role/a"}"#;
        let allow = statement("Allow", role, r#""lambda:*""#, "{}");
        for (denied, left) in [
            (role, Reach::Nobody),
            (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, Reach::Nobody),
            (r#"{"AWS":"111122223333"}"#, Reach::Nobody),
            (r#""*""#, Reach::Nobody),
            (
                r#"{"AWS":"arn:aws:iam::111122223333:role/b"}"#,
                Reach::Named,
            ),
            (r#"{"AWS":"111122223334"}"#, Reach::Named),
        ] {
            let deny = statement("Deny", denied, r#""*""#, "{}");
            assert_eq!(reach(&[allow.clone(), deny]), left, "{denied}");
        }
    }

    #[test]
    fn a_named_principal_is_denied_by_what_its_name_says_of_it() {
        let allow = |principal: &str| statement("Allow", principal, r#""lambda:*""#, "{}");
        let account = r#"{"AWS":"444455556666"}"#;
        let service = r#"{"Service":"sns.amazonaws.com"}"#;
        for (principal, deny, left) in [
            (
                account,
                r#"{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
                Reach::Nobody,
            ),
            (
                account,
                r#"{"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}}"#,
                Reach::Named,
            ),
            (
                account,
                r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
                Reach::Named,
            ),
            (
                r#"{"AWS":"arn:aws:iam::444455556666:role/a"}"#,
                r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/b*"}}"#,
                Reach::Nobody,
            ),
            (
                service,
                r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
                Reach::Nobody,
            ),
            (
                service,
                r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"},
                    "Bool":{"aws:PrincipalIsAWSService":"false"}}"#,
                Reach::Services,
            ),
        ] {
            assert_eq!(
                reach(&[allow(principal), deny_all(deny)]),
                left,
                "{principal} {deny}"
            );
        }
    }

    #[test]
    fn a_named_principal_that_its_own_condition_excludes_is_not_let_in() {
        let condition = r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#;
        let contradiction = statement("Allow", r#"{"AWS":"444455556666"}"#, r#""*""#, condition);
        assert_eq!(reach(&[contradiction]), Reach::Nobody);
    }

    #[test]
    fn a_deny_for_all_but_some_leaves_those() {
        let deny = |principal: &str, condition: &str| {
            format!(
                r#"{{"Effect":"Deny","NotPrincipal":{principal},"Action":"*","Resource":"*","Condition":{condition}}}"#
            )
        };
        let role = r#"{"AWS":"arn:aws:iam::111122223333:role/a"}"#;
        assert_eq!(reach(&[allow_all("{}"), deny(role, "{}")]), Reach::Named);
        let service = r#"{"Service":"s3.amazonaws.com"}"#;
        assert_eq!(
            reach(&[allow_all("{}"), deny(service, "{}")]),
            Reach::Services
        );
        assert_eq!(
            reach(&[allow_all("{}"), deny(r#""*""#, "{}")]),
            Reach::Everyone
        );
        let weak = deny(role, r#"{"Bool":{"aws:SecureTransport":"false"}}"#);
        assert_eq!(reach(&[allow_all("{}"), weak]), Reach::Everyone);
        let strong = deny(role, r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#);
        assert_eq!(reach(&[allow_all("{}"), strong]), Reach::Limited);
    }
}

mod limiting_conditions {
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
}

mod limiting_denies {
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
}

mod services {
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
}

#[test]
fn asking_does_not_change_the_policy() {
    let text = policy(&[allow_all("{}"), deny_all(r#"{"Bool":{"a":"b"}}"#)]);
    let before = text.clone();
    let first = exposure(&text, INVOKE);
    assert_eq!(exposure(&text, INVOKE), first);
    assert_eq!(text, before);
}
