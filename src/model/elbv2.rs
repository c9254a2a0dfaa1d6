//! Elastic Load Balancing in one region: application, network and gateway load balancers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Elastic Load Balancing in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Elbv2 {
    /// `elbv2:DescribeLoadBalancers`, by ARN.
    pub load_balancers: Observed<Vec<LoadBalancer>>,
    /// `elbv2:DescribeTargetGroups`, by ARN: those whose targets are functions.
    pub function_groups: Observed<Vec<FunctionGroup>>,
}

impl Elbv2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            load_balancers: Observed::NotCollected,
            function_groups: Observed::NotCollected,
        }
    }
}

/// A load balancer.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadBalancer {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Host, by which distributions name it.
    pub dns_name: Option<String>,
    /// `application`, `network`, `gateway`.
    pub kind: Option<String>,
    /// `internet-facing`, `internal`.
    pub scheme: Option<String>,
    /// `elbv2:DescribeListeners`, by ARN; not asked of gateway load balancers, which speak no TLS.
    pub listeners: Observed<Vec<Listener>>,
    /// `elbv2:DescribeLoadBalancerAttributes`; not asked of gateway load balancers, which write no log.
    pub access_log: Observed<AccessLog>,
    /// Where this was read.
    pub sources: Sources,
}

/// Where a load balancer listens.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Listener.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Listener {
    /// ARN, by which integrations of HTTP APIs name it.
    pub arn: Arn,
    /// Port.
    pub port: Option<i64>,
    /// `HTTP`, `HTTPS`, `TCP`, `TLS`, …
    pub protocol: Option<String>,
    /// Name of the policy that says which TLS is spoken; none where none is.
    pub tls_policy: Option<String>,
    /// What happens to requests that no rule takes, in AWS's order: `forward`, `redirect`,
    /// `authenticate-cognito`, …
    pub default_actions: Vec<String>,
}

/// Whether requests are written down.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessLog {
    /// `access_logs.s3.enabled`.
    pub enabled: Option<bool>,
    /// `access_logs.s3.bucket`.
    pub bucket: Option<String>,
}

/// A target group that hands requests to a function.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionGroup {
    /// ARN.
    pub arn: Arn,
    /// The load balancers that use it, sorted.
    pub load_balancers: Vec<Arn>,
    /// `elbv2:DescribeTargetHealth`: the functions, with a version or an alias where that is named.
    pub functions: Observed<Vec<Arn>>,
    /// Where this was read.
    pub sources: Sources,
}
