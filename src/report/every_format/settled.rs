//! Exceptions, attestations and what Tripod says of them, in every format.

use serde_json::Value;
use tripod_assess::{OWN_CHECKS, is_own};
use tripod_model::Outcome;

use super::counts::{expected, readable};
use super::read::counts;
use crate::formats::rendered;
use crate::{Format, fixture};

#[test]
fn the_report_has_what_there_is_to_say_of_settings() {
    let report = fixture::settled();
    for check in OWN_CHECKS {
        let failed = report.failed().any(|finding| finding.check == check.id);
        assert!(failed, "{}", check.id);
    }
    let of_own = |outcome| {
        let mut own = report.findings.iter().filter(|it| is_own(&it.check));
        own.any(|finding| finding.outcome == outcome)
    };
    for outcome in fixture::OUTCOMES {
        assert!(of_own(outcome), "{outcome:?}");
    }
    let accepted = report.failed().filter(|it| it.exception.is_some());
    assert_eq!(accepted.count(), 1);
}

#[test]
fn findings_about_settings_count_in_every_format_as_others_do() {
    let report = fixture::settled();
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
fn why_a_failure_is_accepted_is_said_in_every_format() {
    let report = fixture::settled();
    for format in Format::ALL {
        // A table breaks the line where its column ends.
        let text: Vec<&str> = rendered(&report, format)
            .leak()
            .split_whitespace()
            .filter(|word| *word != "|")
            .collect();
        let text = text.join(" ");
        for said in ["a honeypot", "blue team", "2027-01-31"] {
            assert!(text.contains(said), "{}: {said}: {text}", format.as_str());
        }
    }
}

#[test]
fn what_somebody_attests_is_said_and_passes_nowhere() {
    let report = fixture::settled();
    for format in readable().filter(|format| *format != Format::Markdown) {
        let text = rendered(&report, format);
        assert!(
            text.contains("an attestation is no assessment"),
            "{}",
            format.as_str()
        );
    }
    let attested = |it: &&tripod_model::Finding| it.resource.name == "GOV-6";
    let finding = report.findings.iter().find(attested).expect("a finding");
    assert_eq!(finding.outcome, Outcome::NotApplicable);
}

#[test]
fn checks_of_settings_have_their_titles_and_prose() {
    let log: Value =
        serde_json::from_str(&rendered(&fixture::settled(), Format::Sarif)).expect("JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .expect("a list");
    for check in OWN_CHECKS {
        let rule = rules
            .iter()
            .find(|rule| rule["id"] == check.id)
            .expect("a rule");
        assert_eq!(rule["shortDescription"]["text"], check.title);
        assert!(
            rule["help"]["markdown"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
}

#[test]
fn the_table_parts_what_is_wrong_with_settings_from_what_is_wrong_with_the_account() {
    let text = rendered(&fixture::settled(), Format::Table);
    let (account, settings) = text.split_once("SETTINGS").expect("a heading");
    assert!(account.contains(
        "lambda-public-url fails on 1 of 2 resources assessed; 1 accepted by an exception"
    ));
    assert!(!account.contains("tripod-"));
    for check in OWN_CHECKS {
        assert!(
            settings.contains(&format!("{} fails on ", check.id)),
            "{}",
            check.id
        );
    }
}
