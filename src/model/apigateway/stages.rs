//! Stages of REST APIs, and the deployments they serve.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Redacted, Sources};

/// A stage of a REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/stages/name`.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Deployment served.
    pub deployment_id: Option<String>,
    /// Certificate that the backend can know the gateway by.
    pub client_certificate_id: Option<String>,
    /// Whether it has a cache of its own. Methods use it by `caching_enabled`.
    pub cache_cluster_enabled: Option<bool>,
    /// Size of the cache in GB, as AWS writes it.
    pub cache_cluster_size: Option<String>,
    /// `AVAILABLE`, `NOT_AVAILABLE`, ….
    pub cache_cluster_status: Option<String>,
    /// Settings by `path/METHOD` as AWS writes the key (`*/*` for all).
    pub method_settings: BTreeMap<String, MethodSetting>,
    /// Variables by name, each value as the redaction marker that stands in its place; absent where it
    /// has none.
    pub variables: Observed<BTreeMap<String, Redacted>>,
    /// Access logs; none where they are off.
    pub access_log: Option<AccessLog>,
    /// A share of the traffic that goes to another deployment.
    pub canary: Option<Canary>,
    /// Whether X-Ray traces requests.
    pub tracing_enabled: Option<bool>,
    /// Web ACL in front of the stage.
    pub web_acl_arn: Option<Arn>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[schemars(with = "Option<String>")]
    pub last_updated: Option<Timestamp>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// Settings of a stage for some methods.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodSetting {
    /// Requests per second; negative or none means unset.
    pub throttling_rate_limit: Option<f64>,
    /// Burst; negative or none means unset.
    pub throttling_burst_limit: Option<i64>,
    /// `OFF`, `ERROR`, `INFO`.
    pub logging_level: Option<String>,
    /// Whether whole requests and responses are logged.
    pub data_trace_enabled: Option<bool>,
    /// Whether each method has metrics of its own.
    pub metrics_enabled: Option<bool>,
    /// Whether answers are cached.
    pub caching_enabled: Option<bool>,
    /// Seconds an answer is cached.
    pub cache_ttl_seconds: Option<i64>,
    /// Whether cached answers are encrypted.
    pub cache_data_encrypted: Option<bool>,
    /// Whether a caller who asks to renew the cache has to be allowed to.
    pub require_authorization_for_cache_control: Option<bool>,
    /// What such a caller meets who is not: `FAIL_WITH_403`, `SUCCEED_WITH_RESPONSE_HEADER`,
    /// `SUCCEED_WITHOUT_RESPONSE_HEADER`.
    pub unauthorized_cache_control: Option<String>,
}

/// Access logs of a stage, of either version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessLog {
    /// Log group or Firehose stream.
    pub destination: Option<Arn>,
    /// What a line holds, with `$context` variables.
    pub format: Option<String>,
}

/// A share of a stage's traffic that goes to another deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Canary {
    /// Percent of the traffic, 0 to 100.
    pub percent_traffic: Option<f64>,
    /// Deployment it goes to.
    pub deployment_id: Option<String>,
    /// Whether it uses the stage's cache.
    pub use_stage_cache: Option<bool>,
    /// Stage variables that it changes, each as its redaction marker; absent where it changes none.
    pub variables: Observed<BTreeMap<String, Redacted>>,
}

/// A deployment: a copy of the API that stages serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deployment {
    /// Id.
    pub id: String,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
}
