//! The forms a report can be had in, by the names that the command line knows them by.

use std::io;

use tripod_assess::Report;

use crate::html::{self, Extras};
use crate::{Options, asff, csv, json, junit, markdown, ndjson, ocsf, oscal, sarif, table};

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Text for a terminal.
    Table,
    /// One page for a browser, which needs nothing else.
    Html,
    /// `tripod.report.v1`: the report itself.
    Json,
    /// `tripod.finding.v1`: a finding a line.
    Ndjson,
    /// Comma-separated values.
    Csv,
    /// Open Cybersecurity Schema Framework, Compliance Finding, an event a line.
    Ocsf,
    /// AWS Security Finding Format, a batch a line.
    Asff,
    /// Static Analysis Results Interchange Format.
    Sarif,
    /// Open Security Controls Assessment Language, assessment results.
    Oscal,
    /// JUnit's XML.
    Junit,
    /// GitHub's dialect of Markdown.
    Markdown,
}

impl Format {
    /// All of them, in the order that help shows.
    pub const ALL: [Self; 11] = [
        Self::Table,
        Self::Html,
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::Ocsf,
        Self::Asff,
        Self::Sarif,
        Self::Oscal,
        Self::Junit,
        Self::Markdown,
    ];

    /// The name as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Html => "html",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Sarif => "sarif",
            Self::Oscal => "oscal",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// What it is, in a few words, for help.
    pub fn about(self) -> &'static str {
        match self {
            Self::Table => "For a person at a terminal",
            Self::Html => "One page for a browser, which needs nothing else",
            Self::Json => "tripod.report.v1",
            Self::Ndjson => "A finding a line, as in the JSON report",
            Self::Csv => "A row a finding, for spreadsheets",
            Self::Ocsf => "OCSF 1.6.0 Compliance Finding, an event a line, for a SIEM",
            Self::Asff => "AWS Security Hub, a batch of at most 100 findings a line",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Oscal => "OSCAL assessment results, for a GRC tool",
            Self::Junit => "JUnit XML, for a pipeline",
            Self::Markdown => "For a pull request or a wiki",
        }
    }

    /// The name of its file in a folder of several.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Table => "report.txt",
            Self::Html => "report.html",
            Self::Json => "report.json",
            Self::Ndjson => "findings.ndjson",
            Self::Csv => "findings.csv",
            Self::Ocsf => "findings.ocsf.ndjson",
            Self::Asff => "findings.asff.ndjson",
            Self::Sarif => "report.sarif",
            Self::Oscal => "assessment-results.oscal.json",
            Self::Junit => "report.junit.xml",
            Self::Markdown => "report.md",
        }
    }
}

/// Writes the report in a form. `options` matter to text for a terminal alone, `extras` to the page
/// alone. Everything but that text is
/// written a piece at a time; hand over a buffered `out`.
///
/// # Errors
/// When `out` cannot be written.
pub fn render(
    report: &Report,
    format: Format,
    options: &Options,
    extras: &Extras,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Table => {
            out.write_all(table::render(report, options).as_bytes())?;
            out.flush()
        }
        Format::Html => html::write(report, extras, out),
        Format::Json => json::write(report, out),
        Format::Ndjson => ndjson::write(report, out),
        Format::Csv => csv::write(report, out),
        Format::Ocsf => ocsf::write(report, out),
        Format::Asff => asff::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Oscal => oscal::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Markdown => markdown::write(report, out),
    }
}

/// The report in a form, as text.
#[cfg(test)]
pub(crate) fn rendered(report: &Report, format: Format) -> String {
    let mut bytes = Vec::new();
    render(
        report,
        format,
        &Options::default(),
        &Extras::default(),
        &mut bytes,
    )
    .expect("memory can be written");
    String::from_utf8(bytes).expect("UTF-8")
}
