//! AWS Lambda in one region.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Redacted, Sources};

/// AWS Lambda in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lambda {
    /// `lambda:ListFunctions`, the unpublished versions, by name.
    pub functions: Observed<Vec<Function>>,
    /// `lambda:ListCodeSigningConfigs`, by ARN.
    pub code_signing_configs: Observed<Vec<CodeSigningConfig>>,
    /// `lambda:ListEventSourceMappings`, by UUID.
    pub event_source_mappings: Observed<Vec<EventSourceMapping>>,
    /// `lambda:GetAccountSettings`.
    pub account_settings: Observed<AccountSettings>,
}

impl Lambda {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            functions: Observed::NotCollected,
            code_signing_configs: Observed::NotCollected,
            event_source_mappings: Observed::NotCollected,
            account_settings: Observed::NotCollected,
        }
    }
}

/// A function as `lambda:ListFunctions` shows it, with what further calls told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// ARN without a version.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `Zip` or `Image`.
    pub package_type: String,
    /// Runtime id, such as `python3.14`; container images have none.
    pub runtime: Option<String>,
    /// ARN of the execution role.
    pub role: Option<Arn>,
    /// Longest run in seconds.
    pub timeout_seconds: Option<i64>,
    /// Memory in MiB.
    pub memory_mib: Option<i64>,
    /// SHA-256 of the deployment package, base64.
    pub code_sha256: Option<String>,
    /// Time of the last change, as AWS writes it.
    pub last_modified: Option<String>,
    /// Where the function is attached to a VPC.
    pub vpc: Option<VpcAttachment>,
    /// Environment variables, redacted. `Absent` when there are none; `Denied` when Lambda could not
    /// decrypt them for the caller.
    pub environment: Observed<BTreeMap<String, Redacted>>,
    /// Key that encrypts the environment; none means Lambda's own.
    pub kms_key_arn: Option<Arn>,
    /// Dead-letter queue or topic.
    pub dead_letter_target: Option<Arn>,
    /// `Active` or `PassThrough`.
    pub tracing_mode: Option<String>,
    /// ARNs of the layer versions used, in order.
    pub layers: Vec<Arn>,
    /// `lambda:GetFunction`: what the list does not show.
    pub details: Observed<FunctionDetails>,
    /// `lambda:GetPolicy` of the unqualified function.
    pub policy: Observed<PolicyDocument>,
    /// `lambda:ListFunctionUrlConfigs`, by ARN; empty when there is no URL.
    pub urls: Observed<Vec<FunctionUrl>>,
    /// `lambda:ListFunctionEventInvokeConfigs`, asked only where the policy shows an asynchronous
    /// caller and no dead-letter target decides the matter.
    pub event_invoke_configs: Observed<Vec<EventInvokeConfig>>,
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
    /// Why the state is not `Active`, such as `SubnetOutOfIPAddresses`.
    pub state_reason_code: Option<String>,
    /// `Successful`, `InProgress`, `Failed`.
    pub last_update_status: Option<String>,
    /// Why the last update is not `Successful`.
    pub last_update_status_reason_code: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// Attachment to a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcAttachment {
    /// The VPC.
    pub vpc_id: Option<String>,
    /// Subnets, sorted.
    pub subnet_ids: Vec<String>,
    /// Security groups, sorted: the set, together with a subnet, names one shared interface.
    pub security_group_ids: Vec<String>,
    /// Whether the function may use IPv6 through dual-stack subnets.
    pub ipv6_allowed: bool,
}

/// A function URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionUrl {
    /// ARN of the function or alias it belongs to.
    pub function_arn: Arn,
    /// The address.
    pub url: String,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// Origins allowed by CORS, sorted.
    pub cors_allow_origins: Vec<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// How Lambda deals with asynchronous events of a function, version or alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventInvokeConfig {
    /// ARN with qualifier.
    pub function_arn: Arn,
    /// Where failed events go.
    pub on_failure: Option<Arn>,
    /// Retries after the first try.
    pub maximum_retry_attempts: Option<i64>,
    /// Oldest event still tried, in seconds.
    pub maximum_event_age_seconds: Option<i64>,
}

/// A code-signing configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeSigningConfig {
    /// ARN.
    pub arn: Arn,
    /// `Warn` or `Enforce`: what happens to code without a valid signature.
    pub untrusted_artifact_on_deployment: String,
    /// Signing profile versions trusted, sorted.
    pub signing_profile_version_arns: Vec<Arn>,
    /// `lambda:ListFunctionsByCodeSigningConfig`: ARNs of the functions bound to it, sorted.
    pub functions: Observed<Vec<Arn>>,
    /// Where this was read.
    pub sources: Sources,
}

/// An event source that Lambda polls for a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventSourceMapping {
    /// UUID.
    pub uuid: String,
    /// ARN of the function, maybe with a qualifier.
    pub function_arn: Option<Arn>,
    /// ARN of the source.
    pub event_source_arn: Option<Arn>,
    /// `Enabled`, `Disabled`, …
    pub state: Option<String>,
    /// Where failed batches go.
    pub on_failure: Option<Arn>,
    /// Where this was read.
    pub sources: Sources,
}

/// Limits and use of the account in the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountSettings {
    /// Executions that may run at once in the region.
    pub concurrent_executions: i64,
    /// Of these, what no function has reserved.
    pub unreserved_concurrent_executions: i64,
    /// Number of functions.
    pub function_count: i64,
    /// Where this was read.
    pub sources: Sources,
}
