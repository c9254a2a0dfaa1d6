//! Where a scan's answers come from: AWS, a recording, or a recording and then AWS.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use tripod_archive::{ReadRecording, RunFolder, read_recording};

use crate::args::ScanArgs;
use crate::exit::Failure;
use crate::{demo, output, paths};

/// Where answers come from.
pub(super) enum Source {
    /// AWS, in a new run.
    Live,
    /// A recording, and nothing else.
    Replay(ReadRecording),
    /// What a run in a folder has, then AWS.
    Resume(RunFolder, ReadRecording),
}

/// The source that the arguments name.
pub(super) fn of(args: &ScanArgs) -> anyhow::Result<Source> {
    if args.demo {
        let recording = read("of the demo", &mut &demo::RECORDING[..])?;
        return Ok(Source::Replay(recording));
    }
    if let Some(run) = &args.replay {
        let recording = open(&replay_path(args, run)?)?;
        if recording.truncated {
            output::remark(
                args.output.quiet,
                &format!(
                    "the recording has no end: its run was cut off; --resume {run} would go on with it"
                ),
            );
        }
        return Ok(Source::Replay(recording));
    }
    if let Some(run) = &args.resume {
        let folder = folder(args, "--resume", run)?;
        let recording = open(&folder.recording())?;
        return Ok(Source::Resume(folder, recording));
    }
    Ok(Source::Live)
}

fn open(path: &Path) -> anyhow::Result<ReadRecording> {
    let name = path.display().to_string();
    let file = File::open(path)
        .map_err(|error| Failure::usage(format!("the recording {name} cannot be read: {error}")))?;
    read(&name, &mut BufReader::new(file))
}

fn read(name: &str, input: &mut dyn Read) -> anyhow::Result<ReadRecording> {
    read_recording(input)
        .map_err(|error| Failure::usage(format!("the recording {name} {error}")).into())
}

/// A run by its file, its folder, or its id in the store.
fn replay_path(args: &ScanArgs, run: &str) -> anyhow::Result<PathBuf> {
    let path = Path::new(run);
    if path.is_file() {
        return Ok(path.to_owned());
    }
    Ok(folder(args, "--replay", run)?.recording())
}

/// A run by its folder, or its id in the store.
fn folder(args: &ScanArgs, option: &str, run: &str) -> anyhow::Result<RunFolder> {
    if Path::new(run).is_dir() {
        return Ok(RunFolder::at(run));
    }
    let found = paths::store(&args.store)?.recorded(run).map_err(|error| {
        Failure::usage(format!("{option} {run}: {error}"))
            .hint("give a run's id or the folder of a run; a recording's file can be replayed")
    })?;
    Ok(found)
}
