"""The estate `fresh`: an account nobody has touched yet."""

import expect_capacity_rates
import expect_capacity_addresses
import expect_escalation
import expect_iam_policies
import expect_iam_trust
import expect_keys_and_doors
import expect_vpc_availability
from clinic_guard import applied, encryption, inspected
from estate import ACCOUNT_CHECKS, Estate, policy
from network import block_public_access, hexadecimal, internet_gateway, one, route_table, subnet, vpc

ACCOUNT = "444455556666"
REGIONS = {"eu-central-1": 1, "eu-west-1": 2}


def build() -> Estate:
    estate = Estate("fresh", {
        "description": "An untouched account: default networks in two regions, the roles AWS and its landing zone make, no functions",
        "account": ACCOUNT,
        "caller": {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/tripod-scanner/tripod", "UserId": "AROAFRESHSCANNER00001:tripod"},
        "regions": [*({"name": region, "opt_in": "opt-in-not-required"} for region in REGIONS), {"name": "me-south-1", "opt_in": "not-opted-in"}],
    })
    for region, number in REGIONS.items():
        network(estate, region, number)
        estate.item(region, "events", "ListEventBuses", "EventBuses", {"Name": "default", "Arn": f"arn:aws:events:{region}:{ACCOUNT}:event-bus/default"})
        estate.put(region, "lambda", "GetAccountSettings", {
            "AccountLimit": {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800, "ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10},
            "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 0},
        })
        guard(estate, region)
        estate.put(region, "apigateway", "GetAccount", {"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"})
    edges(estate)
    identity(estate)
    estate.refuse("global", "organizations", "DescribeOrganization", "AWSOrganizationsNotInUseException")
    estate.refuse("global", "account", "GetAlternateContact", "ResourceNotFoundException")
    estate.expect(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT_CHECKS, """
        iam-root-access-key: pass, the root user has no access key
        cloudtrail-missing-multi-region-trail: fail, no trail has been made
    """)
    expect_keys_and_doors.build_fresh(estate)
    expect_iam_policies.fresh(estate)
    expect_iam_trust.fresh(estate)
    expect_escalation.fresh(estate)
    expect_vpc_availability.fresh(estate)
    expect_capacity_rates.build_fresh(estate)
    expect_capacity_addresses.fresh(estate)
    return estate


def guard(estate: Estate, region: str) -> None:
    """Nothing is switched on that guards the account."""
    inspected(estate, region, ACCOUNT, {"lambda": "DISABLED", "lambdaCode": "DISABLED"})
    estate.refuse(region, "securityhub", "DescribeHub", "InvalidAccessException")
    encryption(estate, region)
    applied(estate, region, ACCOUNT, "lambda", [("L-B99A9384", "Concurrent executions", 10.0, True, None)])


def edges(estate: Estate) -> None:
    """No bucket, no distribution, no protection."""
    estate.put("global", "s3", "ListBuckets", {"Buckets": []})
    estate.refuse("global", "s3control", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
    estate.put("global", "shield", "GetSubscriptionState", {"SubscriptionState": "INACTIVE"})
    nothing = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0}
    estate.put("global", "cloudfront", "ListDistributions", {"DistributionList": nothing})
    estate.put("global", "cloudfront", "ListOriginAccessControls", {"OriginAccessControlList": nothing})


def network(estate: Estate, region: str, number: int) -> None:
    """The default VPC: a /16 with a public /20 in each zone."""
    identifier = hexadecimal("vpc", 0xF000 + number)
    vpc(estate, region, identifier, "172.31.0.0/16", flow_logs="fail, a default VPC has no flow log")
    for at, zone in enumerate("abc"):
        subnet(
            estate, region, identifier, hexadecimal("subnet", 0xF000 + number * 16 + at), zone, f"172.31.{at * 16}.0/20", 4091,
            low="pass, nothing uses an address yet",
        )
    internet = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": hexadecimal("igw", 0xF000 + number)}
    internet_gateway(estate, region, internet["GatewayId"], identifier)
    block_public_access(estate, region, "off", "default-state")
    route_table(estate, region, identifier, hexadecimal("rtb", 0xF000 + number), "172.31.0.0/16", routes=[internet])


def identity(estate: Estate) -> None:
    """Three roles, each with a policy of AWS."""
    roles = (
        ("AWSServiceRoleForSupport", "/aws-service-role/support.amazonaws.com/", {"Service": "support.amazonaws.com"}, "aws-service-role/AWSSupportServiceRolePolicy"),
        ("AWSServiceRoleForTrustedAdvisor", "/aws-service-role/trustedadvisor.amazonaws.com/", {"Service": "trustedadvisor.amazonaws.com"}, "aws-service-role/AWSTrustedAdvisorServiceRolePolicy"),
        ("tripod-scanner", "/", {"AWS": "arn:aws:iam::777788889999:root"}, "SecurityAudit"),
    )
    details, policies = [], []
    for at, (name, path, principal, managed) in enumerate(roles, 1):
        arn = f"arn:aws:iam::aws:policy/{managed}"
        short = managed.rpartition("/")[2]
        details.append({
            "Path": path, "RoleName": name, "RoleId": f"AROAFRESHROLE0000000{at}", "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", "CreateDate": "2026-10-01T07:00:00Z",
            "AssumeRolePolicyDocument": policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}), "InstanceProfileList": [], "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": short, "PolicyArn": arn}], "Tags": [], "RoleLastUsed": {},
        })
        document = policy({"Effect": "Allow", "Action": ["ec2:Describe*", "iam:Get*", "iam:List*", "lambda:List*"], "Resource": "*"})
        policies.append({
            "PolicyName": short, "PolicyId": f"ANPAFRESHPOLICY00000{at}", "Arn": arn, "Path": f"/{managed.removesuffix(short)}", "DefaultVersionId": "v1", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": True, "CreateDate": "2015-02-06T18:41:01Z", "UpdateDate": "2026-06-01T18:41:01Z",
            "PolicyVersionList": [{"Document": document, "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": "2026-06-01T18:41:01Z"}],
        })
        estate.expect(arn, one("iam-administrator-policy"), "iam-administrator-policy: pass, it reads, and not everything")
    estate.put("global", "iam", "GetAccountAuthorizationDetails", {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": details, "Policies": policies})
    estate.put("global", "iam", "ListRoles", {"Roles": [{key: role[key] for key in ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument")} | {"MaxSessionDuration": 3600} for role in details]})
    # Nobody but root, who has a password and nothing else. The account is in no organisation and hands out no tokens.
    columns = [f"{kind}_{at}_{name}" for kind, names in (("access_key", ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")), ("cert", ("active", "last_rotated"))) for at in (1, 2) for name in names]
    head = ["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active", *columns]
    root = ["<root_account>", f"arn:aws:iam::{ACCOUNT}:root", "2026-10-01T06:00:00+00:00", "not_supported", "no_information", "not_supported", "not_supported", "false", *("false" if name.endswith("active") else "N/A" for name in columns)]
    estate.put("global", "iam", "GetCredentialReport", {"Content": "\n".join((",".join(head), ",".join(root))), "ReportFormat": "text/csv", "GeneratedTime": "2026-11-22T05:00:00Z"})
    estate.refuse("global", "iam", "ListOrganizationsFeatures", "OrganizationNotFoundException")
    estate.refuse("global", "iam", "GetOutboundWebIdentityFederationInfo", "FeatureDisabledException")
    estate.put("global", "iam", "GetAccountSummary", {"SummaryMap": {"Users": 0, "Groups": 0, "Roles": 3, "Policies": 0, "AccountAccessKeysPresent": 0, "AccountMFAEnabled": 0, "AccountSigningCertificatesPresent": 0}})
