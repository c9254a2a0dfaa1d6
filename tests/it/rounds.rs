//! Scans in which many operations go wrong at once: first those that a scan asks in any case, then, with
//! these as they were, those that follow from their answers, until none is left.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tripod_sim::{Builder, Fault};

use crate::support::{CLINIC_ACCOUNT, UNSERVED, only_run, read_json, sim, stderr, tripod_as};

/// Without these two there is nothing to ask further.
pub(crate) const FIRST: [&str; 2] = ["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// The regions in which the clinic has something. The others are empty.
pub(crate) const REGIONS: [&str; 3] = ["eu-central-1", "eu-west-1", "us-east-1"];

/// A scan of the clinic in which some operations went wrong.
pub(crate) struct Seen {
    /// The accounts of its snapshot.
    pub(crate) accounts: Value,
    /// Its report.
    pub(crate) report: Value,
    /// What was asked, as `service:Operation`.
    asked: BTreeSet<String>,
}

/// Every operation of a scan but the first two, and those that nobody serves.
pub(crate) fn operations() -> BTreeSet<&'static str> {
    let all = tripod_collect::operations().into_iter();
    all.filter(|operation| !FIRST.contains(operation) && !UNSERVED.contains(operation))
        .collect()
}

/// Every operation whose answer no check reads.
pub(crate) fn unread() -> BTreeSet<&'static str> {
    let mut all = operations();
    for check in tripod_checks::ALL {
        all.retain(|operation| !check.needs.contains(operation));
    }
    all
}

/// Lets all of `left` go wrong by `fault`, round by round. Gives `judge` each scan, and the operations that
/// were meant to go wrong in it.
pub(crate) fn in_rounds(
    mut left: BTreeSet<&'static str>,
    fault: &Fault,
    mut judge: impl FnMut(&Seen, &BTreeSet<&'static str>),
) {
    while !left.is_empty() {
        let seen = scan_with(&left, fault);
        judge(&seen, &left);
        let before = left.len();
        left.retain(|operation| !seen.asked.contains(*operation));
        assert!(left.len() < before, "no scan of the clinic asks {left:?}");
    }
}

/// A scan in which all of these operations go wrong.
pub(crate) fn scan_with(operations: &BTreeSet<&str>, fault: &Fault) -> Seen {
    let home = tempfile::tempdir().expect("a folder");
    let faulty = |sim: Builder, operation: &&str| sim.fault(operation, fault.clone());
    let sim = operations.iter().fold(sim("clinic"), faulty);
    let sim = sim.start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--endpoint-url", &sim.endpoint(), "--no-progress"])
        .args([
            "--timeout",
            "2",
            "--quota-share",
            "1",
            "--quota-speed",
            "50",
        ])
        .args(["--all-buckets", "--last-accessed"])
        .args(REGIONS.iter().flat_map(|region| ["--region", region]))
        .args(["--format", "json", "--min-coverage", "0"])
        .output()
        .expect("the program runs");
    // 3 where nothing could be read at all.
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{}", stderr(&output));
    let snapshot = read_json(&only_run(home.path()).join("snapshot.json"));
    assert_eq!(snapshot["run"]["broken_collectors"], json!([]));
    let counts = sim.counts();
    let asked = counts.keys();
    let asked = asked.map(|(_, service, operation)| format!("{service}:{operation}"));
    Seen {
        accounts: snapshot["accounts"].clone(),
        report: serde_json::from_slice(&output.stdout).expect("a report"),
        asked: asked.collect(),
    }
}

/// A snapshot with every unknown value called so, whatever the reason, without where it was read, and
/// without the fingerprints of what was redacted, for which each run has its own key.
pub(crate) fn reasons_apart(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let states = ["denied", "failed", "unsupported"];
            if members.len() == 1 && states.iter().any(|state| members.contains_key(*state)) {
                return json!("unknown");
            }
            // Each run's own.
            let kept = members
                .iter()
                .filter(|(name, _)| *name != "sources" && *name != "fingerprint");
            kept.map(|(name, member)| {
                // A region of which nothing was read.
                let unreached = name == "status" && (member == "denied" || member == "failed");
                let member = if unreached {
                    json!("unknown")
                } else {
                    reasons_apart(member)
                };
                (name.clone(), member)
            })
            .collect()
        }
        Value::Array(items) => items.iter().map(reasons_apart).collect(),
        Value::String(word) if word == "not_collected" => json!("unknown"),
        Value::String(text) => json!(without_fingerprints(text)),
        scalar => scalar.clone(),
    }
}

/// A text whose markers of what was redacted end before the fingerprint.
fn without_fingerprints(text: &str) -> String {
    const MARKER: &str = "tripod-redacted:v1:";
    let mut parts = text.split(MARKER);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // kind:length:entropy:fingerprint
        let fingerprint = part.match_indices(':').nth(2).map(|(at, _)| at + 1);
        let fingerprint = fingerprint.expect("a whole marker");
        let rest = part[fingerprint..].trim_start_matches(|sign: char| sign.is_ascii_hexdigit());
        kept = [&kept, MARKER, &part[..fingerprint], rest].concat();
    }
    kept
}

/// Where two documents first differ, if they do: the path, and both values.
pub(crate) fn apart(expected: &Value, seen: &Value) -> Option<String> {
    let below = |step: &str, expected: &Value, seen: &Value| {
        apart(expected, seen).map(|place| format!("/{step}{place}"))
    };
    match (expected, seen) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            let mut names = names.into_iter();
            names.find_map(|name| below(name, &expected[name], &seen[name]))
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut pairs = ours.iter().zip(theirs).enumerate();
            pairs.find_map(|(index, (ours, theirs))| below(&index.to_string(), ours, theirs))
        }
        _ => (expected != seen).then(|| format!(" is {seen} and not {expected}")),
    }
}
