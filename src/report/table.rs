//! The report for a person at a terminal.

mod failures;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::presets::{ASCII_FULL_CONDENSED, NOTHING};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table, TableStyle};
use tripod_assess::{PillarScore, Report, SecondCount, Unseen, coverage_of};
use tripod_model::{Pillar, RegionStatus, Severity};

use crate::{Options, plain};
use failures::failures;

/// Errors of one cause that are quoted; the rest is counted.
const ERRORS_QUOTED: usize = 3;

/// The report as text, no line longer than the width wherever words can be parted.
pub fn render(report: &Report, options: &Options) -> String {
    let mut page = Page {
        text: String::new(),
        options,
    };
    head(report, &mut page);
    pillars(report, &mut page);
    failures(report, &mut page);
    not_assessed(report, &mut page);
    regions(report, &mut page);
    foot(report, &mut page);
    page.text
}

/// The text so far. Whatever goes in by its methods is stripped of what would steer a terminal.
pub(crate) struct Page<'a> {
    pub(crate) text: String,
    pub(crate) options: &'a Options,
}

impl Page<'_> {
    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph, parted at the width.
    pub(crate) fn line(&mut self, text: &str) {
        let mut table = Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.options.width)
            .add_row([plain(text)]);
        if let Some(column) = table.column_mut(0) {
            column.set_padding((0, 0));
        }
        self.push_table(&table);
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        self.line_with(Style::new().bold(), text, "");
    }

    /// A line whose first words are in a style of their own.
    pub(crate) fn line_with(&mut self, style: Style, first: &str, rest: &str) {
        let (first, rest) = (plain(first), plain(rest));
        // Writing to a String cannot fail.
        let _ = if self.options.colour {
            writeln!(self.text, "{style}{first}{style:#}{rest}")
        } else {
            writeln!(self.text, "{first}{rest}")
        };
    }

    pub(crate) fn table(&mut self, style: TableStyle, header: &[&str], rows: Vec<Row>) {
        let mut table = Table::new();
        table
            .load_style(style)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.options.width)
            .set_header(header.to_vec())
            .add_rows(rows);
        self.push_table(&table);
    }

    pub(crate) fn push_table(&mut self, table: &Table) {
        self.text.push_str(&table.trim_fmt());
        self.text.push('\n');
    }
}

/// A cell of one line.
pub(crate) fn cell(text: &str) -> Cell {
    Cell::new_owned(plain(text))
}

/// A cell of several lines.
pub(crate) fn lines(texts: &[String]) -> Cell {
    let safe: Vec<String> = texts.iter().map(|text| plain(text)).collect();
    Cell::new_owned(safe.join("\n"))
}

pub(crate) fn number(count: u64) -> Cell {
    Cell::new(count).set_alignment(CellAlignment::Right)
}

fn style_of(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Critical => AnsiColor::BrightRed,
        Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low => AnsiColor::Blue,
        Severity::None => return Style::new(),
    };
    colour.on_default().bold()
}

/// "1 region", "2 regions".
fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(
        || "nothing applies".to_owned(),
        |share| {
            // Down, so that 100 % means everything; the hair makes up for binary fractions.
            let tenths = (share * 1000.0 + 1e-6).floor() / 10.0;
            format!("{tenths} %")
        },
    )
}

fn head(report: &Report, page: &mut Page) {
    let run = &report.run;
    page.line_with(
        Style::new().bold(),
        &format!("Tripod {}", report.tool.version),
        &format!(
            ", run {}, observed {}",
            run.id,
            run.observed.strftime("%Y-%m-%dT%H:%M:%SZ")
        ),
    );
    let all: usize = run
        .accounts
        .iter()
        .map(|account| account.regions.len())
        .sum();
    let scanned = all - report.regions_not_scanned().count();
    page.line(&format!(
        "{}, {scanned} of {} scanned, as {}",
        match run.accounts.as_slice() {
            [only] => format!("Account {}", only.id),
            several => counted(size(several.len()), "account"),
        },
        counted(size(all), "region"),
        run.caller.arn
    ));
    if let Some(stopped) = run.stopped {
        let text = format!("Incomplete: {}", stopped.text());
        page.line_with(
            Style::new().bold(),
            &text,
            "; this is what was read until then",
        );
    }
    if let Some(endpoint) = &run.endpoint {
        page.line(&format!("The endpoint is not AWS: {endpoint}"));
    }
}

/// From here on there is room for a column of each level.
const WIDE: u16 = 72;

fn pillars(report: &Report, page: &mut Page) {
    let wide = page.options.width >= WIDE;
    let rows = Pillar::ALL
        .iter()
        .map(|pillar| pillar_row(*pillar, report.pillars.on(*pillar), wide))
        .collect();
    page.blank();
    let header: &[&str] = if wide {
        &[
            "Pillar", "Score", "Coverage", "Critical", "High", "Medium", "Low",
        ]
    } else {
        &["Pillar", "Score", "Coverage", "Open"]
    };
    page.table(ASCII_FULL_CONDENSED, header, rows);
    page.line(
        "Score: the share that passes of what was assessed, weighted by impact; an open critical \
         finding caps it at 39, a high one at 69. Coverage: how much of what applies was assessed.",
    );
}

fn pillar_row(pillar: Pillar, score: &PillarScore, wide: bool) -> Row {
    let mut row = Row::from(vec![
        cell(title_case(pillar)),
        score
            .score
            .map_or_else(|| cell("none"), |score| number(u64::from(score))),
        cell(&percent(score.coverage)).set_alignment(CellAlignment::Right),
    ]);
    if wide {
        for level in Severity::COUNTED {
            row.add_cell(number(score.open.of(level)));
        }
    } else {
        let open: Vec<String> = Severity::COUNTED
            .into_iter()
            .filter(|level| score.open.of(*level) > 0)
            .map(|level| format!("{} {}", score.open.of(level), level.as_str()))
            .collect();
        row.add_cell(cell(&open.join(", ")));
    }
    row
}

fn title_case(pillar: Pillar) -> &'static str {
    match pillar {
        Pillar::Confidentiality => "Confidentiality",
        Pillar::Integrity => "Integrity",
        Pillar::Availability => "Availability",
    }
}

fn not_assessed(report: &Report, page: &mut Page) {
    let causes = report.not_seen();
    if causes.is_empty() {
        return;
    }
    let missing: u64 = causes.iter().map(|cause| cause.outcomes).sum();
    // Of all findings, as the causes are: coverage leaves out those about settings.
    let all = coverage_of(report.findings.iter().map(|finding| finding.outcome));
    page.heading("NOT ASSESSED");
    page.line(&format!(
        "{missing} of {} could not be given. None of them counts as passed.",
        counted(all.applicable, "outcome")
    ));
    for cause in &causes {
        page.blank();
        unseen(cause, page);
    }
}

/// A block and no table: permissions are there to be copied, so they must not be parted.
fn unseen(cause: &Unseen, page: &mut Page) {
    page.line_with(Style::new().bold(), &cause.text(), "");
    for error in cause.errors.iter().take(ERRORS_QUOTED) {
        page.line(error);
    }
    let more = cause.errors.len().saturating_sub(ERRORS_QUOTED);
    if more > 0 {
        page.line(&format!("and {}", counted(size(more), "further error")));
    }
    let checks: Vec<&str> = cause.checks.iter().map(String::as_str).collect();
    page.line(&format!(
        "{} missing of {}",
        counted(cause.outcomes, "outcome"),
        checks.join(", ")
    ));
    page.line_with(Style::new(), "Cure: ", &cause.cure());
}

fn regions(report: &Report, page: &mut Page) {
    let several_accounts = report.run.accounts.len() > 1;
    let mut by_status: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (account, region) in report.regions_not_scanned() {
        let name = if several_accounts {
            format!("{account} {}", region.name)
        } else {
            region.name.to_string()
        };
        by_status
            .entry(status_text(region.status))
            .or_default()
            .push(name);
    }
    if by_status.is_empty() {
        return;
    }
    page.heading("REGIONS NOT SCANNED");
    for (status, names) in by_status {
        page.line(&format!("{status}: {}", names.join(", ")));
    }
}

fn status_text(status: RegionStatus) -> &'static str {
    match status {
        RegionStatus::Scanned => "scanned",
        RegionStatus::Disabled => "Not enabled in the account",
        RegionStatus::Denied => "AWS denied every call",
        RegionStatus::Failed => "No call led to an answer",
    }
}

/// How the lists compare with AWS's own counts. Where the two differ, both are said.
fn census(report: &Report) -> Vec<String> {
    let counted: Vec<(&str, &SecondCount)> = report
        .census
        .iter()
        .filter_map(|row| Some((row.kind.as_str(), row.second.as_ref()?)))
        .collect();
    if report.census.is_empty() {
        return Vec::new();
    }
    let agreeing = counted.iter().filter(|(_, second)| second.agrees).count();
    let mut lines = vec![format!(
        "Of {} lists, AWS counts {} a second time; {agreeing} agree.",
        report.census.len(),
        counted.len(),
    )];
    for (kind, second) in counted.iter().filter(|(_, second)| !second.agrees) {
        let what = if second.counts_all { "" } else { " with tags" };
        lines.push(format!(
            "{kind}: {} listed, {}{what} by {}. One of the two does not show everything, or something \
             changed during the scan.",
            second.listed, second.count, second.source
        ));
    }
    lines
}

fn foot(report: &Report, page: &mut Page) {
    let seen: Vec<String> = report
        .population
        .iter()
        .filter(|(kind, count)| **count > 0 && *kind != "AWS::::Account")
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let requests = &report.run.requests;
    page.blank();
    if seen.is_empty() {
        page.line("No resource was seen.");
    } else {
        page.line(&format!("Seen: {}.", seen.join(", ")));
    }
    for line in census(report) {
        page.line(&line);
    }
    page.line(&format!(
        "{} to AWS, {} of them retries, {} throttled.",
        counted(requests.total, "request"),
        requests.retries,
        requests.throttled
    ));
}

#[cfg(test)]
mod tests;
