//! CloudFront, which is global.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// CloudFront of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CloudFront {
    /// `cloudfront:ListDistributions`, by ARN.
    pub distributions: Observed<Vec<Distribution>>,
    /// `cloudfront:ListOriginAccessControls`, by id.
    pub access_controls: Observed<Vec<OriginAccessControl>>,
}

impl CloudFront {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            distributions: Observed::NotCollected,
            access_controls: Observed::NotCollected,
        }
    }
}

/// A distribution.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its own domain name.
    pub domain_name: Option<String>,
    /// Domain names of the customer's, sorted.
    pub aliases: Vec<String>,
    /// Whether it answers.
    pub enabled: Option<bool>,
    /// Web ACL, by ARN, or by id where it is one of WAF Classic; none without one.
    pub web_acl: Option<String>,
    /// Oldest protocol that viewers may speak, such as `TLSv1.2_2021`.
    pub minimum_protocol: Option<String>,
    /// Whether viewers are shown CloudFront's own certificate, whose minimum is `TLSv1` whatever the
    /// protocol says.
    pub default_certificate: Option<bool>,
    /// Where requests go, by id.
    pub origins: Vec<Origin>,
    /// What happens to requests: the default first, then the others in the order of their precedence.
    pub behaviours: Vec<CacheBehaviour>,
    /// `cloudfront:GetDistributionConfig`: asked where an origin is an API, a function URL or a load
    /// balancer. Only logging to a bucket in its older form: deliveries by CloudWatch Logs are not in it.
    /// Absent where nobody set it.
    pub standard_log: Observed<StandardLog>,
    /// Where this was read.
    pub sources: Sources,
}

/// Where requests go.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Id.
    pub id: String,
    /// Host.
    pub domain_name: Option<String>,
    /// Id of the origin access control that signs requests to it; none means that they come unsigned.
    pub access_control: Option<String>,
    /// `http-only`, `match-viewer`, `https-only`; none for a bucket.
    pub protocol: Option<String>,
    /// Protocols that CloudFront may speak to it, such as `TLSv1.2`.
    pub tls_protocols: Vec<String>,
}

/// What happens to requests of some paths.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CacheBehaviour {
    /// Which paths; none for the default, which takes the rest.
    pub path: Option<String>,
    /// Id of the origin.
    pub origin: Option<String>,
    /// `allow-all`, `https-only`, `redirect-to-https`.
    pub viewer_protocol: Option<String>,
    /// Stream of a log in real time; none without one.
    pub real_time_log: Option<Arn>,
}

/// Logging of requests to a bucket.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LoggingConfig.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StandardLog {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// Domain name of the bucket; none where it is off.
    pub bucket: Option<String>,
}

/// How requests to an origin are signed.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlSummary.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OriginAccessControl {
    /// Id, by which origins name it.
    pub id: String,
    /// `always`, `never`, `no-override`.
    pub signing: Option<String>,
    /// `s3`, `lambda`, …
    pub origin_type: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
