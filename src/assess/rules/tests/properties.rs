//! What holds for every expression.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{decided, file_of, function, read};
use crate::rules::cel::parse::parse;
use crate::rules::judge::Decision;

/// Pieces that expressions are made of: more of them are read than of arbitrary letters.
const PIECES: [&str; 52] = [
    "resource",
    ".name",
    ".details",
    ".tags",
    ".urls",
    ".aliases",
    ".configuration",
    ".memory_mib",
    ".policy",
    "account",
    "now",
    "x",
    "true",
    "false",
    "null",
    "1",
    "0",
    "-",
    "9223372036854775807",
    "1.5",
    "1e308",
    "'a'",
    "r'\\'",
    "\"é\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "?",
    "&&",
    "||",
    "!",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "*",
    "/",
    "%",
    " in ",
    ".all(x,",
    ".exists(x,",
    ".map(x,",
    ".size()",
    "has(",
    "string(",
    "matches(",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES.as_slice());
    prop::collection::vec(piece, 0..24).prop_map(|parts| parts.concat())
}

/// An expression of type int, with variables of the comprehensions around it.
fn int() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|it| format!("({it})")),
        Just("resource.configuration.memory_mib".to_owned()),
        Just("resource.configuration.timeout_seconds".to_owned()),
        Just("size(resource.urls)".to_owned()),
        Just("size(resource.aliases)".to_owned()),
        Just("size(resource.name)".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let operator = prop::sample::select(["+", "-", "*", "/", "%"].as_slice());
        (inner.clone(), operator, inner)
            .prop_map(|(one, operator, other)| format!("({one} {operator} {other})"))
    })
    .boxed()
}

/// An expression of type bool that is always right.
fn condition() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("resource.policy == null".to_owned()),
        Just("has(resource.aliases)".to_owned()),
        Just("'owner' in resource.details.tags".to_owned()),
        Just("resource.details.tags.nobody == ''".to_owned()),
        (int(), int()).prop_map(|(one, other)| format!("{one} < {other}")),
        "[a-z*.]{0,6}".prop_map(|text| format!("resource.name.contains('{text}')")),
    ];
    leaf.prop_recursive(4, 32, 3, |inner| {
        let two = || (inner.clone(), inner.clone());
        prop_oneof![
            two().prop_map(|(one, other)| format!("({one} && {other})")),
            two().prop_map(|(one, other)| format!("({one} || {other})")),
            two().prop_map(|(one, other)| format!("(({one}) == ({other}))")),
            inner.clone().prop_map(|of| format!("!({of})")),
            (inner.clone(), two())
                .prop_map(|(of, (one, other))| format!("({of} ? {one} : {other})")),
            (inner.clone(), fold())
                .prop_map(|(of, fold)| format!("resource.urls.{fold}(u, {of} && u.url != '')")),
            (inner.clone(), fold())
                .prop_map(|(of, fold)| format!("[1, 2, 3].{fold}(n, n > 1 || {of})")),
            inner
                .clone()
                .prop_map(|of| format!("size(resource.urls.filter(u, {of})) > 0")),
        ]
    })
    .boxed()
}

fn fold() -> impl Strategy<Value = &'static str> {
    prop::sample::select(["all", "exists", "exists_one"].as_slice())
}

/// Any JSON, also what no snapshot holds.
fn document() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
        Just(json!("absent")),
        Just(json!({ "denied": { "operation": "a:B", "code": "C", "request_id": null } })),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        let name = prop::sample::select(
            [
                "known",
                "name",
                "details",
                "tags",
                "urls",
                "configuration",
                "memory_mib",
                "policy",
                "url",
                "owner",
            ]
            .as_slice(),
        );
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(name.prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// The same document with an answer that was known now refused.
fn less_known(mut resource: Json, which: usize) -> Json {
    let name = ["details", "urls", "policy"][which % 3];
    resource[name] = json!({ "denied": { "operation": "a:B", "code": "C", "request_id": null } });
    resource
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_an_expression_or_a_fault_within_it(text in ".{0,200}") {
        if let Err(fault) = parse(&text) {
            prop_assert!(fault.place <= text.len());
            prop_assert!(text.is_char_boundary(fault.place));
            prop_assert!(!fault.problem.is_empty() && !fault.cure.is_empty());
        }
    }

    #[test]
    fn any_rule_is_read_or_refused_and_what_is_read_decides(text in pieces()) {
        match read(&file_of(&text)) {
            Ok(rules) => {
                let once = super::decided_by(&rules, &function());
                prop_assert_eq!(once, super::decided_by(&rules, &function()));
            }
            Err(error) => {
                prop_assert_eq!(error.line, 9);
                prop_assert!(error.column.is_some());
            }
        }
    }

    #[test]
    fn any_file_is_read_or_refused(text in ".{0,400}") {
        prop_assert!(read(&text).is_err());
    }

    #[test]
    fn a_text_comes_back_as_it_was_written(text in ".{0,60}") {
        let literal = Json::String(text.clone()).to_string();
        let mut resource = function();
        resource["name"] = json!(text);
        let condition = format!("resource.name == {literal}");
        prop_assert_eq!(decided(&condition, &resource), Decision::Pass);
    }

    #[test]
    fn a_right_condition_decides_on_every_document(condition in condition(), document in document()) {
        let rules = read(&file_of(&condition));
        prop_assume!(rules.as_ref().err().is_none_or(|error| !error.problem.contains("levels") && !error.problem.contains("bytes")));
        let rules = rules.map_err(|error| TestCaseError::fail(format!("{condition}: {error}")))?;
        let once = super::decided_by(&rules, &document);
        prop_assert_eq!(once, super::decided_by(&rules, &document));
    }

    /// To see less never turns a verdict into the other one.
    #[test]
    fn what_is_decided_without_an_answer_is_decided_the_same_with_it(condition in condition(), which in 0_usize..3) {
        let full = decided(&condition, &function());
        let less = decided(&condition, &less_known(function(), which));
        let decides = |it: &Decision| matches!(it, Decision::Pass | Decision::Fail(_));
        if decides(&less) {
            prop_assert_eq!(full, less);
        }
    }
}
