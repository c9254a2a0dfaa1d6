//! What failed, put together as the reader asks.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;
use comfy_table::Row;
use comfy_table::presets::ASCII_FULL;
use tripod_assess::{Report, is_own, weight};
use tripod_checks::Check;
use tripod_model::{Finding, Outcome, Pillar, ResourceRef, Severity};

use super::{Page, cell, counted, lines, size, style_of, title_case};
use crate::{GroupBy, about, plain};

pub(super) fn failures(report: &Report, page: &mut Page) {
    if report.failed().next().is_none() {
        page.blank();
        page.line(if report.coverage().assessed == 0 {
            "Nothing could be assessed, so nothing is known to be in order."
        } else {
            "Nothing that could be assessed failed."
        });
        return;
    }
    match page.options.group_by {
        GroupBy::Resource => by_resource(report, page),
        group_by => by_check(report, group_by, page),
    }
}

/// Under which heading a failure stands. Tripod's own checks are about no part of an account, and come last.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Leg(Pillar),
    Level(Reverse<Severity>),
    Named(String),
    Settings,
}

impl Heading {
    /// A report of another version may name a check unknown to this one: its impact and its id tell.
    fn of(finding: &Finding, group_by: GroupBy) -> Self {
        if is_own(&finding.check) {
            return Self::Settings;
        }
        let known = tripod_checks::find(&finding.check);
        match group_by {
            GroupBy::Check | GroupBy::Resource => {
                Self::Leg(known.map_or_else(|| finding.impact.worst_pillar(), Check::pillar))
            }
            GroupBy::Severity => Self::Level(Reverse(finding.severity)),
            GroupBy::Service => Self::Named(known.map_or_else(
                || {
                    finding
                        .check
                        .split('-')
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                },
                |check| check.service.as_str().to_owned(),
            )),
            GroupBy::Account => Self::Named(finding.resource.account.to_string()),
            GroupBy::Region => Self::Named(finding.resource.region.to_string()),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Leg(pillar) => title_case(*pillar).to_uppercase(),
            Self::Level(Reverse(severity)) => severity.as_str().to_uppercase(),
            Self::Named(name) => name.clone(),
            Self::Settings => "SETTINGS".to_owned(),
        }
    }

    /// The part of the account that outcomes are counted in; the whole of it where the heading names none.
    fn part(&self, group_by: GroupBy) -> &str {
        match self {
            Self::Named(name) if matches!(group_by, GroupBy::Account | GroupBy::Region) => name,
            _ => "",
        }
    }
}

fn by_check(report: &Report, group_by: GroupBy, page: &mut Page) {
    let mut groups: BTreeMap<(Heading, Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    let mut assessed: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for finding in &report.findings {
        if !matches!(finding.outcome, Outcome::Pass | Outcome::Fail) {
            continue;
        }
        let heading = Heading::of(finding, group_by);
        let part = heading.part(group_by).to_owned();
        *assessed.entry((part, &*finding.check)).or_default() += 1;
        if finding.outcome == Outcome::Fail {
            let key = (heading, Reverse(finding.severity), &*finding.check);
            groups.entry(key).or_default().push(finding);
        }
    }
    let mut shown = None;
    for ((heading, Reverse(severity), check), findings) in groups {
        let part = heading.part(group_by).to_owned();
        if shown.as_ref() != Some(&heading) {
            page.heading(&heading.text());
            shown = Some(heading);
        }
        let of = assessed.get(&(part, check)).copied().unwrap_or_default();
        check_failed(report, check, severity, &findings, of, page);
    }
}

/// What failed on one resource.
struct Failing<'r> {
    resource: &'r ResourceRef,
    /// Of the failures that no exception covers.
    weight: u64,
    worst: Severity,
    findings: Vec<&'r Finding>,
}

/// The resources that fail, the most pressing first: by the worst open failure, then by the weight of all.
fn failing(report: &Report) -> Vec<Failing<'_>> {
    let mut groups: BTreeMap<&ResourceRef, Failing<'_>> = BTreeMap::new();
    for finding in report.failed() {
        let group = groups.entry(&finding.resource).or_insert_with(|| Failing {
            resource: &finding.resource,
            weight: 0,
            worst: Severity::None,
            findings: Vec::new(),
        });
        if finding.exception.is_none() {
            group.weight += weight(finding.severity);
            group.worst = group.worst.max(finding.severity);
        }
        group.findings.push(finding);
    }
    let mut failing: Vec<Failing<'_>> = groups.into_values().collect();
    failing.sort_by_key(|group| (Reverse(group.worst), Reverse(group.weight)));
    for group in &mut failing {
        group
            .findings
            .sort_by_key(|finding| Reverse(finding.severity));
    }
    failing
}

fn by_resource(report: &Report, page: &mut Page) {
    let several_accounts = report.run.accounts.len() > 1;
    let failing = failing(report);
    page.heading("RESOURCES THAT FAIL");
    page.line(&format!(
        "{}, the most pressing first.",
        counted(size(failing.len()), "resource")
    ));
    let limit = page.options.limit.unwrap_or(usize::MAX);
    for group in failing.iter().take(limit) {
        let resource = group.resource;
        page.blank();
        page.line_with(
            style_of(group.worst),
            &resource.name,
            &format!(", {}, {}", resource.kind, place(resource, several_accounts)),
        );
        page.line_with(Style::new(), &resource.arn, "");
        let row = |finding: &&Finding| {
            Row::from(vec![
                cell(finding.severity.as_str()),
                cell(&finding.check),
                cell(&said(finding)),
            ])
        };
        let rows = group.findings.iter().map(row).collect();
        page.table(ASCII_FULL, &["Severity", "Check", "Reason"], rows);
    }
    let left_out = failing.len().saturating_sub(limit);
    if left_out > 0 {
        page.blank();
        page.line(&format!(
            "{} more: --wide shows them, and the JSON report has them.",
            counted(size(left_out), "resource")
        ));
    }
    page.blank();
    page.line("How to mend a failure: tripod explain CHECK");
}

/// The reason of a failure, with the exception that covers it.
fn said(finding: &Finding) -> Cow<'_, str> {
    match about::accepted(finding) {
        Some(accepted) => format!("{} (accepted: {})", finding.message, accepted.text).into(),
        None => Cow::Borrowed(&*finding.message),
    }
}

fn check_failed(
    report: &Report,
    check: &str,
    severity: Severity,
    findings: &[&Finding],
    assessed: usize,
    page: &mut Page,
) {
    let title = about::title(report, check);
    page.blank();
    page.line_with(style_of(severity), severity.as_str(), &format!(": {title}"));
    let accepted = findings.iter().filter(|it| it.exception.is_some()).count();
    let accepted = match accepted {
        0 => String::new(),
        count => format!("; {count} accepted by an exception"),
    };
    page.line(&format!(
        "{check} fails on {} of {} assessed{accepted}",
        findings.len(),
        counted(size(assessed), "resource")
    ));
    let limit = page.options.limit.unwrap_or(usize::MAX);
    let rows = reasons(report, findings, limit, page.options.arns);
    page.table(ASCII_FULL, &["Resource", "Region", "Reason"], rows);
    let left_out = findings.len().saturating_sub(limit);
    if left_out > 0 {
        page.line(&format!(
            "{left_out} more: --wide shows them, and the JSON report has them."
        ));
    }
    page.line(&format!("How to mend it: tripod explain {check}"));
}

/// One row for every reason and region, with the names of the resources it holds for: what forty
/// resources share is said once.
fn reasons(report: &Report, findings: &[&Finding], limit: usize, arns: bool) -> Vec<Row> {
    let several_accounts = report.run.accounts.len() > 1;
    let ambiguous = ambiguous_names(findings);
    let mut rows: Vec<(String, Cow<'_, str>, Vec<String>)> = Vec::new();
    for finding in findings.iter().take(limit) {
        let resource = &finding.resource;
        let place = place(resource, several_accounts);
        let reason = said(finding);
        let mut names = vec![resource.name.clone()];
        if arns || ambiguous.contains(&name_key(resource)) {
            names.push(format!("  {}", resource.arn));
        }
        let known = rows
            .iter_mut()
            .find(|(other, said, _)| *other == place && *said == reason);
        match known {
            Some((_, _, listed)) => listed.append(&mut names),
            None => rows.push((place, reason, names)),
        }
    }
    rows.into_iter()
        .map(|(place, reason, names)| Row::from(vec![lines(&names), cell(&place), cell(&reason)]))
        .collect()
}

/// What a reader sees of a resource without its ARN, after stripping: stripped names may collide too.
fn name_key(resource: &ResourceRef) -> (String, String, String) {
    (
        resource.account.to_string(),
        resource.region.to_string(),
        plain(&resource.name),
    )
}

fn ambiguous_names(findings: &[&Finding]) -> BTreeSet<(String, String, String)> {
    let mut seen = BTreeSet::new();
    findings
        .iter()
        .map(|finding| name_key(&finding.resource))
        .filter(|key| !seen.insert(key.clone()))
        .collect()
}

fn place(resource: &ResourceRef, several_accounts: bool) -> String {
    if several_accounts {
        format!("{} {}", resource.account, resource.region)
    } else {
        resource.region.to_string()
    }
}
