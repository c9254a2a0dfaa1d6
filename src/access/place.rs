//! What an ARN names: the kind of resource, its region, and the resource that holds its policy.

use std::fmt;

use tripod_model::Arn;

/// A kind of resource that a snapshot lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A Lambda function.
    Function,
    /// A version or an alias of a Lambda function.
    Qualifier,
    /// A version of a Lambda layer.
    LayerVersion,
    /// A Lambda web function.
    WebFunction,
    /// A KMS key.
    Key,
    /// Another name of a KMS key.
    KeyAlias,
    /// An S3 bucket, and the objects in it.
    Bucket,
    /// An SQS queue.
    Queue,
    /// An SNS topic.
    Topic,
    /// A secret of Secrets Manager.
    Secret,
    /// A DynamoDB table and its indexes.
    Table,
    /// The stream of a DynamoDB table.
    Stream,
    /// An ECR repository.
    Repository,
    /// An EventBridge bus and its rules.
    Bus,
    /// A log group and its streams.
    LogGroup,
    /// A REST API as callers see it.
    RestApi,
    /// An HTTP or WebSocket API as callers see it.
    HttpApi,
    /// The settings of an API, as whoever manages it sees them.
    ApiSettings,
    /// A Step Functions state machine.
    StateMachine,
    /// A parameter of Parameter Store.
    Parameter,
    /// An EventBridge pipe.
    Pipe,
    /// An EventBridge schedule.
    Schedule,
    /// A CloudTrail trail.
    Trail,
    /// An IAM role.
    Role,
    /// An IAM user.
    User,
    /// An IAM group.
    Group,
    /// A managed policy of the account.
    ManagedPolicy,
}

impl Kind {
    /// The name as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "lambda function",
            Self::Qualifier => "lambda version or alias",
            Self::LayerVersion => "lambda layer version",
            Self::WebFunction => "lambda web function",
            Self::Key => "kms key",
            Self::KeyAlias => "kms alias",
            Self::Bucket => "s3 bucket",
            Self::Queue => "sqs queue",
            Self::Topic => "sns topic",
            Self::Secret => "secret",
            Self::Table => "dynamodb table",
            Self::Stream => "dynamodb stream",
            Self::Repository => "ecr repository",
            Self::Bus => "event bus",
            Self::LogGroup => "log group",
            Self::RestApi => "rest api",
            Self::HttpApi => "http api",
            Self::ApiSettings => "api settings",
            Self::StateMachine => "state machine",
            Self::Parameter => "parameter",
            Self::Pipe => "pipe",
            Self::Schedule => "schedule",
            Self::Trail => "trail",
            Self::Role => "iam role",
            Self::User => "iam user",
            Self::Group => "iam group",
            Self::ManagedPolicy => "iam policy",
        }
    }

    /// Whether resources of the kind can have a policy that decides about requests. Trust policies are
    /// left out: they come with the roles.
    pub(crate) fn has_policy(self) -> bool {
        !matches!(
            self,
            Self::HttpApi
                | Self::ApiSettings
                | Self::StateMachine
                | Self::Parameter
                | Self::Pipe
                | Self::Schedule
                | Self::Trail
                | Self::Role
                | Self::User
                | Self::Group
                | Self::ManagedPolicy
        )
    }

    /// Whether resources of the kind are of the account and not of one of its regions. Buckets stand in
    /// regions, but have one list.
    pub(crate) fn is_global(self) -> bool {
        matches!(
            self,
            Self::Bucket | Self::Role | Self::User | Self::Group | Self::ManagedPolicy
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Where the snapshot would hold what an ARN names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    /// Empty for kinds without regions.
    pub(crate) region: String,
    /// The ARN under which the resource, or the one it is part of, is listed.
    pub(crate) holder: String,
}

impl Place {
    /// None for kinds of resources that a snapshot does not list.
    pub(crate) fn of(arn: &Arn) -> Option<Self> {
        let name = arn.resource()?;
        let first = |separator: char| name.split(separator).next().unwrap_or_default();
        let whole = || arn.as_str().to_owned();
        let (kind, holder) = match arn.service()? {
            "lambda" if name.starts_with("function:") => match name.matches(':').count() {
                1 => (Kind::Function, whole()),
                _ => (Kind::Qualifier, whole()),
            },
            "lambda" if name.starts_with("layer:") => (Kind::LayerVersion, whole()),
            // Endpoints and revisions are named after their function.
            "lambda" if name.starts_with("web-function/") => {
                (Kind::WebFunction, with_name(arn, &first_two(name)))
            }
            "kms" if name.starts_with("key/") => (Kind::Key, whole()),
            "kms" if name.starts_with("alias/") => (Kind::KeyAlias, whole()),
            // Access points have an account in their ARN, and policies of their own.
            "s3" if arn.account().is_none() => (Kind::Bucket, with_name(arn, first('/'))),
            "sqs" => (Kind::Queue, whole()),
            // A subscription is named after its topic.
            "sns" => (Kind::Topic, with_name(arn, first(':'))),
            "secretsmanager" if name.starts_with("secret:") => (Kind::Secret, whole()),
            "dynamodb" => table(arn, name)?,
            "ecr" if name.starts_with("repository/") => (Kind::Repository, whole()),
            "events" => bus(arn, name)?,
            "logs" if name.starts_with("log-group:") => (Kind::LogGroup, log_group(arn, name)),
            // Private domain names have policies of their own.
            "execute-api" if !name.starts_with('/') => (Kind::RestApi, with_name(arn, first('/'))),
            "apigateway" => (Kind::ApiSettings, api_settings(arn, name)?),
            "states" if name.starts_with("stateMachine:") => (Kind::StateMachine, whole()),
            "ssm" if name.starts_with("parameter/") => (Kind::Parameter, whole()),
            "pipes" if name.starts_with("pipe/") => (Kind::Pipe, whole()),
            "scheduler" if name.starts_with("schedule/") => (Kind::Schedule, whole()),
            "cloudtrail" if name.starts_with("trail/") => (Kind::Trail, whole()),
            "iam" if arn.account() == Some("aws") => return None,
            "iam" if name.starts_with("role/") => (Kind::Role, whole()),
            "iam" if name.starts_with("user/") => (Kind::User, whole()),
            "iam" if name.starts_with("group/") => (Kind::Group, whole()),
            "iam" if name.starts_with("policy/") => (Kind::ManagedPolicy, whole()),
            _ => return None,
        };
        let region = if kind.is_global() {
            String::new()
        } else {
            arn.region().unwrap_or_default().to_owned()
        };
        Some(Self {
            kind,
            region,
            holder,
        })
    }
}

/// The same ARN with another resource.
pub(crate) fn with_name(arn: &Arn, name: &str) -> String {
    let mut fields: Vec<&str> = arn.as_str().splitn(6, ':').collect();
    if let Some(last) = fields.last_mut() {
        *last = name;
    }
    fields.join(":")
}

fn first_two(name: &str) -> String {
    name.split('/').take(2).collect::<Vec<_>>().join("/")
}

/// A table's policy is about its indexes too, its stream has one of its own.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html>
fn table(arn: &Arn, name: &str) -> Option<(Kind, String)> {
    let mut parts = name.split('/');
    match (parts.next()?, parts.next()?, parts.next()) {
        ("table", _, Some("stream")) => Some((Kind::Stream, arn.as_str().to_owned())),
        ("table", table, None | Some("index")) => {
            Some((Kind::Table, with_name(arn, &format!("table/{table}"))))
        }
        _ => None,
    }
}

/// Rules are named after their bus, those of the bus `default` without it.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html>
fn bus(arn: &Arn, name: &str) -> Option<(Kind, String)> {
    // Buses of partners have slashes in their names.
    let bus = if let Some(bus) = name.strip_prefix("event-bus/") {
        bus
    } else {
        let rule = name.strip_prefix("rule/")?;
        rule.rsplit_once('/').map_or("default", |(bus, _)| bus)
    };
    Some((Kind::Bus, with_name(arn, &format!("event-bus/{bus}"))))
}

/// Stages, methods and the like are below `/restapis/ID` or `/apis/ID`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-using-iam-policies-to-create-and-manage-apis.html>
fn api_settings(arn: &Arn, name: &str) -> Option<String> {
    let mut parts = name.split('/');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("", kind @ ("restapis" | "apis"), id) => Some(with_name(arn, &format!("/{kind}/{id}"))),
        _ => None,
    }
}

/// Streams, and the `:*` that stands for them, belong to their group. Names of groups have no colons.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>
pub(crate) fn log_group(arn: &Arn, name: &str) -> String {
    let group: Vec<&str> = name.splitn(3, ':').take(2).collect();
    with_name(arn, &group.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(arn: &str) -> Option<(Kind, String)> {
        Place::of(&Arn::new(arn)).map(|place| (place.kind, place.holder))
    }

    #[test]
    fn what_is_part_of_something_has_the_policy_of_the_whole() {
        let cases = [
            ("s3:::claims/in/a.pdf", Kind::Bucket, "s3:::claims"),
            (
                "sns:eu-west-1:1:topic:77-aa",
                Kind::Topic,
                "sns:eu-west-1:1:topic",
            ),
            (
                "dynamodb:eu-west-1:1:table/t/index/i",
                Kind::Table,
                "dynamodb:eu-west-1:1:table/t",
            ),
            (
                "events:eu-west-1:1:rule/r",
                Kind::Bus,
                "events:eu-west-1:1:event-bus/default",
            ),
            (
                "events:eu-west-1:1:rule/b/r",
                Kind::Bus,
                "events:eu-west-1:1:event-bus/b",
            ),
            (
                "events:eu-west-1:1:event-bus/aws.partner/x/y",
                Kind::Bus,
                "events:eu-west-1:1:event-bus/aws.partner/x/y",
            ),
            (
                "logs:eu-west-1:1:log-group:/aws/lambda/f:log-stream:s",
                Kind::LogGroup,
                "logs:eu-west-1:1:log-group:/aws/lambda/f",
            ),
            (
                "execute-api:eu-west-1:1:a1/prod/GET/x",
                Kind::RestApi,
                "execute-api:eu-west-1:1:a1",
            ),
            (
                "apigateway:eu-west-1::/restapis/a1/stages/prod",
                Kind::ApiSettings,
                "apigateway:eu-west-1::/restapis/a1",
            ),
            (
                "lambda:eu-west-1:1:web-function/w/endpoint/e",
                Kind::WebFunction,
                "lambda:eu-west-1:1:web-function/w",
            ),
        ];
        for (arn, kind, holder) in cases {
            let expected = Some((kind, format!("arn:aws:{holder}")));
            assert_eq!(place(&format!("arn:aws:{arn}")), expected);
        }
    }

    #[test]
    fn what_has_a_policy_of_its_own_stands_for_itself() {
        for (arn, kind) in [
            ("arn:aws:lambda:eu-west-1:1:function:f", Kind::Function),
            (
                "arn:aws:lambda:eu-west-1:1:function:f:live",
                Kind::Qualifier,
            ),
            (
                "arn:aws:dynamodb:eu-west-1:1:table/t/stream/2026",
                Kind::Stream,
            ),
            ("arn:aws:kms:eu-west-1:1:alias/a", Kind::KeyAlias),
        ] {
            assert_eq!(place(arn), Some((kind, arn.to_owned())));
        }
    }

    #[test]
    fn what_a_snapshot_does_not_list_has_no_place() {
        for arn in [
            "arn:aws:s3:eu-west-1:1:accesspoint/a",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:ec2:eu-west-1:1:instance/i-1",
            "arn:aws:lambda:eu-west-1:1:event-source-mapping:u",
        ] {
            assert_eq!(place(arn), None, "{arn}");
        }
    }
}
