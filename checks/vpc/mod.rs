//! Checks of Amazon VPC.

pub(crate) mod missing_flow_logs;
