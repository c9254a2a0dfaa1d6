//! IAM of one account.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// IAM of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Iam {
    /// `iam:GetAccountAuthorizationDetails`.
    pub authorization: Observed<Authorization>,
    /// `iam:GetAccountSummary`: AWS's own counts, by its names.
    pub summary: Observed<Summary>,
}

impl Iam {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            authorization: Observed::NotCollected,
            summary: Observed::NotCollected,
        }
    }
}

/// Principals and policies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorization {
    /// By ARN.
    pub users: Vec<Principal>,
    /// By ARN.
    pub groups: Vec<Principal>,
    /// By ARN.
    pub roles: Vec<Principal>,
    /// Managed policies that AWS lists for the account, by ARN.
    pub policies: Vec<ManagedPolicy>,
}

/// A user, group or role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Principal {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Trust policy, for roles.
    pub trust_policy: Option<PolicyDocument>,
    /// Inline policies by name.
    pub inline_policies: BTreeMap<String, PolicyDocument>,
    /// ARNs of the managed policies attached, sorted.
    pub attached_policies: Vec<Arn>,
    /// ARN of the permissions boundary.
    pub permissions_boundary: Option<Arn>,
    /// Names of the groups, for users, sorted.
    pub groups: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagedPolicy {
    /// ARN; AWS's own have `aws` in the account field.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// The version in force; none when AWS's answer does not hold it.
    pub document: Option<PolicyDocument>,
    /// Principals it is attached to.
    pub attachment_count: i64,
    /// Principals it bounds.
    pub boundary_count: i64,
    /// Where this was read.
    pub sources: Sources,
}

/// AWS's own counts of IAM entities and settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// By AWS's key, such as `AccountAccessKeysPresent`.
    pub entries: BTreeMap<String, i64>,
    /// Where this was read.
    pub sources: Sources,
}
