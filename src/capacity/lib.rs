//! Numbers: what a configuration can ask of an account, against what the account can give.
//!
//! Pure functions of the model. Every result is a [`Figure`]: a number with the formula, the inputs and
//! the source it was made of, so that a reader can redo it by hand. What cannot be known comes back as
//! [`Unknown`](tripod_model::Unknown) or as a named gap, never as a guess.
//!
//! [`addresses`] projects the IPv4 addresses that Lambda needs in the subnets of a region; [`trend`] says
//! when a subnet runs out, by what earlier runs saw. [`concurrency`] says what of a region's concurrency is
//! reserved, shared and used; [`containment`] which entry can drain it, and whom that takes down; [`quotas`]
//! how much of each quota is used.

pub mod addresses;
mod assumptions;
pub mod concurrency;
pub mod containment;
mod figure;
mod fraction;
pub mod quotas;
mod stated;
pub mod trend;
mod what_if;

pub use assumptions::Assumptions;
pub use concurrency::Concurrency;
pub use containment::Containment;
pub use figure::{Band, Figure};
pub use quotas::Quotas;
pub use stated::Missing;
pub use what_if::{InvalidThrottle, SupposedThrottle, WhatIf};
