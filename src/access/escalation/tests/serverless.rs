//! Paths by functions, workflows and events.

use tripod_model::fixtures::denied;
use tripod_model::stepfunctions::{StateMachine, StateMachineDetails};
use tripod_model::{Arn, Observed, Sources};

use super::world::{EVERYTHING, World, allow};
use crate::escalation::{Answer, Node};

/// A user who may do these actions, and an administrator role for a service.
fn passing(service: &str, actions: &[&str]) -> World {
    let mut world = World::new();
    let quoted: Vec<String> = actions.iter().map(|name| format!("\"{name}\"")).collect();
    let own = allow(
        &format!("[\"iam:PassRole\",{}]", quoted.join(",")),
        r#""*""#,
    );
    world.user("ada", &[&own]);
    world.service_role("admin", service, &[EVERYTHING]);
    world
}

#[test]
fn a_role_is_passed_to_every_service_that_runs_something_with_it() {
    for (service, actions, rule) in [
        (
            "lambda",
            &["lambda:CreateFunction", "lambda:AddPermission"][..],
            "lambda-new-function-permission",
        ),
        (
            "lambda",
            &[
                "lambda:CreateFunction",
                "lambda:CreateFunctionUrlConfig",
                "lambda:InvokeFunctionUrl",
            ],
            "lambda-new-function-url",
        ),
        (
            "states",
            &["states:CreateStateMachine", "states:StartExecution"],
            "states-new-machine",
        ),
        ("states", &["states:TestState"], "states-test-state"),
        (
            "events",
            &["events:PutRule", "events:PutTargets"],
            "events-rule-target",
        ),
        ("pipes", &["pipes:CreatePipe"], "pipes-new-pipe"),
        (
            "scheduler",
            &["scheduler:CreateSchedule"],
            "scheduler-new-schedule",
        ),
        (
            "apigateway",
            &["apigateway:POST", "apigateway:PUT"],
            "apigateway-integration-credentials",
        ),
        (
            "cloudformation",
            &["cloudformation:CreateStack"],
            "cloudformation-new-stack",
        ),
        (
            "cloudformation",
            &[
                "cloudformation:CreateStackSet",
                "cloudformation:CreateStackInstances",
            ],
            "cloudformation-new-stack-set",
        ),
        (
            "codebuild",
            &["codebuild:CreateProject", "codebuild:StartBuildBatch"],
            "codebuild-new-project-batch",
        ),
        (
            "codepipeline",
            &["codepipeline:CreatePipeline"],
            "codepipeline-new-pipeline",
        ),
        (
            "glue",
            &["glue:CreateJob", "glue:StartJobRun"],
            "glue-new-job",
        ),
        (
            "glue",
            &["glue:CreateSession", "glue:RunStatement"],
            "glue-new-session",
        ),
        (
            "bedrock-agentcore",
            &[
                "bedrock-agentcore:CreateCodeInterpreter",
                "bedrock-agentcore:StartCodeInterpreterSession",
                "bedrock-agentcore:InvokeCodeInterpreter",
            ],
            "agentcore-new-interpreter",
        ),
        (
            "amplify",
            &[
                "amplify:CreateApp",
                "amplify:CreateBranch",
                "amplify:StartJob",
            ],
            "amplify-new-app",
        ),
        ("iot", &["iot:CreateTopicRule"], "iot-topic-rule"),
        (
            "ssm",
            &["ssm:CreateDocument", "ssm:StartAutomationExecution"],
            "ssm-automation",
        ),
        (
            "ecs-tasks",
            &["ecs:RegisterTaskDefinition", "ecs:RunTask"],
            "ecs-new-task",
        ),
        (
            "tasks.apprunner",
            &["apprunner:CreateService"],
            "apprunner-new-service",
        ),
        (
            "emr-serverless",
            &[
                "emr-serverless:CreateApplication",
                "emr-serverless:StartJobRun",
            ],
            "emr-serverless-new-job",
        ),
        (
            "omics",
            &["omics:CreateWorkflow", "omics:StartRun"],
            "omics-new-run",
        ),
    ] {
        let world = passing(service, actions);
        assert_eq!(world.rules("user/ada"), [rule], "{service}");
    }
}

#[test]
fn each_of_a_rules_actions_is_needed() {
    let world = passing("lambda", &["lambda:CreateFunction"]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
    let world = passing("states", &["states:CreateStateMachine"]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn the_code_of_a_function_is_the_use_of_its_role() {
    for (action, rule) in [
        ("lambda:UpdateFunctionCode", "lambda-code-updated"),
        (
            "lambda:UpdateFunctionConfiguration",
            "lambda-configuration-updated",
        ),
    ] {
        let mut world = World::new();
        let only = allow(
            &format!("\"{action}\""),
            r#""arn:aws:lambda:eu-central-1:111122223333:function:claims""#,
        );
        world.user("ada", &[&only]);
        world.service_role("claims", "lambda", &[EVERYTHING]);
        world.service_role("bills", "lambda", &[EVERYTHING]);
        world.function("bills");
        assert_eq!(
            world.to_administrator("user/ada"),
            Answer::No,
            "another function"
        );
        world.function("claims");
        assert_eq!(world.rules("user/ada"), [rule]);
        assert_eq!(
            world.path("user/ada").line(),
            "ada -> claims (administrator)"
        );
    }
}

#[test]
fn a_functions_policy_may_let_its_code_be_changed() {
    let mut world = World::new();
    world.user("ada", &[]);
    world.service_role("claims", "lambda", &[EVERYTHING]);
    world.function("claims");
    if let Observed::Known(functions) = &mut world.region().lambda.functions {
        functions[0].policy = Observed::Known(tripod_model::fixtures::allow(
            r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#,
            "lambda:UpdateFunctionCode",
            "arn:aws:lambda:eu-central-1:111122223333:function:claims",
            "{}",
        ));
    }
    let path = world.path("user/ada");
    assert_eq!(path.steps[0].rule, "lambda-code-updated");
    assert!(
        path.steps[0].requests[0].by[0].contains("resource policy"),
        "{path:?}"
    );
}

#[test]
fn another_role_for_a_function_that_is_there() {
    let mut world = passing(
        "lambda",
        &[
            "lambda:UpdateFunctionConfiguration",
            "lambda:UpdateFunctionCode",
        ],
    );
    assert_eq!(
        world.to_administrator("user/ada"),
        Answer::No,
        "there is no function"
    );
    world.service_role("claims", "lambda", &[]);
    world.function("claims");
    assert_eq!(world.rules("user/ada"), ["lambda-role-changed"]);
}

#[test]
fn functions_that_were_not_listed_leave_the_answer_open() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""lambda:UpdateFunctionCode""#, r#""*""#)]);
    world.service_role("claims", "lambda", &[EVERYTHING]);
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
    world.region().lambda.functions = denied("lambda:ListFunctions");
    assert_eq!(world.perhaps("user/ada"), ["lambda-code-updated"]);
    let answer = world.to_administrator("user/ada");
    let unseen = &answer.path().expect("possible").unseen;
    assert!(
        unseen[0].starts_with("functions in eu-central-1 were not read"),
        "{unseen:?}"
    );
}

#[test]
fn a_state_machine_is_rewritten_and_acts_with_its_role() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""states:UpdateStateMachine""#, r#""*""#)]);
    world.service_role("flow", "states", &[EVERYTHING]);
    world.region().stepfunctions.state_machines = Observed::Known(vec![StateMachine {
        arn: Arn::new("arn:aws:states:eu-central-1:111122223333:stateMachine:flow"),
        name: "flow".to_owned(),
        kind: Some("STANDARD".to_owned()),
        details: Observed::Known(StateMachineDetails {
            role: Some(Arn::new("arn:aws:iam::111122223333:role/flow")),
            logging: None,
            tracing: None,
            encryption: None,
            kms_key: None,
            tasks: Observed::NotCollected,
        }),
        sources: Sources::default(),
    }]);
    assert_eq!(world.rules("user/ada"), ["states-machine-updated"]);
}

#[test]
fn a_function_starts_with_its_role() {
    let mut world = World::new();
    let own = allow(
        r#""iam:PutRolePolicy""#,
        r#""arn:aws:iam::111122223333:role/claims""#,
    );
    world.service_role("claims", "lambda", &[&own]);
    let function = world.function("claims");
    let path = world.path(function.as_str());
    let rules: Vec<&str> = path.steps.iter().map(|step| step.rule).collect();
    assert_eq!(rules, ["function-role", "iam-put-role-policy"]);
    assert_eq!(path.from, Node::Function(function.to_string()));
    assert!(path.conditions.is_empty());
}

#[test]
fn several_functions_in_a_row() {
    let mut world = World::new();
    let update = |name: &str| {
        allow(
            r#""lambda:UpdateFunctionCode""#,
            &format!(r#""arn:aws:lambda:eu-central-1:111122223333:function:{name}""#),
        )
    };
    world.service_role("one", "lambda", &[&update("two")]);
    world.service_role("two", "lambda", &[&update("three")]);
    world.service_role("three", "lambda", &[EVERYTHING]);
    let first = world.function("one");
    world.function("two");
    world.function("three");
    assert_eq!(
        world.path(first.as_str()).line(),
        "one -> one -> two -> three (administrator)"
    );
    assert_eq!(
        world.rules(first.as_str()),
        [
            "function-role",
            "lambda-code-updated",
            "lambda-code-updated"
        ]
    );
}
