//! Whom a statement is about.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::pattern::Pattern;

/// `Principal` and `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// Neither is given.
    Unstated,
    /// These.
    Only(Vec<Principal>),
    /// Everybody else, also callers without credentials.
    AllBut(Vec<Principal>),
}

/// One principal.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// `"*"`.
    Everyone,
    /// An account id, or the ARN of an account, user, role or session; `*` is everyone.
    Aws(String),
    /// An AWS service, such as `s3.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// An S3 canonical user id.
    CanonicalUser(String),
    /// A kind that the grammar does not know.
    Other {
        /// The kind.
        kind: String,
        /// Its value.
        value: String,
    },
}

impl Principal {
    /// Whether it stands for everybody, with or without credentials. `{"AWS": "*"}` is the same as
    /// `"*"`; the other kinds take no wildcard, and a lone one is read as the broadest there is.
    pub fn is_everyone(&self) -> bool {
        match self {
            Self::Everyone => true,
            Self::Aws(value)
            | Self::Service(value)
            | Self::Federated(value)
            | Self::CanonicalUser(value)
            | Self::Other { value, .. } => {
                value.is_empty() || Pattern::from(&**value).is_everything()
            }
        }
    }

    /// The kind as the document writes it; `AWS` for everyone.
    pub fn kind(&self) -> &str {
        match self {
            Self::Everyone | Self::Aws(_) => "AWS",
            Self::Service(_) => "Service",
            Self::Federated(_) => "Federated",
            Self::CanonicalUser(_) => "CanonicalUser",
            Self::Other { kind, .. } => kind,
        }
    }

    /// The principal as the document writes it, without its kind.
    pub fn value(&self) -> &str {
        match self {
            Self::Everyone => "*",
            Self::Aws(value)
            | Self::Service(value)
            | Self::Federated(value)
            | Self::CanonicalUser(value)
            | Self::Other { value, .. } => value,
        }
    }

    /// The account of an AWS principal.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Aws(value) if value.starts_with("arn:") => value.split(':').nth(4),
            Self::Aws(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it stands for a whole account: its id or the ARN of its root.
    pub fn is_account(&self) -> bool {
        match self {
            Self::Aws(value) if value.starts_with("arn:") => value.ends_with(":root"),
            Self::Aws(value) => {
                value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => false,
        }
    }
}
