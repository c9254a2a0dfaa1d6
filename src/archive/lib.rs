//! tripod-archive
