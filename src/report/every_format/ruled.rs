//! Rules of the user's own, in every format: whoever renders a report does not have their files.

use serde_json::Value;
use tripod_assess::Report;
use tripod_model::Outcome;

use super::counts::{expected, readable};
use super::read::counts;
use crate::formats::rendered;
use crate::{Format, fixture};

/// The report as a later command reads it.
fn stored() -> Report {
    let text = rendered(&fixture::ruled(), Format::Json);
    Report::from_json(&text).expect("a report")
}

fn words(report: &Report, format: Format) -> String {
    // A table breaks the line where its column ends.
    let text = rendered(report, format);
    let words = text.split_whitespace().filter(|word| *word != "|");
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_report_says_of_a_rule_what_its_file_says() {
    let report = stored();
    assert_eq!(report, fixture::ruled());
    let outcomes: Vec<Outcome> = report.findings.iter().map(|it| it.outcome).collect();
    // Three functions, and the list of the region that failed.
    assert_eq!(
        outcomes,
        [
            Outcome::Pass,
            Outcome::Fail,
            Outcome::Fail,
            Outcome::NotAssessed
        ]
    );
    let [rule] = report.rules.as_slice() else {
        panic!("one rule ran");
    };
    assert_eq!(rule.id, "acme-function-without-owner");
    assert_eq!(rule.service, "lambda");
    assert_eq!(rule.severity.as_str(), "medium");
    assert_eq!(rule.why, "Who is called at night?");
    assert!(rule.mend.starts_with("Ask the team"), "{}", rule.mend);
    assert!(
        rule.what.contains("resource.name == 'claims'"),
        "{}",
        rule.what
    );
    assert_eq!(rule.references, ["https://acme.example/owners"]);
    assert_eq!(rule.controls["soc-2"], ["CC1.3"]);
    assert_eq!(rule.needs, ["lambda:ListFunctions"]);
}

#[test]
fn a_report_without_rules_does_not_speak_of_any() {
    let text = rendered(&fixture::report(), Format::Json);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert!(report.get("rules").is_none());
}

#[test]
fn findings_of_a_rule_count_in_every_format_as_others_do() {
    let report = stored();
    for format in readable() {
        let text = rendered(&report, format);
        let name = format.as_str();
        assert_eq!(counts(format, &text), expected(&report), "{name}");
    }
}

#[test]
fn every_format_that_shows_titles_shows_a_rules() {
    let report = stored();
    // Lines of the one are findings as they are in the report, by id.
    for format in Format::ALL.into_iter().filter(|it| *it != Format::Ndjson) {
        let text = words(&report, format);
        let name = format.as_str();
        assert!(text.contains("function without an owner"), "{name}: {text}");
        assert!(text.contains("acme-function-without-owner"), "{name}");
    }
}

#[test]
fn formats_that_say_how_to_mend_say_it_of_a_rule() {
    let report = stored();
    for format in [Format::Html, Format::Sarif, Format::Ocsf, Format::Asff] {
        let (text, name) = (words(&report, format), format.as_str());
        assert!(text.contains("Ask the team, then tag it:"), "{name}");
        assert!(text.contains("https://acme.example/owners"), "{name}");
    }
    let page = rendered(&report, Format::Html);
    assert!(page.contains(
        "<pre><code>aws lambda tag-resource --resource ARN --tags owner=TEAM</code></pre>"
    ));
    assert!(page.contains("Who is called at night?"));
    assert!(!page.contains("this version of Tripod has no text on it"));
}

#[test]
fn formats_that_name_requirements_name_those_of_a_rule_and_what_follows() {
    let report = stored();
    for (format, spelt) in [
        (Format::Sarif, "CC1.3"),
        (Format::Ocsf, "soc-2/CC1.3"),
        (Format::Asff, "SOC 2 Trust Services Criteria CC1.3"),
        (Format::Csv, "soc-2 CC1.3"),
    ] {
        let (text, name) = (words(&report, format), format.as_str());
        assert!(text.contains(spelt), "{name}");
        assert!(text.contains("GOV-2"), "{name}");
    }
}
