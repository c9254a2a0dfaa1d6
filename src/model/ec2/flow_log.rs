//! Flow logs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A flow log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowLog {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// VPC, subnet, interface, transit gateway or its attachment recorded.
    pub resource_id: Option<String>,
    /// `ACCEPT`, `REJECT`, `ALL`; none for transit gateways.
    pub traffic_type: Option<String>,
    /// `ACTIVE` when it works.
    pub status: Option<String>,
    /// `cloud-watch-logs`, `s3`, `kinesis-data-firehose`.
    pub destination_type: Option<String>,
    /// ARN of the bucket, log group or stream.
    pub destination: Option<Arn>,
    /// Name of the log group.
    pub log_group_name: Option<String>,
    /// Role that delivers to the log group.
    pub delivery_role: Option<Arn>,
    /// Role in another account that delivers there.
    pub cross_account_role: Option<Arn>,
    /// `SUCCESS` or `FAILED`.
    pub deliver_status: Option<String>,
    /// Why delivery fails.
    pub deliver_error: Option<String>,
    /// Fields of a record, as AWS keeps them: `${version} ${account-id} …`.
    pub format: Option<String>,
    /// Longest time that a record sums up: 60 or 600 seconds.
    pub aggregation_seconds: Option<i64>,
    /// How files in a bucket are laid out.
    pub files: Option<FlowLogFiles>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// How the files of a flow log are laid out in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowLogFiles {
    /// `plain-text`, `parquet`.
    pub format: Option<String>,
    /// Whether their names fit Hive.
    pub hive_compatible_partitions: Option<bool>,
    /// Whether each hour has its own.
    pub per_hour_partition: Option<bool>,
}
