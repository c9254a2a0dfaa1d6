//! Reads formats back, as far as the tests ask, without the code that wrote them.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use crate::Format;

/// How many findings there are of each outcome and severity, by their names in the JSON report.
pub(crate) type Counts = BTreeMap<(String, String), usize>;

/// What a text in this format says of outcomes and severities.
pub(crate) fn counts(format: Format, text: &str) -> Counts {
    let pairs = match format {
        Format::Table => panic!("text for a terminal is not read back"),
        Format::Html => page(text),
        Format::Json => json(text),
        Format::Ndjson => lines(text).iter().map(reported).collect(),
        Format::Csv => csv_pairs(text),
        Format::Ocsf => lines(text).iter().map(ocsf).collect(),
        Format::Asff => lines(text).iter().flat_map(list).map(asff).collect(),
        Format::Sarif => sarif(text),
        Format::Oscal => oscal(text),
        Format::Junit => junit(text),
        Format::Markdown => return markdown(text),
    };
    let mut counts = Counts::new();
    for pair in pairs {
        *counts.entry(pair).or_default() += 1;
    }
    counts
}

type Pair = (String, String);

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(parsed).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn pair(outcome: &str, severity: &str) -> Pair {
    (outcome.to_owned(), severity.to_owned())
}

fn reported(finding: &Value) -> Pair {
    (word(&finding["outcome"]), word(&finding["severity"]))
}

fn json(text: &str) -> Vec<Pair> {
    list(&parsed(text)["findings"])
        .iter()
        .map(reported)
        .collect()
}

/// The rows of the page's block of data: outcome and severity are digits to the base 5, before three of the pillars.
fn page(text: &str) -> Vec<Pair> {
    let (_, rest) = text
        .split_once("<script type=\"application/json\" id=\"data\">")
        .expect("a block of data");
    let (block, _) = rest.split_once("</script>").expect("the block's end");
    let outcomes = ["fail", "not_assessed", "pass", "not_applicable"];
    let severities = ["none", "low", "medium", "high", "critical"];
    let of = |kind: &Value| {
        let kind = usize::try_from(kind.as_u64().expect("a number")).expect("small");
        pair(outcomes[kind / 625], severities[kind / 125 % 5])
    };
    list(&parsed(block)["rows"]["kind"])
        .iter()
        .map(of)
        .collect()
}

fn ocsf(event: &Value) -> Pair {
    let compliance = &event["compliance"];
    let outcome = match compliance["status_id"].as_u64() {
        Some(1) => "pass",
        Some(3) => "fail",
        Some(0) => "not_assessed",
        Some(99) => "not_applicable",
        other => panic!("{other:?}"),
    };
    let severities = ["none", "low", "medium", "high", "critical"];
    let level = |id: &Value| {
        let id = usize::try_from(id.as_u64().expect("a number")).expect("small");
        severities[id - 1]
    };
    let severity = level(&compliance["checks"][0]["severity_id"]);
    if outcome == "fail" {
        assert_eq!(level(&event["severity_id"]), severity);
    }
    pair(outcome, severity)
}

fn asff(finding: &Value) -> Pair {
    let compliance = &finding["Compliance"];
    let outcome = match compliance["Status"].as_str().expect("text") {
        "PASSED" => "pass",
        "FAILED" => "fail",
        "NOT_AVAILABLE" => match compliance["StatusReasons"][0]["ReasonCode"].as_str() {
            Some("TRIPOD_NOT_ASSESSED") => "not_assessed",
            Some("TRIPOD_NOT_APPLICABLE") => "not_applicable",
            other => panic!("{other:?}"),
        },
        other => panic!("{other}"),
    };
    let severity = word(&finding["Severity"]["Original"]);
    if outcome == "fail" && severity != "none" {
        assert_eq!(finding["Severity"]["Label"], severity.to_uppercase());
    }
    (outcome.to_owned(), severity)
}

fn sarif(text: &str) -> Vec<Pair> {
    list(&parsed(text)["runs"][0]["results"])
        .iter()
        .map(|result| {
            let outcome = match result["kind"].as_str().expect("text") {
                "open" => "not_assessed",
                "notApplicable" => "not_applicable",
                other => other,
            };
            pair(
                outcome,
                result["properties"]["severity"].as_str().expect("text"),
            )
        })
        .collect()
}

fn oscal(text: &str) -> Vec<Pair> {
    list(&parsed(text)["assessment-results"]["results"][0]["observations"])
        .iter()
        .map(|observation| {
            let prop = |name: &str| {
                let found = list(&observation["props"])
                    .iter()
                    .find(|prop| prop["name"] == name);
                word(&found.expect("a property")["value"])
            };
            (prop("outcome"), prop("severity"))
        })
        .collect()
}

/// A test case: by its elements what became of it, by its text its severity. Of an accepted failure, which is
/// skipped, its text has the outcome too.
fn junit(text: &str) -> Vec<Pair> {
    let mut reader = Reader::from_str(text);
    let (mut pairs, mut outcome, mut output) = (Vec::new(), "pass", String::new());
    let mut within_output = false;
    loop {
        let event = reader.read_event().expect("XML");
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                b"testcase" => outcome = "pass",
                b"failure" => outcome = "fail",
                b"error" => outcome = "not_assessed",
                b"skipped" if message(tag).starts_with("accepted: ") => outcome = "fail",
                b"skipped" => outcome = "not_applicable",
                b"system-out" => within_output = true,
                b"testsuites" | b"testsuite" | b"properties" | b"property" => {}
                other => panic!("an element {}", String::from_utf8_lossy(other)),
            },
            Event::Text(text) if within_output => {
                output.push_str(&text.decode().expect("UTF-8"));
            }
            Event::End(tag) if tag.name().as_ref() == b"system-out" => within_output = false,
            Event::End(tag) if tag.name().as_ref() == b"testcase" => {
                let said = |name| {
                    let mut lines = output.lines();
                    lines.find_map(|line| line.strip_prefix(name)).expect(name)
                };
                assert_eq!(said("outcome: "), outcome);
                pairs.push(pair(outcome, said("severity: ")));
                output.clear();
            }
            Event::Eof => return pairs,
            _ => {}
        }
    }
}

fn message(tag: &BytesStart<'_>) -> String {
    let found = tag.try_get_attribute("message").expect("attributes");
    String::from_utf8_lossy(&found.expect("a message").value).into_owned()
}

/// The counts of the page's table of outcomes.
fn markdown(text: &str) -> Counts {
    let (_, rest) = text.split_once("\n## Outcomes\n").expect("a table");
    let (table, _) = rest.split_once("\n## ").expect("another section");
    let mut counts = Counts::new();
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for (outcome, cell) in ["fail", "pass", "not_assessed", "not_applicable"]
            .into_iter()
            .zip(&cells[1..])
        {
            let count: usize = cell.parse().expect("a number");
            if count > 0 {
                counts.insert(pair(outcome, cells[0]), count);
            }
        }
    }
    counts
}

fn csv_pairs(text: &str) -> Vec<Pair> {
    let rows = csv(text);
    let column = |name: &str| {
        rows[0]
            .iter()
            .position(|cell| cell == name)
            .expect("a column")
    };
    let (outcome, severity) = (column("outcome"), column("severity"));
    rows[1..]
        .iter()
        .map(|row| pair(&row[outcome], &row[severity]))
        .collect()
}

/// The cells of a text after RFC 4180 in which every cell is quoted.
pub(crate) fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.strip_prefix('"').expect("a quoted cell");
        loop {
            let (part, after) = rest.split_once('"').expect("the end of a cell");
            cell.push_str(part);
            rest = after;
            match rest.strip_prefix('"') {
                Some(after) => {
                    cell.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        row.push(std::mem::take(&mut cell));
        if let Some(after) = rest.strip_prefix(',') {
            rest = after;
        } else {
            rest = rest.strip_prefix("\r\n").expect("the end of a row");
            rows.push(std::mem::take(&mut row));
        }
    }
    rows
}
