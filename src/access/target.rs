//! What is acted on: the resource with its policy, and how much the snapshot knows of it.

use std::fmt;

use tripod_model::Arn;
use tripod_policy::{Attached, Resource};

use crate::place::Kind;

/// A resource, ready to be asked about many times.
#[derive(Debug)]
pub struct Target<'a> {
    pub(crate) resource: Resource,
    pub(crate) kind: Option<Kind>,
    pub(crate) standing: Standing,
    /// The region that is asked, where the resource tells it.
    pub(crate) region: Option<String>,
    /// Its policy. A role's trust policy is not here: most actions on a role do not ask it.
    pub(crate) policy: Option<Attached<'a>>,
    /// The role, where it is one of the account.
    pub(crate) role: Option<Arn>,
    /// The log group without the `:*` behind it, for the few actions that name it so.
    pub(crate) bare: Option<Resource>,
    /// The key, where it is an alias.
    pub(crate) key: Option<Box<Self>>,
}

impl<'a> Target<'a> {
    /// The ARN, or `*`.
    pub fn arn(&self) -> &str {
        self.resource.arn()
    }

    /// What it is to the engine.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// What kind of resource it is, where the snapshot lists such.
    pub fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// How much the snapshot knows of it.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Its policy; none where there is none, and for roles.
    pub fn policy(&self) -> Option<&Attached<'a>> {
        self.policy.as_ref()
    }
}

/// How much the snapshot knows of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It holds it.
    Held,
    /// There is nothing to know: the action acts on no resource.
    AccountLevel,
    /// The snapshot lists such resources, and this one is not among them.
    Missing,
    /// The list it would be on was not read, with the reason.
    Unread(String),
    /// It is another account's.
    OtherAccount(String),
    /// Whose it is, its ARN does not say.
    NoOwner,
    /// The snapshot lists no such resources. They may have policies of their own.
    PolicyUnseen,
    /// The snapshot lists no such resources. AWS knows no policies of theirs.
    Unlisted,
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held => formatter.write_str("the snapshot holds the resource"),
            Self::AccountLevel => formatter.write_str("the action acts on no resource"),
            Self::Missing => formatter
                .write_str("the resource is not on the list of such resources in the snapshot"),
            Self::Unread(reason) => write!(
                formatter,
                "the list of such resources is not in the snapshot: {reason}"
            ),
            Self::OtherAccount(account) => write!(
                formatter,
                "the resource belongs to account {account}, whose policies are not in the snapshot"
            ),
            Self::NoOwner => formatter.write_str(
                "the resource is not among the account's own, and its ARN does not say whose it is",
            ),
            Self::PolicyUnseen => formatter.write_str(
                "such resources may have a policy of their own, which a snapshot does not hold",
            ),
            Self::Unlisted => formatter.write_str("a snapshot does not list such resources"),
        }
    }
}
