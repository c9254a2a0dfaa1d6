//! Every check, by hand, sorted by id.

use crate::Check;
use crate::{apigateway, cloudtrail, iam, kms, lambda, vpc};

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &apigateway::missing_request_validation::CHECK,
    &apigateway::missing_throttling::CHECK,
    &apigateway::unauthenticated_method::CHECK,
    &apigateway::unauthenticated_route::CHECK,
    &cloudtrail::missing_lambda_data_events::CHECK,
    &cloudtrail::missing_log_validation::CHECK,
    &cloudtrail::missing_multi_region_trail::CHECK,
    &iam::administrator_policy::CHECK,
    &iam::confused_deputy_role::CHECK,
    &iam::missing_federation::CHECK,
    &iam::open_oidc_trust::CHECK,
    &iam::overpowered_cross_account_role::CHECK,
    &iam::public_role_trust::CHECK,
    &iam::root_access_key::CHECK,
    &iam::stale_saml_provider::CHECK,
    &iam::trusted_session_tags::CHECK,
    &iam::unauthenticated_identity_pool::CHECK,
    &iam::unknown_account_trust::CHECK,
    &iam::unprotected_third_party_trust::CHECK,
    &iam::weak_oidc_provider::CHECK,
    &kms::key_pending_deletion::CHECK,
    &kms::public_key_policy::CHECK,
    &lambda::address_exhaustion::CHECK,
    &lambda::deprecated_runtime::CHECK,
    &lambda::environment_secret::CHECK,
    &lambda::maximum_timeout::CHECK,
    &lambda::missing_code_signing::CHECK,
    &lambda::missing_failure_destination::CHECK,
    &lambda::missing_reserved_concurrency::CHECK,
    &lambda::public_policy::CHECK,
    &lambda::public_url::CHECK,
    &lambda::single_zone::CHECK,
    &lambda::unenforced_code_signing::CHECK,
    &vpc::missing_flow_logs::CHECK,
    &vpc::subnet_low_addresses::CHECK,
];

/// The check of this id, or of this earlier id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter()
        .find(|check| check.id == id || check.aliases.contains(&id))
        .copied()
}
