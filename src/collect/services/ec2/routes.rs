//! Route tables and the gateways they lead to.

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{
    EgressOnlyInternetGateway, GatewayAttachment, InternetGateway, NatGateway, NatGatewayAddress,
    Route, RouteTable, RouteTableAssociation, RouteTarget,
};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, SMALL_PAGE, ids, in_order, list, tags};
use crate::services::{filled, text};

pub(super) const TABLES: &str = "ec2:DescribeRouteTables";
pub(super) const INTERNET: &str = "ec2:DescribeInternetGateways";
pub(super) const EGRESS_ONLY: &str = "ec2:DescribeEgressOnlyInternetGateways";
pub(super) const NATS: &str = "ec2:DescribeNatGateways";

/// Most egress-only internet gateways on a page.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html>
const PAGE_OF_EGRESS_ONLY: i32 = 255;

pub(super) async fn tables(here: &Here) -> Observed<Vec<RouteTable>> {
    list!(here.describe_route_tables => TABLES,
        route_tables in "routeTableSet" by SMALL_PAGE, table)
}

pub(super) async fn internet_gateways(here: &Here) -> Observed<Vec<InternetGateway>> {
    list!(here.describe_internet_gateways => INTERNET,
        internet_gateways in "internetGatewaySet" by PAGE, internet_gateway)
}

pub(super) async fn egress_only_gateways(here: &Here) -> Observed<Vec<EgressOnlyInternetGateway>> {
    list!(here.describe_egress_only_internet_gateways => EGRESS_ONLY,
        egress_only_internet_gateways in "egressOnlyInternetGatewaySet" by PAGE_OF_EGRESS_ONLY,
        egress_only_gateway)
}

pub(super) async fn nats(here: &Here) -> Observed<Vec<NatGateway>> {
    list!(here.describe_nat_gateways => NATS, nat_gateways in "natGatewaySet" by PAGE, nat)
}

fn table(item: &sdk::RouteTable, here: &Here, sources: Sources) -> Option<RouteTable> {
    let id = filled(item.route_table_id())?;
    Some(RouteTable {
        arn: here.arn(item.owner_id(), "route-table", &id),
        vpc_id: filled(item.vpc_id()),
        associations: item
            .associations
            .as_ref()
            .map(|items| in_order(items, association)),
        routes: item.routes.as_ref().map(|items| in_order(items, route)),
        propagating_gateway_ids: ids(item.propagating_vgws().iter().map(|it| it.gateway_id())),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn association(item: &sdk::RouteTableAssociation) -> RouteTableAssociation {
    RouteTableAssociation {
        main: item.main(),
        subnet_id: filled(item.subnet_id()),
        gateway_id: filled(item.gateway_id()),
        state: text(item.association_state().and_then(|state| state.state())),
    }
}

fn route(item: &sdk::Route) -> Route {
    Route {
        ipv4_cidr: filled(item.destination_cidr_block()),
        ipv6_cidr: filled(item.destination_ipv6_cidr_block()),
        prefix_list_id: filled(item.destination_prefix_list_id()),
        target: target(item),
        state: text(item.state()),
        origin: text(item.origin()),
    }
}

/// Where a route leads. One to an instance names its interface too, and that is what the traffic goes to.
fn target(item: &sdk::Route) -> Option<RouteTarget> {
    use RouteTarget as To;
    let named = |id: Option<&str>, kind: fn(String) -> To| filled(id).map(kind);
    let others = [
        named(item.nat_gateway_id(), To::NatGateway),
        named(item.transit_gateway_id(), To::TransitGateway),
        named(item.vpc_peering_connection_id(), To::PeeringConnection),
        named(
            item.egress_only_internet_gateway_id(),
            To::EgressOnlyInternetGateway,
        ),
        named(item.network_interface_id(), To::NetworkInterface),
        named(item.instance_id(), To::Instance),
        named(item.local_gateway_id(), To::LocalGateway),
        named(item.carrier_gateway_id(), To::CarrierGateway),
        named(item.core_network_arn(), To::CoreNetwork),
        named(item.odb_network_arn(), To::OdbNetwork),
        named(item.ip_address(), To::Address),
    ];
    named(item.gateway_id(), gateway).or_else(|| others.into_iter().flatten().next())
}

/// AWS names several kinds of gateways in one member, and tells them by their ids.
fn gateway(id: String) -> RouteTarget {
    match id.split_once('-').map_or(id.as_str(), |(kind, _)| kind) {
        "local" => RouteTarget::Local,
        "igw" => RouteTarget::InternetGateway(id),
        "vgw" => RouteTarget::VirtualPrivateGateway(id),
        "vpce" => RouteTarget::VpcEndpoint(id),
        _ => RouteTarget::OtherGateway(id),
    }
}

fn internet_gateway(
    item: &sdk::InternetGateway,
    here: &Here,
    sources: Sources,
) -> Option<InternetGateway> {
    let id = filled(item.internet_gateway_id())?;
    Some(InternetGateway {
        arn: here.arn(item.owner_id(), "internet-gateway", &id),
        attachments: in_order(item.attachments(), attachment),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn egress_only_gateway(
    item: &sdk::EgressOnlyInternetGateway,
    here: &Here,
    sources: Sources,
) -> Option<EgressOnlyInternetGateway> {
    let id = filled(item.egress_only_internet_gateway_id())?;
    Some(EgressOnlyInternetGateway {
        arn: here.arn(None, "egress-only-internet-gateway", &id),
        attachments: in_order(item.attachments(), attachment),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn attachment(item: &sdk::InternetGatewayAttachment) -> GatewayAttachment {
    GatewayAttachment {
        vpc_id: filled(item.vpc_id()),
        state: text(item.state()),
    }
}

fn nat(item: &sdk::NatGateway, here: &Here, sources: Sources) -> Option<NatGateway> {
    let id = filled(item.nat_gateway_id())?;
    Some(NatGateway {
        arn: here.arn(None, "natgateway", &id),
        vpc_id: filled(item.vpc_id()),
        subnet_id: filled(item.subnet_id()),
        state: text(item.state()),
        failure_code: filled(item.failure_code()),
        failure_message: filled(item.failure_message()),
        connectivity: text(item.connectivity_type()),
        availability_mode: text(item.availability_mode()),
        auto_provision_zones: text(item.auto_provision_zones()),
        auto_scaling_ips: text(item.auto_scaling_ips()),
        route_table_id: filled(item.route_table_id()),
        addresses: in_order(item.nat_gateway_addresses(), nat_address),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn nat_address(item: &sdk::NatGatewayAddress) -> NatGatewayAddress {
    NatGatewayAddress {
        allocation_id: filled(item.allocation_id()),
        interface_id: filled(item.network_interface_id()),
        private_ip: filled(item.private_ip()),
        public_ip: filled(item.public_ip()),
        is_primary: item.is_primary(),
        status: text(item.status()),
        failure_message: filled(item.failure_message()),
        availability_zone: filled(item.availability_zone()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none};
    use super::*;

    fn joined(
        state: sdk::RouteTableAssociationStateCode,
    ) -> sdk::builders::RouteTableAssociationBuilder {
        let state = sdk::RouteTableAssociationState::builder().state(state);
        sdk::RouteTableAssociation::builder().association_state(state.build())
    }

    fn converted(associations: Vec<sdk::RouteTableAssociation>) -> RouteTable {
        let item = sdk::RouteTable::builder()
            .route_table_id("rtb-1")
            .set_associations(Some(associations))
            .build();
        table(&item, &here(), none()).expect("the table has an id")
    }

    #[test]
    fn associations_that_ended_are_kept_and_do_not_count() {
        use sdk::RouteTableAssociationStateCode::{Associated, Disassociated};
        let table = converted(vec![
            joined(Associated).main(false).subnet_id("subnet-1").build(),
            joined(Disassociated).main(true).build(),
            joined(Associated).main(false).gateway_id("igw-1").build(),
        ]);
        assert_eq!(table.is_main(), Some(false));
        let subnets: Vec<&str> = table.subnet_ids().collect();
        assert_eq!(subnets, ["subnet-1"]);
        let associations = table.associations.expect("associations");
        assert_eq!(associations.len(), 3);
        assert!(
            associations
                .iter()
                .any(|it| it.gateway_id.as_deref() == Some("igw-1"))
        );
    }

    #[test]
    fn a_table_is_the_main_one_only_if_aws_says_so() {
        use sdk::RouteTableAssociationStateCode::Associated;
        let main = joined(Associated).main(true).build();
        let unsaid = joined(Associated).subnet_id("subnet-1").build();
        assert_eq!(converted(vec![unsaid.clone(), main]).is_main(), Some(true));
        assert_eq!(converted(vec![unsaid]).is_main(), None);
        assert_eq!(converted(vec![]).is_main(), Some(false));
        let bare = sdk::RouteTable::builder().route_table_id("rtb-1").build();
        let bare = table(&bare, &here(), none()).expect("an id");
        assert_eq!(
            (bare.is_main(), bare.routes, bare.vpc_id),
            (None, None, None)
        );
        assert!(table(&sdk::RouteTable::builder().build(), &here(), none()).is_none());
    }

    #[test]
    fn every_kind_of_target_is_told_apart() {
        let to = sdk::Route::builder;
        let cases = [
            (to().gateway_id("local"), RouteTarget::Local),
            (
                to().gateway_id("igw-1"),
                RouteTarget::InternetGateway("igw-1".into()),
            ),
            (
                to().gateway_id("vgw-1"),
                RouteTarget::VirtualPrivateGateway("vgw-1".into()),
            ),
            (
                to().gateway_id("vpce-1"),
                RouteTarget::VpcEndpoint("vpce-1".into()),
            ),
            (
                to().gateway_id("new-1"),
                RouteTarget::OtherGateway("new-1".into()),
            ),
            (
                to().nat_gateway_id("nat-1"),
                RouteTarget::NatGateway("nat-1".into()),
            ),
            (
                to().transit_gateway_id("tgw-1"),
                RouteTarget::TransitGateway("tgw-1".into()),
            ),
            (
                to().vpc_peering_connection_id("pcx-1"),
                RouteTarget::PeeringConnection("pcx-1".into()),
            ),
            (
                to().egress_only_internet_gateway_id("eigw-1"),
                RouteTarget::EgressOnlyInternetGateway("eigw-1".into()),
            ),
            (
                to().instance_id("i-1").network_interface_id("eni-1"),
                RouteTarget::NetworkInterface("eni-1".into()),
            ),
            (to().instance_id("i-1"), RouteTarget::Instance("i-1".into())),
            (
                to().local_gateway_id("lgw-1"),
                RouteTarget::LocalGateway("lgw-1".into()),
            ),
            (
                to().carrier_gateway_id("cagw-1"),
                RouteTarget::CarrierGateway("cagw-1".into()),
            ),
            (
                to().core_network_arn("arn:c"),
                RouteTarget::CoreNetwork("arn:c".into()),
            ),
            (
                to().odb_network_arn("arn:o"),
                RouteTarget::OdbNetwork("arn:o".into()),
            ),
            (
                to().ip_address("10.0.0.9"),
                RouteTarget::Address("10.0.0.9".into()),
            ),
        ];
        for (item, wanted) in cases {
            let route = route(&item.state(sdk::RouteState::Blackhole).build());
            assert_eq!(route.target, Some(wanted));
            assert_eq!(route.state.as_deref(), Some("blackhole"));
        }
        let bare = route(&to().build());
        assert_eq!((bare.target.is_none(), bare.destination()), (true, None));
    }

    #[test]
    fn a_destination_is_a_range_of_either_family_or_a_list() {
        let to = sdk::Route::builder;
        let v6 = route(&to().destination_ipv6_cidr_block("::/0").build());
        assert_eq!(v6.destination(), Some("::/0"));
        let list = route(&to().destination_prefix_list_id("pl-1").build());
        assert_eq!(list.destination(), Some("pl-1"));
        let propagated = to().origin(sdk::RouteOrigin::EnableVgwRoutePropagation);
        let propagated = route(&propagated.build());
        assert_eq!(
            propagated.origin.as_deref(),
            Some("EnableVgwRoutePropagation")
        );
    }

    #[test]
    fn gateways_name_their_vpcs() {
        let to = sdk::InternetGatewayAttachment::builder().vpc_id("vpc-1");
        let item = sdk::InternetGateway::builder()
            .internet_gateway_id("igw-1")
            .attachments(to.clone().build())
            .build();
        let gateway = internet_gateway(&item, &here(), none()).expect("an id");
        assert_eq!(gateway.attachments[0].vpc_id.as_deref(), Some("vpc-1"));
        assert_eq!(gateway.attachments[0].state, None);
        let item = sdk::EgressOnlyInternetGateway::builder()
            .egress_only_internet_gateway_id("eigw-1")
            .attachments(to.state(sdk::AttachmentStatus::Attached).build())
            .build();
        let gateway = egress_only_gateway(&item, &here(), none()).expect("an id");
        assert_eq!(gateway.attachments[0].state.as_deref(), Some("attached"));
        assert_eq!(
            gateway.arn.resource(),
            Some("egress-only-internet-gateway/eigw-1")
        );
        let bare = sdk::InternetGateway::builder().build();
        assert!(internet_gateway(&bare, &here(), none()).is_none());
        let bare = sdk::EgressOnlyInternetGateway::builder().build();
        assert!(egress_only_gateway(&bare, &here(), none()).is_none());
    }

    #[test]
    fn a_nat_gateway_that_failed_says_why() {
        let address = sdk::NatGatewayAddress::builder()
            .public_ip("203.0.113.9")
            .status(sdk::NatGatewayAddressStatus::Failed)
            .failure_message("taken");
        let item = sdk::NatGateway::builder()
            .nat_gateway_id("nat-1")
            .state(sdk::NatGatewayState::Failed)
            .failure_code("Gateway.NotAttached")
            .availability_mode(sdk::AvailabilityMode::Regional)
            .connectivity_type(sdk::ConnectivityType::Public)
            .nat_gateway_addresses(address.build())
            .build();
        let said = nat(&item, &here(), none()).expect("an id");
        assert_eq!(said.failure_code.as_deref(), Some("Gateway.NotAttached"));
        assert_eq!(said.availability_mode.as_deref(), Some("regional"));
        assert_eq!(said.addresses[0].status.as_deref(), Some("failed"));
        assert_eq!(said.addresses[0].is_primary, None);
        let bare = sdk::NatGateway::builder().nat_gateway_id("nat-1").build();
        let bare = nat(&bare, &here(), none()).expect("an id");
        assert_eq!(
            (bare.state, bare.connectivity, bare.subnet_id),
            (None, None, None)
        );
        assert!(nat(&sdk::NatGateway::builder().build(), &here(), none()).is_none());
    }
}
