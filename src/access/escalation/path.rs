//! What is found: paths of steps, as owned values that can be written down.

use std::fmt;

use serde::Serialize;

use super::rules::{Class, Rule};

/// The value of [`Paths::schema`].
pub const PATHS_SCHEMA: &str = "tripod.paths.v1";

/// Paths of one account, as they are written and drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paths {
    /// [`PATHS_SCHEMA`].
    pub schema: &'static str,
    /// The account.
    pub account: String,
    /// In order of start, goal and length.
    pub paths: Vec<Path>,
}

impl Paths {
    /// Puts paths in order.
    pub fn new(account: impl Into<String>, mut paths: Vec<Path>) -> Self {
        paths.sort_by(|one, other| one.rank().cmp(&other.rank()));
        Self {
            schema: PATHS_SCHEMA,
            account: account.into(),
            paths,
        }
    }
}

/// Somebody or something on a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Node {
    /// Anyone, without credentials.
    Internet,
    /// A Lambda function, by ARN.
    Function(String),
    /// A user, by ARN.
    User(String),
    /// A role, by ARN.
    Role(String),
    /// Whoever may do everything in the account.
    Administrator,
    /// Something kept: a key, a secret, a parameter, a table, a bucket, by ARN.
    Data(String),
    /// Something that keeps watch, by ARN or name.
    Control(String),
}

impl Node {
    /// The ARN, or the name.
    pub fn name(&self) -> &str {
        match self {
            Self::Internet => "internet",
            Self::Administrator => "administrator",
            Self::Function(name)
            | Self::User(name)
            | Self::Role(name)
            | Self::Data(name)
            | Self::Control(name) => name,
        }
    }

    /// What kind it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Internet => "anyone",
            Self::Function(_) => "function",
            Self::User(_) => "user",
            Self::Role(_) => "role",
            Self::Administrator => "goal",
            Self::Data(_) => "data",
            Self::Control(_) => "control",
        }
    }

    /// The end of the ARN: what a person calls it.
    pub fn short(&self) -> &str {
        let name = self.name();
        let mut fields = name.splitn(6, ':');
        let Some(resource) = fields.nth(5) else {
            return name;
        };
        match self {
            // `function:NAME`, and `secret:NAME`.
            Self::Function(_) | Self::Data(_) | Self::Control(_) => resource
                .split_once([':', '/'])
                .map_or(resource, |(_, name)| name),
            _ => resource.rsplit('/').next().unwrap_or(resource),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A way from one to another, by steps that policies allow.
///
/// Without steps the start is the goal already, under the path's conditions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// Who begins.
    pub from: Node,
    /// Where it ends.
    pub to: Node,
    /// The steps in order. Where several identities are held on the way, a step may start at an
    /// earlier one.
    pub steps: Vec<Step>,
    /// What has to hold beside, of all steps: conditions that the policies name.
    pub conditions: Vec<String>,
    /// What the snapshot does not tell, of all steps. A path with any of these is possible, and not
    /// known to be there.
    pub unseen: Vec<String>,
}

impl Path {
    /// Whether nothing of it hangs on what was not seen.
    pub fn is_certain(&self) -> bool {
        self.unseen.is_empty()
    }

    fn rank(&self) -> (&Node, &Node, usize, usize, usize) {
        let Self {
            from,
            to,
            steps,
            conditions,
            unseen,
        } = self;
        (from, to, unseen.len(), steps.len(), conditions.len())
    }

    /// The path in one line: `ada -> deploy (administrator)`.
    pub fn line(&self) -> String {
        let mut line = self.from.short().to_owned();
        for step in &self.steps {
            line.push_str(" -> ");
            line.push_str(step.to.short());
        }
        let last = self.steps.last().map_or(&self.from, |step| &step.to);
        if *last != self.to {
            line.push_str(" (");
            line.push_str(self.to.short());
            line.push(')');
        }
        line
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The row of the table: [`Rule::id`].
    pub rule: &'static str,
    /// What is done, in words.
    pub title: &'static str,
    /// What it gives.
    pub class: Class,
    /// Who takes it.
    pub from: Node,
    /// What it leads to.
    pub to: Node,
    /// The requests it is made of, each as it was decided.
    pub requests: Vec<Granted>,
    /// The resources it uses, in the order of the requests.
    pub resources: Vec<String>,
    /// What has to hold beside: conditions that policies name.
    pub conditions: Vec<String>,
    /// What the snapshot does not tell.
    pub unseen: Vec<String>,
}

impl Step {
    pub(crate) fn of(rule: &Rule, from: Node, to: Node) -> Self {
        Self {
            rule: rule.id,
            title: rule.title,
            class: rule.class(),
            from,
            to,
            requests: Vec::new(),
            resources: Vec::new(),
            conditions: Vec::new(),
            unseen: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, granted: Granted) {
        push_new(&mut self.resources, &granted.resource);
        self.requests.push(granted);
    }

    pub(crate) fn condition(&mut self, condition: &str) {
        push_new(&mut self.conditions, condition);
    }

    pub(crate) fn unknown(&mut self, reason: &str) {
        push_new(&mut self.unseen, reason);
    }
}

/// A request that is allowed, or is under conditions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Granted {
    /// The action.
    pub action: String,
    /// The resource it was decided on, an ARN or `*`. Something that does not exist yet has a name
    /// that the policies allow.
    pub resource: String,
    /// The statements that grant it.
    pub by: Vec<String>,
}

/// Adds a text that is not there yet.
pub(crate) fn push_new(texts: &mut Vec<String>, text: &str) {
    if !texts.iter().any(|own| own == text) {
        texts.push(text.to_owned());
    }
}

/// Whether a goal is reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "answer", content = "path", rename_all = "snake_case")]
pub enum Answer {
    /// By this path, under the conditions it names.
    Yes(Path),
    /// Perhaps: nothing seen leads there, and what was not seen may. A check says "not assessed".
    Perhaps(Path),
    /// By none of the steps in the table.
    No,
}

impl Answer {
    /// The path, certain or not.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Yes(path) | Self::Perhaps(path) => Some(path),
            Self::No => None,
        }
    }

    pub(crate) fn of(path: Option<Path>) -> Self {
        match path {
            Some(path) if path.is_certain() => Self::Yes(path),
            Some(path) => Self::Perhaps(path),
            None => Self::No,
        }
    }
}
