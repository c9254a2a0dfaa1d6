use serde_json::{Value, json};
use tripod_model::{Outcome, Stopped};

use super::literal;
use crate::formats::rendered;
use crate::{Format, fixture};

fn run(report: &tripod_assess::Report) -> Value {
    let log: Value = serde_json::from_str(&rendered(report, Format::Sarif)).expect("JSON");
    log["runs"][0].clone()
}

#[test]
fn a_message_holds_neither_placeholders_nor_links() {
    assert_eq!(literal("GET /claims/{id}"), "GET /claims/{{id}}");
    assert_eq!(literal("[x](https://a)"), "[x] (https://a)");
}

#[test]
fn only_failures_have_a_level_and_what_was_not_seen_is_open() {
    let report = fixture::every_outcome();
    let run = run(&report);
    let results = run["results"].as_array().expect("a list");
    for (result, finding) in results.iter().zip(&report.findings) {
        let (kind, has_level) = match finding.outcome {
            Outcome::Pass => ("pass", false),
            Outcome::Fail => ("fail", true),
            Outcome::NotAssessed => ("open", false),
            Outcome::NotApplicable => ("notApplicable", false),
        };
        assert_eq!(result["kind"], kind);
        assert!(has_level || result["level"] == "none", "{result}");
        assert_eq!(
            result["partialFingerprints"]["tripodFinding/v1"],
            finding.id
        );
    }
}

#[test]
fn an_index_points_at_the_rule_and_a_relationship_at_its_taxonomy() {
    let run = run(&fixture::report());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    for result in run["results"].as_array().expect("a list") {
        let index = result["ruleIndex"].as_u64().expect("a number");
        let rule = &rules[usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    for rule in rules {
        for relationship in rule["relationships"].as_array().expect("a list") {
            let component = &relationship["target"]["toolComponent"];
            let index = component["index"].as_u64().expect("a number");
            let taxonomy = &run["taxonomies"][usize::try_from(index).expect("small")];
            assert_eq!(taxonomy["name"], component["name"]);
            let taxa = taxonomy["taxa"].as_array().expect("a list");
            assert!(
                taxa.iter()
                    .any(|taxon| taxon["id"] == relationship["target"]["id"])
            );
        }
    }
}

#[test]
fn a_scan_that_ended_before_its_time_was_not_successful() {
    let mut report = fixture::report();
    assert_eq!(run(&report)["invocations"][0]["executionSuccessful"], true);
    report.run.stopped = Some(Stopped::CredentialsExpired);
    let invocation = run(&report)["invocations"][0].clone();
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["message"]["text"],
        "the credentials expired during the scan"
    );
}

#[test]
fn an_accepted_failure_is_suppressed_with_its_reason() {
    let mut report = fixture::one_failure();
    report.findings[0].exception = Some(Box::new(fixture::exception("a honeypot")));
    assert_eq!(
        run(&report)["results"][0]["suppressions"],
        json!([{"kind": "external", "status": "accepted", "justification": "a honeypot, by blue team, until 2027-01-31"}])
    );
}

#[test]
fn the_shape_is_stable() {
    let mut run = run(&fixture::one_failure());
    // The prose of a check is none of a format's business.
    let rule = &mut run["tool"]["driver"]["rules"][0];
    for part in ["fullDescription", "help", "helpUri"] {
        assert!(rule[part].is_object() || rule[part].is_string(), "{part}");
        rule[part] = "[prose]".into();
    }
    insta::assert_json_snapshot!(run);
}
