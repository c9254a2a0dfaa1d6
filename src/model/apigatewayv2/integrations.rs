//! What routes name: authorizers and integrations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// An authorizer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorizer {
    /// ARN, `arn:aws:apigateway:region::/apis/id/authorizers/aid`.
    pub arn: Arn,
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
    /// Where the caller's identity is read, as AWS lists it.
    pub identity_source: Vec<String>,
    /// Address of the function asked (REQUEST).
    pub uri: Option<String>,
    /// Role that the function is called as; none where its own policy lets the gateway in.
    pub credentials_arn: Option<Arn>,
    /// Format of what the function is told, `1.0` or `2.0`.
    pub payload_format_version: Option<String>,
    /// Whether the function answers yes or no instead of with a policy.
    pub enable_simple_responses: Option<bool>,
    /// Seconds an answer is cached; 0: not at all.
    pub result_ttl_seconds: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

/// An integration. Templates are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Integration {
    /// ARN, `arn:aws:apigateway:region::/apis/id/integrations/iid`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `AWS_PROXY`, `HTTP_PROXY`, …
    pub kind: Option<String>,
    /// Action of another service of AWS, such as `SQS-SendMessage`.
    pub subtype: Option<String>,
    /// HTTP method that the backend is called by.
    pub http_method: Option<String>,
    /// Address or ARN behind it.
    pub uri: Option<String>,
    /// Role that the backend is called as; `arn:aws:iam::*:user/*` hands the caller's own identity on.
    pub credentials_arn: Option<Arn>,
    /// `INTERNET` or `VPC_LINK`.
    pub connection_type: Option<String>,
    /// VPC link used.
    pub connection_id: Option<String>,
    /// TLS towards a private backend; none: it is called by plain HTTP.
    /// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid.html>
    pub tls: Option<Tls>,
    /// Format of what the backend is told, `1.0` or `2.0`.
    pub payload_format_version: Option<String>,
    /// `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES`, `NEVER` (WebSocket).
    pub passthrough_behavior: Option<String>,
    /// Parameters of the backend's request, and where each comes from.
    pub request_parameters: BTreeMap<String, String>,
    /// Changes to answers, by status code.
    pub response_parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// Milliseconds before the gateway gives up.
    pub timeout_milliseconds: Option<i64>,
    /// Whether API Gateway made it.
    pub managed: Option<bool>,
    /// Where this was read.
    pub sources: Sources,
}

/// TLS towards a private backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tls {
    /// Name that its certificate has to carry; none: any name will do.
    pub server_name_to_verify: Option<String>,
}
