//! What the APIs of an account share: usage plans, API keys, certificates, links into VPCs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// A usage plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsagePlan {
    /// ARN, `arn:aws:apigateway:region::/usageplans/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Stages it opens, by API and stage.
    pub api_stages: Vec<ApiStage>,
    /// Limit of each key; none: no limit.
    pub throttle: Option<Throttle>,
    /// Requests of each key in a period; none: no limit.
    pub quota: Option<Quota>,
    /// `apigateway:GetUsagePlanKeys`: ids of its keys, sorted. Not collected where the account has no key.
    pub key_ids: Observed<Vec<String>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A stage that a usage plan opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiStage {
    /// API.
    pub api_id: Option<String>,
    /// Stage.
    pub stage: Option<String>,
    /// Limits of single methods, by `path/METHOD`.
    pub throttle: BTreeMap<String, Throttle>,
}

/// A limit of requests.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Throttle {
    /// Requests per second.
    pub rate_limit: Option<f64>,
    /// Burst.
    pub burst_limit: Option<i64>,
}

/// Requests in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quota {
    /// How many.
    pub limit: Option<i64>,
    /// Subtracted from the limit in the first period.
    pub offset: Option<i64>,
    /// `DAY`, `WEEK`, `MONTH`.
    pub period: Option<String>,
}

/// An API key, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// ARN, `arn:aws:apigateway:region::/apikeys/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether it opens anything.
    pub enabled: Option<bool>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it was last changed. AWS does not say when it was last used.
    #[schemars(with = "Option<String>")]
    pub last_updated: Option<Timestamp>,
    /// Stages that it opens without a usage plan, `api/stage`, sorted.
    pub stage_keys: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A certificate by which backends know the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientCertificate {
    /// ARN, `arn:aws:apigateway:region::/clientcertificates/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it expires.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Timestamp>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A link of version 1 to a network load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcLink {
    /// ARN, `arn:aws:apigateway:region::/vpclinks/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `AVAILABLE`, `PENDING`, `DELETING`, `FAILED`.
    pub status: Option<String>,
    /// Why it failed, in AWS's words.
    pub status_message: Option<String>,
    /// Load balancers behind it, sorted.
    pub target_arns: Vec<Arn>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}
