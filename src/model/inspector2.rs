//! Inspector in one region. Rows: LC09, LC10, CODE-4, GOV-4.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Inspector in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inspector {
    /// What is scanned for this account: `inspector2:BatchGetAccountStatus`.
    pub scanning: Observed<Scanning>,
    /// Active findings, critical and high, on functions and container images of this account:
    /// `inspector2:ListFindings`, by ARN. Not asked where neither is scanned.
    pub findings: Observed<Vec<InspectorFinding>>,
}

impl Inspector {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            scanning: Observed::NotCollected,
            findings: Observed::NotCollected,
        }
    }
}

/// What is scanned: each `ENABLED`, `DISABLED`, or on the way between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scanning {
    /// Packages of functions.
    pub lambda: Option<String>,
    /// Code of functions; none where the region does not offer it.
    pub lambda_code: Option<String>,
    /// Container images.
    pub ecr: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InspectorFinding {
    /// ARN.
    pub arn: Arn,
    /// `CRITICAL` or `HIGH`.
    pub severity: Option<String>,
    /// `PACKAGE_VULNERABILITY` or `CODE_VULNERABILITY`.
    pub kind: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Such as `CVE-2026-12345`; only packages have one.
    pub vulnerability: Option<String>,
    /// `YES`, `NO` or `PARTIAL`.
    pub fix_available: Option<String>,
    /// What it was found on.
    pub resources: Vec<InspectedResource>,
    /// Where this was read.
    pub sources: Sources,
}

/// A function or image with a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InspectedResource {
    /// `AWS_LAMBDA_FUNCTION` or `AWS_ECR_CONTAINER_IMAGE`.
    pub kind: Option<String>,
    /// ARN: of a function with its version, of an image with its digest.
    pub id: Arn,
}
