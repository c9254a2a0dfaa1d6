//! Subnets and the reservations in them.

use std::collections::BTreeSet;

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{CidrAssociation, NetworkInterface, Subnet, SubnetCidrReservation};
use tripod_model::{ExchangeId, Observed, Sources};

use super::vpc::block_mode;
use super::{Here, PAGE, by_id, in_order, list, name_tag, number, tags};
use crate::context::in_parallel;
use crate::reply::{Page, pages};
use crate::services::{arn, filled, source, text};

pub(super) const SUBNETS: &str = "ec2:DescribeSubnets";
pub(super) const RESERVATIONS: &str = "ec2:GetSubnetCidrReservations";

pub(super) async fn subnets(here: &Here) -> Observed<Vec<Subnet>> {
    list!(here.describe_subnets => SUBNETS, subnets in "subnetSet" by PAGE, subnet)
}

/// The subnets with the reservations of those in which Lambda has an interface: there a reservation
/// takes away what Lambda may need. A function whose interfaces were reclaimed while it was idle shows
/// none; its subnets stay unasked.
pub(super) async fn with_reservations(
    here: &Here,
    subnets: Observed<Vec<Subnet>>,
    interfaces: &Observed<Vec<NetworkInterface>>,
) -> Observed<Vec<Subnet>> {
    let Observed::Known(subnets) = subnets else {
        return subnets;
    };
    let used = of_lambda(interfaces.items());
    Observed::Known(
        in_parallel(subnets, async |subnet| Subnet {
            cidr_reservations: match interfaces {
                Observed::Known(_) if used.contains(subnet.id.as_str()) => {
                    reservations(here, &subnet.id).await
                }
                Observed::Known(_) => Observed::NotCollected,
                unknown => unknown.unknown_as(),
            },
            ..subnet
        })
        .await,
    )
}

/// The subnets in which Lambda has an interface.
fn of_lambda(interfaces: &[NetworkInterface]) -> BTreeSet<&str> {
    interfaces
        .iter()
        .filter(|interface| interface.kind.as_deref() == Some("lambda"))
        .filter_map(|interface| interface.subnet_id.as_deref())
        .collect()
}

async fn reservations(here: &Here, subnet: &str) -> Observed<Vec<SubnetCidrReservation>> {
    let listed = pages(
        RESERVATIONS,
        |token| {
            here.client
                .get_subnet_cidr_reservations()
                .subnet_id(subnet)
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |output, exchange| {
            let v4 = output.subnet_ipv4_cidr_reservations.as_deref();
            let v6 = output.subnet_ipv6_cidr_reservations.as_deref();
            let first = v4.into_iter().chain(v6).flatten().next();
            let items = both(v4.unwrap_or_default(), v6.unwrap_or_default(), exchange);
            Page::whole(
                v4.is_some() || v6.is_some(),
                items,
                first.map(|first| format!("{first:?}")),
                output.next_token(),
            )
        },
    );
    by_id(listed.await, |reservation| &reservation.id)
}

fn both(
    v4: &[sdk::SubnetCidrReservation],
    v6: &[sdk::SubnetCidrReservation],
    exchange: Option<&ExchangeId>,
) -> Vec<Option<SubnetCidrReservation>> {
    let families = [
        ("subnetIpv4CidrReservationSet", v4),
        ("subnetIpv6CidrReservationSet", v6),
    ];
    let each = families.into_iter().flat_map(|(element, items)| {
        items.iter().enumerate().map(move |(index, item)| {
            let place = format!("/{element}/item/{index}");
            reservation(item, source(RESERVATIONS, exchange, place))
        })
    });
    each.collect()
}

fn subnet(item: &sdk::Subnet, here: &Here, sources: Sources) -> Option<Subnet> {
    let id = filled(item.subnet_id())?;
    Some(Subnet {
        arn: arn(item.subnet_arn()).unwrap_or_else(|| here.arn(item.owner_id(), "subnet", &id)),
        name: name_tag(item.tags()),
        owner_id: filled(item.owner_id()),
        vpc_id: filled(item.vpc_id()),
        state: text(item.state()),
        availability_zone: filled(item.availability_zone()),
        availability_zone_id: filled(item.availability_zone_id()),
        ipv4_cidr: filled(item.cidr_block()),
        ipv6_cidrs: in_order(item.ipv6_cidr_block_association_set(), |range| {
            CidrAssociation {
                cidr: filled(range.ipv6_cidr_block()),
                state: text(range.ipv6_cidr_block_state().and_then(|s| s.state())),
            }
        }),
        free_ipv4_addresses: number(item.available_ip_address_count()),
        ipv6_native: item.ipv6_native(),
        map_public_ip_on_launch: item.map_public_ip_on_launch(),
        assign_ipv6_address_on_creation: item.assign_ipv6_address_on_creation(),
        dns64: item.enable_dns64(),
        default_for_az: item.default_for_az(),
        internet_gateway_block_mode: block_mode(item.block_public_access_states()),
        outpost_arn: arn(item.outpost_arn()),
        cidr_reservations: Observed::NotCollected,
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn reservation(
    item: &sdk::SubnetCidrReservation,
    sources: Sources,
) -> Option<SubnetCidrReservation> {
    Some(SubnetCidrReservation {
        id: filled(item.subnet_cidr_reservation_id())?,
        cidr: filled(item.cidr()),
        kind: text(item.reservation_type()),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none};
    use super::*;

    #[test]
    fn a_subnet_has_what_a_function_in_it_depends_on() {
        let v6 = sdk::SubnetIpv6CidrBlockAssociation::builder()
            .ipv6_cidr_block("2a05::/64")
            .ipv6_cidr_block_state(
                sdk::SubnetCidrBlockState::builder()
                    .state(sdk::SubnetCidrBlockStateCode::Associated)
                    .build(),
            );
        let item = sdk::Subnet::builder()
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .availability_zone("eu-west-1a")
            .availability_zone_id("euw1-az2")
            .cidr_block("10.0.0.0/24")
            .ipv6_cidr_block_association_set(v6.build())
            .available_ip_address_count(3)
            .map_public_ip_on_launch(true)
            .assign_ipv6_address_on_creation(false)
            .build();
        let subnet = subnet(&item, &here(), none()).expect("an id");
        assert_eq!(subnet.free_ipv4_addresses, Some(3));
        assert_eq!(subnet.usable_ipv4_addresses(), Some(251));
        assert_eq!(subnet.arn.resource(), Some("subnet/subnet-1"));
        assert!(subnet.ipv6_cidrs[0].is_in_use());
        assert_eq!(subnet.availability_zone_id.as_deref(), Some("euw1-az2"));
        assert_eq!(subnet.map_public_ip_on_launch, Some(true));
        assert_eq!(subnet.assign_ipv6_address_on_creation, Some(false));
        assert_eq!(subnet.cidr_reservations, Observed::NotCollected);
    }

    #[test]
    fn a_subnet_without_its_number_of_free_addresses_is_not_full() {
        let item = sdk::Subnet::builder().subnet_id("subnet-1").build();
        let subnet = subnet(&item, &here(), none()).expect("an id");
        assert_eq!(subnet.free_ipv4_addresses, None);
        assert_eq!((subnet.vpc_id, subnet.availability_zone), (None, None));
        assert_eq!(
            (subnet.map_public_ip_on_launch, subnet.default_for_az),
            (None, None)
        );
        assert!(super::subnet(&sdk::Subnet::builder().build(), &here(), none()).is_none());
    }

    #[test]
    fn reservations_of_both_families_are_kept_and_one_without_an_id_is_none() {
        let one = |id: &str, cidr: &str| {
            sdk::SubnetCidrReservation::builder()
                .subnet_cidr_reservation_id(id)
                .cidr(cidr)
                .reservation_type(sdk::SubnetCidrReservationType::Prefix)
                .build()
        };
        let bare = sdk::SubnetCidrReservation::builder().build();
        let v6 = [one("scr-2", "2a05::/80"), bare];
        let all = both(&[one("scr-1", "10.0.0.0/28")], &v6, None);
        let cidrs: Vec<_> = all.iter().flatten().map(|r| r.cidr.as_deref()).collect();
        assert_eq!(cidrs, [Some("10.0.0.0/28"), Some("2a05::/80")]);
        assert_eq!(all.len(), 3);
    }

    #[tokio::test]
    async fn without_the_interfaces_nobody_knows_whose_reservations_matter() {
        let item = sdk::Subnet::builder().subnet_id("subnet-1").build();
        let subnet = || Observed::Known(subnet(&item, &here(), none()).into_iter().collect());
        let denied: Observed<Vec<NetworkInterface>> = Observed::Denied {
            operation: "ec2:DescribeNetworkInterfaces".to_owned(),
            code: "UnauthorizedOperation".to_owned(),
            request_id: None,
        };
        let unknown = with_reservations(&here(), subnet(), &denied).await;
        let reservations = &unknown.items()[0].cidr_reservations;
        assert!(
            matches!(reservations, Observed::Denied { operation, .. } if operation.ends_with("Interfaces"))
        );
        let unused = with_reservations(&here(), subnet(), &Observed::Known(vec![])).await;
        assert_eq!(unused.items()[0].cidr_reservations, Observed::NotCollected);
    }
}
