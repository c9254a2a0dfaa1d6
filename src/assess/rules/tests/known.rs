//! What becomes of answers that are not known.

use tripod_model::{CauseKind, Observed, Outcome, Unknown, fixtures};

use super::{decided, decided_by, file_with, findings, function, outcomes, rules};
use crate::rules::judge::Decision;

/// Of the function of these tests: refused, not asked, and known.
const UNKNOWN: &str = "size(resource.aliases) > 0";
const NOT_ASKED: &str = "resource.runtime_management != null";

fn denied() -> Decision {
    Decision::Unknown(Unknown::Denied {
        operation: "lambda:ListAliases".to_owned(),
        code: "AccessDenied".to_owned(),
        request_id: None,
    })
}

#[test]
fn what_decides_without_the_unknown_decides_on_either_side() {
    for (condition, expected) in [
        (format!("{UNKNOWN} || true"), Decision::Pass),
        (format!("true || {UNKNOWN}"), Decision::Pass),
        (format!("!({UNKNOWN} && false)"), Decision::Pass),
        (format!("!(false && {UNKNOWN})"), Decision::Pass),
        (format!("{UNKNOWN} || false || true"), Decision::Pass),
        (format!("true ? true : {UNKNOWN}"), Decision::Pass),
        (
            format!("[true, false].exists(x, x || {UNKNOWN})"),
            Decision::Pass,
        ),
        (
            format!("![true, false].all(x, x && {UNKNOWN})"),
            Decision::Pass,
        ),
    ] {
        assert_eq!(decided(&condition, &function()), expected, "{condition}");
    }
}

#[test]
fn what_hangs_on_the_unknown_is_unknown_with_its_cause() {
    for condition in [
        UNKNOWN.to_owned(),
        format!("!({UNKNOWN})"),
        format!("{UNKNOWN} && true"),
        format!("true && {UNKNOWN}"),
        format!("{UNKNOWN} || false"),
        format!("false || {UNKNOWN}"),
        format!("{UNKNOWN} ? true : true"),
        format!("({UNKNOWN}) == ({UNKNOWN})"),
        format!("[true].all(x, x && {UNKNOWN})"),
        format!("[false].exists(x, x || {UNKNOWN})"),
        format!("[true].exists_one(x, x || {UNKNOWN}) && {UNKNOWN}"),
        format!("size([1].filter(x, {UNKNOWN})) == 0"),
        format!("[1].map(x, {UNKNOWN}) == [true]"),
        "has(resource.aliases)".to_owned(),
        "resource.aliases == null".to_owned(),
        "resource.aliases != null".to_owned(),
        "resource.aliases.all(a, true)".to_owned(),
        // The first of two causes, and a cause before what cannot be computed.
        format!("{UNKNOWN} && {NOT_ASKED}"),
        format!("1 / 0 == 1 && {UNKNOWN}"),
        "1 / 0 == size(resource.aliases)".to_owned(),
    ] {
        assert_eq!(decided(&condition, &function()), denied(), "{condition}");
    }
}

#[test]
fn absent_is_an_answer_and_reads_as_null() {
    for condition in [
        "resource.policy == null",
        "!has(resource.policy)",
        "resource.policy == null || resource.policy.contains('*')",
    ] {
        assert_eq!(
            decided(condition, &function()),
            Decision::Pass,
            "{condition}"
        );
    }
}

#[test]
fn what_was_not_asked_and_what_the_document_lacks_is_not_collected() {
    for condition in [NOT_ASKED, "resource.recursive_loop == 'Terminate'"] {
        let expected = Decision::Unknown(Unknown::NotCollected);
        assert_eq!(decided(condition, &function()), expected, "{condition}");
    }
}

#[test]
fn whether_a_rule_speaks_of_a_resource_may_be_unknown_too() {
    let of = |applies: &str| {
        let lines = format!("applies = \"{applies}\"\npass = \"false\"\nmessage = \"'m'\"");
        decided_by(&rules(&file_with(&lines)), &function())
    };
    assert_eq!(of("size(resource.aliases) > 0"), denied());
    assert_eq!(of("resource.name == ''"), Decision::NotApplicable);
    assert_eq!(of("resource.name != ''"), Decision::Fail("m".to_owned()));
}

#[test]
fn a_failure_is_said_where_its_message_cannot_be_made() {
    for message in [
        "string(size(resource.aliases))",
        "string(1 / 0)",
        "resource.details.tags.b",
    ] {
        let lines = format!("pass = \"false\"\nmessage = \"{message}\"");
        let decision = decided_by(&rules(&file_with(&lines)), &function());
        let title = "something of our own".to_owned();
        assert_eq!(decision, Decision::Fail(title), "{message}");
    }
}

#[test]
fn a_list_that_was_not_read_is_one_outcome_and_never_a_pass() {
    let rules = rules(&super::file_of("true"));
    let snapshot = fixtures::with_region(|region| {
        region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    });
    let found = findings(&rules, &snapshot);
    assert_eq!(outcomes(&found), [("*", Outcome::NotAssessed)]);
    let empty = fixtures::with_region(|region| region.lambda.functions = Observed::Known(vec![]));
    assert_eq!(findings(&rules, &empty), []);
}

#[test]
fn a_rule_that_cannot_be_computed_is_the_rules_fault_and_not_tripods() {
    let snapshot = fixtures::with_functions(vec![fixtures::function("a")]);
    let found = findings(&rules(&super::file_of("1 / 0 == 1")), &snapshot);
    let cause = found[0].cause.as_ref().expect("a cause");
    assert_eq!(cause.kind, CauseKind::Rule);
    assert_eq!(found[0].outcome, Outcome::NotAssessed);
    assert!(
        found[0].message.contains("a.toml:9:9: "),
        "{}",
        found[0].message
    );
}
