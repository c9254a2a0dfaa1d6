//! VPC networking in one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// VPC networking in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ec2 {
    /// `ec2:DescribeVpcs`, by id.
    pub vpcs: Observed<Vec<Vpc>>,
    /// `ec2:DescribeSubnets`, by id.
    pub subnets: Observed<Vec<Subnet>>,
    /// `ec2:DescribeSecurityGroups`, by id.
    pub security_groups: Observed<Vec<SecurityGroup>>,
    /// `ec2:DescribeNetworkAcls`, by id.
    pub network_acls: Observed<Vec<NetworkAcl>>,
    /// `ec2:DescribeRouteTables`, by id.
    pub route_tables: Observed<Vec<RouteTable>>,
    /// `ec2:DescribeNatGateways`, by id.
    pub nat_gateways: Observed<Vec<NatGateway>>,
    /// `ec2:DescribeVpcEndpoints`, by id.
    pub vpc_endpoints: Observed<Vec<VpcEndpoint>>,
    /// `ec2:DescribeFlowLogs`, by id.
    pub flow_logs: Observed<Vec<FlowLog>>,
    /// `ec2:DescribeNetworkInterfaces`, by id.
    pub network_interfaces: Observed<Vec<NetworkInterface>>,
}

impl Ec2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            vpcs: Observed::NotCollected,
            subnets: Observed::NotCollected,
            security_groups: Observed::NotCollected,
            network_acls: Observed::NotCollected,
            route_tables: Observed::NotCollected,
            nat_gateways: Observed::NotCollected,
            vpc_endpoints: Observed::NotCollected,
            flow_logs: Observed::NotCollected,
            network_interfaces: Observed::NotCollected,
        }
    }
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vpc {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Associated IPv4 ranges, sorted.
    pub ipv4_cidrs: Vec<String>,
    /// Whether AWS made it.
    pub is_default: bool,
    /// Where this was read.
    pub sources: Sources,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subnet {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Its VPC.
    pub vpc_id: String,
    /// Its zone, by the account's name for it.
    pub availability_zone: String,
    /// IPv4 range; IPv6-only subnets have none.
    pub ipv4_cidr: Option<String>,
    /// IPv4 addresses not in use.
    pub free_ipv4_addresses: i64,
    /// Where this was read.
    pub sources: Sources,
}

impl Subnet {
    /// IPv4 addresses that can be given out: the range less the five that AWS keeps.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
    pub fn usable_ipv4_addresses(&self) -> Option<i64> {
        let prefix: u32 = self
            .ipv4_cidr
            .as_deref()?
            .rsplit_once('/')?
            .1
            .parse()
            .ok()?;
        Some((1_i64 << 32_u32.checked_sub(prefix)?) - 5)
    }
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroup {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// What may come in.
    pub ingress: Vec<TrafficRule>,
    /// What may go out.
    pub egress: Vec<TrafficRule>,
    /// Where this was read.
    pub sources: Sources,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrafficRule {
    /// `tcp`, `udp`, `icmp`, a number, or `-1` for all.
    pub protocol: String,
    /// First port.
    pub from_port: Option<i64>,
    /// Last port.
    pub to_port: Option<i64>,
    /// IPv4 and IPv6 ranges, prefix lists and groups on the other side, sorted.
    pub peers: Vec<String>,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAcl {
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Whether it is the VPC's default.
    pub is_default: bool,
    /// Subnets that use it, sorted.
    pub subnet_ids: Vec<String>,
    /// Entries by direction and number.
    pub entries: Vec<NetworkAclEntry>,
    /// Where this was read.
    pub sources: Sources,
}

/// An entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAclEntry {
    /// Whether it is about outgoing traffic.
    pub egress: bool,
    /// Lower numbers decide first.
    pub rule_number: i64,
    /// `allow` or `deny`.
    pub action: String,
    /// IANA protocol number, `-1` for all.
    pub protocol: String,
    /// IPv4 or IPv6 range.
    pub cidr: Option<String>,
    /// First port.
    pub from_port: Option<i64>,
    /// Last port.
    pub to_port: Option<i64>,
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteTable {
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Whether it is the VPC's main table, used by subnets that name no other.
    pub is_main: bool,
    /// Subnets that name it, sorted.
    pub subnet_ids: Vec<String>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Where this was read.
    pub sources: Sources,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// Range or prefix list.
    pub destination: Option<String>,
    /// Id of the gateway, interface, connection or endpoint.
    pub target: Option<String>,
    /// `active` or `blackhole`.
    pub state: Option<String>,
}

/// A NAT gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NatGateway {
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<String>,
    /// `available`, `failed`, …
    pub state: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpcEndpoint {
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// `com.amazonaws.region.service`.
    pub service_name: Option<String>,
    /// `Gateway`, `Interface`, …
    pub kind: Option<String>,
    /// `available`, …
    pub state: Option<String>,
    /// Subnets, sorted.
    pub subnet_ids: Vec<String>,
    /// Endpoint policy.
    pub policy: Option<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}

/// A flow log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowLog {
    /// Id.
    pub id: String,
    /// VPC, subnet or interface recorded.
    pub resource_id: Option<String>,
    /// `ACCEPT`, `REJECT`, `ALL`.
    pub traffic_type: Option<String>,
    /// `ACTIVE` when it works.
    pub status: Option<String>,
    /// `SUCCESS` or `FAILED`.
    pub deliver_status: Option<String>,
    /// Why delivery fails.
    pub deliver_error: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkInterface {
    /// Id.
    pub id: String,
    /// `interface`, `lambda`, `nat_gateway`, `vpc_endpoint`, …
    pub kind: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Security groups, sorted.
    pub security_group_ids: Vec<String>,
    /// Description; for Lambda's, the name in it is of the first function only.
    pub description: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
