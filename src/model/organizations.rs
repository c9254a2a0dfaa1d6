//! AWS Organizations, as far as it binds the account scanned.
//!
//! Rows: IR08, IG11 (service and resource control policies), LOG-5 (denies in them).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// The organisation of the account, the way up from the account, and the policies met on it.
///
/// Only the management account and delegated administrators may ask for more than the organisation
/// itself. For everyone else the way and the policies are denied: which ones bind the account is then
/// unknown, not "none".
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organizations {
    /// `organizations:DescribeOrganization`; absent for an account that is in none.
    pub organization: Observed<Organization>,
    /// The account, the units above it, and the root, in this order: `organizations:ListParents`.
    /// Absent for an account that is in no organisation.
    pub path: Observed<Vec<Target>>,
    /// Each policy attached to one of them, once, by id.
    pub policies: Vec<ControlPolicy>,
}

impl Organizations {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            organization: Observed::NotCollected,
            path: Observed::NotCollected,
            policies: Vec::new(),
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// Its id, `o-…`.
    pub id: String,
    /// `ALL`, or `CONSOLIDATED_BILLING`, which has no policies.
    pub feature_set: Option<String>,
    /// Id of the management account, which service control policies do not bind.
    pub management_account: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// What policies can be attached to: the account, a unit or the root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// Account id, `ou-…` or `r-…`.
    pub id: String,
    /// `ACCOUNT`, `ORGANIZATIONAL_UNIT` or `ROOT`.
    pub kind: String,
    /// Ids of the service control policies attached here: `organizations:ListPoliciesForTarget`.
    pub service_control: Observed<Vec<String>>,
    /// Ids of the resource control policies attached here.
    pub resource_control: Observed<Vec<String>>,
    /// Ids of the declarative policies for EC2 attached here.
    pub declarative: Observed<Vec<String>>,
}

/// A policy of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlPolicy {
    /// Its id, `p-…`.
    pub id: String,
    /// ARN.
    pub arn: Option<Arn>,
    /// Name.
    pub name: Option<String>,
    /// Whether it is one of AWS's own.
    pub aws_managed: Option<bool>,
    /// `organizations:DescribePolicy`.
    pub content: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}
