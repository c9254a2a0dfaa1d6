//! What the report says of the account, by the figures of its head comment.

use tripod_capacity::{SupposedThrottle, WhatIf};
use tripod_model::{Observed, RegionStatus, fixtures};

use super::account::{asked, earlier, history, report, snapshot};
use crate::Options;
use crate::capacity::{CapacityReport, History, Question, Subject, When, json, table};

const OPTIONS: Options = Options {
    width: 100,
    colour: false,
    limit: Some(25),
    arns: false,
    group_by: crate::GroupBy::Check,
};

/// Whether words stand in a table, whatever stands between them.
fn holds(text: &str, words: &str) -> bool {
    let one_space = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    one_space(text).contains(&one_space(words))
}

fn supposing(what_if: WhatIf) -> CapacityReport {
    let question = Question {
        what_if,
        ..Question::default()
    };
    asked(&snapshot(), &question).expect("names of the snapshot")
}

#[test]
fn what_fails_first_is_what_fails_now_and_names_who_stops() {
    let report = report();
    let first = &report.first[0];
    assert_eq!(
        (&first.when, first.subject),
        (&When::Now, Subject::Addresses)
    );
    assert_eq!(first.place, "s1");
    assert!(
        first
            .says
            .starts_with("private-a has too few addresses now: 1 missing of 3 needed, 1 free")
    );
    // claims has its interface; of the two that ask for the last address either may be the one that gets it.
    assert_eq!(first.stops, ["labs", "orders"]);
    let names: Vec<&str> = first
        .shows
        .iter()
        .flat_map(|it| it.names.iter().copied())
        .collect();
    assert!(names.contains(&"SubnetOutOfIPAddresses"), "{names:?}");
}

#[test]
fn an_entry_without_a_bound_drains_the_pool_and_its_neighbours_stop() {
    let report = report();
    let pool = report
        .first
        .iter()
        .find(|it| it.subject == Subject::Pool)
        .expect("it drains");
    assert_eq!(pool.when, When::AtLimits);
    assert_eq!(
        pool.says,
        "1 entry, open to anybody, can drain the 1,000 executions that 3 functions share; the worst, \
         https://claims.lambda-url.eu-central-1.on.aws/, can ask for more than any bound and has room for 998"
    );
    assert_eq!(pool.stops, ["labs", "orders"]);
}

#[test]
fn a_trend_within_ninety_days_is_among_what_fails_first() {
    let report = report();
    let trend = report
        .first
        .iter()
        .find(|it| it.subject == Subject::Trend)
        .expect("it falls");
    // 10 a day, 1 left at midnight: none left after a tenth of a day.
    assert_eq!(
        trend.says,
        "private-a runs out of addresses on 2026-11-22 if it goes on as in the last 5 runs: -10.0 a day"
    );
    assert_eq!(report.history.runs, ["run-4", "run-3", "run-2", "run-1"]);
}

#[test]
fn the_order_is_now_then_limits_then_dates_then_what_may_happen() {
    let whens: Vec<When> = report().first.into_iter().map(|it| it.when).collect();
    assert!(whens.is_sorted());
    assert_eq!(whens[0], When::Now);
}

#[test]
fn runs_of_another_endpoint_or_the_future_are_in_no_trend() {
    let mut snapshot = snapshot();
    snapshot.run.endpoint = Some("http://127.0.0.1:4566".to_owned());
    let report = asked(&snapshot, &Question::default()).expect("a report");
    assert!(report.history.runs.is_empty());
    assert!(report.first.iter().all(|it| it.subject != Subject::Trend));
    let mut future = History::default();
    future.add("run--1", &earlier(-1, 0));
    let question = Question::default();
    let report = CapacityReport::new(&super::account::snapshot(), &question, &future, "0.1.0");
    assert!(report.expect("a report").history.runs.is_empty());
}

#[test]
fn a_run_that_cannot_be_read_is_named_and_the_others_count() {
    let mut history = history();
    history.add("torn", "{\"schema\"");
    history.add("other", "{\"schema\":\"tripod.snapshot.v9\",\"run\":{\"id\":\"x\",\"observed\":\"2026-11-01T00:00:00Z\",\"endpoint\":null},\"accounts\":[]}");
    history.skip("gone", "no such file");
    let report = CapacityReport::new(&snapshot(), &Question::default(), &history, "0.1.0");
    let report = report.expect("a report");
    let skipped: Vec<&str> = report
        .history
        .skipped
        .iter()
        .map(|it| it.run.as_str())
        .collect();
    assert_eq!(skipped, ["torn", "other", "gone"]);
    assert_eq!(report.history.runs.len(), 4);
    let text = table(&report, &OPTIONS);
    assert!(
        holds(&text, "Run gone is not in the trend: no such file"),
        "{text}"
    );
}

#[test]
fn subnets_that_were_not_read_are_no_point_of_zero() {
    let mut denied = snapshot();
    denied.accounts[0].regions[0].ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
    let mut history = History::default();
    for day in 1..=4 {
        denied.run.observed = format!("2026-11-{:02}T00:00:00Z", 10 + day)
            .parse()
            .expect("a time");
        history.add("denied", &serde_json::to_string(&denied).expect("writes"));
    }
    let report = CapacityReport::new(&snapshot(), &Question::default(), &history, "0.1.0");
    let text = table(&report.expect("a report"), &OPTIONS);
    assert!(
        holds(
            &text,
            "Trend: unknown. It takes 5 runs at different times, and there are 1."
        ),
        "{text}"
    );
}

#[test]
fn a_reservation_supposed_takes_the_pool_out_of_danger_and_the_change_is_said() {
    let report = supposing(WhatIf {
        reserved: [("claims".to_owned(), 100)].into(),
        ..WhatIf::default()
    });
    assert!(report.first.iter().all(|it| it.subject != Subject::Pool));
    let changes = report.changes.as_deref().expect("something is supposed");
    let gone = changes
        .iter()
        .find(|it| it.after.is_none())
        .expect("one is gone");
    assert!(
        gone.before
            .as_ref()
            .is_some_and(|it| it.starts_with("1 entry, open to anybody,"))
    );
    let new = changes
        .iter()
        .find(|it| it.before.is_none())
        .expect("one is new");
    assert!(
        new.after
            .as_ref()
            .is_some_and(|it| it.contains("nobody else's"))
    );
    // 900 are left unreserved, of which the floor keeps 100.
    let concurrency = report.accounts[0].regions[0]
        .concurrency
        .known()
        .expect("known");
    let left = [&concurrency.unreserved, &concurrency.reservable];
    assert_eq!(
        left.map(|it| it.as_ref().map(|it| it.value)),
        [Some(900), Some(800)]
    );
}

#[test]
fn a_supposition_that_changes_nothing_says_so_and_none_has_no_such_section() {
    let throttle: SupposedThrottle = "shop/prod/*=40:80".parse().expect("a throttle");
    let report = supposing(WhatIf {
        throttles: vec![throttle],
        ..WhatIf::default()
    });
    assert_eq!(report.changes, Some(vec![]));
    let text = table(&report, &OPTIONS);
    assert!(text.contains(
        "Supposed: every method at prod of shop is throttled to 40 a second with a burst of 80"
    ));
    assert!(text.contains("Nothing of what fails first."));
    assert!(!table(&super::account::report(), &OPTIONS).contains("WHAT THE SUPPOSITIONS CHANGE"));
}

#[test]
fn functions_with_security_groups_of_their_own_ask_for_more() {
    let needed = |report: &CapacityReport| {
        let known = report.accounts[0].regions[0]
            .addresses
            .known()
            .expect("known");
        let peak = &known.scenarios[1];
        peak.sums.need.as_ref().map(|it| it.expected.value)
    };
    let more = supposing(WhatIf {
        add_functions: 4,
        new_security_group: true,
        ..WhatIf::default()
    });
    // One interface for each of the three sets there are, and four more.
    assert_eq!([needed(&report()), needed(&more)], [Some(3), Some(7)]);
}

#[test]
fn an_assumption_that_was_changed_is_marked() {
    let mut question = Question::default();
    question.assumptions.connections_per_environment = 7;
    let report = asked(&snapshot(), &question).expect("a report");
    let changed: Vec<_> = report.assumptions.iter().filter(|it| it.changed).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        (changed[0].name, changed[0].value),
        ("connections_per_environment", 7)
    );
    assert!(table(&report, &OPTIONS).contains("7 (changed)"));
}

#[test]
fn functions_that_were_not_read_leave_no_figure_and_name_the_permission() {
    let mut snapshot = snapshot();
    let region = &mut snapshot.accounts[0].regions[0];
    region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    let report = asked(&snapshot, &Question::default()).expect("a report");
    assert!(report.is_blind());
    let text = table(&report, &OPTIONS);
    assert!(
        text.contains("Nothing could be reckoned, so nothing is known to suffice."),
        "{text}"
    );
    assert!(holds(&text, "cure: allow lambda:ListFunctions"), "{text}");
    assert!(!self::report().is_blind());
}

#[test]
fn interfaces_that_were_not_read_are_named_with_their_permission() {
    let mut snapshot = snapshot();
    let region = &mut snapshot.accounts[0].regions[0];
    region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
    let text = table(
        &asked(&snapshot, &Question::default()).expect("a report"),
        &OPTIONS,
    );
    assert!(
        holds(&text, "AWS denied ec2:DescribeNetworkInterfaces"),
        "{text}"
    );
    assert!(
        holds(&text, "allow ec2:DescribeNetworkInterfaces"),
        "{text}"
    );
}

#[test]
fn a_region_that_is_not_enabled_lacks_nothing() {
    let mut snapshot = snapshot();
    let mut off = tripod_model::RegionalAccount::not_collected(
        tripod_model::RegionName::new("me-south-1"),
        RegionStatus::Disabled,
    );
    off.lambda.functions = Observed::NotCollected;
    snapshot.accounts[0].regions.push(off);
    let report = asked(&snapshot, &Question::default()).expect("a report");
    assert!(report.accounts[0].regions[1].gaps.is_empty());
    let text = table(&report, &OPTIONS);
    assert!(text.contains("not enabled: me-south-1"), "{text}");
    assert_eq!(text.matches("me-south-1").count(), 1, "{text}");
}

#[test]
fn the_document_has_its_schema_its_figures_and_its_assumptions() {
    let mut bytes = Vec::new();
    json(&report(), &mut bytes).expect("memory can be written");
    let document: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(document["schema"], "tripod.capacity.v1");
    assert_eq!(document["first"][0]["when"], "now");
    let region = &document["accounts"][0]["regions"][0];
    let supply = &region["addresses"]["known"]["subnets"][0]["supply"]["known"];
    assert_eq!(supply["free"]["value"], 1);
    assert_eq!(supply["reserved"]["value"], 5);
    assert!(
        supply["free"]["source"]
            .as_str()
            .is_some_and(|it| it.starts_with("https://docs.aws.amazon.com/"))
    );
    assert_eq!(region["trends"]["s1"]["trend"], "falling");
    assert_eq!(document["assumptions"][0]["value"], 20);
    assert!(document["changes"].is_null());
}

#[test]
fn the_table_at_a_hundred_columns() {
    insta::assert_snapshot!(table(&report(), &OPTIONS));
}

#[test]
fn no_width_is_too_small_and_sixty_columns_hold_every_row() {
    let text = table(
        &report(),
        &Options {
            width: 60,
            ..OPTIONS
        },
    );
    for line in text.lines() {
        let fits = line.chars().count() <= 60 || !line.starts_with(['|', '+']);
        assert!(fits, "{line}");
    }
    for width in [0, 1, 20] {
        let text = table(&report(), &Options { width, ..OPTIONS });
        assert!(text.contains("WHAT FAILS FIRST"));
    }
}
