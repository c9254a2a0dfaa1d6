//! Every check, by hand, sorted by id.

use crate::Check;
use crate::{iam, kms, lambda};

/// Every check, sorted by id.
pub static ALL: &[&Check] = &[
    &iam::administrator_policy::CHECK,
    &iam::root_access_key::CHECK,
    &kms::key_pending_deletion::CHECK,
    &kms::public_key_policy::CHECK,
    &lambda::environment_secret::CHECK,
    &lambda::public_policy::CHECK,
    &lambda::public_url::CHECK,
];

/// The check of this id, or of this earlier id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter()
        .find(|check| check.id == id || check.aliases.contains(&id))
        .copied()
}
