//! The real program against the sim, moto and ministack, and over its demo.
//!
//! Every test runs the binary with a clean environment. Servers are started by the tests that need
//! them and end with them.

#[path = "it/access.rs"]
mod access;
#[path = "it/arguments.rs"]
mod arguments;
#[path = "it/capacity.rs"]
mod capacity;
#[path = "it/demo.rs"]
mod demo;
#[path = "it/denied.rs"]
mod denied;
#[path = "it/doctor.rs"]
mod doctor;
#[path = "it/emulators.rs"]
mod emulators;
#[path = "it/estates.rs"]
mod estates;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/formats.rs"]
mod formats;
#[path = "it/gate.rs"]
mod gate;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/house.rs"]
mod house;
#[path = "it/iam.rs"]
mod iam;
#[path = "it/keys.rs"]
mod keys;
#[path = "it/lambda.rs"]
mod lambda;
#[path = "it/network.rs"]
mod network;
#[path = "it/policy.rs"]
mod policy;
#[path = "it/replay.rs"]
mod replay;
#[path = "it/reports.rs"]
mod reports;
#[path = "it/resources.rs"]
mod resources;
#[path = "it/resume.rs"]
mod resume;
#[path = "it/rounds.rs"]
mod rounds;
#[path = "it/rules.rs"]
mod rules;
#[path = "it/secrets.rs"]
mod secrets;
#[path = "it/selection.rs"]
mod selection;
#[path = "it/shapes.rs"]
mod shapes;
#[path = "it/support.rs"]
mod support;
