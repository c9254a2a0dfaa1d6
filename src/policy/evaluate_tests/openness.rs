//! What is not known: what an answer depends on, and what makes it "not assessed".

use super::*;

const SEND: &str = "sqs:SendMessage";

fn from_office(effect: &str) -> Policy {
    statements(&format!(
        r#"{{"Sid":"office","Effect":"{effect}","Action":"*","Resource":"*",
            "Condition":{{"IpAddress":{{"aws:SourceIp":"203.0.113.0/24"}}}}}}"#
    ))
}

#[test]
fn an_open_condition_of_an_allow_has_to_hold_and_one_of_a_deny_must_not() {
    let case = Case::new(user(), queue())
        .identity(from_office("Allow"))
        .context(Context::open());
    assert_eq!(
        case.on(SEND),
        Answer::Depends(vec![
            "IpAddress aws:SourceIp 203.0.113.0/24 holds (statement 'office' of the identity policy 'own')"
                .to_owned()
        ])
    );
    let case = Case::new(user(), queue())
        .identity(allow(r#""sqs:*""#))
        .boundary(allow(r#""*""#))
        .identity(from_office("Deny"))
        .context(Context::open());
    assert_eq!(
        case.on(SEND),
        Answer::Depends(vec![
            "IpAddress aws:SourceIp 203.0.113.0/24 does not hold (statement 'office' of the identity policy 'own')"
                .to_owned()
        ])
    );
    let (granting, blocking) = case.grounds(SEND);
    assert_eq!(granting, ["statement 'allow' of the identity policy 'own'"]);
    assert_eq!(
        blocking,
        ["statement 'office' of the identity policy 'own'"]
    );
}

#[test]
fn what_is_decided_anyway_depends_on_nothing() {
    let case = || {
        Case::new(user(), queue())
            .identity(from_office("Allow"))
            .context(Context::open())
    };
    assert_eq!(
        case().identity(allow(r#""sqs:*""#)).on(SEND),
        Answer::Allowed
    );
    assert_eq!(
        case().identity(deny(r#""sqs:*""#)).on(SEND),
        Answer::Explicit
    );
    assert!(case().boundary(allow(r#""s3:*""#)).on(SEND).is_implicit());
}

#[test]
fn the_grounds_of_a_sure_answer_are_the_sure_ones() {
    let case = Case::new(user(), queue())
        .identity(allow(r#""sqs:*""#))
        .identity(from_office("Allow"))
        .context(Context::open());
    let (granting, _) = case.grounds(SEND);
    assert_eq!(granting, ["statement 'allow' of the identity policy 'own'"]);
    let case = case
        .identity(deny(r#""sqs:*""#))
        .identity(from_office("Deny"));
    let (granting, blocking) = case.grounds(SEND);
    assert_eq!(blocking, ["statement 'deny' of the identity policy 'own'"]);
    assert_eq!(granting, ["statement 'allow' of the identity policy 'own'"]);
}

#[test]
fn only_the_conditions_that_matter_are_named() {
    let case = Case::new(user(), queue())
        .identity(allow(r#""sqs:*""#))
        .identity(from_office("Allow"))
        .boundary(from_office("Allow"))
        .context(Context::open());
    assert_eq!(
        case.on(SEND),
        Answer::Depends(vec![
            "IpAddress aws:SourceIp 203.0.113.0/24 holds (statement 'office' of the permissions boundary 'boundary')"
                .to_owned()
        ])
    );
}

#[test]
fn a_condition_that_holds_for_every_value_depends_on_none() {
    let own = |condition: &str| {
        let policy = statements(&format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#
        ));
        Case::new(user(), queue())
            .identity(policy)
            .context(Context::open())
            .on(SEND)
    };
    assert_eq!(
        own(r#"{"StringLike":{"aws:PrincipalArn":"*"}}"#),
        Answer::Allowed
    );
    assert_eq!(
        own(r#"{"StringLikeIfExists":{"aws:SourceVpc":"*"}}"#),
        Answer::Allowed
    );
    assert!(own(r#"{"StringLike":{"aws:SourceVpc":"*"}}"#).is_open());
    assert!(own(r#"{"StringNotLikeIfExists":{"aws:SourceVpc":"*"}}"#).is_open());
}

mod not_assessed {
    use super::*;

    fn unreadable<'p>() -> Attached<'p> {
        Attached::unreadable("broken", "line 1 column 2")
    }

    fn decide(policies: &Policies<'_, '_>) -> Answer {
        let (caller, resource, context) = (user(), queue(), Context::closed());
        let request = Request {
            caller: &caller,
            action: SEND,
            resource: &resource,
            context: &context,
        };
        Answer::of(&evaluate(&request, policies))
    }

    fn because(reason: &str) -> Answer {
        Answer::NotAssessed(vec![reason.to_owned()])
    }

    #[test]
    fn a_policy_that_cannot_be_read_may_deny_whatever_the_others_allow() {
        let sqs = allow(r#""sqs:*""#);
        let identity = [Attached::new("own", &sqs), unreadable()];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        assert_eq!(
            decide(&policies),
            because("the identity policy 'broken' is not known: line 1 column 2")
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_may_allow_what_nothing_else_allows() {
        let identity = [unreadable()];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        assert!(matches!(decide(&policies), Answer::NotAssessed(_)));
        let policies = Policies {
            resource: Some(unreadable()),
            ..Policies::default()
        };
        assert_eq!(
            decide(&policies),
            because("the resource policy 'broken' is not known: line 1 column 2")
        );
    }

    #[test]
    fn what_is_denied_anyway_is_denied() {
        let no = deny(r#""sqs:*""#);
        let identity = [Attached::new("own", &no), unreadable()];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        assert_eq!(decide(&policies), Answer::Explicit);
        let other = allow(r#""s3:*""#);
        let boundary = Some(Attached::new("boundary", &other));
        let identity = [unreadable()];
        let policies = Policies {
            identity: &identity,
            boundary,
            ..Policies::default()
        };
        assert!(decide(&policies).is_implicit());
    }

    #[test]
    fn organisation_policies_not_seen_may_deny() {
        let sqs = allow(r#""sqs:*""#);
        let identity = [Attached::new("own", &sqs)];
        let policies = Policies {
            identity: &identity,
            scps: Controls::Unseen("organizations:DescribePolicy was denied".into()),
            ..Policies::default()
        };
        assert_eq!(
            decide(&policies),
            because(
                "the service control policy is not known: organizations:DescribePolicy was denied"
            )
        );
    }

    fn own(statement: &str) -> Answer {
        Case::new(user(), queue())
            .identity(statements(statement))
            .on(SEND)
    }

    #[test]
    fn a_statement_with_an_unknown_part_may_mean_anything_where_it_applies() {
        for (statement, part) in [
            (
                r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","Mood":"good"}"#,
                "the element 'Mood' of statement 1 of the identity policy 'own' is not understood",
            ),
            (
                r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringResembles":{"a":"b"}}}"#,
                "the condition StringResembles a b of statement 1 of the identity policy 'own' is not understood",
            ),
            (
                r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"office"}}}"#,
                "the condition IpAddress aws:SourceIp office of statement 1 of the identity policy 'own' is not understood",
            ),
            (
                r#"{"Effect":"Allow","Resource":"*"}"#,
                "the lack of Action of statement 1 of the identity policy 'own' is not understood",
            ),
            (
                r#"{"Effect":"Allow","Action":"*"}"#,
                "the lack of Resource of statement 1 of the identity policy 'own' is not understood",
            ),
            (
                r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#,
                "the Principal of statement 1 of the identity policy 'own' is not understood",
            ),
        ] {
            assert_eq!(own(statement), because(part));
        }
        let elsewhere = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Mood":"good"}"#;
        assert!(own(elsewhere).is_implicit());
    }

    #[test]
    fn a_principal_of_an_unknown_kind_may_be_the_caller() {
        let policy = granting(r#"{"Martian":"x"}"#);
        assert_eq!(
            Case::new(user(), queue()).resource(policy).on(SEND),
            because(
                "the principal kind 'Martian' of statement 'grant' of the resource policy 'resource' is not understood"
            )
        );
        let without = allow(r#""*""#);
        assert_eq!(
            Case::new(user(), queue()).resource(without).on(SEND),
            because(
                "the lack of Principal of statement 'allow' of the resource policy 'resource' is not understood"
            )
        );
    }

    #[test]
    fn an_unknown_element_of_the_document_is_one_of_every_statement() {
        let policy = policy(
            r#"{"Colour":"red","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        );
        assert_eq!(
            Case::new(user(), queue()).identity(policy).on(SEND),
            because(
                "the element 'Colour' of statement 1 of the identity policy 'own' is not understood"
            )
        );
    }
}
