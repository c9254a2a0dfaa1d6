//! A user or role of the account, with all that bears on whatever it asks for.

use tripod_model::Arn;
use tripod_policy::{Attached, Caller, IdentityPolicies, Selection};

/// A user or role, ready to be asked about many times.
#[derive(Debug)]
pub struct Actor<'a> {
    pub(crate) arn: &'a Arn,
    pub(crate) caller: &'a Caller,
    pub(crate) own: IdentityPolicies<'a>,
    /// Service control policies, level by level from the root down.
    pub(crate) scps: Vec<(&'a str, Vec<Attached<'a>>)>,
}

impl<'a> Actor<'a> {
    /// Its ARN.
    pub fn arn(&self) -> &'a Arn {
        self.arn
    }

    /// Who it is to the engine.
    pub fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// Its identity policies and its boundary.
    pub fn policies(&self) -> &IdentityPolicies<'a> {
        &self.own
    }

    /// Whether a statement of its identity policies allows the action on some resource under some
    /// conditions, or a policy of it could not be read. If not, only the policy of a resource lets it in.
    pub fn may(&self, action: &str) -> bool {
        let allows = |attached: &Attached<'_>| match attached.policy() {
            Some(policy) => policy.allows().any(|allow| allow.covers_action(action)),
            None => true,
        };
        self.own.identity.iter().any(allows)
    }

    /// Patterns of resources below `start` that its identity policies allow something on: what they mean
    /// is at least one resource each.
    pub(crate) fn patterns_below(&self, start: &str) -> Vec<String> {
        let mut patterns: Vec<String> = self
            .own
            .identity
            .iter()
            .filter_map(Attached::policy)
            .flat_map(|policy| policy.allows())
            .filter_map(|allow| match &allow.resources {
                Selection::Only(patterns) => Some(patterns),
                _ => None,
            })
            .flatten()
            .map(|pattern| pattern.as_str())
            .filter(|text| text.starts_with(start) && !text.contains("${"))
            .map(str::to_owned)
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }
}
