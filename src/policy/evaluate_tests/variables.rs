//! Policy variables and tags.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::*;

fn object(name: &str) -> Resource {
    bucket(&format!("amzn-s3-demo-bucket/{name}"), OWN)
}

fn getting(caller: Caller, name: &str, policy: Policy) -> Answer {
    Case::new(caller, object(name))
        .identity(policy)
        .on("s3:GetObject")
}

fn home() -> Policy {
    statements(
        r#"{"Effect":"Allow","Action":"s3:*","Resource":[
            "arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}",
            "arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}/*"]}"#,
    )
}

#[test]
fn every_user_has_a_home() {
    assert_eq!(getting(user(), "home/ada/file", home()), Answer::Allowed);
    assert!(getting(user(), "home/bo/file", home()).is_implicit());
    assert!(
        getting(role(), "home/ada/file", home()).is_implicit(),
        "a role has no user name"
    );
}

#[test]
fn a_bucket_for_every_team_and_one_for_the_rest() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":
                "arn:aws:s3:::amzn-s3-demo-bucket/${aws:PrincipalTag/team, 'company-wide'}/*"}"#,
        )
    };
    let yellow = || role().tagged([("Team", "yellow")]);
    let nobody = || role().tagged([("cost", "1")]);
    assert_eq!(getting(yellow(), "yellow/file", policy()), Answer::Allowed);
    assert!(getting(yellow(), "company-wide/file", policy()).is_implicit());
    assert_eq!(
        getting(nobody(), "company-wide/file", policy()),
        Answer::Allowed
    );
    let open = getting(role(), "yellow/file", policy());
    assert_eq!(
        open,
        Answer::Depends(vec![
            "resource arn:aws:s3:::amzn-s3-demo-bucket/${aws:PrincipalTag/team, 'company-wide'}/* holds \
             (statement 1 of the identity policy 'own')"
                .to_owned()
        ])
    );
}

#[test]
fn a_variable_in_a_condition_compares_two_keys() {
    let owned = || {
        statements(
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{
                "s3:ExistingObjectTag/owner":"${aws:PrincipalTag/owner}"}}}"#,
        )
    };
    let case = |caller: Caller, owner: &str| {
        Case::new(caller, object("file"))
            .identity(owned())
            .context(Context::closed().with("s3:ExistingObjectTag/owner", owner))
            .on("s3:GetObject")
    };
    let ada = || user().tagged([("owner", "ada")]);
    assert_eq!(case(ada(), "ada"), Answer::Allowed);
    assert!(case(ada(), "bo").is_implicit());
    assert!(case(user().tagged([("cost", "1")]), "ada").is_implicit());
    assert!(case(user(), "ada").is_open());
}

/// "Access is explicitly denied when aws:principaltag/Team is not set."
#[test]
fn a_negated_comparison_with_a_variable_without_value_holds() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
             "Condition":{"StringNotEquals":{"s3:ExistingObjectTag/Team":"${aws:PrincipalTag/Team}"}}}"#,
        )
    };
    let case = |caller: Caller| {
        Case::new(caller, object("file"))
            .identity(policy())
            .context(Context::closed().with("s3:ExistingObjectTag/Team", "yellow"))
            .on("s3:GetObject")
    };
    assert_eq!(case(role().tagged([("team", "yellow")])), Answer::Allowed);
    assert_eq!(case(role().tagged([("team", "blue")])), Answer::Explicit);
    assert_eq!(case(role().tagged([("cost", "1")])), Answer::Explicit);
}

/// "If AWS cannot resolve a variable, this might cause the entire statement to be invalid."
#[test]
fn what_a_variable_without_value_spares_is_open() {
    let sparing = |pattern: &str| {
        statements(&format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*"}},
            {{"Effect":"Deny","Action":"s3:*","NotResource":[{pattern}]}}"#
        ))
    };
    let home = r#""arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*""#;
    let with_default = r#""arn:aws:s3:::amzn-s3-demo-bucket/${aws:username, 'all'}/*""#;
    let own = |caller: Caller, pattern: &str| getting(caller, "ada/file", sparing(pattern));
    assert_eq!(own(user(), home), Answer::Allowed);
    assert!(own(role(), home).is_open());
    assert_eq!(own(role(), with_default), Answer::Explicit);
    let everything = format!(r#"{home}, "arn:aws:s3:::*""#);
    assert_eq!(own(role(), &everything), Answer::Allowed);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[test]
fn without_the_version_a_variable_is_text() {
    let old = policy(
        r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:*",
            "Resource":"arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*"}}"#,
    );
    assert!(getting(user(), "ada/file", old.clone()).is_implicit());
    assert_eq!(
        getting(user(), "${aws:username}/file", old),
        Answer::Allowed
    );
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars>
#[test]
fn special_characters_stand_for_themselves() {
    let policy = statements(
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/a${*}b${?}c${$}"}"#,
    );
    assert_eq!(getting(user(), "a*b?c$", policy.clone()), Answer::Allowed);
    assert!(getting(user(), "axxbyc$", policy).is_implicit());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
#[test]
fn what_every_kind_of_principal_has_for_its_keys() {
    let federated = Caller::federated_user(
        &Arn::new("arn:aws:sts::111122223333:federated-user/bo"),
        None,
    )
    .expect("a federated user");
    let rows = [
        (root(), None, Some(OWN), "Account"),
        (
            user().with_id("AIDAEXAMPLE"),
            Some("ada"),
            Some("AIDAEXAMPLE"),
            "User",
        ),
        (federated, None, Some("111122223333:bo"), "FederatedUser"),
        (
            role().with_id("AROAEXAMPLE").with_session("job-7"),
            None,
            Some("AROAEXAMPLE:job-7"),
            "AssumedRole",
        ),
        (Caller::anonymous(), None, Some("anonymous"), "Anonymous"),
    ];
    for (caller, name, id, kind) in rows {
        let holds = |condition: &str| {
            let policy = statements(&format!(
                r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{condition}}}"#
            ));
            Case::new(caller.clone(), queue())
                .resource(policy)
                .on("sqs:SendMessage")
                == Answer::Allowed
        };
        match name {
            Some(name) => assert!(holds(&format!(
                r#"{{"StringEquals":{{"aws:username":"{name}"}}}}"#
            ))),
            None => assert!(holds(r#"{"Null":{"aws:username":"true"}}"#), "{caller:?}"),
        }
        if let Some(id) = id {
            assert!(
                holds(&format!(r#"{{"StringEquals":{{"aws:userid":"{id}"}}}}"#)),
                "{caller:?}"
            );
        }
        assert!(
            holds(&format!(
                r#"{{"StringEquals":{{"aws:PrincipalType":"{kind}"}}}}"#
            )),
            "{caller:?}"
        );
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[test]
fn what_follows_from_caller_and_resource_need_not_be_given() {
    let holds = |caller: Caller, condition: &str| {
        let policy = statements(&format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{condition}}}"#
        ));
        Case::new(caller, queue().tagged([("Stage", "prod")]))
            .resource(policy)
            .context(Context::open())
            .on("sqs:SendMessage")
    };
    let service = || Caller::service("sns.amazonaws.com");
    for (caller, condition) in [
        (
            role(),
            r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/claims"}}"#,
        ),
        (
            role(),
            r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        ),
        (
            role(),
            r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#,
        ),
        (
            role(),
            r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
        ),
        (
            role(),
            r#"{"StringEquals":{"aws:ResourceTag/stage":"prod"}}"#,
        ),
        (role(), r#"{"Null":{"aws:ResourceTag/owner":"true"}}"#),
        (role(), r#"{"Bool":{"aws:PrincipalIsAWSService":"false"}}"#),
        (
            role(),
            r#"{"Null":{"aws:SourceArn":"true","aws:SourceAccount":"true"}}"#,
        ),
        (role(), r#"{"Null":{"aws:PrincipalServiceName":"true"}}"#),
        (role(), r#"{"Null":{"aws:TokenIssueTime":"false"}}"#),
        (
            service(),
            r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
        ),
        (
            service(),
            r#"{"StringEquals":{"aws:PrincipalServiceName":"sns.amazonaws.com"}}"#,
        ),
        (service(), r#"{"Null":{"aws:PrincipalOrgID":"true"}}"#),
        (
            Caller::anonymous(),
            r#"{"StringEquals":{"aws:PrincipalAccount":"anonymous"}}"#,
        ),
        (
            Caller::anonymous(),
            r#"{"Null":{"aws:PrincipalArn":"true"}}"#,
        ),
    ] {
        assert_eq!(
            holds(caller.clone(), condition),
            Answer::Allowed,
            "{caller:?} {condition}"
        );
    }
    for (caller, condition) in [
        (role(), r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
        (
            role(),
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#,
        ),
        (
            role(),
            r#"{"StringEquals":{"aws:PrincipalTag/team":"claims"}}"#,
        ),
        (role(), r#"{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}"#),
        (
            service(),
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
        ),
    ] {
        assert!(
            holds(caller.clone(), condition).is_open(),
            "{caller:?} {condition}"
        );
    }
}

/// Bucket policies of old name roles by the ids of their sessions.
#[test]
fn any_session_of_a_role_is_known_by_the_roles_id() {
    let policy = statements(
        r#"{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotLike":{
            "aws:userid":["AROAEXAMPLE:*","111122223333"]}}}"#,
    );
    let case = |caller: Caller| {
        Case::new(caller, queue())
            .identity(policy.clone())
            .context(Context::open())
            .on("sqs:SendMessage")
    };
    assert_eq!(case(role().with_id("AROAEXAMPLE")), Answer::Allowed);
    assert_eq!(case(role().with_id("AROAOTHER")), Answer::Explicit);
    assert!(case(role()).is_open());
    assert_eq!(case(root()), Answer::Allowed);
}

#[test]
fn what_the_context_says_takes_precedence() {
    let policy = statements(
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"bo"}}}"#,
    );
    let case = Case::new(user(), queue())
        .identity(policy)
        .context(Context::open().with("AWS:UserName", "bo"));
    assert_eq!(case.on("sqs:SendMessage"), Answer::Allowed);
}
