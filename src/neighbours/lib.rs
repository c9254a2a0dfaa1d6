//! Reads the services around the core: each with a few read operations, of each answer the members that
//! the model keeps.
//!
//! No AWS SDK here. A neighbour says its requests in the service's protocol and reads the answers into
//! types of its own; whoever holds the [`Wire`] (the crate `tripod-collect`) signs, paces, retries, guards,
//! redacts and records them. So this crate builds in seconds, and a neighbour is tested with the bodies
//! that AWS writes.

mod client;
mod neighbour;
mod pages;
mod request;
mod service;
mod services;
#[cfg(test)]
mod testing;
mod wire;

pub use neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
pub use pages::{Course, Page, failed};
pub use request::{Method, Request};
pub use service::{Host, Protocol, Service};
pub use services::{ALL, References, RegionalReferences};
pub use wire::{Call, Reply, Wire};
