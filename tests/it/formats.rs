//! The real program writes every format, and validators and readers by others take them.

use crate::support::{script, stderr, tripod};

const FORMATS: [&str; 11] = [
    "table", "html", "json", "ndjson", "csv", "ocsf", "asff", "sarif", "oscal", "junit", "markdown",
];

#[test]
fn every_format_of_the_demo_is_valid_and_says_the_same() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("out");
    let output = tripod(home.path())
        .args(["scan", "--demo", "--output"])
        .arg(&folder)
        .args(FORMATS.iter().flat_map(|format| ["--format", format]))
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let said = script("validate-formats", &[&folder.display().to_string()]);
    assert!(said.contains("9 formats: valid"), "{said}");
}

#[test]
fn each_format_goes_to_standard_output_alone() {
    let home = tempfile::tempdir().expect("a folder");
    for (format, begin) in [
        ("html", "<!doctype html>"),
        ("ndjson", "{\"schema\":\"tripod.finding.v1\""),
        ("csv", "\"id\",\"severity\",\"outcome\""),
        ("ocsf", "{\"activity_id\":1"),
        ("asff", "[{\"SchemaVersion\":\"2018-10-08\""),
        ("sarif", "{\"$schema\":"),
        ("oscal", "{\"assessment-results\":"),
        ("junit", "<?xml version=\"1.0\""),
        ("markdown", "# Tripod report"),
    ] {
        let output = tripod(home.path())
            .args(["scan", "--demo", "--format", format])
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{}", stderr(&output));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.starts_with(begin), "{format}: {text:.200}");
    }
}
