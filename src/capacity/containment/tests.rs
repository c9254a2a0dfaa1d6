//! Expectations reckoned by hand, the arithmetic beside them.

mod account;
mod plans;
mod properties;
mod triggers;
mod worked;
