//! `tripod capacity`: when addresses, concurrency and rates run out, and who takes whom down.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use tripod_capacity::{Assumptions, WhatIf};
use tripod_model::RegionName;
use tripod_report::Options;
use tripod_report::capacity::{CapacityReport, History, Question, html, json, table};

use super::{VERSION, snapshot};
use crate::args::{CapacityArgs, CapacityFormat, StoreArgs, WhatIfArgs};
use crate::exit::{Exit, Failure};
use crate::{output, paths};

pub(super) fn run(args: &CapacityArgs) -> anyhow::Result<Exit> {
    let question = question(args)?;
    let snapshot = snapshot::read(&args.evidence)?;
    let history = history(&args.evidence.store, args.trend_runs);
    let report = CapacityReport::new(&snapshot, &question, &history, VERSION)
        .map_err(|mistake| Failure::usage(mistake.message).hint(mistake.hint))?;
    let text = rendered(&report, args)?;
    match &args.output {
        Some(path) => write(path, &text)?,
        None => output::print(&text)?,
    }
    Ok(if report.is_blind() {
        Exit::NotAssessed
    } else {
        Exit::Done
    })
}

fn rendered(report: &CapacityReport, args: &CapacityArgs) -> anyhow::Result<String> {
    Ok(match args.format {
        CapacityFormat::Table => table(report, &options(args)),
        CapacityFormat::Html => html(report),
        CapacityFormat::Json => {
            let mut bytes = Vec::new();
            json(report, &mut bytes)?;
            String::from_utf8(bytes)?
        }
    })
}

/// How wide, and whether in colour: a file is no terminal.
fn options(args: &CapacityArgs) -> Options {
    let defaults = Options::default();
    Options {
        width: match args.output {
            Some(_) => defaults.width,
            None => output::width(),
        },
        colour: args.output.is_none() && io::stdout().is_terminal(),
        limit: if args.wide { None } else { defaults.limit },
        arns: args.wide,
        ..defaults
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::usage(format!("{} cannot be written: {error}", path.display())))
}

fn question(args: &CapacityArgs) -> Result<Question, Failure> {
    let mut assumptions = Assumptions::default();
    if let Some(connections) = args.what_if.connections_per_environment {
        assumptions.connections_per_environment = connections;
    }
    let regions = args
        .regions
        .iter()
        .map(|name| RegionName::new(name.as_str()));
    Ok(Question {
        account: args.evidence.account.clone(),
        regions: regions.collect(),
        assumptions,
        what_if: what_if(&args.what_if)?,
    })
}

fn what_if(args: &WhatIfArgs) -> Result<WhatIf, Failure> {
    let (functions, concurrency) = (&args.functions, &args.concurrency);
    if functions.len() != concurrency.len() {
        let message = format!(
            "--function is given {} times and --concurrency {} times",
            functions.len(),
            concurrency.len()
        );
        let hint = "write them in pairs: --function NAME --concurrency N";
        return Err(Failure::usage(message).hint(hint));
    }
    let pairs = functions.iter().cloned();
    Ok(WhatIf {
        concurrency: pairs.zip(concurrency.iter().copied()).collect(),
        add_functions: args.add_functions.unwrap_or(0),
        new_security_group: args.new_security_group,
        lose_zones: args.lose_zones.iter().cloned().collect(),
        throttles: args.throttles.clone(),
        reserved: args.reserve.iter().cloned().collect::<BTreeMap<_, _>>(),
    })
}

/// What the latest stored runs saw. A store that cannot be found has no runs; the snapshot may be a file.
fn history(args: &StoreArgs, most: usize) -> History {
    let mut history = History::default();
    let Ok(store) = paths::store(args) else {
        return history;
    };
    let runs = store.runs();
    let older = runs.len().saturating_sub(most);
    history.leave_out(older);
    for run in runs.into_iter().skip(older) {
        let text = store
            .open(Some(&run))
            .map_err(|error| error.to_string())
            .and_then(|folder| fs::read_to_string(folder.snapshot()).map_err(|it| it.to_string()));
        match text {
            Ok(text) => history.add(&run, &text),
            Err(error) => history.skip(&run, error),
        }
    }
    history
}
