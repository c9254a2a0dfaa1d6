//! CloudWatch in one region: alarms, and what metrics showed.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// CloudWatch in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloudWatch {
    /// `cloudwatch:DescribeAlarms`, by ARN: alarms on metrics.
    pub metric_alarms: Observed<Vec<MetricAlarm>>,
    /// `cloudwatch:DescribeAlarms`, by ARN: alarms on other alarms.
    pub composite_alarms: Observed<Vec<CompositeAlarm>>,
    /// `cloudwatch:GetMetricData`: asked where the core holds a function or an API.
    pub metrics: Observed<Metrics>,
}

impl CloudWatch {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            metric_alarms: Observed::NotCollected,
            composite_alarms: Observed::NotCollected,
            metrics: Observed::NotCollected,
        }
    }
}

/// An alarm on a metric, on an expression over metrics, or on a query.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricAlarm {
    /// ARN.
    pub arn: Arn,
    /// What it does, and how it stands.
    pub behaviour: Behaviour,
    /// The metric; none where several are put together.
    pub metric: Option<Metric>,
    /// The metrics of an expression, in AWS's order; empty for an alarm on one metric.
    pub expression_metrics: Vec<Metric>,
    /// `Sum`, `Maximum`, …, or a percentile such as `p99`.
    pub statistic: Option<String>,
    /// Seconds of a datapoint.
    pub period_seconds: Option<i64>,
    /// Datapoints looked at.
    pub evaluation_periods: Option<i64>,
    /// How the value is compared, such as `GreaterThanThreshold`.
    pub comparison: Option<String>,
    /// What it is compared with, in the metric's unit; none for a band that CloudWatch learns.
    pub threshold: Option<f64>,
    /// Where this was read.
    pub sources: Sources,
}

/// An alarm on other alarms.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_CompositeAlarm.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompositeAlarm {
    /// ARN.
    pub arn: Arn,
    /// What it does, and how it stands.
    pub behaviour: Behaviour,
    /// The alarms it depends on, as an expression.
    pub rule: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// What an alarm does, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Behaviour {
    /// Name.
    pub name: String,
    /// `OK`, `ALARM`, `INSUFFICIENT_DATA`.
    pub state: Option<String>,
    /// Whether its actions are taken.
    pub actions_enabled: Option<bool>,
    /// What is told when it goes off, in AWS's order.
    pub alarm_actions: Vec<Arn>,
}

/// A metric by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Namespace, such as `AWS/Lambda`.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Dimensions, by name.
    pub dimensions: Vec<Dimension>,
}

/// What tells a metric from others of its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Dimension {
    /// Name, such as `FunctionName`.
    pub name: String,
    /// Value.
    pub value: String,
}

/// What metrics showed before the day of observation.
///
/// Each value is [`Observed::Absent`] where CloudWatch has no datapoint in the window: the thing was not
/// used, or does not write the metric. That is not zero. CloudWatch keeps daily values; of a statistic
/// that cannot be added up, the highest day stands for the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// From when: midnight UTC, 30 days before `until`.
    #[schemars(with = "String")]
    pub from: Timestamp,
    /// Until when, exclusive: the last midnight UTC before the observation.
    #[schemars(with = "String")]
    pub until: Timestamp,
    /// `ConcurrentExecutions` of the whole region: the maximum of each day.
    pub concurrent_executions: Observed<Vec<Daily>>,
    /// `UnreservedConcurrentExecutions` of the whole region: the maximum of each day.
    pub unreserved_concurrent_executions: Observed<Vec<Daily>>,
    /// Functions, by name.
    pub functions: Vec<FunctionMetrics>,
    /// Stages of REST APIs, by the names of API and stage.
    pub rest_stages: Vec<RestStageMetrics>,
    /// HTTP and WebSocket APIs, by id. WebSocket APIs write none of these metrics.
    pub http_apis: Vec<HttpApiMetrics>,
}

/// A value of a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Daily {
    /// The day, in UTC.
    #[schemars(with = "String")]
    pub day: Date,
    /// The value.
    pub value: f64,
}

/// What a function did in the window.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionMetrics {
    /// The function's name.
    pub name: String,
    /// `ConcurrentExecutions`: the maximum of each day that has one.
    pub concurrent_executions: Observed<Vec<Daily>>,
    /// `Duration`: the highest median (`p50`) of a day, in milliseconds.
    pub duration_p50_milliseconds: Observed<f64>,
    /// `Duration`: the highest `p99` of a day, in milliseconds.
    pub duration_p99_milliseconds: Observed<f64>,
    /// `Duration`: the maximum of the window, in milliseconds.
    pub duration_maximum_milliseconds: Observed<f64>,
    /// `Invocations`: the sum over the window.
    pub invocations: Observed<f64>,
    /// `Throttles`: the sum over the window.
    pub throttles: Observed<f64>,
    /// `Errors`: the sum over the window.
    pub errors: Observed<f64>,
    /// Where this was read.
    pub sources: Sources,
}

/// What a stage of a REST API answered in the window. CloudWatch knows it by the names of API and
/// stage: two APIs of one name are one to it.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestStageMetrics {
    /// The API's name.
    pub api: String,
    /// The stage's name.
    pub stage: String,
    /// What it answered: `Count`, `4XXError`, `5XXError`.
    pub requests: RequestMetrics,
    /// Where this was read: by day, not by minute.
    pub sources: Sources,
}

/// What an HTTP API answered in the window, over all its stages.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpApiMetrics {
    /// The API's id.
    pub api: String,
    /// What it answered: `Count`, `4xx`, `5xx`.
    pub requests: RequestMetrics,
    /// Where this was read: by day, not by minute.
    pub sources: Sources,
}

/// Counts of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestMetrics {
    /// Requests: the sum over the window.
    pub count: Observed<f64>,
    /// Requests in the busiest minute of the window's last seven days.
    pub busiest_minute: Observed<f64>,
    /// Requests refused as the client's fault: the sum over the window.
    pub client_errors: Observed<f64>,
    /// Requests failed on this side: the sum over the window.
    pub server_errors: Observed<f64>,
}
