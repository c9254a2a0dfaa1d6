//! Cognito identity pools in one region. Row: IT09.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Cognito identity pools in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CognitoIdentity {
    /// `cognito-identity:ListIdentityPools`, by ARN.
    pub identity_pools: Observed<Vec<IdentityPool>>,
}

impl CognitoIdentity {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            identity_pools: Observed::NotCollected,
        }
    }
}

/// An identity pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityPool {
    /// ARN, made of its id.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `cognito-identity:DescribeIdentityPool`.
    pub settings: Observed<IdentityPoolSettings>,
    /// Roles by who gets them, `authenticated` and `unauthenticated`:
    /// `cognito-identity:GetIdentityPoolRoles`. Absent where none is set.
    pub roles: Observed<BTreeMap<String, Arn>>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `cognito-identity:DescribeIdentityPool` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityPoolSettings {
    /// Whether anyone gets credentials without signing in.
    pub unauthenticated: Option<bool>,
    /// Whether the classic flow is allowed, in which the caller chooses the role.
    pub classic_flow: Option<bool>,
}
