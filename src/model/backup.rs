//! AWS Backup in one region: what is backed up, for how long, and whether copies leave the region.
//!
//! Read for the control DATA-4. Which resources a plan selects is not read: what AWS Backup has backed up
//! says more, and says it in one list.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// AWS Backup in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// `backup:ListBackupPlans`, by ARN.
    pub plans: Observed<Vec<Plan>>,
    /// `backup:ListBackupVaults`, by ARN.
    pub vaults: Observed<Vec<Vault>>,
    /// `backup:ListProtectedResources`: what has at least one recovery point, by ARN.
    pub protected_resources: Observed<Vec<ProtectedResource>>,
}

impl Backup {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            plans: Observed::NotCollected,
            vaults: Observed::NotCollected,
            protected_resources: Observed::NotCollected,
        }
    }
}

/// A backup plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `backup:GetBackupPlan`: its rules, as they stand in the plan.
    pub rules: Observed<Vec<Rule>>,
    /// Where this was read.
    pub sources: Sources,
}

/// A rule of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Name.
    pub name: Option<String>,
    /// Name of the vault that backups go to.
    pub vault: Option<String>,
    /// When, as a `cron(…)` or `rate(…)` expression; none means daily at 5 in the morning, UTC.
    /// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html>
    pub schedule: Option<String>,
    /// Days after which a backup is deleted; none means never.
    pub delete_after_days: Option<i64>,
    /// Whether any moment in between can be restored; none means that it cannot.
    pub continuous: Option<bool>,
    /// Copies to other vaults, in the plan's order; empty where there are none.
    pub copies: Vec<Copy>,
}

/// A copy that a rule makes of each backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Copy {
    /// Vault that it goes to; its ARN tells region and account.
    pub vault: Option<Arn>,
    /// Days after which it is deleted; none means never.
    pub delete_after_days: Option<i64>,
}

/// A vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vault {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `BACKUP_VAULT`, `LOGICALLY_AIR_GAPPED_BACKUP_VAULT` or `RESTORE_ACCESS_BACKUP_VAULT`.
    pub kind: Option<String>,
    /// Key that encrypts the backups.
    pub kms_key: Option<Arn>,
    /// Whether Vault Lock keeps backups from being deleted early.
    pub locked: Option<bool>,
    /// When the lock can no longer be lifted by anyone; none where administrators still can.
    #[schemars(with = "Option<String>")]
    pub lock_date: Option<Timestamp>,
    /// Shortest retention, in days, that the lock allows.
    pub minimum_retention_days: Option<i64>,
    /// Longest retention, in days, that the lock allows.
    pub maximum_retention_days: Option<i64>,
    /// Number of backups in it.
    pub recovery_points: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

/// A resource that AWS Backup has backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectedResource {
    /// ARN.
    pub arn: Arn,
    /// `DynamoDB`, `S3`, `EFS`, …
    pub kind: Option<String>,
    /// When it was last backed up.
    #[schemars(with = "Option<String>")]
    pub last_backup: Option<Timestamp>,
    /// Vault that the last backup went to.
    pub last_vault: Option<Arn>,
    /// Where this was read.
    pub sources: Sources,
}
