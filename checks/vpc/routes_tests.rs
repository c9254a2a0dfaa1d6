//! What holds for routes.

use std::collections::BTreeSet;

use tripod_model::ec2::{Ec2, Route, RouteTable, RouteTarget};
use tripod_model::{Observed, Snapshot, Unknown, fixtures};

use crate::vpc::routes::{Family, Life, Routes, Zones};
use crate::vpc::routes_testing::{
    ANYWHERE, attached, nat, regional_nat, route, table, to_internet, to_nat,
};

/// Subnets `s1` in zone a and `s2` in zone b of `vpc-1`.
fn network(tables: Vec<RouteTable>, change: impl FnOnce(&mut Ec2)) -> Snapshot {
    fixtures::with_region(|region| {
        region.ec2.subnets = Observed::Known(vec![
            fixtures::subnet("s1", "a"),
            fixtures::subnet("s2", "b"),
        ]);
        region.ec2.route_tables = Observed::Known(tables);
        change(&mut region.ec2);
    })
}

fn ec2(snapshot: &Snapshot) -> &Ec2 {
    &snapshot.accounts[0].regions[0].ec2
}

/// Which table is in force for `s1`.
fn in_force(tables: Vec<RouteTable>) -> Result<String, Unknown> {
    let snapshot = network(tables, |_| {});
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    routes.table(subnet).map(|table| table.id.clone())
}

/// What becomes of the default route of `s1`, and which zones it hangs on.
fn followed(
    target: RouteTarget,
    change: impl FnOnce(&mut Ec2),
) -> Result<(Life, Vec<String>), Unknown> {
    let tables = vec![
        table("rtb-1", &["s1"], vec![route(ANYWHERE, target)]),
        table("rtb-main", &[], vec![to_internet()]),
    ];
    let snapshot = network(tables, change);
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    let way = routes
        .default(subnet, Family::V4)?
        .expect("a default route");
    let zones = match routes.zones(&way)? {
        Zones::Every => vec!["every".to_owned()],
        Zones::Only(zones) => zones.into_iter().map(str::to_owned).collect(),
    };
    Ok((routes.life(subnet, &way)?, zones))
}

#[test]
fn a_table_that_names_the_subnet_goes_before_the_main_one() {
    let tables = vec![
        table("rtb-main", &[], vec![]),
        table("rtb-1", &["s1"], vec![]),
    ];
    assert_eq!(in_force(tables).as_deref(), Ok("rtb-1"));
    let tables = vec![
        table("rtb-main", &[], vec![]),
        table("rtb-1", &["s2"], vec![]),
    ];
    assert_eq!(in_force(tables).as_deref(), Ok("rtb-main"));
}

#[test]
fn the_main_table_of_another_vpc_is_never_taken() {
    let mut other = table("rtb-other", &[], vec![to_internet()]);
    other.vpc_id = Some("vpc-2".to_owned());
    assert!(in_force(vec![other.clone()]).is_err());
    let tables = vec![other, table("rtb-main", &[], vec![])];
    assert_eq!(in_force(tables).as_deref(), Ok("rtb-main"));
}

#[test]
fn a_table_whose_users_are_not_said_may_be_the_one() {
    let mut unsaid = table("rtb-2", &["s2"], vec![]);
    unsaid.associations = None;
    let tables = vec![table("rtb-main", &[], vec![]), unsaid.clone()];
    assert!(in_force(tables).is_err());
    let tables = vec![table("rtb-1", &["s1"], vec![]), unsaid];
    assert_eq!(in_force(tables).as_deref(), Ok("rtb-1"));
}

#[test]
fn an_association_that_ended_holds_no_more() {
    let mut ended = table("rtb-1", &["s1"], vec![]);
    for association in ended.associations.iter_mut().flatten() {
        association.state = Some("disassociated".to_owned());
    }
    let tables = vec![table("rtb-main", &[], vec![]), ended];
    assert_eq!(in_force(tables).as_deref(), Ok("rtb-main"));
}

#[test]
fn a_route_by_hand_goes_before_an_announced_one_and_families_are_apart() {
    let mut announced = route(
        ANYWHERE,
        RouteTarget::VirtualPrivateGateway("vgw-1".to_owned()),
    );
    announced.origin = Some("EnableVgwRoutePropagation".to_owned());
    let mut six = route(
        ANYWHERE,
        RouteTarget::EgressOnlyInternetGateway("eigw-1".to_owned()),
    );
    (six.ipv4_cidr, six.ipv6_cidr) = (None, Some("::/0".to_owned()));
    let routes = vec![announced, six, to_nat("nat-1")];
    let snapshot = network(vec![table("rtb-1", &["s1"], routes)], |_| {});
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    let name = |family| {
        let way = routes.default(subnet, family).expect("known");
        way.expect("a default route").name()
    };
    assert_eq!(name(Family::V4), "NAT gateway nat-1");
    assert_eq!(name(Family::V6), "egress-only internet gateway eigw-1");
}

#[test]
fn without_a_default_route_nothing_leads_out() {
    let near = route("10.1.0.0/16", RouteTarget::NatGateway("nat-1".to_owned()));
    let snapshot = network(vec![table("rtb-1", &["s1"], vec![near])], |_| {});
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    assert!(routes.default(subnet, Family::V4).expect("known").is_none());
}

#[test]
fn routes_that_were_not_shown_are_not_known() {
    let mut silent = table("rtb-1", &["s1"], vec![]);
    silent.routes = None;
    let snapshot = network(vec![silent], |_| {});
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    assert!(routes.default(subnet, Family::V4).is_err());
    assert!(routes.is_public(subnet).is_err());
}

#[test]
fn a_route_to_an_internet_gateway_makes_a_subnet_public_whatever_its_range() {
    let far = route(
        "198.51.100.0/24",
        RouteTarget::InternetGateway("igw-1".to_owned()),
    );
    let mut hole = to_internet();
    hole.state = Some("blackhole".to_owned());
    for (routes, wanted) in [
        (vec![to_internet()], true),
        (vec![to_nat("nat-1"), far], true),
        (vec![to_nat("nat-1")], false),
        (vec![hole], false),
    ] {
        let snapshot = network(vec![table("rtb-1", &["s1"], routes)], |_| {});
        let routes = Routes::of(ec2(&snapshot));
        let subnet = routes.subnet("s1").expect("it is there");
        assert_eq!(routes.is_public(subnet), Ok(wanted));
    }
}

#[test]
fn a_nat_gateway_stands_in_the_zone_of_its_subnet_and_lives_while_it_is_available() {
    let to = || RouteTarget::NatGateway("nat-1".to_owned());
    for (state, wanted) in [
        ("available", Life::Open),
        (
            "failed",
            Life::Dead("NAT gateway nat-1 is failed".to_owned()),
        ),
        (
            "pending",
            Life::Dead("NAT gateway nat-1 is pending".to_owned()),
        ),
    ] {
        let found = followed(to(), |ec2| {
            let mut nat = nat("nat-1", "s2");
            nat.state = Some(state.to_owned());
            ec2.nat_gateways = Observed::Known(vec![nat]);
        });
        assert_eq!(found, Ok((wanted, vec!["b".to_owned()])));
    }
    // In a shared VPC the gateway is the owner's, and not in the answer.
    assert!(followed(to(), |_| {}).is_err());
    let denied = followed(to(), |ec2| {
        ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
    });
    assert!(matches!(denied, Err(Unknown::Denied { .. })));
}

#[test]
fn a_nat_gateway_from_whose_subnet_nothing_leads_on_is_dead() {
    let through = |routes: Vec<Route>, connectivity: &str| {
        let found = followed(RouteTarget::NatGateway("nat-1".to_owned()), |ec2| {
            let mut nat = nat("nat-1", "s2");
            nat.connectivity = Some(connectivity.to_owned());
            ec2.nat_gateways = Observed::Known(vec![nat]);
            ec2.route_tables = Observed::Known(vec![
                table("rtb-1", &["s1"], vec![to_nat("nat-1")]),
                table("rtb-2", &["s2"], routes),
            ]);
        });
        found.expect("known").0
    };
    assert_eq!(through(vec![to_internet()], "public"), Life::Open);
    assert_eq!(through(vec![], "private"), Life::Open);
    let mut hole = to_internet();
    hole.state = Some("blackhole".to_owned());
    // None, one that leads nowhere, and one that leads back.
    for routes in [vec![], vec![hole], vec![to_nat("nat-1")]] {
        assert!(matches!(through(routes, "public"), Life::Dead(_)));
    }
}

#[test]
fn a_regional_nat_gateway_is_everywhere_unless_its_zones_are_chosen_by_hand() {
    let zones = |automatic: &str| {
        let nat = regional_nat("nat-1", automatic, &["a", "b"]);
        let found = followed(RouteTarget::NatGateway("nat-1".to_owned()), |ec2| {
            ec2.nat_gateways = Observed::Known(vec![nat]);
        });
        found.expect("known").1
    };
    assert_eq!(zones("enabled"), ["every"]);
    assert_eq!(zones("disabled"), ["a", "b"]);
}

#[test]
fn a_blackhole_is_dead_before_its_target_is_looked_at() {
    let mut hole = to_nat("nat-gone");
    hole.state = Some("blackhole".to_owned());
    let snapshot = network(vec![table("rtb-1", &["s1"], vec![hole])], |_| {});
    let routes = Routes::of(ec2(&snapshot));
    let subnet = routes.subnet("s1").expect("it is there");
    let way = routes
        .default(subnet, Family::V4)
        .expect("known")
        .expect("a route");
    let dead = "the route to NAT gateway nat-gone is a blackhole".to_owned();
    assert_eq!(routes.life(subnet, &way), Ok(Life::Dead(dead)));
}

#[test]
fn a_transit_gateway_takes_traffic_only_where_it_is_attached() {
    let to = || RouteTarget::TransitGateway("tgw-1".to_owned());
    let found = |subnets: &[&str]| {
        followed(to(), |ec2| {
            ec2.transit_gateway_vpc_attachments = Observed::Known(vec![attached("tgw-1", subnets)]);
        })
    };
    assert_eq!(
        found(&["s1", "s2"]),
        Ok((Life::Open, vec!["every".to_owned()]))
    );
    let dead = Life::Dead("transit gateway tgw-1 is not attached in a".to_owned());
    assert_eq!(found(&["s2"]), Ok((dead, vec!["every".to_owned()])));
}

#[test]
fn an_instance_that_routes_stands_in_the_zone_of_its_interface() {
    let found = followed(RouteTarget::NetworkInterface("eni-1".to_owned()), |ec2| {
        let mut interface = fixtures::lambda_interface("eni-1", "s2", &[]);
        interface.availability_zone = Some("b".to_owned());
        ec2.network_interfaces = Observed::Known(vec![interface]);
    });
    assert_eq!(found, Ok((Life::Open, vec!["b".to_owned()])));
    assert!(followed(RouteTarget::Instance("i-1".to_owned()), |_| {}).is_err());
}

#[test]
fn zones_hold_what_they_name() {
    assert!(Zones::Every.hold("a"));
    let only = Zones::Only(BTreeSet::from(["a"]));
    assert!(only.hold("a") && !only.hold("b"));
}
