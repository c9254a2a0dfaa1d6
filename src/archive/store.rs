//! The store: a folder with one folder for each run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

    /// Makes the folder of a new run, readable by its owner only: what a scan saw is confidential.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create(&self, run: &str) -> Result<RunFolder, StoreError> {
        let path = self.folder.join(run);
        fs::create_dir_all(&path).map_err(|source| failed(&path, source))?;
        restrict(&path).map_err(|source| failed(&path, source))?;
        Ok(RunFolder { path })
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
        // A run is a name, never a way out of the store.
        let plain = Path::new(name).components().count() == 1 && !name.starts_with('.');
        if plain && path.join(REPORT).is_file() {
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

    /// Opens its recording for writing.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create_recording(&self) -> Result<File, StoreError> {
        let path = self.recording();
        File::create(&path).map_err(|source| failed(&path, source))
    }

    /// Keeps its snapshot.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_snapshot(&self, json: &str) -> Result<(), StoreError> {
        whole(&self.snapshot(), json)
    }

    /// Keeps its report.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_report(&self, json: &str) -> Result<(), StoreError> {
        whole(&self.report(), json)
    }
}

/// Writes a file so that it is there whole or not at all.
fn whole(path: &Path, text: &str) -> Result<(), StoreError> {
    let scratch = path.with_extension("partial");
    let write = || -> io::Result<()> {
        let mut file = File::create(&scratch)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
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
    use super::*;

    #[test]
    fn the_latest_finished_run_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path());
        assert!(matches!(store.open(None), Err(StoreError::Empty { .. })));
        for run in ["20261121T000000Z-aaaa", "20261122T000000Z-bbbb"] {
            let run = store.create(run).expect("made");
            run.write_report("{}").expect("written");
        }
        store
            .create("20261123T000000Z-cccc")
            .expect("made, not finished");
        let latest = store.open(None).expect("found");
        assert!(latest.path().ends_with("20261122T000000Z-bbbb"));
    }

    #[test]
    fn a_run_that_is_not_there_is_named_and_no_path_leads_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("store"));
        store
            .create("run")
            .and_then(|run| run.write_report("{}"))
            .expect("made");
        let error = store.open(Some("other")).expect_err("not there");
        assert!(error.to_string().contains("'other'"));
        assert!(store.open(Some("../store/run")).is_err());
        assert!(store.open(Some("run")).is_ok());
    }
}
