//! `tripod explain`: the prose of a check.

use std::fmt::Write as _;

use tripod_assess::find_check;
use tripod_checks::{ALL, Check};

use super::unknown_check_hint;
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) fn run(name: &str) -> anyhow::Result<Exit> {
    let by_row = || ALL.iter().find(|check| check.rows.contains(&name)).copied();
    let check = find_check(name).or_else(by_row).ok_or_else(|| {
        Failure::usage(format!("no check is called '{name}'")).hint(unknown_check_hint(name))
    })?;
    output::print(&text(check))?;
    Ok(Exit::Done)
}

fn text(check: &Check) -> String {
    let mut text = check.doc.trim_end().to_owned();
    let controls: Vec<String> = check
        .controls
        .iter()
        .map(|control| format!("{} {}", control.framework(), control.id()))
        .collect();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n\n## About this check\n\n- id: {}\n- severity: {}, weakens {}\n- catalogue: {}\n- controls: {}\n- reads: {}\n- since: {}\n",
        check.id,
        check.severity().as_str(),
        check.pillar().as_str(),
        check.rows.join(", "),
        controls.join(", "),
        check.needs.join(", "),
        check.since,
    );
    text
}
