//! What a check says: outcomes, findings, impact.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{AccountId, ExchangeId, RegionName, Unknown, permission_for};

/// One of the three legs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Pillar {
    /// Nobody reads what they should not.
    Confidentiality,
    /// Nothing changes unseen or unasked.
    Integrity,
    /// It is there when needed.
    Availability,
}

impl Pillar {
    /// The three, in the order of every report.
    pub const ALL: [Self; 3] = [Self::Confidentiality, Self::Integrity, Self::Availability];

    /// The name as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confidentiality => "confidentiality",
            Self::Integrity => "integrity",
            Self::Availability => "availability",
        }
    }
}

/// How bad, from nothing to the worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// No effect on the pillar.
    None,
    /// Hygiene: mend when at hand.
    Low,
    /// Weakens a defence that others back up.
    Medium,
    /// A defence is missing.
    High,
    /// Open now, to anyone, or about to break.
    Critical,
}

impl Severity {
    /// The levels a finding can be counted under, worst first.
    pub const COUNTED: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The name as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a failing resource means for each pillar. Its severity is the highest of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// Effect on confidentiality.
    pub confidentiality: Severity,
    /// Effect on integrity.
    pub integrity: Severity,
    /// Effect on availability.
    pub availability: Severity,
}

impl Impact {
    /// The effect on one pillar.
    pub fn on(&self, pillar: Pillar) -> Severity {
        match pillar {
            Pillar::Confidentiality => self.confidentiality,
            Pillar::Integrity => self.integrity,
            Pillar::Availability => self.availability,
        }
    }

    /// The highest of the three.
    pub fn severity(&self) -> Severity {
        self.confidentiality
            .max(self.integrity)
            .max(self.availability)
    }

    /// The pillar hit hardest; of equals the first.
    pub fn worst_pillar(&self) -> Pillar {
        let severity = self.severity();
        Pillar::ALL
            .into_iter()
            .find(|pillar| self.on(*pillar) == severity)
            .unwrap_or(Pillar::Confidentiality)
    }

    /// The same with no pillar above `ceiling`.
    #[must_use]
    pub fn at_most(self, ceiling: Severity) -> Self {
        Self {
            confidentiality: self.confidentiality.min(ceiling),
            integrity: self.integrity.min(ceiling),
            availability: self.availability.min(ceiling),
        }
    }
}

/// The four things a check can say about a resource.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Seen, and in order.
    Pass,
    /// Seen, and not in order.
    Fail,
    /// Not seen well enough to say.
    NotAssessed,
    /// The question does not arise for this resource.
    NotApplicable,
}

impl Outcome {
    /// The name as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotAssessed => "not_assessed",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// Why an outcome is "not assessed".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// AWS refused the call.
    Denied,
    /// The call failed.
    Failed,
    /// The endpoint or region lacks the operation.
    Unsupported,
    /// The value was not asked for in this run.
    NotCollected,
    /// The check itself failed; a fault of Tripod.
    Internal,
    /// A rule of the user's could not be computed; a fault of the rule.
    Rule,
}

/// Why an outcome is "not assessed", and what would cure it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// What stood in the way.
    pub kind: CauseKind,
    /// The operation concerned, as `service:Operation`.
    pub operation: Option<String>,
    /// AWS's error code, for a refused call.
    pub code: Option<String>,
    /// The IAM action that would cure a refused call.
    pub permission: Option<String>,
    /// AWS's request id, for asking AWS.
    pub request_id: Option<String>,
    /// The error in words, for a failed call.
    pub error: Option<String>,
}

impl From<Unknown> for Cause {
    fn from(unknown: Unknown) -> Self {
        let bare = |kind, operation: Option<String>| Self {
            kind,
            operation,
            code: None,
            permission: None,
            request_id: None,
            error: None,
        };
        match unknown {
            Unknown::Denied {
                operation,
                code,
                request_id,
            } => Self {
                code: Some(code),
                permission: Some(permission_for(&operation)),
                request_id,
                ..bare(CauseKind::Denied, Some(operation))
            },
            Unknown::Failed { operation, error } => Self {
                error: Some(error),
                ..bare(CauseKind::Failed, Some(operation))
            },
            Unknown::Unsupported { operation } => bare(CauseKind::Unsupported, Some(operation)),
            Unknown::NotCollected => bare(CauseKind::NotCollected, None),
        }
    }
}

impl Cause {
    /// The cause as half a sentence, lower case, without a full stop.
    pub fn text(&self) -> String {
        let operation = self.operation.as_deref().unwrap_or("the call");
        match self.kind {
            CauseKind::Denied => format!(
                "AWS denied {operation} ({})",
                self.code.as_deref().unwrap_or("no code")
            ),
            CauseKind::Failed => format!(
                "{operation} failed: {}",
                self.error.as_deref().unwrap_or("no reason given")
            ),
            CauseKind::Unsupported => format!("the endpoint or region does not offer {operation}"),
            CauseKind::NotCollected => "the value was not collected in this run".to_owned(),
            CauseKind::Internal => format!(
                "the check failed inside: {}",
                self.error.as_deref().unwrap_or("no reason given")
            ),
            CauseKind::Rule => format!(
                "the rule cannot be computed: {}",
                self.error.as_deref().unwrap_or("no reason given")
            ),
        }
    }
}

/// Where in a recorded answer the reason for a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The exchange.
    pub exchange: ExchangeId,
    /// JSON pointer into its answer (for XML: element names in the same notation).
    pub pointer: String,
}

/// The resource a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ResourceRef {
    /// Its ARN. For a whole list that could not be read, the ARN with `*` for the resource.
    pub arn: String,
    /// CloudFormation's name of its type, such as `AWS::Lambda::Function`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name as people know it.
    pub name: String,
    /// The account it lives in.
    pub account: AccountId,
    /// The region it lives in; `global` for IAM and the account itself.
    pub region: RegionName,
}

/// Figures and names by name, kept as compact JSON: a report holds a hundred thousand of them, and as maps
/// they would take most of a scan's memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details(Option<Box<str>>);

impl Details {
    /// The value of this name; null where there is none.
    pub fn get(&self, name: &str) -> Value {
        self.to_map().remove(name).unwrap_or(Value::Null)
    }

    /// All of them.
    pub fn to_map(&self) -> BTreeMap<String, Value> {
        // The text was made from such a map.
        let map = self.0.as_deref().map(serde_json::from_str);
        map.and_then(Result::ok).unwrap_or_default()
    }
}

impl From<BTreeMap<String, Value>> for Details {
    fn from(map: BTreeMap<String, Value>) -> Self {
        let text = (!map.is_empty()).then(|| serde_json::to_string(&map).ok());
        Self(text.flatten().map(String::into_boxed_str))
    }
}

impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_map().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from)
    }
}

/// Why a failure is lived with for a while: who answers for it, why, and until when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedException {
    /// Who answers for it.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds.
    #[schemars(with = "String")]
    pub expires: Date,
    /// The entry, as `file:line`.
    pub source: String,
}

/// The outcome of one check on one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable: the same check on the same resource has the same id in every run and format.
    pub id: String,
    /// Id of the check.
    pub check: Cow<'static, str>,
    /// Rows of the catalogue that the check decides.
    pub rows: Vec<Cow<'static, str>>,
    /// Rows of the baseline that the check serves.
    pub controls: Vec<Cow<'static, str>>,
    /// What was said.
    pub outcome: Outcome,
    /// The highest of `impact`.
    pub severity: Severity,
    /// What a failure means for each pillar. Given for every outcome: what is, or would be, at stake.
    pub impact: Impact,
    /// The resource.
    pub resource: ResourceRef,
    /// The reason, lower case, without a full stop.
    pub message: String,
    /// For "not assessed": why, and the permission that would cure it.
    pub cause: Option<Box<Cause>>,
    /// Figures and names behind the message.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub details: Details,
    /// Where it can be read in the recording.
    pub evidence: Vec<Evidence>,
    /// For a failure: the exception that covers it, if any. The outcome and every score stay as they are.
    pub exception: Option<Box<AcceptedException>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_survive_json_and_are_found_by_name() {
        let map = BTreeMap::from([
            ("free".to_owned(), Value::from(3)),
            ("zones".to_owned(), serde_json::json!(["a", "b"])),
        ]);
        let details = Details::from(map.clone());
        assert_eq!(details.to_map(), map);
        assert_eq!(details.get("zones")[1], "b");
        assert_eq!(details.get("other"), Value::Null);
        let text = serde_json::to_string(&details).expect("serialises");
        assert_eq!(text, r#"{"free":3,"zones":["a","b"]}"#);
        let read: Details = serde_json::from_str(&text).expect("reads");
        assert_eq!(read, details);
        let none: Details = serde_json::from_str("{}").expect("reads");
        assert_eq!(none, Details::default());
    }

    #[test]
    fn severity_is_the_highest_impact() {
        let impact = Impact {
            confidentiality: Severity::Low,
            integrity: Severity::High,
            availability: Severity::None,
        };
        assert_eq!(impact.severity(), Severity::High);
        assert_eq!(impact.worst_pillar(), Pillar::Integrity);
        assert_eq!(
            impact.at_most(Severity::Medium).severity(),
            Severity::Medium
        );
    }

    #[test]
    fn a_denied_cause_names_the_permission() {
        let cause = Cause::from(Unknown::Denied {
            operation: "apigateway:GetStages".into(),
            code: "AccessDeniedException".into(),
            request_id: None,
        });
        assert_eq!(cause.permission.as_deref(), Some("apigateway:GET"));
        assert!(cause.text().contains("apigateway:GetStages"));
    }
}
