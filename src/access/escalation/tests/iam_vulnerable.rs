//! The escalations of iam-vulnerable, each found by its own row of the table.
//!
//! <https://github.com/BishopFox/iam-vulnerable>, `modules/free-resources/privesc-paths`, commit 7b32ca2.
//! Its privileged service role is `high-priv` here, its privileged user `boss`, its privileged group
//! `sre`. The policies say the same in our words.

use super::world::{EVERYTHING, World, allow, policy};
use tripod_model::fixtures::function;
use tripod_model::iam::PolicyVersion;
use tripod_model::{Arn, Observed};

/// A user and a role that may do these actions on everything.
fn able(actions: &[&str]) -> World {
    let mut world = World::new();
    world.high_privileged();
    world.user("boss", &[EVERYTHING]);
    let sre = world.managed("sre", &[&allow(r#"["iam:*","ec2:*","s3:*"]"#, r#""*""#)]);
    world.group("sre", &[EVERYTHING]).attached_policies = vec![sre];
    let quoted: Vec<String> = actions.iter().map(|name| format!("\"{name}\"")).collect();
    let own = world.managed(
        "own",
        &[&allow(&format!("[{}]", quoted.join(",")), r#""*""#)],
    );
    world.user("start", &[]).attached_policies = vec![own.clone()];
    let outside = r#"{"AWS":"arn:aws:iam::444455556666:user/tester"}"#;
    world.role("start", outside, &[]).attached_policies = vec![own];
    world
}

/// That each is found, from the user and the role alike, by this rule alone.
fn found(actions: &[&str], rule: &str) {
    let world = able(actions);
    for start in ["user/start", "role/start"] {
        assert_eq!(world.rules(start), [rule], "{start}");
    }
}

#[test]
fn of_policies_and_credentials() {
    found(&["iam:CreatePolicyVersion"], "iam-create-policy-version"); // privesc1
    found(&["iam:CreateAccessKey"], "iam-create-access-key"); // privesc4
    found(&["iam:CreateLoginProfile"], "iam-create-login-profile"); // privesc5
    found(&["iam:UpdateLoginProfile"], "iam-update-login-profile"); // privesc6
    found(
        &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
        "iam-update-assume-role-policy",
    ); // privesc14
}

#[test]
fn privesc2_an_older_version() {
    let mut world = able(&["iam:SetDefaultPolicyVersion"]);
    assert_eq!(
        world.to_administrator("user/start"),
        crate::escalation::Answer::No
    );
    let own = world
        .policies()
        .iter_mut()
        .find(|policy| policy.name == "own")
        .expect("made");
    own.other_versions.push(PolicyVersion {
        id: Some("v1".to_owned()),
        document: Some(policy(&[EVERYTHING])),
        created: None,
    });
    assert_eq!(
        world.rules("user/start"),
        ["iam-set-default-policy-version"]
    );
    assert_eq!(
        world.rules("role/start"),
        ["iam-set-default-policy-version"]
    );
}

#[test]
fn of_own_policies() {
    let mut world = able(&["iam:AttachUserPolicy"]); // privesc7
    assert_eq!(world.rules("user/start"), ["iam-attach-user-policy"]);
    world = able(&["iam:PutUserPolicy"]); // privesc10
    assert_eq!(world.rules("user/start"), ["iam-put-user-policy"]);
    world = able(&["iam:AttachRolePolicy"]); // privesc9
    assert_eq!(world.rules("role/start"), ["iam-attach-role-policy"]);
    world = able(&["iam:PutRolePolicy"]); // privesc12
    assert_eq!(world.rules("role/start"), ["iam-put-role-policy"]);
    world = able(&["iam:AddUserToGroup"]); // privesc13
    assert_eq!(world.rules("user/start"), ["iam-add-user-to-group"]);
}

#[test]
fn of_own_groups() {
    for (action, rule) in [
        ("iam:AttachGroupPolicy", "iam-attach-group-policy"), // privesc8
        ("iam:PutGroupPolicy", "iam-put-group-policy"),       // privesc11
    ] {
        let mut world = able(&[action]);
        world.user("member", &[]).groups.push("members".to_owned());
        let own = allow(&format!("\"{action}\""), r#""*""#);
        world.group("members", &[&own]);
        assert_eq!(world.rules("user/member"), [rule]);
    }
}

#[test]
fn of_roles_that_are_passed() {
    for (actions, rule) in [
        // privesc3
        (&["ec2:RunInstances"][..], "ec2-new-instance"),
        // privesc15
        (
            &["lambda:CreateFunction", "lambda:InvokeFunction"],
            "lambda-new-function-invoked",
        ),
        // privesc16
        (
            &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
            "lambda-new-function-event-source",
        ),
        // privesc18
        (
            &["glue:CreateDevEndpoint", "glue:GetDevEndpoint"],
            "glue-new-endpoint",
        ),
        // privesc20
        (
            &[
                "cloudformation:CreateStack",
                "cloudformation:DescribeStacks",
            ],
            "cloudformation-new-stack",
        ),
        // privesc21
        (
            &[
                "datapipeline:CreatePipeline",
                "datapipeline:PutPipelineDefinition",
                "datapipeline:ActivatePipeline",
            ],
            "datapipeline-new-pipeline",
        ),
        // privesc-codeBuildCreateProjectPassRole
        (
            &["codebuild:CreateProject", "codebuild:StartBuild"],
            "codebuild-new-project",
        ),
        // privesc-sageMakerCreateNotebookPassRole
        (
            &[
                "sagemaker:CreateNotebookInstance",
                "sagemaker:CreatePresignedNotebookInstanceUrl",
            ],
            "sagemaker-new-notebook",
        ),
        // privesc-sageMakerCreateTrainingJob
        (&["sagemaker:CreateTrainingJob"], "sagemaker-training-job"),
        // privesc-sageMakerCreateProcessingJob
        (
            &["sagemaker:CreateProcessingJob"],
            "sagemaker-processing-job",
        ),
    ] {
        let with: Vec<&str> = actions.iter().copied().chain(["iam:PassRole"]).collect();
        found(&with, rule);
        let world = able(actions);
        let rules = match world.to_administrator("user/start") {
            crate::escalation::Answer::Yes(path) => panic!("without iam:PassRole: {path:?}"),
            other => other.path().map(|path| path.steps[0].rule),
        };
        assert_ne!(rules, Some(rule), "without iam:PassRole");
    }
}

#[test]
fn privesc17_the_code_of_a_function() {
    let mut world = able(&[
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
    ]);
    assert_eq!(
        world.to_administrator("user/start"),
        crate::escalation::Answer::No
    );
    let mut privileged = function("claims");
    privileged.configuration.role = Some(Arn::new("arn:aws:iam::111122223333:role/high-priv"));
    world.region().lambda.functions = Observed::Known(vec![privileged]);
    for start in ["user/start", "role/start"] {
        let path = world.path(start);
        assert_eq!(path.steps[0].rule, "lambda-code-updated");
        assert_eq!(
            path.steps[0].resources,
            ["arn:aws:lambda:eu-central-1:111122223333:function:claims"]
        );
    }
}

#[test]
fn roles_of_things_that_a_snapshot_does_not_hold_are_possible_and_not_certain() {
    for (actions, rule) in [
        // privesc19
        (&["glue:UpdateDevEndpoint"][..], "glue-endpoint-updated"),
        // privesc-cloudFormationUpdateStack
        (
            &["cloudformation:UpdateStack"],
            "cloudformation-stack-updated",
        ),
        // privesc-ec2InstanceConnect
        (
            &["ec2-instance-connect:SendSSHPublicKey"],
            "ec2-instance-connect",
        ),
        // privesc-sageMakerCreatePresignedNotebookURL
        (
            &["sagemaker:CreatePresignedNotebookInstanceUrl"],
            "sagemaker-notebook-opened",
        ),
        // privesc-ssmSendCommand
        (&["ssm:SendCommand"], "ssm-send-command"),
        // privesc-ssmStartSession
        (&["ssm:StartSession"], "ssm-start-session"),
    ] {
        let world = able(actions);
        assert_eq!(world.perhaps("user/start"), [rule]);
        assert_eq!(world.perhaps("role/start"), [rule]);
    }
}

#[test]
fn privesc_assume_role_three_roles_in_a_row() {
    let mut world = World::new();
    let only = |name: &str| format!(r#"{{"AWS":"arn:aws:iam::111122223333:role/{name}"}}"#);
    world.role(
        "starting",
        r#"{"AWS":"arn:aws:iam::444455556666:user/tester"}"#,
        &[],
    );
    world.role("intermediate", &only("starting"), &[]);
    world.role("ending", &only("intermediate"), &[EVERYTHING]);
    let path = world.path("role/starting");
    assert_eq!(
        path.line(),
        "starting -> intermediate -> ending (administrator)"
    );
    assert_eq!(
        world.rules("role/starting"),
        ["sts-assume-role", "sts-assume-role"]
    );
}

#[test]
fn the_sre_group_and_role_write_their_own_policies() {
    let mut world = able(&["sts:GetCallerIdentity"]);
    world.user("sre-user", &[]).groups.push("sre".to_owned());
    // Here the group is an administrator besides.
    assert!(world.path("user/sre-user").steps.is_empty());
    let sre = Arn::new("arn:aws:iam::111122223333:policy/sre");
    world
        .role(
            "sre",
            r#"{"AWS":"arn:aws:iam::111122223333:user/sre-user"}"#,
            &[],
        )
        .attached_policies = vec![sre];
    assert_eq!(world.rules("role/sre"), ["iam-put-role-policy"]);
}

#[test]
fn a_password_is_made_where_there_is_none_and_changed_where_there_is_one() {
    use tripod_model::fixtures::credentials;
    use tripod_model::iam::Reported;
    for (enabled, makes, changes) in [(true, false, true), (false, true, false)] {
        for (action, steps) in [
            ("iam:CreateLoginProfile", makes),
            ("iam:UpdateLoginProfile", changes),
        ] {
            let mut world = able(&[action]);
            let mut boss = credentials("boss", "arn:aws:iam::111122223333:user/boss");
            boss.password.enabled = Reported::Value(enabled);
            if let Observed::Known(report) = &mut world.account.iam.credential_report {
                report.rows.push(boss);
            }
            let found = matches!(
                world.to_administrator("role/start"),
                crate::escalation::Answer::Yes(_)
            );
            assert_eq!(found, steps, "{action} with a password: {enabled}");
        }
    }
}
