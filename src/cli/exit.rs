//! Exit codes, and errors as they are shown.

use std::fmt;
use std::process::ExitCode;

use clap::error::ErrorKind;

/// How the program ends. Documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, nothing at or above `--fail-on`.
    Done = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// The arguments, a file or the endpoint are wrong: the caller's to mend.
    Usage = 2,
    /// Not enough could be seen to say anything.
    NotAssessed = 3,
    /// A fault of Tripod.
    Internal = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error with its exit code and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// The caller's to mend.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            hint: None,
        }
    }

    /// Nothing could be seen.
    pub(crate) fn not_assessed(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::NotAssessed,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Shows an error on standard error, the cure last, and gives its exit code.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    if is_broken_pipe(error) {
        // Whoever read our output has seen enough.
        return Exit::Done;
    }
    let (exit, hint) = match error.downcast_ref::<Failure>() {
        Some(failure) => (failure.exit, failure.hint.as_deref()),
        None => (Exit::Internal, None),
    };
    anstream::eprintln!("error: {}", tripod_report::plain(&format!("{error:#}")));
    if let Some(hint) = hint {
        anstream::eprintln!("hint: {hint}");
    }
    exit
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// Help and version are not errors; everything else is a wrong usage.
pub(crate) fn of_arguments(error: &clap::Error) -> ExitCode {
    // A closed pipe is nobody's fault here.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
        _ => Exit::Usage.into(),
    }
}
