//! Checks of Amazon VPC.

use tripod_model::ec2::{NatGateway, Subnet, Vpc, VpcEndpoint, VpnConnection};
use tripod_model::{ResourceRef, Unknown};

use crate::Scope;

#[cfg(test)]
pub(crate) mod addresses_testing;
pub(crate) mod cross_zone_nat;
#[cfg(test)]
mod endpoint_testing;
pub(crate) mod failed_nat_gateway;
pub(crate) mod interface_quota_exhaustion;
pub(crate) mod missing_endpoint;
pub(crate) mod missing_flow_logs;
pub(crate) mod missing_vpn_logging;
pub(crate) mod open_endpoint_policy;
pub(crate) mod oversubscribed_subnet;
pub(crate) mod public_subnets_only;
pub(crate) mod routes;
#[cfg(test)]
pub(crate) mod routes_testing;
#[cfg(test)]
mod routes_tests;
pub(crate) mod single_zone;
pub(crate) mod single_zone_endpoint;
pub(crate) mod subnet_low_addresses;
pub(crate) mod unwatched_nat_gateway;
mod used_services;
#[cfg(test)]
mod vpn_testing;
pub(crate) mod vpn_tunnel_down;

/// CloudFormation's type name of a VPC.
pub(crate) const VPC: &str = "AWS::EC2::VPC";
/// CloudFormation's type name of a VPC endpoint.
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
/// CloudFormation's type name of a NAT gateway.
const NAT_GATEWAY: &str = "AWS::EC2::NatGateway";
/// CloudFormation's type name of a VPN connection.
const VPN_CONNECTION: &str = "AWS::EC2::VPNConnection";
/// CloudFormation's type name of a subnet.
pub(crate) const SUBNET: &str = "AWS::EC2::Subnet";

/// A subnet as the resource of a finding, by its tag `Name` where it has one.
pub(crate) fn subnet_resource(scope: &Scope, subnet: &Subnet) -> ResourceRef {
    let name = subnet.name.as_deref().unwrap_or(&subnet.id);
    scope.resource(SUBNET, &subnet.arn, name)
}

/// States of an endpoint in which nothing goes through any more. AWS writes them with and without a capital.
const GONE: [&str; 5] = ["deleted", "deleting", "expired", "failed", "rejected"];

/// Whether nothing goes through an endpoint any more.
fn is_gone(endpoint: &VpcEndpoint) -> bool {
    let state = endpoint.state.as_deref().unwrap_or_default();
    GONE.iter().any(|gone| gone.eq_ignore_ascii_case(state))
}

/// A VPC endpoint as the resource of a finding, by its tag `Name` where it has one.
fn endpoint_resource(scope: &Scope, endpoint: &VpcEndpoint) -> ResourceRef {
    let name = endpoint.tags.get("Name").unwrap_or(&endpoint.id);
    scope.resource(ENDPOINT, &endpoint.arn, name)
}

/// A NAT gateway as the resource of a finding, by its tag `Name` where it has one.
fn nat_resource(scope: &Scope, nat: &NatGateway) -> ResourceRef {
    let name = nat.tags.get("Name").unwrap_or(&nat.id);
    scope.resource(NAT_GATEWAY, &nat.arn, name)
}

/// A VPN connection as the resource of a finding, by its tag `Name` where it has one.
fn vpn_resource(scope: &Scope, vpn: &VpnConnection) -> ResourceRef {
    let name = vpn.tags.get("Name").unwrap_or(&vpn.id);
    scope.resource(VPN_CONNECTION, &vpn.arn, name)
}

/// A VPC as the resource of a finding, by its tag `Name` where it has one.
fn vpc_resource(scope: &Scope, vpc: &Vpc) -> ResourceRef {
    scope.resource(VPC, &vpc.arn, vpc.name.as_deref().unwrap_or(&vpc.id))
}

/// The subnets of a VPC. Of another account's VPC only those are shown that it shares.
fn subnets_of<'a>(
    scope: &Scope<'a>,
    vpc: &Vpc,
) -> Result<impl Iterator<Item = &'a Subnet> + use<'a>, Unknown> {
    let id = vpc.id.clone();
    let subnets = scope.region.ec2.subnets.found()?.into_iter().flatten();
    Ok(subnets.filter(move |subnet| subnet.vpc_id.as_deref() == Some(id.as_str())))
}

/// Whether another account owns a VPC and shares subnets of it: their number and routes are for it to choose.
fn is_shared(scope: &Scope, vpc: &Vpc) -> bool {
    let owner = vpc.owner_id.as_deref();
    owner.is_some_and(|owner| owner != scope.account.id.as_str())
}
