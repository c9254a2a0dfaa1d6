//! Arguments. Their texts are the manual: help, man page and completions are made from them.

mod questions;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use jiff::civil::Date;
use tripod_assess::{Profile, read_layer, read_network, read_organization};
use tripod_checks::{Framework, Service};
use tripod_collect::PARTITIONS;
use tripod_model::{AccountId, Pillar, Severity};
use tripod_report::{Format, GroupBy};

use crate::role::{ExternalId, RoleName, Trusted};

use questions::{ACCESS_EXIT_CODES, CAPACITY_EXIT_CODES};
pub(crate) use questions::{
    AccessCommand, CanArgs, CapacityArgs, CapacityFormat, CircumstancesArgs, EvidenceArgs,
    PathsArgs, PathsFormat, ReachArgs, SnapshotArgs, WhatIfArgs, WhoCanArgs,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  done, nothing at or above --fail-on
  1  findings at or above --fail-on
  2  usage or configuration error
  3  could not assess enough: no credentials, no region reached, coverage below --min-coverage
  4  internal error";

const DOCTOR_EXIT_CODES: &str = "\
Exit codes:
  0  every operation tried is allowed and every region to scan answers
  2  usage or configuration error, or the endpoint cannot be reached
  3  anything else: no valid credentials, an operation denied or failed, a region without an answer
  4  internal error";

const RULES_EXIT_CODES: &str = "\
Exit codes:
  0  every test passed
  1  a test failed, or a rule has none that passes or none that fails
  2  a rule is wrong, or the folder cannot be read
  4  internal error";

/// Scans live AWS accounts and says how the serverless estate stands on three legs:
/// confidentiality, integrity, availability.
#[derive(Debug, Parser)]
#[command(name = "tripod", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read an account, run the checks, show the report
    Scan(Box<ScanArgs>),
    /// Try before a scan, in a few calls: credentials, regions, permissions, and what a scan would cost
    #[command(after_help = DOCTOR_EXIT_CODES)]
    Doctor(DoctorArgs),
    /// Run the checks over a snapshot of an earlier scan
    Assess(AssessArgs),
    /// Show the report of a stored run
    Report(ReportArgs),
    /// List the checks
    Checks(ChecksArgs),
    /// Exceptions: failures that somebody answers for, for a while
    Exceptions {
        #[command(subcommand)]
        command: ExceptionsCommand,
    },
    /// Say what a check looks for, why, and how to mend it
    Explain {
        /// Id of a check, a row of the catalogue, or id of a rule
        check: String,
        /// Folder of rules of your own, to explain one of them
        #[arg(long, value_name = "DIR", env = "TRIPOD_RULES")]
        rules: Option<PathBuf>,
    },
    /// Rules of your own
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Print the IAM permissions that a scan needs: a policy, or a role ready to apply
    Policy(PolicyArgs),
    /// Say who may do what, by all the policies of a snapshot; nothing is asked of AWS
    #[command(after_help = ACCESS_EXIT_CODES)]
    Access {
        #[command(subcommand)]
        command: AccessCommand,
    },
    /// Say when addresses, concurrency and rates run out, and who takes whom down; nothing is asked of AWS
    #[command(after_help = CAPACITY_EXIT_CODES)]
    Capacity(Box<CapacityArgs>),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// For maintainers
    #[command(hide = true)]
    Dev {
        #[command(subcommand)]
        command: DevCommand,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct ScanArgs {
    /// Show a recorded scan of a synthetic estate: no account, no network
    #[arg(long, conflicts_with_all = ["replay", "profile", "role_arn", "endpoint_url"])]
    pub(crate) demo: bool,
    /// Answer every call from the recording of an earlier run: a run's id or folder, or a file
    #[arg(long, value_name = "RUN", conflicts_with_all = ["profile", "role_arn", "endpoint_url"])]
    pub(crate) replay: Option<String>,
    /// Go on with a run that was cut off or stopped: a run's id or folder. What it has is not asked again
    #[arg(long, value_name = "RUN", conflicts_with_all = ["demo", "replay", "no_save"])]
    pub(crate) resume: Option<String>,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// Ask also which services each user and role has used: two calls and more for each of them
    #[arg(long)]
    pub(crate) last_accessed: bool,
    /// Read every bucket of the account, and not only those that trails, logs, truststores, event sources or
    /// policies of functions refer to
    #[arg(long)]
    pub(crate) all_buckets: bool,
    /// Do not keep the run
    #[arg(long)]
    pub(crate) no_save: bool,
    /// Show no progress
    #[arg(long)]
    pub(crate) no_progress: bool,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AssessArgs {
    /// Snapshot, as a run keeps it
    pub(crate) snapshot: PathBuf,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// Id of the run; the latest when left out
    pub(crate) run: Option<String>,
    /// Show how the account stands by this framework, control by control, such as soc2, pci, iso27001 or baseline;
    /// as table, json, csv or markdown
    #[arg(long, value_name = "NAME", value_parser = framework)]
    pub(crate) framework: Option<Framework>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) gate: GateArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ChecksArgs {
    /// Form of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// Only checks that ask what a check of another tool asks, such as prowler:awslambda_function_url_public or
    /// security-hub:Lambda.1; repeatable
    #[arg(long, value_name = "TOOL:ID")]
    pub(crate) like: Vec<String>,
    /// Only checks that serve this framework, such as soc2, pci, iso27001 or baseline
    #[arg(long, value_name = "NAME", value_parser = framework)]
    pub(crate) framework: Option<Framework>,
    /// Only checks that serve this control of the framework
    #[arg(long, value_name = "ID", requires = "framework")]
    pub(crate) control: Option<String>,
    /// Folder of rules of your own, listed beside the checks
    #[arg(long, value_name = "DIR", env = "TRIPOD_RULES")]
    pub(crate) rules: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionsCommand {
    /// Make a file of exceptions of what another tool was told to be silent about; it goes to standard output
    Import(ImportArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Run the tests that rules bring with them
    #[command(after_help = RULES_EXIT_CODES)]
    Test {
        /// Folder of the rules, one *.toml file each: docs/guides/write-your-own-rules.md
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Whose file it is
    #[arg(long, value_enum, value_name = "TOOL")]
    pub(crate) from: ImportFrom,
    /// The file, such as mutelist.yaml
    pub(crate) file: PathBuf,
    /// Who answers for the exceptions [default: nobody yet, which each entry says]
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// The last day on which they hold, as 2027-03-31 [default: 90 days from today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) expires: Option<Date>,
}

/// A tool whose file can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFrom {
    /// Prowler's mutelist
    Prowler,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PolicyArgs {
    /// Only what the checks of this service need; repeatable
    #[arg(long = "service", value_name = "NAME", value_parser = service)]
    pub(crate) services: Vec<Service>,
    /// Account whose resources may be read [default: any; in a template, the one it is applied in]
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// Partition of AWS [default: aws; in a template, the one it is applied in]
    #[arg(long, value_name = "NAME", value_parser = PARTITIONS)]
    pub(crate) partition: Option<String>,
    /// Region that may be asked; repeatable; 'all' for every one
    #[arg(long = "region", value_name = "NAME", default_value = "all")]
    pub(crate) regions: Vec<String>,
    /// Form
    #[arg(long, value_enum, default_value_t = PolicyFormat::Json)]
    pub(crate) format: PolicyFormat,
    /// Print a list of policies, each short enough to be a managed one; templates always are
    #[arg(long)]
    pub(crate) split: bool,
    /// Name of the role in a template [default: tripod]
    #[arg(long, value_name = "NAME", value_parser = RoleName::parse)]
    pub(crate) role_name: Option<RoleName>,
    /// Who may assume the role of a template: an account's id, or the ARN of a user or role
    #[arg(long, value_name = "ARN", value_parser = Trusted::parse)]
    pub(crate) trust: Option<Trusted>,
    /// External id that whoever assumes the role of a template has to name
    #[arg(long, value_name = "ID", value_parser = ExternalId::parse)]
    pub(crate) external_id: Option<ExternalId>,
}

/// Whom to ask, where, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct ConnectionArgs {
    /// Profile of the shared AWS configuration files [default: AWS_PROFILE, or "default"]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region to scan; repeatable; 'all' for every region the account uses
    #[arg(long = "region", value_name = "NAME", default_value = "all")]
    pub(crate) regions: Vec<String>,
    /// Role to assume before scanning
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// External id for the role
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(crate) external_id: Option<String>,
    /// Endpoint in place of AWS's own, for local emulators
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Part of AWS's request quotas to use, from 0.01 to 1; the rest stays with the account's own work
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share)]
    pub(crate) quota_share: f64,
    /// Seconds to wait for one answer; an operation that fails for four times as long is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
    /// How many times faster than AWS's the clock of the quotas runs, for an endpoint that is a bench
    #[arg(
        long,
        value_name = "FACTOR",
        default_value_t = 1.0,
        hide = true,
        requires = "endpoint_url"
    )]
    pub(crate) quota_speed: f64,
}

/// Which checks to run.
#[derive(Debug, clap::Args)]
pub(crate) struct SelectArgs {
    /// Only this check, by id or catalogue row; repeatable
    #[arg(long = "check", value_name = "ID")]
    pub(crate) checks: Vec<String>,
    /// Without this check; repeatable
    #[arg(long = "skip-check", value_name = "ID")]
    pub(crate) skip: Vec<String>,
    /// Only checks of this service; repeatable
    #[arg(long = "service", value_name = "NAME", value_parser = service)]
    pub(crate) services: Vec<Service>,
    /// Only checks of this leg; repeatable
    #[arg(long = "pillar", value_name = "NAME", value_parser = pillar)]
    pub(crate) pillars: Vec<Pillar>,
    /// Only checks of at least this severity
    #[arg(long, value_name = "LEVEL", value_parser = severity)]
    pub(crate) severity: Option<Severity>,
}

/// What a run goes by beside the account: who is trusted, how much is asked, what is accepted.
#[derive(Debug, clap::Args)]
pub(crate) struct SettingsArgs {
    /// File of settings [default: tripod.toml in the working directory, where there is one]
    #[arg(long, value_name = "FILE", env = "TRIPOD_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// How much is asked of an account: baseline, strict or regulated [default: baseline]
    #[arg(long, value_name = "NAME", env = "TRIPOD_CHECK_PROFILE")]
    pub(crate) check_profile: Option<Profile>,
    /// File of exceptions: failures that somebody answers for, for a while
    #[arg(long, value_name = "FILE", env = "TRIPOD_EXCEPTIONS")]
    pub(crate) exceptions: Option<PathBuf>,
    /// Folder of rules of your own, one *.toml file each: docs/guides/write-your-own-rules.md
    #[arg(long, value_name = "DIR", env = "TRIPOD_RULES")]
    pub(crate) rules: Option<PathBuf>,
    /// An account that may be let in, such as another one of the company; repeatable
    #[arg(
        long = "trusted-account",
        value_name = "ACCOUNT",
        env = "TRIPOD_TRUSTED_ACCOUNTS",
        value_delimiter = ','
    )]
    pub(crate) accounts: Vec<AccountId>,
    /// An organisation whose accounts may be let in, as o-…; repeatable
    #[arg(long = "trusted-organization", value_name = "ID", env = "TRIPOD_TRUSTED_ORGANIZATIONS", value_delimiter = ',', value_parser = read_organization)]
    pub(crate) organizations: Vec<String>,
    /// A network of the company's own, such as 203.0.113.0/24; repeatable
    #[arg(long = "trusted-network", value_name = "CIDR", env = "TRIPOD_TRUSTED_NETWORKS", value_delimiter = ',', value_parser = read_network)]
    pub(crate) networks: Vec<IpNet>,
    /// Layers that may be used, by a pattern of their ARNs; repeatable
    #[arg(long = "trusted-layer", value_name = "ARN", env = "TRIPOD_TRUSTED_LAYERS", value_delimiter = ',', value_parser = read_layer)]
    pub(crate) layers: Vec<String>,
}

/// Where runs are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct StoreArgs {
    /// Folder of the runs [default: tripod in the user's data folder]
    #[arg(long, value_name = "DIR", env = "TRIPOD_STORE")]
    pub(crate) store: Option<PathBuf>,
}

/// Form and place of the report.
#[derive(Debug, clap::Args)]
pub(crate) struct OutputArgs {
    /// Form of the report; repeatable
    #[arg(long = "format", value_name = "FORMAT", value_parser = report_format(), default_value = "table")]
    pub(crate) formats: Vec<Format>,
    /// Write to this file instead of standard output; with several formats, a folder
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Show ARNs and every finding in the table
    #[arg(long)]
    pub(crate) wide: bool,
    /// What the failures of the table are put together by
    #[arg(long, value_name = "WHAT", value_parser = group_by(), default_value = "check")]
    pub(crate) group_by: GroupBy,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What the exit code tells.
#[derive(Debug, clap::Args)]
pub(crate) struct GateArgs {
    /// End with code 1 when a finding that no exception covers is at least this severe
    #[arg(long, value_name = "LEVEL", env = "TRIPOD_FAIL_ON", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
    /// End with code 3 when less than this share of outcomes could be assessed, in percent [default: the profile's,
    /// 50 in the baseline]
    #[arg(long, value_name = "PERCENT", env = "TRIPOD_MIN_COVERAGE", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_coverage: Option<u8>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DevCommand {
    /// Generated files: README's table, docs, schemas
    Generate {
        /// Write them
        #[arg(long, conflicts_with = "check")]
        write: bool,
        /// Fail if one is not as it would be written
        #[arg(long)]
        check: bool,
    },
    /// Turn the recording of a run into the embedded demo
    Demo {
        /// Folder of the run
        run: PathBuf,
    },
}

/// Form of the permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// The policy alone, as IAM takes it
    Json,
    /// A role with the policy, for AWS CloudFormation
    Cloudformation,
    /// A role with the policy, for Terraform
    Terraform,
}

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For a person at a terminal
    Table,
    /// For a program
    Json,
}

fn named<T: Copy>(all: &[T], name_of: impl Fn(T) -> &'static str, text: &str) -> Result<T, String> {
    all.iter()
        .copied()
        .find(|item| name_of(*item) == text)
        .ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|item| name_of(*item)).collect();
            format!("expected one of {}", names.join(", "))
        })
}

/// The forms of a report, named in help and completions as possible values.
fn report_format() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.about()));
    PossibleValuesParser::new(values).try_map(|name| named(&Format::ALL, Format::as_str, &name))
}

/// What a table puts together, named in help and completions as possible values.
fn group_by() -> impl TypedValueParser<Value = GroupBy> {
    let values = GroupBy::ALL.map(|it| PossibleValue::new(it.as_str()).help(it.about()));
    PossibleValuesParser::new(values).try_map(|name| named(&GroupBy::ALL, GroupBy::as_str, &name))
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.01..=1.0).contains(share))
        .ok_or_else(|| "expected a number from 0.01 to 1".to_owned())
}

fn framework(text: &str) -> Result<Framework, String> {
    Framework::find(text).map_err(|error| error.to_string())
}

fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "expected a day of the calendar, such as 2027-03-31".to_owned())
}

fn service(text: &str) -> Result<Service, String> {
    named(&Service::ALL, Service::as_str, text)
}

fn pillar(text: &str) -> Result<Pillar, String> {
    named(&Pillar::ALL, Pillar::as_str, text)
}

fn severity(text: &str) -> Result<Severity, String> {
    named(&Severity::COUNTED, Severity::as_str, text)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_name_that_is_none_lists_those_that_are() {
        assert_eq!(severity("high"), Ok(Severity::High));
        let error = severity("worst").expect_err("no such level");
        assert!(error.contains("critical"));
    }
}
