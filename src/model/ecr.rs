//! Container registry in one region: the images that functions run, and the repositories they lie in.
//!
//! Read for the row LC09 (container-image functions) and for the controls CODE-4, CODE-7 and NET-6. Only
//! what a function refers to is read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Container registry in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ecr {
    /// `ecr:GetRegistryScanningConfiguration`: `BASIC` or `ENHANCED`, the latter by Inspector. Absent where
    /// AWS does not say; asked only where a function runs an image of this account.
    pub scan_type: Observed<String>,
    /// The repositories of this account and region whose images functions run, by ARN. Those of other
    /// accounts are not asked for: what their owner sets is not ours to read.
    pub repositories: Observed<Vec<Repository>>,
}

impl Ecr {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            scan_type: Observed::NotCollected,
            repositories: Observed::NotCollected,
        }
    }
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Repository {
    /// ARN, made of its name.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `ecr:DescribeRepositories`; absent where the repository is gone.
    pub details: Observed<RepositoryDetails>,
    /// `ecr:GetRepositoryPolicy`; absent where nobody wrote one.
    pub policy: Observed<PolicyDocument>,
    /// `ecr:BatchGetRepositoryScanningConfiguration`: how often images are scanned, by the registry's rules:
    /// `SCAN_ON_PUSH`, `CONTINUOUS_SCAN` or `MANUAL`. Absent where AWS does not say.
    pub scan_frequency: Observed<String>,
    /// The images that functions run, by reference.
    pub images: Vec<Image>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `ecr:DescribeRepositories` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryDetails {
    /// `MUTABLE`, `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION`, `MUTABLE_WITH_EXCLUSION`: whether a tag can be
    /// put on another image.
    pub tag_mutability: Option<String>,
    /// `AES256`, `KMS` or `KMS_DSSE`.
    pub encryption: Option<String>,
    /// Key that encrypts it, where KMS does.
    pub kms_key: Option<Arn>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// As the function names it: `REGISTRY/REPOSITORY@DIGEST` or `:TAG`.
    pub reference: String,
    /// `ecr:DescribeImages`; absent where the image is gone.
    pub details: Observed<ImageDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `ecr:DescribeImages` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageDetails {
    /// Digest.
    pub digest: Option<String>,
    /// When it was pushed.
    #[schemars(with = "Option<String>")]
    pub pushed: Option<Timestamp>,
    /// `COMPLETE`, `ACTIVE` (scanned continuously), `FAILED`, `UNSUPPORTED_IMAGE`, …; none where it was
    /// never scanned.
    pub scan_status: Option<String>,
    /// When the last scan ended.
    #[schemars(with = "Option<String>")]
    pub scanned: Option<Timestamp>,
    /// Vulnerabilities found, by severity (`CRITICAL`, `HIGH`, …); none where no scan has ended.
    pub findings: Option<BTreeMap<String, i64>>,
}
