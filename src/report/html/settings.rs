//! What the user settled: the profile, exceptions, attestations, and what Tripod says of them. It is about files and not
//! about the account, so it stands apart.

use std::collections::{BTreeMap, BTreeSet};

use tripod_assess::{AttestationStatus, Report, ReportedAttestation, find_check, is_own};
use tripod_model::{AcceptedException, Finding, Outcome};

use super::data::anchor;
use super::text::{Html, counted};
use super::words;

/// Rows of a table; of more, how many.
const ROWS: usize = 100;
/// Checks named in one row.
const NAMED: usize = 5;

pub(super) fn settings(report: &Report, page: &mut Html) {
    page.raw("<section id=\"settings\" aria-labelledby=\"settings-title\"><h2 id=\"settings-title\">Settings</h2><p>Judged under the \
        profile <b>");
    page.text(report.profile.as_str())
        .raw("</b>: ")
        .text(words::profile(report.profile))
        .raw(".</p>");
    about_settings(report, page);
    exceptions(report, page);
    attestations(&report.attestations, page);
    page.raw("</section>");
}

/// What fails of the settings themselves.
fn about_settings(report: &Report, page: &mut Html) {
    let mut failed: Vec<&Finding> = report
        .failed()
        .filter(|finding| is_own(&finding.check))
        .collect();
    failed.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if failed.is_empty() {
        return;
    }
    page.raw("<h3>To mend in the settings</h3><p class=\"note\">They take no part in scores and coverage; --fail-on counts them.</p>\
        <div class=\"wide\"><table><caption class=\"unseen\">Findings about the settings</caption><thead><tr>\
        <th scope=\"col\">Severity</th><th scope=\"col\">Entry</th><th scope=\"col\">Reason</th><th scope=\"col\">Check</th></tr></thead><tbody>");
    for finding in failed.iter().take(ROWS) {
        page.raw("<tr><td>");
        words::severity(finding.severity, page);
        page.raw("</td><td class=\"resource\"><bdi>")
            .text(&finding.resource.name)
            .raw("</bdi></td><td><bdi>");
        page.text(&finding.message)
            .raw("</bdi></td><td class=\"check\">");
        if let Some(check) = find_check(&finding.check) {
            page.raw("<a href=\"#")
                .text(&anchor(check.id))
                .raw("\">")
                .text(check.id)
                .raw("</a>");
        }
        page.raw("</td></tr>");
    }
    page.raw("</tbody></table></div>");
    more(failed.len(), page);
}

/// Failures that one exception covers.
#[derive(Default)]
struct Covered<'a> {
    findings: u64,
    checks: BTreeSet<&'a str>,
}

fn exceptions(report: &Report, page: &mut Html) {
    page.raw("<h3>Exceptions</h3>");
    let mut accepted: BTreeMap<(&str, &str, String, &str), Covered<'_>> = BTreeMap::new();
    for finding in &report.findings {
        let Some(exception) = finding.exception.as_deref() else {
            continue;
        };
        if finding.outcome == Outcome::Fail {
            let covered = accepted.entry(key(exception)).or_default();
            covered.findings += 1;
            covered.checks.insert(&finding.check);
        }
    }
    if accepted.is_empty() {
        page.raw("<p>No failure is accepted.</p>");
        return;
    }
    page.raw("<p class=\"note\">Accepted failures stay failures, and score as such. <a href=\"#findings?outcome=fail&amp;exception=accepted\">\
        All of them</a></p><div class=\"wide\"><table><caption class=\"unseen\">Accepted failures, by exception</caption><thead><tr>\
        <th scope=\"col\">Owner</th><th scope=\"col\">Reason</th><th scope=\"col\">Last day</th><th scope=\"col\" class=\"number\">Failures</th>\
        <th scope=\"col\">Checks</th><th scope=\"col\">Entry</th></tr></thead><tbody>");
    for ((owner, reason, expires, source), covered) in accepted.iter().take(ROWS) {
        page.raw("<tr><th scope=\"row\"><bdi>")
            .text(owner)
            .raw("</bdi></th><td><bdi>")
            .text(reason);
        page.raw("</bdi></td><td class=\"nowrap\">")
            .text(expires)
            .raw("</td><td class=\"number\">");
        page.count(covered.findings)
            .raw("</td><td class=\"check\">");
        names(&covered.checks, page);
        page.raw("</td><td><code>")
            .text(source)
            .raw("</code></td></tr>");
    }
    page.raw("</tbody></table></div>");
    more(accepted.len(), page);
}

fn key(exception: &AcceptedException) -> (&str, &str, String, &str) {
    let AcceptedException {
        owner,
        reason,
        expires,
        source,
    } = exception;
    (owner, reason, expires.to_string(), source)
}

fn names(checks: &BTreeSet<&str>, page: &mut Html) {
    let shown: Vec<&str> = checks.iter().take(NAMED).copied().collect();
    page.text(&shown.join(", "));
    let left = checks.len().saturating_sub(NAMED);
    if left > 0 {
        page.raw(" and ").count(left as u64).raw(" more");
    }
}

fn attestations(rows: &[ReportedAttestation], page: &mut Html) {
    if rows.is_empty() {
        return;
    }
    page.raw("<h3>Attestations</h3><p class=\"note\">What no API shows, a person attests. It is never a pass, and no part of scores \
        and coverage.</p><div class=\"wide\"><table><caption class=\"unseen\">Attestations, by row of the baseline</caption><thead><tr>\
        <th scope=\"col\">Row</th><th scope=\"col\">To be attested</th><th scope=\"col\">Standing</th><th scope=\"col\">By</th>\
        <th scope=\"col\">Statement</th><th scope=\"col\">Last day</th></tr></thead><tbody>");
    for row in rows {
        attestation(row, page);
    }
    page.raw("</tbody></table></div>");
}

fn attestation(row: &ReportedAttestation, page: &mut Html) {
    let (mark, words) = match row.status {
        AttestationStatus::Missing => ("none", "not attested"),
        AttestationStatus::Expired => ("medium", "expired"),
        AttestationStatus::NotYet => ("medium", "dated after the scan"),
        AttestationStatus::Attested => ("not_applicable", "attested"),
    };
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    page.raw("<tr><th scope=\"row\" class=\"nowrap\">")
        .text(&row.control)
        .raw("</th><td>")
        .text(&row.question);
    page.raw("</td><td class=\"nowrap\">");
    words::mark(mark, words, page);
    page.raw("</td><td><bdi>")
        .text(&said(&row.by))
        .raw("</bdi></td><td><bdi>")
        .text(&said(&row.statement));
    page.raw("</bdi>");
    if let Some(evidence) = &row.evidence {
        page.raw("<small><bdi>evidence: ")
            .text(evidence)
            .raw("</bdi></small>");
    }
    page.raw("</td><td class=\"nowrap\">")
        .text(&row.expires.map(|day| day.to_string()).unwrap_or_default())
        .raw("</td></tr>");
}

fn more(all: usize, page: &mut Html) {
    let left = all.saturating_sub(ROWS);
    if left > 0 {
        page.raw("<p class=\"note\">")
            .text(&counted(left as u64, "further row"))
            .raw(" stand in the JSON report.</p>");
    }
}
