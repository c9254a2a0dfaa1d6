//! API Gateway REST APIs (version 1) in one region.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// API Gateway, version 1, in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiGateway {
    /// `apigateway:GetRestApis`, by id.
    pub rest_apis: Observed<Vec<RestApi>>,
    /// `apigateway:GetAccount`.
    pub account: Observed<ApiGatewayAccount>,
}

impl ApiGateway {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            rest_apis: Observed::NotCollected,
            account: Observed::NotCollected,
        }
    }
}

/// Settings of the account in the region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiGatewayAccount {
    /// Role that writes logs.
    pub cloudwatch_role_arn: Option<Arn>,
    /// Steady requests per second over all APIs.
    pub throttle_rate_limit: Option<f64>,
    /// Burst over all APIs.
    pub throttle_burst_limit: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

/// A REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestApi {
    /// ARN, `arn:aws:apigateway:region::/restapis/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `EDGE`, `REGIONAL`, `PRIVATE`.
    pub endpoint_types: Vec<String>,
    /// Resource policy; none means the defaults of the endpoint type.
    pub policy: Option<PolicyDocument>,
    /// Whether the default `execute-api` address is off.
    pub disable_execute_api_endpoint: bool,
    /// `HEADER` or `AUTHORIZER`: where the API key is read.
    pub api_key_source: Option<String>,
    /// `apigateway:GetStages`, by name.
    pub stages: Observed<Vec<Stage>>,
    /// `apigateway:GetResources` with methods embedded, by path and method. The working copy, not a
    /// deployment.
    pub methods: Observed<Vec<Method>>,
    /// `apigateway:GetRequestValidators`, by id.
    pub request_validators: Observed<Vec<RequestValidator>>,
    /// `apigateway:GetAuthorizers`, by id.
    pub authorizers: Observed<Vec<Authorizer>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A stage of a REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/stages/name`.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Deployment served.
    pub deployment_id: Option<String>,
    /// Settings by `path/METHOD` as AWS writes the key (`*/*` for all).
    pub method_settings: BTreeMap<String, MethodSetting>,
    /// Web ACL in front of the stage.
    pub web_acl_arn: Option<Arn>,
    /// Where access logs go.
    pub access_log_destination: Option<Arn>,
    /// Whether X-Ray traces requests.
    pub tracing_enabled: bool,
    /// Where this was read.
    pub sources: Sources,
}

/// Settings of a stage for some methods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodSetting {
    /// Requests per second; negative or none means unset.
    pub throttling_rate_limit: Option<f64>,
    /// Burst; negative or none means unset.
    pub throttling_burst_limit: Option<i64>,
    /// `OFF`, `ERROR`, `INFO`.
    pub logging_level: Option<String>,
    /// Whether whole requests and responses are logged.
    pub data_trace_enabled: bool,
}

/// A method of a REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Method {
    /// ARN, `arn:aws:apigateway:region::/restapis/id/resources/rid/methods/GET`.
    pub arn: Arn,
    /// Path of the resource.
    pub path: String,
    /// HTTP method, or `ANY`.
    pub http_method: String,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS`.
    pub authorization_type: Option<String>,
    /// Authorizer used.
    pub authorizer_id: Option<String>,
    /// Whether an API key is required. A key meters, it does not authenticate.
    pub api_key_required: bool,
    /// Request validator used.
    pub request_validator_id: Option<String>,
    /// Declared request parameters, with whether each is required.
    pub request_parameters: BTreeMap<String, bool>,
    /// `AWS_PROXY`, `AWS`, `HTTP`, `HTTP_PROXY`, `MOCK`.
    pub integration_type: Option<String>,
    /// Address or ARN behind the method.
    pub integration_uri: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A request validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestValidator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether the body is checked against the model.
    pub validate_request_body: bool,
    /// Whether required parameters are checked.
    pub validate_request_parameters: bool,
}

/// An authorizer of a REST API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorizer {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `TOKEN`, `REQUEST`, `COGNITO_USER_POOLS`, `JWT`.
    pub kind: Option<String>,
    /// Where the caller's identity is read.
    pub identity_source: Option<String>,
    /// Seconds an answer is cached.
    pub result_ttl_seconds: Option<i64>,
}
