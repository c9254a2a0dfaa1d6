//! `tripod report`: the report of a stored run.

use std::fs;
use std::path::Path;

use tripod_archive::RunFolder;
use tripod_assess::Report;
use tripod_model::Snapshot;
use tripod_report::html::Extras;

use super::{beside, explain_exit, gate};
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Gate;
use crate::{output, paths};

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<Exit> {
    match args.framework {
        Some(_) => output::validate_framework(&args.output)?,
        None => output::validate(&args.output)?,
    }
    let (report, folder) = stored(args)?;
    match args.framework {
        Some(framework) => output::write_framework(&report, framework, &args.output)?,
        None => output::write(&report, &args.output, || extras(&report, &folder, args))?,
    }
    let asked = Gate::for_report(&args.gate, report.profile);
    let exit = gate(&report, asked);
    explain_exit(&report, asked, exit);
    Ok(exit)
}

fn stored(args: &ReportArgs) -> anyhow::Result<(Report, RunFolder)> {
    let folder = match &args.run {
        Some(run) if Path::new(run).join("report.json").is_file() => RunFolder::at(run),
        run => paths::store(&args.store)?
            .open(run.as_deref())
            .map_err(|error| {
                Failure::usage(error.to_string())
                    .hint("'tripod scan' makes a run; --store names another folder")
            })?,
    };
    let path = folder.report();
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))?;
    let report = Report::from_json(&text)
        .map_err(|error| Failure::usage(format!("{} is no report: {error}", path.display())))?;
    Ok((report, folder))
}

/// What the page shows beside the report, by what the run's folder and the store hold.
fn extras(report: &Report, folder: &RunFolder, args: &ReportArgs) -> Extras {
    let quiet = args.output.quiet;
    let path = folder.snapshot();
    let read = fs::read_to_string(&path)
        .map_err(|error| error.to_string())
        .and_then(|text| Snapshot::from_json(&text).map_err(|error| error.to_string()));
    let snapshot = match read {
        Ok(snapshot) => Some(snapshot),
        Err(error) => {
            let path = path.display();
            let text =
                format!("the page has no paths and no capacity: {path} cannot be read: {error}");
            output::remark(quiet, &text);
            None
        }
    };
    let store = paths::store(&args.store).ok();
    beside::extras(report, snapshot.as_ref(), store.as_ref(), quiet)
}
