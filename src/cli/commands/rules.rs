//! `tripod rules`: rules of the user's own.

use std::path::Path;

use tripod_assess::Trial;
use tripod_report::plain;

use crate::args::RulesCommand;
use crate::exit::Exit;
use crate::{output, settings};

pub(super) fn run(command: &RulesCommand) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::Test { folder } => test(folder),
    }
}

fn test(folder: &Path) -> anyhow::Result<Exit> {
    let trials = settings::rules(folder)?.test();
    // Names and messages are the rules', and may hold anything.
    let shown: String = Trial::summary(&trials)
        .lines()
        .map(|line| plain(line).trim_end().to_owned() + "\n")
        .collect();
    output::print(&shown)?;
    Ok(if trials.iter().all(Trial::passed) {
        Exit::Done
    } else {
        Exit::Findings
    })
}
