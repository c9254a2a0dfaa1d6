//! AWS Shield Advanced, which is global.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// AWS Shield Advanced of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shield {
    /// `shield:GetSubscriptionState`: `ACTIVE`, `INACTIVE`.
    pub subscription: Observed<String>,
    /// `shield:ListProtections`, by resource; absent without a subscription.
    pub protections: Observed<Vec<Protection>>,
}

impl Shield {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            subscription: Observed::NotCollected,
            protections: Observed::NotCollected,
        }
    }
}

/// What Shield Advanced watches over.
/// <https://docs.aws.amazon.com/waf/latest/DDOSAPIReference/API_Protection.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Protection {
    /// A distribution, load balancer, address, zone or accelerator.
    pub resource: Arn,
    /// Whether Shield writes rules of its own against a flood: `ENABLED`, `DISABLED`; none where this
    /// was never set.
    pub automatic_response: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
