//! tripod-policy
