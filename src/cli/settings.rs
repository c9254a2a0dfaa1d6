//! What a run goes by: flags and environment, `tripod.toml`, the file of exceptions. Their files are found and read
//! here; what they mean is `tripod_assess`'s to say.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use tripod_assess::{
    Config, Exception, FileError, Given, MAX_RULE_FILE, Profile, Resolved, RuleError, Rules,
};
use tripod_checks::{ALL, Check};
use tripod_model::Severity;

use crate::args::{GateArgs, SettingsArgs};
use crate::exit::Failure;

/// The name of the file that is read where none is named.
const CONFIG: &str = "tripod.toml";

/// What the exit code tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    pub(crate) fail_on: Option<Severity>,
    /// In percent.
    pub(crate) min_coverage: u8,
}

impl Gate {
    /// Of settings brought together.
    pub(crate) fn of(resolved: &Resolved) -> Self {
        Self {
            fail_on: resolved.fail_on,
            min_coverage: resolved.min_coverage,
        }
    }

    /// For the report of an earlier run, which says under which profile it was made.
    pub(crate) fn for_report(args: &GateArgs, profile: Profile) -> Self {
        Self {
            fail_on: args.fail_on,
            min_coverage: args.min_coverage.unwrap_or_else(|| profile.min_coverage()),
        }
    }
}

/// Brings together what is said by flags, environment and files.
///
/// # Errors
/// When a file cannot be read or is not right.
pub(crate) fn resolve(args: &SettingsArgs, gate: &GateArgs) -> Result<Resolved, Failure> {
    let (config, folder) = config(args.config.as_deref())?;
    let mut resolved = config.resolve(given(args, gate));
    if let Some(folder) = &args.rules {
        resolved.terms.rules = rules(folder)?;
    }
    if let Some(name) = &resolved.exceptions {
        // The file is named beside the settings, unless a flag or the environment names it.
        let path = match &args.exceptions {
            Some(path) => path.clone(),
            None => folder.join(name),
        };
        let text = read(&path)?;
        let shown = path.display().to_string();
        let checks = with_rules(&resolved.terms.rules);
        resolved.terms.exceptions = Exception::read_all(&shown, &text, &checks).map_err(wrong)?;
    }
    Ok(resolved)
}

fn config(named: Option<&Path>) -> Result<(Config, PathBuf), Failure> {
    let path = named.unwrap_or_else(|| Path::new(CONFIG));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => {
            return Ok((Config::default(), PathBuf::new()));
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    let config = Config::read(&path.display().to_string(), &text).map_err(wrong)?;
    Ok((
        config,
        path.parent().map(Path::to_path_buf).unwrap_or_default(),
    ))
}

/// The checks there are, rules included.
pub(crate) fn with_rules(rules: &Rules) -> Vec<&'static Check> {
    ALL.iter().copied().chain(rules.checks()).collect()
}

/// Reads the rules of a folder, each `*.toml` in it, by name.
///
/// # Errors
/// When the folder holds none, or one of them is not right: a rule that is left out in silence would read as kept.
pub(crate) fn rules(folder: &Path) -> Result<Rules, Failure> {
    let shown = folder.display();
    let unlisted = |error: std::io::Error| {
        Failure::usage(format!("the folder {shown} cannot be read: {error}"))
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let path = entry.map_err(unlisted)?.path();
        if path.extension().is_some_and(|it| it == "toml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::usage(format!("the folder {shown} holds no rules"))
            .hint("a rule is a file whose name ends in .toml"));
    }
    paths.sort();
    let mut files = Vec::new();
    for path in &paths {
        files.push((path.display().to_string(), read_rule(path)?));
    }
    let texts = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    Rules::read(texts).map_err(|errors| wrong_rules(&errors))
}

/// Reads no more of a file than a rule may have: one byte above shows that it is too long.
fn read_rule(path: &Path) -> Result<String, Failure> {
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let most = u64::try_from(MAX_RULE_FILE).unwrap_or(u64::MAX);
    let mut text = String::new();
    file.take(most.saturating_add(1))
        .read_to_string(&mut text)
        .map_err(|error| unreadable(path, &error))?;
    Ok(text)
}

/// All faults of all files, and the cure of each under it.
fn wrong_rules(errors: &[RuleError]) -> Failure {
    let said: Vec<String> = errors
        .iter()
        .map(|error| format!("{error}\n  {}", error.cure))
        .collect();
    match errors {
        [error] => Failure::usage(error.to_string()).hint(error.cure.clone()),
        _ => Failure::usage(said.join("\n")),
    }
}

/// What flags and environment say; clap lets flags win.
fn given(args: &SettingsArgs, gate: &GateArgs) -> Given {
    fn said<T: Clone, C: FromIterator<T>>(list: &[T]) -> Option<C> {
        (!list.is_empty()).then(|| list.iter().cloned().collect())
    }
    Given {
        profile: args.check_profile,
        accounts: said(&args.accounts),
        organizations: said(&args.organizations),
        networks: said(&args.networks),
        layers: said(&args.layers),
        exceptions: args
            .exceptions
            .as_ref()
            .map(|path| path.display().to_string()),
        fail_on: gate.fail_on,
        min_coverage: gate.min_coverage,
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be read: {error}", path.display()))
}

fn wrong(error: FileError) -> Failure {
    Failure::usage(error.to_string()).hint(error.cure)
}
