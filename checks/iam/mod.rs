//! Checks of AWS Identity and Access Management.

mod actors;
pub(crate) mod administrator_policy;
pub(crate) mod administrator_principal;
mod asking;
mod claims;
pub(crate) mod confused_deputy_role;
pub(crate) mod defective_policy;
mod holders;
pub(crate) mod ineffective_resource;
mod issuers;
mod lints;
pub(crate) mod missing_federation;
pub(crate) mod modifiable_boundary;
pub(crate) mod negated_allow;
pub(crate) mod open_oidc_trust;
pub(crate) mod overpowered_cross_account_role;
mod powers;
pub(crate) mod privilege_escalation;
mod provider_use;
pub(crate) mod public_role_trust;
pub(crate) mod root_access_key;
pub(crate) mod service_wildcard;
#[cfg(test)]
mod small_accounts;
mod source_keys;
pub(crate) mod stale_saml_provider;
#[cfg(test)]
mod testing;
mod trust;
pub(crate) mod trusted_session_tags;
pub(crate) mod unauthenticated_identity_pool;
pub(crate) mod unbounded_creation;
pub(crate) mod unknown_account_trust;
pub(crate) mod unlimited_assume_role;
pub(crate) mod unlimited_decryption;
pub(crate) mod unlimited_pass_role;
pub(crate) mod unlimited_sensitive_actions;
pub(crate) mod unprotected_third_party_trust;
pub(crate) mod weak_oidc_provider;
mod weight;
mod written;

use tripod_model::iam::Authorization;
use tripod_model::{Account, Arn, RegionName, ResourceRef, Unknown};
use tripod_policy::Identities;

use crate::View;

/// Users, groups, roles and policies are all read by it.
const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// CloudFormation's type names.
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
const USER: &str = "AWS::IAM::User";
const GROUP: &str = "AWS::IAM::Group";
const ROLE: &str = "AWS::IAM::Role";

/// The identities of an account, and their policies; none where AWS said that there are none.
fn identities<'a>(
    view: &'a View<'_>,
    account: &'a Account,
) -> Result<Option<(&'a Authorization, &'a Identities)>, Unknown> {
    match account.iam.authorization.found()? {
        None => Ok(None),
        Some(authorization) => Ok(Some((authorization, view.access(account)?.identities()))),
    }
}

/// A resource of IAM, which has no region.
fn resource(account: &Account, kind: &str, arn: &Arn, name: &str) -> ResourceRef {
    ResourceRef {
        arn: arn.to_string(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        account: account.id.clone(),
        region: RegionName::new("global"),
    }
}

/// Stands for the resources of one kind where they could not be read.
fn unlisted(account: &Account, kind: &str, any: &str) -> ResourceRef {
    let arn = format!("arn:{}:iam::{}:{any}", account.partition, account.id);
    resource(account, kind, &Arn::new(arn), "*")
}

/// The end of an ARN, or the name itself: how people call a policy.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// "a", "a and b", "a, b and c".
fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
