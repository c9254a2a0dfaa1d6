//! A function, and what further calls tell of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Configuration, EventInvokeConfig, FunctionUrl};
use crate::{Arn, Observed, PolicyDocument, Sources};

/// A function: the unpublished version as `lambda:ListFunctions` shows it, with what further calls told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// ARN without a version.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// The unpublished version, `$LATEST`.
    pub configuration: Configuration,
    /// `lambda:GetFunction`: what the list does not show.
    pub details: Observed<FunctionDetails>,
    /// `lambda:GetPolicy` of the unqualified function.
    pub policy: Observed<PolicyDocument>,
    /// `lambda:ListFunctionUrlConfigs`, of the function and its aliases, by ARN; empty when there is no
    /// URL.
    pub urls: Observed<Vec<FunctionUrl>>,
    /// `lambda:ListFunctionEventInvokeConfigs`, of every qualifier, by ARN. Asked only where a dead-letter
    /// target or the policy of any qualifier shows an asynchronous caller.
    pub event_invoke_configs: Observed<Vec<EventInvokeConfig>>,
    /// Published versions, by number.
    pub versions: Vec<Version>,
    /// `lambda:ListAliases`, by name. Asked only where a version is published, or a URL or an event source
    /// mapping names an alias: an alias of any other function can point to nothing but `$LATEST`.
    pub aliases: Observed<Vec<Alias>>,
    /// `lambda:ListProvisionedConcurrencyConfigs`, by ARN. Asked only where there is a version or an
    /// alias; nothing else can have it.
    pub provisioned_concurrency: Observed<Vec<ProvisionedConcurrency>>,
    /// `lambda:GetRuntimeManagementConfig` of the unpublished version. Not asked of container images,
    /// which bring their own runtime.
    pub runtime_management: Observed<RuntimeManagement>,
    /// `lambda:GetFunctionRecursionConfig`: `Allow` or `Terminate`, what Lambda does about a function that
    /// calls itself by way of other services.
    pub recursive_loop: Observed<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `lambda:GetFunction` adds to the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionDetails {
    /// Executions set aside for this function and its upper bound; none means it shares the pool.
    pub reserved_concurrency: Option<i64>,
    /// `Active`, `Pending`, `Inactive`, `Failed`, …
    pub state: Option<String>,
    /// Why the state is not `Active`, in words.
    pub state_reason: Option<String>,
    /// Why the state is not `Active`, such as `SubnetOutOfIPAddresses`.
    pub state_reason_code: Option<String>,
    /// `Successful`, `InProgress`, `Failed`.
    pub last_update_status: Option<String>,
    /// Why the last update is not `Successful`, in words.
    pub last_update_status_reason: Option<String>,
    /// Why the last update is not `Successful`.
    pub last_update_status_reason_code: Option<String>,
    /// The runtime's patch level; container images have none.
    pub runtime_version: Option<RuntimeVersion>,
    /// Where the code is kept.
    pub code: Option<StoredCode>,
    /// Tags; empty when there are none. `Denied` when the caller may not see them.
    pub tags: Observed<BTreeMap<String, String>>,
}

/// The patch level of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeVersion {
    /// ARN of the runtime version.
    pub arn: Option<Arn>,
    /// Code of the error that hides it.
    pub error_code: Option<String>,
}

/// Where the code is kept. The presigned address to download it from is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredCode {
    /// `S3` or `ECR`.
    pub repository_type: Option<String>,
    /// The image as it was named at the last update.
    pub image_uri: Option<String>,
    /// The image by its digest.
    pub resolved_image_uri: Option<String>,
    /// `s3://BUCKET/KEY` of code that Lambda reads from the account's own bucket.
    pub s3_object: Option<String>,
    /// The object's version.
    pub s3_object_version: Option<String>,
    /// Key that encrypts the package; none means AWS's own.
    pub source_kms_key_arn: Option<Arn>,
    /// Code of the error that hides the code's place.
    pub error_code: Option<String>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// ARN with the version.
    pub arn: Arn,
    /// Its number, or `$LATEST.PUBLISHED`.
    pub version: String,
    /// The configuration it was published with.
    pub configuration: Configuration,
    /// `lambda:GetPolicy` of the version.
    pub policy: Observed<PolicyDocument>,
    /// `lambda:GetFunctionScalingConfig`. Asked only where the version runs on a capacity provider.
    pub scaling: Observed<VersionScaling>,
    /// Where this was read.
    pub sources: Sources,
}

/// How far a version on a capacity provider scales.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionScaling {
    /// What holds.
    pub applied: Option<ScalingBounds>,
    /// What was asked for.
    pub requested: Option<ScalingBounds>,
}

/// Bounds on the number of execution environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScalingBounds {
    /// Fewest execution environments.
    pub min_environments: Option<i64>,
    /// Most execution environments.
    pub max_environments: Option<i64>,
}

/// A name for a version, or for two of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alias {
    /// ARN with the alias.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// What people wrote about it. An empty text is none.
    pub description: Option<String>,
    /// The version it points to.
    pub version: Option<String>,
    /// Other versions that get a part of the calls, from 0 to 1.
    pub weights: BTreeMap<String, f64>,
    /// `lambda:GetPolicy` of the alias.
    pub policy: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}

/// Execution environments kept ready for a version or an alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionedConcurrency {
    /// ARN with the qualifier.
    pub function_arn: Arn,
    /// So many were asked for.
    pub requested: Option<i64>,
    /// So many are assigned, ready or not.
    pub allocated: Option<i64>,
    /// So many are ready.
    pub available: Option<i64>,
    /// `IN_PROGRESS`, `READY`, `FAILED`.
    pub status: Option<String>,
    /// Why it failed, in words.
    pub status_reason: Option<String>,
}

/// When Lambda moves a function to a patched runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeManagement {
    /// `Auto`, `FunctionUpdate`, `Manual`.
    pub update_on: Option<String>,
    /// The runtime version that it stays on; `Manual` only.
    pub runtime_version_arn: Option<Arn>,
}
