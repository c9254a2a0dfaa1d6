"""Who can make itself an administrator, in both estates."""

from clinic_names import FRANKFURT, IRELAND, VIRGINIA, function_arn, role_arn
from estate import Estate

PRINCIPAL = "iam-privilege-escalation"
FUNCTION = "lambda-escalating-role"
ALREADY = "not_applicable, it is an administrator already"

ROLES = {
    "clinic-claims": "pass, it acts on some buckets and writes logs",
    "clinic-documents": "pass, it acts on some buckets and writes logs",
    "clinic-fhir": "pass, it reads one table, writes logs and has network interfaces",
    "clinic-batch": "pass, its boundary leaves it some buckets",
    "clinic-partner": ALREADY,
    "clinic-portal": "pass, a Deny leaves it nothing",
    "clinic-notify": ALREADY,
    "clinic-apigateway-logs": "pass, it acts on logs",
    "clinic-trail-logs": "pass, it writes logs",
    "clinic-flow-logs": "pass, it writes logs",
    "clinic-break-glass": ALREADY,
    "tripod-scanner": "pass, it reads",
}
USERS = {
    "anna": "pass, the Deny of her group leaves reads, whatever the second factor would allow",
    "berta": "pass, she reads",
    "ci-deployer": "fail, it passes a role that is administrator to a new function of its own",
}
FUNCTIONS = {
    FRANKFURT: {
        "clinic-claims": ["claims-adjudicate", "claims-intake", "claims-webhook"],
        "clinic-documents": ["documents-archive", "documents-index", "documents-ocr", "photo-triage"],
        "clinic-fhir": ["fhir-export", "fhir-patient"],
        "clinic-portal": ["member-portal", "quote-engine"],
        "clinic-partner": ["partner-hook"],
    },
    IRELAND: {"clinic-batch": ["batch-premium", "batch-statements"], "clinic-partner": ["partner-sync"]},
    VIRGINIA: {"clinic-portal": ["id-verify", "portal-authorizer"], "clinic-notify": ["notify-slack"]},
}


def clinic(estate: Estate) -> None:
    for name, outcome in ROLES.items():
        estate.expect(role_arn(name), (PRINCIPAL,), f"{PRINCIPAL}: {outcome}")
    for name, outcome in USERS.items():
        estate.expect(f"arn:aws:iam::{estate.account}:user/{name}", (PRINCIPAL,), f"{PRINCIPAL}: {outcome}")
    for region, roles in FUNCTIONS.items():
        for role, names in roles.items():
            for name in names:
                estate.expect(function_arn(region, name), (FUNCTION,), f"{FUNCTION}: {ROLES[role]}")


def fresh(estate: Estate) -> None:
    estate.expect(f"arn:aws:iam::{estate.account}:role/tripod-scanner", (PRINCIPAL,), f"{PRINCIPAL}: {ROLES['tripod-scanner']}")
