//! EventBridge in one region: who may put events on a bus, and where rules hand them.
//!
//! Read for the rows SX05 (bus policies), LX06 (triggers that no longer exist) and LA08 (failure targets),
//! and for the controls NET-6, DATA-1 and AVL-6. Patterns, constants and templates are not kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// EventBridge in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    /// `events:ListEventBuses`, by ARN.
    pub buses: Observed<Vec<EventBus>>,
}

impl Events {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            buses: Observed::NotCollected,
        }
    }
}

/// An event bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventBus {
    /// ARN.
    pub arn: Arn,
    /// Name; every account has a bus called `default`.
    pub name: String,
    /// Who else may put events on it; none where nobody else may.
    pub policy: Option<PolicyDocument>,
    /// `events:DescribeEventBus`. Not asked of a bus called `default` that has neither rules nor a policy:
    /// nobody uses it.
    pub details: Observed<EventBusDetails>,
    /// `events:ListRules`, by ARN.
    pub rules: Observed<Vec<Rule>>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `events:DescribeEventBus` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventBusDetails {
    /// Key that encrypts events, as id, alias or ARN; none means a key that AWS owns.
    pub kms_key: Option<String>,
    /// Queue for events that could not be delivered.
    pub dead_letter_target: Option<Arn>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `ENABLED`, `DISABLED`, `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: Option<String>,
    /// Role by which it calls its targets, where they have none of their own.
    pub role: Option<Arn>,
    /// The AWS service that made it, for rules that nobody of the account manages.
    pub managed_by: Option<String>,
    /// `events:ListTargetsByRule`, by id. Not asked of rules that an AWS service manages.
    pub targets: Observed<Vec<Target>>,
    /// Where this was read.
    pub sources: Sources,
}

/// Whom a rule hands its events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// Id, unique in its rule.
    pub id: String,
    /// The target.
    pub arn: Arn,
    /// Role by which it is called.
    pub role: Option<Arn>,
    /// Queue for events that it did not take; none where they are lost.
    pub dead_letter_target: Option<Arn>,
    /// Retries after the first try; none means AWS's default of 185.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html>
    pub maximum_retry_attempts: Option<i64>,
    /// Oldest event still tried, in seconds; none means AWS's default of 24 hours.
    pub maximum_event_age_seconds: Option<i64>,
}
