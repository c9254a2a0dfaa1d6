//! In one account it matters in which form a resource's policy names the caller.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::*;

const SEND: &str = "sqs:SendMessage";
const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/claims"}"#;
const USER: &str = r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#;
const SESSION: &str = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/claims/job-7"}"#;
const FEDERATED: &str = r#"{"AWS":"arn:aws:sts::111122223333:federated-user/ada"}"#;

fn job() -> Caller {
    role().with_session("job-7")
}

fn federated() -> Caller {
    let arn = Arn::new("arn:aws:sts::111122223333:federated-user/ada");
    let user = Arn::new("arn:aws:iam::111122223333:user/ada");
    Caller::federated_user(&arn, Some(&user)).expect("a federated user")
}

/// The queue's policy grants; boundary and session policy allow something else.
fn limited(caller: &Caller, principal: &str) -> (Answer, Answer, Answer) {
    let case = |caller: &Caller| Case::new(caller.clone(), queue()).resource(granting(principal));
    let other = || allow(r#""s3:*""#);
    (
        case(caller).on(SEND),
        case(caller).boundary(other()).on(SEND),
        case(caller).session(other()).on(SEND),
    )
}

#[test]
fn a_user_named_by_its_arn_is_not_limited_by_its_boundary() {
    let (alone, boundary, _) = limited(&user(), USER);
    assert_eq!((alone, boundary), (Answer::Allowed, Answer::Allowed));
}

#[test]
fn a_role_named_by_its_arn_is_limited_by_boundary_and_session_policy() {
    let (alone, boundary, session) = limited(&job(), ROLE);
    assert_eq!(alone, Answer::Allowed);
    assert!(boundary.is_implicit());
    assert!(session.is_implicit());
}

#[test]
fn a_session_named_by_its_arn_is_limited_by_neither() {
    let all = (Answer::Allowed, Answer::Allowed, Answer::Allowed);
    assert_eq!(limited(&job(), SESSION), all);
    assert!(
        limited(&role().with_session("job-8"), SESSION)
            .0
            .is_implicit()
    );
}

#[test]
fn which_session_it_is_may_be_open() {
    let (alone, _, _) = limited(&role(), SESSION);
    assert_eq!(
        alone,
        Answer::Depends(vec![
            "principal holds (statement 'grant' of the resource policy 'resource')".to_owned()
        ])
    );
    let other = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/reports/job-7"}"#;
    assert!(limited(&role(), other).0.is_implicit());
}

#[test]
fn a_federated_user_named_by_its_arn_is_limited_by_neither() {
    let all = (Answer::Allowed, Answer::Allowed, Answer::Allowed);
    assert_eq!(limited(&federated(), FEDERATED), all);
}

#[test]
fn a_federated_user_named_by_the_user_behind_it_is_limited_by_both() {
    let case = || Case::new(federated(), queue()).resource(granting(USER));
    let any = || allow(r#""*""#);
    assert_eq!(case().session(any()).on(SEND), Answer::Allowed);
    assert!(case().session(allow(r#""s3:*""#)).on(SEND).is_implicit());
    let bounded = case().session(any()).boundary(allow(r#""s3:*""#));
    assert!(bounded.on(SEND).is_implicit());
}

#[test]
fn a_federated_user_without_a_session_policy_has_nothing_of_the_users_permissions() {
    let case = Case::new(federated(), queue()).identity(allow(r#""*""#));
    assert!(case.on(SEND).is_implicit());
    assert_eq!(case.session(allow(r#""*""#)).on(SEND), Answer::Allowed);
}

#[test]
fn everyone_on_condition_of_the_roles_arn_is_limited_by_neither() {
    let grant = || {
        statements(
            r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{
                "ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/claims"}}}"#,
        )
    };
    let case = || Case::new(job(), queue()).resource(grant());
    let other = || allow(r#""s3:*""#);
    assert_eq!(case().on(SEND), Answer::Allowed);
    assert_eq!(case().boundary(other()).on(SEND), Answer::Allowed);
    assert_eq!(case().session(other()).on(SEND), Answer::Allowed);
    assert_eq!(case().identity(deny(r#""*""#)).on(SEND), Answer::Explicit);
    let reports =
        Caller::role(&Arn::new("arn:aws:iam::111122223333:role/reports")).expect("a role");
    assert!(
        Case::new(reports, queue())
            .resource(grant())
            .on(SEND)
            .is_implicit()
    );
}

#[test]
fn an_account_is_a_delegation_and_grants_its_users_and_roles_nothing() {
    for account in [
        r#"{"AWS":"111122223333"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
    ] {
        for caller in [user(), job()] {
            let case = Case::new(caller, queue()).resource(granting(account));
            assert!(case.on(SEND).is_implicit(), "{account}");
            assert_eq!(case.identity(allow(r#""sqs:*""#)).on(SEND), Answer::Allowed);
        }
        assert_eq!(limited(&root(), account).0, Answer::Allowed);
    }
}

#[test]
fn the_id_left_of_a_deleted_role_names_nobody_but_who_has_it() {
    let id = r#"{"AWS":"AROAEXAMPLEID"}"#;
    assert!(limited(&job(), id).0.is_implicit());
    assert_eq!(
        limited(&job().with_id("AROAEXAMPLEID"), id).0,
        Answer::Allowed
    );
    assert!(limited(&job().with_id("AROAANOTHERID"), id).0.is_implicit());
}

#[test]
fn no_wildcard_matches_part_of_a_principal() {
    for principal in [
        r#"{"AWS":"arn:aws:iam::111122223333:role/*"}"#,
        r#"{"AWS":"arn:aws:iam::*:role/claims"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:role/Claims"}"#,
    ] {
        assert!(limited(&job(), principal).0.is_implicit(), "{principal}");
    }
}

#[test]
fn a_service_is_named_as_a_service_and_by_its_exact_name() {
    let s3 = Caller::service("s3.amazonaws.com");
    assert_eq!(
        limited(&s3, r#"{"Service":"s3.amazonaws.com"}"#).0,
        Answer::Allowed
    );
    assert_eq!(limited(&s3, r#""*""#).0, Answer::Allowed);
    for principal in [
        r#"{"Service":"s3.ap-east-1.amazonaws.com"}"#,
        r#"{"Service":"sns.amazonaws.com"}"#,
        r#"{"AWS":"s3.amazonaws.com"}"#,
        r#"{"AWS":"111122223333"}"#,
    ] {
        assert!(limited(&s3, principal).0.is_implicit(), "{principal}");
    }
}

#[test]
fn an_anonymous_caller_is_let_in_by_everyone_only() {
    let anonymous = Caller::anonymous();
    for everyone in [r#""*""#, r#"{"AWS":"*"}"#] {
        assert_eq!(limited(&anonymous, everyone).0, Answer::Allowed);
    }
    assert!(
        limited(&anonymous, r#"{"AWS":"111122223333"}"#)
            .0
            .is_implicit()
    );
}

#[test]
fn a_canonical_user_is_an_account_by_another_name() {
    let principal = r#"{"CanonicalUser":"79a59df900b949e5"}"#;
    let case = |caller: Caller| {
        Case::new(caller, bucket("claims", OTHER))
            .identity(allow(r#""s3:*""#))
            .resource(granting(principal))
            .on("s3:GetObject")
    };
    assert_eq!(
        case(user().with_canonical_user("79a59df900b949e5")),
        Answer::Allowed
    );
    assert!(case(user().with_canonical_user("aaaa")).is_implicit());
    assert!(
        case(user()).is_open(),
        "the account's canonical id is not known"
    );
    assert!(case(Caller::anonymous()).is_implicit());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
mod not_principal {
    use super::*;

    fn sparing(caller: Caller, principals: &str) -> Case {
        let policy = statements(&format!(
            r#"{{"Sid":"all but","Effect":"Deny","NotPrincipal":{principals},"Action":"*","Resource":"*"}}"#
        ));
        Case::new(caller, queue())
            .identity(allow(r#""sqs:*""#))
            .resource(policy)
    }

    const ROLE_AND_ACCOUNT: &str =
        r#"{"AWS":["arn:aws:iam::111122223333:role/claims","arn:aws:iam::111122223333:root"]}"#;

    #[test]
    fn a_deny_strikes_everyone_but_those_listed_with_their_account() {
        assert_eq!(sparing(job(), ROLE_AND_ACCOUNT).on(SEND), Answer::Allowed);
        let reports =
            Caller::role(&Arn::new("arn:aws:iam::444455556666:role/reports")).expect("a role");
        assert_eq!(
            sparing(reports, ROLE_AND_ACCOUNT).on(SEND),
            Answer::Explicit
        );
        assert_eq!(
            sparing(Caller::anonymous(), ROLE_AND_ACCOUNT).on(SEND),
            Answer::Explicit
        );
    }

    #[test]
    fn a_role_without_its_account_might_be_struck() {
        let open = sparing(job(), ROLE).on(SEND);
        assert_eq!(
            open,
            Answer::Depends(vec![
                "principal does not hold (statement 'all but' of the resource policy 'resource')"
                    .to_owned()
            ])
        );
    }

    #[test]
    fn whoever_has_a_permissions_boundary_is_always_struck() {
        let bounded = sparing(job(), ROLE_AND_ACCOUNT).boundary(allow(r#""*""#));
        assert_eq!(bounded.on(SEND), Answer::Explicit);
    }

    #[test]
    fn a_service_listed_is_spared() {
        let s3 = r#"{"Service":"s3.amazonaws.com"}"#;
        let denied = |name: &str| sparing(Caller::service(name), s3).on(SEND);
        assert!(
            denied("s3.amazonaws.com").is_implicit(),
            "nothing allows it either"
        );
        assert_eq!(denied("sns.amazonaws.com"), Answer::Explicit);
    }

    #[test]
    fn an_allow_lets_in_everyone_else_also_without_credentials() {
        let policy = || {
            statements(
                r#"{"Effect":"Allow","NotPrincipal":{"AWS":"444455556666"},"Action":"*","Resource":"*"}"#,
            )
        };
        let case = |caller: Caller| Case::new(caller, queue()).resource(policy()).on(SEND);
        assert_eq!(case(Caller::anonymous()), Answer::Allowed);
        assert_eq!(case(user()), Answer::Allowed);
    }
}
