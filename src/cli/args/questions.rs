//! Arguments of the commands that put questions to a snapshot.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use tripod_capacity::SupposedThrottle;
use tripod_model::AccountId;

use super::{ListFormat, StoreArgs};

pub(super) const ACCESS_EXIT_CODES: &str = "\
Exit codes:
  0  answered, whatever the answer
  2  usage error: no such principal, action, resource, snapshot or run
  3  cannot be assessed: 'can' hangs on something the snapshot lacks, or the account's IAM was not read
  4  internal error";

pub(super) const CAPACITY_EXIT_CODES: &str = "\
Exit codes:
  0  answered, whatever runs short
  2  usage error: no such snapshot, run, account, region, function, zone, API, stage or method
  3  nothing could be reckoned: the snapshot lacks the functions of every region
  4  internal error";

#[derive(Debug, Subcommand)]
pub(crate) enum AccessCommand {
    /// Who may do something: users, roles, and whom the resource's policy lets in
    #[command(after_help = ACCESS_EXIT_CODES)]
    WhoCan(WhoCanArgs),
    /// Whether a user or role may do something, and why
    #[command(after_help = ACCESS_EXIT_CODES)]
    Can(CanArgs),
    /// What a user or role may do to everything the snapshot holds
    #[command(after_help = ACCESS_EXIT_CODES)]
    Reach(ReachArgs),
    /// How somebody becomes an administrator or comes to read what is kept, step by step
    #[command(after_help = ACCESS_EXIT_CODES)]
    Paths(PathsArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct WhoCanArgs {
    /// The action, such as lambda:UpdateFunctionCode; * and ? are wildcards
    pub(crate) action: String,
    /// ARN of the resource [default: every resource of the snapshot that the action may act on]
    pub(crate) resource: Option<String>,
    #[command(flatten)]
    pub(crate) circumstances: CircumstancesArgs,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CanArgs {
    /// The user or role: its ARN or its name
    pub(crate) principal: String,
    /// The action, such as s3:GetObject
    pub(crate) action: String,
    /// ARN of the resource, or '*' for an action that acts on none
    pub(crate) resource: String,
    #[command(flatten)]
    pub(crate) circumstances: CircumstancesArgs,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReachArgs {
    /// The user or role: its ARN or its name
    pub(crate) principal: String,
    #[command(flatten)]
    pub(crate) circumstances: CircumstancesArgs,
    #[command(flatten)]
    pub(crate) evidence: EvidenceArgs,
}

/// What is known of a request. Of a key that is not named, nothing is.
#[derive(Debug, clap::Args)]
pub(crate) struct CircumstancesArgs {
    /// A condition key of the request and its value, such as aws:SourceIp=203.0.113.7; repeatable, also for
    /// several values of one key
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) context: Vec<(String, String)>,
    /// A condition key that the request lacks; repeatable
    #[arg(long, value_name = "KEY")]
    pub(crate) without: Vec<String>,
}

/// Which snapshot is asked, and how the answer looks.
#[derive(Debug, clap::Args)]
pub(crate) struct EvidenceArgs {
    #[command(flatten)]
    pub(crate) snapshot: SnapshotArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PathsArgs {
    /// Where to start: 'internet' for anyone, a user or role by ARN or name, a function by ARN; left out, every
    /// user, role and function, and the internet
    #[arg(long, value_name = "WHO")]
    pub(crate) from: Option<String>,
    /// Where to come to: 'admin', or the ARN of a user, role, key, secret, parameter, table or bucket
    #[arg(long, value_name = "GOAL")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) evidence: SnapshotArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = PathsFormat::Table)]
    pub(crate) format: PathsFormat,
}

/// Forms of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PathsFormat {
    /// Text: each path with its steps
    Table,
    /// tripod.paths.v1
    Json,
    /// A graph for Graphviz
    Dot,
    /// A picture
    Svg,
    /// A page with the picture and the steps
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CapacityArgs {
    #[command(flatten)]
    pub(crate) evidence: SnapshotArgs,
    /// Only this region; repeatable
    #[arg(long = "region", value_name = "NAME")]
    pub(crate) regions: Vec<String>,
    #[command(flatten)]
    pub(crate) what_if: WhatIfArgs,
    /// How many stored runs the trend is made of, the latest; each is read whole
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) trend_runs: usize,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = CapacityFormat::Table)]
    pub(crate) format: CapacityFormat,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show every row of long tables
    #[arg(long)]
    pub(crate) wide: bool,
}

/// What is supposed, and one assumption that no API tells.
#[derive(Debug, clap::Args)]
pub(crate) struct WhatIfArgs {
    /// Suppose that this function runs as many executions at once as the --concurrency behind it says; repeatable
    #[arg(long = "function", value_name = "NAME", requires = "concurrency")]
    pub(crate) functions: Vec<String>,
    /// Executions at once of the --function before it
    #[arg(long, value_name = "N", requires = "functions", value_parser = clap::value_parser!(i64).range(0..=1_000_000_000))]
    pub(crate) concurrency: Vec<i64>,
    /// Suppose that this function reserves N executions; repeatable
    #[arg(long, value_name = "NAME=N", value_parser = reservation)]
    pub(crate) reserve: Vec<(String, i64)>,
    /// Connections that an execution environment keeps open [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) connections_per_environment: Option<u32>,
    /// Suppose so many more functions in every subnet that functions use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) add_functions: Option<u32>,
    /// Let each of the added functions have a set of security groups of its own
    #[arg(long, requires = "add_functions")]
    pub(crate) new_security_group: bool,
    /// Suppose that this zone is lost, by its name or id; repeatable
    #[arg(long = "lose-zone", value_name = "ID")]
    pub(crate) lose_zones: Vec<String>,
    /// Suppose this throttle of a method or route, * for all of a stage; repeatable
    #[arg(long = "throttle", value_name = "API/STAGE/METHOD=RATE:BURST")]
    pub(crate) throttles: Vec<SupposedThrottle>,
}

/// Forms of the report on capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CapacityFormat {
    /// For a person at a terminal
    Table,
    /// `tripod.capacity.v1`
    Json,
    /// A page with pictures
    Html,
}

/// Which snapshot is asked.
#[derive(Debug, clap::Args)]
pub(crate) struct SnapshotArgs {
    /// Snapshot, as a run keeps it
    #[arg(long, value_name = "FILE", conflicts_with = "run")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Id or folder of a stored run [default: the latest]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Account to ask about, where the snapshot has several
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, such as aws:SourceIp=203.0.113.7".to_owned()),
    }
}

/// A function's name holds no `=`.
fn reservation(text: &str) -> Result<(String, i64), String> {
    let parsed = text.split_once('=').and_then(|(name, number)| {
        let number: i64 = number.parse().ok().filter(|it| *it >= 0)?;
        (!name.is_empty()).then(|| (name.to_owned(), number))
    });
    parsed.ok_or_else(|| "expected NAME=N, such as claims-intake=200".to_owned())
}
