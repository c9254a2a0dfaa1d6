"""What the checks of addresses and interfaces should find in each estate.

Said here, beside no document, because what a subnet has promised is the sum of what many documents say: functions in
clinic_functions.py, capacity providers and connectors in clinic_lambda_more.py, VPC links in clinic_apis_more.py, endpoints
and interfaces in clinic_network.py. The outcomes of lambda-address-exhaustion stand with the subnets.
"""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, SUBNET, VIRGINIA, VPC
from estate import Estate

OVERSUBSCRIBED = "vpc-oversubscribed-subnet"
REGION_QUOTA = "vpc-interface-quota-exhaustion"
VPC_QUOTA = "lambda-interface-quota-exhaustion"

NOBODY = "not_applicable, neither functions nor links nor endpoints are in it"

# What may be asked for beyond what is held, against what is free. archive-fleet has 32 processors, so 16 instances of the
# two that a large one has, 8 in each of its two subnets; trial-fleet has failed and starts none.
SUBNETS = {
    (FRANKFURT, "app-a"): "pass, 8 instances, a connector and an inactive VPC link ask, and 3950 are free",
    (FRANKFURT, "app-b"): "pass, 8 instances and a connector ask, and 4012 are free",
    (FRANKFURT, "app-a2"): "pass, the one interface that is needed exists",
    (FRANKFURT, "full-c"): "fail, the connector labs has no interface, and none is free",
    (FRANKFURT, "edge-a"): "fail, two functions that lie idle ask, and one is free",
    (FRANKFURT, "small-b"): "pass, two functions that lie idle ask, the VPC link has its interface, and three are free",
    (FRANKFURT, "db-a"): NOBODY,
    (FRANKFURT, "db-b"): NOBODY,
    (FRANKFURT, "six-c"): "not_applicable, it has no IPv4 range",
    (IRELAND, "batch-a"): "pass, both interfaces that are needed exist",
    (IRELAND, "batch-b"): "pass, the one interface that is needed exists",
    (VIRGINIA, "us-a"): "pass, the one interface that is needed exists",
    (VIRGINIA, "us-b"): "pass, the one interface that is needed exists",
}

# Interfaces of functions and connectors; no region lists L-9FEE3D26, so that the least of AWS's defaults, 250, has to do.
VPCS = {
    FRANKFURT: "pass, 13 combinations and 3 connectors, twice 13 while groups are replaced, of 250 at least",
    IRELAND: "pass, 3 combinations of 250 at least",
    VIRGINIA: "pass, 2 combinations of 250 at least",
}

REGIONS = {
    FRANKFURT: "pass, 55 interfaces at most are far from 5000",
    IRELAND: "pass, 3 interfaces are far from 5000",
    VIRGINIA: "pass, 2 interfaces are far from 5000",
}


def clinic(estate: Estate) -> None:
    """The outcomes of `clinic`."""
    for (region, name), outcome in SUBNETS.items():
        say(estate, f"arn:aws:ec2:{region}:{ACCOUNT}:subnet/{SUBNET[name]}", OVERSUBSCRIBED, outcome)
    for region, outcome in VPCS.items():
        say(estate, f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/{VPC[region]}", VPC_QUOTA, outcome)
    for region, outcome in REGIONS.items():
        say(estate, quota(region, ACCOUNT), REGION_QUOTA, outcome)


def fresh(estate: Estate) -> None:
    """The outcomes of `fresh`: default subnets with nothing in them."""
    for region in (region["name"] for region in estate.manifest["regions"] if region["opt_in"] != "not-opted-in"):
        for subnet in estate.answers(region, "ec2", "DescribeSubnets", "Subnets"):
            say(estate, subnet["SubnetArn"], OVERSUBSCRIBED, NOBODY)
        say(estate, quota(region, estate.account), REGION_QUOTA, "not_applicable, nothing has an interface yet")


def quota(region: str, account: str) -> str:
    return f"arn:aws:servicequotas:{region}:{account}:vpc/L-DF5E4CA3"


def say(estate: Estate, resource: str, check: str, outcome: str) -> None:
    estate.expect(resource, (check,), f"{check}: {outcome}")
