//! Reads an AWS account into a snapshot. The only crate that touches the AWS SDK.
//!
//! [`Session`] says who asks and where (live or replay), [`scan`] plans, runs the collectors and gives
//! the [`tripod_model::Snapshot`]. Every call goes through [`transport`].

mod body;
mod collector;
mod context;
mod doctor;
mod fence;
mod grants;
mod identity;
mod meter;
mod plan;
mod provenance;
mod reply;
mod role;
mod scan;
mod services;
mod session;
mod transport;
mod wait;
mod wire;
mod written;

pub use collector::{Collector, Place, Reader};
pub use doctor::{
    Answer, Calls, Clock, Count, Diagnosis, DoctorOptions, Estimate, Reach, RegionReach, Seconds,
    Trial, diagnose,
};
pub use grants::{Document, Grant, MANAGED_POLICY_LIMIT, Names, PARTITIONS, grants, split};
pub use identity::OPERATIONS as IDENTITY;
pub use plan::{Progress, RegionChoice, valid_region_name};
pub use provenance::Provenance;
pub use scan::{ScanError, ScanOptions, scan};
pub use services::{ALL, operations};
pub use session::{Options, Session, SessionError, Unfinished};
pub use transport::{QuotaRow, Recorder, Recording, quotas};
pub use tripod_neighbours::Wave;
