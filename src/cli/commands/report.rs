//! `tripod report`: the report of a stored run.

use std::fs;
use std::path::Path;

use tripod_archive::RunFolder;
use tripod_assess::Report;

use super::{explain_exit, gate};
use crate::args::ReportArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Gate;
use crate::{output, paths};

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<Exit> {
    match args.framework {
        Some(_) => output::validate_framework(&args.output)?,
        None => output::validate(&args.output)?,
    }
    let report = stored(args)?;
    match args.framework {
        Some(framework) => output::write_framework(&report, framework, &args.output)?,
        None => output::write(&report, &args.output)?,
    }
    let asked = Gate::for_report(&args.gate, report.profile);
    let exit = gate(&report, asked);
    explain_exit(&report, asked, exit);
    Ok(exit)
}

fn stored(args: &ReportArgs) -> anyhow::Result<Report> {
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
    Ok(report)
}
