//! What was not read widens the band or takes the figure away, and is named.

use tripod_model::{Observed, RegionalAccount, Unknown, fixtures};

use super::super::{Assessed, QuotaBasis, Scenario, WhatIf, project};
use super::{headroom, in_vpc, need, outcome, published, region, report, set_subnet, subnet};
use crate::Assumptions;

fn base() -> RegionalAccount {
    let mut region = region(
        vec![
            in_vpc("claims", &["s1"], &["sg-1"]),
            in_vpc("quotes", &["s1"], &["sg-2"]),
        ],
        1_000,
    );
    set_subnet(&mut region, "s1", "10.0.0.0/28", 10);
    region
}

fn gaps(region: &RegionalAccount) -> Vec<String> {
    report(region)
        .gaps
        .into_iter()
        .map(|gap| gap.input)
        .collect()
}

#[test]
fn a_region_that_was_read_has_no_gap() {
    assert!(gaps(&base()).is_empty());
}

#[test]
fn without_the_list_of_functions_nothing_is_said() {
    let mut region = base();
    region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    let error = project(&region, &Assumptions::default(), &WhatIf::default());
    assert!(matches!(error, Err(Unknown::Denied { .. })));
}

#[test]
fn denied_interfaces_widen_what_is_left() {
    let mut region = base();
    region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
    let report = report(&region);
    let now = outcome(&report, "s1", &Scenario::Now);
    // One of 11 addresses is in use, so at most one of two interfaces exists: 10 + 1 - 2. At worst none: 10 - 2.
    assert_eq!(now.headroom.low.value, 9);
    assert_eq!(now.headroom.expected.value, 9);
    assert_eq!(now.headroom.high.value, 8);
    assert!(
        report
            .gaps
            .iter()
            .any(|gap| gap.input == "network interfaces" && gap.hides_need)
    );
    assert_eq!(subnet(&report, "s1").combinations[0].interfaces_now, None);
    assert!(matches!(report.region_limit, Assessed::NotAssessed(_)));
}

#[test]
fn denied_details_of_a_function_widen_the_need() {
    let mut region = base();
    if let Observed::Known(functions) = &mut region.lambda.functions {
        functions[0].details = fixtures::denied("lambda:GetFunction");
    }
    let report = report(&region);
    // It may be inactive: low without it.
    assert_eq!(need(&report, "s1", &Scenario::Now), [1, 2, 2]);
    assert_eq!(subnet(&report, "s1").gaps.len(), 1);
}

#[test]
fn without_metrics_the_peak_is_the_share_of_the_pool() {
    let mut region = base();
    region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
    let report = report(&region);
    // High: 1,000 × 1,024 / 65,000 = 15.8 on one, and the other.
    assert_eq!(need(&report, "s1", &Scenario::ObservedPeak), [2, 2, 17]);
    assert_eq!(gaps(&region), ["ConcurrentExecutions of the last 30 days"]);
}

#[test]
fn a_function_that_metrics_lack_is_named() {
    let mut region = base();
    if let Observed::Known(metrics) = &mut region.cloudwatch.metrics {
        metrics.functions.remove(0);
    }
    assert_eq!(gaps(&region), ["ConcurrentExecutions of function claims"]);
}

#[test]
fn without_the_pool_scenarios_that_draw_on_it_are_not_assessed() {
    let mut region = base();
    region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
    let report = report(&region);
    let of = |scenario| subnet(&report, "s1").scenario(&scenario).cloned();
    assert!(matches!(
        of(Scenario::AccountLimit),
        Some(Assessed::NotAssessed(_))
    ));
    assert!(matches!(
        of(Scenario::GroupsReplaced),
        Some(Assessed::NotAssessed(_))
    ));
    assert!(matches!(of(Scenario::Now), Some(Assessed::Known(_))));
    // Nothing ran, and that is known.
    assert!(matches!(
        of(Scenario::ObservedPeak),
        Some(Assessed::Known(_))
    ));
}

#[test]
fn a_pool_that_aws_left_out_is_not_a_pool_of_none() {
    let mut region = base();
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.unreserved_concurrent_executions = None;
        settings
    });
    let report = report(&region);
    let limit = subnet(&report, "s1").scenario(&Scenario::AccountLimit);
    let Some(Assessed::NotAssessed(gap)) = limit else {
        panic!("not known: {limit:?}");
    };
    assert!(
        matches!(&gap.unknown, Unknown::Failed { operation, .. } if operation == "lambda:GetAccountSettings")
    );
}

#[test]
fn aliases_that_are_denied_make_every_version_one_that_is_called() {
    let mut function = published(in_vpc("claims", &["s1"], &["sg-1"]), "1", &["sg-9"], false);
    let seen = region(vec![function.clone()], 1_000);
    assert_eq!(need(&report(&seen), "s1", &Scenario::AccountLimit)[1], 1);
    function.aliases = fixtures::denied("lambda:ListAliases");
    let denied = region(vec![function], 1_000);
    assert_eq!(need(&report(&denied), "s1", &Scenario::AccountLimit)[1], 2);
    assert_eq!(gaps(&denied), ["aliases of function claims"]);
}

#[test]
fn a_quota_that_is_not_told_is_awss_default_and_the_high_case_the_least_of_them() {
    let mut region = base();
    region.servicequotas.lambda = Observed::Known(vec![]);
    let report = report(&region);
    let limit = &report.vpcs[0].limit.known().expect("assessed")[0];
    assert_eq!(limit.basis, QuotaBasis::Default);
    assert_eq!([limit.quota.value, limit.quota_at_least.value], [500, 250]);
    assert_eq!(limit.headroom.expected.value, 498);
    assert_eq!(limit.headroom.high.value, 248);
    assert_eq!(
        gaps(&region),
        ["applied quota L-9FEE3D26, Elastic network interfaces per VPC"]
    );
    region.servicequotas.lambda = fixtures::denied("service-quotas:ListServiceQuotas");
    assert_eq!(gaps(&region).len(), 1);
}

#[test]
fn connectors_that_are_denied_are_named_and_those_of_no_region_are_none() {
    let mut region = base();
    region.lambda_core.network_connectors = fixtures::denied("lambda-core:ListNetworkConnectors");
    assert_eq!(gaps(&region), ["network connectors"]);
    region.lambda_core.network_connectors = Observed::Unsupported {
        operation: "lambda-core:ListNetworkConnectors".to_owned(),
    };
    assert!(gaps(&region).is_empty());
}

#[test]
fn reserved_ranges_are_taken_off_in_the_high_case() {
    let mut region = base();
    if let Observed::Known(subnets) = &mut region.ec2.subnets {
        let one = |cidr: &str| tripod_model::ec2::SubnetCidrReservation {
            id: "scr-1".to_owned(),
            cidr: Some(cidr.to_owned()),
            kind: Some("prefix".to_owned()),
            sources: fixtures::sources(&["ec2:GetSubnetCidrReservations"]),
        };
        subnets[0].cidr_reservations =
            Observed::Known(vec![one("10.0.0.8/29"), one("2001:db8::/80")]);
    }
    let report = report(&region);
    // 8 addresses of the /29; AWS does not say whether free counts them.
    assert_eq!(headroom(&report, "s1", &Scenario::Now), 10 - 2);
    assert_eq!(
        outcome(&report, "s1", &Scenario::Now).headroom.high.value,
        10 - 8 - 2
    );
}

#[test]
fn a_subnet_without_its_numbers_has_no_outcome() {
    let unsaid = |change: fn(&mut tripod_model::ec2::Subnet)| {
        let mut region = base();
        if let Observed::Known(subnets) = &mut region.ec2.subnets {
            change(&mut subnets[0]);
        }
        let report = report(&region);
        match subnet(&report, "s1").scenario(&Scenario::Now) {
            Some(Assessed::NotAssessed(gap)) => gap.unknown.clone(),
            other => panic!("{other:?}"),
        }
    };
    let failed = |error: &str| Unknown::Failed {
        operation: "ec2:DescribeSubnets".to_owned(),
        error: error.to_owned(),
    };
    assert_eq!(
        unsaid(|subnet| subnet.ipv4_cidr = None),
        failed("subnet s1 has no IPv4 range")
    );
    assert_eq!(
        unsaid(|subnet| subnet.free_ipv4_addresses = None),
        failed("subnet s1 was shown without its number of free addresses")
    );
    assert_eq!(
        unsaid(|subnet| subnet.id = "other".to_owned()),
        failed("subnet s1 is not in the answer")
    );
}

#[test]
fn every_figure_names_formula_inputs_and_source() {
    fn walk(value: &serde_json::Value, figures: &mut usize) {
        if let Some(formula) = value.get("formula").and_then(serde_json::Value::as_str) {
            *figures += 1;
            assert!(!formula.is_empty());
            assert!(
                value["inputs"]
                    .as_object()
                    .is_some_and(|inputs| !inputs.is_empty()),
                "{value}"
            );
            assert!(
                value["source"]
                    .as_str()
                    .is_some_and(|source| source.starts_with("https://")),
                "{value}"
            );
        }
        match value {
            serde_json::Value::Object(members) => members.values().for_each(|it| walk(it, figures)),
            serde_json::Value::Array(items) => items.iter().for_each(|it| walk(it, figures)),
            _ => {}
        }
    }
    let mut region = base();
    set_subnet(&mut region, "s1", "10.0.0.0/28", 0);
    let json = serde_json::to_value(report(&region)).expect("serialises");
    let mut figures = 0;
    walk(&json, &mut figures);
    assert!(figures > 100, "{figures}");
    assert_eq!(json["assumptions"]["connections_per_environment"], 20);
    assert_eq!(
        json["verdicts"][0]["failure"]["kind"],
        "no_address_for_interface"
    );
}
