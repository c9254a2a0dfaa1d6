//! The report in the Static Analysis Results Interchange Format 2.1.0 with errata 01:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//!
//! Checks are rules, their requirements taxa, outcomes results. "Not assessed" is the kind `open`: the tool had too
//! little to decide. A resource of AWS lies in no file, so results have logical locations alone.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use tripod_assess::Report;
use tripod_checks::Framework;
use tripod_model::{Finding, Outcome, RegionStatus, Severity};

use crate::about::{self, accepted};
use crate::safe::{Listed, Safe};
use crate::text::fitted;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Characters of a message.
const TEXT: usize = 8_192;

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, R: Serialize> {
    tool: ToolOf<'a>,
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    taxonomies: Vec<Taxonomy<'a>>,
    properties: RunProperties<'a>,
    results: R,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: String,
}

#[derive(Serialize)]
struct ToolOf<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    supported_taxonomies: Vec<Component<'a>>,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Component<'a> {
    name: &'a str,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Configuration,
    relationships: Vec<Relationship<'a>>,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help<'a> {
    text: String,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Relationship<'a> {
    target: Target<'a>,
    kinds: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    id: &'a str,
    tool_component: Component<'a>,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: Vec<&'a str>,
    /// A number as text: what GitHub sorts rules by.
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

#[derive(Serialize)]
struct Taxonomy<'a> {
    name: &'a str,
    organization: &'static str,
    #[serde(rename = "shortDescription")]
    short_description: Message,
    taxa: Vec<Taxon<'a>>,
}

#[derive(Serialize)]
struct Taxon<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    start_time_utc: Timestamp,
    end_time_utc: Timestamp,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
struct RunProperties<'a> {
    run: &'a str,
    observed: Timestamp,
    endpoint: Option<&'a str>,
    pillars: &'a tripod_assess::Pillars,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultOf<'a> {
    rule_id: &'a str,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints<'a>,
    suppressions: Vec<Suppression>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    logical_locations: [LogicalLocation<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    name: &'a str,
    fully_qualified_name: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "tripodFinding/v1")]
    finding: &'a str,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    outcome: Outcome,
    severity: Severity,
    impact: tripod_model::Impact,
    account: &'a str,
    region: &'a str,
    resource_type: &'a str,
    cause: Option<&'a tripod_model::Cause>,
    details: &'a tripod_model::Details,
    evidence: &'a [tripod_model::Evidence],
}

/// Writes the log.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let rules: BTreeMap<&str, usize> = about::checks(report)
        .into_iter()
        .enumerate()
        .map(|(index, check)| (check, index))
        .collect();
    let taxonomies = Taxonomies::of(report);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: ToolOf {
                driver: Driver {
                    name: "Tripod",
                    version: &report.tool.version,
                    supported_taxonomies: taxonomies.components(),
                    rules: rules
                        .keys()
                        .map(|check| rule(report, check, &taxonomies))
                        .collect(),
                },
            },
            automation_details: AutomationDetails {
                id: format!("tripod/{}", report.run.id),
            },
            invocations: [invocation(report)],
            taxonomies: taxonomies.described(),
            properties: RunProperties {
                run: &report.run.id,
                observed: report.run.observed,
                endpoint: report.run.endpoint.as_deref(),
                pillars: &report.pillars,
            },
            results: Listed(|| {
                report.findings.iter().map(|finding| {
                    let index = rules.get(&*finding.check).copied().unwrap_or_default();
                    result(finding, index)
                })
            }),
        }],
    };
    serde_json::to_writer(Safe(out), &log)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Every requirement that the report's checks serve, by framework.
struct Taxonomies<'a>(BTreeMap<&'a str, std::collections::BTreeSet<&'a str>>);

impl<'a> Taxonomies<'a> {
    fn of(report: &'a Report) -> Self {
        let mut frameworks: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
        for finding in &report.findings {
            for (framework, id) in about::requirements(report, finding) {
                frameworks.entry(framework).or_default().insert(id);
            }
        }
        Self(frameworks)
    }

    fn components(&self) -> Vec<Component<'a>> {
        self.0
            .keys()
            .enumerate()
            .map(|(index, name)| Component { name, index })
            .collect()
    }

    fn component(&self, framework: &'a str) -> Component<'a> {
        let index = self.0.keys().position(|name| *name == framework);
        Component {
            name: framework,
            index: index.unwrap_or_default(),
        }
    }

    fn described(&self) -> Vec<Taxonomy<'a>> {
        self.0
            .iter()
            .map(|(name, ids)| Taxonomy {
                name,
                organization: organization(name),
                short_description: message(about::framework_name(name)),
                taxa: ids.iter().map(|id| Taxon { id }).collect(),
            })
            .collect()
    }
}

fn organization(framework: &str) -> &'static str {
    match about::framework(framework) {
        Some(Framework::Fsbp | Framework::WellArchitected | Framework::ServerlessLens) => {
            "Amazon Web Services"
        }
        Some(Framework::CisAws) => "Center for Internet Security",
        Some(Framework::Nist80053) => "National Institute of Standards and Technology",
        Some(Framework::PciDss) => "PCI Security Standards Council",
        Some(Framework::Iso27001) => "International Organization for Standardization",
        Some(Framework::Soc2) => "AICPA",
        Some(Framework::Hipaa) => "U.S. Department of Health and Human Services",
        Some(Framework::OwaspServerless) => "OWASP",
        Some(Framework::Baseline) | None => "Tripod",
    }
}

fn rule<'a>(report: &'a Report, check: &'a str, taxonomies: &Taxonomies<'a>) -> Rule<'a> {
    let first = report
        .findings
        .iter()
        .find(|finding| finding.check == check);
    let known = report.known(check);
    let severity = known.map_or_else(
        || first.map_or(Severity::None, |finding| finding.severity),
        tripod_assess::Known::severity,
    );
    let requirements = first
        .map(|finding| about::requirements(report, finding))
        .unwrap_or_default();
    Rule {
        id: check,
        short_description: message(about::title(report, check)),
        full_description: about::section(report, check, "What").map(prose),
        help: about::section(report, check, "How to mend").map(|markdown| Help {
            text: prose(markdown).text,
            markdown,
        }),
        help_uri: about::references(report, check).first().copied(),
        default_configuration: Configuration {
            level: level(severity),
        },
        relationships: requirements
            .into_iter()
            .map(|(framework, id)| Relationship {
                target: Target {
                    id,
                    tool_component: taxonomies.component(framework),
                },
                kinds: ["relevant"],
            })
            .collect(),
        properties: RuleProperties {
            tags: known.map_or_else(
                || vec!["security"],
                |check| vec!["security", check.service(), check.pillar().as_str()],
            ),
            security_severity: security_severity(severity),
        },
    }
}

fn result(finding: &Finding, rule_index: usize) -> ResultOf<'_> {
    let resource = &finding.resource;
    let (kind, level) = match finding.outcome {
        Outcome::Fail => ("fail", level(finding.severity)),
        Outcome::Pass => ("pass", "none"),
        Outcome::NotAssessed => ("open", "none"),
        Outcome::NotApplicable => ("notApplicable", "none"),
    };
    ResultOf {
        rule_id: &finding.check,
        rule_index,
        kind,
        level,
        message: message(&format!("{}: {}", resource.name, finding.message)),
        locations: [Location {
            logical_locations: [LogicalLocation {
                name: &resource.name,
                fully_qualified_name: &resource.arn,
                kind: "resource",
            }],
        }],
        partial_fingerprints: Fingerprints {
            finding: &finding.id,
        },
        suppressions: accepted(finding)
            .map(|accepted| Suppression {
                kind: "external",
                status: "accepted",
                justification: message(&accepted.text).text,
            })
            .into_iter()
            .collect(),
        properties: ResultProperties {
            outcome: finding.outcome,
            severity: finding.severity,
            impact: finding.impact,
            account: resource.account.as_str(),
            region: resource.region.as_str(),
            resource_type: &resource.kind,
            cause: finding.cause.as_deref(),
            details: &finding.details,
            evidence: &finding.evidence,
        },
    }
}

/// A message of one line.
fn message(text: &str) -> Message {
    Message {
        text: literal(&fitted(text, TEXT)),
    }
}

/// A text of ours, with its lines.
fn prose(text: &str) -> Message {
    Message {
        text: literal(text),
    }
}

/// The text without what SARIF takes for a placeholder (braces, section 3.11.5) or for a link (section 3.11.6).
fn literal(text: &str) -> String {
    text.replace('{', "{{")
        .replace('}', "}}")
        .replace("](", "] (")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
        Severity::None => "none",
    }
}

/// The middle of the range that GitHub gives each level.
/// <https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning>
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::None => "0.0",
    }
}

/// What went wrong with the scan itself.
fn invocation(report: &Report) -> Invocation {
    let run = &report.run;
    let mut notifications = Vec::new();
    let mut say = |level, text: &str| {
        notifications.push(Notification {
            level,
            message: message(text),
        });
    };
    if let Some(stopped) = run.stopped {
        say("error", stopped.text());
    }
    for collector in &run.broken_collectors {
        say(
            "error",
            &format!("the collector of {collector} failed inside"),
        );
    }
    for collector in &run.stalled_collectors {
        say(
            "error",
            &format!("the collector of {collector} stood still and was given up"),
        );
    }
    for (account, region) in report.regions_not_scanned() {
        let (level, why) = match region.status {
            RegionStatus::Scanned | RegionStatus::Disabled => ("note", "is not enabled"),
            RegionStatus::Denied => ("warning", "was not scanned: AWS denied every call"),
            RegionStatus::Failed => ("warning", "was not scanned: no call led to an answer"),
        };
        say(
            level,
            &format!("region {} of account {account} {why}", region.name),
        );
    }
    Invocation {
        execution_successful: run.stopped.is_none()
            && run.broken_collectors.is_empty()
            && run.stalled_collectors.is_empty(),
        start_time_utc: run.started,
        end_time_utc: run.finished,
        tool_execution_notifications: notifications,
    }
}

#[cfg(test)]
mod tests;
