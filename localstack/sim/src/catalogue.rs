//! Finds and loads botocore's models, each once per process.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flate2::read::GzDecoder;

use crate::SimError;
use crate::model::{Metadata, Model};

/// The models under one botocore data folder.
#[derive(Debug)]
pub(crate) struct Catalogue {
    root: PathBuf,
    /// Signing name -> service folders that sign with it.
    signers: OnceLock<BTreeMap<String, Vec<String>>>,
    models: Mutex<BTreeMap<String, Arc<Model>>>,
}

impl Catalogue {
    /// The catalogue of a folder. Shared by all sims of the process: a test binary that starts
    /// fifty of them should read EC2's twelve megabytes once.
    pub(crate) fn open(root: &Path) -> Result<Arc<Self>, SimError> {
        static OPEN: Mutex<BTreeMap<PathBuf, Arc<Catalogue>>> = Mutex::new(BTreeMap::new());
        if !root.join("sts").is_dir() {
            return Err(SimError::Models(root.to_owned()));
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(open.entry(root.to_owned()).or_insert_with(
            || {
                Arc::new(Self {
                    root: root.to_owned(),
                    signers: OnceLock::new(),
                    models: Mutex::default(),
                })
            },
        )))
    }

    /// The model of a service folder, or `None` where there is no such service.
    pub(crate) fn model(&self, service: &str) -> Result<Option<Arc<Model>>, SimError> {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = models.get(service) {
            return Ok(Some(Arc::clone(model)));
        }
        let Some(folder) = newest_version(&self.root.join(service)) else {
            return Ok(None);
        };
        let model = Arc::new(load(service, &folder)?);
        models.insert(service.to_owned(), Arc::clone(&model));
        Ok(Some(model))
    }

    /// Every service whose requests are signed with this name. The folder of the same name first.
    pub(crate) fn signed_as(&self, signing_name: &str) -> &[String] {
        self.signers
            .get_or_init(|| signers(&self.root))
            .get(signing_name)
            .map_or(&[], Vec::as_slice)
    }
}

fn load(service: &str, folder: &Path) -> Result<Model, SimError> {
    let path = folder.join("service-2.json.gz");
    let unreadable = |source| SimError::Read {
        path: path.clone(),
        source,
    };
    let mut text = Vec::new();
    GzDecoder::new(File::open(&path).map_err(unreadable)?)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    let paginators = fs::read(folder.join("paginators-1.json")).unwrap_or_else(|_| b"{}".to_vec());
    Model::parse(service, &text, &paginators).map_err(|source| SimError::Json { path, source })
}

/// botocore uses the newest API version that has a model; the names are dates, so they sort.
fn newest_version(service: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(service)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    versions
        .filter(|version| version.join("service-2.json.gz").is_file())
        .max()
}

fn signers(root: &Path) -> BTreeMap<String, Vec<String>> {
    let mut signers = BTreeMap::<String, Vec<String>>::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let service = entry.file_name().to_string_lossy().into_owned();
        if let Some(metadata) = newest_version(&entry.path()).and_then(|folder| peek(&folder)) {
            signers
                .entry(metadata.signing_name().to_owned())
                .or_default()
                .push(service);
        }
    }
    for (name, services) in &mut signers {
        services.sort_by_key(|service| (service != name, service.clone()));
    }
    signers
}

/// Reads the metadata alone: it stands in the first kilobytes, and inflating all models would
/// take seconds.
fn peek(folder: &Path) -> Option<Metadata> {
    let mut head = Vec::new();
    GzDecoder::new(File::open(folder.join("service-2.json.gz")).ok()?)
        .take(16 << 10)
        .read_to_end(&mut head)
        .ok()?;
    let head = String::from_utf8_lossy(&head);
    let object = &head[head.find("\"metadata\"")? + "\"metadata\"".len()..];
    let object = &object[object.find('{')?..];
    serde_json::Deserializer::from_str(object)
        .into_iter::<Metadata>()
        .next()?
        .ok()
}
