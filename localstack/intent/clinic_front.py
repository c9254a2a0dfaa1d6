"""What of `clinic` stands at its edges: buckets, web ACLs, distributions, load balancers."""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, PARTNER, REGIONS, VIRGINIA, function_arn, key_arn, role_arn
from estate import Estate, policy
from network import hexadecimal

MADE = "2026-03-02T08:00:00Z"
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
OWNER = "c11c" * 16
CLAIMS_ACL = f"arn:aws:wafv2:{FRANKFURT}:{ACCOUNT}:regional/webacl/claims/11111111-2222-4333-8444-000000000001"
IDLE_ACL = f"arn:aws:wafv2:{FRANKFURT}:{ACCOUNT}:regional/webacl/watches-only/11111111-2222-4333-8444-000000000002"
EMPTY_ACL = f"arn:aws:wafv2:{IRELAND}:{ACCOUNT}:regional/webacl/empty/11111111-2222-4333-8444-000000000003"
FRONT_ACL = f"arn:aws:wafv2:{VIRGINIA}:{ACCOUNT}:global/webacl/front/11111111-2222-4333-8444-000000000004"


def build(estate: Estate) -> None:
    buckets(estate)
    firewalls(estate)
    shield(estate)
    distributions(estate)
    load_balancers(estate)


# Buckets

SETTINGS = {
    # operation: the error that says there is none
    "GetBucketPolicy": "NoSuchBucketPolicy",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "GetBucketOwnershipControls": "OwnershipControlsNotFoundError",
}


def buckets(estate: Estate) -> None:
    """The trails' bucket is whatever a bucket should be, the documents' nothing of it."""
    read = {"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::clinic-documents/*"}
    insecure = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::clinic-trails/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    trail = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::clinic-trails/AWSLogs/{ACCOUNT}/*",
             "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control"}}}
    bucket(
        estate, "clinic-trails", FRANKFURT,
        GetBucketPolicy={"Policy": policy(insecure, trail)},
        GetPublicAccessBlock={"PublicAccessBlockConfiguration": block(True)},
        GetBucketEncryption={"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn(FRANKFURT, "claims")}, "BucketKeyEnabled": True}]}},
        GetBucketVersioning={"Status": "Enabled", "MFADelete": "Enabled"},
        GetObjectLockConfiguration={"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}}}},
        GetBucketLogging={"LoggingEnabled": {"TargetBucket": "clinic-access-logs", "TargetPrefix": "trails/"}},
        GetBucketLifecycleConfiguration={"Rules": [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"}, "Expiration": {"Days": 2557}, "NoncurrentVersionExpiration": {"NoncurrentDays": 365}}]},
        GetBucketReplication={"ReplicationConfiguration": {"Role": role_arn("clinic-trail-logs"), "Rules": [
            {"ID": "copy", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""}, "Destination": {"Bucket": "arn:aws:s3:::clinic-trails-copy", "Account": PARTNER}, "DeleteMarkerReplication": {"Status": "Disabled"}},
        ]}},
        GetBucketOwnershipControls={"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    )
    bucket(
        estate, "clinic-documents", FRANKFURT,
        GetBucketPolicy={"Policy": policy(read)},
        GetBucketEncryption={"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}},
        GetBucketVersioning={"Status": "Suspended"},
        GetBucketOwnershipControls={"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
        GetBucketAcl={"Owner": {"ID": OWNER}, "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": OWNER}, "Permission": "FULL_CONTROL"}, {"Grantee": {"Type": "Group", "URI": EVERYBODY}, "Permission": "READ"},
        ]},
    )
    bucket(estate, "clinic-access-logs", FRANKFURT, GetPublicAccessBlock={"PublicAccessBlockConfiguration": block(True)})
    bucket(estate, "clinic-portal", VIRGINIA, GetPublicAccessBlock={"PublicAccessBlockConfiguration": block(False)})
    estate.put("global", "s3control", "GetPublicAccessBlock", {"PublicAccessBlockConfiguration": block(True) | {"RestrictPublicBuckets": False}})


def block(on: bool) -> dict:
    return dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), on)


def bucket(estate: Estate, name: str, region: str, **settings) -> None:
    estate.item("global", "s3", "ListBuckets", "Buckets", {"Name": name, "CreationDate": MADE, "BucketRegion": region})
    settings = {"GetBucketVersioning": {}, "GetBucketLogging": {}, "GetBucketAcl": {"Owner": {"ID": OWNER}, "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": OWNER}, "Permission": "FULL_CONTROL"}]}} | settings
    for operation, answer in settings.items():
        estate.put("global", "s3", operation, answer, Bucket=name)
    for operation, code in SETTINGS.items():
        if operation not in settings:
            estate.refuse("global", "s3", operation, code, 404, Bucket=name)


# Web ACLs


def firewalls(estate: Estate) -> None:
    """One that protects and is logged, one that only counts, one without rules, and CloudFront's."""
    secret = estate.secret("TRIPODPLANTED-origin-verify-b7c1f09e44d2")
    managed = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    rate = {"RateBasedStatement": {"Limit": 2000, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"}}
    partners = {"NotStatement": {"Statement": {"IPSetReferenceStatement": {"ARN": f"arn:aws:wafv2:{FRANKFURT}:{ACCOUNT}:regional/ipset/partners/11111111-2222-4333-8444-00000000000a"}}}}
    header = {"ByteMatchStatement": {"SearchString": secret, "FieldToMatch": {"SingleHeader": {"Name": "x-origin-verify"}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}], "PositionalConstraint": "EXACTLY"}}
    web_acl(estate, CLAIMS_ACL, "Block", [
        rule("common", 0, managed, OverrideAction={"None": {}}),
        rule("rate", 1, rate, Action={"Block": {}}),
        rule("partners-only", 2, partners, Action={"Block": {}}),
        rule("from-front", 3, header, Action={"Allow": {}}),
    ])
    web_acl(estate, IDLE_ACL, "Allow", [rule("common", 0, managed, OverrideAction={"Count": {}}), rule("rate", 1, rate, Action={"Count": {}}, metrics=False)])
    web_acl(estate, EMPTY_ACL, "Allow", [])
    web_acl(estate, FRONT_ACL, "Allow", [rule("rate", 0, rate, Action={"Block": {}})])
    log = {"ResourceArn": CLAIMS_ACL, "LogDestinationConfigs": [f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:log-group:aws-waf-logs-clinic"], "ManagedByFirewallManager": False, "LogType": "WAF_LOGS", "LogScope": "CUSTOMER"}
    estate.item(FRANKFURT, "wafv2", "ListLoggingConfigurations", "LoggingConfigurations", log, Scope="REGIONAL")


def rule(name: str, priority: int, statement: dict, metrics: bool = True, **action) -> dict:
    return {"Name": name, "Priority": priority, "Statement": statement, "VisibilityConfig": visible(name, metrics), **action}


def visible(name: str, metrics: bool = True) -> dict:
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": metrics, "MetricName": name}


def web_acl(estate: Estate, arn: str, default: str, rules: list) -> None:
    _, _, _, region, _, path = arn.split(":", 5)
    kind, _, name, identifier = path.split("/")
    scope = {"regional": "REGIONAL", "global": "CLOUDFRONT"}[kind]
    here = {"Name": name, "Id": identifier, "ARN": arn}
    estate.item(region, "wafv2", "ListWebACLs", "WebACLs", here | {"Description": "", "LockToken": "11111111-2222-4333-8444-0000000000ff"}, Scope=scope)
    asked = {"Name": name, "Id": identifier, "Scope": scope}
    acl = here | {"DefaultAction": {default: {}}, "Description": "", "Rules": rules, "VisibilityConfig": visible(name), "Capacity": 800, "ManagedByFirewallManager": False, "LabelNamespace": f"awswaf:{ACCOUNT}:webacl:{name}:"}
    estate.put(region, "wafv2", "GetWebACL", {"WebACL": acl, "LockToken": "11111111-2222-4333-8444-0000000000ff"}, **asked)


def shield(estate: Estate) -> None:
    estate.put("global", "shield", "GetSubscriptionState", {"SubscriptionState": "ACTIVE"})
    for at, (resource, response) in enumerate(((balancer_arn("portal"), None), (distribution_arn("good"), "ENABLED")), 1):
        automatic = {"ApplicationLayerAutomaticResponseConfiguration": {"Status": response, "Action": {"Block": {}}}} if response else {}
        estate.item("global", "shield", "ListProtections", "Protections", {"Id": f"11111111-2222-4333-8444-0000000000b{at}", "Name": f"protection-{at}", "ResourceArn": resource, "HealthCheckIds": [], **automatic})


# Distributions

DISTRIBUTIONS = {"good": "E1CLINICGOOD01", "weak": "E1CLINICWEAK02", "site": "E1CLINICSITE03"}


def distribution_arn(name: str) -> str:
    return f"arn:aws:cloudfront::{ACCOUNT}:distribution/{DISTRIBUTIONS[name]}"


def distributions(estate: Estate) -> None:
    """A function URL signed for, behind a web ACL; an API over plain HTTP without any; a bucket with pages."""
    secret = estate.secret("TRIPODPLANTED-front-header-5f0d8a1be37c")
    url = estate.answers(FRANKFURT, "lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs")[0]["FunctionUrl"]
    good = origin("url", url.removeprefix("https://").removesuffix("/"), custom("https-only", "TLSv1.2"), "E2CLINICOAC001")
    weak = origin("api", f"h1members0.execute-api.{FRANKFURT}.amazonaws.com", custom("http-only", "TLSv1", "TLSv1.2"), "", CustomHeaders=listed([{"HeaderName": "x-origin-verify", "HeaderValue": secret}]))
    site = origin("bucket", f"clinic-portal.s3.{VIRGINIA}.amazonaws.com", {"S3OriginConfig": {"OriginAccessIdentity": ""}}, "E2CLINICOAC002")
    own = {"CloudFrontDefaultCertificate": False, "ACMCertificateArn": f"arn:aws:acm:{VIRGINIA}:{ACCOUNT}:certificate/11111111-2222-4333-8444-0000000000c1", "SSLSupportMethod": "sni-only", "CertificateSource": "acm"}
    summaries = [
        distribution(estate, "good", good, "redirect-to-https", own | {"MinimumProtocolVersion": "TLSv1.2_2021"}, FRONT_ACL, log="clinic-access-logs.s3.amazonaws.com"),
        distribution(estate, "weak", weak, "allow-all", {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1", "CertificateSource": "cloudfront"}, ""),
        distribution(estate, "site", site, "https-only", own | {"MinimumProtocolVersion": "TLSv1.1_2016"}, ""),
    ]
    estate.put("global", "cloudfront", "ListDistributions", {"DistributionList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, **listed(summaries)}})
    estate.put("global", "cloudfront", "ListOriginAccessControls", {"OriginAccessControlList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, **listed([
        {"Id": "E2CLINICOAC001", "Description": "", "Name": "url", "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "lambda"},
        {"Id": "E2CLINICOAC002", "Description": "", "Name": "bucket", "SigningProtocol": "sigv4", "SigningBehavior": "never", "OriginAccessControlOriginType": "s3"},
    ])}})


def listed(items: list) -> dict:
    """A list as CloudFront writes it: without items where there are none."""
    return {"Quantity": len(items), "Items": items} if items else {"Quantity": 0}


def custom(protocol: str, *tls: str) -> dict:
    return {"CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": protocol, "OriginSslProtocols": listed(list(tls)), "OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5}}


def origin(identifier: str, host: str, kind: dict, control: str, **more) -> dict:
    return {"Id": identifier, "DomainName": host, "OriginPath": "", "CustomHeaders": listed([]), **kind, "ConnectionAttempts": 3, "ConnectionTimeout": 10, "OriginAccessControlId": control, **more}


def distribution(estate: Estate, name: str, origin: dict, viewers: str, certificate: dict, web_acl: str, log: str = "") -> dict:
    """A distribution's configuration, and the summary that its list has of it."""
    identifier = DISTRIBUTIONS[name]
    default = {"TargetOriginId": origin["Id"], "ViewerProtocolPolicy": viewers, "Compress": True}
    shared = {"Origins": listed([origin]), "Aliases": listed([]), "DefaultCacheBehavior": default, "CacheBehaviors": listed([]), "CustomErrorResponses": listed([]), "Comment": "", "PriceClass": "PriceClass_100", "Enabled": True,
              "ViewerCertificate": certificate, "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}, "WebACLId": web_acl, "HttpVersion": "http2", "IsIPV6Enabled": True, "Staging": False}
    summary = shared | {"Id": identifier, "ARN": distribution_arn(name), "Status": "Deployed", "LastModifiedTime": MADE, "DomainName": f"d{name}0clinic.cloudfront.net"}
    config = shared | {"CallerReference": name, "Logging": {"Enabled": bool(log), "IncludeCookies": False, "Bucket": log, "Prefix": ""}}
    estate.put("global", "cloudfront", "GetDistributionConfig", {"DistributionConfig": config}, Id=identifier)
    return summary


# Load balancers


def balancer_arn(name: str) -> str:
    return f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:loadbalancer/app/{name}/{hexadecimal('x', len(name))[-16:]}"


def load_balancers(estate: Estate) -> None:
    """The portal's speaks today's TLS and is logged, the photo store's speaks HTTP to the internet and is not."""
    load_balancer(estate, "portal", "internal", "member-portal", {"Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, logged=True)
    load_balancer(estate, "photos", "internet-facing", "photo-triage", {"Port": 80, "Protocol": "HTTP"}, logged=False)
    for region in REGIONS:
        if region != FRANKFURT:
            estate.put(region, "elbv2", "DescribeLoadBalancers", {"LoadBalancers": []})
            estate.put(region, "elbv2", "DescribeTargetGroups", {"TargetGroups": []})


def load_balancer(estate: Estate, name: str, scheme: str, function: str, listener: dict, logged: bool) -> None:
    arn = balancer_arn(name)
    group = f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:targetgroup/{name}/{arn.rpartition('/')[2]}"
    estate.item(FRANKFURT, "elbv2", "DescribeLoadBalancers", "LoadBalancers", {
        "LoadBalancerArn": arn, "DNSName": f"{name}-1.{FRANKFURT}.elb.amazonaws.com", "CreatedTime": MADE, "LoadBalancerName": name, "Scheme": scheme, "State": {"Code": "active"}, "Type": "application", "IpAddressType": "ipv4",
    })
    actions = [{"Type": "forward", "TargetGroupArn": group, "Order": 1}]
    estate.put(FRANKFURT, "elbv2", "DescribeListeners", {"Listeners": [{"ListenerArn": arn.replace(":loadbalancer/", ":listener/") + "/1", "LoadBalancerArn": arn, "DefaultActions": actions, **listener}]}, LoadBalancerArn=arn)
    log = {"access_logs.s3.enabled": str(logged).lower(), "access_logs.s3.bucket": "clinic-access-logs" if logged else "", "access_logs.s3.prefix": "", "deletion_protection.enabled": "false"}
    estate.put(FRANKFURT, "elbv2", "DescribeLoadBalancerAttributes", {"Attributes": [{"Key": key, "Value": value} for key, value in log.items()]}, LoadBalancerArn=arn)
    estate.item(FRANKFURT, "elbv2", "DescribeTargetGroups", "TargetGroups", {"TargetGroupArn": group, "TargetGroupName": name, "HealthCheckEnabled": False, "LoadBalancerArns": [arn], "TargetType": "lambda", "IpAddressType": "ipv4"})
    estate.put(FRANKFURT, "elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": [{"Target": {"Id": function_arn(FRANKFURT, function)}, "TargetHealth": {"State": "unavailable", "Reason": "Target.HealthCheckDisabled"}}]}, TargetGroupArn=group)
