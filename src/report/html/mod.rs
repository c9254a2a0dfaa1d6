//! The report as one page of HTML that needs nothing else: no network, no framework, one script and one style sheet,
//! both named by their hash in the page's security policy. Without the script it still says everything but the long
//! list of findings, of which it shows the most severe ones.

mod columns;
mod coverage;
mod data;
mod extras;
mod findings;
mod first;
mod gather;
mod guide;
mod head;
mod prose;
mod scores;
mod sections;
mod settings;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tripod_assess::Report;

pub use extras::{Extras, NoPicture, Part, PastRun, Picture, Section};
pub use gather::Seen;
use text::Html;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page. The same report and extras give the same bytes.
///
/// It stays under 30 MB: where the findings are too many for that, the most pressing ones are carried and the rest is
/// counted, and the page says so.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, extras: &Extras, out: &mut dyn io::Write) -> io::Result<()> {
    let rows = data::ordered(report);
    let (block, carried) = data::block(report, &rows);
    let mut page = Html::default();
    opening(report, extras, &mut page);
    page.raw("<main id=\"main\">");
    head::head(report, &extras.history, &mut page);
    first::first(report, &mut page);
    findings::findings(report, &rows, carried, &mut page);
    for section in &extras.sections {
        sections::section(section, &mut page);
    }
    scores::scores(report, &mut page);
    sections::frameworks(&extras.frameworks, &report.scores, &mut page);
    settings::settings(report, &mut page);
    coverage::coverage(report, &mut page);
    guide::guide(report, &mut page);
    page.raw("</main>");
    footer(report, &mut page);
    out.write_all(page.into_string().as_bytes())?;
    out.write_all(b"<script type=\"application/json\" id=\"data\">")?;
    out.write_all(block.as_bytes())?;
    out.write_all(b"</script>\n<script>")?;
    out.write_all(SCRIPT.as_bytes())?;
    out.write_all(b"</script>\n</body></html>\n")?;
    out.flush()
}

fn opening(report: &Report, extras: &Extras, page: &mut Html) {
    page.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"");
    page.verbatim(&policy(extras));
    page.raw("\">\n<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
        <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"robots\" content=\"noindex\">\n<title>Tripod: ");
    page.text(&head::title(report)).raw(", ");
    page.text(&report.run.observed.strftime("%Y-%m-%d").to_string());
    page.raw("</title>\n<style>")
        .raw(STYLE)
        .raw("</style></head>\n<body>")
        .raw(words::MARKS);
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the report</a><header class=\"top\"><p class=\"brand\">\
        <svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M12 3v8M12 11 4 21M12 11l8 10M12 11v10\"/>\
        <circle cx=\"12\" cy=\"4.5\" r=\"2.5\"/></svg>Tripod</p><nav aria-label=\"Sections\"><ul>");
    let mut link = |id: &str, title: &str| {
        page.raw("<li><a href=\"#")
            .text(id)
            .raw("\">")
            .text(title)
            .raw("</a></li>");
    };
    link("overview", "Overview");
    link("first", "First");
    link("findings", "Findings");
    for section in &extras.sections {
        link(section.id, section.link);
    }
    if !report.scores.services.is_empty() {
        link("scores", "Scores");
    }
    if !extras.frameworks.is_empty() {
        link("frameworks", "Frameworks");
    }
    link("settings", "Settings");
    link("coverage", "Coverage");
    link("guide", "Cures");
    page.raw("</ul></nav></header>\n");
}

/// What the page may do: run its script, wear its styles, and nothing else. Nothing is loaded from anywhere, and no
/// text can become markup by script.
fn policy(extras: &Extras) -> String {
    let parts = extras.sections.iter().flat_map(|section| &section.parts);
    let styles: BTreeSet<String> = parts
        .flat_map(Part::pictures)
        .flat_map(Picture::styles)
        .chain([STYLE])
        .map(source)
        .collect();
    let styles: Vec<String> = styles.into_iter().collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        source(SCRIPT),
        styles.join(" "),
    )
}

/// A script or style as a source of the policy.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

fn footer(report: &Report, page: &mut Html) {
    page.raw("<footer><p>Tripod ")
        .text(&report.tool.version)
        .raw(", run <code>")
        .text(&report.run.id);
    page.raw("</code>, checks <code>")
        .text(&report.tool.checks_digest)
        .raw("</code>, <code>");
    page.text(&report.schema).raw("</code>.</p></footer>\n");
}
