"""What the networks of `clinic` are connected to: gateways, addresses, services, peers, and what the account forbids.

Frankfurt is connected to everything: it peers with the partner, offers a service to everyone beside one that
it offers to the partner only, and has a VPN of which one tunnel is down. Ireland forbids what comes in from the
internet, but for one VPC. Virginia enforces encryption.
"""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, PARTNER, SUBNET, VIRGINIA, VPC
from estate import Estate, name_tag
from network import MADE, arn, block_public_access, hexadecimal, internet_gateway

INTERNET = {FRANKFURT: hexadecimal("igw", 1), IRELAND: hexadecimal("igw", 2), VIRGINIA: hexadecimal("igw", 3)}
PARTNERS, OFFICES, OF_S3 = hexadecimal("pl", 1), hexadecimal("pl", 2), "pl-6ea54007"
PEERING, ENDED_PEERING = hexadecimal("pcx", 2), hexadecimal("pcx", 1)
TRANSIT, SHARED_TRANSIT = hexadecimal("tgw", 1), hexadecimal("tgw", 2)


def build(estate: Estate) -> None:
    protections(estate)
    gateways(estate)
    addresses(estate)
    reservations(estate)
    prefix_lists(estate)
    endpoint_services(estate)
    peerings(estate)
    transit_gateways(estate)
    vpn(estate)


def protections(estate: Estate) -> None:
    """Block Public Access and encryption controls."""
    states = ((FRANKFURT, "off", "default-state"), (IRELAND, "block-ingress", "update-complete"), (VIRGINIA, "off", "default-state"))
    for region, mode, state in states:
        block_public_access(estate, region, mode, state)
    estate.item(IRELAND, "ec2", "DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions", {
        "ExclusionId": hexadecimal("vpcbpa-exclude", 1), "InternetGatewayExclusionMode": "allow-bidirectional", "ResourceArn": arn(estate, IRELAND, "vpc", VPC[IRELAND]),
        "State": "create-complete", "CreationTimestamp": MADE, "Tags": [],
    })
    off = {name: {"State": "disabled"} for name in ("InternetGateway", "EgressOnlyInternetGateway", "NatGateway", "VirtualPrivateGateway", "VpcPeering", "VpcLattice", "ElasticFileSystem")}
    for number, (region, mode, of_lambda) in enumerate(((FRANKFURT, "monitor", "enabled"), (VIRGINIA, "enforce", "disabled")), 1):
        estate.item(region, "ec2", "DescribeVpcEncryptionControls", "VpcEncryptionControls", {
            "VpcEncryptionControlId": hexadecimal("vpcec", number), "VpcId": VPC[region], "Mode": mode, "State": "available",
            "ResourceExclusions": off | {"Lambda": {"State": of_lambda}}, "Tags": [],
        })


def gateways(estate: Estate) -> None:
    """Gateways: one for the internet in each VPC, and one that is left over; NAT that failed, and NAT in every zone."""
    for region, identifier in INTERNET.items():
        internet_gateway(estate, region, identifier, VPC[region])
    internet_gateway(estate, IRELAND, hexadecimal("igw", 4), None)
    estate.item(FRANKFURT, "ec2", "DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", {
        "EgressOnlyInternetGatewayId": hexadecimal("eigw", 1), "Attachments": [{"VpcId": VPC[FRANKFURT], "State": "attached"}], "Tags": name_tag("clinic-v6"),
    })
    estate.item(IRELAND, "ec2", "DescribeNatGateways", "NatGateways", {
        "NatGatewayId": hexadecimal("nat", 2), "VpcId": VPC[IRELAND], "SubnetId": SUBNET["batch-a"], "State": "failed", "ConnectivityType": "public", "AvailabilityMode": "zonal",
        "FailureCode": "InsufficientFreeAddressesInSubnet", "FailureMessage": "Subnet has insufficient free addresses to create this NAT gateway",
        "CreateTime": MADE, "DeleteTime": MADE, "NatGatewayAddresses": [{"AllocationId": hexadecimal("eipalloc", 2), "Status": "failed"}], "Tags": [],
    })
    at = [{"AllocationId": hexadecimal("eipalloc", number), "PublicIp": f"198.51.100.{number}", "AvailabilityZone": f"{VIRGINIA}{zone}", "AvailabilityZoneId": f"use1-az{number}", "Status": "succeeded"} for number, zone in ((4, "a"), (5, "b"))]
    estate.item(VIRGINIA, "ec2", "DescribeNatGateways", "NatGateways", {
        "NatGatewayId": hexadecimal("nat", 3), "VpcId": VPC[VIRGINIA], "State": "available", "ConnectivityType": "public", "AvailabilityMode": "regional", "AutoScalingIps": "enabled",
        "AutoProvisionZones": "enabled", "RouteTableId": hexadecimal("rtb", 0x41), "CreateTime": MADE, "NatGatewayAddresses": at, "Tags": [],
    })


def addresses(estate: Estate) -> None:
    """Elastic IP addresses: one in use, and one that nobody uses."""
    used = {"AssociationId": hexadecimal("eipassoc", 1), "NetworkInterfaceId": hexadecimal("eni", 0x90), "NetworkInterfaceOwnerId": ACCOUNT, "PrivateIpAddress": "10.20.60.9"}
    for number, (region, public, more) in enumerate(((FRANKFURT, "203.0.113.9", used), (IRELAND, "203.0.113.77", {})), 1):
        estate.item(region, "ec2", "DescribeAddresses", "Addresses", {
            "AllocationId": hexadecimal("eipalloc", number), "PublicIp": public, "Domain": "vpc", "PublicIpv4Pool": "amazon", "NetworkBorderGroup": region, **more,
        })


def reservations(estate: Estate) -> None:
    """A part of edge-a is kept for prefixes; nothing is kept elsewhere."""
    kept = {
        "SubnetCidrReservationId": hexadecimal("scr", 1), "SubnetId": SUBNET["edge-a"], "Cidr": "10.20.48.8/29", "ReservationType": "prefix", "OwnerId": ACCOUNT,
        "Description": "for the pods of the portal", "Tags": [],
    }
    estate.put(FRANKFURT, "ec2", "GetSubnetCidrReservations", {"SubnetIpv4CidrReservations": [kept], "SubnetIpv6CidrReservations": []}, SubnetId=SUBNET["edge-a"])
    for region in (FRANKFURT, IRELAND, VIRGINIA):
        estate.put(region, "ec2", "GetSubnetCidrReservations", {"SubnetIpv4CidrReservations": [], "SubnetIpv6CidrReservations": []})


def prefix_lists(estate: Estate) -> None:
    """The list of partners, which a rule of `export` refers to; that of offices, which nobody does; and AWS's own."""
    def add(identifier, name, owner, **more):
        of_aws = owner == "AWS"
        own = {"PrefixListArn": f"arn:aws:ec2:{FRANKFURT}:{'aws' if of_aws else owner}:prefix-list/{identifier}", "OwnerId": owner}
        estate.item(FRANKFURT, "ec2", "DescribeManagedPrefixLists", "PrefixLists", {
            "PrefixListId": identifier, "PrefixListName": name, "AddressFamily": "IPv4", "State": "create-complete", "Tags": [], **own, **more,
        })

    add(OF_S3, f"com.amazonaws.{FRANKFURT}.s3", "AWS")
    add(PARTNERS, "clinic-partners", ACCOUNT, MaxEntries=10, Version=3)
    add(OFFICES, "clinic-offices", ACCOUNT, MaxEntries=5, Version=1)
    entries = [{"Cidr": "198.51.100.0/24", "Description": "the laboratory"}, {"Cidr": "0.0.0.0/0", "Description": "until the migration is done"}]
    estate.put(FRANKFURT, "ec2", "GetManagedPrefixListEntries", {"Entries": entries}, PrefixListId=PARTNERS)


def endpoint_services(estate: Estate) -> None:
    """A service that everyone may use unasked, and one that the partner may use when accepted."""
    offered = (
        (1, False, [("*", "All")]),
        (2, True, [(f"arn:aws:iam::{PARTNER}:root", "Account")]),
    )
    for number, acceptance, principals in offered:
        service = hexadecimal("vpce-svc", number)
        estate.item(FRANKFURT, "ec2", "DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations", {
            "ServiceId": service, "ServiceName": f"com.amazonaws.vpce.{FRANKFURT}.{service}", "ServiceType": [{"ServiceType": "Interface"}], "ServiceState": "Available",
            "AcceptanceRequired": acceptance, "ManagesVpcEndpoints": False, "AvailabilityZones": [f"{FRANKFURT}a", f"{FRANKFURT}b"], "SupportedIpAddressTypes": ["ipv4"],
            "NetworkLoadBalancerArns": [f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:loadbalancer/net/clinic-{number}/0c11a1c00000000{number}"], "BaseEndpointDnsNames": [], "Tags": [],
        })
        allowed = [
            {"Principal": principal, "PrincipalType": kind, "ServiceId": service, "ServicePermissionId": hexadecimal("vpce-svc-perm", number), "Tags": []} for principal, kind in principals
        ]
        estate.put(FRANKFURT, "ec2", "DescribeVpcEndpointServicePermissions", {"AllowedPrincipals": allowed}, ServiceId=service)


def peerings(estate: Estate) -> None:
    """A connection to the partner, whose VPC has two ranges, and one that ended: a route still leads to it."""
    dns = {"AllowDnsResolutionFromRemoteVpc": False, "AllowEgressFromLocalClassicLinkToRemoteVpc": False, "AllowEgressFromLocalVpcToRemoteClassicLink": False}
    own = {"OwnerId": ACCOUNT, "VpcId": VPC[FRANKFURT], "Region": FRANKFURT}
    theirs = {"OwnerId": PARTNER, "VpcId": hexadecimal("vpc", 0x99), "Region": IRELAND}
    estate.item(FRANKFURT, "ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections", {
        "VpcPeeringConnectionId": PEERING, "Status": {"Code": "active", "Message": "Active"}, "Tags": name_tag("laboratory"),
        "RequesterVpcInfo": {**own, "CidrBlock": "10.20.0.0/16", "CidrBlockSet": [{"CidrBlock": "10.20.0.0/16"}], "PeeringOptions": dns},
        "AccepterVpcInfo": {
            **theirs, "CidrBlock": "172.20.0.0/16", "CidrBlockSet": [{"CidrBlock": "172.20.0.0/16"}, {"CidrBlock": "172.21.0.0/16"}],
            "PeeringOptions": dns | {"AllowDnsResolutionFromRemoteVpc": True},
        },
    })
    estate.item(FRANKFURT, "ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections", {
        "VpcPeeringConnectionId": ENDED_PEERING, "Status": {"Code": "deleted", "Message": f"Deleted by {PARTNER}"}, "RequesterVpcInfo": own, "AccepterVpcInfo": theirs, "Tags": [],
    })


def transit_gateways(estate: Estate) -> None:
    """One that takes every attachment unasked, and the partner's, which does not."""
    for identifier, owner, accept in ((TRANSIT, ACCOUNT, "enable"), (SHARED_TRANSIT, PARTNER, "disable")):
        estate.item(FRANKFURT, "ec2", "DescribeTransitGateways", "TransitGateways", {
            "TransitGatewayId": identifier, "TransitGatewayArn": f"arn:aws:ec2:{FRANKFURT}:{owner}:transit-gateway/{identifier}", "OwnerId": owner, "State": "available",
            "Description": "clinics and laboratories", "CreationTime": MADE, "Tags": [],
            "Options": {"AutoAcceptSharedAttachments": accept, "DefaultRouteTableAssociation": accept, "DefaultRouteTablePropagation": accept, "DnsSupport": "enable", "SecurityGroupReferencingSupport": "disable"},
        })
        estate.item(FRANKFURT, "ec2", "DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", {
            "TransitGatewayAttachmentId": identifier.replace("tgw", "tgw-attach"), "TransitGatewayId": identifier, "VpcId": VPC[FRANKFURT], "VpcOwnerId": ACCOUNT,
            "State": "available" if owner == ACCOUNT else "pendingAcceptance", "SubnetIds": [SUBNET["db-a"], SUBNET["db-b"]], "CreationTime": MADE, "Tags": [],
            "Options": {"DnsSupport": "enable", "Ipv6Support": "disable", "ApplianceModeSupport": "disable", "SecurityGroupReferencingSupport": "disable"},
        })


def vpn(estate: Estate) -> None:
    """A connection of which one tunnel is down and not logged, and one of which both are up. Both hold their keys."""
    for number, (status, logged) in enumerate((("DOWN", False), ("UP", True)), 1):
        addresses = [f"192.0.2.{number}1", f"192.0.2.{number}2"]
        keys = [estate.secret(f"TRIPODPLANTEDTunnelKey{number}{at}") for at in (1, 2)]
        tunnels = "".join(f"<ipsec_tunnel><ike><pre_shared_key>{key}</pre_shared_key></ike></ipsec_tunnel>" for key in keys)
        logs = {"LogEnabled": logged, **({"LogGroupArn": f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:log-group:/clinic/vpn", "LogOutputFormat": "json"} if logged else {})}
        options = [
            {"OutsideIpAddress": address, "PreSharedKey": key, "IkeVersions": [{"Value": "ikev2"}] if logged else [{"Value": "ikev1"}, {"Value": "ikev2"}], "LogOptions": {"CloudWatchLogOptions": logs}}
            for address, key in zip(addresses, keys, strict=True)
        ]
        telemetry = [
            {"OutsideIpAddress": address, "Status": state, "StatusMessage": "IPSEC IS DOWN" if state == "DOWN" else "", "AcceptedRouteCount": 0 if state == "DOWN" else 4, "LastStatusChange": MADE}
            for address, state in zip(addresses, ("UP", status), strict=True)
        ]
        estate.item(FRANKFURT, "ec2", "DescribeVpnConnections", "VpnConnections", {
            "VpnConnectionId": hexadecimal("vpn", number), "State": "available", "Type": "ipsec.1", "Category": "VPN", "CustomerGatewayId": hexadecimal("cgw", number), "TransitGatewayId": TRANSIT,
            "CustomerGatewayConfiguration": f'<?xml version="1.0" encoding="UTF-8"?><vpn_connection id="{hexadecimal("vpn", number)}">{tunnels}</vpn_connection>',
            "Options": {"StaticRoutesOnly": False, "TunnelInsideIpVersion": "ipv4", "TunnelOptions": options}, "Routes": [], "VgwTelemetry": telemetry, "Tags": [],
        })
