//! CloudTrail in one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, RegionName, Sources};

/// CloudTrail in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloudTrail {
    /// `cloudtrail:DescribeTrails`: the trails whose home is this region, and, where their home was
    /// not part of the scan, the multi-Region and organisation trails seen from the first region
    /// scanned. By ARN; each trail of the account stands in one region only.
    pub trails: Observed<Vec<Trail>>,
}

impl CloudTrail {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            trails: Observed::NotCollected,
        }
    }
}

/// A trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trail {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Region it was made in.
    pub home_region: Option<RegionName>,
    /// Whether it covers all regions.
    pub is_multi_region: bool,
    /// Whether it covers the organisation.
    pub is_organization: bool,
    /// Whether events of global services are logged.
    pub include_global_service_events: bool,
    /// Whether digest files are written.
    pub log_file_validation_enabled: bool,
    /// Bucket that receives the files.
    pub s3_bucket: Option<String>,
    /// Key that encrypts the files; none means S3's own encryption.
    pub kms_key: Option<Arn>,
    /// Log group that receives the events.
    pub cloudwatch_log_group: Option<Arn>,
    /// `cloudtrail:GetTrailStatus`.
    pub status: Observed<TrailStatus>,
    /// `cloudtrail:GetEventSelectors`.
    pub selectors: Observed<Selectors>,
    /// Where this was read.
    pub sources: Sources,
}

/// Whether a trail works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrailStatus {
    /// Whether it is recording.
    pub is_logging: bool,
    /// Last error of the delivery to the bucket.
    pub latest_delivery_error: Option<String>,
}

/// What a trail records: one of the two kinds is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Selectors {
    /// Classic selectors.
    pub classic: Vec<EventSelector>,
    /// Advanced selectors: each is a conjunction of fields.
    pub advanced: Vec<AdvancedSelector>,
}

/// A classic event selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventSelector {
    /// `ReadOnly`, `WriteOnly`, `All`.
    pub read_write_type: Option<String>,
    /// Whether management events are recorded.
    pub include_management_events: bool,
    /// Services left out of the management events.
    pub exclude_management_event_sources: Vec<String>,
    /// Data events recorded.
    pub data_resources: Vec<DataResource>,
}

/// Data events of a classic selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataResource {
    /// `AWS::Lambda::Function`, `AWS::S3::Object`, `AWS::DynamoDB::Table`.
    pub kind: String,
    /// ARNs or ARN prefixes.
    pub values: Vec<String>,
}

/// An advanced event selector: all its fields must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdvancedSelector {
    /// Free text; says nothing about what is selected.
    pub name: Option<String>,
    /// Conditions.
    pub fields: Vec<FieldSelector>,
}

/// One condition of an advanced selector: of its operators, those given must all hold, each with any
/// of its values (for the negated ones: none of them).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldSelector {
    /// `eventCategory`, `resources.type`, `resources.ARN`, `readOnly`, `eventName`, …
    pub field: String,
    /// Values of the operator `Equals`.
    pub equals: Vec<String>,
    /// Values of `StartsWith`.
    pub starts_with: Vec<String>,
    /// Values of `EndsWith`.
    pub ends_with: Vec<String>,
    /// Values of `NotEquals`.
    pub not_equals: Vec<String>,
    /// Values of `NotStartsWith`.
    pub not_starts_with: Vec<String>,
    /// Values of `NotEndsWith`.
    pub not_ends_with: Vec<String>,
}
