"""What a network is connected to, created in an emulator by boto3. A part of `seeder`, which calls it.

Block Public Access and encryption controls are in neither emulator. Reservations are not made: nobody would ask
for them, because the emulators have no interfaces of Lambda.
"""


def seed(seeder, ec2) -> None:
    """Everything but what refers to it: rules and routes come after."""
    for part in (prefix_lists, gateways, addresses, services, peerings, transit_gateways, vpns, unmade):
        part(seeder, ec2)


def prefix_lists(seeder, ec2) -> None:
    for own in seeder.items("ec2", "DescribeManagedPrefixLists", "PrefixLists"):
        if own["OwnerId"] == "AWS":
            seeder.gap(f"prefix list {own['PrefixListName']}", "AWS makes its own; the emulators bring some")
            continue
        entries = seeder.items("ec2", "GetManagedPrefixListEntries", "Entries", PrefixListId=own["PrefixListId"])
        made = seeder.attempt(
            f"prefix list {own['PrefixListName']}", ec2.create_managed_prefix_list, PrefixListName=own["PrefixListName"], AddressFamily=own["AddressFamily"],
            MaxEntries=own["MaxEntries"], Entries=entries)
        if made:
            seeder.ids[own["PrefixListId"]] = made["PrefixList"]["PrefixListId"]


def gateways(seeder, ec2) -> None:
    for gateway in seeder.items("ec2", "DescribeInternetGateways", "InternetGateways"):
        made = seeder.attempt("internet gateway", ec2.create_internet_gateway)
        if not made:
            continue
        own = seeder.ids[gateway["InternetGatewayId"]] = made["InternetGateway"]["InternetGatewayId"]
        for attachment in gateway["Attachments"]:
            if attachment["VpcId"] in seeder.ids:
                seeder.attempt("internet gateway's VPC", ec2.attach_internet_gateway, InternetGatewayId=own, VpcId=seeder.ids[attachment["VpcId"]])
    for gateway in seeder.items("ec2", "DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways"):
        tags = [{"ResourceType": "egress-only-internet-gateway", "Tags": gateway["Tags"]}]
        made = seeder.attempt("egress-only internet gateway", ec2.create_egress_only_internet_gateway, VpcId=seeder.mapped(gateway["Attachments"][0]["VpcId"]), TagSpecifications=tags)
        if made:
            seeder.ids[gateway["EgressOnlyInternetGatewayId"]] = made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]


def addresses(seeder, ec2) -> None:
    for address in seeder.items("ec2", "DescribeAddresses", "Addresses"):
        made = seeder.attempt("address", ec2.allocate_address, Domain="vpc")
        if made:
            seeder.ids[address["AllocationId"]] = made["AllocationId"]
            seeder.ids[address["PublicIp"]] = made["PublicIp"]


def services(seeder, ec2) -> None:
    for service in seeder.items("ec2", "DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations"):
        what = f"endpoint service {service['ServiceId']}"
        made = seeder.attempt(
            what, ec2.create_vpc_endpoint_service_configuration, AcceptanceRequired=service["AcceptanceRequired"], NetworkLoadBalancerArns=service["NetworkLoadBalancerArns"])
        if not made:
            continue
        own = seeder.ids[service["ServiceId"]] = made["ServiceConfiguration"]["ServiceId"]
        allowed = seeder.items("ec2", "DescribeVpcEndpointServicePermissions", "AllowedPrincipals", ServiceId=service["ServiceId"])
        seeder.attempt(f"{what} permissions", ec2.modify_vpc_endpoint_service_permissions, ServiceId=own, AddAllowedPrincipals=[one["Principal"] for one in allowed])


def peerings(seeder, ec2) -> None:
    for peering in seeder.items("ec2", "DescribeVpcPeeringConnections", "VpcPeeringConnections"):
        if peering["Status"]["Code"] != "active":
            seeder.gap("peering connection", "one that ended cannot be made")
            continue
        theirs = peering["AccepterVpcInfo"]
        seeder.attempt(
            "peering connection", ec2.create_vpc_peering_connection, VpcId=seeder.mapped(peering["RequesterVpcInfo"]["VpcId"]), PeerVpcId=theirs["VpcId"], PeerOwnerId=theirs["OwnerId"],
            PeerRegion=theirs["Region"])


def transit_gateways(seeder, ec2) -> None:
    for gateway in seeder.items("ec2", "DescribeTransitGateways", "TransitGateways"):
        if gateway["OwnerId"] != seeder.account:
            seeder.gap("transit gateway", "one shared by another account cannot be made")
            continue
        options = {name: value for name, value in gateway["Options"].items() if name != "SecurityGroupReferencingSupport"}
        made = seeder.attempt("transit gateway", ec2.create_transit_gateway, Description=gateway["Description"], Options=options)
        if made:
            seeder.ids[gateway["TransitGatewayId"]] = made["TransitGateway"]["TransitGatewayId"]
    for attachment in seeder.items("ec2", "DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"):
        if attachment["TransitGatewayId"] not in seeder.ids:
            continue
        made = seeder.attempt(
            "transit gateway's VPC", ec2.create_transit_gateway_vpc_attachment, TransitGatewayId=seeder.ids[attachment["TransitGatewayId"]],
            VpcId=seeder.mapped(attachment["VpcId"]), SubnetIds=seeder.mapped(attachment["SubnetIds"]))
        if made:
            seeder.ids[attachment["TransitGatewayAttachmentId"]] = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]


def vpns(seeder, ec2) -> None:
    """Connections with keys of the emulator, if it makes any; tunnels are up or down as it says."""
    for at, connection in enumerate(seeder.items("ec2", "DescribeVpnConnections", "VpnConnections"), 1):
        other = seeder.attempt("customer gateway", ec2.create_customer_gateway, Type="ipsec.1", PublicIp=f"192.0.2.20{at}", BgpAsn=65000)
        if not other:
            continue
        seeder.ids[connection["CustomerGatewayId"]] = other["CustomerGateway"]["CustomerGatewayId"]
        more = {"TransitGatewayId": seeder.ids[connection["TransitGatewayId"]]} if connection["TransitGatewayId"] in seeder.ids else {}
        made = seeder.attempt("VPN connection", ec2.create_vpn_connection, Type="ipsec.1", CustomerGatewayId=seeder.ids[connection["CustomerGatewayId"]], **more)
        if made:
            seeder.ids[connection["VpnConnectionId"]] = made["VpnConnection"]["VpnConnectionId"]


def unmade(seeder, _) -> None:
    for operation, member in (("DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions"), ("DescribeVpcEncryptionControls", "VpcEncryptionControls")):
        for _item in seeder.items("ec2", operation, member):
            seeder.gap(member, "the emulators have none")
