//! The tables: actions by service, sorted.

/// Services with names of their actions.
pub(super) type Rows = &'static [(&'static str, &'static [&'static str])];

/// What each answer holds stands in the service's API reference, under the action's name. The list of `policy_sentry`
/// (`credentials-exposure-actions.txt`, version 0.15.2) and of `cloudsplaining` (0.9.1) put together, without actions
/// that AWS has no more, with what came since.
pub(super) const CREDENTIALS_EXPOSURE: Rows = &[
    ("airflow", &["CreateCliToken", "CreateWebLoginToken"]),
    ("appsync", &["CreateApiKey"]),
    ("chime", &["CreateApiKey"]),
    ("cloud9", &["CreateEnvironmentToken"]),
    ("codeartifact", &["GetAuthorizationToken"]),
    // The answer carries the credentials of the artifact store.
    // https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PollForJobs.html
    ("codepipeline", &["PollForJobs", "PollForThirdPartyJobs"]),
    (
        "cognito-identity",
        &[
            "GetCredentialsForIdentity",
            "GetOpenIdToken",
            "GetOpenIdTokenForDeveloperIdentity",
        ],
    ),
    // The answer carries the client's secret.
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html
    (
        "cognito-idp",
        &["AddUserPoolClientSecret", "DescribeUserPoolClient"],
    ),
    ("connect", &["GetFederationToken"]),
    (
        "datazone",
        &[
            "GetDomainExecutionRoleCredentials",
            "GetEnvironmentCredentials",
        ],
    ),
    ("ec2", &["GetPasswordData"]),
    (
        "ec2-instance-connect",
        &["SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"],
    ),
    ("ecr", &["GetAuthorizationToken"]),
    ("ecr-public", &["GetAuthorizationToken"]),
    ("elasticmapreduce", &["GetClusterSessionCredentials"]),
    ("emr-containers", &["GetManagedEndpointSessionCredentials"]),
    ("finspace-api", &["GetProgrammaticAccessCredentials"]),
    (
        "gamelift",
        &[
            "GetComputeAccess",
            "GetComputeAuthToken",
            "GetInstanceAccess",
            "RequestUploadCredentials",
        ],
    ),
    (
        "grafana",
        &[
            "CreateWorkspaceApiKey",
            "CreateWorkspaceServiceAccountToken",
        ],
    ),
    (
        "iam",
        &[
            "CreateAccessKey",
            "CreateLoginProfile",
            "CreateServiceSpecificCredential",
            "ResetServiceSpecificCredential",
            "UpdateAccessKey",
            "UpdateLoginProfile",
        ],
    ),
    ("iot", &["CreateKeysAndCertificate"]),
    ("license-manager", &["GetAccessToken"]),
    (
        "lightsail",
        &[
            "CreateBucketAccessKey",
            "CreateKeyPair",
            "DownloadDefaultKeyPair",
            "GetInstanceAccessDetails",
            "GetRelationalDatabaseMasterUserPassword",
        ],
    ),
    (
        "mediapackage",
        &[
            "RotateChannelCredentials",
            "RotateIngestEndpointCredentials",
        ],
    ),
    // A token that is the database's password.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
    ("rds-db", &["connect"]),
    (
        "redshift",
        &["GetClusterCredentials", "GetClusterCredentialsWithIAM"],
    ),
    ("redshift-serverless", &["GetCredentials"]),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html
    ("s3", &["GetDataAccess"]),
    (
        "sagemaker",
        &[
            "CreatePresignedDomainUrl",
            "CreatePresignedNotebookInstanceUrl",
        ],
    ),
    ("ssm", &["GetAccessToken"]),
    (
        "sts",
        &[
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "AssumeRoot",
            "GetFederationToken",
            "GetSessionToken",
        ],
    ),
];

/// What each answer holds stands in the service's API reference, under the action's name. The five reading actions
/// and the snapshots that `cloudsplaining` (0.9.1) names, and what reads or copies the other stores.
pub(super) const DATA_EXFILTRATION: Rows = &[
    ("aoss", &["APIAccessAll"]),
    ("athena", &["GetQueryResults", "GetQueryResultsStream"]),
    ("cassandra", &["Select"]),
    ("codeartifact", &["GetPackageVersionAsset"]),
    ("codecommit", &["GetBlob", "GetFile", "GitPull"]),
    (
        "cognito-idp",
        &["AdminGetUser", "ListUsers", "ListUsersInGroup"],
    ),
    ("dax", &["BatchGetItem", "GetItem", "Query", "Scan"]),
    (
        "dynamodb",
        &[
            "BatchGetItem",
            "ExportTableToPointInTime",
            "GetItem",
            "GetRecords",
            "PartiQLSelect",
            "Query",
            "Scan",
        ],
    ),
    ("ebs", &["GetSnapshotBlock"]),
    (
        "ec2",
        &[
            "CreateInstanceExportTask",
            "CreateStoreImageTask",
            "ExportImage",
        ],
    ),
    ("ecr", &["BatchGetImage", "GetDownloadUrlForLayer"]),
    ("elasticfilesystem", &["ClientMount"]),
    ("es", &["ESHttpGet", "ESHttpPost"]),
    ("glacier", &["GetJobOutput"]),
    ("kafka-cluster", &["ReadData"]),
    ("kinesis", &["GetRecords", "SubscribeToShard"]),
    // Links to the code; GetFunction also has the values of environment variables.
    // https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
    ("lambda", &["GetFunction", "GetLayerVersion"]),
    (
        "logs",
        &[
            "CreateExportTask",
            "FilterLogEvents",
            "GetLogEvents",
            "PutSubscriptionFilter",
            "StartLiveTail",
            "StartQuery",
        ],
    ),
    ("mediastore", &["GetObject"]),
    ("neptune-db", &["ReadDataViaQuery"]),
    (
        "rds",
        &[
            "CopyDBClusterSnapshot",
            "CopyDBSnapshot",
            "CreateDBClusterSnapshot",
            "CreateDBSnapshot",
            "StartExportTask",
        ],
    ),
    (
        "rds-data",
        &["BatchExecuteStatement", "ExecuteSql", "ExecuteStatement"],
    ),
    (
        "redshift-data",
        &["BatchExecuteStatement", "ExecuteStatement"],
    ),
    (
        "s3",
        &[
            "GetObject",
            "GetObjectVersion",
            // Sends every new object to a bucket of the caller's choice.
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
            "PutReplicationConfiguration",
        ],
    ),
    ("s3-object-lambda", &["GetObject", "GetObjectVersion"]),
    ("s3express", &["CreateSession"]),
    ("s3tables", &["GetTableData"]),
    ("s3vectors", &["GetVectors", "QueryVectors"]),
    ("secretsmanager", &["GetSecretValue"]),
    ("sqs", &["ReceiveMessage"]),
    (
        "ssm",
        &[
            "GetParameter",
            "GetParameterHistory",
            "GetParameters",
            "GetParametersByPath",
        ],
    ),
    ("timestream", &["Select"]),
];

/// AWS's level "Permissions management", as far as an action widens who may do what, and actions of the level
/// "Write" that do so too: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
/// Of the latter, those that `policy_sentry` (0.15.2, `access-level-overrides.yml`) sets right, and shares.
pub(super) const RESOURCE_EXPOSURE: Rows = &[
    ("acm-pca", &["CreatePermission", "PutPolicy"]),
    (
        "aoss",
        &[
            "CreateAccessPolicy",
            "CreateSecurityPolicy",
            "UpdateAccessPolicy",
            "UpdateSecurityPolicy",
        ],
    ),
    (
        "apigateway",
        &[
            "PutPortalProductSharingPolicy",
            "UpdateDomainNameManagementPolicy",
            "UpdateDomainNamePolicy",
            "UpdateRestApiPolicy",
        ],
    ),
    ("appsync", &["PutResourcePolicy"]),
    ("arc-region-switch", &["PutResourcePolicy"]),
    ("aws-marketplace", &["PutResourcePolicy"]),
    (
        "backup",
        &["PutBackupVaultAccessPolicy", "PutBackupVaultSharingPolicy"],
    ),
    (
        "bedrock-agentcore",
        &["ManageAdminPolicy", "ManageResourceScopedPolicy"],
    ),
    ("billing", &["PutResourcePolicy"]),
    ("cleanrooms-ml", &["PutConfiguredAudienceModelPolicy"]),
    ("cloudhsm", &["PutResourcePolicy"]),
    ("cloudsearch", &["UpdateServiceAccessPolicies"]),
    ("cloudtrail", &["PutResourcePolicy"]),
    (
        "cloudwatch",
        &[
            "CreateAccessGrant",
            "CreateAccessProfile",
            "CreateDomainAccessGrantForOrganization",
            "UpdateAccessProfile",
        ],
    ),
    (
        "codeartifact",
        &[
            "PutDomainPermissionsPolicy",
            "PutRepositoryPermissionsPolicy",
        ],
    ),
    ("codebuild", &["PutResourcePolicy"]),
    ("codeguru-profiler", &["PutPermission"]),
    ("cognito-identity", &["SetIdentityPoolRoles"]),
    ("datazone", &["AddPolicyGrant", "PutDomainSharingPolicy"]),
    ("ds", &["ShareDirectory"]),
    ("dynamodb", &["PutResourcePolicy"]),
    (
        "ec2",
        &[
            "CreateCoipPoolPermission",
            "CreateLocalGatewayRouteTablePermission",
            "CreateNetworkInterfacePermission",
            "DisableImageBlockPublicAccess",
            "DisableSnapshotBlockPublicAccess",
            "ModifyFpgaImageAttribute",
            "ModifyImageAttribute",
            "ModifySnapshotAttribute",
            "ModifyVpcEndpointServicePermissions",
            "PutResourcePolicy",
        ],
    ),
    ("ecr", &["PutRegistryPolicy", "SetRepositoryPolicy"]),
    ("ecr-public", &["SetRepositoryPolicy"]),
    ("elasticfilesystem", &["PutFileSystemPolicy"]),
    (
        "elasticmapreduce",
        &["PutBlockPublicAccessConfiguration", "PutWorkspaceAccess"],
    ),
    ("entityresolution", &["AddPolicyStatement", "PutPolicy"]),
    (
        "es",
        &[
            "CreateDomain",
            "CreateElasticsearchDomain",
            "UpdateDomainConfig",
            "UpdateElasticsearchDomainConfig",
        ],
    ),
    ("events", &["PutPermission", "PutResourcePolicy"]),
    (
        "fsx",
        &["ManageBackupPrincipalAssociations", "PutResourcePolicy"],
    ),
    ("glacier", &["SetVaultAccessPolicy"]),
    ("glue", &["PutResourcePolicy"]),
    ("grafana", &["UpdatePermissions"]),
    (
        "iam",
        &[
            "AddUserToGroup",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreatePolicyVersion",
            "DeleteRolePermissionsBoundary",
            "DeleteUserPermissionsBoundary",
            "PutGroupPolicy",
            "PutRolePermissionsBoundary",
            "PutRolePolicy",
            "PutUserPermissionsBoundary",
            "PutUserPolicy",
            "SetDefaultPolicyVersion",
            "UpdateAssumeRolePolicy",
        ],
    ),
    (
        "imagebuilder",
        &[
            "PutComponentPolicy",
            "PutContainerRecipePolicy",
            "PutImagePolicy",
            "PutImageRecipePolicy",
        ],
    ),
    (
        "iot",
        &[
            "AttachPolicy",
            "AttachPrincipalPolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
        ],
    ),
    ("kafka", &["PutClusterPolicy"]),
    ("kinesis", &["PutResourcePolicy"]),
    ("kms", &["CreateGrant", "PutKeyPolicy"]),
    (
        "lakeformation",
        &[
            "BatchGrantPermissions",
            "GrantPermissions",
            "PutDataLakeSettings",
        ],
    ),
    (
        "lambda",
        &[
            "AddLayerVersionPermission",
            "AddPermission",
            "CreateFunctionUrlConfig",
            "PutResourcePolicy",
            "UpdateFunctionUrlConfig",
        ],
    ),
    (
        "logs",
        &[
            "PutDeliveryDestinationPolicy",
            "PutDestinationPolicy",
            "PutResourcePolicy",
        ],
    ),
    ("mediastore", &["PutContainerPolicy"]),
    ("mediatailor", &["PutChannelPolicy"]),
    ("mpa", &["PutResourcePolicy"]),
    ("networkmanager", &["PutResourcePolicy"]),
    ("opsworks", &["SetPermission"]),
    (
        "organizations",
        &["AttachPolicy", "PutResourcePolicy", "UpdatePolicy"],
    ),
    ("payment-cryptography", &["PutResourcePolicy"]),
    (
        "quicksight",
        &[
            "UpdateActionConnectorPermissions",
            "UpdateAgentPermissions",
            "UpdateAnalysisPermissions",
            "UpdateAppPermissions",
            "UpdateDashboardPermissions",
            "UpdateDataSetPermissions",
            "UpdateDataSourcePermissions",
            "UpdateExtensionPermissions",
            "UpdateFlowPermissions",
            "UpdateFolderPermissions",
            "UpdateKnowledgeBasePermissions",
            "UpdateSpacePermissions",
            "UpdateTemplatePermissions",
            "UpdateThemePermissions",
            "UpdateTopicPermissions",
        ],
    ),
    (
        "ram",
        &[
            "AssociateResourceShare",
            "CreateResourceShare",
            "UpdateResourceShare",
        ],
    ),
    (
        "rds",
        &[
            "AuthorizeDBSecurityGroupIngress",
            "ModifyDBClusterSnapshotAttribute",
            "ModifyDBSnapshotAttribute",
        ],
    ),
    (
        "redshift",
        &[
            "AuthorizeDataShare",
            "AuthorizeEndpointAccess",
            "AuthorizeSnapshotAccess",
            "PutResourcePolicy",
        ],
    ),
    ("redshift-serverless", &["PutResourcePolicy"]),
    ("resource-explorer-2", &["PutResourcePolicy"]),
    ("route53-recovery-control-config", &["PutResourcePolicy"]),
    (
        "route53resolver",
        &[
            "PutFirewallRuleGroupPolicy",
            "PutResolverQueryLogConfigPolicy",
            "PutResolverRulePolicy",
        ],
    ),
    (
        "s3",
        &[
            "CreateAccessGrant",
            "PutAccessGrantsInstanceResourcePolicy",
            "PutAccessPointPolicy",
            "PutAccessPointPolicyForObjectLambda",
            "PutAccessPointPublicAccessBlock",
            "PutAccountPublicAccessBlock",
            "PutBucketAcl",
            "PutBucketOwnershipControls",
            "PutBucketPolicy",
            "PutBucketPublicAccessBlock",
            "PutMultiRegionAccessPointPolicy",
            "PutObjectAcl",
            "PutObjectVersionAcl",
            "UpdateAccessGrantsLocation",
        ],
    ),
    ("s3-object-lambda", &["PutObjectAcl", "PutObjectVersionAcl"]),
    (
        "s3-outposts",
        &["PutAccessPointPolicy", "PutBucketPolicy", "PutObjectAcl"],
    ),
    (
        "s3express",
        &[
            "PutAccessPointPolicy",
            "PutAccessPointScope",
            "PutBucketPolicy",
        ],
    ),
    ("s3files", &["PutFileSystemPolicy"]),
    ("s3tables", &["PutTableBucketPolicy", "PutTablePolicy"]),
    ("s3vectors", &["PutVectorBucketPolicy"]),
    ("schemas", &["PutResourcePolicy"]),
    ("secretsmanager", &["PutResourcePolicy"]),
    ("serverlessrepo", &["PutApplicationPolicy"]),
    (
        "servicecatalog",
        &["CreatePortfolioShare", "UpdatePortfolioShare"],
    ),
    (
        "ses",
        &[
            "CreateEmailIdentityPolicy",
            "PutIdentityPolicy",
            "UpdateEmailIdentityPolicy",
        ],
    ),
    ("signer", &["AddProfilePermission"]),
    ("sms-voice", &["PutResourcePolicy"]),
    // The policy is one of the attributes.
    // https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    ("sns", &["AddPermission", "SetTopicAttributes"]),
    ("sqs", &["AddPermission", "SetQueueAttributes"]),
    ("ssm", &["ModifyDocumentPermission", "PutResourcePolicy"]),
    ("ssm-incidents", &["PutResourcePolicy"]),
    ("ssm-sap", &["PutResourcePermission"]),
    (
        "sso",
        &[
            "AttachCustomerManagedPolicyReferenceToPermissionSet",
            "AttachManagedPolicyToPermissionSet",
            "CreateAccountAssignment",
            "PutInlinePolicyToPermissionSet",
            "PutPermissionsBoundaryToPermissionSet",
            "PutPermissionsPolicy",
            "UpdatePermissionSet",
        ],
    ),
    ("vpc-lattice", &["PutAuthPolicy"]),
    ("waf", &["PutPermissionPolicy"]),
    ("waf-regional", &["PutPermissionPolicy"]),
    ("wafv2", &["PutPermissionPolicy"]),
    (
        "workspaces",
        &[
            "UpdateConnectionAliasPermission",
            "UpdateWorkspaceImagePermission",
        ],
    ),
];
