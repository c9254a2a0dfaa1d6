//! Custom domain names as version 1 shows them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EndpointConfiguration;
use crate::apigatewayv2::RoutingRule;
use crate::{Arn, Observed, PolicyDocument, Sources};

/// A custom domain name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DomainName {
    /// ARN, as AWS gives it or `arn:aws:apigateway:region::/domainnames/name`.
    pub arn: Arn,
    /// The name. Private ones need not be unique.
    pub name: String,
    /// Id of a private domain name.
    pub id: Option<String>,
    /// How it is reached.
    pub endpoint: Option<EndpointConfiguration>,
    /// `AVAILABLE`, `UPDATING`, `PENDING`, `PENDING_CERTIFICATE_REIMPORT`,
    /// `PENDING_OWNERSHIP_VERIFICATION`, `FAILED`.
    pub status: Option<String>,
    /// The oldest TLS and the ciphers, such as `TLS_1_2` or `SecurityPolicy_…`.
    pub security_policy: Option<String>,
    /// `BASIC` or `STRICT`, see [`super::RestApi::endpoint_access_mode`].
    pub endpoint_access_mode: Option<String>,
    /// `BASE_PATH_MAPPING_ONLY`, `ROUTING_RULE_ONLY`, `ROUTING_RULE_THEN_BASE_PATH_MAPPING`.
    pub routing_mode: Option<String>,
    /// Certificate of an edge-optimised or private name.
    pub certificate_arn: Option<Arn>,
    /// Certificate of a regional name.
    pub regional_certificate_arn: Option<Arn>,
    /// Certificate that proves who owns the name, where another one serves it.
    pub ownership_verification_certificate_arn: Option<Arn>,
    /// Address that DNS has to point a regional name at.
    pub regional_domain_name: Option<String>,
    /// Address that DNS has to point an edge-optimised name at.
    pub distribution_domain_name: Option<String>,
    /// Certificates that callers have to show; none: they show none.
    pub mutual_tls: Option<MutualTls>,
    /// Who may call by a private name.
    pub policy: Option<PolicyDocument>,
    /// Who may manage a private name.
    pub management_policy: Option<PolicyDocument>,
    /// `apigateway:GetBasePathMappings`, by path.
    pub base_path_mappings: Observed<Vec<BasePathMapping>>,
    /// `apigatewayv2:ListRoutingRules` of a private name, by priority. Not collected for public names, whose
    /// rules stand with version 2, nor where the routing mode uses none.
    pub routing_rules: Observed<Vec<RoutingRule>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

impl DomainName {
    /// Whether it is reached from VPC endpoints; none where AWS did not say.
    pub fn is_private(&self) -> Option<bool> {
        let types = &self.endpoint.as_ref()?.types;
        (!types.is_empty()).then(|| types.iter().any(|kind| kind == "PRIVATE"))
    }
}

/// Mutual TLS of a domain name, of either version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MutualTls {
    /// `s3://bucket/key` of the certificates trusted.
    pub truststore_uri: Option<String>,
    /// Version of that object; none: whichever was the latest when it was read.
    pub truststore_version: Option<String>,
    /// What AWS found wrong with the certificates, as it lists them.
    pub truststore_warnings: Vec<String>,
}

/// A path of a domain name that leads to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BasePathMapping {
    /// The path, `(none)` for the root.
    pub path: Option<String>,
    /// API it leads to.
    pub api_id: Option<String>,
    /// Stage it leads to; none: the caller names it in the path.
    pub stage: Option<String>,
}

/// A VPC endpoint that may use a private domain name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAssociation {
    /// ARN; its account is the owner.
    pub arn: Arn,
    /// The domain name.
    pub domain_name_arn: Option<Arn>,
    /// `VPCE`.
    pub source_type: Option<String>,
    /// The VPC endpoint's id.
    pub source: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
