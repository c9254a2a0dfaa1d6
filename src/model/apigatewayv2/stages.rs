//! Stages of HTTP and WebSocket APIs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apigateway::AccessLog;
use crate::{Arn, Observed, Redacted, Sources};

/// A stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// ARN, `arn:aws:apigateway:region::/apis/id/stages/name`.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Settings of every route that has none of its own.
    pub default_route_settings: Option<RouteSettings>,
    /// Settings by route key.
    pub route_settings: BTreeMap<String, RouteSettings>,
    /// Access logs; none where they are off.
    pub access_log: Option<AccessLog>,
    /// Whether changes are deployed at once.
    pub auto_deploy: Option<bool>,
    /// Variables by name, each value as the redaction marker that stands in its place; absent where it
    /// has none.
    pub variables: Observed<BTreeMap<String, Redacted>>,
    /// Certificate that the backend can know the gateway by (WebSocket).
    pub client_certificate_id: Option<String>,
    /// Deployment served.
    pub deployment_id: Option<String>,
    /// What the last automatic deployment came to, in AWS's words.
    pub last_deployment_status_message: Option<String>,
    /// Whether API Gateway made it.
    pub managed: Option<bool>,
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

/// Settings of a stage for some routes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteSettings {
    /// Requests per second of each route.
    pub throttling_rate_limit: Option<f64>,
    /// Burst of each route.
    pub throttling_burst_limit: Option<i64>,
    /// Whether each route has metrics of its own.
    pub detailed_metrics_enabled: Option<bool>,
    /// Whether whole messages are logged (WebSocket).
    pub data_trace_enabled: Option<bool>,
    /// Execution logs (WebSocket): `OFF`, `ERROR`, `INFO`.
    pub logging_level: Option<String>,
}
