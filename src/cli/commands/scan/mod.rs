//! `tripod scan`: read an account, run the checks, show the report.

pub(super) mod failures;
mod signals;
mod source;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tripod_archive::{Header, RECORDING_SCHEMA, ReadRecording, RunFolder};
use tripod_assess::{Report, Rules};
use tripod_checks::Check;
use tripod_collect::{
    Options, Recorder, Recording, RegionChoice, ScanOptions, Session, Unfinished, scan,
    valid_region_name,
};
use tripod_model::{AccountId, RegionName, Snapshot};

use super::{beside, explain_exit, gate, report_on, select};
use crate::args::{ConnectionArgs, ScanArgs};
use crate::exit::{Exit, Failure};
use crate::progress::Watch;
use crate::settings::{self, Gate};
use crate::{output, paths};
use source::Source;
use writer::Writer;

pub(super) fn run(args: &ScanArgs) -> anyhow::Result<Exit> {
    output::validate(&args.output)?;
    let resolved = settings::resolve(&args.settings, &args.gate)?;
    let terms = &resolved.terms;
    let checks = select(&args.select, terms.profile, &terms.rules)?;
    let wanted = Wanted {
        regions: regions(&args.connection.regions)?,
        needed: needed(&checks, &terms.rules),
        last_accessed: args.last_accessed,
        all_buckets: args.all_buckets,
    };
    let source = source::of(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let scanned = runtime.block_on(async {
        match source {
            Source::Replay(recording) => replay(args, wanted, recording).await,
            Source::Live => begin(args, wanted).await,
            Source::Resume(folder, recording) => {
                Box::pin(go_on(args, wanted, folder, recording)).await
            }
        }
    })?;
    let report = report_on(&scanned.snapshot, &resolved, &checks);
    if let Some(folder) = &scanned.folder {
        folder.write_snapshot(&scanned.snapshot)?;
        folder.write_report(&report)?;
    }
    output::write(&report, &args.output, || {
        let store = paths::store(&args.store).ok();
        let quiet = args.output.quiet;
        beside::extras(&report, Some(&scanned.snapshot), store.as_ref(), quiet)
    })?;
    remark(args, &report, scanned.folder.as_ref());
    scanned.recorded.map_err(|error| {
        Failure::usage(format!("the recording is not whole: {error}"))
            .hint("the report is; the run cannot be replayed or resumed beyond what was written")
    })?;
    let asked = Gate::of(&resolved);
    let exit = gate(&report, asked);
    explain_exit(&report, asked, exit);
    Ok(exit)
}

/// What to read.
struct Wanted {
    regions: RegionChoice,
    /// Operations that the chosen checks need; none when all checks are chosen, which read everything.
    needed: Option<BTreeSet<&'static str>>,
    /// Whether to ask what principals have used.
    last_accessed: bool,
    /// Whether to read every bucket.
    all_buckets: bool,
}

impl Wanted {
    /// What a run asked for, asked for again: the same recording gives the same snapshot.
    fn with_those_of(mut self, header: &Header) -> Self {
        self.last_accessed |= header.last_accessed;
        self.all_buckets |= header.all_buckets;
        self
    }
}

fn needed(checks: &[&'static Check], rules: &Rules) -> Option<BTreeSet<&'static str>> {
    if checks.len() == settings::with_rules(rules).len() {
        return None;
    }
    let mut needs: BTreeSet<&str> = checks.iter().flat_map(|it| it.needs).copied().collect();
    for rule in rules.checks() {
        if checks.iter().any(|check| check.id == rule.id) {
            needs.extend(asked_with(rule.needs));
        }
    }
    Some(needs)
}

/// A rule names the list of its resources, and looks at whatever its service tells of them: everything of the service
/// is asked.
fn asked_with(needs: &[&str]) -> impl Iterator<Item = &'static str> {
    let service = |operation: &str| operation.split(':').next().map(str::to_owned);
    let services: BTreeSet<Option<String>> = needs.iter().map(|it| service(it)).collect();
    tripod_collect::operations()
        .into_iter()
        .filter(move |operation| services.contains(&service(operation)))
}

/// What a scan led to.
struct Scanned {
    snapshot: Snapshot,
    /// Where the run is kept, if it is.
    folder: Option<RunFolder>,
    /// Whether all exchanges could be written.
    recorded: std::io::Result<()>,
}

/// Says where the run is kept, and how to go on with one that did not come to its end.
fn remark(args: &ScanArgs, report: &Report, folder: Option<&RunFolder>) {
    let quiet = args.output.quiet;
    if let Some(behind) = report.run.clock_behind_seconds {
        let side = if behind > 0 { "behind" } else { "ahead of" };
        let text = format!(
            "this machine's clock is {} seconds {side} AWS's; requests were signed by AWS's time, and the \
             times of the report are this machine's",
            behind.abs()
        );
        output::remark(quiet, &text);
    }
    let Some(folder) = folder else {
        return;
    };
    let (id, path) = (&report.run.id, folder.path().display());
    output::remark(quiet, &format!("kept as run {id} in {path}"));
    if report.run.stopped.is_some() {
        output::remark(
            quiet,
            &format!("go on with it by: tripod scan --resume {id}"),
        );
    }
}

/// The regions asked for. Only their form is checked here: whether one exists is AWS's to answer.
pub(super) fn regions(names: &[String]) -> Result<RegionChoice, Failure> {
    if let Some(name) = names
        .iter()
        .find(|name| *name != "all" && !valid_region_name(name))
    {
        return Err(Failure::usage(format!("unknown region '{name}'")).hint(
            "a region is named like eu-central-1; 'all' scans every region the account uses",
        ));
    }
    if names.iter().any(|name| name == "all") {
        return Ok(RegionChoice::All);
    }
    Ok(RegionChoice::Only(
        names.iter().map(RegionName::new).collect(),
    ))
}

/// Answers from a recording. Nothing is kept: the recording exists.
async fn replay(
    args: &ScanArgs,
    wanted: Wanted,
    recording: ReadRecording,
) -> anyhow::Result<Scanned> {
    let header = recording.header;
    let wanted = wanted.with_those_of(&header);
    let session = Session::replay(
        Arc::new(Recording::new(recording.exchanges)),
        header.home.clone(),
        Recorder::counting(),
    )
    .map_err(|error| failures::of_session(&error, None))?;
    let mut options = options(args, run_id(), wanted);
    options.scan.observed = Some(header.observed);
    let mut snapshot = read(&session, options).await?;
    snapshot.run.endpoint = header.endpoint;
    Ok(Scanned {
        snapshot,
        folder: None,
        recorded: Ok(()),
    })
}

/// A new run.
async fn begin(args: &ScanArgs, wanted: Wanted) -> anyhow::Result<Scanned> {
    let writer = Writer::default();
    let sink = if args.no_save {
        Recorder::counting()
    } else {
        Recorder::to(writer.sink())
    };
    let session = session(
        &args.connection,
        args.output.quiet,
        args.connection.endpoint_url.clone(),
        None,
        sink,
    )
    .await?;
    let header = Header {
        schema: RECORDING_SCHEMA.to_owned(),
        observed: Timestamp::now(),
        home: session.home().clone(),
        endpoint: session.endpoint_url().map(str::to_owned),
        regions: match &wanted.regions {
            RegionChoice::All => None,
            RegionChoice::Only(names) => Some(names.clone()),
        },
        last_accessed: wanted.last_accessed,
        all_buckets: wanted.all_buckets,
    };
    let id = run_id();
    let folder = if args.no_save {
        None
    } else {
        let (folder, file) = keep(args, &id, &header)?;
        writer.begin(file);
        Some(folder)
    };
    signals::watch(&session)?;
    let mut options = options(args, id, wanted);
    options.scan.observed = Some(header.observed);
    let result = read(&session, options).await;
    let recorded = writer.finish();
    if result.is_err() {
        discard(folder.as_ref());
    }
    Ok(Scanned {
        snapshot: result?,
        folder,
        recorded,
    })
}

/// A run that goes on: what it has is served from its recording, the rest is asked of AWS.
async fn go_on(
    args: &ScanArgs,
    wanted: Wanted,
    folder: RunFolder,
    recording: ReadRecording,
) -> anyhow::Result<Scanned> {
    if wanted.regions != RegionChoice::All {
        return Err(
            Failure::usage("a run goes on with the regions that it began with")
                .hint("leave out --region")
                .into(),
        );
    }
    let file = folder
        .take_up(&recording)
        .map_err(|error| Failure::usage(format!("the run cannot go on: {error}")))?;
    let header = recording.header;
    let wanted = wanted.with_those_of(&header);
    let account = account_of(&recording.exchanges);
    let known = Recording::to_resume(recording.exchanges);
    let answers = known.len();
    let unfinished = Unfinished {
        recording: Arc::new(known),
        home: header.home.clone(),
    };
    let writer = Writer::default();
    let endpoint = args.connection.endpoint_url.clone().or(header.endpoint);
    let recorder = Recorder::to(writer.sink());
    let session = session(
        &args.connection,
        args.output.quiet,
        endpoint,
        Some(unfinished),
        recorder,
    )
    .await?;
    writer.begin(file);
    signals::watch(&session)?;
    output::remark(
        args.output.quiet,
        &format!("going on with {answers} answers that the run has"),
    );
    let wanted = Wanted {
        regions: header.regions.map_or(RegionChoice::All, RegionChoice::Only),
        ..wanted
    };
    let mut options = options(args, name_of(folder.path()), wanted);
    options.scan.observed = Some(header.observed);
    options.scan.account = account;
    let result = read(&session, options).await;
    Ok(Scanned {
        recorded: writer.finish(),
        snapshot: result?,
        folder: Some(folder),
    })
}

/// The account that a recording is of. The first answer, by which it became known, is filed under none.
fn account_of(exchanges: &[tripod_model::Exchange]) -> Option<AccountId> {
    exchanges
        .iter()
        .map(|exchange| &exchange.account)
        .find(|account| account.as_str().parse::<AccountId>().is_ok())
        .cloned()
}

/// A scan's options, and the progress that it shows.
struct Reading {
    scan: ScanOptions,
    watch: Watch,
}

fn options(args: &ScanArgs, run_id: String, wanted: Wanted) -> Reading {
    let watch = Watch::new(args.no_progress || args.output.quiet);
    let shown = watch.clone();
    let scan = ScanOptions {
        run_id,
        regions: wanted.regions,
        observed: None,
        account: None,
        needed: wanted.needed,
        last_accessed: wanted.last_accessed,
        all_buckets: wanted.all_buckets,
        progress: Arc::new(move |progress| shown.show(&progress)),
    };
    Reading { scan, watch }
}

async fn read(session: &Session, reading: Reading) -> anyhow::Result<Snapshot> {
    let result = Box::pin(scan(session, reading.scan)).await;
    reading.watch.finish();
    result.map_err(|error| failures::of_scan(&error).into())
}

/// A session that asks AWS.
pub(super) async fn session(
    args: &ConnectionArgs,
    quiet: bool,
    endpoint_url: Option<String>,
    unfinished: Option<Unfinished>,
    recorder: Recorder,
) -> anyhow::Result<Session> {
    let options = Options {
        profile: args.profile.clone(),
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        endpoint_url,
        quota_share: args.quota_share,
        quota_speed: args.quota_speed,
        timeout: Duration::from_secs(args.timeout),
    };
    let session = Session::live(&options, unfinished, recorder)
        .await
        .map_err(|error| {
            let profile = args.profile.clone().or_else(paths::profile);
            failures::of_session(&error, profile.as_deref())
        })?;
    for remark in session.remarks() {
        output::remark(quiet, remark);
    }
    Ok(session)
}

/// Begins the run's folder and recording.
fn keep(
    args: &ScanArgs,
    id: &str,
    header: &Header,
) -> anyhow::Result<(RunFolder, tripod_archive::RecordingWriter<std::fs::File>)> {
    let kept = paths::store(&args.store)?.create(id, header);
    kept.map_err(|error| {
        Failure::usage(format!("the run cannot be kept: {error}"))
            .hint("name another folder by --store DIR, or do not keep the run by --no-save")
            .into()
    })
}

/// A run that saw nothing leaves nothing.
fn discard(folder: Option<&RunFolder>) {
    if let Some(folder) = folder {
        // Not being able to clean up must not hide the error that is about to be shown.
        let _ = std::fs::remove_dir_all(folder.path());
    }
}

fn name_of(path: &Path) -> String {
    path.canonicalize()
        .ok()
        .as_deref()
        .unwrap_or(path)
        .file_name()
        .map_or_else(run_id, |name| name.to_string_lossy().into_owned())
}

/// Unique, and sorted by time.
fn run_id() -> String {
    let now = Timestamp::now();
    format!(
        "{}-{:05x}",
        now.strftime("%Y%m%dT%H%M%SZ"),
        now.subsec_nanosecond() & 0xf_ffff
    )
}
