//! What an AWS account looks like to Tripod.
//!
//! Types only: no I/O, no async runtime, no AWS SDK. A collector fills a [`Snapshot`], a check reads
//! it and says [`Finding`]s. Whatever came from an optional call is an [`Observed`] value, so that
//! "AWS said there is none" and "we could not see" can never be confused.

pub mod accessanalyzer;
pub mod account;
pub mod acm;
pub mod apigateway;
pub mod apigatewayv2;
pub mod backup;
pub mod cloudfront;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod cognito_identity;
pub mod cognito_idp;
pub mod config;
pub mod dynamodb;
pub mod ec2;
pub mod ecr;
pub mod elbv2;
pub mod events;
mod exchange;
mod finding;
#[cfg(feature = "fixtures")]
pub mod fixtures;
pub mod guardduty;
pub mod iam;
mod ids;
pub mod inspector2;
pub mod kms;
pub mod lambda;
pub mod lambda_core;
pub mod lambda_microvms;
pub mod lambda_web;
pub mod logs;
mod observed;
pub mod organizations;
mod permissions;
pub mod pipes;
mod redacted;
pub mod resourcegroupstaggingapi;
pub mod rolesanywhere;
pub mod route53resolver;
pub mod s3;
pub mod scheduler;
pub mod secretsmanager;
pub mod securityhub;
pub mod servicequotas;
pub mod shield;
pub mod signer;
mod snapshot;
pub mod sns;
pub mod sqs;
pub mod ssm;
pub mod stepfunctions;
pub mod wafv2;
pub mod xray;

pub use exchange::{Exchange, Source, Sources, fingerprint};
pub use finding::{
    AcceptedException, Cause, CauseKind, Details, Evidence, Finding, Impact, Outcome, Pillar,
    ResourceRef, Severity,
};
pub use ids::{AccountId, Arn, ExchangeId, InvalidId, RegionName};
pub use observed::{Observed, Unknown};
pub use permissions::{PERMISSIONS, Permission, Scope, fill_in, permission_for, permissions_of};
pub use redacted::{Entropy, Redacted, SecretKind};
pub use snapshot::{
    Account, Caller, PolicyDocument, RegionStatus, RegionalAccount, Requests, Run, SNAPSHOT_SCHEMA,
    Snapshot, SnapshotError, Stopped,
};
