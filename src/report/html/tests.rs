//! The page as a text; in a browser, [`in_a_browser`].

mod account;
mod in_a_browser;
mod settled;

use std::collections::BTreeMap;

use serde_json::json;
use tripod_assess::{FrameworkReport, Pillars, Report};
use tripod_checks::{ALL, Framework};
use tripod_model::{Details, Evidence, ExchangeId, Finding, Outcome, RegionName, Severity};

use super::{Extras, Part, PastRun, Picture, Section, source, write};
use crate::fixture;

fn render(report: &Report, extras: &Extras) -> String {
    let mut page = Vec::new();
    write(report, extras, &mut page).expect("memory can be written");
    String::from_utf8(page).expect("UTF-8")
}

fn bare(report: &Report) -> String {
    render(report, &Extras::default())
}

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).expect(begin);
    rest.split_once(end).expect(end).0
}

/// Extras of every kind.
fn extras(report: &Report) -> Extras {
    let mut past = PastRun::of(report);
    past.observed = "2026-01-02T03:04:05Z".parse().expect("a time");
    past.pillars.confidentiality.score = Some(12);
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 60\" width=\"300\" height=\"60\" role=\"img\" \
               aria-label=\"a picture\"><title>a picture</title><style>.name{fill:#14181d}</style>\
               <rect fill=\"#f4f6f8\" width=\"300\" height=\"60\"/><text class=\"name\" x=\"12\" y=\"30\">ci-deployer</text></svg>";
    Extras {
        history: vec![past.clone(), past],
        frameworks: [Framework::Baseline, Framework::Soc2]
            .map(|framework| FrameworkReport::of(framework, &report.findings, ALL, |_| false))
            .into(),
        sections: vec![Section {
            id: "capacity",
            link: "Capacity",
            title: "Capacity".to_owned(),
            parts: vec![
                Part::Heading("Addresses".to_owned()),
                Part::Text("What fails first.".to_owned()),
                Part::List(vec!["one thing".to_owned()]),
                Part::Table {
                    caption: "Subnets".to_owned(),
                    header: vec!["Subnet".to_owned(), "Free".to_owned()],
                    rows: vec![vec!["a".to_owned(), "3".to_owned()]],
                },
                Part::Picture(Picture::new("Paths", svg, "").expect("a picture")),
            ],
        }],
    }
}

const HOSTILE: &str = "</script><script>owned=1</script>\"'><img src=x onerror=owned=1>\u{1b}[31m\u{202e}gnp\u{2066}\u{200b}{{7*7}}";

/// A report in which whoever names something is hostile.
fn hostile() -> Report {
    let mut report = fixture::report();
    report.run.endpoint = Some(HOSTILE.to_owned());
    report.run.caller.arn = HOSTILE.to_owned();
    report.run.id = HOSTILE.to_owned();
    report.tool.version = HOSTILE.to_owned();
    report.run.broken_collectors = vec![HOSTILE.to_owned()];
    report
        .run
        .requests
        .by_operation
        .insert(HOSTILE.to_owned(), 1);
    report.population.insert(HOSTILE.to_owned(), 1);
    for finding in &mut report.findings {
        finding.resource.name.push_str(HOSTILE);
        finding.resource.arn.push_str(HOSTILE);
        finding.resource.kind.push_str(HOSTILE);
        finding.resource.region = RegionName::new(HOSTILE);
        finding.message.push_str(HOSTILE);
        let tag = "x".repeat(10_000);
        let details = [(
            HOSTILE.to_owned(),
            json!([HOSTILE, tag, {HOSTILE: HOSTILE}]),
        )];
        finding.details = Details::from(BTreeMap::from(details));
        finding.exception = Some(Box::new(fixture::exception(HOSTILE)));
        finding.evidence = vec![Evidence {
            exchange: ExchangeId::new(HOSTILE),
            pointer: HOSTILE.to_owned(),
        }];
        if let Some(cause) = &mut finding.cause {
            cause.error = Some(HOSTILE.to_owned());
            cause.permission = Some(HOSTILE.to_owned());
        }
    }
    let mut unknown = report.findings[0].clone();
    unknown.check = HOSTILE.to_owned().into();
    unknown.exception = None;
    unknown.outcome = Outcome::Fail;
    unknown.severity = Severity::Critical;
    unknown.resource.name = format!("{}{}", "W".repeat(10_000), HOSTILE);
    report.findings.push(unknown);
    report.pillars = Pillars::of(&report.findings);
    report
}

/// A report of many findings, each on a resource of its own, with a message of its own of this length.
fn many(findings: usize, letters: usize) -> Report {
    let mut report = fixture::report();
    let impact = fixture::impact(Severity::Critical, Severity::Low, Severity::None);
    let of = |place: usize| -> Finding {
        let outcome = match place % 3 {
            0 => Outcome::Fail,
            1 => Outcome::Pass,
            _ => Outcome::NotApplicable,
        };
        let mut finding =
            fixture::finding("lambda-public-url", &format!("f-{place}"), outcome, impact);
        finding.message = format!("{place}{}", "m".repeat(letters));
        finding
    };
    report.findings = (0..findings).map(of).collect();
    report.pillars = Pillars::of(&report.findings);
    report
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixture::report();
    let extras = extras(&report);
    assert_eq!(render(&report, &extras), render(&report, &extras));
}

#[test]
fn the_policy_lets_in_the_one_script_and_the_styles_that_are_there() {
    let report = fixture::report();
    let page = render(&report, &extras(&report));
    let policy =
        between(&page, "Content-Security-Policy\" content=\"", "\">").replace("&#39;", "'");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(
        policy.contains("require-trusted-types-for 'script'"),
        "{policy}"
    );
    let script = between(&page, "</script>\n<script>", "</script>");
    assert!(between(&policy, "script-src ", ";").contains(&source(script)));
    let styles: Vec<&str> = page.split("<style>").skip(1).collect();
    assert_eq!(styles.len(), 2, "the page's and the picture's");
    for style in styles {
        let style = style.split_once("</style>").expect("an end").0;
        assert!(
            between(&policy, "style-src ", ";").contains(&source(style)),
            "{style}"
        );
    }
    assert_eq!(policy.matches("sha256-").count(), 3);
}

#[test]
fn the_hash_in_the_policy_is_that_of_the_standard() {
    // From the Content Security Policy Level 3, "alert('Hello, world.');".
    assert_eq!(
        source("alert('Hello, world.');"),
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    );
}

#[test]
fn the_page_loads_nothing() {
    let report = fixture::report();
    let page = render(&report, &extras(&report));
    for loads in [
        " src=", "<link", "@import", "url(http", "<iframe", "<img", "<object", "fetch(", "XMLHttp",
        "style=\"",
    ] {
        assert!(!page.contains(loads), "{loads}");
    }
    for target in page.split("href=\"").skip(1) {
        assert!(
            target.starts_with('#') || target.starts_with("https://"),
            "{}",
            &target[..40]
        );
    }
}

#[test]
fn hostile_names_are_texts() {
    let page = bare(&hostile());
    assert!(
        page.contains("&lt;script&gt;owned=1&lt;/script&gt;"),
        "names are shown"
    );
    assert!(
        page.contains("\\u{202e}gnp"),
        "and what steers is spelt out"
    );
    assert!(!page.contains("<script>owned") && !page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    let steering: Vec<char> = page
        .chars()
        .filter(|one| *one != '\n' && crate::plain::steers(*one))
        .collect();
    assert!(steering.is_empty(), "{steering:?}");
}

#[test]
fn nothing_of_ten_thousand_letters_is_carried_whole() {
    let page = bare(&hostile());
    assert!(!page.contains(&"x".repeat(2_001)) && !page.contains(&"W".repeat(2_001)));
    assert!(page.contains("… (8000 more characters)"));
}

#[test]
fn however_long_the_texts_the_page_stays_below_thirty_megabytes() {
    let report = many(20_000, 2_500);
    let page = bare(&report);
    assert!(page.len() < 30_000_000, "{}", page.len());
    assert!(
        page.len() > 20_000_000,
        "what fits is carried: {}",
        page.len()
    );
    let remark = between(&page, "The page carries ", ".</p>");
    assert!(remark.contains(" of 20,000 findings"), "{remark}");
}

#[test]
fn a_hundred_thousand_findings_of_usual_length_are_all_carried() {
    let page = bare(&many(100_000, 60));
    assert!(page.len() < 30_000_000, "{}", page.len());
    assert!(!page.contains("The page carries "));
}

#[test]
fn the_figures_are_those_of_the_report() {
    let report = fixture::report();
    let page = bare(&report);
    let table = between(&page, "<table class=\"figures\">", "</table>");
    for (row, outcome) in [
        ("failed", Outcome::Fail),
        ("not assessed", Outcome::NotAssessed),
        ("passed", Outcome::Pass),
        ("not applicable", Outcome::NotApplicable),
    ] {
        let of = |severity: Option<Severity>| {
            let same = report.findings.iter().filter(|one| one.outcome == outcome);
            same.filter(|one| severity.is_none_or(|level| one.severity == level))
                .count()
        };
        let levels = Severity::COUNTED
            .map(|level| format!("<td class=\"number\">{}</td>", of(Some(level))))
            .concat();
        let expected = format!("{levels}<td class=\"number\"><b>{}</b></td>", of(None));
        let cells = between(table, &format!("{row}</th>"), "</tr>");
        assert_eq!(cells, expected, "{row}");
    }
}

#[test]
fn a_section_without_content_is_not_there() {
    let report = fixture::report();
    let page = bare(&report);
    assert!(!page.contains("id=\"frameworks\"") && !page.contains("class=\"trend\""));
    let page = render(&report, &extras(&report));
    assert!(page.contains("id=\"frameworks\"") && page.contains("id=\"capacity\""));
    assert!(page.contains("<a href=\"#capacity\">Capacity</a>"));
    assert!(page.contains("not covered by this tool") && page.contains("SOC 2"));
    assert!(
        page.contains("2026-01-02: 12"),
        "the trend is told in words"
    );
}

#[test]
fn what_a_reader_must_know_stands_in_the_head() {
    let mut report = fixture::report();
    report.run.stopped = Some(tripod_model::Stopped::CredentialsExpired);
    report.run.endpoint = Some("http://127.0.0.1:4566".to_owned());
    report.run.clock_behind_seconds = Some(400);
    let page = bare(&report);
    let head = between(&page, "<section id=\"overview\"", "</section>");
    assert!(head.contains("Incomplete: the credentials expired during the scan"));
    assert!(head.contains("The endpoint is not AWS: http://127.0.0.1:4566"));
    assert!(head.contains("clock is 400 seconds behind"));
    assert!(head.contains("1 of 3 regions scanned"));
}

#[test]
fn nothing_seen_is_not_nothing_wrong() {
    let mut report = fixture::report();
    report
        .findings
        .retain(|one| one.outcome == Outcome::NotAssessed);
    report.pillars = Pillars::of(&report.findings);
    let page = bare(&report);
    assert!(page.contains("Nothing could be assessed, so nothing is known to be in order."));
    assert!(page.contains("<strong>none</strong>"));
    assert!(page.contains("allow <code>lambda:ListFunctionUrlConfigs</code>"));
}

#[test]
fn every_cure_is_in_the_page() {
    let page = bare(&fixture::report());
    let guide = between(&page, "id=\"mend-lambda-public-url\"", "</section>");
    assert!(guide.contains(
        "aws lambda update-function-url-config --function-name NAME --auth-type AWS_IAM"
    ));
    assert!(guide.contains("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"));
}
