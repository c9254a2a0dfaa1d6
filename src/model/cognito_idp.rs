//! Cognito user pools in one region, those that authorizers ask. Rows: GA38, IAM-1, IAM-2, IAM-5.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Cognito user pools in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CognitoIdp {
    /// The pools that authorizers of this region ask, by ARN.
    pub user_pools: Observed<Vec<UserPool>>,
}

impl CognitoIdp {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            user_pools: Observed::NotCollected,
        }
    }
}

/// A user pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPool {
    /// ARN as if it were of this account, made of its id.
    pub arn: Arn,
    /// `cognito-idp:DescribeUserPool`; absent where this account has no pool of this id here: it was
    /// deleted, or it is another account's.
    pub settings: Observed<UserPoolSettings>,
    /// `cognito-idp:ListUserPoolClients` and `cognito-idp:DescribeUserPoolClient`, by id. Not asked where
    /// the pool is not there.
    pub clients: Observed<Vec<UserPoolClient>>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `cognito-idp:DescribeUserPool` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPoolSettings {
    /// Name.
    pub name: Option<String>,
    /// Second factor: `OFF`, `OPTIONAL` or `ON`.
    pub mfa: Option<String>,
    /// Rules for passwords; none where AWS sends none.
    pub password_policy: Option<PasswordPolicy>,
    /// Threat protection: `OFF`, `AUDIT` or `ENFORCED`; none where AWS sends no add-ons.
    pub threat_protection: Option<String>,
    /// The same for custom authentication: `AUDIT` or `ENFORCED`; none where AWS sends nothing of it.
    pub custom_threat_protection: Option<String>,
    /// `ACTIVE` or `INACTIVE`.
    pub deletion_protection: Option<String>,
    /// Whether only administrators create users; otherwise anyone may sign up.
    pub admin_creates_users_only: Option<bool>,
}

/// Rules for passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordPolicy {
    /// Least length in characters.
    pub minimum_length: Option<i64>,
    /// Whether an upper-case letter is required.
    pub uppercase: Option<bool>,
    /// Whether a lower-case letter is required.
    pub lowercase: Option<bool>,
    /// Whether a digit is required.
    pub numbers: Option<bool>,
    /// Whether a symbol is required.
    pub symbols: Option<bool>,
    /// Days that a password set by an administrator holds.
    pub temporary_days: Option<i64>,
    /// How many earlier passwords may not come again; none where any may.
    pub history: Option<i64>,
}

/// An application that signs users in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPoolClient {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `cognito-idp:DescribeUserPoolClient`.
    pub settings: Observed<ClientSettings>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `cognito-idp:DescribeUserPoolClient` tells. The client's secret is never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientSettings {
    /// `ALLOW_USER_SRP_AUTH`, `ALLOW_USER_PASSWORD_AUTH`, …; none where AWS sends no list.
    pub auth_flows: Option<Vec<String>>,
    /// Whether the OAuth flows below may be used.
    pub oauth: Option<bool>,
    /// `code`, `implicit`, `client_credentials`.
    pub oauth_flows: Option<Vec<String>>,
    /// Scopes that it may ask for.
    pub oauth_scopes: Option<Vec<String>>,
    /// Where users are sent with their codes or tokens.
    pub callback_urls: Option<Vec<String>>,
    /// How long an access token holds, in the unit below.
    pub access_token_validity: Option<i64>,
    /// How long an id token holds, in the unit below.
    pub id_token_validity: Option<i64>,
    /// How long a refresh token holds, in the unit below.
    pub refresh_token_validity: Option<i64>,
    /// Units of the three; where one is none it is hours, for refresh tokens days.
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TokenValidityUnitsType.html>
    pub validity_units: Option<ValidityUnits>,
    /// Whether tokens can be taken back.
    pub token_revocation: Option<bool>,
    /// `ENABLED`, or `LEGACY`, which tells whether a user exists.
    pub prevent_user_existence_errors: Option<String>,
}

/// `seconds`, `minutes`, `hours` or `days`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValidityUnits {
    /// Of access tokens.
    pub access_token: Option<String>,
    /// Of id tokens.
    pub id_token: Option<String>,
    /// Of refresh tokens.
    pub refresh_token: Option<String>,
}
