//! Ways between networks: peering connections, transit gateways, VPN connections.

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{
    PeeringConnection, PeeringSide, TransitGateway, TransitGatewayVpcAttachment, VpnConnection,
    VpnTunnel, VpnTunnelOptions,
};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, ids, in_order, list, list_in_one, number, tags};
use crate::services::{arn, filled, sorted, text};

pub(super) const PEERINGS: &str = "ec2:DescribeVpcPeeringConnections";
pub(super) const TRANSIT: &str = "ec2:DescribeTransitGateways";
pub(super) const ATTACHMENTS: &str = "ec2:DescribeTransitGatewayVpcAttachments";
pub(super) const VPNS: &str = "ec2:DescribeVpnConnections";

pub(super) async fn peerings(here: &Here) -> Observed<Vec<PeeringConnection>> {
    list!(here.describe_vpc_peering_connections => PEERINGS,
        vpc_peering_connections in "vpcPeeringConnectionSet" by PAGE, peering)
}

pub(super) async fn transit_gateways(here: &Here) -> Observed<Vec<TransitGateway>> {
    list!(here.describe_transit_gateways => TRANSIT,
        transit_gateways in "transitGatewaySet" by PAGE, transit_gateway)
}

pub(super) async fn attachments(here: &Here) -> Observed<Vec<TransitGatewayVpcAttachment>> {
    list!(here.describe_transit_gateway_vpc_attachments => ATTACHMENTS,
        transit_gateway_vpc_attachments in "transitGatewayVpcAttachments" by PAGE, attachment)
}

pub(super) async fn vpns(here: &Here) -> Observed<Vec<VpnConnection>> {
    list_in_one!(here.describe_vpn_connections => VPNS,
        vpn_connections in "vpnConnectionSet", vpn)
}

fn peering(
    item: &sdk::VpcPeeringConnection,
    here: &Here,
    sources: Sources,
) -> Option<PeeringConnection> {
    let id = filled(item.vpc_peering_connection_id())?;
    Some(PeeringConnection {
        arn: here.arn(None, "vpc-peering-connection", &id),
        status: text(item.status().and_then(|status| status.code())),
        status_message: filled(item.status().and_then(|status| status.message())),
        requester: item.requester_vpc_info().map(side),
        accepter: item.accepter_vpc_info().map(side),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

/// One side. The list of ranges names the first one too, as `CidrBlock` does.
fn side(item: &sdk::VpcPeeringConnectionVpcInfo) -> PeeringSide {
    let ranges = item.cidr_block_set().iter().map(|range| range.cidr_block());
    let mut ipv4_cidrs = ids(ranges.chain([item.cidr_block()]));
    ipv4_cidrs.dedup();
    let v6 = item.ipv6_cidr_block_set().iter();
    let options = item.peering_options();
    PeeringSide {
        account: filled(item.owner_id()),
        region: filled(item.region()),
        vpc_id: filled(item.vpc_id()),
        ipv4_cidrs,
        ipv6_cidrs: ids(v6.map(|range| range.ipv6_cidr_block())),
        allow_remote_dns_resolution: options
            .and_then(|options| options.allow_dns_resolution_from_remote_vpc()),
    }
}

fn transit_gateway(
    item: &sdk::TransitGateway,
    here: &Here,
    sources: Sources,
) -> Option<TransitGateway> {
    let id = filled(item.transit_gateway_id())?;
    let options = item.options();
    Some(TransitGateway {
        arn: arn(item.transit_gateway_arn())
            .unwrap_or_else(|| here.arn(item.owner_id(), "transit-gateway", &id)),
        owner_id: filled(item.owner_id()),
        description: filled(item.description()),
        state: text(item.state()),
        auto_accept_shared_attachments: text(
            options.and_then(|it| it.auto_accept_shared_attachments()),
        ),
        default_route_table_association: text(
            options.and_then(|it| it.default_route_table_association()),
        ),
        default_route_table_propagation: text(
            options.and_then(|it| it.default_route_table_propagation()),
        ),
        security_group_referencing: text(
            options.and_then(|it| it.security_group_referencing_support()),
        ),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn attachment(
    item: &sdk::TransitGatewayVpcAttachment,
    here: &Here,
    sources: Sources,
) -> Option<TransitGatewayVpcAttachment> {
    let id = filled(item.transit_gateway_attachment_id())?;
    let options = item.options();
    Some(TransitGatewayVpcAttachment {
        arn: here.arn(None, "transit-gateway-attachment", &id),
        transit_gateway_id: filled(item.transit_gateway_id()),
        vpc_id: filled(item.vpc_id()),
        vpc_owner_id: filled(item.vpc_owner_id()),
        state: text(item.state()),
        subnet_ids: sorted(item.subnet_ids()),
        appliance_mode: text(options.and_then(|it| it.appliance_mode_support())),
        security_group_referencing: text(
            options.and_then(|it| it.security_group_referencing_support()),
        ),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

/// A VPN connection. Of the tunnels' options their keys are left, and the customer gateway's
/// configuration, which holds the keys too; both are withheld by the transport besides.
fn vpn(item: &sdk::VpnConnection, here: &Here, sources: Sources) -> Option<VpnConnection> {
    let id = filled(item.vpn_connection_id())?;
    let tunnel_options = item.options().map(|options| options.tunnel_options());
    Some(VpnConnection {
        arn: here.arn(None, "vpn-connection", &id),
        state: text(item.state()),
        vpn_gateway_id: filled(item.vpn_gateway_id()),
        transit_gateway_id: filled(item.transit_gateway_id()),
        customer_gateway_id: filled(item.customer_gateway_id()),
        tunnels: item
            .vgw_telemetry
            .as_ref()
            .map(|tunnels| in_order(tunnels, tunnel)),
        tunnel_options: in_order(tunnel_options.unwrap_or_default(), options),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn tunnel(item: &sdk::VgwTelemetry) -> VpnTunnel {
    VpnTunnel {
        outside_address: filled(item.outside_ip_address()),
        status: text(item.status()),
        status_message: filled(item.status_message()),
        accepted_routes: number(item.accepted_route_count()),
    }
}

fn options(item: &sdk::TunnelOption) -> VpnTunnelOptions {
    let logs = item
        .log_options()
        .and_then(|options| options.cloud_watch_log_options());
    VpnTunnelOptions {
        outside_address: filled(item.outside_ip_address()),
        ike_versions: ids(item.ike_versions().iter().map(|version| version.value())),
        log_enabled: logs.and_then(sdk::CloudWatchLogOptions::log_enabled),
        log_group: arn(logs.and_then(sdk::CloudWatchLogOptions::log_group_arn)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none, texts};
    use super::*;

    #[test]
    fn a_peering_connection_has_both_sides_with_all_their_ranges() {
        let cidr = |text: &str| sdk::CidrBlock::builder().cidr_block(text).build();
        let dns = sdk::VpcPeeringConnectionOptionsDescription::builder()
            .allow_dns_resolution_from_remote_vpc(true);
        let accepter = sdk::VpcPeeringConnectionVpcInfo::builder()
            .owner_id("444455556666")
            .region("eu-west-1")
            .vpc_id("vpc-2")
            .cidr_block("10.2.0.0/16")
            .cidr_block_set(cidr("10.2.0.0/16"))
            .cidr_block_set(cidr("10.1.0.0/16"))
            .peering_options(dns.build());
        let status = sdk::VpcPeeringConnectionStateReason::builder()
            .code(sdk::VpcPeeringConnectionStateReasonCode::Active);
        let item = sdk::VpcPeeringConnection::builder()
            .vpc_peering_connection_id("pcx-1")
            .status(status.build())
            .accepter_vpc_info(accepter.build())
            .build();
        let said = peering(&item, &here(), none()).expect("an id");
        assert_eq!(said.status.as_deref(), Some("active"));
        let accepter = said.accepter.expect("a side");
        assert_eq!(accepter.account.as_deref(), Some("444455556666"));
        assert_eq!(accepter.ipv4_cidrs, texts(&["10.1.0.0/16", "10.2.0.0/16"]));
        assert_eq!(accepter.allow_remote_dns_resolution, Some(true));
        assert_eq!(said.requester, None);
        let nothing = sdk::VpcPeeringConnection::builder().build();
        assert!(peering(&nothing, &here(), none()).is_none());
    }

    #[test]
    fn a_transit_gateway_says_whether_it_accepts_unasked() {
        let options = sdk::TransitGatewayOptions::builder()
            .auto_accept_shared_attachments(sdk::AutoAcceptSharedAttachmentsValue::Enable);
        let item = sdk::TransitGateway::builder()
            .transit_gateway_id("tgw-1")
            .options(options.build())
            .build();
        let said = transit_gateway(&item, &here(), none()).expect("an id");
        assert_eq!(
            said.auto_accept_shared_attachments.as_deref(),
            Some("enable")
        );
        let bare = sdk::TransitGateway::builder().transit_gateway_id("tgw-1");
        let bare = transit_gateway(&bare.build(), &here(), none()).expect("an id");
        assert_eq!(bare.auto_accept_shared_attachments, None);
        let nothing = sdk::TransitGateway::builder().build();
        assert!(transit_gateway(&nothing, &here(), none()).is_none());
    }

    #[test]
    fn an_attachment_names_gateway_vpc_and_subnets() {
        let item = sdk::TransitGatewayVpcAttachment::builder()
            .transit_gateway_attachment_id("tgw-attach-1")
            .transit_gateway_id("tgw-1")
            .vpc_id("vpc-1")
            .subnet_ids("subnet-1")
            .state(sdk::TransitGatewayAttachmentState::PendingAcceptance)
            .build();
        let said = attachment(&item, &here(), none()).expect("an id");
        assert_eq!(said.state.as_deref(), Some("pendingAcceptance"));
        assert_eq!(said.subnet_ids, texts(&["subnet-1"]));
        assert_eq!(said.appliance_mode, None);
        let nothing = sdk::TransitGatewayVpcAttachment::builder().build();
        assert!(attachment(&nothing, &here(), none()).is_none());
    }

    #[test]
    fn a_vpn_connection_says_which_tunnels_are_up_and_keeps_no_key() {
        let tunnel = |address: &str, status| {
            sdk::VgwTelemetry::builder()
                .outside_ip_address(address)
                .status(status)
                .build()
        };
        let logs = sdk::CloudWatchLogOptions::builder().log_enabled(false);
        let logs = sdk::VpnTunnelLogOptions::builder().cloud_watch_log_options(logs.build());
        let ike = sdk::IkeVersionsListValue::builder().value("ikev2");
        let option = sdk::TunnelOption::builder()
            .outside_ip_address("203.0.113.1")
            .pre_shared_key("a-key-of-tunnels")
            .ike_versions(ike.build())
            .log_options(logs.build());
        let options = sdk::VpnConnectionOptions::builder().tunnel_options(option.build());
        let item = sdk::VpnConnection::builder()
            .vpn_connection_id("vpn-1")
            .customer_gateway_configuration("<x>a-key-of-tunnels</x>")
            .vgw_telemetry(tunnel("203.0.113.2", sdk::TelemetryStatus::Down))
            .vgw_telemetry(tunnel("203.0.113.1", sdk::TelemetryStatus::Up))
            .options(options.build())
            .build();
        let said = vpn(&item, &here(), none()).expect("an id");
        let states: Vec<_> = said
            .tunnels
            .iter()
            .flatten()
            .map(|tunnel| tunnel.status.as_deref())
            .collect();
        assert_eq!(states, [Some("UP"), Some("DOWN")]);
        assert_eq!(said.tunnel_options[0].log_enabled, Some(false));
        assert_eq!(said.tunnel_options[0].ike_versions, texts(&["ikev2"]));
        assert!(!format!("{said:?}").contains("a-key-of-tunnels"));
    }

    #[test]
    fn tunnels_that_aws_did_not_name_are_not_none() {
        let item = sdk::VpnConnection::builder().vpn_connection_id("vpn-1");
        let said = vpn(&item.build(), &here(), none()).expect("an id");
        assert_eq!(said.tunnels, None);
        let bare = tunnel(&sdk::VgwTelemetry::builder().build());
        assert_eq!((bare.status, bare.accepted_routes), (None, None));
        assert!(vpn(&sdk::VpnConnection::builder().build(), &here(), none()).is_none());
    }
}
