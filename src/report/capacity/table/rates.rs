//! Concurrency and entries in the table.

use comfy_table::Row;
use comfy_table::presets::ASCII_FULL_CONDENSED;
use tripod_capacity::containment::{Containment, Entry, Verdict};
use tripod_capacity::{Concurrency, Figure};

use super::right;
use crate::capacity::words::{
    counted, cure_of_entry, demand_band, grouped, or, size, tallied, verdict,
};
use crate::table::{Page, cell, lines};

pub(super) fn concurrency(place: &str, known: &Concurrency, page: &mut Page<'_>) {
    if known.functions.is_empty() {
        return;
    }
    page.heading(&format!("CONCURRENCY, {place}"));
    let shown = |figure: &Option<Figure>| or(figure.as_ref(), "not known");
    page.line(&format!(
        "Limit {}: {} reserved, {} unreserved, of which {} are shared on demand; {} kept ready; {} more can be reserved.",
        shown(&known.limit),
        grouped(known.reserved.value),
        shown(&known.unreserved),
        shown(&known.on_demand),
        grouped(known.provisioned.value),
        shown(&known.reservable),
    ));
    let percent = |figure: &Option<Figure>, of: &str| {
        let share = figure.as_ref();
        share.map_or_else(String::new, |it| format!(" ({} %{of})", it.value))
    };
    page.line(&format!(
        "Peak of 30 days: {}{}; of unreserved concurrency: {}{}.",
        shown(&known.peak),
        percent(&known.peak_percent, " of the limit"),
        shown(&known.unreserved_peak),
        percent(&known.unreserved_peak_percent, " of what is unreserved"),
    ));
    let mut functions: Vec<_> = known.functions.iter().collect();
    functions.sort_by_key(|it| {
        let share = it.peak_percent.as_ref().map_or(-1, |share| share.value);
        (-share, &it.name)
    });
    let limit = page.options.limit.unwrap_or(usize::MAX);
    let number =
        |value: Option<i64>, none: &str| right(&value.map_or_else(|| none.to_owned(), grouped));
    let rows = functions.iter().take(limit).map(|it| {
        Row::from(vec![
            cell(&it.name),
            number(it.reserved, "shares"),
            number(Some(it.provisioned), ""),
            right(&or(it.ceiling.as_ref(), "none")),
            right(&format!(
                "{}{}",
                it.peak.map_or_else(|| "not known".to_owned(), grouped),
                percent(&it.peak_percent, "")
            )),
            right(&or(it.seconds_to_ceiling.as_ref(), "none")),
        ])
    });
    let rows = rows.collect();
    page.table(
        ASCII_FULL_CONDENSED,
        &[
            "Function",
            "Reserved",
            "Ready",
            "Ceiling",
            "Peak",
            "Seconds to ceiling",
        ],
        rows,
    );
    left_out(functions.len(), limit, page);
}

fn left_out(all: usize, limit: usize, page: &mut Page<'_>) {
    let more = all.saturating_sub(limit);
    if more > 0 {
        page.line(&format!("{more} more are in the JSON report."));
    }
}

/// The entries to show: those that are not contained, the worst first.
pub(in crate::capacity) fn uncontained(known: &Containment) -> Vec<&Entry> {
    let wanted =
        |entry: &&Entry| !matches!(entry.verdict, Verdict::Contained | Verdict::NoFunction);
    let mut entries: Vec<&Entry> = known.entries.iter().filter(wanted).collect();
    let rank = |verdict| match verdict {
        Verdict::Pool => 0,
        Verdict::OwnFunction => 1,
        _ => 2,
    };
    entries.sort_by_key(|it| {
        let expected = it.demand.as_ref().map(|it| it.expected.as_ref());
        let expected = expected.map_or(0, |it| it.map_or(i64::MAX, |figure| figure.value));
        (rank(it.verdict), -expected, &it.name, &it.arn)
    });
    entries
}

/// How many entries have each verdict, in words.
pub(in crate::capacity) fn tally(known: &Containment) -> String {
    let all = [
        Verdict::Pool,
        Verdict::OwnFunction,
        Verdict::NotAssessed,
        Verdict::Contained,
        Verdict::NoFunction,
    ];
    let counts = all.into_iter().filter_map(|wanted| {
        let number = known
            .entries
            .iter()
            .filter(|it| it.verdict == wanted)
            .count();
        (number > 0).then(|| tallied(size(number), wanted))
    });
    counts.collect::<Vec<_>>().join(", ")
}

pub(super) fn containment(place: &str, known: &Containment, page: &mut Page<'_>) {
    if known.entries.is_empty() {
        return;
    }
    page.heading(&format!("ENTRIES, {place}"));
    let entries = counted(size(known.entries.len()), "entry", "entries");
    page.line(&format!("{entries}: {}.", tally(known)));
    let shown = uncontained(known);
    let limit = page.options.limit.unwrap_or(usize::MAX);
    let rows = shown.iter().take(limit).map(|entry| entry_row(entry));
    let rows: Vec<Row> = rows.collect();
    if !rows.is_empty() {
        page.table(
            ASCII_FULL_CONDENSED,
            &["Entry", "Demand", "Room", "Verdict and cure"],
            rows,
        );
        left_out(shown.len(), limit, page);
        page.line("Demand: executions at once by rate and duration, expected (least to most). Room: what the function has for it.");
    }
    page.line(&format!("Not seen by a scan: {}.", known.unseen.join("; ")));
}

fn entry_row(entry: &Entry) -> Row {
    let function = entry
        .function
        .as_deref()
        .unwrap_or("a function that is not known");
    let name = vec![entry.name.clone(), format!("  to {function}")];
    let room = entry.room.as_ref().map(|it| &it.room);
    let mut says = vec![verdict(entry.verdict).to_owned()];
    if entry.takes_down > 0 {
        let taken = counted(entry.takes_down, "function", "functions");
        says[0] = format!("{}, {taken} with it", says[0]);
    }
    let cure = entry.cures.first();
    says.extend(cure.map(cure_of_entry));
    Row::from(vec![
        lines(&name),
        right(&demand_band(entry)),
        right(&or(room, "not known")),
        lines(&says),
    ])
}
