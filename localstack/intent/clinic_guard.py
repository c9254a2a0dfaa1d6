"""What guards `clinic` as an account: its organisation, contacts, detection services, quotas, identities."""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, ORGANIZATION, PARTNER, REGIONS, VIRGINIA, VPC, function_arn, key_arn, role_arn
from estate import Estate, policy

MANAGEMENT = "777788889999"
ROOT, UNIT = "r-cl1n", "ou-cl1n-prod0001"
POOL = f"{FRANKFURT}_CliNic001"
MADE = "2025-11-03T09:00:00Z"


def build(estate: Estate) -> None:
    organization(estate)
    contacts(estate)
    access_analyzer(estate)
    guardduty(estate)
    inspector(estate)
    security_hub(estate)
    config(estate)
    quotas(estate)
    signing(estate)
    user_pools(estate)
    identity_pools(estate)
    traces(estate)
    resolver(estate)
    roles_anywhere(estate)
    tagged(estate)


def organization(estate: Estate) -> None:
    """The account in a unit under the root, read as a delegated administrator may."""
    own = f"arn:aws:organizations::{MANAGEMENT}"
    estate.put("global", "organizations", "DescribeOrganization", {"Organization": {
        "Id": ORGANIZATION, "Arn": f"{own}:organization/{ORGANIZATION}", "FeatureSet": "ALL", "MasterAccountId": MANAGEMENT,
        "MasterAccountArn": f"{own}:account/{ORGANIZATION}/{MANAGEMENT}", "MasterAccountEmail": estate.secret("root-TRIPODPLANTED@clinic.example"),
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }})
    estate.put("global", "organizations", "ListParents", {"Parents": [{"Id": UNIT, "Type": "ORGANIZATIONAL_UNIT"}]}, ChildId=ACCOUNT)
    estate.put("global", "organizations", "ListParents", {"Parents": [{"Id": ROOT, "Type": "ROOT"}]}, ChildId=UNIT)

    def add(kind, name, document, targets, *, identifier=None, owner=own):
        folder = kind.lower()
        identifier = identifier or f"p-{name[:2]}c1in1c"
        arn = f"{owner}:policy/{folder}/{identifier}" if owner.endswith(":aws") else f"{owner}:policy/{ORGANIZATION}/{folder}/{identifier}"
        summary = {"Id": identifier, "Arn": arn, "Name": name, "Description": f"{name} of the clinic", "Type": kind, "AwsManaged": owner.endswith(":aws")}
        for target in targets:
            estate.item("global", "organizations", "ListPoliciesForTarget", "Policies", summary, TargetId=target, Filter=kind)
        estate.put("global", "organizations", "DescribePolicy", {"Policy": {"PolicySummary": summary, "Content": document}}, PolicyId=identifier)

    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    aws = "arn:aws:organizations::aws"
    everywhere = (ACCOUNT, UNIT, ROOT)
    add("SERVICE_CONTROL_POLICY", "FullAWSAccess", everything, everywhere, identifier="p-FullAWSAccess", owner=aws)
    add("SERVICE_CONTROL_POLICY", "keep-logs", policy({"Effect": "Deny", "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "logs:DeleteLogGroup"], "Resource": "*"}), (UNIT,))
    add("SERVICE_CONTROL_POLICY", "regions", policy({
        "Effect": "Deny", "NotAction": ["iam:*", "organizations:*", "support:*"], "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(REGIONS)}}}), (ROOT,))
    everyone = policy({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    add("RESOURCE_CONTROL_POLICY", "RCPFullAWSAccess", everyone, everywhere, identifier="p-RCPFullAWSAccess", owner=aws)
    add("RESOURCE_CONTROL_POLICY", "perimeter", policy({
        "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sqs:*"], "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}), (ROOT,))
    add("DECLARATIVE_POLICY_EC2", "no-shared-snapshots", {"ec2_attributes": {"snapshot_block_public_access": {"state": {"@@assign": "block_all_sharing"}}}}, (ROOT,))


def contacts(estate: Estate) -> None:
    """Security has one; operations and billing have none."""
    estate.put("global", "account", "GetAlternateContact", {"AlternateContact": {
        "Name": estate.secret("Petra TRIPODPLANTED"), "Title": estate.secret("Head of TRIPODPLANTED"), "EmailAddress": estate.secret("petra-TRIPODPLANTED@clinic.example"),
        "PhoneNumber": estate.secret("+49 30 TRIPODPLANTED"), "AlternateContactType": "SECURITY",
    }}, AlternateContactType="SECURITY")
    estate.refuse("global", "account", "GetAlternateContact", "ResourceNotFoundException")


def access_analyzer(estate: Estate) -> None:
    """Frankfurt has all of it, Ireland an analyzer whose rule archives everything, Virginia none."""
    def analyzer(region, name, kind, *, rules=(), findings=(), **more):
        arn = f"arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/{name}"
        estate.item(region, "accessanalyzer", "ListAnalyzers", "analyzers", {
            "arn": arn, "name": name, "type": kind, "status": "ACTIVE", "createdAt": MADE, "lastResourceAnalyzedAt": "2026-11-21T22:00:00Z", **more})
        estate.put(region, "accessanalyzer", "ListArchiveRules", {"archiveRules": [{"ruleName": rule, "filter": criteria, "createdAt": MADE, "updatedAt": MADE} for rule, criteria in rules]}, analyzerName=name)
        estate.put(region, "accessanalyzer", "ListFindingsV2", {"findings": [
            {"id": f"0c11a1c0-aaaa-4a{at:02d}-8c00-{len(name):012d}", "findingType": sort, "resource": resource, "resourceType": resource_type, "resourceOwnerAccount": ACCOUNT, "status": "ACTIVE",
             "createdAt": MADE, "updatedAt": "2026-11-21T22:00:00Z", "analyzedAt": "2026-11-21T22:00:00Z"}
            for at, (sort, resource, resource_type) in enumerate(findings, 1)
        ]}, analyzerArn=arn)

    analyzer(FRANKFURT, "clinic-external", "ACCOUNT", rules=[("partner", {"principal.AWS": {"eq": [PARTNER]}, "resource": {"eq": [function_arn(FRANKFURT, "documents-archive")]}})], findings=[
        ("ExternalAccess", function_arn(FRANKFURT, "claims-webhook"), "AWS::Lambda::Function"), ("ExternalAccess", key_arn(FRANKFURT, "shared"), "AWS::KMS::Key")])
    analyzer(FRANKFURT, "clinic-unused", "ACCOUNT_UNUSED_ACCESS", findings=[("UnusedIAMRole", role_arn("clinic-partner"), "AWS::IAM::Role"), ("UnusedPermission", role_arn("clinic-notify"), "AWS::IAM::Role")],
             configuration={"unusedAccess": {"unusedAccessAge": 90}})
    analyzer(IRELAND, "clinic-external", "ACCOUNT", rules=[("everything", {"resourceOwnerAccount": {"eq": [ACCOUNT]}})])


def guardduty(estate: Estate) -> None:
    """Frankfurt's watches functions, Ireland's does not, Virginia has none."""
    for region, lambda_logs in ((FRANKFURT, "ENABLED"), (IRELAND, "DISABLED")):
        identifier = f"0c11a1c0{REGIONS.index(region):024d}"
        estate.put(region, "guardduty", "ListDetectors", {"DetectorIds": [identifier]})
        states = {"CLOUD_TRAIL": "ENABLED", "DNS_LOGS": "ENABLED", "FLOW_LOGS": "ENABLED", "S3_DATA_EVENTS": "ENABLED", "LAMBDA_NETWORK_LOGS": lambda_logs}
        estate.put(region, "guardduty", "GetDetector", {
            "CreatedAt": MADE, "UpdatedAt": MADE, "FindingPublishingFrequency": "SIX_HOURS", "Status": "ENABLED", "Tags": {},
            "ServiceRole": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
            "Features": [{"Name": name, "Status": status, "UpdatedAt": MADE} for name, status in states.items()],
        }, DetectorId=identifier)


def inspector(estate: Estate) -> None:
    """Frankfurt scans functions, code and images; Ireland functions only; Virginia nothing."""
    scanned = {FRANKFURT: ("ENABLED", "ENABLED", "ENABLED"), IRELAND: ("ENABLED", "DISABLED", "DISABLED"), VIRGINIA: ("DISABLED", "DISABLED", "DISABLED")}
    for region, states in scanned.items():
        inspected(estate, region, ACCOUNT, dict(zip(("lambda", "lambdaCode", "ecr"), states, strict=True)))

    def finding(region, number, severity, resource, kind, title, vulnerability=None, fix=None):
        package = {"packageVulnerabilityDetails": {"vulnerabilityId": vulnerability, "source": "NVD", "vulnerablePackages": [{"name": "pillow", "version": "9.0.0"}]}} if vulnerability else {}
        estate.item(region, "inspector2", "ListFindings", "findings", {
            "findingArn": f"arn:aws:inspector2:{region}:{ACCOUNT}:finding/0c11a1c0{number:024d}", "awsAccountId": ACCOUNT, "type": "PACKAGE_VULNERABILITY" if vulnerability else "CODE_VULNERABILITY",
            "description": "Said by the estate.", "title": title, "remediation": {"recommendation": {"text": "Update it."}}, "severity": severity, "status": "ACTIVE",
            "firstObservedAt": MADE, "lastObservedAt": "2026-11-21T20:00:00Z", "updatedAt": "2026-11-21T20:00:00Z", "resources": [{"type": kind, "id": resource, "partition": "aws", "region": region}],
            **package, **({"fixAvailable": fix} if fix else {}),
        })

    function = "AWS_LAMBDA_FUNCTION"
    finding(FRANKFURT, 1, "CRITICAL", function_arn(FRANKFURT, "documents-ocr:$LATEST"), function, "CVE-2022-22817 - pillow", "CVE-2022-22817", "YES")
    finding(FRANKFURT, 2, "HIGH", function_arn(FRANKFURT, "claims-webhook:$LATEST"), function, "CWE-78 - OS command injection")
    finding(IRELAND, 3, "HIGH", function_arn(IRELAND, "partner-sync:$LATEST"), function, "CVE-2025-0001 - requests", "CVE-2025-0001", "NO")


def inspected(estate: Estate, region: str, account: str, states: dict[str, str]) -> None:
    """What Inspector scans in a region."""
    def state(status):
        return {"status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": ""}

    whole = "ENABLED" if "ENABLED" in states.values() else "DISABLED"
    resources = {name: state(status) for name, status in {"ec2": "DISABLED", "ecr": "DISABLED", **states}.items()}
    estate.put(region, "inspector2", "BatchGetAccountStatus", {"accounts": [{"accountId": account, "state": state(whole), "resourceState": resources}]})


def security_hub(estate: Estate) -> None:
    """Enabled in Frankfurt, in Ireland without a recorder to live on, not in Virginia."""
    for region, status in ((FRANKFURT, "READY"), (IRELAND, "INCOMPLETE")):
        own = f"arn:aws:securityhub:{region}:{ACCOUNT}"
        standard = "aws-foundational-security-best-practices/v/1.0.0"
        reason = {} if status == "READY" else {"StandardsStatusReason": {"StatusReasonCode": "NO_AVAILABLE_CONFIGURATION_RECORDER"}}
        estate.put(region, "securityhub", "DescribeHub", {"HubArn": f"{own}:hub/default", "SubscribedAt": MADE, "AutoEnableControls": True})
        estate.put(region, "securityhub", "GetEnabledStandards", {"StandardsSubscriptions": [{
            "StandardsSubscriptionArn": f"{own}:subscription/{standard}", "StandardsArn": f"arn:aws:securityhub:{region}::standards/{standard}", "StandardsInput": {}, "StandardsStatus": status, **reason}]})
    estate.refuse(VIRGINIA, "securityhub", "DescribeHub", "InvalidAccessException")


def config(estate: Estate) -> None:
    """Frankfurt records everything, Ireland has stopped a recorder without functions, Virginia has none."""
    recorder(estate, FRANKFURT, recording=True, history="Success", group={"allSupported": True, "includeGlobalResourceTypes": True, "resourceTypes": [], "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}})
    recorder(estate, IRELAND, recording=False, history="Failure", group={
        "allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": ["AWS::S3::Bucket"], "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}})

    def rule(name, owner, identifier, **more):
        details = {"SourceDetails": [{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"}]} if owner != "AWS" else {}
        estate.item(FRANKFURT, "config", "DescribeConfigRules", "ConfigRules", {
            "ConfigRuleName": name, "ConfigRuleArn": f"arn:aws:config:{FRANKFURT}:{ACCOUNT}:config-rule/config-rule-{name[:6]}", "ConfigRuleId": f"config-rule-{name[:6]}",
            "Source": {"Owner": owner, "SourceIdentifier": identifier, **details}, "ConfigRuleState": "ACTIVE", **more})

    rule("lambda-dlq", "AWS", "LAMBDA_DLQ_CHECK")
    rule("public-functions", "AWS", "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", CreatedBy="securityhub.amazonaws.com")
    rule("claims-check", "CUSTOM_LAMBDA", function_arn(FRANKFURT, "claims-adjudicate"), InputParameters='{"password": "' + estate.secret("Rule-TRIPODPLANTED-91") + '"}')


def recorder(estate: Estate, region: str, *, recording: bool, history: str, group: dict) -> None:
    """A recorder and a delivery channel."""
    arn = f"arn:aws:config:{region}:{ACCOUNT}:configuration-recorder/default/0c11a1c0"
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    estate.put(region, "config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [{
        "arn": arn, "name": "default", "roleARN": role, "recordingGroup": group, "recordingMode": {"recordingFrequency": "CONTINUOUS"}, "recordingScope": "PAID"}]})
    estate.put(region, "config", "DescribeConfigurationRecorderStatus", {"ConfigurationRecordersStatus": [{
        "arn": arn, "name": "default", "lastStartTime": MADE, "recording": recording, "lastStatus": "Success" if recording else "Failure", **({} if recording else {"lastErrorCode": "AccessDenied"})}]})
    estate.put(region, "config", "DescribeDeliveryChannels", {"DeliveryChannels": [{"name": "default", "s3BucketName": "clinic-config"}]})
    estate.put(region, "config", "DescribeDeliveryChannelStatus", {"DeliveryChannelsStatus": [{
        "name": "default", "configSnapshotDeliveryInfo": {}, "configHistoryDeliveryInfo": {"lastStatus": history}, "configStreamDeliveryInfo": {"lastStatus": "Not_Applicable"}}]})


def quotas(estate: Estate) -> None:
    """What applies; Ireland's concurrency is that of a new region."""
    for region, concurrency in ((FRANKFURT, 1000.0), (IRELAND, 100.0), (VIRGINIA, 1000.0)):
        applied(estate, region, ACCOUNT, "lambda", [("L-B99A9384", "Concurrent executions", concurrency, True, ("AWS/Lambda", "ConcurrentExecutions", {}))])
        applied(estate, region, ACCOUNT, "vpc", [("L-DF5E4CA3", "Network interfaces per Region", 5000.0, True, None)])
        applied(estate, region, ACCOUNT, "apigateway", [("L-8A5B8E43", "Throttle rate", 10000.0, True, None)])
        applied(estate, region, ACCOUNT, "kms", [("L-6E3AF000", "Cryptographic operations (symmetric) request rate", 10000.0, True, ("AWS/Usage", "CallCount", {"Service": "KMS", "Type": "API", "Class": "None", "Resource": "CryptographicOperationsSymmetric"}))])
    applied(estate, VIRGINIA, ACCOUNT, "iam", [("L-FE177D64", "Roles per account", 1000.0, True, ("AWS/Usage", "ResourceCount", {"Service": "IAM", "Type": "Resource", "Class": "None", "Resource": "RolesPerAccount"}))])


def applied(estate: Estate, region: str, account: str, service: str, values: list[tuple]) -> None:
    """The quotas of a service: code, name, value, adjustable, and the metric of its use."""
    def metric(usage):
        namespace, name, dimensions = usage
        return {"UsageMetric": {"MetricNamespace": namespace, "MetricName": name, "MetricDimensions": dimensions, "MetricStatisticRecommendation": "Maximum"}}

    estate.put(region, "service-quotas", "ListServiceQuotas", {"Quotas": [
        {"ServiceCode": service, "QuotaArn": f"arn:aws:servicequotas:{region}:{account}:{service}/{code}", "QuotaCode": code, "QuotaName": name, "Value": value, "Unit": "None",
         "Adjustable": adjustable, "GlobalQuota": service == "iam", "QuotaAppliedAtLevel": "ACCOUNT", **(metric(usage) if usage else {})}
        for code, name, value, adjustable, usage in values
    ]}, ServiceCode=service)


def signing(estate: Estate) -> None:
    """The profile that code signing configurations name: in order in Frankfurt, revoked in Virginia."""
    def profile(region, name, version, status):
        arn = f"arn:aws:signer:{region}:{ACCOUNT}:/signing-profiles/{name}"
        estate.item(region, "signer", "ListSigningProfiles", "profiles", {
            "profileName": name, "profileVersion": version, "profileVersionArn": f"{arn}/{version}", "signatureValidityPeriod": {"value": 135, "type": "MONTHS"}, "platformId": "AWSLambda-SHA384-ECDSA",
            "platformDisplayName": "AWS Lambda", "status": status, "arn": arn, "tags": {}})

    profile(FRANKFURT, "clinic", "0c11a1c001", "Active")
    profile(FRANKFURT, "clinic_old", "0c11a1c002", "Canceled")
    profile(VIRGINIA, "clinic", "0c11a1c001", "Revoked")


def user_pools(estate: Estate) -> None:
    """The pool behind the members' authorizer, with one client in order and one that is not."""
    arn = f"arn:aws:cognito-idp:{FRANKFURT}:{ACCOUNT}:userpool/{POOL}"
    password = {"MinimumLength": 8, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True, "RequireSymbols": False, "TemporaryPasswordValidityDays": 7}
    estate.put(FRANKFURT, "cognito-idp", "DescribeUserPool", {"UserPool": {
        "Id": POOL, "Name": "members", "Arn": arn, "Policies": {"PasswordPolicy": password}, "DeletionProtection": "INACTIVE", "MfaConfiguration": "OPTIONAL", "CreationDate": MADE, "LastModifiedDate": MADE,
        "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False}, "EstimatedNumberOfUsers": 4000, "UserPoolTier": "PLUS"}}, UserPoolId=POOL)

    def client(identifier, name, **settings):
        estate.item(FRANKFURT, "cognito-idp", "ListUserPoolClients", "UserPoolClients", {"ClientId": identifier, "UserPoolId": POOL, "ClientName": name}, UserPoolId=POOL)
        estate.put(FRANKFURT, "cognito-idp", "DescribeUserPoolClient", {"UserPoolClient": {
            "UserPoolId": POOL, "ClientName": name, "ClientId": identifier, "CreationDate": MADE, "LastModifiedDate": MADE, "SupportedIdentityProviders": ["COGNITO"], "AllowedOAuthFlowsUserPoolClient": True, **settings,
        }}, UserPoolId=POOL, ClientId=identifier)

    client("0c11a1c0clientportal000001", "portal", ClientSecret=estate.secret("Client-TRIPODPLANTED-4711-of-the-portal"), ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
           CallbackURLs=["https://portal.clinic.example/signed-in"], AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid", "members/read"], AccessTokenValidity=15, IdTokenValidity=15, RefreshTokenValidity=1,
           TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}, PreventUserExistenceErrors="ENABLED", EnableTokenRevocation=True)
    client("0c11a1c0clientlegacy000002", "legacy", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], CallbackURLs=["http://legacy.clinic.example/in"], AllowedOAuthFlows=["implicit"],
           AllowedOAuthScopes=["aws.cognito.signin.user.admin"], RefreshTokenValidity=3650, PreventUserExistenceErrors="LEGACY", EnableTokenRevocation=False)


def identity_pools(estate: Estate) -> None:
    """One for everyone, one for those who signed in."""
    def pool(number, name, *, anyone, **roles):
        identifier = f"{FRANKFURT}:0c11a1c0-bbbb-4b{number:02d}-8c00-000000000001"
        estate.item(FRANKFURT, "cognito-identity", "ListIdentityPools", "IdentityPools", {"IdentityPoolId": identifier, "IdentityPoolName": name})
        estate.put(FRANKFURT, "cognito-identity", "DescribeIdentityPool", {
            "IdentityPoolId": identifier, "IdentityPoolName": name, "AllowUnauthenticatedIdentities": anyone, "AllowClassicFlow": anyone}, IdentityPoolId=identifier)
        estate.put(FRANKFURT, "cognito-identity", "GetIdentityPoolRoles", {"IdentityPoolId": identifier, "Roles": roles}, IdentityPoolId=identifier)

    pool(1, "visitors", anyone=True, unauthenticated=role_arn("clinic-documents"), authenticated=role_arn("clinic-documents"))
    pool(2, "members", anyone=False, authenticated=role_arn("clinic-portal"))


def traces(estate: Estate) -> None:
    """Frankfurt's traces have a key of the clinic's."""
    encryption(estate, FRANKFURT, key_arn(FRANKFURT, "claims"))
    encryption(estate, IRELAND)
    encryption(estate, VIRGINIA)


def encryption(estate: Estate, region: str, key: str | None = None) -> None:
    """How X-Ray encrypts; without a key of the account's, with its own."""
    kind = {"Type": "KMS", "KeyId": key} if key else {"Type": "NONE"}
    estate.put(region, "xray", "GetEncryptionConfig", {"EncryptionConfig": {"Status": "ACTIVE", **kind}})


def resolver(estate: Estate) -> None:
    """Frankfurt's queries are logged and filtered, Ireland's log goes nowhere, Virginia's are neither."""
    for region, status, error in ((FRANKFURT, "ACTIVE", "NONE"), (IRELAND, "ACTION_NEEDED", "DESTINATION_NOT_FOUND")):
        identifier = f"rqlc-0c11a1c00000000{REGIONS.index(region)}"
        estate.put(region, "route53resolver", "ListResolverQueryLogConfigs", {"TotalCount": 1, "TotalFilteredCount": 1, "ResolverQueryLogConfigs": [{
            "Id": identifier, "OwnerId": ACCOUNT, "Status": "CREATED", "ShareStatus": "NOT_SHARED", "AssociationCount": 1, "Arn": f"arn:aws:route53resolver:{region}:{ACCOUNT}:resolver-query-log-config/{identifier}",
            "Name": "clinic-dns", "DestinationArn": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:clinic-dns:*", "CreationTime": MADE}]})
        estate.put(region, "route53resolver", "ListResolverQueryLogConfigAssociations", {"TotalCount": 1, "TotalFilteredCount": 1, "ResolverQueryLogConfigAssociations": [{
            "Id": identifier.replace("rqlc", "rqlca"), "ResolverQueryLogConfigId": identifier, "ResourceId": VPC[region], "Status": status, "Error": error, "CreationTime": MADE}]})
    estate.put(FRANKFURT, "route53resolver", "ListFirewallRuleGroupAssociations", {"FirewallRuleGroupAssociations": [{
        "Id": "rslvr-frgassoc-0c11a1c000000001", "Arn": f"arn:aws:route53resolver:{FRANKFURT}:{ACCOUNT}:firewall-rule-group-association/rslvr-frgassoc-0c11a1c000000001",
        "FirewallRuleGroupId": "rslvr-frg-0c11a1c000000001", "VpcId": VPC[FRANKFURT], "Name": "clinic", "Priority": 101, "MutationProtection": "ENABLED", "Status": "COMPLETE"}]})


def roles_anywhere(estate: Estate) -> None:
    """Frankfurt trusts a private authority and looks at revocations; Ireland a bundle, and does not."""
    def anchor(region, name, source, *, session, revocations):
        own = f"arn:aws:rolesanywhere:{region}:{ACCOUNT}"
        identifier = f"0c11a1c0-cccc-4c0{REGIONS.index(region)}-8c00-000000000001"
        arn = f"{own}:trust-anchor/{identifier}"
        estate.put(region, "rolesanywhere", "ListTrustAnchors", {"trustAnchors": [{"trustAnchorId": identifier, "trustAnchorArn": arn, "name": name, "source": source, "enabled": True, "createdAt": MADE, "updatedAt": MADE}]})
        estate.put(region, "rolesanywhere", "ListProfiles", {"profiles": [{
            "profileId": identifier, "profileArn": f"{own}:profile/{identifier}", "name": name, "enabled": True, "roleArns": [role_arn("clinic-partner")], "durationSeconds": 3600, "createdAt": MADE, "updatedAt": MADE, **session}]})
        if revocations:
            estate.put(region, "rolesanywhere", "ListCrls", {"crls": [{"crlId": identifier, "crlArn": f"{own}:crl/{identifier}", "name": name, "enabled": True, "trustAnchorArn": arn, "createdAt": MADE, "updatedAt": MADE}]})

    authority = f"arn:aws:acm-pca:{FRANKFURT}:{ACCOUNT}:certificate-authority/0c11a1c0-dddd-4d01-8c00-000000000001"
    read_only = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    anchor(FRANKFURT, "clinic-practices", {"sourceType": "AWS_ACM_PCA", "sourceData": {"acmPcaArn": authority}}, session={"sessionPolicy": read_only}, revocations=True)
    anchor(IRELAND, "clinic-scanners", {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "not a certificate"}}, session={}, revocations=False)


def tagged(estate: Estate) -> None:
    """What the tagging API knows: less than all there is, and one thing that carried a tag once."""
    for arn, tags in (
        (function_arn(FRANKFURT, "claims-intake"), [{"Key": "owner", "Value": "claims"}]),
        (function_arn(FRANKFURT, "claims-adjudicate"), [{"Key": "owner", "Value": "claims"}]),
        (key_arn(FRANKFURT, "claims"), [{"Key": "owner", "Value": "claims"}]),
        (f"arn:aws:ec2:{FRANKFURT}:{ACCOUNT}:vpc/{VPC[FRANKFURT]}", [{"Key": "Name", "Value": "clinic-prod"}]),
        (function_arn(FRANKFURT, "documents-ocr"), []),
    ):
        estate.item(FRANKFURT, "resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList", {"ResourceARN": arn, "Tags": tags})
