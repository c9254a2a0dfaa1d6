//! Checks of AWS Key Management Service.

use tripod_model::kms::Key;
use tripod_model::{Snapshot, Unknown};

use crate::{Outcomes, Scope, Verdict};

pub(crate) mod key_pending_deletion;
pub(crate) mod public_key_policy;

/// CloudFormation's type name of a key.
pub(crate) const KEY: &str = "AWS::KMS::Key";

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
