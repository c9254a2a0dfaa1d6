//! What was seen, and what was not: coverage, causes, regions, population, cost.

use std::collections::{BTreeMap, BTreeSet};

use tripod_assess::{CensusRow, Report, ReportedAccount, Unseen};
use tripod_model::{Pillar, RegionStatus};

use super::head;
use super::text::{Html, counted, grouped};
use super::words;

/// Errors of one cause that are quoted, and checks and places that are named; the rest is counted.
const NAMED: usize = 8;

pub(super) fn coverage(report: &Report, page: &mut Html) {
    page.raw("<section id=\"coverage\" aria-labelledby=\"coverage-title\"><h2 id=\"coverage-title\">Population and coverage</h2>");
    shares(report, page);
    head::outcomes(report, page);
    not_assessed(report, page);
    regions(report, page);
    population(report, page);
    requests(report, page);
    page.raw("</section>");
}

fn shares(report: &Report, page: &mut Html) {
    let all = report.coverage();
    page.raw("<p>")
        .count(all.assessed)
        .raw(" of ")
        .text(&counted(all.applicable, "outcome"));
    page.raw(" that apply could be given");
    let shares: Vec<String> = Pillar::ALL
        .into_iter()
        .filter_map(|pillar| {
            let share = words::percent(report.pillars.on(pillar).coverage)?;
            Some(format!("{} {share}", pillar.as_str()))
        })
        .collect();
    if !shares.is_empty() {
        page.raw(": ").text(&shares.join(", "));
    }
    page.raw(". None of the others counts as passed.</p>");
}

fn not_assessed(report: &Report, page: &mut Html) {
    let causes = report.not_seen();
    page.raw("<h3>Not assessed</h3>");
    if causes.is_empty() {
        page.raw("<p>Everything that applies was assessed.</p>");
        return;
    }
    page.raw("<div class=\"wide\"><table><caption class=\"unseen\">Not assessed, by cause</caption><thead><tr>\
        <th scope=\"col\">Cause</th><th scope=\"col\">Cure</th><th scope=\"col\" class=\"number\">Outcomes</th>\
        <th scope=\"col\">Checks</th><th scope=\"col\">Where</th></tr></thead><tbody>");
    for cause in &causes {
        cause_row(cause, report.run.accounts.len() > 1, page);
    }
    page.raw("</tbody></table></div>");
}

fn cause_row(cause: &Unseen, several: bool, page: &mut Html) {
    page.raw("<tr><td>").text(&cause.text());
    for error in cause.errors.iter().take(NAMED) {
        page.raw("<small><bdi>").text(error).raw("</bdi></small>");
    }
    more(cause.errors.len(), page);
    page.raw("</td><td>");
    match &cause.permission {
        Some(permission) => page.raw("allow <code>").text(permission).raw("</code>"),
        None => page.text(&cause.cure()),
    };
    page.raw("</td><td class=\"number\">")
        .count(cause.outcomes)
        .raw("</td><td class=\"check\">");
    names(cause.checks.iter().map(String::as_str), page);
    page.raw("</td><td>");
    let places: BTreeSet<String> = cause
        .places
        .iter()
        .map(|(account, region)| {
            if several {
                format!("{account} {region}")
            } else {
                region.clone()
            }
        })
        .collect();
    names(places.iter().map(String::as_str), page);
    page.raw("</td></tr>");
}

fn names<'a>(names: impl ExactSizeIterator<Item = &'a str>, page: &mut Html) {
    let count = names.len();
    let shown: Vec<&str> = names.take(NAMED).collect();
    page.text(&shown.join(", "));
    more(count, page);
}

fn more(count: usize, page: &mut Html) {
    let left = count.saturating_sub(NAMED);
    if left > 0 {
        page.raw("<small>and ")
            .count(left as u64)
            .raw(" more</small>");
    }
}

fn regions(report: &Report, page: &mut Html) {
    page.raw("<h3>Regions</h3><div class=\"wide\"><table><caption class=\"unseen\">Regions of each account</caption><thead><tr>\
        <th scope=\"col\">Account</th><th scope=\"col\">Status</th><th scope=\"col\">Regions</th></tr></thead><tbody>");
    for account in &report.run.accounts {
        account_rows(account, page);
    }
    page.raw("</tbody></table></div>");
}

fn account_rows(account: &ReportedAccount, page: &mut Html) {
    let mut by_status: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
    for region in &account.regions {
        let key = (
            region.status != RegionStatus::Scanned,
            words::region(region.status),
        );
        by_status.entry(key).or_default().push(region.name.as_str());
    }
    for ((unseen, status), regions) in by_status {
        page.raw("<tr><th scope=\"row\">")
            .text(account.id.as_str())
            .raw("</th><td>");
        words::mark(if unseen { "not_assessed" } else { "pass" }, status, page);
        page.raw("</td><td>")
            .text(&regions.join(", "))
            .raw("</td></tr>");
    }
}

fn population(report: &Report, page: &mut Html) {
    page.raw("<h3>Population</h3><p class=\"note\">Resources seen, by type. Where AWS offers a second count of its own, both stand here. \
        A type without a figure could not be listed.</p><div class=\"wide\"><table><caption class=\"unseen\">Resources by type</caption><thead><tr>\
        <th scope=\"col\">Type</th><th scope=\"col\" class=\"number\">Seen</th><th scope=\"col\">AWS's own count</th></tr></thead><tbody>");
    let census: BTreeMap<&str, &CensusRow> = report
        .census
        .iter()
        .map(|row| (row.kind.as_str(), row))
        .collect();
    let kinds: BTreeSet<&str> = report
        .population
        .keys()
        .map(String::as_str)
        .chain(census.keys().copied())
        .collect();
    let mut empty = Vec::new();
    for kind in kinds {
        let seen = report.population.get(kind);
        let row = census.get(kind);
        let second = row.map(|row| second_count(row)).unwrap_or_default();
        if seen == Some(&0) && second.is_empty() {
            empty.push(kind);
            continue;
        }
        page.raw("<tr><th scope=\"row\">")
            .text(kind)
            .raw("</th><td class=\"number\">");
        match seen {
            Some(count) => page.count(*count),
            None => page.raw("not known"),
        };
        page.raw("</td><td>").text(&second).raw("</td></tr>");
    }
    page.raw("</tbody></table></div>");
    if !empty.is_empty() {
        page.raw("<p class=\"note\">Listed, and there was none: ")
            .text(&empty.join(", "))
            .raw(".</p>");
    }
}

fn second_count(row: &CensusRow) -> String {
    let mut texts = Vec::new();
    if let Some(second) = &row.second {
        let tagged = if second.counts_all { "" } else { " with tags" };
        let count = grouped(second.count);
        texts.push(if second.agrees {
            format!("{count}{tagged}, in line with the list ({})", second.source)
        } else {
            format!(
                "{count}{tagged}, and {} listed there ({}): one of the two does not show everything, or something changed during the scan",
                second.listed, second.source
            )
        });
    }
    if !row.unread.is_empty() {
        texts.push(format!("not listed in {}", row.unread.join(", ")));
    }
    texts.join("; ")
}

fn requests(report: &Report, page: &mut Html) {
    let requests = &report.run.requests;
    page.raw("<h3>Requests</h3><p>")
        .text(&counted(requests.total, "request"))
        .raw(" to AWS, ");
    page.count(requests.retries)
        .raw(" of them retries, ")
        .count(requests.throttled)
        .raw(" throttled.</p>");
    if requests.by_operation.is_empty() {
        return;
    }
    page.raw("<details><summary>By operation</summary><div class=\"wide\"><table><caption class=\"unseen\">Requests by operation</caption><thead><tr>\
        <th scope=\"col\">Operation</th><th scope=\"col\" class=\"number\">Requests</th></tr></thead><tbody>");
    for (operation, count) in &requests.by_operation {
        page.raw("<tr><th scope=\"row\">")
            .text(operation)
            .raw("</th><td class=\"number\">");
        page.count(*count).raw("</td></tr>");
    }
    page.raw("</tbody></table></div></details>");
}
