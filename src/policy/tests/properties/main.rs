//! What holds for every policy and every request, tried on generated ones.
//!
//! The words are few, so that statements meet requests often; what is generated is printed when a
//! property fails, and proptest looks for the smallest case. `PROPTEST_CASES` sets how many are tried
//! of each, 256 otherwise.

#![expect(clippy::unwrap_used, reason = "a test")]

mod documents;
mod evaluation;
mod exposure;
mod patterns;
mod words;

/// The function that the fuzz target runs, on a bounded number of inputs.
#[path = "../../fuzz/whole.rs"]
mod whole;
