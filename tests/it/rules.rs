//! Rules of the user's own, with the real program: run, tested, explained.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{json, repo, stderr, tripod};

fn run(home: &Path, args: &[&str]) -> Output {
    tripod(home).args(args).output().expect("the program runs")
}

/// The examples of the guide, each in a file of its own.
fn examples(home: &Path) -> String {
    let guide = fs::read_to_string(repo("docs/guides/write-your-own-rules.md")).expect("the guide");
    let folder = home.join("rules");
    fs::create_dir_all(&folder).expect("a folder");
    let blocks = guide.split("```toml\n").skip(1);
    let rules = blocks
        .filter_map(|block| block.split("```").next())
        .filter(|text| text.starts_with("id = "));
    let mut count = 0;
    for (number, text) in rules.enumerate() {
        fs::write(folder.join(format!("{number}.toml")), text).expect("written");
        count += 1;
    }
    assert_eq!(count, 5, "five worked examples");
    folder.display().to_string()
}

#[test]
fn the_guides_examples_pass_their_own_tests() {
    let home = tempfile::tempdir().expect("a folder");
    let output = run(home.path(), &["rules", "test", &examples(home.path())]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
    assert!(said.contains("5 rules: 5 passed, 0 failed"), "{said}");
}

#[test]
fn a_case_that_fails_is_named_with_its_place_and_ends_with_one() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = examples(home.path());
    let path = Path::new(&folder).join("0.toml");
    let right = fs::read_to_string(&path).expect("a rule");
    fs::write(
        &path,
        right.replacen("expect = \"pass\"", "expect = \"fail\"", 1),
    )
    .expect("written");
    let output = run(home.path(), &["rules", "test", &folder]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("0.toml:"), "{said}");
    assert!(
        said.contains("expected \"fail\", the rule says \"pass\""),
        "{said}"
    );

    fs::write(&path, right.replace(".tags", ".tagz")).expect("written");
    let output = run(home.path(), &["rules", "test", &folder]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("did you mean 'tags'?"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_rule_alone_reads_what_it_looks_at_and_every_format_knows_its_title() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = examples(home.path());
    let out = home.path().join("out");
    let formats = [
        "json", "html", "csv", "ocsf", "asff", "sarif", "oscal", "junit", "markdown",
    ];
    let output = tripod(home.path())
        .args(["scan", "--demo", "--rules", &folder])
        .args(["--check", "acme-function-without-owner", "--output"])
        .arg(&out)
        .args(formats.iter().flat_map(|format| ["--format", format]))
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = fs::read_to_string(out.join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    assert!(!findings.is_empty());
    for finding in findings {
        assert_eq!(finding["check"], "acme-function-without-owner");
        // The clinic tags its functions by system alone.
        assert_eq!(finding["outcome"], "fail", "{finding:#}");
    }
    for entry in fs::read_dir(&out).expect("a folder") {
        let path = entry.expect("readable").path();
        let text = fs::read_to_string(&path).expect("UTF-8");
        assert!(
            text.contains("function without an owner"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_rule_is_explained_and_never_hides_a_check() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = examples(home.path());
    let output = run(
        home.path(),
        &["explain", "acme-function-without-owner", "--rules", &folder],
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(said.contains("Who is called at night"), "{said}");
    let listed = run(home.path(), &["checks", "--rules", &folder]);
    let listed = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.contains("acme-function-without-owner"), "{listed}");
    assert!(listed.contains("lambda-public-url"), "{listed}");

    let path = Path::new(&folder).join("0.toml");
    let right = fs::read_to_string(&path).expect("a rule");
    fs::write(
        &path,
        right.replace("acme-function-without-owner", "lambda-public-url"),
    )
    .expect("written");
    let output = run(home.path(), &["scan", "--demo", "--rules", &folder]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("lambda-public-url"));
}

#[test]
fn rules_run_beside_the_checks_and_change_none_of_their_outcomes() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = examples(home.path());
    let of = |args: &[&str]| {
        let mut all = vec!["scan", "--demo", "--format", "json"];
        all.extend(args);
        json(&run(home.path(), &all))["findings"]
            .as_array()
            .expect("a list")
            .clone()
    };
    let (bare, ruled) = (of(&[]), of(&["--rules", &folder]));
    let of_checks: Vec<&Value> = ruled
        .iter()
        .filter(|it| {
            !it["check"]
                .as_str()
                .is_some_and(|id| id.starts_with("acme-"))
        })
        .collect();
    assert_eq!(of_checks, bare.iter().collect::<Vec<_>>());
    assert!(ruled.len() > bare.len());
}
