//! What to do first: the checks that fail, in the report's order.

use tripod_assess::{Report, ToMend, is_own};
use tripod_model::{Pillar, Severity};

use super::data::anchor;
use super::text::{Html, counted};
use super::words;

/// Checks shown at once; the rest is folded away.
const SHOWN: usize = 10;

pub(super) fn first(report: &Report, page: &mut Html) {
    page.raw("<section id=\"first\" aria-labelledby=\"first-title\"><h2 id=\"first-title\">What to do first</h2>");
    let mut ranked = report.to_mend();
    // What is to mend in the settings stands with them.
    ranked.retain(|group| !is_own(&group.check));
    if ranked.is_empty() {
        page.raw("<p>").text(nothing(report)).raw("</p></section>");
        return;
    }
    page.raw("<p class=\"note\">The worst severity first, then impact times reach. Each check opens with the reason and the cure.</p>");
    let (shown, rest) = ranked.split_at(ranked.len().min(SHOWN));
    list(shown, 1, report, page);
    if !rest.is_empty() {
        page.raw("<details class=\"more\"><summary>");
        page.text(&counted(rest.len() as u64, "further check"))
            .raw("</summary>");
        list(rest, SHOWN + 1, report, page);
        page.raw("</details>");
    }
    page.raw("</section>");
}

fn nothing(report: &Report) -> &'static str {
    if report.coverage().assessed == 0 {
        "Nothing could be assessed, so nothing is known to be in order."
    } else if report.failed().any(|finding| !is_own(&finding.check)) {
        "Every failure is covered by an accepted exception."
    } else {
        "Nothing that could be assessed failed."
    }
}

fn list(ranked: &[ToMend], start: usize, report: &Report, page: &mut Html) {
    page.raw("<ol class=\"ranked\" start=\"")
        .figure(start as u64)
        .raw("\">");
    for group in ranked {
        item(group, report, page);
    }
    page.raw("</ol>");
}

fn item(group: &ToMend, report: &Report, page: &mut Html) {
    let check = report.known(&group.check);
    page.raw("<li><div class=\"line\">");
    words::severity(group.severity, page);
    page.raw("<span class=\"what\">");
    match check {
        Some(check) => page
            .raw("<a href=\"#")
            .text(&anchor(check.id()))
            .raw("\">")
            .text(check.title())
            .raw("</a>"),
        None => page.text(&group.check),
    };
    page.raw("</span><a class=\"reach\" href=\"#findings?outcome=fail&amp;check=");
    page.text(&words::in_fragment(&group.check))
        .raw("\">")
        .text(&reach(group))
        .raw("</a></div><p class=\"note\">");
    page.raw("<code>").text(&group.check).raw("</code>, ");
    page.text(&weakens(group))
        .text(&places(group, report))
        .raw("</p></li>");
}

fn reach(group: &ToMend) -> String {
    let open = group.open.total();
    let levels: Vec<String> = Severity::COUNTED
        .into_iter()
        .filter(|level| *level != group.severity && group.open.of(*level) > 0)
        .map(|level| format!("{} of them {}", group.open.of(level), level.as_str()))
        .collect();
    let lesser = if levels.is_empty() {
        String::new()
    } else {
        format!(", {}", levels.join(", "))
    };
    let accepted = if group.accepted == 0 {
        String::new()
    } else {
        format!(", {} accepted", group.accepted)
    };
    format!(
        "{open} of {} fail{lesser}{accepted}",
        counted(group.assessed, "resource")
    )
}

fn weakens(group: &ToMend) -> String {
    let hit: Vec<String> = Pillar::ALL
        .into_iter()
        .filter(|pillar| group.impact.on(*pillar) > Severity::None)
        .map(|pillar| format!("{} {}", pillar.as_str(), group.impact.on(pillar).as_str()))
        .collect();
    format!("impact: {}", hit.join(", "))
}

/// Where, as far as there is a choice.
fn places(group: &ToMend, report: &Report) -> String {
    let mut text = String::new();
    if report.run.accounts.len() > 1 {
        text = format!("; {}", counted(group.accounts.len() as u64, "account"));
    }
    let regions: Vec<&str> = group.regions.iter().map(String::as_str).collect();
    text + "; " + &regions.join(", ")
}
