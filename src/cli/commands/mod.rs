//! One module a command.

mod access;
mod assess;
mod beside;
mod capacity;
mod checks;
mod dev;
mod doctor;
mod exceptions;
mod explain;
mod generate;
mod policy;
mod report;
mod rules;
mod scan;
mod snapshot;

use clap::CommandFactory;
use tripod_assess::{
    Profile, Report, Resolved, Rules, Selection, SelectionError, assess_under as run_checks,
    nearest,
};
use tripod_checks::{ALL, Check, View};
use tripod_model::{CauseKind, Snapshot};

use crate::args::{Args, Command, SelectArgs};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::settings::{Gate, with_rules};

/// The version in every report.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Carries out a command.
pub(crate) fn run(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Scan(args) => scan::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Assess(args) => assess::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Checks(args) => checks::run(&args),
        Command::Exceptions { command } => exceptions::run(&command),
        Command::Explain { check, rules } => explain::run(&check, rules.as_deref()),
        Command::Rules { command } => rules::run(&command),
        Command::Policy(args) => policy::run(&args),
        Command::Access { command } => access::run(&command),
        Command::Capacity(args) => capacity::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "tripod", &mut script);
            output::print(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page)?;
            output::print(&String::from_utf8_lossy(&page))?;
            Ok(Exit::Done)
        }
        Command::Dev { command } => dev::run(command),
    }
}

/// The checks and rules asked for that run under the profile.
pub(crate) fn select(
    args: &SelectArgs,
    profile: Profile,
    rules: &Rules,
) -> Result<Vec<&'static Check>, Failure> {
    let selection = Selection {
        checks: args.checks.clone(),
        skip: args.skip.clone(),
        services: args.services.clone(),
        pillars: args.pillars.clone(),
        severity: args.severity,
        profile,
    };
    selection
        .apply(&with_rules(rules))
        .map_err(|error| match error {
            SelectionError::UnknownCheck { ref name } => {
                Failure::usage(error.to_string()).hint(unknown_check_hint(name))
            }
            SelectionError::Empty => Failure::usage(error.to_string())
                .hint("loosen --check, --skip-check, --service, --pillar or --severity"),
        })
}

/// Names the nearest check, where one is near.
pub(crate) fn unknown_check_hint(name: &str) -> String {
    match nearest(name, ALL.iter().map(|check| check.id)) {
        Some(id) => format!("did you mean '{id}'? 'tripod checks' lists them all"),
        None => "'tripod checks' lists them all".to_owned(),
    }
}

/// What the checks say of a snapshot.
pub(crate) fn report_on(
    snapshot: &Snapshot,
    resolved: &Resolved,
    checks: &[&'static Check],
) -> Report {
    let view = View::new(snapshot, &resolved.settings);
    let assessment = run_checks(&view, checks, &resolved.terms);
    Report::new(snapshot, assessment, VERSION)
}

/// The exit code of a report. A broken check or collector outweighs all, not having seen enough what was seen.
pub(crate) fn gate(report: &Report, gate: Gate) -> Exit {
    if broken_checks(report).next().is_some() || !report.run.broken_collectors.is_empty() {
        return Exit::Internal;
    }
    if report.run.stopped.is_some() || !report.run.stalled_collectors.is_empty() {
        return Exit::NotAssessed;
    }
    let coverage = report.coverage().share().unwrap_or(1.0);
    if coverage * 100.0 < f64::from(gate.min_coverage) || nothing_reached(report) {
        return Exit::NotAssessed;
    }
    match (gate.fail_on, report.worst_open()) {
        (Some(level), Some(worst)) if worst >= level => Exit::Findings,
        _ => Exit::Done,
    }
}

/// Checks that failed inside: a fault of Tripod.
fn broken_checks(report: &Report) -> impl Iterator<Item = &str> {
    report
        .findings
        .iter()
        .filter(|finding| {
            let cause = finding.cause.as_ref();
            cause.is_some_and(|cause| cause.kind == CauseKind::Internal)
        })
        .map(|finding| &*finding.check)
}

/// Whether no region of any account was reached.
pub(crate) fn nothing_reached(report: &Report) -> bool {
    report.run.accounts.iter().all(|account| {
        account
            .regions
            .iter()
            .all(|region| region.status != tripod_model::RegionStatus::Scanned)
    })
}

/// Says on standard error why the exit code is what it is, where the report alone does not.
pub(crate) fn explain_exit(report: &Report, gate: Gate, exit: Exit) {
    for check in broken_checks(report) {
        anstream::eprintln!("error: the check {check} failed inside; this is a fault of Tripod");
    }
    for collector in &report.run.broken_collectors {
        anstream::eprintln!(
            "error: the collector of {collector} failed inside; this is a fault of Tripod"
        );
    }
    for collector in &report.run.stalled_collectors {
        anstream::eprintln!("error: the collector of {collector} stood still and was given up");
    }
    if let Some(stopped) = report.run.stopped {
        anstream::eprintln!(
            "error: {}; the report holds what was read until then",
            stopped.text()
        );
        return;
    }
    if exit != Exit::NotAssessed || !report.run.stalled_collectors.is_empty() {
        return;
    }
    if nothing_reached(report) {
        anstream::eprintln!(
            "error: no region could be read; the end of the report says which permissions are missing"
        );
        return;
    }
    let share = report.coverage().share().unwrap_or(0.0) * 100.0;
    anstream::eprintln!(
        "error: only {share:.0} % of the outcomes could be assessed, less than the {} % of --min-coverage",
        gate.min_coverage
    );
    anstream::eprintln!("hint: the end of the report says which permissions are missing");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_offered() {
        assert!(unknown_check_hint("lambda-public-ulr").contains("lambda-public-url"));
        assert!(!unknown_check_hint("x").contains("did you mean"));
    }
}
