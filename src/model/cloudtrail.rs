//! CloudTrail in one region.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, RegionName, Sources};

/// CloudTrail in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloudTrail {
    /// `cloudtrail:DescribeTrails`: the trails whose home is this region, and, where their home was
    /// not part of the scan, the multi-Region and organisation trails seen from the first region
    /// scanned. By ARN; each trail of the account stands in one region only.
    pub trails: Observed<Vec<Trail>>,
    /// `cloudtrail:ListEventDataStores`: the stores of CloudTrail Lake made in this region, by ARN.
    pub event_data_stores: Observed<Vec<EventDataStore>>,
}

impl CloudTrail {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            trails: Observed::NotCollected,
            event_data_stores: Observed::NotCollected,
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
    pub is_multi_region: Option<bool>,
    /// Whether it covers the organisation.
    pub is_organization: Option<bool>,
    /// Whether events of global services are logged.
    pub include_global_service_events: Option<bool>,
    /// Whether digest files are written.
    pub log_file_validation_enabled: Option<bool>,
    /// Whether somebody chose what it records, instead of the default.
    pub has_custom_event_selectors: Option<bool>,
    /// Whether it has Insights.
    pub has_insight_selectors: Option<bool>,
    /// Whether the events of its own deliveries are recorded too.
    pub recursive_logging: Option<bool>,
    /// Bucket that receives the files.
    pub s3_bucket: Option<String>,
    /// What the files' keys in the bucket begin with.
    pub s3_key_prefix: Option<String>,
    /// Topic that is told of each delivery.
    pub sns_topic: Option<Arn>,
    /// Key that encrypts the files; none means S3's own encryption.
    pub kms_key: Option<Arn>,
    /// Log group that receives the events.
    pub cloudwatch_log_group: Option<Arn>,
    /// Role by which CloudTrail writes to the log group.
    pub cloudwatch_role: Option<Arn>,
    /// `cloudtrail:GetTrailStatus`.
    pub status: Observed<TrailStatus>,
    /// `cloudtrail:GetEventSelectors`.
    pub selectors: Observed<Selectors>,
    /// `cloudtrail:GetInsightSelectors`; `Absent` where Insights are not on.
    pub insights: Observed<Insights>,
    /// `cloudtrail:GetEventConfiguration`: which of its events are summed up.
    pub aggregations: Observed<Vec<Aggregation>>,
    /// `cloudtrail:ListTags`. Asked in the trail's home region and by its own account only.
    pub tags: Observed<BTreeMap<String, String>>,
    /// Where this was read.
    pub sources: Sources,
}

/// Whether a trail works. Of each kind of delivery, the last that succeeded, and the error of the last
/// one if it did not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrailStatus {
    /// Whether it is recording.
    pub is_logging: Option<bool>,
    /// When recording was last started.
    #[schemars(with = "Option<String>")]
    pub started: Option<Timestamp>,
    /// When recording was last stopped.
    #[schemars(with = "Option<String>")]
    pub stopped: Option<Timestamp>,
    /// Last delivery to the bucket.
    #[schemars(with = "Option<String>")]
    pub latest_delivery: Option<Timestamp>,
    /// S3's error of the delivery to the bucket, such as `AccessDenied`.
    pub latest_delivery_error: Option<String>,
    /// Last digest file.
    #[schemars(with = "Option<String>")]
    pub latest_digest_delivery: Option<Timestamp>,
    /// S3's error of the delivery of a digest file.
    pub latest_digest_delivery_error: Option<String>,
    /// Last delivery to the log group.
    #[schemars(with = "Option<String>")]
    pub latest_cloudwatch_delivery: Option<Timestamp>,
    /// Error of the delivery to the log group.
    pub latest_cloudwatch_delivery_error: Option<String>,
    /// Last notification to the topic.
    #[schemars(with = "Option<String>")]
    pub latest_notification: Option<Timestamp>,
    /// SNS's error of the notification.
    pub latest_notification_error: Option<String>,
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
    pub include_management_events: Option<bool>,
    /// Services left out of the management events.
    pub exclude_management_event_sources: Vec<String>,
    /// Data events recorded.
    pub data_resources: Vec<DataResource>,
}

/// Data events of a classic selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataResource {
    /// `AWS::Lambda::Function`, `AWS::S3::Object`, `AWS::DynamoDB::Table`.
    pub kind: Option<String>,
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

/// Insights: what CloudTrail watches for unusual activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Insights {
    /// What is watched.
    pub selectors: Vec<InsightSelector>,
    /// The event data store that receives the Insights of another one.
    pub destination: Option<Arn>,
}

/// One kind of Insights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InsightSelector {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`.
    pub kind: Option<String>,
    /// `Management`, `Data`, sorted; none means management events.
    pub event_categories: Option<Vec<String>>,
}

/// Events that a trail sums up every five minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Aggregation {
    /// `Data`.
    pub event_category: String,
    /// `API_ACTIVITY`, `RESOURCE_ACCESS`, `USER_ACTIONS`, sorted.
    pub templates: Vec<String>,
}

/// An event data store of CloudTrail Lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventDataStore {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `cloudtrail:GetEventDataStore`.
    pub settings: Observed<StoreSettings>,
    /// `cloudtrail:GetResourcePolicy`.
    pub policy: Observed<StorePolicy>,
    /// `cloudtrail:GetInsightSelectors`; `Absent` where Insights are not on.
    pub insights: Observed<Insights>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `cloudtrail:GetEventDataStore` tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoreSettings {
    /// `ENABLED`, `STOPPED_INGESTION`, `PENDING_DELETION`, …
    pub status: Option<String>,
    /// Whether it holds events of all regions.
    pub multi_region: Option<bool>,
    /// Whether it holds events of the organisation.
    pub organization: Option<bool>,
    /// Days that events are kept.
    pub retention_days: Option<i32>,
    /// `EXTENDABLE_RETENTION_PRICING` or `FIXED_RETENTION_PRICING`.
    pub billing_mode: Option<String>,
    /// Whether it is protected from deletion.
    pub termination_protection: Option<bool>,
    /// Key that encrypts the events; none means a key of AWS's own.
    pub kms_key: Option<Arn>,
    /// `ENABLED`, `DISABLED`, …: whether Athena may query it.
    pub federation_status: Option<String>,
    /// Role by which federated queries reach it.
    pub federation_role: Option<Arn>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[schemars(with = "Option<String>")]
    pub updated: Option<Timestamp>,
    /// What it records.
    pub selectors: Option<Vec<AdvancedSelector>>,
}

/// The policies of an event data store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StorePolicy {
    /// The one that somebody attached.
    pub own: Option<PolicyDocument>,
    /// The one that AWS makes for the organisation's delegated administrator; both count.
    pub delegated_administrator: Option<PolicyDocument>,
}
