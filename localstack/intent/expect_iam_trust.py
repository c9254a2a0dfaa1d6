"""What checks of trust and federation say of both estates."""

import clinic_names
from estate import Estate

ROLE_CHECKS = (
    "iam-public-role-trust",
    "iam-unprotected-third-party-trust",
    "iam-unknown-account-trust",
    "iam-overpowered-cross-account-role",
    "iam-confused-deputy-role",
    "iam-open-oidc-trust",
    "iam-trusted-session-tags",
)

# Whoever is trusted is of the account itself or a service, so no outsider gets in and no token is taken.
NO_OUTSIDER = """
    iam-public-role-trust: pass, the policy names who may assume it
    iam-unprotected-third-party-trust: not_applicable, no third party may assume it
    iam-unknown-account-trust: pass, no other account may assume it
    iam-overpowered-cross-account-role: not_applicable, no other account may assume it
    iam-open-oidc-trust: not_applicable, no issuer is trusted
    iam-trusted-session-tags: not_applicable, nobody from outside sets anything
"""


def clinic(estate: Estate) -> None:
    """Trust in `clinic`."""

    def role(name: str, deputy: str) -> None:
        estate.expect(clinic_names.role_arn(name), ROLE_CHECKS, f"{NO_OUTSIDER}\niam-confused-deputy-role: {deputy}")

    for name in ("claims", "documents", "fhir", "batch", "partner", "portal", "notify"):
        role(f"clinic-{name}", "not_applicable, Lambda does not say for whom it assumes a role")
    role("clinic-apigateway-logs", "not_applicable, API Gateway is not documented to say for whom it assumes a role")
    role("clinic-trail-logs", "not_applicable, CloudTrail is not documented to say for whom it assumes a role")
    role("clinic-flow-logs", "fail, flow logs say whose they are and nobody asks")
    role("clinic-break-glass", "not_applicable, people of the account assume it and no service")
    estate.expect(clinic_names.role_arn("tripod-scanner"), ROLE_CHECKS, """
        iam-public-role-trust: pass, one account is named
        iam-unprotected-third-party-trust: pass, the partner has to bring an external id
        iam-unknown-account-trust: fail, the partner is not in the organisation and no setting names it
        iam-overpowered-cross-account-role: pass, it reads how things are set up and no data
        iam-confused-deputy-role: not_applicable, no service assumes it
        iam-open-oidc-trust: not_applicable, no issuer is trusted
        iam-trusted-session-tags: not_applicable, the partner may only assume it
    """)
    providers(estate)
    pools(estate)


def providers(estate: Estate) -> None:
    """No role of the clinic trusts any provider, so all of them are unused; two have other faults too."""
    account = f"arn:aws:iam::{clinic_names.ACCOUNT}"
    oidc, saml = ("iam-weak-oidc-provider",), ("iam-stale-saml-provider",)
    estate.expect(f"{account}:oidc-provider/token.actions.githubusercontent.com", oidc, "iam-weak-oidc-provider: fail, no role trusts it")
    estate.expect(f"{account}:oidc-provider/gitlab.clinic.example", oidc, "iam-weak-oidc-provider: fail, it takes tokens meant for GitLab itself, its thumbprint is none, and no role trusts it")
    estate.expect(f"{account}:saml-provider/clinic-staff", saml, "iam-stale-saml-provider: fail, no role trusts it")
    estate.expect(f"{account}:saml-provider/old-partner", saml, "iam-stale-saml-provider: fail, it expired at the beginning of the year, and no role trusts it")
    estate.expect(f"{account}:root", ("iam-missing-federation",), "iam-missing-federation: fail, two people have passwords of IAM, and no role is open to a directory")


def pools(estate: Estate) -> None:
    """Guests get an identity of one pool, but its role trusts Lambda only."""
    pool = f"arn:aws:cognito-identity:{clinic_names.FRANKFURT}:{clinic_names.ACCOUNT}:identitypool/{clinic_names.FRANKFURT}:0c11a1c0-bbbb-4b"
    guests = ("iam-unauthenticated-identity-pool",)
    estate.expect(f"{pool}01-8c00-000000000001", guests, "iam-unauthenticated-identity-pool: fail, visitors need not sign in (low, because no role is open to them)")
    estate.expect(f"{pool}02-8c00-000000000001", guests, "iam-unauthenticated-identity-pool: pass, members have to sign in")


def fresh(estate: Estate) -> None:
    """Trust in `fresh`: two roles of AWS, and one for a scanner of another account."""
    roles = f"arn:aws:iam::{estate.account}:role"
    for name in ("support.amazonaws.com/AWSServiceRoleForSupport", "trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor"):
        for check in ROLE_CHECKS:
            estate.expect(f"{roles}/aws-service-role/{name}", (check,), f"{check}: not_applicable, AWS made it and keeps its trust policy")
    estate.expect(f"{roles}/tripod-scanner", ROLE_CHECKS, """
        iam-public-role-trust: pass, one account is named
        iam-unprotected-third-party-trust: fail, the other account has to bring nothing
        iam-unknown-account-trust: fail, the account is in no organisation and no setting names the other one
        iam-overpowered-cross-account-role: pass, it reads how things are set up and no data
        iam-confused-deputy-role: not_applicable, no service assumes it
        iam-open-oidc-trust: not_applicable, no issuer is trusted
        iam-trusted-session-tags: not_applicable, the other account may only assume it
    """)
    estate.expect(f"arn:aws:iam::{estate.account}:root", ("iam-missing-federation",), "iam-missing-federation: not_applicable, nobody but root has a password")
