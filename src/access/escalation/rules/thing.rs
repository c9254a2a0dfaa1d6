//! Kinds of things that steps act on.

/// Something that runs with a role, or has to be there for a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A Lambda function.
    Function,
    /// A state machine of Step Functions.
    StateMachine,
    /// A pipe of EventBridge.
    Pipe,
    /// A schedule of EventBridge.
    Schedule,
    /// A rule of EventBridge.
    EventRule,
    /// A Cognito identity pool.
    IdentityPool,
    /// An EC2 instance.
    Instance,
    /// An EC2 launch template that instances are started from.
    LaunchTemplate,
    /// A stack of CloudFormation.
    Stack,
    /// A stack set of CloudFormation.
    StackSet,
    /// A CodeBuild project.
    Project,
    /// A pipeline of CodePipeline.
    CodePipeline,
    /// A deployment group of CodeDeploy.
    DeploymentGroup,
    /// A Glue job.
    GlueJob,
    /// A Glue development endpoint.
    DevEndpoint,
    /// A notebook instance of SageMaker.
    Notebook,
    /// A domain's user profile of SageMaker Studio.
    StudioProfile,
    /// A container of ECS.
    EcsTask,
    /// A service of ECS.
    EcsService,
    /// A cluster of ECS.
    EcsCluster,
    /// A cluster of EKS.
    EksCluster,
    /// A job definition of Batch.
    JobDefinition,
    /// A queue of Batch.
    JobQueue,
    /// A service of App Runner.
    AppRunner,
    /// A code interpreter of Bedrock AgentCore.
    CodeInterpreter,
    /// A runtime of Bedrock AgentCore.
    AgentRuntime,
    /// A browser of Bedrock AgentCore.
    Browser,
    /// A cluster of EMR.
    EmrCluster,
    /// An application of EMR Serverless.
    EmrApplication,
    /// An application of Managed Service for Apache Flink.
    FlinkApplication,
    /// An instance profile.
    InstanceProfile,
    /// A REST API.
    RestApi,
}

impl Thing {
    /// What it is called, with its article.
    pub fn words(self) -> &'static str {
        self.facts().0
    }

    /// The service that its role trusts.
    pub fn service(self) -> &'static str {
        self.facts().1
    }

    /// Its resource type in the Service Authorization Reference.
    pub fn resource_type(self) -> &'static str {
        self.facts().2
    }

    /// Words, the service its role trusts, resource type. The service is the one that the
    /// documentation of the thing's role gives for its trust policy.
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        const EC2: &str = "ec2.amazonaws.com";
        const AGENTCORE: &str = "bedrock-agentcore.amazonaws.com";
        match self {
            Self::Function => ("a function", "lambda.amazonaws.com", "function"),
            Self::StateMachine => ("a state machine", "states.amazonaws.com", "statemachine"),
            Self::Pipe => ("a pipe", "pipes.amazonaws.com", "pipe"),
            Self::Schedule => ("a schedule", "scheduler.amazonaws.com", "schedule"),
            Self::EventRule => (
                "an event rule",
                "events.amazonaws.com",
                "rule-on-default-event-bus",
            ),
            Self::IdentityPool => (
                "an identity pool",
                "cognito-identity.amazonaws.com",
                "identitypool",
            ),
            Self::Instance => ("an EC2 instance", EC2, "instance"),
            Self::LaunchTemplate => ("a launch template in use", EC2, "launch-template"),
            Self::Stack => ("a stack", "cloudformation.amazonaws.com", "stack"),
            Self::StackSet => ("a stack set", "cloudformation.amazonaws.com", "stackset"),
            Self::Project => ("a build project", "codebuild.amazonaws.com", "project"),
            Self::CodePipeline => ("a pipeline", "codepipeline.amazonaws.com", "pipeline"),
            Self::DeploymentGroup => ("a deployment group", EC2, "deploymentgroup"),
            Self::GlueJob => ("a Glue job", "glue.amazonaws.com", "job"),
            Self::DevEndpoint => (
                "a Glue development endpoint",
                "glue.amazonaws.com",
                "devendpoint",
            ),
            Self::Notebook => (
                "a notebook instance",
                "sagemaker.amazonaws.com",
                "notebook-instance",
            ),
            Self::StudioProfile => (
                "a Studio profile",
                "sagemaker.amazonaws.com",
                "user-profile",
            ),
            Self::EcsTask => ("a running task", "ecs-tasks.amazonaws.com", "task"),
            Self::EcsService => ("an ECS service", "ecs-tasks.amazonaws.com", "service"),
            Self::EcsCluster => ("an ECS cluster", "ecs-tasks.amazonaws.com", "cluster"),
            Self::EksCluster => ("an EKS cluster", "pods.eks.amazonaws.com", "cluster"),
            Self::JobDefinition => (
                "a job definition",
                "ecs-tasks.amazonaws.com",
                "job-definition-revision",
            ),
            Self::JobQueue => ("a job queue", "ecs-tasks.amazonaws.com", "job-queue"),
            Self::AppRunner => (
                "an App Runner service",
                "tasks.apprunner.amazonaws.com",
                "service",
            ),
            Self::CodeInterpreter => ("a code interpreter", AGENTCORE, "code-interpreter-custom"),
            Self::AgentRuntime => ("an agent runtime", AGENTCORE, "runtime"),
            Self::Browser => ("a browser of AgentCore", AGENTCORE, "browser-custom"),
            Self::EmrCluster => ("an EMR cluster", EC2, "cluster"),
            Self::EmrApplication => (
                "an application of EMR Serverless",
                "emr-serverless.amazonaws.com",
                "application",
            ),
            Self::FlinkApplication => (
                "a Flink application",
                "kinesisanalytics.amazonaws.com",
                "application",
            ),
            Self::InstanceProfile => ("an instance profile in use", EC2, "instance-profile"),
            Self::RestApi => ("an API", "apigateway.amazonaws.com", "RestApi"),
        }
    }
}

/// Where data are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// A key of KMS that decrypts.
    Key,
    /// A secret of Secrets Manager.
    Secret,
    /// A parameter of Systems Manager that is kept encrypted.
    Parameter,
    /// A table of DynamoDB.
    Table,
    /// A bucket of S3.
    Bucket,
}

impl Store {
    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Secret => "Secret",
            Self::Parameter => "parameter",
            Self::Table => "table",
            // What is read is an object; the ARN is the bucket's with `/*` behind it.
            Self::Bucket => "object",
        }
    }
}

/// What records, hinders or reverses an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safeguard {
    /// A trail of CloudTrail that logs.
    Trail,
    /// The bucket that a trail writes to.
    TrailBucket,
    /// An event data store of CloudTrail Lake.
    EventDataStore,
    /// A detector of GuardDuty.
    Detector,
    /// A configuration recorder of AWS Config.
    Recorder,
    /// Security Hub in a region.
    SecurityHub,
    /// An analyzer of IAM Access Analyzer.
    Analyzer,
    /// A log group.
    LogGroup,
    /// An alarm of CloudWatch.
    Alarm,
    /// A flow log.
    FlowLog,
    /// A customer's key of KMS.
    Key,
    /// A function that only signed code may be given to.
    SignedFunction,
    /// A code signing configuration.
    CodeSigning,
    /// The account's own block of public access to S3.
    PublicAccessBlock,
    /// A bucket.
    Bucket,
}

impl Safeguard {
    pub(crate) fn resource_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Trail => "trail",
            Self::TrailBucket | Self::Bucket => "bucket",
            Self::EventDataStore => "eventdatastore",
            Self::Detector => "detector",
            Self::Recorder => "ConfigurationRecorder",
            Self::Analyzer => "Analyzer",
            Self::LogGroup => "log-group",
            Self::Alarm => "alarm",
            Self::FlowLog => "vpc-flow-log",
            Self::Key => "key",
            Self::SignedFunction => "function",
            Self::CodeSigning => "code signing config",
            Self::SecurityHub | Self::PublicAccessBlock => return None,
        })
    }
}
