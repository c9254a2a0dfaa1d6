"""VPC documents that several estates need."""

import ipaddress

from estate import SINGLE_CHECKS, Estate, name_tag

MADE = "2025-11-03T09:00:00Z"


def hexadecimal(prefix: str, number: int) -> str:
    """An id as EC2 writes it."""
    return f"{prefix}-0c{number:015x}"


def arn(estate: Estate, region: str, kind: str, identifier: str) -> str:
    return f"arn:aws:ec2:{region}:{estate.account}:{kind}/{identifier}"


def one(check: str) -> tuple[str]:
    """A check that stands alone for its kind of resource."""
    assert check in SINGLE_CHECKS
    return (check,)


def vpc(estate: Estate, region: str, identifier: str, cidr: str, *, flow_logs: str, name: str | None = None) -> None:
    """A VPC with its default security group, network ACL and route table, as EC2 makes them."""
    number = int(identifier.rpartition("-")[2], 16) & 0xFFFFFF
    tags = {"Tags": name_tag(name)} if name else {}
    estate.item(region, "ec2", "DescribeVpcs", "Vpcs", {
        "VpcId": identifier, "OwnerId": estate.account, "State": "available", "CidrBlock": cidr, "DhcpOptionsId": hexadecimal("dopt", number),
        "InstanceTenancy": "default", "IsDefault": name is None,
        "CidrBlockAssociationSet": [{"AssociationId": hexadecimal("vpc-cidr-assoc", number), "CidrBlock": cidr, "CidrBlockState": {"State": "associated"}}], **tags,
    })
    estate.expect(arn(estate, region, "vpc", identifier), one("vpc-missing-flow-logs"), f"vpc-missing-flow-logs: {flow_logs}")
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    group = hexadecimal("sg", number)
    itself = everything | {"IpRanges": [], "UserIdGroupPairs": [{"GroupId": group, "UserId": estate.account}]}
    security_group(estate, region, identifier, group, "default", "default VPC security group", ingress=[itself])
    entries = [
        {"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": action, "RuleNumber": rule}
        for egress in (True, False) for rule, action in ((100, "allow"), (32767, "deny"))
    ]
    estate.item(region, "ec2", "DescribeNetworkAcls", "NetworkAcls", {
        "NetworkAclId": hexadecimal("acl", number), "VpcId": identifier, "IsDefault": True, "OwnerId": estate.account, "Entries": entries, "Associations": [],
    })


def security_group(estate: Estate, region: str, vpc_id: str, identifier: str, name: str, description: str, ingress: list = ()) -> None:
    estate.item(region, "ec2", "DescribeSecurityGroups", "SecurityGroups", {
        "GroupId": identifier, "GroupName": name, "Description": description, "VpcId": vpc_id, "OwnerId": estate.account,
        "SecurityGroupArn": arn(estate, region, "security-group", identifier), "IpPermissions": list(ingress),
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}],
    })


def tcp(port: int, *, cidr: str | None = None, group: str | None = None, account: str = "") -> dict:
    """A rule that lets TCP in on one port, from a range or a group."""
    return {
        "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}] if cidr else [], "Ipv6Ranges": [], "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": group, "UserId": account}] if group else [],
    }


def route_table(estate: Estate, region: str, vpc_id: str, identifier: str, cidr: str, *, subnets: list[str] = (), routes: list[dict] = ()) -> None:
    """A route table; without subnets it is the VPC's main one."""
    number = int(identifier.rpartition("-")[2], 16) & 0xFFFFFF
    state = {"AssociationState": {"State": "associated"}, "RouteTableId": identifier}
    main = {"Main": True, "RouteTableAssociationId": hexadecimal("rtbassoc", number), **state}
    named = [{"Main": False, "RouteTableAssociationId": hexadecimal("rtbassoc", number + at), "SubnetId": subnet, **state} for at, subnet in enumerate(subnets, 1)]
    local = {"DestinationCidrBlock": cidr, "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"}
    estate.item(region, "ec2", "DescribeRouteTables", "RouteTables", {
        "RouteTableId": identifier, "VpcId": vpc_id, "OwnerId": estate.account, "Associations": named or [main], "PropagatingVgws": [],
        "Routes": [local, *({"Origin": "CreateRoute", "State": "active", **route} for route in routes)], "Tags": [],
    })


def subnet(estate: Estate, region: str, vpc_id: str, identifier: str, zone: str, cidr: str | None, free: int, *, low: str, exhaustion: str | None = None, name: str | None = None) -> None:
    """A subnet. `low` and `exhaustion` are the outcomes expected; none of the latter if no function uses it."""
    document = {
        "SubnetId": identifier, "SubnetArn": arn(estate, region, "subnet", identifier), "VpcId": vpc_id, "OwnerId": estate.account, "State": "available",
        "AvailabilityZone": f"{region}{zone}", "AvailableIpAddressCount": free, "DefaultForAz": name is None, "MapPublicIpOnLaunch": name is None,
        "AssignIpv6AddressOnCreation": cidr is None, "Ipv6Native": cidr is None, "EnableDns64": False, "MapCustomerOwnedIpOnLaunch": False, "Ipv6CidrBlockAssociationSet": [],
    }
    if cidr:
        assert 0 <= free <= ipaddress.ip_network(cidr).num_addresses - 5, identifier
        document["CidrBlock"] = cidr
    else:
        state = {"Ipv6CidrBlock": "2a05:d014:c11a:1c00::/64", "Ipv6CidrBlockState": {"State": "associated"}}
        document["Ipv6CidrBlockAssociationSet"] = [{"AssociationId": identifier.replace("subnet", "subnet-cidr-assoc"), **state}]
    if name:
        document["Tags"] = name_tag(name)
    estate.item(region, "ec2", "DescribeSubnets", "Subnets", document)
    resource = arn(estate, region, "subnet", identifier)
    estate.expect(resource, one("vpc-subnet-low-addresses"), f"vpc-subnet-low-addresses: {low}")
    if exhaustion:
        estate.expect(resource, one("lambda-address-exhaustion"), f"lambda-address-exhaustion: {exhaustion}")


def interface(estate: Estate, region: str, number: int, vpc_id: str, subnet_id: str, zone: str, addresses: list[str], groups: list[str], description: str, kind: str = "interface") -> None:
    """A network interface with its addresses."""
    managed = kind != "interface"
    estate.item(region, "ec2", "DescribeNetworkInterfaces", "NetworkInterfaces", {
        "NetworkInterfaceId": hexadecimal("eni", number), "InterfaceType": kind, "Description": description, "SubnetId": subnet_id, "VpcId": vpc_id,
        "AvailabilityZone": f"{region}{zone}", "OwnerId": estate.account, "Status": "in-use", "RequesterManaged": managed, "SourceDestCheck": kind != "nat_gateway",
        "Attachment": {"AttachmentId": f"{'ela' if managed else 'eni'}-attach-0c{number:015x}", "AttachTime": "2026-03-02T08:00:00Z", "DeleteOnTermination": False, "DeviceIndex": 1, "InstanceOwnerId": "amazon-aws" if managed else estate.account, "Status": "attached"},
        "Groups": [{"GroupId": group, "GroupName": group} for group in groups], "Ipv6Addresses": [], "TagSet": [],
        "MacAddress": f"02:0c:{number >> 24 & 255:02x}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}", "PrivateIpAddress": addresses[0],
        "PrivateIpAddresses": [{"Primary": at == 0, "PrivateIpAddress": address} for at, address in enumerate(addresses)],
    })


def block_public_access(estate: Estate, region: str, mode: str, state: str) -> None:
    """What the account forbids in a region; AWS answers it where nobody has set anything, too."""
    estate.put(region, "ec2", "DescribeVpcBlockPublicAccessOptions", {"VpcBlockPublicAccessOptions": {
        "AwsAccountId": estate.account, "AwsRegion": region, "State": state, "InternetGatewayBlockMode": mode, "LastUpdateTimestamp": MADE, "ManagedBy": "account", "ExclusionsAllowed": "allowed",
    }})


def internet_gateway(estate: Estate, region: str, identifier: str, vpc: str | None) -> None:
    estate.item(region, "ec2", "DescribeInternetGateways", "InternetGateways", {
        "InternetGatewayId": identifier, "OwnerId": estate.account, "Attachments": [{"VpcId": vpc, "State": "available"}] if vpc else [], "Tags": [],
    })
