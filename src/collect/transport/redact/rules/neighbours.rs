//! The services around functions and APIs. Some of these operations no scan calls; they are here so
//! that none of them can be added without its rule.

use tripod_model::SecretKind;

use super::Rule;
use super::Treatment::{IfSecret, Masked, Secret};

pub(super) const RULES: &[Rule] = &[
    // User data is a start script in base64, and the usual place for a bootstrap password.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html
    // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchConfiguration.html
    Rule {
        operations: &["ec2:*"],
        paths: &["**/userData"],
        treatment: Masked,
    },
    Rule {
        operations: &["autoscaling:*"],
        paths: &["**/UserData"],
        treatment: Masked,
    },
    // The configuration of a customer's gateway is a file with the tunnels' keys in it, and so is a
    // sample for it. A bundle's upload policy comes with its signature.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnConnection.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetVpnConnectionDeviceSampleConfiguration.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_S3Storage.html
    Rule {
        operations: &["ec2:*"],
        paths: &[
            "**/customerGatewayConfiguration",
            "**/vpnConnectionDeviceSampleConfiguration",
            "**/preSharedKey",
            "**/passwordData",
            "**/uploadPolicySignature",
        ],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DiskImageDescription.html
    Rule {
        operations: &["ec2:*"],
        paths: &["**/importManifestUrl"],
        treatment: Secret(SecretKind::PresignedUrl),
    },
    // Free text, and addresses that images are imported from.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SnapshotDetail.html
    Rule {
        operations: &["ec2:*"],
        paths: &["**/groupDescription", "**/reason", "**/url"],
        treatment: IfSecret,
    },
    // Tokens that stand for an identity.
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
    // https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_Credentials.html
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthenticationResultType.html
    Rule {
        operations: &["sts:*"],
        paths: &["**/WebIdentityToken"],
        treatment: Secret(SecretKind::JsonWebToken),
    },
    Rule {
        operations: &["cognito-identity:*"],
        paths: &["**/SecretKey", "**/Token"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // Only there: the units of a client's token lifetimes stand under the same names.
    Rule {
        operations: &["cognito-idp:*"],
        paths: &[
            "**/AuthenticationResult/AccessToken",
            "**/AuthenticationResult/IdToken",
            "**/AuthenticationResult/RefreshToken",
            "**/ClientSecretValue",
        ],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // Plaintext under keys. No scan may ask for it.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
    Rule {
        operations: &["kms:*"],
        paths: &["**/Plaintext", "**/PrivateKeyPlaintext"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // The user name before an external key manager. Its other half, the secret, KMS never shows.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_XksProxyConfigurationType.html
    Rule {
        operations: &["kms:DescribeCustomKeyStores"],
        paths: &["**/XksProxyConfiguration/AccessKeyId"],
        treatment: Masked,
    },
    // Names that people give, and the encryption contexts that they chose. AWS warns not to put secrets
    // there.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_RotationsListEntry.html
    Rule {
        operations: &["kms:*"],
        paths: &[
            "**/Grants/Name",
            "**/Constraints",
            "**/CustomKeyStoreName",
            "**/KeyMaterialDescription",
        ],
        treatment: IfSecret,
    },
    // A selector's name is free text.
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
    Rule {
        operations: &["cloudtrail:*"],
        paths: &["**/AdvancedEventSelectors/Name"],
        treatment: IfSecret,
    },
    // Recorded calls with their parameters. CloudTrail leaves out what it knows to be secret.
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html
    Rule {
        operations: &["cloudtrail:LookupEvents"],
        paths: &["**/CloudTrailEvent"],
        treatment: IfSecret,
    },
    // Workflows name headers, statements and parameters as text; executions carry their data.
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
    Rule {
        operations: &["stepfunctions:*"],
        paths: &["**/definition", "**/cause", "**/error"],
        treatment: IfSecret,
    },
    Rule {
        operations: &["stepfunctions:*"],
        paths: &[
            "**/input",
            "**/output",
            "**/assignedVariables",
            "**/parameters",
        ],
        treatment: Masked,
    },
    // Constants and templates handed to targets.
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeConnection.html
    // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
    // https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html
    Rule {
        operations: &["events:*", "scheduler:*"],
        paths: &["**/Targets", "**/Target", "**/AuthParameters"],
        treatment: IfSecret,
    },
    Rule {
        operations: &["pipes:*"],
        paths: &[
            "**/SourceParameters",
            "**/EnrichmentParameters",
            "**/TargetParameters",
        ],
        treatment: IfSecret,
    },
    // Attributes of topics, subscriptions and queues: addresses, delivery policies, filters.
    // https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
    Rule {
        operations: &["sns:*", "sqs:*"],
        paths: &["**/Attributes", "**/Endpoint"],
        treatment: IfSecret,
    },
    // Containers: the environment is the function's in another place. `secrets` holds references.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    Rule {
        operations: &["ecs:*"],
        paths: &["**/environment/value"],
        treatment: Masked,
    },
    Rule {
        operations: &["ecs:*"],
        paths: &[
            "**/command",
            "**/entryPoint",
            "**/dockerLabels",
            "**/logConfiguration/options",
        ],
        treatment: IfSecret,
    },
    // Builds.
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Webhook.html
    Rule {
        operations: &["codebuild:*"],
        paths: &[
            "**/environmentVariables/value",
            "**/exportedEnvironmentVariables/value",
        ],
        treatment: Masked,
    },
    Rule {
        operations: &["codebuild:*"],
        paths: &["**/webhook/secret"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    Rule {
        operations: &["codebuild:*"],
        paths: &[
            "**/buildspec",
            "**/location",
            "**/payloadUrl",
            "**/command",
            "**/standardOutputContent",
            "**/standardErrContent",
        ],
        treatment: IfSecret,
    },
    // Parameters, those of the type String too: it is where secrets are put by mistake.
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterHistory.html
    Rule {
        operations: &[
            "ssm:GetParameter",
            "ssm:GetParameters",
            "ssm:GetParametersByPath",
            "ssm:GetParameterHistory",
        ],
        paths: &["Parameter/Value", "Parameters/Value"],
        treatment: Masked,
    },
    // Documents, and what they and maintenance windows were called with.
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html
    // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html
    Rule {
        operations: &["ssm:*"],
        paths: &[
            "**/Content",
            "**/Parameters",
            "**/TaskParameters",
            "**/TaskInvocationParameters",
            "**/OwnerInformation",
            "**/Sources/Configuration",
        ],
        treatment: IfSecret,
    },
    // No scan may ask for these either.
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    Rule {
        operations: &["secretsmanager:*"],
        paths: &["**/SecretString", "**/SecretBinary", "**/RandomPassword"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // Identity providers of a user pool: the client secret, and for Apple the signing key.
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IdentityProviderType.html
    Rule {
        operations: &["cognito-idp:*"],
        paths: &[
            "**/ProviderDetails/client_secret",
            "**/ProviderDetails/private_key",
        ],
        treatment: Secret(SecretKind::NamedSecret),
    },
    Rule {
        operations: &["cognito-idp:*"],
        paths: &["**/ProviderDetails"],
        treatment: IfSecret,
    },
    // Where users are sent after signing in. Identities of people who are told of things.
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_EmailConfigurationType.html
    Rule {
        operations: &["cognito-idp:*"],
        paths: &["**/CallbackURLs", "**/LogoutURLs", "**/DefaultRedirectURI"],
        treatment: IfSecret,
    },
    Rule {
        operations: &["cognito-idp:*"],
        paths: &["**/ReplyToEmailAddress", "**/EmailConfiguration/From"],
        treatment: Masked,
    },
    // Names, addresses and telephone numbers of people; a scan asks only whether there are any.
    // https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html
    // https://docs.aws.amazon.com/accounts/latest/reference/API_ContactInformation.html
    // https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
    // https://docs.aws.amazon.com/organizations/latest/APIReference/API_DelegatedAdministrator.html
    Rule {
        operations: &["account:*"],
        paths: &[
            "**/AlternateContact/Name",
            "**/Title",
            "**/EmailAddress",
            "**/PhoneNumber",
            "ContactInformation/*",
        ],
        treatment: Masked,
    },
    Rule {
        operations: &["organizations:*"],
        paths: &["**/MasterAccountEmail", "**/Email"],
        treatment: Masked,
    },
    // What rules are called with, and rules written as code.
    // https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
    // https://docs.aws.amazon.com/config/latest/APIReference/API_CustomPolicyDetails.html
    Rule {
        operations: &["config:*"],
        paths: &["**/InputParameters", "**/PolicyText"],
        treatment: IfSecret,
    },
    // https://docs.aws.amazon.com/signer/latest/api/API_SigningProfile.html
    Rule {
        operations: &["signer:*"],
        paths: &["**/signingParameters"],
        treatment: IfSecret,
    },
    // The id of an AppSync API key is the key.
    // https://docs.aws.amazon.com/appsync/latest/APIReference/API_ApiKey.html
    Rule {
        operations: &["appsync:ListApiKeys"],
        paths: &["apiKeys/id"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    Rule {
        operations: &["appsync:GetGraphqlApiEnvironmentVariables"],
        paths: &["environmentVariables"],
        treatment: Masked,
    },
    // Environments of web functions and of images of microVMs; why a revision failed, in free text.
    // The pages are AWS's service models `lambda-web` and `lambda-microvms`, which botocore ships.
    // https://docs.aws.amazon.com/lambda/latest/api/API_Types.html
    Rule {
        operations: &["lambda-web:*", "lambda-microvms:*"],
        paths: &["**/environmentVariables"],
        treatment: Masked,
    },
    Rule {
        operations: &["lambda-web:*", "lambda-microvms:*", "lambda-core:*"],
        paths: &[
            "**/codeArtifact/uri",
            "**/errorMessage",
            "**/stateReason",
            "**/updateStatusReason",
            "**/StateReason",
            "**/LastUpdateStatusReason",
        ],
        treatment: IfSecret,
    },
    // Tags under other names, and what rotation of secrets outside AWS is told.
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
    Rule {
        operations: &["backup:*"],
        paths: &["**/RecoveryPointTags"],
        treatment: IfSecret,
    },
    Rule {
        operations: &["secretsmanager:*"],
        paths: &["**/ExternalSecretRotationMetadata"],
        treatment: IfSecret,
    },
    // A stack's parameters are shown unless NoEcho is set on them.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
    Rule {
        operations: &["cloudformation:*"],
        paths: &["**/Parameters", "**/Outputs", "**/TemplateBody"],
        treatment: IfSecret,
    },
    // Headers that a distribution adds towards its origin are how the origin knows it: shared secrets.
    // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginCustomHeader.html
    Rule {
        operations: &["cloudfront:*"],
        paths: &["**/HeaderValue"],
        treatment: Masked,
    },
    // What a rule of WAF looks for in a header is often what CloudFront adds there for the origin to know
    // it by; the text is in base64. Headers that WAF itself adds are the same kind of secret.
    // https://docs.aws.amazon.com/waf/latest/APIReference/API_ByteMatchStatement.html
    // https://docs.aws.amazon.com/waf/latest/APIReference/API_CustomHTTPHeader.html
    Rule {
        operations: &["wafv2:*"],
        paths: &[
            "**/SearchString",
            "**/InsertHeaders/Value",
            "**/ResponseHeaders/Value",
        ],
        treatment: Masked,
    },
    Rule {
        operations: &["wafv2:*"],
        paths: &["**/RegexString", "**/CustomResponseBodies"],
        treatment: IfSecret,
    },
    // Answers that a load balancer gives by itself, where it sends browsers to, and what it adds to a
    // request for a sign-in.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
    Rule {
        operations: &["elbv2:*"],
        paths: &[
            "**/MessageBody",
            "**/RedirectConfig/Query",
            "**/AuthenticationRequestExtraParams",
        ],
        treatment: IfSecret,
    },
    // What people write about alarms.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
    Rule {
        operations: &["cloudwatch:*"],
        paths: &["**/AlarmDescription"],
        treatment: IfSecret,
    },
    // Settings of database options, and statements that a proxy runs.
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_OptionSetting.html
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfigurationInfo.html
    Rule {
        operations: &["rds:*"],
        paths: &["**/OptionSettings", "**/InitQuery"],
        treatment: IfSecret,
    },
];
