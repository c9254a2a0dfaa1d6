//! One request: who, what, on which resource, under which circumstances.

use std::collections::BTreeMap;

use tripod_model::{AccountId, Arn};

use crate::caller::{Caller, Kind, Membership, Owner};
use crate::context::{Context, Seen};
use crate::key::{Key, Subject};
use crate::pattern::{Substitute, Substitutes};

/// What a request acts on.
///
/// ```
/// use tripod_model::{AccountId, Arn};
/// use tripod_policy::Resource;
///
/// let function = Resource::new(&Arn::new("arn:aws:lambda:eu-central-1:111122223333:function:claims"));
/// // The ARN of a bucket does not tell whose it is.
/// let bucket = Resource::new(&Arn::new("arn:aws:s3:::claims"))
///     .owned_by(AccountId::new("111122223333"));
/// // An action that knows no resources, such as lambda:ListFunctions.
/// let account = Resource::account_level();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub(crate) arn: String,
    pub(crate) owner: ResourceOwner,
    pub(crate) tags: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResourceOwner {
    Account(Owner),
    /// Whoever calls acts on their own account.
    Caller,
    Unknown,
}

impl Resource {
    /// The resource with this ARN. Its account is the one in the ARN; where there is none, say it by
    /// [`Resource::owned_by`].
    pub fn new(arn: &Arn) -> Self {
        let account = arn.account().and_then(|text| text.parse().ok());
        Self {
            arn: arn.to_string(),
            owner: account.map_or(ResourceOwner::Unknown, |account: AccountId| {
                ResourceOwner::Account(account.into())
            }),
            tags: None,
        }
    }

    /// A resource of this account, whatever its ARN says.
    pub fn in_account(arn: String, account: AccountId) -> Self {
        Self {
            arn,
            owner: ResourceOwner::Account(account.into()),
            tags: None,
        }
    }

    /// The `*` of actions that act on no resource but on the caller's account.
    pub fn account_level() -> Self {
        Self {
            arn: "*".to_owned(),
            owner: ResourceOwner::Caller,
            tags: None,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<Owner>) -> Self {
        self.owner = ResourceOwner::Account(owner.into());
        self
    }

    /// What is known of the organisation of the resource's account.
    #[must_use]
    pub fn in_organization(mut self, membership: Membership) -> Self {
        if let ResourceOwner::Account(owner) = self.owner {
            self.owner = ResourceOwner::Account(owner.with(membership));
        }
        self
    }

    /// All tags of the resource. Without this call they are not known.
    #[must_use]
    pub fn tagged<K, V>(mut self, tags: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: AsRef<str>,
        V: Into<String>,
    {
        let tags = tags.into_iter();
        self.tags = Some(
            tags.map(|(key, value)| (key.as_ref().to_ascii_lowercase(), value.into()))
                .collect(),
        );
        self
    }

    /// The ARN, or `*`.
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Who makes it.
    pub caller: &'r Caller,
    /// The action, such as `lambda:InvokeFunction`; no wildcards.
    pub action: &'r str,
    /// What it acts on.
    pub resource: &'r Resource,
    /// What else is known of it.
    pub context: &'r Context,
}

impl<'r> Request<'r> {
    /// What the request has for a condition key: what the context says, else what follows from caller
    /// and resource, else what the context says of keys it does not name.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub(crate) fn seen(&self, key: &Key) -> Seen<'r> {
        if let Some(given) = self.context.given(key.lower()) {
            return given.into();
        }
        match self.implied(key) {
            Implied::Seen(seen) => seen,
            // What follows from no one is as open or closed as the context.
            Implied::Nothing => self.context.others().into(),
        }
    }

    fn implied(&self, key: &Key) -> Implied<'r> {
        let caller = self.caller;
        let seen = match key.subject() {
            Subject::PrincipalArn => principal_arn(&caller.kind),
            Subject::PrincipalAccount => match caller.kind {
                Kind::Anonymous => Seen::One("anonymous"),
                _ => caller.account().map(AccountId::as_str).into(),
            },
            Subject::PrincipalOrgId => self.organization(|membership| org_id(membership)),
            Subject::PrincipalOrgPaths => self.organization(|membership| org_path(membership)),
            Subject::PrincipalTag => principal_tag(caller, key),
            Subject::PrincipalIsService => match caller.kind {
                Kind::Service { .. } => Seen::One("true"),
                Kind::Anonymous | Kind::Federated { .. } => Seen::Absent,
                _ => Seen::One("false"),
            },
            Subject::PrincipalServiceName => match &caller.kind {
                Kind::Service { name } => Seen::One(name),
                _ => Seen::Absent,
            },
            Subject::PrincipalServiceNames => match caller.kind {
                Kind::Service { .. } => Seen::Present,
                _ => Seen::Absent,
            },
            Subject::PrincipalType => principal_type(&caller.kind),
            Subject::UserId => user_id(caller),
            Subject::UserName => user_name(&caller.kind),
            Subject::AssumedRoot => match caller.kind {
                Kind::Root { .. } | Kind::Somebody => return Implied::Nothing,
                _ => Seen::Absent,
            },
            Subject::FederatedProvider => match &caller.kind {
                Kind::Federated { provider } => Seen::One(provider),
                Kind::Role { .. } | Kind::Somebody => return Implied::Nothing,
                _ => Seen::Absent,
            },
            Subject::TokenIssueTime => match caller.kind {
                Kind::Role { .. } | Kind::FederatedUser { .. } => Seen::Present,
                Kind::Anonymous | Kind::Federated { .. } => Seen::Absent,
                _ => return Implied::Nothing,
            },
            Subject::Source => match caller.kind {
                Kind::Service { .. } => return Implied::Nothing,
                _ => Seen::Absent,
            },
            Subject::ResourceAccount => self.owner().map(|owner| owner.account.as_str()).into(),
            Subject::ResourceOrgId => self
                .owner()
                .map_or(Seen::Unknown, |o| org_id(&o.membership)),
            Subject::ResourceOrgPaths => self
                .owner()
                .map_or(Seen::Unknown, |o| org_path(&o.membership)),
            Subject::ResourceTag => tag(self.resource.tags.as_ref(), key),
            Subject::KmsCallerAccount => match caller.account() {
                Some(account) => Seen::One(account.as_str()),
                None => return Implied::Nothing,
            },
            Subject::Other => return Implied::Nothing,
        };
        Implied::Seen(seen)
    }

    /// Services, and callers without credentials, belong to no organisation.
    fn organization(&self, of: impl Fn(&'r Membership) -> Seen<'r>) -> Seen<'r> {
        match &self.caller.owner {
            Some(owner) => of(&owner.membership),
            None => Seen::Absent,
        }
    }

    /// Whose the resource is.
    pub(crate) fn owner(&self) -> Option<&'r Owner> {
        match &self.resource.owner {
            ResourceOwner::Account(owner) => Some(owner),
            ResourceOwner::Caller => self.caller.owner.as_ref(),
            ResourceOwner::Unknown => None,
        }
    }
}

enum Implied<'a> {
    Seen(Seen<'a>),
    Nothing,
}

impl Substitutes for Request<'_> {
    fn substitute(&self, key: &Key) -> Substitute<'_> {
        match self.seen(key) {
            Seen::One(text) => Substitute::Text(text),
            // A key with several values is no variable.
            Seen::Many(_) | Seen::Absent => Substitute::Missing,
            Seen::Begins(_) | Seen::Present | Seen::Unknown => Substitute::Unknown,
        }
    }
}

fn principal_arn(kind: &Kind) -> Seen<'_> {
    match kind {
        Kind::Root { arn }
        | Kind::User { arn, .. }
        | Kind::Role { arn, .. }
        | Kind::FederatedUser { arn, .. } => Seen::One(arn),
        // AWS says that it is in every signed request, and not what it is for services.
        Kind::Service { .. } | Kind::Somebody => Seen::Present,
        Kind::Federated { .. } | Kind::Anonymous => Seen::Absent,
    }
}

fn principal_type(kind: &Kind) -> Seen<'_> {
    Seen::One(match kind {
        Kind::Root { .. } => "Account",
        Kind::User { .. } => "User",
        Kind::Role { .. } => "AssumedRole",
        Kind::FederatedUser { .. } => "FederatedUser",
        Kind::Anonymous => "Anonymous",
        Kind::Service { .. } | Kind::Federated { .. } | Kind::Somebody => return Seen::Present,
    })
}

fn user_id(caller: &Caller) -> Seen<'_> {
    match &caller.kind {
        Kind::Root { .. } => caller.account().map(AccountId::as_str).into(),
        Kind::User { id: Some(id), .. } | Kind::FederatedUser { id, .. } => Seen::One(id),
        Kind::Role {
            id: Some(id),
            session,
            ..
        } => match session {
            Some(session) => session.user_id.as_deref().into(),
            None => Seen::Begins(&id.with_colon),
        },
        Kind::Anonymous => Seen::One("anonymous"),
        _ => Seen::Present,
    }
}

fn user_name(kind: &Kind) -> Seen<'_> {
    match kind {
        Kind::User { arn, .. } => arn.rsplit('/').next().into(),
        Kind::Somebody => Seen::Unknown,
        _ => Seen::Absent,
    }
}

fn principal_tag<'a>(caller: &'a Caller, key: &Key) -> Seen<'a> {
    match caller.kind {
        Kind::Service { .. } | Kind::Anonymous | Kind::Root { .. } => Seen::Absent,
        _ => tag(caller.tags.as_ref(), key),
    }
}

fn tag<'a>(tags: Option<&'a BTreeMap<String, String>>, key: &Key) -> Seen<'a> {
    match tags {
        None => Seen::Unknown,
        Some(tags) => tags
            .get(key.tag())
            .map_or(Seen::Absent, |value| Seen::One(value)),
    }
}

fn org_id(membership: &Membership) -> Seen<'_> {
    match membership {
        Membership::Unknown => Seen::Unknown,
        Membership::Alone => Seen::Absent,
        Membership::Member(organization) | Membership::Management(organization) => {
            Seen::One(&organization.id)
        }
    }
}

fn org_path(membership: &Membership) -> Seen<'_> {
    match membership.organization() {
        Some(organization) => match &organization.path {
            Some(path) => Seen::One(path),
            None => Seen::Present,
        },
        None => org_id(membership),
    }
}
