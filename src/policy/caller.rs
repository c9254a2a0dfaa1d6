//! Who makes a request.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>

use std::collections::BTreeMap;

use tripod_model::{AccountId, Arn, InvalidId};

/// An account, and the organisation it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub(crate) account: AccountId,
    pub(crate) membership: Membership,
}

impl Owner {
    /// An account of which it is not known whether it belongs to an organisation.
    pub fn new(account: AccountId) -> Self {
        Self {
            account,
            membership: Membership::Unknown,
        }
    }

    /// The same account with what is known of its organisation.
    #[must_use]
    pub fn with(mut self, membership: Membership) -> Self {
        self.membership = membership;
        self
    }
}

impl From<AccountId> for Owner {
    fn from(account: AccountId) -> Self {
        Self::new(account)
    }
}

/// What is known of an account's organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Membership {
    /// Nothing.
    #[default]
    Unknown,
    /// It is in none.
    Alone,
    /// It is a member.
    Member(Organization),
    /// It is the management account. SCPs do not bind its principals, nor RCPs its resources.
    Management(Organization),
}

impl Membership {
    pub(crate) fn organization(&self) -> Option<&Organization> {
        match self {
            Self::Member(organization) | Self::Management(organization) => Some(organization),
            Self::Unknown | Self::Alone => None,
        }
    }
}

/// An organisation, and the place of an account in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// `o-…/r-…/ou-…/`, with the slash at its end; none where it is not known.
    pub path: Option<String>,
}

/// Who makes a request, with what is known of them.
///
/// ```
/// use tripod_model::Arn;
/// use tripod_policy::Caller;
///
/// let role = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims"))?
///     .with_session("job-7")
///     .tagged([("team", "claims")]);
/// let service = Caller::service("events.amazonaws.com");
/// assert!(Caller::user(&Arn::new("arn:aws:iam::111122223333:role/claims")).is_err());
/// # Ok::<(), tripod_model::InvalidId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub(crate) kind: Kind,
    pub(crate) owner: Option<Owner>,
    pub(crate) tags: Option<BTreeMap<String, String>>,
    pub(crate) canonical_user: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Root {
        arn: String,
    },
    User {
        arn: String,
        id: Option<String>,
    },
    Role {
        arn: String,
        id: Option<RoleId>,
        /// ARN of the session, and its `aws:userid` where the role's id is known.
        session: Option<Session>,
    },
    FederatedUser {
        arn: String,
        user: Option<String>,
        id: String,
    },
    Service {
        name: String,
    },
    /// Signed in with an identity provider, without credentials of AWS: who calls
    /// `sts:AssumeRoleWithWebIdentity` or `sts:AssumeRoleWithSAML`.
    Federated {
        provider: String,
    },
    Anonymous,
    /// Some principal of an account, nothing else known of it.
    Somebody,
}

/// A role's unique id, and how the `aws:userid` of its sessions begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleId {
    pub(crate) id: String,
    pub(crate) with_colon: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) user_id: Option<String>,
}

impl Caller {
    fn new(kind: Kind, owner: Option<Owner>) -> Self {
        Self {
            kind,
            owner,
            tags: None,
            canonical_user: None,
        }
    }

    /// The root user, the user or the role with this ARN.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn identity(arn: &Arn) -> Result<Self, InvalidId> {
        match arn.resource().and_then(|name| name.split('/').next()) {
            Some("user") => Self::user(arn),
            Some("role") => Self::role(arn),
            Some("root") => Self::root(arn),
            _ => Err(InvalidId {
                value: arn.to_string(),
                expected: "the ARN of an account, an IAM user or an IAM role",
            }),
        }
    }

    /// The root user of the account.
    ///
    /// # Errors
    /// When the ARN is not `arn:…:iam::ACCOUNT:root`.
    pub fn root(arn: &Arn) -> Result<Self, InvalidId> {
        let owner = owner_of(arn, "iam", |name| name == "root", "the ARN of an account")?;
        let arn = arn.to_string();
        Ok(Self::new(Kind::Root { arn }, Some(owner)))
    }

    /// An IAM user, by long-lived or temporary credentials of its own.
    ///
    /// # Errors
    /// When the ARN is not that of a user.
    pub fn user(arn: &Arn) -> Result<Self, InvalidId> {
        let is_user = |name: &str| name.starts_with("user/");
        let owner = owner_of(arn, "iam", is_user, "the ARN of an IAM user")?;
        let arn = arn.to_string();
        Ok(Self::new(Kind::User { arn, id: None }, Some(owner)))
    }

    /// A session of an IAM role; which one is not known until [`Caller::with_session`] says it.
    ///
    /// # Errors
    /// When the ARN is not that of a role.
    pub fn role(arn: &Arn) -> Result<Self, InvalidId> {
        let is_role = |name: &str| name.starts_with("role/");
        let owner = owner_of(arn, "iam", is_role, "the ARN of an IAM role")?;
        let kind = Kind::Role {
            arn: arn.to_string(),
            id: None,
            session: None,
        };
        Ok(Self::new(kind, Some(owner)))
    }

    /// A session that an IAM user, where it is known, got by `sts:GetFederationToken`.
    ///
    /// # Errors
    /// When the ARN is not `arn:…:sts::ACCOUNT:federated-user/NAME`.
    pub fn federated_user(arn: &Arn, user: Option<&Arn>) -> Result<Self, InvalidId> {
        let is_federated = |name: &str| name.starts_with("federated-user/");
        let owner = owner_of(arn, "sts", is_federated, "the ARN of a federated user")?;
        let kind = Kind::FederatedUser {
            id: format!("{}:{}", owner.account, last_part(arn.as_str())),
            arn: arn.to_string(),
            user: user.map(ToString::to_string),
        };
        Ok(Self::new(kind, Some(owner)))
    }

    /// An AWS service by its own credentials, such as `s3.amazonaws.com`: not one that uses a role.
    pub fn service(name: impl Into<String>) -> Self {
        Self::new(Kind::Service { name: name.into() }, None)
    }

    /// Somebody whom an identity provider vouches for, by the provider's ARN or, for AWS's built-in
    /// ones, its name.
    pub fn federated(provider: impl Into<String>) -> Self {
        let provider = provider.into();
        Self::new(Kind::Federated { provider }, None)
    }

    /// Somebody without credentials.
    pub fn anonymous() -> Self {
        Self::new(Kind::Anonymous, None)
    }

    /// Some user or role of the account, whichever: what holds for it holds for all of them, unless
    /// their own policies say otherwise.
    pub fn somebody_in(account: AccountId) -> Self {
        Self::new(Kind::Somebody, Some(Owner::new(account)))
    }

    /// What is known of the organisation of the caller's account.
    #[must_use]
    pub fn in_organization(mut self, membership: Membership) -> Self {
        self.owner = self.owner.map(|owner| owner.with(membership));
        self
    }

    /// All tags of the principal, those of its session included. Without this call they are not known.
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

    /// The unique id of the user (`AIDA…`) or role (`AROA…`).
    #[must_use]
    pub fn with_id(mut self, unique: impl Into<String>) -> Self {
        let unique = unique.into();
        match &mut self.kind {
            Kind::User { id, .. } => *id = Some(unique),
            Kind::Role { id, .. } => {
                *id = Some(RoleId {
                    with_colon: format!("{unique}:"),
                    id: unique,
                });
            }
            _ => {}
        }
        self.with_user_id()
    }

    /// The name of the role's session.
    #[must_use]
    pub fn with_session(mut self, name: impl Into<String>) -> Self {
        if let Kind::Role { arn, session, .. } = &mut self.kind {
            let name = name.into();
            let role = Arn::new(arn.as_str());
            *session = Some(Session {
                arn: format!(
                    "arn:{}:sts::{}:assumed-role/{}/{name}",
                    role.partition().unwrap_or_default(),
                    role.account().unwrap_or_default(),
                    last_part(arn)
                ),
                name,
                user_id: None,
            });
        }
        self.with_user_id()
    }

    fn with_user_id(mut self) -> Self {
        if let Kind::Role {
            id: Some(id),
            session: Some(session),
            ..
        } = &mut self.kind
        {
            session.user_id = Some(format!("{}{}", id.with_colon, session.name));
        }
        self
    }

    /// The canonical user id of the caller's account, by which S3 knows it too.
    #[must_use]
    pub fn with_canonical_user(mut self, id: impl Into<String>) -> Self {
        self.canonical_user = Some(id.into());
        self
    }

    /// The caller's account, where it has one.
    pub fn account(&self) -> Option<&AccountId> {
        self.owner.as_ref().map(|owner| &owner.account)
    }

    /// Whether it is a role that AWS made for a service of its own, which SCPs and RCPs do not bind.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
    pub fn is_service_linked(&self) -> bool {
        matches!(&self.kind, Kind::Role { arn, .. } if is_service_linked_role(arn))
    }

    pub(crate) fn is_root(&self) -> bool {
        matches!(self.kind, Kind::Root { .. })
    }
}

pub(crate) fn is_service_linked_role(arn: &str) -> bool {
    let name = arn.splitn(6, ':').nth(5);
    name.is_some_and(|name| name.starts_with("role/aws-service-role/"))
}

/// The name behind the last slash.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

fn owner_of(
    arn: &Arn,
    service: &str,
    is_it: impl Fn(&str) -> bool,
    expected: &'static str,
) -> Result<Owner, InvalidId> {
    let fits = arn.service() == Some(service) && arn.resource().is_some_and(is_it);
    match arn.account() {
        Some(account) if fits => Ok(Owner::new(account.parse()?)),
        _ => Err(InvalidId {
            value: arn.to_string(),
            expected,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_loses_the_path_of_its_role() {
        let role = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/team/claims"))
            .expect("a role")
            .with_session("job-7")
            .with_id("AROAEXAMPLE");
        let Kind::Role { session, .. } = &role.kind else {
            panic!("a role");
        };
        let session = session.as_ref().expect("a session");
        assert_eq!(
            session.arn,
            "arn:aws:sts::111122223333:assumed-role/claims/job-7"
        );
        assert_eq!(session.user_id.as_deref(), Some("AROAEXAMPLE:job-7"));
    }

    #[test]
    fn a_caller_is_what_its_arn_says() {
        let user = Arn::new("arn:aws:iam::111122223333:user/ada");
        let error = Caller::role(&user).expect_err("a user is no role");
        assert_eq!(
            error.to_string(),
            "'arn:aws:iam::111122223333:user/ada' is not the ARN of an IAM role"
        );
        assert!(Caller::user(&user).is_ok());
        assert!(Caller::root(&Arn::new("arn:aws:iam::111122223333:root")).is_ok());
        assert!(Caller::user(&Arn::new("arn:aws:iam::1:user/ada")).is_err());
    }

    #[test]
    fn a_service_linked_role_is_told_by_its_path() {
        let role = |arn: &str| {
            Caller::role(&Arn::new(arn))
                .expect("a role")
                .is_service_linked()
        };
        assert!(role(
            "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
        ));
        assert!(!role("arn:aws:iam::111122223333:role/AWSServiceRoleForECS"));
    }
}
