//! Numbers: what a configuration can ask of an account, against what the account can give.
//!
//! Pure functions of the model. Every result is a [`Figure`]: a number with the formula and the inputs
//! it was made of, so that a reader can redo it by hand. What cannot be known comes back as
//! [`Unknown`](tripod_model::Unknown), never as a guess.
//!
//! [`addresses`] projects the IPv4 addresses that Lambda needs in the subnets of a region.

pub mod addresses;
mod assumptions;
mod figure;
mod fraction;

pub use addresses::{Addresses, Combination, Fit, SubnetProjection, project_region};
pub use assumptions::Assumptions;
pub use figure::Figure;
