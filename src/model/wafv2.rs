//! AWS WAF: web ACLs of one region, or those for CloudFront.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// AWS WAF of one scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Wafv2 {
    /// `wafv2:ListWebACLs`, by ARN.
    pub web_acls: Observed<Vec<WebAcl>>,
    /// `wafv2:ListLoggingConfigurations`, by web ACL.
    pub logs: Observed<Vec<WafLog>>,
}

impl Wafv2 {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            web_acls: Observed::NotCollected,
            logs: Observed::NotCollected,
        }
    }
}

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebAcl {
    /// ARN, by which stages and distributions name it.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `wafv2:GetWebACL`.
    pub details: Observed<WebAclDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `wafv2:GetWebACL` tells.
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_WebACL.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebAclDetails {
    /// What happens to requests that no rule ends: `Allow`, `Block`.
    pub default_action: Option<String>,
    /// Whether it writes metrics.
    pub metrics: Option<bool>,
    /// Rules in the order in which they are tried: first those that Firewall Manager puts before the
    /// account's, then the account's, then those put behind.
    pub rules: Vec<Rule>,
}

/// A rule, without the texts it looks for, which may be secrets.
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// Lower ones are tried first, among the rules of one origin.
    pub priority: Option<i64>,
    /// What happens to a request it matches: `Allow`, `Block`, `Count`, `Captcha`, `Challenge`. None for
    /// a group, whose rules have actions of their own.
    pub action: Option<String>,
    /// Of a group: `Count` makes all its rules count only, `None` leaves them their actions.
    pub override_action: Option<String>,
    /// Whether it writes metrics.
    pub metrics: Option<bool>,
    /// What it looks at.
    pub kind: RuleKind,
}

/// What a rule looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RuleKind {
    /// A group that AWS or a vendor keeps.
    ManagedGroup {
        /// `AWS`, or the vendor.
        vendor: Option<String>,
        /// Name.
        name: Option<String>,
    },
    /// A group of the customer's own.
    Group {
        /// ARN.
        arn: Option<Arn>,
    },
    /// Requests above a rate.
    RateBased {
        /// Requests within the window.
        limit: Option<i64>,
        /// Seconds; AWS takes 300 where nothing was set.
        window_seconds: Option<i64>,
        /// What is counted together: `IP`, `FORWARDED_IP`, `CUSTOM_KEYS`, `CONSTANT`.
        key: Option<String>,
    },
    /// Requests from the addresses of a set.
    IpSet {
        /// ARN.
        arn: Option<Arn>,
    },
    /// Requests from all other addresses.
    NotIpSet {
        /// ARN.
        arn: Option<Arn>,
    },
    /// Something else.
    Other {
        /// The statement's name, such as `SqliMatchStatement`; none where the answer holds none.
        statement: Option<String>,
    },
}

/// Where the requests that a web ACL saw are written.
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WafLog {
    /// The web ACL.
    pub web_acl: Arn,
    /// Log groups, buckets, streams, in AWS's order.
    pub destinations: Vec<Arn>,
    /// Where this was read.
    pub sources: Sources,
}
