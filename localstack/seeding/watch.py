"""What watches and what stands at the edges: logs, alarms, buckets, web ACLs, distributions, load balancers.

Values of metrics are not made: AWS alone writes in its own namespaces.
"""

import json


def seed(seeder) -> None:
    if seeder.region == seeder.documents.regions[0]:
        buckets(seeder)
        shield(seeder)
        distributions(seeder)
    log_groups(seeder)
    alarms(seeder)
    firewalls(seeder)
    load_balancers(seeder)


def some(document: dict, *names: str) -> dict:
    return {name: document[name] for name in names if name in document}


def text(document) -> str:
    return document if isinstance(document, str) else json.dumps(document)


# Logs and alarms


def log_groups(seeder) -> None:
    logs = seeder.client("logs", seeder.region)
    for group in seeder.items("logs", "DescribeLogGroups", "logGroups"):
        name = group["logGroupName"]
        more = {"kmsKeyId": seeder.mapped(group["kmsKeyId"])} if "kmsKeyId" in group else {}
        seeder.attempt(f"log group {name}", logs.create_log_group, logGroupName=name, **more, **some(group, "logGroupClass", "deletionProtectionEnabled"))
        if "retentionInDays" in group:
            seeder.attempt(f"retention of {name}", logs.put_retention_policy, logGroupName=name, retentionInDays=group["retentionInDays"])
    for item in seeder.items("logs", "DescribeMetricFilters", "metricFilters"):
        seeder.attempt(f"metric filter {item['filterName']}", logs.put_metric_filter, **some(item, "logGroupName", "filterName", "filterPattern", "metricTransformations"))
    for item in seeder.items("logs", "DescribeResourcePolicies", "resourcePolicies"):
        seeder.attempt(f"log policy {item['policyName']}", logs.put_resource_policy, policyName=item["policyName"], policyDocument=text(item["policyDocument"]))
    for item in seeder.items("logs", "DescribeDestinations", "destinations"):
        name = item["destinationName"]
        seeder.attempt(f"destination {name}", logs.put_destination, **some(item, "destinationName", "targetArn", "roleArn"))
        seeder.attempt(f"policy of destination {name}", logs.put_destination_policy, destinationName=name, accessPolicy=text(item["accessPolicy"]))
    for group in seeder.items("logs", "DescribeLogGroups", "logGroups"):
        name = group["logGroupName"]
        for item in seeder.items("logs", "DescribeSubscriptionFilters", "subscriptionFilters", logGroupName=name):
            seeder.attempt(f"subscription to {name}", logs.put_subscription_filter, **some(item, "logGroupName", "filterName", "filterPattern", "destinationArn", "distribution"))
    for kind in ("DATA_PROTECTION_POLICY", "SUBSCRIPTION_FILTER_POLICY"):
        for item in seeder.items("logs", "DescribeAccountPolicies", "accountPolicies", policyType=kind):
            seeder.attempt(f"account policy {item['policyName']}", logs.put_account_policy, policyDocument=text(item["policyDocument"]), **some(item, "policyName", "policyType", "scope", "selectionCriteria"))


def alarms(seeder) -> None:
    client = seeder.client("cloudwatch", seeder.region)
    settings = ("AlarmName", "ActionsEnabled", "AlarmActions", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData")
    for alarm in seeder.items("cloudwatch", "DescribeAlarms", "MetricAlarms"):
        seeder.attempt(f"alarm {alarm['AlarmName']}", client.put_metric_alarm, **some(alarm, *settings))
        seeder.attempt(f"state of alarm {alarm['AlarmName']}", client.set_alarm_state, AlarmName=alarm["AlarmName"], StateValue=alarm["StateValue"], StateReason="seeded")
    for alarm in seeder.items("cloudwatch", "DescribeAlarms", "CompositeAlarms"):
        seeder.attempt(f"alarm {alarm['AlarmName']}", client.put_composite_alarm, **some(alarm, "AlarmName", "AlarmRule", "ActionsEnabled", "AlarmActions"))


# Buckets

PUTS = {
    # how it is read: (how it is put, under which name)
    "GetPublicAccessBlock": ("put_public_access_block", "PublicAccessBlockConfiguration"),
    "GetBucketEncryption": ("put_bucket_encryption", "ServerSideEncryptionConfiguration"),
    "GetObjectLockConfiguration": ("put_object_lock_configuration", "ObjectLockConfiguration"),
    "GetBucketOwnershipControls": ("put_bucket_ownership_controls", "OwnershipControls"),
    "GetBucketReplication": ("put_bucket_replication", "ReplicationConfiguration"),
}


def buckets(seeder) -> None:
    def documents(operation: str, **when) -> dict:
        return seeder.documents.answer("global", "s3", operation, **when)

    listed = documents("ListBuckets").get("Buckets", [])
    for item in listed:
        name, region = item["Name"], item["BucketRegion"]
        s3, where = seeder.client("s3", region), {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        lock = {"ObjectLockEnabledForBucket": True} if documents("GetObjectLockConfiguration", Bucket=name) else {}
        seeder.attempt(f"bucket {name}", s3.create_bucket, Bucket=name, **where, **lock)
    for item in listed:
        name = item["Name"]
        s3 = seeder.client("s3", item["BucketRegion"])
        if policy := documents("GetBucketPolicy", Bucket=name):
            seeder.attempt(f"policy of {name}", s3.put_bucket_policy, Bucket=name, Policy=text(policy["Policy"]))
        if versioning := documents("GetBucketVersioning", Bucket=name):
            seeder.attempt(f"versions of {name}", s3.put_bucket_versioning, Bucket=name, VersioningConfiguration=versioning)
        if rules := documents("GetBucketLifecycleConfiguration", Bucket=name):
            seeder.attempt(f"lifecycle of {name}", s3.put_bucket_lifecycle_configuration, Bucket=name, LifecycleConfiguration=rules)
        for operation, (put, member) in PUTS.items():
            if answer := documents(operation, Bucket=name):
                seeder.attempt(f"{member} of {name}", getattr(s3, put), Bucket=name, **some(answer, member))
        if log := documents("GetBucketLogging", Bucket=name):
            seeder.attempt(f"log of {name}", s3.put_bucket_logging, Bucket=name, BucketLoggingStatus=log)
        if any("URI" in grant["Grantee"] for grant in documents("GetBucketAcl", Bucket=name)["Grants"]):
            seeder.attempt(f"access control list of {name}", s3.put_bucket_acl, Bucket=name, ACL="public-read")
    block = seeder.documents.answer("global", "s3control", "GetPublicAccessBlock")
    if block:
        seeder.attempt("the account's public access block", seeder.client("s3control", seeder.region).put_public_access_block, AccountId=seeder.account, **block)


# Edges


def firewalls(seeder) -> None:
    client = seeder.client("wafv2", seeder.region)
    scopes = ("REGIONAL", "CLOUDFRONT") if seeder.region == "us-east-1" else ("REGIONAL",)
    for scope in scopes:
        for item in seeder.items("wafv2", "ListWebACLs", "WebACLs", Scope=scope):
            acl = seeder.documents.answer(seeder.region, "wafv2", "GetWebACL", Name=item["Name"], Id=item["Id"], Scope=scope)["WebACL"]
            made = seeder.attempt(f"web ACL {acl['Name']}", client.create_web_acl, Scope=scope, **some(acl, "Name", "DefaultAction", "Rules", "VisibilityConfig"))
            if made:
                seeder.ids |= {item["ARN"]: made["Summary"]["ARN"], item["Id"]: made["Summary"]["Id"]}
        for item in seeder.items("wafv2", "ListLoggingConfigurations", "LoggingConfigurations", Scope=scope):
            own = seeder.mapped(some(item, "ResourceArn", "LogDestinationConfigs"))
            seeder.attempt("log of a web ACL", client.put_logging_configuration, LoggingConfiguration=own)


def shield(seeder) -> None:
    if seeder.documents.answer("global", "shield", "GetSubscriptionState").get("SubscriptionState") == "ACTIVE":
        client = seeder.client("shield", "us-east-1")
        seeder.attempt("subscription of Shield", client.create_subscription)
        for item in seeder.documents.answer("global", "shield", "ListProtections")["Protections"]:
            seeder.attempt(f"protection of {item['ResourceArn']}", client.create_protection, **some(item, "Name", "ResourceArn"))


def distributions(seeder) -> None:
    client = seeder.client("cloudfront", "us-east-1")
    for item in seeder.documents.answer("global", "cloudfront", "ListOriginAccessControls").get("OriginAccessControlList", {}).get("Items", []):
        own = {name: value for name, value in item.items() if name != "Id"}
        made = seeder.attempt(f"origin access control {item['Name']}", client.create_origin_access_control, OriginAccessControlConfig=own)
        if made:
            seeder.ids[item["Id"]] = made["OriginAccessControl"]["Id"]
    for item in seeder.documents.answer("global", "cloudfront", "ListDistributions").get("DistributionList", {}).get("Items", []):
        config = seeder.documents.answer("global", "cloudfront", "GetDistributionConfig", Id=item["Id"])["DistributionConfig"]
        # Only the newest way to say what is cached, and the oldest, are both taken by AWS; emulators want the oldest.
        cached = {"MinTTL": 0, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}}
        made = seeder.attempt(f"distribution {item['Id']}", client.create_distribution, DistributionConfig=seeder.mapped(config | {"DefaultCacheBehavior": config["DefaultCacheBehavior"] | cached}))
        if made:
            seeder.ids[item["Id"]] = made["Distribution"]["Id"]


def load_balancers(seeder) -> None:
    client = seeder.client("elbv2", seeder.region)
    groups = seeder.items("elbv2", "DescribeTargetGroups", "TargetGroups")
    for item in groups:
        made = seeder.attempt(f"target group {item['TargetGroupName']}", client.create_target_group, Name=item["TargetGroupName"], TargetType=item["TargetType"])
        if made:
            seeder.ids[item["TargetGroupArn"]] = made["TargetGroups"][0]["TargetGroupArn"]
            for target in seeder.items("elbv2", "DescribeTargetHealth", "TargetHealthDescriptions", TargetGroupArn=item["TargetGroupArn"]):
                seeder.attempt(f"target of {item['TargetGroupName']}", client.register_targets, TargetGroupArn=seeder.ids[item["TargetGroupArn"]], Targets=[{"Id": target["Target"]["Id"]}])
    for item in seeder.items("elbv2", "DescribeLoadBalancers", "LoadBalancers"):
        name, arn = item["LoadBalancerName"], item["LoadBalancerArn"]
        made = seeder.attempt(f"load balancer {name}", client.create_load_balancer, Name=name, Scheme=item["Scheme"], Type=item["Type"], Subnets=two_zones(seeder))
        if not made:
            continue
        seeder.ids[arn] = own = made["LoadBalancers"][0]["LoadBalancerArn"]
        attributes = [entry for entry in seeder.items("elbv2", "DescribeLoadBalancerAttributes", "Attributes", LoadBalancerArn=arn) if entry["Value"]]
        seeder.attempt(f"log of load balancer {name}", client.modify_load_balancer_attributes, LoadBalancerArn=own, Attributes=attributes)
        for listener in seeder.items("elbv2", "DescribeListeners", "Listeners", LoadBalancerArn=arn):
            certificate = {"Certificates": [{"CertificateArn": certified(seeder, name)}]} if "SslPolicy" in listener else {}
            seeder.attempt(f"listener of {name}", client.create_listener, LoadBalancerArn=own, DefaultActions=seeder.mapped(listener["DefaultActions"]), **some(listener, "Port", "Protocol", "SslPolicy"), **certificate)


def certified(seeder, name: str) -> str:
    """A certificate for a listener, which emulators look for."""
    made = seeder.attempt(f"certificate of {name}", seeder.client("acm", seeder.region).request_certificate, DomainName=f"{name}.clinic.example")
    return made["CertificateArn"] if made else ""


def two_zones(seeder) -> list[str]:
    """A subnet in each of two zones, by the emulator's ids."""
    zones = {}
    for subnet in seeder.items("ec2", "DescribeSubnets", "Subnets"):
        zones.setdefault(subnet["AvailabilityZone"], seeder.ids.get(subnet["SubnetId"], subnet["SubnetId"]))
    return list(zones.values())[:2]
