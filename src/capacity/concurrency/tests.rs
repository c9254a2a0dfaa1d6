//! Expectations reckoned by hand, the arithmetic beside them.

use tripod_model::cloudwatch::{CloudWatch, Daily, Metrics};
use tripod_model::lambda::{Function, ProvisionedConcurrency};
use tripod_model::{Observed, RegionalAccount, Unknown, fixtures};

use super::{Concurrency, of};
use crate::WhatIf;

fn function(name: &str, reserved: Option<i64>, provisioned: i64) -> Function {
    let mut function = fixtures::function(name);
    function.details = function.details.map(|mut details| {
        details.reserved_concurrency = reserved;
        details
    });
    if provisioned > 0 {
        function.provisioned_concurrency = Observed::Known(vec![ProvisionedConcurrency {
            function_arn: function.arn.clone(),
            requested: Some(provisioned + 10),
            allocated: Some(provisioned),
            available: Some(0),
            status: Some("IN_PROGRESS".to_owned()),
            status_reason: None,
        }]);
    }
    function
}

/// A region with a limit of 3,000: `a` reserves 500 and keeps 100 of them ready, `b` keeps 50 ready, `c` nothing.
fn region() -> RegionalAccount {
    let mut region = fixtures::region(fixtures::REGION);
    region.lambda.functions = Observed::Known(vec![
        function("a", Some(500), 100),
        function("b", None, 50),
        function("c", None, 0),
    ]);
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.concurrent_executions = Some(3_000);
        settings.unreserved_concurrent_executions = Some(2_500);
        settings
    });
    let day = |day: &str, value| Daily {
        day: day.parse().expect("a day"),
        value,
    };
    region.cloudwatch = CloudWatch {
        metrics: Observed::Known(Metrics {
            from: "2026-10-23T00:00:00Z".parse().expect("a time"),
            until: "2026-11-22T00:00:00Z".parse().expect("a time"),
            concurrent_executions: Observed::Known(vec![
                day("2026-11-20", 1_501.0),
                day("2026-11-21", 900.0),
            ]),
            unreserved_concurrent_executions: Observed::Absent,
            functions: vec![],
            rest_stages: vec![],
            http_apis: vec![],
        }),
        ..CloudWatch::not_collected()
    };
    region
}

fn judged(region: &RegionalAccount) -> Concurrency {
    of(region, &WhatIf::default()).expect("functions are known")
}

fn supposing(name: &str, reserved: i64) -> Concurrency {
    let what_if = WhatIf {
        reserved: [(name.to_owned(), reserved)].into(),
        ..WhatIf::default()
    };
    of(&region(), &what_if).expect("functions are known")
}

fn value(figure: Option<&crate::Figure>) -> Option<i64> {
    figure.map(|it| it.value)
}

#[test]
fn what_is_shared_is_what_is_neither_reserved_nor_kept_ready_by_those_who_share() {
    let seen = judged(&region());
    assert_eq!(value(seen.limit.as_ref()), Some(3_000));
    assert_eq!(seen.reserved.value, 500);
    // 100 of a are inside its reservation; 50 of b come off the 2,500.
    assert_eq!(seen.provisioned.value, 150);
    assert_eq!(value(seen.on_demand.as_ref()), Some(2_450));
    // 100 stay unreserved.
    assert_eq!(value(seen.reservable.as_ref()), Some(2_400));
    assert!(!seen.below_floor);
}

#[test]
fn each_function_has_its_ceiling_and_reaches_it_a_thousand_in_ten_seconds() {
    let seen = judged(&region());
    let of = |at: usize| {
        let it: &super::FunctionConcurrency = &seen.functions[at];
        (
            value(it.ceiling.as_ref()),
            value(it.seconds_to_ceiling.as_ref()),
        )
    };
    // The first 1,000 come at once.
    assert_eq!(of(0), (Some(500), Some(0)));
    // 2,450 shared and 50 ready: (2,500 - 1,000) x 10 / 1,000 = 15 s.
    assert_eq!(of(1), (Some(2_500), Some(15)));
    // (2,450 - 1,000) x 10 / 1,000 = 14.5 s, rounded up.
    assert_eq!(of(2), (Some(2_450), Some(15)));
}

#[test]
fn the_peak_is_the_highest_day_and_its_share_is_rounded_up() {
    let seen = judged(&region());
    // 1,501 of 3,000 are 50.03 %.
    assert_eq!(value(seen.peak.as_ref()), Some(1_501));
    assert_eq!(value(seen.peak_percent.as_ref()), Some(51));
    // No datapoint is not zero.
    assert_eq!(seen.unreserved_peak, None);
    let missing: Vec<_> = seen.missing.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(missing, ["the region's peak of unreserved concurrency"]);
}

#[test]
fn a_reservation_supposed_comes_off_the_pool_and_below_the_floor_is_said() {
    // c takes 2,400 of the 2,500: 100 are left, less the 50 that b keeps ready.
    let most = supposing("c", 2_400);
    assert_eq!(value(most.unreserved.as_ref()), Some(100));
    assert_eq!(value(most.on_demand.as_ref()), Some(50));
    assert_eq!(value(most.reservable.as_ref()), Some(0));
    assert!(!most.below_floor);
    assert!(supposing("c", 2_401).below_floor);
    // a gives back 400 of its 500.
    assert_eq!(value(supposing("a", 100).unreserved.as_ref()), Some(2_900));
    assert_eq!(
        value(supposing("stranger", 100).unreserved.as_ref()),
        Some(2_500)
    );
}

#[test]
fn what_is_not_known_is_none_and_named() {
    let mut region = region();
    region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
    if let Observed::Known(functions) = &mut region.lambda.functions {
        functions[0].details = fixtures::denied("lambda:GetFunction");
        functions[1].provisioned_concurrency =
            fixtures::denied("lambda:ListProvisionedConcurrencyConfigs");
    }
    let seen = judged(&region);
    assert_eq!(
        (&seen.limit, &seen.unreserved, &seen.on_demand),
        (&None, &None, &None)
    );
    let whats: Vec<_> = seen.missing.iter().map(|it| it.what.as_str()).collect();
    assert!(whats.contains(&"the account's limit"), "{whats:?}");
    assert_eq!(seen.functions[0].ceiling, None);
    assert_eq!(seen.functions[0].missing[0].what, "its reservation");
    assert_eq!(
        seen.functions[1].missing[0].what,
        "its provisioned concurrency"
    );
    region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    assert!(matches!(
        of(&region, &WhatIf::default()),
        Err(Unknown::Denied { .. })
    ));
}
