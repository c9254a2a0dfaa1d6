//! Lambda web functions in one region: endpoints that anyone may call unless the function itself says no.
//!
//! Read for the rows LX07, LX09 and LX12 (reachable from outside), LX01 and LX03 (policies), LX17 and LX19
//! (environment), LI05 to LI07 (roles), LC04 (runtimes), and for the controls IAM-1, NET-1, NET-6, CODE-6,
//! DATA-1 and AVL-2.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Redacted, Sources};

/// Lambda web functions in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LambdaWeb {
    /// `lambda-web:ListWebFunctions`, by ARN.
    pub functions: Observed<Vec<WebFunction>>,
}

impl LambdaWeb {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            functions: Observed::NotCollected,
        }
    }
}

/// A web function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebFunction {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `Pending`, `Active`, `Failed` or `Deleting`.
    pub state: Option<String>,
    /// `lambda-web:ListWebFunctionEndpoints`, by ARN.
    pub endpoints: Observed<Vec<Endpoint>>,
    /// `lambda-web:GetWebFunctionRevision` of each revision that an endpoint sends requests to, by id. Not
    /// known where the endpoints are not.
    pub revisions: Observed<Vec<Revision>>,
    /// `lambda-web:GetResourcePolicy`; absent where nobody wrote one.
    pub policy: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}

/// Where a web function answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Endpoint {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `ApplicationManaged` (anyone may call, the function decides) or `IamAuth`.
    pub auth_type: Option<String>,
    /// `HomeRegion`, `MultiRegion` or `PerRegion`.
    pub endpoint_type: Option<String>,
    /// Its host name.
    pub domain: Option<String>,
    /// `Pending`, `Active`, `Failed` or `Deleting`.
    pub state: Option<String>,
    /// Regions in which it answers, sorted.
    pub regions: Vec<String>,
    /// Requests a second that are let in; none where AWS said nothing of it.
    pub rate_limit: Option<i64>,
    /// Revisions that get its requests, sorted.
    pub revision_ids: Vec<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A revision: code and configuration of a web function at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revision {
    /// Id, unique in its function.
    pub id: String,
    /// `lambda-web:GetWebFunctionRevision`.
    pub details: Observed<RevisionDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `lambda-web:GetWebFunctionRevision` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevisionDetails {
    /// ARN of the execution role.
    pub role: Option<Arn>,
    /// Runtime id.
    pub runtime: Option<String>,
    /// Longest request in seconds.
    pub timeout_seconds: Option<i64>,
    /// Key that encrypts the environment; none means Lambda's own.
    pub kms_key: Option<Arn>,
    /// Connector through which it reaches a VPC; none where it is in none.
    pub network_connector: Option<Arn>,
    /// Log group.
    pub log_group: Option<String>,
    /// Environment variables, redacted. Absent when there are none.
    pub environment: Observed<BTreeMap<String, Redacted>>,
}
