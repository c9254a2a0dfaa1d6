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
    &iam::administrator_principal::CHECK,
    &iam::defective_policy::CHECK,
    &iam::ineffective_resource::CHECK,
    &iam::modifiable_boundary::CHECK,
    &iam::negated_allow::CHECK,
    &iam::root_access_key::CHECK,
    &iam::service_wildcard::CHECK,
    &iam::unbounded_creation::CHECK,
    &iam::unlimited_assume_role::CHECK,
    &iam::unlimited_decryption::CHECK,
    &iam::unlimited_pass_role::CHECK,
    &iam::unlimited_sensitive_actions::CHECK,
    &kms::key_pending_deletion::CHECK,
    &kms::public_key_policy::CHECK,
    &lambda::address_exhaustion::CHECK,
    &lambda::administrator_role::CHECK,
    &lambda::broken_role::CHECK,
    &lambda::deprecated_runtime::CHECK,
    &lambda::environment_secret::CHECK,
    &lambda::maximum_timeout::CHECK,
    &lambda::missing_code_signing::CHECK,
    &lambda::missing_failure_destination::CHECK,
    &lambda::missing_reserved_concurrency::CHECK,
    &lambda::overtrusting_role::CHECK,
    &lambda::public_policy::CHECK,
    &lambda::public_url::CHECK,
    &lambda::service_wildcard_role::CHECK,
    &lambda::shared_role::CHECK,
    &lambda::single_zone::CHECK,
    &lambda::uncontrolled_code_change::CHECK,
    &lambda::unenforced_code_signing::CHECK,
    &lambda::unlimited_decryption::CHECK,
    &lambda::unlimited_sensitive_actions::CHECK,
    &vpc::missing_flow_logs::CHECK,
    &vpc::subnet_low_addresses::CHECK,
];

/// The check of this id, or of this earlier id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter()
        .find(|check| check.id == id || check.aliases.contains(&id))
        .copied()
}
