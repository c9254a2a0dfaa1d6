"""Creating an estate in an emulator, by boto3. Runs in the Python of localstack/setup.

Every call goes through `Seeder.attempt`: what an emulator refuses is a gap, noted and reported.
"""

import csv
import io
import json
import zipfile

import boto3
import botocore.config
import botocore.exceptions
import seeder_network
import seeding.data
import seeding.events
import seeding.guard
import seeding.queues
import seeding.watch
from documents import Documents

LIMITS = botocore.config.Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1}, proxies={})

# Each is called once in every region.
NEIGHBOURS = (seeding.queues, seeding.events, seeding.data, seeding.guard, seeding.watch)


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
        self.identity_settings()
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
        settings = {role["RoleName"]: role for role in self.documents.answer("global", "iam", "ListRoles").get("Roles", [])}
        for role in details.get("RoleDetailList", []):
            name = role["RoleName"]
            trust = json.dumps(role["AssumeRolePolicyDocument"])
            more = {key: settings[name][key] for key in ("Description", "MaxSessionDuration") if key in settings.get(name, {})}
            if "PermissionsBoundary" in role:
                more["PermissionsBoundary"] = role["PermissionsBoundary"]["PermissionsBoundaryArn"]
            self.attempt(f"role {name}", iam.create_role, RoleName=name, Path=role["Path"], AssumeRolePolicyDocument=trust, **more)
            for profile in role["InstanceProfileList"]:
                self.attempt(f"profile {name}", iam.create_instance_profile, InstanceProfileName=profile["InstanceProfileName"], Path=profile["Path"])
                self.attempt(f"profile {name} has its role", iam.add_role_to_instance_profile, InstanceProfileName=profile["InstanceProfileName"], RoleName=name)
            self._policies(f"role {name}", iam.attach_role_policy, iam.put_role_policy, {"RoleName": name}, role, "RolePolicyList")

    def identity_settings(self) -> None:
        """What stands beside principals, as far as it can be made without secrets and signed documents."""
        iam = self.client("iam", "us-east-1")

        def answer(operation, **when):
            return self.documents.answer("global", "iam", operation, **when)

        for alias in answer("ListAccountAliases").get("AccountAliases", []):
            self.attempt(f"alias {alias}", iam.create_account_alias, AccountAlias=alias)
        rules = answer("GetAccountPasswordPolicy").get("PasswordPolicy")
        if rules:
            self.attempt("password policy", iam.update_account_password_policy, **{key: value for key, value in rules.items() if key != "ExpirePasswords"})
        for device in answer("ListVirtualMFADevices").get("VirtualMFADevices", []):
            # Assigning one takes two codes of its seed.
            name = device["SerialNumber"].rpartition("/")[2]
            self.attempt(f"MFA device {name}", iam.create_virtual_mfa_device, VirtualMFADeviceName=name)
        for provider in answer("ListOpenIDConnectProviders").get("OpenIDConnectProviderList", []):
            document = answer("GetOpenIDConnectProvider", OpenIDConnectProviderArn=provider["Arn"])
            self.attempt(f"provider {document['Url']}", iam.create_open_id_connect_provider, Url=f"https://{document['Url']}", ClientIDList=document["ClientIDList"], ThumbprintList=document["ThumbprintList"])
        for operation, kind in (("ListSAMLProviders", "SAML providers"), ("ListServerCertificates", "server certificates"), ("ListServiceSpecificCredentials", "credentials of single services")):
            if answer(operation):
                self.gap(kind, "made of certificates or secrets; not attempted")
        for name, active in self._reported_keys(answer("GetCredentialReport").get("Content", "")):
            made = self.attempt(f"access key of {name}", iam.create_access_key, UserName=name)
            if made and not active:
                self.attempt(f"access key of {name} inactive", iam.update_access_key, UserName=name, AccessKeyId=made["AccessKey"]["AccessKeyId"], Status="Inactive")

    @staticmethod
    def _reported_keys(report: str):
        """Each access key of the credential report, root's aside: user, and whether it is active."""
        for row in csv.DictReader(io.StringIO(report)):
            for number in (1, 2):
                if row["user"] != "<root_account>" and row[f"access_key_{number}_last_rotated"] != "N/A":
                    yield row["user"], row[f"access_key_{number}_active"] == "true"

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
        seeder_network.seed(self, ec2)
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
            if gateway["State"] == "failed" or "SubnetId" not in gateway:
                self.gap("NAT gateway", "one that failed, and one of a whole region, cannot be made")
                continue
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
            identifier = self._key(kms, what, key["KeyId"], metadata)
            if not identifier:
                continue
            for alias in self.items("kms", "ListAliases", "Aliases"):
                if alias["TargetKeyId"] == key["KeyId"]:
                    self.attempt(f"{what} alias", kms.create_alias, AliasName=alias["AliasName"], TargetKeyId=identifier)
            if self.documents.answer(self.region, "kms", "GetKeyRotationStatus", KeyId=key["KeyId"]).get("KeyRotationEnabled"):
                self.attempt(f"{what} rotation", kms.enable_key_rotation, KeyId=identifier)
            for done in self.documents.answer(self.region, "kms", "ListKeyRotations", KeyId=key["KeyId"])["Rotations"]:
                if done["RotationType"] == "ON_DEMAND":
                    self.attempt(f"{what} rotation on demand", kms.rotate_key_on_demand, KeyId=identifier)
                else:
                    self.gap(f"{what} rotation of {done['RotationDate']}", "only time makes automatic rotations")
            self._grants(kms, what, key["KeyId"], identifier)
            if metadata["KeyState"] == "Disabled":
                self.attempt(f"{what} disabled", kms.disable_key, KeyId=identifier)
            if metadata["KeyState"] == "PendingDeletion":
                self.attempt(f"{what} deletion", kms.schedule_key_deletion, KeyId=identifier, PendingWindowInDays=30)
        for store in self.items("kms", "DescribeCustomKeyStores", "CustomKeyStores"):
            self.gap(f"custom key store {store['CustomKeyStoreName']}", "neither emulator has any")

    def _key(self, kms, what: str, identifier: str, metadata: dict) -> str | None:
        """Makes a key, or the replica of one, and gives its id."""
        policy = json.dumps(self.documents.answer(self.region, "kms", "GetKeyPolicy", KeyId=identifier)["Policy"])
        tags = self.documents.answer(self.region, "kms", "ListResourceTags", KeyId=identifier)["Tags"]
        shared = {"Description": metadata["Description"], "Policy": policy, "Tags": tags}
        if metadata.get("MultiRegionConfiguration", {}).get("MultiRegionKeyType") == "REPLICA":
            home = self.client("kms", metadata["MultiRegionConfiguration"]["PrimaryKey"]["Region"])
            made = self.attempt(what, home.replicate_key, KeyId=self.ids[identifier], ReplicaRegion=self.region, **shared)
            return made and made["ReplicaKeyMetadata"]["KeyId"]
        made = self.attempt(what, kms.create_key, KeyUsage=metadata["KeyUsage"], KeySpec=metadata["KeySpec"], Origin=metadata["Origin"], MultiRegion=metadata["MultiRegion"], **shared)
        if made:
            self.ids[identifier] = made["KeyMetadata"]["KeyId"]
        return made and made["KeyMetadata"]["KeyId"]

    def _grants(self, kms, what: str, key: str, identifier: str) -> None:
        for grant in self.documents.answer(self.region, "kms", "ListGrants", KeyId=key)["Grants"]:
            more = {name: grant[name] for name in ("Name", "GranteePrincipal", "GranteeServicePrincipal", "RetiringPrincipal", "RetiringServicePrincipal", "Constraints", "Operations") if name in grant}
            made = self.attempt(f"{what} grant", kms.create_grant, KeyId=identifier, **more)
            if made:
                self.ids[grant["GrantId"]] = made["GrantId"]

    # Functions

    def functions(self) -> None:
        client = self.client("lambda", self.region)
        for layer in self.items("lambda", "ListLayers", "Layers"):
            self._layer(client, layer["LayerName"])
        for function in self.items("lambda", "ListFunctions", "Functions"):
            self._function(client, function)
        for configuration in self.items("lambda", "ListCodeSigningConfigs", "CodeSigningConfigs"):
            self._code_signing(client, configuration)
        for mapping in self.items("lambda", "ListEventSourceMappings", "EventSourceMappings"):
            self._mapping(client, mapping)
        for provider in self.items("lambda", "ListCapacityProviders", "CapacityProviders"):
            self.gap(provider["CapacityProviderArn"], "no emulator has capacity providers")

    def _layer(self, client, name: str) -> None:
        versions = self.items("lambda", "ListLayerVersions", "LayerVersions", LayerName=name)
        for version in sorted(versions, key=lambda version: version["Version"]):
            number = version["Version"]
            said = {key: version[key] for key in ("Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")}
            self.attempt(f"layer {name}:{number}", client.publish_layer_version, LayerName=name, Content={"ZipFile": package()}, **said)
            for statement in self.documents.answer(self.region, "lambda", "GetLayerVersionPolicy", LayerName=name, VersionNumber=number).get("Policy", {}).get("Statement", []):
                organization = statement.get("Condition", {}).get("StringEquals", {}).get("aws:PrincipalOrgID")
                limit = {"OrganizationId": organization} if organization else {}
                self.attempt(f"permission {statement['Sid']} of layer {name}:{number}", client.add_layer_version_permission, LayerName=name, VersionNumber=number, StatementId=statement["Sid"], Action=statement["Action"], Principal=statement["Principal"], **limit)

    def _mapping(self, client, mapping: dict) -> None:
        source = mapping.get("EventSourceArn", "")
        if ":sqs:" not in source:
            self.gap(f"event source mapping {mapping['UUID']}", "streams and brokers are not made")
            return
        queue = source.rpartition(":")[2]
        self.attempt(f"queue {queue}", self.client("sqs", self.region).create_queue, QueueName=queue)
        settings = {key: mapping[key] for key in ("BatchSize", "FunctionResponseTypes", "FilterCriteria", "ScalingConfig") if key in mapping}
        made = self.attempt("event source mapping", client.create_event_source_mapping, EventSourceArn=source, FunctionName=mapping["FunctionArn"], **settings)
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
        parameters |= {key: function[key] for key in ("Architectures", "EphemeralStorage", "TracingConfig", "LoggingConfig") if key in function}
        if function["SnapStart"]["ApplyOn"] != "None":
            parameters["SnapStart"] = {"ApplyOn": function["SnapStart"]["ApplyOn"]}
        if "ImageConfigResponse" in function:
            parameters["ImageConfig"] = function["ImageConfigResponse"]["ImageConfig"]
        own = [layer["Arn"] for layer in function.get("Layers", []) if f":{self.account}:" in layer["Arn"]]
        if own:
            parameters["Layers"] = own
        for key in ("FileSystemConfigs", "CapacityProviderConfig", "DurableConfig", "TenancyConfig"):
            if key in function:
                self.gap(f"function {name}", f"{key} is not made")
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
        self._qualifiers(client, name)
        for url in self.items("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", FunctionName=name):
            alias = url["FunctionArn"].partition(f":{name}:")[2]
            self.attempt(f"URL of {name}", client.create_function_url_config, FunctionName=name, AuthType=url["AuthType"], Cors=url["Cors"], **({"Qualifier": alias} if alias else {}))
        for config in self.items("lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", FunctionName=name):
            settings = {key: config[key] for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds") if key in config}
            destinations = {key: value for key, value in config["DestinationConfig"].items() if value}
            qualifier = config["FunctionArn"].partition(f":{name}:")[2]
            qualified = {"Qualifier": qualifier} if qualifier != "$LATEST" else {}
            self.attempt(f"asynchronous settings of {name}", client.put_function_event_invoke_config, FunctionName=name, DestinationConfig=destinations, **settings, **qualified)
        recursion = self.documents.answer(self.region, "lambda", "GetFunctionRecursionConfig", FunctionName=name)
        if recursion["RecursiveLoop"] != "Terminate":
            self.attempt(f"recursion of {name}", client.put_function_recursion_config, FunctionName=name, RecursiveLoop=recursion["RecursiveLoop"])

    def _qualifiers(self, client, name: str) -> None:
        """Versions and aliases. Their policies are not made: an emulator gives them to the function."""
        every = self.items("lambda", "ListFunctions", "Functions", FunctionVersion="ALL")
        for version in (item["Version"] for item in every if item["FunctionName"] == name and item["Version"] != "$LATEST"):
            if not version.isdecimal():
                self.gap(f"version {version} of {name}", "is not made")
                continue
            if version != "1":
                # The same code twice is the same version.
                self.attempt(f"code of {name}", client.update_function_code, FunctionName=name, ZipFile=package(version))
            made = self.attempt(f"version {version} of {name}", client.publish_version, FunctionName=name, Description=version)
            if made and made["Version"] != version:
                self.gap(f"version {version} of {name}", f"became {made['Version']}")
        for alias in self.items("lambda", "ListAliases", "Aliases", FunctionName=name):
            said = {key: alias[key] for key in ("Name", "FunctionVersion", "Description", "RoutingConfig") if key in alias}
            self.attempt(f"alias {alias['Name']} of {name}", client.create_alias, FunctionName=name, **said)
        for ready in self.items("lambda", "ListProvisionedConcurrencyConfigs", "ProvisionedConcurrencyConfigs", FunctionName=name):
            qualifier = ready["FunctionArn"].partition(f":{name}:")[2]
            wanted = ready["RequestedProvisionedConcurrentExecutions"]
            self.attempt(f"provisioned concurrency of {name}:{qualifier}", client.put_provisioned_concurrency_config, FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=wanted)

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
        for link in self.items("apigateway", "GetVpcLinks", "items"):
            made = self.attempt(f"VPC link {link['name']}", client.create_vpc_link, name=link["name"], targetArns=link["targetArns"], tags=link["tags"])
            if made:
                self.ids[link["id"]] = made["id"]
        for api in self.items("apigateway", "GetRestApis", "items"):
            policy = {"policy": json.dumps(self.mapped(api["policy"]))} if "policy" in api else {}
            endpoint = {"types": api["endpointConfiguration"]["types"]}
            more = {key: api[key] for key in ("minimumCompressionSize", "binaryMediaTypes", "disableExecuteApiEndpoint", "securityPolicy", "endpointAccessMode") if key in api}
            made = self.attempt(f"REST API {api['name']}", client.create_rest_api, name=api["name"], endpointConfiguration=endpoint, apiKeySource=api["apiKeySource"], tags=api["tags"], **policy, **more)
            if made:
                self.ids[api["id"]] = made["id"]
                self._rest_api(client, api, made["id"])
        self._plans_and_keys(client)
        self._domain_names(client)

    def _plans_and_keys(self, client) -> None:
        for key in self.items("apigateway", "GetApiKeys", "items"):
            made = self.attempt(f"API key {key['name']}", client.create_api_key, name=key["name"], enabled=key["enabled"], tags=key["tags"])
            if made:
                self.ids[key["id"]] = made["id"]
        for plan in self.items("apigateway", "GetUsagePlans", "items"):
            more = {key: self.mapped(plan[key]) for key in ("apiStages", "throttle", "quota") if key in plan}
            made = self.attempt(f"usage plan {plan['name']}", client.create_usage_plan, name=plan["name"], tags=plan["tags"], **more)
            if not made:
                continue
            self.ids[plan["id"]] = made["id"]
            for key in self.items("apigateway", "GetUsagePlanKeys", "items", usagePlanId=plan["id"]):
                self.attempt(f"key of usage plan {plan['name']}", client.create_usage_plan_key, usagePlanId=made["id"], keyId=self.mapped(key["id"]), keyType=key["type"])
        for certificate in self.items("apigateway", "GetClientCertificates", "items"):
            self.gap(f"client certificate {certificate['clientCertificateId']}", "when it expires is the service's own; not attempted")

    def _domain_names(self, client) -> None:
        for domain in self.items("apigateway", "GetDomainNames", "items"):
            name = domain["domainName"]
            keys = ("certificateArn", "regionalCertificateArn", "endpointConfiguration", "securityPolicy", "endpointAccessMode", "routingMode", "tags")
            more = {key: domain[key] for key in keys if key in domain}
            if "mutualTlsAuthentication" in domain:
                more["mutualTlsAuthentication"] = {key: value for key, value in domain["mutualTlsAuthentication"].items() if key != "truststoreWarnings"}
            if "domainNameId" in domain:
                self.gap(f"domain name {name}", "private ones have an id and an ARN of the emulator; not attempted")
                continue
            if not self.attempt(f"domain name {name}", client.create_domain_name, domainName=name, **more):
                continue
            for mapping in self.items("apigateway", "GetBasePathMappings", "items", domainName=name):
                self.attempt(f"mapping of {name}", client.create_base_path_mapping, domainName=name, basePath=mapping["basePath"], restApiId=self.mapped(mapping["restApiId"]), stage=mapping["stage"])

    def _rest_api(self, client, api: dict, identifier: str) -> None:
        own = {}  # ids of authorizers, validators and resources repeat from API to API
        for validator in self.items("apigateway", "GetRequestValidators", "items", restApiId=api["id"]):
            made = self.attempt(f"validator {validator['name']}", client.create_request_validator, restApiId=identifier, **{key: validator[key] for key in ("name", "validateRequestBody", "validateRequestParameters")})
            own[validator["id"]] = made["id"] if made else ""
        for authorizer in self.items("apigateway", "GetAuthorizers", "items", restApiId=api["id"]):
            made = self.attempt(f"authorizer {authorizer['name']}", client.create_authorizer, restApiId=identifier, **{key: value for key, value in authorizer.items() if key != "id"})
            own[authorizer["id"]] = made["id"] if made else ""
        for model in self.items("apigateway", "GetModels", "items", restApiId=api["id"]):
            made = self.attempt(f"model {model['name']}", client.create_model, restApiId=identifier, name=model["name"], contentType=model["contentType"], schema=model["schema"])
            if made:
                self.ids[model["id"]] = made["id"]
        for response in self.items("apigateway", "GetGatewayResponses", "items", restApiId=api["id"]):
            if not response["defaultResponse"]:
                self.attempt(f"gateway response {response['responseType']}", client.put_gateway_response, restApiId=identifier, **{key: value for key, value in response.items() if key != "defaultResponse"})
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
            more = {key: stage[key] for key in ("cacheClusterEnabled", "cacheClusterSize", "tracingEnabled", "tags") if key in stage}
            self.attempt(f"stage {stage['stageName']}", client.create_stage, restApiId=identifier, stageName=stage["stageName"], deploymentId=deployment["id"], variables=stage.get("variables", {}), **more)
            changes = [
                {"op": "replace", "path": f"/{path}/throttling/{name}", "value": str(setting[member])}
                for path, setting in stage["methodSettings"].items() for name, member in (("rateLimit", "throttlingRateLimit"), ("burstLimit", "throttlingBurstLimit")) if member in setting
            ]
            changes += [{"op": "replace", "path": f"/accessLogSettings/{name}", "value": value} for name, value in stage.get("accessLogSettings", {}).items()]
            if changes:
                self.attempt(f"settings of stage {stage['stageName']}", client.update_stage, restApiId=identifier, stageName=stage["stageName"], patchOperations=changes)

    def _method(self, client, api: str, what: str, own: dict, resource: str, method: dict) -> None:
        parameters = {key: method[key] for key in ("apiKeyRequired", "requestParameters", "requestModels", "authorizationScopes") if key in method}
        if "authorizationType" not in method:
            self.gap(f"method {what}", "one without an authorization type cannot be made; NONE instead")
        for key in ("authorizerId", "requestValidatorId"):
            if key in method:
                parameters[key] = own.get(method[key], method[key])
        place = {"restApiId": api, "resourceId": own[resource], "httpMethod": method["httpMethod"]}
        if self.attempt(f"method {what}", client.put_method, authorizationType=method.get("authorizationType", "NONE"), **parameters, **place) is None:
            return
        behind = method["methodIntegration"]
        kept = ("uri", "requestTemplates", "connectionType", "connectionId", "credentials", "tlsConfig", "timeoutInMillis", "passthroughBehavior", "cacheKeyParameters", "cacheNamespace", "responseTransferMode")
        more = self.mapped({key: behind[key] for key in kept if key in behind})
        if "httpMethod" in behind:
            more["integrationHttpMethod"] = behind["httpMethod"]
        self.attempt(f"integration of {what}", client.put_integration, type=behind["type"], **more, **place)
        for status, answer in behind.get("integrationResponses", {}).items():
            self.attempt(f"response of {what}", client.put_integration_response, statusCode=status, responseParameters=answer["responseParameters"], **place)

    def http_apis(self) -> None:
        client = self.client("apigatewayv2", self.region)
        for link in self.items("apigatewayv2", "GetVpcLinks", "Items"):
            made = self.attempt(f"VPC link {link['Name']}", client.create_vpc_link, Name=link["Name"], **{key: self.mapped(link[key]) for key in ("SubnetIds", "SecurityGroupIds", "Tags")})
            if made:
                self.ids[link["VpcLinkId"]] = made["VpcLinkId"]
        for portal in self.items("apigatewayv2", "ListPortals", "Items"):
            self.gap(f"portal {portal['PortalContent']['DisplayName']}", "no emulator has portals; not attempted")
        for api in self.items("apigatewayv2", "GetApis", "Items"):
            more = {key: api[key] for key in ("CorsConfiguration", "DisableExecuteApiEndpoint", "IpAddressType") if key in api}
            made = self.attempt(f"API {api['Name']!r}", client.create_api, Name=api["Name"], ProtocolType=api["ProtocolType"], RouteSelectionExpression=api["RouteSelectionExpression"], Tags=api["Tags"], **more)
            if not made:
                continue
            identifier = self.ids[api["ApiId"]] = made["ApiId"]
            own = {}
            for kind, create in (("Integration", client.create_integration), ("Authorizer", client.create_authorizer)):
                for document in self.items("apigatewayv2", f"Get{kind}s", "Items", ApiId=api["ApiId"]):
                    parameters = self.mapped({key: value for key, value in document.items() if key != f"{kind}Id"})
                    made = self.attempt(f"{kind.lower()} of {api['Name']!r}", create, ApiId=identifier, **parameters)
                    own[document[f"{kind}Id"]] = made[f"{kind}Id"] if made else ""
            for route in self.items("apigatewayv2", "GetRoutes", "Items", ApiId=api["ApiId"]):
                parameters = {key: own.get(value, value) if isinstance(value, str) else value for key, value in route.items() if key not in ("RouteId", "Target", "ApiKeyRequired")}
                if "AuthorizationType" not in route:
                    self.gap(f"route {route['RouteKey']}", "one without an authorization type cannot be made; the default NONE instead")
                made = self.attempt(f"route {route['RouteKey']}", client.create_route, ApiId=identifier, Target=f"integrations/{own['int0001']}", **parameters)
                if made:
                    own[route["RouteId"]] = made["RouteId"]
            self.ids |= {f"{api['ApiId']}/routes/{old}": f"{identifier}/routes/{new}" for old, new in own.items()}
            for stage in self.items("apigatewayv2", "GetStages", "Items", ApiId=api["ApiId"]):
                more = {key: stage[key] for key in ("AccessLogSettings", "DefaultRouteSettings", "RouteSettings") if key in stage}
                self.attempt(f"stage {stage['StageName']}", client.create_stage, ApiId=identifier, StageName=stage["StageName"], AutoDeploy=stage["AutoDeploy"], StageVariables=stage["StageVariables"], **more)

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
            more |= {"S3KeyPrefix": trail["S3KeyPrefix"]} if "S3KeyPrefix" in trail else {}
            tags = self.documents.answer(self.region, "cloudtrail", "ListTags", ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
            self.attempt(
                f"trail {name}", client.create_trail, Name=name, S3BucketName=trail["S3BucketName"], IsMultiRegionTrail=trail["IsMultiRegionTrail"],
                IncludeGlobalServiceEvents=trail["IncludeGlobalServiceEvents"], EnableLogFileValidation=trail["LogFileValidationEnabled"], **more)
            selectors = self.documents.answer(self.region, "cloudtrail", "GetEventSelectors", TrailName=arn)
            kinds = {key: selectors[key] for key in ("EventSelectors", "AdvancedEventSelectors") if key in selectors}
            self.attempt(f"selectors of trail {name}", client.put_event_selectors, TrailName=name, **kinds)
            if tags:
                self.attempt(f"tags of trail {name}", client.add_tags, ResourceId=arn, TagsList=tags)
            if trail["HasInsightSelectors"]:
                insights = self.documents.answer(self.region, "cloudtrail", "GetInsightSelectors", TrailName=arn)["InsightSelectors"]
                self.attempt(f"Insights of trail {name}", client.put_insight_selectors, TrailName=name, InsightSelectors=insights)
            if self.documents.answer(self.region, "cloudtrail", "GetTrailStatus", Name=arn).get("IsLogging"):
                self.attempt(f"recording of trail {name}", client.start_logging, Name=name)
        for store in self.items("cloudtrail", "ListEventDataStores", "EventDataStores"):
            self.gap(f"event data store {store['Name']}", "neither emulator has any")


def package(answer: str = "None") -> bytes:
    """A deployment package that does nothing but answer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", f"def handler(event, context):\n    return {answer}\n")
    return buffer.getvalue()
