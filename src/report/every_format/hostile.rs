//! Whoever may name a resource writes into the report: names are harmless in every format.

use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};
use serde_json::{Value, json};
use tripod_assess::Report;
use tripod_model::{AcceptedException, Finding};

use super::counts::{expected, readable};
use super::read::{counts, csv};
use crate::formats::rendered;
use crate::plain::steers;
use crate::{Format, fixture};

pub(crate) const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]><x/>",
    "&lt;b&gt; &#0; &x;",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "=cmd|'/C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "a;=1",
    "user\u{202e}gnp.exe\u{2066}\u{200b}",
    "\0\u{1}\u{7f}\u{fffe}\u{ffff}",
    "[click](javascript:alert(1))",
    "![](https://a.example/x.png)",
    "<https://a.example> https://b.example www.c.example",
    "@everyone `code` | cell\n\n# heading\n- item\n```\n",
    "{0} {x} ${y}",
    // What is left of bytes that are no UTF-8: bodies are read with a mark in their place.
    "a\u{fffd}\u{fffd}<b>\u{fffd}",
    "\u{2028}\u{2029}\u{85}",
    "``````````",
    "1. one",
    "\\|\\",
    "$x$ ~~y~~ **z** _a_",
    "",
    " ",
];

/// The fixture, everything of which somebody else may write ending in this.
fn tainted(hostile: &str) -> Report {
    let mut report = fixture::every_outcome();
    // One of each outcome: all of them at 10,000 characters in ten formats take a minute.
    report.findings.sort_by_key(|finding| finding.outcome);
    report.findings.dedup_by_key(|finding| finding.outcome);
    report.run.id = hostile.to_owned();
    report.run.caller.arn = hostile.to_owned();
    report.run.endpoint = Some(hostile.to_owned());
    report.tool.version = hostile.to_owned();
    report.run.broken_collectors = vec![hostile.to_owned()];
    for (index, finding) in report.findings.iter_mut().enumerate() {
        let text = format!("{hostile}{index}{hostile}");
        finding.message.clone_from(&text);
        finding.resource.name = hostile.to_owned();
        finding.resource.arn = format!("arn:aws:lambda:eu-central-1:111122223333:function:{text}");
        finding.details = [(hostile.to_owned(), json!(hostile))]
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>()
            .into();
        if let Some(cause) = &mut finding.cause {
            cause.operation = Some(hostile.to_owned());
            cause.permission = Some(hostile.to_owned());
            cause.error = Some(hostile.to_owned());
            cause.kind = tripod_model::CauseKind::Failed;
        }
    }
    report.findings.extend(settled(&report, hostile));
    report
        .findings
        .sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    report
}

/// What a file of exceptions adds: a failure that somebody answers for, and what is said of the exception itself.
fn settled(report: &Report, hostile: &str) -> Vec<Finding> {
    let failed = report.failed().next().expect("a failure");
    let mut accepted = failed.clone();
    accepted.resource.arn.push_str(":1");
    accepted.exception = Some(Box::new(AcceptedException {
        owner: hostile.to_owned(),
        source: hostile.to_owned(),
        ..fixture::exception(hostile)
    }));
    let mut own = failed.clone();
    own.check = "tripod-unused-exception".into();
    own.controls = vec![];
    own.resource.arn = format!("exception:lambda-public-url:*:*:{hostile}");
    vec![accepted, own]
}

/// A report in which each hostile text stands in a finding of each outcome.
pub(super) fn tainted_by_all() -> Report {
    let mut report = tainted(&HOSTILE.concat());
    for text in texts() {
        report.findings.extend(tainted(&text).findings);
    }
    for (index, finding) in report.findings.iter_mut().enumerate() {
        finding.id = format!("{index:032x}");
    }
    report
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = HOSTILE.iter().map(|&text| text.to_owned()).collect();
    texts.push("ß".repeat(10_000));
    texts.push(HOSTILE.concat());
    texts
}

#[test]
fn no_format_holds_a_character_that_steers_a_terminal() {
    for hostile in texts() {
        for format in Format::ALL {
            let text = rendered(&tainted(&hostile), format);
            // Lines of CSV end as its standard says.
            let ends = if format == Format::Csv { "\r\n" } else { "\n" };
            let found: Vec<char> = text
                .chars()
                .filter(|one| steers(*one) && !ends.contains(*one))
                .collect();
            assert!(found.is_empty(), "{}: {found:?}", format.as_str());
        }
    }
}

#[test]
fn no_name_breaks_out_of_its_place_in_any_format() {
    for hostile in texts() {
        let report = tainted(&hostile);
        for format in readable() {
            let text = rendered(&report, format);
            assert_eq!(
                counts(format, &text),
                expected(&report),
                "{} {hostile:?}",
                format.as_str()
            );
        }
    }
}

#[test]
fn the_structured_formats_keep_what_identifies_a_resource_as_it_is() {
    let report = tainted("\u{1b}[31m<b>\u{202e}");
    let arn = json!(report.findings[0].resource.arn);
    let line = |format| -> Value {
        let text = rendered(&report, format);
        serde_json::from_str(text.lines().next().expect("a line")).expect("JSON")
    };
    assert_eq!(line(Format::Ndjson)["resource"]["arn"], arn);
    assert_eq!(line(Format::Ocsf)["resources"][0]["uid"], arn);
    let result = &line(Format::Sarif)["runs"][0]["results"][0];
    let location = &result["locations"][0]["logicalLocations"][0];
    assert_eq!(location["fullyQualifiedName"], arn);
}

#[test]
fn no_cell_of_csv_begins_a_formula() {
    for hostile in texts() {
        for cell in csv(&rendered(&tainted(&hostile), Format::Csv))
            .into_iter()
            .flatten()
        {
            for part in cell.split(';') {
                let first = part.trim_start_matches([' ', '"']).chars().next();
                assert!(
                    !first.is_some_and(|first| "=+-@\t\r＝＋－＠".contains(first)),
                    "{cell:?}"
                );
            }
            assert!(cell.chars().count() <= 32_767);
        }
    }
}

/// Everything in a text of Markdown that is more than text, code, tables and headings.
fn markup(text: &str) -> Vec<String> {
    Parser::new_ext(
        text,
        Extensions::ENABLE_TABLES | Extensions::ENABLE_STRIKETHROUGH,
    )
    .filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) if !["<br>", "<!-- -->"].contains(&&*html) => {
            Some(html.to_string())
        }
        Event::Start(
            tag @ (Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::Emphasis
            | Tag::Strikethrough
            | Tag::CodeBlock(_)
            | Tag::BlockQuote(_)),
        ) => Some(format!("{tag:?}")),
        _ => None,
    })
    .collect()
}

fn headings(text: &str) -> usize {
    Parser::new_ext(text, Extensions::ENABLE_TABLES)
        .filter(|event| matches!(event, Event::Start(Tag::Heading { .. } | Tag::TableRow)))
        .count()
}

#[test]
fn markdown_shows_names_and_obeys_none() {
    let clean = headings(&rendered(&tainted("clean"), Format::Markdown));
    for hostile in texts() {
        let text = rendered(&tainted(&hostile), Format::Markdown);
        assert_eq!(markup(&text), [""; 0], "{hostile:?}");
        assert_eq!(headings(&text), clean, "{hostile:?}");
        // GitHub makes links of addresses, and calls those who are named after an @, outside of code.
        for event in Parser::new_ext(&text, Extensions::ENABLE_TABLES) {
            if let Event::Text(text) = event {
                assert!(!text.contains("@everyone"), "{text}");
            }
        }
    }
}

#[test]
fn oscals_prose_holds_no_markup() {
    for hostile in texts() {
        let text = rendered(&tainted(&hostile), Format::Oscal);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let result = &document["assessment-results"]["results"][0];
        let mut prose = vec![&result["description"]];
        for observation in result["observations"].as_array().expect("a list") {
            prose.extend([
                &observation["description"],
                &observation["remarks"],
                &observation["subjects"][0]["title"],
            ]);
        }
        for item in result["local-definitions"]["inventory-items"]
            .as_array()
            .expect("a list")
        {
            prose.push(&item["description"]);
        }
        for text in prose.into_iter().filter_map(Value::as_str) {
            assert_eq!(markup(text), [""; 0], "{text:?}");
            assert!(!text.trim().is_empty());
        }
    }
}

#[test]
fn sarifs_messages_hold_neither_links_nor_placeholders() {
    for hostile in texts() {
        let text = rendered(&tainted(&hostile), Format::Sarif);
        let log: Value = serde_json::from_str(&text).expect("JSON");
        for result in log["runs"][0]["results"].as_array().expect("a list") {
            let message = result["message"]["text"].as_str().expect("text");
            assert!(!message.contains("]("), "{message}");
            let literal = message.replace("{{", "").replace("}}", "");
            assert!(!literal.contains(['{', '}']), "{message}");
        }
    }
}

#[test]
fn asff_keeps_to_the_lengths_of_security_hub() {
    for hostile in texts() {
        for line in rendered(&tainted(&hostile), Format::Asff).lines() {
            let batch: Vec<Value> = serde_json::from_str(line).expect("JSON");
            for finding in &batch {
                let length = |value: &Value| value.as_str().expect("text").chars().count();
                assert!((1..=256).contains(&length(&finding["Title"])));
                assert!((1..=1024).contains(&length(&finding["Description"])));
                assert!((1..=512).contains(&length(&finding["Id"])));
                assert!((1..=512).contains(&length(&finding["Resources"][0]["Id"])));
                for value in finding["ProductFields"]
                    .as_object()
                    .expect("a map")
                    .values()
                {
                    assert!((1..=1024).contains(&length(value)));
                }
            }
        }
    }
}
