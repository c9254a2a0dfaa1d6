//! The nine cases that BishopFox wrote to test tools with: `fn1` to `fn4` are escalations that tools
//! miss, `fp1` to `fp5` are none and tools report them. Each is a user and a role with the same policies.
//!
//! <https://github.com/BishopFox/iam-vulnerable>, `modules/free-resources/tool-testing`, commit 7b32ca2.
//! The policies here say the same in our words.

use super::world::{World, allow, deny};
use crate::escalation::Answer;

/// The user and the role of a case, each with the case's policies attached.
fn case(name: &str, policies: &[(&str, &[&str])]) -> World {
    let mut world = World::new();
    world.high_privileged();
    let attached: Vec<_> = policies
        .iter()
        .map(|(name, statements)| world.managed(name, statements))
        .collect();
    world.user(&format!("{name}-user"), &[]).attached_policies = attached.clone();
    let outside = r#"{"AWS":"arn:aws:iam::444455556666:user/tester"}"#;
    world
        .role(&format!("{name}-role"), outside, &[])
        .attached_policies = attached;
    world
}

fn none(world: &World, name: &str) {
    for start in [format!("user/{name}-user"), format!("role/{name}-role")] {
        assert_eq!(world.to_administrator(&start), Answer::No, "{start}");
    }
}

#[test]
fn fn1_an_instance_by_one_policy_and_the_role_by_another() {
    let run = allow(r#"["ec2:DescribeInstances","ec2:RunInstances"]"#, r#""*""#);
    let pass = allow(r#""iam:PassRole""#, r#""*""#);
    let world = case("fn1", &[("partial", &[&run]), ("passrole-star", &[&pass])]);
    for start in ["user/fn1-user", "role/fn1-role"] {
        let path = world.path(start);
        assert_eq!(world.rules(start), ["ec2-new-instance"]);
        assert_eq!(
            path.line(),
            format!("{} -> high-priv (administrator)", &start[5..])
        );
        assert!(path.conditions.is_empty(), "{:?}", path.conditions);
        let step = &path.steps[0];
        assert_eq!(step.requests[0].action, "iam:PassRole");
        assert_eq!(
            step.requests[0].by,
            ["statement 1 of the identity policy 'arn:aws:iam::111122223333:policy/passrole-star'"]
        );
        assert!(
            step.requests
                .iter()
                .any(|request| request.action == "ec2:RunInstances")
        );
    }
}

#[test]
fn fn1_alone_no_policy_of_the_two_is_enough() {
    let run = allow(r#"["ec2:DescribeInstances","ec2:RunInstances"]"#, r#""*""#);
    none(&case("fn1", &[("partial", &[&run])]), "fn1");
    let pass = allow(r#""iam:PassRole""#, r#""*""#);
    none(&case("fn1", &[("passrole-star", &[&pass])]), "fn1");
}

#[test]
fn fn2_a_policy_by_name_is_the_one_attached() {
    let own = allow(
        r#""iam:CreatePolicyVersion""#,
        r#""arn:aws:iam::*:policy/fn2-*""#,
    );
    let world = case("fn2", &[("fn2-exploitable", &[&own])]);
    for start in ["user/fn2-user", "role/fn2-role"] {
        assert_eq!(world.rules(start), ["iam-create-policy-version"]);
        let path = world.path(start);
        assert_eq!(
            path.steps[0].resources,
            ["arn:aws:iam::111122223333:policy/fn2-exploitable"]
        );
        assert_eq!(path.line(), format!("{} -> administrator", &start[5..]));
    }
}

fn by_token(operator: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"*",
            "Condition":{{"{operator}":{{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}}}}}"#
    )
}

#[test]
fn fn3_a_token_of_after_2020_is_any_token() {
    let world = case(
        "fn3",
        &[("fn3-exploitable", &[&by_token("DateGreaterThan")])],
    );
    assert_eq!(world.rules("role/fn3-role"), ["iam-create-policy-version"]);
    assert!(world.path("role/fn3-role").conditions.is_empty());
    // The key is not in a request that is signed with a user's access key, and it is in one with
    // the temporary credentials that any user gets by sts:GetSessionToken.
    let path = world.path("user/fn3-user");
    assert_eq!(world.rules("user/fn3-user"), ["iam-create-policy-version"]);
    assert!(
        path.conditions[0].contains("DateGreaterThan aws:TokenIssueTime"),
        "{:?}",
        path.conditions
    );
}

#[test]
fn fn4_all_but_some_of_iam_leaves_enough_of_iam() {
    let rest = r#"{"Effect":"Allow","NotAction":["iam:Update*","iam:Create*","iam:Attach*"],"Resource":"*"}"#;
    let world = case("fn4", &[("fn4-exploitable", &[rest])]);
    assert_eq!(world.rules("user/fn4-user"), ["iam-put-user-policy"]);
    assert_eq!(world.rules("role/fn4-role"), ["iam-put-role-policy"]);
}

#[test]
fn fp1_a_deny_beside_the_allow() {
    let (grant, refuse) = (allow(r#""iam:*""#, r#""*""#), deny(r#""iam:*""#, r#""*""#));
    none(
        &case("fp1", &[("allow-and-deny", &[&grant, &refuse])]),
        "fp1",
    );
}

#[test]
fn fp2_a_deny_in_another_policy() {
    let (grant, refuse) = (allow(r#""*""#, r#""*""#), deny(r#""*""#, r#""*""#));
    none(
        &case("fp2", &[("allow-all", &[&grant]), ("deny-all", &[&refuse])]),
        "fp2",
    );
}

#[test]
fn fp3_a_deny_alone() {
    none(
        &case("fp3", &[("deny-iam", &[&deny(r#""iam:*""#, r#""*""#)])]),
        "fp3",
    );
}

#[test]
fn fp4_a_policy_of_aws_that_nobody_can_write() {
    let own = allow(
        r#""iam:CreatePolicyVersion""#,
        r#""arn:aws:iam::aws:policy/fp4-*""#,
    );
    none(&case("fp4", &[("fp4-policy", &[&own])]), "fp4");
}

#[test]
fn fp5_a_token_of_before_2020_is_no_token() {
    none(
        &case("fp5", &[("fp5-policy", &[&by_token("DateLessThan")])]),
        "fp5",
    );
}
