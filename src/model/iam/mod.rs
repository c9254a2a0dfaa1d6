//! IAM of one account.

mod account;
mod credentials;
mod federation;
mod last_accessed;
mod principals;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Observed;

pub use account::{OrganizationFeatures, PasswordPolicy, Summary};
pub use credentials::{
    CredentialReport, Credentials, ROOT_ACCOUNT, Reported, ReportedCertificate, ReportedKey,
    ReportedPassword, ServiceCredential, VirtualMfaDevice,
};
pub use federation::{
    OidcProvider, OidcSettings, OutboundFederation, SamlProvider, ServerCertificate,
};
pub use last_accessed::{ActionAccess, PrincipalAccess, ServiceAccess};
pub use principals::{
    Authorization, ManagedPolicy, PolicyVersion, Principal, RoleDetails, RoleLastUsed, RoleSettings,
};

/// IAM of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Iam {
    /// `iam:GetAccountAuthorizationDetails`, and of roles what only `iam:ListRoles` has.
    pub authorization: Observed<Authorization>,
    /// `iam:GetAccountSummary`: AWS's own counts, by its names.
    pub summary: Observed<Summary>,
    /// `iam:ListAccountAliases`. An account has one at most.
    pub account_aliases: Observed<Vec<String>>,
    /// `iam:GetAccountPasswordPolicy`; absent where the account has none, and IAM's default holds.
    pub password_policy: Observed<PasswordPolicy>,
    /// `iam:GetCredentialReport`: passwords, keys, certificates and MFA of root and of every user.
    pub credential_report: Observed<CredentialReport>,
    /// `iam:ListVirtualMFADevices`, by serial number. Hardware devices are in no list of the account.
    pub virtual_mfa_devices: Observed<Vec<VirtualMfaDevice>>,
    /// `iam:ListServiceSpecificCredentials` of all users, by id.
    pub service_credentials: Observed<Vec<ServiceCredential>>,
    /// `iam:ListServerCertificates`, by ARN.
    pub server_certificates: Observed<Vec<ServerCertificate>>,
    /// `iam:ListSAMLProviders`, by ARN.
    pub saml_providers: Observed<Vec<SamlProvider>>,
    /// `iam:ListOpenIDConnectProviders`, by ARN.
    pub oidc_providers: Observed<Vec<OidcProvider>>,
    /// `iam:ListOrganizationsFeatures`; absent where IAM says that there can be none: the account is in
    /// no organisation, the organisation has only consolidated billing, or its trust in IAM is off. Only
    /// the management account and its delegate are told; every other member's answer is a failure.
    pub organization_features: Observed<OrganizationFeatures>,
    /// `iam:GetOutboundWebIdentityFederationInfo`; absent where the account hands out no tokens.
    pub outbound_federation: Observed<OutboundFederation>,
    /// What users and roles have used, by ARN: only where a scan asks for it.
    pub last_accessed: Observed<Vec<PrincipalAccess>>,
}

impl Iam {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            authorization: Observed::NotCollected,
            summary: Observed::NotCollected,
            account_aliases: Observed::NotCollected,
            password_policy: Observed::NotCollected,
            credential_report: Observed::NotCollected,
            virtual_mfa_devices: Observed::NotCollected,
            service_credentials: Observed::NotCollected,
            server_certificates: Observed::NotCollected,
            saml_providers: Observed::NotCollected,
            oidc_providers: Observed::NotCollected,
            organization_features: Observed::NotCollected,
            outbound_federation: Observed::NotCollected,
            last_accessed: Observed::NotCollected,
        }
    }
}
