//! Checks of AWS Key Management Service.

use tripod_model::kms::Key;
use tripod_model::{Snapshot, Unknown};
use tripod_policy::Policy;

use crate::{Outcomes, Scope, Verdict, policies};

pub(crate) mod cross_account_access;
pub(crate) mod key_pending_deletion;
pub(crate) mod loose_grants;
pub(crate) mod public_key_policy;
pub(crate) mod undivided_duties;
pub(crate) mod unlimited_service_use;
pub(crate) mod unmanageable_key;

#[cfg(test)]
mod testing;

/// CloudFormation's type name of a key.
pub(crate) const KEY: &str = "AWS::KMS::Key";

/// The cryptographic operations of a key, by action.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/kms-cryptography.html#cryptographic-operations>
pub(crate) const USE: [&str; 14] = [
    "kms:Decapsulate",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:Encapsulate",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:ReEncrypt*",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
];

/// The actions that take a key over, or away.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators>
pub(crate) const CONTROL: [&str; 4] = [
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
];

/// One outcome for every key that the account manages itself. Keys that AWS manages have policies and
/// lives that nobody else can change; a key of which that is not known is looked at.
pub(crate) fn each_customer_key(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &Key) -> Result<Verdict, Unknown>,
) {
    for scope in Scope::all(snapshot) {
        match scope.region.kms.keys.found() {
            Ok(keys) => {
                let own = keys.into_iter().flatten().filter(|key| !is_of_aws(key));
                for key in own {
                    let resource = scope.resource(KEY, &key.arn, name(key));
                    out.say(resource, decide(&scope, key));
                }
            }
            Err(unknown) => out.say(scope.unlisted(KEY), Err(unknown)),
        }
    }
}

/// The same by the key's policy. Every key has one; a replica has its own, which need not be the
/// primary's.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html#mrk-sync-properties>
pub(crate) fn each_key_policy(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &Key, &Policy) -> Verdict,
) {
    const OPERATION: &str = "kms:GetKeyPolicy";
    each_customer_key(snapshot, out, |scope, key| {
        let evidence = key.sources.evidence(OPERATION, "/Policy");
        let verdict = match key.policy.found()? {
            Some(document) => decide(scope, key, &policies::read(document, OPERATION)?),
            None => Verdict::not_applicable("the key has no policy"),
        };
        Ok(verdict.evidence(evidence))
    });
}

fn is_of_aws(key: &Key) -> bool {
    matches!(key.metadata.found(), Ok(Some(metadata)) if metadata.manager.as_deref() == Some("AWS"))
}

/// The first alias without its prefix, else the id.
fn name(key: &Key) -> &str {
    key.aliases.items().first().map_or(&key.id, |alias| {
        let name = alias.name.as_str();
        name.strip_prefix("alias/").unwrap_or(name)
    })
}
