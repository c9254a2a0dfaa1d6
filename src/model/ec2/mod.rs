//! VPC networking in one region.
//!
//! No member of EC2's answers is required. What AWS left out is `None`: an empty value is never put in
//! its place. A list within a resource is `None` too where an empty one would read as safe (rules,
//! entries, routes); of the others an empty one says that AWS named nothing.

mod endpoint;
mod filters;
mod flow_log;
mod interface;
mod links;
mod routes;
mod subnet;
mod vpc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use endpoint::{EndpointService, EndpointServicePermission, VpcEndpoint};
pub use filters::{
    Icmp, NetworkAcl, NetworkAclEntry, PeerGroup, PeerList, PeerRange, PrefixList, PrefixListEntry,
    SecurityGroup, TrafficRule,
};
pub use flow_log::{FlowLog, FlowLogFiles};
pub use interface::{ElasticAddress, InterfaceAttachment, NetworkInterface, PublicAssociation};
pub use links::{
    PeeringConnection, PeeringSide, TransitGateway, TransitGatewayVpcAttachment, VpnConnection,
    VpnTunnel, VpnTunnelOptions,
};
pub use routes::{
    EgressOnlyInternetGateway, GatewayAttachment, InternetGateway, NatGateway, NatGatewayAddress,
    Route, RouteTable, RouteTableAssociation, RouteTarget,
};
pub use subnet::{Subnet, SubnetCidrReservation};
pub use vpc::{
    BlockPublicAccess, BlockPublicAccessExclusion, CidrAssociation, EncryptionControl,
    EncryptionExclusion, Vpc,
};

use crate::Observed;

/// VPC networking in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ec2 {
    /// `ec2:DescribeVpcs`, by id.
    pub vpcs: Observed<Vec<Vpc>>,
    /// `ec2:DescribeVpcBlockPublicAccessOptions`: what the account forbids in the whole region.
    pub block_public_access: Observed<BlockPublicAccess>,
    /// `ec2:DescribeVpcBlockPublicAccessExclusions`, by id.
    pub block_public_access_exclusions: Observed<Vec<BlockPublicAccessExclusion>>,
    /// `ec2:DescribeVpcEncryptionControls`, by id.
    pub encryption_controls: Observed<Vec<EncryptionControl>>,
    /// `ec2:DescribeSubnets`, by id.
    pub subnets: Observed<Vec<Subnet>>,
    /// `ec2:DescribeSecurityGroups`, by id.
    pub security_groups: Observed<Vec<SecurityGroup>>,
    /// `ec2:DescribeNetworkAcls`, by id.
    pub network_acls: Observed<Vec<NetworkAcl>>,
    /// `ec2:DescribeManagedPrefixLists`, by id; AWS's own are among them.
    pub prefix_lists: Observed<Vec<PrefixList>>,
    /// `ec2:DescribeRouteTables`, by id.
    pub route_tables: Observed<Vec<RouteTable>>,
    /// `ec2:DescribeInternetGateways`, by id.
    pub internet_gateways: Observed<Vec<InternetGateway>>,
    /// `ec2:DescribeEgressOnlyInternetGateways`, by id.
    pub egress_only_internet_gateways: Observed<Vec<EgressOnlyInternetGateway>>,
    /// `ec2:DescribeNatGateways`, by id; deleted ones are shown for about an hour.
    pub nat_gateways: Observed<Vec<NatGateway>>,
    /// `ec2:DescribeNetworkInterfaces`, by id.
    pub network_interfaces: Observed<Vec<NetworkInterface>>,
    /// `ec2:DescribeAddresses`: Elastic IP addresses, by allocation.
    pub addresses: Observed<Vec<ElasticAddress>>,
    /// `ec2:DescribeVpcEndpoints`, by id.
    pub vpc_endpoints: Observed<Vec<VpcEndpoint>>,
    /// `ec2:DescribeVpcEndpointServiceConfigurations`: services that the account offers, by id.
    pub endpoint_services: Observed<Vec<EndpointService>>,
    /// `ec2:DescribeFlowLogs`, by id.
    pub flow_logs: Observed<Vec<FlowLog>>,
    /// `ec2:DescribeVpcPeeringConnections`, by id; ended ones are shown for some time.
    pub peering_connections: Observed<Vec<PeeringConnection>>,
    /// `ec2:DescribeTransitGateways`, by id; those shared with the account too.
    pub transit_gateways: Observed<Vec<TransitGateway>>,
    /// `ec2:DescribeTransitGatewayVpcAttachments`, by id.
    pub transit_gateway_vpc_attachments: Observed<Vec<TransitGatewayVpcAttachment>>,
    /// `ec2:DescribeVpnConnections`, by id, without configurations and keys.
    pub vpn_connections: Observed<Vec<VpnConnection>>,
}

impl Ec2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            vpcs: Observed::NotCollected,
            block_public_access: Observed::NotCollected,
            block_public_access_exclusions: Observed::NotCollected,
            encryption_controls: Observed::NotCollected,
            subnets: Observed::NotCollected,
            security_groups: Observed::NotCollected,
            network_acls: Observed::NotCollected,
            prefix_lists: Observed::NotCollected,
            route_tables: Observed::NotCollected,
            internet_gateways: Observed::NotCollected,
            egress_only_internet_gateways: Observed::NotCollected,
            nat_gateways: Observed::NotCollected,
            network_interfaces: Observed::NotCollected,
            addresses: Observed::NotCollected,
            vpc_endpoints: Observed::NotCollected,
            endpoint_services: Observed::NotCollected,
            flow_logs: Observed::NotCollected,
            peering_connections: Observed::NotCollected,
            transit_gateways: Observed::NotCollected,
            transit_gateway_vpc_attachments: Observed::NotCollected,
            vpn_connections: Observed::NotCollected,
        }
    }
}
