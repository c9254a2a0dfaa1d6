//! The specification of [`exposure`], by example.

mod limiting_conditions;
mod limiting_denies;
mod services;

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

#[test]
fn asking_does_not_change_the_policy() {
    let text = policy(&[allow_all("{}"), deny_all(r#"{"Bool":{"a":"b"}}"#)]);
    let before = text.clone();
    let first = exposure(&text, INVOKE);
    assert_eq!(exposure(&text, INVOKE), first);
    assert_eq!(text, before);
}
