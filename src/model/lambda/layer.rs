//! Layers that the account publishes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// A layer of the account, used or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layer {
    /// ARN without a version.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `lambda:ListLayerVersions`, by number, newest first. Not asked where the newest is the first one.
    pub versions: Observed<Vec<LayerVersion>>,
    /// Where this was read.
    pub sources: Sources,
}

/// A version of a layer that was not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayerVersion {
    /// ARN with the version.
    pub arn: Arn,
    /// Its number.
    pub version: i64,
    /// What people wrote about it. An empty text is none.
    pub description: Option<String>,
    /// Time of publication, as AWS writes it.
    pub created: Option<String>,
    /// Runtimes it says it is made for, sorted.
    pub compatible_runtimes: Vec<String>,
    /// `x86_64`, `arm64`, sorted.
    pub compatible_architectures: Vec<String>,
    /// Its licence, in words.
    pub license: Option<String>,
    /// `lambda:GetLayerVersionPolicy`: who else may use it.
    pub policy: Observed<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}
