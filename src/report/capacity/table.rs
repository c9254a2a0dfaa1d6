//! The report for a person at a terminal: what fails first and where, then the figures, then what was assumed.

mod rates;

use anstyle::Style;
use comfy_table::presets::{ASCII_FULL_CONDENSED, NOTHING};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};
use tripod_capacity::WhatIf;
use tripod_capacity::addresses::{
    RegionAddresses, Scenario, SubnetAddresses, Supply, VpcAddresses,
};
use tripod_capacity::quotas::QuotaUse;
use tripod_capacity::trend::Trend;
use tripod_model::RegionStatus;

use super::first::{Shown, When, alarm};
use super::report::{AccountCapacity, Answer, CapacityReport, RegionCapacity};
use super::words::{
    band, basis, counted, grouped, least_left, left, listed, named, or, quota_name, rate, size,
    trend_words, when_words,
};
pub(super) use rates::{tally, uncontained};

use crate::Options;
use crate::table::{Page, cell, lines};

/// From here on there is room for who holds a subnet's addresses, and for cures beside entries.
const WIDE: u16 = 100;

/// What is said where nothing fails.
pub(super) const NOTHING_SHORT: &str = "Nothing that could be reckoned runs short in any scenario; what was not seen stands further down.";

/// Room for the id of a subnet, and what stands around it.
const ID_WIDTH: u16 = 28;

/// Inputs named of those that are missing for one reason.
const INPUTS: usize = 3;

/// The report as text, no line longer than the width wherever words can be parted.
pub fn table(report: &CapacityReport, options: &Options) -> String {
    let mut page = Page {
        text: String::new(),
        options,
    };
    head(report, &mut page);
    first(report, &mut page);
    changes(report, &mut page);
    for (account, region) in report.regions() {
        of_region(report, account, region, &mut page);
    }
    for account in &report.accounts {
        let place = place(report, account, "IAM");
        quotas(&place, &account.quotas.rows, &mut page);
    }
    not_seen(report, &mut page);
    assumptions(report, &mut page);
    page.text
}

fn right(text: &str) -> Cell {
    cell(text).set_alignment(CellAlignment::Right)
}

fn head(report: &CapacityReport, page: &mut Page<'_>) {
    let run = &report.run;
    page.line_with(
        Style::new().bold(),
        &format!("Tripod {}", report.tool.version),
        &format!(
            ", capacity by run {}, observed {}",
            run.id,
            run.observed.strftime("%Y-%m-%dT%H:%M:%SZ")
        ),
    );
    for account in &report.accounts {
        let of = |wanted: bool| {
            let regions = account.regions.iter();
            let regions = regions.filter(|it| (it.status == RegionStatus::Disabled) != wanted);
            regions.map(|it| it.name.to_string()).collect::<Vec<_>>()
        };
        let (enabled, disabled) = (of(true), of(false));
        let off = match disabled.as_slice() {
            [] => String::new(),
            off => format!("; not enabled: {}", off.join(", ")),
        };
        page.line(&format!(
            "Account {}: {}{off}",
            account.id,
            enabled.join(", ")
        ));
    }
    if let Some(stopped) = run.stopped {
        page.line(&format!(
            "Incomplete: {stopped}; this is by what was read until then"
        ));
    }
    if let Some(endpoint) = &run.endpoint {
        page.line(&format!("The endpoint is not AWS: {endpoint}"));
    }
    for line in supposed(&report.what_if) {
        page.line(&format!("Supposed: {line}"));
    }
}

/// The suppositions in words.
pub(super) fn supposed(what_if: &WhatIf) -> Vec<String> {
    let mut all = Vec::new();
    for (name, executions) in &what_if.concurrency {
        let executions = grouped(*executions);
        all.push(format!(
            "{name} runs {executions} at once; addresses follow from it"
        ));
    }
    if what_if.add_functions > 0 {
        let added = i64::from(what_if.add_functions);
        let how = if what_if.new_security_group {
            "each with a set of security groups of its own"
        } else {
            "with security groups that are in use already, which asks for no interface"
        };
        all.push(format!(
            "{} in every subnet that functions use, {how}",
            counted(added, "more function", "more functions")
        ));
    }
    for zone in &what_if.lose_zones {
        all.push(format!("zone {zone} is lost, in every scenario but 'now'"));
    }
    for it in &what_if.throttles {
        all.push(format!(
            "{} at {} of {} is throttled to {} with a burst of {}",
            if it.method == "*" {
                "every method"
            } else {
                &it.method
            },
            it.stage,
            it.api,
            rate(it.rate),
            grouped(it.burst)
        ));
    }
    for (name, executions) in &what_if.reserved {
        all.push(format!(
            "{name} reserves {} executions",
            grouped(*executions)
        ));
    }
    all
}

/// The region, with the account where there are several.
pub(super) fn place(report: &CapacityReport, account: &AccountCapacity, region: &str) -> String {
    if report.accounts.len() > 1 {
        format!("{region} of {}", account.id)
    } else {
        region.to_owned()
    }
}

fn first(report: &CapacityReport, page: &mut Page<'_>) {
    page.heading("WHAT FAILS FIRST");
    if report.first.is_empty() {
        page.line(if report.is_blind() {
            "Nothing could be reckoned, so nothing is known to suffice."
        } else {
            NOTHING_SHORT
        });
    }
    let limit = page.options.limit.unwrap_or(usize::MAX);
    for (number, trouble) in (1..).zip(report.first.iter().take(limit)) {
        let region = trouble
            .region
            .as_ref()
            .map_or("the account", |it| it.as_str());
        let region = match report.accounts.len() {
            0 | 1 => region.to_owned(),
            _ => format!("{region} of {}", trouble.account),
        };
        let style = match trouble.when {
            When::Now | When::AtPeak => Style::new().bold().underline(),
            _ => Style::new().bold(),
        };
        page.blank();
        page.line_with(
            style,
            &format!("{number}. {}", when_words(&trouble.when)),
            &format!(", {region}"),
        );
        let mut rows = vec![Row::from(vec![cell(""), cell(&trouble.says)])];
        let mut add = |label: &str, text: &str| rows.push(Row::from(vec![cell(label), cell(text)]));
        if !trouble.stops.is_empty() {
            add("stops", &listed(&trouble.stops));
        }
        match trouble.shows.as_slice() {
            [] => {}
            [one] => add("shows", &one.long()),
            several => {
                let several: Vec<String> = several.iter().map(Shown::short).collect();
                add("shows", &several.join("; "));
            }
        }
        for cure in &trouble.cures {
            add("cure", cure);
        }
        page.table(NOTHING, &[], rows);
    }
    let more = report.first.len().saturating_sub(limit);
    if more > 0 {
        page.line(&format!("{more} more are in the JSON report."));
    }
}

fn changes(report: &CapacityReport, page: &mut Page<'_>) {
    let Some(changes) = &report.changes else {
        return;
    };
    page.heading("WHAT THE SUPPOSITIONS CHANGE");
    if changes.is_empty() {
        page.line("Nothing of what fails first.");
    }
    let rows = changes.iter().map(|change| {
        let said = |text: &Option<String>| cell(text.as_deref().unwrap_or("nothing to say"));
        Row::from(vec![said(&change.before), said(&change.after)])
    });
    if !changes.is_empty() {
        page.table(ASCII_FULL_CONDENSED, &["Without", "With"], rows.collect());
    }
}

fn of_region(
    report: &CapacityReport,
    account: &AccountCapacity,
    region: &RegionCapacity,
    page: &mut Page<'_>,
) {
    if region.status == RegionStatus::Disabled {
        return;
    }
    let place = place(report, account, region.name.as_str());
    match &region.addresses {
        Answer::Known(known) if known.subnets.is_empty() => {
            page.heading(&format!("ADDRESSES, {place}"));
            page.line("No function, capacity provider or connector uses a subnet.");
        }
        Answer::Known(known) => {
            page.heading(&format!("ADDRESSES, {place}"));
            subnets(known, page);
            scenarios(known, page);
            interfaces(known, page);
            trends(report, region, known, page);
        }
        Answer::NotAssessed(_) => unread(&format!("ADDRESSES, {place}"), page),
    }
    match &region.concurrency {
        Answer::Known(known) => rates::concurrency(&place, known, page),
        Answer::NotAssessed(_) => unread(&format!("CONCURRENCY, {place}"), page),
    }
    match &region.containment {
        Answer::Known(known) => rates::containment(&place, known, page),
        Answer::NotAssessed(_) => unread(&format!("ENTRIES, {place}"), page),
    }
    quotas(&place, &region.quotas.rows, page);
}

fn unread(heading: &str, page: &mut Page<'_>) {
    page.heading(heading);
    page.line("Not assessed: the list of functions was not read; the reason is below.");
}

fn subnets(known: &RegionAddresses, page: &mut Page<'_>) {
    let wide = page.options.width >= WIDE;
    let row = |subnet: &SubnetAddresses| {
        let id = &subnet.subnet_id;
        let zone = subnet.availability_zone.as_ref();
        let zone = zone.or(subnet.availability_zone_id.as_ref());
        let zone = zone.map_or("zone not known", String::as_str);
        let name = match &subnet.name {
            Some(name) if wide => vec![format!("{name}, {zone}"), format!("  {id}")],
            None if wide => vec![id.clone(), format!("  {zone}")],
            name => vec![name.as_ref().unwrap_or(id).clone()],
        };
        let mut row = Row::from(vec![lines(&name)]);
        let supply = subnet.supply.known().ok();
        row.add_cell(right(&supply.map_or_else(
            || "not known".to_owned(),
            |it| format!("{} of {}", grouped(it.free.value), grouped(it.usable.value)),
        )));
        if wide {
            let lambda = supply.and_then(|it| it.held_by_lambda.as_ref());
            row.add_cell(right(&or(lambda, "not known")));
            let others = supply.and_then(held_by_others);
            row.add_cell(right(
                &others.map_or_else(|| "not known".to_owned(), grouped),
            ));
        }
        for scenario in [Scenario::ObservedPeak, Scenario::AccountLimit] {
            row.add_cell(right(&left(subnet, &scenario)));
        }
        row.add_cell(cell(&least_left(subnet)));
        row
    };
    let header: &[&str] = if wide {
        &[
            "Subnet",
            "Free",
            "Lambda",
            "Others",
            "Left at peak",
            "Left at limit",
            "Least left",
        ]
    } else {
        &[
            "Subnet",
            "Free",
            "Left at peak",
            "Left at limit",
            "Least left",
        ]
    };
    let mut table = Table::new();
    table
        .load_style(ASCII_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(page.options.width)
        .set_header(header.to_vec())
        .add_rows(known.subnets.iter().map(row));
    if let Some(column) = table.column_mut(0).filter(|_| wide) {
        // An id that is parted cannot be copied.
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(ID_WIDTH)));
    }
    page.push_table(&table);
    page.line(
        "Left: free addresses less what Lambda would add, expected (worst to best); below zero they do not suffice.",
    );
}

/// Addresses that Lambda does not hold, whether or not it is seen who does.
fn held_by_others(supply: &Supply) -> Option<i64> {
    let (others, unseen) = (&supply.held_by_others, &supply.unexplained);
    Some(others.as_ref()?.value + unseen.as_ref().map_or(0, |it| it.value))
}

fn scenarios(known: &RegionAddresses, page: &mut Page<'_>) {
    let rows = known.scenarios.iter().map(|it| {
        let sums = &it.sums;
        let fails = match &it.first_failure {
            None if sums.need.is_none() => "not assessed".to_owned(),
            None => "nothing".to_owned(),
            Some(failure) if failure.expected => {
                let place = named(known, &failure.place);
                format!("{place}: {}", listed(&failure.stops))
            }
            Some(failure) => format!("{}, in the high case", named(known, &failure.place)),
        };
        let need = sums
            .need
            .as_ref()
            .map_or_else(|| "not known".to_owned(), band);
        Row::from(vec![
            cell(&sums.scenario.title()),
            right(&need),
            cell(&fails),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    page.blank();
    page.table(
        ASCII_FULL_CONDENSED,
        &["Scenario", "Addresses needed", "Fails first"],
        rows,
    );
    page.line("The bound of the model before September 2019, an address for each execution, is in the JSON report.");
}

fn interfaces(known: &RegionAddresses, page: &mut Page<'_>) {
    let of_vpc = |vpc: &VpcAddresses| {
        let name = vpc.name.as_deref().unwrap_or(&vpc.vpc_id);
        let used = vpc.limit.known().ok()?;
        let need = |scenario: &Scenario| {
            let found = used.iter().find(|it| &it.scenario == scenario)?;
            Some((band(&found.need), found.quota.value, found.basis))
        };
        let (now, quota, said) = need(&Scenario::Now)?;
        let (limit, ..) = need(&Scenario::AccountLimit)?;
        Some(format!(
            "{name}: {now} interfaces now, {limit} at the account's limit, of a quota of {} ({}).",
            grouped(quota),
            basis(said)
        ))
    };
    for vpc in &known.vpcs {
        let not_known = || {
            let name = vpc.name.as_deref().unwrap_or(&vpc.vpc_id);
            format!("{name}: interfaces against the quota are not assessed.")
        };
        page.line(&of_vpc(vpc).unwrap_or_else(not_known));
    }
}

fn trends(
    report: &CapacityReport,
    region: &RegionCapacity,
    known: &RegionAddresses,
    page: &mut Page<'_>,
) {
    let older = match report.history.left_out {
        0 => String::new(),
        runs => format!(" {} older were not read.", grouped(size(runs))),
    };
    let rows: Vec<Row> = known
        .subnets
        .iter()
        .filter_map(|subnet| {
            let trend = region.trends.get(&subnet.subnet_id)?;
            let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
            let told = !matches!(trend, Trend::Unknown { .. });
            told.then(|| Row::from(vec![cell(name), cell(&trend_words(trend))]))
        })
        .collect();
    if rows.is_empty() {
        let unknown = region.trends.values().find_map(|trend| match trend {
            Trend::Unknown { points, needed } => Some((*points, *needed)),
            _ => None,
        });
        let (points, needed) = unknown.unwrap_or((0, tripod_capacity::trend::FEWEST_POINTS));
        page.line(&format!(
            "Trend: unknown. It takes {needed} runs at different times, and there are {points}.{older}"
        ));
        return;
    }
    page.blank();
    page.table(
        ASCII_FULL_CONDENSED,
        &["Subnet", "Trend of free addresses"],
        rows,
    );
    let runs = counted(size(report.history.runs.len()), "stored run", "stored runs");
    page.line(&format!("By this snapshot and {runs}.{older}"));
}

/// Quotas with a use, the fullest first; the others are counted.
pub(super) fn in_use(rows: &[QuotaUse]) -> (Vec<&QuotaUse>, usize) {
    let used = |row: &&QuotaUse| row.used.as_ref().is_some_and(|it| it.value > 0);
    let mut shown: Vec<&QuotaUse> = rows.iter().filter(used).collect();
    shown.sort_by_key(|row| -row.share_percent.as_ref().map_or(-1, |it| it.value));
    let unknown = rows.iter().filter(|row| row.used.is_none()).count();
    (shown, unknown)
}

fn quotas(place: &str, rows: &[QuotaUse], page: &mut Page<'_>) {
    let (shown, unknown) = in_use(rows);
    if shown.is_empty() {
        return;
    }
    page.heading(&format!("QUOTAS, {place}"));
    let rows = shown.iter().map(|row| {
        let limit = row.limit.map_or_else(
            || "not known".to_owned(),
            |it| format!("{}{}", grouped(it.value), default_mark(it.basis)),
        );
        let name = if place.starts_with(&row.scope) || row.scope == "account" {
            quota_name(row)
        } else {
            format!("{} of {}", quota_name(row), row.scope)
        };
        let share = row.share_percent.as_ref();
        let share = share.map_or_else(|| "not known".to_owned(), |it| format!("{} %", it.value));
        Row::from(vec![
            cell(&name),
            right(&or(row.used.as_ref(), "not known")),
            right(&limit),
            right(&share),
            cell(&alarm(&row.alarm)),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    page.table(
        ASCII_FULL_CONDENSED,
        &["Quota", "In use", "Limit", "Share", "Alarm"],
        rows,
    );
    if shown.iter().any(|row| {
        row.limit
            .is_some_and(|it| !default_mark(it.basis).is_empty())
    }) {
        page.line("* AWS's default: Service Quotas listed no value for the account.");
    }
    if unknown > 0 {
        page.line(&format!(
            "The use of {} is not known.",
            counted(size(unknown), "quota", "quotas")
        ));
    }
}

pub(super) fn default_mark(basis: tripod_capacity::quotas::Basis) -> &'static str {
    match basis {
        tripod_capacity::quotas::Basis::Default => " *",
        _ => "",
    }
}

fn not_seen(report: &CapacityReport, page: &mut Page<'_>) {
    if report.regions().all(|(_, region)| region.gaps.is_empty())
        && report.history.skipped.is_empty()
    {
        return;
    }
    page.heading("WHAT WAS NOT SEEN");
    for (account, region) in report.regions() {
        let place = place(report, account, region.name.as_str());
        let rows = region.gaps.iter().map(|gap| {
            let (inputs, why) = (inputs_words(&gap.inputs), cause_words(gap.cause.as_ref()));
            Row::from(vec![
                cell(&place),
                lines(&[inputs, format!("because {why}; {}", gap.effect)]),
            ])
        });
        let rows: Vec<Row> = rows.collect();
        if !rows.is_empty() {
            page.table(NOTHING, &[], rows);
        }
    }
    for skipped in &report.history.skipped {
        page.line(&format!(
            "Run {} is not in the trend: {}",
            skipped.run, skipped.error
        ));
    }
}

/// Some of the inputs, and how many more.
pub(super) fn inputs_words(inputs: &[String]) -> String {
    match inputs.get(INPUTS..) {
        Some(more) if !more.is_empty() => {
            format!("{} and {} more", inputs[..INPUTS].join("; "), more.len())
        }
        _ => inputs.join("; "),
    }
}

/// Why, and the permission that cures it.
pub(super) fn cause_words(cause: Option<&tripod_model::Cause>) -> String {
    match cause {
        None => "AWS has none".to_owned(),
        Some(cause) => match &cause.permission {
            Some(permission) => format!("{}, cure: allow {permission}", cause.text()),
            None => cause.text(),
        },
    }
}

fn assumptions(report: &CapacityReport, page: &mut Page<'_>) {
    page.heading("WHAT WAS ASSUMED");
    let rows = report.assumptions.iter().map(|it| {
        let mark = if it.changed { " (changed)" } else { "" };
        let mut meaning = vec![it.meaning.to_owned()];
        let by = it.option.map(|option| format!("  change it by {option}"));
        meaning.extend(by);
        Row::from(vec![
            right(&format!("{}{mark}", grouped(it.value))),
            lines(&meaning),
        ])
    });
    page.table(NOTHING, &[], rows.collect());
    page.line("Every figure with formula, inputs and source: tripod capacity --format json. How they are made: docs/reference/capacity.md.");
}
