//! What bears on a resource beside policies, in words: no decision has it in it.

use tripod_model::{Account, Observed, kms, s3};

use crate::resources::reason;

/// Grants let principals use a key beside all policies that allow.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>
pub(crate) fn of_key(key: &kms::Key) -> Vec<String> {
    match key.grants.found() {
        Ok(grants) => grants.into_iter().flatten().map(grant).collect(),
        Err(unknown) => vec![format!(
            "grants of the key, which allow beside all policies, are not known: {}",
            reason(unknown)
        )],
    }
}

fn grant(grant: &kms::Grant) -> String {
    let grantee = grant.grantee.as_ref().or(grant.grantee_service.as_ref());
    let operations = match &grant.operations {
        Some(operations) => operations.join(", "),
        None => "operations that AWS did not name".to_owned(),
    };
    format!(
        "grant {} lets {} use the key beside all policies: {operations}{}",
        grant.id,
        grantee.map_or("somebody whom AWS did not name", String::as_str),
        if grant.constraints.is_some() {
            ", within its constraints"
        } else {
            ""
        }
    )
}

/// Where public policies are restricted, one that is public lets in nobody but AWS services and the account.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
pub(crate) fn of_bucket(account: &Account, bucket: &s3::Bucket) -> Vec<String> {
    let restricts = |block: &Observed<s3::PublicAccessBlock>| match block {
        Observed::Known(block) => block.restrict_public_buckets == Some(true),
        _ => false,
    };
    let own = match &bucket.settings {
        Observed::Known(settings) => restricts(&settings.public_access_block),
        _ => false,
    };
    if !own && !restricts(&account.s3.public_access_block) {
        return Vec::new();
    }
    vec![
        "Block Public Access restricts public policies here: if the bucket's policy is public, AWS lets \
         nobody outside of the account use it, services aside"
            .to_owned(),
    ]
}
