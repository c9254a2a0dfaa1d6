//! What the page shows beside the report, made from what a run has.

use std::collections::BTreeSet;

use tripod_assess::{FrameworkReport, Report, checks_digest};
use tripod_checks::{ALL, Check};
use tripod_model::Snapshot;

use super::extras::{Extras, PastRun, Section};
use crate::capacity::{self, CapacityReport, History, Question};
use crate::paths;

/// What a run has beside its report.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    /// The snapshot that the report is made of; none where it was not kept. Of another run's it is not used.
    pub snapshot: Option<&'a Snapshot>,
    /// Stored runs, in any order. Those that the report does not follow are left out.
    pub runs: Vec<PastRun>,
    /// What earlier runs saw of subnets, for trends.
    pub addresses: History,
}

impl Extras {
    /// Everything that can be shown: frameworks by the findings, and by the snapshot escalation paths and capacity.
    ///
    /// ```
    /// # fn page(report: &tripod_assess::Report) -> std::io::Result<Vec<u8>> {
    /// use tripod_report::html::{Extras, Seen, write};
    /// let mut page = Vec::new();
    /// write(report, &Extras::of(report, Seen::default()), &mut page)?;
    /// # Ok(page)
    /// # }
    /// ```
    pub fn of(report: &Report, seen: Seen<'_>) -> Self {
        let own = |snapshot: &&Snapshot| snapshot.run.id == report.run.id;
        let snapshot = seen.snapshot.filter(own);
        let mut history = seen.runs;
        history.retain(|run| run.precedes(report));
        history.sort_by(|one, other| (one.observed, &one.id).cmp(&(other.observed, &other.id)));
        Self {
            history,
            frameworks: frameworks(report),
            sections: snapshot
                .map(|snapshot| sections(report, snapshot, &seen.addresses))
                .unwrap_or_default(),
        }
    }
}

fn frameworks(report: &Report) -> Vec<FrameworkReport> {
    let ran = ran(report);
    FrameworkReport::all(&report.findings, ALL, |id| ran.contains(id))
}

/// The checks that ran: those with an outcome, and where the report's digest is that of everything its profile runs, all
/// of these. A check that looked and found nothing of its kind has no outcome and ran all the same.
fn ran(report: &Report) -> BTreeSet<&str> {
    let usual: Vec<&'static Check> = ALL
        .iter()
        .copied()
        .filter(|check| report.profile.selects(check))
        .collect();
    let runs = report
        .findings
        .chunk_by(|one, other| one.check == other.check);
    let mut ran: BTreeSet<&str> = runs.map(|run| &*run[0].check).collect();
    if checks_digest(&usual) == report.tool.checks_digest {
        ran.extend(usual.iter().map(|check| check.id));
    }
    ran
}

fn sections(report: &Report, snapshot: &Snapshot, addresses: &History) -> Vec<Section> {
    let version = &report.tool.version;
    let mut sections = vec![paths::section(snapshot, &report.scores)];
    // The question names nothing, so that nothing of it can be missing.
    if let Ok(report) = CapacityReport::new(snapshot, &Question::default(), addresses, version) {
        sections.push(capacity::section(&report));
    }
    sections
}
