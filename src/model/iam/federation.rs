//! Who else vouches for callers: SAML and OpenID Connect providers. And what the account vouches by:
//! server certificates, and tokens for others.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// A SAML provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SamlProvider {
    /// ARN; its end is the name.
    pub arn: Arn,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When its metadata, and the certificate in it, stop being valid.
    #[schemars(with = "Option<String>")]
    pub valid_until: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OidcProvider {
    /// ARN; its end is the issuer without `https://`.
    pub arn: Arn,
    /// `iam:GetOpenIDConnectProvider`.
    pub settings: Observed<OidcSettings>,
    /// Where this was read.
    pub sources: Sources,
}

/// Settings of an OpenID Connect provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OidcSettings {
    /// The issuer, as AWS writes it: without `https://`.
    pub url: Option<String>,
    /// Client ids, which are the audiences accepted, sorted.
    pub client_ids: Vec<String>,
    /// SHA-1 thumbprints of the certificates of the issuer's authority, hexadecimal, sorted.
    pub thumbprints: Vec<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// Tags, with secrets in them redacted.
    pub tags: BTreeMap<String, String>,
}

/// A certificate that IAM keeps for load balancers and the like. Its private key is in no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerCertificate {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Path.
    pub path: Option<String>,
    /// When it was uploaded.
    #[schemars(with = "Option<String>")]
    pub uploaded: Option<Timestamp>,
    /// When it stops being valid.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}

/// Tokens that the account hands out, so that others know its principals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutboundFederation {
    /// The issuer that the tokens name.
    pub issuer: Option<String>,
    /// Whether tokens are handed out.
    pub enabled: Option<bool>,
    /// Where this was read.
    pub sources: Sources,
}
