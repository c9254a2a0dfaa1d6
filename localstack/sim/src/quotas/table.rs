//! AWS's published quotas of control-plane requests, as of November 2026.
//!
//! Written from the pages named, for this server alone: a client that is tested against it keeps a
//! table of its own, so that a mistake in one shows against the other. Where a page can be read in two
//! ways, the stricter way is here.

/// Requests that AWS counts together, or each operation for itself.
#[derive(Debug)]
pub(super) struct Row {
    /// botocore's names of the services.
    pub(super) services: &'static [&'static str],
    /// The bucket's name; of rows that count each operation for itself, a word before the operation.
    pub(super) name: &'static str,
    pub(super) operations: Operations,
    /// Whether each operation has a bucket of its own.
    pub(super) each: bool,
    /// Whether it counts what another row counts as well. Of the other rows of a service the first
    /// that fits is the only one that counts.
    pub(super) total: bool,
    /// Whether an account has one bucket for all regions.
    pub(super) global: bool,
    /// Requests a second.
    pub(super) rate: f64,
    /// The bucket's size. One second's worth where AWS publishes none.
    pub(super) burst: f64,
    /// The page it was read from.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the reader, and for a test")
    )]
    pub(super) source: &'static str,
}

/// Which operations a row counts.
#[derive(Debug)]
pub(super) enum Operations {
    Only(&'static [&'static str]),
    /// These, if the request names neither a filter nor a page.
    Unbounded(&'static [&'static str]),
    /// What starts with one of these.
    Starting(&'static [&'static str]),
    Any,
}

impl Row {
    const fn new(
        services: &'static [&'static str],
        name: &'static str,
        operations: Operations,
        rate: f64,
        source: &'static str,
    ) -> Self {
        Self {
            services,
            name,
            operations,
            each: false,
            total: false,
            global: false,
            rate,
            burst: rate,
            source,
        }
    }

    /// Each of these operations for itself.
    const fn each(
        services: &'static [&'static str],
        operations: &'static [&'static str],
        rate: f64,
        source: &'static str,
    ) -> Self {
        let row = Self::new(services, "", Operations::Only(operations), rate, source);
        Self { each: true, ..row }
    }

    const fn burst(self, burst: f64) -> Self {
        Self { burst, ..self }
    }

    const fn global(self) -> Self {
        Self {
            global: true,
            ..self
        }
    }
}

const LAMBDA: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests";
const MANAGED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-quotas.html";
const API_GATEWAY: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html";
const KMS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html";
const CLOUDTRAIL: &str = "https://docs.aws.amazon.com/general/latest/gr/ct.html";
const EC2: &str = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html";
const STS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const ORGANIZATIONS: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html";
const CLOUDWATCH: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html";
const LOGS: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html";
const WAF: &str = "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html";
const SERVICE_QUOTAS: &str = "https://docs.aws.amazon.com/general/latest/gr/servicequotas.html";
const COGNITO: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html";

const ONLY_LAMBDA: &[&str] = &["lambda"];
const GATEWAYS: &[&str] = &["apigateway", "apigatewayv2"];

/// In the order of services; within one, what is more special first.
pub(super) static ROWS: &[Row] = &[
    // Lambda: three buckets; what is not named shares the last.
    Row::each(ONLY_LAMBDA, &["GetFunction"], 100.0, LAMBDA),
    Row::each(ONLY_LAMBDA, &["GetPolicy"], 15.0, LAMBDA),
    Row::each(ONLY_LAMBDA, &["GetDurableExecution"], 30.0, LAMBDA),
    Row::each(
        ONLY_LAMBDA,
        &[
            "ListDurableExecutionsByFunction",
            "GetDurableExecutionHistory",
        ],
        15.0,
        LAMBDA,
    ),
    Row::new(
        ONLY_LAMBDA,
        "lambda capacity providers",
        Operations::Only(&[
            "GetCapacityProvider",
            "ListCapacityProviders",
            "ListFunctionVersionsByCapacityProvider",
        ]),
        15.0,
        MANAGED,
    ),
    Row::new(
        ONLY_LAMBDA,
        "lambda control plane",
        Operations::Any,
        15.0,
        LAMBDA,
    ),
    Row::each(&["lambda-microvms"], &["GetMicrovm"], 100.0, LAMBDA),
    // API Gateway: 5 in 2 seconds are a bucket of 5; and everything of both versions counts together.
    Row::each(GATEWAYS, &["GetResources"], 2.5, API_GATEWAY).burst(5.0),
    Row::each(
        GATEWAYS,
        &[
            "GetPortal",
            "ListPortals",
            "GetPortalProduct",
            "GetPortalProductSharingPolicy",
        ],
        10.0,
        API_GATEWAY,
    ),
    Row::each(GATEWAYS, &["ListPortalProducts"], 5.0, API_GATEWAY),
    Row {
        total: true,
        ..Row::new(
            GATEWAYS,
            "apigateway total",
            Operations::Any,
            10.0,
            API_GATEWAY,
        )
        .burst(40.0)
    },
    Row::each(
        &["kms"],
        &["DescribeKey", "GetPublicKey", "ListResourceTags"],
        2000.0,
        KMS,
    ),
    Row::each(
        &["kms"],
        &["GetKeyPolicy", "GetKeyRotationStatus"],
        1000.0,
        KMS,
    ),
    Row::each(&["kms"], &["ListKeys", "ListAliases"], 500.0, KMS),
    Row::each(
        &["kms"],
        &[
            "ListGrants",
            "ListKeyPolicies",
            "ListKeyRotations",
            "ListRetirableGrants",
        ],
        100.0,
        KMS,
    ),
    Row::each(
        &["kms"],
        &["DescribeCustomKeyStores", "GetKeyLastUsage"],
        5.0,
        KMS,
    ),
    Row::each(&["kms"], &["GetParametersForImport"], 1.0, KMS),
    Row::each(
        &["cloudtrail"],
        &[
            "DescribeQuery",
            "DescribeTrails",
            "GetChannel",
            "GetDashboard",
            "GetEventDataStore",
            "GetEventSelectors",
            "GetImport",
            "GetInsightSelectors",
            "GetQueryResults",
            "GetResourcePolicy",
            "GetTrail",
            "GetTrailStatus",
            "ListChannels",
            "ListDashboards",
            "ListEventDataStores",
            "ListTags",
            "ListTrails",
        ],
        10.0,
        CLOUDTRAIL,
    ),
    Row::each(&["cloudtrail"], &["LookupEvents"], 2.0, CLOUDTRAIL),
    // EC2: each operation for itself. Writes with quotas of their own are not here.
    Row {
        each: true,
        ..Row::new(
            &["ec2"],
            "unbounded ",
            Operations::Unbounded(&[
                "DescribeInstances",
                "DescribeInstanceStatus",
                "DescribeNetworkInterfaces",
                "DescribeSecurityGroups",
                "DescribeSnapshots",
                "DescribeSpotInstanceRequests",
                "DescribeVolumes",
            ]),
            10.0,
            EC2,
        )
        .burst(50.0)
    },
    Row::each(
        &["ec2"],
        &[
            "DescribeSecurityGroupReferences",
            "DescribeStaleSecurityGroups",
        ],
        5.0,
        EC2,
    )
    .burst(20.0),
    Row::each(
        &["ec2"],
        &[
            "DescribeAggregateIdFormat",
            "DescribeIdFormat",
            "DescribeIdentityIdFormat",
            "DescribePrincipalIdFormat",
            "DescribeReservedInstancesOfferings",
        ],
        10.0,
        EC2,
    ),
    Row::each(
        &["ec2"],
        &[
            "DescribeDeclarativePoliciesReports",
            "GetDeclarativePoliciesReportSummary",
        ],
        5.0,
        EC2,
    ),
    Row::each(
        &["ec2"],
        &["DescribeInstanceTopology", "DescribeMovingAddresses"],
        1.0,
        EC2,
    ),
    Row::each(&["ec2"], &["DescribeByoipCidrs"], 0.5, EC2).burst(1.0),
    Row::each(
        &["ec2"],
        &["GetAssociatedEnclaveCertificateIamRoles"],
        1.0,
        EC2,
    )
    .burst(10.0),
    Row {
        each: true,
        ..Row::new(
            &["ec2"],
            "",
            Operations::Starting(&["Describe", "Get", "List", "Search"]),
            20.0,
            EC2,
        )
        .burst(100.0)
    },
    Row {
        each: true,
        ..Row::new(&["ec2"], "", Operations::Any, 5.0, EC2).burst(50.0)
    },
    Row::new(&["sts"], "sts", Operations::Any, 600.0, STS),
    // IAM publishes no rates (the page has none). This is an assumption, made low enough to show a
    // client that does not pace itself, and high enough not to stop one that asks in bulk.
    Row {
        each: true,
        ..Row::new(&["iam"], "", Operations::Any, 10.0, STS)
            .burst(20.0)
            .global()
    },
    // Organizations: the limits per account. Those of the whole organisation are not enforced.
    Row::each(
        &["organizations"],
        &["DescribeAccount"],
        20.0,
        ORGANIZATIONS,
    )
    .burst(30.0)
    .global(),
    Row::each(&["organizations"], &["ListAccounts"], 8.0, ORGANIZATIONS)
        .burst(12.0)
        .global(),
    Row::each(&["organizations"], &["ListChildren"], 6.0, ORGANIZATIONS)
        .burst(10.0)
        .global(),
    Row::each(
        &["organizations"],
        &["ListTagsForResource"],
        10.0,
        ORGANIZATIONS,
    )
    .burst(15.0)
    .global(),
    Row::new(
        &["organizations"],
        "organizations parents",
        Operations::Only(&[
            "ListParents",
            "ListAccountsForParent",
            "ListOrganizationalUnitsForParent",
        ]),
        5.0,
        ORGANIZATIONS,
    )
    .burst(8.0)
    .global(),
    Row::new(
        &["organizations"],
        "organizations policies",
        Operations::Only(&[
            "ListPolicies",
            "ListPoliciesForTarget",
            "ListTargetsForPolicy",
        ]),
        5.0,
        ORGANIZATIONS,
    )
    .burst(8.0)
    .global(),
    Row::each(
        &["organizations"],
        &["ListCreateAccountStatus", "ListDelegatedAdministrators"],
        5.0,
        ORGANIZATIONS,
    )
    .burst(8.0)
    .global(),
    Row::new(
        &["organizations"],
        "organizations handshakes",
        Operations::Only(&["ListHandshakesForAccount", "ListHandshakesForOrganization"]),
        5.0,
        ORGANIZATIONS,
    )
    .burst(8.0)
    .global(),
    Row::each(
        &["organizations"],
        &[
            "DescribeCreateAccountStatus",
            "DescribeOrganizationalUnit",
            "DescribePolicy",
        ],
        2.0,
        ORGANIZATIONS,
    )
    .global(),
    Row::each(
        &["organizations"],
        &["DescribeHandshake", "DescribeOrganization", "ListRoots"],
        1.0,
        ORGANIZATIONS,
    )
    .burst(2.0)
    .global(),
    Row::new(
        &["organizations"],
        "organizations services",
        Operations::Only(&[
            "ListAWSServiceAccessForOrganization",
            "ListDelegatedServicesForAccount",
        ]),
        1.0,
        ORGANIZATIONS,
    )
    .burst(3.0)
    .global(),
    Row::each(&["cloudwatch"], &["GetMetricData"], 500.0, CLOUDWATCH),
    Row::each(&["cloudwatch"], &["GetMetricStatistics"], 400.0, CLOUDWATCH),
    Row::each(&["cloudwatch"], &["ListMetrics"], 25.0, CLOUDWATCH),
    Row::each(&["cloudwatch"], &["ListTagsForResource"], 10.0, CLOUDWATCH),
    Row::each(
        &["cloudwatch"],
        &["DescribeAlarms", "DescribeAlarmsForMetric"],
        9.0,
        CLOUDWATCH,
    ),
    Row::each(&["logs"], &["DescribeLogStreams"], 25.0, LOGS),
    Row::each(
        &["logs"],
        &["DescribeLogGroups", "GetQueryResults", "StartQuery"],
        10.0,
        LOGS,
    ),
    Row::each(
        &["logs"],
        &[
            "DescribeDestinations",
            "DescribeMetricFilters",
            "DescribeSubscriptionFilters",
            "GetDataProtectionPolicy",
            "ListTagsForResource",
        ],
        5.0,
        LOGS,
    ),
    Row::each(
        &["wafv2"],
        &["GetWebACLForResource", "ListResourcesForWebACL"],
        1.0,
        WAF,
    ),
    Row::each(&["wafv2"], &["GetDecryptedAPIKey"], 0.5, WAF).burst(1.0),
    Row {
        each: true,
        ..Row::new(
            &["wafv2"],
            "",
            Operations::Starting(&["Get", "List"]),
            5.0,
            WAF,
        )
    },
    Row::each(
        &["service-quotas"],
        &[
            "ListAWSDefaultServiceQuotas",
            "ListServiceQuotas",
            "ListServices",
            "ListTagsForResource",
        ],
        10.0,
        SERVICE_QUOTAS,
    ),
    Row::each(
        &["service-quotas"],
        &[
            "GetAWSDefaultServiceQuota",
            "GetRequestedServiceQuotaChange",
            "GetServiceQuota",
            "ListRequestedServiceQuotaChangeHistory",
            "ListRequestedServiceQuotaChangeHistoryByQuota",
        ],
        5.0,
        SERVICE_QUOTAS,
    ),
    Row::each(
        &["service-quotas"],
        &[
            "GetAssociationForServiceQuotaTemplate",
            "GetServiceQuotaIncreaseRequestFromTemplate",
            "ListServiceQuotaIncreaseRequestsInTemplate",
        ],
        2.0,
        SERVICE_QUOTAS,
    ),
    // Cognito: by category. Its further limits per user pool are not enforced.
    Row::new(
        &["cognito-idp"],
        "cognito UserPoolRead",
        Operations::Only(&["DescribeUserPool", "ListUserPools"]),
        15.0,
        COGNITO,
    ),
    Row::new(
        &["cognito-idp"],
        "cognito UserPoolClientRead",
        Operations::Only(&["DescribeUserPoolClient", "ListUserPoolClients"]),
        15.0,
        COGNITO,
    ),
    Row::new(
        &["cognito-idp"],
        "cognito UserPoolResourceRead",
        Operations::Only(&[
            "DescribeIdentityProvider",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
            "DescribeResourceServer",
            "DescribeRiskConfiguration",
            "DescribeUserImportJob",
            "DescribeUserPoolDomain",
            "GetCSVHeader",
            "GetGroup",
            "GetIdentityProviderByIdentifier",
            "GetSigningCertificate",
            "GetUICustomization",
            "GetUserPoolMfaConfig",
            "ListGroups",
            "ListIdentityProviders",
            "ListResourceServers",
            "ListTagsForResource",
            "ListUserImportJobs",
        ]),
        20.0,
        COGNITO,
    ),
    Row::new(
        &["cognito-idp"],
        "cognito UserList",
        Operations::Only(&["ListUsers", "ListUsersInGroup"]),
        30.0,
        COGNITO,
    ),
];
