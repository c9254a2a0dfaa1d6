//! A kept run says the same again: assessed, reported, replayed.

use std::fs;

use serde_json::Value;

use crate::support::{
    CLINIC_ACCOUNT, findings, json, only_run, repo, script, sim, stderr, tripod, tripod_as,
};

#[test]
fn a_kept_run_gives_the_same_report_in_every_way() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let scanned = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args([
            "scan",
            "--endpoint-url",
            &clinic.endpoint(),
            "--format",
            "json",
        ])
        .output()
        .expect("the program runs");
    drop(clinic);
    let run = only_run(home.path());
    let printed = |args: &[&str]| {
        let output = tripod(home.path())
            .args(args)
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        output
    };
    let snapshot = run.join("snapshot.json");
    let snapshot = snapshot.to_str().expect("UTF-8");
    let assessed = printed(&["assess", snapshot, "--format", "json"]);
    assert_eq!(
        assessed.stdout, scanned.stdout,
        "assess gives the scan's bytes"
    );
    let again = printed(&["assess", snapshot, "--format", "json"]);
    assert_eq!(again.stdout, assessed.stdout, "and does so every time");
    let reported = printed(&["report", "--format", "json"]);
    assert_eq!(
        reported.stdout, scanned.stdout,
        "report gives the scan's bytes"
    );

    let name = run
        .file_name()
        .and_then(|name| name.to_str())
        .expect("UTF-8");
    let folder = run.to_str().expect("UTF-8");
    let whole = findings(&json(&scanned));
    for way in [name, folder] {
        let replayed = printed(&["scan", "--replay", way, "--format", "json"]);
        assert_eq!(findings(&json(&replayed)), whole, "{way}");
    }
}

#[test]
fn the_files_of_a_run_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a folder");
    let fresh = sim("fresh").start().expect("the sim starts");
    let output = tripod_as(home.path(), "444455556666")
        .args(["scan", "--endpoint-url", &fresh.endpoint(), "--quiet"])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let mode = fs::metadata(only_run(home.path()))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_recording_that_lacks_an_answer_yields_not_assessed_and_no_pass() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let scanned = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args([
            "scan",
            "--endpoint-url",
            &clinic.endpoint(),
            "--region",
            "eu-west-1",
            "--format",
            "json",
        ])
        .output()
        .expect("the program runs");
    drop(clinic);
    assert!(scanned.status.success());
    let run = only_run(home.path());
    // Another region than the one recorded: every regional answer is missing.
    let output = tripod(home.path())
        .args(["scan", "--replay", run.to_str().expect("UTF-8")])
        .args([
            "--region",
            "eu-central-1",
            "--format",
            "json",
            "--min-coverage",
            "0",
        ])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3), "no region could be read");
    for finding in json(&output)["findings"].as_array().expect("findings") {
        if finding["resource"]["region"] == "eu-central-1" {
            assert_eq!(finding["outcome"], "not_assessed", "{finding:#}");
        }
    }
}

#[test]
fn evidence_points_into_the_recording() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args([
            "scan",
            "--endpoint-url",
            &clinic.endpoint(),
            "--format",
            "json",
        ])
        .output()
        .expect("the program runs");
    let run = only_run(home.path());
    let recording = fs::File::open(run.join("exchanges.ndjson.gz")).expect("kept");
    let exchanges = tripod_archive::read_recording(recording)
        .expect("reads")
        .exchanges;
    let report = json(&output);
    let mut followed = 0;
    for finding in report["findings"].as_array().expect("findings") {
        for evidence in finding["evidence"].as_array().expect("evidence") {
            let exchange = exchanges
                .iter()
                .find(|exchange| Some(exchange.id.as_str()) == evidence["exchange"].as_str())
                .unwrap_or_else(|| panic!("the exchange is kept: {finding:#}"));
            // Answers in XML have the same pointers, which a JSON parser cannot follow.
            let Ok(body) = serde_json::from_str::<Value>(&exchange.body) else {
                continue;
            };
            let pointer = evidence["pointer"].as_str().expect("a pointer");
            let refused = exchange.status >= 400;
            // A member that is not there is pointed at where it would stand.
            let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            assert!(
                refused || body.pointer(parent).is_some(),
                "{pointer} in {}: {finding:#}",
                exchange.operation
            );
            followed += 1;
        }
    }
    assert!(followed > 100, "{followed}");
}

#[test]
fn what_a_run_keeps_is_of_the_schemas_that_are_published() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--quiet", "--endpoint-url", &clinic.endpoint()])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let run = only_run(home.path());
    let framework = home.path().join("soc2.json");
    let output = tripod(home.path())
        .args(["report", "--framework", "soc2", "--format", "json"])
        .arg("--output")
        .arg(&framework)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let mut paths = Vec::new();
    for (schema, document) in [
        ("snapshot", run.join("snapshot.json")),
        ("report", run.join("report.json")),
        ("framework", framework),
    ] {
        let schema = repo("docs/reference").join(format!("{schema}.schema.json"));
        paths.extend([schema.display().to_string(), document.display().to_string()]);
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert_eq!(script("validate-schema", &paths), "3 documents: valid");
}
