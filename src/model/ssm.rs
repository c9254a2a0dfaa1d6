//! Systems Manager's Parameter Store in one region: what is known about parameters, never what is in them.
//!
//! Read for the rows SX07 (secrets as plain text) and LX24, and for the controls CODE-6 and DATA-1.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Parameter Store in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ssm {
    /// `ssm:DescribeParameters`, by name.
    pub parameters: Observed<Vec<Parameter>>,
}

impl Ssm {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            parameters: Observed::NotCollected,
        }
    }
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// ARN; made of the name where AWS does not send it.
    pub arn: Arn,
    /// Name, with its path.
    pub name: String,
    /// `String`, `StringList` or `SecureString`: only the last is encrypted.
    pub kind: Option<String>,
    /// Key that encrypts it, as id, alias or ARN.
    pub kms_key: Option<String>,
    /// `Standard`, `Advanced` or `Intelligent-Tiering`.
    pub tier: Option<String>,
    /// When it was last changed.
    #[schemars(with = "Option<String>")]
    pub last_modified: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}
