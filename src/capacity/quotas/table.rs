//! The quotas that are looked at, by their place in Service Quotas, with AWS's published defaults.

pub(super) const LAMBDA: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
pub(super) const VPC: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
pub(super) const APIGATEWAY: &str = "https://docs.aws.amazon.com/general/latest/gr/apigateway.html";
pub(super) const KMS: &str =
    "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html";
pub(super) const IAM: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

/// A quota by its place in Service Quotas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) service: &'static str,
    /// None: it is found by its name alone.
    pub(super) code: Option<&'static str>,
    pub(super) name: &'static str,
    /// AWS's published default; none where it depends on the region.
    pub(super) default: Option<i64>,
    /// The page that says so.
    pub(super) source: &'static str,
}

pub(super) const fn known(
    service: &'static str,
    code: Option<&'static str>,
    name: &'static str,
    default: Option<i64>,
    source: &'static str,
) -> Known {
    Known {
        service,
        code,
        name,
        default,
        source,
    }
}

pub(super) const CONCURRENCY: Known = known(
    "lambda",
    Some("L-B99A9384"),
    "Concurrent executions",
    Some(1_000),
    LAMBDA,
);
pub(super) const STORAGE: Known = known(
    "lambda",
    Some("L-2ACBD22F"),
    "Function and layer storage",
    None,
    LAMBDA,
);
pub(super) const INTERFACES_OF_VPC: Known = known(
    "lambda",
    Some("L-9FEE3D26"),
    "Elastic network interfaces per VPC",
    Some(500),
    LAMBDA,
);
pub(super) const INTERFACES: Known = known(
    "vpc",
    Some("L-DF5E4CA3"),
    "Network interfaces per Region",
    Some(5_000),
    VPC,
);
// Smaller in fourteen regions, so no default.
pub(super) const RATE: Known = known(
    "apigateway",
    Some("L-8A5B8E43"),
    "Throttle rate",
    None,
    APIGATEWAY,
);
pub(super) const REGIONAL_APIS: Known = known(
    "apigateway",
    Some("L-AA0FF27B"),
    "Regional APIs",
    Some(600),
    APIGATEWAY,
);
pub(super) const EDGE_APIS: Known = known(
    "apigateway",
    Some("L-B97207D0"),
    "Edge-optimized APIs",
    Some(120),
    APIGATEWAY,
);
pub(super) const PRIVATE_APIS: Known = known(
    "apigateway",
    Some("L-A966AB5C"),
    "Private APIs",
    Some(600),
    APIGATEWAY,
);
pub(super) const API_KEYS: Known = known(
    "apigateway",
    Some("L-1D180A63"),
    "API keys",
    Some(10_000),
    APIGATEWAY,
);
pub(super) const USAGE_PLANS: Known = known(
    "apigateway",
    Some("L-E8693075"),
    "Usage plans",
    Some(300),
    APIGATEWAY,
);

/// The members of `iam:GetAccountSummary` that have a quota there, with the quota's code and default.
pub(super) const OF_IAM: &[(&str, Known)] = &[
    (
        "Roles",
        known(
            "iam",
            Some("L-FE177D64"),
            "Roles per account",
            Some(1_000),
            IAM,
        ),
    ),
    (
        "Users",
        known(
            "iam",
            Some("L-F55AF5E4"),
            "Users per account",
            Some(5_000),
            IAM,
        ),
    ),
    (
        "Groups",
        known(
            "iam",
            Some("L-F4A5425F"),
            "Groups per account",
            Some(300),
            IAM,
        ),
    ),
    (
        "Policies",
        known(
            "iam",
            Some("L-E95E4862"),
            "Customer managed policies per account",
            Some(1_500),
            IAM,
        ),
    ),
    (
        "InstanceProfiles",
        known(
            "iam",
            Some("L-6E65F664"),
            "Instance profiles per account",
            Some(1_000),
            IAM,
        ),
    ),
    (
        "ServerCertificates",
        known(
            "iam",
            Some("L-BF35879D"),
            "Server certificates per account",
            Some(20),
            IAM,
        ),
    ),
];

/// What IAM's quotas are kept with.
pub(super) const HOME_OF_IAM: &str = "us-east-1";
