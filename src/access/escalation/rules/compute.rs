//! Steps by instances, containers, clusters, jobs and notebooks.

use super::{Rule, Target, Thing};

const EC2: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html";
const ECS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";
const EKS: &str = "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html";
const BATCH: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html";
const APPRUNNER: &str =
    "https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html";
const SAGEMAKER: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html";
const SSM: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html";
const EMR: &str = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles.html";
const OMICS: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awshealthomics.html";

/// The role in the instance profile of an instance.
const TO_INSTANCE: Target = Target::Passed("ec2.amazonaws.com");
const INSTANCE: Target = Target::RoleOf(Thing::Instance);
const TO_TASK: Target = Target::Passed("ecs-tasks.amazonaws.com");
const TO_SAGEMAKER: Target = Target::Passed("sagemaker.amazonaws.com");

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        "ec2-new-instance",
        "starts an instance that runs with the role, with commands of its own in the user data",
        TO_INSTANCE,
        &["ec2:RunInstances"],
        &["rhino 3", "pathfinding ec2-001", "iam-vulnerable privesc3"],
        EC2,
    ),
    Rule::new(
        "ec2-spot-instance",
        "asks for a spot instance that runs with the role",
        TO_INSTANCE,
        &["ec2:RequestSpotInstances"],
        &["pathfinding ec2-004"],
        EC2,
    ),
    Rule::new(
        "ec2-profile-associated",
        "gives the role's instance profile to an instance that it can sign in to",
        TO_INSTANCE,
        &["ec2:AssociateIamInstanceProfile"],
        &[],
        EC2,
    )
    .on(&[Thing::Instance]),
    Rule::new(
        "ec2-profile-replaced",
        "replaces the instance profile of an instance that it can sign in to by the role's",
        TO_INSTANCE,
        &["ec2:ReplaceIamInstanceProfileAssociation"],
        &[],
        EC2,
    )
    .on(&[Thing::Instance]),
    Rule::new(
        "ec2-role-added-to-profile",
        "puts the role into an instance profile that an instance uses",
        TO_INSTANCE,
        &["iam:AddRoleToInstanceProfile"],
        &[],
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html",
    )
    .on(&[Thing::InstanceProfile]),
    Rule::new(
        "ec2-user-data-changed",
        "stops the instance, puts commands into its user data and starts it again",
        INSTANCE,
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        &["pathfinding ec2-002"],
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    ),
    Rule::new(
        "ec2-instance-connect",
        "sends its own key to the instance and signs in",
        INSTANCE,
        &["ec2-instance-connect:SendSSHPublicKey"],
        &["pathfinding ec2-003", "iam-vulnerable privesc-ec2InstanceConnect"],
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html",
    ),
    Rule::new(
        "ec2-serial-console",
        "sends its own key to the serial console of the instance and signs in",
        INSTANCE,
        &["ec2-instance-connect:SendSerialConsoleSSHPublicKey"],
        &[],
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html",
    ),
    Rule::new(
        "ec2-launch-template-changed",
        "puts commands into the launch template that instances with the role are started from",
        Target::RoleOf(Thing::LaunchTemplate),
        &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        &["pathfinding ec2-005"],
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html",
    ),
    Rule::new(
        "autoscaling-new-group",
        "has Auto Scaling start instances that run with the role",
        TO_INSTANCE,
        &["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
        &[],
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/us-iam-role.html",
    ),
    Rule::new(
        "ssm-send-command",
        "runs a command on the instance",
        INSTANCE,
        &["ssm:SendCommand"],
        &["pathfinding ssm-002", "iam-vulnerable privesc-ssmSendCommand"],
        SSM,
    ),
    Rule::new(
        "ssm-start-session",
        "opens a session on the instance",
        INSTANCE,
        &["ssm:StartSession"],
        &["pathfinding ssm-001", "iam-vulnerable privesc-ssmStartSession"],
        SSM,
    ),
    Rule::new(
        "ssm-association",
        "has State Manager run commands on the instance",
        INSTANCE,
        &["ssm:CreateAssociation"],
        &[],
        SSM,
    ),
    Rule::new(
        "ssm-automation",
        "writes a runbook with a script and runs it with the role",
        Target::Passed("ssm.amazonaws.com"),
        &["ssm:CreateDocument", "ssm:StartAutomationExecution"],
        &["pathfinding ssm-003"],
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup.html",
    ),
    Rule::new(
        "ecs-new-task",
        "registers a task that runs with the role, and runs it",
        TO_TASK,
        &["ecs:RegisterTaskDefinition", "ecs:RunTask"],
        &["pathfinding ecs-002", "pathfinding ecs-004"],
        ECS,
    ),
    Rule::new(
        "ecs-new-task-started",
        "registers a task that runs with the role, and starts it on an instance of a cluster",
        TO_TASK,
        &["ecs:RegisterTaskDefinition", "ecs:StartTask"],
        &["pathfinding ecs-005"],
        ECS,
    )
    .on(&[Thing::EcsCluster]),
    Rule::new(
        "ecs-new-service",
        "registers a task that runs with the role, and makes a service of it",
        TO_TASK,
        &["ecs:RegisterTaskDefinition", "ecs:CreateService"],
        &["pathfinding ecs-001", "pathfinding ecs-003"],
        ECS,
    ),
    Rule::new(
        "ecs-service-updated",
        "registers a task that runs with the role, and gives it to a service",
        TO_TASK,
        &["ecs:RegisterTaskDefinition", "ecs:UpdateService"],
        &[],
        ECS,
    )
    .on(&[Thing::EcsService]),
    Rule::new(
        "ecs-task-overridden",
        "runs a task with another command, and with the role in place of its own",
        TO_TASK,
        &["ecs:RunTask"],
        &[],
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html",
    )
    .on(&[Thing::EcsTask]),
    Rule::new(
        "ecs-started-task-overridden",
        "starts a task on an instance of a cluster with another command, and with the role in place of its own",
        TO_TASK,
        &["ecs:StartTask"],
        &["pathfinding ecs-007"],
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html",
    )
    .on(&[Thing::EcsTask]),
    Rule::new(
        "ecs-execute-command",
        "runs a command in the container of the task",
        Target::RoleOf(Thing::EcsTask),
        &["ecs:ExecuteCommand"],
        &["pathfinding ecs-006"],
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    ),
    Rule::new(
        "eks-pod-identity",
        "associates the role with a service account of a cluster in which it runs pods",
        Target::Passed("pods.eks.amazonaws.com"),
        &["eks:CreatePodIdentityAssociation"],
        &[],
        EKS,
    )
    .on(&[Thing::EksCluster]),
    Rule::new(
        "eks-cluster-access",
        "makes itself an administrator of the cluster, whose pods have the role",
        Target::RoleOf(Thing::EksCluster),
        &["eks:CreateAccessEntry", "eks:AssociateAccessPolicy"],
        &[],
        "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
    ),
    Rule::new(
        "batch-new-job",
        "defines a job that runs with the role, and submits it",
        TO_TASK,
        &["batch:RegisterJobDefinition", "batch:SubmitJob"],
        &["pathfinding batch-001"],
        BATCH,
    )
    .on(&[Thing::JobQueue]),
    Rule::new(
        "batch-new-job-queue",
        "makes a queue and a job that runs with the role, and submits it",
        TO_TASK,
        &[
            "batch:CreateComputeEnvironment",
            "batch:CreateJobQueue",
            "batch:RegisterJobDefinition",
            "batch:SubmitJob",
        ],
        &["pathfinding batch-003"],
        BATCH,
    ),
    Rule::new(
        "batch-job-submitted",
        "submits the defined job with another command",
        Target::RoleOf(Thing::JobDefinition),
        &["batch:SubmitJob"],
        &["pathfinding batch-002"],
        BATCH,
    ),
    Rule::new(
        "apprunner-new-service",
        "makes a service of App Runner that runs with the role",
        Target::Passed("tasks.apprunner.amazonaws.com"),
        &["apprunner:CreateService"],
        &["pathfinding apprunner-001"],
        APPRUNNER,
    ),
    Rule::new(
        "apprunner-service-updated",
        "gives other code to the service of App Runner",
        Target::RoleOf(Thing::AppRunner),
        &["apprunner:UpdateService"],
        &["pathfinding apprunner-002"],
        APPRUNNER,
    ),
    Rule::new(
        "sagemaker-new-notebook",
        "makes a notebook instance that runs with the role, and opens it",
        TO_SAGEMAKER,
        &[
            "sagemaker:CreateNotebookInstance",
            "sagemaker:CreatePresignedNotebookInstanceUrl",
        ],
        &["pathfinding sagemaker-001", "iam-vulnerable privesc-sageMakerCreateNotebookPassRole"],
        SAGEMAKER,
    ),
    Rule::new(
        "sagemaker-training-job",
        "runs a training job with code of its own and with the role",
        TO_SAGEMAKER,
        &["sagemaker:CreateTrainingJob"],
        &["pathfinding sagemaker-002", "iam-vulnerable privesc-sageMakerCreateTrainingJob"],
        SAGEMAKER,
    ),
    Rule::new(
        "sagemaker-processing-job",
        "runs a processing job with code of its own and with the role",
        TO_SAGEMAKER,
        &["sagemaker:CreateProcessingJob"],
        &["pathfinding sagemaker-003", "iam-vulnerable privesc-sageMakerCreateProcessingJob"],
        SAGEMAKER,
    ),
    Rule::new(
        "sagemaker-notebook-opened",
        "opens the notebook instance",
        Target::RoleOf(Thing::Notebook),
        &["sagemaker:CreatePresignedNotebookInstanceUrl"],
        &[
            "pathfinding sagemaker-004",
            "iam-vulnerable privesc-sageMakerCreatePresignedNotebookURL",
        ],
        SAGEMAKER,
    ),
    Rule::new(
        "sagemaker-notebook-lifecycle",
        "gives the notebook instance a start script of its own and starts it again",
        Target::RoleOf(Thing::Notebook),
        &[
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ],
        &["pathfinding sagemaker-005"],
        "https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html",
    ),
    Rule::new(
        "sagemaker-studio-opened",
        "opens Studio as the profile",
        Target::RoleOf(Thing::StudioProfile),
        &["sagemaker:CreatePresignedDomainUrl"],
        &[],
        SAGEMAKER,
    ),
    Rule::new(
        "datapipeline-new-pipeline",
        "makes a data pipeline whose instances run with the role",
        TO_INSTANCE,
        &[
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
        &["rhino 21", "pathfinding datapipeline-001", "iam-vulnerable privesc21"],
        "https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html",
    ),
    Rule::new(
        "emr-new-cluster",
        "makes an EMR cluster whose instances run with the role",
        TO_INSTANCE,
        &["elasticmapreduce:RunJobFlow"],
        &["pathfinding emr-001"],
        EMR,
    ),
    Rule::new(
        "emr-steps-added",
        "runs a step of its own on the EMR cluster",
        Target::RoleOf(Thing::EmrCluster),
        &["elasticmapreduce:AddJobFlowSteps"],
        &[],
        EMR,
    ),
    Rule::new(
        "emr-serverless-new-job",
        "makes an application of EMR Serverless and runs a job in it with the role",
        Target::Passed("emr-serverless.amazonaws.com"),
        &["emr-serverless:CreateApplication", "emr-serverless:StartJobRun"],
        &["pathfinding emrserverless-001"],
        "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html",
    ),
    Rule::new(
        "emr-serverless-job",
        "runs a job with the role in an application of EMR Serverless",
        Target::Passed("emr-serverless.amazonaws.com"),
        &["emr-serverless:StartJobRun"],
        &[],
        "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html",
    )
    .on(&[Thing::EmrApplication]),
    Rule::new(
        "gamelift-new-fleet",
        "has GameLift start instances with a build of its own and with the role",
        Target::Passed("gamelift.amazonaws.com"),
        &["gamelift:CreateBuild", "gamelift:RequestUploadCredentials", "gamelift:CreateFleet"],
        &["pathfinding gamelift-001"],
        "https://docs.aws.amazon.com/gamelift/latest/developerguide/setting-up-role.html",
    ),
    Rule::new(
        "imagebuilder-new-image",
        "has Image Builder run commands on an instance with the role",
        TO_INSTANCE,
        &[
            "imagebuilder:CreateComponent",
            "imagebuilder:CreateImageRecipe",
            "imagebuilder:CreateInfrastructureConfiguration",
            "imagebuilder:CreateImage",
        ],
        &["pathfinding imagebuilder-001"],
        "https://docs.aws.amazon.com/imagebuilder/latest/userguide/security-best-practices.html",
    ),
    Rule::new(
        "flink-new-application",
        "makes a Flink application that runs with the role, and starts it",
        Target::Passed("kinesisanalytics.amazonaws.com"),
        &["kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"],
        &["pathfinding kinesisanalytics-001"],
        "https://docs.aws.amazon.com/managed-flink/latest/java/security-best-practices.html",
    ),
    Rule::new(
        "flink-application-updated",
        "gives other code to the Flink application",
        Target::RoleOf(Thing::FlinkApplication),
        &["kinesisanalytics:UpdateApplication"],
        &[],
        "https://docs.aws.amazon.com/managed-flink/latest/java/security-best-practices.html",
    ),
    Rule::new(
        "omics-new-run",
        "runs a workflow of its own in HealthOmics with the role",
        Target::Passed("omics.amazonaws.com"),
        &["omics:CreateWorkflow", "omics:StartRun"],
        &["pathfinding omics-001"],
        OMICS,
    ),
    Rule::new(
        "braket-new-job",
        "runs a job of its own in Braket with the role",
        Target::Passed("braket.amazonaws.com"),
        &["braket:CreateJob"],
        &["pathfinding braket-001"],
        "https://docs.aws.amazon.com/braket/latest/developerguide/braket-manage-access.html",
    ),
];
