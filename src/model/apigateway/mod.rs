//! API Gateway REST APIs (version 1) in one region.
//!
//! A member that is none is one that AWS left out. What that means stands beside it where AWS says so.

mod access;
mod domains;
mod methods;
mod stages;

pub use access::{ApiKey, ApiStage, ClientCertificate, Quota, Throttle, UsagePlan, VpcLink};
pub use domains::{AccessAssociation, BasePathMapping, DomainName, MutualTls};
pub use methods::{
    Authorizer, GatewayResponse, Integration, IntegrationResponse, JwtClaim, JwtConfiguration,
    JwtIssuer, Method, RequestModel, RequestValidator,
};
pub use stages::{AccessLog, Canary, Deployment, MethodSetting, Stage};

use std::collections::BTreeMap;

use jiff::Timestamp;
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
    /// `apigateway:GetDomainNames` of this account, by name and id. Those of HTTP and WebSocket APIs are
    /// among them, with the security policy that version 2 does not name.
    pub domain_names: Observed<Vec<DomainName>>,
    /// `apigateway:GetDomainNameAccessAssociations` that this account owns, by ARN.
    pub access_associations: Observed<Vec<AccessAssociation>>,
    /// The same, owned by other accounts, with private domain names of this one. Not collected where the
    /// account has no private domain name.
    pub foreign_access_associations: Observed<Vec<AccessAssociation>>,
    /// `apigateway:GetVpcLinks`, by id. These lead to network load balancers.
    pub vpc_links: Observed<Vec<VpcLink>>,
    /// `apigateway:GetUsagePlans`, by id.
    pub usage_plans: Observed<Vec<UsagePlan>>,
    /// `apigateway:GetApiKeys` without their values, by id.
    pub api_keys: Observed<Vec<ApiKey>>,
    /// `apigateway:GetClientCertificates`, by id.
    pub client_certificates: Observed<Vec<ClientCertificate>>,
}

impl ApiGateway {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            rest_apis: Observed::NotCollected,
            account: Observed::NotCollected,
            domain_names: Observed::NotCollected,
            access_associations: Observed::NotCollected,
            foreign_access_associations: Observed::NotCollected,
            vpc_links: Observed::NotCollected,
            usage_plans: Observed::NotCollected,
            api_keys: Observed::NotCollected,
            client_certificates: Observed::NotCollected,
        }
    }
}

/// Settings of the account in the region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiGatewayAccount {
    /// Role that writes logs; none: no stage can write execution logs.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
    pub cloudwatch_role_arn: Option<Arn>,
    /// Steady requests per second over all APIs.
    pub throttle_rate_limit: Option<f64>,
    /// Burst over all APIs.
    pub throttle_burst_limit: Option<i64>,
    /// Features switched on, such as `UsagePlans`, sorted.
    pub features: Vec<String>,
    /// Version of the API keys; `4` is the one with usage plans.
    pub api_key_version: Option<String>,
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
    /// Name; the id where AWS gives none.
    pub name: String,
    /// How it is reached.
    pub endpoint: Option<EndpointConfiguration>,
    /// Resource policy; none means the defaults of the endpoint type.
    pub policy: Option<PolicyDocument>,
    /// Whether the default `execute-api` address is off.
    pub disable_execute_api_endpoint: Option<bool>,
    /// The oldest TLS and the ciphers of the default address, such as `TLS_1_0` or `SecurityPolicy_…`.
    pub security_policy: Option<String>,
    /// `BASIC` or `STRICT`: whether a request has to come by the endpoint type and the host it names. Only
    /// with a security policy that begins with `SecurityPolicy_`.
    pub endpoint_access_mode: Option<String>,
    /// `UPDATING`, `AVAILABLE`, `PENDING`, `FAILED`.
    pub status: Option<String>,
    /// `HEADER` or `AUTHORIZER`: where the API key is read.
    pub api_key_source: Option<String>,
    /// Bytes from which answers are compressed; none: never.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html>
    pub minimum_compression_size: Option<i64>,
    /// Content types handed on as bytes, sorted.
    pub binary_media_types: Vec<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// `apigateway:GetStages`, by name.
    pub stages: Observed<Vec<Stage>>,
    /// `apigateway:GetDeployments`, by id. Not collected where the API has no stage.
    pub deployments: Observed<Vec<Deployment>>,
    /// `apigateway:GetResources` with methods embedded, by path and method. The working copy, not a
    /// deployment.
    pub methods: Observed<Vec<Method>>,
    /// `apigateway:GetRequestValidators`, by id. Not collected where no method names one.
    pub request_validators: Observed<Vec<RequestValidator>>,
    /// `apigateway:GetAuthorizers`, by id. Not collected where no method names one.
    pub authorizers: Observed<Vec<Authorizer>>,
    /// `apigateway:GetModels`, by name. Not collected where no method names one for its requests.
    pub models: Observed<Vec<RequestModel>>,
    /// `apigateway:GetGatewayResponses` that were changed, by type: those that are AWS's own are left out.
    /// Not collected where the API has no method.
    pub gateway_responses: Observed<Vec<GatewayResponse>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

impl RestApi {
    /// `EDGE`, `REGIONAL`, `PRIVATE`; none where AWS did not say.
    pub fn endpoint_types(&self) -> &[String] {
        self.endpoint
            .as_ref()
            .map_or(&[], |endpoint| &endpoint.types)
    }
}

/// How an API or a domain name is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointConfiguration {
    /// `EDGE`, `REGIONAL`, `PRIVATE`, as AWS lists them.
    pub types: Vec<String>,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: Option<String>,
    /// VPC endpoints that a private API has aliases for, sorted. Not who may call: that is the policy's.
    pub vpc_endpoint_ids: Vec<String>,
}
