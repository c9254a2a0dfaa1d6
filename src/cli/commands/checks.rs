//! `tripod checks`: what there is to check.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use tripod_assess::{Profile, Rules, nearest};
use tripod_checks::{
    Check, Confidence, Framework, Likeness, Relation, Status, like, mappings_of, peers_of,
};
use tripod_model::Impact;

use super::select;
use crate::args::{ChecksArgs, ListFormat};
use crate::exit::{Exit, Failure};
use crate::{output, settings};

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
    /// Controls of every framework that it serves, by framework; also those that follow from what it names.
    frameworks: BTreeMap<&'static str, Vec<&'static str>>,
    /// Checks of other tools that ask what it asks, by tool.
    like: BTreeMap<&'static str, Vec<Theirs>>,
    needs: &'static [&'static str],
    since: &'static str,
    status: Status,
    aliases: &'static [&'static str],
}

/// A check of another tool.
#[derive(Serialize)]
struct Theirs {
    id: &'static str,
    /// How it stands to ours: same, narrower or wider.
    relation: &'static str,
    note: &'static str,
}

pub(super) fn run(args: &ChecksArgs) -> anyhow::Result<Exit> {
    // All of them: which profile a scan will have, nobody has said.
    let rules = match &args.rules {
        Some(folder) => settings::rules(folder)?,
        None => Rules::default(),
    };
    let mut checks = select(&args.select, Profile::Strict, &rules)?;
    let likenesses = likenesses(&args.like)?;
    if !likenesses.is_empty() {
        let ours: BTreeSet<&str> = likenesses.iter().flat_map(Likeness::ids).collect();
        checks.retain(|check| ours.contains(check.id));
    }
    if let Some(framework) = args.framework {
        serving(framework, args.control.as_deref(), &mut checks)?;
    }
    let text = match args.format {
        ListFormat::Json => json(&checks)?,
        ListFormat::Table => said_of(&likenesses) + &table(&checks),
    };
    output::print(&text)?;
    Ok(Exit::Done)
}

/// What each check of another tool is like.
fn likenesses(names: &[String]) -> Result<Vec<Likeness>, Failure> {
    let mut found = Vec::new();
    for name in names {
        let one = like(name).map_err(|error| {
            Failure::usage(error.to_string())
                .hint("docs/reference/coverage.md lists the checks of other tools that are known, and of which services they are")
        })?;
        found.extend(one);
    }
    Ok(found)
}

/// A line for each check that was named: what it is like, or that nothing is.
fn said_of(likenesses: &[Likeness]) -> String {
    let mut text = String::new();
    for likeness in likenesses {
        let theirs = likeness.theirs;
        let name = format!("{}:{}", theirs.tool.key(), theirs.id);
        if likeness.ours.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}: Tripod has no check that asks this");
        }
        for peer in &likeness.ours {
            let how = match (peer.relation, peer.note) {
                (Relation::Same, "") => "asks the same".to_owned(),
                (Relation::Same, note) => format!("asks the same; {note}"),
                (relation, note) => format!("is {} there: {note}", relation.as_str()),
            };
            let _ = writeln!(text, "{name}: {}, {how}", peer.check);
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Keeps the checks that serve a framework, or one control of it.
fn serving(
    framework: Framework,
    control: Option<&str>,
    checks: &mut Vec<&'static Check>,
) -> Result<(), Failure> {
    let asked = match control {
        None => None,
        Some(id) => {
            let known = framework.catalogue().control(id).ok_or_else(|| {
                let ids = framework.catalogue().controls.iter().map(|it| it.id);
                let near = nearest(id, ids).map_or_else(
                    || "'tripod report --framework' lists its controls".to_owned(),
                    |id| format!("did you mean '{id}'?"),
                );
                Failure::usage(format!("{} has no control '{id}'", framework.key())).hint(near)
            })?;
            Some(known.id)
        }
    };
    checks.retain(|check| {
        mappings_of(check).iter().any(|mapping| {
            mapping.framework == framework && asked.is_none_or(|id| id == mapping.id)
        })
    });
    Ok(())
}

fn json(checks: &[&'static Check]) -> anyhow::Result<String> {
    let listed: Vec<Listed> = checks.iter().map(|check| listed(check)).collect();
    Ok(serde_json::to_string_pretty(&listed)? + "\n")
}

fn listed(check: &'static Check) -> Listed {
    let mut frameworks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for mapping in mappings_of(check) {
        let key = mapping.framework.key();
        frameworks.entry(key).or_default().push(mapping.id);
    }
    let mut like: BTreeMap<&str, Vec<Theirs>> = BTreeMap::new();
    for peer in peers_of(check.id) {
        like.entry(peer.tool.key()).or_default().push(Theirs {
            id: peer.id,
            relation: peer.relation.as_str(),
            note: peer.note,
        });
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
        like,
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
    let noun = if checks.len() == 1 { "check" } else { "checks" };
    let _ = writeln!(
        text,
        "\n{} {noun}; 'tripod explain ID' says more",
        checks.len()
    );
    text
}
