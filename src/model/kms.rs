//! Key Management Service in one region.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Key Management Service in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Kms {
    /// `kms:ListKeys`, without the keys that AWS manages, by ARN.
    pub keys: Observed<Vec<Key>>,
}

impl Kms {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            keys: Observed::NotCollected,
        }
    }
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `kms:ListAliases`: names, sorted.
    pub aliases: Observed<Vec<String>>,
    /// `kms:DescribeKey`.
    pub metadata: Observed<KeyMetadata>,
    /// `kms:GetKeyPolicy`.
    pub policy: Observed<PolicyDocument>,
    /// `kms:GetKeyRotationStatus`; `Absent` for keys that cannot rotate.
    pub rotation_enabled: Observed<bool>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `kms:DescribeKey` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyMetadata {
    /// `AWS` or `CUSTOMER`.
    pub manager: Option<String>,
    /// `Enabled`, `Disabled`, `PendingDeletion`, …
    pub state: Option<String>,
    /// `SYMMETRIC_DEFAULT`, `RSA_2048`, …
    pub spec: Option<String>,
    /// `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`.
    pub origin: Option<String>,
    /// When a scheduled deletion happens.
    #[schemars(with = "Option<String>")]
    pub deletion_date: Option<Timestamp>,
    /// Whether it belongs to a multi-Region set.
    pub multi_region: bool,
    /// Description.
    pub description: Option<String>,
}
