//! API Gateway HTTP and WebSocket APIs (version 2) in one region.
//!
//! A member that is none is one that AWS left out. What that means stands beside it where AWS says so.

mod domains;
mod integrations;
mod stages;

pub use domains::{
    ApiMapping, DomainConfiguration, DomainName, HeaderMatch, Portal, RoutingRule, RuleCondition,
    RuleTarget, VpcLink,
};
pub use integrations::{Authorizer, Integration, Tls};
pub use stages::{RouteSettings, Stage};

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// API Gateway, version 2, in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiGatewayV2 {
    /// `apigatewayv2:GetApis`, by id.
    pub apis: Observed<Vec<Api>>,
    /// `apigatewayv2:GetDomainNames`, by name.
    pub domain_names: Observed<Vec<DomainName>>,
    /// `apigatewayv2:GetVpcLinks`, by id. These have interfaces in subnets.
    pub vpc_links: Observed<Vec<VpcLink>>,
    /// `apigatewayv2:ListPortals`, by id.
    pub portals: Observed<Vec<Portal>>,
}

impl ApiGatewayV2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            apis: Observed::NotCollected,
            domain_names: Observed::NotCollected,
            vpc_links: Observed::NotCollected,
            portals: Observed::NotCollected,
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
    /// Name; the id where AWS gives none.
    pub name: String,
    /// `HTTP` or `WEBSOCKET`.
    pub protocol: Option<String>,
    /// Default address.
    pub endpoint: Option<String>,
    /// Whether the default address is off.
    pub disable_execute_api_endpoint: Option<bool>,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: Option<String>,
    /// How a route is chosen.
    pub route_selection_expression: Option<String>,
    /// Where a WebSocket API reads API keys.
    pub api_key_selection_expression: Option<String>,
    /// Whether another service of AWS manages it.
    pub managed: Option<bool>,
    /// CORS of an HTTP API; none: it answers no preflight.
    pub cors: Option<Cors>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// `apigatewayv2:GetRoutes`, by key.
    pub routes: Observed<Vec<Route>>,
    /// `apigatewayv2:GetStages`, by name.
    pub stages: Observed<Vec<Stage>>,
    /// `apigatewayv2:GetAuthorizers`, by id. Not collected where no route names one.
    pub authorizers: Observed<Vec<Authorizer>>,
    /// `apigatewayv2:GetIntegrations`, by id. Not collected where no route leads to one.
    pub integrations: Observed<Vec<Integration>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// What browsers of other origins may do. Lists are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cors {
    /// Whether cookies and credentials go along.
    pub allow_credentials: Option<bool>,
    /// Headers that may be sent.
    pub allow_headers: Vec<String>,
    /// HTTP methods that may be used.
    pub allow_methods: Vec<String>,
    /// Origins that may ask; `*` for any.
    pub allow_origins: Vec<String>,
    /// Headers that may be read.
    pub expose_headers: Vec<String>,
    /// Seconds that a browser remembers this; -1: not at all.
    pub max_age_seconds: Option<i64>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// ARN, `arn:aws:apigateway:region::/apis/id/routes/rid`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `GET /claims`, `$default`, `$connect`.
    pub key: Option<String>,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `JWT`; AWS may leave it out for `NONE`.
    pub authorization_type: Option<String>,
    /// Authorizer used.
    pub authorizer_id: Option<String>,
    /// Scopes of which a token has to hold one, sorted.
    pub authorization_scopes: Vec<String>,
    /// Whether an API key is required (WebSocket).
    pub api_key_required: Option<bool>,
    /// Integration behind the route, `integrations/id`.
    pub target: Option<String>,
    /// Declared request parameters (WebSocket), with whether each is required.
    pub request_parameters: BTreeMap<String, Option<bool>>,
    /// Names of the models of requests (WebSocket), by what the model selection expression gives.
    pub request_models: BTreeMap<String, String>,
    /// What chooses the model (WebSocket).
    pub model_selection_expression: Option<String>,
    /// What chooses the answer (WebSocket); none: the route answers nothing.
    pub route_response_selection_expression: Option<String>,
    /// Whether API Gateway made it.
    pub managed: Option<bool>,
    /// Where this was read.
    pub sources: Sources,
}
