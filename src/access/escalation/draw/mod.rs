//! Paths as pictures: pure functions from paths to text.

use super::path::Paths;

/// x
pub fn dot(_paths: &Paths) -> String {
    String::new()
}
/// x
pub fn svg(_paths: &Paths) -> String {
    String::new()
}
/// x
pub fn html(_paths: &Paths) -> String {
    String::new()
}
