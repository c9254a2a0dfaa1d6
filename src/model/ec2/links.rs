//! Ways between networks: peering connections, transit gateways, VPN connections.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A peering connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeeringConnection {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `active`, `pending-acceptance`, `deleted`, …
    pub status: Option<String>,
    /// The status in AWS's words.
    pub status_message: Option<String>,
    /// Who asked for it.
    pub requester: Option<PeeringSide>,
    /// Who was asked.
    pub accepter: Option<PeeringSide>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A VPC of a peering connection. AWS shows ranges of an active connection only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeeringSide {
    /// Account.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// VPC.
    pub vpc_id: Option<String>,
    /// IPv4 ranges, sorted.
    pub ipv4_cidrs: Vec<String>,
    /// IPv6 ranges, sorted.
    pub ipv6_cidrs: Vec<String>,
    /// Whether names of this VPC lead to private addresses when asked from the other one.
    pub allow_remote_dns_resolution: Option<bool>,
}

/// A transit gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransitGateway {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Account that owns it: another one where it is shared.
    pub owner_id: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// `available`, …
    pub state: Option<String>,
    /// Whether attachments of other accounts are accepted unasked: `enable`, `disable`.
    pub auto_accept_shared_attachments: Option<String>,
    /// Whether attachments get the default route table: `enable`, `disable`.
    pub default_route_table_association: Option<String>,
    /// Whether attachments announce their routes in the default table: `enable`, `disable`.
    pub default_route_table_propagation: Option<String>,
    /// Whether groups of other attached VPCs can be named in rules: `enable`, `disable`.
    pub security_group_referencing: Option<String>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A VPC's attachment to a transit gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransitGatewayVpcAttachment {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The gateway.
    pub transit_gateway_id: Option<String>,
    /// The VPC.
    pub vpc_id: Option<String>,
    /// Account of the VPC.
    pub vpc_owner_id: Option<String>,
    /// `available`, `pendingAcceptance`, …
    pub state: Option<String>,
    /// Subnets that its interfaces are in, one for each zone, sorted.
    pub subnet_ids: Vec<String>,
    /// Whether both directions of a flow take one zone: `enable`, `disable`.
    pub appliance_mode: Option<String>,
    /// Whether groups of other attached VPCs can be named in rules: `enable`, `disable`.
    pub security_group_referencing: Option<String>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A VPN connection. The customer gateway's configuration and the tunnels' keys are never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VpnConnection {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `available`, …
    pub state: Option<String>,
    /// The virtual private gateway that it ends at.
    pub vpn_gateway_id: Option<String>,
    /// The transit gateway that it ends at.
    pub transit_gateway_id: Option<String>,
    /// The customer's side.
    pub customer_gateway_id: Option<String>,
    /// State of its tunnels, by address; none where AWS did not say.
    pub tunnels: Option<Vec<VpnTunnel>>,
    /// Settings of its tunnels, by address.
    pub tunnel_options: Vec<VpnTunnelOptions>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// The state of a tunnel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VpnTunnel {
    /// AWS's address.
    pub outside_address: Option<String>,
    /// `UP`, `DOWN`.
    pub status: Option<String>,
    /// Why, in AWS's words.
    pub status_message: Option<String>,
    /// Routes accepted over it.
    pub accepted_routes: Option<i64>,
}

/// The settings of a tunnel that checks read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VpnTunnelOptions {
    /// AWS's address.
    pub outside_address: Option<String>,
    /// `ikev1`, `ikev2`, sorted; empty where AWS did not say, which its API documents as both.
    /// <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html>
    pub ike_versions: Vec<String>,
    /// Whether the tunnel's activity is logged.
    pub log_enabled: Option<bool>,
    /// The log group.
    pub log_group: Option<Arn>,
}
