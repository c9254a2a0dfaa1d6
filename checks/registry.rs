//! Every check, by hand, sorted by id.

use crate::Check;
use crate::{apigateway, lambda};

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &apigateway::missing_request_validation::CHECK,
    &apigateway::missing_throttling::CHECK,
    &apigateway::unauthenticated_method::CHECK,
    &apigateway::unauthenticated_route::CHECK,
    &lambda::public_url::CHECK,
];

/// The check of this id, or of this earlier id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter()
        .find(|check| check.id == id || check.aliases.contains(&id))
        .copied()
}
