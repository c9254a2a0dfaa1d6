//! EventBridge Pipes in one region: what they carry from where to where, and as whom.
//!
//! Read for the rows LX22 (event sources), LI05 to LI07 (roles) and LA11 (failure targets), and for the
//! controls IAM-3, DATA-1, LOG-3 and AVL-6. Filters, templates, headers and credentials are not kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// EventBridge Pipes in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pipes {
    /// `pipes:ListPipes`, by ARN.
    pub pipes: Observed<Vec<Pipe>>,
}

impl Pipes {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            pipes: Observed::NotCollected,
        }
    }
}

/// A pipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pipe {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `RUNNING`, `STOPPED`, `CREATE_FAILED`, …
    pub current_state: Option<String>,
    /// Where events come from: an ARN, or `smk://HOST:PORT` for a Kafka cluster outside AWS.
    pub source: Option<String>,
    /// What is asked to enrich them.
    pub enrichment: Option<Arn>,
    /// Where they go.
    pub target: Option<Arn>,
    /// `pipes:DescribePipe`.
    pub details: Observed<PipeDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `pipes:DescribePipe` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PipeDetails {
    /// Role by which it reads and calls.
    pub role: Option<Arn>,
    /// Key that encrypts the pipe, as id, alias or ARN; none means a key that AWS owns.
    pub kms_key: Option<String>,
    /// Queue or topic for events of a stream that were given up; none where they are lost. A queue as
    /// source has a redrive policy of its own instead.
    pub dead_letter_target: Option<Arn>,
    /// `OFF`, `ERROR`, `INFO` or `TRACE`.
    pub log_level: Option<String>,
}
