//! An estate: what one or more accounts hold, as documents in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::SimError;
use crate::catalogue::Catalogue;
use crate::document::prepare;
use crate::generated::{Answer, Generated};
use crate::made::Made;
use crate::matching::{Entries, Entry, Outcome};
use crate::model::{Model, Operation};
use crate::reference::{File, Resolver};
use crate::refusals::{Call, Refusal};

/// Everything under the estate's folder, checked against the models.
#[derive(Debug)]
pub(crate) struct Estate {
    pub(crate) main: String,
    pub(crate) accounts: BTreeMap<String, Account>,
}

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) caller: Caller,
    pub(crate) regions: Vec<Region>,
    pub(crate) contents: Contents,
}

/// What an account holds.
#[derive(Debug)]
pub(crate) enum Contents {
    /// Region or `global` -> service -> operation -> entries.
    Written(BTreeMap<String, BTreeMap<String, BTreeMap<String, Entries>>>),
    /// Made on request.
    Generated(Generated),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Caller {
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Region {
    pub(crate) name: String,
    #[serde(default = "not_required")]
    pub(crate) opt_in: String,
}

fn not_required() -> String {
    "opt-in-not-required".to_owned()
}

impl Region {
    /// A region that every account has.
    pub(crate) fn always(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            opt_in: not_required(),
        }
    }

    pub(crate) fn enabled(&self) -> bool {
        self.opt_in != "not-opted-in"
    }
}

/// `estate.json`.
#[derive(Debug, Clone, Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    account: String,
    caller: Option<Caller>,
    #[serde(default)]
    regions: Vec<Region>,
}

/// One entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    #[serde(default)]
    when: Map<String, Value>,
    answer: Option<Value>,
    error: Option<RawError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawError {
    code: String,
    #[serde(default)]
    message: String,
    status: Option<u16>,
    /// Further members of the error's shape.
    #[serde(default)]
    fields: Map<String, Value>,
}

impl Estate {
    pub(crate) fn load(folder: &Path, catalogue: &Catalogue) -> Result<Self, SimError> {
        let path = folder.join("estate.json");
        let manifest: Manifest = read(&path)?;
        if !is_account(&manifest.account) {
            return Err(SimError::Estate {
                path,
                place: "account".to_owned(),
                message: "not twelve digits".to_owned(),
            });
        }
        let mut accounts = BTreeMap::new();
        for account in subfolders(folder)
            .into_iter()
            .filter(|name| is_account(name))
        {
            let own_folder = folder.join(&account);
            let own: Manifest = if own_folder.join("estate.json").exists() {
                read(&own_folder.join("estate.json"))?
            } else {
                Manifest::default()
            };
            let regions = if own.regions.is_empty() {
                manifest.regions.clone()
            } else {
                own.regions
            };
            accounts.insert(
                account.clone(),
                Account::load(&account, own.caller, regions, &own_folder, catalogue)?,
            );
        }
        if !accounts.contains_key(&manifest.account) {
            let own = Account::load(
                &manifest.account,
                manifest.caller,
                manifest.regions,
                folder,
                catalogue,
            )?;
            accounts.insert(manifest.account.clone(), own);
        }
        Ok(Self {
            main: manifest.account,
            accounts,
        })
    }
}

impl Account {
    fn load(
        id: &str,
        caller: Option<Caller>,
        regions: Vec<Region>,
        folder: &Path,
        catalogue: &Catalogue,
    ) -> Result<Self, SimError> {
        let mut documents = BTreeMap::new();
        for scope in subfolders(folder) {
            if scope == "global" || regions.iter().any(|region| region.name == scope) {
                let services = load_scope(&folder.join(&scope), catalogue)?;
                documents.insert(scope, services);
            } else if looks_like_region(&scope) {
                let path = folder.join(&scope);
                return Err(SimError::Estate {
                    path,
                    place: scope,
                    message: "estate.json does not list this region".to_owned(),
                });
            }
        }
        Ok(Self::new(id, caller, regions, Contents::Written(documents)))
    }

    /// An account. Without a caller, its own user.
    pub(crate) fn new(
        id: &str,
        caller: Option<Caller>,
        regions: Vec<Region>,
        contents: Contents,
    ) -> Self {
        let caller = caller.unwrap_or_else(|| Caller {
            arn: format!("arn:aws:iam::{id}:user/tripod"),
            user_id: "AIDACKCEVSQ6C2EXAMPLE".to_owned(),
        });
        Self {
            id: id.to_owned(),
            caller,
            regions,
            contents,
        }
    }

    /// What a call gets: of written documents the region's own file first, then the account's
    /// `global` one.
    pub(crate) fn find<'a>(
        &'a self,
        call: &Call<'a>,
        params: &'a Map<String, Value>,
    ) -> Option<Found<'a>> {
        match &self.contents {
            Contents::Written(documents) => [call.region, "global"]
                .iter()
                .find_map(|scope| {
                    let services = documents.get(*scope)?;
                    let operations = services.get(&call.model.service)?;
                    operations.get(call.operation)?.find(params)
                })
                .map(|entry| match &entry.outcome {
                    Outcome::Answer(answer) => Found::Written(answer),
                    Outcome::Error(refusal) => Found::Error(refusal.clone()),
                }),
            Contents::Generated(generated) => match generated.answer(&self.id, call, params) {
                Answer::Made(made) => Some(Found::Made(made)),
                Answer::Refused(refusal) => Some(Found::Error(refusal)),
                Answer::Nothing => None,
            },
        }
    }
}

/// What an account says to a call.
pub(crate) enum Found<'a> {
    /// Ready to be written.
    Written(&'a Value),
    /// To be checked and prepared, page by page.
    Made(Made<'a>),
    Error(Refusal),
}

fn load_scope(
    folder: &Path,
    catalogue: &Catalogue,
) -> Result<BTreeMap<String, BTreeMap<String, Entries>>, SimError> {
    let mut services = BTreeMap::new();
    for path in listing(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
    {
        let service = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wrong = |message: &str| SimError::Estate {
            path: path.clone(),
            place: service.clone(),
            message: message.to_owned(),
        };
        let model = catalogue
            .model(&service)?
            .ok_or_else(|| wrong("botocore has no service of this name"))?;
        services.insert(service.clone(), load_service(&path, &model)?);
    }
    Ok(services)
}

fn load_service(path: &Path, model: &Model) -> Result<BTreeMap<String, Entries>, SimError> {
    let file: File = read(path)?;
    let resolver = Resolver::new(&file);
    let mut operations = BTreeMap::new();
    for (name, entries) in &file {
        let wrong = |message: String| SimError::Estate {
            path: path.to_owned(),
            place: name.clone(),
            message,
        };
        let operation = model
            .operations
            .get(name)
            .ok_or_else(|| wrong("the service has no such operation".to_owned()))?;
        let mut list = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let entry = load_entry(model, operation, &resolver, entry);
            list.push(entry.map_err(|message| wrong(format!("entry {at}: {message}")))?);
        }
        let entries = Entries::new(&model.service, list);
        if let Some((dead, earlier)) = entries.shadowed() {
            return Err(wrong(format!(
                "entry {dead} can never answer: entry {earlier} matches first"
            )));
        }
        operations.insert(name.clone(), entries);
    }
    Ok(operations)
}

fn load_entry(
    model: &Model,
    operation: &Operation,
    resolver: &Resolver<'_>,
    entry: &Value,
) -> Result<Entry, String> {
    let raw = RawEntry::deserialize(entry).map_err(|error| error.to_string())?;
    for name in raw.when.keys() {
        if model
            .input(operation)
            .is_none_or(|input| input.member(name).is_none())
        {
            return Err(format!("when: the operation takes no '{name}'"));
        }
    }
    let outcome = match (raw.answer, raw.error) {
        (Some(answer), None) => {
            let answer = resolver.resolve(&answer)?;
            Outcome::Answer(match model.output(operation) {
                Some(output) => prepare(&model.service, output, answer)?,
                None if answer.as_object().is_some_and(Map::is_empty) => answer,
                None => {
                    return Err(
                        "the operation answers nothing, so the answer must be {}".to_owned()
                    );
                }
            })
        }
        (None, Some(error)) => Outcome::Error(Refusal {
            code: error.code,
            status: error.status,
            message: error.message,
            fields: error.fields,
            retry_after: None,
        }),
        _ => return Err("an entry has either 'answer' or 'error'".to_owned()),
    };
    Ok(Entry::new(&model.service, &raw.when, outcome))
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, SimError> {
    let text = fs::read(path).map_err(|source| SimError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| SimError::Json {
        path: path.to_owned(),
        source,
    })
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

fn subfolders(folder: &Path) -> Vec<String> {
    let folders = listing(folder).into_iter().filter(|path| path.is_dir());
    folders
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect()
}

pub(crate) fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// `eu-central-1`, `us-gov-west-1`: a misspelt folder must not be passed over in silence.
fn looks_like_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    parts.len() >= 3
        && parts[0].len() == 2
        && parts.last().is_some_and(|last| last.parse::<u8>().is_ok())
}
