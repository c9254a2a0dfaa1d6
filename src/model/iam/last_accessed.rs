//! Which services, and which of their actions, a principal has used.
//!
//! AWS counts attempts, refused ones too, and keeps them for at least 400 days.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// What one user or role may use, and has used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalAccess {
    /// The user or role.
    pub arn: Arn,
    /// `iam:GetServiceLastAccessedDetails`: every service that its policies allow it, by namespace.
    pub services: Observed<Vec<ServiceAccess>>,
    /// Where this was read.
    pub sources: Sources,
}

/// The use of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceAccess {
    /// The service as policies name it, such as `s3`.
    pub namespace: String,
    /// The last attempt; none where there was none in the time that AWS tracks.
    #[schemars(with = "Option<String>")]
    pub last: Option<Timestamp>,
    /// The region of the last attempt.
    pub region: Option<String>,
    /// Actions whose use AWS tracks one by one, by name; none for services where it does not.
    pub actions: Vec<ActionAccess>,
}

/// The use of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionAccess {
    /// The action without its service, such as `PutObject`.
    pub name: String,
    /// The last attempt; none where there was none in the time that AWS tracks.
    #[schemars(with = "Option<String>")]
    pub last: Option<Timestamp>,
}
