//! Route 53 Resolver in one region. Row: VN25.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Route 53 Resolver in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolver {
    /// `route53resolver:ListResolverQueryLogConfigs`, by id: the account's own and those shared with it.
    pub query_logs: Observed<Vec<QueryLog>>,
    /// Which networks log to which: `route53resolver:ListResolverQueryLogConfigAssociations`, by id.
    pub query_log_associations: Observed<Vec<QueryLogAssociation>>,
    /// Which networks a DNS firewall guards: `route53resolver:ListFirewallRuleGroupAssociations`, by id.
    pub firewall_associations: Observed<Vec<FirewallAssociation>>,
}

impl Resolver {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            query_logs: Observed::NotCollected,
            query_log_associations: Observed::NotCollected,
            firewall_associations: Observed::NotCollected,
        }
    }
}

/// A configuration of query logging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueryLog {
    /// Id.
    pub id: String,
    /// ARN.
    pub arn: Option<Arn>,
    /// Bucket, log group or delivery stream.
    pub destination: Option<Arn>,
    /// `CREATED`, `CREATING`, `DELETING` or `FAILED`.
    pub status: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A network whose queries are logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueryLogAssociation {
    /// Id.
    pub id: String,
    /// Id of the configuration.
    pub query_log: Option<String>,
    /// Id of the VPC.
    pub vpc: Option<String>,
    /// `ACTIVE`, `CREATING`, `ACTION_NEEDED`, `DELETING` or `FAILED`.
    pub status: Option<String>,
    /// `NONE`, or why nothing arrives: `DESTINATION_NOT_FOUND`, `ACCESS_DENIED`, …
    pub error: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A network with a group of firewall rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FirewallAssociation {
    /// Id.
    pub id: String,
    /// Id of the group of rules.
    pub rule_group: Option<String>,
    /// Id of the VPC.
    pub vpc: Option<String>,
    /// `COMPLETE`, `UPDATING` or `DELETING`.
    pub status: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
