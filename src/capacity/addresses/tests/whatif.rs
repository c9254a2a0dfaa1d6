//! What was only thought of.

use super::super::{RegionAddresses, Scenario, WhatIf, project};
use super::{headroom, in_vpc, need, region, reserving, set_subnet, subnet};
use crate::Assumptions;

fn suppose(region: &tripod_model::RegionalAccount, what_if: &WhatIf) -> RegionAddresses {
    project(region, &Assumptions::default(), what_if).expect("functions are known")
}

#[test]
fn a_function_at_another_concurrency() {
    let region = region(
        vec![reserving(in_vpc("claims", &["s1"], &["sg-1"]), Some(10))],
        0,
    );
    let what_if = WhatIf {
        concurrency: [("claims".to_owned(), 6_500), ("nobody".to_owned(), 1)].into(),
        ..WhatIf::default()
    };
    let report = suppose(&region, &what_if);
    // 6,500 × 20 / 65,000 = 2, in each scenario that has executions; now stays as it is.
    for scenario in [
        Scenario::ObservedPeak,
        Scenario::Limits,
        Scenario::AccountLimit,
    ] {
        assert_eq!(need(&report, "s1", &scenario)[1], 2, "{scenario:?}");
    }
    assert_eq!(need(&report, "s1", &Scenario::Now)[1], 1);
    assert_eq!(report.unmatched, ["function nobody"]);
}

#[test]
fn connections_of_an_environment_are_an_assumption() {
    let region = region(
        vec![reserving(in_vpc("claims", &["s1"], &["sg-1"]), Some(1_000))],
        0,
    );
    let assumptions = Assumptions {
        connections_per_environment: 200,
        ..Assumptions::default()
    };
    let report = project(&region, &assumptions, &WhatIf::default()).expect("functions are known");
    // 1,000 × 200 / 65,000 = 3.1.
    assert_eq!(need(&report, "s1", &Scenario::AccountLimit)[1], 4);
    assert_eq!(report.assumptions.connections_per_environment, 200);
}

#[test]
fn new_functions_with_groups_of_their_own() {
    let mut region = region(vec![in_vpc("claims", &["s1"], &["sg-1"])], 0);
    set_subnet(&mut region, "s1", "10.0.0.0/28", 11);
    let scenario = |functions| Scenario::NewFunctions { functions };
    // Unasked, one: 11 free - 1 - 1.
    assert_eq!(headroom(&super::report(&region), "s1", &scenario(1)), 9);
    let asked = |new_security_group| {
        suppose(
            &region,
            &WhatIf {
                add_functions: 11,
                new_security_group,
                ..WhatIf::default()
            },
        )
    };
    // Eleven more sets: 11 - 12. They are supposed in every scenario but now.
    let report = asked(true);
    for scenario in [scenario(11), Scenario::AccountLimit, Scenario::IdleWake] {
        assert_eq!(headroom(&report, "s1", &scenario), -1, "{scenario:?}");
    }
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 10);
    // With groups that exist they share the interface.
    assert_eq!(headroom(&asked(false), "s1", &scenario(11)), 10);
}

#[test]
fn a_zone_that_is_gone_is_gone_from_every_scenario_but_now() {
    let mut region = region(
        vec![reserving(
            in_vpc("claims", &["s1", "s2"], &["sg-1"]),
            Some(6_500),
        )],
        0,
    );
    if let tripod_model::Observed::Known(subnets) = &mut region.ec2.subnets {
        subnets[0].availability_zone_id = Some("euc1-az2".to_owned());
    }
    let lose = |zone: &str| {
        suppose(
            &region,
            &WhatIf {
                lose_zones: [zone.to_owned()].into(),
                ..WhatIf::default()
            },
        )
    };
    for report in [lose("a"), lose("euc1-az2")] {
        // 6,500 × 20 / 65,000 in the one subnet left.
        assert_eq!(need(&report, "s2", &Scenario::AccountLimit)[1], 2);
        assert_eq!(
            subnet(&report, "s1").scenario(&Scenario::AccountLimit),
            None
        );
        assert_eq!(need(&report, "s1", &Scenario::Now)[1], 1);
        assert!(report.unmatched.is_empty());
    }
    assert_eq!(lose("z").unmatched, ["zone z"]);
}
