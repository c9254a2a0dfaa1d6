"""Who may do what in `clinic`: its identities and their policies."""

import clinic_identities_more
from clinic_names import ACCOUNT, FRANKFURT, PARTNER, role_arn
from estate import ACCOUNT_CHECKS, Estate, policy
from network import one

MADE = "2025-11-03T09:00:00Z"


def build(estate: Estate) -> None:
    identities(estate)
    estate.expect(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT_CHECKS, """
        iam-root-access-key: fail, the root user has an access key
        cloudtrail-missing-multi-region-trail: pass, clinic-audit covers all regions and is recording
    """)


def identities(estate: Estate) -> None:
    policies = managed_policies(estate)
    roles = [
        # name, who may assume it, managed policies, inline policies
        ("clinic-claims", lambda_service(), ["AWSLambdaBasicExecutionRole", "clinic-buckets"], {}),
        ("clinic-documents", lambda_service(), ["AWSLambdaBasicExecutionRole", "clinic-buckets"], {}),
        ("clinic-fhir", lambda_service(), ["AWSLambdaVPCAccessExecutionRole"], {"read": allow(["dynamodb:GetItem", "dynamodb:Query"], f"arn:aws:dynamodb:{FRANKFURT}:{ACCOUNT}:table/patients")}),
        ("clinic-batch", lambda_service(), ["clinic-admin"], {}),
        ("clinic-partner", lambda_service(), ["clinic-anything-but-nothing"], {}),
        ("clinic-portal", lambda_service(), ["AWSLambdaVPCAccessExecutionRole", "clinic-quarantined"], {}),
        ("clinic-notify", lambda_service(), ["AWSLambdaBasicExecutionRole"], {"everything": allow("*", "*")}),
        ("clinic-apigateway-logs", assume({"Service": "apigateway.amazonaws.com"}), [], {"write": allow("logs:*", "*")}),
        ("clinic-trail-logs", assume({"Service": "cloudtrail.amazonaws.com"}), [], {"write": allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*")}),
        ("clinic-flow-logs", assume({"Service": "vpc-flow-logs.amazonaws.com"}), [], {"write": allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*")}),
        ("clinic-break-glass", assume({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Bool={"aws:MultiFactorAuthPresent": "true"}), ["AdministratorAccess"], {}),
        ("tripod-scanner", assume({"AWS": f"arn:aws:iam::{PARTNER}:root"}, StringEquals={"sts:ExternalId": "tripod"}), ["SecurityAudit"], {}),
    ]
    users = [
        ("anna", ["developers"], ["clinic-admin-mfa"], {}),
        ("berta", ["developers", "auditors"], [], {}),
        ("ci-deployer", [], ["PowerUserAccess"], {"pass": allow("iam:PassRole", role_arn("clinic-*"))}),
    ]
    groups = [("developers", ["clinic-fenced"]), ("auditors", ["SecurityAudit"])]

    def attached(names):
        return [{"PolicyName": name, "PolicyArn": policies[name]["Arn"]} for name in names]

    def inline(documents):
        return [{"PolicyName": name, "PolicyDocument": document} for name, document in documents.items()]

    policies["clinic-buckets"]["PermissionsBoundaryUsageCount"] += 1
    for names in (*(row[2] for row in users), *(row[1] for row in groups), *(row[2] for row in roles)):
        for name in names:
            policies[name]["AttachmentCount"] += 1
    details = estate.put("global", "iam", "GetAccountAuthorizationDetails", {
        "UserDetailList": [
            {"Path": "/", "UserName": name, "UserId": f"AIDACLINICUSER00000{at}", "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "CreateDate": MADE, "UserPolicyList": inline(documents), "GroupList": member_of,
             "AttachedManagedPolicies": attached(names), "Tags": [{"Key": "department", "Value": "=HYPERLINK(\"http://evil.example\")"}] if name == "berta" else []}
            for at, (name, member_of, names, documents) in enumerate(users, 1)
        ],
        "GroupDetailList": [
            {"Path": "/", "GroupName": name, "GroupId": f"AGPACLINICGROUP0000{at}", "Arn": f"arn:aws:iam::{ACCOUNT}:group/{name}", "CreateDate": MADE, "GroupPolicyList": [], "AttachedManagedPolicies": attached(names)}
            for at, (name, names) in enumerate(groups, 1)
        ],
        "RoleDetailList": [
            {"Path": "/", "RoleName": name, "RoleId": f"AROACLINICROLE0000{at:02d}", "Arn": role_arn(name), "CreateDate": MADE, "AssumeRolePolicyDocument": trust, "InstanceProfileList": [], "RolePolicyList": inline(documents),
             "AttachedManagedPolicies": attached(names), "Tags": [], **more(name)}
            for at, (name, trust, names, documents) in enumerate(roles, 1)
        ],
        "Policies": list(policies.values()),
    })
    clinic_identities_more.build(estate, details["RoleDetailList"], details["UserDetailList"])
    estate.put("global", "iam", "GetAccountSummary", {"SummaryMap": {
        "Users": len(users), "Groups": len(groups), "Roles": len(roles), "Policies": sum(ACCOUNT in item["Arn"] for item in policies.values()),
        "AccountAccessKeysPresent": 1, "AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountSigningCertificatesPresent": 0, "MFADevices": 2, "MFADevicesInUse": 2,
    }})


def more(role: str) -> dict:
    """What only some roles have: one that nobody used in the time that AWS tracks, one of a virtual machine and within a boundary."""
    if role == "clinic-apigateway-logs":
        return {"RoleLastUsed": {}}
    used = {"RoleLastUsed": {"LastUsedDate": "2026-11-20T06:00:00Z", "Region": FRANKFURT}}
    if role != "clinic-batch":
        return used
    profile = {"Path": "/", "InstanceProfileName": role, "InstanceProfileId": "AIPACLINICPROFILE001", "Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/{role}", "CreateDate": MADE, "Roles": []}
    boundary = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/clinic-buckets"}
    return used | {"InstanceProfileList": [profile], "PermissionsBoundary": boundary}


def managed_policies(estate: Estate) -> dict[str, dict]:
    """Managed policies by name."""
    policies = {}

    def add(name, document, expected, *, prefix="arn:aws:iam::aws:policy/"):
        arn = prefix + name
        number = len(policies) + 1
        policies[name] = {
            "PolicyName": name, "PolicyId": f"ANPACLINICPOLICY00{number:02d}", "Arn": arn, "Path": arn.partition(":policy")[2].removesuffix(name), "DefaultVersionId": "v2", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": True, "CreateDate": MADE, "UpdateDate": MADE,
            "PolicyVersionList": [
                # An older version must not be taken for the one in force.
                {"Document": document, "VersionId": "v2", "IsDefaultVersion": True, "CreateDate": MADE},
                {"Document": allow("s3:GetObject", "*"), "VersionId": "v1", "IsDefaultVersion": False, "CreateDate": MADE},
            ],
        }
        estate.expect(arn, one("iam-administrator-policy"), f"iam-administrator-policy: {expected}")

    own = f"arn:aws:iam::{ACCOUNT}:policy/"
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    add("AdministratorAccess", policy(everything), "fail, it allows everything and a role has it")
    add("PowerUserAccess", policy({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}), "pass, identities are left out")
    add("SecurityAudit", allow(["lambda:List*", "lambda:GetPolicy", "iam:Get*", "iam:List*", "ec2:Describe*"], "*"), "pass, it reads, and not everything")
    add("AWSLambdaBasicExecutionRole", allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"), "pass, it writes logs", prefix="arn:aws:iam::aws:policy/service-role/")
    add("AWSLambdaVPCAccessExecutionRole", allow(["logs:PutLogEvents", "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"], "*"), "pass, it writes logs and makes interfaces", prefix="arn:aws:iam::aws:policy/service-role/")
    add("clinic-admin", policy({"Sid": "Everything", "Effect": "Allow", "Action": ["s3:GetObject", "*:*"], "Resource": ["*"]}), "fail, it allows everything and a function's role has it", prefix=own)
    add("clinic-admin-unattached", policy(everything), "fail, it allows everything, and nobody has it (low)", prefix=own)
    add("clinic-admin-mfa", policy(everything | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}), "fail, it allows everything to whoever has signed in with a second factor (medium)", prefix=own)
    add("clinic-fenced", policy(everything, {"Effect": "Deny", "NotAction": ["ec2:Describe*", "lambda:List*"], "Resource": "*"}), "pass, a Deny leaves only two families of reads", prefix=own)
    add("clinic-quarantined", policy(everything, {"Effect": "Deny", "Action": "*", "Resource": "*"}), "pass, a Deny undoes it altogether", prefix=own)
    add("clinic-anything-but-nothing", policy({"Effect": "Allow", "NotAction": "none:none", "Resource": "*"}), "fail, it leaves out an action that does not exist, so it allows everything", prefix=own)
    add("clinic-buckets", allow("*", ["arn:aws:s3:::clinic-*", "arn:aws:s3:::clinic-*/*"]), "pass, every action, but on some buckets only", prefix=own)
    return policies


def allow(action: str | list, resource: str | list) -> dict:
    return policy({"Effect": "Allow", "Action": action, "Resource": resource})


def assume(principal: dict, **condition) -> dict:
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **({"Condition": condition} if condition else {})})


def lambda_service() -> dict:
    return assume({"Service": "lambda.amazonaws.com"})
