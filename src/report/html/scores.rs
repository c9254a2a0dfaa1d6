//! Scores of parts: services and accounts. Those of controls and frameworks stand with these.

use std::collections::BTreeMap;

use tripod_assess::{Report, Standing};
use tripod_model::{Pillar, Severity};

use super::text::Html;
use super::words;

/// Parts listed of a kind; of more, how many. The worst come first.
const SHOWN: usize = 100;

pub(super) fn scores(report: &Report, page: &mut Html) {
    let scores = &report.scores;
    if scores.services.is_empty() && scores.accounts.is_empty() {
        return;
    }
    page.raw("<section id=\"scores\" aria-labelledby=\"scores-title\"><h2 id=\"scores-title\">Scores by part</h2>\
        <p class=\"note\">The same formula as in the head, over the findings of each part alone, the worst part first. Open findings \
        are counted by their severity, accepted ones among them.</p>");
    table("service", "Service", &scores.services, page);
    // Of one account the head says it all.
    if scores.accounts.len() > 1 {
        table("account", "Account", &scores.accounts, page);
    }
    page.raw("</section>");
}

fn table(
    filter: &'static str,
    title: &'static str,
    parts: &BTreeMap<String, Standing>,
    page: &mut Html,
) {
    let mut parts: Vec<(&String, &Standing)> = parts.iter().collect();
    // What has no score was not assessed: after the worst, before what is whole.
    parts.sort_by_key(|(name, standing)| (standing.overall.score.unwrap_or(99), *name));
    page.raw("<div class=\"wide\"><table class=\"figures scores\"><caption class=\"unseen\">")
        .text(title)
        .raw("</caption><thead><tr><th scope=\"col\">")
        .text(title)
        .raw("</th><th scope=\"col\" class=\"number\">Score</th>");
    for pillar in Pillar::ALL {
        page.raw("<th scope=\"col\" class=\"number\">")
            .text(words::pillar(pillar))
            .raw("</th>");
    }
    page.raw("<th scope=\"col\" class=\"number\">Coverage</th>");
    for severity in Severity::COUNTED {
        page.raw("<th scope=\"col\" class=\"number\">")
            .text(severity.as_str())
            .raw("</th>");
    }
    page.raw("</tr></thead><tbody>");
    for (name, standing) in parts.iter().take(SHOWN) {
        row(filter, name, standing, page);
    }
    page.raw("</tbody></table></div>");
    let left = parts.len().saturating_sub(SHOWN);
    if left > 0 {
        page.raw("<p class=\"note\">")
            .count(left as u64)
            .raw(" more are in the JSON report.</p>");
    }
}

fn row(filter: &'static str, name: &str, standing: &Standing, page: &mut Html) {
    page.raw("<tr><th scope=\"row\"><a href=\"#findings?outcome=fail&amp;")
        .text(filter)
        .raw("=");
    page.text(&words::in_fragment(name))
        .raw("\">")
        .text(name)
        .raw("</a></th>");
    points(standing.overall.score, true, page);
    for pillar in Pillar::ALL {
        points(standing.pillars.on(pillar).score, false, page);
    }
    page.raw("<td class=\"number\">");
    if let Some(share) = words::percent(standing.overall.coverage) {
        page.text(&share);
    }
    page.raw("</td>");
    for severity in Severity::COUNTED {
        let open = standing.overall.open.of(severity);
        page.raw(if open == 0 {
            "<td class=\"number soft\">"
        } else {
            "<td class=\"number\">"
        });
        page.count(open).raw("</td>");
    }
    page.raw("</tr>");
}

/// A score in a cell; a dash where nothing was assessed.
fn points(score: Option<u8>, strong: bool, page: &mut Html) {
    page.raw("<td class=\"number\">");
    match (score, strong) {
        (Some(points), true) => page.raw("<b>").count(points.into()).raw("</b>"),
        (Some(points), false) => page.count(points.into()),
        (None, _) => page.raw("<span class=\"soft\">none</span>"),
    };
    page.raw("</td>");
}
