//! Wrong usage: the right exit code, and a message that names the value.

use std::net::TcpListener;

use crate::support::{CLINIC_ACCOUNT, json, sim, stderr, tripod, tripod_as};

#[test]
fn no_credentials_is_one_sentence_that_says_what_to_do() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .args(["scan", "--no-save"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let said = stderr(&output);
    for word in ["no AWS credentials", "AWS_ACCESS_KEY_ID", "--profile"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(said.lines().count(), 2, "an error and a hint: {said}");
    let output = tripod(home.path())
        .args(["scan", "--no-save", "--profile", "no-such-profile"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("'no-such-profile'"));
}

#[test]
fn an_unknown_region_is_named_whether_its_form_or_its_existence_is_wrong() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .args(["scan", "--region", "mars-1"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'mars-1'"));

    let clinic = sim("clinic").start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args([
            "scan",
            "--endpoint-url",
            &clinic.endpoint(),
            "--region",
            "eu-south-9",
        ])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'eu-south-9'"));
    let output = tripod(home.path())
        .args(["scan", "--demo", "--region", "ap-south-1"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'ap-south-1'"));
    assert!(
        !home
            .path()
            .join(".local/share/tripod")
            .read_dir()
            .is_ok_and(|mut runs| runs.next().is_some()),
        "a run that saw nothing leaves nothing"
    );
}

#[test]
fn an_endpoint_that_cannot_be_reached_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    // A port that was free a moment ago, and has nobody behind it now.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--no-save", "--endpoint-url", &endpoint])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains(&endpoint));
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--no-save", "--endpoint-url", "not a url"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("not a url"), "{}", stderr(&output));
}

#[test]
fn a_bad_snapshot_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("broken.json");
    for content in ["not json", "{}", r#"{"schema":"tripod.snapshot.v9"}"#] {
        std::fs::write(&path, content).expect("written");
        let output = tripod(home.path())
            .arg("assess")
            .arg(&path)
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(2), "{content}");
        assert!(stderr(&output).contains("broken.json"), "{content}");
    }
    let output = tripod(home.path())
        .args(["assess", "missing.json"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("missing.json"));
}

#[test]
fn an_unknown_check_is_named_and_the_nearest_one_offered() {
    let home = tempfile::tempdir().expect("a folder");
    for args in [
        &["scan", "--demo", "--check", "lambda-public-ulr"][..],
        &["scan", "--demo", "--skip-check", "lambda-public-ulr"],
        &["explain", "lambda-public-ulr"],
        &["checks", "--check", "lambda-public-ulr"],
    ] {
        let output = tripod(home.path())
            .args(args)
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains("'lambda-public-ulr'"), "{args:?}");
        assert!(stderr(&output).contains("'lambda-public-url'"), "{args:?}");
    }
}

#[test]
fn wrong_arguments_are_usage_errors() {
    let home = tempfile::tempdir().expect("a folder");
    for (args, named) in [
        (&["scan", "--demo", "--fail-on", "worst"][..], "worst"),
        (&["scan", "--demo", "--min-coverage", "101"], "101"),
        (&["scan", "--demo", "--quota-share", "0"], "0.01 to 1"),
        (&["scan", "--demo", "--format", "pdf"], "pdf"),
        (
            &["scan", "--demo", "--format", "json", "--format", "table"],
            "--output",
        ),
        (&["scan", "--replay", "no-such-run"], "no-such-run"),
        (&["report", "no-such-run"], "no-such-run"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let output = tripod(home.path())
            .args(args)
            .output()
            .expect("the program runs");
        assert_eq!(
            output.status.code(),
            Some(2),
            "{args:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains(named),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn the_checks_are_listed_as_data() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .args(["checks", "--format", "json"])
        .output()
        .expect("the program runs");
    let list = json(&output);
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), tripod_checks::ALL.len());
    for pillar in ["confidentiality", "integrity", "availability"] {
        let of_pillar = list
            .iter()
            .filter(|check| check["pillar"] == pillar)
            .count();
        assert!(of_pillar >= 8, "{pillar}");
    }
    let rows: Vec<&str> = list
        .iter()
        .flat_map(|check| check["rows"].as_array().expect("rows"))
        .filter_map(|row| row.as_str())
        .collect();
    for row in [
        "LX01", "LX07", "LX17", "GA18", "GV01", "IG01", "IR01", "KM03", "LC01", "LC02", "LC04",
        "CT02", "CT07", "CT15", "VN01", "GA27", "LA01", "LA07", "LA16", "LA21", "LA25", "GA42",
        "VN10", "KM09", "LX02", "LX11", "LI01", "LI02", "LI11", "IG12", "IG22", "IT01", "IT10",
        "KM08", "GA26", "VN17", "CL04",
    ] {
        assert!(rows.contains(&row), "{row}");
    }
    for check in list {
        for member in [
            "id", "title", "service", "impact", "severity", "rows", "controls",
        ] {
            assert!(!check[member].is_null(), "{member} of {check:#}");
        }
    }
}

#[test]
fn two_formats_go_to_a_folder() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("out");
    let output = tripod(home.path())
        .args([
            "scan", "--demo", "--format", "json", "--format", "table", "--output",
        ])
        .arg(&folder)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(folder.join("report.json").is_file());
    assert!(folder.join("report.txt").is_file());
}
