"""What the checks of identity policies should say of an estate: of each policy that people wrote, of each user and role."""

from estate import Estate

GRANTS_ALL = "iam-administrator-policy"
WRITTEN = ("iam-service-wildcard", "iam-negated-allow", "iam-unlimited-decryption", "iam-defective-policy", "iam-ineffective-resource")
ACTORS = (
    "iam-administrator-principal",
    "iam-unlimited-pass-role",
    "iam-unlimited-assume-role",
    "iam-unlimited-sensitive-actions",
    "iam-unbounded-creation",
    "iam-modifiable-boundary",
)

# What holds where a policy or a principal has nothing of the kind; only what differs is said below.
NOTHING_WRITTEN = {
    "iam-service-wildcard": "pass, no service is allowed as a whole",
    "iam-negated-allow": "pass, no Allow is written with NotAction or NotResource",
    "iam-unlimited-decryption": "pass, it does not decrypt with every key",
    "iam-defective-policy": "pass, every action and key exists and is limited where it can be",
    "iam-ineffective-resource": "pass, actions stand beside resources that they are about, or beside a star",
}
NOTHING_PERMITTED = {
    "iam-administrator-principal": "pass, it may not do everything",
    "iam-unlimited-pass-role": "pass, it may pass no role, or named ones",
    "iam-unlimited-assume-role": "pass, it may assume no role",
    "iam-unlimited-sensitive-actions": "pass, it reads settings, or resources that are named",
    "iam-unbounded-creation": "not_applicable, it may create neither users nor roles",
    "iam-modifiable-boundary": "not_applicable, it has no boundary",
}
EVERYTHING_WRITTEN = {
    "iam-service-wildcard": "fail, it allows every action of every service (low: weighed elsewhere)",
    "iam-unlimited-decryption": "fail, every key is among everything (low: weighed elsewhere)",
}
EVERYTHING_PERMITTED = {
    "iam-administrator-principal": "fail, it may do everything",
    "iam-unlimited-pass-role": "fail, every role is among everything (low: weighed elsewhere)",
    "iam-unlimited-assume-role": "fail, every role is among everything (low: weighed elsewhere)",
    "iam-unlimited-sensitive-actions": "fail, data, credentials and access are among everything (low: weighed elsewhere)",
    "iam-unbounded-creation": "fail, it may create roles, and no condition demands a boundary (low: weighed elsewhere)",
}
# What AWS's own policies for functions allow everywhere does not count.
WRITES_LOGS = {"iam-unlimited-sensitive-actions": "pass, everywhere it only writes logs and has network interfaces"}
UNSCOPED_LOGS = {"iam-defective-policy": "fail, it writes to every log group where one could be named (a warning)"}


def clinic(estate: Estate) -> None:
    def own(name: str) -> str:
        return f"arn:aws:iam::{estate.account}:{name}"

    for policy, differs in {
        "clinic-admin": EVERYTHING_WRITTEN,
        "clinic-admin-unattached": EVERYTHING_WRITTEN,
        "clinic-admin-mfa": EVERYTHING_WRITTEN,
        "clinic-fenced": {},  # a Deny leaves two families of reads
        "clinic-quarantined": {},  # a Deny leaves nothing
        "clinic-anything-but-nothing": EVERYTHING_WRITTEN | {
            "iam-negated-allow": "fail, it leaves out an action that does not exist, and allows the rest",
            "iam-defective-policy": "fail, there is no service 'none' (an error)",
        },
        "clinic-buckets": {"iam-service-wildcard": "fail, every action, but on some buckets only (low)"},
    }.items():
        written(estate, own(f"policy/{policy}"), differs)
    for principal, (all_of_it, differs) in {
        "user/ci-deployer": ("pass, it passes roles", {"iam-defective-policy": "fail, it does not say to which services it passes roles (a warning)"}),
        "role/clinic-fhir": ("pass, it reads a table", {}),
        "role/clinic-notify": ("fail, it allows everything", EVERYTHING_WRITTEN),
        "role/clinic-apigateway-logs": ("pass, it does everything to logs only", {"iam-service-wildcard": "fail, every action of CloudWatch Logs (medium)"}),
        "role/clinic-trail-logs": ("pass, it writes logs", UNSCOPED_LOGS),
        "role/clinic-flow-logs": ("pass, it writes logs", UNSCOPED_LOGS),
    }.items():
        written(estate, own(principal), differs)
        estate.expect(own(principal), (GRANTS_ALL,), f"{GRANTS_ALL}: {all_of_it}")
    for principal, differs in {
        "user/anna": {},  # everything with a second factor, but the Deny of her group leaves two families of reads
        "user/berta": {},  # the same Deny leaves of the audit what it spares
        "user/ci-deployer": {
            # PowerUserAccess leaves out identities, the organisation and the account, and so leaves open sts.
            "iam-unlimited-assume-role": "fail, all but identities is allowed, and taking on roles is not among these",
            "iam-unlimited-sensitive-actions": "fail, all but identities is allowed: data, functions, queues",
        },
        "role/clinic-claims": WRITES_LOGS,
        "role/clinic-documents": WRITES_LOGS,
        "role/clinic-fhir": WRITES_LOGS,
        # Everything, within a boundary that allows some buckets only.
        "role/clinic-batch": {"iam-modifiable-boundary": "pass, the boundary allows nothing of IAM"},
        "role/clinic-partner": EVERYTHING_PERMITTED,
        "role/clinic-portal": {},  # a Deny of everything stands beside what is allowed
        "role/clinic-notify": EVERYTHING_PERMITTED,
        "role/clinic-apigateway-logs": {"iam-unlimited-sensitive-actions": "fail, it reads every log, and opens logs to others"},
        "role/clinic-trail-logs": WRITES_LOGS,
        "role/clinic-flow-logs": WRITES_LOGS,
        "role/clinic-break-glass": EVERYTHING_PERMITTED,
        "role/tripod-scanner": {},
    }.items():
        actor(estate, own(principal), differs)


def fresh(estate: Estate) -> None:
    # Service-linked roles have no outcome, and nobody has written a policy.
    actor(estate, f"arn:aws:iam::{estate.account}:role/tripod-scanner", {})


def written(estate: Estate, arn: str, differs: dict[str, str]) -> None:
    expect(estate, arn, WRITTEN, NOTHING_WRITTEN | differs)


def actor(estate: Estate, arn: str, differs: dict[str, str]) -> None:
    expect(estate, arn, ACTORS, NOTHING_PERMITTED | differs)


def expect(estate: Estate, arn: str, checks: tuple[str, ...], outcomes: dict[str, str]) -> None:
    estate.expect(arn, checks, "\n".join(f"{check}: {outcome}" for check, outcome in outcomes.items()))
