//! Network interfaces and Elastic IP addresses.

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{ElasticAddress, InterfaceAttachment, NetworkInterface, PublicAssociation};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, count, ids, list, list_in_one, tags};
use crate::services::{filled, sorted, text};

pub(super) const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";
pub(super) const ADDRESSES: &str = "ec2:DescribeAddresses";

pub(super) async fn interfaces(here: &Here) -> Observed<Vec<NetworkInterface>> {
    list!(here.describe_network_interfaces => INTERFACES,
        network_interfaces in "networkInterfaceSet" by PAGE, interface)
}

pub(super) async fn addresses(here: &Here) -> Observed<Vec<ElasticAddress>> {
    list_in_one!(here.describe_addresses => ADDRESSES, addresses in "addressesSet", address)
}

fn interface(
    item: &sdk::NetworkInterface,
    here: &Here,
    sources: Sources,
) -> Option<NetworkInterface> {
    let id = filled(item.network_interface_id())?;
    Some(NetworkInterface {
        arn: here.arn(item.owner_id(), "network-interface", &id),
        kind: text(item.interface_type()),
        status: text(item.status()),
        description: filled(item.description()),
        subnet_id: filled(item.subnet_id()),
        associated_subnet_ids: sorted(item.associated_subnets()),
        vpc_id: filled(item.vpc_id()),
        availability_zone: filled(item.availability_zone()),
        security_group_ids: ids(item.groups().iter().map(|group| group.group_id())),
        private_addresses: count(item.private_ip_addresses.as_ref()),
        ipv4_prefixes: count(item.ipv4_prefixes.as_ref()),
        ipv6_addresses: count(item.ipv6_addresses.as_ref()),
        ipv6_prefixes: count(item.ipv6_prefixes.as_ref()),
        public_addresses: public_addresses(item),
        requester_id: filled(item.requester_id()),
        requester_managed: item.requester_managed(),
        operator: filled(item.operator().and_then(|operator| operator.principal())),
        source_dest_check: item.source_dest_check(),
        deny_all_igw_traffic: item.deny_all_igw_traffic(),
        attachment: item.attachment().map(attachment),
        id,
        sources,
    })
}

/// The interface's own association is that of its first private address.
fn public_addresses(item: &sdk::NetworkInterface) -> Vec<PublicAssociation> {
    let of_each = item
        .private_ip_addresses()
        .iter()
        .filter_map(|address| address.association());
    let mut all: Vec<PublicAssociation> = of_each
        .chain(item.association())
        .map(|association| PublicAssociation {
            public_ip: filled(association.public_ip()),
            owner_id: filled(association.ip_owner_id()),
            allocation_id: filled(association.allocation_id()),
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

fn attachment(item: &sdk::NetworkInterfaceAttachment) -> InterfaceAttachment {
    InterfaceAttachment {
        id: filled(item.attachment_id()),
        status: text(item.status()),
        instance_id: filled(item.instance_id()),
        instance_owner_id: filled(item.instance_owner_id()),
        delete_on_termination: item.delete_on_termination(),
    }
}

fn address(item: &sdk::Address, here: &Here, sources: Sources) -> Option<ElasticAddress> {
    let id = filled(item.allocation_id()).or_else(|| filled(item.public_ip()))?;
    Some(ElasticAddress {
        arn: here.arn(None, "elastic-ip", &id),
        public_ip: filled(item.public_ip()),
        association_id: filled(item.association_id()),
        interface_id: filled(item.network_interface_id()),
        instance_id: filled(item.instance_id()),
        private_ip: filled(item.private_ip_address()),
        service_managed: text(item.service_managed()),
        pool: filled(item.public_ipv4_pool()),
        network_border_group: filled(item.network_border_group()),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none, texts};
    use super::*;

    /// Every type that AWS's model names, and the one it writes besides.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html>
    const KINDS: [&str; 19] = [
        "interface",
        "natGateway",
        "efa",
        "efa-only",
        "trunk",
        "load_balancer",
        "network_load_balancer",
        "vpc_endpoint",
        "branch",
        "transit_gateway",
        "lambda",
        "quicksight",
        "global_accelerator_managed",
        "api_gateway_managed",
        "gateway_load_balancer",
        "gateway_load_balancer_endpoint",
        "iot_rules_managed",
        "aws_codestar_connections_managed",
        "nat_gateway",
    ];

    #[test]
    fn every_type_of_interface_is_kept_as_aws_names_it() {
        for kind in KINDS {
            let item = sdk::NetworkInterface::builder()
                .network_interface_id("eni-1")
                .interface_type(kind.into())
                .build();
            let said = interface(&item, &here(), none()).expect("an id");
            assert_eq!(said.kind.as_deref(), Some(kind));
        }
    }

    #[test]
    fn an_interface_counts_what_it_holds_and_names_its_public_addresses_once() {
        let public = sdk::NetworkInterfaceAssociation::builder()
            .public_ip("203.0.113.9")
            .ip_owner_id("amazon")
            .build();
        let first = sdk::NetworkInterfacePrivateIpAddress::builder().association(public.clone());
        let second = sdk::NetworkInterfacePrivateIpAddress::builder();
        let group = |id: &str| sdk::GroupIdentifier::builder().group_id(id).build();
        let item = sdk::NetworkInterface::builder()
            .network_interface_id("eni-1")
            .association(public)
            .private_ip_addresses(first.build())
            .private_ip_addresses(second.build())
            .ipv4_prefixes(sdk::Ipv4PrefixSpecification::builder().build())
            .set_ipv6_addresses(Some(vec![]))
            .groups(group("sg-2"))
            .groups(group("sg-1"))
            .source_dest_check(false)
            .attachment(
                sdk::NetworkInterfaceAttachment::builder()
                    .attachment_id("ela-attach-1")
                    .build(),
            )
            .build();
        let said = interface(&item, &here(), none()).expect("an id");
        assert_eq!(
            (said.private_addresses, said.ipv4_prefixes),
            (Some(2), Some(1))
        );
        assert_eq!((said.ipv6_addresses, said.ipv6_prefixes), (Some(0), None));
        assert_eq!(said.public_addresses.len(), 1);
        assert_eq!(said.public_addresses[0].owner_id.as_deref(), Some("amazon"));
        assert_eq!(said.security_group_ids, texts(&["sg-1", "sg-2"]));
        assert_eq!(said.source_dest_check, Some(false));
        let attachment = said.attachment.expect("attached");
        assert_eq!(attachment.id.as_deref(), Some("ela-attach-1"));
        assert_eq!(attachment.delete_on_termination, None);
    }

    #[test]
    fn of_a_bare_interface_nothing_is_made_up() {
        let item = sdk::NetworkInterface::builder().network_interface_id("eni-1");
        let said = interface(&item.build(), &here(), none()).expect("an id");
        assert_eq!((said.private_addresses, said.ipv6_addresses), (None, None));
        assert_eq!(
            (said.source_dest_check, said.requester_managed),
            (None, None)
        );
        assert!(said.attachment.is_none() && said.kind.is_none());
        let nothing = sdk::NetworkInterface::builder().build();
        assert!(interface(&nothing, &here(), none()).is_none());
    }

    #[test]
    fn an_address_without_association_is_unused_and_goes_by_its_allocation() {
        let item = sdk::Address::builder()
            .allocation_id("eipalloc-1")
            .public_ip("203.0.113.9")
            .service_managed(sdk::ServiceManaged::Rnat)
            .build();
        let said = address(&item, &here(), none()).expect("an id");
        assert_eq!(said.arn.resource(), Some("elastic-ip/eipalloc-1"));
        assert_eq!(said.association_id, None);
        assert_eq!(said.service_managed.as_deref(), Some("rnat"));
        let bare = sdk::Address::builder().public_ip("203.0.113.9").build();
        let bare = address(&bare, &here(), none()).expect("the address names it");
        assert_eq!(bare.id, "203.0.113.9");
        assert!(address(&sdk::Address::builder().build(), &here(), none()).is_none());
    }
}
