//! The snapshot that a question is put to: a file, a stored run, or the latest one.

use std::fs;
use std::path::{Path, PathBuf};

use tripod_archive::RunFolder;
use tripod_model::Snapshot;

use crate::args::SnapshotArgs;
use crate::exit::Failure;
use crate::paths;

/// Reads the snapshot that is meant.
pub(super) fn read(args: &SnapshotArgs) -> anyhow::Result<Snapshot> {
    let path = path(args)?;
    let shown = path.display();
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::usage(format!("{shown} cannot be read: {error}")))?;
    let snapshot = Snapshot::from_json(&text).map_err(|error| {
        Failure::usage(format!("{shown} is no snapshot: {error}"))
            .hint("a scan keeps its snapshot as snapshot.json in the folder of its run")
    })?;
    Ok(snapshot)
}

fn path(args: &SnapshotArgs) -> anyhow::Result<PathBuf> {
    if let Some(snapshot) = &args.snapshot {
        return Ok(snapshot.clone());
    }
    let folder = match &args.run {
        Some(run) if Path::new(run).join("snapshot.json").is_file() => RunFolder::at(run),
        run => paths::store(&args.store)?
            .open(run.as_deref())
            .map_err(|error| {
                Failure::usage(error.to_string()).hint(
                    "'tripod scan' makes a run; --snapshot names a file, --store another folder",
                )
            })?,
    };
    Ok(folder.snapshot())
}
