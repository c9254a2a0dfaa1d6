//! A small account worked out by hand, and what the report says of it.

mod account;
mod html;
mod names;
mod numbers;
