//! One report seen from several sides: frameworks, groups, other tools' names, their lists of what to be silent about.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{CLINIC_ACCOUNT, json, sim, stderr, tripod, tripod_as};

fn run(home: &Path, args: &[&str]) -> Output {
    tripod(home).args(args).output().expect("the program runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The demo's report in a folder of its own, as a run keeps it.
fn stored(home: &Path) -> String {
    let folder = home.join("run");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("report.json").display().to_string();
    let output = run(
        home,
        &["scan", "--demo", "--format", "json", "--output", &file],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    folder.display().to_string()
}

#[test]
fn a_framework_is_shown_control_by_control_in_four_forms() {
    let home = tempfile::tempdir().expect("a folder");
    let stored = stored(home.path());
    let of = |format: &str| {
        text(&run(
            home.path(),
            &["report", &stored, "--framework", "soc2", "--format", format],
        ))
    };
    let json: Value = serde_json::from_str(&of("json")).expect("JSON");
    assert_eq!(json["framework"], "soc-2");
    let controls = json["controls"].as_array().expect("a list");
    let status = |id: &str| &controls.iter().find(|it| it["id"] == id).expect(id)["status"];
    // The clinic's function URL without authentication fails logical access; no scan shows a board's oversight.
    assert_eq!(status("CC6.1"), "failed");
    assert_eq!(status("CC1.2"), "not_covered");
    let totals = json["totals"].as_object().expect("totals");
    let sum: u64 = totals.values().filter_map(Value::as_u64).sum();
    assert_eq!(sum, controls.len() as u64);
    for format in ["table", "csv", "markdown"] {
        let text = of(format);
        for control in controls {
            let id = control["id"].as_str().expect("an id");
            assert!(text.contains(id), "{format}: {id}");
        }
    }
}

#[test]
fn a_framework_that_is_none_and_a_form_that_it_has_not_are_named() {
    let home = tempfile::tempdir().expect("a folder");
    let stored = stored(home.path());
    for (args, said) in [
        (["--framework", "soc3", "--format", "table"], "soc-2"),
        (["--framework", "soc2", "--format", "sarif"], "sarif"),
    ] {
        let mut all = vec!["report", &stored];
        all.extend(args);
        let output = run(home.path(), &all);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn the_table_is_grouped_as_asked() {
    let home = tempfile::tempdir().expect("a folder");
    let stored = stored(home.path());
    let by = |group: &str| text(&run(home.path(), &["report", &stored, "--group-by", group]));
    assert!(by("check").contains("\nCONFIDENTIALITY\n"));
    assert!(by("service").contains("\nlambda\n"));
    assert!(by("region").contains("\neu-central-1\n"));
    assert!(by("account").contains("\n111122223333\n"));
    assert!(by("severity").contains("\nCRITICAL\n"));
    let resources = by("resource");
    assert!(resources.contains("the most pressing first"));
    assert!(resources.contains("arn:aws:lambda:eu-central-1:111122223333:function:"));
}

#[test]
fn checks_are_found_by_the_name_another_tool_gives_them() {
    let home = tempfile::tempdir().expect("a folder");
    let like = |name: &str| run(home.path(), &["checks", "--like", name]);
    let found = text(&like("prowler:awslambda_function_url_public"));
    assert!(found.contains("lambda-public-url"), "{found}");
    let explained = text(&run(home.path(), &["explain", "lambda-public-url"]));
    assert!(
        explained.contains("prowler:awslambda_function_url_public"),
        "{explained}"
    );
    let lacking = text(&like("prowler:kms_cmk_rotation_enabled"));
    assert!(
        lacking.contains("Tripod has no check that asks this"),
        "{lacking}"
    );
    let output = like("prowler:awslambda_function_url_publik");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("prowler:awslambda_function_url_public"));
    let output = like("nessus:1");
    assert!(
        stderr(&output).contains("expected one of prowler"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn checks_are_listed_by_framework_and_control() {
    let home = tempfile::tempdir().expect("a folder");
    let list = |args: &[&str]| -> Vec<Value> {
        let mut all = vec!["checks", "--format", "json"];
        all.extend(args);
        json(&run(home.path(), &all))
            .as_array()
            .expect("a list")
            .clone()
    };
    let all = list(&[]);
    let soc = list(&["--framework", "soc2"]);
    let one = list(&["--framework", "soc2", "--control", "CC6.1"]);
    assert!(one.len() < soc.len() && soc.len() <= all.len() && !one.is_empty());
    for check in &one {
        let controls = check["frameworks"]["soc-2"].as_array().expect("a list");
        assert!(controls.contains(&"CC6.1".into()), "{}", check["id"]);
    }
    let output = run(
        home.path(),
        &["checks", "--framework", "soc2", "--control", "CC6"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("did you mean 'CC6."),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_mutelist_of_prowler_becomes_exceptions_that_a_scan_takes() {
    let home = tempfile::tempdir().expect("a folder");
    let mutelist = home.path().join("mutelist.yaml");
    fs::write(
        &mutelist,
        r#"
Mutelist:
  Accounts:
    "111122223333":
      Checks:
        "awslambda_function_url_public":
          Regions: ["*"]
          Resources: ["claims"]
          Description: "public on purpose"
        "s3_bucket_public_access":
          Regions: ["*"]
          Resources: ["website"]
"#,
    )
    .expect("written");
    let file = mutelist.display().to_string();
    let import = |owner: &str| {
        run(
            home.path(),
            &[
                "exceptions",
                "import",
                "--from",
                "prowler",
                &file,
                "--owner",
                owner,
                "--expires",
                "2026-12-31",
            ],
        )
    };
    let output = import("security@example.com");
    let toml = text(&output);
    assert!(toml.contains("check = \"lambda-public-url\""), "{toml}");
    assert!(
        toml.contains("s3_bucket_public_access"),
        "what is left out is listed: {toml}"
    );
    assert!(
        stderr(&output).contains("1 exception; 1 part left out"),
        "{}",
        stderr(&output)
    );
    let exceptions = home.path().join("tripod-exceptions.toml");
    fs::write(&exceptions, toml).expect("written");
    let path = exceptions.display().to_string();
    let report = json(&run(
        home.path(),
        &["scan", "--demo", "--format", "json", "--exceptions", &path],
    ));
    let findings = report["findings"].as_array().expect("a list");
    let own = |it: &&Value| {
        it["check"]
            .as_str()
            .is_some_and(|id| id.starts_with("tripod-"))
    };
    assert!(findings.iter().any(|it| own(&it)), "the entry is judged");
    let output = import("");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("somebody who answers for it"));

    // Without an owner it is said of each that nobody answers for it yet.
    let output = run(
        home.path(),
        &["exceptions", "import", "--from", "prowler", &file],
    );
    assert!(text(&output).contains("owner = \"nobody yet"));
    assert!(stderr(&output).contains("--owner"), "{}", stderr(&output));
}

#[test]
fn the_page_draws_what_earlier_runs_and_the_snapshot_tell() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let page = |more: &[&str]| {
        let output = tripod_as(home.path(), CLINIC_ACCOUNT)
            .args(more)
            .args(["--format", "html"])
            .output()
            .expect("the program runs");
        text(&output)
    };
    let endpoint = clinic.endpoint();
    let scan = [
        "scan",
        "--quiet",
        "--quota-share",
        "1",
        "--endpoint-url",
        &endpoint,
    ];
    let first = page(&scan);
    assert!(!first.contains("class=\"trend\""), "one run has no trend");
    let second = page(&scan);
    let again = page(&["report"]);
    for page in [&second, &again] {
        assert!(page.contains("class=\"trend\""));
        for section in ["paths", "capacity", "frameworks", "coverage"] {
            assert!(
                page.contains(&format!("<section id=\"{section}\"")),
                "{section}"
            );
        }
        // The clinic's escalation from a function's role is drawn, not only told.
        assert!(page.contains("<svg"), "pictures");
    }
}
