//! What became of a request, and why.

use std::fmt;

use crate::condition::Condition;
use crate::pattern::Pattern;
use crate::statement::{Effect, Statement};

/// The answer to one request, with the statements behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<'p> {
    /// The answer.
    pub verdict: Verdict<'p>,
    /// The Allow statements of identity and resource policies that grant the request, or would if
    /// what it depends on holds; also where a Deny overrules them. Empty where something that has to
    /// allow does not.
    pub granting: Vec<Grounds<'p>>,
    /// The Deny statements that strike it, or would.
    pub blocking: Vec<Grounds<'p>>,
}

impl Decision<'_> {
    /// Whether it is allowed whatever else there is to know.
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allowed
    }

    /// Whether it is denied whatever else there is to know.
    pub fn is_denied(&self) -> bool {
        matches!(self.verdict, Verdict::Denied(_))
    }
}

/// Allowed, denied, or not decided by what is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<'p> {
    /// Allowed.
    Allowed,
    /// Denied.
    Denied(Denial<'p>),
    /// Allowed or denied by what the request turns out to be like.
    Depends(Vec<Residual<'p>>),
    /// Allowed or denied by what could not be seen or understood. A check that meets this says "not
    /// assessed".
    NotAssessed(Vec<Unseen<'p>>),
}

/// Why a request is denied.
#[derive(Debug, Clone, PartialEq)]
pub enum Denial<'p> {
    /// A Deny statement applies; see [`Decision::blocking`].
    Explicit,
    /// Nothing allows it: what would have to.
    Implicit(Vec<Gap<'p>>),
}

/// A kind of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Identity policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policy.
    Session,
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The resource's policy.
    Resource,
    /// The VPC endpoint's policy.
    Endpoint,
}

impl Layer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Scp => "service control policy",
            Self::Rcp => "resource control policy",
            Self::Resource => "resource policy",
            Self::Endpoint => "endpoint policy",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A statement in its policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grounds<'p> {
    /// What kind of policy it stands in.
    pub layer: Layer,
    /// The policy's name.
    pub policy: &'p str,
    /// The statement.
    pub statement: &'p Statement,
}

impl fmt::Display for Grounds<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statement = self.statement.reference();
        write!(
            formatter,
            "{statement} of the {} '{}'",
            self.layer, self.policy
        )
    }
}

/// A kind of policy that would have to allow a request, and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'p> {
    /// The kind.
    pub layer: Layer,
    /// For organisation policies the level at which nothing allows it.
    pub level: Option<&'p str>,
}

impl fmt::Display for Gap<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no {} allows it", self.layer)?;
        match self.level {
            Some(level) => write!(formatter, " at '{level}'"),
            None => Ok(()),
        }
    }
}

/// Something a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual<'p> {
    /// The statement it stands in.
    pub grounds: Grounds<'p>,
    /// What is open.
    pub what: Open<'p>,
}

impl Residual<'_> {
    /// Whether it has to hold for the request to be allowed: so for an Allow; for a Deny it must not.
    pub fn must_hold(&self) -> bool {
        self.grounds.statement.effect == Effect::Allow
    }
}

/// What the request leaves open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Open<'p> {
    /// Whether a condition holds.
    Condition(&'p Condition),
    /// Whether the resource is the one meant, by a pattern with variables.
    Resource(&'p Pattern),
    /// Whether the caller is one of the statement's principals: it names a session or an account by
    /// what is not known of the caller, or AWS leaves open whom it means.
    Principal,
}

impl fmt::Display for Residual<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            Open::Condition(condition) => write!(formatter, "{condition}")?,
            Open::Resource(pattern) => write!(formatter, "resource {pattern}")?,
            Open::Principal => formatter.write_str("principal")?,
        }
        let verb = if self.must_hold() {
            "holds"
        } else {
            "does not hold"
        };
        write!(formatter, " {verb} ({})", self.grounds)
    }
}

/// Something that bears on a decision and could not be seen or understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Unseen<'p> {
    /// A policy that could not be read.
    Policy {
        /// What kind of policy.
        layer: Layer,
        /// Its name; empty where it is not even known whether there is one.
        policy: &'p str,
        /// Why not.
        reason: String,
    },
    /// Organisation policies that were not seen.
    Controls {
        /// SCPs or RCPs.
        layer: Layer,
        /// Why not.
        reason: String,
    },
    /// A part of a statement, or of its policy, that this program does not understand.
    Part {
        /// The statement.
        grounds: Grounds<'p>,
        /// The part.
        part: String,
    },
    /// Whose the resource is: in the caller's account other policies decide than in another.
    ResourceAccount,
}

impl fmt::Display for Unseen<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy {
                layer,
                policy,
                reason,
            } => match *policy {
                "" => write!(formatter, "the {layer} is not known: {reason}"),
                policy => write!(formatter, "the {layer} '{policy}' is not known: {reason}"),
            },
            Self::Controls { layer, reason } => {
                write!(formatter, "the {layer} is not known: {reason}")
            }
            Self::Part { grounds, part } => {
                write!(formatter, "{part} of {grounds} is not understood")
            }
            Self::ResourceAccount => formatter.write_str("the resource's account is not known"),
        }
    }
}
