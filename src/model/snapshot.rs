//! The snapshot: everything one run saw, typed, versioned and in a fixed order.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AccountId, RegionName, accessanalyzer, account, acm, apigateway, apigatewayv2, backup,
    cloudfront, cloudtrail, cloudwatch, cognito_identity, cognito_idp, config, dynamodb, ec2, ecr,
    elbv2, events, guardduty, iam, inspector2, kms, lambda, lambda_core, lambda_microvms,
    lambda_web, logs, organizations, pipes, resourcegroupstaggingapi, rolesanywhere,
    route53resolver, s3, scheduler, secretsmanager, securityhub, servicequotas, shield, signer,
    sns, sqs, ssm, stepfunctions, wafv2, xray,
};

/// The value of [`Snapshot::schema`].
pub const SNAPSHOT_SCHEMA: &str = "tripod.snapshot.v1";

/// A file that is not a snapshot this version can read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not JSON, or not of the shape.
    #[error("not a Tripod snapshot: {0}")]
    Shape(#[from] serde_json::Error),
    /// A snapshot of another version.
    #[error("the snapshot's schema is '{found}', this version of Tripod reads '{SNAPSHOT_SCHEMA}'")]
    Schema {
        /// What the file says.
        found: String,
    },
}

/// An IAM policy document as AWS keeps it: the whole text, decoded, nothing dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PolicyDocument(pub String);

/// Everything one run saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// [`SNAPSHOT_SCHEMA`].
    pub schema: String,
    /// The run that made it.
    pub run: Run,
    /// Accounts in order of their ids.
    pub accounts: Vec<Account>,
}

/// How a snapshot came to be. Part of the snapshot, so that assessing it later gives the same report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Unique name of the run.
    pub id: String,
    /// When this run began.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When this run ended.
    #[schemars(with = "String")]
    pub finished: Timestamp,
    /// When the evidence was gathered: the start of the live scan, also where this run replays its
    /// recording. What checks take for "today".
    #[schemars(with = "String")]
    pub observed: Timestamp,
    /// Who asked.
    pub caller: Caller,
    /// The endpoint, where it is not AWS's own.
    pub endpoint: Option<String>,
    /// What the run cost.
    pub requests: Requests,
    /// Collectors that failed inside, as `service in region`: a fault of Tripod. What they were to
    /// read is "not collected".
    #[serde(default)]
    pub broken_collectors: Vec<String>,
    /// Collectors that were given up because nothing went forward any more, as `service in region`.
    /// What they were to read is "not collected".
    #[serde(default)]
    pub stalled_collectors: Vec<String>,
    /// Why the run ended before its time; none for one that went to its end.
    #[serde(default)]
    pub stopped: Option<Stopped>,
    /// Seconds that the scanning machine's clock was behind AWS's, negative when it was ahead. Only
    /// there when AWS refused a signature for it.
    #[serde(default)]
    pub clock_behind_seconds: Option<i64>,
}

/// Why a run ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// Someone asked it to end.
    Interrupted,
    /// The credentials expired under it.
    CredentialsExpired,
}

impl Stopped {
    /// The reason as a sentence without its full stop.
    pub fn text(self) -> &'static str {
        match self {
            Self::Interrupted => "the scan was interrupted",
            Self::CredentialsExpired => "the credentials expired during the scan",
        }
    }
}

/// The identity a scan ran as, from `sts:GetCallerIdentity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caller {
    /// Its account.
    pub account: AccountId,
    /// Its ARN.
    pub arn: String,
}

/// Counts of requests sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requests {
    /// All attempts.
    pub total: u64,
    /// Attempts after the first.
    pub retries: u64,
    /// Answers that said "too fast".
    pub throttled: u64,
    /// Attempts by operation.
    pub by_operation: BTreeMap<String, u64>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The partition its ARNs carry: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// IAM, which is global.
    pub iam: iam::Iam,
    /// Alternate contacts.
    #[serde(default = "account::Contacts::not_collected")]
    pub contacts: account::Contacts,
    /// AWS Organizations.
    #[serde(default = "organizations::Organizations::not_collected")]
    pub organizations: organizations::Organizations,
    /// CloudFront, which is global.
    #[serde(default = "cloudfront::CloudFront::not_collected")]
    pub cloudfront: cloudfront::CloudFront,
    /// Simple Storage Service, whose buckets have one list for all regions.
    #[serde(default = "s3::S3::not_collected")]
    pub s3: s3::S3,
    /// AWS Shield Advanced, which is global.
    #[serde(default = "shield::Shield::not_collected")]
    pub shield: shield::Shield,
    /// AWS WAF for CloudFront; what stands in regions is with them.
    #[serde(default = "wafv2::Wafv2::not_collected")]
    pub wafv2_for_cloudfront: wafv2::Wafv2,
    /// Regions in order of their names, also those not scanned.
    pub regions: Vec<RegionalAccount>,
}

impl Account {
    /// An account of which nothing is known yet.
    pub fn not_collected(id: AccountId, partition: String) -> Self {
        Self {
            id,
            partition,
            iam: iam::Iam::not_collected(),
            contacts: account::Contacts::not_collected(),
            organizations: organizations::Organizations::not_collected(),
            cloudfront: cloudfront::CloudFront::not_collected(),
            s3: s3::S3::not_collected(),
            shield: shield::Shield::not_collected(),
            wafv2_for_cloudfront: wafv2::Wafv2::not_collected(),
            regions: Vec::new(),
        }
    }
}

/// Whether a region was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionStatus {
    /// Every collector ran; some values may still be unknown.
    Scanned,
    /// The account has not opted in.
    Disabled,
    /// AWS refused every call.
    Denied,
    /// No call led to an answer.
    Failed,
}

/// What one account has in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionalAccount {
    /// The region.
    pub name: RegionName,
    /// Whether it was scanned.
    pub status: RegionStatus,
    /// AWS Lambda.
    pub lambda: lambda::Lambda,
    /// API Gateway, REST APIs.
    pub apigateway: apigateway::ApiGateway,
    /// API Gateway, HTTP and WebSocket APIs.
    pub apigatewayv2: apigatewayv2::ApiGatewayV2,
    /// Key Management Service.
    pub kms: kms::Kms,
    /// CloudTrail.
    pub cloudtrail: cloudtrail::CloudTrail,
    /// VPC networking.
    pub ec2: ec2::Ec2,
    /// IAM Access Analyzer.
    #[serde(default = "accessanalyzer::AccessAnalyzer::not_collected")]
    pub accessanalyzer: accessanalyzer::AccessAnalyzer,
    /// Cognito identity pools.
    #[serde(default = "cognito_identity::CognitoIdentity::not_collected")]
    pub cognito_identity: cognito_identity::CognitoIdentity,
    /// Cognito user pools.
    #[serde(default = "cognito_idp::CognitoIdp::not_collected")]
    pub cognito_idp: cognito_idp::CognitoIdp,
    /// AWS Config.
    #[serde(default = "config::Config::not_collected")]
    pub config: config::Config,
    /// GuardDuty.
    #[serde(default = "guardduty::GuardDuty::not_collected")]
    pub guardduty: guardduty::GuardDuty,
    /// Inspector.
    #[serde(default = "inspector2::Inspector::not_collected")]
    pub inspector2: inspector2::Inspector,
    /// The tagging API.
    #[serde(default = "resourcegroupstaggingapi::Tagging::not_collected")]
    pub resourcegroupstaggingapi: resourcegroupstaggingapi::Tagging,
    /// IAM Roles Anywhere.
    #[serde(default = "rolesanywhere::RolesAnywhere::not_collected")]
    pub rolesanywhere: rolesanywhere::RolesAnywhere,
    /// Route 53 Resolver.
    #[serde(default = "route53resolver::Resolver::not_collected")]
    pub route53resolver: route53resolver::Resolver,
    /// Security Hub CSPM.
    #[serde(default = "securityhub::SecurityHub::not_collected")]
    pub securityhub: securityhub::SecurityHub,
    /// Service Quotas.
    #[serde(default = "servicequotas::ServiceQuotas::not_collected")]
    pub servicequotas: servicequotas::ServiceQuotas,
    /// AWS Signer.
    #[serde(default = "signer::Signer::not_collected")]
    pub signer: signer::Signer,
    /// X-Ray.
    #[serde(default = "xray::XRay::not_collected")]
    pub xray: xray::XRay,
    /// Certificate Manager.
    #[serde(default = "acm::Acm::not_collected")]
    pub acm: acm::Acm,
    /// AWS Backup.
    #[serde(default = "backup::Backup::not_collected")]
    pub backup: backup::Backup,
    /// DynamoDB.
    #[serde(default = "dynamodb::DynamoDb::not_collected")]
    pub dynamodb: dynamodb::DynamoDb,
    /// Container registry.
    #[serde(default = "ecr::Ecr::not_collected")]
    pub ecr: ecr::Ecr,
    /// EventBridge.
    #[serde(default = "events::Events::not_collected")]
    pub events: events::Events,
    /// What Lambda's younger siblings share.
    #[serde(default = "lambda_core::LambdaCore::not_collected")]
    pub lambda_core: lambda_core::LambdaCore,
    /// Lambda microVMs.
    #[serde(default = "lambda_microvms::LambdaMicrovms::not_collected")]
    pub lambda_microvms: lambda_microvms::LambdaMicrovms,
    /// Lambda web functions.
    #[serde(default = "lambda_web::LambdaWeb::not_collected")]
    pub lambda_web: lambda_web::LambdaWeb,
    /// EventBridge Pipes.
    #[serde(default = "pipes::Pipes::not_collected")]
    pub pipes: pipes::Pipes,
    /// EventBridge Scheduler.
    #[serde(default = "scheduler::Scheduler::not_collected")]
    pub scheduler: scheduler::Scheduler,
    /// Secrets Manager.
    #[serde(default = "secretsmanager::SecretsManager::not_collected")]
    pub secretsmanager: secretsmanager::SecretsManager,
    /// CloudWatch.
    #[serde(default = "cloudwatch::CloudWatch::not_collected")]
    pub cloudwatch: cloudwatch::CloudWatch,
    /// Elastic Load Balancing.
    #[serde(default = "elbv2::Elbv2::not_collected")]
    pub elbv2: elbv2::Elbv2,
    /// CloudWatch Logs.
    #[serde(default = "logs::Logs::not_collected")]
    pub logs: logs::Logs,
    /// Simple Notification Service.
    #[serde(default = "sns::Sns::not_collected")]
    pub sns: sns::Sns,
    /// Simple Queue Service.
    #[serde(default = "sqs::Sqs::not_collected")]
    pub sqs: sqs::Sqs,
    /// Systems Manager's Parameter Store.
    #[serde(default = "ssm::Ssm::not_collected")]
    pub ssm: ssm::Ssm,
    /// Step Functions.
    #[serde(default = "stepfunctions::StepFunctions::not_collected")]
    pub stepfunctions: stepfunctions::StepFunctions,
    /// AWS WAF.
    #[serde(default = "wafv2::Wafv2::not_collected")]
    pub wafv2: wafv2::Wafv2,
}

impl RegionalAccount {
    /// A region of which nothing is known yet.
    pub fn not_collected(name: RegionName, status: RegionStatus) -> Self {
        Self {
            name,
            status,
            lambda: lambda::Lambda::not_collected(),
            apigateway: apigateway::ApiGateway::not_collected(),
            apigatewayv2: apigatewayv2::ApiGatewayV2::not_collected(),
            kms: kms::Kms::not_collected(),
            cloudtrail: cloudtrail::CloudTrail::not_collected(),
            ec2: ec2::Ec2::not_collected(),
            accessanalyzer: accessanalyzer::AccessAnalyzer::not_collected(),
            cognito_identity: cognito_identity::CognitoIdentity::not_collected(),
            cognito_idp: cognito_idp::CognitoIdp::not_collected(),
            config: config::Config::not_collected(),
            guardduty: guardduty::GuardDuty::not_collected(),
            inspector2: inspector2::Inspector::not_collected(),
            resourcegroupstaggingapi: resourcegroupstaggingapi::Tagging::not_collected(),
            rolesanywhere: rolesanywhere::RolesAnywhere::not_collected(),
            route53resolver: route53resolver::Resolver::not_collected(),
            securityhub: securityhub::SecurityHub::not_collected(),
            servicequotas: servicequotas::ServiceQuotas::not_collected(),
            signer: signer::Signer::not_collected(),
            xray: xray::XRay::not_collected(),
            acm: acm::Acm::not_collected(),
            backup: backup::Backup::not_collected(),
            dynamodb: dynamodb::DynamoDb::not_collected(),
            ecr: ecr::Ecr::not_collected(),
            events: events::Events::not_collected(),
            lambda_core: lambda_core::LambdaCore::not_collected(),
            lambda_microvms: lambda_microvms::LambdaMicrovms::not_collected(),
            lambda_web: lambda_web::LambdaWeb::not_collected(),
            pipes: pipes::Pipes::not_collected(),
            scheduler: scheduler::Scheduler::not_collected(),
            secretsmanager: secretsmanager::SecretsManager::not_collected(),
            sns: sns::Sns::not_collected(),
            sqs: sqs::Sqs::not_collected(),
            ssm: ssm::Ssm::not_collected(),
            stepfunctions: stepfunctions::StepFunctions::not_collected(),
            cloudwatch: cloudwatch::CloudWatch::not_collected(),
            elbv2: elbv2::Elbv2::not_collected(),
            logs: logs::Logs::not_collected(),
            wafv2: wafv2::Wafv2::not_collected(),
        }
    }
}

impl Snapshot {
    /// Reads a snapshot from JSON.
    ///
    /// # Errors
    /// When the text is not JSON of the shape, or of another version.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema != SNAPSHOT_SCHEMA {
            return Err(SnapshotError::Schema { found: head.schema });
        }
        Ok(serde_json::from_str(text)?)
    }

    /// Every account with each of its scanned or tried regions; disabled ones have nothing to check.
    pub fn regions(&self) -> impl Iterator<Item = (&Account, &RegionalAccount)> {
        self.accounts.iter().flat_map(|account| {
            account
                .regions
                .iter()
                .filter(|region| region.status != RegionStatus::Disabled)
                .map(move |region| (account, region))
        })
    }
}
