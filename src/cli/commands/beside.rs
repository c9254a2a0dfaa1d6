//! What the HTML report shows beside the report: the run's snapshot, and earlier runs of the store. Read only when that
//! form is asked for.

use std::fs;

use tripod_archive::Store;
use tripod_assess::Report;
use tripod_model::Snapshot;
use tripod_report::capacity::History;
use tripod_report::html::{Extras, PastRun, Seen};

use crate::output;

/// Earlier runs shown, the latest.
const MOST: usize = 12;

/// Stored runs looked at to find them: a store may hold years of many accounts.
const LOOKED: usize = 60;

/// The extras of a report. An earlier run that cannot be read is left out, with a remark.
pub(crate) fn extras(
    report: &Report,
    snapshot: Option<&Snapshot>,
    store: Option<&Store>,
    quiet: bool,
) -> Extras {
    let mut seen = Seen {
        snapshot,
        ..Seen::default()
    };
    for run in store
        .map(Store::runs)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(LOOKED)
    {
        if seen.runs.len() == MOST {
            break;
        }
        let Some(store) = store.filter(|_| *run != report.run.id) else {
            continue;
        };
        match earlier(store, run, report, &mut seen.addresses) {
            Ok(past) => seen.runs.extend(past),
            Err(why) => output::remark(quiet, &format!("the earlier run {run} is left out: {why}")),
        }
    }
    Extras::of(report, seen)
}

/// An earlier run, where it is one that this report follows.
fn earlier(
    store: &Store,
    run: &str,
    report: &Report,
    addresses: &mut History,
) -> anyhow::Result<Option<PastRun>> {
    let folder = store.open(Some(run))?;
    let past = PastRun::from_json(&fs::read_to_string(folder.report())?)?;
    if !past.precedes(report) {
        return Ok(None);
    }
    // Trends of addresses are made of snapshots; a run without one has its scores all the same.
    if let Ok(text) = fs::read_to_string(folder.snapshot()) {
        addresses.add(run, &text);
    }
    Ok(Some(past))
}
