//! The account itself: whom AWS writes to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Observed, Sources};

/// Alternate contacts, `account:GetAlternateContact`. Rows: IR07, GOV-5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contacts {
    /// For security; absent where none is set.
    pub security: Observed<AlternateContact>,
    /// For operations; absent where none is set.
    pub operations: Observed<AlternateContact>,
    /// For billing; absent where none is set.
    pub billing: Observed<AlternateContact>,
}

impl Contacts {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            security: Observed::NotCollected,
            operations: Observed::NotCollected,
            billing: Observed::NotCollected,
        }
    }
}

/// A contact that is set. Who it is, is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AlternateContact {
    /// Where this was read.
    pub sources: Sources,
}
