//! tripod-capacity
