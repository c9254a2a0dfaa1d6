//! Denies, conditions, boundaries, organisation policies and trust are honoured; what was not seen is
//! kept apart from what is not there.

use tripod_model::fixtures::denied;
use tripod_model::organizations::{ControlPolicy, Organization, Target};
use tripod_model::{Observed, PolicyDocument, Sources};

use super::world::{EVERYTHING, World, allow, arn, deny, policy};
use crate::escalation::Answer;

const ACCOUNT_ROOT: &str = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;

fn any(action: &str) -> String {
    allow(&format!("\"{action}\""), r#""*""#)
}

#[test]
fn an_administrator_needs_no_step() {
    let mut world = World::new();
    world.user("boss", &[EVERYTHING]);
    let path = world.path("user/boss");
    assert!(path.steps.is_empty());
    assert_eq!(path.line(), "boss (administrator)");
}

#[test]
fn who_may_do_nothing_gets_nowhere() {
    let mut world = World::new();
    world.high_privileged();
    world.user("ada", &[]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn a_boundary_makes_an_administrator_none_and_its_removal_makes_it_one_again() {
    let mut world = World::new();
    let bound = world.managed("bound", &[&any("s3:*")]);
    world.user("boss", &[EVERYTHING]).permissions_boundary = Some(bound.clone());
    assert_eq!(world.to_administrator("user/boss"), Answer::No);

    let wider = world.managed(
        "wider",
        &[&any("s3:*"), &any("iam:DeleteUserPermissionsBoundary")],
    );
    world.user("chief", &[EVERYTHING]).permissions_boundary = Some(wider);
    assert_eq!(world.rules("user/chief"), ["iam-delete-user-boundary"]);
}

#[test]
fn what_is_granted_anew_stays_within_the_boundary() {
    let mut world = World::new();
    let bound = world.managed("bound", &[&any("s3:*"), &any("iam:PutUserPolicy")]);
    world
        .user("ada", &[&any("iam:PutUserPolicy")])
        .permissions_boundary = Some(bound);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn a_delegate_who_may_write_policies_of_bounded_users_only_cannot_free_itself() {
    let mut world = World::new();
    let bound = world.managed("bound", &[&any("s3:*"), &any("iam:*")]);
    let delegated = format!(
        r#"{{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*",
            "Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{bound}"}}}}}}"#
    );
    // It has no boundary itself, so the condition does not hold for it.
    world.user("delegate", &[&delegated]);
    assert_eq!(world.to_administrator("user/delegate"), Answer::No);
}

#[test]
fn an_attachment_of_one_named_policy_is_no_administrator() {
    let mut world = World::new();
    let only = r#"{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*",
        "Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}"#;
    world.user("ada", &[only]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn a_condition_is_named_by_the_path() {
    let mut world = World::new();
    let with_mfa = r#"{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*",
        "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
    world.user("ada", &[with_mfa]);
    let path = world.path("user/ada");
    assert_eq!(
        path.conditions,
        [
            "iam:PutUserPolicy: Bool aws:MultiFactorAuthPresent true holds (statement 1 of the identity policy 'own')"
        ]
    );
}

#[test]
fn of_two_ways_the_shorter_is_told_and_of_equal_ones_that_with_fewer_conditions() {
    let mut world = World::new();
    let with_mfa = format!(
        r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{}",
            "Condition":{{"Bool":{{"aws:MultiFactorAuthPresent":"true"}}}}}}"#,
        arn("role/a-guarded")
    );
    let free = allow(
        r#""sts:AssumeRole""#,
        &format!("\"{}\"", arn("role/z-free")),
    );
    world.user("ada", &[&with_mfa, &free]);
    world.role("a-guarded", ACCOUNT_ROOT, &[EVERYTHING]);
    world.role("z-free", ACCOUNT_ROOT, &[EVERYTHING]);
    assert_eq!(
        world.path("user/ada").line(),
        "ada -> z-free (administrator)"
    );
}

#[test]
fn a_role_is_passed_to_the_services_it_trusts_alone() {
    let mut world = World::new();
    let pass = allow(
        r#"["iam:PassRole","lambda:CreateFunction","lambda:InvokeFunction"]"#,
        r#""*""#,
    );
    world.user("ada", &[&pass]);
    world.service_role("builder", "codebuild", &[EVERYTHING]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
    world.service_role("function", "lambda", &[EVERYTHING]);
    assert_eq!(
        world.path("user/ada").line(),
        "ada -> function (administrator)"
    );
}

#[test]
fn a_role_is_passed_to_the_services_that_the_policy_names() {
    let passing = |service: &str| {
        let mut world = World::new();
        let pass = format!(
            r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
                "Condition":{{"StringEquals":{{"iam:PassedToService":"{service}"}}}}}}"#
        );
        let make = allow(
            r#"["lambda:CreateFunction","lambda:InvokeFunction"]"#,
            r#""*""#,
        );
        world.user("ada", &[&pass, &make]);
        world.service_role("function", "lambda", &[EVERYTHING]);
        world.to_administrator("user/ada")
    };
    assert!(matches!(passing("lambda.amazonaws.com"), Answer::Yes(_)));
    assert_eq!(passing("ec2.amazonaws.com"), Answer::No);
}

#[test]
fn a_new_thing_has_a_name_that_the_policy_allows() {
    let mut world = World::new();
    let pass = any("iam:PassRole");
    let make = allow(
        r#"["lambda:CreateFunction","lambda:InvokeFunction"]"#,
        r#""arn:aws:lambda:*:*:function:team-*""#,
    );
    world.user("ada", &[&pass, &make]);
    world.service_role("function", "lambda", &[EVERYTHING]);
    let path = world.path("user/ada");
    assert!(
        path.steps[0]
            .resources
            .contains(&"arn:aws:lambda:eu-central-1:111122223333:function:team-new".to_owned()),
        "{:?}",
        path.steps[0].resources
    );
}

#[test]
fn two_actions_on_two_different_new_functions_are_no_step() {
    let mut world = World::new();
    let pass = any("iam:PassRole");
    let make = allow(
        r#""lambda:CreateFunction""#,
        r#""arn:aws:lambda:*:*:function:a-*""#,
    );
    let call = allow(
        r#""lambda:InvokeFunction""#,
        r#""arn:aws:lambda:*:*:function:b-*""#,
    );
    world.user("ada", &[&pass, &make, &call]);
    world.service_role("function", "lambda", &[EVERYTHING]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn a_role_lets_in_whom_its_trust_policy_names() {
    let mut world = World::new();
    world.user("ada", &[&any("sts:AssumeRole")]);
    world.user("bob", &[&any("sts:AssumeRole")]);
    world.role(
        "admin",
        r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#,
        &[EVERYTHING],
    );
    assert_eq!(world.rules("user/ada"), ["sts-assume-role"]);
    assert_eq!(world.to_administrator("user/bob"), Answer::No);
}

#[test]
fn a_role_that_trusts_the_account_leaves_it_to_identity_policies() {
    let mut world = World::new();
    world.user("ada", &[&any("sts:AssumeRole")]);
    world.user("bob", &[]);
    world.role("admin", ACCOUNT_ROOT, &[EVERYTHING]);
    assert_eq!(world.rules("user/ada"), ["sts-assume-role"]);
    assert_eq!(world.to_administrator("user/bob"), Answer::No);
}

#[test]
fn a_role_named_in_a_trust_policy_needs_no_policy_of_its_own_and_a_deny_stops_it() {
    let mut world = World::new();
    world.user("ada", &[]);
    world.user("bob", &[&deny(r#""sts:AssumeRole""#, r#""*""#)]);
    let both =
        r#"{"AWS":["arn:aws:iam::111122223333:user/ada","arn:aws:iam::111122223333:user/bob"]}"#;
    world.role("admin", both, &[EVERYTHING]);
    assert_eq!(world.rules("user/ada"), ["sts-assume-role"]);
    assert_eq!(world.to_administrator("user/bob"), Answer::No);
}

#[test]
fn an_external_id_is_a_condition_of_the_path() {
    let mut world = World::new();
    world.user("ada", &[&any("sts:AssumeRole")]);
    let role = world.role("admin", ACCOUNT_ROOT, &[EVERYTHING]);
    role.trust_policy = Some(policy(&[r#"{"Effect":"Allow",
        "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole",
        "Condition":{"StringEquals":{"sts:ExternalId":"secret"}}}"#]));
    let path = world.path("user/ada");
    assert!(
        path.conditions[0].contains("sts:ExternalId"),
        "{:?}",
        path.conditions
    );
}

#[test]
fn a_rewritten_trust_policy_does_not_help_whom_a_deny_stops() {
    let mut world = World::new();
    let rewrite = any("iam:UpdateAssumeRolePolicy");
    world.role(
        "admin",
        r#"{"Service":"lambda.amazonaws.com"}"#,
        &[EVERYTHING],
    );
    world.user("ada", &[&rewrite]);
    world.user("bob", &[&rewrite, &deny(r#""sts:AssumeRole""#, r#""*""#)]);
    assert_eq!(world.rules("user/ada"), ["iam-update-assume-role-policy"]);
    assert_eq!(world.to_administrator("user/bob"), Answer::No);
}

#[test]
fn whoever_grants_to_another_has_to_come_to_act_as_it() {
    let mut world = World::new();
    let write = allow(
        r#""iam:PutRolePolicy""#,
        &format!("\"{}\"", arn("role/other")),
    );
    world.user("ada", &[&write]);
    world.user("bob", &[&write, &any("sts:AssumeRole")]);
    world.role("other", ACCOUNT_ROOT, &[]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
    assert_eq!(
        world.rules("user/bob"),
        ["iam-put-role-policy", "sts-assume-role"]
    );
    assert_eq!(
        world.path("user/bob").line(),
        "bob -> other -> other (administrator)"
    );
}

#[test]
fn whoever_acts_as_two_uses_the_one_to_grant_to_the_other() {
    let mut world = World::new();
    world.user("ada", &[&any("sts:AssumeRole")]);
    let write = allow(
        r#""iam:PutRolePolicy""#,
        &format!("\"{}\"", arn("role/worker")),
    );
    let only_ada = r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#;
    world.role("writer", only_ada, &[&write]);
    world.role("worker", only_ada, &[]);
    assert_eq!(
        world.rules("user/ada"),
        ["sts-assume-role", "iam-put-role-policy", "sts-assume-role"]
    );
}

#[test]
fn roles_that_aws_keeps_are_neither_changed_nor_passed() {
    let mut world = World::new();
    world.user(
        "ada",
        &[&allow(
            r#"["iam:UpdateAssumeRolePolicy","iam:PutRolePolicy"]"#,
            r#""*""#,
        )],
    );
    world.role(
        "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        r#"{"Service":"ecs.amazonaws.com"}"#,
        &[EVERYTHING],
    );
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn a_role_of_identity_center_starts_paths_like_any_other() {
    let mut world = World::new();
    let saml = r#"{"Federated":"arn:aws:iam::111122223333:saml-provider/sso"}"#;
    let reserved = "aws-reserved/sso.amazonaws.com/AWSReservedSSO";
    world.role(&format!("{reserved}_Admin"), saml, &[EVERYTHING]);
    world.role(&format!("{reserved}_Ops"), saml, &[&any("sts:AssumeRole")]);
    world.role("deploy", ACCOUNT_ROOT, &[EVERYTHING]);
    assert!(
        world
            .path(&format!("role/{reserved}_Admin"))
            .steps
            .is_empty()
    );
    assert_eq!(
        world.rules(&format!("role/{reserved}_Ops")),
        ["sts-assume-role"]
    );
}

#[test]
fn what_comes_from_a_group_counts() {
    let mut world = World::new();
    world.group("writers", &[&any("iam:PutUserPolicy")]);
    world.user("ada", &[]).groups.push("writers".to_owned());
    assert_eq!(world.rules("user/ada"), ["iam-put-user-policy"]);
}

/// An organisation whose one level above the account has this policy beside AWS's own.
fn with_scp(world: &mut World, statement: &str) {
    let full = policy(&[EVERYTHING]);
    let own = policy(&[statement]);
    let control = |id: &str, content: PolicyDocument| ControlPolicy {
        id: id.to_owned(),
        arn: None,
        name: Some(id.to_owned()),
        aws_managed: Some(false),
        content: Observed::Known(content),
        sources: Sources::default(),
    };
    let organizations = &mut world.account.organizations;
    organizations.organization = Observed::Known(Organization {
        id: "o-exampleorg".to_owned(),
        feature_set: Some("ALL".to_owned()),
        management_account: Some("999988887777".to_owned()),
        sources: Sources::default(),
    });
    organizations.path = Observed::Known(vec![Target {
        id: "111122223333".to_owned(),
        kind: "ACCOUNT".to_owned(),
        service_control: Observed::Known(vec!["full".to_owned(), "own".to_owned()]),
        resource_control: Observed::Known(vec![]),
        declarative: Observed::Known(vec![]),
    }]);
    organizations.policies = vec![control("full", full), control("own", own)];
}

#[test]
fn a_service_control_policy_stops_a_step() {
    let mut world = World::new();
    world.user("ada", &[&any("iam:PutUserPolicy")]);
    with_scp(&mut world, &deny(r#""sqs:*""#, r#""*""#));
    assert_eq!(world.rules("user/ada"), ["iam-put-user-policy"]);
    with_scp(&mut world, &deny(r#""iam:Put*""#, r#""*""#));
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn organisation_policies_that_were_not_seen_leave_paths_possible() {
    let mut world = World::new();
    world.user("ada", &[&any("iam:PutUserPolicy")]);
    world.user("bob", &[]);
    world.account.organizations.organization = denied("organizations:DescribeOrganization");
    assert_eq!(world.perhaps("user/ada"), ["iam-put-user-policy"]);
    let answer = world.to_administrator("user/ada");
    let path = answer.path().expect("possible");
    assert!(
        path.unseen[0].contains("service control policy"),
        "{:?}",
        path.unseen
    );
    // What nothing allows, no organisation policy allows.
    assert_eq!(world.to_administrator("user/bob"), Answer::No);
}

#[test]
fn a_policy_that_cannot_be_read_is_never_a_pass() {
    let mut world = World::new();
    world
        .user("ada", &[])
        .inline_policies
        .insert("broken".to_owned(), PolicyDocument("{".to_owned()));
    let answer = world.to_administrator("user/ada");
    let Answer::Perhaps(path) = &answer else {
        panic!("{answer:?}");
    };
    assert!(path.steps.is_empty());
    assert!(
        path.unseen[0].contains("'broken' is not known"),
        "{:?}",
        path.unseen
    );
}

#[test]
fn whoever_can_act_as_one_that_cannot_be_read_is_not_assessed_either() {
    let mut world = World::new();
    world.user("ada", &[&any("sts:AssumeRole")]);
    world
        .role("unknown", ACCOUNT_ROOT, &[])
        .inline_policies
        .insert("broken".to_owned(), PolicyDocument("{".to_owned()));
    assert_eq!(world.perhaps("user/ada"), ["sts-assume-role"]);
}

#[test]
fn a_certain_way_is_told_before_a_shorter_one_that_is_not() {
    let mut world = World::new();
    world.high_privileged();
    world.user("ada", &[&any("ssm:StartSession"), &any("sts:AssumeRole")]);
    let to_middle = r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#;
    world.role("middle", to_middle, &[&any("iam:PutRolePolicy")]);
    assert_eq!(
        world.rules("user/ada"),
        ["sts-assume-role", "iam-put-role-policy"]
    );
}

#[test]
fn a_grant_that_has_run_out_is_none() {
    let mut world = World::new();
    let until = r#"{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*",
        "Condition":{"DateLessThan":{"aws:CurrentTime":"2025-01-01T00:00:00Z"}}}"#;
    world.user("ada", &[until]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn nobody_starts_at_what_is_not_there() {
    let world = World::new();
    let error = world
        .ask(|graph| graph.to_administrator(&arn("user/nobody")))
        .expect_err("none");
    assert!(error.to_string().contains("user/nobody"), "{error}");
}

#[test]
fn the_same_account_gives_the_same_paths() {
    let mut world = World::new();
    world.high_privileged();
    for place in 0..8 {
        world.user(
            &format!("user{place}"),
            &[&any("sts:AssumeRole"), &any("iam:PassRole"), &any("ec2:*")],
        );
        world.role(
            &format!("role{place}"),
            ACCOUNT_ROOT,
            &[&any("iam:PassRole"), &any("lambda:*")],
        );
    }
    let once = world.ask(|graph| serde_json::to_string(&graph.all()).expect("written"));
    let again = world.ask(|graph| serde_json::to_string(&graph.all()).expect("written"));
    assert_eq!(once, again);
    assert!(once.starts_with(r#"{"schema":"tripod.paths.v1","account":"111122223333","paths":["#));
}
