//! What the core refers to: which buckets, pools, images and groups are worth asking for.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{Account, RegionName};

/// What the first wave's answers mention. The second wave reads these and no others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Buckets by name: where trails, flow logs and access logs go, and what sends events to functions.
    pub buckets: BTreeSet<String>,
    /// What stands in a region.
    pub regions: BTreeMap<RegionName, RegionalReferences>,
}

/// What is mentioned in a region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegionalReferences {
    /// Functions by name.
    pub functions: BTreeSet<String>,
    /// Stages of REST APIs: the API's name and the stage's, by which CloudWatch knows them.
    pub rest_stages: BTreeSet<(String, String)>,
    /// HTTP and WebSocket APIs by id.
    pub http_apis: BTreeSet<String>,
    /// Log groups by name: of functions, stages, trails and flow logs.
    pub log_groups: BTreeSet<String>,
    /// Cognito user pools by id: those that authorizers ask.
    pub user_pools: BTreeSet<String>,
    /// Container images of functions, as `REGISTRY/REPOSITORY@DIGEST` or `:TAG`.
    pub images: BTreeSet<String>,
}

impl References {
    /// What an account's core refers to.
    pub fn of(_account: &Account) -> Self {
        Self::default()
    }

    /// What is mentioned in a region.
    pub fn of_region(&self, region: &RegionName) -> RegionalReferences {
        self.regions.get(region).cloned().unwrap_or_default()
    }
}
