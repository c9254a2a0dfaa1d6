//! What `lambda:ListFunctions` shows of a version of a function, by subject.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Redacted};

/// The configuration of one version, as the list shows it.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Configuration {
    /// What people wrote about it. An empty text is none.
    pub description: Option<String>,
    /// Time of the last change, as AWS writes it.
    pub last_modified: Option<String>,
    /// Changes with every change of the version.
    pub revision_id: Option<String>,
    /// SHA-256 of the configuration, base64.
    pub config_sha256: Option<String>,
    /// The function that a Lambda@Edge replica was made from.
    pub master_arn: Option<Arn>,
    /// ARN of the execution role.
    pub role: Option<Arn>,
    /// What is run.
    pub code: Code,
    /// Longest run in seconds.
    pub timeout_seconds: Option<i64>,
    /// Memory in MiB.
    pub memory_mib: Option<i64>,
    /// Size of `/tmp` in MiB.
    pub ephemeral_storage_mib: Option<i64>,
    /// Environment variables, redacted. `Absent` when there are none; `Denied` when Lambda could not
    /// decrypt them for the caller.
    pub environment: Observed<BTreeMap<String, Redacted>>,
    /// Key that encrypts the environment; none means Lambda's own.
    pub kms_key_arn: Option<Arn>,
    /// What the function is connected to.
    pub network: Network,
    /// Dead-letter queue or topic.
    pub dead_letter_target: Option<Arn>,
    /// Where and what it logs.
    pub logging: Option<Logging>,
    /// `Active` or `PassThrough`.
    pub tracing_mode: Option<String>,
    /// Whether it starts from a snapshot.
    pub snap_start: Option<SnapStart>,
    /// `PER_TENANT`: execution environments are kept apart by tenant. None: they are not.
    pub tenant_isolation: Option<String>,
    /// The account's own instances that it runs on; none: Lambda's.
    pub capacity_provider: Option<CapacityProviderUse>,
    /// Settings of a durable function; none: it is no such function.
    pub durability: Option<Durability>,
}

/// What a function runs, and what vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Code {
    /// `Zip` or `Image`.
    pub package_type: Option<String>,
    /// Runtime id, such as `python3.14`; container images have none.
    pub runtime: Option<String>,
    /// What the runtime calls.
    pub handler: Option<String>,
    /// `x86_64`, `arm64`, sorted.
    pub architectures: Vec<String>,
    /// SHA-256 of the deployment package, base64.
    pub sha256: Option<String>,
    /// Bytes of the package. The SDK gives 0 where AWS says nothing, so that 0 is none.
    pub size_bytes: Option<i64>,
    /// Layer versions used, in order.
    pub layers: Vec<UsedLayer>,
    /// Profile version that signed the package; none: it was not signed.
    pub signing_profile_version_arn: Option<Arn>,
    /// The job that signed it.
    pub signing_job_arn: Option<Arn>,
    /// What a container image starts with, where the function says so.
    pub image: Option<ImageSettings>,
}

/// A layer version in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedLayer {
    /// ARN with the version.
    pub arn: Option<Arn>,
    /// Bytes. The SDK gives 0 where AWS says nothing, so that 0 is none.
    pub size_bytes: Option<i64>,
    /// Profile version that signed it.
    pub signing_profile_version_arn: Option<Arn>,
    /// The job that signed it.
    pub signing_job_arn: Option<Arn>,
}

/// What a function sets of its container image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageSettings {
    /// The program and its first arguments. What looks like a secret is redacted.
    pub entry_point: Vec<String>,
    /// Further arguments. What looks like a secret is redacted.
    pub command: Vec<String>,
    /// Folder it starts in.
    pub working_directory: Option<String>,
    /// Code of the error that hides the settings.
    pub error_code: Option<String>,
}

/// What a function is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// Where the function is attached to a VPC.
    pub vpc: Option<VpcAttachment>,
    /// File systems mounted, by mount path.
    pub file_systems: Vec<FileSystem>,
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
    pub ipv6_allowed: Option<bool>,
}

/// A file system mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileSystem {
    /// ARN of the access point.
    pub arn: Arn,
    /// Where it is mounted.
    pub mount_path: String,
}

/// Where and what a function logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Logging {
    /// Log group, which need not be the function's own `/aws/lambda/NAME`.
    pub log_group: Option<String>,
    /// `Text` or `JSON`.
    pub format: Option<String>,
    /// Lowest level of the function's own lines that is kept; JSON only.
    pub application_level: Option<String>,
    /// Lowest level of Lambda's lines that is kept; JSON only.
    pub system_level: Option<String>,
}

/// Start from a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapStart {
    /// `PublishedVersions` or `None`.
    pub apply_on: Option<String>,
    /// `On` or `Off`: whether this version has a snapshot.
    pub optimization_status: Option<String>,
}

/// The account's own instances that a function runs on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityProviderUse {
    /// ARN of the capacity provider.
    pub arn: Arn,
    /// Invocations that one execution environment may serve at once.
    pub max_concurrency: Option<i64>,
    /// GiB of memory for each processor.
    pub memory_gib_per_vcpu: Option<f64>,
}

/// Settings of a durable function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Durability {
    /// Key that encrypts what executions keep; none means Lambda's own.
    pub kms_key_arn: Option<Arn>,
    /// Days that an ended execution is kept.
    pub retention_days: Option<i64>,
    /// Longest execution in seconds.
    pub execution_timeout_seconds: Option<i64>,
}
