//! `tripod access`: who may do what, by all the policies of a snapshot.

mod evidence;
mod names;
mod page;
mod paths;
mod questions;

use serde::Serialize;
use tripod_access::ACCESS_SCHEMA;
use tripod_policy::Context;

use self::evidence::Evidence;
use super::VERSION;
use crate::args::{AccessCommand, CircumstancesArgs, EvidenceArgs, ListFormat};
use crate::exit::Exit;
use crate::output;

pub(super) fn run(command: &AccessCommand) -> anyhow::Result<Exit> {
    match command {
        AccessCommand::WhoCan(args) => questions::who_can(args),
        AccessCommand::Can(args) => questions::can(args),
        AccessCommand::Reach(args) => questions::reach(args),
        AccessCommand::Paths(args) => paths::paths(args),
    }
}

/// An answer with what it is the answer to: `tripod.access.v1`. Fields are added, never renamed.
#[derive(Serialize)]
struct Document<'a, Q, A> {
    schema: &'static str,
    tool: Tool,
    run: RunPart<'a>,
    account: &'a str,
    question: Q,
    answer: A,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct RunPart<'a> {
    id: &'a str,
    observed: String,
}

/// Prints an answer as it was asked for.
fn print<Q: Serialize, A: Serialize>(
    evidence: &Evidence,
    args: &EvidenceArgs,
    question: Q,
    answer: A,
    page: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    match args.format {
        ListFormat::Table => output::print(&page()),
        ListFormat::Json => {
            let run = &evidence.snapshot.run;
            let document = Document {
                schema: ACCESS_SCHEMA,
                tool: Tool {
                    name: "tripod",
                    version: VERSION,
                },
                run: RunPart {
                    id: &run.id,
                    observed: run.observed.to_string(),
                },
                account: evidence.account().id.as_str(),
                question,
                answer,
            };
            let mut text = serde_json::to_string_pretty(&document)?;
            text.push('\n');
            output::print(&text)
        }
    }
}

/// What is known of the request: of keys that are not named, nothing.
fn context(args: &CircumstancesArgs) -> Context {
    let mut context = Context::open();
    for (key, _) in &args.context {
        let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(key);
        let values = args.context.iter().filter(same);
        context = context.with_all(key, values.map(|(_, value)| value.clone()));
    }
    for key in &args.without {
        context = context.without(key);
    }
    context
}

/// The circumstances as they stand in the document.
#[derive(Serialize)]
struct Circumstances<'a> {
    context: Vec<KeyValue<'a>>,
    without: &'a [String],
}

#[derive(Serialize)]
struct KeyValue<'a> {
    key: &'a str,
    value: &'a str,
}

impl<'a> From<&'a CircumstancesArgs> for Circumstances<'a> {
    fn from(args: &'a CircumstancesArgs) -> Self {
        let pairs = args.context.iter();
        Self {
            context: pairs.map(|(key, value)| KeyValue { key, value }).collect(),
            without: &args.without,
        }
    }
}
