//! AWS Signer in one region. Rows: LC03, CODE-1, CODE-7.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// AWS Signer in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signer {
    /// `signer:ListSigningProfiles`, by ARN: also cancelled and revoked ones. Profiles of other accounts
    /// are not in it.
    pub profiles: Observed<Vec<SigningProfile>>,
}

impl Signer {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            profiles: Observed::NotCollected,
        }
    }
}

/// A signing profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SigningProfile {
    /// ARN, without a version.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// ARN of its present version, by which code signing configurations know it.
    pub version_arn: Option<Arn>,
    /// `Active`, `Canceled` or `Revoked`.
    pub status: Option<String>,
    /// What it signs for, such as `AWSLambda-SHA384-ECDSA`.
    pub platform: Option<String>,
    /// How long a signature made with it holds.
    pub validity: Option<Validity>,
    /// Where this was read.
    pub sources: Sources,
}

/// A span of time as Signer writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Validity {
    /// How many.
    pub value: Option<i64>,
    /// `DAYS`, `MONTHS` or `YEARS`.
    pub unit: Option<String>,
}
