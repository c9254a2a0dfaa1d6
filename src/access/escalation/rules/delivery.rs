//! Steps by what builds and deploys: stacks, projects, pipelines.

use super::{Rule, Target, Thing};

const CLOUDFORMATION: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html";
const STACKSETS: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html";
const CODEBUILD: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html";
const CODEPIPELINE: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html";

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "cloudformation-new-stack",
        "makes a stack that CloudFormation builds with the role",
        Target::Passed("cloudformation.amazonaws.com"),
        &["cloudformation:CreateStack"],
        &[
            "rhino 20",
            "pathfinding cloudformation-001",
            "iam-vulnerable privesc20",
        ],
        CLOUDFORMATION,
    ),
    Rule::new(
        "cloudformation-stack-updated",
        "changes the template of the stack, which CloudFormation builds with the stack's role",
        Target::RoleOf(Thing::Stack),
        &["cloudformation:UpdateStack"],
        &[
            "pathfinding cloudformation-002",
            "iam-vulnerable privesc-cloudFormationUpdateStack",
        ],
        CLOUDFORMATION,
    ),
    Rule::new(
        "cloudformation-change-set",
        "changes the stack by a change set, which CloudFormation carries out with the stack's role",
        Target::RoleOf(Thing::Stack),
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet",
        ],
        &["pathfinding cloudformation-005"],
        CLOUDFORMATION,
    ),
    Rule::new(
        "cloudformation-new-change-set",
        "makes a stack by a change set that CloudFormation carries out with the role",
        Target::Passed("cloudformation.amazonaws.com"),
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet",
        ],
        &[],
        CLOUDFORMATION,
    ),
    Rule::new(
        "cloudformation-new-stack-set",
        "makes a stack set that is administered with the role",
        Target::Passed("cloudformation.amazonaws.com"),
        &[
            "cloudformation:CreateStackSet",
            "cloudformation:CreateStackInstances",
        ],
        &["pathfinding cloudformation-003"],
        STACKSETS,
    ),
    Rule::new(
        "cloudformation-stack-set-updated",
        "changes the template of a stack set that is administered with the role",
        Target::Passed("cloudformation.amazonaws.com"),
        &["cloudformation:UpdateStackSet"],
        &["pathfinding cloudformation-004"],
        STACKSETS,
    )
    .on(&[Thing::StackSet]),
    Rule::new(
        "codebuild-new-project",
        "makes a build project that runs with the role, and builds it",
        Target::Passed("codebuild.amazonaws.com"),
        &["codebuild:CreateProject", "codebuild:StartBuild"],
        &[
            "pathfinding codebuild-001",
            "iam-vulnerable privesc-codeBuildCreateProjectPassRole",
        ],
        CODEBUILD,
    ),
    Rule::new(
        "codebuild-new-project-batch",
        "makes a build project that runs with the role, and builds it as a batch",
        Target::Passed("codebuild.amazonaws.com"),
        &["codebuild:CreateProject", "codebuild:StartBuildBatch"],
        &["pathfinding codebuild-004"],
        CODEBUILD,
    ),
    Rule::new(
        "codebuild-build-started",
        "starts a build of the project with commands of its own",
        Target::RoleOf(Thing::Project),
        &["codebuild:StartBuild"],
        &["pathfinding codebuild-002"],
        CODEBUILD,
    ),
    Rule::new(
        "codebuild-batch-started",
        "starts a batch of builds of the project with commands of its own",
        Target::RoleOf(Thing::Project),
        &["codebuild:StartBuildBatch"],
        &["pathfinding codebuild-003"],
        CODEBUILD,
    ),
    Rule::new(
        "codebuild-project-updated",
        "rewrites the commands of the project, which runs them with its role at the next build",
        Target::RoleOf(Thing::Project),
        &["codebuild:UpdateProject"],
        &[],
        CODEBUILD,
    ),
    Rule::new(
        "codepipeline-new-pipeline",
        "makes a pipeline that acts with the role",
        Target::Passed("codepipeline.amazonaws.com"),
        &["codepipeline:CreatePipeline"],
        &[],
        CODEPIPELINE,
    ),
    Rule::new(
        "codepipeline-pipeline-updated",
        "gives the role to a pipeline whose stages it rewrites",
        Target::Passed("codepipeline.amazonaws.com"),
        &[
            "codepipeline:UpdatePipeline",
            "codepipeline:StartPipelineExecution",
        ],
        &[],
        CODEPIPELINE,
    )
    .on(&[Thing::CodePipeline]),
    Rule::new(
        "codedeploy-deployment",
        "deploys its own revision to the instances of the group, which run it with their role",
        Target::RoleOf(Thing::DeploymentGroup),
        &["codedeploy:CreateDeployment"],
        &["pathfinding codedeploy-001"],
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html",
    ),
];
