//! What makes an action dangerous in the hands of whoever should not have it: classes of actions, as tables.
//!
//! The classes are those that reviewers of policies use; `policy_sentry` and `cloudsplaining` made lists of some
//! of them public (<https://cloudsplaining.readthedocs.io/en/latest/>). Each table names where AWS says what the
//! actions do. Every name is held against the catalogue by a test, and so is every action that AWS puts under
//! "Permissions management": a refreshed catalogue that knows a new one fails the build until it is placed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::catalogue::{self, AccessLevel, Action};

/// A class of dangerous actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Returns credentials, or what stands for them: keys, tokens, passwords, signed links.
    CredentialsExposure,
    /// Returns the contents of a store of data, or copies them to where the caller says.
    DataExfiltration,
    /// Lets others in: changes a policy, a grant, a share or a setting on which it depends who may do what.
    ResourceExposure,
    /// Changes something: every action that AWS does not put under List or Read.
    InfrastructureModification,
}

impl Danger {
    /// Every class, the worst first.
    pub const ALL: [Self; 4] = [
        Self::CredentialsExposure,
        Self::DataExfiltration,
        Self::ResourceExposure,
        Self::InfrastructureModification,
    ];

    /// The name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CredentialsExposure => "credentials exposure",
            Self::DataExfiltration => "data exfiltration",
            Self::ResourceExposure => "resource exposure",
            Self::InfrastructureModification => "infrastructure modification",
        }
    }

    /// Whether the action is of the class.
    ///
    /// ```
    /// use tripod_policy::{Danger, catalogue};
    ///
    /// let get = catalogue::action("s3:GetObject").unwrap();
    /// assert!(Danger::DataExfiltration.is_of(get));
    /// assert!(!Danger::InfrastructureModification.is_of(get));
    /// ```
    pub fn is_of(self, action: &Action) -> bool {
        match self.table() {
            None => action.access_level >= AccessLevel::Tagging,
            Some(table) => table
                .get(action.service)
                .is_some_and(|names| names.contains(&action.name)),
        }
    }

    /// Every action of the class, by service and name.
    pub fn actions(self) -> impl Iterator<Item = &'static Action> {
        catalogue::services()
            .iter()
            .flat_map(catalogue::Service::actions)
            .filter(move |action| self.is_of(action))
    }

    /// The actions by service; none for the class that goes by AWS's access levels.
    fn table(self) -> Option<&'static Table> {
        match self {
            Self::CredentialsExposure => Some(&CREDENTIALS),
            Self::DataExfiltration => Some(&DATA),
            Self::ResourceExposure => Some(&OPENING),
            Self::InfrastructureModification => None,
        }
    }
}

type Rows = &'static [(&'static str, &'static [&'static str])];
type Table = LazyLock<BTreeMap<&'static str, &'static [&'static str]>>;

static CREDENTIALS: Table = LazyLock::new(|| CREDENTIALS_EXPOSURE.iter().copied().collect());
static DATA: Table = LazyLock::new(|| DATA_EXFILTRATION.iter().copied().collect());
static OPENING: Table = LazyLock::new(|| RESOURCE_EXPOSURE.iter().copied().collect());

/// What each answer holds stands in the service's API reference, under the action's name. The list of `policy_sentry`
/// (`credentials-exposure-actions.txt`, version 0.15.2) and of `cloudsplaining` (0.9.1) put together, without actions
/// that AWS has no more, with what came since.
const CREDENTIALS_EXPOSURE: Rows = &[
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
const DATA_EXFILTRATION: Rows = &[
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
const RESOURCE_EXPOSURE: Rows = &[
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TABLES: [Rows; 3] = [CREDENTIALS_EXPOSURE, DATA_EXFILTRATION, RESOURCE_EXPOSURE];

    #[test]
    fn every_name_is_an_action_in_awss_spelling() {
        for (service, names) in TABLES.into_iter().flatten() {
            for name in *names {
                let action = catalogue::action(&format!("{service}:{name}"));
                let found = action.map(|action| (action.service, action.name));
                assert_eq!(found, Some((*service, *name)), "{service}:{name}");
            }
        }
    }

    #[test]
    fn services_and_names_are_sorted_and_stand_once_in_a_table() {
        for table in TABLES {
            let services: Vec<&str> = table.iter().map(|(service, _)| *service).collect();
            assert!(
                services.is_sorted_by(|before, after| before < after),
                "{services:?}"
            );
            for (service, names) in table {
                let sorted = names.is_sorted_by(|before, after| before < after);
                assert!(sorted && !names.is_empty(), "{service}: {names:?}");
            }
        }
    }

    /// What AWS puts under "Permissions management" and lets nobody in: it takes away, tells, or concerns neither
    /// policies nor shares. Patterns of names.
    const LETS_NOBODY_IN: &[&str] = &[
        "*:AbortVaultLock",
        "*:AllowVendedLogDeliveryForResource",
        "*:Cancel*",
        "*:CompleteVaultLock",
        "*:Deauthorize*",
        "*:Delete*",
        "*:Deregister*",
        "*:Describe*",
        "*:Detach*",
        "*:Disassociate*",
        "*:Dissociate*",
        "*:Get*",
        "*:List*",
        "*:Reject*",
        "*:Remove*",
        "*:Reset*",
        "*:Retire*",
        "*:Revoke*",
        "*:Search*",
        "*:SetWebACL",
        "*:Validate*",
        "apigateway:*",
        "bedrock-agentcore:*",
        "cloudformation:SetStackPolicy",
        "cloudwatch:AssumeAccessProfile",
        "deadline:Associate*",
        "ds:AccessDSData",
        "dynamodb:UpdateAbacStatus",
        "ec2:Attach*",
        "ec2:*OdbNetworkPeering",
        "ec2:Enable*BlockPublicAccess",
        "entityresolution:Use*",
        "fsx:BypassSnaplockEnterpriseRetention",
        "glacier:InitiateVaultLock",
        "glacier:SetDataRetrievalPolicy",
        // Studio's own actions, all under this level.
        "glue:*",
        "greengrass:AssociateServiceRoleToAccount",
        "health:*",
        // A policy that nobody holds yet.
        "iam:CreatePolicy",
        "iot:CreatePolicy",
        "iot:SetDefaultAuthorizer",
        "iotfleetwise:*",
        "lakeformation:AttachRLSPolicy",
        "lakeformation:BatchRevokePermissions",
        "lambda:*Replication",
        "license-manager:UpdateServiceSettings",
        "managedblockchain:*",
        "monitron:*",
        "networkmanager:StartOrganizationServiceAccessUpdate",
        "notifications:*",
        "opensearch:*",
        "opsworks:UpdateUserProfile",
        "quicksight:*",
        "ram:EnableSharingWithAwsOrganization",
        "redshift:CreateClusterUser",
        "redshift:CreateSnapshotCopyGrant",
        "redshift:JoinGroup",
        "redshift:ModifyClusterIamRoles",
        "s3:*AccessGrants*",
        "s3:BypassGovernanceRetention",
        "s3:ObjectOwnerOverrideToBucketOwner",
        "ses:ApplyTrackingConfigurationOverrides",
        "ses:ReplicateEmailIdentityDkimSigningKey",
        "ssm-contacts:AssociateContact",
        "vpc-lattice:AssociateViaAWSService*",
        "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation",
        "waf:*WebACL",
        "waf-regional:*WebACL",
        "workspaces:ModifySelfservicePermissions",
        "xray:PutEncryptionConfig",
        // Credentials, and listed as such.
        "rds-db:connect",
    ];

    #[test]
    fn every_action_that_manages_permissions_is_placed() {
        let spared: BTreeSet<String> = LETS_NOBODY_IN
            .iter()
            .flat_map(|pattern| catalogue::expand(pattern))
            .map(Action::full_name)
            .collect();
        let unplaced: Vec<String> = catalogue::expand("*")
            .into_iter()
            .filter(|action| action.access_level == AccessLevel::PermissionsManagement)
            .filter(|action| !Danger::ResourceExposure.is_of(action))
            .map(Action::full_name)
            .filter(|name| !spared.contains(name))
            .collect();
        assert!(unplaced.is_empty(), "{unplaced:?}");
    }

    #[test]
    fn every_class_has_actions_and_reading_changes_nothing() {
        for danger in Danger::ALL {
            assert!(danger.actions().next().is_some(), "{danger:?}");
        }
        let is_of =
            |danger: Danger, name: &str| danger.is_of(catalogue::action(name).expect("an action"));
        assert!(is_of(
            Danger::InfrastructureModification,
            "lambda:TagResource"
        ));
        assert!(is_of(
            Danger::InfrastructureModification,
            "s3:PutBucketPolicy"
        ));
        assert!(!is_of(
            Danger::InfrastructureModification,
            "lambda:GetFunction"
        ));
        assert!(is_of(Danger::ResourceExposure, "s3:PutBucketPolicy"));
        assert!(!is_of(Danger::ResourceExposure, "s3:DeleteBucketPolicy"));
        assert!(is_of(Danger::CredentialsExposure, "sts:AssumeRole"));
        assert!(!is_of(Danger::DataExfiltration, "s3:ListBucket"));
    }
}
