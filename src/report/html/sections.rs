//! What other renderers give the page: frameworks and sections.

use tripod_assess::{ControlStanding, ControlStatus, FrameworkReport, Sight, find_check};

use super::extras::{Part, Section};
use super::text::{Html, counted};
use super::words;

/// Frameworks, control by control.
pub(super) fn frameworks(frameworks: &[FrameworkReport], page: &mut Html) {
    if frameworks.is_empty() {
        return;
    }
    page.raw("<section id=\"frameworks\" aria-labelledby=\"frameworks-title\"><h2 id=\"frameworks-title\">Frameworks</h2>\
        <p class=\"note\">A control passes as far as Tripod sees it. What no check looks at is listed as not covered: \
        it is for people to show.</p>");
    for framework in frameworks {
        one(framework, page);
    }
    page.raw("</section>");
}

fn one(framework: &FrameworkReport, page: &mut Html) {
    page.raw("<details class=\"framework\"><summary><span class=\"what\">")
        .text(&framework.title);
    page.raw("</span> <span class=\"soft\">")
        .text(&framework.version)
        .raw("</span><span class=\"totals\">");
    for status in ControlStatus::ALL {
        let count = framework.totals.with(status);
        if count == 0 {
            continue;
        }
        page.raw("<span>");
        status_mark(status, page);
        page.raw(" <b>").count(count).raw("</b></span>");
    }
    page.raw("</span></summary><p class=\"note\">")
        .text(&framework.scope);
    page.raw("</p><div class=\"wide\"><table><caption class=\"unseen\">")
        .text(&framework.title);
    page.raw("</caption><thead><tr><th scope=\"col\">Control</th><th scope=\"col\">About</th><th scope=\"col\">Standing</th>\
        <th scope=\"col\" class=\"number\">Passed</th><th scope=\"col\" class=\"number\">Failed</th>\
        <th scope=\"col\" class=\"number\">Not assessed</th><th scope=\"col\">Checks</th></tr></thead><tbody>");
    for control in &framework.controls {
        control_row(control, page);
    }
    page.raw("</tbody></table></div></details>");
}

fn control_row(control: &ControlStanding, page: &mut Html) {
    page.raw("<tr><th scope=\"row\" class=\"nowrap\">")
        .text(&control.id)
        .raw("</th><td>")
        .text(&control.title);
    if control.sight != Sight::None {
        page.raw("<small>")
            .text(control.sight.sentence())
            .raw("</small>");
    }
    page.raw("</td><td class=\"nowrap\">");
    status_mark(control.status, page);
    let counts = control.findings;
    for count in [counts.passed, counts.failed, counts.not_assessed] {
        page.raw("</td><td class=\"number\">");
        if control.status != ControlStatus::NotCovered {
            page.count(count);
        }
    }
    page.raw("</td><td class=\"check\">");
    for (place, check) in control.checks.iter().map(|it| &*it.check).enumerate() {
        page.raw(if place > 0 { ", " } else { "" });
        match find_check(check) {
            Some(known) => page
                .raw("<a href=\"#findings?check=")
                .text(known.id)
                .raw("\">")
                .text(known.id)
                .raw("</a>"),
            None => page.text(check),
        };
    }
    page.raw("</td></tr>");
}

fn status_mark(status: ControlStatus, page: &mut Html) {
    let mark = match status {
        ControlStatus::Failed => "high",
        ControlStatus::NotAssessed => "not_assessed",
        ControlStatus::Passed => "pass",
        ControlStatus::NotApplicable => "not_applicable",
        ControlStatus::NotCovered => "none",
    };
    words::mark(mark, status.words(), page);
}

/// A section of another renderer.
pub(super) fn section(section: &Section, page: &mut Html) {
    page.raw("<section id=\"")
        .text(section.id)
        .raw("\" aria-labelledby=\"")
        .text(section.id)
        .raw("-title\"><h2 id=\"");
    page.text(section.id)
        .raw("-title\">")
        .text(&section.title)
        .raw("</h2>");
    for part in &section.parts {
        self::part(part, page);
    }
    page.raw("</section>");
}

fn part(part: &Part, page: &mut Html) {
    match part {
        Part::Heading(text) => page.raw("<h3>").text(text).raw("</h3>"),
        Part::Text(text) => page.raw("<p>").text(text).raw("</p>"),
        Part::List(items) => {
            page.raw("<ul>");
            for item in items {
                page.raw("<li>").text(item).raw("</li>");
            }
            page.raw("</ul>")
        }
        Part::Table {
            caption,
            header,
            rows,
        } => table(caption, header, rows, page),
        Part::Picture(picture) => page
            .raw("<div class=\"picture\" role=\"group\" tabindex=\"0\" aria-label=\"")
            .text(picture.title())
            .raw("\">")
            .picture(picture)
            .raw("</div>"),
    };
}

/// A table of texts.
pub(super) fn table<'p>(
    caption: &str,
    header: &[String],
    rows: &[Vec<String>],
    page: &'p mut Html,
) -> &'p mut Html {
    page.raw("<div class=\"wide\"><table><caption>")
        .text(caption)
        .raw(" <span class=\"soft\">");
    page.text(&counted(rows.len() as u64, "row"))
        .raw("</span></caption><thead><tr>");
    for name in header {
        page.raw("<th scope=\"col\">").text(name).raw("</th>");
    }
    page.raw("</tr></thead><tbody>");
    for row in rows {
        page.raw("<tr>");
        for cell in row {
            page.raw("<td>").text(cell).raw("</td>");
        }
        page.raw("</tr>");
    }
    page.raw("</tbody></table></div>")
}
