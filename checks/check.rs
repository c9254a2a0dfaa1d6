//! What is known of a check without running it.

use serde::Serialize;
use tripod_model::{Impact, Pillar, Severity};

use crate::{Framework, Outcomes, View};

/// A check: metadata and the function that decides.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case noun phrase of the problem, folder and file name; for life.
    pub id: &'static str,
    /// The problem in a few words, lower case.
    pub title: &'static str,
    /// The service it looks at.
    pub service: Service,
    /// What a failing resource means. A check may lower it for one finding, with a reason.
    pub impact: Impact,
    /// How sure a failure is.
    pub confidence: Confidence,
    /// Rows of the catalogue it decides.
    pub rows: &'static [&'static str],
    /// Operations whose answers it reads, as `service:Operation`.
    pub needs: &'static [&'static str],
    /// Requirements it serves.
    pub controls: &'static [Control],
    /// The version it came with.
    pub since: &'static str,
    /// Whether it is in force.
    pub status: Status,
    /// Earlier ids.
    pub aliases: &'static [&'static str],
    /// The prose: what, why, how to mend, references.
    pub doc: &'static str,
    /// Decides.
    pub run: fn(&View<'_>, &mut Outcomes),
}

impl Check {
    /// The leg it belongs to: the one hit hardest.
    pub fn pillar(&self) -> Pillar {
        self.impact.worst_pillar()
    }

    /// The severity of its findings, unless lowered.
    pub fn severity(&self) -> Severity {
        self.impact.severity()
    }

    /// Ids of the baseline's rows it serves.
    pub fn baseline(&self) -> Vec<&'static str> {
        self.controls
            .iter()
            .filter_map(|control| match control {
                Control::Baseline(id) => Some(*id),
                _ => None,
            })
            .collect()
    }

    /// The text under a heading of its prose, without the heading; empty when it has none.
    pub fn section(&self, heading: &str) -> &'static str {
        let marker = format!("## {heading}\n");
        self.doc
            .split_once(marker.as_str())
            .map(|(_, rest)| rest.split("\n## ").next().unwrap_or(rest).trim())
            .unwrap_or_default()
    }
}

/// How sure a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read straight from the configuration.
    High,
    /// Rests on an assumption that the message names.
    Medium,
    /// A hint for a person to follow.
    Low,
}

/// Whether a check is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In force.
    Stable,
    /// Still runs; to be replaced.
    Deprecated,
}

/// The services checks look at; each of AWS's has a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Amazon API Gateway, both versions.
    ApiGateway,
    /// AWS CloudTrail.
    CloudTrail,
    /// AWS Identity and Access Management.
    Iam,
    /// AWS Key Management Service.
    Kms,
    /// AWS Lambda.
    Lambda,
    /// Amazon CloudWatch Logs.
    Logs,
    /// Amazon VPC.
    Vpc,
    /// Tripod's own settings: exceptions and attestations. No service of AWS's, so not among [`Self::ALL`].
    Tripod,
}

impl Service {
    /// All of AWS's, by name.
    pub const ALL: [Self; 7] = [
        Self::ApiGateway,
        Self::CloudTrail,
        Self::Iam,
        Self::Kms,
        Self::Lambda,
        Self::Logs,
        Self::Vpc,
    ];

    /// The name as on the command line, and the folder's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiGateway => "apigateway",
            Self::CloudTrail => "cloudtrail",
            Self::Iam => "iam",
            Self::Kms => "kms",
            Self::Lambda => "lambda",
            Self::Logs => "logs",
            Self::Vpc => "vpc",
            Self::Tripod => "tripod",
        }
    }
}

/// A requirement of a framework, by the framework's own id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// Tripod's serverless baseline (docs/controls.md).
    Baseline(&'static str),
    /// AWS Security Hub, Foundational Security Best Practices.
    Fsbp(&'static str),
    /// CIS AWS Foundations Benchmark 7.0.0.
    CisAws(&'static str),
    /// NIST SP 800-53 revision 5.
    Nist80053(&'static str),
    /// PCI DSS 4.0.1.
    PciDss(&'static str),
    /// ISO/IEC 27001:2022, Annex A.
    Iso27001(&'static str),
    /// SOC 2 Trust Services Criteria.
    Soc2(&'static str),
    /// HIPAA Security Rule.
    Hipaa(&'static str),
    /// AWS Well-Architected, Security Pillar.
    WellArchitected(&'static str),
    /// AWS Well-Architected, Serverless Applications Lens.
    ServerlessLens(&'static str),
    /// OWASP Serverless Top 10, 2017.
    OwaspServerless(&'static str),
}

impl Control {
    /// The framework, with its catalogue.
    pub fn catalogue(self) -> Framework {
        match self {
            Self::Baseline(_) => Framework::Baseline,
            Self::Fsbp(_) => Framework::Fsbp,
            Self::CisAws(_) => Framework::CisAws,
            Self::Nist80053(_) => Framework::Nist80053,
            Self::PciDss(_) => Framework::PciDss,
            Self::Iso27001(_) => Framework::Iso27001,
            Self::Soc2(_) => Framework::Soc2,
            Self::Hipaa(_) => Framework::Hipaa,
            Self::WellArchitected(_) => Framework::WellArchitected,
            Self::ServerlessLens(_) => Framework::ServerlessLens,
            Self::OwaspServerless(_) => Framework::OwaspServerless,
        }
    }

    /// Short name of the framework, as in JSON.
    pub fn framework(self) -> &'static str {
        self.catalogue().key()
    }

    /// The framework's id of the requirement.
    pub fn id(self) -> &'static str {
        match self {
            Self::Baseline(id)
            | Self::Fsbp(id)
            | Self::CisAws(id)
            | Self::Nist80053(id)
            | Self::PciDss(id)
            | Self::Iso27001(id)
            | Self::Soc2(id)
            | Self::Hipaa(id)
            | Self::WellArchitected(id)
            | Self::ServerlessLens(id)
            | Self::OwaspServerless(id) => id,
        }
    }
}
