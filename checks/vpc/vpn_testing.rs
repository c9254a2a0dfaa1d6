//! VPN connections for tests.

use std::collections::BTreeMap;

use tripod_model::ec2::{VpnConnection, VpnTunnel, VpnTunnelOptions};
use tripod_model::{Arn, fixtures};

/// A connection in a state, its tunnels in these, and whether each of them is logged.
pub(crate) fn connection(
    state: &str,
    tunnels: Option<&[Option<&str>]>,
    logged: &[Option<bool>],
) -> VpnConnection {
    let (region, account) = (fixtures::REGION, fixtures::ACCOUNT);
    let address = |at: usize| Some(format!("192.0.2.{}", at + 1));
    let tunnel = |(at, status): (usize, Option<&str>)| VpnTunnel {
        outside_address: address(at),
        status: status.map(str::to_owned),
        status_message: None,
        accepted_routes: Some(4),
    };
    let options = |(at, log_enabled): (usize, Option<bool>)| VpnTunnelOptions {
        outside_address: address(at),
        ike_versions: vec!["ikev2".to_owned()],
        log_enabled,
        log_group: None,
    };
    VpnConnection {
        arn: Arn::new(format!(
            "arn:aws:ec2:{region}:{account}:vpn-connection/vpn-1"
        )),
        id: "vpn-1".to_owned(),
        state: Some(state.to_owned()),
        vpn_gateway_id: None,
        transit_gateway_id: Some("tgw-1".to_owned()),
        customer_gateway_id: Some("cgw-1".to_owned()),
        tunnels: tunnels.map(|tunnels| tunnels.iter().copied().enumerate().map(tunnel).collect()),
        tunnel_options: logged.iter().copied().enumerate().map(options).collect(),
        tags: BTreeMap::new(),
        sources: fixtures::sources(&["ec2:DescribeVpnConnections"]),
    }
}
