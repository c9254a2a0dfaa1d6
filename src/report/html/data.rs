//! The findings as one block of JSON for the script of the page: columns, and tables of the texts in them, each text
//! once. It is no contract: `page.js` of the same version alone reads it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};
use tripod_assess::{Known, Report, is_own};
use tripod_model::{AcceptedException, Cause, Finding, Outcome, Pillar, Severity};

use super::columns::Columns;
use super::text::shown;

/// Bytes of findings that a page carries. A hundred thousand with texts of usual length need less than this; beyond
/// it the least pressing ones stay in the JSON report, and the page says how many.
const BUDGET: usize = 27_000_000;

/// The findings, the most pressing first: what failed, what could not be assessed, what passed, what does not apply,
/// each by severity, check and resource. What is about the settings comes after what is about the account.
pub(super) fn ordered(report: &Report) -> Vec<&Finding> {
    let mut rows: Vec<&Finding> = report.findings.iter().collect();
    rows.sort_by_cached_key(|finding| {
        let own = is_own(&finding.check);
        (place_of(finding.outcome), own, Reverse(finding.severity))
    });
    rows
}

/// Each text once, by name. A report has a million findings and few names: they are not sorted a million times.
pub(super) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).collect()
}

/// The block, and how many findings are in it.
pub(super) fn block(report: &Report, rows: &[&Finding]) -> (String, usize) {
    block_within(report, rows, BUDGET)
}

fn block_within(report: &Report, rows: &[&Finding], budget: usize) -> (String, usize) {
    let mut columns = Columns::default();
    let mut carried = 0;
    for finding in rows {
        if columns.bytes() >= budget {
            break;
        }
        columns.add(finding);
        carried += 1;
    }
    let mut value = columns.into_json(report);
    value["total"] = report.findings.len().into();
    value["counts"] = json!(counts(report));
    (harmless(&value.to_string()), carried)
}

/// JSON inside a script element: `</` ends it and `<!--` changes how it is read, so no `<` is left.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Place of an outcome in lists and in the block.
pub(super) fn place_of(outcome: Outcome) -> usize {
    match outcome {
        Outcome::Fail => 0,
        Outcome::NotAssessed => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    }
}

/// Place of a severity in the block.
pub(super) fn level(severity: Severity) -> usize {
    match severity {
        Severity::None => 0,
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
        Severity::Critical => 4,
    }
}

/// Outcome and levels in one number: outcome, severity, then the impact on each pillar, a digit each to the base 5. What
/// is about the settings weakens no pillar: the three legs do not count it.
pub(super) fn kind_of(finding: &Finding) -> usize {
    let pillars = if is_own(&finding.check) {
        [0; 3]
    } else {
        Pillar::ALL.map(|pillar| level(finding.impact.on(pillar)))
    };
    [place_of(finding.outcome), level(finding.severity)]
        .into_iter()
        .chain(pillars)
        .fold(0, |number, digit| number * 5 + digit)
}

/// Findings of the whole report by outcome and severity, in the order of [`place_of`] and [`level`].
pub(super) fn counts(report: &Report) -> [[u64; 5]; 4] {
    let mut counts = [[0; 5]; 4];
    for finding in &report.findings {
        counts[place_of(finding.outcome)][level(finding.severity)] += 1;
    }
    counts
}

/// What the page says of a check: id, title, service, controls, rows of the catalogue, place of its guide. One of
/// another version is known by its id alone.
pub(super) fn check_json(report: &Report, id: &str) -> Value {
    match report.known(id) {
        Some(check) => json!([
            shown(id),
            shown(check.title()),
            shown(check.service()),
            controls_of(check),
            check.rows().join(", "),
            anchor(id),
        ]),
        None => json!([shown(id), shown(id), service_of(id), "", "", ""]),
    }
}

/// Where the guide tells how to mend what the check finds.
pub(super) fn anchor(check: &str) -> String {
    format!("mend-{check}")
}

/// The service of a check by its id: ids begin with it.
pub(super) fn service_of(id: &str) -> Cow<'_, str> {
    shown(id.split('-').next().unwrap_or(id))
}

/// The controls that a check serves, framework by framework.
pub(super) fn controls_of(check: Known<'_>) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut last = None;
    for mapping in check.mappings() {
        let framework = mapping.framework.key();
        match texts.last_mut().filter(|_| last == Some(framework)) {
            Some(text) => {
                text.push_str(", ");
                text.push_str(mapping.id);
            }
            None => texts.push(format!("{framework} {}", mapping.id)),
        }
        last = Some(framework);
    }
    texts.join("; ")
}

/// Owner, reason, last day and entry of an exception.
pub(super) fn exception_json(exception: &AcceptedException) -> Value {
    json!({
        "owner": shown(&exception.owner),
        "reason": shown(&exception.reason),
        "expires": exception.expires.to_string(),
        "source": shown(&exception.source),
    })
}

/// Cause, permission that would cure it, request id.
pub(super) fn cause_json(cause: &Cause) -> Value {
    let text = |text: Option<&String>| text.map(|text| shown(text).into_owned());
    json!([
        shown(&cause.text()),
        text(cause.permission.as_ref()),
        text(cause.request_id.as_ref()),
    ])
}

/// Items of one list in a finding's details that the page carries.
const ITEMS: usize = 50;

/// The value with its texts as [`shown`] shows them, and no list endless.
pub(super) fn tame(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text).into_owned()),
        Value::Array(items) => {
            let missing = items.len().saturating_sub(ITEMS);
            let mut items: Vec<Value> = items.into_iter().take(ITEMS).map(tame).collect();
            if missing > 0 {
                items.push(format!("and {missing} more").into());
            }
            Value::Array(items)
        }
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| (shown(&name).into_owned(), tame(value)))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};
    use tripod_model::{Details, Outcome};

    use super::{block, block_within, ordered, place_of};
    use crate::fixture;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn every_finding_is_carried_and_reads_back() {
        let report = fixture::report();
        let rows = ordered(&report);
        let (text, carried) = block(&report, &rows);
        assert_eq!(carried, report.findings.len());
        let data = parsed(&text);
        let resources = &data["resources"];
        for (place, finding) in rows.iter().enumerate() {
            let at = |column: &Value, place: usize| {
                let number = column[place].as_u64().expect("a number");
                usize::try_from(number).expect("a place")
            };
            let row = |column: &str| at(&data["rows"][column], place);
            assert_eq!(data["rows"]["id"][place], finding.id);
            assert_eq!(data["checks"][row("check")][0], *finding.check);
            let (resource, known) = (row("resource"), &finding.resource);
            let region = at(&resources["region"], resource);
            assert_eq!(resources["regions"][region], known.region.as_str());
            let rest = resources["rest"][resource].as_str().expect("a text");
            assert!(
                known.arn.contains("red") || known.arn.ends_with(rest),
                "{rest}"
            );
            assert_eq!(row("cause") > 0, finding.cause.is_some());
            assert_eq!(data["messages"][row("message")], finding.message);
        }
    }

    #[test]
    fn what_presses_most_comes_first() {
        let report = fixture::report();
        let rows = ordered(&report);
        let outcomes = rows.iter().map(|finding| place_of(finding.outcome));
        assert!(outcomes.is_sorted());
        let failed = rows
            .iter()
            .take_while(|finding| finding.outcome == Outcome::Fail);
        let severities: Vec<_> = failed.map(|finding| finding.severity).collect();
        assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
    }

    #[test]
    fn beyond_the_budget_the_least_pressing_are_left_out_and_still_counted() {
        let report = fixture::report();
        let rows = ordered(&report);
        let (text, carried) = block_within(&report, &rows, 300);
        assert!(carried > 0 && carried < rows.len(), "{carried}");
        let data = parsed(&text);
        assert_eq!(data["total"], rows.len());
        assert_eq!(data["rows"]["id"][0], rows[0].id);
        let counts: Vec<Vec<u64>> =
            serde_json::from_value(data["counts"].clone()).expect("four rows of five");
        assert_eq!(counts.iter().flatten().sum::<u64>(), rows.len() as u64);
    }

    #[test]
    fn no_text_ends_the_element_or_steers() {
        let mut report = fixture::report();
        let hostile = "</script><!--<script>\u{202e}\u{1b}[2J";
        for finding in &mut report.findings {
            finding.message.push_str(hostile);
            finding.resource.name.push_str(hostile);
            finding.resource.arn.push_str(hostile);
            finding.id.push_str(hostile);
            let map = [
                ("a".to_owned(), json!([hostile])),
                (hostile.to_owned(), json!(1)),
            ];
            finding.details = Details::from(BTreeMap::from(map));
            finding.exception = Some(Box::new(fixture::exception(hostile)));
        }
        let (text, _) = block(&report, &ordered(&report));
        assert!(!text.contains('<'));
        assert!(!text.chars().any(crate::plain::steers));
        let data = parsed(&text);
        let detail = parsed(data["details"][0].as_str().expect("a text"));
        assert_eq!(detail["a"][0], "</script><!--<script>\\u{202e}\\u{1b}[2J");
    }

    #[test]
    fn a_list_without_end_is_cut_and_says_so() {
        let mut report = fixture::report();
        let many: Vec<u32> = (0..500).collect();
        let map = BTreeMap::from([("a".to_owned(), json!(many))]);
        report.findings[0].details = Details::from(map);
        let (text, _) = block(&report, &ordered(&report));
        let data = parsed(&text);
        let detail = parsed(data["details"][0].as_str().expect("a text"));
        assert_eq!(detail["a"][50], "and 450 more");
    }
}
