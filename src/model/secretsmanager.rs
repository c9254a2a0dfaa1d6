//! Secrets Manager in one region: what is known about secrets, never what is in them.
//!
//! Read for the rows SX01 (rotation, use, key), SX02 (policies) and LI11 (what roles may read), and for the
//! controls CODE-6, DATA-1 and NET-6.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Secrets Manager in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecretsManager {
    /// `secretsmanager:ListSecrets`, by ARN, without those marked for deletion.
    pub secrets: Observed<Vec<Secret>>,
}

impl SecretsManager {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            secrets: Observed::NotCollected,
        }
    }
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Secret {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Key that encrypts it, as id, alias or ARN; none means `aws/secretsmanager`.
    /// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
    pub kms_key: Option<String>,
    /// Whether it is rotated; AWS leaves this out where rotation was never set up.
    pub rotation_enabled: Option<bool>,
    /// Function that rotates it.
    pub rotation_function: Option<Arn>,
    /// Days from one rotation to the next.
    pub rotation_days: Option<i64>,
    /// The same as a `rate(…)` or `cron(…)` expression.
    pub rotation_schedule: Option<String>,
    /// When it was last rotated; none where it never was.
    #[schemars(with = "Option<String>")]
    pub last_rotated: Option<Timestamp>,
    /// When it was last changed in any way.
    #[schemars(with = "Option<String>")]
    pub last_changed: Option<Timestamp>,
    /// Day on which it was last read in this region; none where it never was.
    #[schemars(with = "Option<String>")]
    pub last_accessed: Option<Timestamp>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// The AWS service that made and manages it; none for the account's own.
    pub owning_service: Option<String>,
    /// Region in which it was made; another than this one for a replica.
    pub primary_region: Option<String>,
    /// `secretsmanager:GetResourcePolicy`.
    pub policy: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}
