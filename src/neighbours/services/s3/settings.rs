//! The settings of one bucket. For each S3 has an error code of its own that means "there is none".
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>

use serde::Deserialize;
use tripod_model::s3::{
    AccessLog, Acl, BucketSettings, Encryption, Grant, LifecycleRule, ObjectLock,
    PublicAccessBlock, ReplicationRule, Versioning,
};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{Forbidden, NO_BLOCK};
use crate::client::Client;
use crate::pages::failed;
use crate::request::Request;
use crate::services::{filled, note};
use crate::wire::Reply;

pub(super) const POLICY: &str = "s3:GetBucketPolicy";
pub(super) const BLOCK: &str = "s3:GetPublicAccessBlock";
pub(super) const ENCRYPTION: &str = "s3:GetBucketEncryption";
pub(super) const VERSIONING: &str = "s3:GetBucketVersioning";
pub(super) const OBJECT_LOCK: &str = "s3:GetObjectLockConfiguration";
pub(super) const LOGGING: &str = "s3:GetBucketLogging";
pub(super) const LIFECYCLE: &str = "s3:GetBucketLifecycleConfiguration";
pub(super) const REPLICATION: &str = "s3:GetBucketReplication";
pub(super) const OWNERSHIP: &str = "s3:GetBucketOwnershipControls";
pub(super) const ACL: &str = "s3:GetBucketAcl";

pub(super) const OPERATIONS: &[&str] = &[
    POLICY,
    BLOCK,
    ENCRYPTION,
    VERSIONING,
    OBJECT_LOCK,
    LOGGING,
    LIFECYCLE,
    REPLICATION,
    OWNERSHIP,
    ACL,
];

/// The ownership that turns access control lists off.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
const NO_ACLS: &str = "BucketOwnerEnforced";

pub(super) async fn read(client: &Client, bucket: &str, sources: &mut Sources) -> BucketSettings {
    let get = |what: &str| Request::get(&[bucket]).with(what, "");
    let (policy, block, encryption, versioning, lock, logging, lifecycle, replication, ownership) = futures::join!(
        client.text(POLICY, &["NoSuchBucketPolicy"], get("policy")),
        client.ask::<Forbidden>(BLOCK, NO_BLOCK, get("publicAccessBlock")),
        client.ask::<EncryptionAnswer>(
            ENCRYPTION,
            &["ServerSideEncryptionConfigurationNotFoundError"],
            get("encryption")
        ),
        client.ask::<VersioningAnswer>(VERSIONING, &[], get("versioning")),
        client.ask::<LockAnswer>(
            OBJECT_LOCK,
            &["ObjectLockConfigurationNotFoundError"],
            get("object-lock")
        ),
        client.ask::<LoggingAnswer>(LOGGING, &[], get("logging")),
        client.ask::<LifecycleAnswer>(
            LIFECYCLE,
            &["NoSuchLifecycleConfiguration"],
            get("lifecycle")
        ),
        client.ask::<ReplicationAnswer>(
            REPLICATION,
            &["ReplicationConfigurationNotFoundError"],
            get("replication")
        ),
        client.ask::<OwnershipAnswer>(
            OWNERSHIP,
            &["OwnershipControlsNotFoundError"],
            get("ownershipControls")
        ),
    );
    let ownership = noted(sources, OWNERSHIP, ownership).and_then(ownership_of);
    BucketSettings {
        policy: noted(sources, POLICY, policy).map(PolicyDocument),
        public_access_block: noted(sources, BLOCK, block).map(PublicAccessBlock::from),
        encryption: noted(sources, ENCRYPTION, encryption).map(encryption_of),
        versioning: noted(sources, VERSIONING, versioning).map(|answer| Versioning {
            status: filled(answer.status),
            mfa_delete: filled(answer.mfa_delete),
        }),
        object_lock: noted(sources, OBJECT_LOCK, lock).map(lock_of),
        access_log: noted(sources, LOGGING, logging).and_then(access_log_of),
        lifecycle: noted(sources, LIFECYCLE, lifecycle)
            .map(|answer| answer.rules.into_iter().map(lifecycle_of).collect()),
        replication: noted(sources, REPLICATION, replication)
            .map(|answer| answer.rules.into_iter().map(replication_of).collect()),
        acl: match &ownership {
            Observed::Known(ownership) if ownership == NO_ACLS => Observed::NotCollected,
            _ => acl(client, get("acl"), sources).await,
        },
        ownership,
    }
}

fn noted<T>(sources: &mut Sources, operation: &str, reply: Reply<T>) -> Observed<T> {
    note(sources, operation, reply.exchange.as_ref(), "");
    reply.value
}

#[derive(Debug, Deserialize)]
struct EncryptionAnswer {
    #[serde(rename = "Rule", default = "Vec::new")]
    rules: Vec<EncryptionRule>,
}

#[derive(Debug, Deserialize)]
struct EncryptionRule {
    #[serde(rename = "ApplyServerSideEncryptionByDefault")]
    by_default: Option<ByDefault>,
}

#[derive(Debug, Deserialize)]
struct ByDefault {
    #[serde(rename = "SSEAlgorithm")]
    algorithm: Option<String>,
    #[serde(rename = "KMSMasterKeyID")]
    key: Option<String>,
}

/// S3 takes one rule.
fn encryption_of(answer: EncryptionAnswer) -> Encryption {
    let mut rules = answer.rules.into_iter();
    let (algorithm, kms_key) = rules
        .find_map(|rule| rule.by_default)
        .map_or((None, None), |it| (it.algorithm, it.key));
    Encryption {
        algorithm: filled(algorithm),
        kms_key: filled(kms_key),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersioningAnswer {
    status: Option<String>,
    mfa_delete: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LockAnswer {
    object_lock_enabled: Option<String>,
    rule: Option<LockRule>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LockRule {
    default_retention: Option<Retention>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Retention {
    mode: Option<String>,
    days: Option<i64>,
    years: Option<i64>,
}

fn lock_of(answer: LockAnswer) -> ObjectLock {
    let retention = answer.rule.and_then(|rule| rule.default_retention);
    let retention = retention.as_ref();
    ObjectLock {
        enabled: filled(answer.object_lock_enabled),
        mode: retention.and_then(|it| filled(it.mode.clone())),
        days: retention.and_then(|it| it.days),
        years: retention.and_then(|it| it.years),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingAnswer {
    logging_enabled: Option<LoggingEnabled>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingEnabled {
    target_bucket: Option<String>,
}

/// Without logging S3 answers an empty status.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html>
fn access_log_of(answer: LoggingAnswer) -> Observed<AccessLog> {
    let Some(enabled) = answer.logging_enabled else {
        return Observed::Absent;
    };
    match filled(enabled.target_bucket) {
        Some(bucket) => Observed::Known(AccessLog { bucket }),
        None => failed(LOGGING, "the answer names no bucket"),
    }
}

#[derive(Debug, Deserialize)]
struct LifecycleAnswer {
    #[serde(rename = "Rule", default = "Vec::new")]
    rules: Vec<Lifecycle>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle {
    status: Option<String>,
    prefix: Option<String>,
    filter: Option<Filter>,
    expiration: Option<Expiration>,
    noncurrent_version_expiration: Option<VersionExpiration>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    prefix: Option<String>,
    and: Option<And>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct And {
    prefix: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Expiration {
    days: Option<i64>,
    date: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VersionExpiration {
    noncurrent_days: Option<i64>,
}

/// A prefix stands in the rule in its older form, in the filter or within its `And` in the newer.
fn lifecycle_of(rule: Lifecycle) -> LifecycleRule {
    let filter = rule.filter.as_ref();
    let prefix = filter.and_then(|it| it.prefix.clone());
    let within = filter.and_then(|it| it.and.as_ref()?.prefix.clone());
    let expiration = rule.expiration.as_ref();
    LifecycleRule {
        status: filled(rule.status),
        prefix: filled(prefix.or(within).or(rule.prefix)),
        expires_after_days: expiration.and_then(|it| it.days),
        expires_on: expiration.and_then(|it| filled(it.date.clone())),
        versions_expire_after_days: rule
            .noncurrent_version_expiration
            .and_then(|it| it.noncurrent_days),
    }
}

#[derive(Debug, Deserialize)]
struct ReplicationAnswer {
    #[serde(rename = "Rule", default = "Vec::new")]
    rules: Vec<Replication>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replication {
    status: Option<String>,
    destination: Option<Destination>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    bucket: Option<String>,
    account: Option<String>,
}

fn replication_of(rule: Replication) -> ReplicationRule {
    let (bucket, account) = rule
        .destination
        .map_or((None, None), |it| (it.bucket, it.account));
    ReplicationRule {
        status: filled(rule.status),
        destination: filled(bucket).map(Arn::new),
        account: filled(account),
    }
}

#[derive(Debug, Deserialize)]
struct OwnershipAnswer {
    #[serde(rename = "Rule", default = "Vec::new")]
    rules: Vec<OwnershipRule>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: Option<String>,
}

/// S3 takes one rule.
fn ownership_of(answer: OwnershipAnswer) -> Observed<String> {
    let mut rules = answer.rules.into_iter();
    match rules.find_map(|rule| filled(rule.object_ownership)) {
        Some(ownership) => Observed::Known(ownership),
        None => failed(OWNERSHIP, "the answer names no ownership"),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AclAnswer {
    owner: Option<Owner>,
    access_control_list: Option<Grants>,
}

#[derive(Debug, Deserialize)]
struct Owner {
    #[serde(rename = "ID")]
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Grants {
    #[serde(rename = "Grant", default = "Vec::new")]
    grants: Vec<Granted>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Granted {
    grantee: Option<Grantee>,
    permission: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Grantee {
    #[serde(rename = "URI")]
    uri: Option<String>,
    #[serde(rename = "ID")]
    id: Option<String>,
}

async fn acl(client: &Client, request: Request, sources: &mut Sources) -> Observed<Acl> {
    let reply = client.ask::<AclAnswer>(ACL, &[], request).await;
    noted(sources, ACL, reply).and_then(|answer| match answer.access_control_list {
        None => failed(ACL, "the answer holds no list"),
        Some(list) => Observed::Known(Acl {
            owner: answer.owner.and_then(|owner| filled(owner.id)),
            grants: list.grants.into_iter().map(grant_of).collect(),
        }),
    })
}

fn grant_of(granted: Granted) -> Grant {
    let (group, account) = granted
        .grantee
        .map_or((None, None), |grantee| (grantee.uri, grantee.id));
    Grant {
        group: filled(group),
        account: filled(account),
        permission: filled(granted.permission),
    }
}
