//! X-Ray in one region. Row: LO08.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Observed, Sources};

/// X-Ray in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct XRay {
    /// `xray:GetEncryptionConfig`.
    pub encryption: Observed<Encryption>,
}

impl XRay {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            encryption: Observed::NotCollected,
        }
    }
}

/// How traces are encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Encryption {
    /// `NONE` for a key of X-Ray's own, `KMS` for the key below.
    pub kind: Option<String>,
    /// Key, as id or ARN; none where there is none.
    pub key: Option<String>,
    /// `ACTIVE`, or `UPDATING` while a change is under way.
    pub status: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
