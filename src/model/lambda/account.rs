//! What belongs to the account in the region, and to no single function.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Limits and use of the account in the region, as `lambda:GetAccountSettings` tells them.
///
/// The SDK gives 0 where AWS says nothing, so that a number of 0 is none here; only the unreserved
/// concurrency tells the two apart.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountSettings {
    /// Executions that may run at once in the region.
    pub concurrent_executions: Option<i64>,
    /// Of these, what no function has reserved.
    pub unreserved_concurrent_executions: Option<i64>,
    /// Bytes that all packages and layers may take in storage.
    pub code_storage_bytes: Option<i64>,
    /// Bytes of a package that is unpacked, with its layers.
    pub unzipped_package_bytes: Option<i64>,
    /// Bytes of a package that is uploaded directly.
    pub zipped_package_bytes: Option<i64>,
    /// Bytes of storage in use.
    pub used_code_storage_bytes: Option<i64>,
    /// Number of functions.
    pub function_count: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

/// A code-signing configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeSigningConfig {
    /// ARN.
    pub arn: Arn,
    /// What people wrote about it.
    pub description: Option<String>,
    /// Time of the last change, as AWS writes it.
    pub last_modified: String,
    /// `Warn` or `Enforce`: what happens to code without a valid signature. AWS takes none for `Warn`.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CodeSigningPolicies.html>
    pub untrusted_artifact_on_deployment: Option<String>,
    /// Signing profile versions trusted, sorted.
    pub signing_profile_version_arns: Vec<Arn>,
    /// `lambda:ListFunctionsByCodeSigningConfig`: ARNs of the functions bound to it, sorted.
    pub functions: Observed<Vec<Arn>>,
    /// Where this was read.
    pub sources: Sources,
}

/// Instances in the account's own subnets, which Lambda runs functions on.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CapacityProvider.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityProvider {
    /// ARN.
    pub arn: Arn,
    /// `Pending`, `Active`, `Failed`, `Deleting`.
    pub state: String,
    /// Subnets of the instances, sorted.
    pub subnet_ids: Vec<String>,
    /// Security groups of the instances, sorted.
    pub security_group_ids: Vec<String>,
    /// Role by which Lambda manages the instances.
    pub operator_role: Option<Arn>,
    /// Key that encrypts the instances' volumes; none means AWS's own.
    pub kms_key_arn: Option<Arn>,
    /// Processors that all instances may have together.
    pub max_vcpu_count: Option<i64>,
    /// `Auto` or `Manual`.
    pub scaling_mode: Option<String>,
    /// Value that each metric is held at, by the metric's name.
    pub scaling_targets: BTreeMap<String, f64>,
    /// `x86_64`, `arm64`, sorted.
    pub architectures: Vec<String>,
    /// Instance types allowed, sorted; none means all.
    pub allowed_instance_types: Vec<String>,
    /// Instance types left out, sorted.
    pub excluded_instance_types: Vec<String>,
    /// `None` or `Explicit`: whether the instances get tags.
    pub propagate_tags: Option<String>,
    /// Log group of the provider's own log.
    pub log_group: Option<String>,
    /// Lowest level that is logged.
    pub system_log_level: Option<String>,
    /// Time of the last change, as AWS writes it.
    pub last_modified: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
