//! What other renderers give the page: frameworks and sections.

use tripod_assess::{
    ControlStanding, ControlStatus, FindingCounts, FrameworkReport, Scores, Sight, Standing,
    find_check,
};
use tripod_checks::Framework;

use super::extras::{Part, Section};
use super::text::{Html, counted};
use super::words;

/// Frameworks, control by control.
pub(super) fn frameworks(frameworks: &[FrameworkReport], scores: &Scores, page: &mut Html) {
    if frameworks.is_empty() {
        return;
    }
    page.raw("<section id=\"frameworks\" aria-labelledby=\"frameworks-title\"><h2 id=\"frameworks-title\">Frameworks</h2>\
        <p class=\"note\">A control passes as far as Tripod sees it, which is a part of it unless its row says more. What no check \
        looks at is listed as not covered: it is for people to show. The score is over the findings of all checks that serve the framework.</p>");
    for framework in frameworks {
        one(framework, scores, page);
    }
    page.raw("</section>");
}

fn one(framework: &FrameworkReport, scores: &Scores, page: &mut Html) {
    page.raw("<details class=\"framework\"><summary><span class=\"what\">")
        .text(&framework.title);
    page.raw("</span> <span class=\"soft\">")
        .text(&framework.version)
        .raw("</span><span class=\"totals\">");
    if let Some(points) = score_of(scores.frameworks.get(&framework.framework)) {
        page.raw("<span>score <b>")
            .count(points.into())
            .raw("</b></span>");
    }
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
    page.raw("</p>");
    let (covered, others): (Vec<_>, Vec<_>) = framework
        .controls
        .iter()
        .partition(|control| control.status != ControlStatus::NotCovered);
    // Controls have a score of their own in the baseline alone.
    let scores = (framework.framework == Framework::Baseline.key()).then_some(scores);
    if !covered.is_empty() {
        covered_table(framework, &covered, scores, page);
    }
    if !others.is_empty() {
        not_covered(&others, page);
    }
    page.raw("</details>");
}

fn covered_table(
    framework: &FrameworkReport,
    controls: &[&ControlStanding],
    scores: Option<&Scores>,
    page: &mut Html,
) {
    page.raw("<div class=\"wide\"><table class=\"standings\"><caption class=\"unseen\">")
        .text(&framework.title);
    page.raw("</caption><thead><tr><th scope=\"col\">Control</th><th scope=\"col\">About</th><th scope=\"col\">Standing</th>");
    if scores.is_some() {
        page.raw("<th scope=\"col\" class=\"number\">Score</th>");
    }
    page.raw("<th scope=\"col\" class=\"number\">Passed</th><th scope=\"col\" class=\"number\">Failed</th>\
        <th scope=\"col\" class=\"number\">Not assessed</th><th scope=\"col\">Checks</th></tr></thead><tbody>");
    for control in controls {
        control_row(control, scores, page);
    }
    page.raw("</tbody></table></div>");
}

/// What Tripod does not look at, folded: of some frameworks it is most of them.
fn not_covered(controls: &[&ControlStanding], page: &mut Html) {
    page.raw("<details class=\"folded\"><summary>")
        .text(&counted(controls.len() as u64, "control"))
        .raw(" not covered by this tool</summary><ul class=\"controls\">");
    for control in controls {
        page.raw("<li><b>")
            .text(&control.id)
            .raw("</b> ")
            .text(&control.title)
            .raw("</li>");
    }
    page.raw("</ul></details>");
}

fn score_of(standing: Option<&Standing>) -> Option<u8> {
    standing?.overall.score
}

fn control_row(control: &ControlStanding, scores: Option<&Scores>, page: &mut Html) {
    page.raw("<tr><th scope=\"row\" class=\"nowrap\">")
        .text(&control.id)
        .raw("</th><td>")
        .text(&control.title);
    if control.sight == Sight::Whole {
        page.raw("<small>Tripod sees the whole of it.</small>");
    }
    page.raw("</td><td class=\"nowrap\">");
    status_mark(control.status, page);
    if let Some(scores) = scores {
        page.raw("</td><td class=\"number\">");
        if let Some(points) = score_of(scores.controls.get(&control.id)) {
            page.count(points.into());
        }
    }
    let counts = control.findings;
    for count in [counts.passed, counts.failed, counts.not_assessed] {
        page.raw("</td><td class=\"number\">").count(count);
    }
    page.raw("</td><td class=\"check\">");
    for (place, serving) in control.checks.iter().enumerate() {
        page.raw(if place > 0 { ", " } else { "" });
        // A check without an outcome has no findings to lead to.
        match find_check(&serving.check).filter(|_| serving.findings != FindingCounts::default()) {
            Some(known) => page
                .raw("<a href=\"#findings?check=")
                .text(known.id)
                .raw("\">")
                .text(known.id)
                .raw("</a>"),
            None => page.text(&serving.check),
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

/// Letters of a cell that is not parted.
const SHORT: usize = 16;

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
        Part::Folded { title, parts } => {
            page.raw("<details class=\"folded\"><summary>")
                .text(title)
                .raw("</summary>");
            for part in parts {
                self::part(part, page);
            }
            page.raw("</details>")
        }
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
    // A column of short names is not parted.
    let short = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0) <= SHORT
    };
    let short: Vec<bool> = (0..header.len()).map(short).collect();
    for row in rows {
        page.raw("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let whole = short.get(column).copied().unwrap_or(false);
            page.raw(if whole {
                "<td class=\"nowrap\">"
            } else {
                "<td>"
            })
            .text(cell)
            .raw("</td>");
        }
        page.raw("</tr>");
    }
    page.raw("</tbody></table></div>")
}
