//! Every format of one report says the same of outcomes and severities.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tripod_assess::{Pillars, Report};
use tripod_model::{Cause, CauseKind, Outcome, Severity};

use super::read::{Counts, counts};
use crate::formats::rendered;
use crate::{Format, fixture};

/// Every format that can be read back.
pub(crate) fn readable() -> impl Iterator<Item = Format> {
    Format::ALL
        .into_iter()
        .filter(|format| *format != Format::Table)
}

pub(crate) fn expected(report: &Report) -> Counts {
    let mut counts = Counts::new();
    for finding in &report.findings {
        let key = (
            finding.outcome.as_str().to_owned(),
            finding.severity.as_str().to_owned(),
        );
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn report_of(findings: Vec<(usize, String, Outcome, Severity, bool)>) -> Report {
    let checks = [
        "lambda-public-url",
        "kms-public-key-policy",
        "of-another-version",
        "tripod-unused-exception",
    ];
    let mut report = fixture::report();
    report.findings = findings
        .into_iter()
        .map(|(check, name, outcome, severity, accepted)| {
            let impact = fixture::impact(Severity::None, severity, Severity::None);
            let mut finding =
                fixture::finding(checks[check % checks.len()], &name, outcome, impact);
            if outcome == Outcome::NotAssessed {
                finding.cause = Some(Box::new(Cause {
                    kind: CauseKind::Denied,
                    operation: Some(name.clone()),
                    code: Some(name.clone()),
                    permission: Some(name.clone()),
                    request_id: None,
                    error: None,
                }));
            }
            if outcome == Outcome::Fail && accepted {
                finding.exception = Some(Box::new(fixture::exception(&name)));
            }
            finding
        })
        .collect();
    report
        .findings
        .sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    report.pillars = Pillars::of(&report.findings);
    report
}

/// Names as they come, and such as markup, tables and quoting trip over.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[<>&\"'`|,;=+@\\\\\\[\\](){}#*_ \r\n\t-]{0,24}",
        Just("]]>".to_owned()),
        Just("severity: low\noutcome: pass".to_owned()),
        Just("\n## Outcomes\n\n| low | 1 | 2 | 3 | 4 |\n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn counts_are_the_same_in_every_format(
        findings in prop::collection::vec(
            (
                0_usize..4,
                name(),
                prop::sample::select(&fixture::OUTCOMES[..]),
                prop::sample::select(&fixture::SEVERITIES[..]),
                any::<bool>(),
            ),
            0..60,
        )
    ) {
        let report = report_of(findings);
        for format in readable() {
            let text = rendered(&report, format);
            prop_assert_eq!(counts(format, &text), expected(&report), "{}", format.as_str());
        }
    }
}

#[test]
fn every_outcome_at_every_severity_is_there_in_every_format() {
    let report = fixture::every_outcome();
    assert_eq!(expected(&report).len(), 20);
    for format in readable() {
        let text = rendered(&report, format);
        assert_eq!(
            counts(format, &text),
            expected(&report),
            "{}",
            format.as_str()
        );
    }
}

#[test]
fn a_report_without_findings_can_be_had_in_every_format() {
    let mut report = fixture::report();
    report.findings.clear();
    for format in readable() {
        assert_eq!(counts(format, &rendered(&report, format)), Counts::new());
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        assert_eq!(
            rendered(&fixture::report(), format),
            rendered(&fixture::report(), format),
        );
    }
}

#[test]
fn names_of_formats_and_of_their_files_are_unique() {
    let names: BTreeSet<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let files: BTreeSet<&str> = Format::ALL
        .iter()
        .map(|format| format.file_name())
        .collect();
    assert_eq!(
        (names.len(), files.len()),
        (Format::ALL.len(), Format::ALL.len())
    );
}
