//! How an account stands by a framework, control by control, in the forms that whoever prepares an audit reads.

use std::collections::BTreeSet;
use std::io;

use anstyle::Style;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use tripod_assess::{ControlStanding, ControlStatus, FrameworkReport, Report, ServingCheck, Sight};
use tripod_checks::{ALL, Framework};

use crate::csv;
use crate::json::pretty;
use crate::table::Page;
use crate::text::markdown;
use crate::{Format, Options};

/// The value of `schema`.
pub const FRAMEWORK_SCHEMA: &str = "tripod.framework.v1";

/// The forms that a framework is shown in. The others list findings, and name the controls of each.
pub const FRAMEWORK_FORMATS: [Format; 4] =
    [Format::Table, Format::Json, Format::Csv, Format::Markdown];

/// The columns of CSV. Columns are added at the end, never renamed.
const COLUMNS: [&str; 13] = [
    "framework",
    "version",
    "control",
    "title",
    "status",
    "sight",
    "passed",
    "failed",
    "excepted",
    "not_assessed",
    "not_applicable",
    "checks",
    "run",
];

/// A framework with the run it was judged by. Fields are added, never renamed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FrameworkOfRun")]
struct Document<'r> {
    /// [`FRAMEWORK_SCHEMA`].
    schema: &'static str,
    /// What made the report.
    tool: &'r tripod_assess::Tool,
    /// Id of the run.
    run: &'r str,
    /// When its evidence was gathered, in UTC.
    observed: String,
    /// The accounts that were read.
    accounts: Vec<&'r str>,
    #[serde(flatten)]
    framework: &'r FrameworkReport,
}

/// The JSON Schema of a framework's JSON.
pub fn framework_schema() -> Schema {
    schemars::schema_for!(Document<'_>)
}

/// How the findings of a report stand by a framework. A check ran if the report has an outcome of it, which every check
/// that runs gives.
pub fn standing(report: &Report, framework: Framework) -> FrameworkReport {
    let ran: BTreeSet<&str> = report.findings.iter().map(|it| &*it.check).collect();
    FrameworkReport::of(framework, &report.findings, ALL, |check| {
        ran.contains(check)
    })
}

/// Writes how the account of a report stands by a framework.
///
/// # Errors
/// When `out` cannot be written, or the format is none of [`FRAMEWORK_FORMATS`].
pub fn write(
    report: &Report,
    framework: Framework,
    format: Format,
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let standing = standing(report, framework);
    match format {
        Format::Table => out.write_all(table(report, &standing, options).as_bytes())?,
        Format::Json => json(report, &standing, out)?,
        Format::Csv => rows(report, &standing, out)?,
        Format::Markdown => page(report, &standing, out)?,
        other => {
            let text = format!("a framework has no form '{}'", other.as_str());
            return Err(io::Error::new(io::ErrorKind::Unsupported, text));
        }
    }
    out.flush()
}

fn json(report: &Report, standing: &FrameworkReport, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        schema: FRAMEWORK_SCHEMA,
        tool: &report.tool,
        run: &report.run.id,
        observed: report.run.observed.to_string(),
        accounts: accounts(report),
        framework: standing,
    };
    pretty(&document, out)
}

fn accounts(report: &Report) -> Vec<&str> {
    let accounts = report.run.accounts.iter();
    accounts.map(|account| account.id.as_str()).collect()
}

fn rows(report: &Report, standing: &FrameworkReport, out: &mut dyn io::Write) -> io::Result<()> {
    csv::row(&COLUMNS.map(str::to_owned), out)?;
    for control in &standing.controls {
        let findings = control.findings;
        let checks: Vec<&str> = control.checks.iter().map(|it| &*it.check).collect();
        let cells = [
            standing.framework.clone(),
            standing.version.clone(),
            control.id.clone(),
            control.title.clone(),
            control.status.as_str().to_owned(),
            control.sight.as_str().to_owned(),
            findings.passed.to_string(),
            findings.failed.to_string(),
            findings.excepted.to_string(),
            findings.not_assessed.to_string(),
            findings.not_applicable.to_string(),
            checks.join(" | "),
            report.run.id.clone(),
        ];
        csv::row(&cells, out)?;
    }
    Ok(())
}

/// "31 controls: 4 failed, 2 not assessed, 9 passed, 16 not covered by this tool".
fn summary(standing: &FrameworkReport) -> String {
    let counts: Vec<String> = ControlStatus::ALL
        .into_iter()
        .map(|status| (standing.totals.with(status), status.words()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    format!(
        "{} controls: {}",
        standing.controls.len(),
        counts.join(", ")
    )
}

/// What nobody may read into the word "passed".
const LIMITS: &str = "A control passes as far as Tripod sees it: 'in part' means that the rest is for people to \
                      show. No check looks at what is not covered, which is no pass.";

/// How much is seen.
fn sight(control: &ControlStanding) -> &'static str {
    match control.sight {
        Sight::Whole => "in whole",
        Sight::Part => "in part",
        Sight::None => "not at all",
    }
}

fn standing_words(control: &ControlStanding) -> String {
    let words = control.status.words();
    if control.is_excepted() {
        format!("{words}, every failure accepted")
    } else {
        words.to_owned()
    }
}

/// What a reader looks into next: failing checks with how often, then those that did not run or could not tell.
fn to_look_at(control: &ControlStanding, all: bool) -> Vec<String> {
    let text = |check: &ServingCheck| {
        let counts = check.findings;
        let state = if !check.ran {
            "did not run".to_owned()
        } else if counts.failed > 0 {
            format!("{} failed", counts.failed)
        } else if counts.not_assessed > 0 {
            format!("{} not assessed", counts.not_assessed)
        } else if counts.passed > 0 {
            format!("{} passed", counts.passed)
        } else {
            "nothing to assess".to_owned()
        };
        match &check.via {
            Some(via) if all => format!("{}: {state}, by {via}", check.check),
            _ => format!("{}: {state}", check.check),
        }
    };
    let open = |check: &&ServingCheck| {
        all || !check.ran || check.findings.failed > 0 || check.findings.not_assessed > 0
    };
    control.checks.iter().filter(open).map(text).collect()
}

fn table(report: &Report, standing: &FrameworkReport, options: &Options) -> String {
    let mut page = Page {
        text: String::new(),
        options,
    };
    page.line(&format!(
        "{}, {}, of run {}, account {}",
        standing.title,
        standing.version,
        report.run.id,
        accounts(report).join(", ")
    ));
    page.line(&format!("{}.", summary(standing)));
    page.line(&format!("Listed: {}", standing.scope));
    page.line(LIMITS);
    let (covered, not_covered): (Vec<&ControlStanding>, Vec<&ControlStanding>) = standing
        .controls
        .iter()
        .partition(|control| control.status != ControlStatus::NotCovered);
    for control in covered {
        block(control, &mut page);
    }
    if !not_covered.is_empty() {
        page.heading(&ControlStatus::NotCovered.words().to_uppercase());
        for control in not_covered {
            page.line(&format!("{}  {}", control.id, control.title));
        }
    }
    page.blank();
    page.line(&format!("Source: {}", standing.source));
    page.text
}

/// A block and no row of a table: ids of checks are there to be copied, so they must not be parted.
fn block(control: &ControlStanding, page: &mut Page) {
    page.blank();
    let title = format!("  {}", control.title);
    page.line_with(Style::new().bold(), &control.id, &title);
    let counts = control.findings;
    let counts: Vec<String> = [
        (counts.failed, "failed"),
        (counts.not_assessed, "not assessed"),
        (counts.passed, "passed"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect();
    let counts = match counts.as_slice() {
        [] => String::new(),
        some => format!(": {}", some.join(", ")),
    };
    page.line(&format!(
        "{} ({}){counts}",
        standing_words(control),
        sight(control)
    ));
    for text in to_look_at(control, page.options.limit.is_none()) {
        page.line_with(Style::new(), "  ", &text);
    }
}

fn page(report: &Report, standing: &FrameworkReport, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "# {}, {}\n",
        markdown(&standing.title),
        markdown(&standing.version)
    )?;
    writeln!(
        out,
        "Run {}, account {}, observed {}. {}.\n",
        markdown(&report.run.id),
        markdown(&accounts(report).join(", ")),
        report.run.observed.strftime("%Y-%m-%d %H:%M:%S UTC"),
        summary(standing)
    )?;
    writeln!(out, "Listed: {}\n\n{LIMITS}\n", markdown(&standing.scope))?;
    writeln!(
        out,
        "| control | about | standing | seen | passed | failed | not assessed | checks |\n\
         |---|---|---|---|---:|---:|---:|---|"
    )?;
    for control in &standing.controls {
        let counts = control.findings;
        let checks: Vec<String> = to_look_at(control, true)
            .iter()
            .map(|text| markdown(text))
            .collect();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            markdown(&control.id),
            markdown(&control.title),
            standing_words(control),
            sight(control),
            counts.passed,
            counts.failed,
            counts.not_assessed,
            checks.join("<br>")
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
