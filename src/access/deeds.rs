//! What matters of what can be done to a resource: the actions that `reach` asks about.

use serde::Serialize;

use crate::place::Kind;

/// What an action lets its caller do to the resource, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// Act as somebody else.
    Become,
    /// Change who may do what.
    Grant,
    /// Choose which code, or which steps, run.
    RunCode,
    /// Read what is in it.
    Read,
    /// Put something into it.
    Write,
    /// Have it work.
    Use,
    /// Delete it, empty it, or keep it from working.
    Stop,
    /// Switch off what others would notice by.
    Hide,
}

impl Gives {
    /// In a few words for a person.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Become => "become somebody else",
            Self::Grant => "change permissions",
            Self::RunCode => "run other code",
            Self::Read => "read data",
            Self::Write => "write data",
            Self::Use => "use",
            Self::Stop => "delete or stop",
            Self::Hide => "switch off logs",
        }
    }
}

/// An action worth asking about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// The kind of resource.
    pub kind: Kind,
    /// The action.
    pub action: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// What stands behind the resource's ARN in what is acted on: `/*` for the objects of a bucket.
    pub below: &'static str,
}

const fn deed(kind: Kind, action: &'static str, gives: Gives) -> Deed {
    Deed {
        kind,
        action,
        gives,
        below: "",
    }
}

const fn below(kind: Kind, below: &'static str, action: &'static str, gives: Gives) -> Deed {
    Deed {
        kind,
        action,
        gives,
        below,
    }
}

use Gives::{Become, Grant, Hide, Read, RunCode, Stop, Use, Write};

/// The actions, by kind. Actions that create are not among them: they are steps of escalation, and act on
/// nothing that a snapshot has.
///
/// What each does: the Service Authorization Reference, by service,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>,
/// and the page named at each group below it. A test holds every row to the embedded catalogue.
pub static DEEDS: &[Deed] = &[
    // Lambda functions: list_awslambda.html
    deed(Kind::Function, "lambda:InvokeFunction", Use),
    deed(Kind::Function, "lambda:GetFunction", Read),
    deed(Kind::Function, "lambda:UpdateFunctionCode", RunCode),
    deed(
        Kind::Function,
        "lambda:UpdateFunctionConfiguration",
        RunCode,
    ),
    deed(Kind::Function, "lambda:AddPermission", Grant),
    deed(Kind::Function, "lambda:CreateFunctionUrlConfig", Grant),
    deed(Kind::Function, "lambda:PutFunctionConcurrency", Stop),
    deed(Kind::Function, "lambda:DeleteFunction", Stop),
    deed(Kind::Qualifier, "lambda:InvokeFunction", Use),
    deed(Kind::LayerVersion, "lambda:GetLayerVersion", Read),
    deed(
        Kind::LayerVersion,
        "lambda:AddLayerVersionPermission",
        Grant,
    ),
    deed(Kind::LayerVersion, "lambda:DeleteLayerVersion", Stop),
    deed(
        Kind::WebFunction,
        "lambda:CreateWebFunctionRevision",
        RunCode,
    ),
    below(
        Kind::WebFunction,
        "/endpoint/*",
        "lambda:InvokeWebFunctionEndpoint",
        Use,
    ),
    deed(Kind::WebFunction, "lambda:DeleteWebFunction", Stop),
    // KMS keys: list_awskeymanagementservice.html
    deed(Kind::Key, "kms:Decrypt", Read),
    deed(Kind::Key, "kms:GenerateDataKey", Use),
    deed(Kind::Key, "kms:Sign", Use),
    deed(Kind::Key, "kms:CreateGrant", Grant),
    deed(Kind::Key, "kms:PutKeyPolicy", Grant),
    deed(Kind::Key, "kms:DisableKey", Stop),
    deed(Kind::Key, "kms:ScheduleKeyDeletion", Stop),
    // S3 buckets and their objects: list_amazons3.html
    deed(Kind::Bucket, "s3:ListBucket", Read),
    below(Kind::Bucket, "/*", "s3:GetObject", Read),
    below(Kind::Bucket, "/*", "s3:PutObject", Write),
    below(Kind::Bucket, "/*", "s3:DeleteObject", Stop),
    deed(Kind::Bucket, "s3:PutBucketPolicy", Grant),
    deed(Kind::Bucket, "s3:PutBucketPublicAccessBlock", Grant),
    deed(Kind::Bucket, "s3:DeleteBucket", Stop),
    // SQS queues: list_amazonsqs.html
    deed(Kind::Queue, "sqs:ReceiveMessage", Read),
    deed(Kind::Queue, "sqs:SendMessage", Write),
    deed(Kind::Queue, "sqs:SetQueueAttributes", Grant),
    deed(Kind::Queue, "sqs:PurgeQueue", Stop),
    deed(Kind::Queue, "sqs:DeleteQueue", Stop),
    // SNS topics: list_amazonsns.html
    deed(Kind::Topic, "sns:Subscribe", Read),
    deed(Kind::Topic, "sns:Publish", Write),
    deed(Kind::Topic, "sns:SetTopicAttributes", Grant),
    deed(Kind::Topic, "sns:DeleteTopic", Stop),
    // Secrets: list_awssecretsmanager.html
    deed(Kind::Secret, "secretsmanager:GetSecretValue", Read),
    deed(Kind::Secret, "secretsmanager:PutSecretValue", Write),
    deed(Kind::Secret, "secretsmanager:PutResourcePolicy", Grant),
    deed(Kind::Secret, "secretsmanager:DeleteSecret", Stop),
    // Parameters: list_awssystemsmanager.html
    deed(Kind::Parameter, "ssm:GetParameter", Read),
    deed(Kind::Parameter, "ssm:PutParameter", Write),
    deed(Kind::Parameter, "ssm:DeleteParameter", Stop),
    // DynamoDB tables and streams: list_amazondynamodb.html
    deed(Kind::Table, "dynamodb:GetItem", Read),
    deed(Kind::Table, "dynamodb:Scan", Read),
    deed(Kind::Table, "dynamodb:PutItem", Write),
    deed(Kind::Table, "dynamodb:DeleteItem", Stop),
    deed(Kind::Table, "dynamodb:PutResourcePolicy", Grant),
    deed(Kind::Table, "dynamodb:DeleteTable", Stop),
    deed(Kind::Stream, "dynamodb:GetRecords", Read),
    // ECR repositories: list_amazonelasticcontainerregistry.html
    deed(Kind::Repository, "ecr:BatchGetImage", Read),
    deed(Kind::Repository, "ecr:PutImage", RunCode),
    deed(Kind::Repository, "ecr:SetRepositoryPolicy", Grant),
    deed(Kind::Repository, "ecr:DeleteRepository", Stop),
    // Event buses: list_amazoneventbridge.html
    deed(Kind::Bus, "events:PutEvents", Write),
    deed(Kind::Bus, "events:DeleteEventBus", Stop),
    // Log groups: list_amazoncloudwatchlogs.html
    deed(Kind::LogGroup, "logs:FilterLogEvents", Read),
    below(Kind::LogGroup, ":log-stream:*", "logs:PutLogEvents", Write),
    deed(Kind::LogGroup, "logs:PutSubscriptionFilter", Read),
    deed(Kind::LogGroup, "logs:PutRetentionPolicy", Stop),
    deed(Kind::LogGroup, "logs:DeleteLogGroup", Stop),
    // APIs as callers see them: list_amazonapigateway.html
    below(Kind::RestApi, "/*", "execute-api:Invoke", Use),
    below(Kind::HttpApi, "/*", "execute-api:Invoke", Use),
    // APIs as their managers see them: list_amazonapigatewaymanagement.html
    deed(Kind::ApiSettings, "apigateway:PATCH", RunCode),
    deed(Kind::ApiSettings, "apigateway:PUT", RunCode),
    deed(Kind::ApiSettings, "apigateway:DELETE", Stop),
    // State machines: list_awsstepfunctions.html
    deed(Kind::StateMachine, "states:StartExecution", Use),
    deed(Kind::StateMachine, "states:UpdateStateMachine", RunCode),
    deed(Kind::StateMachine, "states:DeleteStateMachine", Stop),
    // Pipes: list_amazoneventbridgepipes.html
    deed(Kind::Pipe, "pipes:UpdatePipe", RunCode),
    deed(Kind::Pipe, "pipes:StopPipe", Stop),
    // Schedules: list_amazoneventbridgescheduler.html
    deed(Kind::Schedule, "scheduler:UpdateSchedule", RunCode),
    deed(Kind::Schedule, "scheduler:DeleteSchedule", Stop),
    // Trails: list_awscloudtrail.html
    deed(Kind::Trail, "cloudtrail:StopLogging", Hide),
    deed(Kind::Trail, "cloudtrail:PutEventSelectors", Hide),
    deed(Kind::Trail, "cloudtrail:UpdateTrail", Hide),
    deed(Kind::Trail, "cloudtrail:DeleteTrail", Hide),
    // Roles: list_awsidentityandaccessmanagementiam.html
    deed(Kind::Role, "sts:AssumeRole", Become),
    deed(Kind::Role, "iam:PassRole", Become),
    deed(Kind::Role, "iam:UpdateAssumeRolePolicy", Become),
    deed(Kind::Role, "iam:PutRolePolicy", Grant),
    deed(Kind::Role, "iam:AttachRolePolicy", Grant),
    deed(Kind::Role, "iam:DeleteRolePermissionsBoundary", Grant),
    // Users.
    deed(Kind::User, "iam:CreateAccessKey", Become),
    deed(Kind::User, "iam:CreateLoginProfile", Become),
    deed(Kind::User, "iam:UpdateLoginProfile", Become),
    deed(Kind::User, "iam:PutUserPolicy", Grant),
    deed(Kind::User, "iam:AttachUserPolicy", Grant),
    deed(Kind::User, "iam:DeleteUserPermissionsBoundary", Grant),
    // Groups.
    deed(Kind::Group, "iam:AddUserToGroup", Grant),
    deed(Kind::Group, "iam:PutGroupPolicy", Grant),
    deed(Kind::Group, "iam:AttachGroupPolicy", Grant),
    // Managed policies.
    deed(Kind::ManagedPolicy, "iam:CreatePolicyVersion", Grant),
    deed(Kind::ManagedPolicy, "iam:SetDefaultPolicyVersion", Grant),
];

/// The rows for resources of the kind.
pub fn deeds_of(kind: Kind) -> impl Iterator<Item = &'static Deed> {
    DEEDS.iter().filter(move |deed| deed.kind == kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tripod_policy::catalogue;

    use super::*;

    #[test]
    fn every_row_names_an_action_that_aws_has_once_for_its_kind() {
        let mut seen = BTreeSet::new();
        for deed in DEEDS {
            let known = catalogue::action(deed.action);
            let known = known.unwrap_or_else(|| panic!("{} is unknown", deed.action));
            assert_eq!(known.full_name(), deed.action);
            assert!(
                !known.resource_types.is_empty(),
                "{} acts on no resource",
                deed.action
            );
            assert!(
                seen.insert((deed.kind, deed.action)),
                "{} twice",
                deed.action
            );
        }
    }
}
