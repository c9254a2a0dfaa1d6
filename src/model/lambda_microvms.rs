//! Lambda microVMs in one region: what runs, as whom, from which images, and on which networks.
//!
//! Read for the rows LX12 (reachable from outside), LX17 (environment), LI05 to LI07 (roles), and for the
//! controls NET-1, CODE-6, CODE-7 and LOG-3.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Redacted, Sources};

/// Lambda microVMs in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LambdaMicrovms {
    /// `lambda-microvms:ListMicrovms`, by id.
    pub microvms: Observed<Vec<Microvm>>,
    /// `lambda-microvms:ListMicrovmImages`, by ARN.
    pub images: Observed<Vec<MicrovmImage>>,
}

impl LambdaMicrovms {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            microvms: Observed::NotCollected,
            images: Observed::NotCollected,
        }
    }
}

/// A microVM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Microvm {
    /// Id.
    pub id: String,
    /// `RUNNING`, `SUSPENDED`, `PENDING`, `TERMINATED`, …
    pub state: Option<String>,
    /// Image it runs.
    pub image: Option<Arn>,
    /// `lambda-microvms:GetMicrovm`. Not asked of those that end or have ended.
    pub details: Observed<MicrovmDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `lambda-microvms:GetMicrovm` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MicrovmDetails {
    /// Host at which it answers whoever has a token.
    pub endpoint: Option<String>,
    /// Execution role; none where it runs as nobody.
    pub role: Option<Arn>,
    /// Connectors through which it is reached, sorted; none where AWS said nothing of it.
    pub ingress_connectors: Option<Vec<Arn>>,
    /// Connectors through which it reaches others, sorted; none where AWS said nothing of it.
    pub egress_connectors: Option<Vec<Arn>>,
}

/// An image of microVMs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MicrovmImage {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `CREATED`, `UPDATED`, `CREATE_FAILED`, …
    pub state: Option<String>,
    /// Version that new microVMs run.
    pub active_version: Option<String>,
    /// `lambda-microvms:GetMicrovmImageVersion` of that version; absent where there is none.
    pub details: Observed<MicrovmImageDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `lambda-microvms:GetMicrovmImageVersion` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MicrovmImageDetails {
    /// Image that it is built on.
    pub base_image: Option<Arn>,
    /// Role by which it was built.
    pub build_role: Option<Arn>,
    /// Connectors through which its build reached others, sorted; none where AWS said nothing of it.
    pub egress_connectors: Option<Vec<Arn>>,
    /// Log group; none where it does not log there.
    pub log_group: Option<String>,
    /// Environment variables, redacted. Absent when there are none.
    pub environment: Observed<BTreeMap<String, Redacted>>,
}
