//! CloudWatch Logs in one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// CloudWatch Logs in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Logs {
    /// `logs:DescribeLogGroups`, by name. The account's own; those of linked accounts are not asked for.
    pub groups: Observed<Vec<LogGroup>>,
    /// `logs:DescribeMetricFilters`, by log group and name.
    pub metric_filters: Observed<Vec<MetricFilter>>,
    /// `logs:DescribeResourcePolicies`, by name: those of the account. A policy attached to one log
    /// group is not among them.
    pub resource_policies: Observed<Vec<ResourcePolicy>>,
    /// `logs:DescribeAccountPolicies` for data protection, by name.
    pub data_protection_policies: Observed<Vec<AccountPolicy>>,
    /// `logs:DescribeAccountPolicies` for subscription filters, by name.
    pub subscription_policies: Observed<Vec<AccountPolicy>>,
    /// `logs:DescribeDestinations`, by ARN.
    pub destinations: Observed<Vec<Destination>>,
}

impl Logs {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            groups: Observed::NotCollected,
            metric_filters: Observed::NotCollected,
            resource_policies: Observed::NotCollected,
            data_protection_policies: Observed::NotCollected,
            subscription_policies: Observed::NotCollected,
            destinations: Observed::NotCollected,
        }
    }
}

/// A log group.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogGroup {
    /// ARN, without the `:*` that stands for its streams.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Days that events are kept; none means that they never expire.
    pub retention_days: Option<i64>,
    /// Key that encrypts it; none means that CloudWatch Logs uses its own.
    pub kms_key: Option<Arn>,
    /// `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`, …
    pub class: Option<String>,
    /// Whether it has, or had, a data protection policy: `ACTIVATED`, `DISABLED`, `DELETED`,
    /// `ARCHIVED`. None means that it never had one of its own.
    pub data_protection: Option<String>,
    /// What it has from settings of the account, such as `ACCOUNT_DATA_PROTECTION`.
    pub inherited: Vec<String>,
    /// Whether it can be deleted only after this is taken back.
    pub deletion_protection: Option<bool>,
    /// Bytes in it.
    pub stored_bytes: Option<i64>,
    /// `logs:DescribeSubscriptionFilters`, by name: asked for groups that the core refers to.
    pub subscription_filters: Observed<Vec<SubscriptionFilter>>,
    /// Where this was read.
    pub sources: Sources,
}

/// Who gets the events of a log group.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_SubscriptionFilter.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SubscriptionFilter {
    /// Name.
    pub name: String,
    /// A stream, a function, or a destination, which may be another account's.
    pub destination: Option<Arn>,
}

/// What counts events of a log group as a metric.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricFilter.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetricFilter {
    /// Log group.
    pub group: String,
    /// Name.
    pub name: String,
    /// Which events count; an empty pattern matches all.
    pub pattern: Option<String>,
    /// The metrics it writes, in AWS's order.
    pub metrics: Vec<MetricName>,
    /// Where this was read.
    pub sources: Sources,
}

/// A metric by its names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MetricName {
    /// Namespace.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

/// A policy by which the account lets others write to its logs.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ResourcePolicy.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResourcePolicy {
    /// Name.
    pub name: String,
    /// The policy.
    pub document: Option<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}

/// A policy of the account that holds for log groups.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AccountPolicy.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountPolicy {
    /// Name.
    pub name: String,
    /// Which log groups it leaves out, such as `LogGroupName NOT IN ["a"]`; none means all are in it.
    pub selection: Option<String>,
    /// Of a subscription policy: who gets the events.
    pub destination: Option<Arn>,
    /// Where this was read.
    pub sources: Sources,
}

/// A place to which other accounts may send their logs.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Destination.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Destination {
    /// ARN.
    pub arn: Arn,
    /// The stream behind it.
    pub target: Option<Arn>,
    /// Who may send to it; none means that nobody was let in.
    pub access_policy: Option<PolicyDocument>,
    /// Where this was read.
    pub sources: Sources,
}
