//! Security groups, network ACLs, and the prefix lists they refer to.

use std::collections::BTreeSet;

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{
    Icmp, NetworkAcl, NetworkAclEntry, PeerGroup, PeerList, PeerRange, PrefixList, PrefixListEntry,
    RouteTable, SecurityGroup, TrafficRule,
};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, SMALL_PAGE, ids, in_order, list, number, tags};
use crate::context::in_parallel;
use crate::reply::{Page, pages};
use crate::services::{arn, filled, text};

pub(super) const GROUPS: &str = "ec2:DescribeSecurityGroups";
pub(super) const ACLS: &str = "ec2:DescribeNetworkAcls";
pub(super) const LISTS: &str = "ec2:DescribeManagedPrefixLists";
pub(super) const ENTRIES: &str = "ec2:GetManagedPrefixListEntries";

pub(super) async fn groups(here: &Here) -> Observed<Vec<SecurityGroup>> {
    list!(here.describe_security_groups => GROUPS,
        security_groups in "securityGroupInfo" by PAGE, group)
}

pub(super) async fn acls(here: &Here) -> Observed<Vec<NetworkAcl>> {
    list!(here.describe_network_acls => ACLS, network_acls in "networkAclSet" by PAGE, acl)
}

/// The lists, without their entries.
pub(super) async fn prefix_lists(here: &Here) -> Observed<Vec<PrefixList>> {
    list!(here.describe_managed_prefix_lists => LISTS,
        prefix_lists in "prefixListSet" by SMALL_PAGE, prefix_list)
}

/// The lists with the entries of those that a rule or a route refers to. AWS's own are left out: what is
/// in them is AWS's to say, and they are told by their names.
pub(super) async fn with_entries(
    here: &Here,
    lists: Observed<Vec<PrefixList>>,
    groups: &Observed<Vec<SecurityGroup>>,
    tables: &Observed<Vec<RouteTable>>,
) -> Observed<Vec<PrefixList>> {
    let Observed::Known(lists) = lists else {
        return lists;
    };
    let named = named(groups.items(), tables.items());
    let unnamed = || match (groups, tables) {
        (Observed::Known(_), tables) => tables.unknown_as(),
        (groups, _) => groups.unknown_as(),
    };
    Observed::Known(
        in_parallel(lists, async |list| PrefixList {
            entries: if list.is_of_aws() == Some(true) {
                Observed::NotCollected
            } else if named.contains(list.id.as_str()) {
                entries(here, &list.id).await
            } else {
                unnamed()
            },
            ..list
        })
        .await,
    )
}

/// Ids of the prefix lists that rules and routes refer to.
fn named<'a>(groups: &'a [SecurityGroup], tables: &'a [RouteTable]) -> BTreeSet<&'a str> {
    let rules = groups
        .iter()
        .flat_map(|group| [&group.ingress, &group.egress])
        .flatten()
        .flatten();
    let of_rules = rules
        .flat_map(|rule| &rule.prefix_lists)
        .filter_map(|list| list.id.as_deref());
    let routes = tables.iter().flat_map(|table| &table.routes).flatten();
    let of_routes = routes.filter_map(|route| route.prefix_list_id.as_deref());
    of_rules.chain(of_routes).collect()
}

async fn entries(here: &Here, list: &str) -> Observed<Vec<PrefixListEntry>> {
    pages(
        ENTRIES,
        |token| {
            here.client
                .get_managed_prefix_list_entries()
                .prefix_list_id(list)
                .max_results(SMALL_PAGE)
                .set_next_token(token)
                .send()
        },
        |output, _| {
            Page::of(
                output.entries.as_deref(),
                output.next_token(),
                |_, entry| prefix_list_entry(entry),
            )
        },
    )
    .await
}

/// An entry is its range.
fn prefix_list_entry(item: &sdk::PrefixListEntry) -> Option<PrefixListEntry> {
    Some(PrefixListEntry {
        cidr: filled(item.cidr())?,
        description: filled(item.description()),
    })
}

/// A security group. Its name tells whether it is the VPC's default.
fn group(item: &sdk::SecurityGroup, here: &Here, sources: Sources) -> Option<SecurityGroup> {
    let id = filled(item.group_id())?;
    let rules = |items: &Option<Vec<sdk::IpPermission>>| {
        items.as_ref().map(|items| in_order(items, traffic_rule))
    };
    Some(SecurityGroup {
        arn: arn(item.security_group_arn())
            .unwrap_or_else(|| here.arn(item.owner_id(), "security-group", &id)),
        name: filled(item.group_name()),
        description: filled(item.description()),
        owner_id: filled(item.owner_id()),
        vpc_id: filled(item.vpc_id()),
        ingress: rules(&item.ip_permissions),
        egress: rules(&item.ip_permissions_egress),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn traffic_rule(item: &sdk::IpPermission) -> TrafficRule {
    TrafficRule {
        protocol: filled(item.ip_protocol()),
        from_port: number(item.from_port()),
        to_port: number(item.to_port()),
        ipv4: in_order(item.ip_ranges(), |range| PeerRange {
            cidr: filled(range.cidr_ip()),
            description: filled(range.description()),
        }),
        ipv6: in_order(item.ipv6_ranges(), |range| PeerRange {
            cidr: filled(range.cidr_ipv6()),
            description: filled(range.description()),
        }),
        prefix_lists: in_order(item.prefix_list_ids(), |list| PeerList {
            id: filled(list.prefix_list_id()),
            description: filled(list.description()),
        }),
        groups: in_order(item.user_id_group_pairs(), |pair| PeerGroup {
            id: filled(pair.group_id()),
            name: filled(pair.group_name()),
            account: filled(pair.user_id()),
            vpc_id: filled(pair.vpc_id()),
            peering_connection_id: filled(pair.vpc_peering_connection_id()),
            peering_status: filled(pair.peering_status()),
            description: filled(pair.description()),
        }),
    }
}

fn acl(item: &sdk::NetworkAcl, here: &Here, sources: Sources) -> Option<NetworkAcl> {
    let id = filled(item.network_acl_id())?;
    Some(NetworkAcl {
        arn: here.arn(item.owner_id(), "network-acl", &id),
        vpc_id: filled(item.vpc_id()),
        is_default: item.is_default(),
        subnet_ids: ids(item.associations().iter().map(|a| a.subnet_id())),
        entries: item
            .entries
            .as_ref()
            .map(|entries| in_order(entries, acl_entry)),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn acl_entry(item: &sdk::NetworkAclEntry) -> NetworkAclEntry {
    let ports = item.port_range();
    NetworkAclEntry {
        egress: item.egress(),
        rule_number: number(item.rule_number()),
        action: text(item.rule_action()),
        protocol: filled(item.protocol()),
        ipv4_cidr: filled(item.cidr_block()),
        ipv6_cidr: filled(item.ipv6_cidr_block()),
        from_port: number(ports.and_then(sdk::PortRange::from)),
        to_port: number(ports.and_then(sdk::PortRange::to)),
        icmp: item.icmp_type_code().map(|icmp| Icmp {
            kind: number(icmp.r#type()),
            code: number(icmp.code()),
        }),
    }
}

fn prefix_list(item: &sdk::ManagedPrefixList, here: &Here, sources: Sources) -> Option<PrefixList> {
    let id = filled(item.prefix_list_id())?;
    Some(PrefixList {
        arn: arn(item.prefix_list_arn())
            .unwrap_or_else(|| here.arn(item.owner_id(), "prefix-list", &id)),
        name: filled(item.prefix_list_name()),
        owner_id: filled(item.owner_id()),
        address_family: filled(item.address_family()),
        state: text(item.state()),
        max_entries: number(item.max_entries()),
        version: item.version(),
        entries: Observed::NotCollected,
        tags: tags(item.tags()),
        id,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none};
    use super::*;

    fn group_with(rule: sdk::IpPermission) -> SecurityGroup {
        let item = sdk::SecurityGroup::builder()
            .group_id("sg-1")
            .group_name("default");
        let item = item.ip_permissions(rule).build();
        group(&item, &here(), none()).expect("the group has an id")
    }

    #[test]
    fn rules_keep_every_kind_of_peer_with_its_account_and_peering() {
        let pair = sdk::UserIdGroupPair::builder()
            .group_id("sg-9")
            .user_id("444455556666")
            .vpc_peering_connection_id("pcx-1")
            .peering_status("deleted")
            .build();
        let list = sdk::PrefixListId::builder().prefix_list_id("pl-1").build();
        let open = sdk::IpRange::builder()
            .cidr_ip("0.0.0.0/0")
            .description("temporary");
        let rule = sdk::IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(444)
            .user_id_group_pairs(pair)
            .prefix_list_ids(list)
            .ipv6_ranges(sdk::Ipv6Range::builder().cidr_ipv6("::/0").build())
            .ip_ranges(sdk::IpRange::builder().cidr_ip("10.0.0.0/8").build())
            .ip_ranges(open.build());
        let group = group_with(rule.build());
        let rule = &group.ingress.as_ref().expect("rules")[0];
        let v4: Vec<_> = rule
            .ipv4
            .iter()
            .map(|range| range.cidr.as_deref())
            .collect();
        assert_eq!(v4, [Some("0.0.0.0/0"), Some("10.0.0.0/8")]);
        assert_eq!(rule.ipv4[0].description.as_deref(), Some("temporary"));
        assert_eq!(rule.ipv6[0].cidr.as_deref(), Some("::/0"));
        assert_eq!(rule.prefix_lists[0].id.as_deref(), Some("pl-1"));
        assert_eq!(rule.groups[0].account.as_deref(), Some("444455556666"));
        assert_eq!(rule.groups[0].peering_status.as_deref(), Some("deleted"));
        assert_eq!((rule.from_port, rule.to_port), (Some(443), Some(444)));
    }

    #[test]
    fn a_group_without_its_rules_is_not_a_closed_one() {
        let item = sdk::SecurityGroup::builder().group_id("sg-1").build();
        let said = group(&item, &here(), none()).expect("an id");
        assert_eq!((said.ingress, said.egress, said.name), (None, None, None));
        let closed = sdk::SecurityGroup::builder()
            .group_id("sg-1")
            .set_ip_permissions(Some(vec![]))
            .build();
        let closed = group(&closed, &here(), none()).expect("an id");
        assert_eq!(closed.ingress, Some(vec![]));
        assert!(group(&sdk::SecurityGroup::builder().build(), &here(), none()).is_none());
    }

    #[test]
    fn a_rule_whose_other_side_is_empty_stays_and_names_nobody() {
        let empty = sdk::IpPermission::builder().ip_ranges(sdk::IpRange::builder().build());
        let group = group_with(empty.build());
        let rule = &group.ingress.as_ref().expect("rules")[0];
        assert_eq!((rule.protocol.as_deref(), rule.from_port), (None, None));
        assert_eq!(rule.ipv4.len(), 1);
        assert_eq!(rule.ipv4[0].cidr, None);
    }

    #[test]
    fn entries_of_an_acl_are_in_the_order_of_decision() {
        let entry = |number: i32| {
            let icmp = sdk::IcmpTypeCode::builder().code(-1).r#type(8).build();
            sdk::NetworkAclEntry::builder()
                .rule_number(number)
                .egress(false)
                .protocol("1")
                .icmp_type_code(icmp)
                .rule_action(sdk::RuleAction::Deny)
                .ipv6_cidr_block("::/0")
                .build()
        };
        let item = sdk::NetworkAcl::builder().network_acl_id("acl-1");
        let item = item.entries(entry(200)).entries(entry(100)).build();
        let acl = acl(&item, &here(), none()).expect("an id");
        let entries = acl.entries.expect("entries");
        let numbers: Vec<_> = entries.iter().map(|entry| entry.rule_number).collect();
        assert_eq!(numbers, [Some(100), Some(200)]);
        assert_eq!(entries[0].ipv6_cidr.as_deref(), Some("::/0"));
        let echo = Icmp {
            kind: Some(8),
            code: Some(-1),
        };
        assert_eq!(entries[0].icmp, Some(echo));
    }

    #[test]
    fn an_acl_without_entries_is_not_an_empty_one() {
        let item = sdk::NetworkAcl::builder().network_acl_id("acl-1").build();
        let said = acl(&item, &here(), none()).expect("an id");
        assert_eq!((said.entries, said.is_default), (None, None));
        let bare = acl_entry(&sdk::NetworkAclEntry::builder().build());
        assert_eq!(
            (bare.egress, bare.action, bare.rule_number),
            (None, None, None)
        );
    }

    fn list(id: &str, owner: &str) -> PrefixList {
        let item = sdk::ManagedPrefixList::builder()
            .prefix_list_id(id)
            .owner_id(owner);
        prefix_list(&item.build(), &here(), none()).expect("an id")
    }

    #[test]
    fn a_list_is_aws_s_by_its_owner() {
        assert_eq!(list("pl-1", "AWS").is_of_aws(), Some(true));
        assert_eq!(list("pl-1", "111122223333").is_of_aws(), Some(false));
        let bare = sdk::ManagedPrefixList::builder()
            .prefix_list_id("pl-1")
            .build();
        let bare = prefix_list(&bare, &here(), none()).expect("an id");
        assert_eq!(
            (bare.is_of_aws(), bare.version, bare.max_entries),
            (None, None, None)
        );
    }

    #[test]
    fn rules_and_routes_name_lists() {
        let named_by_rule = sdk::PrefixListId::builder().prefix_list_id("pl-1").build();
        let rule = sdk::IpPermission::builder().prefix_list_ids(named_by_rule);
        let groups = [group_with(rule.build())];
        let route = tripod_model::ec2::Route {
            ipv4_cidr: None,
            ipv6_cidr: None,
            prefix_list_id: Some("pl-2".to_owned()),
            target: None,
            state: None,
            origin: None,
        };
        let table = RouteTable {
            arn: here().arn(None, "route-table", "rtb-1"),
            id: "rtb-1".to_owned(),
            vpc_id: None,
            associations: None,
            routes: Some(vec![route]),
            propagating_gateway_ids: vec![],
            tags: tags(&[]),
            sources: none(),
        };
        assert_eq!(named(&groups, &[table]), BTreeSet::from(["pl-1", "pl-2"]));
    }

    #[tokio::test]
    async fn a_list_that_nobody_refers_to_is_not_asked_and_without_the_rules_nobody_knows() {
        let lists = || Observed::Known(vec![list("pl-1", "111122223333"), list("pl-2", "AWS")]);
        let (groups, tables) = (Observed::Known(vec![]), Observed::Known(vec![]));
        let none_named = with_entries(&here(), lists(), &groups, &tables).await;
        for list in none_named.items() {
            assert_eq!(list.entries, Observed::NotCollected);
        }
        let denied: Observed<Vec<SecurityGroup>> = Observed::Denied {
            operation: GROUPS.to_owned(),
            code: "UnauthorizedOperation".to_owned(),
            request_id: None,
        };
        let unknown = with_entries(&here(), lists(), &denied, &tables).await;
        let own = &unknown.items()[0].entries;
        assert!(matches!(own, Observed::Denied { operation, .. } if operation == GROUPS));
        assert_eq!(unknown.items()[1].entries, Observed::NotCollected);
    }
}
