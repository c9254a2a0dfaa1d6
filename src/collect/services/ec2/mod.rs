//! Reads VPC networking from EC2.
//!
//! Calls, for n items of a kind, are ⌈n/page⌉ and at least one for each of twenty lists:
//! - 1000 on a page: DescribeVpcs, DescribeVpcBlockPublicAccessExclusions, DescribeVpcEncryptionControls,
//!   DescribeSubnets, DescribeSecurityGroups, DescribeNetworkAcls, DescribeInternetGateways,
//!   DescribeNatGateways, DescribeNetworkInterfaces, DescribeVpcEndpoints,
//!   DescribeVpcEndpointServiceConfigurations, DescribeFlowLogs, DescribeVpcPeeringConnections,
//!   DescribeTransitGateways, DescribeTransitGatewayVpcAttachments;
//! - 255: DescribeEgressOnlyInternetGateways; 100: DescribeRouteTables, DescribeManagedPrefixLists;
//! - all on one: DescribeAddresses, DescribeVpnConnections.
//!
//! Besides, one call of DescribeVpcBlockPublicAccessOptions; and ⌈n/page⌉ each of
//! DescribeVpcEndpointServicePermissions (1000) for a service that the account offers,
//! GetManagedPrefixListEntries (100) for a prefix list that is not AWS's and that a rule or a route refers
//! to, and GetSubnetCidrReservations (1000) for a subnet in which Lambda has an interface. An account with
//! nothing in it costs 21 calls a region.
//!
//! Every operation has its own bucket of 100 calls, refilled at 20 a second; without a page size it would
//! be half of that for interfaces and security groups.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
//!
//! An item without an id makes its list a failed one: nothing can refer to it, and a list short of one
//! reads like the whole. What else an item lacks is missing in the item only.

mod endpoint;
mod filters;
mod flow_log;
mod interface;
mod links;
mod routes;
mod subnet;
mod vpc;

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::Ec2;
use tripod_model::{Arn, Observed};

use super::filled;
use crate::collector::{Collector, Part, Place};
use crate::context::Context;

/// Most items on a page.
const PAGE: i32 = 1000;

/// Most route tables, and most prefix lists and their entries, on a page.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html>
const SMALL_PAGE: i32 = 100;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "ec2",
    place: Place::Regional,
    operations: &[
        vpc::VPCS,
        vpc::BLOCK,
        vpc::EXCLUSIONS,
        vpc::CONTROLS,
        subnet::SUBNETS,
        subnet::RESERVATIONS,
        filters::GROUPS,
        filters::ACLS,
        filters::LISTS,
        filters::ENTRIES,
        routes::TABLES,
        routes::INTERNET,
        routes::EGRESS_ONLY,
        routes::NATS,
        interface::INTERFACES,
        interface::ADDRESSES,
        endpoint::ENDPOINTS,
        endpoint::SERVICES,
        endpoint::PERMISSIONS,
        flow_log::FLOW_LOGS,
        links::PEERINGS,
        links::TRANSIT,
        links::ATTACHMENTS,
        links::VPNS,
    ],
    run: |context| Box::pin(read(context)),
};

/// Reads one list to its end, in order of ids: the SDK's call, the operation, the SDK's list and the
/// element it is in the answer, the page size, and the conversion, which gives one item, or none where
/// the item has no id.
macro_rules! list {
    ($here:ident.$call:ident => $operation:ident, $items:ident in $element:literal by $size:ident, $convert:expr) => {
        $crate::services::ec2::by_id(
            $crate::reply::pages(
                $operation,
                |token| {
                    $here
                        .client
                        .$call()
                        .max_results($size)
                        .set_next_token(token)
                        .send()
                },
                |output, exchange| {
                    $crate::reply::Page::of(
                        output.$items.as_deref(),
                        output.next_token(),
                        |index, item| {
                            let place = format!("/{}/item/{index}", $element);
                            let sources = $crate::services::source($operation, exchange, place);
                            $convert(item, $here, sources)
                        },
                    )
                },
            )
            .await,
            |item| &item.id,
        )
    };
}

/// The same of an operation that gives everything in one answer.
macro_rules! list_in_one {
    ($here:ident.$call:ident => $operation:ident, $items:ident in $element:literal, $convert:expr) => {
        $crate::services::ec2::by_id(
            $crate::reply::pages(
                $operation,
                |_| $here.client.$call().send(),
                |output, exchange| {
                    $crate::reply::Page::of(output.$items.as_deref(), None, |index, item| {
                        let place = format!("/{}/item/{index}", $element);
                        let sources = $crate::services::source($operation, exchange, place);
                        $convert(item, $here, sources)
                    })
                },
            )
            .await,
            |item| &item.id,
        )
    };
}
use {list, list_in_one};

async fn read(context: Context) -> Part {
    let here = &Here::of(&context);
    let network = async {
        futures::join!(
            vpc::vpcs(here),
            vpc::block_public_access(here),
            vpc::exclusions(here),
            vpc::controls(here),
            subnet::subnets(here),
            filters::groups(here),
            filters::acls(here),
            filters::prefix_lists(here),
        )
    };
    let paths = async {
        futures::join!(
            routes::tables(here),
            routes::internet_gateways(here),
            routes::egress_only_gateways(here),
            routes::nats(here),
            links::peerings(here),
            links::transit_gateways(here),
            links::attachments(here),
            links::vpns(here),
        )
    };
    let ends = async {
        futures::join!(
            interface::interfaces(here),
            interface::addresses(here),
            endpoint::endpoints(here),
            endpoint::services(here),
            flow_log::flow_logs(here),
        )
    };
    let (network, paths, ends) = futures::join!(network, paths, ends);
    let (vpcs, block, exclusions, controls, subnets, groups, acls, lists) = network;
    let (tables, internet, egress_only, nats, peerings, transit, attachments, tunnelled) = paths;
    let (interfaces, addresses, endpoints, services, flow_logs) = ends;
    // What these ask for follows from the lists.
    let (subnets, lists) = futures::join!(
        subnet::with_reservations(here, subnets, &interfaces),
        filters::with_entries(here, lists, &groups, &tables),
    );
    Part::Ec2(Box::new(Ec2 {
        vpcs,
        block_public_access: block,
        block_public_access_exclusions: exclusions,
        encryption_controls: controls,
        subnets,
        security_groups: groups,
        network_acls: acls,
        prefix_lists: lists,
        route_tables: tables,
        internet_gateways: internet,
        egress_only_internet_gateways: egress_only,
        nat_gateways: nats,
        network_interfaces: interfaces,
        addresses,
        vpc_endpoints: endpoints,
        endpoint_services: services,
        flow_logs,
        peering_connections: peerings,
        transit_gateways: transit,
        transit_gateway_vpc_attachments: attachments,
        vpn_connections: tunnelled,
    }))
}

/// Whom to ask, and what ARNs are made of.
struct Here {
    client: Client,
    /// Partition, service and region.
    prefix: String,
    account: String,
}

impl Here {
    fn of(context: &Context) -> Self {
        Self {
            client: context.ec2(),
            prefix: format!("arn:{}:ec2:{}", context.partition, context.region),
            account: context.account.to_string(),
        }
    }

    /// The ARN of a resource of which AWS gives none. What is shared with the account is its owner's.
    fn arn(&self, owner: Option<&str>, kind: &str, id: &str) -> Arn {
        let owner = owner.unwrap_or(&self.account);
        Arn::new(format!("{}:{owner}:{kind}/{id}", self.prefix))
    }
}

fn by_id<T>(listed: Observed<Vec<T>>, id: impl Fn(&T) -> &String) -> Observed<Vec<T>> {
    listed.map(|mut items| {
        items.sort_by(|a, b| id(a).cmp(id(b)));
        items
    })
}

/// The tag that the console shows as a name.
fn name_tag(tags: &[sdk::Tag]) -> Option<String> {
    let tag = tags.iter().find(|tag| tag.key() == Some("Name"))?;
    filled(tag.value())
}

fn tags(tags: &[sdk::Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned())))
        .collect()
}

fn number(value: Option<i32>) -> Option<i64> {
    value.map(i64::from)
}

/// How many items a list has; none where AWS wrote no list.
fn count<T>(list: Option<&Vec<T>>) -> Option<i64> {
    list.and_then(|list| i64::try_from(list.len()).ok())
}

/// Converted, in order.
fn in_order<T, U: Ord>(items: &[T], convert: impl Fn(&T) -> U) -> Vec<U> {
    let mut all: Vec<U> = items.iter().map(convert).collect();
    all.sort();
    all
}

/// The ids that are given, sorted.
fn ids<'a>(ids: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut ids: Vec<String> = ids.filter_map(filled).collect();
    ids.sort();
    ids
}

#[cfg(test)]
mod testing {
    use aws_sdk_ec2::config::BehaviorVersion;
    use tripod_model::Sources;

    use super::{Client, Here};

    /// A place whose client nobody asks.
    pub(super) fn here() -> Here {
        let config = aws_sdk_ec2::Config::builder().behavior_version(BehaviorVersion::latest());
        Here {
            client: Client::from_conf(config.build()),
            prefix: "arn:aws:ec2:eu-west-1".to_owned(),
            account: "111122223333".to_owned(),
        }
    }

    pub(super) fn none() -> Sources {
        Sources::default()
    }

    pub(super) fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }
}
