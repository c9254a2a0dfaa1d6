//! `tripod explain`: the prose of a check or a rule.

use std::fmt::Write as _;
use std::path::Path;

use tripod_assess::find_check;
use tripod_checks::{ALL, Check, Relation, peers_of};

use super::unknown_check_hint;
use crate::exit::{Exit, Failure};
use crate::{output, settings};

pub(super) fn run(name: &str, rules: Option<&Path>) -> anyhow::Result<Exit> {
    let by_row = || ALL.iter().find(|check| check.rows.contains(&name)).copied();
    let check = match find_check(name).or_else(by_row) {
        Some(check) => check,
        None => rule(name, rules)?,
    };
    output::print(&text(check))?;
    Ok(Exit::Done)
}

/// A rule of the user's own.
fn rule(name: &str, folder: Option<&Path>) -> Result<&'static Check, Failure> {
    let rules = folder.map(settings::rules).transpose()?.unwrap_or_default();
    let found = rules.checks().into_iter().find(|rule| rule.id == name);
    found.ok_or_else(|| {
        let of_rules = folder.map(|folder| format!(", and no rule in {}", folder.display()));
        let message = format!(
            "no check{} is called '{name}'",
            of_rules.unwrap_or_default()
        );
        Failure::usage(message).hint(unknown_check_hint(name))
    })
}

fn text(check: &Check) -> String {
    let mut text = check.doc.trim_end().to_owned();
    let controls: Vec<String> = check
        .controls
        .iter()
        .map(|control| format!("{} {}", control.framework(), control.id()))
        .collect();
    let elsewhere: Vec<String> = peers_of(check.id)
        .map(|peer| match peer.relation {
            Relation::Same => format!("{}:{}", peer.tool.key(), peer.id),
            relation => format!("{}:{} ({})", peer.tool.key(), peer.id, relation.as_str()),
        })
        .collect();
    let (severity, pillar) = (check.severity().as_str(), check.pillar().as_str());
    text.push_str("\n\n## About this check\n\n");
    for (name, value) in [
        ("id", check.id.to_owned()),
        ("severity", format!("{severity}, weakens {pillar}")),
        ("catalogue", check.rows.join(", ")),
        ("controls", controls.join(", ")),
        ("reads", check.needs.join(", ")),
        ("in other tools", elsewhere.join(", ")),
        ("since", check.since.to_owned()),
    ] {
        // A rule of the user's own is in no catalogue and came with no version.
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "- {name}: {value}");
        }
    }
    text
}
