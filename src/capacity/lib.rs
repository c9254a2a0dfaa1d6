//! Numbers: what a configuration can ask of an account, against what the account can give.
//!
//! Pure functions of the model. Every result is a [`Figure`]: a number with the formula, the inputs and
//! the source it was made of, so that a reader can redo it by hand. What cannot be known comes back as
//! [`Unknown`](tripod_model::Unknown) or as a named gap, never as a guess.
//!
//! [`addresses`] projects the IPv4 addresses that Lambda needs in the subnets of a region; [`trend`] says
//! when a subnet runs out, by what earlier runs saw.

pub mod addresses;
mod assumptions;
mod figure;
mod fraction;
pub mod trend;

pub use assumptions::Assumptions;
pub use figure::{Band, Figure};
