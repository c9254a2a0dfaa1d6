//! Methods of REST APIs, and what they name: authorizers, validators, models, responses.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A method of a REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Method {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/resources/rid/methods/GET`.
    pub arn: Arn,
    /// Path of the resource.
    pub path: String,
    /// HTTP method, or `ANY`.
    pub http_method: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS`; none means `NONE`.
    pub authorization_type: Option<String>,
    /// Authorizer used.
    pub authorizer_id: Option<String>,
    /// Scopes of which a token of a user pool has to hold one, sorted.
    pub authorization_scopes: Vec<String>,
    /// Whether an API key is required. A key meters, it does not authenticate.
    pub api_key_required: Option<bool>,
    /// Request validator used.
    pub request_validator_id: Option<String>,
    /// Declared request parameters, with whether each is required.
    pub request_parameters: BTreeMap<String, bool>,
    /// Names of the models of request bodies, by content type.
    pub request_models: BTreeMap<String, String>,
    /// What answers; none where nothing was set up yet.
    pub integration: Option<Integration>,
    /// Where this was read.
    pub sources: Sources,
}

impl Method {
    /// `AWS_PROXY`, `AWS`, `HTTP`, `HTTP_PROXY`, `MOCK`; none where nothing answers, or AWS did not say.
    pub fn integration_kind(&self) -> Option<&str> {
        self.integration.as_ref()?.kind.as_deref()
    }
}

/// What answers a method. Templates of requests and responses are left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Integration {
    /// `AWS_PROXY`, `AWS`, `HTTP`, `HTTP_PROXY`, `MOCK`.
    pub kind: Option<String>,
    /// Address or ARN behind the method.
    pub uri: Option<String>,
    /// HTTP method that the backend is called by.
    pub http_method: Option<String>,
    /// Role that the backend is called as; `arn:aws:iam::*:user/*` hands the caller's own identity on.
    pub credentials: Option<String>,
    /// `INTERNET` or `VPC_LINK`.
    pub connection_type: Option<String>,
    /// VPC link used, or the stage variable that names it.
    pub connection_id: Option<String>,
    /// ARN of the load balancer behind a VPC link of version 2.
    pub target: Option<String>,
    /// Whether any certificate of the backend is taken, even an expired one for another name.
    pub insecure_skip_verification: Option<bool>,
    /// Milliseconds before the gateway gives up.
    pub timeout_milliseconds: Option<i64>,
    /// `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES`, `NEVER`: bodies of which content types go through unmapped.
    pub passthrough_behavior: Option<String>,
    /// Request parameters that are part of the cache's key, sorted.
    pub cache_key_parameters: Vec<String>,
    /// Name of the cache that methods share.
    pub cache_namespace: Option<String>,
    /// `BUFFERED` or `STREAM`.
    pub response_transfer_mode: Option<String>,
    /// Parameters of the backend's request, and where each comes from.
    pub request_parameters: BTreeMap<String, String>,
    /// Answers by status code. CORS headers of a mock stand in their parameters.
    pub responses: BTreeMap<String, IntegrationResponse>,
}

/// How a backend's answer becomes the method's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IntegrationResponse {
    /// Pattern of the backend's answers that it is for; none for the default.
    pub selection_pattern: Option<String>,
    /// Headers, such as `method.response.header.Access-Control-Allow-Origin`, and where each comes from;
    /// fixed texts stand in single quotes.
    pub parameters: BTreeMap<String, String>,
}

/// A request validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestValidator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether the body is checked against the model.
    pub validate_request_body: Option<bool>,
    /// Whether required parameters are checked.
    pub validate_request_parameters: Option<bool>,
}

/// A model that bodies are checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestModel {
    /// Id.
    pub id: Option<String>,
    /// Name, which methods use.
    pub name: String,
    /// Content type.
    pub content_type: Option<String>,
    /// JSON schema as text, with what looks like a secret replaced.
    pub schema: Option<String>,
}

/// An authorizer of a REST API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorizer {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/authorizers/aid`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `TOKEN`, `REQUEST`, `COGNITO_USER_POOLS`, `JWT`.
    pub kind: Option<String>,
    /// User pools whose tokens are taken, sorted.
    pub provider_arns: Vec<Arn>,
    /// Address of the function asked.
    pub uri: Option<String>,
    /// Role that the function is called as; none where its own policy lets the gateway in.
    pub credentials: Option<String>,
    /// Where the caller's identity is read, parted by commas.
    pub identity_source: Option<String>,
    /// Pattern that a token has to match before the function is asked. With what looks like a secret
    /// replaced.
    pub identity_validation_expression: Option<String>,
    /// Seconds an answer is cached; 0: not at all.
    pub result_ttl_seconds: Option<i64>,
    /// Tokens taken by a `JWT` authorizer; none for the other types.
    pub jwt: Option<JwtConfiguration>,
    /// Where this was read.
    pub sources: Sources,
}

/// The tokens that a `JWT` authorizer takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JwtConfiguration {
    /// Issuers trusted, as AWS lists them.
    pub issuers: Vec<JwtIssuer>,
    /// Signing algorithms taken, such as `RS256`, sorted.
    pub algorithms: Vec<String>,
}

/// An issuer of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JwtIssuer {
    /// Its address.
    pub issuer: Option<String>,
    /// Audiences accepted, sorted.
    pub audiences: Vec<String>,
    /// Where its keys are read.
    pub jwks_uri: Option<String>,
    /// Further claims that are checked, as AWS lists them.
    pub additional_claims: Vec<JwtClaim>,
}

/// A claim that is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JwtClaim {
    /// Name.
    pub name: Option<String>,
    /// Whether the token has to hold it.
    pub required: Option<bool>,
    /// Values accepted, sorted; empty: any.
    pub expected_values: Vec<String>,
}

/// An answer that the gateway gives by itself, changed by the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GatewayResponse {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/gatewayresponses/TYPE`.
    pub arn: Arn,
    /// When it is given, such as `DEFAULT_5XX` or `UNAUTHORIZED`.
    pub kind: String,
    /// HTTP status; none: the one that caused it.
    pub status_code: Option<String>,
    /// Whether AWS says that it is its own; none where it did not say.
    pub is_default: Option<bool>,
    /// Headers, and where each comes from.
    pub parameters: BTreeMap<String, String>,
    /// Bodies by content type.
    pub templates: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}
