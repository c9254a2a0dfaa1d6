"""What the checks of key policies, grants, API policies, endpoints and log policies should find in each estate.

Said here, beside no document, because one key or API is judged by several of them. Each outcome is read off the
intent: clinic_keys.py, clinic_apis.py, clinic_network.py, clinic_watch.py.
"""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, VIRGINIA, key_arn
from estate import DOOR_CHECKS, ENDPOINT_CHECKS, KEY_POLICY_CHECKS, LOG_CHECKS, Estate
from network import hexadecimal

DUTIES, FOREIGN, ENABLED, SERVICES, GRANTS = KEY_POLICY_CHECKS
PRESENT, PUBLIC, PRIVATE, NETWORK = DOOR_CHECKS
ENDPOINT = ENDPOINT_CHECKS[0]
LOGS = LOG_CHECKS[0]

# What AWS's default policy, and a key without grants, come to.
DEFAULT = {
    DUTIES: "pass, the policy names nobody but the account",
    FOREIGN: "pass, the account only",
    ENABLED: "pass, the account is enabled, as by default",
    SERVICES: "not_applicable, the policy names no service, and nobody who makes grants",
    GRANTS: "pass, nobody holds a grant",
}
EVERYBODY_USES = {DUTIES: "pass, everybody uses it, and only the account administers it"}

# Keys that differ from that, by region and name.
KEYS = {
    (FRANKFURT, "claims"): {GRANTS: "pass, one grant is for one function and retired by its holder, the other is a service's for a table of the account"},
    (FRANKFURT, "exports"): EVERYBODY_USES | {
        FOREIGN: "fail, everybody is of any account",
        SERVICES: "fail, everybody uses it without a service in between",
        GRANTS: "fail, two like grants to the whole of an unknown account, which can grant on",
    },
    (FRANKFURT, "shared"): EVERYBODY_USES | {
        FOREIGN: "pass, everybody of the account only",
        SERVICES: "pass, through S3 only",
        GRANTS: "fail, nobody can retire the grant (low)",
    },
    (FRANKFURT, "imported"): {},
    (FRANKFURT, "escrow"): {},
    (FRANKFURT, "records"): {},
    (IRELAND, "records"): {
        DUTIES: "pass, the partner decrypts and administers nothing",
        FOREIGN: "fail, the replica lets the partner in, whom nobody said is trusted",
        SERVICES: "not_applicable, the partner is no service and makes no grants",
    },
    (IRELAND, "premium"): {},
    (IRELAND, "west"): {},
    (VIRGINIA, "portal"): EVERYBODY_USES | {
        FOREIGN: "fail, everybody through S3 is of any account",
        SERVICES: "pass, through S3 only, though everybody",
    },
    (VIRGINIA, "signing"): {},
}

# REST APIs: none but the private one has a policy.
APIS = {
    (FRANKFURT, "a1claims01"): {
        PRESENT: "fail, no policy, and two methods ask nobody",
        PUBLIC: "not_applicable, no policy",
        PRIVATE: "not_applicable, a regional API",
        NETWORK: "fail, no policy",
    },
    (IRELAND, "p1private0"): {
        PRESENT: "pass, it has one",
        PUBLIC: "not_applicable, a private API",
        PRIVATE: "pass, one VPC endpoint is named",
        NETWORK: "not_applicable, a private API",
    },
    (VIRGINIA, "u1portal00"): {
        PRESENT: "fail, no policy, and two methods ask nobody; its default address is off (medium)",
        PUBLIC: "not_applicable, no policy",
        PRIVATE: "not_applicable, an edge-optimised API",
        NETWORK: "fail, no policy",
    },
}

ENDPOINTS = {
    hexadecimal("vpce", 1): "fail, anybody may read from any bucket through it (low)",
    hexadecimal("vpce", 2): "fail, AWS's default policy",
}

LOG_POLICIES = {
    (FRANKFURT, "resource-policy:open"): "fail, anybody may write to the logs",
    (FRANKFURT, "destination:open"): "fail, anybody may send logs to it",
    (FRANKFURT, "destination:partner"): "pass, one account",
    (IRELAND, "resource-policy:search"): "pass, one service for this account",
}


def build(estate: Estate) -> None:
    """The outcomes of `clinic`."""
    for (region, name), more in KEYS.items():
        say(estate, key_arn(region, name), DEFAULT | more)
    for (region, name), outcomes in APIS.items():
        say(estate, f"arn:aws:apigateway:{region}::/restapis/{name}", outcomes)
    for name, outcome in ENDPOINTS.items():
        say(estate, f"arn:aws:ec2:{FRANKFURT}:{ACCOUNT}:vpc-endpoint/{name}", {ENDPOINT: outcome})
    for (region, name), outcome in LOG_POLICIES.items():
        say(estate, f"arn:aws:logs:{region}:{ACCOUNT}:{name}", {LOGS: outcome})


def say(estate: Estate, resource: str, outcomes: dict[str, str]) -> None:
    estate.expect(resource, tuple(outcomes), "\n".join(f"{check}: {outcome}" for check, outcome in outcomes.items()))


def build_fresh(estate: Estate) -> None:
    """The outcomes of `fresh`: none. It has no key of its own, no API, no VPC endpoint and no policy of logs."""
    for service, operation, member in (("kms", "ListKeys", "Keys"), ("apigateway", "GetRestApis", "items"), ("ec2", "DescribeVpcEndpoints", "VpcEndpoints"), ("logs", "DescribeResourcePolicies", "resourcePolicies"), ("logs", "DescribeDestinations", "destinations")):
        for region in estate.manifest["regions"]:
            assert not estate.answers(region["name"], service, operation, member), f"{service}:{operation} of {region['name']}: say what is expected"
