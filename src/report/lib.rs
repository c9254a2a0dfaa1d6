//! tripod-report
