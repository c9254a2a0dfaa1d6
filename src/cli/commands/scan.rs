//! `tripod scan`: read an account, run the checks, show the report.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tripod_archive::{
    Header, RECORDING_SCHEMA, ReadRecording, RecordingWriter, RunFolder, read_recording,
};
use tripod_collect::{
    Options, Recorder, Recording, RegionChoice, ScanError, ScanOptions, Session, SessionError,
    scan, valid_region_name,
};
use tripod_model::{Exchange, RegionName, Snapshot};

use super::{explain_exit, gate, report_on, select};
use crate::args::ScanArgs;
use crate::exit::{Exit, Failure};
use crate::progress::Watch;
use crate::{demo, output, paths};

pub(super) fn run(args: &ScanArgs) -> anyhow::Result<Exit> {
    output::validate(&args.output)?;
    let checks = select(&args.select)?;
    let regions = regions(&args.regions)?;
    let folder = keep(args)?;
    let snapshot = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(read(args, regions, folder.as_ref()))?;
    let report = report_on(&snapshot, &checks);
    if let Some(folder) = &folder {
        folder.write_snapshot(&(serde_json::to_string_pretty(&snapshot)? + "\n"))?;
        folder.write_report(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    }
    output::write(&report, &args.output)?;
    if let Some(folder) = &folder {
        output::remark(
            args.output.quiet,
            &format!(
                "kept as run {} in {}",
                snapshot.run.id,
                folder.path().display()
            ),
        );
    }
    let exit = gate(&report, &args.gate);
    explain_exit(&report, &args.gate, exit);
    Ok(exit)
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

/// The folder of the run, unless it is not to be kept. A replay is not kept: its recording exists.
fn keep(args: &ScanArgs) -> anyhow::Result<Option<RunFolder>> {
    if args.no_save || args.demo || args.replay.is_some() {
        return Ok(None);
    }
    let store = paths::store(&args.store)?;
    let folder = store.create(&run_id()).map_err(|error| {
        Failure::usage(format!("the run cannot be kept: {error}"))
            .hint("name another folder by --store DIR, or do not keep the run by --no-save")
    })?;
    Ok(Some(folder))
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

async fn read(
    args: &ScanArgs,
    regions: RegionChoice,
    folder: Option<&RunFolder>,
) -> anyhow::Result<Snapshot> {
    let hidden = args.no_progress || args.output.quiet;
    let (session, source, writer) = open(args, folder).await?;
    let run_id = folder.map_or_else(run_id, |folder| name_of(folder.path()));
    let watch = Watch::new(hidden);
    let shown = watch.clone();
    let options = ScanOptions {
        run_id,
        regions,
        observed: source.as_ref().map(|header| header.observed),
        progress: Arc::new(move |progress| shown.show(&progress)),
    };
    let result = Box::pin(scan(&session, options)).await;
    watch.finish();
    // What was recorded until an error is evidence, too.
    let recorded = writer.map(Writer::finish).transpose();
    let mut snapshot = match result {
        Ok(snapshot) => snapshot,
        Err(error) => {
            discard(folder);
            return Err(failure(&error).into());
        }
    };
    recorded?;
    if let Some(header) = source {
        snapshot.run.endpoint = header.endpoint;
    }
    Ok(snapshot)
}

/// A run that saw nothing leaves nothing.
fn discard(folder: Option<&RunFolder>) {
    if let Some(folder) = folder {
        // Not being able to clean up must not hide the error that is about to be shown.
        let _ = std::fs::remove_dir_all(folder.path());
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(run_id, |name| name.to_string_lossy().into_owned())
}

/// A session: live, or over a recording, whose header is then given.
async fn open(
    args: &ScanArgs,
    folder: Option<&RunFolder>,
) -> anyhow::Result<(Session, Option<Header>, Option<Writer>)> {
    if let Some(recording) = recording(args)? {
        if recording.truncated {
            output::remark(
                args.output.quiet,
                "the recording has no end: its run was cut off",
            );
        }
        let header = recording.header;
        let session = Session::replay(
            Arc::new(Recording::new(recording.exchanges)),
            header.home.clone(),
            Recorder::counting(),
        )
        .map_err(|error| session_failure(error, None))?;
        return Ok((session, Some(header), None));
    }
    let writer = Writer::default();
    let recorder = match folder {
        Some(_) => Recorder::to(writer.sink()),
        None => Recorder::counting(),
    };
    let options = Options {
        profile: args.profile.clone(),
        role_arn: args.role_arn.clone(),
        external_id: args.external_id.clone(),
        endpoint_url: args.endpoint_url.clone(),
        home_region: None,
        quota_share: args.quota_share,
    };
    let session = match Session::live(&options, recorder).await {
        Ok(session) => session,
        Err(error) => {
            discard(folder);
            let profile = args.profile.clone().or_else(paths::profile);
            return Err(session_failure(error, profile.as_deref()).into());
        }
    };
    for remark in session.remarks() {
        output::remark(args.output.quiet, remark);
    }
    let Some(folder) = folder else {
        return Ok((session, None, None));
    };
    writer.begin(folder, &session)?;
    Ok((session, None, Some(writer)))
}

/// The recording to answer from, where one is asked for.
fn recording(args: &ScanArgs) -> anyhow::Result<Option<ReadRecording>> {
    let read = |name: &str, input: &mut dyn Read| {
        read_recording(input)
            .map_err(|error| Failure::usage(format!("the recording {name} {error}")))
    };
    if args.demo {
        return Ok(Some(read("of the demo", &mut &demo::RECORDING[..])?));
    }
    let Some(run) = &args.replay else {
        return Ok(None);
    };
    let path = replay_path(args, run)?;
    let name = path.display().to_string();
    let file = File::open(&path)
        .map_err(|error| Failure::usage(format!("the recording {name} cannot be read: {error}")))?;
    Ok(Some(read(&name, &mut BufReader::new(file))?))
}

/// A run by its file, its folder, or its id in the store.
fn replay_path(args: &ScanArgs, run: &str) -> anyhow::Result<PathBuf> {
    let path = Path::new(run);
    if path.is_file() {
        return Ok(path.to_owned());
    }
    if path.is_dir() {
        return Ok(RunFolder::at(path).recording());
    }
    let folder = paths::store(&args.store)?
        .open(Some(run))
        .map_err(|error| {
            Failure::usage(format!("--replay {run}: {error}"))
                .hint("give a run's id, the folder of a run, or a recording's file")
        })?;
    Ok(folder.recording())
}

/// Writes the recording of a live run as its exchanges arrive.
#[derive(Clone, Default)]
struct Writer(Arc<Mutex<WriterState>>);

#[derive(Default)]
struct WriterState {
    file: Option<RecordingWriter<File>>,
    error: Option<std::io::Error>,
}

impl Writer {
    fn begin(&self, folder: &RunFolder, session: &Session) -> anyhow::Result<()> {
        let header = Header {
            schema: RECORDING_SCHEMA.to_owned(),
            observed: Timestamp::now(),
            home: session.home().clone(),
            endpoint: session.endpoint_url().map(str::to_owned),
        };
        let file = RecordingWriter::begin(folder.create_recording()?, &header)?;
        self.state().file = Some(file);
        Ok(())
    }

    /// Takes exchanges from any thread. The first error ends the recording and is told at the end.
    fn sink(&self) -> impl Fn(Exchange) + Send + Sync + 'static {
        let writer = self.clone();
        move |exchange| {
            let mut state = writer.state();
            let result = state.file.as_mut().map(|file| file.add(&exchange));
            if let Some(Err(error)) = result {
                state.file = None;
                state.error = Some(error);
            }
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        let mut state = self.state();
        if let Some(error) = state.error.take() {
            return Err(
                Failure::usage(format!("the recording could not be written: {error}")).into(),
            );
        }
        if let Some(file) = state.file.take() {
            file.finish()?.sync_all()?;
        }
        Ok(())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, WriterState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn session_failure(error: SessionError, profile: Option<&str>) -> Failure {
    match error {
        SessionError::NoCredentials {
            reason,
            role_arn: Some(role),
        } => Failure::not_assessed(format!("the role {role} could not be assumed: {reason}")).hint(
            "check that your own credentials may call sts:AssumeRole on it, and --external-id",
        ),
        SessionError::NoCredentials {
            reason,
            role_arn: None,
        } => no_credentials(&reason, profile),
        SessionError::Random(_) => Failure {
            exit: Exit::Internal,
            message: error.to_string(),
            hint: None,
        },
    }
}

fn no_credentials(reason: &str, profile: Option<&str>) -> Failure {
    let profile = profile.map_or_else(
        || "the shared configuration files".to_owned(),
        |name| format!("the profile '{name}'"),
    );
    Failure::not_assessed(format!(
        "no AWS credentials were found: looked at the environment (AWS_ACCESS_KEY_ID), {profile}, \
         web identity, and the role of the container or instance ({})",
        reason.trim_end_matches('.')
    ))
    .hint(
        "set AWS_PROFILE or --profile, export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or try \
         'tripod scan --demo' without an account",
    )
}

fn failure(error: &ScanError) -> Failure {
    let message = error.to_string();
    match error {
        ScanError::Unreachable { .. } => Failure::usage(message).hint(
            "check the network, --endpoint-url, AWS_ENDPOINT_URL and the profile's endpoint_url",
        ),
        ScanError::UnknownRegion { .. } => Failure::usage(message),
        ScanError::Identity(_) => Failure::not_assessed(message)
            .hint("'aws sts get-caller-identity' shows the same with the AWS CLI"),
        ScanError::Regions(_) => Failure::not_assessed(message)
            .hint("allow ec2:DescribeRegions, or name the regions to scan by --region"),
        ScanError::AllDisabled(_) => {
            Failure::usage(message).hint("enable the region in the account, or leave it out")
        }
    }
}
