//! Capacity as a section of the report's page: what fails first, and the pictures of the worst places. Every figure
//! with its formula stands in the page of its own, [`super::html`].

use tripod_capacity::Concurrency;
use tripod_capacity::addresses::{RegionAddresses, SubnetAddresses};
use tripod_capacity::trend::Trend;
use tripod_model::RegionStatus;

use super::charts;
use super::first::Trouble;
use super::report::{AccountCapacity, CapacityReport, RegionCapacity};
use super::table::{NOTHING_SHORT, cause_words, in_use, inputs_words, place, tally, uncontained};
use super::words::{counted, least, listed, size, trend_words, when_words};
use crate::html::{Part, Section};

/// Troubles listed; of more, how many.
const TROUBLES: usize = 10;
/// Regions shown; of more, how many.
const REGIONS: usize = 6;
/// Subnets drawn in one region.
const SUBNETS: usize = 4;
/// Entries drawn in one region.
const ENTRIES: usize = 12;
/// Quotas drawn in one region.
const QUOTAS: usize = 10;
/// Missing inputs listed.
const GAPS: usize = 12;

/// The section of the page.
pub(crate) fn section(report: &CapacityReport) -> Section {
    let mut parts = vec![Part::Text(
        "What the configuration can ask of the account, against what the account has. 'tripod capacity' shows every \
         figure with its formula, and what changes if something is supposed."
            .to_owned(),
    )];
    first(report, &mut parts);
    regions(report, &mut parts);
    for account in &report.accounts {
        let (shown, _) = in_use(&account.quotas.rows);
        let title = format!("Quotas of IAM, account {}", account.id);
        let shown = &shown[..shown.len().min(QUOTAS)];
        if let Some(drawn) = charts::quotas(shown) {
            parts.push(Part::folded(title.clone(), vec![pictured(&title, &drawn)]));
        }
    }
    not_seen(report, &mut parts);
    Section {
        id: "capacity",
        link: "Capacity",
        title: "Capacity".to_owned(),
        parts,
    }
}

fn pictured(title: &str, svg: &str) -> Part {
    Part::picture(title, svg, charts::STYLE)
}

fn first(report: &CapacityReport, parts: &mut Vec<Part>) {
    if report.first.is_empty() {
        let says = if report.is_blind() {
            "Nothing could be reckoned, so nothing is known to suffice."
        } else {
            NOTHING_SHORT
        };
        parts.push(Part::Text(says.to_owned()));
        return;
    }
    let rows = report.first.iter().take(TROUBLES);
    parts.push(Part::Table {
        caption: "What fails first, the most urgent first".to_owned(),
        header: ["When", "Where", "What", "Stops", "Cure"]
            .map(str::to_owned)
            .into(),
        rows: rows.map(|it| row(report, it)).collect(),
    });
    more(report.first.len(), TROUBLES, parts);
}

fn row(report: &CapacityReport, trouble: &Trouble) -> Vec<String> {
    let region = trouble
        .region
        .as_ref()
        .map_or("the account", |it| it.as_str());
    let place = match report.accounts.len() {
        0 | 1 => region.to_owned(),
        _ => format!("{region} of {}", trouble.account),
    };
    let cure = trouble.cures.first().cloned().unwrap_or_default();
    let stops = listed(&trouble.stops);
    vec![
        when_words(&trouble.when),
        place,
        trouble.says.clone(),
        stops,
        cure,
    ]
}

fn more(all: usize, shown: usize, parts: &mut Vec<Part>) {
    let left = all.saturating_sub(shown);
    if left > 0 {
        parts.push(Part::Text(format!(
            "{left} more are not shown; 'tripod capacity' has them all."
        )));
    }
}

/// Regions with something to draw, those with troubles first, the first of them open.
fn regions(report: &CapacityReport, parts: &mut Vec<Part>) {
    let troubles = |account: &AccountCapacity, region: &RegionCapacity| {
        let of =
            |it: &&Trouble| it.account == account.id && it.region.as_ref() == Some(&region.name);
        report.first.iter().filter(of).count()
    };
    let mut drawn: Vec<(usize, String, Vec<Part>)> = report
        .regions()
        .filter(|(_, region)| region.status != RegionStatus::Disabled)
        .map(|(account, region)| {
            let name = place(report, account, region.name.as_str());
            (troubles(account, region), name, of_region(region))
        })
        .filter(|(_, _, parts)| !parts.is_empty())
        .collect();
    drawn.sort_by_key(|(troubles, _, _)| std::cmp::Reverse(*troubles));
    let all = drawn.len();
    for (troubles, name, within) in drawn.into_iter().take(REGIONS) {
        let says = match troubles {
            0 => "nothing fails first here".to_owned(),
            some => counted(size(some), "thing fails", "things fail"),
        };
        parts.push(Part::folded(format!("{name}: {says}"), within));
    }
    if all > REGIONS {
        let left = all - REGIONS;
        parts.push(Part::Text(format!(
            "{left} more regions are not drawn; 'tripod capacity' has them all."
        )));
    }
}

fn of_region(region: &RegionCapacity) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(known) = region.concurrency.known() {
        concurrency(known, &mut parts);
    }
    if let Some(known) = region.addresses.known() {
        addresses(known, &mut parts);
        trends(region, known, &mut parts);
    }
    if let Some(known) = region.containment.known()
        && !known.entries.is_empty()
    {
        let all = uncontained(known);
        let shown = &all[..all.len().min(ENTRIES)];
        parts.push(Part::Heading("Entries: what each can ask for".to_owned()));
        parts.push(Part::Text(format!("{}.", tally(known))));
        if let Some(drawn) = charts::demand(shown) {
            parts.push(Part::Text(
                "The dot is the expected demand in executions at once, the line goes from the least to the most, the \
                 upright line is the room that the function has."
                    .to_owned(),
            ));
            parts.push(pictured("What entries ask for", &drawn));
        }
        more(all.len(), ENTRIES, &mut parts);
    }
    let (rows, _) = in_use(&region.quotas.rows);
    let shown = &rows[..rows.len().min(QUOTAS)];
    if let Some(drawn) = charts::quotas(shown) {
        parts.push(Part::Heading("Quotas in use".to_owned()));
        parts.push(pictured("Quotas in use", &drawn));
        more(rows.len(), QUOTAS, &mut parts);
    }
    parts
}

fn concurrency(known: &Concurrency, parts: &mut Vec<Part>) {
    if known.functions.is_empty() {
        return;
    }
    if let Some(drawn) = charts::concurrency(known) {
        parts.push(Part::Heading("Executions at once".to_owned()));
        parts.push(pictured("Executions at once", &drawn));
    }
}

/// The subnets with the least left.
fn addresses(known: &RegionAddresses, parts: &mut Vec<Part>) {
    let left = |subnet: &SubnetAddresses| {
        least(subnet).map_or(i64::MAX, |(_, it)| it.headroom.expected.value)
    };
    let mut subnets: Vec<&SubnetAddresses> = known.subnets.iter().collect();
    subnets.sort_by_key(|subnet| (left(subnet), &subnet.subnet_id));
    let drawn = subnets.iter().take(SUBNETS);
    let drawn: Vec<Part> = drawn
        .filter_map(|subnet| {
            let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
            let title = format!("Addresses of {name}");
            Some([
                Part::Text(title.clone()),
                pictured(&title, &charts::addresses(subnet)?),
            ])
        })
        .flatten()
        .collect();
    if drawn.is_empty() {
        return;
    }
    parts.push(Part::Heading("Addresses of subnets".to_owned()));
    parts.push(pictured(
        "What the colours of addresses mean",
        &charts::legend(),
    ));
    parts.extend(drawn);
    more(subnets.len(), SUBNETS, parts);
}

fn trends(region: &RegionCapacity, known: &RegionAddresses, parts: &mut Vec<Part>) {
    let rows = known.subnets.iter().filter_map(|subnet| {
        let trend = region.trends.get(&subnet.subnet_id)?;
        let name = subnet.name.as_ref().unwrap_or(&subnet.subnet_id);
        let told = !matches!(trend, Trend::Unknown { .. });
        told.then(|| vec![name.clone(), trend_words(trend)])
    });
    let rows: Vec<Vec<String>> = rows.take(TROUBLES).collect();
    if !rows.is_empty() {
        parts.push(Part::Table {
            caption: "Where free addresses go, by stored runs".to_owned(),
            header: ["Subnet", "Trend"].map(str::to_owned).into(),
            rows,
        });
    }
}

fn not_seen(report: &CapacityReport, parts: &mut Vec<Part>) {
    let rows = report.regions().flat_map(|(account, region)| {
        region.gaps.iter().map(move |gap| {
            vec![
                place(report, account, region.name.as_str()),
                inputs_words(&gap.inputs),
                cause_words(gap.cause.as_ref()),
                gap.effect.clone(),
            ]
        })
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let all = rows.len();
    let mut within = vec![Part::Table {
        caption: "Inputs that are missing".to_owned(),
        header: ["Where", "Missing", "Why", "What it does to the figures"]
            .map(str::to_owned)
            .into(),
        rows: rows.into_iter().take(GAPS).collect(),
    }];
    more(all, GAPS, &mut within);
    parts.push(Part::folded(
        "What was not seen of capacity".to_owned(),
        within,
    ));
}
