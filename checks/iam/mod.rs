//! Checks of AWS Identity and Access Management.

pub(crate) mod administrator_policy;
pub(crate) mod root_access_key;
