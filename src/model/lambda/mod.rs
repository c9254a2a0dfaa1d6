//! AWS Lambda in one region.
//!
//! A member that AWS may leave out is an `Option`. Lists are empty where AWS sends none: Lambda writes no
//! empty ones.

mod account;
mod configuration;
mod function;
mod invocation;
mod layer;
mod mapping;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use account::{AccountSettings, CapacityProvider, CodeSigningConfig};
pub use configuration::{
    CapacityProviderUse, Code, Configuration, Durability, FileSystem, ImageSettings, Logging,
    Network, SnapStart, UsedLayer, VpcAttachment,
};
pub use function::{
    Alias, Function, FunctionDetails, ProvisionedConcurrency, RuntimeManagement, RuntimeVersion,
    ScalingBounds, StoredCode, Version, VersionScaling,
};
pub use invocation::{Cors, EventInvokeConfig, FunctionUrl};
pub use layer::{Layer, LayerVersion};
pub use mapping::{EventSourceMapping, KafkaSource, ProvisionedPollers, StreamSettings};

use crate::Observed;

/// AWS Lambda in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lambda {
    /// `lambda:ListFunctions` of all versions: the unpublished ones with what belongs to them, by ARN.
    pub functions: Observed<Vec<Function>>,
    /// `lambda:ListCodeSigningConfigs`, by ARN.
    pub code_signing_configs: Observed<Vec<CodeSigningConfig>>,
    /// `lambda:ListEventSourceMappings`, by UUID.
    pub event_source_mappings: Observed<Vec<EventSourceMapping>>,
    /// `lambda:GetAccountSettings`.
    pub account_settings: Observed<AccountSettings>,
    /// `lambda:ListLayers`: the account's own layers, by ARN.
    pub layers: Observed<Vec<Layer>>,
    /// `lambda:ListCapacityProviders`, by ARN.
    pub capacity_providers: Observed<Vec<CapacityProvider>>,
}

impl Lambda {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            functions: Observed::NotCollected,
            code_signing_configs: Observed::NotCollected,
            event_source_mappings: Observed::NotCollected,
            account_settings: Observed::NotCollected,
            layers: Observed::NotCollected,
            capacity_providers: Observed::NotCollected,
        }
    }
}
