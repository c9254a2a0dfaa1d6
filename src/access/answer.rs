//! Decisions as they are handed on: owned, and in a shape that does not change.

use std::fmt;

use serde::Serialize;
use tripod_policy::{Decision, Denial, Effect, Grounds, Open, Residual, Verdict};

/// The schema of what [`Answer`] and the answers made of it serialise to. Fields are added, never renamed.
pub const ACCESS_SCHEMA: &str = "tripod.access.v1";

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Allowed, whatever else there is to know.
    Allowed,
    /// Allowed or denied by what the request turns out to be like.
    Depends,
    /// Allowed or denied by what could not be seen or understood.
    NotAssessed,
    /// Denied, whatever else there is to know.
    Denied,
}

impl Word {
    /// The word for a person.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Depends => "depends",
            Self::NotAssessed => "not assessed",
            Self::Denied => "denied",
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What became of a request, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The verdict.
    pub verdict: Word,
    /// Allow statements that grant it, or would if what it depends on holds.
    pub granting: Vec<StatementAt>,
    /// Deny statements that strike it, or would.
    pub blocking: Vec<StatementAt>,
    /// What it depends on: everything that must hold, or must not.
    pub conditions: Vec<OpenCondition>,
    /// Of an implicit denial: what would have to allow it and does not.
    pub missing: Vec<String>,
    /// Why it is not assessed.
    pub unseen: Vec<String>,
}

/// A statement in its policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StatementAt {
    /// The kind of policy, such as `identity policy`; `grant` for a grant of a KMS key, whose id stands in
    /// [`StatementAt::sid`].
    pub layer: String,
    /// The policy's ARN or name; of a resource's policy, the ARN of the resource.
    pub policy: String,
    /// Id of the statement; none where it has none.
    pub sid: Option<String>,
    /// Its place in the policy, from 1.
    pub statement: usize,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// Its conditions.
    pub conditions: Vec<String>,
}

/// A condition, or another part of a statement, that the request leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenCondition {
    /// Operator, key and values; or `resource` and a pattern with variables; or `principal`.
    pub condition: String,
    /// Whether it has to hold for the request to be allowed; if not, it must not hold.
    pub must_hold: bool,
    /// Where it stands.
    pub statement: StatementAt,
}

impl Answer {
    /// An answer without reasons, to put reasons in.
    pub(crate) fn bare(verdict: Word) -> Self {
        Self {
            verdict,
            granting: Vec::new(),
            blocking: Vec::new(),
            conditions: Vec::new(),
            missing: Vec::new(),
            unseen: Vec::new(),
        }
    }
}

impl From<&Decision<'_>> for Answer {
    fn from(decision: &Decision<'_>) -> Self {
        let at = |grounds: &Vec<Grounds<'_>>| grounds.iter().map(Into::into).collect();
        let mut answer = Self {
            granting: at(&decision.granting),
            blocking: at(&decision.blocking),
            ..Self::bare(Word::Allowed)
        };
        match &decision.verdict {
            Verdict::Allowed => {}
            Verdict::Denied(denial) => {
                answer.verdict = Word::Denied;
                if let Denial::Implicit(gaps) = denial {
                    answer.missing = gaps.iter().map(ToString::to_string).collect();
                }
            }
            Verdict::Depends(on) => {
                answer.verdict = Word::Depends;
                answer.conditions = on.iter().map(Into::into).collect();
            }
            Verdict::NotAssessed(unseen) => {
                answer.verdict = Word::NotAssessed;
                answer.unseen = unseen.iter().map(ToString::to_string).collect();
            }
        }
        answer
    }
}

impl From<&Grounds<'_>> for StatementAt {
    fn from(grounds: &Grounds<'_>) -> Self {
        let statement = grounds.statement;
        Self {
            layer: grounds.layer.to_string(),
            policy: grounds.policy.to_owned(),
            sid: statement.sid.clone().filter(|sid| !sid.is_empty()),
            statement: statement.index + 1,
            effect: match statement.effect {
                Effect::Allow => "Allow",
                Effect::Deny => "Deny",
            },
            conditions: statement
                .conditions
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

impl fmt::Display for StatementAt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(id) if self.layer == "grant" => {
                return write!(formatter, "grant {id} of the key '{}'", self.policy);
            }
            Some(sid) => write!(formatter, "statement '{sid}'")?,
            None => write!(formatter, "statement {}", self.statement)?,
        }
        write!(formatter, " of the {} '{}'", self.layer, self.policy)
    }
}

impl From<&Residual<'_>> for OpenCondition {
    fn from(residual: &Residual<'_>) -> Self {
        Self {
            condition: match residual.what {
                Open::Condition(condition) => condition.to_string(),
                Open::Resource(pattern) => format!("resource {pattern}"),
                Open::Principal => "principal".to_owned(),
            },
            must_hold: residual.must_hold(),
            statement: (&residual.grounds).into(),
        }
    }
}

impl fmt::Display for OpenCondition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.must_hold {
            "holds"
        } else {
            "does not hold"
        };
        write!(formatter, "{} {verb} ({})", self.condition, self.statement)
    }
}
