//! The findings as comma-separated values (RFC 4180): a header, then a row for each finding.
//!
//! Every cell is quoted, and none begins in a way that makes a spreadsheet take it for a formula.

use std::io;

use tripod_assess::Report;
use tripod_model::{Finding, Pillar};

use crate::about;
use crate::plain;
use crate::text::cut;

/// Characters that a cell holds at most; spreadsheets cut off what is longer.
/// <https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>
const CELL: usize = 32_767;

/// The header. Columns are added at the end, never renamed.
const COLUMNS: [&str; 23] = [
    "id",
    "severity",
    "outcome",
    "check",
    "title",
    "resource_name",
    "resource_type",
    "account",
    "region",
    "resource_arn",
    "message",
    "confidentiality",
    "integrity",
    "availability",
    "cause",
    "permission",
    "exception",
    "controls",
    "rows",
    "details",
    "evidence",
    "run",
    "observed",
];

/// Writes the header and a row for each finding.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    row(&COLUMNS.map(str::to_owned), out)?;
    for finding in &report.findings {
        row(&cells(report, finding)?, out)?;
    }
    out.flush()
}

fn cells(report: &Report, finding: &Finding) -> io::Result<[String; COLUMNS.len()]> {
    let resource = &finding.resource;
    let cause = finding.cause.as_deref();
    let impact = |pillar| finding.impact.on(pillar).as_str().to_owned();
    let requirements: Vec<String> = about::requirements(report, finding)
        .iter()
        .map(|(framework, id)| format!("{framework} {id}"))
        .collect();
    Ok([
        finding.id.clone(),
        finding.severity.as_str().to_owned(),
        finding.outcome.as_str().to_owned(),
        finding.check.to_string(),
        about::title(report, &finding.check).to_owned(),
        resource.name.clone(),
        resource.kind.clone(),
        resource.account.to_string(),
        resource.region.to_string(),
        resource.arn.clone(),
        finding.message.clone(),
        impact(Pillar::Confidentiality),
        impact(Pillar::Integrity),
        impact(Pillar::Availability),
        cause.map(|cause| cause.text()).unwrap_or_default(),
        cause
            .and_then(|cause| cause.permission.clone())
            .unwrap_or_default(),
        about::accepted(finding)
            .map(|accepted| accepted.text)
            .unwrap_or_default(),
        requirements.join(" | "),
        finding.rows.join(" | "),
        serde_json::to_string(&finding.details)?,
        serde_json::to_string(&finding.evidence)?,
        report.run.id.clone(),
        report.run.observed.to_string(),
    ])
}

/// Writes a row, each cell made harmless.
pub(crate) fn row(cells: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write!(out, "\"{}\"", guarded(cell).replace('"', "\"\""))?;
    }
    out.write_all(b"\r\n")
}

/// The text as it stands in a cell: plain, short enough, and with an apostrophe before whatever would begin a
/// formula. Where the semicolon parts cells, as in much of Europe, one may begin in the middle of the text.
/// <https://owasp.org/www-community/attacks/CSV_Injection>
fn guarded(text: &str) -> String {
    let text = plain(text);
    let mut safe = String::with_capacity(text.len());
    let mut at_begin = true;
    for character in text.chars() {
        if at_begin && begins_formula(character) {
            safe.push('\'');
        }
        at_begin =
            character == ';' || (at_begin && (character.is_whitespace() || character == '"'));
        safe.push(character);
    }
    cut(&safe, CELL)
}

/// The signs that OWASP names, and their full-width twins, which spreadsheets in Japan take for the same. Tab and
/// line ends are on OWASP's list too; they are gone by now.
fn begins_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::{CELL, guarded};
    use crate::formats::rendered;
    use crate::{Format, fixture};

    #[test]
    fn no_cell_begins_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", " '=1"),
            ("\r=1", " '=1"),
            ("\u{200b}=1", "'=1"),
            ("\"=1", "\"'=1"),
            ("＝1", "'＝1"),
            ("a;=1", "a;'=1"),
            ("a; \"@x", "a; \"'@x"),
            ("a=1", "a=1"),
            ("arn:aws:lambda:eu-central-1", "arn:aws:lambda:eu-central-1"),
        ] {
            assert_eq!(guarded(text), cell, "{text:?}");
        }
    }

    #[test]
    fn a_cell_is_no_longer_than_a_spreadsheet_keeps() {
        assert_eq!(guarded(&"x".repeat(100_000)).chars().count(), CELL);
    }

    #[test]
    fn the_shape_is_stable() {
        let text = rendered(&fixture::report(), Format::Csv);
        assert!(text.lines().count() > 2 && text.split("\r\n").count() == text.lines().count() + 1);
        let two: Vec<&str> = text.lines().take(2).collect();
        insta::assert_snapshot!(two.join("\n"));
    }
}
