//! Steps by serverless services: functions, workflows, events, jobs and agents.

use super::{Rule, Target, Thing};

const LAMBDA: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html";
const LAMBDA_PERMISSIONS: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html";
const STATES: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html";
const EVENTS: &str =
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html";
const PIPES: &str =
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html";
const SCHEDULER: &str = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html";
const GLUE: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html";
const AGENTCORE: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockagentcore.html";
const APIGATEWAY: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html";
const AMPLIFY: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsamplify.html";
const COGNITO: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html";
const IOT: &str = "https://docs.aws.amazon.com/iot/latest/developerguide/pass-role.html";
const IOT_CREDENTIALS: &str =
    "https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html";

/// The role of a function.
const TO_LAMBDA: Target = Target::Passed("lambda.amazonaws.com");
const FUNCTION: Target = Target::RoleOf(Thing::Function);

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "lambda-new-function-invoked",
        "makes a function that runs with the role, and calls it",
        TO_LAMBDA,
        &["lambda:CreateFunction", "lambda:InvokeFunction"],
        &[
            "rhino 15",
            "pathfinding lambda-001",
            "iam-vulnerable privesc15",
        ],
        LAMBDA,
    ),
    Rule::new(
        "lambda-new-function-event-source",
        "makes a function that runs with the role, and has a queue, stream or table call it",
        TO_LAMBDA,
        &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        &[
            "rhino 16",
            "pathfinding lambda-002",
            "iam-vulnerable privesc16",
        ],
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
    ),
    Rule::new(
        "lambda-new-function-permission",
        "makes a function that runs with the role, and lets itself or a service call it by the function's policy",
        TO_LAMBDA,
        &["lambda:CreateFunction", "lambda:AddPermission"],
        &["pathfinding lambda-006"],
        LAMBDA_PERMISSIONS,
    ),
    Rule::new(
        "lambda-new-function-url",
        "makes a function that runs with the role, gives it a URL and calls that",
        TO_LAMBDA,
        &[
            "lambda:CreateFunction",
            "lambda:CreateFunctionUrlConfig",
            "lambda:InvokeFunctionUrl",
        ],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    ),
    Rule::new(
        "lambda-new-function-event-rule",
        "makes a function that runs with the role, and has an event rule call it",
        TO_LAMBDA,
        &[
            "lambda:CreateFunction",
            "lambda:AddPermission",
            "events:PutRule",
            "events:PutTargets",
        ],
        &[],
        EVENTS,
    ),
    Rule::new(
        "lambda-code-updated",
        "replaces the code of the function, which runs with its role at the next call",
        FUNCTION,
        &["lambda:UpdateFunctionCode"],
        &[
            "rhino 17",
            "pathfinding lambda-003",
            "iam-vulnerable privesc17",
        ],
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html",
    ),
    Rule::new(
        "lambda-code-updated-invoked",
        "replaces the code of the function and calls it",
        FUNCTION,
        &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"],
        &["pathfinding lambda-004"],
        LAMBDA,
    ),
    Rule::new(
        "lambda-code-updated-permission",
        "replaces the code of the function and lets itself call it by the function's policy",
        FUNCTION,
        &["lambda:UpdateFunctionCode", "lambda:AddPermission"],
        &["pathfinding lambda-005"],
        LAMBDA_PERMISSIONS,
    ),
    Rule::new(
        "lambda-code-updated-event-source",
        "replaces the code of the function and has a queue, stream or table call it",
        FUNCTION,
        &[
            "lambda:UpdateFunctionCode",
            "lambda:CreateEventSourceMapping",
        ],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html",
    ),
    Rule::new(
        "lambda-configuration-updated",
        "changes the configuration of the function so that other code runs with its role: a layer, a wrapper named in its environment, another handler",
        FUNCTION,
        &["lambda:UpdateFunctionConfiguration"],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html",
    ),
    Rule::new(
        "lambda-layer-published",
        "publishes a layer and puts it under the function",
        FUNCTION,
        &[
            "lambda:PublishLayerVersion",
            "lambda:UpdateFunctionConfiguration",
        ],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html",
    ),
    Rule::new(
        "lambda-role-changed",
        "gives the role to a function whose code it replaces",
        TO_LAMBDA,
        &[
            "lambda:UpdateFunctionConfiguration",
            "lambda:UpdateFunctionCode",
        ],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html",
    )
    .on(&[Thing::Function]),
    Rule::new(
        "lambda-role-changed-layer",
        "gives the role to a function and puts a layer of its own under it",
        TO_LAMBDA,
        &["lambda:UpdateFunctionConfiguration"],
        &[],
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html",
    )
    .on(&[Thing::Function]),
    Rule::new(
        "states-new-machine",
        "makes a state machine that calls AWS with the role, and starts it",
        Target::Passed("states.amazonaws.com"),
        &["states:CreateStateMachine", "states:StartExecution"],
        &[],
        STATES,
    ),
    Rule::new(
        "states-new-machine-synchronous",
        "makes an express state machine that calls AWS with the role, and starts it",
        Target::Passed("states.amazonaws.com"),
        &["states:CreateStateMachine", "states:StartSyncExecution"],
        &[],
        STATES,
    ),
    Rule::new(
        "states-test-state",
        "tests a state that calls AWS with the role",
        Target::Passed("states.amazonaws.com"),
        &["states:TestState"],
        &[],
        "https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html",
    ),
    Rule::new(
        "states-machine-updated",
        "rewrites the state machine, which calls AWS with its role at the next start",
        Target::RoleOf(Thing::StateMachine),
        &["states:UpdateStateMachine"],
        &[],
        STATES,
    ),
    Rule::new(
        "states-role-changed",
        "gives the role to a state machine that it rewrites",
        Target::Passed("states.amazonaws.com"),
        &["states:UpdateStateMachine"],
        &[],
        STATES,
    )
    .on(&[Thing::StateMachine]),
    Rule::new(
        "events-rule-target",
        "makes an event rule that acts on its targets with the role",
        Target::Passed("events.amazonaws.com"),
        &["events:PutRule", "events:PutTargets"],
        &[],
        EVENTS,
    ),
    Rule::new(
        "events-target-changed",
        "gives a target of its own to the event rule, whose role acts on it",
        Target::RoleOf(Thing::EventRule),
        &["events:PutTargets"],
        &[],
        EVENTS,
    ),
    Rule::new(
        "pipes-new-pipe",
        "makes a pipe that reads and writes with the role",
        Target::Passed("pipes.amazonaws.com"),
        &["pipes:CreatePipe"],
        &[],
        PIPES,
    ),
    Rule::new(
        "pipes-pipe-updated",
        "changes the enrichment or target of the pipe, which keeps its role",
        Target::RoleOf(Thing::Pipe),
        &["pipes:UpdatePipe"],
        &[],
        PIPES,
    ),
    Rule::new(
        "scheduler-new-schedule",
        "makes a schedule that calls AWS with the role",
        Target::Passed("scheduler.amazonaws.com"),
        &["scheduler:CreateSchedule"],
        &[],
        SCHEDULER,
    ),
    Rule::new(
        "scheduler-schedule-updated",
        "gives the role to a schedule, with a target that calls AWS",
        Target::Passed("scheduler.amazonaws.com"),
        &["scheduler:UpdateSchedule"],
        &[],
        SCHEDULER,
    )
    .on(&[Thing::Schedule]),
    Rule::new(
        "apigateway-integration-credentials",
        "makes an API whose integration calls AWS with the role",
        Target::Passed("apigateway.amazonaws.com"),
        &["apigateway:POST", "apigateway:PUT"],
        &[],
        APIGATEWAY,
    ),
    Rule::new(
        "glue-new-job",
        "makes a Glue job that runs with the role, and runs it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:CreateJob", "glue:StartJobRun"],
        &["pathfinding glue-003"],
        GLUE,
    ),
    Rule::new(
        "glue-new-job-trigger",
        "makes a Glue job that runs with the role, and has a trigger run it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:CreateJob", "glue:CreateTrigger"],
        &["pathfinding glue-004"],
        GLUE,
    ),
    Rule::new(
        "glue-job-updated",
        "gives the role to a Glue job with a script of its own, and runs it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:UpdateJob", "glue:StartJobRun"],
        &["pathfinding glue-005"],
        GLUE,
    )
    .on(&[Thing::GlueJob]),
    Rule::new(
        "glue-job-updated-trigger",
        "gives the role to a Glue job with a script of its own, and has a trigger run it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:UpdateJob", "glue:CreateTrigger"],
        &["pathfinding glue-006"],
        GLUE,
    )
    .on(&[Thing::GlueJob]),
    Rule::new(
        "glue-new-session",
        "opens a Glue session that runs with the role, and runs statements in it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:CreateSession", "glue:RunStatement"],
        &["pathfinding glue-007"],
        GLUE,
    ),
    Rule::new(
        "glue-new-endpoint",
        "makes a Glue development endpoint that runs with the role, and signs in to it",
        Target::Passed("glue.amazonaws.com"),
        &["glue:CreateDevEndpoint", "glue:GetDevEndpoint"],
        &[
            "rhino 18",
            "pathfinding glue-001",
            "iam-vulnerable privesc18",
        ],
        GLUE,
    ),
    Rule::new(
        "glue-endpoint-updated",
        "puts its own key on the Glue development endpoint and signs in to it",
        Target::RoleOf(Thing::DevEndpoint),
        &["glue:UpdateDevEndpoint"],
        &[
            "rhino 19",
            "pathfinding glue-002",
            "iam-vulnerable privesc19",
        ],
        GLUE,
    ),
    Rule::new(
        "agentcore-new-interpreter",
        "makes a code interpreter that runs with the role, and runs code in it",
        Target::Passed("bedrock-agentcore.amazonaws.com"),
        &[
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
        &["pathfinding bedrock-001"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-interpreter-used",
        "runs code in the code interpreter",
        Target::RoleOf(Thing::CodeInterpreter),
        &[
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
        &["pathfinding bedrock-002"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-new-runtime",
        "makes an agent runtime with code of its own that runs with the role, and calls it",
        Target::Passed("bedrock-agentcore.amazonaws.com"),
        &[
            "bedrock-agentcore:CreateAgentRuntime",
            "bedrock-agentcore:InvokeAgentRuntime",
        ],
        &["pathfinding bedrock-003"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-runtime-command",
        "runs a command in the agent runtime",
        Target::RoleOf(Thing::AgentRuntime),
        &["bedrock-agentcore:InvokeAgentRuntimeCommand"],
        &["pathfinding bedrock-004"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-new-harness",
        "makes a harness that runs with the role, and calls it",
        Target::Passed("bedrock-agentcore.amazonaws.com"),
        &[
            "bedrock-agentcore:CreateHarness",
            "bedrock-agentcore:InvokeHarness",
        ],
        &["pathfinding bedrock-005"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-new-browser",
        "makes a browser that runs with the role, and drives it",
        Target::Passed("bedrock-agentcore.amazonaws.com"),
        &[
            "bedrock-agentcore:CreateBrowser",
            "bedrock-agentcore:StartBrowserSession",
            "bedrock-agentcore:ConnectBrowserAutomationStream",
        ],
        &["pathfinding bedrock-006"],
        AGENTCORE,
    ),
    Rule::new(
        "agentcore-browser-used",
        "drives the browser, which runs with its role",
        Target::RoleOf(Thing::Browser),
        &[
            "bedrock-agentcore:StartBrowserSession",
            "bedrock-agentcore:ConnectBrowserAutomationStream",
        ],
        &["pathfinding bedrock-007"],
        AGENTCORE,
    ),
    Rule::new(
        "amplify-new-app",
        "makes an app that Amplify builds with the role",
        Target::Passed("amplify.amazonaws.com"),
        &[
            "amplify:CreateApp",
            "amplify:CreateBranch",
            "amplify:StartJob",
        ],
        &["pathfinding amplify-001"],
        AMPLIFY,
    ),
    Rule::new(
        "cognito-pool-roles",
        "makes the role the one that an identity pool hands out, and signs in to the pool",
        Target::Passed("cognito-identity.amazonaws.com"),
        &["cognito-identity:SetIdentityPoolRoles"],
        &["pathfinding cognito-identity-001"],
        COGNITO,
    )
    .on(&[Thing::IdentityPool]),
    Rule::new(
        "cognito-new-pool",
        "makes an identity pool that hands out the role, and signs in to it",
        Target::Passed("cognito-identity.amazonaws.com"),
        &[
            "cognito-identity:CreateIdentityPool",
            "cognito-identity:SetIdentityPoolRoles",
        ],
        &[],
        COGNITO,
    ),
    Rule::new(
        "iot-topic-rule",
        "makes a rule of IoT whose actions are carried out with the role",
        Target::Passed("iot.amazonaws.com"),
        &["iot:CreateTopicRule"],
        &[],
        IOT,
    ),
    Rule::new(
        "iot-role-alias",
        "makes a role alias of IoT and a certificate that gets credentials of the role by it",
        Target::Passed("credentials.iot.amazonaws.com"),
        &[
            "iot:CreateRoleAlias",
            "iot:CreateKeysAndCertificate",
            "iot:CreatePolicy",
            "iot:AttachPolicy",
        ],
        &[],
        IOT_CREDENTIALS,
    ),
];
