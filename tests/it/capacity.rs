//! `tripod capacity`: the clinic's figures, worked out by hand from its documents in `localstack/intent`.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{CLINIC_ACCOUNT, json, only_run, scan, sim, stderr, tripod};

/// The home of a user who has scanned the clinic once.
fn home() -> &'static Path {
    static HOME: OnceLock<TempDir> = OnceLock::new();
    HOME.get_or_init(|| {
        let home = tempfile::tempdir().expect("a folder");
        let clinic = sim("clinic").start().expect("the sim starts");
        scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
        home
    })
    .path()
}

fn ask(args: &[&str]) -> Output {
    tripod(home())
        .arg("capacity")
        .args(args)
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Whether words stand in a table, whatever stands between them.
fn holds(text: &str, words: &str) -> bool {
    let one_space = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    one_space(text).contains(&one_space(words))
}

/// The document of an answer, its head checked.
fn document(args: &[&str]) -> Value {
    let mut args = args.to_vec();
    args.extend(["--format", "json"]);
    let document = json(&ask(&args));
    assert_eq!(document["schema"], "tripod.capacity.v1");
    assert_eq!(document["tool"]["name"], "tripod");
    assert_eq!(document["accounts"][0]["id"], CLINIC_ACCOUNT);
    document
}

/// The member of a list that has this value.
fn with<'a>(list: &'a Value, member: &str, value: &str) -> &'a Value {
    let list = list.as_array().expect("a list");
    let found = list.iter().find(|it| it[member] == value);
    found.unwrap_or_else(|| panic!("no {member} is {value}"))
}

fn frankfurt(document: &Value) -> &Value {
    with(&document["accounts"][0]["regions"], "name", "eu-central-1")
}

/// What is left of a subnet in the expected case of a scenario.
fn left(document: &Value, subnet: &str, scenario: &str) -> Value {
    let addresses = &frankfurt(document)["addresses"]["known"];
    let subnet = with(&addresses["subnets"], "name", subnet);
    let scenarios = subnet["scenarios"].as_array().expect("a list");
    let found = scenarios
        .iter()
        .find(|it| it["scenario"]["name"] == scenario);
    let found = found.unwrap_or_else(|| panic!("no scenario {scenario}"));
    found["outcome"]["known"]["headroom"]["expected"]["value"].clone()
}

/// `full-c` has 11 addresses and none is free; the connector `labs` still needs one: -1. `edge-a` has one free and two
/// of the four interfaces that its functions need; the two that lie idle need theirs as soon as they wake: 1 - 2.
#[test]
fn subnets_run_short_where_the_documents_say_so() {
    let document = document(&[]);
    assert_eq!(left(&document, "full-c", "now"), -1);
    assert_eq!(left(&document, "edge-a", "now"), 1);
    assert_eq!(left(&document, "edge-a", "limits"), -1);
    assert_eq!(left(&document, "edge-a", "idle_wake"), -1);
    let first = &document["first"][0];
    assert_eq!(first["when"], "now");
    assert_eq!(first["subject"], "addresses");
    assert_eq!(first["stops"], serde_json::json!(["labs"]));
}

/// `prod` of claims-api lets 100 a second and a burst of 200 in; claims-intake took 1.9 s at its 99th percentile and
/// reserves 50: 100 x 1.9 + 200 = 390 of 50. With 10 a second and a burst of 20 it is 10 x 1.9 + 20 = 39.
#[test]
fn a_throttle_supposed_contains_an_entry() {
    let entry = |document: &Value| {
        let entries = &frankfurt(document)["containment"]["known"]["entries"];
        with(entries, "throttle_key", "a1claims01/prod/POST /claims").clone()
    };
    let demand = |entry: &Value| entry["demand"]["expected"]["value"].clone();
    let before = entry(&document(&[]));
    assert_eq!(before["room"]["room"]["value"], 50);
    assert_eq!(demand(&before), 390);
    assert_eq!(before["verdict"], "own_function");
    let supposed = document(&["--throttle", "claims-api/prod/*=10:20"]);
    let after = entry(&supposed);
    assert_eq!(demand(&after), 39);
    assert_eq!(after["verdict"], "contained");
    assert!(supposed["changes"].is_array());
}

/// Both subnets of documents-ocr are in eu-central-1a.
#[test]
fn a_zone_supposed_lost_names_the_functions_without_another() {
    let document = document(&["--lose-zone", "eu-central-1a"]);
    let scenarios = &frankfurt(&document)["addresses"]["known"]["scenarios"];
    let scenarios = scenarios.as_array().expect("a list");
    let peak = scenarios
        .iter()
        .find(|it| it["scenario"]["name"] == "observed_peak");
    let stopped = &peak.expect("it is always there")["stopped"];
    assert_eq!(*stopped, serde_json::json!(["documents-ocr"]));
}

/// Four more sets of security groups are four more interfaces in each subnet: full-c has -1 - 4 left.
#[test]
fn functions_supposed_take_an_address_in_every_subnet() {
    let document = document(&["--add-functions", "4", "--new-security-group"]);
    assert_eq!(left(&document, "full-c", "observed_peak"), -5);
    assert_eq!(left(&document, "full-c", "now"), -1, "now is what was seen");
}

#[test]
fn assumptions_are_printed_and_a_changed_one_is_marked() {
    let document = document(&["--connections-per-environment", "50"]);
    let assumed = with(
        &document["assumptions"],
        "name",
        "connections_per_environment",
    );
    assert_eq!(assumed["value"], 50);
    assert_eq!(assumed["changed"], true);
    let text = stdout(&ask(&["--connections-per-environment", "50"]));
    assert!(holds(&text, "50 (changed)"), "{text}");
}

#[test]
fn the_table_says_first_what_fails_first_and_last_what_was_assumed() {
    let output = ask(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words} in {text}"))
    };
    assert!(at("WHAT FAILS FIRST") < at("ADDRESSES, eu-central-1"));
    assert!(at("ADDRESSES, eu-central-1") < at("WHAT WAS ASSUMED"));
    // Its peak is 40 of the 50 that it reserves.
    assert!(holds(&text, "claims-intake (40 of 50)"), "{text}");
    assert!(holds(
        &text,
        "Trend: unknown. It takes 5 runs at different times, and there are 1."
    ));
    assert!(holds(&text, "not enabled: me-south-1"));
}

#[test]
fn a_file_a_run_and_a_region_are_taken_as_named() {
    let snapshot = only_run(home()).join("snapshot.json");
    let snapshot = snapshot.to_str().expect("UTF-8");
    let document = document(&["--snapshot", snapshot, "--region", "eu-west-1"]);
    let regions = document["accounts"][0]["regions"]
        .as_array()
        .expect("a list");
    assert_eq!(regions.len(), 1);
    assert_eq!(regions[0]["name"], "eu-west-1");
}

#[test]
fn the_page_goes_to_a_file_and_lets_nothing_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("capacity.html");
    let path = file.to_str().expect("UTF-8");
    let output = ask(&["--format", "html", "--output", path]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    let page = fs::read_to_string(file).expect("written");
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    assert!(page.contains("<svg class=\"cap-chart\""));
    assert!(!page.contains("<script"));
}

#[test]
fn a_name_that_is_none_ends_with_code_2_the_nearest_name_and_the_cure() {
    for (args, says, hint) in [
        (
            &["--function", "claims-intak", "--concurrency", "5"][..],
            "there is no function 'claims-intak'",
            "did you mean 'claims-intake'?",
        ),
        (
            &["--lose-zone", "eu-central-1z"],
            "there is no zone with a subnet 'eu-central-1z'",
            "did you mean 'eu-central-1a'?",
        ),
        (
            &["--throttle", "claims-apii/prod/*=1:1"],
            "there is no API 'claims-apii'",
            "did you mean 'claims-api'?",
        ),
        (
            &["--region", "eu-central-2"],
            "there is no region 'eu-central-2'",
            "did you mean 'eu-central-1'?",
        ),
        (
            &["--throttle", "claims-api/prod"],
            "'claims-api/prod' is not a throttle",
            "API/STAGE/METHOD=RATE:BURST",
        ),
        (
            &["--function", "claims-intake"],
            "--concurrency",
            "--concurrency",
        ),
        (&["--run", "none"], "there is no run 'none'", "tripod scan"),
    ] {
        let output = ask(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
        assert!(said.contains(hint), "{args:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}
