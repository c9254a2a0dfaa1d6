//! `tripod access paths`: how somebody becomes administrator, or comes to read what is kept.

use std::fmt::Write as _;

use serde::Serialize;
use tripod_access::Access;
use tripod_access::escalation::{Answer, Escalation, Path, Paths, Step, dot, html, svg};
use tripod_model::Arn;
use tripod_report::plain;

use super::evidence::Evidence;
use super::names;
use crate::args::{PathsArgs, PathsFormat};
use crate::exit::{Exit, Failure};
use crate::output;

/// Whoever has no credentials, as `--from` names it.
const INTERNET: &str = "internet";
/// Whoever may do everything, as `--to` names it.
const ADMINISTRATOR: &str = "admin";

/// The document of `--format json`: the paths, and what no path could be told of.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    paths: &'a Paths,
    unread: &'a [String],
}

pub(super) fn paths(args: &PathsArgs) -> anyhow::Result<Exit> {
    let named: Vec<&str> = [&args.from, &args.to]
        .into_iter()
        .flatten()
        .map(|it| &**it)
        .collect();
    let evidence = Evidence::read(&args.evidence, &named)?;
    let access = evidence.access()?;
    let escalation = Escalation::of(&access, evidence.snapshot.run.observed);
    let found = found(&access, &escalation, args)?;
    let paths = Paths::new(evidence.account().id.as_str(), found);
    let unread = escalation.unread();
    let text = match args.format {
        PathsFormat::Table => page(&paths, &unread),
        PathsFormat::Json => {
            let document = Document {
                paths: &paths,
                unread: &unread,
            };
            serde_json::to_string_pretty(&document)? + "\n"
        }
        PathsFormat::Dot => dot(&paths),
        PathsFormat::Svg => svg(&paths),
        PathsFormat::Html => html(&paths),
    };
    output::print(&text)?;
    let open = !paths.paths.is_empty() && !paths.paths.iter().any(Path::is_certain);
    Ok(if open { Exit::NotAssessed } else { Exit::Done })
}

/// The paths that are asked for: without `--from` and `--to` the shortest ones to administrator.
fn found(
    access: &Access<'_>,
    escalation: &Escalation<'_>,
    args: &PathsArgs,
) -> Result<Vec<Path>, Failure> {
    let to_administrator = args.to.as_deref() == Some(ADMINISTRATOR);
    let wanted = |path: &Path| match args.to.as_deref() {
        None => true,
        Some(ADMINISTRATOR) => path.to.name() == "administrator",
        Some(goal) => path.to.name() == goal,
    };
    match args.from.as_deref() {
        Some(INTERNET) => {
            let paths = escalation.from_internet().into_iter();
            Ok(paths.filter(wanted).collect())
        }
        Some(start) => {
            let start = starting(access, start)?;
            let answer = match args.to.as_deref() {
                None => {
                    return escalation
                        .paths_from(&start)
                        .map_err(|error| names::refused(&error));
                }
                Some(_) if to_administrator => escalation.to_administrator(&start),
                Some(goal) => escalation.to(&start, &Arn::new(goal)),
            };
            Ok(answer
                .map_err(|error| names::refused(&error))?
                .path()
                .cloned()
                .into_iter()
                .collect())
        }
        None if args.to.is_none() || to_administrator => {
            let paths = escalation.all().paths.into_iter();
            Ok(paths
                .filter(|path| path.to.name() == "administrator")
                .collect())
        }
        None => {
            let goal = Arn::new(args.to.as_deref().unwrap_or_default());
            let answers = access.principals().map(|start| escalation.to(start, &goal));
            let mut paths = Vec::new();
            for answer in answers {
                match answer.map_err(|error| names::refused(&error))? {
                    Answer::Yes(path) | Answer::Perhaps(path) if !path.steps.is_empty() => {
                        paths.push(path);
                    }
                    _ => {}
                }
            }
            Ok(paths)
        }
    }
}

/// A function by its ARN, or a user or role by whatever it is called.
fn starting(access: &Access<'_>, text: &str) -> Result<Arn, Failure> {
    let arn = Arn::new(text);
    if arn.service() == Some("lambda") {
        return Ok(arn);
    }
    names::principal(access, text)
}

/// The paths for a person: each in one line, then its steps.
fn page(paths: &Paths, unread: &[String]) -> String {
    let mut text = String::new();
    let count = paths.paths.len();
    let noun = if count == 1 { "path" } else { "paths" };
    // Writing into a text cannot fail.
    let _ = writeln!(text, "{count} {noun} in account {}", plain(&paths.account));
    for path in &paths.paths {
        let word = match (path.is_certain(), path.conditions.is_empty()) {
            (false, _) => "PERHAPS",
            (true, false) => "UNDER CONDITIONS",
            (true, true) => "YES",
        };
        let _ = writeln!(text, "\n{word}: {}", plain(&path.line()));
        for (place, step) in path.steps.iter().enumerate() {
            told(&mut text, place + 1, step);
        }
        section(&mut text, "has to hold", &path.conditions);
        section(&mut text, "not seen", &path.unseen);
    }
    if !unread.is_empty() {
        text.push('\n');
        section(
            &mut text,
            "no path could be told to what stands on lists that were not read",
            unread,
        );
    }
    text
}

fn told(text: &mut String, number: usize, step: &Step) {
    let (from, to) = (plain(step.from.short()), plain(step.to.short()));
    let _ = writeln!(
        text,
        "  {number}. {from} {}: {to} ({})",
        step.title, step.rule
    );
    for request in &step.requests {
        let by = request.by.join("; ");
        let (resource, by) = (plain(&request.resource), plain(&by));
        let _ = writeln!(text, "     {} on {resource}: {by}", request.action);
    }
}

fn section(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {heading}");
    for line in lines {
        let _ = writeln!(text, "     {}", plain(line));
    }
}
