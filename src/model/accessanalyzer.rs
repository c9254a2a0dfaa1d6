//! IAM Access Analyzer in one region. Rows: IA01 to IA05, IAM-4, GOV-4.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// IAM Access Analyzer in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAnalyzer {
    /// `accessanalyzer:ListAnalyzers`, by ARN. Those of the organisation are listed in the account that
    /// has them, not in its members.
    pub analyzers: Observed<Vec<Analyzer>>,
}

impl AccessAnalyzer {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            analyzers: Observed::NotCollected,
        }
    }
}

/// An analyzer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Analyzer {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `ACCOUNT`, `ORGANIZATION`, or one of these with `_UNUSED_ACCESS` or `_INTERNAL_ACCESS`.
    pub kind: Option<String>,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: Option<String>,
    /// Days without use after which access counts as unused; analyzers of unused access have it.
    pub unused_access_age_days: Option<i64>,
    /// When it last looked at a resource; none before the first time.
    #[schemars(with = "Option<String>")]
    pub last_analyzed: Option<Timestamp>,
    /// Rules that file findings away unseen: `accessanalyzer:ListArchiveRules`.
    pub archive_rules: Observed<Vec<ArchiveRule>>,
    /// Findings on this account's resources that are active: `accessanalyzer:ListFindingsV2`. Asked of
    /// active analyzers only.
    pub findings: Observed<Vec<AnalyzerFinding>>,
    /// Where this was read.
    pub sources: Sources,
}

/// A rule that archives new findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArchiveRule {
    /// Name.
    pub name: String,
    /// What a finding has to meet, by the finding's property; all of them. None where AWS sends none.
    pub filter: Option<BTreeMap<String, Criterion>>,
}

/// A condition on one property of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    /// Equal to one of these.
    pub eq: Option<Vec<String>>,
    /// Equal to none of these.
    pub neq: Option<Vec<String>>,
    /// Holding one of these.
    pub contains: Option<Vec<String>>,
    /// Whether the property is there.
    pub exists: Option<bool>,
}

/// An active finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnalyzerFinding {
    /// Id.
    pub id: String,
    /// `ExternalAccess`, `InternalAccess`, `UnusedIAMRole`, `UnusedPermission`, …
    pub kind: Option<String>,
    /// ARN of the resource, without which AWS could not look.
    pub resource: Option<Arn>,
    /// Its type, as CloudFormation names it.
    pub resource_type: Option<String>,
    /// Why the resource could not be analysed, where it could not.
    pub error: Option<String>,
    /// When the resource was analysed.
    #[schemars(with = "Option<String>")]
    pub analyzed: Option<Timestamp>,
    /// Where this was read.
    pub sources: Sources,
}
