"""Creating an estate in an emulator, by boto3. Runs in the Python of localstack/setup.

Every call goes through `Seeder.attempt`: what an emulator refuses is a gap, noted and reported.
"""

import io
import json
import zipfile

import boto3
import botocore.config
import botocore.exceptions
import seeding.watch
from documents import Documents

LIMITS = botocore.config.Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1}, proxies={})

# Each is called once in every region.
NEIGHBOURS = (seeding.watch,)


def clients(endpoint: str, account: str):
    """A function that makes a client of a service in a region. Both emulators take the access key's account."""

    def client(service: str, region: str):
        return boto3.client(
            service, region_name=region, endpoint_url=endpoint, aws_access_key_id=account, aws_secret_access_key="local", config=LIMITS
        )

    return client


def complaint(error: Exception) -> str:
    """An error in one line."""
    if isinstance(error, botocore.exceptions.ClientError):
        detail = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return f"{status} {detail.get('Code')}: {' '.join((detail.get('Message') or '').split())[:120]}"
    return f"{type(error).__name__}: {str(error)[:160]}"


class Seeder:
    """One run. `ids` maps the estate's ids to the emulator's."""

    def __init__(self, documents: Documents, client):
        self.documents, self.client, self.account = documents, client, documents.account
        self.ids: dict[str, str] = {}
        self.gaps: list[str] = []
        self.region = ""

    def attempt(self, what: str, call, **parameters):
        """Call; a refusal is a gap, and None comes back."""
        try:
            return call(**parameters)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            self.gaps.append(f"{self.region} {what}: {complaint(error)}")
            return None

    def gap(self, what: str, why: str) -> None:
        self.gaps.append(f"{self.region} {what}: {why}")

    def items(self, service: str, operation: str, member: str, **when) -> list:
        return self.documents.answer(self.region, service, operation, **when).get(member, [])

    def mapped(self, value):
        """A value with the estate's ids replaced by the emulator's."""
        text = json.dumps(value)
        for old, new in self.ids.items():
            text = text.replace(old, new)
        return json.loads(text)

    def run(self) -> None:
        self.region = "global"
        self.identities()
        for self.region in self.documents.regions:
            self.networks()
            self.keys()
            for area in NEIGHBOURS:
                area.seed(self)
            self.functions()
            self.rest_apis()
            self.http_apis()
        for self.region in self.documents.regions:
            self.trails()

    # Identities

    def identities(self) -> None:
        iam = self.client("iam", "us-east-1")
        details = self.documents.answer("global", "iam", "GetAccountAuthorizationDetails")
        for policy in details.get("Policies", []):
            if policy["Arn"].startswith("arn:aws:iam::aws:"):
                continue  # AWS's own; the emulators bring some
            document = next(version["Document"] for version in policy["PolicyVersionList"] if version["IsDefaultVersion"])
            self.attempt(f"policy {policy['PolicyName']}", iam.create_policy, PolicyName=policy["PolicyName"], Path=policy["Path"], PolicyDocument=json.dumps(document))
        for group in details.get("GroupDetailList", []):
            name = group["GroupName"]
            self.attempt(f"group {name}", iam.create_group, GroupName=name, Path=group["Path"])
            self._policies(f"group {name}", iam.attach_group_policy, iam.put_group_policy, {"GroupName": name}, group, "GroupPolicyList")
        for user in details.get("UserDetailList", []):
            name = user["UserName"]
            self.attempt(f"user {name}", iam.create_user, UserName=name, Path=user["Path"], Tags=user["Tags"])
            for group in user["GroupList"]:
                self.attempt(f"user {name} in {group}", iam.add_user_to_group, UserName=name, GroupName=group)
            self._policies(f"user {name}", iam.attach_user_policy, iam.put_user_policy, {"UserName": name}, user, "UserPolicyList")
        for role in details.get("RoleDetailList", []):
            name = role["RoleName"]
            trust = json.dumps(role["AssumeRolePolicyDocument"])
            self.attempt(f"role {name}", iam.create_role, RoleName=name, Path=role["Path"], AssumeRolePolicyDocument=trust)
            self._policies(f"role {name}", iam.attach_role_policy, iam.put_role_policy, {"RoleName": name}, role, "RolePolicyList")

    def _policies(self, what: str, attach, put, whom: dict, principal: dict, inline: str) -> None:
        for policy in principal["AttachedManagedPolicies"]:
            self.attempt(f"{what} has {policy['PolicyName']}", attach, PolicyArn=policy["PolicyArn"], **whom)
        for policy in principal[inline]:
            self.attempt(f"{what} has {policy['PolicyName']}", put, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"]), **whom)

    # Networks

    def networks(self) -> None:
        ec2 = self.client("ec2", self.region)
        vpcs = self.items("ec2", "DescribeVpcs", "Vpcs")
        default = next(iter(self.attempt("default VPC", ec2.describe_vpcs, Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]), None)
        wanted = next((vpc for vpc in vpcs if vpc["IsDefault"]), None)
        if default and wanted:
            self._default_network(ec2, wanted, default)
        elif default:
            self._remove_default_network(ec2, default["VpcId"])
        for vpc in vpcs:
            if not vpc["IsDefault"]:
                self._network(ec2, vpc)
        for subnet in self.items("ec2", "DescribeSubnets", "Subnets"):
            if subnet["VpcId"] in self.ids and not subnet["DefaultForAz"]:
                self._subnet(ec2, subnet)
        for group in self.items("ec2", "DescribeSecurityGroups", "SecurityGroups"):
            if group["VpcId"] in self.ids and group["GroupName"] != "default":
                made = self.attempt(f"security group {group['GroupName']}", ec2.create_security_group, GroupName=group["GroupName"], Description=group["Description"], VpcId=self.ids[group["VpcId"]])
                if made:
                    self.ids[group["GroupId"]] = made["GroupId"]
        self._rules_and_routes(ec2)

    def _default_network(self, ec2, wanted: dict, default: dict) -> None:
        """The emulator made a default VPC: take its subnets for the estate's, zone by zone."""
        self.ids[wanted["VpcId"]] = default["VpcId"]
        theirs = self.attempt("default subnets", ec2.describe_subnets, Filters=[{"Name": "vpc-id", "Values": [default["VpcId"]]}])["Subnets"]
        zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in theirs}
        for subnet in self.items("ec2", "DescribeSubnets", "Subnets"):
            if subnet["DefaultForAz"]:
                if subnet["AvailabilityZone"] in zones:
                    self.ids[subnet["SubnetId"]] = zones[subnet["AvailabilityZone"]]
                else:
                    self.gap(f"default subnet of {subnet['AvailabilityZone']}", "the emulator's default VPC has none")

    def _remove_default_network(self, ec2, vpc: str) -> None:
        mine = [{"Name": "vpc-id", "Values": [vpc]}]
        for subnet in ec2.describe_subnets(Filters=mine)["Subnets"]:
            self.attempt("removing a default subnet", ec2.delete_subnet, SubnetId=subnet["SubnetId"])
        for gateway in ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]:
            self.attempt("detaching the default gateway", ec2.detach_internet_gateway, InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
            self.attempt("removing the default gateway", ec2.delete_internet_gateway, InternetGatewayId=gateway["InternetGatewayId"])
        self.attempt("removing the default VPC", ec2.delete_vpc, VpcId=vpc)

    def _network(self, ec2, vpc: dict) -> None:
        made = self.attempt("VPC", ec2.create_vpc, CidrBlock=vpc["CidrBlock"])
        if made:
            self.ids[vpc["VpcId"]] = made["Vpc"]["VpcId"]
            self.attempt("VPC name", ec2.create_tags, Resources=[made["Vpc"]["VpcId"]], Tags=vpc["Tags"])

    def _subnet(self, ec2, subnet: dict) -> None:
        name = subnet["Tags"][0]["Value"]
        if "CidrBlock" not in subnet:
            self.gap(f"subnet {name}", "IPv6 only; not attempted")
            return
        made = self.attempt(f"subnet {name}", ec2.create_subnet, VpcId=self.ids[subnet["VpcId"]], CidrBlock=subnet["CidrBlock"], AvailabilityZone=subnet["AvailabilityZone"])
        if made:
            self.ids[subnet["SubnetId"]] = made["Subnet"]["SubnetId"]
            self.attempt(f"subnet {name} name", ec2.create_tags, Resources=[made["Subnet"]["SubnetId"]], Tags=subnet["Tags"])

    def _rules_and_routes(self, ec2) -> None:
        for group in self.items("ec2", "DescribeSecurityGroups", "SecurityGroups"):
            if group["GroupName"] != "default" and group["GroupId"] in self.ids and group["IpPermissions"]:
                rules = [{name: value for name, value in rule.items() if value != []} for rule in self.mapped(group["IpPermissions"])]
                self.attempt(f"rules of {group['GroupName']}", ec2.authorize_security_group_ingress, GroupId=self.ids[group["GroupId"]], IpPermissions=rules)
        for table in self.items("ec2", "DescribeRouteTables", "RouteTables"):
            subnets = [self.ids[item["SubnetId"]] for item in table["Associations"] if item.get("SubnetId") in self.ids]
            if not subnets:
                continue  # the main table comes with the VPC
            made = self.attempt("route table", ec2.create_route_table, VpcId=self.ids[table["VpcId"]])
            for subnet in subnets if made else []:
                self.attempt("route table's subnet", ec2.associate_route_table, RouteTableId=made["RouteTable"]["RouteTableId"], SubnetId=subnet)
            if made:
                self.ids[table["RouteTableId"]] = made["RouteTable"]["RouteTableId"]
        for gateway in self.items("ec2", "DescribeNatGateways", "NatGateways"):
            made = self.attempt("NAT gateway", ec2.create_nat_gateway, SubnetId=self.mapped(gateway["SubnetId"]), ConnectivityType="private")
            if made:
                self.ids[gateway["NatGatewayId"]] = made["NatGateway"]["NatGatewayId"]
        for endpoint in self.items("ec2", "DescribeVpcEndpoints", "VpcEndpoints"):
            own = self.mapped(endpoint)
            where = {"RouteTableIds": own["RouteTableIds"]} if own["VpcEndpointType"] == "Gateway" else {"SubnetIds": own["SubnetIds"], "SecurityGroupIds": [group["GroupId"] for group in own["Groups"]]}
            made = self.attempt(f"VPC endpoint {own['ServiceName']}", ec2.create_vpc_endpoint, VpcId=own["VpcId"], ServiceName=own["ServiceName"], VpcEndpointType=own["VpcEndpointType"], PolicyDocument=json.dumps(own["PolicyDocument"]), **where)
            if made:
                self.ids[endpoint["VpcEndpointId"]] = made["VpcEndpoint"]["VpcEndpointId"]
        for log in self.items("ec2", "DescribeFlowLogs", "FlowLogs"):
            kind = "VPC" if log["ResourceId"].startswith("vpc-") else "Subnet"
            if log["DeliverLogsStatus"] == "FAILED":
                self.gap(f"flow log {log['TrafficType']} of a {kind}", "one whose delivery fails cannot be made")
                continue
            made = self.attempt(
                f"flow log {log['TrafficType']} of a {kind}", ec2.create_flow_logs, ResourceIds=[self.mapped(log["ResourceId"])], ResourceType=kind, TrafficType=log["TrafficType"],
                LogDestinationType=log["LogDestinationType"], LogGroupName=f"{log['LogGroupName']}/{log['FlowLogId']}", DeliverLogsPermissionArn=log["DeliverLogsPermissionArn"])
            if made and made.get("Unsuccessful"):
                self.gap(f"flow log {log['TrafficType']} of a {kind}", json.dumps(made["Unsuccessful"])[:160])
            elif made and made.get("FlowLogIds"):
                self.ids[log["FlowLogId"]] = made["FlowLogIds"][0]
        if interfaces := self.items("ec2", "DescribeNetworkInterfaces", "NetworkInterfaces"):
            self.gap(f"{len(interfaces)} network interfaces", "those of Lambda and other services cannot be made from outside; free addresses therefore differ")

    # Keys

    def keys(self) -> None:
        kms = self.client("kms", self.region)
        for key in self.items("kms", "ListKeys", "Keys"):
            metadata = self.documents.answer(self.region, "kms", "DescribeKey", KeyId=key["KeyId"])["KeyMetadata"]
            what = f"key {metadata['Description'][:30]}"
            if metadata["KeyManager"] == "AWS":
                self.gap(what, "only AWS makes the keys it manages")
                continue
            policy = self.documents.answer(self.region, "kms", "GetKeyPolicy", KeyId=key["KeyId"])["Policy"]
            made = self.attempt(what, kms.create_key, Description=metadata["Description"], Policy=json.dumps(policy))
            if not made:
                continue
            identifier = self.ids[key["KeyId"]] = made["KeyMetadata"]["KeyId"]
            for alias in self.items("kms", "ListAliases", "Aliases"):
                if alias["TargetKeyId"] == key["KeyId"]:
                    self.attempt(f"{what} alias", kms.create_alias, AliasName=alias["AliasName"], TargetKeyId=identifier)
            if self.documents.answer(self.region, "kms", "GetKeyRotationStatus", KeyId=key["KeyId"]).get("KeyRotationEnabled"):
                self.attempt(f"{what} rotation", kms.enable_key_rotation, KeyId=identifier)
            if metadata["KeyState"] == "PendingDeletion":
                self.attempt(f"{what} deletion", kms.schedule_key_deletion, KeyId=identifier, PendingWindowInDays=30)

    # Functions

    def functions(self) -> None:
        client = self.client("lambda", self.region)
        for function in self.items("lambda", "ListFunctions", "Functions"):
            self._function(client, function)
        for configuration in self.items("lambda", "ListCodeSigningConfigs", "CodeSigningConfigs"):
            self._code_signing(client, configuration)
        for mapping in self.items("lambda", "ListEventSourceMappings", "EventSourceMappings"):
            queue = mapping["EventSourceArn"].rpartition(":")[2]
            self.attempt(f"queue {queue}", self.client("sqs", self.region).create_queue, QueueName=queue)
            made = self.attempt("event source mapping", client.create_event_source_mapping, EventSourceArn=mapping["EventSourceArn"], FunctionName=mapping["FunctionArn"], BatchSize=mapping["BatchSize"])
            if made:
                self.ids[mapping["UUID"]] = made["UUID"]

    def _function(self, client, function: dict) -> None:
        name = function["FunctionName"]
        details = self.documents.answer(self.region, "lambda", "GetFunction", FunctionName=name)
        parameters = {
            "FunctionName": name, "Role": function["Role"], "Description": function["Description"], "Timeout": function["Timeout"], "MemorySize": function["MemorySize"], "PackageType": function["PackageType"], "Tags": details["Tags"],
        }
        if function["PackageType"] == "Zip":
            parameters |= {"Runtime": function["Runtime"], "Handler": function["Handler"], "Code": {"ZipFile": package()}}
        else:
            parameters |= {"Code": {"ImageUri": details["Code"]["ImageUri"]}}
        if "VpcConfig" in function:
            parameters["VpcConfig"] = {key: self.mapped(function["VpcConfig"][key]) for key in ("SubnetIds", "SecurityGroupIds")}
        if "Variables" in function.get("Environment", {}):
            parameters["Environment"] = function["Environment"]
        elif "Environment" in function:
            self.gap(f"function {name}", "an environment that Lambda cannot decrypt cannot be made")
        if "KMSKeyArn" in function:
            parameters["KMSKeyArn"] = self.mapped(function["KMSKeyArn"])
        if "DeadLetterConfig" in function:
            parameters["DeadLetterConfig"] = function["DeadLetterConfig"]
        if not self.attempt(f"function {name}", client.create_function, **parameters):
            return
        if "Concurrency" in details:
            self.attempt(f"reserved concurrency of {name}", client.put_function_concurrency, FunctionName=name, **details["Concurrency"])
        for statement in self.documents.answer(self.region, "lambda", "GetPolicy", FunctionName=name).get("Policy", {}).get("Statement", []):
            self._permission(client, name, statement)
        for url in self.items("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", FunctionName=name):
            alias = url["FunctionArn"].partition(f":{name}:")[2]
            if alias:
                version = self.attempt(f"version of {name}", client.publish_version, FunctionName=name)
                if not version or not self.attempt(f"alias {alias} of {name}", client.create_alias, FunctionName=name, Name=alias, FunctionVersion=version["Version"]):
                    continue
            self.attempt(f"URL of {name}", client.create_function_url_config, FunctionName=name, AuthType=url["AuthType"], Cors=url["Cors"], **({"Qualifier": alias} if alias else {}))
        for config in self.items("lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", FunctionName=name):
            settings = {key: config[key] for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds") if key in config}
            destinations = {key: value for key, value in config["DestinationConfig"].items() if value}
            self.attempt(f"asynchronous settings of {name}", client.put_function_event_invoke_config, FunctionName=name, DestinationConfig=destinations, **settings)

    def _permission(self, client, name: str, statement: dict) -> None:
        """AddPermission takes less than a policy can say: one principal, one action, four conditions."""
        what = f"permission {statement['Sid']}"
        fields = {
            "aws:SourceArn": "SourceArn", "aws:SourceAccount": "SourceAccount", "aws:PrincipalOrgID": "PrincipalOrgID", "lambda:FunctionUrlAuthType": "FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl": "InvokedViaFunctionUrl",
        }
        parameters = {}
        for operator, pairs in statement.get("Condition", {}).items():
            for key, value in pairs.items():
                if key not in fields or operator not in ("StringEquals", "ArnLike", "Bool"):
                    self.gap(what, f"AddPermission cannot say {operator} {key}")
                    return
                parameters[fields[key]] = value == "true" if operator == "Bool" else value
        if statement["Effect"] != "Allow":
            self.gap(what, "AddPermission cannot deny")
            return
        principal = statement["Principal"]
        principal = principal if principal == "*" else next(iter(principal.values()))
        single = [value[0] if isinstance(value, list) else value for value in (principal, statement["Action"])]
        self.attempt(what, client.add_permission, FunctionName=name, StatementId=statement["Sid"], Principal=single[0], Action=single[1], **parameters)

    def _code_signing(self, client, configuration: dict) -> None:
        arn = configuration["CodeSigningConfigArn"]
        made = self.attempt("code signing configuration", client.create_code_signing_config, **{key: configuration[key] for key in ("Description", "AllowedPublishers", "CodeSigningPolicies")})
        if not made:
            return
        if "CodeSigningConfig" not in made:
            self.gap("code signing configuration", f"accepted, but the answer has no CodeSigningConfig: {json.dumps(made, default=str)[:120]}")
            return
        self.ids[arn] = made["CodeSigningConfig"]["CodeSigningConfigArn"]
        self.ids[configuration["CodeSigningConfigId"]] = made["CodeSigningConfig"]["CodeSigningConfigId"]
        for function in self.documents.answer(self.region, "lambda", "ListFunctionsByCodeSigningConfig", CodeSigningConfigArn=arn).get("FunctionArns", []):
            self.attempt(f"code signing of {function}", client.put_function_code_signing_config, CodeSigningConfigArn=self.ids[arn], FunctionName=function)

    # APIs

    def rest_apis(self) -> None:
        client = self.client("apigateway", self.region)
        role = self.documents.answer(self.region, "apigateway", "GetAccount").get("cloudwatchRoleArn")
        if role:
            self.attempt("API Gateway's log role", client.update_account, patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}])
        for api in self.items("apigateway", "GetRestApis", "items"):
            policy = {"policy": json.dumps(self.mapped(api["policy"]))} if "policy" in api else {}
            endpoint = {"types": api["endpointConfiguration"]["types"]}
            made = self.attempt(f"REST API {api['name']}", client.create_rest_api, name=api["name"], endpointConfiguration=endpoint, apiKeySource=api["apiKeySource"], tags=api["tags"], **policy)
            if made:
                self.ids[api["id"]] = made["id"]
                self._rest_api(client, api, made["id"])

    def _rest_api(self, client, api: dict, identifier: str) -> None:
        own = {}  # ids of authorizers, validators and resources repeat from API to API
        for validator in self.items("apigateway", "GetRequestValidators", "items", restApiId=api["id"]):
            made = self.attempt(f"validator {validator['name']}", client.create_request_validator, restApiId=identifier, **{key: validator[key] for key in ("name", "validateRequestBody", "validateRequestParameters")})
            own[validator["id"]] = made["id"] if made else ""
        for authorizer in self.items("apigateway", "GetAuthorizers", "items", restApiId=api["id"]):
            made = self.attempt(f"authorizer {authorizer['name']}", client.create_authorizer, restApiId=identifier, **{key: value for key, value in authorizer.items() if key != "id"})
            own[authorizer["id"]] = made["id"] if made else ""
        root = client.get_resources(restApiId=identifier)["items"][0]["id"]
        for resource in self.items("apigateway", "GetResources", "items", restApiId=api["id"]):
            if resource["path"] == "/":
                own[resource["id"]] = root
            else:
                made = self.attempt(f"resource {resource['path']}", client.create_resource, restApiId=identifier, parentId=own[resource["parentId"]], pathPart=resource["pathPart"])
                if not made:
                    continue
                own[resource["id"]] = made["id"]
            for method in resource.get("resourceMethods", {}).values():
                self._method(client, identifier, f"{method['httpMethod']} {resource['path']}", own, resource["id"], method)
        self.ids |= {f"{api['id']}/resources/{old}": f"{identifier}/resources/{new}" for old, new in own.items()}
        deployment = self.attempt(f"deployment of {api['name']}", client.create_deployment, restApiId=identifier)
        for stage in self.items("apigateway", "GetStages", "item", restApiId=api["id"]) if deployment else []:
            self.attempt(f"stage {stage['stageName']}", client.create_stage, restApiId=identifier, stageName=stage["stageName"], deploymentId=deployment["id"], variables=stage.get("variables", {}))
            changes = [
                {"op": "replace", "path": f"/{path}/throttling/{name}", "value": str(setting[member])}
                for path, setting in stage["methodSettings"].items() for name, member in (("rateLimit", "throttlingRateLimit"), ("burstLimit", "throttlingBurstLimit"))
            ]
            if changes:
                self.attempt(f"settings of stage {stage['stageName']}", client.update_stage, restApiId=identifier, stageName=stage["stageName"], patchOperations=changes)

    def _method(self, client, api: str, what: str, own: dict, resource: str, method: dict) -> None:
        parameters = {key: method[key] for key in ("apiKeyRequired", "requestParameters") if key in method}
        if "authorizationType" not in method:
            self.gap(f"method {what}", "one without an authorization type cannot be made; NONE instead")
        for key in ("authorizerId", "requestValidatorId"):
            if key in method:
                parameters[key] = own.get(method[key], method[key])
        place = {"restApiId": api, "resourceId": own[resource], "httpMethod": method["httpMethod"]}
        if self.attempt(f"method {what}", client.put_method, authorizationType=method.get("authorizationType", "NONE"), **parameters, **place) is None:
            return
        behind = method["methodIntegration"]
        more = {key: behind[key] for key in ("uri", "requestTemplates", "connectionType") if key in behind}
        if "httpMethod" in behind:
            more["integrationHttpMethod"] = behind["httpMethod"]
        self.attempt(f"integration of {what}", client.put_integration, type=behind["type"], **more, **place)

    def http_apis(self) -> None:
        client = self.client("apigatewayv2", self.region)
        for api in self.items("apigatewayv2", "GetApis", "Items"):
            made = self.attempt(f"API {api['Name']!r}", client.create_api, Name=api["Name"], ProtocolType=api["ProtocolType"], RouteSelectionExpression=api["RouteSelectionExpression"], Tags=api["Tags"])
            if not made:
                continue
            identifier = self.ids[api["ApiId"]] = made["ApiId"]
            own = {}
            for kind, create in (("Integration", client.create_integration), ("Authorizer", client.create_authorizer)):
                for document in self.items("apigatewayv2", f"Get{kind}s", "Items", ApiId=api["ApiId"]):
                    parameters = {key: value for key, value in document.items() if key != f"{kind}Id"}
                    made = self.attempt(f"{kind.lower()} of {api['Name']!r}", create, ApiId=identifier, **parameters)
                    own[document[f"{kind}Id"]] = made[f"{kind}Id"] if made else ""
            for route in self.items("apigatewayv2", "GetRoutes", "Items", ApiId=api["ApiId"]):
                parameters = {key: own.get(value, value) for key, value in route.items() if key not in ("RouteId", "Target", "ApiKeyRequired")}
                if "AuthorizationType" not in route:
                    self.gap(f"route {route['RouteKey']}", "one without an authorization type cannot be made; the default NONE instead")
                made = self.attempt(f"route {route['RouteKey']}", client.create_route, ApiId=identifier, Target=f"integrations/{own['int0001']}", **parameters)
                if made:
                    own[route["RouteId"]] = made["RouteId"]
            self.ids |= {f"{api['ApiId']}/routes/{old}": f"{identifier}/routes/{new}" for old, new in own.items()}
            for stage in self.items("apigatewayv2", "GetStages", "Items", ApiId=api["ApiId"]):
                self.attempt(f"stage {stage['StageName']}", client.create_stage, ApiId=identifier, StageName=stage["StageName"], AutoDeploy=stage["AutoDeploy"], StageVariables=stage["StageVariables"])

    # Trails

    def trails(self) -> None:
        client = self.client("cloudtrail", self.region)
        for trail in self.items("cloudtrail", "DescribeTrails", "trailList"):
            if trail["HomeRegion"] != self.region:
                continue
            name, arn = trail["Name"], trail["TrailARN"]
            bucket = {"CreateBucketConfiguration": {"LocationConstraint": self.region}} if self.region != "us-east-1" else {}
            s3 = self.client("s3", self.region)
            if trail["S3BucketName"] not in {item["Name"] for item in s3.list_buckets().get("Buckets", [])}:
                self.attempt(f"bucket {trail['S3BucketName']}", s3.create_bucket, Bucket=trail["S3BucketName"], **bucket)
            more = {"KmsKeyId": self.mapped(trail["KmsKeyId"])} if "KmsKeyId" in trail else {}
            self.attempt(
                f"trail {name}", client.create_trail, Name=name, S3BucketName=trail["S3BucketName"], IsMultiRegionTrail=trail["IsMultiRegionTrail"],
                IncludeGlobalServiceEvents=trail["IncludeGlobalServiceEvents"], EnableLogFileValidation=trail["LogFileValidationEnabled"], **more)
            selectors = self.documents.answer(self.region, "cloudtrail", "GetEventSelectors", TrailName=arn)
            kinds = {key: selectors[key] for key in ("EventSelectors", "AdvancedEventSelectors") if key in selectors}
            self.attempt(f"selectors of trail {name}", client.put_event_selectors, TrailName=name, **kinds)
            if self.documents.answer(self.region, "cloudtrail", "GetTrailStatus", Name=arn).get("IsLogging"):
                self.attempt(f"recording of trail {name}", client.start_logging, Name=name)


def package() -> bytes:
    """A deployment package that does nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return None\n")
    return buffer.getvalue()
