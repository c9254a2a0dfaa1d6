//! AWS Config in one region. Row: GOV-1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// AWS Config in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Config {
    /// `config:DescribeConfigurationRecorders`, by name.
    pub recorders: Observed<Vec<Recorder>>,
    /// `config:DescribeDeliveryChannels`, by name. Not asked where there is no recorder.
    pub channels: Observed<Vec<DeliveryChannel>>,
    /// `config:DescribeConfigRules`, by name.
    pub rules: Observed<Vec<Rule>>,
}

impl Config {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            recorders: Observed::NotCollected,
            channels: Observed::NotCollected,
            rules: Observed::NotCollected,
        }
    }
}

/// A configuration recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recorder {
    /// Name; unique in a region.
    pub name: String,
    /// ARN; recorders of an older make have none.
    pub arn: Option<Arn>,
    /// Role it reads resources with.
    pub role: Option<Arn>,
    /// The AWS service that made it and keeps its records for itself; none for the account's own.
    pub service: Option<String>,
    /// What it records; none where AWS sends nothing, as for a service's recorder.
    pub group: Option<RecordingGroup>,
    /// `CONTINUOUS` or `DAILY`; none where AWS sends no mode.
    pub frequency: Option<String>,
    /// `config:DescribeConfigurationRecorderStatus`.
    pub status: Observed<RecorderStatus>,
    /// Where this was read.
    pub sources: Sources,
}

/// Which resource types a recorder records.
/// <https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordingGroup {
    /// Whether it records all types that AWS Config supports, but for global ones.
    pub all_supported: Option<bool>,
    /// Whether it also records global types: users, groups, roles and policies of IAM.
    pub global_types: Option<bool>,
    /// Types recorded, where they are chosen.
    pub types: Option<Vec<String>>,
    /// Types left out, where all others are recorded.
    pub excluded: Option<Vec<String>>,
    /// `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or `EXCLUSION_BY_RESOURCE_TYPES`.
    pub strategy: Option<String>,
}

/// What a recorder does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecorderStatus {
    /// Whether it records.
    pub recording: Option<bool>,
    /// `Success`, `Failure`, `Pending` or `NotApplicable`.
    pub last_status: Option<String>,
    /// AWS's code, where it failed.
    pub last_error: Option<String>,
}

/// Where records go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryChannel {
    /// Name.
    pub name: String,
    /// Bucket.
    pub bucket: Option<String>,
    /// Key that encrypts what is put there; none where the bucket's own applies.
    pub kms_key: Option<Arn>,
    /// Topic told of changes.
    pub topic: Option<Arn>,
    /// `config:DescribeDeliveryChannelStatus`.
    pub status: Observed<ChannelStatus>,
    /// Where this was read.
    pub sources: Sources,
}

/// How deliveries went: each `Success`, `Failure` or `Not_Applicable`, none where there was no attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelStatus {
    /// Snapshots to the bucket.
    pub snapshot: Option<String>,
    /// History to the bucket.
    pub history: Option<String>,
    /// Changes to the topic.
    pub stream: Option<String>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: Option<Arn>,
    /// `AWS`, `CUSTOM_LAMBDA` or `CUSTOM_POLICY`.
    pub owner: Option<String>,
    /// Identifier of AWS's rule, such as `LAMBDA_DLQ_CHECK`, or ARN of the function asked.
    pub identifier: Option<String>,
    /// `ACTIVE`, `EVALUATING`, `DELETING` or `DELETING_RESULTS`.
    pub state: Option<String>,
    /// The AWS service that made it; none for the account's own.
    pub created_by: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
