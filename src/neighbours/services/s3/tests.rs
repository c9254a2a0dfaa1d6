//! What S3 answers, and what is made of it.

use std::collections::BTreeSet;

use tripod_model::s3::{
    AccessLog, Acl, BucketSettings, Encryption, Grant, LifecycleRule, ObjectLock, ReplicationRule,
    Versioning,
};
use tripod_model::{Arn, PolicyDocument};

use super::settings::*;
use super::*;
use crate::services::References;
use crate::testing::{Script, denied};

const OPEN: &str = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls></PublicAccessBlockConfiguration>";

/// A page of buckets, in Ireland.
fn page(names: &[&str], next: &str) -> String {
    let buckets: Vec<String> = names
        .iter()
        .map(|name| format!("<Bucket><Name>{name}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate><BucketRegion>eu-west-1</BucketRegion></Bucket>"))
        .collect();
    let next = if next.is_empty() {
        String::new()
    } else {
        format!("<ContinuationToken>{next}</ContinuationToken>")
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>me</ID></Owner><Buckets>{}</Buckets>{next}</ListAllMyBucketsResult>"#,
        buckets.concat()
    )
}

/// A bucket about which nobody set anything.
fn bare() -> Script {
    Script::new()
        .on(LIST, &page(&["trails"], ""))
        .absent(ACCOUNT_BLOCK, "", NO_BLOCK[0])
        .absent(POLICY, "", "NoSuchBucketPolicy")
        .absent(BLOCK, "", NO_BLOCK[0])
        .absent(
            ENCRYPTION,
            "",
            "ServerSideEncryptionConfigurationNotFoundError",
        )
        .on(
            VERSIONING,
            r#"<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>"#,
        )
        .absent(OBJECT_LOCK, "", "ObjectLockConfigurationNotFoundError")
        .on(
            LOGGING,
            r#"<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>"#,
        )
        .absent(LIFECYCLE, "", "NoSuchLifecycleConfiguration")
        .absent(REPLICATION, "", "ReplicationConfigurationNotFoundError")
        .absent(OWNERSHIP, "", "OwnershipControlsNotFoundError")
        .on(
            ACL,
            "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>",
        )
}

fn referring(script: Script, names: &[&str]) -> Script {
    let buckets: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    script.referring(References {
        buckets,
        ..References::default()
    })
}

fn read(script: &Script) -> S3 {
    script.read_global(&NEIGHBOUR).s3
}

fn settings_of(script: Script) -> BucketSettings {
    let s3 = read(&referring(script, &["trails"]));
    let Observed::Known(settings) = s3.buckets.items()[0].settings.clone() else {
        panic!("the bucket is described: {s3:?}");
    };
    settings
}

#[test]
fn a_bucket_is_read_whole() {
    let script = bare()
        .on(POLICY, r#"{"Version":"2012-10-17","Statement":[]}"#)
        .on(BLOCK, OPEN)
        .on(ENCRYPTION, "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/trails</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>")
        .on(VERSIONING, "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>")
        .on(OBJECT_LOCK, "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>90</Days></DefaultRetention></Rule></ObjectLockConfiguration>")
        .on(LOGGING, "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>")
        .on(LIFECYCLE, "<LifecycleConfiguration><Rule><ID>a</ID><Filter><And><Prefix>AWSLogs/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Status>Enabled</Status><Transition><Days>30</Days></Transition><Transition><Days>60</Days></Transition><Expiration><Days>365</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays></NoncurrentVersionExpiration></Rule><Rule><Prefix>old/</Prefix><Status>Disabled</Status><Expiration><Date>2027-01-01T00:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>")
        .on(REPLICATION, "<ReplicationConfiguration><Role>arn:aws:iam::111122223333:role/copy</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copy</Bucket><Account>444455556666</Account></Destination></Rule></ReplicationConfiguration>")
        .on(OWNERSHIP, "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>")
        .on(ACL, r#"<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>me</ID><DisplayName>n</DisplayName></Grantee><Permission>FULL_CONTROL</Permission></Grant><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"#);
    let text = |text: &str| Some(text.to_owned());
    let rule = LifecycleRule {
        status: text("Enabled"),
        prefix: text("AWSLogs/"),
        expires_after_days: Some(365),
        expires_on: None,
        versions_expire_after_days: Some(7),
    };
    let older = LifecycleRule {
        status: text("Disabled"),
        prefix: text("old/"),
        expires_after_days: None,
        expires_on: text("2027-01-01T00:00:00Z"),
        versions_expire_after_days: None,
    };
    let grant = |group: Option<String>, account: Option<String>, permission| Grant {
        group,
        account,
        permission: text(permission),
    };
    let everybody = text("http://acs.amazonaws.com/groups/global/AllUsers");
    assert_eq!(
        settings_of(script),
        BucketSettings {
            policy: Observed::Known(PolicyDocument(
                r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned()
            )),
            public_access_block: Observed::Known(PublicAccessBlock {
                block_public_acls: Some(true),
                ignore_public_acls: Some(false),
                block_public_policy: None,
                restrict_public_buckets: None,
            }),
            encryption: Observed::Known(Encryption {
                algorithm: text("aws:kms"),
                kms_key: text("alias/trails"),
            }),
            versioning: Observed::Known(Versioning {
                status: text("Enabled"),
                mfa_delete: text("Disabled"),
            }),
            object_lock: Observed::Known(ObjectLock {
                enabled: text("Enabled"),
                mode: text("COMPLIANCE"),
                days: Some(90),
                years: None,
            }),
            access_log: Observed::Known(AccessLog {
                bucket: "logs".to_owned()
            }),
            lifecycle: Observed::Known(vec![rule, older]),
            replication: Observed::Known(vec![ReplicationRule {
                status: text("Enabled"),
                destination: Some(Arn::new("arn:aws:s3:::copy")),
                account: text("444455556666"),
            }]),
            ownership: Observed::Known("ObjectWriter".to_owned()),
            acl: Observed::Known(Acl {
                owner: text("me"),
                grants: vec![
                    grant(None, text("me"), "FULL_CONTROL"),
                    grant(everybody, None, "READ"),
                ],
            }),
        }
    );
}

#[test]
fn each_setting_has_its_own_code_for_there_is_none() {
    let settings = settings_of(bare());
    assert_eq!(settings.policy, Observed::Absent);
    assert_eq!(settings.public_access_block, Observed::Absent);
    assert_eq!(settings.encryption, Observed::Absent);
    assert_eq!(settings.object_lock, Observed::Absent);
    assert_eq!(settings.access_log, Observed::Absent);
    assert_eq!(settings.lifecycle, Observed::Absent);
    assert_eq!(settings.replication, Observed::Absent);
    assert_eq!(settings.ownership, Observed::Absent);
    let never = Versioning {
        status: None,
        mfa_delete: None,
    };
    assert_eq!(settings.versioning, Observed::Known(never));
    // The code of one setting means nothing for another.
    let settings = settings_of(bare().absent(LIFECYCLE, "", "NoSuchBucketPolicy"));
    assert!(matches!(settings.lifecycle, Observed::Failed { .. }));
}

#[test]
fn a_bucket_is_asked_in_its_region_and_listed_from_home() {
    let script = referring(bare(), &["trails"]);
    read(&script);
    let asked = script.asked();
    let region = |operation: &str| {
        let call = asked.iter().find(|call| call.operation == operation);
        call.expect("it was asked").region.as_str().to_owned()
    };
    assert_eq!(region(LIST), "eu-central-1");
    assert_eq!(region(POLICY), "eu-west-1");
    let policy = asked.iter().find(|call| call.operation == POLICY);
    let request = &policy.expect("it was asked").request;
    assert_eq!((&*request.path, &*request.query), ("/trails", "policy="));
    let block = asked.iter().find(|call| call.operation == ACCOUNT_BLOCK);
    assert_eq!(
        block.expect("it was asked").request.headers,
        [("x-amz-account-id", "111122223333".to_owned())]
    );
}

#[test]
fn an_access_control_list_without_effect_is_not_asked() {
    let script = referring(
        bare().on(OWNERSHIP, "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"),
        &["trails"],
    );
    read(&script);
    assert!(!script.calls().contains(&ACL));
}

#[test]
fn only_referred_buckets_are_described_and_foreign_ones_are_names() {
    let script = bare().on(LIST, &page(&["trails", "other"], ""));
    let s3 = read(&referring(script, &["trails", "theirs"]));
    let [other, trails] = s3.buckets.items() else {
        panic!("two buckets, by name: {s3:?}");
    };
    assert_eq!(other.settings, Observed::NotCollected);
    assert!(matches!(trails.settings, Observed::Known(_)));
    assert_eq!(
        s3.foreign_buckets,
        Observed::Known(vec!["theirs".to_owned()])
    );
}

#[test]
fn all_buckets_are_described_where_the_scan_says_so() {
    let s3 = read(&bare().all_buckets());
    assert!(matches!(s3.buckets.items()[0].settings, Observed::Known(_)));
}

#[test]
fn three_pages_of_buckets_are_one_list() {
    let script = bare()
        .on(LIST, &page(&["c"], "2"))
        .when(LIST, "continuation-token=2", &page(&["b"], "3"))
        .when(LIST, "continuation-token=3", &page(&["a"], ""));
    let s3 = read(&script);
    let names: Vec<&str> = s3.buckets.items().iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn an_account_without_buckets_costs_two_calls() {
    let script = bare().on(LIST, &page(&[], "")).on(ACCOUNT_BLOCK, OPEN);
    let s3 = read(&script);
    assert_eq!(s3.buckets, Observed::Known(vec![]));
    let Observed::Known(block) = s3.public_access_block else {
        panic!("the account forbids something");
    };
    assert_eq!(block.block_public_acls, Some(true));
    let mut calls = script.calls();
    calls.sort_unstable();
    assert_eq!(calls, [LIST, ACCOUNT_BLOCK]);
}

#[test]
fn a_refused_list_leaves_it_open_what_is_foreign() {
    let s3 = read(&referring(bare().refuse(LIST, denied(LIST)), &["trails"]));
    assert_eq!(s3.buckets, denied(LIST));
    assert_eq!(s3.foreign_buckets, denied(LIST));
    assert_eq!(s3.public_access_block, Observed::Absent);
}

#[test]
fn a_setting_that_is_refused_or_not_offered_leaves_the_others() {
    let lacking = Observed::Unsupported {
        operation: OBJECT_LOCK.to_owned(),
    };
    let settings = settings_of(
        bare()
            .refuse(POLICY, denied(POLICY))
            .refuse(OBJECT_LOCK, lacking),
    );
    assert_eq!(settings.policy, denied(POLICY));
    assert!(matches!(settings.object_lock, Observed::Unsupported { .. }));
    assert_eq!(settings.access_log, Observed::Absent);
}

#[test]
fn an_answer_of_another_shape_is_a_failure() {
    for body in [
        "<ListAllMyBucketsResult/>",
        "<html",
        "<L><Buckets><Bucket/></Buckets></L>",
    ] {
        let s3 = read(&bare().on(LIST, body));
        assert!(matches!(s3.buckets, Observed::Failed { .. }), "{body}");
    }
    let settings = settings_of(
        bare()
            .on(LOGGING, "<B><LoggingEnabled/></B>")
            .on(OWNERSHIP, "<OwnershipControls/>")
            .on(ACL, "<AccessControlPolicy/>"),
    );
    assert!(matches!(settings.access_log, Observed::Failed { .. }));
    assert!(matches!(settings.ownership, Observed::Failed { .. }));
    assert!(matches!(settings.acl, Observed::Failed { .. }));
}
