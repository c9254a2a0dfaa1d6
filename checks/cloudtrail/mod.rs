//! Checks of cloudtrail.
