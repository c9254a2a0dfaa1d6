"""The networks of `clinic`: a VPC in each region.

Frankfurt's holds the address stories. Four functions with four different sets of security groups share
edge-a, a /28 with one free address: two of the four shared interfaces exist, the other two were reclaimed
while their functions were idle, and cannot both come back. The same four fit into small-b, but not twice.
"""

import ipaddress

from clinic_names import ACCOUNT, FRANKFURT, GROUP, IRELAND, SUBNET, VIRGINIA, VPC, role_arn
from estate import Estate, policy
from network import hexadecimal, interface, route_table, security_group, subnet, tcp, vpc


def build(estate: Estate) -> None:
    vpcs(estate)
    security_groups(estate)
    subnets(estate)
    routes(estate)
    flow_logs(estate)
    interfaces(estate)


def vpcs(estate: Estate) -> None:
    vpc(estate, FRANKFURT, VPC[FRANKFURT], "10.20.0.0/16", name="clinic-prod", flow_logs="pass, one flow log records all traffic")
    vpc(estate, IRELAND, VPC[IRELAND], "10.30.0.0/20", name="clinic-batch", flow_logs="fail, one flow log records rejected traffic only, the other is not delivered")
    vpc(estate, VIRGINIA, VPC[VIRGINIA], "10.40.0.0/22", name="clinic-us <b>east</b>", flow_logs="pass, each of the two subnets is covered: one by ALL, one by ACCEPT and REJECT")


def security_groups(estate: Estate) -> None:
    ingress = {"db": [tcp(5432, group=GROUP["app"], account=ACCOUNT)], "portal": [tcp(443, cidr="10.20.0.0/16")], "tasks": [tcp(8080, group=GROUP["app"], account=ACCOUNT)]}
    # Everyone may try the mail relay's shell, over either family. What exports talk to, a list of ranges says.
    anyone = tcp(22, cidr="0.0.0.0/0") | {"Ipv6Ranges": [{"CidrIpv6": "::/0", "Description": "for the weekend"}]}
    ingress |= {"smtp": [anyone], "export": [tcp(443) | {"PrefixListIds": [{"PrefixListId": hexadecimal("pl", 1), "Description": "partners"}]}]}
    region = {"batch": IRELAND, "smtp": IRELAND, "us": VIRGINIA}
    for name, identifier in GROUP.items():
        where = region.get(name, FRANKFURT)
        security_group(estate, where, VPC[where], identifier, f"clinic-{name}", f"{name} of the clinic", ingress.get(name, []))


def subnets(estate: Estate) -> None:
    def add(region, name, cidr, free, low, exhaustion=None):
        subnet(estate, region, VPC[region], SUBNET[name], _zone(name), cidr, free, name=name, low=low, exhaustion=exhaustion)

    add(FRANKFURT, "app-a", "10.20.0.0/20", 3950, "pass, nearly empty", "pass, two sets of security groups, 8 instances at most and a connector, and 3950 free addresses")
    add(FRANKFURT, "app-b", "10.20.16.0/20", 4012, "pass, nearly empty", "pass, one set of security groups, 8 instances at most and a connector, and 4012 free addresses")
    add(FRANKFURT, "app-a2", "10.20.50.0/24", 240, "pass, nearly empty", "pass, one set of security groups and 240 free addresses")
    add(FRANKFURT, "full-c", "10.20.48.16/28", 0, "fail, 0 of 11 free", "fail, the interface of the functions exists, the one of the connector labs does not, and no address is free")
    add(FRANKFURT, "edge-a", "10.20.48.0/28", 1, "fail, 1 of 11 free is less than a tenth", "fail, two of four interfaces exist, two more are needed, one address is free")
    add(FRANKFURT, "small-b", "10.20.49.0/27", 3, "pass, 3 of 27 free is a little more than a tenth", "fail, four interfaces fit, but not four more while they are replaced (medium)")
    add(FRANKFURT, "db-a", "10.20.60.0/24", 200, "pass, 200 of 251 free")
    add(FRANKFURT, "db-b", "10.20.61.0/24", 198, "pass, 198 of 251 free")
    add(FRANKFURT, "six-c", None, 0, "not_applicable, it has no IPv4 range")
    add(IRELAND, "batch-a", "10.30.0.0/24", 26, "pass, 26 of 251 free is a little more than a tenth", "pass, two sets of security groups, both with an interface, and 26 free addresses")
    add(IRELAND, "batch-b", "10.30.1.0/25", 12, "fail, 12 of 123 free is a little less than a tenth", "pass, one set of security groups, with an interface, and 12 free addresses")
    add(VIRGINIA, "us-a", "10.40.0.0/26", 50, "pass, 50 of 59 free", "pass, one set of security groups and 50 free addresses")
    add(VIRGINIA, "us-b", "10.40.0.64/26", 51, "pass, 51 of 59 free", "pass, one set of security groups and 51 free addresses")


def routes(estate: Estate) -> None:
    internet = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": hexadecimal("igw", 1)}
    nat = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": hexadecimal("nat", 1)}
    gone = {"DestinationCidrBlock": "192.168.0.0/16", "VpcPeeringConnectionId": hexadecimal("pcx", 1), "State": "blackhole"}
    route_table(estate, FRANKFURT, VPC[FRANKFURT], hexadecimal("rtb", 0x10), "10.20.0.0/16", routes=[internet])
    private = [SUBNET[name] for name in ("app-a", "app-b", "app-a2", "full-c", "edge-a", "small-b")]
    route_table(estate, FRANKFURT, VPC[FRANKFURT], hexadecimal("rtb", 0x20), "10.20.0.0/16", subnets=private, routes=[nat, gone])
    route_table(estate, IRELAND, VPC[IRELAND], hexadecimal("rtb", 0x30), "10.30.0.0/20")
    route_table(estate, VIRGINIA, VPC[VIRGINIA], hexadecimal("rtb", 0x40), "10.40.0.0/22")
    estate.item(FRANKFURT, "ec2", "DescribeNatGateways", "NatGateways", {
        "NatGatewayId": hexadecimal("nat", 1), "VpcId": VPC[FRANKFURT], "SubnetId": SUBNET["db-a"], "State": "available", "ConnectivityType": "public", "CreateTime": "2025-11-03T09:00:00Z", "Tags": [],
        "NatGatewayAddresses": [{"AllocationId": hexadecimal("eipalloc", 1), "NetworkInterfaceId": hexadecimal("eni", 0x90), "PrivateIp": "10.20.60.9", "PublicIp": "203.0.113.9", "IsPrimary": True, "Status": "succeeded"}],
    })
    reads = policy({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    estate.item(FRANKFURT, "ec2", "DescribeVpcEndpoints", "VpcEndpoints", {
        "VpcEndpointId": hexadecimal("vpce", 1), "VpcEndpointType": "Gateway", "VpcId": VPC[FRANKFURT], "ServiceName": f"com.amazonaws.{FRANKFURT}.s3", "State": "available", "PolicyDocument": reads,
        "RouteTableIds": [hexadecimal("rtb", 0x20)], "SubnetIds": [], "Groups": [], "PrivateDnsEnabled": False, "RequesterManaged": False, "NetworkInterfaceIds": [], "CreationTimestamp": "2025-11-03T09:10:00Z", "OwnerId": ACCOUNT, "Tags": [],
    })
    estate.item(FRANKFURT, "ec2", "DescribeVpcEndpoints", "VpcEndpoints", {
        "VpcEndpointId": hexadecimal("vpce", 2), "VpcEndpointType": "Interface", "VpcId": VPC[FRANKFURT], "ServiceName": f"com.amazonaws.{FRANKFURT}.execute-api", "State": "available",
        "PolicyDocument": policy({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}),
        "RouteTableIds": [], "SubnetIds": [SUBNET["app-a"], SUBNET["app-b"]], "Groups": [{"GroupId": GROUP["portal"], "GroupName": "clinic-portal"}], "PrivateDnsEnabled": True, "RequesterManaged": False,
        "NetworkInterfaceIds": [hexadecimal("eni", 0x91), hexadecimal("eni", 0x92)], "CreationTimestamp": "2025-11-03T09:11:00Z", "OwnerId": ACCOUNT, "Tags": [],
    })


def flow_logs(estate: Estate) -> None:
    logs = (
        (FRANKFURT, VPC[FRANKFURT], "ALL", None),
        (IRELAND, VPC[IRELAND], "REJECT", None),
        (IRELAND, VPC[IRELAND], "ALL", "Access error"),
        (VIRGINIA, SUBNET["us-a"], "ALL", None),
        (VIRGINIA, SUBNET["us-b"], "ACCEPT", None),
        (VIRGINIA, SUBNET["us-b"], "REJECT", None),
    )
    for number, (region, resource, traffic, error) in enumerate(logs, 1):
        estate.item(region, "ec2", "DescribeFlowLogs", "FlowLogs", {
            "FlowLogId": hexadecimal("fl", number), "ResourceId": resource, "TrafficType": traffic, "FlowLogStatus": "ACTIVE", "LogDestinationType": "cloud-watch-logs", "LogGroupName": "/clinic/flow",
            "DeliverLogsStatus": "FAILED" if error else "SUCCESS", **({"DeliverLogsErrorMessage": error} if error else {}),
            "DeliverLogsPermissionArn": role_arn("clinic-flow-logs"), "CreationTime": "2025-11-03T09:20:00Z", "MaxAggregationInterval": 600, "Tags": [],
        })


def interfaces(estate: Estate) -> None:
    """Lambda's shared interfaces: one for each set of security groups in a subnet; and the other tenants."""
    shared = (
        (FRANKFURT, "app-a", "10.20.0.10", ("app", "db"), "claims-intake"),
        (FRANKFURT, "app-a", "10.20.0.11", ("app",), "documents-ocr"),
        (FRANKFURT, "app-b", "10.20.16.10", ("app", "db"), "claims-intake"),
        (FRANKFURT, "app-a2", "10.20.50.10", ("app",), "documents-ocr"),
        (FRANKFURT, "full-c", "10.20.48.20", ("app",), "documents-index"),
        (FRANKFURT, "edge-a", "10.20.48.4", ("fhir", "db"), "fhir-patient"),
        (FRANKFURT, "edge-a", "10.20.48.5", ("quote",), "quote-engine"),
        (FRANKFURT, "small-b", "10.20.49.4", ("fhir", "db"), "fhir-patient"),
        (FRANKFURT, "small-b", "10.20.49.5", ("quote",), "quote-engine"),
        (IRELAND, "batch-a", "10.30.0.10", ("batch",), "batch-premium"),
        (IRELAND, "batch-a", "10.30.0.11", ("batch", "smtp"), "batch-statements"),
        (IRELAND, "batch-b", "10.30.1.10", ("batch",), "batch-premium"),
        (VIRGINIA, "us-a", "10.40.0.10", ("us",), "id-verify"),
        (VIRGINIA, "us-b", "10.40.0.80", ("us",), "id-verify"),
    )
    for number, (region, name, address, groups, function) in enumerate(shared, 1):
        description = f"AWS Lambda VPC ENI-{function}-0c11a1c0-0000-4000-8000-{number:012x}"
        interface(estate, region, number, VPC[region], SUBNET[name], _zone(name), [address], [GROUP[group] for group in groups], description, "lambda")

    def tenants(first, name, start, count, each, description):
        addresses = [str(ipaddress.ip_address(start) + at) for at in range(count * each)]
        for at in range(count):
            interface(estate, FRANKFURT, first + at, VPC[FRANKFURT], SUBNET[name], _zone(name), addresses[at * each : (at + 1) * each], [GROUP["tasks"]], description)

    tenants(0x50, "edge-a", "10.20.48.6", 8, 1, "ECS task of the patient portal")
    tenants(0x60, "full-c", "10.20.48.21", 10, 1, "ECS task of the imaging viewer")
    tenants(0x70, "small-b", "10.20.49.6", 2, 11, "aws-K8S node of the coverage cluster")
    interface(estate, FRANKFURT, 0x90, VPC[FRANKFURT], SUBNET["db-a"], "a", ["10.20.60.9"], [], "Interface for NAT Gateway", "nat_gateway")
    interface(estate, FRANKFURT, 0x91, VPC[FRANKFURT], SUBNET["app-a"], "a", ["10.20.0.20"], [GROUP["portal"]], "VPC Endpoint Interface", "vpc_endpoint")
    interface(estate, FRANKFURT, 0x92, VPC[FRANKFURT], SUBNET["app-b"], "b", ["10.20.16.20"], [GROUP["portal"]], "VPC Endpoint Interface", "vpc_endpoint")


def _zone(name: str) -> str:
    return name.rstrip("2")[-1]
