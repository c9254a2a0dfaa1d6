"""What the checks of functions' networks, states and limits should find in `clinic`. The estate `fresh` has no function."""

from clinic_names import FRANKFURT, IRELAND, VIRGINIA, function_arn
from estate import Estate

REGION = {
    "claims-intake": FRANKFURT, "claims-adjudicate": FRANKFURT, "claims-webhook": FRANKFURT, "partner-hook": FRANKFURT, "photo-triage": FRANKFURT,
    "documents-ocr": FRANKFURT, "documents-index": FRANKFURT, "documents-archive": FRANKFURT,
    "fhir-patient": FRANKFURT, "fhir-export": FRANKFURT, "quote-engine": FRANKFURT, "member-portal": FRANKFURT,
    "batch-premium": IRELAND, "batch-statements": IRELAND, "partner-sync": IRELAND,
    "id-verify": VIRGINIA, "notify-slack": VIRGINIA, "portal-authorizer": VIRGINIA,
}

# Every subnet that functions use in Frankfurt has one route table, whose default route leads to the NAT gateway
# in db-a, of zone a. Ireland and Virginia have main tables only, without a default route.
IN_A_AND_B = ("claims-intake", "claims-webhook", "fhir-patient", "fhir-export", "quote-engine", "member-portal")
BEHIND_NAT = (*IN_A_AND_B, "documents-ocr", "documents-index")
CONFINED = ("batch-premium", "batch-statements", "id-verify")
IN_VPC = (*BEHIND_NAT, *CONFINED)
OUTSIDE = ("claims-adjudicate", "partner-hook", "photo-triage", "documents-archive", "partner-sync", "notify-slack", "portal-authorizer")
IDLE = ("fhir-export", "member-portal")


def others(*names: str) -> tuple[str, ...]:
    """Every function but these."""
    return tuple(name for name in REGION if name not in names)


# By check: the outcome, why, and the functions.
EXPECTED = {
    "lambda-zero-concurrency": (
        ("fail", "0 reserved, and its policy still lets alarms call it", ("notify-slack",)),
        ("pass", "50 reserved", ("claims-intake",)),
        ("pass", "nothing reserved", others("notify-slack", "claims-intake")),
    ),
    "lambda-maximum-ephemeral-storage": (
        ("fail", "10240 MiB", ("claims-adjudicate",)),
        ("pass", "512 MiB", others("claims-adjudicate")),
    ),
    "lambda-classified-outside-vpc": (
        ("pass", "in a VPC", IN_VPC),
        ("not_applicable", "no tag speaks of data", OUTSIDE),
    ),
    "lambda-public-subnet": (
        ("pass", "the route table that its subnets name leads to a NAT gateway; the public one is for the others", BEHIND_NAT),
        ("pass", "the main route table of its VPC has the local route only", CONFINED),
        ("not_applicable", "no VPC", OUTSIDE),
    ),
    "lambda-uneven-egress": (
        ("fail", "its subnet in zone b leaves through the NAT gateway in zone a (medium)", IN_A_AND_B),
        ("fail", "full-c leaves through the NAT gateway in zone a (medium)", ("documents-index",)),
        ("pass", "both of its subnets are in zone a, and so is the NAT gateway", ("documents-ocr",)),
        ("not_applicable", "its VPC has neither a default route nor an endpoint", CONFINED),
        ("not_applicable", "no VPC", OUTSIDE),
    ),
    "lambda-open-egress": (
        ("fail", "its security groups have the outgoing rule that AWS makes, and a NAT gateway leads out", BEHIND_NAT),
        ("fail", "its security groups have the outgoing rule that AWS makes, but no route leads out (low)", CONFINED),
        ("not_applicable", "no VPC", OUTSIDE),
    ),
    "lambda-unready-state": (
        ("fail", "idle; each of its two subnets has an address to wake it (low)", IDLE),
        ("fail", "the last update failed for want of permissions (medium)", ("documents-index",)),
        ("pass", "active, and the last update succeeded", others(*IDLE, "documents-index")),
    ),
    "lambda-missing-dual-stack": (
        ("not_applicable", "it is not allowed to use IPv6", IN_VPC),
        ("not_applicable", "no VPC", OUTSIDE),
    ),
}


def build(estate: Estate) -> None:
    for check, groups in EXPECTED.items():
        for outcome, why, names in groups:
            for name in names:
                estate.expect(function_arn(REGION[name], name), (check,), f"{check}: {outcome}, {why}")
