//! Whether anything trusts an identity provider.

use tripod_model::{Account, Arn, Unknown};
use tripod_policy::{Who, audience};

use crate::iam::trust::trust_policy;

/// Whether a provider is used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// A role takes its word.
    Somebody,
    /// No role does.
    Nobody,
}

/// Whether a role of the account trusts the provider, by its ARN. Not known where no role does whose trust
/// policy could be read, and another's could not.
pub(crate) fn use_of(account: &Account, provider: &Arn) -> Result<Use, Unknown> {
    let authorization = account.iam.authorization.found()?;
    let mut unread = None;
    for role in authorization.iter().flat_map(|all| &all.roles) {
        match trust_policy(role) {
            Ok(policy) => {
                let by_token = ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"];
                let trusts = audience(role.arn.as_str(), &policy, &by_token)
                    .iter()
                    .any(|access| match &access.who {
                        Who::Provider(name) => name == provider.as_str(),
                        Who::Everyone | Who::EveryAwsPrincipal => true,
                        _ => false,
                    });
                if trusts {
                    return Ok(Use::Somebody);
                }
            }
            Err(unknown) => unread = Some(unknown),
        }
    }
    unread.map_or(Ok(Use::Nobody), Err)
}
