//! IAM policy documents: parsed whole, and asked questions about sets of callers, actions and
//! resources instead of about one request.
//!
//! [`parse`] makes a [`Policy`] of a text; nothing is dropped. [`exposure`] and [`exposure_of`] say
//! who can reach a resource through its policy, [`services_allowed`] which AWS services may call it,
//! [`administrator`] whether an identity policy grants everything. All are pure functions over a
//! borrowed policy, and all look at the policy as a whole: denies are applied, statements add up.
//!
//! Where AWS's rules leave room, the answer is the more exposed one.

mod administrator;
pub mod catalogue;
mod condition;
mod document;
mod exposure;
mod limits;
pub mod lint;
mod pattern;
mod statement;

#[cfg(test)]
mod exposure_tests;

pub use administrator::{AdminGrant, administrator};
pub use condition::{Base, Condition, Operator, Quantifier};
pub use document::{ParseError, parse};
pub use exposure::{Exposure, Reach, exposure, exposure_of, services_allowed};
pub use pattern::{Case, Pattern, Variables};
pub use statement::{Effect, Policy, Principal, Principals, Selection, Statement, StatementRef};
