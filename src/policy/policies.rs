//! The policies that bear on a request, each by name.

use std::borrow::Cow;

use crate::statement::Policy;

/// A policy as it is attached somewhere: its name for messages, and what it says.
#[derive(Debug, Clone)]
pub struct Attached<'p> {
    pub(crate) name: &'p str,
    pub(crate) document: Document<'p>,
}

#[derive(Debug, Clone)]
pub(crate) enum Document<'p> {
    Read(&'p Policy),
    Unreadable(Cow<'p, str>),
}

impl<'p> Attached<'p> {
    /// A policy by its ARN or name.
    pub fn new(name: &'p str, policy: &'p Policy) -> Self {
        Self {
            name,
            document: Document::Read(policy),
        }
    }

    /// What it says; none where it could not be read.
    pub fn policy(&self) -> Option<&'p Policy> {
        match &self.document {
            Document::Read(policy) => Some(policy),
            Document::Unreadable(_) => None,
        }
    }

    /// A policy that exists and could not be read, with the reason. Whatever it might change is not
    /// assessed.
    pub fn unreadable(name: &'p str, reason: impl Into<Cow<'p, str>>) -> Self {
        Self {
            name,
            document: Document::Unreadable(reason.into()),
        }
    }

    /// A policy that was parsed, or was not.
    ///
    /// ```
    /// use tripod_model::PolicyDocument;
    /// use tripod_policy::{Attached, parse};
    ///
    /// let parsed = parse(&PolicyDocument("not a policy".to_owned()));
    /// let attached = Attached::parsed("inline", &parsed);
    /// ```
    pub fn parsed<E: std::fmt::Display>(name: &'p str, parsed: &'p Result<Policy, E>) -> Self {
        match parsed {
            Ok(policy) => Self::new(name, policy),
            Err(error) => Self::unreadable(name, error.to_string()),
        }
    }

    /// Its name for messages.
    pub fn name(&self) -> &'p str {
        self.name
    }
}

/// One level of an organisation, from its root down to the account, and the policies attached there.
#[derive(Debug, Clone, Copy)]
pub struct Level<'l, 'p> {
    /// Id or name of the root, the organisational unit or the account.
    pub name: &'p str,
    /// What is attached to it.
    pub policies: &'l [Attached<'p>],
}

/// Service control policies, or resource control policies.
#[derive(Debug, Clone, Default)]
pub enum Controls<'l, 'p> {
    /// There are none: no organisation, or the policy type is not in use.
    #[default]
    None,
    /// Every level from the root to the account.
    Levels(&'l [Level<'l, 'p>]),
    /// There may be some, and they were not seen; with the reason. What they might deny is not
    /// assessed.
    Unseen(Cow<'p, str>),
}

/// Every policy that bears on a request. Those left out do not exist; those that exist and were not
/// seen have to be said so. `'p` is the life of the policies, which an answer names; `'l` that of the
/// lists made for the one question.
///
/// ```
/// use tripod_policy::{Attached, Policies, Policy};
///
/// let (inline, boundary) = (Policy::default(), Policy::default());
/// let identity = [Attached::new("inline", &inline)];
/// let policies = Policies {
///     identity: &identity,
///     boundary: Some(Attached::new("boundary", &boundary)),
///     ..Policies::default()
/// };
/// ```
#[derive(Debug, Clone, Default)]
pub struct Policies<'l, 'p> {
    /// Of the caller: inline ones, attached ones, and those of its groups.
    pub identity: &'l [Attached<'p>],
    /// The caller's permissions boundary.
    pub boundary: Option<Attached<'p>>,
    /// Policies passed when the caller's session was made, which all together are its session policy;
    /// none where none was passed.
    pub session: Option<&'l [Attached<'p>]>,
    /// Service control policies of the caller's account.
    pub scps: Controls<'l, 'p>,
    /// Resource control policies of the resource's account.
    pub rcps: Controls<'l, 'p>,
    /// Of the resource: bucket policy, key policy, trust policy, function policy, and so on.
    pub resource: Option<Attached<'p>>,
    /// Of the VPC endpoint that the request goes through; none for another way.
    pub endpoint: Option<Attached<'p>>,
}
