//! Route tables and gateways for tests.

use std::collections::BTreeMap;

use tripod_model::ec2::{
    NatGateway, NatGatewayAddress, Route, RouteTable, RouteTableAssociation, RouteTarget,
    TransitGatewayVpcAttachment,
};
use tripod_model::{Arn, fixtures};

/// The destination of a default route.
pub(crate) const ANYWHERE: &str = "0.0.0.0/0";

fn arn(kind: &str, id: &str) -> Arn {
    let (region, account) = (fixtures::REGION, fixtures::ACCOUNT);
    Arn::new(format!("arn:aws:ec2:{region}:{account}:{kind}/{id}"))
}

/// A table of `vpc-1`: the main one where it names no subnet.
pub(crate) fn table(id: &str, subnets: &[&str], routes: Vec<Route>) -> RouteTable {
    let association = |subnet: Option<&str>| RouteTableAssociation {
        main: Some(subnet.is_none()),
        subnet_id: subnet.map(str::to_owned),
        gateway_id: None,
        state: Some("associated".to_owned()),
    };
    let named: Vec<_> = subnets.iter().map(|id| association(Some(id))).collect();
    RouteTable {
        arn: arn("route-table", id),
        id: id.to_owned(),
        vpc_id: Some("vpc-1".to_owned()),
        associations: Some(if named.is_empty() {
            vec![association(None)]
        } else {
            named
        }),
        routes: Some(routes),
        propagating_gateway_ids: vec![],
        tags: BTreeMap::new(),
        sources: fixtures::sources(&["ec2:DescribeRouteTables"]),
    }
}

/// An active route of an IPv4 range.
pub(crate) fn route(range: &str, target: RouteTarget) -> Route {
    Route {
        ipv4_cidr: Some(range.to_owned()),
        ipv6_cidr: None,
        prefix_list_id: None,
        target: Some(target),
        state: Some("active".to_owned()),
        origin: Some("CreateRoute".to_owned()),
    }
}

/// A default route to the internet gateway `igw-1`.
pub(crate) fn to_internet() -> Route {
    route(ANYWHERE, RouteTarget::InternetGateway("igw-1".to_owned()))
}

/// A default route to a NAT gateway.
pub(crate) fn to_nat(id: &str) -> Route {
    route(ANYWHERE, RouteTarget::NatGateway(id.to_owned()))
}

/// A public NAT gateway that is available in a subnet.
pub(crate) fn nat(id: &str, subnet: &str) -> NatGateway {
    NatGateway {
        arn: arn("natgateway", id),
        id: id.to_owned(),
        vpc_id: Some("vpc-1".to_owned()),
        subnet_id: Some(subnet.to_owned()),
        state: Some("available".to_owned()),
        failure_code: None,
        failure_message: None,
        connectivity: Some("public".to_owned()),
        availability_mode: Some("zonal".to_owned()),
        auto_provision_zones: None,
        auto_scaling_ips: None,
        route_table_id: None,
        addresses: vec![],
        tags: BTreeMap::new(),
        sources: fixtures::sources(&["ec2:DescribeNatGateways"]),
    }
}

/// A regional NAT gateway with an address in each zone; `automatic` is `enabled` or `disabled`.
pub(crate) fn regional_nat(id: &str, automatic: &str, zones: &[&str]) -> NatGateway {
    let address = |zone: &&str| NatGatewayAddress {
        allocation_id: None,
        interface_id: None,
        private_ip: None,
        public_ip: None,
        is_primary: None,
        status: Some("succeeded".to_owned()),
        failure_message: None,
        availability_zone: Some((*zone).to_owned()),
    };
    NatGateway {
        subnet_id: None,
        availability_mode: Some("regional".to_owned()),
        auto_provision_zones: Some(automatic.to_owned()),
        addresses: zones.iter().map(address).collect(),
        ..nat(id, "")
    }
}

/// The attachment of `vpc-1` to a transit gateway, in these subnets.
pub(crate) fn attached(gateway: &str, subnets: &[&str]) -> TransitGatewayVpcAttachment {
    let id = gateway.replace("tgw", "tgw-attach");
    TransitGatewayVpcAttachment {
        arn: arn("transit-gateway-attachment", &id),
        id,
        transit_gateway_id: Some(gateway.to_owned()),
        vpc_id: Some("vpc-1".to_owned()),
        vpc_owner_id: Some(fixtures::ACCOUNT.to_owned()),
        state: Some("available".to_owned()),
        subnet_ids: subnets.iter().map(|id| (*id).to_owned()).collect(),
        appliance_mode: Some("disable".to_owned()),
        security_group_referencing: Some("disable".to_owned()),
        tags: BTreeMap::new(),
        sources: fixtures::sources(&["ec2:DescribeTransitGatewayVpcAttachments"]),
    }
}
