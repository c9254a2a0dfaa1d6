//! Writes the report: data on standard output or in files, everything else on standard error.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;
use tripod_assess::Report;
use tripod_checks::Framework;
use tripod_report::framework::{self, FRAMEWORK_FORMATS};
use tripod_report::html::Extras;
use tripod_report::{Format, Options};

use crate::args::OutputArgs;
use crate::exit::Failure;

/// Width where standard output is no terminal.
const WIDTH: u16 = 100;

/// Refuses combinations that could not be written, before anything is scanned.
pub(crate) fn validate(args: &OutputArgs) -> Result<(), Failure> {
    let formats: BTreeSet<Format> = args.formats.iter().copied().collect();
    if formats.len() > 1 && args.output.is_none() {
        return Err(Failure::usage("several formats need a folder to go to")
            .hint("add --output DIR, or name one --format"));
    }
    if let Some(path) = &args.output
        && formats.len() > 1
        && path.is_file()
    {
        return Err(Failure::usage(format!(
            "several formats need a folder to go to, and {} is a file",
            path.display()
        )));
    }
    Ok(())
}

/// Refuses forms that a framework is not shown in.
pub(crate) fn validate_framework(args: &OutputArgs) -> Result<(), Failure> {
    let other = args
        .formats
        .iter()
        .find(|format| !FRAMEWORK_FORMATS.contains(format));
    if let Some(format) = other {
        let known = FRAMEWORK_FORMATS.map(Format::as_str).join(", ");
        return Err(Failure::usage(format!(
            "a framework is not shown as {}; it is as {known}",
            format.as_str()
        ))
        .hint("without --framework, every format names the controls of each finding"));
    }
    validate(args)
}

/// Writes the report in every form asked for. What the page shows beside it is made only when a page is asked for.
pub(crate) fn write(
    report: &Report,
    args: &OutputArgs,
    extras: impl FnOnce() -> Extras,
) -> anyhow::Result<()> {
    let extras = if args.formats.contains(&Format::Html) {
        extras()
    } else {
        Extras::default()
    };
    write_all(args, |format, options, out| {
        tripod_report::render(report, format, options, &extras, out)
    })
}

/// Writes how the account stands by a framework, in every form asked for.
pub(crate) fn write_framework(
    report: &Report,
    framework: Framework,
    args: &OutputArgs,
) -> anyhow::Result<()> {
    write_all(args, |format, options, out| {
        framework::write(report, framework, format, options, out)
    })
}

/// Hands every form asked for to `render`, with where it goes.
fn write_all(
    args: &OutputArgs,
    render: impl Fn(Format, &Options, &mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let formats: BTreeSet<Format> = args.formats.iter().copied().collect();
    let to_file = |format: Format, path: &Path| -> anyhow::Result<()> {
        let write = || {
            let mut out = BufWriter::new(fs::File::create(path)?);
            render(format, &file(args), &mut out)
        };
        write().map_err(|error| unwritable(path, &error).into())
    };
    for format in &formats {
        match &args.output {
            None => {
                let mut out = BufWriter::new(anstream::stdout().lock());
                render(*format, &terminal(args), &mut out)
                    .context("standard output cannot be written")?;
            }
            Some(folder) if formats.len() > 1 => {
                fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
                to_file(*format, &folder.join(format.file_name()))?;
            }
            Some(path) => to_file(*format, path)?,
        }
    }
    Ok(())
}

/// Prints to standard output, colours as the terminal and `NO_COLOR` want them.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("standard output cannot be written")
}

/// A remark on standard error.
pub(crate) fn remark(quiet: bool, text: &str) {
    if !quiet {
        anstream::eprintln!("{text}");
    }
}

/// Columns of the terminal, or the default.
pub(crate) fn width() -> u16 {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| width.0.clamp(60, 200))
}

fn terminal(args: &OutputArgs) -> Options {
    Options {
        width: width(),
        // anstream takes the colours out again where they are not wanted.
        colour: io::stdout().is_terminal(),
        ..file(args)
    }
}

fn file(args: &OutputArgs) -> Options {
    let defaults = Options {
        width: WIDTH,
        group_by: args.group_by,
        ..Options::default()
    };
    if args.wide {
        Options {
            limit: None,
            arns: true,
            ..defaults
        }
    } else {
        defaults
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{} cannot be written: {error}", path.display()))
}
