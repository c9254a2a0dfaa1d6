//! Scenarios worked out by hand, the arithmetic beside them.

use tripod_model::{Observed, fixtures};

use super::super::{CureKind, FailureKind, Scenario};
use super::{
    headroom, idle, in_vpc, interfaces, managed, need, outcome, peaks, provider, published, region,
    report, reserving, set_subnet, subnet,
};

fn zone_lost(zone: &str) -> Scenario {
    Scenario::ZoneLost {
        zone: zone.to_owned(),
    }
}

#[test]
fn twelve_sets_do_not_fit_a_28() {
    // A /28 has 2^4 = 16 addresses, less 5 that AWS keeps: 11. Twelve sets take 12 interfaces at no traffic at all.
    let functions = (0..12)
        .map(|number| {
            in_vpc(
                &format!("f{number:02}"),
                &["s1"],
                &[&format!("sg-{number:02}")],
            )
        })
        .collect();
    let mut region = region(functions, 1_000);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 11);
    let report = report(&region);
    let supply = subnet(&report, "s1").supply.known().expect("described");
    assert_eq!(
        [
            supply.size.value,
            supply.reserved.value,
            supply.usable.value,
            supply.free.value
        ],
        [16, 5, 11, 11]
    );
    // They are awake and have no interface: one is missing now, and in every scenario.
    assert_eq!(need(&report, "s1", &Scenario::Now), [12, 12, 12]);
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 11 - 12);
    // Expected: 1,000 / 12 executions of 20 connections are 1,667 of 65,000: 1 each. High: the whole pool on one
    // set, 1,000 × 1,024 / 65,000 = 15.8, so 16 there and 11 elsewhere.
    assert_eq!(need(&report, "s1", &Scenario::AccountLimit), [12, 12, 27]);
    // Replaced: 24 at once.
    assert_eq!(headroom(&report, "s1", &Scenario::GroupsReplaced), 11 - 24);

    let failure = outcome(&report, "s1", &Scenario::Now)
        .failure
        .as_ref()
        .expect("short");
    assert_eq!(failure.kind, FailureKind::NoAddressForInterface);
    assert!(failure.expected);
    assert_eq!(failure.stops.len(), 12);
    assert_eq!(failure.shows[0].state, Some("Failed"));
    assert_eq!(failure.shows[0].reason_code, Some("SubnetOutOfIPAddresses"));
    assert_eq!(
        failure.shows[2].error,
        Some("SubnetIPAddressLimitReachedException")
    );

    // One address is missing: to give up one of the 12 sets is the cheapest cure.
    let verdict = &report.verdicts[0];
    assert_eq!((verdict.place.as_str(), verdict.deficit.value), ("s1", 1));
    let [cure] = verdict.cheapest.as_slice() else {
        panic!("one cure suffices: {:#?}", verdict.cheapest);
    };
    assert_eq!(
        cure.kind,
        CureKind::ShareSecurityGroups {
            sets: 12,
            sets_at_most: 11,
            give_up: vec![vec!["sg-00".to_owned()]],
            keep: vec!["sg-11".to_owned()],
        }
    );
    // The next: a /28 in the /16 of the VPC beside the subnets 10.0.0.0/28 and twice 10.0.0.0/24.
    assert!(verdict.cures.iter().any(|cure| cure.kind
        == CureKind::NewSubnet {
            prefix: 28,
            range: Some("10.0.1.0/28".to_owned()),
        }));
    assert!(verdict.no_cures.iter().any(|no| no.idea == "dual stack"));
}

#[test]
fn twelve_functions_that_share_a_set_take_one_address() {
    let functions = (0..12)
        .map(|number| in_vpc(&format!("f{number}"), &["s1"], &["sg-2", "sg-1"]))
        .chain([in_vpc("other order", &["s1"], &["sg-1", "sg-2", "sg-1"])])
        .collect();
    let mut region = region(functions, 1_000);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 1);
    let report = report(&region);
    assert_eq!(subnet(&report, "s1").combinations.len(), 1);
    // 1,000 executions × 20 connections = 20,000 of 65,000: one interface. At the bound 1,024,000: 16.
    assert_eq!(need(&report, "s1", &Scenario::AccountLimit), [1, 1, 16]);
    assert_eq!(headroom(&report, "s1", &Scenario::AccountLimit), 0);
    // The model of before 2019: 1,000 executions × 256 MiB / 3,072 MiB = 83.3.
    assert_eq!(
        outcome(&report, "s1", &Scenario::AccountLimit)
            .pre_2019
            .value,
        84
    );
    // Only one more set, or its replacement, lacks an address.
    assert_eq!(headroom(&report, "s1", &Scenario::GroupsReplaced), 1 - 2);
    assert_eq!(
        report.verdicts[0].scenarios,
        [
            Scenario::GroupsReplaced,
            Scenario::NewFunctions { functions: 1 }
        ]
    );
}

#[test]
fn old_versions_with_other_sets_keep_their_combinations_alive() {
    // Three versions with a set each, two of them with an interface; an alias leads to version 2 only.
    let function = in_vpc("claims", &["s1"], &["sg-new"]);
    let function = published(function, "1", &["sg-1"], false);
    let function = published(function, "2", &["sg-2"], true);
    let function = published(function, "3", &["sg-3"], false);
    let mut region = region(vec![function], 1_000);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 0);
    interfaces(&mut region, &[("s1", &["sg-new"]), ("s1", &["sg-1"])]);
    let report = report(&region);
    // Now: the two that exist. High: versions 2 and 3 may be called, no list tells their state.
    assert_eq!(need(&report, "s1", &Scenario::Now), [2, 2, 4]);
    // All functions awake: version 2 too, since an alias leads there. 3 - 2 that exist - 0 free: one is missing.
    assert_eq!(
        outcome(&report, "s1", &Scenario::AccountLimit)
            .need
            .expected
            .value,
        3
    );
    assert_eq!(headroom(&report, "s1", &Scenario::AccountLimit), -1);
    // Everything idle wakes: four sets.
    assert_eq!(need(&report, "s1", &Scenario::IdleWake)[1], 4);
    assert_eq!(headroom(&report, "s1", &Scenario::IdleWake), -2);

    let verdict = &report.verdicts[0];
    assert_eq!(verdict.deficit.value, 2);
    assert_eq!(verdict.failure.stops, ["claims:2", "claims:3"]);
    let [cure] = verdict.cheapest.as_slice() else {
        panic!("one cure suffices");
    };
    // Three sets are of versions alone: their need, 3, is given back.
    assert_eq!(
        cure.kind,
        CureKind::DeleteVersions {
            versions: ["claims:1", "claims:2", "claims:3"]
                .map(str::to_owned)
                .to_vec()
        }
    );
    assert_eq!(cure.frees.value, 3);
}

#[test]
fn a_version_with_the_groups_of_its_function_costs_nothing() {
    let function = published(in_vpc("claims", &["s1"], &["sg-1"]), "1", &["sg-1"], true);
    let report = report(&region(vec![function], 1_000));
    // The function's executions count once, by whichever version: 1,000 × 1,024 / 65,000 = 15.8.
    assert_eq!(need(&report, "s1", &Scenario::AccountLimit), [1, 1, 16]);
    assert_eq!(need(&report, "s1", &Scenario::IdleWake)[1], 1);
}

#[test]
fn idle_combinations_hold_nothing_and_come_back() {
    // Five functions with a set each; three are inactive, and their interfaces are gone.
    let mut functions: Vec<_> = (0..5)
        .map(|number| in_vpc(&format!("f{number}"), &["s1"], &[&format!("sg-{number}")]))
        .collect();
    for function in functions.iter_mut().skip(2) {
        *function = idle(function.clone());
    }
    let mut region = region(functions, 1_000);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 2);
    interfaces(&mut region, &[("s1", &["sg-0"]), ("s1", &["sg-1"])]);
    let report = report(&region);
    // Now: two interfaces that exist, nothing more: 2 free + 2 held - 2.
    assert_eq!(need(&report, "s1", &Scenario::Now), [2, 2, 2]);
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 2);
    // All wake: 2 free + 2 held - 5.
    assert_eq!(need(&report, "s1", &Scenario::IdleWake), [5, 5, 5]);
    assert_eq!(headroom(&report, "s1", &Scenario::IdleWake), -1);
    let idle = subnet(&report, "s1")
        .combinations
        .iter()
        .filter(|it| it.idle);
    assert_eq!(idle.count(), 3);
    // Any of the three may be the one that comes too late.
    assert_eq!(report.verdicts[0].failure.stops, ["f2", "f3", "f4"]);
}

#[test]
fn no_free_address_and_an_inactive_function() {
    let mut region = region(vec![idle(in_vpc("export", &["s1"], &["sg-1"]))], 1_000);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 0);
    let report = report(&region);
    // It holds nothing and asks for nothing, until it is called: then 0 free - 1.
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 0);
    assert_eq!(headroom(&report, "s1", &Scenario::ObservedPeak), 0);
    for scenario in [Scenario::Limits, Scenario::AccountLimit, Scenario::IdleWake] {
        assert_eq!(headroom(&report, "s1", &scenario), -1, "{scenario:?}");
    }
    let failure = &report.verdicts[0].failure;
    assert_eq!(failure.kind, FailureKind::NoAddressForInterface);
    assert_eq!(failure.stops, ["export"]);
}

#[test]
fn dual_stack_saves_no_address() {
    let function = |allowed| {
        let mut function = in_vpc("claims", &["s1"], &["sg-1"]);
        if let Some(vpc) = &mut function.configuration.network.vpc {
            vpc.ipv6_allowed = Some(allowed);
        }
        function
    };
    let mut dual = region(vec![function(true)], 1_000);
    if let Observed::Known(subnets) = &mut dual.ec2.subnets {
        subnets[0].ipv6_cidrs = vec![tripod_model::ec2::CidrAssociation {
            cidr: Some("2001:db8::/64".to_owned()),
            state: Some("associated".to_owned()),
        }];
    }
    set_subnet(&mut dual, "s1", "10.0.0.0/28", 0);
    let mut single = region(vec![function(false)], 1_000);
    set_subnet(&mut single, "s1", "10.0.0.0/28", 0);
    let (dual, single) = (report(&dual), report(&single));
    assert!(
        subnet(&dual, "s1")
            .supply
            .known()
            .expect("described")
            .dual_stack
    );
    assert_eq!(headroom(&dual, "s1", &Scenario::Now), -1);
    assert_eq!(
        subnet(&dual, "s1").scenarios,
        subnet(&single, "s1").scenarios
    );
}

#[test]
fn with_a_zone_lost_the_others_carry_its_connections() {
    // 9,750 reserved over three subnets are 3,250 each, × 20 = 65,000 connections: exactly one interface. Over two
    // they are 4,875, × 20 = 97,500: two.
    let claims = reserving(
        in_vpc("claims", &["s1", "s2", "s3"], &["sg-1"]),
        Some(9_750),
    );
    let single = reserving(in_vpc("single", &["s1"], &["sg-2"]), Some(0));
    let mut region = region(vec![claims, single], 0);
    set_subnet(&mut region, "s2", "10.0.0.0/28", 1);
    let report = report(&region);
    assert_eq!(
        outcome(&report, "s2", &Scenario::AccountLimit)
            .need
            .expected
            .value,
        1
    );
    assert_eq!(headroom(&report, "s2", &Scenario::AccountLimit), 0);
    assert_eq!(
        outcome(&report, "s2", &zone_lost("a")).need.expected.value,
        2
    );
    assert_eq!(headroom(&report, "s2", &zone_lost("a")), -1);
    assert_eq!(
        subnet(&report, "s1").scenario(&zone_lost("a")),
        None,
        "s1 is gone"
    );

    let lost = report
        .scenarios
        .iter()
        .find(|it| it.sums.scenario == zone_lost("a"));
    let lost = lost.expect("a scenario for each zone");
    assert_eq!(lost.stopped, ["single"]);
    assert_eq!(lost.sums.short, ["s2"]);
    // Sums of s2 and s3: 2 + 2.
    assert_eq!(lost.sums.need.as_ref().expect("assessed").expected.value, 4);
    let failure = lost
        .first_failure
        .as_ref()
        .expect("a function has no subnet left");
    assert_eq!(failure.kind, FailureKind::NoSubnetLeft);
    let zone = report.verdicts.iter().find(|verdict| verdict.place == "a");
    assert!(matches!(
        &zone.expect("a verdict").cheapest[0].kind,
        CureKind::AddZone { functions } if functions == &["single"]
    ));
    // The full subnet: the second interface is for connections, which a reservation of 65,000 / 20 bounds.
    let full = report
        .verdicts
        .iter()
        .find(|verdict| verdict.place == "s2")
        .expect("a verdict");
    assert!(full.cures.iter().any(|cure| cure.kind
        == CureKind::ReserveConcurrency {
            executions_at_most: 3_250
        }
        && cure.suffices));
}

#[test]
fn three_providers_of_managed_instances_take_an_address_for_each_instance() {
    let subnets = ["s1", "s2"];
    let providers = ["blue", "green", "grey"].map(|name| provider(name, &subnets, 20));
    let functions = providers
        .iter()
        .map(|it| managed(it.arn.as_str(), it))
        .collect();
    let mut region = region(functions, 1_000);
    region.lambda.capacity_providers = Observed::Known(providers.to_vec());
    set_subnet(&mut region, "s1", "10.0.0.0/28", 9);
    // Two instances of the six that should run are in s1.
    let instance = |number| {
        let mut interface = fixtures::lambda_interface(number, "s1", &["sg-fleet"]);
        interface.kind = Some("interface".to_owned());
        interface.operator = Some("scaler.lambda.amazonaws.com".to_owned());
        interface
    };
    region.ec2.network_interfaces = Observed::Known(vec![instance("eni-1"), instance("eni-2")]);
    let report = report(&region);
    assert_eq!(need(&report, "s1", &Scenario::Now), [2, 2, 2]);
    // Each has 20 processors at most, so 10 instances of 2: 5 in each of two subnets, 15 for the three. Low: the
    // three that each starts with are 2 in each subnet, 6. High: all 30 in this subnet.
    assert_eq!(need(&report, "s1", &Scenario::AccountLimit), [6, 15, 30]);
    // 9 free + 2 held - 15.
    assert_eq!(headroom(&report, "s1", &Scenario::AccountLimit), -4);
    // With one of two zones lost all ten of each are in the other.
    assert_eq!(
        outcome(&report, "s2", &zone_lost("a")).need.expected.value,
        30
    );
    let verdict = report
        .verdicts
        .iter()
        .find(|verdict| verdict.place == "s1")
        .expect("short");
    assert_eq!(verdict.failure.kind, FailureKind::NoAddressForInstance);
    assert_eq!(verdict.failure.stops, ["blue", "green", "grey"]);
    let [cure] = verdict.cheapest.as_slice() else {
        panic!("one cure suffices");
    };
    // The worst is the loss of the other zone: 9 free + 2 held - 30. Back to the instances they start with, three of
    // each here, 9: 30 - 9 are given back.
    assert_eq!(verdict.deficit.value, 19);
    assert!(
        matches!(&cure.kind, CureKind::BoundCapacityProviders { providers } if providers.len() == 3)
    );
    assert_eq!(cure.frees.value, 21);
}

#[test]
fn the_observed_peak_counts_connections_of_what_ran() {
    // 6,500 executions over two subnets are 3,250 each: 65,000 connections, one interface; 6,502 need two.
    let mut region = region(vec![in_vpc("claims", &["s1", "s2"], &["sg-1"])], 100);
    peaks(&mut region, Some(6_500.0));
    // High: 3,250 × 1,024 / 65,000 = 51.2.
    assert_eq!(
        need(&report(&region), "s1", &Scenario::ObservedPeak),
        [1, 1, 52]
    );
    peaks(&mut region, Some(6_502.0));
    assert_eq!(need(&report(&region), "s1", &Scenario::ObservedPeak)[1], 2);
}

#[test]
fn limits_are_reservations_then_provisioned_then_the_peak() {
    let mut provisioned = published(in_vpc("two", &["s1"], &["sg-2"]), "1", &["sg-2"], true);
    provisioned.provisioned_concurrency =
        Observed::Known(vec![tripod_model::lambda::ProvisionedConcurrency {
            function_arn: provisioned.versions[0].arn.clone(),
            requested: Some(6_500),
            allocated: Some(10),
            available: Some(10),
            status: None,
            status_reason: None,
        }]);
    let functions = vec![
        reserving(in_vpc("one", &["s1"], &["sg-1"]), Some(9_750)),
        provisioned,
        in_vpc("three", &["s1"], &["sg-3"]),
    ];
    let mut region = region(functions, 100);
    peaks(&mut region, Some(13_000.0));
    // 9,750 × 20 / 65,000 = 3; 6,500 are less than the peak of 13,000, which asks for 4; and so does "three".
    assert_eq!(
        need(&report(&region), "s1", &Scenario::Limits)[1],
        3 + 4 + 4
    );
    peaks(&mut region, None);
    // Without calls: 3, 6,500 × 20 / 65,000 = 2, and 1.
    assert_eq!(
        need(&report(&region), "s1", &Scenario::Limits)[1],
        3 + 2 + 1
    );
}

#[test]
fn the_quota_of_interfaces_of_a_vpc_is_for_all_its_subnets() {
    // 20 sets in three subnets: 60 interfaces of 59 that the quota allows; and one left over, and one of EFS.
    let functions = (0..20)
        .map(|number| {
            in_vpc(
                &format!("f{number}"),
                &["s1", "s2", "s3"],
                &[&format!("sg-{number}")],
            )
        })
        .collect();
    let mut region = region(functions, 1_000);
    region.servicequotas.lambda = Observed::Known(vec![super::quota("L-9FEE3D26", 59.0)]);
    let mut efs = fixtures::lambda_interface("eni-9", "s1", &["sg-9"]);
    efs.kind = Some("interface".to_owned());
    efs.description = Some("EFS mount target for fs-1 (fsmt-1)".to_owned());
    let left_over = fixtures::lambda_interface("eni-8", "s1", &["sg-gone"]);
    region.ec2.network_interfaces = Observed::Known(vec![efs, left_over]);
    let report = report(&region);
    let vpc = &report.vpcs[0];
    assert_eq!(vpc.combinations, 60);
    let now = &vpc.limit.known().expect("assessed")[0];
    assert_eq!(now.need.expected.value, 60 + 1 + 1);
    assert_eq!(now.headroom.expected.value, 59 - 62);
    let verdict = report
        .verdicts
        .iter()
        .find(|it| it.place == "vpc-1")
        .expect("short");
    assert_eq!(verdict.failure.kind, FailureKind::VpcQuota);
    assert_eq!(
        verdict.failure.shows[2].error,
        Some("ENILimitReachedException")
    );
    assert!(verdict.cures.iter().any(|cure| cure.kind
        == CureKind::RaiseQuota {
            code: "L-9FEE3D26",
            at_least: 62
        }));
    // The region's: the same 60, and what exists beside: 62 of 5,000.
    let of_region = &report.region_limit.known().expect("assessed")[0];
    assert_eq!(of_region.need.expected.value, 62);
}
