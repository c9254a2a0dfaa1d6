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
    &iam::root_access_key::CHECK,
    &kms::key_pending_deletion::CHECK,
    &kms::public_key_policy::CHECK,
    &lambda::address_exhaustion::CHECK,
    &lambda::bypassable_front::CHECK,
    &lambda::confused_deputy::CHECK,
    &lambda::dangling_trigger::CHECK,
    &lambda::deprecated_runtime::CHECK,
    &lambda::environment_secret::CHECK,
    &lambda::loose_url_grant::CHECK,
    &lambda::maximum_timeout::CHECK,
    &lambda::missing_code_signing::CHECK,
    &lambda::missing_failure_destination::CHECK,
    &lambda::missing_reserved_concurrency::CHECK,
    &lambda::open_iam_url::CHECK,
    &lambda::organization_wide_policy::CHECK,
    &lambda::public_policy::CHECK,
    &lambda::public_qualified_policy::CHECK,
    &lambda::public_url::CHECK,
    &lambda::single_zone::CHECK,
    &lambda::unenforced_code_signing::CHECK,
    &lambda::untrusted_account::CHECK,
    &lambda::url_any_origin::CHECK,
    &vpc::missing_flow_logs::CHECK,
    &vpc::subnet_low_addresses::CHECK,
];

/// The check of this id, or of this earlier id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter()
        .find(|check| check.id == id || check.aliases.contains(&id))
        .copied()
}
