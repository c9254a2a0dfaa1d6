use serde_json::Value;
use tripod_assess::ControlStatus;
use tripod_checks::Framework;
use tripod_model::Outcome;

use super::{FRAMEWORK_FORMATS, standing, write};
use crate::every_format::{HOSTILE, csv};
use crate::{Format, Options, fixture, plain};

fn rendered(framework: Framework, format: Format) -> String {
    let report = fixture::report();
    let mut bytes = Vec::new();
    write(&report, framework, format, &Options::default(), &mut bytes)
        .expect("memory can be written");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn every_control_of_the_catalogue_has_its_row_in_every_form() {
    for framework in Framework::ALL {
        let controls = framework.catalogue().controls.len();
        let json: Value = serde_json::from_str(&rendered(framework, Format::Json)).expect("JSON");
        assert_eq!(json["schema"], "tripod.framework.v1");
        assert_eq!(json["framework"], framework.key());
        assert_eq!(json["controls"].as_array().map(Vec::len), Some(controls));
        let rows = csv(&rendered(framework, Format::Csv));
        assert_eq!(rows.len(), controls + 1);
        let page = rendered(framework, Format::Markdown);
        let lines = page.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(lines, controls + 1, "{}", framework.key());
    }
}

#[test]
fn all_forms_say_the_same_of_a_control() {
    let framework = Framework::Baseline;
    let json: Value = serde_json::from_str(&rendered(framework, Format::Json)).expect("JSON");
    let rows = csv(&rendered(framework, Format::Csv));
    for (control, row) in json["controls"]
        .as_array()
        .expect("a list")
        .iter()
        .zip(&rows[1..])
    {
        assert_eq!(control["id"], *row[2]);
        assert_eq!(control["status"], *row[4]);
        assert_eq!(control["findings"]["failed"].to_string(), row[7]);
        assert_eq!(control["findings"]["not_assessed"].to_string(), row[9]);
    }
}

#[test]
fn a_failure_what_was_not_seen_and_what_nobody_looks_at_are_three_things() {
    let report = fixture::report();
    let standing = standing(&report, Framework::Baseline);
    let of = |id: &str| {
        let found = standing.controls.iter().find(|it| it.id == id);
        found.expect("a control").status
    };
    // The fixture's public URL fails row IAM-1; of the URL of "hidden" nothing is known.
    assert_eq!(of("IAM-1"), ControlStatus::Failed);
    let not_covered = standing.controls.iter().find(|it| it.checks.is_empty());
    assert_eq!(
        not_covered.expect("a row for people").status,
        ControlStatus::NotCovered
    );
    // Of the checks of the fixture few ran: a control whose checks did not run has not passed.
    let unrun = standing
        .controls
        .iter()
        .find(|it| !it.checks.is_empty() && it.checks.iter().all(|check| !check.ran));
    assert_eq!(
        unrun.expect("a control without a check that ran").status,
        ControlStatus::NotAssessed
    );
}

#[test]
fn the_text_says_what_to_look_at_and_what_a_pass_is_worth() {
    let text = rendered(Framework::Baseline, Format::Table);
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| *word != "|")
        .collect();
    let words = words.join(" ");
    assert!(words.contains("IAM-1"));
    assert!(words.contains("NOT COVERED BY THIS TOOL"), "{words}");
    assert!(words.contains("which is no pass"));
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn hostile_names_are_harmless() {
    for hostile in HOSTILE {
        let mut report = fixture::report();
        (*hostile).clone_into(&mut report.run.id);
        for finding in &mut report.findings {
            finding.outcome = Outcome::Fail;
            // A rule of the user's own: its id is the only text of the account's side that is shown.
            finding.check = (*hostile).to_owned().into();
        }
        for format in FRAMEWORK_FORMATS {
            let mut bytes = Vec::new();
            let done = write(
                &report,
                Framework::Baseline,
                format,
                &Options::default(),
                &mut bytes,
            );
            done.expect("memory can be written");
            let text = String::from_utf8(bytes).expect("UTF-8");
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
            if format == Format::Markdown {
                assert!(!text.contains("<script") && !text.contains("<img"));
            }
            if format == Format::Csv {
                let cells: Vec<String> = csv(&text).into_iter().flatten().collect();
                assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '@'])));
            }
        }
        assert!(!plain(hostile).contains('\u{1b}'));
    }
}

#[test]
fn a_form_that_lists_findings_is_refused() {
    let report = fixture::report();
    let error = write(
        &report,
        Framework::Soc2,
        Format::Sarif,
        &Options::default(),
        &mut Vec::new(),
    )
    .expect_err("no form of a framework");
    assert!(error.to_string().contains("sarif"));
}
