//! The report as assessment results of the Open Security Controls Assessment Language 1.2.1:
//! <https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/>.
//!
//! An observation is a finding of Tripod, whatever its outcome. A finding of OSCAL is what observations come to for one
//! control, by a fixed rule: not satisfied as soon as one observation failed; not satisfied for reason `other` where none
//! failed and one could not be made, because what was not seen is not shown to hold; otherwise satisfied. A control of
//! which nothing applies has no finding. The controls are those of the serverless baseline and of NIST SP 800-53 Rev. 5,
//! the one framework here that has a catalogue in OSCAL.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;
use tripod_assess::Report;
use tripod_model::{Finding, Outcome, Pillar, ResourceRef};

use crate::about::{self, accepted};
use crate::safe::{Listed, Safe};
use crate::text::{cut, fitted, markdown};
use crate::uuid;

mod shape;

use shape::{
    Actor, AssessmentAssets, AssessmentResults, BackMatter, Component, ComponentStatus, Document,
    FindingOf, ImportAp, IncludeAll, IncludedControl, InventoryItem, LocalDefinitions, Metadata,
    Observation, Origin, Platform, Property, RelatedObservation, RelevantEvidence, Resource,
    ResultOf, ReviewedControls, Selection, Status, Subject, Target, UsedComponent,
};

const VERSION: &str = "1.2.1";

/// The namespace of Tripod's own properties.
const NAMESPACE: &str = "urn:tripod:oscal";

/// Characters of a text.
const TEXT: usize = 8_192;

/// Characters of a title or a property.
const LINE: usize = 1_024;

/// The frameworks whose controls have findings.
const FRAMEWORKS: [&str; 2] = [about::BASELINE, "nist-800-53-r5"];

/// A property, its value as OSCAL wants it: one line, not empty.
fn prop<'a>(name: &'a str, value: &str) -> Property<'a> {
    Property {
        name,
        ns: NAMESPACE,
        value: fitted(value, LINE).trim_end().to_owned(),
    }
}

/// Writes the document.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let ids = Ids::of(report);
    let document = Document {
        assessment_results: AssessmentResults {
            uuid: ids.document.clone(),
            metadata: metadata(report),
            import_ap: ImportAp {
                href: format!("#{}", ids.plan),
                remarks: "There is no assessment plan: the checks are built into the tool.",
            },
            results: [ResultOf {
                uuid: uuid::of("result", &[&report.run.id]),
                title: "What Tripod observed",
                description: description(report),
                start: report.run.started.min(report.run.observed),
                end: report.run.finished,
                props: scores(report),
                local_definitions: LocalDefinitions {
                    inventory_items: inventory(report),
                    assessment_assets: assets(&ids),
                },
                reviewed_controls: reviewed(report),
                observations: (!report.findings.is_empty()).then_some(Listed(|| {
                    report
                        .findings
                        .iter()
                        .map(|finding| observation(report, finding, &ids))
                })),
                findings: findings(report),
            }],
            back_matter: back_matter(report, &ids),
        },
    };
    serde_json::to_writer(Safe(out), &document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// UUIDs that several places name.
struct Ids {
    document: String,
    plan: String,
    recording: String,
    tool: String,
}

impl Ids {
    fn of(report: &Report) -> Self {
        let (run, tool) = (&*report.run.id, &report.tool);
        Self {
            document: uuid::of("document", &[run, &tool.version, &tool.checks_digest]),
            plan: uuid::of("plan", &[&tool.version, &tool.checks_digest]),
            recording: uuid::of("recording", &[run]),
            tool: uuid::of("tool", &[&tool.name, &tool.version]),
        }
    }
}

fn metadata(report: &Report) -> Metadata<'static> {
    Metadata {
        title: "Tripod assessment results",
        last_modified: report.run.finished,
        version: fitted(&report.run.id, LINE),
        oscal_version: VERSION,
        props: vec![
            prop("tool-version", &report.tool.version),
            prop("checks-digest", &report.tool.checks_digest),
        ],
    }
}

fn description(report: &Report) -> String {
    let accounts: Vec<&str> = report
        .run
        .accounts
        .iter()
        .map(|account| account.id.as_str())
        .collect();
    let mut text = format!(
        "Configuration of AWS account {}, read as {}.",
        accounts.join(", "),
        report.run.caller.arn
    );
    if let Some(stopped) = report.run.stopped {
        text.push_str(" Incomplete: ");
        text.push_str(stopped.text());
        text.push('.');
    }
    markdown(&cut(&text, TEXT))
}

/// The score and coverage of each leg.
fn scores(report: &Report) -> Vec<Property<'static>> {
    let mut props = Vec::new();
    for (pillar, score, coverage) in [
        (
            Pillar::Confidentiality,
            "confidentiality-score",
            "confidentiality-coverage",
        ),
        (Pillar::Integrity, "integrity-score", "integrity-coverage"),
        (
            Pillar::Availability,
            "availability-score",
            "availability-coverage",
        ),
    ] {
        let of = report.pillars.on(pillar);
        if let Some(value) = of.score {
            props.push(prop(score, &value.to_string()));
        }
        if let Some(value) = of.coverage {
            props.push(prop(coverage, &value.to_string()));
        }
    }
    props.push(prop("run", &report.run.id));
    if let Some(endpoint) = &report.run.endpoint {
        props.push(prop("endpoint", endpoint));
    }
    props
}

fn item_id(resource: &ResourceRef) -> String {
    uuid::of(
        "resource",
        &[
            resource.account.as_str(),
            resource.region.as_str(),
            &resource.arn,
        ],
    )
}

/// Every resource that an observation is about, once.
fn inventory(report: &Report) -> Option<impl Serialize> {
    let resources: BTreeSet<&ResourceRef> = report
        .findings
        .iter()
        // By what identifies it: several checks may call a resource by several names.
        .map(|finding| (item_id(&finding.resource), &finding.resource))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect();
    let item = |resource: &ResourceRef| InventoryItem {
        uuid: item_id(resource),
        description: markdown(&cut(&resource.name, TEXT)),
        props: vec![
            prop("arn", &resource.arn),
            prop("type", &resource.kind),
            prop("account", resource.account.as_str()),
            prop("region", resource.region.as_str()),
        ],
    };
    (!resources.is_empty()).then_some(Listed(move || resources.clone().into_iter().map(item)))
}

fn assets(ids: &Ids) -> AssessmentAssets {
    AssessmentAssets {
        components: [Component {
            uuid: ids.tool.clone(),
            kind: "software",
            title: "Tripod",
            description: "Scans live AWS accounts.",
            status: ComponentStatus {
                state: "operational",
            },
        }],
        assessment_platforms: [Platform {
            uuid: uuid::of("platform", &[&ids.tool]),
            title: "Tripod",
            uses_components: [UsedComponent {
                component_uuid: ids.tool.clone(),
            }],
        }],
    }
}

/// The requirements of a finding whose framework has findings, in OSCAL's spelling.
fn controls_of<'a>(
    report: &'a Report,
    finding: &'a Finding,
) -> impl Iterator<Item = (&'a str, String)> {
    about::requirements(report, finding)
        .into_iter()
        .filter(|(framework, _)| FRAMEWORKS.contains(framework))
        .map(|(framework, id)| (framework, control_id(framework, id)))
}

/// The catalogue of NIST SP 800-53 in OSCAL spells `AC-6(3)` as `ac-6.3`:
/// <https://github.com/usnistgov/oscal-content/tree/main/nist.gov/SP800-53/rev5>.
fn control_id(framework: &str, id: &str) -> String {
    if framework == about::BASELINE {
        return id.to_owned();
    }
    id.to_lowercase().replace('(', ".").replace(')', "")
}

fn reviewed(report: &Report) -> ReviewedControls {
    let mut frameworks: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for finding in &report.findings {
        for (framework, id) in controls_of(report, finding) {
            frameworks.entry(framework).or_default().insert(id);
        }
    }
    let mut control_selections: Vec<Selection> = frameworks
        .into_iter()
        .map(|(framework, ids)| Selection {
            description: about::framework_name(framework).to_owned(),
            include_all: None,
            include_controls: ids
                .into_iter()
                .map(|control_id| IncludedControl { control_id })
                .collect(),
        })
        .collect();
    if control_selections.is_empty() {
        // OSCAL wants one. It selects from nothing: there is no finding.
        control_selections.push(Selection {
            description: "No check ran on any resource.".to_owned(),
            include_all: Some(IncludeAll {}),
            include_controls: Vec::new(),
        });
    }
    ReviewedControls { control_selections }
}

fn observation_id(report: &Report, finding: &Finding) -> String {
    uuid::of("observation", &[&report.run.id, &finding.id])
}

fn observation<'a>(report: &Report, finding: &'a Finding, ids: &Ids) -> Observation<'a> {
    let resource = &finding.resource;
    let mut props = vec![
        prop("outcome", finding.outcome.as_str()),
        prop("severity", finding.severity.as_str()),
        prop("check", &finding.check),
        prop("finding-id", &finding.id),
    ];
    for pillar in Pillar::ALL {
        props.push(prop(pillar.as_str(), finding.impact.on(pillar).as_str()));
    }
    if let Some(permission) = finding
        .cause
        .as_ref()
        .and_then(|cause| cause.permission.as_ref())
    {
        props.push(prop("permission", permission));
    }
    let remarks = match (&finding.cause, accepted(finding)) {
        (_, Some(accepted)) => Some(format!("Accepted: {}", accepted.text)),
        (Some(cause), None) => Some(format!("Not assessed: {}", cause.text())),
        (None, None) => None,
    };
    Observation {
        uuid: observation_id(report, finding),
        title: fitted(about::title(report, &finding.check), LINE),
        description: markdown(&cut(&finding.message, TEXT)),
        props,
        methods: ["TEST"],
        types: ["finding"],
        origins: [Origin {
            actors: [Actor {
                kind: "tool",
                actor_uuid: ids.tool.clone(),
            }],
        }],
        subjects: [Subject {
            subject_uuid: item_id(resource),
            kind: "inventory-item",
            title: markdown(&cut(&resource.name, LINE)),
        }],
        relevant_evidence: finding
            .evidence
            .iter()
            .map(|evidence| RelevantEvidence {
                href: format!("#{}", ids.recording),
                description: "Recorded answer of AWS, and the place in it.".to_owned(),
                props: vec![
                    prop("exchange", evidence.exchange.as_str()),
                    prop("pointer", &evidence.pointer),
                ],
            })
            .collect(),
        collected: report.run.observed,
        remarks: remarks.map(|text| markdown(&cut(&text, TEXT))),
    }
}

fn findings(report: &Report) -> Vec<FindingOf<'static>> {
    let mut controls: BTreeMap<(&str, String), Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        for control in controls_of(report, finding) {
            controls.entry(control).or_default().push(finding);
        }
    }
    controls
        .into_iter()
        .filter_map(|((framework, id), findings)| {
            let status = status(&findings)?;
            let framework_name = about::framework_name(framework);
            Some(FindingOf {
                uuid: uuid::of("finding", &[&report.run.id, framework, &id]),
                title: format!("{id} of {framework_name}"),
                description: format!(
                    "What the observations come to for {id}, of which they may show a part only."
                ),
                props: vec![prop("framework", framework)],
                target: Target {
                    kind: "objective-id",
                    target_id: id,
                    status,
                },
                related_observations: findings
                    .into_iter()
                    .map(|finding| RelatedObservation {
                        observation_uuid: observation_id(report, finding),
                    })
                    .collect(),
            })
        })
        .collect()
}

/// What the observations come to, by the rule at the head of this file. `None` where nothing applies.
fn status(findings: &[&Finding]) -> Option<Status> {
    let count = |outcome| findings.iter().filter(|one| one.outcome == outcome).count();
    let (failed, missing, passed) = (
        count(Outcome::Fail),
        count(Outcome::NotAssessed),
        count(Outcome::Pass),
    );
    let remarks = format!("{failed} failed, {passed} passed, {missing} could not be assessed.");
    let (state, reason) = match (failed, missing, passed) {
        (0, 0, 0) => return None,
        (0, 0, _) => ("satisfied", "pass"),
        (0, _, _) => ("not-satisfied", "other"),
        _ => ("not-satisfied", "fail"),
    };
    Some(Status {
        state,
        reason,
        remarks,
    })
}

fn back_matter(report: &Report, ids: &Ids) -> BackMatter {
    BackMatter {
        resources: [
            Resource {
                uuid: ids.plan.clone(),
                title: "Checks of Tripod",
                description: format!(
                    "Stands for the assessment plan: the checks of version {}, digest {}.",
                    markdown(&report.tool.version),
                    markdown(&report.tool.checks_digest)
                ),
            },
            Resource {
                uuid: ids.recording.clone(),
                title: "Recording of the run",
                description: format!(
                    "Every request and answer of run {}, kept in the folder of the run. Evidence names an \
                     exchange of it and the place in its answer.",
                    markdown(&report.run.id)
                ),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tripod_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};

    use super::{control_id, status};
    use crate::formats::rendered;
    use crate::{Format, fixture};

    fn result(report: &tripod_assess::Report) -> Value {
        let document: Value = serde_json::from_str(&rendered(report, Format::Oscal)).expect("JSON");
        document["assessment-results"]["results"][0].clone()
    }

    #[test]
    fn a_control_is_satisfied_only_where_everything_was_seen_and_passed() {
        let nothing = fixture::impact(
            tripod_model::Severity::High,
            tripod_model::Severity::None,
            tripod_model::Severity::None,
        );
        for (outcomes, expected) in [
            (&[Pass, NotApplicable][..], Some(("satisfied", "pass"))),
            (&[Pass, NotAssessed], Some(("not-satisfied", "other"))),
            (&[NotAssessed], Some(("not-satisfied", "other"))),
            (&[Pass, Fail, NotAssessed], Some(("not-satisfied", "fail"))),
            (&[NotApplicable], None),
        ] {
            let findings: Vec<_> = outcomes
                .iter()
                .map(|outcome| fixture::finding("made-up", "a", *outcome, nothing))
                .collect();
            let borrowed: Vec<_> = findings.iter().collect();
            let found = status(&borrowed).map(|status| (status.state, status.reason));
            assert_eq!(found, expected, "{outcomes:?}");
        }
    }

    #[test]
    fn enhancements_are_spelled_as_in_the_catalogue() {
        assert_eq!(control_id("nist-800-53-r5", "AC-6(10)"), "ac-6.10");
        assert_eq!(control_id("nist-800-53-r5", "AU-2"), "au-2");
        assert_eq!(control_id("baseline", "IAM-1"), "IAM-1");
    }

    #[test]
    fn every_reference_within_the_document_leads_somewhere() {
        let text = rendered(&fixture::report(), Format::Oscal);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let results = &document["assessment-results"]["results"][0];
        let ids = |list: &Value| -> Vec<String> {
            list.as_array()
                .expect("a list")
                .iter()
                .map(|item| item["uuid"].as_str().expect("text").to_owned())
                .collect()
        };
        let items = ids(&results["local-definitions"]["inventory-items"]);
        let observations = ids(&results["observations"]);
        let resources = ids(&document["assessment-results"]["back-matter"]["resources"]);
        let known = |list: &[String], id: &Value| {
            let id = id.as_str().expect("text").trim_start_matches('#');
            assert!(list.iter().any(|one| one == id), "{id}");
        };
        known(
            &resources,
            &document["assessment-results"]["import-ap"]["href"],
        );
        for observation in results["observations"].as_array().expect("a list") {
            known(&items, &observation["subjects"][0]["subject-uuid"]);
            for evidence in observation["relevant-evidence"]
                .as_array()
                .into_iter()
                .flatten()
            {
                known(&resources, &evidence["href"]);
            }
        }
        for finding in results["findings"].as_array().expect("a list") {
            for related in finding["related-observations"].as_array().expect("a list") {
                known(&observations, &related["observation-uuid"]);
            }
        }
    }

    #[test]
    fn a_report_without_findings_has_no_empty_lists() {
        let mut report = fixture::report();
        report.findings.clear();
        let result = result(&report);
        for list in ["observations", "findings"] {
            assert_eq!(result.get(list), None, "{list}");
        }
        assert_eq!(result["local-definitions"].get("inventory-items"), None);
    }

    #[test]
    fn the_shape_is_stable() {
        insta::assert_json_snapshot!(result(&fixture::one_failure()));
    }
}
