//! Writes the report: data on standard output or in files, everything else on standard error.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;
use tripod_assess::Report;
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

/// Writes the report in every form asked for. What the page shows beside it is made only when a page is asked for.
pub(crate) fn write(
    report: &Report,
    args: &OutputArgs,
    extras: impl FnOnce() -> Extras,
) -> anyhow::Result<()> {
    let formats: BTreeSet<Format> = args.formats.iter().copied().collect();
    let extras = if formats.contains(&Format::Html) {
        extras()
    } else {
        Extras::default()
    };
    let shown = Shown {
        report,
        extras: &extras,
    };
    for format in &formats {
        match &args.output {
            None => {
                let mut out = anstream::stdout().lock();
                shown
                    .render(*format, &terminal(args), &mut out)
                    .context("standard output cannot be written")?;
            }
            Some(folder) if formats.len() > 1 => {
                fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
                shown.write_file(*format, &folder.join(format.file_name()), args)?;
            }
            Some(path) => shown.write_file(*format, path, args)?,
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

/// A report, and what its page shows beside it.
struct Shown<'a> {
    report: &'a Report,
    extras: &'a Extras,
}

impl Shown<'_> {
    fn render(&self, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        tripod_report::render(self.report, format, options, self.extras, &mut out)
    }

    fn write_file(&self, format: Format, path: &Path, args: &OutputArgs) -> anyhow::Result<()> {
        let write = || {
            let mut out = fs::File::create(path)?;
            self.render(format, &file(args), &mut out)
        };
        write().map_err(|error| unwritable(path, &error).into())
    }
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
