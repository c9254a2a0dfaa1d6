//! The list of findings: the form that filters it, and its first rows, which are all there is without a script.

use std::collections::BTreeSet;

use tripod_assess::Report;
use tripod_model::{Finding, Outcome, Pillar, Severity};

use super::data::{anchor, distinct, service_of};
use super::text::{Html, counted};
use super::words;

/// Rows in the page itself.
const ROWS: usize = 50;

pub(super) fn findings(report: &Report, rows: &[&Finding], carried: usize, page: &mut Html) {
    page.raw("<section id=\"findings\" aria-labelledby=\"findings-title\"><h2 id=\"findings-title\" tabindex=\"-1\">Findings</h2>");
    let failed: Vec<&Finding> = rows
        .iter()
        .copied()
        .take_while(|one| one.outcome == Outcome::Fail)
        .collect();
    page.raw("<noscript><p class=\"remark\">Without a script this page cannot filter. It shows ");
    page.text(&counted(failed.len().min(ROWS) as u64, "failure"))
        .raw(" of ")
        .count(failed.len() as u64);
    page.raw(", the most severe first; <code>tripod report --format table --wide</code> prints them all, and the \
        sections below are whole.</p></noscript>");
    if carried < rows.len() {
        page.raw("<p class=\"remark\">The page carries ")
            .count(carried as u64)
            .raw(" of ");
        page.text(&counted(rows.len() as u64, "finding"));
        page.raw(", the most pressing ones. The others are in the JSON report, and counted in every figure outside of this list.</p>");
    }
    form(report, page);
    page.raw("<p id=\"status\" role=\"status\" class=\"note\"></p><div class=\"wide\" id=\"frame\">\
        <table class=\"list\" id=\"list\"><caption class=\"unseen\">Findings</caption><thead><tr>\
        <th scope=\"col\" data-sort=\"severity\">Severity</th><th scope=\"col\" data-sort=\"resource\">Resource</th>\
        <th scope=\"col\">Reason</th><th scope=\"col\" data-sort=\"check\">Check</th>\
        <th scope=\"col\" data-sort=\"place\">Where</th></tr></thead><tbody id=\"rows\">");
    let several = report.run.accounts.len() > 1;
    for finding in failed.iter().take(ROWS) {
        row(report, finding, several, page);
    }
    page.raw("</tbody></table></div><nav id=\"pager\" class=\"pager\" aria-label=\"Pages of findings\" hidden></nav></section>");
}

fn row(report: &Report, finding: &Finding, several: bool, page: &mut Html) {
    let resource = &finding.resource;
    page.raw("<tr><td>");
    words::severity(finding.severity, page);
    page.raw("</td><td class=\"resource\"><bdi>")
        .text(&resource.name);
    page.raw("</bdi><small>")
        .text(&resource.kind)
        .raw("</small></td><td><bdi>");
    page.text(&finding.message)
        .raw("</bdi></td><td class=\"check\">");
    match report.known(&finding.check) {
        Some(check) => page
            .raw("<a href=\"#")
            .text(&anchor(check.id()))
            .raw("\">")
            .text(check.id())
            .raw("</a>"),
        None => page.text(&finding.check),
    };
    page.raw("</td><td>").text(resource.region.as_str());
    if several {
        page.raw("<small>")
            .text(resource.account.as_str())
            .raw("</small>");
    }
    page.raw("</td></tr>");
}

/// The form, which the script brings to life. What it offers is what the report holds.
fn form(report: &Report, page: &mut Html) {
    let all = &report.findings;
    page.raw("<form id=\"filters\" hidden aria-label=\"Filter findings\"><div class=\"boxes\">");
    let outcomes = [
        Outcome::Fail,
        Outcome::NotAssessed,
        Outcome::Pass,
        Outcome::NotApplicable,
    ];
    page.raw("<fieldset><legend>Outcome</legend>");
    for outcome in outcomes {
        boxed("outcome", outcome.as_str(), words::outcome(outcome), page);
    }
    page.raw("</fieldset><fieldset><legend id=\"severity-legend\">Severity</legend>");
    let bare = all.iter().any(|finding| finding.severity == Severity::None);
    for severity in Severity::COUNTED
        .into_iter()
        .chain(bare.then_some(Severity::None))
    {
        boxed("severity", severity.as_str(), severity.as_str(), page);
    }
    page.raw("</fieldset></div><div class=\"fields\"><label class=\"search\">Text <input type=\"search\" name=\"text\" \
        autocomplete=\"off\" spellcheck=\"false\" placeholder=\"resource, ARN, reason, check, detail\"></label>");
    let pillars = Pillar::ALL.map(|pillar| (pillar.as_str(), words::pillar(pillar)));
    choice("pillar", "Pillar", pillars, page);
    let named = |name: fn(&Finding) -> &str| -> BTreeSet<&str> { distinct(all.iter().map(name)) };
    let services: BTreeSet<String> = named(|finding| &finding.check)
        .into_iter()
        .map(|id| match report.known(id) {
            Some(check) => check.service().to_owned(),
            None => service_of(id).into_owned(),
        })
        .collect();
    choice(
        "service",
        "Service",
        services.iter().map(|one| (one.as_str(), one.as_str())),
        page,
    );
    let pair = |name| (name, name);
    let accounts = named(|finding| finding.resource.account.as_str());
    if accounts.len() > 1 {
        choice("account", "Account", accounts.into_iter().map(pair), page);
    }
    let regions = named(|finding| finding.resource.region.as_str());
    choice("region", "Region", regions.into_iter().map(pair), page);
    let checks = named(|finding| &finding.check);
    choice("check", "Check", checks.into_iter().map(pair), page);
    if all.iter().any(|finding| finding.exception.is_some()) {
        let kinds = [("open", "without exception"), ("accepted", "accepted")];
        choice("exception", "Exception", kinds, page);
    }
    page.raw("<button type=\"reset\">Reset</button></div></form>");
}

fn boxed(name: &'static str, value: &str, words: &str, page: &mut Html) {
    page.raw("<label class=\"box\"><input type=\"checkbox\" name=\"")
        .text(name)
        .raw("\" value=\"")
        .text(value);
    page.raw("\"> ");
    let mark = if name == "severity" {
        value
    } else if value == "fail" {
        ""
    } else {
        value
    };
    if mark.is_empty() {
        page.text(words);
    } else {
        page.raw("<span class=\"level ")
            .text(mark)
            .raw("\"><svg class=\"mark\" aria-hidden=\"true\"><use href=\"#m-");
        page.text(mark).raw("\"/></svg>").text(words).raw("</span>");
    }
    page.raw(" <output></output></label>");
}

fn choice<'a>(
    name: &'static str,
    label: &'static str,
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
    page: &mut Html,
) {
    page.raw("<label>")
        .text(label)
        .raw(" <select name=\"")
        .text(name)
        .raw("\"><option value=\"\">all</option>");
    for (value, words) in values {
        page.raw("<option value=\"")
            .text(value)
            .raw("\">")
            .text(words)
            .raw("</option>");
    }
    page.raw("</select></label>");
}
