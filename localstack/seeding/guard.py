"""What guards an account: organisation, contacts, detection services, identities."""

import json

UNIT = "ORGANIZATIONAL_UNIT"


def seed(seeder) -> None:
    if seeder.region == seeder.documents.regions[0]:
        organization(seeder)
        contacts(seeder)
    detectors(seeder)
    inspector(seeder)
    security_hub(seeder)
    config(seeder)
    user_pools(seeder)
    identity_pools(seeder)
    query_logs(seeder)


def organization(seeder) -> None:
    """The emulators' account is the management account of its own organisation, under the root."""
    documents, client = seeder.documents, seeder.client("organizations", "us-east-1")
    if "Organization" not in documents.answer("global", "organizations", "DescribeOrganization"):
        return
    made = seeder.attempt("organisation", client.create_organization, FeatureSet="ALL")
    roots = seeder.attempt("roots", client.list_roots)
    if not made or not roots:
        return
    root = roots["Roots"][0]["Id"]
    for (unit, parent) in way(seeder):
        if parent["Type"] == "ROOT":
            seeder.ids[parent["Id"]] = root
            new = seeder.attempt(f"unit {unit}", client.create_organizational_unit, ParentId=root, Name=unit)
            if new:
                seeder.ids[unit] = new["OrganizationalUnit"]["Id"]
                seeder.attempt(f"account in {unit}", client.move_account, AccountId=seeder.account, SourceParentId=root, DestinationParentId=seeder.ids[unit])
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2"):
        seeder.attempt(f"policies of type {kind}", client.enable_policy_type, RootId=root, PolicyType=kind)
        policies(seeder, client, kind)


def way(seeder):
    """Each unit between the account and the root, with its parent."""
    child = seeder.account
    while parents := seeder.documents.answer("global", "organizations", "ListParents", ChildId=child).get("Parents"):
        if child != seeder.account:
            yield child, parents[0]
        child = parents[0]["Id"]


def policies(seeder, client, kind: str) -> None:
    """Policies of a type, made once and attached where they are."""
    answer = seeder.documents.answer
    targets = [seeder.account, *(identifier for unit, parent in way(seeder) for identifier in (unit, parent["Id"]))]
    for target in targets:
        for summary in answer("global", "organizations", "ListPoliciesForTarget", TargetId=target, Filter=kind).get("Policies", []):
            identifier, what = summary["Id"], f"policy {summary['Name']}"
            if summary["AwsManaged"]:
                continue  # AWS's own; the emulators bring and attach some
            if identifier not in seeder.ids:
                content = answer("global", "organizations", "DescribePolicy", PolicyId=identifier)["Policy"]["Content"]
                new = seeder.attempt(what, client.create_policy, Content=json.dumps(content), Description=summary["Description"], Name=summary["Name"], Type=kind)
                if not new:
                    continue
                seeder.ids[identifier] = new["Policy"]["PolicySummary"]["Id"]
            seeder.attempt(f"{what} at {target}", client.attach_policy, PolicyId=seeder.ids[identifier], TargetId=seeder.ids.get(target, target))


def contacts(seeder) -> None:
    client = seeder.client("account", "us-east-1")
    for kind in ("SECURITY", "OPERATIONS", "BILLING"):
        contact = seeder.documents.answer("global", "account", "GetAlternateContact", AlternateContactType=kind).get("AlternateContact")
        if contact:
            seeder.attempt(f"contact for {kind}", client.put_alternate_contact, **contact)


def detectors(seeder) -> None:
    client = seeder.client("guardduty", seeder.region)
    for identifier in seeder.items("guardduty", "ListDetectors", "DetectorIds"):
        detector = seeder.documents.answer(seeder.region, "guardduty", "GetDetector", DetectorId=identifier)
        features = [{"Name": item["Name"], "Status": item["Status"]} for item in detector["Features"]]
        made = seeder.attempt("detector", client.create_detector, Enable=detector["Status"] == "ENABLED", FindingPublishingFrequency=detector["FindingPublishingFrequency"], Features=features)
        if made:
            seeder.ids[identifier] = made["DetectorId"]


def inspector(seeder) -> None:
    client = seeder.client("inspector2", seeder.region)
    names = {"ec2": "EC2", "ecr": "ECR", "lambda": "LAMBDA", "lambdaCode": "LAMBDA_CODE"}
    for account in seeder.items("inspector2", "BatchGetAccountStatus", "accounts"):
        on = [names[name] for name, state in account["resourceState"].items() if state["status"] == "ENABLED"]
        if on:
            seeder.attempt("Inspector", client.enable, accountIds=[seeder.account], resourceTypes=on)
    if seeder.items("inspector2", "ListFindings", "findings"):
        seeder.gap("findings of Inspector", "nobody can make them")


def security_hub(seeder) -> None:
    if seeder.documents.answer(seeder.region, "securityhub", "DescribeHub"):
        client = seeder.client("securityhub", seeder.region)
        seeder.attempt("Security Hub", client.enable_security_hub, EnableDefaultStandards=False)
        for standard in seeder.items("securityhub", "GetEnabledStandards", "StandardsSubscriptions"):
            seeder.attempt(f"standard {standard['StandardsArn']}", client.batch_enable_standards, StandardsSubscriptionRequests=[{"StandardsArn": standard["StandardsArn"]}])


def config(seeder) -> None:
    client = seeder.client("config", seeder.region)
    running = {item["name"]: item["recording"] for item in seeder.items("config", "DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus")}
    for recorder in seeder.items("config", "DescribeConfigurationRecorders", "ConfigurationRecorders"):
        group = {name: value for name, value in recorder["recordingGroup"].items() if value != []}
        own = {"name": recorder["name"], "roleARN": recorder["roleARN"], "recordingGroup": group}
        seeder.attempt(f"recorder {recorder['name']}", client.put_configuration_recorder, ConfigurationRecorder=own)
    for channel in seeder.items("config", "DescribeDeliveryChannels", "DeliveryChannels"):
        seeder.attempt(f"delivery channel {channel['name']}", client.put_delivery_channel, DeliveryChannel=channel)
    for name in (name for name, recording in running.items() if recording):
        seeder.attempt(f"recording of {name}", client.start_configuration_recorder, ConfigurationRecorderName=name)
    for rule in seeder.items("config", "DescribeConfigRules", "ConfigRules"):
        if "CreatedBy" not in rule:
            own = {name: rule[name] for name in ("ConfigRuleName", "Source", "InputParameters") if name in rule}
            if seeder.attempt(f"rule {rule['ConfigRuleName']}", client.put_config_rule, ConfigRule=own):
                made = client.describe_config_rules(ConfigRuleNames=[rule["ConfigRuleName"]])["ConfigRules"][0]
                seeder.ids[rule["ConfigRuleArn"]] = made["ConfigRuleArn"]


def user_pools(seeder) -> None:
    """Pools get ids of the emulator's, which the authorizers made later refer to."""
    client = seeder.client("cognito-idp", seeder.region)
    pools = [(when, answer["UserPool"]) for scope, service, operation, when, answer in seeder.documents.each() if (scope, service, operation) == (seeder.region, "cognito-idp", "DescribeUserPool")]
    for when, pool in pools:
        kept = ("Policies", "DeletionProtection", "MfaConfiguration", "UserPoolAddOns", "AdminCreateUserConfig")
        made = seeder.attempt(f"user pool {pool['Name']}", client.create_user_pool, PoolName=pool["Name"], **{name: pool[name] for name in kept if name in pool})
        if not made:
            continue
        seeder.ids[when["UserPoolId"]] = made["UserPool"]["Id"]
        for item in seeder.items("cognito-idp", "ListUserPoolClients", "UserPoolClients", UserPoolId=when["UserPoolId"]):
            settings = seeder.documents.answer(seeder.region, "cognito-idp", "DescribeUserPoolClient", UserPoolId=when["UserPoolId"], ClientId=item["ClientId"])["UserPoolClient"]
            own = {name: value for name, value in settings.items() if name not in ("UserPoolId", "ClientId", "ClientSecret", "CreationDate", "LastModifiedDate")}
            new = seeder.attempt(f"client {item['ClientName']}", client.create_user_pool_client, UserPoolId=seeder.ids[when["UserPoolId"]], GenerateSecret="ClientSecret" in settings, **own)
            if new:
                seeder.ids[item["ClientId"]] = new["UserPoolClient"]["ClientId"]


def identity_pools(seeder) -> None:
    client = seeder.client("cognito-identity", seeder.region)
    for item in seeder.items("cognito-identity", "ListIdentityPools", "IdentityPools"):
        identifier = item["IdentityPoolId"]
        pool = seeder.documents.answer(seeder.region, "cognito-identity", "DescribeIdentityPool", IdentityPoolId=identifier)
        own = {name: value for name, value in pool.items() if name != "IdentityPoolId"}
        made = seeder.attempt(f"identity pool {item['IdentityPoolName']}", client.create_identity_pool, **own)
        if made:
            seeder.ids[identifier] = made["IdentityPoolId"]
            roles = seeder.documents.answer(seeder.region, "cognito-identity", "GetIdentityPoolRoles", IdentityPoolId=identifier)["Roles"]
            seeder.attempt(f"roles of identity pool {item['IdentityPoolName']}", client.set_identity_pool_roles, IdentityPoolId=made["IdentityPoolId"], Roles=roles)


def query_logs(seeder) -> None:
    client = seeder.client("route53resolver", seeder.region)
    for log in seeder.items("route53resolver", "ListResolverQueryLogConfigs", "ResolverQueryLogConfigs"):
        made = seeder.attempt(f"query log {log['Name']}", client.create_resolver_query_log_config, Name=log["Name"], DestinationArn=log["DestinationArn"], CreatorRequestId=log["Id"])
        if made:
            seeder.ids[log["Id"]] = made["ResolverQueryLogConfig"]["Id"]
    for item in seeder.items("route53resolver", "ListResolverQueryLogConfigAssociations", "ResolverQueryLogConfigAssociations"):
        vpc, log = seeder.mapped(item["ResourceId"]), seeder.mapped(item["ResolverQueryLogConfigId"])
        made = seeder.attempt(f"query log of {item['ResourceId']}", client.associate_resolver_query_log_config, ResolverQueryLogConfigId=log, ResourceId=vpc)
        if made:
            seeder.ids[item["Id"]] = made["ResolverQueryLogConfigAssociation"]["Id"]
    for item in seeder.items("route53resolver", "ListFirewallRuleGroupAssociations", "FirewallRuleGroupAssociations"):
        seeder.gap(f"DNS firewall of {item['VpcId']}", "no emulator has one")
