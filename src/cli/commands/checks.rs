//! `tripod checks`: what there is to check.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use tripod_assess::{Profile, Rules};
use tripod_checks::{Check, Confidence, Status};
use tripod_model::Impact;

use super::select;
use crate::args::{ChecksArgs, ListFormat};
use crate::exit::Exit;
use crate::output;

/// A check in the JSON list. Fields are added, never renamed.
#[derive(Serialize)]
struct Listed {
    id: &'static str,
    title: &'static str,
    service: &'static str,
    pillar: &'static str,
    severity: &'static str,
    impact: Impact,
    confidence: Confidence,
    rows: &'static [&'static str],
    /// Rows of the baseline, as in a report's findings.
    controls: Vec<&'static str>,
    /// Requirements of every framework mapped, by framework.
    frameworks: BTreeMap<&'static str, Vec<&'static str>>,
    needs: &'static [&'static str],
    since: &'static str,
    status: Status,
    aliases: &'static [&'static str],
}

pub(super) fn run(args: &ChecksArgs) -> anyhow::Result<Exit> {
    // All of them: which profile a scan will have, nobody has said.
    let checks = select(&args.select, Profile::Strict, &Rules::default())?;
    let text = match args.format {
        ListFormat::Json => json(&checks)?,
        ListFormat::Table => table(&checks),
    };
    output::print(&text)?;
    Ok(Exit::Done)
}

fn json(checks: &[&'static Check]) -> anyhow::Result<String> {
    let listed: Vec<Listed> = checks.iter().map(|check| listed(check)).collect();
    Ok(serde_json::to_string_pretty(&listed)? + "\n")
}

fn listed(check: &'static Check) -> Listed {
    let mut frameworks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for control in check.controls {
        frameworks
            .entry(control.framework())
            .or_default()
            .push(control.id());
    }
    Listed {
        id: check.id,
        title: check.title,
        service: check.service.as_str(),
        pillar: check.pillar().as_str(),
        severity: check.severity().as_str(),
        impact: check.impact,
        confidence: check.confidence,
        rows: check.rows,
        controls: check.baseline(),
        frameworks,
        needs: check.needs,
        since: check.since,
        status: check.status,
        aliases: check.aliases,
    }
}

fn table(checks: &[&Check]) -> String {
    let widest = checks.iter().map(|check| check.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:widest$}  {:8}  {:15}  {}",
            check.id,
            check.severity().as_str(),
            check.pillar().as_str(),
            check.title
        );
    }
    let _ = writeln!(
        text,
        "\n{} checks; 'tripod explain ID' says more",
        checks.len()
    );
    text
}
