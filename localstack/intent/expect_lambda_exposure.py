"""What the checks of functions' policies and URLs should find in `clinic`. The estate `fresh` has no function."""

from clinic_names import FRANKFURT, IRELAND, VIRGINIA, function_arn
from estate import Estate

REGION = {
    "claims-intake": FRANKFURT, "claims-adjudicate": FRANKFURT, "claims-webhook": FRANKFURT, "partner-hook": FRANKFURT, "photo-triage": FRANKFURT,
    "documents-ocr": FRANKFURT, "documents-index": FRANKFURT, "documents-archive": FRANKFURT,
    "fhir-patient": FRANKFURT, "fhir-export": FRANKFURT, "quote-engine": FRANKFURT, "member-portal": FRANKFURT,
    "batch-premium": IRELAND, "batch-statements": IRELAND, "partner-sync": IRELAND,
    "id-verify": VIRGINIA, "notify-slack": VIRGINIA, "portal-authorizer": VIRGINIA,
}

# Functions that have no policy of their own, and none of a qualifier that lets anyone in.
CLOSED = ("fhir-patient", "batch-premium")
# Whose policies let services in, for resources of the account, and nobody else.
SERVED = ("claims-intake", "documents-ocr", "documents-index", "documents-archive", "batch-statements", "fhir-export", "notify-slack")
# Open to everyone, themselves or by a qualifier.
PUBLIC = ("claims-adjudicate", "partner-hook", "photo-triage", "id-verify", "portal-authorizer")
WITHOUT_URL = tuple(name for name in REGION if name not in ("claims-webhook", "partner-hook", "id-verify"))

# By check: the outcome, why, and the functions.
EXPECTED = {
    "lambda-public-qualified-policy": (
        ("fail", "version 1 has a policy that lets everybody invoke it", ("claims-adjudicate",)),
        ("fail", "the alias live is open to everybody by its URL", ("id-verify",)),
        ("pass", "the alias live lets only the account's API in, and the versions have no policy", ("claims-intake",)),
        ("pass", "neither versions nor aliases have a policy", ("claims-webhook", "documents-archive", "fhir-patient")),
        ("not_applicable", "neither versions nor aliases", (
            "partner-hook", "photo-triage", "documents-ocr", "documents-index", "fhir-export", "quote-engine", "member-portal",
            "batch-premium", "batch-statements", "partner-sync", "notify-slack", "portal-authorizer",
        )),
    ),
    "lambda-untrusted-account": (
        ("fail", "the partner's account is let in, and nobody called it trusted", ("partner-sync",)),
        ("not_applicable", "open to everyone, which the checks for public policies say", PUBLIC),
        ("pass", "an organisation is no account", ("claims-webhook", "member-portal")),
        ("pass", "the service acts for this account", SERVED),
        ("pass", "a Deny for everybody leaves nobody", ("quote-engine",)),
        ("pass", "no policy", CLOSED),
    ),
    "lambda-organization-wide-policy": (
        ("fail", "everybody of the organisation, which nobody called trusted", ("claims-webhook",)),
        ("fail", "everybody but those outside of the organisation, which nobody called trusted", ("member-portal",)),
        ("pass", "open to everyone and no organisation named; of o-* any will do", PUBLIC),
        ("pass", "the service acts for this account", SERVED),
        ("pass", "one other account", ("partner-sync",)),
        ("pass", "a Deny for everybody leaves nobody", ("quote-engine",)),
        ("pass", "no policy", CLOSED),
    ),
    "lambda-confused-deputy": (
        ("pass", "the service acts for one resource of the account, the bucket with its account named", SERVED),
        ("pass", "the only service acts for a resource of the account", ("portal-authorizer", "claims-adjudicate", "photo-triage", "partner-sync")),
        ("not_applicable", "no service is let in", ("claims-webhook", "partner-hook", "id-verify", "quote-engine", "member-portal", *CLOSED)),
    ),
    "lambda-dangling-trigger": (
        ("pass", "the API a1claims01 is there, for the function and for its alias, and so is the state machine claims-flow", ("claims-intake",)),
        ("pass", "the user pool members is there", ("claims-adjudicate",)),
        ("pass", "the target group photos is there", ("photo-triage",)),
        ("pass", "the log group of claims-intake is there", ("fhir-export",)),
        ("pass", "the queue partner-inbox is there", ("partner-sync",)),
        ("fail", "there is no alarm portal-errors in the region", ("notify-slack",)),
        ("pass", "the bucket clinic-documents is the account's", ("documents-ocr",)),
        ("pass", "the topic documents is there", ("documents-index",)),
        ("pass", "the rule archive is there", ("documents-archive",)),
        ("pass", "the pattern fits the rule statements of the bus partners", ("batch-statements",)),
        ("pass", "the API u1portal00 is there", ("portal-authorizer",)),
        ("not_applicable", "no service is let in", ("claims-webhook", "partner-hook", "id-verify", "quote-engine", "member-portal", *CLOSED)),
    ),
    "lambda-untrusted-layer": (
        ("fail", "the partner's layer, which nobody called trusted, beside one of the account's own", ("documents-ocr",)),
        ("pass", "a layer of the account's own", ("claims-intake",)),
        ("not_applicable", "no layer", tuple(name for name in REGION if name not in ("documents-ocr", "claims-intake"))),
    ),
    "lambda-missing-tags": (("not_applicable", "nobody said which tags are required", tuple(REGION)),),
    "lambda-url-any-origin": (
        ("fail", "every origin, with credentials", ("partner-hook", "id-verify")),
        ("pass", "one origin", ("claims-webhook",)),
        ("not_applicable", "no URL", WITHOUT_URL),
    ),
    "lambda-open-iam-url": (
        ("pass", "the organisation may invoke the function directly; nobody is given the URL", ("claims-webhook",)),
        ("not_applicable", "the URL asks nobody who they are, which lambda-public-url says", ("partner-hook", "id-verify")),
        ("not_applicable", "no URL", WITHOUT_URL),
    ),
    "lambda-loose-url-grant": (
        ("pass", "both actions, the second for calls by the URL only", ("partner-hook",)),
        ("fail", "the older action alone", ("id-verify",)),
        ("not_applicable", "nobody is given the URL", ("claims-webhook",)),
        ("not_applicable", "no URL", WITHOUT_URL),
    ),
    "lambda-bypassable-front": (
        ("pass", "the distribution signs, and no stranger is given the URL", ("claims-webhook",)),
        ("not_applicable", "open, and nothing stands before it", ("partner-hook", "id-verify")),
        ("not_applicable", "no URL", WITHOUT_URL),
    ),
}


def build(estate: Estate) -> None:
    for check, groups in EXPECTED.items():
        for outcome, why, names in groups:
            for name in names:
                estate.expect(function_arn(REGION[name], name), (check,), f"{check}: {outcome}, {why}")
