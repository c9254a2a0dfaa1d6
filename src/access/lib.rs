//! Who may do what in one account, by all the policies that a snapshot holds.
//!
//! [`Access`] is built once of an account and asked often. [`Access::decide`] answers one request of one
//! of the account's users and roles, with everything that bears on it put together: identity policies,
//! boundary, the organisation's policies, and the policy of the resource. What was not read, and what the
//! snapshot cannot hold, is never taken for "there is none": an answer that hangs on it is not assessed.
//!
//! [`Access::permits`] asks the caller's side alone, for resources that nobody named.
//!
//! How a single request is decided is the engine's matter, `tripod-policy`. Pure: no clock, no network, no
//! environment.

mod access;
mod actor;
mod controls;
mod permits;
mod place;
mod policied;
mod resources;
mod target;

#[cfg(test)]
mod access_tests;

pub use access::{Access, AccessError};
pub use actor::Actor;
pub use place::Kind;
pub use target::{Standing, Target};
