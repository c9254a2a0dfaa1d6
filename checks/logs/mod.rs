//! Checks of Amazon CloudWatch Logs.

pub(crate) mod public_policy;
