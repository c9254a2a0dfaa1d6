//! Reads VPC networking from EC2.
//!
//! Calls, for n items of a kind: ⌈n/1000⌉, at least one, each of DescribeVpcs, DescribeSubnets,
//! DescribeSecurityGroups, DescribeNetworkAcls, DescribeNatGateways, DescribeVpcEndpoints,
//! DescribeFlowLogs and DescribeNetworkInterfaces, and ⌈n/100⌉ DescribeRouteTables. Every operation has
//! its own bucket of 100 calls, refilled at 20 a second; without a page size it would be half of that.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
//!
//! VPCs, subnets, security groups and network ACLs are judged by themselves: an item of theirs that
//! lacks what the judgement needs makes the list a failed one, which no check takes for safe. Of the
//! other lists an item without an id is left out: it serves the judgement of something else, and
//! nothing can refer to it.

use aws_sdk_ec2::types as sdk;
use sdk::{RouteTableAssociationStateCode as AssociationState, VpcCidrBlockStateCode as CidrState};
use tripod_model::ec2::{
    Ec2, FlowLog, NatGateway, NetworkAcl, NetworkAclEntry, NetworkInterface, Route, RouteTable,
    SecurityGroup, Subnet, TrafficRule, Vpc, VpcEndpoint,
};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{arn, filled, sorted, source, text};
use crate::collector::{Collector, Part, Place};
use crate::context::Context;
use crate::reply::{Page, pages};

const VPCS: &str = "ec2:DescribeVpcs";
const SUBNETS: &str = "ec2:DescribeSubnets";
const GROUPS: &str = "ec2:DescribeSecurityGroups";
const ACLS: &str = "ec2:DescribeNetworkAcls";
const TABLES: &str = "ec2:DescribeRouteTables";
const NATS: &str = "ec2:DescribeNatGateways";
const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";
const FLOW_LOGS: &str = "ec2:DescribeFlowLogs";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";

/// Most items on a page.
const PAGE: i32 = 1000;

/// Most route tables on a page.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
const PAGE_OF_TABLES: i32 = 100;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "ec2",
    place: Place::Regional,
    operations: &[
        VPCS, SUBNETS, GROUPS, ACLS, TABLES, NATS, ENDPOINTS, FLOW_LOGS, INTERFACES,
    ],
    run: |context| Box::pin(read(context)),
};

/// Reads one list to its end: the SDK's call, the operation, the SDK's list and the element it is in
/// the answer, the page size, and the conversion, which gives one item, or none.
macro_rules! list {
    ($client:ident.$call:ident => $operation:ident, $items:ident in $element:literal by $size:ident, $convert:expr) => {
        pages(
            $operation,
            |token| {
                $client
                    .$call()
                    .max_results($size)
                    .set_next_token(token)
                    .send()
            },
            |output, exchange| {
                let sources =
                    |index| source($operation, exchange, format!("/{}/item/{index}", $element));
                Page::of(
                    output.$items.as_deref(),
                    output.next_token(),
                    |index, item| $convert(item, sources(index)),
                )
            },
        )
    };
}

async fn read(context: Context) -> Part {
    let client = context.ec2();
    let home = Home {
        prefix: format!("arn:{}:ec2:{}", context.partition, context.region),
        account: context.account.to_string(),
    };
    let (vpcs, subnets, groups, acls, tables, nats, endpoints, flow_logs, interfaces) = futures::join!(
        list!(client.describe_vpcs => VPCS, vpcs in "vpcSet" by PAGE,
            |item, sources| Some(convert_vpc(item, &home, sources))),
        list!(client.describe_subnets => SUBNETS, subnets in "subnetSet" by PAGE,
            |item, sources| Some(convert_subnet(item, &home, sources))),
        list!(client.describe_security_groups => GROUPS, security_groups in "securityGroupInfo" by PAGE,
            |item, sources| Some(convert_group(item, &home, sources))),
        list!(client.describe_network_acls => ACLS, network_acls in "networkAclSet" by PAGE,
            |item, sources| Some(convert_acl(item, sources))),
        list!(client.describe_route_tables => TABLES, route_tables in "routeTableSet" by PAGE_OF_TABLES,
            convert_table),
        list!(client.describe_nat_gateways => NATS, nat_gateways in "natGatewaySet" by PAGE,
            convert_nat),
        list!(client.describe_vpc_endpoints => ENDPOINTS, vpc_endpoints in "vpcEndpointSet" by PAGE,
            convert_endpoint),
        list!(client.describe_flow_logs => FLOW_LOGS, flow_logs in "flowLogSet" by PAGE,
            convert_flow_log),
        list!(client.describe_network_interfaces => INTERFACES, network_interfaces in "networkInterfaceSet" by PAGE,
            convert_interface),
    );
    Part::Ec2(Box::new(Ec2 {
        vpcs: by_id(whole(VPCS, vpcs), |vpc| &vpc.id),
        subnets: by_id(whole(SUBNETS, subnets), |subnet| &subnet.id),
        security_groups: by_id(whole(GROUPS, groups), |group| &group.id),
        network_acls: by_id(whole(ACLS, acls), |acl| &acl.id),
        route_tables: by_id(tables, |table| &table.id),
        nat_gateways: by_id(nats, |nat| &nat.id),
        vpc_endpoints: by_id(endpoints, |endpoint| &endpoint.id),
        flow_logs: by_id(flow_logs, |log| &log.id),
        network_interfaces: by_id(interfaces, |interface| &interface.id),
    }))
}

/// The list, if every item of it could be read: a list short of one reads like the whole.
fn whole<T>(operation: &str, listed: Observed<Vec<Result<T, String>>>) -> Observed<Vec<T>> {
    let Observed::Known(items) = listed else {
        return listed.unknown_as();
    };
    match items.into_iter().collect() {
        Ok(items) => Observed::Known(items),
        Err(error) => Observed::Failed {
            operation: operation.to_owned(),
            error,
        },
    }
}

fn by_id<T>(listed: Observed<Vec<T>>, id: impl Fn(&T) -> &String) -> Observed<Vec<T>> {
    listed.map(|mut items| {
        items.sort_by(|a, b| id(a).cmp(id(b)));
        items
    })
}

/// What ARNs are made of: partition, service and region, and the account asked.
struct Home {
    prefix: String,
    account: String,
}

impl Home {
    /// The ARN of a resource of which AWS gives none. What is shared with the account is its owner's.
    fn arn(&self, owner: Option<&str>, resource: &str) -> Arn {
        let owner = owner.unwrap_or(&self.account);
        Arn::new(format!("{}:{owner}:{resource}", self.prefix))
    }
}

/// A member that the judgement of `what` needs; see `filled` for texts.
fn need<T>(value: Option<T>, what: &str, member: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("{what} was shown without its {member}"))
}

fn convert_vpc(item: &sdk::Vpc, home: &Home, sources: Sources) -> Result<Vpc, String> {
    let id = need(filled(item.vpc_id()), "a VPC", "id")?;
    Ok(Vpc {
        arn: home.arn(item.owner_id(), &format!("vpc/{id}")),
        name: name_tag(item.tags()),
        ipv4_cidrs: ipv4_cidrs(item),
        is_default: item.is_default().unwrap_or(false),
        id,
        sources,
    })
}

/// The ranges in use; the associations name the first one too, as `CidrBlock` does.
fn ipv4_cidrs(item: &sdk::Vpc) -> Vec<String> {
    let is_in_use = |association: &&sdk::VpcCidrBlockAssociation| {
        association
            .cidr_block_state()
            .and_then(|state| state.state())
            .is_none_or(|state| *state == CidrState::Associated)
    };
    let mut cidrs: Vec<String> = item
        .cidr_block_association_set()
        .iter()
        .filter(is_in_use)
        .filter_map(|association| association.cidr_block())
        .chain(item.cidr_block())
        .map(str::to_owned)
        .collect();
    cidrs.sort();
    cidrs.dedup();
    cidrs
}

fn convert_subnet(item: &sdk::Subnet, home: &Home, sources: Sources) -> Result<Subnet, String> {
    let id = need(filled(item.subnet_id()), "a subnet", "id")?;
    let zone = need(filled(item.availability_zone()), &id, "availability zone")?;
    let free = item.available_ip_address_count();
    Ok(Subnet {
        arn: arn(item.subnet_arn())
            .unwrap_or_else(|| home.arn(item.owner_id(), &format!("subnet/{id}"))),
        name: name_tag(item.tags()),
        vpc_id: need(filled(item.vpc_id()), &id, "VPC")?,
        availability_zone: zone,
        ipv4_cidr: filled(item.cidr_block()),
        free_ipv4_addresses: need(free, &id, "number of free addresses")?.into(),
        id,
        sources,
    })
}

/// A security group. Its name tells whether it is the VPC's default.
fn convert_group(
    item: &sdk::SecurityGroup,
    home: &Home,
    sources: Sources,
) -> Result<SecurityGroup, String> {
    let id = need(filled(item.group_id()), "a security group", "id")?;
    Ok(SecurityGroup {
        arn: arn(item.security_group_arn())
            .unwrap_or_else(|| home.arn(item.owner_id(), &format!("security-group/{id}"))),
        name: need(filled(item.group_name()), &id, "name")?,
        vpc_id: filled(item.vpc_id()),
        ingress: rules(&id, item.ip_permissions())?,
        egress: rules(&id, item.ip_permissions_egress())?,
        id,
        sources,
    })
}

fn rules(group: &str, items: &[sdk::IpPermission]) -> Result<Vec<TrafficRule>, String> {
    let rules = items.iter().map(|item| {
        Ok(TrafficRule {
            protocol: need(filled(item.ip_protocol()), group, "rule's protocol")?,
            from_port: item.from_port().map(i64::from),
            to_port: item.to_port().map(i64::from),
            peers: need(peers(item), group, "rule's other side")?,
        })
    });
    all_in_order(rules)
}

fn all_in_order<T: Ord>(items: impl Iterator<Item = Result<T, String>>) -> Result<Vec<T>, String> {
    let mut items: Vec<T> = items.collect::<Result<_, _>>()?;
    items.sort();
    Ok(items)
}

/// The other side of a rule; none where one of its parts is empty.
fn peers(item: &sdk::IpPermission) -> Option<Vec<String>> {
    let v4 = item.ip_ranges().iter().map(|range| range.cidr_ip());
    let v6 = item.ipv6_ranges().iter().map(|range| range.cidr_ipv6());
    let lists = item.prefix_list_ids().iter().map(|l| l.prefix_list_id());
    // Groups of a peered VPC may be shown by name only.
    let groups = item
        .user_id_group_pairs()
        .iter()
        .map(|pair| pair.group_id().or(pair.group_name()));
    let mut peers: Vec<String> = v4
        .chain(v6)
        .chain(lists)
        .chain(groups)
        .map(filled)
        .collect::<Option<_>>()?;
    peers.sort();
    Some(peers)
}

fn convert_acl(item: &sdk::NetworkAcl, sources: Sources) -> Result<NetworkAcl, String> {
    let id = need(filled(item.network_acl_id()), "a network ACL", "id")?;
    let entries = item.entries().iter().map(|e| convert_entry(&id, e));
    Ok(NetworkAcl {
        vpc_id: filled(item.vpc_id()),
        is_default: item.is_default().unwrap_or(false),
        subnet_ids: ids(item.associations().iter().map(|a| a.subnet_id())),
        entries: all_in_order(entries)?,
        id,
        sources,
    })
}

fn convert_entry(acl: &str, item: &sdk::NetworkAclEntry) -> Result<NetworkAclEntry, String> {
    let number = need(item.rule_number(), acl, "entry's number")?;
    let ports = item.port_range();
    Ok(NetworkAclEntry {
        egress: need(item.egress(), acl, "entry's direction")?,
        rule_number: i64::from(number),
        action: need(text(item.rule_action()), acl, "entry's action")?,
        protocol: need(filled(item.protocol()), acl, "entry's protocol")?,
        cidr: filled(item.cidr_block()).or_else(|| filled(item.ipv6_cidr_block())),
        from_port: ports.and_then(sdk::PortRange::from).map(i64::from),
        to_port: ports.and_then(sdk::PortRange::to).map(i64::from),
    })
}

fn convert_table(item: &sdk::RouteTable, sources: Sources) -> Option<RouteTable> {
    let in_use = || item.associations().iter().filter(|a| is_in_use(a));
    let mut routes: Vec<Route> = item.routes().iter().map(convert_route).collect();
    routes.sort();
    Some(RouteTable {
        id: filled(item.route_table_id())?,
        vpc_id: filled(item.vpc_id()),
        is_main: in_use().any(|a| a.main().unwrap_or(false)),
        subnet_ids: ids(in_use().map(|a| a.subnet_id())),
        routes,
        sources,
    })
}

fn is_in_use(association: &sdk::RouteTableAssociation) -> bool {
    let state = association.association_state().and_then(|s| s.state());
    !matches!(
        state,
        Some(AssociationState::Disassociated | AssociationState::Failed)
    )
}

/// A route. One to an instance names its interface too, and that is what the traffic goes to.
fn convert_route(item: &sdk::Route) -> Route {
    let first = |texts: &[Option<&str>]| texts.iter().find_map(|text| filled(*text));
    Route {
        destination: first(&[
            item.destination_cidr_block(),
            item.destination_ipv6_cidr_block(),
            item.destination_prefix_list_id(),
        ]),
        target: first(&[
            item.gateway_id(),
            item.nat_gateway_id(),
            item.transit_gateway_id(),
            item.vpc_peering_connection_id(),
            item.egress_only_internet_gateway_id(),
            item.network_interface_id(),
            item.instance_id(),
            item.local_gateway_id(),
            item.carrier_gateway_id(),
            item.core_network_arn(),
            item.odb_network_arn(),
        ]),
        state: text(item.state()),
    }
}

fn convert_nat(item: &sdk::NatGateway, sources: Sources) -> Option<NatGateway> {
    Some(NatGateway {
        id: filled(item.nat_gateway_id())?,
        vpc_id: filled(item.vpc_id()),
        subnet_id: filled(item.subnet_id()),
        state: text(item.state()),
        sources,
    })
}

fn convert_endpoint(item: &sdk::VpcEndpoint, sources: Sources) -> Option<VpcEndpoint> {
    Some(VpcEndpoint {
        id: filled(item.vpc_endpoint_id())?,
        vpc_id: filled(item.vpc_id()),
        service_name: filled(item.service_name()),
        kind: text(item.vpc_endpoint_type()),
        state: text(item.state()),
        subnet_ids: sorted(item.subnet_ids()),
        policy: filled(item.policy_document()).map(PolicyDocument),
        sources,
    })
}

fn convert_flow_log(item: &sdk::FlowLog, sources: Sources) -> Option<FlowLog> {
    Some(FlowLog {
        id: filled(item.flow_log_id())?,
        resource_id: filled(item.resource_id()),
        traffic_type: text(item.traffic_type()),
        status: filled(item.flow_log_status()),
        deliver_status: filled(item.deliver_logs_status()),
        deliver_error: filled(item.deliver_logs_error_message()),
        sources,
    })
}

fn convert_interface(item: &sdk::NetworkInterface, sources: Sources) -> Option<NetworkInterface> {
    Some(NetworkInterface {
        id: filled(item.network_interface_id())?,
        kind: text(item.interface_type()),
        subnet_id: filled(item.subnet_id()),
        vpc_id: filled(item.vpc_id()),
        security_group_ids: ids(item.groups().iter().map(|group| group.group_id())),
        description: filled(item.description()),
        sources,
    })
}

fn name_tag(tags: &[sdk::Tag]) -> Option<String> {
    let tag = tags.iter().find(|tag| tag.key() == Some("Name"))?;
    filled(tag.value())
}

/// The ids that are given, sorted.
fn ids<'a>(ids: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut ids: Vec<String> = ids.filter_map(filled).collect();
    ids.sort();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home {
            prefix: "arn:aws:ec2:eu-west-1".to_owned(),
            account: "111122223333".to_owned(),
        }
    }

    fn none() -> Sources {
        Sources::default()
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn subnet() -> sdk::builders::SubnetBuilder {
        sdk::Subnet::builder()
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .availability_zone("eu-west-1a")
    }

    #[test]
    fn a_vpc_has_its_ranges_in_use_and_its_owner_s_arn() {
        let range = |cidr: &str, state| {
            let state = sdk::VpcCidrBlockState::builder().state(state).build();
            sdk::VpcCidrBlockAssociation::builder()
                .cidr_block(cidr)
                .cidr_block_state(state)
                .build()
        };
        let item = sdk::Vpc::builder()
            .vpc_id("vpc-1")
            .owner_id("444455556666")
            .cidr_block("10.1.0.0/16")
            .cidr_block_association_set(range("10.1.0.0/16", CidrState::Associated))
            .cidr_block_association_set(range("10.0.0.0/16", CidrState::Associated))
            .cidr_block_association_set(range("10.2.0.0/16", CidrState::Disassociated))
            .tags(sdk::Tag::builder().key("Name").value("main").build())
            .is_default(true)
            .build();
        let vpc = convert_vpc(&item, &home(), none()).expect("the VPC has an id");
        let arn_of_owner = "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1";
        assert_eq!(vpc.arn.as_str(), arn_of_owner);
        assert_eq!(vpc.ipv4_cidrs, texts(&["10.0.0.0/16", "10.1.0.0/16"]));
        assert_eq!((vpc.name.as_deref(), vpc.is_default), (Some("main"), true));
    }

    #[test]
    fn a_subnet_that_cannot_be_judged_fails_the_list_and_is_named() {
        let whole_item = subnet().available_ip_address_count(3).build();
        let good = convert_subnet(&whole_item, &home(), none());
        let bad = convert_subnet(&subnet().build(), &home(), none());
        let kept = good.clone().expect("the subnet is whole");
        assert_eq!(kept.free_ipv4_addresses, 3);
        assert_eq!(kept.arn.resource(), Some("subnet/subnet-1"));
        let list = whole(SUBNETS, Observed::Known(vec![good, bad]));
        let named = "subnet-1 was shown without its number of free addresses";
        assert!(matches!(list, Observed::Failed { error, .. } if error == named));
    }

    #[test]
    fn rules_name_every_kind_of_peer_in_order() {
        let pair = sdk::UserIdGroupPair::builder().group_id("sg-9").build();
        let v6 = sdk::Ipv6Range::builder().cidr_ipv6("::/0").build();
        let list = sdk::PrefixListId::builder().prefix_list_id("pl-1").build();
        let rule = sdk::IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(444)
            .user_id_group_pairs(pair)
            .prefix_list_ids(list)
            .ipv6_ranges(v6)
            .ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").build());
        let item = sdk::SecurityGroup::builder().group_id("sg-1");
        let item = item.group_name("default").ip_permissions(rule.build());
        let group = convert_group(&item.build(), &home(), none()).expect("the group is whole");
        let sorted = texts(&["0.0.0.0/0", "::/0", "pl-1", "sg-9"]);
        assert_eq!(group.ingress[0].peers, sorted);
        assert_eq!(group.ingress[0].to_port, Some(444));
        assert!(group.egress.is_empty());
        let empty = sdk::IpPermission::builder().ip_protocol("tcp");
        let empty = empty.ip_ranges(sdk::IpRange::builder().build()).build();
        assert!(rules("sg-1", &[empty]).is_err());
    }

    #[test]
    fn entries_of_an_acl_are_in_the_order_of_decision() {
        let entry = |number: i32| {
            sdk::NetworkAclEntry::builder()
                .rule_number(number)
                .egress(false)
                .protocol("-1")
                .rule_action(sdk::RuleAction::Deny)
                .ipv6_cidr_block("::/0")
        };
        let item = sdk::NetworkAcl::builder().network_acl_id("acl-1");
        let item = item.entries(entry(200).build()).entries(entry(100).build());
        let acl = convert_acl(&item.build(), none()).expect("the ACL is whole");
        let numbers: Vec<i64> = acl.entries.iter().map(|e| e.rule_number).collect();
        assert_eq!(numbers, [100, 200]);
        assert_eq!(acl.entries[0].cidr.as_deref(), Some("::/0"));
        assert!(convert_entry("acl-1", &entry(1).set_rule_action(None).build()).is_err());
    }

    #[test]
    fn a_route_table_forgets_associations_that_ended() {
        let joined = |subnet: &str, state| {
            let state = sdk::RouteTableAssociationState::builder().state(state);
            let item = sdk::RouteTableAssociation::builder().subnet_id(subnet);
            item.association_state(state.build())
        };
        let ended = joined("subnet-2", AssociationState::Disassociated).main(true);
        let route = sdk::Route::builder().destination_cidr_block("0.0.0.0/0");
        let route = route.nat_gateway_id("nat-1").state(sdk::RouteState::Active);
        let item = sdk::RouteTable::builder()
            .route_table_id("rtb-1")
            .associations(joined("subnet-1", AssociationState::Associated).build())
            .associations(ended.build())
            .routes(route.build())
            .build();
        let table = convert_table(&item, none()).expect("the table has an id");
        assert!(!table.is_main);
        assert_eq!(table.subnet_ids, texts(&["subnet-1"]));
        assert_eq!(table.routes[0].target.as_deref(), Some("nat-1"));
        assert_eq!(table.routes[0].state.as_deref(), Some("active"));
    }

    #[test]
    fn an_endpoint_a_flow_log_and_an_interface_are_converted_whole() {
        let endpoint = sdk::VpcEndpoint::builder().vpc_endpoint_id("vpce-1");
        let endpoint = endpoint.vpc_endpoint_type(sdk::VpcEndpointType::Interface);
        let endpoint = endpoint.policy_document("{}").build();
        let endpoint = convert_endpoint(&endpoint, none()).expect("the endpoint has an id");
        assert_eq!(endpoint.policy, Some(PolicyDocument("{}".to_owned())));
        assert_eq!(endpoint.kind.as_deref(), Some("Interface"));
        let log = sdk::FlowLog::builder().flow_log_id("fl-1");
        let log = log.traffic_type(sdk::TrafficType::Reject);
        let log = log.deliver_logs_status("FAILED").build();
        let log = convert_flow_log(&log, none()).expect("the flow log has an id");
        assert_eq!(log.traffic_type.as_deref(), Some("REJECT"));
        assert_eq!(log.deliver_status.as_deref(), Some("FAILED"));
        let group = |id: &str| sdk::GroupIdentifier::builder().group_id(id).build();
        let interface = sdk::NetworkInterface::builder().network_interface_id("eni-1");
        let interface = interface.interface_type(sdk::NetworkInterfaceType::Lambda);
        let interface = interface.groups(group("sg-2")).groups(group("sg-1"));
        let interface = interface.build();
        let interface = convert_interface(&interface, none()).expect("the interface has an id");
        assert_eq!(interface.security_group_ids, texts(&["sg-1", "sg-2"]));
        assert_eq!(interface.kind.as_deref(), Some("lambda"));
    }

    #[test]
    fn nothing_is_needed_but_an_id_and_that_is_needed() {
        let nat = sdk::NatGateway::builder();
        assert!(convert_nat(&nat.clone().nat_gateway_id("nat-1").build(), none()).is_some());
        assert!(convert_nat(&nat.build(), none()).is_none());
        assert!(convert_table(&sdk::RouteTable::builder().build(), none()).is_none());
        assert!(convert_endpoint(&sdk::VpcEndpoint::builder().build(), none()).is_none());
        assert!(convert_flow_log(&sdk::FlowLog::builder().build(), none()).is_none());
        let interface = sdk::NetworkInterface::builder().build();
        assert!(convert_interface(&interface, none()).is_none());
        assert!(convert_vpc(&sdk::Vpc::builder().build(), &home(), none()).is_err());
        assert!(convert_subnet(&sdk::Subnet::builder().build(), &home(), none()).is_err());
        assert!(convert_group(&sdk::SecurityGroup::builder().build(), &home(), none()).is_err());
        assert!(convert_acl(&sdk::NetworkAcl::builder().build(), none()).is_err());
        let bare = convert_route(&sdk::Route::builder().build());
        assert_eq!(bare.target, None);
    }
}
