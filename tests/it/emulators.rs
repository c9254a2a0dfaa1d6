//! moto and ministack, written by others: that we speak AWS and not only our own dialect.
//!
//! `localstack/estates/clinic/differs.json` says, with reasons, where an emulator cannot hold what the
//! estate has; everything else must be as expected.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{
    CLINIC_ACCOUNT, Key, assert_outcomes, expected, only_run, read_json, repo, scan, script, sim,
    text,
};

/// An emulator of the test's own, ended with it.
struct Emulator {
    name: &'static str,
    state: String,
    endpoint: String,
}

impl Emulator {
    fn start(name: &'static str, home: &Path) -> Self {
        let state = home.join("state").display().to_string();
        let endpoint = script("up", &[name, "--state", &state]);
        Self {
            name,
            state,
            endpoint,
        }
    }

    /// Creates the clinic, and gives the emulator's ids by those of the estate.
    fn seed(&self) -> BTreeMap<String, String> {
        let map = script(
            "seed",
            &[
                "clinic",
                "--endpoint",
                &self.endpoint,
                "--emulator",
                self.name,
            ],
        );
        serde_json::from_str(&map).expect("a map of ids")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        script("down", &[self.name, "--state", &self.state]);
    }
}

const REGIONS: [&str; 6] = [
    "--region",
    "eu-central-1",
    "--region",
    "eu-west-1",
    "--region",
    "us-east-1",
];

/// The text with the emulator's ids replaced by the estate's.
fn translated(text: &str, ids: &BTreeMap<String, String>) -> Value {
    // Ids of parts are given as `whole/kind/part`; in documents the part stands alone as well.
    let part = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    let parts: BTreeMap<String, String> = ids
        .iter()
        .filter(|(estate, _)| !estate.starts_with("arn:"))
        .map(|(estate, own)| (part(own), part(estate)))
        .collect();
    let mut pairs: Vec<(&String, &String)> = ids.iter().collect();
    pairs.extend(parts.iter().map(|(own, estate)| (estate, own)));
    // Longer ids first, so that none is replaced within another.
    pairs.sort_by_key(|(_, own)| std::cmp::Reverse(own.len()));
    let text = pairs
        .into_iter()
        .fold(text.to_owned(), |text, (estate, own)| {
            text.replace(own.as_str(), estate)
        });
    serde_json::from_str(&text).expect("JSON")
}

fn differences(emulator: &str) -> Vec<Value> {
    let document = read_json(&repo("localstack/estates/clinic/differs.json"));
    document[emulator].as_array().expect("a list").clone()
}

/// What is expected of the emulator: the estate's outcomes, with its own differences laid over. Every
/// difference has to change something, so that none outlives its cause.
fn expected_of(emulator: &str) -> BTreeMap<Key, String> {
    let mut all = expected("clinic");
    for difference in differences(emulator) {
        let check = text(&difference["check"]);
        let excepted = &difference["except"];
        let named = |arn: &str| {
            let list = difference["resources"].as_array().expect("resources");
            let out = excepted
                .as_array()
                .is_some_and(|out| out.iter().any(|out| out == arn));
            !out && list.iter().any(|own| own == arn || own == "*")
        };
        let keys: Vec<Key> = all
            .keys()
            .filter(|(id, arn)| *id == check && named(arn))
            .cloned()
            .collect();
        assert!(!keys.is_empty(), "{difference:#} means nothing");
        for key in keys {
            let before = all.remove(&key);
            if let Some(outcome) = difference["outcome"].as_str() {
                assert_ne!(
                    before.as_deref(),
                    Some(outcome),
                    "{difference:#} of {key:?} changes nothing"
                );
                all.insert(key, outcome.to_owned());
            }
        }
    }
    all
}

/// Scans a seeded emulator: its report, and its snapshot, both in the estate's ids.
fn scanned(name: &'static str) -> (Value, Value) {
    let home = tempfile::tempdir().expect("a folder");
    let emulator = Emulator::start(name, home.path());
    let ids = emulator.seed();
    let report = scan(home.path(), &emulator.endpoint, CLINIC_ACCOUNT, &REGIONS);
    let snapshot =
        std::fs::read_to_string(only_run(home.path()).join("snapshot.json")).expect("kept");
    (
        translated(&report.to_string(), &ids),
        translated(&snapshot, &ids),
    )
}

#[test]
fn moto_is_judged_as_far_as_it_holds_the_clinic() {
    let (report, snapshot) = scanned("moto");
    assert_outcomes(&expected_of("moto"), &report);
    assert_same_snapshot("moto", &snapshot);
}

#[test]
fn ministack_is_judged_as_far_as_it_holds_the_clinic() {
    let (report, snapshot) = scanned("ministack");
    assert_outcomes(&expected_of("ministack"), &report);
    assert_same_snapshot("ministack", &snapshot);
}

/// Every value of the sim's snapshot is in the emulator's, but for the places that `differs.json`
/// names under `<emulator>-snapshot`.
fn assert_same_snapshot(emulator: &str, theirs: &Value) {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &REGIONS);
    let ours = read_json(&only_run(home.path()).join("snapshot.json"));
    let (ours, theirs) = (leaves(&ours["accounts"]), leaves(&theirs["accounts"]));
    let allowed: BTreeSet<String> = differences(&format!("{emulator}-snapshot"))
        .iter()
        .map(|entry| text(&entry["place"]))
        .collect();
    let mut used = BTreeSet::new();
    let mut unexplained = BTreeSet::new();
    for (path, value) in &ours {
        if theirs.get(path) == Some(value) {
            continue;
        }
        let place = place(path);
        let cause = allowed
            .iter()
            .filter(|own| place == **own || place.starts_with(&format!("{own}/")))
            .max_by_key(|own| own.len());
        match cause {
            Some(cause) => used.insert(cause.clone()),
            None => unexplained.insert(format!("{place}: {value} is {:?}", theirs.get(path))),
        };
    }
    let stale: Vec<&String> = allowed.difference(&used).collect();
    assert!(
        unexplained.is_empty(),
        "{emulator} differs:\n{}",
        unexplained.iter().cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(
        stale.is_empty(),
        "{emulator} no longer differs at {stale:?}"
    );
}

/// Members that name an item of a list.
const NAMES: [&str; 7] = [
    "arn",
    "id",
    "name",
    "uuid",
    "function_arn",
    "rule_number",
    "key",
];

/// Every scalar of a document by its path, items of lists under their names.
fn leaves(value: &Value) -> BTreeMap<Vec<String>, Value> {
    let mut all = BTreeMap::new();
    walk(value, &mut Vec::new(), &mut all);
    all
}

fn walk(value: &Value, path: &mut Vec<String>, all: &mut BTreeMap<Vec<String>, Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // Exchanges and times are each run's own.
                if name == "sources" || name == "last_modified" || name == "fingerprint" {
                    continue;
                }
                path.push(name.clone());
                walk(member, path, all);
                path.pop();
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
            // Sorted by the estate's ids, whatever the emulator's were.
            let mut items = items.clone();
            items.sort_by_key(Value::to_string);
            all.insert(path.clone(), Value::Array(items));
        }
        Value::Array(items) => {
            for item in items {
                let name = NAMES.iter().find_map(|name| item[*name].as_str());
                // What has no name goes by what it is.
                path.push(format!(
                    "[{}]",
                    name.map_or_else(|| item.to_string(), str::to_owned)
                ));
                walk(item, path, all);
                path.pop();
            }
        }
        // Documents are compared as what they say, not as they are written.
        Value::String(text) if text.starts_with('{') => {
            let document = serde_json::from_str(text).unwrap_or_else(|_| value.clone());
            all.insert(path.clone(), document);
        }
        scalar => {
            all.insert(path.clone(), scalar.clone());
        }
    }
}

/// A path without the names of items: where in the snapshot's shape it is.
fn place(path: &[String]) -> String {
    let steps: Vec<&str> = path
        .iter()
        .filter(|step| !step.starts_with('['))
        .map(String::as_str)
        .filter(|step| *step != "known")
        .collect();
    steps.join("/")
}
