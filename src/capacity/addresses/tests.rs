//! Expectations reckoned by hand, figure by figure.

use tripod_model::ec2::NetworkInterface;
use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Observed, RegionalAccount, Unknown, fixtures};

use super::{Addresses, Assumptions, Fit, SubnetProjection, project_region};

/// A function in subnets, without reserved concurrency.
fn in_vpc(name: &str, subnets: &[&str], groups: &[&str]) -> Function {
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    let mut function = fixtures::function(name);
    function.configuration.network.vpc = Some(VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: owned(subnets),
        security_group_ids: owned(groups),
        ipv6_allowed: Some(false),
    });
    reserving(function, None)
}

fn reserving(mut function: Function, concurrency: Option<i64>) -> Function {
    function.details = function.details.map(|mut details| {
        details.reserved_concurrency = concurrency;
        details
    });
    function
}

fn interface(subnet: &str, groups: &[&str]) -> NetworkInterface {
    NetworkInterface {
        description: Some("AWS Lambda VPC ENI-other-function-uuid".to_owned()),
        ..fixtures::lambda_interface("eni-1", subnet, groups)
    }
}

/// A region with subnets s1, s2, s3 of `/24`, 240 addresses free in each, and a pool to share.
fn region(functions: Vec<Function>, pool: i64) -> RegionalAccount {
    let mut region = fixtures::region(fixtures::REGION);
    region.lambda.functions = Observed::Known(functions);
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.unreserved_concurrent_executions = Some(pool);
        settings
    });
    region.ec2.subnets = Observed::Known(
        [("s1", "a"), ("s2", "b"), ("s3", "c")]
            .map(|(id, zone)| fixtures::subnet(id, zone))
            .to_vec(),
    );
    region
}

fn set_subnet(region: &mut RegionalAccount, range: &str, free: i64) {
    let Observed::Known(subnets) = &mut region.ec2.subnets else {
        return;
    };
    for subnet in subnets {
        subnet.ipv4_cidr = Some(range.to_owned());
        subnet.free_ipv4_addresses = Some(free);
    }
}

fn project(region: &RegionalAccount, subnet: &str) -> Result<SubnetProjection, Unknown> {
    Addresses::of(region)?.project(subnet, &Assumptions::default())
}

fn known(region: &RegionalAccount, subnet: &str) -> SubnetProjection {
    project(region, subnet).expect("every input is known")
}

#[test]
fn concurrency_over_subnets_and_connections_gives_the_interfaces_of_each_subnet() {
    // (concurrency, subnets, [(connections of an environment, interfaces in each subnet)])
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
        let addresses = Addresses::of(&region).expect("functions are known");
        for (connections, interfaces) in row {
            let assumptions = Assumptions {
                connections_per_environment: connections,
                ..Assumptions::default()
            };
            for subnet in used {
                let projection = addresses
                    .project(subnet, &assumptions)
                    .expect("every input is known");
                assert_eq!(
                    projection.need_expected.value, interfaces,
                    "{pool} over {subnets} at {connections}"
                );
                // One function alone in the region: the high case is the last column.
                assert_eq!(projection.need_high.value, row[3].1);
                assert_eq!(projection.need_low.value, 1);
            }
        }
    }
}

#[test]
fn sixty_sets_of_security_groups_take_sixty_addresses_in_each_subnet_at_no_traffic() {
    let functions = (0..60)
        .map(|number| {
            let function = in_vpc(
                &format!("f{number}"),
                &["s1", "s2", "s3"],
                &[&format!("sg-{number}")],
            );
            reserving(function, Some(0))
        })
        .collect();
    let region = region(functions, 1_000);
    let mut all = 0;
    for subnet in ["s1", "s2", "s3"] {
        let projection = known(&region, subnet);
        assert_eq!(projection.combinations, 60);
        assert_eq!(projection.need_low.value, 60);
        assert_eq!(projection.need_expected.value, 60);
        // Nothing draws on the pool, so there is nobody to give it to.
        assert_eq!(projection.need_high.value, 60);
        all += projection.need_expected.value;
    }
    assert_eq!(all, 180);
}

#[test]
fn seventy_sets_do_not_fit_a_26_however_idle() {
    let functions = (0..70)
        .map(|number| in_vpc(&format!("f{number}"), &["s1"], &[&format!("sg-{number}")]))
        .collect();
    let mut region = region(functions, 1_000);
    set_subnet(&mut region, "10.0.0.0/26", 59);
    let projection = known(&region, "s1");
    assert_eq!(projection.usable, 59);
    assert_eq!(projection.need_expected.value, 70);
    assert_eq!(projection.headroom.value, 59 - 70);
    assert_eq!(projection.fit(), Fit::Exhausted);
}

#[test]
fn a_thousand_executions_in_two_small_subnets_are_no_problem() {
    let mut region = region(vec![in_vpc("claims", &["s1", "s2"], &["sg-1"])], 1_000);
    set_subnet(&mut region, "10.0.0.0/26", 58);
    region.ec2.network_interfaces =
        Observed::Known(vec![interface("s1", &["sg-1"]), interface("s2", &["sg-1"])]);
    let projection = known(&region, "s1");
    assert_eq!(projection.need_expected.value, 1);
    assert_eq!(projection.headroom.value, 58);
    assert_eq!(projection.need_high.value, 8);
    assert_eq!(projection.fit(), Fit::Holds);
}

#[test]
fn exactly_full_interfaces_do_not_round_up_to_one_more() {
    // 3,250 executions of 20 connections are 65,000, made of thirds: 9,750 / 3.
    let function = reserving(
        in_vpc("claims", &["s1", "s2", "s3"], &["sg-1"]),
        Some(9_750),
    );
    let full = region(vec![function], 0);
    let projection = known(&full, "s1");
    assert_eq!(projection.pairs[0].concurrency.value, 3_250);
    assert_eq!(projection.need_expected.value, 1);

    let function = reserving(
        in_vpc("claims", &["s1", "s2", "s3"], &["sg-1"]),
        Some(9_751),
    );
    assert_eq!(
        known(&region(vec![function], 0), "s1").need_expected.value,
        2
    );
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
    let projection = known(&region, "s1");
    assert_eq!(projection.functions, 3);
    assert_eq!(projection.combinations, 2);
    let [first, second] = projection.pairs.as_slice() else {
        panic!("two combinations: {:?}", projection.pairs);
    };
    // A share is 900 / 3 = 300: half of it from "one", all 300 reserved for "two".
    assert_eq!(first.security_group_ids, ["sg-1"]);
    assert_eq!(first.functions, ["one", "two"]);
    assert_eq!(first.concurrency.value, 450);
    assert_eq!(second.security_group_ids, ["sg-1", "sg-2"]);
    assert_eq!(second.concurrency.value, 300);
    // High: 300 reserved need 4.73 interfaces alone. The pool on the first pair makes it
    // (300 + 900/2) * 1024 / 65000 = 11.8 → 12, and leaves 1 for the second: 13.
    // The pool on the second: 900 * 1024 / 65000 = 14.2 → 15, and 5 for the first: 20.
    assert_eq!(projection.need_high.value, 20);
    assert_eq!(known(&region, "s2").pairs[0].concurrency.value, 150);
}

#[test]
fn interfaces_that_exist_anchor_the_need_by_subnet_and_exact_set() {
    let mut region = region(vec![in_vpc("claims", &["s1"], &["sg-2", "sg-1"])], 1_000);
    let mut other_kind = interface("s1", &["sg-1", "sg-2"]);
    other_kind.kind = Some("interface".to_owned());
    region.ec2.network_interfaces = Observed::Known(vec![
        interface("s1", &["sg-1", "sg-2"]),
        interface("s1", &["sg-1", "sg-2"]),
        interface("s1", &["sg-2", "sg-1"]),
        interface("s1", &["sg-1"]),
        interface("s2", &["sg-1", "sg-2"]),
        other_kind,
    ]);
    let projection = known(&region, "s1");
    assert_eq!(projection.interfaces_now, 4);
    assert_eq!(projection.interfaces_in_use, 3);
    assert_eq!(projection.need_low.value, 3);
    assert_eq!(projection.need_expected.value, 3);
    assert_eq!(projection.headroom.value, 240);
    assert_eq!(projection.headroom_doubled.value, 237);
}

#[test]
fn replacing_every_security_group_needs_old_and_new_at_once() {
    let functions: Vec<Function> = (0..10)
        .map(|number| in_vpc(&format!("f{number}"), &["s1"], &[&format!("sg-{number}")]))
        .collect();
    let fit = |free: i64, existing: usize| {
        let mut region = region(functions.clone(), 1_000);
        set_subnet(&mut region, "10.0.0.0/26", free);
        region.ec2.network_interfaces = Observed::Known(
            (0..existing)
                .map(|number| interface("s1", &[&format!("sg-{number}")]))
                .collect(),
        );
        known(&region, "s1").fit()
    };
    assert_eq!(fit(9, 0), Fit::Exhausted);
    assert_eq!(fit(10, 0), Fit::HoldsOnce);
    assert_eq!(fit(19, 0), Fit::HoldsOnce);
    assert_eq!(fit(20, 0), Fit::Holds);
    // All ten exist: no free address is needed to stay, ten to replace them.
    assert_eq!(fit(0, 10), Fit::HoldsOnce);
    assert_eq!(fit(10, 10), Fit::Holds);
    assert_eq!(fit(3, 6), Fit::Exhausted);
}

#[test]
fn every_figure_carries_its_formula_and_the_inputs_it_names() {
    let region = region(vec![in_vpc("claims", &["s1", "s2"], &["sg-1"])], 1_000);
    let projection = known(&region, "s1");
    let mut figures = vec![
        &projection.need_low,
        &projection.need_expected,
        &projection.need_high,
        &projection.headroom,
        &projection.headroom_doubled,
    ];
    for pair in &projection.pairs {
        figures.extend([&pair.concurrency, &pair.need_expected]);
    }
    for figure in figures {
        assert!(!figure.formula.is_empty() && !figure.inputs.is_empty());
    }
    let json = serde_json::to_value(&projection).expect("serialises");
    assert_eq!(json["need_expected"]["value"], 1);
    assert_eq!(json["need_expected"]["inputs"]["concurrency"], 500);
    assert_eq!(json["assumptions"]["connections_per_environment"], 20);
}

#[test]
fn each_unknown_input_is_the_cause() {
    let base = || region(vec![in_vpc("claims", &["s1"], &["sg-1"])], 1_000);
    let operation = |region: &RegionalAccount| match project(region, "s1") {
        Err(Unknown::Denied { operation, .. }) => operation,
        other => panic!("denied, not {other:?}"),
    };

    let mut region = base();
    region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    assert_eq!(operation(&region), "lambda:ListFunctions");
    assert!(project_region(&region, &Assumptions::default()).is_err());

    let mut region = base();
    if let Observed::Known(functions) = &mut region.lambda.functions {
        functions[0].details = fixtures::denied("lambda:GetFunction");
    }
    assert_eq!(operation(&region), "lambda:GetFunction");

    let mut region = base();
    region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
    assert_eq!(operation(&region), "lambda:GetAccountSettings");

    let mut region = base();
    region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
    assert_eq!(operation(&region), "ec2:DescribeSubnets");

    let mut region = base();
    region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
    assert_eq!(operation(&region), "ec2:DescribeNetworkInterfaces");
}

#[test]
fn a_pool_that_aws_left_out_is_not_a_pool_of_none() {
    let mut region = region(vec![in_vpc("claims", &["s1"], &["sg-1"])], 1_000);
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.unreserved_concurrent_executions = None;
        settings
    });
    match project(&region, "s1") {
        Err(Unknown::Failed { operation, .. }) => {
            assert_eq!(operation, "lambda:GetAccountSettings");
        }
        other => panic!("failed, not {other:?}"),
    }
}

#[test]
fn an_unread_function_elsewhere_makes_the_shares_larger_and_stops_nothing() {
    let mut unread = in_vpc("unread", &["s2"], &["sg-1"]);
    unread.details = fixtures::denied("lambda:GetFunction");
    let region = region(vec![in_vpc("claims", &["s1"], &["sg-1"]), unread], 1_000);
    // Were "unread" to share the pool, this would be 500.
    assert_eq!(known(&region, "s1").pairs[0].concurrency.value, 1_000);
    assert!(project(&region, "s2").is_err());
}

#[test]
fn a_subnet_whose_free_addresses_are_not_said_has_no_projection() {
    let mut region = region(vec![in_vpc("claims", &["s1"], &["sg-1"])], 1_000);
    if let Observed::Known(subnets) = &mut region.ec2.subnets {
        subnets[0].free_ipv4_addresses = None;
    }
    let Err(Unknown::Failed { operation, error }) = project(&region, "s1") else {
        panic!("not known");
    };
    assert_eq!(operation, "ec2:DescribeSubnets");
    assert_eq!(
        error,
        "subnet s1 was shown without its number of free addresses"
    );
}

#[test]
fn a_subnet_that_is_not_in_the_answer_or_has_no_ipv4_range_has_no_projection() {
    let mut region = region(vec![in_vpc("claims", &["s1", "gone"], &["sg-1"])], 1_000);
    if let Observed::Known(subnets) = &mut region.ec2.subnets {
        subnets[0].ipv4_cidr = None;
    }
    let all = project_region(&region, &Assumptions::default()).expect("functions are known");
    let errors: Vec<String> = all
        .into_values()
        .map(|projection| match projection {
            Err(Unknown::Failed { error, .. }) => error,
            other => panic!("failed, not {other:?}"),
        })
        .collect();
    assert_eq!(
        errors,
        [
            "subnet gone is not in the answer",
            "subnet s1 has no IPv4 range"
        ]
    );
}
