//! The keys that requests of every service may carry: `aws:` keys, and the cross-service keys of role sessions.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>, "Data type" and
//! "Value type" of each key, read in November 2026.

use super::keys::{ConditionKey, KeyType, ValueKind};
use ValueKind::{Arn, Bool, Date, Epoch, IpAddress, Numeric};

const fn one(name: &'static str, kind: ValueKind) -> ConditionKey {
    ConditionKey {
        name,
        key_type: KeyType {
            kind,
            multivalued: false,
        },
    }
}

const fn text(name: &'static str) -> ConditionKey {
    one(name, ValueKind::String)
}

const fn texts(name: &'static str) -> ConditionKey {
    ConditionKey {
        name,
        key_type: KeyType {
            kind: ValueKind::String,
            multivalued: true,
        },
    }
}

pub(super) static GLOBAL_KEYS: &[ConditionKey] = &[
    // Of the principal.
    one("aws:PrincipalArn", Arn),
    text("aws:PrincipalAccount"),
    texts("aws:PrincipalOrgPaths"),
    text("aws:PrincipalOrgID"),
    text("aws:PrincipalTag/${TagKey}"),
    one("aws:PrincipalIsAWSService", Bool),
    text("aws:PrincipalServiceName"),
    texts("aws:PrincipalServiceNamesList"),
    text("aws:PrincipalType"),
    text("aws:userid"),
    text("aws:username"),
    // Of the role session.
    one("aws:AssumedRoot", Bool),
    // An ARN for providers that are not built into AWS, a host for those that are.
    text("aws:FederatedProvider"),
    one("aws:TokenIssueTime", Date),
    one("aws:SignInSessionArn", Arn),
    one("aws:MultiFactorAuthAge", Numeric),
    one("aws:MultiFactorAuthPresent", Bool),
    one("aws:ChatbotSourceArn", Arn),
    text("aws:Ec2InstanceSourceVpc"),
    one("aws:Ec2InstanceSourcePrivateIPv4", IpAddress),
    text("aws:SourceIdentity"),
    one("ec2:RoleDelivery", Numeric),
    one("ec2:SourceInstanceArn", Arn),
    text("glue:RoleAssumedBy"),
    text("glue:CredentialIssuingService"),
    one("codebuild:BuildArn", Arn),
    one("codebuild:ProjectArn", Arn),
    one("lambda:SourceFunctionArn", Arn),
    one("ssm:SourceInstanceArn", Arn),
    text("identitystore:UserId"),
    // Of the network.
    one("aws:SourceIp", IpAddress),
    text("aws:SourceVpc"),
    one("aws:SourceVpcArn", Arn),
    text("aws:SourceVpce"),
    text("aws:VpceAccount"),
    text("aws:VpceOrgID"),
    texts("aws:VpceOrgPaths"),
    one("aws:VpcSourceIp", IpAddress),
    // Of the resource.
    text("aws:ResourceAccount"),
    text("aws:ResourceOrgID"),
    texts("aws:ResourceOrgPaths"),
    text("aws:ResourceTag/${TagKey}"),
    // Of the request.
    texts("aws:CalledVia"),
    text("aws:CalledViaFirst"),
    text("aws:CalledViaLast"),
    text("aws:CalledViaAWSMCP"),
    one("aws:ViaAWSService", Bool),
    one("aws:ViaAWSMCPService", Bool),
    one("aws:CurrentTime", Date),
    one("aws:EpochTime", Epoch),
    text("aws:referer"),
    text("aws:RequestedRegion"),
    text("aws:RequestTag/${TagKey}"),
    texts("aws:TagKeys"),
    one("aws:SecureTransport", Bool),
    text("aws:SourceAccount"),
    one("aws:SourceArn", Arn),
    text("aws:SourceOrgID"),
    texts("aws:SourceOrgPaths"),
    text("aws:UserAgent"),
    one("aws:IsMcpServiceAction", Bool),
    // Older than the table and not in it, and still what SNS and SQS put into their default policies.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    text("aws:SourceOwner"),
];
