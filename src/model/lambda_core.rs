//! What Lambda's younger siblings share, in one region: network connectors and customer-managed runtimes.
//!
//! Read for the rows LC04 and LC05 (runtimes), LA25 and LA27 (addresses, state), and for the controls NET-1
//! and AVL-3: a connector puts interfaces into the account's subnets, as functions do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// What Lambda's younger siblings share, in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LambdaCore {
    /// `lambda-core:ListNetworkConnectors`, by ARN.
    pub network_connectors: Observed<Vec<NetworkConnector>>,
    /// `lambda-core:ListRuntimes`: those that the account manages itself, by ARN.
    pub runtimes: Observed<Vec<Runtime>>,
}

impl LambdaCore {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            network_connectors: Observed::NotCollected,
            runtimes: Observed::NotCollected,
        }
    }
}

/// A way from microVMs and web functions into a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkConnector {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `ACTIVE`, `PENDING`, `INACTIVE`, `FAILED`, …
    pub state: Option<String>,
    /// `lambda-core:GetNetworkConnector`.
    pub details: Observed<NetworkConnectorDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `lambda-core:GetNetworkConnector` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkConnectorDetails {
    /// Subnets, sorted; empty where it leads into no VPC.
    pub subnet_ids: Vec<String>,
    /// Security groups, sorted.
    pub security_group_ids: Vec<String>,
    /// `IPv4` or `DualStack`.
    pub network_protocol: Option<String>,
    /// `ServiceManaged` where Lambda gives it public addresses, else `None`, as AWS writes it.
    pub elastic_ip: Option<String>,
    /// Role by which Lambda makes the interfaces.
    pub role: Option<Arn>,
    /// Why the state is not `ACTIVE`, such as `SubnetOutOfIPAddresses`.
    pub state_reason_code: Option<String>,
}

/// A runtime that the account manages itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Runtime {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// `ACTIVE`, `PENDING_DELETION`, `DELETING` or `FAILED`.
    pub state: Option<String>,
    /// `PREVIEW`, `GA` or `DEPRECATED`.
    pub release_state: Option<String>,
    /// When it is deprecated, as AWS writes it.
    pub deprecation_date: Option<String>,
    /// When functions can no longer be made with it, as AWS writes it.
    pub create_block_date: Option<String>,
    /// When functions with it can no longer be changed, as AWS writes it.
    pub update_block_date: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
