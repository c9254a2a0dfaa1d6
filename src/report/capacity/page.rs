//! The report as one page that needs neither network nor script. Every picture has a table beside it.

mod addresses;

use std::fmt::Write as _;

use tripod_capacity::containment::Verdict;
use tripod_capacity::quotas::QuotaUse;
use tripod_capacity::{Concurrency, Containment, Figure};
use tripod_model::{RegionStatus, fingerprint};

use super::charts::{self, escaped};
use super::first::{Trouble, alarm};
use super::report::{AccountCapacity, Answer, CapacityReport, RegionCapacity};
use super::table::{
    NOTHING_SHORT, cause_words, default_mark, in_use, inputs_words, place, supposed, tally,
    uncontained,
};
use super::words::{
    counted, cure_of_entry, demand_band, grouped, listed, or, quota_name, verdict, when_words,
};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#14181d;--soft:#4a5561;--ground:#ffffff;--rule:#d5dde5;--band:#f4f6f8;--link:#0b57a4;--over:#b83a00}\
@media (prefers-color-scheme:dark){:root{--ink:#f2f5f8;--soft:#b4bfca;--ground:#14181d;--rule:#3a444f;--band:#1d242c;--link:#8cc8ff;--over:#ff9559}}\
*{box-sizing:border-box}body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 4rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}\
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2.5rem 0 .5rem;border-top:1px solid var(--rule);padding-top:1.25rem}h3{font-size:1.05rem;margin:1.75rem 0 .5rem}\
a{color:var(--link)}a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}\
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.25rem .75rem}\
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}.soft{color:var(--soft)}\
.scroll{overflow-x:auto;margin:.75rem 0}table{border-collapse:collapse;min-width:100%}caption{text-align:left;color:var(--soft);padding:.25rem 0}\
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem .5rem;border-bottom:1px solid var(--rule);overflow-wrap:break-word;min-width:6rem}td a,td code{overflow-wrap:anywhere}\
thead th{background:var(--band)}tbody th{min-width:11rem;max-width:18rem;overflow-wrap:anywhere}.n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}td.n{white-space:nowrap}\
.short{color:var(--over);font-weight:600}td.short:not(.n){min-width:11rem}ol.first{padding-left:1.5rem}ol.first>li{margin:1rem 0}ol.first p{margin:.2rem 0}dl{margin:.25rem 0;display:grid;grid-template-columns:4.5rem 1fr;gap:.15rem .5rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\
details{margin:.75rem 0;border:1px solid var(--rule);border-radius:6px;padding:.25rem .75rem}summary{cursor:pointer;padding:.35rem 0;overflow-wrap:anywhere}\
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0}.legend svg{width:12px;height:12px;min-width:0;display:inline-block;vertical-align:-1px}\
code{font-size:.9em;overflow-wrap:anywhere}@media print{details{border:0}.skip,nav{display:none}}";

/// Entries drawn and listed; of more, how many.
const ENTRIES: usize = 40;

/// Functions listed; of more, how many.
const FUNCTIONS: usize = 40;

/// The report as one page.
pub fn html(report: &CapacityReport) -> String {
    let style = format!("{STYLE}{}", charts::STYLE);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64_of_hex(&fingerprint(style.as_bytes()))
    );
    let accounts: Vec<&str> = report.accounts.iter().map(|it| it.id.as_str()).collect();
    let title = escaped(&format!("Capacity of {}", accounts.join(", ")));
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <title>{title}</title><style>{style}</style></head><body>\n\
         <a class=\"skip\" href=\"#first\">To what fails first</a>\n<header><h1>{title}</h1>\n"
    );
    head(&mut text, report);
    text.push_str("</header>\n<main>\n");
    first(&mut text, report);
    changes(&mut text, report);
    for (account, region) in report.regions() {
        of_region(&mut text, report, account, region);
    }
    for account in &report.accounts {
        let heading = format!("Quotas of IAM, account {}", account.id);
        quotas(&mut text, "h2", &heading, &account.quotas.rows);
    }
    not_seen(&mut text, report);
    assumptions(&mut text, report);
    text.push_str("</main></body></html>\n");
    text
}

/// SHA-256 as a policy of content writes it.
pub(super) fn base64_of_hex(hex: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let nibbles = hex.chars().filter_map(|digit| digit.to_digit(16));
    let bits: Vec<bool> = nibbles
        .flat_map(|nibble| [8, 4, 2, 1].map(|bit| nibble & bit != 0))
        .collect();
    let mut text: String = bits
        .chunks(6)
        .map(|six| {
            let number = (0..6).fold(0, |number, at| {
                number * 2 + usize::from(six.get(at).copied().unwrap_or(false))
            });
            char::from(LETTERS[number])
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn paragraph(text: &mut String, class: &str, words: &str) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "<p class=\"{class}\">{}</p>", escaped(words));
}

fn head(text: &mut String, report: &CapacityReport) {
    let run = &report.run;
    let made = format!(
        "Tripod {}, by run {}, observed {}. Every figure follows from that snapshot and the assumptions at the end.",
        report.tool.version,
        run.id,
        run.observed.strftime("%Y-%m-%d %H:%M:%S UTC")
    );
    paragraph(text, "soft", &made);
    if let Some(stopped) = run.stopped {
        paragraph(
            text,
            "short",
            &format!("Incomplete: {stopped}; this is by what was read until then."),
        );
    }
    if let Some(endpoint) = &run.endpoint {
        paragraph(text, "", &format!("The endpoint is not AWS: {endpoint}"));
    }
    for line in supposed(&report.what_if) {
        paragraph(text, "", &format!("Supposed: {line}."));
    }
    text.push_str(
        "<nav aria-label=\"Sections\"><ul><li><a href=\"#first\">What fails first</a></li>",
    );
    for (account, region) in report.regions() {
        if region.status != RegionStatus::Disabled {
            let name = escaped(&place(report, account, region.name.as_str()));
            let _ = write!(
                text,
                "<li><a href=\"#{}\">{name}</a></li>",
                id(account, region)
            );
        }
    }
    text.push_str(
        "<li><a href=\"#unseen\">What was not seen</a></li><li><a href=\"#assumed\">What was assumed</a></li></ul></nav>\n",
    );
}

/// A name for links within the page. What is no letter of an id is left out.
fn id(account: &AccountCapacity, region: &RegionCapacity) -> String {
    let name = format!("r-{}-{}", account.id, region.name);
    let letters = name
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-');
    letters.collect()
}

fn first(text: &mut String, report: &CapacityReport) {
    text.push_str("<section id=\"first\"><h2>What fails first</h2>\n");
    if report.first.is_empty() {
        paragraph(
            text,
            "",
            if report.is_blind() {
                "Nothing could be reckoned, so nothing is known to suffice."
            } else {
                NOTHING_SHORT
            },
        );
    }
    text.push_str("<ol class=\"first\">\n");
    for trouble in &report.first {
        one_trouble(text, report, trouble);
    }
    text.push_str("</ol></section>\n");
}

fn one_trouble(text: &mut String, report: &CapacityReport, trouble: &Trouble) {
    let region = trouble
        .region
        .as_ref()
        .map_or("the account", |it| it.as_str());
    let account = match report.accounts.len() {
        0 | 1 => String::new(),
        _ => format!(" of {}", trouble.account),
    };
    let _ = writeln!(
        text,
        "<li><p><strong>{}</strong>, {}{}</p><p>{}</p><dl>",
        escaped(&when_words(&trouble.when)),
        escaped(region),
        escaped(&account),
        escaped(&trouble.says)
    );
    let mut say = |label: &str, words: &str| {
        let _ = writeln!(text, "<dt>{label}</dt><dd>{}</dd>", escaped(words));
    };
    if !trouble.stops.is_empty() {
        say("stops", &listed(&trouble.stops));
    }
    for shows in &trouble.shows {
        say("shows", &shows.long());
    }
    for cure in &trouble.cures {
        say("cure", cure);
    }
    text.push_str("</dl></li>\n");
}

fn changes(text: &mut String, report: &CapacityReport) {
    let Some(changes) = &report.changes else {
        return;
    };
    text.push_str("<section><h2>What the suppositions change</h2>\n");
    if changes.is_empty() {
        paragraph(text, "", "Nothing of what fails first.");
    } else {
        let said = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing to say".to_owned());
        let rows = changes
            .iter()
            .map(|it| vec![words(&said(&it.before)), words(&said(&it.after))]);
        table(text, "Changes", &["Without", "With"], rows);
    }
    text.push_str("</section>\n");
}

/// A cell: its class and its escaped text.
type Cells = Vec<(&'static str, String)>;

fn words(text: &str) -> (&'static str, String) {
    ("", escaped(text))
}

fn number(text: &str) -> (&'static str, String) {
    ("n", escaped(text))
}

/// A table within a box that can be scrolled by keyboard where it is too wide. The first column names the rows.
fn table(text: &mut String, caption: &str, header: &[&str], rows: impl IntoIterator<Item = Cells>) {
    let caption = escaped(caption);
    let _ = write!(
        text,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption><thead><tr>"
    );
    let rows: Vec<Cells> = rows.into_iter().collect();
    for (at, name) in header.iter().enumerate() {
        // Above numbers the heading stands where they do.
        let numbers = |row: &Cells| row.get(at).is_some_and(|(class, _)| class.starts_with('n'));
        let class = if rows.iter().any(numbers) { "n" } else { "" };
        let _ = write!(
            text,
            "<th scope=\"col\" class=\"{class}\">{}</th>",
            escaped(name)
        );
    }
    text.push_str("</tr></thead><tbody>\n");
    for row in rows {
        text.push_str("<tr>");
        for (at, (class, cell)) in row.into_iter().enumerate() {
            let (open, close) = if at == 0 {
                ("th scope=\"row\"", "th")
            } else {
                ("td", "td")
            };
            let _ = write!(text, "<{open} class=\"{class}\">{cell}</{close}>");
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody></table></div>\n");
}

fn picture(text: &mut String, drawn: Option<String>) {
    if let Some(drawn) = drawn {
        let _ = write!(text, "<div class=\"scroll\">{drawn}</div>");
    }
}

fn of_region(
    text: &mut String,
    report: &CapacityReport,
    account: &AccountCapacity,
    region: &RegionCapacity,
) {
    if region.status == RegionStatus::Disabled {
        return;
    }
    let name = escaped(&place(report, account, region.name.as_str()));
    let _ = writeln!(
        text,
        "<section id=\"{}\"><h2>{name}</h2>",
        id(account, region)
    );
    text.push_str("<h3>Addresses</h3>\n");
    match &region.addresses {
        Answer::Known(known) if known.subnets.is_empty() => {
            paragraph(
                text,
                "",
                "No function, capacity provider or connector uses a subnet.",
            );
        }
        Answer::Known(known) => addresses::addresses(text, region, known),
        Answer::NotAssessed(_) => paragraph(text, "short", UNREAD),
    }
    match &region.concurrency {
        Answer::Known(known) if known.functions.is_empty() => {}
        Answer::Known(known) => concurrency(text, known),
        Answer::NotAssessed(_) => {}
    }
    if let Answer::Known(known) = &region.containment
        && !known.entries.is_empty()
    {
        containment(text, known);
    }
    quotas(text, "h3", "Quotas", &region.quotas.rows);
    text.push_str("</section>\n");
}

const UNREAD: &str = "Not assessed: the list of functions was not read; the reason stands under 'What was not seen'.";

fn inputs(figure: &Figure, wanted: impl Fn(&(&'static str, i64)) -> bool) -> String {
    let inputs = figure.inputs.iter().map(|(name, value)| (*name, *value));
    let inputs = inputs.filter(|it| wanted(it));
    let inputs: Vec<String> = inputs
        .map(|(name, value)| format!("{name} {}", grouped(value)))
        .collect();
    inputs.join(", ")
}

/// The formula, its inputs, and where the rule is written.
fn reckoned(figure: &Figure) -> String {
    let source = escaped(figure.source);
    format!(
        "{} <span class=\"soft\">({})</span> <a href=\"{source}\" rel=\"noopener noreferrer\">source</a>",
        escaped(figure.formula),
        escaped(&inputs(figure, |_| true))
    )
}

fn concurrency(text: &mut String, known: &Concurrency) {
    text.push_str("<h3>Concurrency</h3>\n");
    picture(text, charts::concurrency(known));
    let figures = [
        ("limit", known.limit.as_ref()),
        ("reserved", Some(&known.reserved)),
        ("unreserved", known.unreserved.as_ref()),
        ("kept ready", Some(&known.provisioned)),
        ("shared on demand", known.on_demand.as_ref()),
        ("can still be reserved", known.reservable.as_ref()),
        ("peak of 30 days", known.peak.as_ref()),
        ("peak of what is unreserved", known.unreserved_peak.as_ref()),
    ];
    let rows = figures.map(|(name, figure)| {
        let how = figure.map_or_else(|| "an input is missing".to_owned(), reckoned);
        vec![words(name), number(&or(figure, "not known")), ("", how)]
    });
    let header = ["Figure", "Executions", "How it is made"];
    table(text, "Executions at once in the region", &header, rows);
    let mut functions: Vec<_> = known.functions.iter().collect();
    functions.sort_by_key(|it| {
        (
            -it.peak_percent.as_ref().map_or(-1, |share| share.value),
            &it.name,
        )
    });
    let number_or =
        |value: Option<i64>, none: &str| number(&value.map_or_else(|| none.to_owned(), grouped));
    let rows = functions.iter().take(FUNCTIONS).map(|it| {
        vec![
            words(&it.name),
            number_or(it.reserved, "shares"),
            number(&grouped(it.provisioned)),
            number(&or(it.ceiling.as_ref(), "none")),
            number_or(it.peak, "not known"),
            number(&or(it.seconds_to_ceiling.as_ref(), "none")),
        ]
    });
    let header = [
        "Function",
        "Reserved",
        "Kept ready",
        "Ceiling",
        "Peak",
        "Seconds to its ceiling",
    ];
    table(
        text,
        "Functions, those nearest to their ceiling first",
        &header,
        rows,
    );
    more(text, functions.len(), FUNCTIONS);
}

fn more(text: &mut String, all: usize, shown: usize) {
    let left = all.saturating_sub(shown);
    if left > 0 {
        paragraph(
            text,
            "soft",
            &format!("{left} more are in the JSON report."),
        );
    }
}

fn containment(text: &mut String, known: &Containment) {
    text.push_str("<h3>Entries: what each can ask for</h3>\n");
    paragraph(text, "", &format!("{}.", tally(known)));
    let all = uncontained(known);
    let shown = &all[..all.len().min(ENTRIES)];
    let drawn = charts::demand(shown);
    if drawn.is_some() {
        paragraph(
            text,
            "soft",
            "The dot is the expected demand in executions at once, the line goes from the least to the most, the \
             upright line is the room that the function has.",
        );
    }
    picture(text, drawn);
    let rows = shown.iter().map(|entry| {
        let limits: Vec<String> = entry.limits.iter().map(|it| it.of.clone()).collect();
        let says = match entry.takes_down {
            0 => verdict(entry.verdict).to_owned(),
            taken => format!(
                "{}, and takes down {}",
                verdict(entry.verdict),
                counted(taken, "function", "functions")
            ),
        };
        let class = match entry.verdict {
            Verdict::NotAssessed => "",
            _ => "short",
        };
        let expected = entry.demand.as_ref().and_then(|it| it.expected.as_ref());
        let function = entry
            .function
            .as_deref()
            .unwrap_or("a function that is not known");
        vec![
            words(&format!("{} to {function}", entry.name)),
            (class, escaped(&says)),
            number(&demand_band(entry)),
            number(&or(entry.room.as_ref().map(|it| &it.room), "not known")),
            words(&entry.cures.first().map_or_else(String::new, cure_of_entry)),
            words(&if limits.is_empty() {
                "nothing".to_owned()
            } else {
                listed(&limits)
            }),
            (
                "soft",
                expected.map_or_else(|| "no bound".to_owned(), reckoned),
            ),
        ]
    });
    let header = [
        "Entry",
        "Verdict",
        "Demand (least to most)",
        "Room",
        "Cure",
        "Held back by",
        "How the demand is made",
    ];
    if !shown.is_empty() {
        table(text, "Entries that are not contained", &header, rows);
    }
    more(text, all.len(), ENTRIES);
    paragraph(
        text,
        "soft",
        &format!("Not seen by a scan: {}.", known.unseen.join("; ")),
    );
}

fn quotas(text: &mut String, level: &str, heading: &str, rows: &[QuotaUse]) {
    let (shown, unknown) = in_use(rows);
    if shown.is_empty() {
        return;
    }
    let _ = writeln!(text, "<{level}>{}</{level}>", escaped(heading));
    picture(text, charts::quotas(&shown));
    let rows = shown.iter().map(|row| {
        let limit = row.limit.map_or_else(
            || "not known".to_owned(),
            |it| format!("{}{}", grouped(it.value), default_mark(it.basis)),
        );
        let left = row.headroom.as_ref();
        vec![
            words(&quota_name(row)),
            words(&row.scope),
            number(&or(row.used.as_ref(), "not known")),
            number(&limit),
            number(&or(left, "not known")),
            words(&alarm(&row.alarm)),
        ]
    });
    let header = ["Quota", "Of", "In use", "Limit", "Left", "Alarm"];
    table(
        text,
        "Quotas in use; * marks AWS's default where Service Quotas listed none",
        &header,
        rows,
    );
    if unknown > 0 {
        paragraph(
            text,
            "soft",
            &format!("The use of {unknown} more is not known."),
        );
    }
}

fn not_seen(text: &mut String, report: &CapacityReport) {
    text.push_str("<section id=\"unseen\"><h2>What was not seen</h2>\n");
    let mut rows = Vec::new();
    for (account, region) in report.regions() {
        for gap in &region.gaps {
            rows.push(vec![
                words(&place(report, account, region.name.as_str())),
                words(&inputs_words(&gap.inputs)),
                words(&cause_words(gap.cause.as_ref())),
                words(&gap.effect),
            ]);
        }
    }
    for skipped in &report.history.skipped {
        rows.push(vec![
            words("trend"),
            words(&format!("run {}", skipped.run)),
            words(&skipped.error),
            words("it is not in the trend"),
        ]);
    }
    if rows.is_empty() {
        paragraph(text, "", "Nothing that these figures are made of.");
    } else {
        let header = ["Where", "Missing", "Why", "What it does to the figures"];
        table(text, "Inputs that are missing", &header, rows);
    }
    text.push_str("</section>\n");
}

fn assumptions(text: &mut String, report: &CapacityReport) {
    text.push_str("<section id=\"assumed\"><h2>What was assumed</h2>\n");
    let rows = report.assumptions.iter().map(|it| {
        let source = it.source.map_or_else(
            || "a choice".to_owned(),
            |source| {
                let source = escaped(source);
                format!("<a href=\"{source}\" rel=\"noopener noreferrer\">source</a>")
            },
        );
        let mark = if it.changed { " (changed)" } else { "" };
        vec![
            words(it.meaning),
            number(&format!("{}{mark}", grouped(it.value))),
            ("", source),
            words(it.option.unwrap_or("")),
        ]
    });
    let header = ["Assumption", "Value", "Where it is written", "Option"];
    table(text, "Assumptions", &header, rows);
    text.push_str("</section>\n");
}
