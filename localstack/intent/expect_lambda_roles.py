"""What the checks of execution roles should say of the functions of `clinic`, by the role that each runs as."""

from clinic_names import FRANKFURT, IRELAND, VIRGINIA, function_arn
from estate import Estate

CHECKS = (
    "lambda-administrator-role",
    "lambda-broken-role",
    "lambda-overtrusting-role",
    "lambda-service-wildcard-role",
    "lambda-shared-role",
    "lambda-uncontrolled-code-change",
    "lambda-unlimited-decryption",
    "lambda-unlimited-sensitive-actions",
)

# Every role of a function trusts Lambda and nobody else.
TRUST = """
    lambda-broken-role: pass, Lambda may take the role on
    lambda-overtrusting-role: pass, Lambda alone may take the role on
"""
# PowerUserAccess leaves out IAM only: ci-deployer may change the code of every function, and is no administrator.
DEPLOYED = "lambda-uncontrolled-code-change: fail, ci-deployer may change any function by a wildcard"
CLOSED = "lambda-uncontrolled-code-change: pass, the function's own policy denies everybody everything, ci-deployer too"
NOTHING = """
    lambda-administrator-role: pass, a Deny undoes the Allow of everything
    lambda-service-wildcard-role: pass, a Deny undoes the Allow of everything
    lambda-unlimited-decryption: pass, a Deny undoes the Allow of everything
    lambda-unlimited-sensitive-actions: pass, a Deny undoes the Allow of everything
"""
ANYTHING = """
    lambda-administrator-role: fail, the role may do everything
    lambda-service-wildcard-role: fail, every action of every service (low, as the role is an administrator)
    lambda-unlimited-decryption: fail, any key and any secret (low, as the role is an administrator)
    lambda-unlimited-sensitive-actions: fail, any data, credentials and policies (low, as the role is an administrator)
"""
BUCKETS = """
    lambda-administrator-role: pass, every action, but on some buckets only
    lambda-service-wildcard-role: fail, every action of S3 on some buckets (low)
    lambda-unlimited-decryption: pass, buckets are neither keys nor secrets
    lambda-unlimited-sensitive-actions: pass, the buckets are named by a prefix
"""

# role: its functions, what its policies say, whether several functions have it
ROLES = {
    "clinic-claims": ([(FRANKFURT, "claims-intake"), (FRANKFURT, "claims-adjudicate"), (FRANKFURT, "claims-webhook")], BUCKETS),
    "clinic-documents": ([(FRANKFURT, "photo-triage"), (FRANKFURT, "documents-ocr"), (FRANKFURT, "documents-index"), (FRANKFURT, "documents-archive")], BUCKETS),
    "clinic-fhir": ([(FRANKFURT, "fhir-patient"), (FRANKFURT, "fhir-export")], """
        lambda-administrator-role: pass, it reads one table
        lambda-service-wildcard-role: pass, single actions
        lambda-unlimited-decryption: pass, it may not decrypt
        lambda-unlimited-sensitive-actions: pass, the table is named
    """),
    # The policy allows everything, the boundary some buckets.
    "clinic-batch": ([(IRELAND, "batch-premium"), (IRELAND, "batch-statements")], BUCKETS.replace("but on some buckets only", "but its boundary leaves some buckets only")),
    "clinic-partner": ([(FRANKFURT, "partner-hook"), (IRELAND, "partner-sync")], ANYTHING),
    "clinic-portal": ([(FRANKFURT, "quote-engine"), (FRANKFURT, "member-portal"), (VIRGINIA, "portal-authorizer"), (VIRGINIA, "id-verify")], NOTHING),
    "clinic-notify": ([(VIRGINIA, "notify-slack")], ANYTHING),
}
# A Deny of lambda:* for everybody, without a condition.
CLOSED_FUNCTIONS = {"quote-engine"}


def build(estate: Estate) -> None:
    for role, (functions, intent) in ROLES.items():
        for region, name in functions:
            shared = f"fail, {len(functions) - 1} more run as {role}" if len(functions) > 1 else f"pass, {role} is its own"
            changed = CLOSED if name in CLOSED_FUNCTIONS else DEPLOYED
            estate.expect(function_arn(region, name), CHECKS, f"{TRUST}\n{intent}\nlambda-shared-role: {shared}\n{changed}")
