//! Who may do what in one account, by all the policies that a snapshot holds.
//!
//! [`Access`] is built once of an account and asked often. [`Access::decide`] answers one request of one
//! of the account's users and roles, with everything that bears on it put together: identity policies,
//! boundary, the organisation's policies, and the policy of the resource. What was not read, and what the
//! snapshot cannot hold, is never taken for "there is none": an answer that hangs on it is not assessed.
//!
//! How a single request is decided is the engine's matter, `tripod-policy`. Pure: no clock, no network, no
//! environment.

mod access;
mod actor;
mod answer;
mod asides;
mod controls;
mod deeds;
pub mod escalation;
mod grants;
mod place;
mod policied;
mod reach;
mod resources;
mod suits;
mod target;
mod who;

#[cfg(test)]
mod access_tests;

pub use access::{Access, AccessError};
pub use actor::Actor;
pub use answer::{ACCESS_SCHEMA, Answer, OpenCondition, StatementAt, Word};
pub use deeds::{DEEDS, Deed, Gives, deeds_of};
pub use place::Kind;
pub use reach::{Population, Reach, Reached, UnreadList};
pub use target::{Standing, Target};
pub use who::{Asked, Holder, Outsider, WhoCan};
