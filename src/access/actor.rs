//! A user or role of the account, with all that bears on whatever it asks for.

use tripod_model::Arn;
use tripod_policy::{Attached, Caller, IdentityPolicies};

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
}
