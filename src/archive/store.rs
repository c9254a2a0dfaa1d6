//! The store: a folder with one folder for each run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tripod_model::Exchange;

use crate::recording::{Header, ReadRecording, RecordingWriter};

/// Names of the files of a run.
const RECORDING: &str = "exchanges.ndjson.gz";
const SNAPSHOT: &str = "snapshot.json";
const REPORT: &str = "report.json";

/// A run cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Another process writes the run.
    #[error("{path} is being written by another process")]
    InUse {
        /// The recording.
        path: String,
    },
    /// No run of that name.
    #[error("there is no run '{name}' in {folder}")]
    NoSuchRun {
        /// As given.
        name: String,
        /// The folder looked in.
        folder: String,
    },
    /// No run at all.
    #[error("there is no run in {folder}")]
    Empty {
        /// The folder looked in.
        folder: String,
    },
}

/// A folder of runs.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// The folder of one run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
}

impl Store {
    /// The store in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Makes the folder of a new run and begins its recording. The folder is readable by its owner only:
    /// what a scan saw is confidential. It appears with the recording's header in it or not at all, so
    /// that a run killed at any moment can be resumed.
    ///
    /// # Errors
    /// When the folder or the recording cannot be written.
    pub fn create(
        &self,
        run: &str,
        header: &Header,
    ) -> Result<(RunFolder, RecordingWriter<File>), StoreError> {
        let path = self.folder.join(run);
        let scratch = RunFolder::at(self.folder.join(format!(".{run}.new")));
        fs::create_dir_all(&scratch.path).map_err(|source| failed(&scratch.path, source))?;
        restrict(&scratch.path).map_err(|source| failed(&scratch.path, source))?;
        let writer = begin(&scratch.recording(), header, &[])?;
        fs::rename(&scratch.path, &path).map_err(|source| failed(&path, source))?;
        Ok((RunFolder { path }, writer))
    }

    /// The folder of a run with a recording, whether or not it came to its end.
    ///
    /// # Errors
    /// When there is no such run.
    pub fn recorded(&self, run: &str) -> Result<RunFolder, StoreError> {
        let path = self.folder.join(run);
        if is_plain(run) && path.join(RECORDING).is_file() {
            Ok(RunFolder { path })
        } else {
            Err(StoreError::NoSuchRun {
                name: run.to_owned(),
                folder: self.folder.display().to_string(),
            })
        }
    }

    /// The run of this name, or the latest for `None`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(&self, run: Option<&str>) -> Result<RunFolder, StoreError> {
        let folder = || self.folder.display().to_string();
        let Some(name) = run else {
            let latest = self.runs().pop();
            let name = latest.ok_or_else(|| StoreError::Empty { folder: folder() })?;
            return Ok(RunFolder {
                path: self.folder.join(name),
            });
        };
        let path = self.folder.join(name);
        if is_plain(name) && path.join(REPORT).is_file() {
            Ok(RunFolder { path })
        } else {
            Err(StoreError::NoSuchRun {
                name: name.to_owned(),
                folder: folder(),
            })
        }
    }

    /// Names of the finished runs, oldest first: run ids begin with their time.
    pub fn runs(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().join(REPORT).is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

impl RunFolder {
    /// A run that lies anywhere.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its recording lies.
    pub fn recording(&self) -> PathBuf {
        self.path.join(RECORDING)
    }

    /// Where its snapshot lies.
    pub fn snapshot(&self) -> PathBuf {
        self.path.join(SNAPSHOT)
    }

    /// Where its report lies.
    pub fn report(&self) -> PathBuf {
        self.path.join(REPORT)
    }

    /// Takes up its recording again: what was read of it is written anew, without the torn end that a
    /// killed run leaves, and what comes goes behind. The old file stays until the new one is whole.
    ///
    /// # Errors
    /// When another process writes the recording, or the file cannot be written.
    pub fn take_up(&self, recording: &ReadRecording) -> Result<RecordingWriter<File>, StoreError> {
        let path = self.recording();
        let scratch = path.with_extension("partial");
        let old = File::open(&path).map_err(|source| failed(&path, source))?;
        if old.try_lock().is_err() {
            return Err(StoreError::InUse {
                path: path.display().to_string(),
            });
        }
        let writer = begin(&scratch, &recording.header, &recording.exchanges)?;
        fs::rename(&scratch, &path).map_err(|source| failed(&path, source))?;
        Ok(writer)
    }

    /// Keeps its snapshot.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_snapshot(&self, snapshot: &impl Serialize) -> Result<(), StoreError> {
        whole(&self.snapshot(), snapshot)
    }

    /// Keeps its report.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_report(&self, report: &impl Serialize) -> Result<(), StoreError> {
        whole(&self.report(), report)
    }
}

/// Begins a recording that is on the disk, header and all, and locked against other writers.
fn begin(
    path: &Path,
    header: &Header,
    exchanges: &[Exchange],
) -> Result<RecordingWriter<File>, StoreError> {
    let write = || -> io::Result<RecordingWriter<File>> {
        let file = File::create(path)?;
        file.try_lock()?;
        let mut writer = RecordingWriter::begin(file, header)?;
        for exchange in exchanges {
            writer.add(exchange)?;
        }
        writer.sync()?;
        Ok(writer)
    };
    write().map_err(|source| failed(path, source))
}

/// A run is a name, never a way out of the store.
fn is_plain(run: &str) -> bool {
    Path::new(run).components().count() == 1 && !run.starts_with('.')
}

/// Writes a value as indented JSON, so that the file is there whole or not at all. A piece at a time: it
/// may be a hundred megabytes.
fn whole(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let scratch = path.with_extension("partial");
    let write = || -> io::Result<()> {
        let mut file = BufWriter::new(File::create(&scratch)?);
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.into_inner()?.sync_all()?;
        fs::rename(&scratch, path)
    };
    write().map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(unix)]
fn restrict(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use tripod_model::RegionName;

    use super::*;
    use crate::recording::{RECORDING_SCHEMA, read_recording};

    fn header() -> Header {
        Header {
            schema: RECORDING_SCHEMA.to_owned(),
            observed: "2026-11-22T00:00:00Z".parse().expect("a time"),
            home: RegionName::new("eu-central-1"),
            endpoint: None,
            regions: None,
            last_accessed: false,
            all_buckets: false,
        }
    }

    fn create(store: &Store, run: &str) -> (RunFolder, RecordingWriter<File>) {
        store.create(run, &header()).expect("made")
    }

    fn read(folder: &RunFolder) -> ReadRecording {
        let file = File::open(folder.recording()).expect("there");
        read_recording(file).expect("a recording")
    }

    #[test]
    fn the_latest_finished_run_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path());
        assert!(matches!(store.open(None), Err(StoreError::Empty { .. })));
        for run in ["20261121T000000Z-aaaa", "20261122T000000Z-bbbb"] {
            let (run, _) = create(&store, run);
            run.write_report(&serde_json::json!({})).expect("written");
        }
        create(&store, "20261123T000000Z-cccc");
        let latest = store.open(None).expect("found");
        assert!(latest.path().ends_with("20261122T000000Z-bbbb"));
    }

    #[test]
    fn a_run_that_is_not_there_is_named_and_no_path_leads_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("store"));
        create(&store, "run")
            .0
            .write_report(&serde_json::json!({}))
            .expect("written");
        let error = store.open(Some("other")).expect_err("not there");
        assert!(error.to_string().contains("'other'"));
        assert!(store.open(Some("../store/run")).is_err());
        assert!(store.open(Some("run")).is_ok());
        assert!(store.recorded("../store/run").is_err());
        assert!(store.recorded("run").is_ok());
    }

    #[test]
    fn a_run_can_be_read_from_the_moment_it_appears() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path());
        let (_, _writing) = create(&store, "run");
        let found = store.recorded("run").expect("there");
        assert_eq!(read(&found).header, header());
        assert!(store.runs().is_empty(), "it is not finished");
    }

    #[test]
    fn a_torn_end_is_gone_when_a_run_is_taken_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path());
        let (run, writer) = create(&store, "run");
        drop(writer);
        let file = fs::OpenOptions::new()
            .append(true)
            .open(run.recording())
            .expect("there");
        (&file).write_all(&[0x1f, 0x8b, 8, 0, 1]).expect("written");
        drop(file);
        let torn = read(&run);
        assert!(torn.truncated);
        let writer = run.take_up(&torn).expect("taken up");
        writer.finish().expect("finished");
        assert!(!read(&run).truncated);
    }

    #[test]
    fn a_run_that_is_being_written_is_not_taken_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path());
        let (run, _writing) = create(&store, "run");
        let error = run.take_up(&read(&run)).expect_err("in use");
        assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    }
}
