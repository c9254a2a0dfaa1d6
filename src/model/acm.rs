//! Certificate Manager in one region: how long certificates hold, and whether they are in use.
//!
//! Read for the row GD05 (certificates of custom domains) and for the control NET-4.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Certificate Manager in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Acm {
    /// `acm:ListCertificates`, with keys of every kind, by ARN.
    pub certificates: Observed<Vec<Certificate>>,
}

impl Acm {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            certificates: Observed::NotCollected,
        }
    }
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// ARN.
    pub arn: Arn,
    /// Domain it is for.
    pub domain: Option<String>,
    /// `ISSUED`, `PENDING_VALIDATION`, `EXPIRED`, `REVOKED`, `FAILED`, …
    pub status: Option<String>,
    /// `AMAZON_ISSUED`, `PRIVATE` or `IMPORTED`: only the last is never renewed by AWS.
    pub kind: Option<String>,
    /// As ACM writes it: `RSA-2048` (with a dash, where its reference has `RSA_2048`), `EC-prime256v1`, …
    pub key_algorithm: Option<String>,
    /// Whether a service of AWS uses it.
    pub in_use: Option<bool>,
    /// When it ends; none while it is not issued.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    /// Whether AWS will renew it: `ELIGIBLE` or `INELIGIBLE`.
    pub renewal_eligibility: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}
