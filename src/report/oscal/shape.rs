//! The parts of OSCAL's assessment results that Tripod writes, named as there:
//! <https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/json-reference/>.

use jiff::Timestamp;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document<T> {
    pub(super) assessment_results: T,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AssessmentResults<'a, R> {
    pub(super) uuid: String,
    pub(super) metadata: Metadata<'a>,
    pub(super) import_ap: ImportAp,
    pub(super) results: [R; 1],
    pub(super) back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Metadata<'a> {
    pub(super) title: &'static str,
    pub(super) last_modified: Timestamp,
    pub(super) version: String,
    pub(super) oscal_version: &'static str,
    pub(super) props: Vec<Property<'a>>,
}

#[derive(Serialize)]
pub(super) struct ImportAp {
    pub(super) href: String,
    pub(super) remarks: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ResultOf<'a, I, O> {
    pub(super) uuid: String,
    pub(super) title: &'static str,
    pub(super) description: String,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) props: Vec<Property<'a>>,
    pub(super) local_definitions: LocalDefinitions<I>,
    pub(super) reviewed_controls: ReviewedControls,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) observations: Option<O>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<FindingOf<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct LocalDefinitions<I> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inventory_items: Option<I>,
    pub(super) assessment_assets: AssessmentAssets,
}

#[derive(Serialize)]
pub(super) struct InventoryItem<'a> {
    pub(super) uuid: String,
    pub(super) description: String,
    pub(super) props: Vec<Property<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AssessmentAssets {
    pub(super) components: [Component; 1],
    pub(super) assessment_platforms: [Platform; 1],
}

#[derive(Serialize)]
pub(super) struct Component {
    pub(super) uuid: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) status: ComponentStatus,
}

#[derive(Serialize)]
pub(super) struct ComponentStatus {
    pub(super) state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Platform {
    pub(super) uuid: String,
    pub(super) title: &'static str,
    pub(super) uses_components: [UsedComponent; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct UsedComponent {
    pub(super) component_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ReviewedControls {
    pub(super) control_selections: Vec<Selection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Selection {
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) include_all: Option<IncludeAll>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) include_controls: Vec<IncludedControl>,
}

#[derive(Serialize)]
pub(super) struct IncludeAll {}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct IncludedControl {
    pub(super) control_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Observation<'a> {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) props: Vec<Property<'a>>,
    pub(super) methods: [&'static str; 1],
    pub(super) types: [&'static str; 1],
    pub(super) origins: [Origin; 1],
    pub(super) subjects: [Subject; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) relevant_evidence: Vec<RelevantEvidence<'a>>,
    pub(super) collected: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remarks: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Origin {
    pub(super) actors: [Actor; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Actor {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) actor_uuid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::struct_field_names, reason = "named as OSCAL names them")]
pub(super) struct Subject {
    pub(super) subject_uuid: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: String,
}

#[derive(Serialize)]
pub(super) struct RelevantEvidence<'a> {
    pub(super) href: String,
    pub(super) description: String,
    pub(super) props: Vec<Property<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct FindingOf<'a> {
    pub(super) uuid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) props: Vec<Property<'a>>,
    pub(super) target: Target,
    pub(super) related_observations: Vec<RelatedObservation>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::struct_field_names, reason = "named as OSCAL names them")]
pub(super) struct Target {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) target_id: String,
    pub(super) status: Status,
}

#[derive(Serialize)]
pub(super) struct Status {
    pub(super) state: &'static str,
    pub(super) reason: &'static str,
    pub(super) remarks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RelatedObservation {
    pub(super) observation_uuid: String,
}

#[derive(Serialize)]
pub(super) struct BackMatter {
    pub(super) resources: [Resource; 2],
}

#[derive(Serialize)]
pub(super) struct Resource {
    pub(super) uuid: String,
    pub(super) title: &'static str,
    pub(super) description: String,
}

#[derive(Serialize)]
pub(super) struct Property<'a> {
    pub(super) name: &'a str,
    pub(super) ns: &'static str,
    pub(super) value: String,
}
