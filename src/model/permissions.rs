//! Which IAM action allows which operation, and on what.
//!
//! AWS's Service Authorization Reference has a page for each service. Its table of actions names the
//! resource types that an action can be limited to; an action without one is allowed on `*` or not at
//! all. <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! To add an operation, add a row. An operation that needs two actions has two rows. A test in
//! `tripod-collect` holds the rows against the operations that collectors declare, both ways. The file is
//! long because it is one table.

/// An IAM action that an operation needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// The operation, as collectors declare it.
    pub operation: &'static str,
    /// The IAM action that allows it.
    pub action: &'static str,
    /// What the action can be limited to.
    pub scope: Scope,
}

/// What an action can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The resources in a word of letters, for the name of a statement.
    pub noun: &'static str,
    /// ARN patterns with `{partition}` and `{account}` to be filled in. None: AWS offers no
    /// resource-level form, and the action is allowed on `*` or not at all.
    pub arns: &'static [&'static str],
}

impl Scope {
    /// The ARN patterns with a partition and an account in their places; `*` where there are none.
    pub fn resources(&self, partition: &str, account: &str) -> Vec<String> {
        if self.arns.is_empty() {
            return vec!["*".to_owned()];
        }
        self.arns
            .iter()
            .map(|arn| fill_in(arn, partition, account))
            .collect()
    }
}

/// An ARN pattern of a [`Scope`] with a partition and an account in their places.
pub fn fill_in(arn: &str, partition: &str, account: &str) -> String {
    arn.replace("{partition}", partition)
        .replace("{account}", account)
}

/// AWS offers no resource-level form.
const ACCOUNT_WIDE: Scope = Scope {
    noun: "AccountWide",
    arns: &[],
};

/// A trail may belong to another account: an organisation's trail, seen from a member, carries the
/// management account's id. <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html>
const TRAILS: Scope = Scope {
    noun: "Trails",
    arns: &["arn:{partition}:cloudtrail:*:*:trail/*"],
};

const KEYS: Scope = Scope {
    noun: "Keys",
    arns: &["arn:{partition}:kms:*:{account}:key/*"],
};

const FUNCTIONS: Scope = Scope {
    noun: "Functions",
    arns: &["arn:{partition}:lambda:*:{account}:function:*"],
};

const SIGNING_CONFIGS: Scope = Scope {
    noun: "CodeSigningConfigs",
    arns: &["arn:{partition}:lambda:*:{account}:code-signing-config:*"],
};

const QUEUES: Scope = Scope {
    noun: "Queues",
    arns: &["arn:{partition}:sqs:*:{account}:*"],
};

const TOPICS: Scope = Scope {
    noun: "Topics",
    arns: &["arn:{partition}:sns:*:{account}:*"],
};

/// What belongs to an organisation carries the management account's id, AWS's own policies `aws`.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html>
const ORGANIZATION_CHILDREN: Scope = Scope {
    noun: "OrganizationChildren",
    arns: &[
        "arn:{partition}:organizations::*:account/*",
        "arn:{partition}:organizations::*:ou/*",
    ],
};

const ORGANIZATION_TARGETS: Scope = Scope {
    noun: "OrganizationTargets",
    arns: &[
        "arn:{partition}:organizations::*:account/*",
        "arn:{partition}:organizations::*:ou/*",
        "arn:{partition}:organizations::*:root/*",
    ],
};

const ORGANIZATION_POLICIES: Scope = Scope {
    noun: "OrganizationPolicies",
    arns: &["arn:{partition}:organizations::*:policy/*"],
};

const ACCOUNT: Scope = Scope {
    noun: "Account",
    arns: &["arn:{partition}:account::{account}:account"],
};

const ANALYZERS: Scope = Scope {
    noun: "Analyzers",
    arns: &["arn:{partition}:access-analyzer:*:{account}:analyzer/*"],
};

const DETECTORS: Scope = Scope {
    noun: "Detectors",
    arns: &["arn:{partition}:guardduty:*:{account}:detector/*"],
};

const HUB: Scope = Scope {
    noun: "Hub",
    arns: &["arn:{partition}:securityhub:*:{account}:hub/default"],
};

const RECORDERS: Scope = Scope {
    noun: "ConfigurationRecorders",
    arns: &["arn:{partition}:config:*:{account}:configuration-recorder/*"],
};

const USER_POOLS: Scope = Scope {
    noun: "UserPools",
    arns: &["arn:{partition}:cognito-idp:*:{account}:userpool/*"],
};

const IDENTITY_POOLS: Scope = Scope {
    noun: "IdentityPools",
    arns: &["arn:{partition}:cognito-identity:*:{account}:identitypool/*"],
};

const EVENT_BUSES: Scope = Scope {
    noun: "EventBuses",
    arns: &["arn:{partition}:events:*:{account}:event-bus/*"],
};

const EVENT_RULES: Scope = Scope {
    noun: "EventRules",
    arns: &["arn:{partition}:events:*:{account}:rule/*"],
};

const SCHEDULES: Scope = Scope {
    noun: "Schedules",
    arns: &["arn:{partition}:scheduler:*:{account}:schedule/*"],
};

const PIPES: Scope = Scope {
    noun: "Pipes",
    arns: &["arn:{partition}:pipes:*:{account}:pipe/*"],
};

const STATE_MACHINES: Scope = Scope {
    noun: "StateMachines",
    arns: &["arn:{partition}:states:*:{account}:stateMachine:*"],
};

/// A stream's ARN begins with its table's.
const TABLES: Scope = Scope {
    noun: "Tables",
    arns: &["arn:{partition}:dynamodb:*:{account}:table/*"],
};

const SECRETS: Scope = Scope {
    noun: "Secrets",
    arns: &["arn:{partition}:secretsmanager:*:{account}:secret:*"],
};

const BACKUP_PLANS: Scope = Scope {
    noun: "BackupPlans",
    arns: &["arn:{partition}:backup:*:{account}:backup-plan:*"],
};

const REPOSITORIES: Scope = Scope {
    noun: "Repositories",
    arns: &["arn:{partition}:ecr:*:{account}:repository/*"],
};

const NETWORK_CONNECTORS: Scope = Scope {
    noun: "NetworkConnectors",
    arns: &["arn:{partition}:lambda:*:{account}:network-connector:*"],
};

/// A microVM has no ARN of its own: access to it is access to its image.
const MICROVM_IMAGES: Scope = Scope {
    noun: "MicrovmImages",
    arns: &["arn:{partition}:lambda:*:{account}:microvm-image:*"],
};

const WEB_FUNCTIONS: Scope = Scope {
    noun: "WebFunctions",
    arns: &["arn:{partition}:lambda:*:{account}:web-function/*"],
};

const DISTRIBUTIONS: Scope = Scope {
    noun: "Distributions",
    arns: &["arn:{partition}:cloudfront::{account}:distribution/*"],
};

const LOG_GROUPS: Scope = Scope {
    noun: "LogGroups",
    arns: &["arn:{partition}:logs:*:{account}:log-group:*"],
};

const WEB_ACLS: Scope = Scope {
    noun: "WebAcls",
    arns: &[
        "arn:{partition}:wafv2:*:{account}:global/webacl/*/*",
        "arn:{partition}:wafv2:*:{account}:regional/webacl/*/*",
    ],
};

/// The delegated administrator of an organisation makes stores that belong to the management account.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html>
const EVENT_DATA_STORES: Scope = Scope {
    noun: "EventDataStores",
    arns: &["arn:{partition}:cloudtrail:*:*:eventdatastore/*"],
};

const TRAILS_AND_STORES: Scope = Scope {
    noun: "TrailsAndStores",
    arns: &[
        "arn:{partition}:cloudtrail:*:*:trail/*",
        "arn:{partition}:cloudtrail:*:*:eventdatastore/*",
    ],
};

const OIDC_PROVIDERS: Scope = Scope {
    noun: "OidcProviders",
    arns: &["arn:{partition}:iam::{account}:oidc-provider/*"],
};

/// Those whose use can be asked for, and is.
const USERS_AND_ROLES: Scope = Scope {
    noun: "UsersAndRoles",
    arns: &[
        "arn:{partition}:iam::{account}:role/*",
        "arn:{partition}:iam::{account}:user/*",
    ],
};

/// Of two accounts: the owner of a VPC endpoint, and the owner of a private domain name.
const ASSOCIATIONS: Scope = Scope {
    noun: "Paths",
    arns: &["arn:{partition}:apigateway:*:{account}:/domainnameaccessassociations"],
};

/// The reference names the resource of a list as that of an item. The list's own path stands beside it.
const PORTALS: Scope = Scope {
    noun: "Portals",
    arns: &[
        "arn:{partition}:apigateway:*:{account}:/portals",
        "arn:{partition}:apigateway:*:{account}:/portals/*",
    ],
};

/// As for portals.
const ROUTING_RULES: Scope = Scope {
    noun: "RoutingRules",
    arns: &[
        "arn:{partition}:apigateway:*:{account}:/domainnames/*/routingrules",
        "arn:{partition}:apigateway:*:{account}:/domainnames/*/routingrules/*",
    ],
};

const LAYER_VERSIONS: Scope = Scope {
    noun: "LayerVersions",
    arns: &["arn:{partition}:lambda:*:{account}:layer:*"],
};

const ENDPOINT_SERVICES: Scope = Scope {
    noun: "EndpointServices",
    arns: &["arn:{partition}:ec2:*:{account}:vpc-endpoint-service/*"],
};

/// A prefix list may be shared by another account, whose id it carries.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/sharing-managed-prefix-lists.html>
const PREFIX_LISTS: Scope = Scope {
    noun: "PrefixLists",
    arns: &["arn:{partition}:ec2:*:*:prefix-list/*"],
};

/// A row whose action is called as its operation.
const fn same(operation: &'static str, scope: Scope) -> Permission {
    Permission {
        operation,
        action: operation,
        scope,
    }
}

/// A row of API Gateway's control plane, which is authorised by HTTP method and path. Its ARNs have no
/// account.
macro_rules! get {
    ($operation:literal, $path:literal) => {
        Permission {
            operation: $operation,
            action: "apigateway:GET",
            scope: Scope {
                noun: "Paths",
                arns: &[concat!("arn:{partition}:apigateway:*::", $path)],
            },
        }
    };
}

/// A row whose action is called otherwise than its operation.
const fn allowed_by(operation: &'static str, action: &'static str, scope: Scope) -> Permission {
    Permission {
        operation,
        action,
        scope,
    }
}

/// A row of a sibling of Lambda, which shares its prefix in IAM.
macro_rules! lambda {
    ($prefix:literal, $name:literal, $scope:expr) => {
        Permission {
            operation: concat!($prefix, $name),
            action: concat!("lambda:", $name),
            scope: $scope,
        }
    };
}

/// A row of S3, whose actions are mostly not called as its operations. A bucket's ARN is its name alone,
/// without account or region.
macro_rules! bucket {
    ($operation:literal, $action:literal) => {
        Permission {
            operation: $operation,
            action: $action,
            scope: Scope {
                noun: "Buckets",
                arns: &["arn:{partition}:s3:::*"],
            },
        }
    };
}

/// A row of Elastic Load Balancing, whose operations are called as SDKs call the service. Its reads cannot
/// be limited.
macro_rules! balancing {
    ($operation:literal, $action:literal) => {
        Permission {
            operation: $operation,
            action: $action,
            scope: ACCOUNT_WIDE,
        }
    };
}

/// Every permission that a scan can need, sorted by operation.
pub static PERMISSIONS: &[Permission] = &[
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
    allowed_by(
        "accessanalyzer:ListAnalyzers",
        "access-analyzer:ListAnalyzers",
        ACCOUNT_WIDE,
    ),
    allowed_by(
        "accessanalyzer:ListArchiveRules",
        "access-analyzer:ListArchiveRules",
        ANALYZERS,
    ),
    // There is no action for the second version.
    allowed_by(
        "accessanalyzer:ListFindingsV2",
        "access-analyzer:ListFindings",
        ANALYZERS,
    ),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html
    same("account:GetAlternateContact", ACCOUNT),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
    same("acm:ListCertificates", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
    get!("apigateway:GetAccount", "/account"),
    get!("apigateway:GetApiKeys", "/apikeys"),
    get!("apigateway:GetAuthorizers", "/restapis/*/authorizers"),
    get!(
        "apigateway:GetBasePathMappings",
        "/domainnames/*/basepathmappings"
    ),
    get!("apigateway:GetClientCertificates", "/clientcertificates"),
    get!("apigateway:GetDeployments", "/restapis/*/deployments"),
    Permission {
        operation: "apigateway:GetDomainNameAccessAssociations",
        action: "apigateway:GET",
        scope: ASSOCIATIONS,
    },
    get!("apigateway:GetDomainNames", "/domainnames"),
    get!(
        "apigateway:GetGatewayResponses",
        "/restapis/*/gatewayresponses"
    ),
    get!("apigateway:GetModels", "/restapis/*/models"),
    get!(
        "apigateway:GetRequestValidators",
        "/restapis/*/requestvalidators"
    ),
    get!("apigateway:GetResources", "/restapis/*/resources"),
    get!("apigateway:GetRestApis", "/restapis"),
    get!("apigateway:GetStages", "/restapis/*/stages"),
    get!("apigateway:GetUsagePlanKeys", "/usageplans/*/keys"),
    get!("apigateway:GetUsagePlans", "/usageplans"),
    get!("apigateway:GetVpcLinks", "/vpclinks"),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
    get!("apigatewayv2:GetApiMappings", "/domainnames/*/apimappings"),
    get!("apigatewayv2:GetApis", "/apis"),
    get!("apigatewayv2:GetAuthorizers", "/apis/*/authorizers"),
    get!("apigatewayv2:GetDomainNames", "/domainnames"),
    get!("apigatewayv2:GetIntegrations", "/apis/*/integrations"),
    get!("apigatewayv2:GetRoutes", "/apis/*/routes"),
    get!("apigatewayv2:GetStages", "/apis/*/stages"),
    get!("apigatewayv2:GetVpcLinks", "/vpclinks"),
    // These two have actions of their own.
    Permission {
        operation: "apigatewayv2:ListPortals",
        action: "apigateway:ListPortals",
        scope: PORTALS,
    },
    Permission {
        operation: "apigatewayv2:ListRoutingRules",
        action: "apigateway:ListRoutingRules",
        scope: ROUTING_RULES,
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html
    same("backup:GetBackupPlan", BACKUP_PLANS),
    same("backup:ListBackupPlans", ACCOUNT_WIDE),
    same("backup:ListBackupVaults", ACCOUNT_WIDE),
    same("backup:ListProtectedResources", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
    same("cloudfront:GetDistributionConfig", DISTRIBUTIONS),
    same("cloudfront:ListDistributions", ACCOUNT_WIDE),
    same("cloudfront:ListOriginAccessControls", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
    same("cloudtrail:DescribeTrails", ACCOUNT_WIDE),
    same("cloudtrail:GetEventConfiguration", TRAILS),
    same("cloudtrail:GetEventDataStore", EVENT_DATA_STORES),
    same("cloudtrail:GetEventSelectors", TRAILS),
    same("cloudtrail:GetInsightSelectors", TRAILS_AND_STORES),
    same("cloudtrail:GetResourcePolicy", EVENT_DATA_STORES),
    same("cloudtrail:GetTrailStatus", TRAILS),
    same("cloudtrail:ListEventDataStores", ACCOUNT_WIDE),
    same("cloudtrail:ListTags", TRAILS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    // Limited to alarms, this action shows no composite ones.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    same("cloudwatch:DescribeAlarms", ACCOUNT_WIDE),
    same("cloudwatch:GetMetricData", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html
    same("cognito-identity:DescribeIdentityPool", IDENTITY_POOLS),
    same("cognito-identity:GetIdentityPoolRoles", IDENTITY_POOLS),
    same("cognito-identity:ListIdentityPools", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
    same("cognito-idp:DescribeUserPool", USER_POOLS),
    same("cognito-idp:DescribeUserPoolClient", USER_POOLS),
    same("cognito-idp:ListUserPoolClients", USER_POOLS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsconfig.html
    same("config:DescribeConfigRules", ACCOUNT_WIDE),
    same("config:DescribeConfigurationRecorderStatus", RECORDERS),
    same("config:DescribeConfigurationRecorders", RECORDERS),
    same("config:DescribeDeliveryChannelStatus", ACCOUNT_WIDE),
    same("config:DescribeDeliveryChannels", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    same("dynamodb:DescribeContinuousBackups", TABLES),
    same("dynamodb:DescribeTable", TABLES),
    same("dynamodb:GetResourcePolicy", TABLES),
    same("dynamodb:ListTables", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    same("ec2:DescribeAddresses", ACCOUNT_WIDE),
    same("ec2:DescribeEgressOnlyInternetGateways", ACCOUNT_WIDE),
    same("ec2:DescribeFlowLogs", ACCOUNT_WIDE),
    same("ec2:DescribeInternetGateways", ACCOUNT_WIDE),
    same("ec2:DescribeManagedPrefixLists", ACCOUNT_WIDE),
    same("ec2:DescribeNatGateways", ACCOUNT_WIDE),
    same("ec2:DescribeNetworkAcls", ACCOUNT_WIDE),
    same("ec2:DescribeNetworkInterfaces", ACCOUNT_WIDE),
    same("ec2:DescribeRegions", ACCOUNT_WIDE),
    same("ec2:DescribeRouteTables", ACCOUNT_WIDE),
    same("ec2:DescribeSecurityGroups", ACCOUNT_WIDE),
    same("ec2:DescribeSubnets", ACCOUNT_WIDE),
    same("ec2:DescribeTransitGatewayVpcAttachments", ACCOUNT_WIDE),
    same("ec2:DescribeTransitGateways", ACCOUNT_WIDE),
    same("ec2:DescribeVpcBlockPublicAccessExclusions", ACCOUNT_WIDE),
    same("ec2:DescribeVpcBlockPublicAccessOptions", ACCOUNT_WIDE),
    same("ec2:DescribeVpcEncryptionControls", ACCOUNT_WIDE),
    same("ec2:DescribeVpcEndpointServiceConfigurations", ACCOUNT_WIDE),
    same(
        "ec2:DescribeVpcEndpointServicePermissions",
        ENDPOINT_SERVICES,
    ),
    same("ec2:DescribeVpcEndpoints", ACCOUNT_WIDE),
    same("ec2:DescribeVpcPeeringConnections", ACCOUNT_WIDE),
    same("ec2:DescribeVpcs", ACCOUNT_WIDE),
    same("ec2:DescribeVpnConnections", ACCOUNT_WIDE),
    same("ec2:GetManagedPrefixListEntries", PREFIX_LISTS),
    same("ec2:GetSubnetCidrReservations", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    same("ecr:BatchGetRepositoryScanningConfiguration", REPOSITORIES),
    same("ecr:DescribeImages", REPOSITORIES),
    same("ecr:DescribeRepositories", REPOSITORIES),
    same("ecr:GetRegistryScanningConfiguration", ACCOUNT_WIDE),
    same("ecr:GetRepositoryPolicy", REPOSITORIES),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    balancing!(
        "elbv2:DescribeListeners",
        "elasticloadbalancing:DescribeListeners"
    ),
    balancing!(
        "elbv2:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancerAttributes"
    ),
    balancing!(
        "elbv2:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeLoadBalancers"
    ),
    balancing!(
        "elbv2:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetGroups"
    ),
    balancing!(
        "elbv2:DescribeTargetHealth",
        "elasticloadbalancing:DescribeTargetHealth"
    ),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
    same("events:DescribeEventBus", EVENT_BUSES),
    same("events:ListEventBuses", ACCOUNT_WIDE),
    same("events:ListRules", ACCOUNT_WIDE),
    same("events:ListTargetsByRule", EVENT_RULES),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html
    same("guardduty:GetDetector", DETECTORS),
    same("guardduty:ListDetectors", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    same("iam:GenerateCredentialReport", ACCOUNT_WIDE),
    same("iam:GenerateServiceLastAccessedDetails", USERS_AND_ROLES),
    same("iam:GetAccountAuthorizationDetails", ACCOUNT_WIDE),
    same("iam:GetAccountPasswordPolicy", ACCOUNT_WIDE),
    same("iam:GetAccountSummary", ACCOUNT_WIDE),
    same("iam:GetCredentialReport", ACCOUNT_WIDE),
    same("iam:GetOpenIDConnectProvider", OIDC_PROVIDERS),
    same("iam:GetOutboundWebIdentityFederationInfo", ACCOUNT_WIDE),
    same("iam:GetServiceLastAccessedDetails", ACCOUNT_WIDE),
    same("iam:ListAccountAliases", ACCOUNT_WIDE),
    same("iam:ListOpenIDConnectProviders", ACCOUNT_WIDE),
    same("iam:ListOrganizationsFeatures", ACCOUNT_WIDE),
    same("iam:ListRoles", ACCOUNT_WIDE),
    same("iam:ListSAMLProviders", ACCOUNT_WIDE),
    same("iam:ListServerCertificates", ACCOUNT_WIDE),
    // Can be limited to users. A scan asks for those of all users and names none.
    same("iam:ListServiceSpecificCredentials", ACCOUNT_WIDE),
    same("iam:ListVirtualMFADevices", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoninspector2.html
    same("inspector2:BatchGetAccountStatus", ACCOUNT_WIDE),
    same("inspector2:ListFindings", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
    same("kms:DescribeCustomKeyStores", ACCOUNT_WIDE),
    same("kms:DescribeKey", KEYS),
    same("kms:GetKeyLastUsage", KEYS),
    same("kms:GetKeyPolicy", KEYS),
    same("kms:GetKeyRotationStatus", KEYS),
    same("kms:ListAliases", ACCOUNT_WIDE),
    same("kms:ListGrants", KEYS),
    same("kms:ListKeyRotations", KEYS),
    same("kms:ListKeys", ACCOUNT_WIDE),
    same("kms:ListResourceTags", KEYS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    // Lambda's younger siblings have their operations under the same prefix. ListRuntimes stands in AWS's
    // service model and not yet on this page; it names no resource.
    lambda!("lambda-core:", "GetNetworkConnector", NETWORK_CONNECTORS),
    lambda!("lambda-core:", "ListNetworkConnectors", ACCOUNT_WIDE),
    lambda!("lambda-core:", "ListRuntimes", ACCOUNT_WIDE),
    lambda!("lambda-microvms:", "GetMicrovm", MICROVM_IMAGES),
    lambda!("lambda-microvms:", "GetMicrovmImageVersion", MICROVM_IMAGES),
    lambda!("lambda-microvms:", "ListMicrovmImages", ACCOUNT_WIDE),
    lambda!("lambda-microvms:", "ListMicrovms", ACCOUNT_WIDE),
    lambda!("lambda-web:", "GetResourcePolicy", WEB_FUNCTIONS),
    lambda!("lambda-web:", "GetWebFunctionRevision", WEB_FUNCTIONS),
    lambda!("lambda-web:", "ListWebFunctionEndpoints", WEB_FUNCTIONS),
    lambda!("lambda-web:", "ListWebFunctions", ACCOUNT_WIDE),
    same("lambda:GetAccountSettings", ACCOUNT_WIDE),
    same("lambda:GetFunction", FUNCTIONS),
    // GetFunction shows the tags only to those who may list them.
    // https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
    Permission {
        operation: "lambda:GetFunction",
        action: "lambda:ListTags",
        scope: FUNCTIONS,
    },
    same("lambda:GetFunctionRecursionConfig", FUNCTIONS),
    same("lambda:GetFunctionScalingConfig", FUNCTIONS),
    same("lambda:GetLayerVersionPolicy", LAYER_VERSIONS),
    same("lambda:GetPolicy", FUNCTIONS),
    same("lambda:GetRuntimeManagementConfig", FUNCTIONS),
    same("lambda:ListAliases", FUNCTIONS),
    same("lambda:ListCapacityProviders", ACCOUNT_WIDE),
    same("lambda:ListCodeSigningConfigs", ACCOUNT_WIDE),
    same("lambda:ListEventSourceMappings", ACCOUNT_WIDE),
    same("lambda:ListFunctionEventInvokeConfigs", FUNCTIONS),
    same("lambda:ListFunctionUrlConfigs", FUNCTIONS),
    same("lambda:ListFunctions", ACCOUNT_WIDE),
    same("lambda:ListFunctionsByCodeSigningConfig", SIGNING_CONFIGS),
    same("lambda:ListLayerVersions", ACCOUNT_WIDE),
    same("lambda:ListLayers", ACCOUNT_WIDE),
    same("lambda:ListProvisionedConcurrencyConfigs", FUNCTIONS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    // Of the account's policies AWS shows only the kinds that the caller may read on log groups too.
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html
    same("logs:DescribeAccountPolicies", ACCOUNT_WIDE),
    Permission {
        operation: "logs:DescribeAccountPolicies",
        action: "logs:DescribeSubscriptionFilters",
        scope: LOG_GROUPS,
    },
    Permission {
        operation: "logs:DescribeAccountPolicies",
        action: "logs:GetDataProtectionPolicy",
        scope: LOG_GROUPS,
    },
    same("logs:DescribeDestinations", ACCOUNT_WIDE),
    same("logs:DescribeLogGroups", ACCOUNT_WIDE),
    same("logs:DescribeMetricFilters", LOG_GROUPS),
    same("logs:DescribeResourcePolicies", ACCOUNT_WIDE),
    same("logs:DescribeSubscriptionFilters", LOG_GROUPS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
    same("organizations:DescribeOrganization", ACCOUNT_WIDE),
    same("organizations:DescribePolicy", ORGANIZATION_POLICIES),
    same("organizations:ListParents", ORGANIZATION_CHILDREN),
    same("organizations:ListPoliciesForTarget", ORGANIZATION_TARGETS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgepipes.html
    same("pipes:DescribePipe", PIPES),
    same("pipes:ListPipes", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
    allowed_by(
        "resourcegroupstaggingapi:GetResources",
        "tag:GetResources",
        ACCOUNT_WIDE,
    ),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementrolesanywhere.html
    same("rolesanywhere:ListCrls", ACCOUNT_WIDE),
    same("rolesanywhere:ListProfiles", ACCOUNT_WIDE),
    same("rolesanywhere:ListTrustAnchors", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html
    same(
        "route53resolver:ListFirewallRuleGroupAssociations",
        ACCOUNT_WIDE,
    ),
    same(
        "route53resolver:ListResolverQueryLogConfigAssociations",
        ACCOUNT_WIDE,
    ),
    same("route53resolver:ListResolverQueryLogConfigs", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    bucket!("s3:GetBucketAcl", "s3:GetBucketAcl"),
    bucket!("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    bucket!(
        "s3:GetBucketLifecycleConfiguration",
        "s3:GetLifecycleConfiguration"
    ),
    bucket!("s3:GetBucketLogging", "s3:GetBucketLogging"),
    bucket!(
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketOwnershipControls"
    ),
    bucket!("s3:GetBucketPolicy", "s3:GetBucketPolicy"),
    bucket!("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    bucket!("s3:GetBucketVersioning", "s3:GetBucketVersioning"),
    bucket!(
        "s3:GetObjectLockConfiguration",
        "s3:GetBucketObjectLockConfiguration"
    ),
    bucket!("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    Permission {
        operation: "s3:ListBuckets",
        action: "s3:ListAllMyBuckets",
        scope: ACCOUNT_WIDE,
    },
    Permission {
        operation: "s3control:GetPublicAccessBlock",
        action: "s3:GetAccountPublicAccessBlock",
        scope: ACCOUNT_WIDE,
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
    same("scheduler:GetSchedule", SCHEDULES),
    same("scheduler:ListSchedules", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
    same("secretsmanager:GetResourcePolicy", SECRETS),
    same("secretsmanager:ListSecrets", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
    same("securityhub:DescribeHub", HUB),
    same("securityhub:GetEnabledStandards", HUB),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
    allowed_by(
        "service-quotas:ListServiceQuotas",
        "servicequotas:ListServiceQuotas",
        ACCOUNT_WIDE,
    ),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsshield.html
    same("shield:GetSubscriptionState", ACCOUNT_WIDE),
    same("shield:ListProtections", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssigner.html
    same("signer:ListSigningProfiles", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    same("sns:GetTopicAttributes", TOPICS),
    same("sns:ListSubscriptions", ACCOUNT_WIDE),
    same("sns:ListTopics", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    same("sqs:GetQueueAttributes", QUEUES),
    same("sqs:ListQueues", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    same("ssm:DescribeParameters", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    Permission {
        operation: "stepfunctions:DescribeStateMachine",
        action: "states:DescribeStateMachine",
        scope: STATE_MACHINES,
    },
    Permission {
        operation: "stepfunctions:ListStateMachines",
        action: "states:ListStateMachines",
        scope: ACCOUNT_WIDE,
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    // AWS answers this one without any permission; it is here so that policy and guard are one list.
    same("sts:GetCallerIdentity", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
    same("wafv2:GetWebACL", WEB_ACLS),
    same("wafv2:ListLoggingConfigurations", ACCOUNT_WIDE),
    same("wafv2:ListWebACLs", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    same("xray:GetEncryptionConfig", ACCOUNT_WIDE),
];

/// The permissions that an operation needs; none where the table does not know it.
pub fn permissions_of(operation: &str) -> impl Iterator<Item = &'static Permission> {
    PERMISSIONS
        .iter()
        .filter(move |row| row.operation == operation)
}

/// The IAM action that allows an operation, the first where it needs several.
///
/// What is no operation of a collector, such as `kms:Decrypt` behind an encrypted environment, is its
/// own permission.
pub fn permission_for(operation: &str) -> String {
    permissions_of(operation)
        .next()
        .map_or(operation, |row| row.action)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_sorted_and_none_stands_twice() {
        let keys: Vec<(&str, &str)> = PERMISSIONS
            .iter()
            .map(|row| (row.operation, row.action))
            .collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:#?}");
    }

    /// Actions that read and are not called so. Each lets IAM make a report, of what is there already, that
    /// is then read by an action that is called so; no configuration changes. AWS's own read-only policies
    /// allow both, and its reference calls both reads.
    /// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html>
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
    const REPORTS: [&str; 2] = [
        "iam:GenerateCredentialReport",
        "iam:GenerateServiceLastAccessedDetails",
    ];

    #[test]
    fn an_exception_is_made_only_for_what_a_scan_calls() {
        for report in REPORTS {
            assert!(permissions_of(report).next().is_some(), "{report}");
        }
    }

    #[test]
    fn no_row_allows_a_write() {
        for row in PERMISSIONS {
            let (_, verb) = row.action.split_once(':').expect("service:Action");
            let reads = ["Get", "List", "Describe", "BatchGet", "GET"];
            assert!(
                reads.iter().any(|read| verb.starts_with(read)) || REPORTS.contains(&row.action),
                "{}",
                row.action
            );
            assert!(!row.action.contains(['*', '?']), "{}", row.action);
        }
    }

    #[test]
    fn every_arn_pattern_is_of_its_action_s_service_and_names_a_kind_of_resource() {
        for row in PERMISSIONS {
            let (service, _) = row.action.split_once(':').expect("service:Action");
            for arn in row.scope.arns {
                let fields: Vec<&str> = arn.splitn(6, ':').collect();
                assert_eq!(fields.len(), 6, "{arn}");
                assert_eq!(fields[1], "{partition}", "{arn}");
                assert_eq!(fields[2], service, "{arn}");
                // Buckets, queues and topics are named without a kind before the name.
                let has_kinds = !["s3", "sqs", "sns"].contains(&service);
                assert!(!(has_kinds && fields[5].starts_with('*')), "{arn}");
            }
        }
    }

    #[test]
    fn an_action_is_limited_to_resources_in_every_row_or_in_none() {
        for row in PERMISSIONS {
            let wide = row.scope.arns.is_empty();
            let mut others = PERMISSIONS.iter().filter(|it| it.action == row.action);
            assert!(
                others.all(|it| it.scope.arns.is_empty() == wide),
                "{}",
                row.action
            );
        }
    }

    #[test]
    fn api_gateway_is_authorised_by_method() {
        assert_eq!(permission_for("apigatewayv2:GetRoutes"), "apigateway:GET");
        assert_eq!(permission_for("lambda:GetPolicy"), "lambda:GetPolicy");
        assert_eq!(permission_for("kms:Decrypt"), "kms:Decrypt");
    }

    #[test]
    fn a_scope_is_filled_in_and_the_widest_is_a_star() {
        assert_eq!(
            FUNCTIONS.resources("aws-cn", "111122223333"),
            ["arn:aws-cn:lambda:*:111122223333:function:*"]
        );
        assert_eq!(ACCOUNT_WIDE.resources("aws", "111122223333"), ["*"]);
    }
}
