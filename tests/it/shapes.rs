//! What AWS may leave out, and all that it may say: answers made up from its own service models.
//!
//! Every operation of a scan is answered in its barest form, in bare forms with more and more structure,
//! and with every member there is. Nothing may break, and what AWS did not say must not stand in the
//! snapshot: no `false`, no 0, no word that reads like an answer.

use std::collections::BTreeSet;

use serde_json::Value;
use tripod_sim::{Builder, Fault};

use crate::support::{CLINIC_ACCOUNT, only_run, read_json, sim, stderr, tripod_as};

/// Without these two there is nothing to ask further.
const FIRST: [&str; 2] = ["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// The word that every made-up text holds.
const WORD: &str = "simulated";

/// Members that are no answers of the operation asked: where a thing was read, and how a question ended.
const OURS: [&str; 4] = ["sources", "operation", "error", "request_id"];

/// What we say of a region by its answers.
const STATUS: &str = "/*/regions/*/status";

#[test]
fn the_barest_answers_say_nothing() {
    nothing_is_made_up(&Fault::Hollow(0));
}

#[test]
fn bare_answers_with_structure_say_nothing() {
    for depth in [1, 2, 3, 5] {
        nothing_is_made_up(&Fault::Hollow(depth));
    }
}

#[test]
fn answers_with_every_member_break_nothing() {
    in_rounds(&Fault::Full, |_, _| {});
}

fn nothing_is_made_up(fault: &Fault) {
    in_rounds(fault, |invented, refused| {
        let known: BTreeSet<(String, String)> = said(refused).into_iter().collect();
        let said = said(invented);
        let more: Vec<&(String, String)> =
            said.iter().filter(|leaf| !known.contains(*leaf)).collect();
        assert!(
            more.is_empty(),
            "{fault:?}: AWS did not say this:\n{more:#?}"
        );
    });
}

/// Answers every operation by `fault`: those that a scan asks first, then, with these as they were, those
/// that follow from them, until none is left. Gives `judge` the snapshot, and the one of a scan in which
/// the same operations were refused.
fn in_rounds(fault: &Fault, judge: impl Fn(&Value, &Value)) {
    let mut left: BTreeSet<&str> = tripod_collect::operations()
        .into_iter()
        .filter(|operation| !FIRST.contains(operation))
        .collect();
    while !left.is_empty() {
        let (invented, asked) = snapshot(&left, fault);
        let answered: BTreeSet<&str> = left
            .iter()
            .copied()
            .filter(|operation| asked.contains(*operation))
            .collect();
        assert!(!answered.is_empty(), "no scan of the clinic asks {left:?}");
        let (refused, _) = snapshot(&left, &Fault::Deny);
        judge(&invented, &refused);
        left.retain(|operation| !answered.contains(operation));
    }
}

/// A scan in which all of these operations are answered by `fault`, and which operations were asked.
fn snapshot(operations: &BTreeSet<&str>, fault: &Fault) -> (Value, BTreeSet<String>) {
    let home = tempfile::tempdir().expect("a folder");
    let faulty = |sim: Builder, operation: &&str| sim.fault(operation, fault.clone());
    let sim = operations.iter().fold(sim("clinic"), faulty);
    let sim = sim.start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--endpoint-url", &sim.endpoint(), "--no-progress"])
        .args(["--region", "eu-central-1", "--region", "eu-west-1"])
        .args(["--format", "json", "--min-coverage", "0"])
        .output()
        .expect("the program runs");
    let snapshot = read_json(&only_run(home.path()).join("snapshot.json"));
    // 3 where nothing could be read at all.
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{}",
        stderr(&output)
    );
    assert_eq!(snapshot["run"]["broken_collectors"], serde_json::json!([]));
    let counts = sim.counts();
    let asked = counts
        .keys()
        .map(|(_, service, operation)| format!("{}:{operation}", ours(service)))
        .collect();
    (snapshot["accounts"].clone(), asked)
}

/// A service by the name it has in operations of Tripod, where botocore calls it otherwise.
fn ours(service: &str) -> &str {
    match service {
        "service-quotas" => "servicequotas",
        other => other,
    }
}

/// Every `true`, `false`, number and word of a snapshot, with its place.
fn said(snapshot: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    walk(snapshot, "", &mut all);
    all
}

fn walk(value: &Value, path: &str, all: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if !OURS.contains(&name.as_str()) {
                    walk(member, &format!("{path}/{name}"), all);
                }
            }
        }
        // What stands where among other things of its kind does not matter.
        Value::Array(items) => {
            for item in items {
                walk(item, &format!("{path}/*"), all);
            }
        }
        Value::Null => {}
        _ if path == STATUS => {}
        Value::String(text) if text.contains(WORD) => {}
        // The state of an observed value, or a state of nothing at all.
        Value::String(text) if text == "absent" || text == "not_collected" => {}
        scalar => all.push((path.to_owned(), scalar.to_string())),
    }
}
