//! Exceptions against findings of a real check.

use tripod_checks::{ALL, Check, Settings, View, find};
use tripod_model::{Finding, Observed, Outcome, Snapshot, fixtures};

use crate::testing::with_url;
use crate::{Assessment, Exception, Terms, assess_under};

/// Fixtures take 2026-11-22 for today.
const TODAY: &str = "2026-11-22";

fn checks() -> Vec<&'static Check> {
    vec![find("lambda-public-url").expect("registered")]
}

/// Three functions: `webhook-a` and `webhook-b` open to everyone, `shut` not.
fn snapshot() -> Snapshot {
    fixtures::with_functions(vec![
        with_url("shut", "AWS_IAM"),
        with_url("webhook-a", "NONE"),
        with_url("webhook-b", "NONE"),
    ])
}

fn entry(resource: &str, expires: &str, more: &str) -> String {
    format!(
        "[[exception]]\ncheck = \"lambda-public-url\"\nresource = \"{resource}\"\nowner = \"me\"\nreason = \"by design\"\nexpires = {expires}\n{more}\n"
    )
}

fn settled_of(snapshot: &Snapshot, file: &str) -> Assessment {
    let terms = Terms {
        exceptions: Exception::read_all("x.toml", file, ALL).expect("entries"),
        ..Terms::default()
    };
    let settings = Settings::default();
    assess_under(&View::new(snapshot, &settings), &checks(), &terms)
}

fn settled(file: &str) -> Assessment {
    settled_of(&snapshot(), file)
}

/// The findings of a check of our own, about entries in their order.
fn own<'a>(assessment: &'a Assessment, check: &str) -> Vec<&'a Finding> {
    let mut findings: Vec<_> = assessment
        .findings
        .iter()
        .filter(|finding| finding.check == check)
        .collect();
    findings.sort_by_key(|finding| finding.resource.name.clone());
    findings
}

fn outcome(assessment: &Assessment, check: &str) -> Outcome {
    own(assessment, check)[0].outcome
}

fn covered(assessment: &Assessment) -> Vec<&str> {
    let covered = assessment
        .findings
        .iter()
        .filter(|it| it.exception.is_some());
    covered
        .map(|finding| finding.resource.name.as_str())
        .collect()
}

#[test]
fn what_an_entry_covers_is_shown_with_it_and_stays_a_failure() {
    let plain = settled("");
    let settled = settled(&entry("webhook-a", "2027-03-31", ""));
    assert_eq!(covered(&settled), ["webhook-a"]);
    let finding = settled
        .findings
        .iter()
        .find(|finding| finding.exception.is_some())
        .expect("covered");
    assert_eq!(finding.outcome, Outcome::Fail);
    let shown = finding.exception.as_ref().expect("an exception");
    assert_eq!(
        (shown.owner.as_str(), shown.source.as_str()),
        ("me", "x.toml:1")
    );
    let (before, after) = (
        plain.pillars.confidentiality,
        settled.pillars.confidentiality,
    );
    assert_eq!((before.score, before.open), (after.score, after.open));
    assert_eq!((before.excepted.total(), after.excepted.total()), (0, 1));
    for check in ["broad", "expired", "unused"] {
        let id = format!("tripod-{check}-exception");
        assert_eq!(outcome(&settled, &id), Outcome::Pass, "{id}");
    }
}

#[test]
fn account_and_region_limit_it() {
    for more in ["account = \"444455556666\"", "region = \"us-east-1\""] {
        let settled = settled(&entry("webhook-*", "2027-03-31", more));
        assert!(covered(&settled).is_empty());
        let unused = own(&settled, "tripod-unused-exception");
        assert_eq!(unused[0].outcome, Outcome::NotApplicable, "{more}");
    }
    let here = "account = \"111122223333\"\nregion = \"eu-central-1\"";
    assert_eq!(
        covered(&settled(&entry("webhook-*", "2027-03-31", here))).len(),
        2
    );
}

#[test]
fn an_arn_of_another_account_is_elsewhere_too() {
    let arn = "arn:aws:lambda:eu-central-1:444455556666:function:webhook-a";
    let settled = settled(&entry(arn, "2027-03-31", ""));
    assert_eq!(
        outcome(&settled, "tripod-unused-exception"),
        Outcome::NotApplicable
    );
}

#[test]
fn an_expired_entry_covers_nothing_and_says_what_is_open_again() {
    let before = settled(&entry("webhook-*", "2026-11-21", ""));
    assert!(covered(&before).is_empty());
    let expired = own(&before, "tripod-expired-exception")[0];
    assert_eq!(expired.outcome, Outcome::Fail);
    assert!(
        expired.message.contains("failures that it is about: 2;"),
        "{}",
        expired.message
    );
    assert_eq!(outcome(&before, "tripod-unused-exception"), Outcome::Pass);
    let last_day = settled(&entry("webhook-*", TODAY, ""));
    assert_eq!(covered(&last_day).len(), 2);
}

#[test]
fn an_entry_that_matches_no_failure_is_unused() {
    for resource in ["gone", "shut"] {
        let settled = settled(&entry(resource, "2027-03-31", ""));
        let unused = own(&settled, "tripod-unused-exception")[0];
        assert_eq!(unused.outcome, Outcome::Fail);
        assert_eq!(unused.resource.name, "x.toml:1");
        assert!(unused.message.contains(resource));
    }
}

#[test]
fn what_could_not_be_seen_leaves_open_whether_an_entry_is_unused() {
    let mut hidden = snapshot();
    hidden.accounts[0].regions[0].lambda.functions = fixtures::denied("lambda:ListFunctions");
    let settled = settled_of(&hidden, &entry("webhook-a", "2027-03-31", ""));
    let unused = own(&settled, "tripod-unused-exception")[0];
    assert_eq!(unused.outcome, Outcome::NotAssessed);
    let cause = unused.cause.as_ref().expect("a cause");
    assert_eq!(cause.operation.as_deref(), Some("lambda:ListFunctions"));

    let mut hidden = snapshot();
    if let Observed::Known(functions) = &mut hidden.accounts[0].regions[0].lambda.functions {
        functions[1].urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
    }
    let about_it = settled_of(&hidden, &entry("webhook-a", "2027-03-31", ""));
    assert_eq!(
        outcome(&about_it, "tripod-unused-exception"),
        Outcome::NotAssessed
    );
    let about_another = settled_of(&hidden, &entry("gone", "2027-03-31", ""));
    assert_eq!(
        outcome(&about_another, "tripod-unused-exception"),
        Outcome::Fail
    );
}

#[test]
fn an_entry_for_a_check_that_did_not_run_is_not_judged() {
    let other = entry("x", "2027-03-31", "").replace("lambda-public-url", "lambda-shared-role");
    let settled = settled(&other);
    assert_eq!(
        outcome(&settled, "tripod-unused-exception"),
        Outcome::NotApplicable
    );
}

#[test]
fn an_entry_that_any_name_would_match_is_broad() {
    for resource in [
        "*",
        "arn:aws:lambda:*:*:function:*",
        "arn:aws:lambda:eu-central-1:111122223333:function:*",
        "arn:*",
    ] {
        let settled = settled(&entry(resource, "2027-03-31", ""));
        let broad = own(&settled, "tripod-broad-exception")[0];
        assert_eq!(broad.outcome, Outcome::Fail, "{resource}");
        assert!(
            broad.message.contains("whatever its name"),
            "{}",
            broad.message
        );
        assert_eq!(covered(&settled).len(), 2, "in force all the same");
    }
    for resource in ["webhook-*", "arn:aws:lambda:*:*:function:webhook-?"] {
        let settled = settled(&entry(resource, "2027-03-31", ""));
        assert_eq!(
            outcome(&settled, "tripod-broad-exception"),
            Outcome::Pass,
            "{resource}"
        );
    }
}

#[test]
fn an_entry_that_covers_many_or_lasts_long_is_broad() {
    let many = (0..26).map(|place| with_url(&format!("webhook-{place}"), "NONE"));
    let settled_many = settled_of(
        &fixtures::with_functions(many.collect()),
        &entry("webhook-*", "2027-03-31", ""),
    );
    let broad = own(&settled_many, "tripod-broad-exception")[0];
    assert_eq!(broad.message, "it covers 26 failures, more than 25");
    // 366 days from the day of the fixtures.
    assert_eq!(
        outcome(
            &settled(&entry("webhook-a", "2027-11-23", "")),
            "tripod-broad-exception"
        ),
        Outcome::Pass
    );
    let long = settled(&entry("webhook-a", "2027-11-24", ""));
    let broad = own(&long, "tripod-broad-exception")[0];
    assert!(
        broad.message.contains("longer than the 366 days"),
        "{}",
        broad.message
    );
}

#[test]
fn of_several_entries_the_first_in_force_is_shown_and_all_are_used() {
    let file = entry("webhook-a", "2026-01-01", "")
        + &entry("webhook-?", "2027-01-01", "")
        + &entry("webhook-a", "2027-02-01", "");
    let settled = settled(&file);
    let shown: Vec<&str> = settled
        .findings
        .iter()
        .filter_map(|finding| finding.exception.as_ref())
        .map(|shown| shown.source.as_str())
        .collect();
    assert_eq!(shown, ["x.toml:8", "x.toml:8"]);
    let unused = own(&settled, "tripod-unused-exception");
    assert!(
        unused
            .iter()
            .all(|finding| finding.outcome == Outcome::Pass)
    );
}

#[test]
fn entries_alike_are_two_resources_and_an_id_does_not_hang_on_the_line() {
    let once = entry("webhook-a", "2027-03-31", "");
    let twice = settled(&format!("{once}{once}"));
    let unused = own(&twice, "tripod-unused-exception");
    assert_ne!(unused[0].id, unused[1].id);
    let moved = settled(&format!("# a remark\n\n{once}"));
    let plain = settled(&once);
    assert_eq!(
        own(&moved, "tripod-unused-exception")[0].id,
        own(&plain, "tripod-unused-exception")[0].id
    );
}
