"""What of the clinic's identities stands beside users, roles and policies: the account's settings, credentials, providers, and what was used."""

from clinic_names import ACCOUNT
from estate import Estate

MADE = "2025-11-03T09:00:00Z"
USED = "2026-11-20T06:00:00Z"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
HEAD = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,"
    "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
NO_KEY = "false,N/A,N/A,N/A,N/A"
NO_CERTIFICATES = "false,N/A,false,N/A"


def build(estate: Estate, roles: list[dict], users: list[dict]) -> None:
    """Add the documents; `roles` and `users` are those of the authorization details."""
    settings(estate)
    estate.put("global", "iam", "ListRoles", {"Roles": [listed(role) for role in roles]})
    credentials(estate)
    providers(estate)
    for principal in (*users, *roles):
        usage(estate, principal["Arn"])


def settings(estate: Estate) -> None:
    estate.put("global", "iam", "ListAccountAliases", {"AccountAliases": ["clinic"]})
    # Long enough, and nothing else: no digit, any password again, for ever.
    estate.put("global", "iam", "GetAccountPasswordPolicy", {"PasswordPolicy": {
        "MinimumPasswordLength": 14, "RequireSymbols": False, "RequireNumbers": False, "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True,
        "AllowUsersToChangePassword": True, "ExpirePasswords": False,
    }})
    # Root users of members cannot sign in, and nobody can act as them either.
    estate.put("global", "iam", "ListOrganizationsFeatures", {"OrganizationId": "o-clinic0001", "EnabledFeatures": ["RootCredentialsManagement"]})
    estate.put("global", "iam", "GetOutboundWebIdentityFederationInfo", {"IssuerIdentifier": "https://0c11a1c0.tokens.sts.global.api.aws", "JwtVendingEnabled": True})


def listed(role: dict) -> dict:
    """A role as ListRoles shows it."""
    own = {key: role[key] for key in ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument")}
    # Twelve hours of everything for the role in an emergency; one hour, the default, for the others.
    long = {"Description": "Everything, for emergencies", "MaxSessionDuration": 43200}
    return own | (long if role["RoleName"] == "clinic-break-glass" else {"MaxSessionDuration": 3600})


def credentials(estate: Estate) -> None:
    old, young = "2024-02-01T08:00:00+00:00", "2026-11-01T08:00:00+00:00"

    def row(name, arn, password, mfa, first=NO_KEY, second=NO_KEY, certificates=NO_CERTIFICATES):
        return ",".join((name, arn, "2020-01-02T03:04:05+00:00", password, mfa, first, second, certificates))

    def user(name, *rest):
        return row(name, f"arn:aws:iam::{ACCOUNT}:user/{name}", *rest)

    rows = [
        HEAD,
        # A key that was used this month, and so was the password.
        row("<root_account>", ROOT, f"not_supported,{young},not_supported,not_supported", "true", f"true,{old},{young},us-east-1,iam"),
        # In order: a password in use, MFA, no keys.
        user("anna", f"true,{young},2026-10-01T08:00:00+00:00,N/A", "true"),
        # A password that nobody ever used, without MFA.
        user("berta", f"true,no_information,{old},N/A", "false"),
        # Two keys: one in use and too old, one that was never used. A certificate nobody remembers.
        user("ci-deployer", "false,N/A,N/A,N/A", "false", f"true,{old},{young},eu-central-1,lambda", f"true,{young},N/A,N/A,N/A", f"true,{old},false,N/A"),
    ]
    estate.put("global", "iam", "GetCredentialReport", {"Content": "\n".join(rows), "ReportFormat": "text/csv", "GeneratedTime": "2026-11-22T05:00:00Z"})
    anna = {"Path": "/", "UserName": "anna", "UserId": "AIDACLINICUSER000001", "Arn": f"arn:aws:iam::{ACCOUNT}:user/anna", "CreateDate": MADE}
    root = {"Path": "/", "UserName": "clinic", "UserId": ACCOUNT, "Arn": ROOT, "CreateDate": MADE}
    device = f"arn:aws:iam::{ACCOUNT}:mfa/"
    estate.put("global", "iam", "ListVirtualMFADevices", {"VirtualMFADevices": [
        # Root's MFA is a virtual device and no hardware one.
        {"SerialNumber": f"{device}root-account-mfa-device", "User": root, "EnableDate": MADE},
        {"SerialNumber": f"{device}anna", "User": anna, "EnableDate": MADE},
        {"SerialNumber": f"{device}left-over"},
    ]})
    estate.put("global", "iam", "ListServiceSpecificCredentials", {"ServiceSpecificCredentials": [
        # An API key for ever, and a twin that ended.
        {"UserName": "ci-deployer", "Status": "Active", "ServiceUserName": f"ci-deployer-at-{ACCOUNT}", "CreateDate": MADE, "ServiceSpecificCredentialId": "ACCACLINIC0000000001", "ServiceName": "bedrock.amazonaws.com"},
        {"UserName": "anna", "Status": "Expired", "ServiceUserName": f"anna-at-{ACCOUNT}", "CreateDate": MADE, "ExpirationDate": "2025-12-03T09:00:00Z", "ServiceSpecificCredentialId": "ACCACLINIC0000000002", "ServiceName": "bedrock.amazonaws.com"},
    ]})


def providers(estate: Estate) -> None:
    saml = f"arn:aws:iam::{ACCOUNT}:saml-provider/"
    estate.put("global", "iam", "ListSAMLProviders", {"SAMLProviderList": [
        {"Arn": f"{saml}clinic-staff", "ValidUntil": "2035-01-01T00:00:00Z", "CreateDate": MADE},
        # Its certificate is no longer valid.
        {"Arn": f"{saml}old-partner", "ValidUntil": "2026-01-01T00:00:00Z", "CreateDate": MADE},
    ]})
    # One for a single audience, one that lets in tokens meant for others and has a thumbprint that is none.
    issuers = {
        "token.actions.githubusercontent.com": (["sts.amazonaws.com"], ["6938fd4d98bab03faadb97b34396831e3780aea1"]),
        "gitlab.clinic.example": (["https://gitlab.clinic.example", "sts.amazonaws.com"], ["ffffffffffffffffffffffffffffffffffffffff"]),
    }
    for issuer, (audiences, thumbprints) in issuers.items():
        arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
        estate.item("global", "iam", "ListOpenIDConnectProviders", "OpenIDConnectProviderList", {"Arn": arn})
        estate.put("global", "iam", "GetOpenIDConnectProvider", {"Url": issuer, "ClientIDList": audiences, "ThumbprintList": thumbprints, "CreateDate": MADE, "Tags": []}, OpenIDConnectProviderArn=arn)
    certificate = f"arn:aws:iam::{ACCOUNT}:server-certificate/"
    estate.put("global", "iam", "ListServerCertificates", {"ServerCertificateMetadataList": [
        {"Path": "/", "ServerCertificateName": "portal", "ServerCertificateId": "ASCACLINIC0000000001", "Arn": f"{certificate}portal", "UploadDate": MADE, "Expiration": "2030-01-01T00:00:00Z"},
        {"Path": "/old/", "ServerCertificateName": "intranet", "ServerCertificateId": "ASCACLINIC0000000002", "Arn": f"{certificate}old/intranet", "UploadDate": MADE, "Expiration": "2026-02-01T00:00:00Z"},
    ]})


def usage(estate: Estate, arn: str) -> None:
    """What a principal has used: logs for all of them, and S3 never, although it is allowed."""
    job = "0c11a1c0-0000-4000-8000-" + f"{sum(arn.encode()):012d}"
    estate.put("global", "iam", "GenerateServiceLastAccessedDetails", {"JobId": job}, Arn=arn)
    estate.put("global", "iam", "GetServiceLastAccessedDetails", {
        "JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": USED, "JobCompletionDate": USED,
        "ServicesLastAccessed": [
            {"ServiceName": "Amazon CloudWatch Logs", "ServiceNamespace": "logs", "LastAuthenticated": USED, "LastAuthenticatedEntity": arn, "LastAuthenticatedRegion": "eu-central-1", "TotalAuthenticatedEntities": 1},
            {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "TotalAuthenticatedEntities": 0, "TrackedActionsLastAccessed": [{"ActionName": "PutObject"}, {"ActionName": "GetObject"}]},
        ],
    }, JobId=job)
