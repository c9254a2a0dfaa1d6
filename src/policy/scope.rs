//! What callers can be limited to.

use std::fmt;

use crate::exposure::Reach;

/// A fixed value that limits who calls: an account, an organisation, a network and so on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// What the value is.
    pub kind: ScopeKind,
    /// The value as the policy writes it. Empty for a secret.
    pub value: String,
}

/// What a [`Scope`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeKind {
    /// Callers of an account.
    Account,
    /// A caller by ARN; wildcards are possible behind the account.
    Principal,
    /// Callers of an organisation, or of a part of it.
    Organization,
    /// A caller by unique id.
    UserId,
    /// A service, acting for whomever.
    Service,
    /// Somebody by another kind of name: an identity provider, a canonical user.
    Other,
    /// Services that act for an account.
    SourceAccount,
    /// Services that act for an organisation, or a part of it.
    SourceOrganization,
    /// Services that act for a resource, by ARN.
    Source,
    /// Requests from a VPC.
    Vpc,
    /// Requests through a VPC endpoint.
    Endpoint,
    /// Requests through VPC endpoints of an account.
    EndpointAccount,
    /// Requests through VPC endpoints of an organisation, or a part of it.
    EndpointOrganization,
    /// Requests from a network.
    Network,
    /// Requests through S3 access points of an account.
    AccessPointAccount,
    /// Requests through an S3 access point.
    AccessPoint,
    /// Requests that carry a secret, which stands in the policy.
    Secret,
}

impl ScopeKind {
    /// How far a policy opens that is limited to scopes of this kind.
    pub(crate) fn leaves(self) -> Reach {
        match self {
            Self::Secret => Reach::SecretHolders,
            _ => Reach::Limited,
        }
    }

    pub(crate) fn named(self, value: &str) -> Scope {
        let value = match self {
            Self::Secret => String::new(),
            _ => value.to_owned(),
        };
        Scope { kind: self, value }
    }

    /// Whether it says who calls, and not from where or for whom.
    pub(crate) fn is_caller(self) -> bool {
        matches!(
            self,
            Self::Account | Self::Principal | Self::Organization | Self::UserId
        )
    }

    /// Whether it says for whom a service acts.
    pub(crate) fn is_source(self) -> bool {
        matches!(
            self,
            Self::SourceAccount | Self::SourceOrganization | Self::Source
        )
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Principal => "principal",
            Self::Organization => "organisation",
            Self::UserId => "unique id",
            Self::Service => "service",
            Self::Other => "other principal",
            Self::SourceAccount => "source account",
            Self::SourceOrganization => "source organisation",
            Self::Source => "source",
            Self::Vpc => "VPC",
            Self::Endpoint => "VPC endpoint",
            Self::EndpointAccount => "VPC endpoints of account",
            Self::EndpointOrganization => "VPC endpoints of organisation",
            Self::Network => "network",
            Self::AccessPointAccount => "access points of account",
            Self::AccessPoint => "access point",
            Self::Secret => "holders of a secret in the policy",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.as_str())?;
        if self.value.is_empty() {
            return Ok(());
        }
        write!(formatter, " {}", self.value)
    }
}

impl Scope {
    /// Whether everything in it belongs to the account.
    pub fn is_within(&self, account: &str) -> bool {
        match self.kind {
            ScopeKind::Account
            | ScopeKind::SourceAccount
            | ScopeKind::EndpointAccount
            | ScopeKind::AccessPointAccount => self.value == account,
            ScopeKind::Principal | ScopeKind::Source | ScopeKind::AccessPoint => {
                self.value == account || self.value.split(':').nth(4) == Some(account)
            }
            _ => false,
        }
    }
}
