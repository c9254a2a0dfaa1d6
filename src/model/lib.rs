//! What an AWS account looks like to Tripod.
//!
//! Types only: no I/O, no async runtime, no AWS SDK. A collector fills a [`Snapshot`], a check reads
//! it and says [`Finding`]s. Whatever came from an optional call is an [`Observed`] value, so that
//! "AWS said there is none" and "we could not see" can never be confused.

pub mod apigateway;
pub mod apigatewayv2;
pub mod cloudfront;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod ec2;
pub mod elbv2;
mod exchange;
mod finding;
#[cfg(feature = "fixtures")]
pub mod fixtures;
pub mod iam;
mod ids;
pub mod kms;
pub mod lambda;
pub mod logs;
mod observed;
mod permissions;
mod redacted;
pub mod s3;
pub mod shield;
mod snapshot;
pub mod sns;
pub mod sqs;
pub mod wafv2;

pub use exchange::{Exchange, Source, Sources, fingerprint};
pub use finding::{
    Cause, CauseKind, Details, Evidence, Finding, Impact, Outcome, Pillar, ResourceRef, Severity,
};
pub use ids::{AccountId, Arn, ExchangeId, InvalidId, RegionName};
pub use observed::{Observed, Unknown};
pub use permissions::{PERMISSIONS, Permission, Scope, fill_in, permission_for, permissions_of};
pub use redacted::{Entropy, Redacted, SecretKind};
pub use snapshot::{
    Account, Caller, PolicyDocument, RegionStatus, RegionalAccount, Requests, Run, SNAPSHOT_SCHEMA,
    Snapshot, SnapshotError, Stopped,
};
