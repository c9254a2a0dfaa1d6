//! Credentials of root and of users: the credential report, MFA devices, credentials of single services.
//!
//! What is kept are identifiers, states and times. Passwords, keys and seeds are in none of these answers;
//! where an answer could carry one, it is redacted before it gets here. Ids of access keys are not secrets
//! either, and the report has none of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// How the report calls the root user.
pub const ROOT_ACCOUNT: &str = "<root_account>";

/// IAM's report of the credentials of root and of every user.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CredentialReport {
    /// When IAM made it: at most four hours before it was asked for, because IAM makes none more often.
    #[schemars(with = "Option<String>")]
    pub generated: Option<Timestamp>,
    /// By ARN, root among them.
    pub rows: Vec<Credentials>,
    /// Where this was read.
    pub sources: Sources,
}

impl CredentialReport {
    /// The row of the root user.
    pub fn root(&self) -> Option<&Credentials> {
        self.rows.iter().find(|row| row.is_root())
    }

    /// The row of a user.
    pub fn of(&self, user: &Arn) -> Option<&Credentials> {
        self.rows.iter().find(|row| row.arn == *user)
    }
}

/// A cell of the report: a value, or the word that IAM writes in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reported<T> {
    /// A value.
    Value(T),
    /// `N/A`: there is no such credential; for a last use also: never, or before IAM kept track of it.
    NotApplicable,
    /// `no_information`: a password was never used, or not since IAM keeps track of it.
    NoInformation,
    /// `not_supported`: IAM does not say this of the root user.
    NotSupported,
}

impl<T> Reported<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::NotApplicable | Self::NoInformation | Self::NotSupported => None,
        }
    }
}

/// A row of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Credentials {
    /// `arn`.
    pub arn: Arn,
    /// `user`: the user's name, or [`ROOT_ACCOUNT`].
    pub user: String,
    /// `user_creation_time`: of root, the account's.
    #[schemars(with = "Reported<String>")]
    pub created: Reported<Timestamp>,
    /// Columns `password_…`.
    pub password: ReportedPassword,
    /// `mfa_active`: whether an MFA device is enabled. Of which kind, virtual devices tell.
    pub mfa_active: Reported<bool>,
    /// Columns `access_key_1_…` and `access_key_2_…`.
    pub access_keys: [ReportedKey; 2],
    /// Columns `cert_1_…` and `cert_2_…`: X.509 signing certificates.
    pub certificates: [ReportedCertificate; 2],
    /// `additional_credentials_info`: how many more keys or certificates there are, in IAM's words. None
    /// where the report has no such column or says nothing in it.
    pub additional: Option<String>,
}

impl Credentials {
    /// Whether these are the root user's.
    pub fn is_root(&self) -> bool {
        self.user == ROOT_ACCOUNT
    }
}

/// A password as the report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedPassword {
    /// `password_enabled`: whether there is one.
    pub enabled: Reported<bool>,
    /// `password_last_used`.
    #[schemars(with = "Reported<String>")]
    pub last_used: Reported<Timestamp>,
    /// `password_last_changed`.
    #[schemars(with = "Reported<String>")]
    pub last_changed: Reported<Timestamp>,
    /// `password_next_rotation`: when the password policy asks for a new one.
    #[schemars(with = "Reported<String>")]
    pub next_rotation: Reported<Timestamp>,
}

/// An access key as the report shows it. A user without the key has an inactive one of which nothing else is
/// applicable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedKey {
    /// `…_active`.
    pub active: Reported<bool>,
    /// `…_last_rotated`: when it was made or changed.
    #[schemars(with = "Reported<String>")]
    pub last_rotated: Reported<Timestamp>,
    /// `…_last_used_date`.
    #[schemars(with = "Reported<String>")]
    pub last_used: Reported<Timestamp>,
    /// `…_last_used_region`: also `N/A` for services without regions.
    pub last_used_region: Reported<String>,
    /// `…_last_used_service`, as policies name the service.
    pub last_used_service: Reported<String>,
}

/// A signing certificate as the report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedCertificate {
    /// `…_active`.
    pub active: Reported<bool>,
    /// `…_last_rotated`: when it was made or changed.
    #[schemars(with = "Reported<String>")]
    pub last_rotated: Reported<Timestamp>,
}

/// A virtual MFA device. Its seed is told once, when it is made, and never in this list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VirtualMfaDevice {
    /// Its serial number, which is an ARN.
    pub arn: Arn,
    /// The user that it is assigned to, `…:root` for the root user; none for one that nobody uses.
    pub user: Option<Arn>,
    /// When it was enabled.
    #[schemars(with = "Option<String>")]
    pub enabled: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}

/// A credential of a user that serves one service only: a Git password, an API key of Amazon Bedrock.
/// The secret is told once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceCredential {
    /// Its id (`ACCA…`): an identifier and no secret.
    pub id: String,
    /// Name of the user.
    pub user: Option<String>,
    /// The service, such as `bedrock.amazonaws.com`.
    pub service: Option<String>,
    /// `Active`, `Inactive` or `Expired`.
    pub status: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it ends; none for one that lasts until somebody ends it.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}
