//! `tripod assess`: the checks over a snapshot.

use std::fs;

use tripod_model::Snapshot;

use super::{beside, explain_exit, gate, report_on, select};
use crate::args::AssessArgs;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::settings::{self, Gate};

pub(super) fn run(args: &AssessArgs) -> anyhow::Result<Exit> {
    output::validate(&args.output)?;
    let resolved = settings::resolve(&args.settings, &args.gate)?;
    let terms = &resolved.terms;
    let checks = select(&args.select, terms.profile, &terms.rules)?;
    let path = args.snapshot.display();
    let text = fs::read_to_string(&args.snapshot)
        .map_err(|error| Failure::usage(format!("{path} cannot be read: {error}")))?;
    let snapshot = Snapshot::from_json(&text).map_err(|error| {
        Failure::usage(format!("{path} is no snapshot: {error}"))
            .hint("a scan keeps its snapshot as snapshot.json in the folder of its run")
    })?;
    let report = report_on(&snapshot, &resolved, &checks);
    let quiet = args.output.quiet;
    output::write(&report, &args.output, || {
        beside::extras(&report, Some(&snapshot), None, quiet)
    })?;
    let asked = Gate::of(&resolved);
    let exit = gate(&report, asked);
    explain_exit(&report, asked, exit);
    Ok(exit)
}
