//! Checks of AWS Identity and Access Management.

pub(crate) mod administrator_policy;
mod claims;
pub(crate) mod confused_deputy_role;
mod issuers;
pub(crate) mod missing_federation;
pub(crate) mod open_oidc_trust;
pub(crate) mod overpowered_cross_account_role;
mod powers;
mod provider_use;
pub(crate) mod public_role_trust;
pub(crate) mod root_access_key;
mod source_keys;
pub(crate) mod stale_saml_provider;
#[cfg(test)]
mod testing;
mod trust;
pub(crate) mod trusted_session_tags;
pub(crate) mod unauthenticated_identity_pool;
pub(crate) mod unknown_account_trust;
pub(crate) mod unprotected_third_party_trust;
pub(crate) mod weak_oidc_provider;
