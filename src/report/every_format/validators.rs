//! Formats before validators and readers that others wrote: `localstack/validate-formats`.

use std::fs;
use std::path::Path;
use std::process::Command;

use tripod_assess::Report;
use tripod_model::Outcome;

use super::hostile;
use crate::formats::rendered;
use crate::{Format, fixture};

/// Runs the validators over every format of the report.
///
/// # Errors
/// What they found wrong, or why they could not be asked.
fn validated(report: &Report) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for format in Format::ALL {
        let path = folder.path().join(format.file_name());
        fs::write(path, rendered(report, format)).expect("written");
    }
    run_on(folder.path(), &[])
}

fn run_on(folder: &Path, formats: &[&str]) -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../localstack/validate-formats");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder)
        .args(formats)
        .output()
        .map_err(|error| format!("python3 cannot be run: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

#[test]
fn every_format_is_valid_for_those_who_read_it() {
    let mut report = fixture::every_outcome();
    report.findings.extend(fixture::report().findings);
    report
        .findings
        .sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    let accepted = report
        .findings
        .iter_mut()
        .find(|finding| finding.outcome == Outcome::Fail)
        .expect("a failure");
    accepted.exception = Some(Box::new(fixture::exception("a honeypot")));
    let said = validated(&report).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(
        said.contains(&format!("{} findings, 9 formats", report.findings.len())),
        "{said}"
    );
}

#[test]
fn a_report_under_settings_is_valid_in_every_format() {
    let report = fixture::settled();
    validated(&report).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn a_report_without_findings_is_valid_in_every_format() {
    let mut report = fixture::report();
    report.findings.clear();
    validated(&report).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn hostile_names_leave_every_format_valid() {
    let report = hostile::tainted_by_all();
    validated(&report).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn the_validators_see_what_is_wrong_with_each_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = fixture::one_failure();
    fs::write(
        folder.path().join(Format::Json.file_name()),
        rendered(&report, Format::Json),
    )
    .expect("written");
    for (format, wrong, instead) in [
        (Format::Ndjson, "\"fail\"", "\"pass\""),
        (Format::Csv, "\"id\",", "\"id\",\"more\","),
        (Format::Ocsf, "\"finding_info\"", "\"finding\""),
        (Format::Asff, "\"ProductArn\"", "\"Product\""),
        (Format::Sarif, "\"rules\"", "\"checks\""),
        (Format::Oscal, "\"collected\"", "\"gathered\""),
        (Format::Junit, "classname=", "class="),
        (Format::Markdown, "| high | 1 |", "| high | 2 |"),
    ] {
        let text = rendered(&report, format);
        let path = folder.path().join(format.file_name());
        fs::write(&path, &text).expect("written");
        run_on(folder.path(), &[format.as_str()]).expect("right as it is");
        let broken = text.replace(wrong, instead);
        assert_ne!(broken, text, "{wrong}");
        fs::write(&path, broken).expect("written");
        let faults = run_on(folder.path(), &[format.as_str()]).expect_err("something is wrong");
        let name = format!("{}: ", format.as_str());
        assert!(faults.starts_with(&name), "{faults}");
    }
}
