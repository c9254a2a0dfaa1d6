//! tripod-assess
