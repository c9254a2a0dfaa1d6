//! Executions, connections and interfaces at the account's limit.

use super::super::{Scenario, WhatIf, project};
use super::{headroom, in_vpc, interfaces, need, outcome, region, report, reserving, set_subnet};
use crate::Assumptions;
use tripod_model::fixtures;

#[test]
fn concurrency_over_subnets_and_connections_gives_the_interfaces_of_each_subnet() {
    // (concurrency, subnets, [(connections of an environment, interfaces in each subnet)]), such as
    // 10,000 / 3 × 200 / 65,000 = 10.3.
    let table = [
        (1_000, 2, [(5, 1), (50, 1), (200, 2), (1_024, 8)]),
        (1_000, 3, [(5, 1), (50, 1), (200, 2), (1_024, 6)]),
        (5_000, 2, [(5, 1), (50, 2), (200, 8), (1_024, 40)]),
        (10_000, 2, [(5, 1), (50, 4), (200, 16), (1_024, 79)]),
        (10_000, 3, [(5, 1), (50, 3), (200, 11), (1_024, 53)]),
        (50_000, 3, [(5, 2), (50, 13), (200, 52), (1_024, 263)]),
    ];
    for (pool, subnets, row) in table {
        let used = &["s1", "s2", "s3"][..subnets];
        let region = region(vec![in_vpc("claims", used, &["sg-1"])], pool);
        for (connections, interfaces) in row {
            let assumptions = Assumptions {
                connections_per_environment: connections,
                ..Assumptions::default()
            };
            let report = project(&region, &assumptions, &WhatIf::default()).expect("known");
            for subnet in used {
                // One function alone in the region: the high case is the last column.
                assert_eq!(
                    need(&report, subnet, &Scenario::AccountLimit),
                    [1, interfaces, row[3].1],
                    "{pool} over {subnets} at {connections}"
                );
            }
        }
    }
}

#[test]
fn exactly_full_interfaces_do_not_round_up_to_one_more() {
    // 3,250 executions of 20 connections are 65,000, made of thirds: 9,750 / 3.
    let needs = |reserved| {
        let claims = in_vpc("claims", &["s1", "s2", "s3"], &["sg-1"]);
        need(
            &report(&region(vec![reserving(claims, Some(reserved))], 0)),
            "s1",
            &Scenario::AccountLimit,
        )[1]
    };
    assert_eq!(needs(9_750), 1);
    assert_eq!(needs(9_751), 2);
}

#[test]
fn the_pool_is_shared_by_all_functions_of_the_region_and_reservations_stand_beside_it() {
    let region = region(
        vec![
            in_vpc("one", &["s1", "s2"], &["sg-1"]),
            reserving(in_vpc("two", &["s1"], &["sg-1"]), Some(300)),
            in_vpc("three", &["s1"], &["sg-2", "sg-1"]),
            // Not in a VPC, yet it takes its share of the pool.
            reserving(fixtures::function("outside"), None),
        ],
        900,
    );
    let report = report(&region);
    // A share is 900 / 3 = 300: half of it from "one", all 300 reserved for "two", and 300 of "three".
    let limit = outcome(&report, "s1", &Scenario::AccountLimit);
    assert_eq!(limit.need.expected.inputs["concurrency"], 150 + 300 + 300);
    // High: 300 reserved need 4.73 interfaces alone. The pool on the first set makes it
    // (300 + 900/2) * 1024 / 65000 = 11.8 → 12, and leaves 1 for the second: 13.
    // The pool on the second: 900 * 1024 / 65000 = 14.2 → 15, and 5 for the first: 20.
    assert_eq!(limit.need.high.value, 20);
}

#[test]
fn an_unread_function_elsewhere_makes_the_shares_larger_and_stops_nothing() {
    let mut unread = in_vpc("unread", &["s2"], &["sg-1"]);
    unread.details = fixtures::denied("lambda:GetFunction");
    let region = region(vec![in_vpc("claims", &["s1"], &["sg-1"]), unread], 1_000);
    let report = report(&region);
    // Were "unread" to share the pool, this would be 500.
    let limit = outcome(&report, "s1", &Scenario::AccountLimit);
    assert_eq!(limit.need.expected.inputs["concurrency"], 1_000);
}

#[test]
fn interfaces_that_exist_anchor_the_need_by_subnet_and_exact_set() {
    let mut region = region(vec![in_vpc("claims", &["s1"], &["sg-2", "sg-1"])], 1_000);
    interfaces(
        &mut region,
        &[
            ("s1", &["sg-1", "sg-2"]),
            ("s1", &["sg-1", "sg-2"]),
            ("s1", &["sg-2", "sg-1"]),
            ("s1", &["sg-1"]),
            ("s2", &["sg-1", "sg-2"]),
        ],
    );
    let report = report(&region);
    assert_eq!(need(&report, "s1", &Scenario::Now), [3, 3, 3]);
    // Four are held, of which one serves nobody: 240 + 3 - 3.
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 240);
    let supply = super::subnet(&report, "s1")
        .supply
        .known()
        .expect("described");
    assert_eq!(supply.held_by_lambda.as_ref().expect("seen").value, 4);
    assert_eq!(
        headroom(&report, "s1", &Scenario::GroupsReplaced),
        240 + 3 - 6
    );
}

#[test]
fn replacing_every_security_group_needs_old_and_new_at_once() {
    let left = |free: i64, existing: usize| {
        let name = |number: usize| format!("sg-{number}");
        let functions = (0..10).map(|it| in_vpc(&format!("f{it}"), &["s1"], &[&name(it)]));
        let mut region = region(functions.collect(), 1_000);
        set_subnet(&mut region, "s1", "10.0.0.0/26", free);
        let names: Vec<String> = (0..existing).map(name).collect();
        let groups: Vec<[&str; 1]> = names.iter().map(|it| [it.as_str()]).collect();
        let all: Vec<(&str, &[&str])> = groups.iter().map(|it| ("s1", it.as_slice())).collect();
        interfaces(&mut region, &all);
        let report = report(&region);
        [Scenario::AccountLimit, Scenario::GroupsReplaced].map(|it| headroom(&report, "s1", &it))
    };
    assert_eq!(left(9, 0), [-1, -11]);
    assert_eq!(left(10, 0), [0, -10]);
    assert_eq!(left(20, 0), [10, 0]);
    // All ten exist: no free address is needed to stay, ten to replace them.
    assert_eq!(left(0, 10), [0, -10]);
    assert_eq!(left(10, 10), [10, 0]);
    assert_eq!(left(3, 6), [-1, -11]);
}
