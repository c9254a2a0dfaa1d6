//! DynamoDB in one region: who can reach tables, under which keys they lie, and how they are kept.
//!
//! Read for the rows LX22 (streams as event sources), VN16 and CT16 (tables in use), and for the controls
//! NET-6, DATA-1 and DATA-4. No item is read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// DynamoDB in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DynamoDb {
    /// `dynamodb:ListTables`, by name.
    pub tables: Observed<Vec<Table>>,
}

impl DynamoDb {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            tables: Observed::NotCollected,
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// ARN, made of its name.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `dynamodb:DescribeTable`.
    pub details: Observed<TableDetails>,
    /// `dynamodb:DescribeContinuousBackups`.
    pub backups: Observed<ContinuousBackups>,
    /// `dynamodb:GetResourcePolicy` of the table.
    pub policy: Observed<PolicyDocument>,
    /// `dynamodb:GetResourcePolicy` of its stream; absent where it has no stream.
    pub stream_policy: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `dynamodb:DescribeTable` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableDetails {
    /// `ACTIVE`, `DELETING`, `INACCESSIBLE_ENCRYPTION_CREDENTIALS`, …
    pub status: Option<String>,
    /// How it is encrypted, unless with a key that AWS owns: then AWS says nothing of it.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>
    pub encryption: Option<TableEncryption>,
    /// Whether it cannot be deleted before this is switched off.
    pub deletion_protection: Option<bool>,
    /// The stream of its changes; none where it has none.
    pub stream: Option<Arn>,
    /// Its replicas in other regions, by region; empty where it has none.
    pub replicas: Vec<Replica>,
}

/// Encryption with a key in KMS that belongs to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableEncryption {
    /// `ENABLED`, `ENABLING`, `DISABLED`, …
    pub status: Option<String>,
    /// The key, AWS's own in the account or the customer's.
    pub kms_key: Option<Arn>,
}

/// A replica of a global table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Replica {
    /// Its region.
    pub region: Option<String>,
    /// `ACTIVE`, `CREATION_FAILED`, `REGION_DISABLED`, …
    pub status: Option<String>,
}

/// What `dynamodb:DescribeContinuousBackups` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContinuousBackups {
    /// Point-in-time recovery: `ENABLED` or `DISABLED`.
    pub point_in_time_recovery: Option<String>,
    /// Days that can be gone back.
    pub recovery_period_days: Option<i64>,
}
