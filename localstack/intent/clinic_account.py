"""What of `clinic` is neither function nor API nor network: identities, keys and trails."""

import clinic_identities_more
from clinic_names import ACCOUNT, FRANKFURT, IRELAND, KEY, PARTNER, REGIONS, VIRGINIA, function_arn, key_arn, role_arn
from estate import ACCOUNT_CHECKS, KEY_CHECKS, Estate, policy
from network import one

PUBLIC, DELETION = KEY_CHECKS
MADE = "2025-11-03T09:00:00Z"


def build(estate: Estate) -> None:
    identities(estate)
    keys(estate)
    trails(estate)
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
    """Managed policies by name. Those that nobody has attached get no outcome."""
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
        if expected:
            estate.expect(arn, one("iam-administrator-policy"), f"iam-administrator-policy: {expected}")

    own = f"arn:aws:iam::{ACCOUNT}:policy/"
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    add("AdministratorAccess", policy(everything), "fail, it allows everything and a role has it")
    add("PowerUserAccess", policy({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}), "pass, identities are left out")
    add("SecurityAudit", allow(["lambda:List*", "lambda:GetPolicy", "iam:Get*", "iam:List*", "ec2:Describe*"], "*"), "pass, it reads, and not everything")
    add("AWSLambdaBasicExecutionRole", allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "*"), "pass, it writes logs", prefix="arn:aws:iam::aws:policy/service-role/")
    add("AWSLambdaVPCAccessExecutionRole", allow(["logs:PutLogEvents", "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"], "*"), "pass, it writes logs and makes interfaces", prefix="arn:aws:iam::aws:policy/service-role/")
    add("clinic-admin", policy({"Sid": "Everything", "Effect": "Allow", "Action": ["s3:GetObject", "*:*"], "Resource": ["*"]}), "fail, it allows everything and a function's role has it", prefix=own)
    add("clinic-admin-unattached", policy(everything), None, prefix=own)
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


def keys(estate: Estate) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}
    caller = {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": f"s3.{FRANKFURT}.amazonaws.com"}}
    via = {"StringEquals": {"kms:ViaService": f"s3.{VIRGINIA}.amazonaws.com"}}
    key(estate, FRANKFURT, "claims", "clinic-claims", [], rotates=True, public="pass, the account only", deletion="pass, enabled")
    key(estate, FRANKFURT, "exports", "clinic-exports", [everybody], public="fail, everybody may decrypt with it", deletion="pass, enabled")
    key(estate, FRANKFURT, "shared", "clinic-shared", [everybody | {"Condition": caller}], rotates=True, public="pass, everybody of this account, through S3", deletion="pass, enabled")
    key(estate, IRELAND, "premium", None, [], state="PendingDeletion", public="pass, the account only", deletion="fail, it will be deleted, and batch-premium needs it")
    key(estate, VIRGINIA, "portal", "clinic-portal", [everybody | {"Condition": via}], public="fail, everybody through S3, whose account is not asked", deletion="pass, enabled")
    for number, region in enumerate(REGIONS, 1):
        key(estate, region, f"0c11a1c0-aaaa-4a0a-8c0a-00000000000{number}", "aws/lambda", [], rotates=True, manager="AWS")


def key(estate: Estate, region: str, name: str, alias: str | None, statements: list, *, manager: str = "CUSTOMER", state: str = "Enabled", rotates: bool = False, public: str = "", deletion: str = "") -> None:
    """A key, its alias, policy and rotation. Keys that AWS manages get no outcome."""
    identifier = KEY.get(name, name)
    arn = f"arn:aws:kms:{region}:{ACCOUNT}:key/{identifier}"
    estate.item(region, "kms", "ListKeys", "Keys", {"KeyId": identifier, "KeyArn": arn})
    metadata = {
        "AWSAccountId": ACCOUNT, "KeyId": identifier, "Arn": arn, "CreationDate": MADE, "Enabled": state == "Enabled", "Description": f"{name} of the clinic" if manager == "CUSTOMER" else "Default key that protects my Lambda functions when no other key is defined",
        "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": state, "Origin": "AWS_KMS", "KeyManager": manager, "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": False,
    }
    if state == "PendingDeletion":
        metadata |= {"DeletionDate": "2026-12-14T09:00:00Z"}
    root = {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    managed = {
        "Sid": "Allow access through AWS Lambda for all principals in the account that are authorized to use AWS Lambda", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"], "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": f"lambda.{region}.amazonaws.com", "kms:CallerAccount": ACCOUNT}},
    }
    for form in (identifier, arn):  # a key is asked for by either
        estate.put(region, "kms", "DescribeKey", {"KeyMetadata": metadata}, KeyId=form)
        estate.put(region, "kms", "GetKeyPolicy", {"Policy": policy(*([root, *statements] if manager == "CUSTOMER" else [managed])), "PolicyName": "default"}, KeyId=form)
        period = {"RotationPeriodInDays": 365, "NextRotationDate": "2027-11-03T09:00:00Z"} if rotates else {}
        estate.put(region, "kms", "GetKeyRotationStatus", {"KeyRotationEnabled": rotates, "KeyId": identifier, **period}, KeyId=form)
    if alias:
        estate.item(region, "kms", "ListAliases", "Aliases", {"AliasName": f"alias/{alias}", "AliasArn": f"arn:aws:kms:{region}:{ACCOUNT}:alias/{alias}", "TargetKeyId": identifier, "CreationDate": MADE, "LastUpdatedDate": MADE})
    if manager == "CUSTOMER":
        estate.expect(arn, KEY_CHECKS, f"{PUBLIC}: {public}\n{DELETION}: {deletion}")


def trails(estate: Estate) -> None:
    audit, west = (f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}" for region, name in ((FRANKFURT, "clinic-audit"), (IRELAND, "clinic-west")))
    common = {"S3BucketName": "clinic-trails", "IncludeGlobalServiceEvents": True, "HasCustomEventSelectors": True, "HasInsightSelectors": False, "IsOrganizationTrail": False}
    own = {
        audit: {"Name": "clinic-audit", "TrailARN": audit, "HomeRegion": FRANKFURT, "IsMultiRegionTrail": True, "LogFileValidationEnabled": True, "KmsKeyId": key_arn(FRANKFURT, "claims"),
                "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:log-group:clinic-trail:*", "CloudWatchLogsRoleArn": role_arn("clinic-trail-logs"), **common},
        west: {"Name": "clinic-west", "TrailARN": west, "HomeRegion": IRELAND, "IsMultiRegionTrail": False, "LogFileValidationEnabled": False, **common},
    }
    check = "cloudtrail-missing-log-validation"
    estate.expect(audit, one(check), f"{check}: pass, digest files are written")
    estate.expect(west, one(check), f"{check}: fail, no digest files")

    def field(name, **operators):
        return {"Field": name, **{operator: [value] for operator, value in operators.items()}}

    functions = [field("eventCategory", Equals="Data"), field("resources.type", Equals="AWS::Lambda::Function")]
    prefix = function_arn(FRANKFURT, "")
    selectors = {
        audit: {"AdvancedEventSelectors": [
            {"Name": "management", "FieldSelectors": [field("eventCategory", Equals="Management")]},
            {"Name": "claims", "FieldSelectors": [*functions, field("resources.ARN", StartsWith=f"{prefix}claims-")]},
            {"Name": "documents, reads only", "FieldSelectors": [*functions, field("readOnly", Equals="true"), field("resources.ARN", StartsWith=f"{prefix}documents-")]},
            {"Name": "fhir but the export", "FieldSelectors": [*functions, field("resources.ARN", StartsWith=f"{prefix}fhir-", NotStartsWith=f"{prefix}fhir-export")]},
            {"Name": "notify", "FieldSelectors": [*functions, field("eventName", Equals="Invoke"), field("resources.ARN", Equals=function_arn(VIRGINIA, "notify-slack"))]},
        ]},
        west: {"EventSelectors": [
            {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [{"Type": "AWS::Lambda::Function", "Values": [function_arn(IRELAND, "partner-sync")]}], "ExcludeManagementEventSources": []},
            {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False, "DataResources": [{"Type": "AWS::Lambda::Function", "Values": [function_arn(IRELAND, "batch-premium")]}], "ExcludeManagementEventSources": []},
        ]},
    }
    status = {"IsLogging": True, "LatestDeliveryTime": "2026-11-22T06:00:00Z", "StartLoggingTime": MADE, "LatestDeliveryAttemptTime": "2026-11-22T06:00:00Z", "LatestDeliveryAttemptSucceeded": "2026-11-22T06:00:00Z", "TimeLoggingStarted": MADE}
    for region in REGIONS:
        # A multi-Region trail shows up in every region, as a shadow where it is not at home.
        for arn, document in own.items():
            if document["IsMultiRegionTrail"] or document["HomeRegion"] == region:
                estate.item(region, "cloudtrail", "DescribeTrails", "trailList", document)
                estate.put(region, "cloudtrail", "GetTrailStatus", status, Name=arn)
                estate.put(region, "cloudtrail", "GetEventSelectors", {"TrailARN": arn, **selectors[arn]}, TrailName=arn)
        at_home = [document for document in own.values() if document["HomeRegion"] == region]
        estate.put(region, "cloudtrail", "DescribeTrails", {"trailList": at_home}, includeShadowTrails=False)
