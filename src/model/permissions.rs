//! Which IAM action allows which operation, and on what.
//!
//! AWS's Service Authorization Reference has a page for each service. Its table of actions names the
//! resource types that an action can be limited to; an action without one is allowed on `*` or not at
//! all. <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! To add an operation, add a row. An operation that needs two actions has two rows. A test in
//! `tripod-collect` holds the rows against the operations that collectors declare, both ways.

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

const DISTRIBUTIONS: Scope = Scope {
    noun: "Distributions",
    arns: &["arn:{partition}:cloudfront::{account}:distribution/*"],
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
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
    get!("apigateway:GetAccount", "/account"),
    get!("apigateway:GetAuthorizers", "/restapis/*/authorizers"),
    get!(
        "apigateway:GetRequestValidators",
        "/restapis/*/requestvalidators"
    ),
    get!("apigateway:GetResources", "/restapis/*/resources"),
    get!("apigateway:GetRestApis", "/restapis"),
    get!("apigateway:GetStages", "/restapis/*/stages"),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
    get!("apigatewayv2:GetApis", "/apis"),
    get!("apigatewayv2:GetAuthorizers", "/apis/*/authorizers"),
    get!("apigatewayv2:GetIntegrations", "/apis/*/integrations"),
    get!("apigatewayv2:GetRoutes", "/apis/*/routes"),
    get!("apigatewayv2:GetStages", "/apis/*/stages"),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
    same("cloudfront:GetDistributionConfig", DISTRIBUTIONS),
    same("cloudfront:ListDistributions", ACCOUNT_WIDE),
    same("cloudfront:ListOriginAccessControls", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
    same("cloudtrail:DescribeTrails", ACCOUNT_WIDE),
    same("cloudtrail:GetEventSelectors", TRAILS),
    same("cloudtrail:GetTrailStatus", TRAILS),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    // Limited to alarms, this action shows no composite ones.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    same("cloudwatch:DescribeAlarms", ACCOUNT_WIDE),
    same("cloudwatch:GetMetricData", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    same("ec2:DescribeFlowLogs", ACCOUNT_WIDE),
    same("ec2:DescribeNatGateways", ACCOUNT_WIDE),
    same("ec2:DescribeNetworkAcls", ACCOUNT_WIDE),
    same("ec2:DescribeNetworkInterfaces", ACCOUNT_WIDE),
    same("ec2:DescribeRegions", ACCOUNT_WIDE),
    same("ec2:DescribeRouteTables", ACCOUNT_WIDE),
    same("ec2:DescribeSecurityGroups", ACCOUNT_WIDE),
    same("ec2:DescribeSubnets", ACCOUNT_WIDE),
    same("ec2:DescribeVpcEndpoints", ACCOUNT_WIDE),
    same("ec2:DescribeVpcs", ACCOUNT_WIDE),
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
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    same("iam:GetAccountAuthorizationDetails", ACCOUNT_WIDE),
    same("iam:GetAccountSummary", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
    same("kms:DescribeKey", KEYS),
    same("kms:GetKeyPolicy", KEYS),
    same("kms:GetKeyRotationStatus", KEYS),
    same("kms:ListAliases", ACCOUNT_WIDE),
    same("kms:ListKeys", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    same("lambda:GetAccountSettings", ACCOUNT_WIDE),
    same("lambda:GetFunction", FUNCTIONS),
    same("lambda:GetPolicy", FUNCTIONS),
    same("lambda:ListCodeSigningConfigs", ACCOUNT_WIDE),
    same("lambda:ListEventSourceMappings", ACCOUNT_WIDE),
    same("lambda:ListFunctionEventInvokeConfigs", FUNCTIONS),
    same("lambda:ListFunctionUrlConfigs", FUNCTIONS),
    same("lambda:ListFunctions", ACCOUNT_WIDE),
    same("lambda:ListFunctionsByCodeSigningConfig", SIGNING_CONFIGS),
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
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsshield.html
    same("shield:GetSubscriptionState", ACCOUNT_WIDE),
    same("shield:ListProtections", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    // AWS answers this one without any permission; it is here so that policy and guard are one list.
    same("sts:GetCallerIdentity", ACCOUNT_WIDE),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
    same("wafv2:GetWebACL", WEB_ACLS),
    same("wafv2:ListLoggingConfigurations", ACCOUNT_WIDE),
    same("wafv2:ListWebACLs", ACCOUNT_WIDE),
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

    #[test]
    fn no_row_allows_a_write() {
        for row in PERMISSIONS {
            let (_, verb) = row.action.split_once(':').expect("service:Action");
            let reads = ["Get", "List", "Describe", "GET"];
            assert!(
                reads.iter().any(|read| verb.starts_with(read)),
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
                // Buckets are all that an ARN of S3 without a region can name.
                assert!(service == "s3" || !fields[5].starts_with('*'), "{arn}");
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
