//! API Gateway HTTP and WebSocket APIs (version 2) in one region.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// API Gateway, version 2, in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiGatewayV2 {
    /// `apigatewayv2:GetApis`, by id.
    pub apis: Observed<Vec<Api>>,
}

impl ApiGatewayV2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            apis: Observed::NotCollected,
        }
    }
}

/// An HTTP or WebSocket API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Api {
    /// ARN, `arn:aws:apigateway:region::/apis/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `HTTP` or `WEBSOCKET`.
    pub protocol: String,
    /// Default address.
    pub endpoint: Option<String>,
    /// Whether the default address is off.
    pub disable_execute_api_endpoint: bool,
    /// Origins allowed by CORS, sorted.
    pub cors_allow_origins: Vec<String>,
    /// `apigatewayv2:GetRoutes`, by key.
    pub routes: Observed<Vec<Route>>,
    /// `apigatewayv2:GetStages`, by name.
    pub stages: Observed<Vec<Stage>>,
    /// `apigatewayv2:GetAuthorizers`, by id.
    pub authorizers: Observed<Vec<Authorizer>>,
    /// `apigatewayv2:GetIntegrations`, by id.
    pub integrations: Observed<Vec<Integration>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// ARN, `arn:aws:apigateway:region::/apis/id/routes/rid`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `GET /claims`, `$default`, `$connect`.
    pub key: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `JWT`; AWS may leave it out for `NONE`.
    pub authorization_type: Option<String>,
    /// Authorizer used.
    pub authorizer_id: Option<String>,
    /// Scopes demanded, sorted.
    pub authorization_scopes: Vec<String>,
    /// Whether an API key is required (WebSocket).
    pub api_key_required: bool,
    /// Integration behind the route, `integrations/id`.
    pub target: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// ARN, `arn:aws:apigateway:region::/apis/id/stages/name`.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Default requests per second of each route.
    pub default_rate_limit: Option<f64>,
    /// Default burst of each route.
    pub default_burst_limit: Option<i64>,
    /// Where access logs go.
    pub access_log_destination: Option<Arn>,
    /// Whether changes are deployed at once.
    pub auto_deploy: bool,
    /// Where this was read.
    pub sources: Sources,
}

/// An authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorizer {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `JWT` or `REQUEST`.
    pub kind: Option<String>,
    /// Issuer of the tokens (JWT).
    pub issuer: Option<String>,
    /// Audiences accepted (JWT), sorted.
    pub audiences: Vec<String>,
}

/// An integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Integration {
    /// Id.
    pub id: String,
    /// `AWS_PROXY`, `HTTP_PROXY`, …
    pub kind: Option<String>,
    /// Address or ARN behind it.
    pub uri: Option<String>,
    /// Milliseconds before the gateway gives up.
    pub timeout_milliseconds: Option<i64>,
}
