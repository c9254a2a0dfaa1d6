//! A policy document in types: everything AWS's grammar knows, and what it does not know kept aside.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::Action;
use crate::condition::Condition;
use crate::pattern::{Case, Pattern, Variables};
use crate::principal::Principals;

/// A policy document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// Version of the policy language.
    pub version: Option<String>,
    /// Id.
    pub id: Option<String>,
    /// Statements in order.
    pub statements: Vec<Statement>,
    /// Elements that the grammar does not know, as written.
    pub unknown: BTreeMap<String, Value>,
}

impl Policy {
    /// The statements that allow.
    pub fn allows(&self) -> impl Iterator<Item = &Statement> {
        self.of(Effect::Allow)
    }

    /// The statements that deny.
    pub fn denies(&self) -> impl Iterator<Item = &Statement> {
        self.of(Effect::Deny)
    }

    fn of(&self, effect: Effect) -> impl Iterator<Item = &Statement> {
        self.statements
            .iter()
            .filter(move |statement| statement.effect == effect)
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Place in the document, from 0.
    pub index: usize,
    /// Id, unique in the document at most.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// Whom it is about. Identity policies say nothing here.
    pub principals: Principals,
    /// Which actions.
    pub actions: Selection,
    /// Which resources. Trust policies say nothing here.
    pub resources: Selection,
    /// Under which conditions: all must hold.
    pub conditions: Vec<Condition>,
    /// Elements that the grammar does not know, as written.
    pub unknown: BTreeMap<String, Value>,
}

impl Statement {
    /// A name for messages.
    pub fn reference(&self) -> StatementRef {
        StatementRef {
            sid: self.sid.clone(),
            index: self.index,
        }
    }

    /// Whether it is about the action. One that names no action is read as an Allow of all and a
    /// Deny of none; AWS does not take either.
    pub fn covers_action(&self, action: &str) -> bool {
        let matches =
            |pattern: &Pattern| pattern.matches(action, Case::Insensitive, Variables::Nothing);
        match &self.actions {
            Selection::Unstated => self.effect == Effect::Allow,
            Selection::Only(patterns) => patterns.iter().any(matches),
            Selection::AllBut(patterns) => !patterns.iter().any(matches),
        }
    }

    /// [`Statement::covers_action`] for an action of the catalogue, which has its name ready.
    pub fn covers_known(&self, action: &Action) -> bool {
        let matches =
            |pattern: &Pattern| pattern.matches(&action.lower, Case::Sensitive, Variables::Nothing);
        match &self.actions {
            Selection::Unstated => self.effect == Effect::Allow,
            Selection::Only(patterns) => patterns.iter().any(matches),
            Selection::AllBut(patterns) => !patterns.iter().any(matches),
        }
    }

    /// Whether it is about the resource. One that names no resource is about the resource it is
    /// attached to. Policy variables are read so that more is allowed and less denied.
    pub fn covers_resource(&self, resource: &str) -> bool {
        let allow = self.effect == Effect::Allow;
        let any = |patterns: &[Pattern], variables| {
            patterns
                .iter()
                .any(|pattern| pattern.matches(resource, Case::Sensitive, variables))
        };
        let (chosen, spared) = if allow {
            (Variables::Anything, Variables::Nothing)
        } else {
            (Variables::Nothing, Variables::Anything)
        };
        match &self.resources {
            Selection::Unstated => true,
            Selection::Only(patterns) => any(patterns, chosen),
            Selection::AllBut(patterns) => !any(patterns, spared),
        }
    }

    /// Whether it is about the action on the resource.
    pub fn covers(&self, action: &str, resource: &str) -> bool {
        self.covers_action(action) && self.covers_resource(resource)
    }
}

/// Allow or deny. Case matters, as it does to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Takes away, whatever else grants.
    Deny,
}

/// `Action` and `NotAction`, `Resource` and `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Neither is given.
    Unstated,
    /// What any of these matches.
    Only(Vec<Pattern>),
    /// What none of these matches.
    AllBut(Vec<Pattern>),
}

impl Selection {
    /// The patterns written, whichever way they are meant.
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Unstated => &[],
            Self::Only(patterns) | Self::AllBut(patterns) => patterns,
        }
    }

    /// The patterns of `NotAction` or `NotResource`.
    pub fn excluded(&self) -> &[Pattern] {
        match self {
            Self::AllBut(patterns) => patterns,
            Self::Unstated | Self::Only(_) => &[],
        }
    }
}

/// Names a statement in a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementRef {
    /// Its id.
    pub sid: Option<String>,
    /// Its place in the document, from 0.
    pub index: usize,
}

impl fmt::Display for StatementRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) if !sid.is_empty() => write!(formatter, "statement '{sid}'"),
            _ => write!(formatter, "statement {}", self.index + 1),
        }
    }
}
