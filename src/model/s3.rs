//! Simple Storage Service: the account's buckets, wherever they stand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, RegionName, Sources};

/// Simple Storage Service of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct S3 {
    /// `s3control:GetPublicAccessBlock`: what the account forbids for all its buckets; absent where it
    /// forbids nothing.
    pub public_access_block: Observed<PublicAccessBlock>,
    /// `s3:ListBuckets`, by name: every bucket of the account.
    pub buckets: Observed<Vec<Bucket>>,
    /// Buckets that the core refers to and that are not among the account's, by name: another
    /// account's, or gone.
    pub foreign_buckets: Observed<Vec<String>>,
}

impl S3 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            public_access_block: Observed::NotCollected,
            buckets: Observed::NotCollected,
            foreign_buckets: Observed::NotCollected,
        }
    }
}

/// A bucket of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bucket {
    /// Name.
    pub name: String,
    /// The region it stands in.
    pub region: Option<RegionName>,
    /// Its settings: asked where the core refers to the bucket, or for every bucket where a scan says
    /// so.
    pub settings: Observed<BucketSettings>,
    /// Where this was read.
    pub sources: Sources,
}

/// The settings of a bucket, each from a call of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BucketSettings {
    /// `s3:GetBucketPolicy`.
    pub policy: Observed<PolicyDocument>,
    /// `s3:GetPublicAccessBlock`.
    pub public_access_block: Observed<PublicAccessBlock>,
    /// `s3:GetBucketEncryption`.
    pub encryption: Observed<Encryption>,
    /// `s3:GetBucketVersioning`.
    pub versioning: Observed<Versioning>,
    /// `s3:GetObjectLockConfiguration`.
    pub object_lock: Observed<ObjectLock>,
    /// `s3:GetBucketLogging`: where a log of accesses goes; absent where none is written.
    pub access_log: Observed<AccessLog>,
    /// `s3:GetBucketLifecycleConfiguration`, in AWS's order.
    pub lifecycle: Observed<Vec<LifecycleRule>>,
    /// `s3:GetBucketReplication`, in AWS's order.
    pub replication: Observed<Vec<ReplicationRule>>,
    /// `s3:GetBucketOwnershipControls`: `BucketOwnerEnforced`, which turns access control lists off,
    /// `BucketOwnerPreferred` or `ObjectWriter`.
    pub ownership: Observed<String>,
    /// `s3:GetBucketAcl`; not asked where the ownership turns access control lists off.
    pub acl: Observed<Acl>,
}

/// What is forbidden whatever a policy or an access control list says.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicAccessBlock {
    /// No public access control list can be set.
    pub block_public_acls: Option<bool>,
    /// Public access control lists have no effect.
    pub ignore_public_acls: Option<bool>,
    /// No public policy can be set.
    pub block_public_policy: Option<bool>,
    /// Public policies let only AWS services and the account itself in.
    pub restrict_public_buckets: Option<bool>,
}

/// How new objects are encrypted.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Encryption {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`, …
    pub algorithm: Option<String>,
    /// Key of KMS, as id, alias or ARN; none means S3's own, or the key that AWS manages for S3.
    pub kms_key: Option<String>,
}

/// Whether older versions are kept.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Versioning {
    /// `Enabled`, `Suspended`; none means that versioning was never on.
    pub status: Option<String>,
    /// Whether deleting a version takes a second factor: `Enabled`, `Disabled`; none means that this
    /// was never set.
    pub mfa_delete: Option<String>,
}

/// Whether objects can be kept from being deleted.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockConfiguration.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectLock {
    /// `Enabled`.
    pub enabled: Option<String>,
    /// `GOVERNANCE`, `COMPLIANCE`; none where new objects get no retention by themselves.
    pub mode: Option<String>,
    /// Days that new objects are kept.
    pub days: Option<i64>,
    /// Years that new objects are kept.
    pub years: Option<i64>,
}

/// Where a log of accesses goes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LoggingEnabled.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessLog {
    /// Bucket.
    pub bucket: String,
}

/// When objects go.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LifecycleRule {
    /// `Enabled`, `Disabled`.
    pub status: Option<String>,
    /// Beginning of the keys it holds for; none means all.
    pub prefix: Option<String>,
    /// Days after which objects go.
    pub expires_after_days: Option<i64>,
    /// Day on which objects go, in ISO 8601.
    pub expires_on: Option<String>,
    /// Days after which versions go that are not the newest.
    pub versions_expire_after_days: Option<i64>,
}

/// Where objects are copied to.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicationRule {
    /// `Enabled`, `Disabled`.
    pub status: Option<String>,
    /// Bucket.
    pub destination: Option<Arn>,
    /// Account that owns the copies, where that was set.
    pub account: Option<String>,
}

/// An access control list.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acl {
    /// Canonical id of the bucket's owner.
    pub owner: Option<String>,
    /// Who may do what, in AWS's order.
    pub grants: Vec<Grant>,
}

/// What an access control list grants. Names and addresses of people are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// Address of a group of AWS's, such as `http://acs.amazonaws.com/groups/global/AllUsers`; none
    /// for an account.
    pub group: Option<String>,
    /// Canonical id of an account; none for a group.
    pub account: Option<String>,
    /// `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP`, `FULL_CONTROL`.
    pub permission: Option<String>,
}
