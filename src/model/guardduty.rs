//! GuardDuty in one region. Rows: LC11, GOV-4, NET-2 (who reads flow logs).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// GuardDuty in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardDuty {
    /// `guardduty:ListDetectors`, by ARN. AWS allows one a region.
    pub detectors: Observed<Vec<Detector>>,
}

impl GuardDuty {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            detectors: Observed::NotCollected,
        }
    }
}

/// A detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Detector {
    /// ARN, made of its id.
    pub arn: Arn,
    /// `guardduty:GetDetector`.
    pub settings: Observed<DetectorSettings>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `guardduty:GetDetector` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DetectorSettings {
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
    /// What it watches; none where AWS sends no list.
    pub features: Option<Vec<Feature>>,
}

/// Something that a detector can watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Feature {
    /// `LAMBDA_NETWORK_LOGS`, `FLOW_LOGS`, `S3_DATA_EVENTS`, …
    pub name: Option<String>,
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
}
