//! tripod
fn main() {}
