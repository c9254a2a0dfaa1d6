//! The guide: of every check in the report what it looks at, why, and how to mend what it finds. The same text that
//! `tripod explain` prints.

use std::borrow::Cow;
use std::collections::BTreeSet;

use tripod_assess::{Known, Report};
use tripod_model::Outcome;

use super::data::{anchor, controls_of, distinct};
use super::prose;
use super::text::{Html, counted};
use super::words;
use crate::plain::steers;

pub(super) fn guide(report: &Report, page: &mut Html) {
    let named = |failed: bool| -> BTreeSet<&str> {
        let findings = report.findings.iter();
        let wanted = findings.filter(|finding| !failed || finding.outcome == Outcome::Fail);
        distinct(wanted.map(|finding| &*finding.check))
    };
    let failing = named(true);
    let others: Vec<&str> = named(false).difference(&failing).copied().collect();
    page.raw("<section id=\"guide\" aria-labelledby=\"guide-title\"><h2 id=\"guide-title\">Checks and cures</h2>\
        <p class=\"note\">Commands name their subject in capitals: put in the resource that the finding names. Nothing \
        read from the account is ever put into a command.</p>");
    for id in failing {
        article(report, id, page);
    }
    if !others.is_empty() {
        page.raw("<details class=\"more\" id=\"guide-others\"><summary>");
        page.text(&counted(others.len() as u64, "check"))
            .raw(" without a failure</summary>");
        for id in others {
            article(report, id, page);
        }
        page.raw("</details>");
    }
    page.raw("</section>");
}

fn article(report: &Report, id: &str, page: &mut Html) {
    let Some(check) = report.known(id) else {
        page.raw("<p><code>")
            .text(id)
            .raw("</code>: this version of Tripod has no text on it.</p>");
        return;
    };
    page.raw("<details class=\"guide\"><summary>");
    words::severity(check.severity(), page);
    page.raw(" <span class=\"what\">")
        .text(check.title())
        .raw("</span> <code class=\"soft\">");
    page.text(check.id())
        .raw("</code></summary><div class=\"prose\" id=\"")
        .text(&anchor(check.id()))
        .raw("\">");
    for (heading, part) in [
        ("What", "what"),
        ("Why", "why"),
        ("How to mend", "cure"),
        ("References", "references"),
    ] {
        page.raw("<div data-part=\"")
            .text(part)
            .raw("\"><h3>")
            .text(heading)
            .raw("</h3>");
        prose::render(&text_of(check, heading), page);
        page.raw("</div>");
    }
    about(check, page);
    page.raw("</div></details>");
}

/// The prose under a heading. A rule's is not ours: what could reorder or hide text is left away. It has its references
/// as a list.
fn text_of<'a>(check: Known<'a>, heading: &str) -> Cow<'a, str> {
    let rule = match check {
        Known::Check(check) => return Cow::Borrowed(check.section(heading)),
        Known::Rule(rule) => rule,
    };
    let text = if heading == "References" {
        let lines = rule.references.iter().map(|it| format!("- <{it}>"));
        lines.collect::<Vec<_>>().join("\n")
    } else {
        check.section(heading).to_owned()
    };
    let harmless = |letter: &char| *letter == '\n' || !steers(*letter);
    Cow::Owned(text.chars().filter(harmless).collect())
}

fn about(check: Known<'_>, page: &mut Html) {
    page.raw("<p class=\"note\">Controls: ")
        .text(&controls_of(check))
        .raw(". Reads: ");
    page.text(&check.needs().join(", "))
        .raw(". Catalogue: ")
        .text(&check.rows().join(", "))
        .raw(".</p>");
}
