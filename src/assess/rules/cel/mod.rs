//! The part of CEL that rules are written in, <https://cel.dev>.
//!
//! An own reading of it, for three things that a rule needs and crates of CEL do not have: types of the snapshot that
//! are checked before a resource is seen, a bound on the steps of an evaluation, and values that are not known.
//! How it relates to all of CEL stands in `docs/guides/write-your-own-rules.md`.

pub(crate) mod ast;
pub(crate) mod check;
pub(crate) mod eval;
mod functions;
mod lex;
pub(crate) mod parse;
pub(crate) mod program;
mod signatures;
pub(crate) mod types;
pub(crate) mod value;
