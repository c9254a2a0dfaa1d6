//! What the last kept run of an account cost.

use std::fs;

use jiff::Timestamp;
use serde::Serialize;
use tripod_archive::{RunFolder, Store};
use tripod_assess::Report;
use tripod_model::{AccountId, RegionStatus};

use crate::args::StoreArgs;
use crate::paths;

/// Reports looked at, the latest first. A store may hold years of many accounts.
const MOST: usize = 20;

/// A run that came to its end.
#[derive(Debug, Serialize)]
pub(super) struct LastRun {
    pub(super) id: String,
    pub(super) started: Timestamp,
    /// Requests sent, repeated ones included.
    pub(super) requests: u64,
    pub(super) seconds: i64,
    /// Regions that were read.
    pub(super) regions: usize,
}

/// The last whole run of an account; none where none is kept, or none can be read.
pub(super) fn last_run(args: &StoreArgs, account: &AccountId) -> Option<LastRun> {
    let store = paths::store(args).ok()?;
    let names = store.runs();
    let latest = names.iter().rev().take(MOST);
    latest
        .filter_map(|name| read(&store, name))
        .find(|report| report.run.caller.account == *account && report.run.stopped.is_none())
        .map(|report| of(&report))
}

fn read(store: &Store, name: &str) -> Option<Report> {
    let folder: RunFolder = store.open(Some(name)).ok()?;
    let text = fs::read_to_string(folder.report()).ok()?;
    Report::from_json(&text).ok()
}

fn of(report: &Report) -> LastRun {
    let run = &report.run;
    let regions = run.accounts.iter().flat_map(|account| &account.regions);
    LastRun {
        id: run.id.clone(),
        started: run.started,
        requests: run.requests.total,
        seconds: run.finished.as_second() - run.started.as_second(),
        regions: regions
            .filter(|region| region.status == RegionStatus::Scanned)
            .count(),
    }
}
