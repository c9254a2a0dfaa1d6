//! Custom domain names as version 2 shows them, links into VPCs, and portals.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apigateway::MutualTls;
use crate::{Arn, Observed, Sources};

/// A custom domain name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DomainName {
    /// ARN, `arn:aws:apigateway:region::/domainnames/name`.
    pub arn: Arn,
    /// The name.
    pub name: String,
    /// Its endpoints, as AWS lists them.
    pub configurations: Vec<DomainConfiguration>,
    /// Certificates that callers have to show; none: they show none.
    pub mutual_tls: Option<MutualTls>,
    /// `API_MAPPING_ONLY`, `ROUTING_RULE_ONLY`, `ROUTING_RULE_THEN_API_MAPPING`.
    pub routing_mode: Option<String>,
    /// `apigatewayv2:GetApiMappings`, by key and id.
    pub api_mappings: Observed<Vec<ApiMapping>>,
    /// `apigatewayv2:ListRoutingRules`, by priority. Not collected where the routing mode uses none.
    pub routing_rules: Observed<Vec<RoutingRule>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// An endpoint of a domain name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DomainConfiguration {
    /// `REGIONAL` or `EDGE`.
    pub endpoint_type: Option<String>,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: Option<String>,
    /// `TLS_1_0` or `TLS_1_2`. Version 1 names the newer policies too.
    pub security_policy: Option<String>,
    /// Certificate.
    pub certificate_arn: Option<Arn>,
    /// Certificate that proves who owns the name, where another one serves it.
    pub ownership_verification_certificate_arn: Option<Arn>,
    /// `AVAILABLE`, `UPDATING`, `PENDING_CERTIFICATE_REIMPORT`, `PENDING_OWNERSHIP_VERIFICATION`.
    pub status: Option<String>,
    /// Address that DNS has to point the name at.
    pub target_domain_name: Option<String>,
}

/// A path of a domain name that leads to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiMapping {
    /// Id.
    pub id: Option<String>,
    /// The path; none for the root.
    pub key: Option<String>,
    /// API it leads to, of either version.
    pub api_id: Option<String>,
    /// Stage it leads to.
    pub stage: Option<String>,
}

/// A rule that sends requests of a domain name to stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoutingRule {
    /// ARN.
    pub arn: Option<Arn>,
    /// Id.
    pub id: Option<String>,
    /// Rules of a lower number come first.
    pub priority: Option<i64>,
    /// What a request has to match, all of it; none: every request does.
    pub conditions: Vec<RuleCondition>,
    /// Where it goes.
    pub targets: Vec<RuleTarget>,
}

/// A condition of a routing rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleCondition {
    /// Base paths of which the request has one, sorted; empty where it is not about paths.
    pub base_paths: Vec<String>,
    /// Headers of which the request has one; empty where it is not about headers.
    pub headers: Vec<HeaderMatch>,
}

/// A header that a request may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeaderMatch {
    /// Name.
    pub header: Option<String>,
    /// Pattern of its value. With what looks like a secret replaced.
    pub value_glob: Option<String>,
}

/// A stage that a routing rule sends requests to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTarget {
    /// API.
    pub api_id: Option<String>,
    /// Stage.
    pub stage: Option<String>,
    /// Whether the base path is taken off.
    pub strip_base_path: Option<bool>,
}

/// A link of version 2 into subnets of a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcLink {
    /// ARN, `arn:aws:apigateway:region::/vpclinks/id`.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `AVAILABLE`, `PENDING`, `DELETING`, `FAILED`, `INACTIVE`.
    pub status: Option<String>,
    /// Why, in AWS's words.
    pub status_message: Option<String>,
    /// Subnets it has interfaces in, sorted.
    pub subnet_ids: Vec<String>,
    /// Security groups of the interfaces, sorted.
    pub security_group_ids: Vec<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A portal: a website that shows APIs to their users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Portal {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name shown.
    pub name: Option<String>,
    /// Whether anybody may look at it: AWS names either no authorization or a user pool; none where it
    /// names neither.
    pub open_to_all: Option<bool>,
    /// User pool that visitors sign in to.
    pub user_pool_arn: Option<Arn>,
    /// `PUBLISHED`, `PUBLISH_IN_PROGRESS`, `PUBLISH_FAILED`, `DISABLED`, ….
    pub publish_status: Option<String>,
    /// Its own address.
    pub default_domain_name: Option<String>,
    /// The customer's domain name for it.
    pub domain_name: Option<String>,
    /// Certificate of that name.
    pub certificate_arn: Option<Arn>,
    /// Products shown, sorted.
    pub product_arns: Vec<Arn>,
    /// When it was last published.
    #[schemars(with = "Option<String>")]
    pub last_published: Option<Timestamp>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}
