#!/usr/bin/env python3
"""Walk a generated estate through boto3, and see that it is of its size and fits together.

Shares no code with the sim: sizes, regions and what must refer to what are stated again here.

usage: prove_generated.py --endpoint URL --size JSON

JSON is {"accounts": [id...], "regions": [name...], "functions": n, ...}: the numbers of the size, and
the names of the accounts and regions expected. The last line is "N things asked about, M failures".
"""

import argparse
import collections
import concurrent.futures
import csv
import io
import ipaddress
import json
import re
import sys

import boto3
import botocore.config
import botocore.exceptions


class Walk:
    def __init__(self, endpoint, size):
        self.endpoint = endpoint
        self.size = size
        # One session reads each service's model once.
        self.session = boto3.Session()
        self.failures = []
        self.asked = 0

    def client(self, account, region, service):
        config = botocore.config.Config(retries={"total_max_attempts": 1})
        return self.session.client(service, region_name=region, endpoint_url=self.endpoint, config=config,
                                   aws_access_key_id=account, aws_secret_access_key="secret")

    def check(self, where, holds, message):
        self.asked += 1
        if not holds:
            self.failures.append(f"{where}: {message}")

    def same(self, where, actual, expected, what):
        self.check(where, actual == expected, f"{what}: {actual!r:.300}, expected {expected!r:.300}")

    def account(self, account):
        iam = self.iam(account)
        regions = [self.region(account, region, iam) for region in self.regions(account)]
        total = lambda name: sum(region[name] for region in regions)
        for name in ("functions", "rest_apis", "http_apis", "keys", "trails", "layers",
                     "event_source_mappings", "code_signing_configs"):
            self.same(account, total(name), self.size[name], f"{name} in all regions")
        # Evenly: no region has more than one above another.
        for name in ("functions", "keys"):
            counts = [region[name] for region in regions]
            self.check(account, max(counts) - min(counts) <= 1, f"{name} are spread unevenly: {counts}")
        arns = [arn for region in regions for arn in region["arns"]]
        self.same(account, len(set(arns)), len(arns), "different function ARNs")
        return arns

    def regions(self, account):
        sts = self.client(account, self.size["regions"][0], "sts")
        self.same(account, sts.get_caller_identity()["Account"], account, "the caller's account")
        listed = self.client(account, self.size["regions"][0], "ec2").describe_regions(AllRegions=True)["Regions"]
        self.same(account, sorted(region["RegionName"] for region in listed), sorted(self.size["regions"]), "regions")
        return self.size["regions"]

    # IAM.

    def iam(self, account):
        client, where = self.client(account, self.size["regions"][0], "iam"), f"{account} iam"
        kinds = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        for page in client.get_paginator("get_account_authorization_details").paginate():
            for kind, items in kinds.items():
                items.extend(page[kind])
        users, groups, roles, policies = kinds.values()
        size = self.size
        self.same(where, (len(users), len(groups), len(roles)), (size["users"], size["groups"], size["roles"]), "users, groups, roles")
        local = [policy for policy in policies if policy["Arn"].startswith(f"arn:aws:iam::{account}:")]
        self.same(where, len(local), size["policies"], "customer managed policies")
        attached = collections.Counter(
            policy["PolicyArn"] for principal in users + groups + roles for policy in principal["AttachedManagedPolicies"])
        known = {policy["Arn"] for policy in policies}
        self.check(where, set(attached) <= known, f"attached but not there: {set(attached) - known}")
        for policy in policies:
            self.same(f"{where} {policy['Arn']}", policy["AttachmentCount"], attached[policy["Arn"]], "attachments")
            version = policy["PolicyVersionList"][0]
            self.check(where, version["VersionId"] == policy["DefaultVersionId"] and "Statement" in version["Document"], "no document")
        names = {group["GroupName"] for group in groups}
        self.check(where, all(set(user["GroupList"]) <= names for user in users), "a user of a group that is not there")
        for role in roles:
            self.check(where, "Statement" in role["AssumeRolePolicyDocument"], "no trust policy")
        ids = [item[key] for items, key in ((users, "UserId"), (groups, "GroupId"), (roles, "RoleId"), (policies, "PolicyId")) for item in items]
        self.same(where, len(set(ids)), len(ids), "different ids")
        summary = client.get_account_summary()["SummaryMap"]
        self.same(where, [summary[name] for name in ("Users", "Groups", "Roles", "Policies")],
                  [size[name] for name in ("users", "groups", "roles", "policies")], "the summary")
        only = client.get_account_authorization_details(Filter=["User"])
        self.same(where, (only["RoleDetailList"], only["Policies"]), ([], []), "what the filter leaves out")
        for operation, kind, items in (("list_users", "Users", users), ("list_roles", "Roles", roles), ("list_groups", "Groups", groups)):
            listed = [item["Arn"] for page in client.get_paginator(operation).paginate() for item in page[kind]]
            self.same(where, listed, [item["Arn"] for item in items], operation)
        listed = [item["Arn"] for page in client.get_paginator("list_policies").paginate(Scope="Local") for item in page["Policies"]]
        self.same(where, listed, [item["Arn"] for item in local], "list_policies")
        for role in roles[:2]:
            name = role["RoleName"]
            self.same(where, client.get_role(RoleName=name)["Role"]["Arn"], role["Arn"], "get_role")
            self.same(where, client.list_attached_role_policies(RoleName=name)["AttachedPolicies"], role["AttachedManagedPolicies"], "list_attached_role_policies")
        for policy in local[:2]:
            self.same(where, client.get_policy(PolicyArn=policy["Arn"])["Policy"]["PolicyId"], policy["PolicyId"], "get_policy")
            version = client.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
            self.same(where, version["Document"], policy["PolicyVersionList"][0]["Document"], "get_policy_version")
        self.refused(where, "NoSuchEntity", client.get_role, RoleName="role-99999999")
        self.refused(where, "NoSuchEntity", client.get_user, UserName="nobody")
        report = client.get_credential_report()["Content"].decode()
        rows = list(csv.DictReader(io.StringIO(report)))
        self.same(where, [row["user"] for row in rows[1:]], [user["UserName"] for user in users], "the credential report")
        self.check(where, all(None not in row and None not in row.values() for row in rows), "ragged credential report")
        return {role["Arn"] for role in roles}

    def refused(self, where, code, call, **params):
        try:
            call(**params)
        except botocore.exceptions.ClientError as error:
            return self.same(where, error.response["Error"]["Code"], code, f"refusal of {params}")
        return self.check(where, False, f"{params} was answered")

    # One region.

    def region(self, account, region, roles):
        where = f"{account} {region}"
        net = self.network(account, region, where)
        keys = self.keys(account, region, where)
        apis = self.client(account, region, "apigateway")
        listed = [api for page in apis.get_paginator("get_rest_apis").paginate() for api in page["items"]]
        found = self.functions(account, region, where, roles, net, keys, {api["id"] for api in listed})
        for api in listed:
            self.rest_api(apis, f"{where} {api['id']}", api, found["arns"])
        self.same(where, apis.get_account()["throttleSettings"]["burstLimit"], 5000, "API Gateway's burst")
        found["rest_apis"] = len(listed)
        found["http_apis"] = self.http_apis(account, region, where, found["arns"])
        found["keys"] = len(keys)
        found["trails"] = self.trails(account, region, where)
        return found

    def network(self, account, region, where):
        client, size = self.client(account, region, "ec2"), self.size
        def all_of(operation, kind):
            return [item for page in client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 100}) for item in page[kind]]
        vpcs = {vpc["VpcId"]: vpc for vpc in all_of("describe_vpcs", "Vpcs")}
        self.same(where, len(vpcs), size["vpcs"], "VPCs")
        subnets = {subnet["SubnetId"]: subnet for subnet in all_of("describe_subnets", "Subnets")}
        self.same(where, len(subnets), size["vpcs"] * size["subnets"], "subnets")
        groups = {group["GroupId"]: group for group in all_of("describe_security_groups", "SecurityGroups")}
        self.same(where, len(groups), size["vpcs"] * size["security_groups"], "security groups")
        interfaces = all_of("describe_network_interfaces", "NetworkInterfaces")
        self.same(where, len({interface["NetworkInterfaceId"] for interface in interfaces}), size["interfaces"], "interfaces")
        taken = collections.Counter()
        for interface in interfaces:
            subnet = subnets[interface["SubnetId"]]
            inside = ipaddress.ip_address(interface["PrivateIpAddress"]) in ipaddress.ip_network(subnet["CidrBlock"])
            group = groups[interface["Groups"][0]["GroupId"]]
            self.check(where, inside and interface["VpcId"] == subnet["VpcId"] == group["VpcId"], f"{interface['NetworkInterfaceId']} is out of place")
            self.same(where, interface["AvailabilityZone"], subnet["AvailabilityZone"], "an interface's zone")
            taken[interface["SubnetId"]] += 1
        self.same(where, len({interface["PrivateIpAddress"] for interface in interfaces}), len(interfaces), "different addresses")
        for key, subnet in subnets.items():
            block = ipaddress.ip_network(subnet["CidrBlock"])
            self.check(where, block.subnet_of(ipaddress.ip_network(vpcs[subnet["VpcId"]]["CidrBlock"])), f"{key} is outside its VPC")
            self.same(where, subnet["AvailableIpAddressCount"], block.num_addresses - 5 - taken[key], f"free addresses of {key}")
        gateways = {gateway["InternetGatewayId"]: gateway["Attachments"][0]["VpcId"] for gateway in all_of("describe_internet_gateways", "InternetGateways")}
        nats = {nat["NatGatewayId"]: nat for nat in all_of("describe_nat_gateways", "NatGateways")}
        for nat in nats.values():
            self.same(where, subnets[nat["SubnetId"]]["VpcId"], nat["VpcId"], "a NAT gateway's VPC")
        tables = all_of("describe_route_tables", "RouteTables")
        for table in tables:
            for route in table["Routes"]:
                gateway = route.get("GatewayId", "local")
                self.check(where, gateway == "local" or gateways[gateway] == table["VpcId"], "a route to another VPC's gateway")
                self.check(where, "NatGatewayId" not in route or nats[route["NatGatewayId"]]["VpcId"] == table["VpcId"], "a route to another VPC's NAT gateway")
            for association in table["Associations"]:
                subnet = association.get("SubnetId")
                self.check(where, subnet is None or subnets[subnet]["VpcId"] == table["VpcId"], "a table of another VPC's subnet")
        mains = [table["VpcId"] for table in tables if any(a["Main"] for a in table["Associations"])]
        self.same(where, sorted(mains), sorted(vpcs), "VPCs with a main route table")
        acls = all_of("describe_network_acls", "NetworkAcls")
        self.same(where, sorted(a["SubnetId"] for acl in acls for a in acl["Associations"]), sorted(subnets), "subnets with an ACL")
        for endpoint in all_of("describe_vpc_endpoints", "VpcEndpoints"):
            self.check(where, set(endpoint["RouteTableIds"]) <= {table["RouteTableId"] for table in tables}, "an endpoint's table is not there")
        for log in all_of("describe_flow_logs", "FlowLogs"):
            self.check(where, log["ResourceId"] in vpcs, "a flow log of no VPC")
        return {"vpcs": vpcs, "subnets": subnets, "groups": groups}

    def keys(self, account, region, where):
        client = self.client(account, region, "kms")
        listed = [key for page in client.get_paginator("list_keys").paginate() for key in page["Keys"]]
        aliases = [alias for page in client.get_paginator("list_aliases").paginate() for alias in page["Aliases"]]
        self.same(where, sorted(alias["TargetKeyId"] for alias in aliases), sorted(key["KeyId"] for key in listed), "keys with an alias")
        customers = set()
        for key in listed:
            metadata = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            self.same(where, (metadata["Arn"], metadata["AWSAccountId"]), (key["KeyArn"], account), "a key's metadata")
            self.same(where, client.describe_key(KeyId=key["KeyArn"])["KeyMetadata"]["KeyId"], key["KeyId"], "a key by ARN")
            self.check(where, "Statement" in json.loads(client.get_key_policy(KeyId=key["KeyId"])["Policy"]), "no key policy")
            if metadata["KeySpec"] == "SYMMETRIC_DEFAULT":
                rotated = client.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
                self.check(where, not (rotated and metadata["KeyState"] == "PendingDeletion"), "a dying key is rotated")
            else:
                self.refused(where, "UnsupportedOperationException", client.get_key_rotation_status, KeyId=key["KeyId"])
            grants = client.list_grants(KeyId=key["KeyId"])["Grants"]
            self.check(where, all(grant["KeyId"] == key["KeyArn"] for grant in grants), "another key's grant")
            self.same(where, client.list_key_policies(KeyId=key["KeyId"])["PolicyNames"], ["default"], "policy names")
            self.same(where, len(client.list_resource_tags(KeyId=key["KeyId"])["Tags"]), 1, "tags")
            if metadata["KeyManager"] == "CUSTOMER":
                customers.add(key["KeyArn"])
        for alias in aliases[:2]:
            self.same(where, client.describe_key(KeyId=alias["AliasName"])["KeyMetadata"]["KeyId"], alias["TargetKeyId"], "a key by alias")
            own = client.list_aliases(KeyId=alias["TargetKeyId"])["Aliases"]
            self.same(where, [one["AliasName"] for one in own], [alias["AliasName"]], "a key's aliases")
        self.refused(where, "NotFoundException", client.describe_key, KeyId="00000000-0000-4000-8000-00000000ffff")
        return customers

    def functions(self, account, region, where, roles, net, keys, apis):
        client = self.client(account, region, "lambda")
        pages = [page["Functions"] for page in client.get_paginator("list_functions").paginate()]
        self.check(where, all(len(page) == 50 for page in pages[:-1]), f"pages of {[len(page) for page in pages]}")
        functions = [function for page in pages for function in page]
        versions = [function["FunctionArn"] for page in client.get_paginator("list_functions").paginate(FunctionVersion="ALL") for function in page["Functions"]]
        self.same(where, versions, [f"{function['FunctionArn']}:$LATEST" for function in functions], "all versions")
        arns = {function["FunctionArn"] for function in functions}
        layers = {layer["LatestMatchingVersion"]["LayerVersionArn"] for page in client.get_paginator("list_layers").paginate() for layer in page["Layers"]}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            reserved = sum(pool.map(lambda function: self.function(client, where, function, roles, net, keys, apis, layers), functions))
        settings = client.get_account_settings()
        self.same(where, settings["AccountUsage"]["FunctionCount"], len(functions), "the account's function count")
        limit = settings["AccountLimit"]
        self.same(where, limit["ConcurrentExecutions"] - limit["UnreservedConcurrentExecutions"], reserved, "reserved concurrency")
        mappings = [mapping for page in client.get_paginator("list_event_source_mappings").paginate() for mapping in page["EventSourceMappings"]]
        self.check(where, all(mapping["FunctionArn"] in arns for mapping in mappings), "a mapping to no function")
        self.same(where, len({mapping["UUID"] for mapping in mappings}), len(mappings), "different mappings")
        if mappings:
            arn = mappings[0]["FunctionArn"]
            own = client.list_event_source_mappings(FunctionName=arn.rsplit(":", 1)[1])["EventSourceMappings"]
            self.same(where, own, [mapping for mapping in mappings if mapping["FunctionArn"] == arn], "a function's mappings")
        configs = client.list_code_signing_configs()["CodeSigningConfigs"]
        for config in configs:
            pages = client.get_paginator("list_functions_by_code_signing_config").paginate(CodeSigningConfigArn=config["CodeSigningConfigArn"])
            signed = [arn for page in pages for arn in page["FunctionArns"]]
            self.check(where, set(signed) <= arns and len(signed) == -(-max(len(arns), 0) // 50), f"signed functions: {len(signed)} of {len(arns)}")
        self.refused(where, "ResourceNotFoundException", client.get_function, FunctionName="orders-99999999")
        return {"functions": len(functions), "arns": arns, "layers": len(layers), "event_source_mappings": len(mappings), "code_signing_configs": len(configs)}

    def function(self, client, where, listed, roles, net, keys, apis, layers):
        name = listed["FunctionName"]
        where = f"{where} {name}"
        details = client.get_function(FunctionName=name)
        config = dict(details["Configuration"])
        self.same(where, (config.pop("State"), config.pop("LastUpdateStatus")), ("Active", "Successful"), "state")
        self.same(where, config, listed, "the function and its entry in the list")
        self.check(where, details["Code"]["Location"].startswith("https://") and "SIMSECRET" in details["Code"]["Location"], "no code location")
        self.check(where, listed["Role"] in roles, f"its role {listed['Role']} is not there")
        self.check(where, listed.get("KMSKeyArn") in keys | {None}, "its key is not there")
        self.check(where, all(layer["Arn"] in layers for layer in listed.get("Layers", [])), "its layer is not there")
        if vpc := listed.get("VpcConfig"):
            places = [net["subnets"][one]["VpcId"] for one in vpc["SubnetIds"]] + [net["groups"][one]["VpcId"] for one in vpc["SecurityGroupIds"]]
            self.same(where, set(places), {vpc["VpcId"]}, "the VPC of its subnets and groups")
        urls = client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
        policy = self.policy(client, where, name, listed["FunctionArn"], apis)
        opened = any("lambda:InvokeFunctionUrl" in statement["Action"] for statement in policy)
        self.same(where, opened, any(url["AuthType"] == "NONE" for url in urls), "an open URL and its statement")
        self.rest_of_function(client, where, listed, details)
        return details.get("Concurrency", {}).get("ReservedConcurrentExecutions", 0)

    def rest_of_function(self, client, where, listed, details):
        arn = listed["FunctionArn"]
        self.same(where, client.get_function_configuration(FunctionName=arn)["State"], "Active", "get_function_configuration")
        self.same(where, client.list_tags(Resource=arn)["Tags"], details.get("Tags", {}), "tags")
        concurrency = client.get_function_concurrency(FunctionName=arn)
        self.same(where, concurrency.get("ReservedConcurrentExecutions"), details.get("Concurrency", {}).get("ReservedConcurrentExecutions"), "concurrency")
        self.same(where, client.get_runtime_management_config(FunctionName=arn)["FunctionArn"], arn, "runtime management")
        self.same(where, client.get_function_recursion_config(FunctionName=arn)["RecursiveLoop"], "Terminate", "recursion")
        self.same(where, client.list_versions_by_function(FunctionName=arn)["Versions"], [listed], "versions")
        self.same(where, client.list_aliases(FunctionName=arn)["Aliases"], [], "aliases")
        self.same(where, client.list_provisioned_concurrency_configs(FunctionName=arn)["ProvisionedConcurrencyConfigs"], [], "provisioned concurrency")
        self.refused(where, "ResourceNotFoundException", client.get_function, FunctionName=arn, Qualifier="1")
        invoke = client.list_function_event_invoke_configs(FunctionName=arn)["FunctionEventInvokeConfigs"]
        if invoke:
            own = client.get_function_event_invoke_config(FunctionName=arn)
            self.same(where, own["MaximumRetryAttempts"], invoke[0]["MaximumRetryAttempts"], "event invoke config")
        else:
            self.refused(where, "ResourceNotFoundException", client.get_function_event_invoke_config, FunctionName=arn)

    def policy(self, client, where, name, arn, apis):
        try:
            statements = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
        except client.exceptions.ResourceNotFoundException:
            return []
        for statement in statements:
            self.same(where, statement["Resource"], arn, "a statement's resource")
            source = statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "")
            if ":execute-api:" in source and apis:
                self.check(where, source.split(":")[5].split("/")[0] in apis, f"{source} is not there")
        return statements

    # APIs.

    def rest_api(self, client, where, api, functions):
        key = api["id"]
        self.same(where, client.get_rest_api(restApiId=key)["name"], api["name"], "get_rest_api")
        if policy := api.get("policy"):
            self.check(where, "Statement" in json.loads(json.loads(f'"{policy}"')), "no policy")
        stages = client.get_stages(restApiId=key)["item"]
        self.check(where, len(stages) > 0, "no stage")
        authorizers = client.get_authorizers(restApiId=key)["items"]
        validators = {validator["id"] for validator in client.get_request_validators(restApiId=key)["items"]}
        ids = {authorizer["id"] for authorizer in authorizers}
        self.same(where, len(ids), len(authorizers), "different authorizers")
        for authorizer in authorizers:
            self.invokes(where, authorizer.get("authorizerUri"), functions)
        resources = client.get_resources(restApiId=key, embed=["methods"], limit=500)["items"]
        plain = client.get_resources(restApiId=key)["items"]
        self.same(where, [resource["path"] for resource in plain], [resource["path"] for resource in resources], "resources")
        self.check(where, all(method == {} for resource in plain for method in resource.get("resourceMethods", {}).values()), "methods that were not asked for")
        self.check(where, api["rootResourceId"] in {resource["id"] for resource in resources}, "its root is not there")
        for method in (method for resource in resources for method in resource.get("resourceMethods", {}).values()):
            needs = method["authorizationType"] in ("CUSTOM", "COGNITO_USER_POOLS")
            self.check(where, (method.get("authorizerId") in ids) == needs, "a method's authorizer is not there")
            self.check(where, method.get("requestValidatorId") in validators | {None}, "a method's validator is not there")
            self.invokes(where, method["methodIntegration"].get("uri"), functions)

    def invokes(self, where, uri, functions):
        if uri:
            arn = re.search(r"/functions/(.*)/invocations$", uri)
            self.check(where, arn and arn[1] in functions, f"{uri} is not there")

    def http_apis(self, account, region, where, functions):
        client = self.client(account, region, "apigatewayv2")
        apis = [api for page in client.get_paginator("get_apis").paginate() for api in page["Items"]]
        for api in apis:
            key, place = api["ApiId"], f"{where} {api['ApiId']}"
            integrations = {f"integrations/{one['IntegrationId']}": one for one in client.get_integrations(ApiId=key)["Items"]}
            for integration in integrations.values():
                self.check(place, integration["IntegrationType"] != "AWS_PROXY" or integration["IntegrationUri"] in functions, "an integration with no function")
            authorizers = {authorizer["AuthorizerId"] for authorizer in client.get_authorizers(ApiId=key)["Items"]}
            routes = client.get_routes(ApiId=key)["Items"]
            self.check(place, len(routes) > 0 and len(client.get_stages(ApiId=key)["Items"]) > 0, "no route or no stage")
            for route in routes:
                self.check(place, route["Target"] in integrations, "a route to no integration")
                self.check(place, (route.get("AuthorizerId") in authorizers) == (route["AuthorizationType"] == "JWT"), "a route's authorizer is not there")
        return len(apis)

    def trails(self, account, region, where):
        client = self.client(account, region, "cloudtrail")
        trails = client.describe_trails()["trailList"]
        own = client.describe_trails(includeShadowTrails=False)["trailList"]
        self.check(where, all(trail["HomeRegion"] == region for trail in own), "a shadow that was not asked for")
        for trail in trails:
            self.check(where, trail["HomeRegion"] == region or trail["IsMultiRegionTrail"], "another region's trail")
            status = client.get_trail_status(Name=trail["TrailARN"])
            selectors = client.get_event_selectors(TrailName=trail["TrailARN"])
            self.check(where, "IsLogging" in status and selectors["TrailARN"] == trail["TrailARN"], "no status or selectors")
        listed = [trail["TrailARN"] for page in client.get_paginator("list_trails").paginate() for trail in page["Trails"]]
        self.same(where, len(listed), self.size["trails"], "trails of all regions")
        self.refused(where, "TrailNotFoundException", client.get_trail_status, Name="trail-99999999")
        return len(own)

    # The organisation.

    def organization(self):
        accounts = self.size["accounts"]
        client = self.client(accounts[0], self.size["regions"][0], "organizations")
        if len(accounts) < 2:
            return self.refused("organization", "AWSOrganizationsNotInUseException", client.describe_organization)
        listed = [one for page in client.get_paginator("list_accounts").paginate() for one in page["Accounts"]]
        self.same("organization", [one["Id"] for one in listed], accounts, "accounts")
        root = client.list_roots()["Roots"][0]["Id"]
        children = [one["Id"] for page in client.get_paginator("list_accounts_for_parent").paginate(ParentId=root) for one in page["Accounts"]]
        self.same("organization", children, accounts, "accounts under the root")
        member = self.client(accounts[1], self.size["regions"][0], "organizations")
        self.same("organization", member.describe_organization()["Organization"]["MasterAccountId"], accounts[0], "the manager")
        self.refused("organization", "AccessDeniedException", member.list_accounts)
        sts = self.client(accounts[0], self.size["regions"][0], "sts")
        role = sts.assume_role(RoleArn=f"arn:aws:iam::{accounts[1]}:role/audit", RoleSessionName="audit")
        self.same("organization", role["Credentials"]["AccessKeyId"], accounts[1], "a member's credentials")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--size", required=True, type=json.loads)
    arguments = parser.parse_args()
    walk = Walk(arguments.endpoint, arguments.size)
    walk.organization()
    arns = [arn for account in arguments.size["accounts"] for arn in walk.account(account)]
    walk.same("all accounts", len(set(arns)), len(arns), "different function ARNs")
    for failure in walk.failures:
        print(f"FAILED {failure}", file=sys.stderr)
    print(f"{walk.asked} things asked about, {len(walk.failures)} failures")
    sys.exit(1 if walk.failures or not walk.asked else 0)


if __name__ == "__main__":
    main()
