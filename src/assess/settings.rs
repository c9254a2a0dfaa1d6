//! `tripod.toml`: what a company says of itself once for all its scans, and how it meets what is said elsewhere.
//!
//! A value is taken from the first place that has it: a flag, an environment variable, `tripod.toml`, the profile,
//! the program. A list is one value: a flag replaces the list of the file, it does not add to it.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use tripod_checks::{Bounded, Settings, Thresholds};
use tripod_model::{AccountId, Severity};

use crate::attestation::{ATTESTABLE, Attestation};
use crate::exceptions::ExceptionsFile;
use crate::values::{Day, LayerPattern, OrganizationId, Said, Text, Written};
use crate::written::{File, FileError};
use crate::{Profile, Rules, Terms, nearest};

/// How many failures an exception may cover before it covers too many.
pub(crate) const MOST_EXCEPTED: u64 = 25;

/// What `tripod.toml` may hold. Everything may be left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "tripod.toml")]
struct SettingsFile {
    /// How much is asked of an account.
    profile: Option<Profile>,
    /// Whom and what the company trusts beside the account itself.
    #[serde(default)]
    trust: TrustTable,
    /// What tags resources carry.
    #[serde(default)]
    tags: TagsTable,
    /// Numbers that checks compare with, by the check's id. What is left out is the profile's.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read for its errors, which name the line; by_profile reads the same over each profile"
    )]
    thresholds: Thresholds,
    /// Where exceptions are, and how far one may go.
    #[serde(default)]
    exceptions: ExceptionsTable,
    /// What the exit code tells.
    #[serde(default)]
    gate: GateTable,
    /// What no API shows and a person attests.
    #[serde(default)]
    #[schemars(with = "Vec<AttestationEntry>")]
    attestation: Vec<Spanned<AttestationEntry>>,
}

/// Whom and what the company trusts beside the account itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Trust")]
struct TrustTable {
    /// Accounts that may be let in: the company's own, and partners that it knows.
    accounts: Option<Vec<Text<AccountId>>>,
    /// Organisations whose accounts may be let in.
    organizations: Option<Vec<Text<OrganizationId>>>,
    /// Networks of the company's own: who comes from there is let in on purpose.
    networks: Option<Vec<Text<IpNet>>>,
    /// Layers that may be used beside those of trusted accounts.
    layers: Option<Vec<Text<LayerPattern>>>,
}

/// What tags resources carry.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Tags")]
struct TagsTable {
    /// Tags that resources have to carry, each with the values it may have; an empty list accepts any value.
    #[serde(default)]
    required: BTreeMap<String, Vec<String>>,
}

/// Where exceptions are, and how far one may go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Exceptions")]
struct ExceptionsTable {
    /// The file of exceptions, beside this one or by its whole path.
    file: Option<Text<Said>>,
    /// How many failures an exception may cover before it covers too many: 25 where nothing is said.
    most_findings: Option<Bounded<1, 100_000>>,
}

/// What the exit code tells.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Gate")]
struct GateTable {
    /// End with code 1 when a finding without an exception is at least this severe.
    fail_on: Option<Level>,
    /// End with code 3 when less than this share of outcomes could be assessed, in percent. The profile's where
    /// nothing is said: 50, 80 or 95.
    min_coverage: Option<Bounded<0, 100>>,
}

/// How severe.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

/// What a person attests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Attestation")]
struct AttestationEntry {
    /// The row of the baseline: CODE-4, GOV-5 or GOV-6.
    control: Text<Said>,
    /// Who attests it.
    by: Text<Said>,
    /// The day of it.
    date: Day,
    /// What is attested.
    statement: Text<Said>,
    /// Where its evidence is kept: a link, or the name of a document.
    evidence: Text<Said>,
    /// The last day on which it holds.
    expires: Day,
}

/// What one place says: a flag, the environment, or the file. None: nothing, so the next place is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The profile.
    pub profile: Option<Profile>,
    /// Accounts trusted.
    pub accounts: Option<BTreeSet<AccountId>>,
    /// Organisations trusted.
    pub organizations: Option<BTreeSet<String>>,
    /// Networks trusted.
    pub networks: Option<BTreeSet<IpNet>>,
    /// Layers trusted.
    pub layers: Option<BTreeSet<String>>,
    /// The file of exceptions.
    pub exceptions: Option<String>,
    /// From which severity on a finding fails the run.
    pub fail_on: Option<Severity>,
    /// The least coverage, in percent.
    pub min_coverage: Option<u8>,
}

impl Given {
    /// What this place says, and for the rest what the lower one does.
    #[must_use]
    pub fn or(self, lower: Self) -> Self {
        Self {
            profile: self.profile.or(lower.profile),
            accounts: self.accounts.or(lower.accounts),
            organizations: self.organizations.or(lower.organizations),
            networks: self.networks.or(lower.networks),
            layers: self.layers.or(lower.layers),
            exceptions: self.exceptions.or(lower.exceptions),
            fail_on: self.fail_on.or(lower.fail_on),
            min_coverage: self.min_coverage.or(lower.min_coverage),
        }
    }
}

/// What `tripod.toml` says. Empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// What other places may overrule.
    pub given: Given,
    required_tags: BTreeMap<String, Vec<String>>,
    /// For each profile, since it sets those that are left out; none where the file sets none.
    thresholds: BTreeMap<Profile, Thresholds>,
    most_excepted: Option<u64>,
    attestations: Vec<Attestation>,
}

/// What a run goes by, when everything that was said is brought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What checks are told.
    pub settings: Settings,
    /// What findings are judged under. Its exceptions are yet to be read from the file.
    pub terms: Terms,
    /// The file of exceptions, as it was written.
    pub exceptions: Option<String>,
    /// From which severity on a finding fails the run.
    pub fail_on: Option<Severity>,
    /// The least coverage, in percent.
    pub min_coverage: u8,
}

impl Config {
    /// Reads the text of a `tripod.toml`. `file` is its name in errors and in the report.
    ///
    /// # Errors
    /// When the text is not TOML, has a key that is none, or a value that its key does not take.
    pub fn read(file: &str, text: &str) -> Result<Self, FileError> {
        let file = File { name: file, text };
        let read: SettingsFile = file.read()?;
        let thresholds = by_profile(file)?;
        let entries = read.attestation.into_iter();
        let attestations = entries.map(|entry| attestation(file, entry));
        Ok(Self {
            given: Given {
                profile: read.profile,
                accounts: set(read.trust.accounts, |it| it),
                organizations: set(read.trust.organizations, |it| it.0),
                networks: set(read.trust.networks, |it| it),
                layers: set(read.trust.layers, |it| it.0),
                exceptions: read.exceptions.file.map(|file| file.0.0),
                fail_on: read.gate.fail_on.map(Severity::from),
                min_coverage: read
                    .gate
                    .min_coverage
                    .and_then(|percent| u8::try_from(percent.get()).ok()),
            },
            required_tags: read.tags.required,
            thresholds,
            most_excepted: read
                .exceptions
                .most_findings
                .and_then(|most| u64::try_from(most.get()).ok()),
            attestations: attestations.collect::<Result<_, _>>()?,
        })
    }

    /// Brings together what flags and environment say (`above`), what the file says, and the defaults.
    pub fn resolve(self, above: Given) -> Resolved {
        let given = above.or(self.given);
        let profile = given.profile.unwrap_or_default();
        let thresholds = self.thresholds.get(&profile).copied();
        Resolved {
            settings: Settings {
                trusted_accounts: given.accounts.unwrap_or_default(),
                trusted_organizations: given.organizations.unwrap_or_default(),
                trusted_networks: given.networks.unwrap_or_default(),
                trusted_layers: given.layers.unwrap_or_default(),
                required_tags: self.required_tags,
                thresholds: thresholds.unwrap_or_else(|| profile.thresholds()),
            },
            terms: Terms {
                profile,
                exceptions: vec![],
                most_excepted: self.most_excepted.unwrap_or(MOST_EXCEPTED),
                attestations: self.attestations,
                rules: Rules::default(),
            },
            exceptions: given.exceptions,
            fail_on: given.fail_on,
            min_coverage: given.min_coverage.unwrap_or_else(|| profile.min_coverage()),
        }
    }
}

/// The JSON Schema of `tripod.toml`.
pub fn settings_schema() -> Schema {
    schemars::schema_for!(SettingsFile)
}

/// The JSON Schema of a file of exceptions.
pub fn exceptions_schema() -> Schema {
    schemars::schema_for!(ExceptionsFile)
}

/// Reads an organisation's id, as on the command line.
///
/// # Errors
/// When the text is none; the error says what one looks like.
pub fn read_organization(text: &str) -> Result<String, String> {
    read::<OrganizationId>(text).map(|id| id.0)
}

/// Reads a network in CIDR notation, as on the command line.
///
/// # Errors
/// When the text is none; the error says what one looks like.
pub fn read_network(text: &str) -> Result<IpNet, String> {
    read(text)
}

/// Reads a pattern of layers' ARNs, as on the command line.
///
/// # Errors
/// When the text is none; the error says what one looks like.
pub fn read_layer(text: &str) -> Result<String, String> {
    read::<LayerPattern>(text).map(|pattern| pattern.0)
}

fn read<T: Written>(text: &str) -> Result<T, String> {
    T::written(text).ok_or_else(|| format!("'{text}' is not {}", T::MEANS))
}

fn set<T, U: Ord>(list: Option<Vec<Text<T>>>, value: impl Fn(T) -> U) -> Option<BTreeSet<U>> {
    list.map(|list| list.into_iter().map(|it| value(it.0)).collect())
}

/// The thresholds of the file over those of each profile.
fn by_profile(file: File<'_>) -> Result<BTreeMap<Profile, Thresholds>, FileError> {
    #[derive(Deserialize)]
    struct Written {
        #[serde(default)]
        thresholds: Value,
    }
    let unread =
        |error: String| file.error(0, error, "docs/guides/settings.md lists the thresholds");
    let written: Written = toml::from_str(file.text).map_err(|error| unread(error.to_string()))?;
    let mut all = BTreeMap::new();
    for profile in Profile::ALL {
        let own = serde_json::to_value(profile.thresholds());
        let mut value = own.map_err(|error| unread(error.to_string()))?;
        overlay(&mut value, &written.thresholds);
        let merged = serde_json::from_value(value).map_err(|error| unread(error.to_string()))?;
        all.insert(profile, merged);
    }
    Ok(all)
}

/// Puts what `upper` says over `lower`, table by table.
fn overlay(lower: &mut Value, upper: &Value) {
    let Value::Object(upper) = upper else { return };
    for (key, value) in upper {
        match &mut lower[key] {
            inner @ Value::Object(_) => overlay(inner, value),
            inner => *inner = value.clone(),
        }
    }
}

fn attestation(file: File<'_>, entry: Spanned<AttestationEntry>) -> Result<Attestation, FileError> {
    let place = entry.span().start;
    let entry = entry.into_inner();
    let name = entry.control.0.0;
    let known = ATTESTABLE.iter().map(|row| row.control);
    let Some(row) = ATTESTABLE.iter().find(|row| row.control == name) else {
        let cure = match nearest(&name, known.clone()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("expected one of {}", known.collect::<Vec<_>>().join(", ")),
        };
        return Err(file.error(
            place,
            format!("row '{name}' is not attested: no such row, or checks decide it"),
            cure,
        ));
    };
    if entry.expires.0 < entry.date.0 {
        let problem = format!(
            "the attestation expires on {}, before its date {}",
            entry.expires.0, entry.date.0
        );
        return Err(file.error(
            place,
            problem,
            "set 'expires' to the last day on which it holds",
        ));
    }
    Ok(Attestation {
        control: row.control,
        by: entry.by.0.0,
        date: entry.date.0,
        statement: entry.statement.0.0,
        evidence: entry.evidence.0.0,
        expires: entry.expires.0,
        source: format!("{}:{}", file.name, file.line(place)),
    })
}

#[cfg(test)]
mod tests;
