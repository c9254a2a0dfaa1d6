//! Moving over from Prowler: its mutelist, made into a file of exceptions.
//!
//! Prowler mutes by regular expressions that it searches for in a resource's id; exceptions have patterns with `*`
//! and `?`. What has no such form, needs tags, or leaves some resources out again is not carried over, and is listed
//! with the reason. So is what Tripod has no check for. Nothing is dropped in silence.
//! <https://docs.prowler.com/user-guide/cli/tutorials/mutelist>

mod pattern;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Deserialize;
use tripod_checks::{
    LikeError, Peer, Relation, Service, Tool, like, peer_checks, wildcard_matches,
};

/// A mutelist as exceptions, and what could not be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedMutelist {
    /// The exceptions, in the order of accounts, checks, regions and resources.
    pub exceptions: Vec<ImportedException>,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

/// An entry for a file of exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedException {
    /// Id of the check.
    pub check: &'static str,
    /// Pattern of the resource's ARN or name.
    pub resource: String,
    /// Only in this account.
    pub account: Option<String>,
    /// Only in this region.
    pub region: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// Where it comes from, and how Prowler's check differs.
    pub origin: String,
}

/// A part of a mutelist that was not carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Account and check, as they stand in the mutelist.
    pub entry: String,
    /// The part, such as a resource.
    pub part: String,
    /// Why not.
    pub why: String,
}

/// A mutelist that cannot be read, or terms that are missing. The fault is the user's.
#[derive(Debug, thiserror::Error)]
pub enum MutelistError {
    /// Not YAML, or not of the shape.
    #[error("not a mutelist of Prowler: {0}")]
    Shape(#[from] yaml_serde::Error),
    /// Nobody answers for the exceptions.
    #[error("the owner '{0}' is empty: an exception needs somebody who answers for it")]
    Owner(String),
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "Mutelist")]
    mutelist: Mutelist,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Mutelist {
    accounts: BTreeMap<String, Account>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Account {
    checks: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Entry {
    regions: Vec<String>,
    resources: Vec<String>,
    tags: Option<Vec<String>>,
    exceptions: Option<Excepted>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Excepted {
    accounts: Option<Vec<String>>,
    regions: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

impl Excepted {
    fn is_empty(&self) -> bool {
        [&self.accounts, &self.regions, &self.resources, &self.tags]
            .into_iter()
            .all(|list| list.as_ref().is_none_or(Vec::is_empty))
    }
}

impl ImportedMutelist {
    /// Makes exceptions of a mutelist. Prowler knows neither owner nor last day, so they are asked for: one of each
    /// for all.
    ///
    /// # Errors
    /// When the text is no mutelist by Prowler's own schema, or the owner is empty.
    pub fn read(yaml: &str, owner: &str, expires: Date) -> Result<Self, MutelistError> {
        if owner.trim().is_empty() {
            return Err(MutelistError::Owner(owner.to_owned()));
        }
        // Read twice: only as a value a key that stands twice is refused.
        let _: yaml_serde::Value = yaml_serde::from_str(yaml)?;
        let file: File = yaml_serde::from_str(yaml)?;
        let mut import = Import {
            owner: owner.trim(),
            expires,
            done: Self {
                exceptions: Vec::new(),
                left_out: Vec::new(),
            },
        };
        for (account, checks) in &file.mutelist.accounts {
            for (check, entry) in &checks.checks {
                import.entry(account, check, entry);
            }
        }
        Ok(import.done)
    }

    /// The file of exceptions, with what was left out as comments.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# Carried over from a mutelist of Prowler. Exceptions: {}; parts left out, see the end: {}.\n\
             # Prowler searches for a pattern in the id of a resource, hence the * on both sides. Here it is held\n\
             # against ARN and name. Make each as narrow as what was meant. Checks of Prowler for services that Tripod\n\
             # does not look at are not listed one by one where a pattern names them.\n",
            self.exceptions.len(),
            self.left_out.len()
        );
        for exception in &self.exceptions {
            exception.write(&mut text);
        }
        if !self.left_out.is_empty() {
            text += "\n# Left out:\n";
        }
        for part in &self.left_out {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "# - {}: {}: {}",
                shown(&part.entry),
                shown(&part.part),
                shown(&part.why)
            );
        }
        text
    }
}

impl ImportedException {
    /// Whether it covers the same findings.
    fn covers_as(&self, other: &Self) -> bool {
        let place = |it: &Self| {
            (
                it.check,
                it.resource.clone(),
                it.account.clone(),
                it.region.clone(),
            )
        };
        place(self) == place(other)
    }

    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\n# {}", shown(&self.origin));
        text.push_str("[[exception]]\n");
        let mut pair = |key: &str, value: &str| {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        };
        pair("check", self.check);
        pair("resource", &self.resource);
        for (key, value) in [("account", &self.account), ("region", &self.region)] {
            if let Some(value) = value {
                pair(key, value);
            }
        }
        pair("owner", &self.owner);
        pair("reason", &self.reason);
        let _ = writeln!(text, "expires = {}", self.expires);
    }
}

/// A TOML string. JSON's escapes are TOML's, but TOML wants DEL escaped too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

/// Text for a comment: a line break would end it.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// One of ours that an entry is carried over to, and by which of Prowler's.
struct Target {
    peer: &'static Peer,
    service: Service,
}

struct Import<'o> {
    owner: &'o str,
    expires: Date,
    done: ImportedMutelist,
}

impl Import<'_> {
    fn entry(&mut self, account: &str, check: &str, entry: &Entry) {
        let left_out = &mut self.done.left_out;
        let place = format!("account {account}, check {check}");
        let mut left = |part: &str, why: &str| {
            left_out.push(LeftOut {
                entry: place.clone(),
                part: part.to_owned(),
                why: why.to_owned(),
            });
        };
        let only = match account {
            "*" => None,
            id if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(id.to_owned())
            }
            _ => return left("the entry", "the account is not an id of twelve digits"),
        };
        let tags = entry.tags.iter().flatten().filter(|tag| *tag != "*");
        let tags: Vec<&str> = tags.map(String::as_str).collect();
        if !tags.is_empty() {
            let part = format!("tags {}", tags.join(", "));
            return left(&part, "exceptions do not go by tags");
        }
        if entry.exceptions.as_ref().is_some_and(|it| !it.is_empty()) {
            return left(
                "the entry",
                "it has exceptions of its own, which also stop the entries after it; write out what it does mute",
            );
        }
        let (targets, lacking) = match targets(check) {
            Ok(found) => found,
            Err(why) => return left("the entry", &why),
        };
        if !lacking.is_empty() {
            let part = format!("checks {}", lacking.join(", "));
            left(&part, "Tripod has no check like these");
        }
        let regions = regions(&entry.regions, &mut left);
        let resources = resources(&entry.resources, &mut left);
        for target in &targets {
            for region in &regions {
                if region.is_some() && is_global(target) {
                    let why = format!(
                        "Tripod files {} under the region 'global'; say so in an exception of your own",
                        target.peer.check
                    );
                    left(
                        &format!("region {}", region.as_deref().unwrap_or_default()),
                        &why,
                    );
                    continue;
                }
                for resource in &resources {
                    let description = entry.description.as_deref().unwrap_or_default().trim();
                    let exception = ImportedException {
                        check: target.peer.check,
                        resource: resource.clone(),
                        account: only.clone(),
                        region: region.clone(),
                        owner: self.owner.to_owned(),
                        reason: match description {
                            "" => format!("muted in Prowler ({check})"),
                            said => said.to_owned(),
                        },
                        expires: self.expires,
                        origin: format!("{place}: {}", origin(target.peer)),
                    };
                    if self
                        .done
                        .exceptions
                        .iter()
                        .any(|it| it.covers_as(&exception))
                    {
                        let part = format!("{} on {resource}", exception.check);
                        left(&part, "an entry above covers just the same");
                    } else {
                        self.done.exceptions.push(exception);
                    }
                }
            }
        }
    }
}

/// Whether its resources belong to no region. Prowler files them under the region it is run from.
fn is_global(target: &Target) -> bool {
    let regional = target.peer.check == "iam-unauthenticated-identity-pool";
    let of_account = target.peer.check == "cloudtrail-missing-multi-region-trail";
    of_account || (target.service == Service::Iam && !regional)
}

fn origin(peer: &Peer) -> String {
    let note = match peer.note {
        "" => String::new(),
        note => format!("; Prowler's: {note}"),
    };
    match peer.relation {
        Relation::Same => format!("{} asks the same question{note}", peer.id),
        relation => format!("{} is {} than ours{note}", peer.id, relation.as_str()),
    }
}

/// Ours for the name of a check in a mutelist, which may be a pattern, each once; and those of Prowler's that it fits
/// and that we lack.
fn targets(name: &str) -> Result<(Vec<Target>, Vec<&'static str>), String> {
    // As Prowler does: checks of Lambda were once called lambda_…
    let name = match name.strip_prefix("lambda") {
        Some(rest) => format!("awslambda{rest}"),
        None => name.to_owned(),
    };
    let Some(patterns) = pattern::of(&name) else {
        return Err("a regular expression that has no form with * and ?".to_owned());
    };
    let fits = |id: &str| patterns.iter().any(|it| wildcard_matches(it, id));
    let mut targets: Vec<Target> = Vec::new();
    let mut lacking = Vec::new();
    for theirs in peer_checks(Tool::Prowler).iter().filter(|it| fits(it.id)) {
        let ours = ours_like(theirs.id);
        if ours.is_empty() {
            lacking.push(theirs.id);
        }
        for target in ours {
            if !targets.iter().any(|it| it.peer.check == target.peer.check) {
                targets.push(target);
            }
        }
    }
    match (targets.is_empty(), lacking.is_empty()) {
        (true, true) => Err(unknown(&name)),
        (true, false) => Err(format!("Tripod has no check like {}", lacking.join(", "))),
        (false, _) => Ok((targets, lacking)),
    }
}

fn ours_like(id: &str) -> Vec<Target> {
    let found = like(&format!("prowler:{id}")).unwrap_or_default();
    let peers = found.into_iter().flat_map(|it| it.ours);
    peers
        .filter_map(|peer| {
            let service = tripod_checks::find(peer.check)?.service;
            Some(Target { peer, service })
        })
        .collect()
}

/// Why a name leads nowhere. Names of Prowler's checks begin with their service.
fn unknown(name: &str) -> String {
    let service = |id: &str| id.split('_').next().unwrap_or_default().to_owned();
    let near = match like(&format!("prowler:{name}")) {
        Err(LikeError::Check {
            nearest: Some(nearest),
            ..
        }) if service(nearest.id) == service(name) => {
            format!("; the nearest is {}", nearest.id)
        }
        _ => String::new(),
    };
    format!("none of the checks of Prowler that Tripod knows is called so{near}")
}

/// Regions, or one "everywhere".
fn regions(named: &[String], left: &mut impl FnMut(&str, &str)) -> Vec<Option<String>> {
    if named.is_empty() {
        left("regions", "none is named: the entry mutes nothing");
    }
    if named
        .iter()
        .any(|region| matches!(region.as_str(), "*" | ".*"))
    {
        return vec![None];
    }
    let mut regions = Vec::new();
    for region in named {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !region.is_empty() && region.bytes().all(plain) {
            regions.push(Some(region.clone()));
        } else {
            left(
                &format!("region {region}"),
                "exceptions name regions in full",
            );
        }
    }
    regions
}

fn resources(named: &[String], left: &mut impl FnMut(&str, &str)) -> Vec<String> {
    if named.is_empty() {
        left("resources", "none is named: the entry mutes nothing");
    }
    let mut patterns = Vec::new();
    for resource in named {
        match pattern::of(resource) {
            Some(found) => patterns.extend(found),
            None => left(
                &format!("resource {resource}"),
                "a regular expression that has no form with * and ?",
            ),
        }
    }
    patterns.dedup();
    patterns
}

#[cfg(test)]
mod tests;
