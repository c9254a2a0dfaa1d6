//! `tripod exceptions`: files of exceptions.

use std::fs;

use tripod_assess::ImportedMutelist;

use crate::args::{ExceptionsCommand, ImportArgs, ImportFrom};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) fn run(command: &ExceptionsCommand) -> anyhow::Result<Exit> {
    match command {
        ExceptionsCommand::Import(args) => import(args),
    }
}

/// The exceptions go to standard output, how many there are and how much was left out to standard error.
fn import(args: &ImportArgs) -> anyhow::Result<Exit> {
    let path = args.file.display();
    let text = fs::read_to_string(&args.file)
        .map_err(|error| Failure::usage(format!("{path} cannot be read: {error}")))?;
    let imported = match args.from {
        ImportFrom::Prowler => ImportedMutelist::read(&text, &args.owner, args.expires),
    };
    let imported = imported.map_err(|error| Failure::usage(format!("{path}: {error}")))?;
    output::print(&imported.to_toml())?;
    let (made, left) = (imported.exceptions.len(), imported.left_out.len());
    output::remark(
        false,
        &format!(
            "{made} exceptions; {left} parts left out, each listed at the end with the reason"
        ),
    );
    Ok(Exit::Done)
}
