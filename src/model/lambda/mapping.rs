//! Event sources that Lambda polls.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// An event source that Lambda polls for a function.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventSourceMapping {
    /// UUID.
    pub uuid: String,
    /// ARN.
    pub arn: Option<Arn>,
    /// ARN of the function, maybe with a qualifier.
    pub function_arn: Option<Arn>,
    /// ARN of the source; one that is not AWS's has none.
    pub event_source_arn: Option<Arn>,
    /// Addresses of a source that is not AWS's, sorted, by their kind. What looks like a secret is
    /// redacted.
    pub self_managed_endpoints: BTreeMap<String, Vec<String>>,
    /// Topics of a Kafka source, sorted.
    pub topics: Vec<String>,
    /// Queues of a broker, sorted.
    pub queues: Vec<String>,
    /// What is set of a Kafka source.
    pub kafka: Option<KafkaSource>,
    /// How Lambda gets in, sorted: `BASIC_AUTH`, `VPC_SUBNET`, … The secrets themselves are not kept.
    pub source_access_types: Vec<String>,
    /// `Enabled`, `Disabled`, …
    pub state: Option<String>,
    /// Why it is in that state, in words.
    pub state_transition_reason: Option<String>,
    /// What became of the last batch, in words.
    pub last_processing_result: Option<String>,
    /// Most records of a batch.
    pub batch_size: Option<i64>,
    /// Longest wait for a batch in seconds.
    pub batching_window_seconds: Option<i64>,
    /// Where failed batches go.
    pub on_failure: Option<Arn>,
    /// `ReportBatchItemFailures` where the function names the records that failed, sorted.
    pub function_response_types: Vec<String>,
    /// Number of filters; none: AWS sent no criteria.
    pub filter_count: Option<i64>,
    /// Code of the error that hides the filters.
    pub filter_error_code: Option<String>,
    /// Key that encrypts the filters; none means Lambda's own.
    pub kms_key_arn: Option<Arn>,
    /// Invocations at once of a queue's mapping.
    pub maximum_concurrency: Option<i64>,
    /// Pollers set aside; none: Lambda decides.
    pub provisioned_pollers: Option<ProvisionedPollers>,
    /// Metrics that are counted, sorted.
    pub metrics: Vec<String>,
    /// Lowest level of the mapping's own log that is kept.
    pub system_log_level: Option<String>,
    /// What is set of a stream; none of it is set of a queue.
    pub stream: StreamSettings,
    /// Where this was read.
    pub sources: Sources,
}

/// How records of a stream are read, and when they are given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StreamSettings {
    /// `TRIM_HORIZON`, `LATEST`, `AT_TIMESTAMP`.
    pub starting_position: Option<String>,
    /// Retries of a failed batch; -1 without end.
    pub maximum_retry_attempts: Option<i64>,
    /// Oldest record still tried, in seconds; -1 without end.
    pub maximum_record_age_seconds: Option<i64>,
    /// Whether a failed batch is split in two before the next try.
    pub bisect_batch_on_error: Option<bool>,
    /// Batches of one shard under way at once.
    pub parallelization_factor: Option<i64>,
    /// Seconds of records that are taken together; 0 for none.
    pub tumbling_window_seconds: Option<i64>,
}

/// What is set of a Kafka source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KafkaSource {
    /// The consumer group that Lambda joins.
    pub consumer_group_id: Option<String>,
    /// Where the schema of records is looked up. What looks like a secret is redacted.
    pub schema_registry_uri: Option<String>,
    /// How Lambda gets into the registry, sorted.
    pub schema_registry_access_types: Vec<String>,
}

/// Pollers set aside for a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionedPollers {
    /// Fewest.
    pub minimum: Option<i64>,
    /// Most.
    pub maximum: Option<i64>,
    /// The group that shares them.
    pub group: Option<String>,
}
