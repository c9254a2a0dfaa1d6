//! Where traffic goes: route tables and the gateways they lead to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A route table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteTable {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its VPC. A main table is found only together with it.
    pub vpc_id: Option<String>,
    /// Who uses it, sorted; none where AWS did not say.
    pub associations: Option<Vec<RouteTableAssociation>>,
    /// Routes, sorted; none where AWS did not say.
    pub routes: Option<Vec<Route>>,
    /// Virtual private gateways that add routes, sorted.
    pub propagating_gateway_ids: Vec<String>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

impl RouteTable {
    /// Whether it is the VPC's main table, used by subnets that name no other. None where AWS did not
    /// say.
    pub fn is_main(&self) -> Option<bool> {
        let mut unsaid = false;
        for association in self.associations.as_ref()?.iter().filter(|a| a.is_in_use()) {
            match association.main {
                Some(true) => return Some(true),
                Some(false) => {}
                None => unsaid = true,
            }
        }
        (!unsaid).then_some(false)
    }

    /// Subnets that name it. Empty too where AWS did not say who uses it.
    pub fn subnet_ids(&self) -> impl Iterator<Item = &str> {
        self.associations
            .iter()
            .flatten()
            .filter(|association| association.is_in_use())
            .filter_map(|association| association.subnet_id.as_deref())
    }
}

/// Who uses a route table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RouteTableAssociation {
    /// Whether every subnet of the VPC uses it that names no other.
    pub main: Option<bool>,
    /// The subnet that names it.
    pub subnet_id: Option<String>,
    /// The internet or virtual private gateway whose incoming traffic it routes.
    pub gateway_id: Option<String>,
    /// `associated`, `disassociated`, `failed`, …
    pub state: Option<String>,
}

impl RouteTableAssociation {
    /// Whether it holds: it does unless AWS says that it ended or failed.
    pub fn is_in_use(&self) -> bool {
        !matches!(self.state.as_deref(), Some("disassociated" | "failed"))
    }
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// IPv4 range.
    pub ipv4_cidr: Option<String>,
    /// IPv6 range.
    pub ipv6_cidr: Option<String>,
    /// Prefix list.
    pub prefix_list_id: Option<String>,
    /// Where the traffic goes; none where AWS names nothing.
    pub target: Option<RouteTarget>,
    /// `active`, `blackhole`, `filtered`.
    pub state: Option<String>,
    /// `CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation`, `Advertisement`.
    pub origin: Option<String>,
}

impl Route {
    /// The range or prefix list.
    pub fn destination(&self) -> Option<&str> {
        let texts = [&self.ipv4_cidr, &self.ipv6_cidr, &self.prefix_list_id];
        texts.into_iter().find_map(Option::as_deref)
    }
}

/// Where a route leads, by the member of AWS's answer that names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum RouteTarget {
    /// `local`: within the VPC.
    Local,
    /// An internet gateway, `igw-…`.
    InternetGateway(String),
    /// A virtual private gateway, `vgw-…`.
    VirtualPrivateGateway(String),
    /// A gateway endpoint or a Gateway Load Balancer's endpoint, `vpce-…`.
    VpcEndpoint(String),
    /// What else AWS names as a gateway.
    OtherGateway(String),
    /// A NAT gateway.
    NatGateway(String),
    /// A transit gateway.
    TransitGateway(String),
    /// A peering connection.
    PeeringConnection(String),
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(String),
    /// A network interface. A route to an instance names its interface too, and that is what the traffic
    /// goes to.
    NetworkInterface(String),
    /// An instance whose interface AWS did not name.
    Instance(String),
    /// A local gateway of an Outpost.
    LocalGateway(String),
    /// A carrier gateway.
    CarrierGateway(String),
    /// A core network, by ARN.
    CoreNetwork(String),
    /// A network of Oracle Database@AWS, by ARN.
    OdbNetwork(String),
    /// An address, in the table of a VPC Route Server.
    Address(String),
}

/// An internet gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InternetGateway {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// VPCs it is attached to, sorted.
    pub attachments: Vec<GatewayAttachment>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// An internet gateway for outgoing IPv6 traffic only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EgressOnlyInternetGateway {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// VPCs it is attached to, sorted.
    pub attachments: Vec<GatewayAttachment>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// The VPC of a gateway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GatewayAttachment {
    /// The VPC.
    pub vpc_id: Option<String>,
    /// AWS writes `available` for an attached internet gateway and `attached` for an egress-only one.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGatewayAttachment.html>
    pub state: Option<String>,
}

/// A NAT gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NatGateway {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Its subnet; a regional one has none.
    pub subnet_id: Option<String>,
    /// `pending`, `available`, `failed`, `deleting`, `deleted`.
    pub state: Option<String>,
    /// Why it could not be made, as a code.
    pub failure_code: Option<String>,
    /// Why it could not be made.
    pub failure_message: Option<String>,
    /// `public` or `private`.
    pub connectivity: Option<String>,
    /// `zonal`: in the zone of its subnet. `regional`: in every zone of the VPC that is in use.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    pub availability_mode: Option<String>,
    /// Whether a regional one goes into new zones by itself: `enabled`, `disabled`.
    pub auto_provision_zones: Option<String>,
    /// Whether a regional one takes more addresses by itself: `enabled`, `disabled`.
    pub auto_scaling_ips: Option<String>,
    /// Route table of a regional one.
    pub route_table_id: Option<String>,
    /// Its addresses, sorted.
    pub addresses: Vec<NatGatewayAddress>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// An address of a NAT gateway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NatGatewayAddress {
    /// Allocation of the Elastic IP address.
    pub allocation_id: Option<String>,
    /// The gateway's interface.
    pub interface_id: Option<String>,
    /// Private address.
    pub private_ip: Option<String>,
    /// Public address; a private gateway has none.
    pub public_ip: Option<String>,
    /// Whether it is the first one.
    pub is_primary: Option<bool>,
    /// `succeeded`, `failed`, `associating`, …
    pub status: Option<String>,
    /// Why it could not be associated.
    pub failure_message: Option<String>,
    /// Zone, of a regional gateway.
    pub availability_zone: Option<String>,
}
