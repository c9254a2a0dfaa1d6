//! The part of CEL that rules are written in, <https://cel.dev>.
//!
//! Text is read by the parser of the crate `cel` (version 0.15.0). Types, evaluation and values are our own, because
//! that version cannot keep what a rule is promised:
//!
//! - It checks no types. `1 == 'a'` is false, and a misspelt field is an error of the evaluation, or nothing where
//!   `||` passes over it. A rule has to be refused when it is read.
//! - Its evaluation has no bound. `[..].all(a, [..].all(b, [..].all(c, ..)))` over 100 items each runs for seconds, and
//!   nothing can stop it: an error in a step of `all` or `exists` is kept until the loop is through, so that a function
//!   that counts steps and fails when they are spent is called to the end. `+` makes texts and lists of any length:
//!   twenty times `[t].map(t, t + t)[0]` are 16 MiB.
//! - It has no value for what is not known. As an error it would be lost: of two errors `&&` and `||` keep the one on
//!   their right, so that `1 / 0 == 1` hides that AWS refused an answer.
//!
//! Its parser is used with two cares. Its frames are large: brackets within brackets end the 2 MiB stack of a common
//! thread before the bound on its recursion, and that bound counts neither `a.b.c` nor `1 + 1 + 1`. So it runs on a
//! stack of its own, over a text of bounded length, and what it gives is measured again. Its macros are left away: what
//! `all` expands to is a loop over an accumulator, of which no type can be told and no answer that is not known.
//!
//! How it relates to all of CEL stands in `docs/guides/write-your-own-rules.md`.

pub(crate) mod ast;
pub(crate) mod check;
pub(crate) mod eval;
mod functions;
pub(crate) mod parse;
pub(crate) mod program;
mod signatures;
pub(crate) mod types;
pub(crate) mod value;
