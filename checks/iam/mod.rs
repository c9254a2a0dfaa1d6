//! Checks of iam.
