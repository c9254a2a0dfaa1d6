//! Settings and counts of the account as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Sources;

/// AWS's own counts of IAM entities and settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// By AWS's key, such as `AccountAccessKeysPresent`. Keys that end in `Quota` are limits.
    pub entries: BTreeMap<String, i64>,
    /// Where this was read.
    pub sources: Sources,
}

impl Summary {
    /// A key of the root user whose presence counts 1; none where the answer has no such entry.
    fn has(&self, key: &str) -> Option<bool> {
        self.entries.get(key).map(|count| *count > 0)
    }

    /// Whether the root user has an access key.
    pub fn root_access_key(&self) -> Option<bool> {
        self.has("AccountAccessKeysPresent")
    }

    /// Whether the root user has an MFA device.
    pub fn root_mfa(&self) -> Option<bool> {
        self.has("AccountMFAEnabled")
    }

    /// Whether the root user has a signing certificate.
    pub fn root_signing_certificate(&self) -> Option<bool> {
        self.has("AccountSigningCertificatesPresent")
    }

    /// Whether the root user has a password: not so in a member account whose root credentials are
    /// managed by the organisation.
    pub fn root_password(&self) -> Option<bool> {
        self.has("AccountPasswordPresent")
    }
}

/// What passwords of IAM users have to be like. Every member is as AWS wrote it, and none where the answer
/// leaves it out. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordPolicy {
    /// Characters at least.
    pub minimum_length: Option<i64>,
    /// Whether a symbol is required.
    pub require_symbols: Option<bool>,
    /// Whether a digit is required.
    pub require_numbers: Option<bool>,
    /// Whether an upper-case letter is required.
    pub require_uppercase: Option<bool>,
    /// Whether a lower-case letter is required.
    pub require_lowercase: Option<bool>,
    /// Whether users may change their own passwords.
    pub allow_change: Option<bool>,
    /// Whether passwords expire: AWS says so where a maximum age is set.
    pub expire: Option<bool>,
    /// Days after which passwords expire. Left out, or 0, where they do not.
    pub max_age_days: Option<i64>,
    /// How many earlier passwords may not be used again. Left out where any may.
    pub reuse_prevention: Option<i64>,
    /// Whether a user whose password has expired needs an administrator.
    pub hard_expiry: Option<bool>,
    /// Where this was read.
    pub sources: Sources,
}

/// Features of the organisation's central management of root users.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationFeatures {
    /// The organisation's id.
    pub organization_id: Option<String>,
    /// What is on, as AWS names it: `RootCredentialsManagement`, `RootSessions`. Sorted.
    pub enabled: Vec<String>,
    /// Where this was read.
    pub sources: Sources,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_not_there_says_nothing() {
        let summary = Summary {
            entries: BTreeMap::from([
                ("AccountMFAEnabled".to_owned(), 0),
                ("AccountAccessKeysPresent".to_owned(), 1),
            ]),
            sources: Sources::default(),
        };
        assert_eq!(summary.root_mfa(), Some(false));
        assert_eq!(summary.root_access_key(), Some(true));
        assert_eq!(summary.root_password(), None);
    }
}
