//! What AWS says there is: services, their actions with access levels, resource types and condition keys.
//!
//! The data are AWS's Service Authorization Reference
//! (<https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>)
//! in a text of our own, compressed, in `actions.txt.gz`; `refresh.py` makes it, [`header`] says from what and when.
//! It is read when first asked for. Names are compared as IAM compares them: actions and condition keys without
//! regard to case.

mod global;
mod keys;
mod read;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

use crate::lint::nearest::nearest as nearest_to;
use crate::pattern::{Case, Pattern, Variables};

pub use keys::{ConditionKey, KeyOrigin, KeyType, ValueKind, condition_key};
pub use read::CatalogueError;

static PACKED: &[u8] = include_bytes!("actions.txt.gz");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    // A test reads the same bytes, so that a broken file fails the build and never a scan.
    unpack(PACKED).expect("the embedded catalogue can be read")
});

/// What `*` stands for, which many policies say.
static EVERY_ACTION: LazyLock<Vec<&'static Action>> =
    LazyLock::new(|| services().iter().flat_map(Service::actions).collect());

/// The whole reference.
#[derive(Debug)]
pub(crate) struct Catalogue {
    header: Header,
    /// Sorted by prefix.
    services: Vec<Service>,
}

/// Where the catalogue comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    /// The reference and the package, with its version, that carried it.
    pub source: &'static str,
    /// Address of the reference.
    pub reference: &'static str,
    /// Day of the data, `YYYY-MM-DD`.
    pub date: &'static str,
    /// Licence of the package.
    pub licence: &'static str,
}

/// A service, as policies know it.
#[derive(Debug)]
pub struct Service {
    /// What stands before the colon of an action, in lower case.
    pub prefix: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Sorted by name without case.
    actions: Vec<Action>,
    /// Sorted by name without case.
    resource_types: Vec<ResourceType>,
    /// Sorted by name without case; also keys of other prefixes that its actions offer.
    condition_keys: Vec<ConditionKey>,
}

/// An action of a service.
#[derive(Debug)]
pub struct Action {
    /// Prefix of its service.
    pub service: &'static str,
    /// Its name, in AWS's spelling.
    pub name: &'static str,
    /// `service:Name`, and the same in lower case, as patterns of actions are kept.
    pub(crate) full_name: Box<str>,
    pub(crate) lower: Box<str>,
    /// What it lets a caller do.
    pub access_level: AccessLevel,
    /// The resource types it can be limited to; empty where only `"Resource": "*"` allows it.
    pub resource_types: Box<[Needed]>,
    /// Condition keys that AWS lists for it, for itself or for one of its resource types.
    pub condition_keys: Box<[&'static str]>,
    /// Other actions that a caller needs as well.
    pub dependent_actions: Box<[&'static str]>,
}

/// A resource type that an action can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// Name of the resource type, in the same service.
    pub name: &'static str,
    /// Whether a request always has such a resource, so that a policy must allow one.
    pub required: bool,
}

/// What an action lets a caller do, by AWS's classes.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessLevel {
    /// See that resources exist.
    List,
    /// Read what is in them.
    Read,
    /// Set tags.
    Tagging,
    /// Create, change, delete.
    Write,
    /// Grant or change permissions.
    PermissionsManagement,
}

impl AccessLevel {
    /// AWS's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Tagging => "Tagging",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
        }
    }
}

/// A kind of resource.
#[derive(Debug)]
pub struct ResourceType {
    /// Its name.
    pub name: &'static str,
    /// Its ARNs, with `${…}` where a value stands; nearly always one.
    pub arns: Box<[&'static str]>,
    /// Condition keys that a request about such a resource offers.
    pub condition_keys: Box<[&'static str]>,
}

impl Service {
    /// Every action, sorted by name.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The action of that name, whatever its case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        find(&self.actions, name, |action| action.name)
    }

    /// Every resource type, sorted by name.
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.resource_types
    }

    /// The resource type of that name, whatever its case.
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        find(&self.resource_types, name, |kind| kind.name)
    }

    /// Every condition key that the service lists, sorted by name.
    pub fn condition_keys(&self) -> &[ConditionKey] {
        &self.condition_keys
    }
}

impl Action {
    /// `service:Name`, as a policy has it.
    pub fn as_str(&self) -> &str {
        &self.full_name
    }

    /// [`Action::as_str`] as a text of its own.
    pub fn full_name(&self) -> String {
        self.full_name.to_string()
    }

    /// Its resource types with their ARNs, and whether each is required.
    pub fn resources(&self) -> impl Iterator<Item = (&'static ResourceType, bool)> {
        let service = service(self.service);
        self.resource_types.iter().filter_map(move |needed| {
            let kind = service?.resource_type(needed.name)?;
            Some((kind, needed.required))
        })
    }

    /// Whether AWS lists the key for the action or for one of its resource types.
    pub fn lists_key(&self, key: &str) -> bool {
        let is_key = |name: &&str| keys::is_named(name, key);
        self.condition_keys.iter().any(is_key)
            || self
                .resources()
                .any(|(kind, _)| kind.condition_keys.iter().any(is_key))
    }
}

/// Where the catalogue comes from.
pub fn header() -> &'static Header {
    &CATALOGUE.header
}

/// Every service, sorted by prefix.
pub fn services() -> &'static [Service] {
    &CATALOGUE.services
}

/// The service with that prefix, whatever its case.
pub fn service(prefix: &str) -> Option<&'static Service> {
    find(services(), prefix, |service| service.prefix)
}

/// The keys that requests of every service may carry.
pub fn global_keys() -> &'static [ConditionKey] {
    global::GLOBAL_KEYS
}

/// The action of that full name (`lambda:GetFunction`), whatever its case.
pub fn action(full_name: &str) -> Option<&'static Action> {
    let (prefix, name) = full_name.split_once(':')?;
    service(prefix)?.action(name)
}

/// The action that somebody may have meant by a name that is none: a letter or two away in its service, or of
/// the service whose prefix is nearest.
pub fn nearest(full_name: &str) -> Option<&'static Action> {
    let (prefix, name) = full_name.split_once(':')?;
    let own = service(prefix);
    let near = || service(nearest_to(prefix, services().iter().map(|it| it.prefix))?);
    let meant = own.or_else(near)?;
    meant.action(nearest_to(name, meant.actions().iter().map(|it| it.name))?)
}

/// Every action that the pattern matches, sorted; `*` and `?` are wildcards.
pub fn expand(pattern: &str) -> Vec<&'static Action> {
    let matched = |pattern: &Pattern, text: &str| {
        pattern.matches(text, Case::Insensitive, Variables::Nothing)
    };
    let Some((prefix, name)) = pattern.split_once(':') else {
        // Without a colon of its own, a pattern can only take the action's by a star.
        let pattern = Pattern::from(pattern);
        if pattern.is_fixed() {
            return Vec::new();
        }
        if pattern.is_everything() {
            return EVERY_ACTION.clone();
        }
        let covers = |action: &&&'static Action| matched(&pattern, &action.lower);
        return EVERY_ACTION.iter().filter(covers).copied().collect();
    };
    let (prefix, name) = (Pattern::from(prefix), Pattern::from(name));
    let of_service = |service: &'static Service| -> Vec<&'static Action> {
        if name.is_fixed() {
            // Most of them: a search by halves instead of a look at each.
            return service.action(name.as_str()).into_iter().collect();
        }
        let covers = |action: &&Action| name.is_everything() || matched(&name, action.name);
        service.actions().iter().filter(covers).collect()
    };
    if prefix.is_fixed() {
        return service(prefix.as_str()).map(of_service).unwrap_or_default();
    }
    services()
        .iter()
        .filter(|service| matched(&prefix, service.prefix))
        .flat_map(of_service)
        .collect()
}

/// By name without case, in a list sorted so.
fn find<'a, T>(sorted: &'a [T], name: &str, name_of: impl Fn(&T) -> &str) -> Option<&'a T> {
    // Byte by byte: this is asked for every action of every policy, and texts in lower case cost more to make than
    // to compare.
    let lower = |byte: u8| byte.to_ascii_lowercase();
    sorted
        .binary_search_by(|item| {
            name_of(item)
                .bytes()
                .map(lower)
                .cmp(name.bytes().map(lower))
        })
        .ok()
        .map(|place| &sorted[place])
}

fn unpack(packed: &[u8]) -> Result<Catalogue, CatalogueError> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    // Kept as long as the program runs: every name below points into it.
    read::catalogue(text.leak())
}
