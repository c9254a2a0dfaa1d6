//! The checks: one file each, one folder a service.
//!
//! A check is a pure function from a [`View`] of a snapshot to outcomes, with its metadata as a `static` on top and
//! its prose in a sibling `.md`. [`ALL`] lists them by hand, sorted by id.

mod answers;
mod apigateway;
mod check;
mod cloudtrail;
mod frameworks;
mod iam;
mod kms;
mod lambda;
mod logs;
mod outcomes;
mod peers;
mod permits;
mod policies;
mod registry;
mod tables;
mod thresholds;
mod trust;
mod view;
mod vpc;
mod ways;
mod wildcards;

#[cfg(test)]
mod house_rules;
#[cfg(test)]
mod testing;

pub use check::{Check, Confidence, Control, Service, Status};
pub use frameworks::{
    Basis, Catalogue, CatalogueControl, Framework, Mapping, UnknownFramework, Via, controls_page,
    mappings_from, mappings_of, whole,
};
pub use outcomes::{Outcomes, Scope, Verdict, account_resource};
pub use peers::{
    LikeError, Likeness, Peer, PeerCheck, Relation, Tool, coverage_page, like, peer_checks,
    peers_of,
};
pub use registry::{ALL, find};
pub use thresholds::{
    Bounded, LeastFree, LeastZones, LongestTimeout, OutOfBounds, RuntimeNotice, SamlNotice,
    Thresholds,
};
pub use view::{Settings, View};
pub use wildcards::wildcard_matches;
