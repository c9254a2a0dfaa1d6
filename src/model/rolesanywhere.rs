//! IAM Roles Anywhere in one region. Row: IT13.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// IAM Roles Anywhere in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RolesAnywhere {
    /// `rolesanywhere:ListTrustAnchors`, by ARN.
    pub trust_anchors: Observed<Vec<TrustAnchor>>,
    /// `rolesanywhere:ListProfiles`, by ARN. Not asked where there is no trust anchor.
    pub profiles: Observed<Vec<Profile>>,
    /// Lists of revoked certificates: `rolesanywhere:ListCrls`, by ARN. Not asked where there is no trust
    /// anchor.
    pub revocation_lists: Observed<Vec<RevocationList>>,
}

impl RolesAnywhere {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            trust_anchors: Observed::NotCollected,
            profiles: Observed::NotCollected,
            revocation_lists: Observed::NotCollected,
        }
    }
}

/// An authority whose certificates are trusted. The certificate itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrustAnchor {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// Whether it is trusted at present.
    pub enabled: Option<bool>,
    /// `AWS_ACM_PCA`, `CERTIFICATE_BUNDLE` or `SELF_SIGNED_REPOSITORY`.
    pub source: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// Which roles holders of certificates may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: Option<String>,
    /// Whether it can be used at present.
    pub enabled: Option<bool>,
    /// The roles; none where AWS sends no list.
    pub roles: Option<Vec<Arn>>,
    /// What sessions are limited to, whatever the role may do; none where nobody wrote one.
    pub session_policy: Option<PolicyDocument>,
    /// Managed policies that limit sessions too; none where AWS sends no list.
    pub managed_policies: Option<Vec<Arn>>,
    /// Seconds that a session lasts.
    pub duration_seconds: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

/// A list of revoked certificates. The list itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationList {
    /// ARN.
    pub arn: Arn,
    /// Whether it is looked at.
    pub enabled: Option<bool>,
    /// The trust anchor it is for.
    pub trust_anchor: Option<Arn>,
    /// Where this was read.
    pub sources: Sources,
}
