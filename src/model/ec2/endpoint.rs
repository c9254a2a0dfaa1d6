//! VPC endpoints, and services offered to those of others.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// A VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcEndpoint {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Account that owns it.
    pub owner_id: Option<String>,
    /// `com.amazonaws.region.service`.
    pub service_name: Option<String>,
    /// Region of the service, where it is another one.
    pub service_region: Option<String>,
    /// `Gateway`, `Interface`, `GatewayLoadBalancer`, `Resource`, `ServiceNetwork`, …
    pub kind: Option<String>,
    /// `available`, `pendingAcceptance`, `rejected`, …; AWS writes both `available` and `Available`.
    pub state: Option<String>,
    /// Why it is not available.
    pub failure_reason: Option<String>,
    /// Subnets, sorted. Of interface endpoints.
    pub subnet_ids: Vec<String>,
    /// Security groups, sorted. Of interface endpoints.
    pub security_group_ids: Vec<String>,
    /// Network interfaces, sorted. Of interface endpoints.
    pub interface_ids: Vec<String>,
    /// Route tables, sorted. Of gateway endpoints.
    pub route_table_ids: Vec<String>,
    /// Whether the service's usual name leads to it.
    pub private_dns_enabled: Option<bool>,
    /// `ipv4`, `ipv6`, `dualstack`.
    pub ip_address_type: Option<String>,
    /// Whether an AWS service manages it.
    pub requester_managed: Option<bool>,
    /// Endpoint policy.
    pub policy: Option<PolicyDocument>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A service that the account offers to endpoints in other VPCs and accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointService {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name by which endpoints ask for it.
    pub service_name: Option<String>,
    /// `Interface`, `GatewayLoadBalancer`, sorted.
    pub kinds: Vec<String>,
    /// `Available`, …
    pub state: Option<String>,
    /// Whether each endpoint has to be accepted.
    pub acceptance_required: Option<bool>,
    /// Whether an AWS service manages its endpoints.
    pub manages_endpoints: Option<bool>,
    /// Whether endpoints of other regions may ask.
    pub remote_access_enabled: Option<bool>,
    /// Regions from which endpoints may ask, sorted.
    pub supported_regions: Vec<String>,
    /// Zones it is in, by the account's names, sorted.
    pub availability_zones: Vec<String>,
    /// Load balancers behind it, sorted.
    pub load_balancer_arns: Vec<Arn>,
    /// Private name.
    pub private_dns_name: Option<String>,
    /// `ec2:DescribeVpcEndpointServicePermissions`: who may ask for an endpoint, by principal.
    pub permissions: Observed<Vec<EndpointServicePermission>>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// Who may ask for an endpoint to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointServicePermission {
    /// `*` for everyone, or an ARN.
    pub principal: String,
    /// `All`, `Service`, `OrganizationUnit`, `Account`, `User`, `Role`.
    pub kind: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
