//! Nothing that a rule or a resource holds makes an evaluation hang or grow.

use serde_json::json;

use super::{decided, decided_within, file_of, function, read, rules};
use crate::rules::cel::eval::Budget;
use crate::rules::judge::{Decision, STEPS_PER_RESOURCE, STEPS_PER_RULE};
use crate::rules::{MAX_RULE_FILE, MAX_RULES, Rules};

fn problem(condition: &str) -> String {
    match decided(condition, &function()) {
        Decision::Undecided(problem) => problem,
        other => panic!("{condition}: {other:?}"),
    }
}

/// A list of this many numbers, written out.
fn numbers(count: usize) -> String {
    format!("[{}]", vec!["1"; count].join(","))
}

#[test]
fn nested_loops_end_when_the_steps_are_spent() {
    let list = numbers(400);
    for condition in [
        format!("{list}.all(a, {list}.all(b, {list}.all(c, a == b)))"),
        format!("{list}.map(a, {list}.map(b, {list}.map(c, a))) != []"),
        format!("{list}.map(a, {list}).map(l, l.map(x, l.map(y, x + y))) != []"),
        // What decides does not hide that the steps are spent.
        format!("{list}.all(a, {list}.all(b, {list}.all(c, a == b))) || true"),
    ] {
        let said = problem(&condition);
        let expected = format!("it takes more than {STEPS_PER_RESOURCE} steps");
        assert!(said.ends_with(&expected), "{said}");
    }
}

#[test]
fn a_text_does_not_double_without_end() {
    let doubled = |levels: usize| {
        let mut text = "'0123456789abcdef'".to_owned();
        for _ in 0..levels {
            text = format!("[{text}].map(t, t + t)[0]");
        }
        format!("size({text}) > 0")
    };
    assert_eq!(decided(&doubled(8), &function()), Decision::Pass);
    assert!(problem(&doubled(9)).contains("4096 are the most"));
}

#[test]
fn a_large_resource_is_paid_for() {
    let mut resource = function();
    let urls: Vec<_> = (0..60_000)
        .map(|_| json!({ "url": "u", "auth_type": "NONE" }))
        .collect();
    resource["urls"] = json!({ "known": urls });
    let once = "size(resource.urls) == 60000";
    assert_eq!(decided(once, &resource), Decision::Pass);
    let all = "resource.urls.all(u, u.url == 'u')";
    assert!(matches!(decided(all, &resource), Decision::Undecided(_)));
    resource["name"] = json!("a".repeat(10_000_000));
    let long = "resource.name.matches('(a|b)*c')";
    assert!(matches!(decided(long, &resource), Decision::Undecided(_)));
    let long = "resource.name.contains('b')";
    assert!(matches!(decided(long, &resource), Decision::Undecided(_)));
}

#[test]
fn a_rule_that_is_too_dear_for_a_snapshot_leaves_the_rest_not_assessed() {
    let list = numbers(110);
    let rules = rules(&file_of(&format!(
        "{list}.all(a, {list}.exists(b, b > 1) == false)"
    )));
    let resource = function();
    // What the first resource leaves is not enough for a second.
    let mut left = Budget(STEPS_PER_RESOURCE);
    assert_eq!(decided_within(&rules, &resource, &mut left), Decision::Pass);
    assert!(left.0 < STEPS_PER_RESOURCE / 2, "{}", left.0);
    for _ in 0..2 {
        let Decision::Undecided(problem) = decided_within(&rules, &resource, &mut left) else {
            panic!("the steps are spent");
        };
        assert!(
            problem.contains("on resources before this one"),
            "{problem}"
        );
    }
    assert_eq!(STEPS_PER_RULE, 100_000_000, "the guide says so");
}

#[test]
fn what_is_nested_too_deep_is_refused_and_does_not_overflow() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("[1].map(x, ", ")"),
        ("true ? ", " : 1"),
    ] {
        for depth in [65, 300, 2_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            read(&file_of(&text)).expect_err("too deep or too long");
        }
    }
    let dots = format!("resource{} == 1", ".a".repeat(2_000));
    read(&file_of(&dots)).expect_err("too deep");
    let sum = format!("1{} == 1", " + 1".repeat(900));
    let error = read(&file_of(&sum)).expect_err("too deep");
    assert!(error.problem.contains("64 levels"), "{}", error.problem);
    // Chains of conditions are as wide as they are long, and not deep.
    let chain = vec!["true"; 500].join(" && ");
    assert_eq!(decided(&chain, &function()), Decision::Pass);
}

#[test]
fn what_is_nested_as_deep_as_it_may_be_is_read() {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(50), close.repeat(50));
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{'a': ", "}"),
        ("[1].map(x, ", ")"),
    ] {
        let text = format!("size(string(1)) == 1 || [{}] == []", nested(open, close));
        assert_eq!(decided(&text, &function()), Decision::Pass, "{open}");
    }
}

#[test]
fn files_and_expressions_have_a_size() {
    let long = format!("'{}' == ''", "a".repeat(5_000));
    let error = read(&file_of(&long)).expect_err("too long");
    assert!(
        error.problem.starts_with("an expression of 5"),
        "{}",
        error.problem
    );
    let comment = format!("{}# {}", file_of("true"), "a".repeat(MAX_RULE_FILE));
    let error = read(&comment).expect_err("too long");
    assert!(
        error.problem.starts_with("a file of 26"),
        "{}",
        error.problem
    );
    let files: Vec<String> = (0..=MAX_RULES)
        .map(|number| file_of("true").replace("acme-rule", &format!("acme-rule-{number}")))
        .collect();
    let errors = Rules::read(files.iter().map(|text| ("a", text.as_str()))).expect_err("too many");
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].problem.starts_with("more than 500"),
        "{}",
        errors[0].problem
    );
}
