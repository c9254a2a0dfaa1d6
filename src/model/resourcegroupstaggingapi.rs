//! What the tagging API knows to be tagged in one region: a second count, beside the services' own lists.
//! Row: GOV-2.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Observed;

/// The tagging API in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tagging {
    /// How many resources carry a tag, by service and type as their ARNs say, such as `lambda:function`,
    /// `apigateway:restapis` or `sqs`: `resourcegroupstaggingapi:GetResources`, for the types that a
    /// snapshot lists.
    pub tagged: Observed<BTreeMap<String, u64>>,
}

impl Tagging {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            tagged: Observed::NotCollected,
        }
    }
}
