//! Security Hub CSPM in one region. Row: GOV-4.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Security Hub CSPM in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityHub {
    /// `securityhub:DescribeHub`; absent where the account has not enabled it.
    pub hub: Observed<Hub>,
    /// `securityhub:GetEnabledStandards`, by ARN. Not asked where there is no hub.
    pub standards: Observed<Vec<Standard>>,
}

impl SecurityHub {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            hub: Observed::NotCollected,
            standards: Observed::NotCollected,
        }
    }
}

/// Security Hub CSPM, enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hub {
    /// ARN.
    pub arn: Option<Arn>,
    /// Where this was read.
    pub sources: Sources,
}

/// A standard that is switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standard {
    /// ARN of the standard, not of the subscription.
    pub arn: Arn,
    /// `READY`, `INCOMPLETE`, `PENDING`, `FAILED` or `DELETING`.
    pub status: Option<String>,
    /// Why it is not ready, such as `NO_AVAILABLE_CONFIGURATION_RECORDER`.
    pub reason: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
