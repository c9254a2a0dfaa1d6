"""What the checks of zones, NAT gateways, endpoints, VPNs and throttles should find in each estate.

Said here, beside no document. Each outcome is read off the intent: clinic_network.py and clinic_network_more.py for
networks, clinic_account.py for what roles name, clinic_apis.py and clinic_apis_more.py for APIs.
"""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, SUBNET, VIRGINIA, VPC
from estate import Estate
from network import hexadecimal

ZONES, PRIVATE, SERVICES = VPC_CHECKS = ("vpc-single-zone", "vpc-public-subnets-only", "vpc-missing-endpoint")
WAY_OUT = "vpc-cross-zone-nat"
FAILED, WATCHED = NAT_CHECKS = ("vpc-failed-nat-gateway", "vpc-unwatched-nat-gateway")
ENDPOINT = "vpc-single-zone-endpoint"
TUNNELS, LOGGED = VPN_CHECKS = ("vpc-vpn-tunnel-down", "vpc-missing-vpn-logging")
PLAN, KEY, ROUTES = "apigateway-unlimited-usage-plan", "apigateway-planless-key", "apigateway-missing-route-throttling"

# No VPC stands in one zone, and none is public altogether: the failing sides are in the tests of the checks.
VPCS = {
    FRANKFURT: {
        ZONES: "pass, six private subnets in a, b and c, and three public ones in a, b and c",
        PRIVATE: "pass, a table without the internet gateway is in force for six subnets",
        SERVICES: "fail, both functions of clinic-fhir read a table, and only NAT leads to DynamoDB; S3 has an endpoint",
    },
    IRELAND: {
        ZONES: "pass, private subnets in a and b",
        PRIVATE: "pass, no route leads to the internet gateway",
        SERVICES: "fail, clinic-admin names s3:GetObject, the boundary leaves some buckets, and there is neither endpoint nor way out (low)",
    },
    VIRGINIA: {
        ZONES: "pass, private subnets in a and b",
        PRIVATE: "pass, no route leads to the internet gateway",
        SERVICES: "not_applicable, the one function's role is denied everything",
    },
}

# The only NAT gateway that a route leads to stands in db-a, in zone a.
SAME, OTHER = "pass, its NAT gateway is in its own zone", "fail, its NAT gateway is in zone a"
INTERNET, CLOSED = "not_applicable, its default route leads to the internet gateway", "not_applicable, it has no default route"
SUBNETS = {
    FRANKFURT: {
        "app-a": SAME, "app-a2": SAME, "edge-a": SAME, "app-b": OTHER, "small-b": OTHER, "full-c": OTHER,
        # They name no table, and the main one leads out.
        "db-a": INTERNET, "db-b": INTERNET, "six-c": INTERNET,
    },
    IRELAND: {"batch-a": CLOSED, "batch-b": CLOSED},
    VIRGINIA: {"us-a": CLOSED, "us-b": CLOSED},
}

UNWATCHED = "fail, no alarm is about a NAT gateway (low)"
NATS = {
    (FRANKFURT, 1): {FAILED: "pass, available with its address", WATCHED: UNWATCHED},
    (IRELAND, 2): {FAILED: "fail, no free address in the subnet", WATCHED: "not_applicable, it failed"},
    (VIRGINIA, 3): {FAILED: "pass, available with both of its addresses", WATCHED: UNWATCHED},
}
ENDPOINTS = {1: "not_applicable, a gateway endpoint", 2: "pass, in app-a and app-b, zones a and b"}
VPNS = {
    1: {TUNNELS: "fail, one of two tunnels is down (medium)", LOGGED: "fail, neither tunnel is logged"},
    2: {TUNNELS: "pass, both are up", LOGGED: "pass, both are logged"},
}
PLANS = {"up1gold": "pass, 20 requests a second and 10,000 a day", "up2free": "fail, neither throttle nor quota"}
KEYS = {
    "ak1partner": "pass, in both plans",
    "ak2orphan0": "fail, in no plan (low)",
    "ak3legacy0": "not_applicable, disabled, though it would open a stage by itself",
}
STAGES = {
    (FRANKFURT, "h1members0", "$default"): "pass, 20 requests a second for each of six routes, one of them less",
    (FRANKFURT, "w1chat0000", "prod"): "fail, no limit",
    (IRELAND, "w2events00", "prod"): "pass, 20 requests a second for each of two routes",
    (VIRGINIA, "h2quotes00", "$default"): "fail, no limit",
}


def clinic(estate: Estate) -> None:
    for region, outcomes in VPCS.items():
        say(estate, ec2(ACCOUNT, region, "vpc", VPC[region]), outcomes)
    for region, outcomes in SUBNETS.items():
        for name, outcome in outcomes.items():
            say(estate, ec2(ACCOUNT, region, "subnet", SUBNET[name]), {WAY_OUT: outcome})
    for (region, number), outcomes in NATS.items():
        say(estate, ec2(ACCOUNT, region, "natgateway", hexadecimal("nat", number)), outcomes)
    for number, outcome in ENDPOINTS.items():
        say(estate, ec2(ACCOUNT, FRANKFURT, "vpc-endpoint", hexadecimal("vpce", number)), {ENDPOINT: outcome})
    for number, outcomes in VPNS.items():
        say(estate, ec2(ACCOUNT, FRANKFURT, "vpn-connection", hexadecimal("vpn", number)), outcomes)
    for kind, check, outcomes in (("usageplans", PLAN, PLANS), ("apikeys", KEY, KEYS)):
        for name, outcome in outcomes.items():
            say(estate, f"arn:aws:apigateway:{FRANKFURT}::/{kind}/{name}", {check: outcome})
    for (region, api, stage), outcome in STAGES.items():
        say(estate, f"arn:aws:apigateway:{region}::/apis/{api}/stages/{stage}", {ROUTES: outcome})


def fresh(estate: Estate) -> None:
    """Two default VPCs with three public subnets each, and nothing in them."""
    for region in (entry["name"] for entry in estate.manifest["regions"]):
        for vpc in estate.answers(region, "ec2", "DescribeVpcs", "Vpcs"):
            say(estate, ec2(estate.account, region, "vpc", vpc["VpcId"]), {
                ZONES: "pass, public subnets in a, b and c",
                PRIVATE: "not_applicable, nothing stands in it",
                SERVICES: "not_applicable, no function is in it",
            })
        for subnet in estate.answers(region, "ec2", "DescribeSubnets", "Subnets"):
            say(estate, subnet["SubnetArn"], {WAY_OUT: INTERNET})


def ec2(account: str, region: str, kind: str, identifier: str) -> str:
    return f"arn:aws:ec2:{region}:{account}:{kind}/{identifier}"


def say(estate: Estate, resource: str, outcomes: dict[str, str]) -> None:
    estate.expect(resource, tuple(outcomes), "\n".join(f"{check}: {outcome}" for check, outcome in outcomes.items()))
