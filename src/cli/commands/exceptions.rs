//! `tripod exceptions`: files of exceptions.

use std::fs;

use tripod_assess::ImportedMutelist;

use crate::args::{ExceptionsCommand, ImportArgs, ImportFrom};
use crate::exit::{Exit, Failure};
use crate::output;

/// The owner where none is named.
const NOBODY: &str = "nobody yet: imported from Prowler's mutelist";

/// How long imported exceptions hold where nothing is said: an end that every profile allows, and that leaves time to
/// look at each of them.
const DAYS: i64 = 90;

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
    let owner = args.owner.as_deref().unwrap_or(NOBODY);
    let expires = match args.expires {
        Some(day) => day,
        None => jiff::Zoned::now()
            .date()
            .checked_add(jiff::Span::new().days(DAYS))?,
    };
    let imported = match args.from {
        ImportFrom::Prowler => ImportedMutelist::read(&text, owner, expires),
    };
    let imported = imported.map_err(|error| Failure::usage(format!("{path}: {error}")))?;
    output::print(&imported.to_toml())?;
    let (made, left) = (imported.exceptions.len(), imported.left_out.len());
    let listed = if left == 0 {
        "nothing was left out".to_owned()
    } else {
        let parts = counted(left, "part");
        format!("{parts} left out, listed at the end with the reason")
    };
    let made = counted(made, "exception");
    output::remark(false, &format!("{made}; {listed}"));
    if args.owner.is_none() && !imported.exceptions.is_empty() {
        let text = format!(
            "nobody answers for them yet: name somebody by --owner; they hold until {expires}, or as --expires says"
        );
        output::remark(false, &text);
    }
    Ok(Exit::Done)
}

/// "1 part", "2 parts".
fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
