//! What a pipeline hangs on: exit codes, `--fail-on`, `--min-coverage`, exceptions, settings, and a reader that leaves.
//!
//! All of it on the demo, whose findings the estate `clinic` was built to have.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::support::{json, stderr, tripod};

/// The demo with these arguments, in a folder that may hold a `tripod.toml`.
fn demo(home: &Path, more: &[&str]) -> Output {
    tripod(home)
        .current_dir(home)
        .args(["scan", "--demo"])
        .args(more)
        .output()
        .expect("the program runs")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn of_check<'r>(report: &'r Value, check: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter(|it| it["check"] == check).collect()
}

/// Accepts every public URL of the demo, by name.
const ACCEPTED: &str = r#"
[[exception]]
check = "lambda-public-url"
resource = "clinic-portal"
owner = "portal@example.com"
reason = "the door of the portal; the code asks for a token"
expires = 2026-12-31
"#;

fn exceptions(home: &Path, text: &str) -> String {
    let path = home.join("tripod-exceptions.toml");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// Names of the functions whose URL is public, in the demo.
fn public(report: &Value) -> Vec<String> {
    of_check(report, "lambda-public-url")
        .into_iter()
        .filter(|it| it["outcome"] == "fail" && it["exception"].is_null())
        .map(|it| it["resource"]["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// [`ACCEPTED`] for each of these names.
fn accepting(names: &[String]) -> String {
    let entry = |name: &String| ACCEPTED.replace("clinic-portal", name);
    names.iter().map(entry).collect()
}

#[test]
fn fail_on_ends_with_one_at_or_above_its_level_and_not_below() {
    let home = tempfile::tempdir().expect("a folder");
    let only = ["--check", "lambda-deprecated-runtime", "--format", "json"];
    let report = json(&demo(home.path(), &only));
    let worst = of_check(&report, "lambda-deprecated-runtime")
        .into_iter()
        .find(|it| it["outcome"] == "fail")
        .expect("the clinic has a function on a runtime that nobody mends");
    assert_eq!(worst["severity"], "medium");
    for (level, expected) in [("low", 1), ("medium", 1), ("high", 0), ("critical", 0)] {
        let mut more = only.to_vec();
        more.extend(["--fail-on", level]);
        let output = demo(home.path(), &more);
        assert_eq!(
            code(&output),
            Some(expected),
            "{level}: {}",
            stderr(&output)
        );
    }
    assert_eq!(code(&demo(home.path(), &only)), Some(0), "nobody asked");
}

#[test]
fn min_coverage_ends_with_three_and_says_how_much_was_assessed() {
    let home = tempfile::tempdir().expect("a folder");
    let report = json(&demo(home.path(), &["--format", "json"]));
    let unknown = report["findings"].as_array().expect("a list");
    assert!(
        unknown.iter().any(|it| it["outcome"] == "not_assessed"),
        "the clinic has something that nobody can assess"
    );
    let output = demo(home.path(), &["--min-coverage", "100"]);
    assert_eq!(code(&output), Some(3));
    let said = stderr(&output);
    assert!(
        said.contains("less than the 100 % of --min-coverage"),
        "{said}"
    );
    // Not having seen enough outweighs what was seen.
    let both = ["--min-coverage", "100", "--fail-on", "low"];
    assert_eq!(code(&demo(home.path(), &both)), Some(3));
    assert_eq!(code(&demo(home.path(), &["--min-coverage", "50"])), Some(0));
}

#[test]
fn an_exception_is_passed_over_by_the_gate_and_shown_and_raises_no_score() {
    let home = tempfile::tempdir().expect("a folder");
    let only = ["--check", "lambda-public-url", "--format", "json"];
    let before = json(&demo(home.path(), &only));
    let names = public(&before);
    assert!(!names.is_empty(), "the clinic has a public URL");
    let mut gated = only.to_vec();
    gated.extend(["--fail-on", "low"]);
    assert_eq!(code(&demo(home.path(), &gated)), Some(1));

    let path = exceptions(home.path(), &accepting(&names));
    gated.extend(["--exceptions", &path]);
    let output = demo(home.path(), &gated);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    let after = json(&output);
    assert_eq!(public(&after), [""; 0]);
    for finding in of_check(&after, "lambda-public-url") {
        if finding["outcome"] == "fail" {
            assert_eq!(finding["exception"]["owner"], "portal@example.com");
            assert_eq!(finding["exception"]["expires"], "2026-12-31");
        }
    }
    for pillar in ["confidentiality", "integrity", "availability"] {
        assert_eq!(
            before["pillars"][pillar]["score"], after["pillars"][pillar]["score"],
            "{pillar}"
        );
    }

    // One that is not covered is enough.
    let path = exceptions(home.path(), &accepting(&names[1..]));
    *gated.last_mut().expect("the file") = &path;
    assert_eq!(code(&demo(home.path(), &gated)), Some(1));
}

#[test]
fn exceptions_that_are_expired_unused_or_too_broad_are_findings() {
    let home = tempfile::tempdir().expect("a folder");
    let names = public(&json(&demo(home.path(), &["--format", "json"])));
    let expired = accepting(&names[..1]).replace("2026-12-31", "2026-01-31");
    let unused = ACCEPTED.replace("clinic-portal", "no-such-function");
    let broad = ACCEPTED.replace("clinic-portal", "*");
    for (text, check) in [
        (expired, "tripod-expired-exception"),
        (unused, "tripod-unused-exception"),
        (broad, "tripod-broad-exception"),
    ] {
        let path = exceptions(home.path(), &text);
        let report = json(&demo(
            home.path(),
            &["--format", "json", "--exceptions", &path],
        ));
        let failed = of_check(&report, check);
        assert!(
            failed.iter().any(|it| it["outcome"] == "fail"),
            "{check}: {failed:?}"
        );
        if check == "tripod-expired-exception" {
            assert_eq!(public(&report), names, "it covers nothing any more");
        }
    }
}

#[test]
fn the_settings_of_the_working_directory_are_read_and_flags_win() {
    let home = tempfile::tempdir().expect("a folder");
    let config = home.path().join("tripod.toml");
    let timeouts = |more: &[&str]| {
        let mut args = vec!["--check", "lambda-maximum-timeout", "--format", "json"];
        args.extend(more);
        let output = demo(home.path(), &args);
        let failed = of_check(&json(&output), "lambda-maximum-timeout")
            .into_iter()
            .filter(|it| it["outcome"] == "fail")
            .count();
        (failed, code(&output))
    };
    let (before, _) = timeouts(&[]);
    fs::write(
        &config,
        "[thresholds.lambda-maximum-timeout]\nseconds = 2\n\n[gate]\nfail_on = \"low\"\n",
    )
    .expect("written");
    let (after, exit) = timeouts(&[]);
    assert!(
        after > before,
        "{after} fail at two seconds, {before} by default"
    );
    assert_eq!(exit, Some(1), "the file asks for it");
    assert_eq!(
        timeouts(&["--fail-on", "critical"]).1,
        Some(0),
        "a flag wins"
    );
}

#[test]
fn a_wrong_setting_is_named_with_its_place_and_the_nearest_name() {
    let home = tempfile::tempdir().expect("a folder");
    for (text, place, cure) in [
        (
            "\n[trusd]\naccounts = []\n",
            "tripod.toml:2",
            "did you mean 'trust'?",
        ),
        ("[trust]\naccounts = [\"12\"]\n", "tripod.toml:2", "12"),
        (
            "[thresholds.lambda-maximum-timeout]\nseconds = 0\n",
            "tripod.toml:2",
            "900",
        ),
        ("profile = \"strickt\"\n", "tripod.toml:1", "strict"),
    ] {
        fs::write(home.path().join("tripod.toml"), text).expect("written");
        let output = demo(home.path(), &[]);
        let said = stderr(&output);
        assert_eq!(code(&output), Some(2), "{said}");
        assert!(said.contains(place), "{said}");
        assert!(said.contains(cure), "{said}");
        assert!(output.stdout.is_empty(), "nothing was scanned");
    }
}

#[test]
fn an_exception_for_no_check_or_without_an_owner_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    for (from, to, cure) in [
        (
            "lambda-public-url",
            "lambda-public-ulr",
            "did you mean 'lambda-public-url'?",
        ),
        ("owner = \"portal@example.com\"\n", "", "owner"),
        ("2026-12-31", "soon", "expires"),
    ] {
        let path = exceptions(home.path(), &ACCEPTED.replace(from, to));
        let output = demo(home.path(), &["--exceptions", &path]);
        let said = stderr(&output);
        assert_eq!(code(&output), Some(2), "{said}");
        assert!(said.contains("tripod-exceptions.toml:"), "{said}");
        assert!(said.contains(cure), "{said}");
    }
    let output = demo(home.path(), &["--exceptions", "nowhere.toml"]);
    assert_eq!(code(&output), Some(2));
    assert!(stderr(&output).contains("nowhere.toml"));
}

/// A reader such as `head` that has seen enough closes its end: no error.
#[test]
fn a_reader_that_leaves_ends_the_program_in_peace() {
    let home = tempfile::tempdir().expect("a folder");
    for format in ["table", "json", "ndjson", "csv", "html", "markdown"] {
        let mut child = tripod(home.path())
            .args(["scan", "--demo", "--wide", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut first = [0; 16];
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut first).expect("it writes something");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), Some(0), "{format}: {}", stderr(&output));
        let said = stderr(&output);
        assert!(!said.contains("error"), "{format}: {said}");
    }
}

#[test]
fn a_reader_that_never_read_is_no_error_either() {
    let home = tempfile::tempdir().expect("a folder");
    let mut child = tripod(home.path())
        .args(["checks"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_rule_of_the_users_own_counts_for_the_gate_as_a_check_does() {
    let home = tempfile::tempdir().expect("a folder");
    let rules = home.path().join("rules");
    fs::create_dir(&rules).expect("a folder");
    let rule = r#"
id = "acme-function-named-otherwise"
title = "function of another system"
service = "lambda"
resource = "AWS::Lambda::Function"
impact = { integrity = "high" }
why = "Names tell whom to ask."
mend = "Name it otherwise."
pass = "resource.name.startsWith('no-such-prefix-')"
message = "'it is called ' + resource.name"
"#;
    fs::write(rules.join("named.toml"), rule).expect("written");
    let folder = rules.display().to_string();
    let args = [
        "--rules",
        &folder,
        "--check",
        "acme-function-named-otherwise",
        "--format",
        "json",
        "--fail-on",
        "high",
    ];
    let output = demo(home.path(), &args);
    assert_eq!(code(&output), Some(1), "{}", stderr(&output));
    let report = json(&output);
    let findings = of_check(&report, "acme-function-named-otherwise");
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|it| it["outcome"] == "fail"));

    fs::write(
        rules.join("named.toml"),
        rule.replace("resource.name.", "resource.nam."),
    )
    .expect("written");
    let output = demo(home.path(), &args);
    let said = stderr(&output);
    assert_eq!(code(&output), Some(2), "{said}");
    assert!(said.contains("named.toml:9:"), "{said}");
    assert!(said.contains("did you mean 'name'?"), "{said}");
}
