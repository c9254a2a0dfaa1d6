//! Checks of kms.
