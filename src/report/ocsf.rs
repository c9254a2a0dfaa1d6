//! The findings as events of the Open Cybersecurity Schema Framework, version 1.6.0, class Compliance Finding (2003)
//! with the profile `cloud`: <https://schema.ocsf.io/1.6.0/classes/compliance_finding?profiles=cloud>. One event a
//! line, as collectors of logs read them.
//!
//! An event's severity is what somebody has to react to: that of the failure, "Unknown" where nothing could be
//! assessed, "Informational" otherwise. What is or would be at stake stands in `compliance.checks`, for every outcome.

use std::io;

use serde::Serialize;
use tripod_assess::Report;
use tripod_model::{Evidence, Finding, Outcome, Severity};

use crate::about::{self, accepted};
use crate::safe;
use crate::text::{cut, fitted};

const VERSION: &str = "1.6.0";

/// Characters of a text for people. OCSF sets no limit; what takes events in often does.
const TEXT: usize = 8_192;

#[derive(Serialize)]
struct Event<'a> {
    activity_id: u8,
    activity_name: &'static str,
    category_uid: u8,
    category_name: &'static str,
    class_uid: u16,
    class_name: &'static str,
    type_uid: u32,
    type_name: &'static str,
    time: i64,
    severity_id: u8,
    severity: &'static str,
    status_id: u8,
    status: &'static str,
    status_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    message: String,
    cloud: Cloud<'a>,
    compliance: Compliance<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidences: Vec<EvidenceOf<'a>>,
    finding_info: FindingInfo<'a>,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<Remediation<'a>>,
    resources: [Resource<'a>; 1],
    unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "named as OCSF names them")]
struct Cloud<'a> {
    provider: &'static str,
    cloud_partition: &'a str,
    account: Account<'a>,
    region: &'a str,
}

#[derive(Serialize)]
struct Account<'a> {
    uid: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
}

#[derive(Serialize)]
struct Compliance<'a> {
    checks: [CheckOf<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requirements: Vec<String>,
    standards: Vec<&'a str>,
    status: &'static str,
    status_id: u8,
    status_details: [String; 1],
}

#[derive(Serialize)]
struct CheckOf<'a> {
    uid: &'a str,
    name: &'a str,
    severity_id: u8,
    severity: &'static str,
    status: &'static str,
    status_id: u8,
}

#[derive(Serialize)]
struct EvidenceOf<'a> {
    data: &'a Evidence,
}

#[derive(Serialize)]
struct FindingInfo<'a> {
    uid: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    desc: Option<&'a str>,
    analytic: Analytic<'a>,
    product_uid: &'a str,
    types: [&'static str; 1],
}

#[derive(Serialize)]
struct Analytic<'a> {
    uid: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_id: u8,
}

#[derive(Serialize)]
struct Metadata<'a> {
    version: &'static str,
    profiles: [&'static str; 1],
    product: Product<'a>,
    /// The run: every event of a scan has the same.
    correlation_uid: &'a str,
    event_code: &'a str,
    /// The event itself: another in every run.
    uid: String,
    logged_time: i64,
}

#[derive(Serialize)]
struct Product<'a> {
    name: &'static str,
    uid: &'a str,
    vendor_name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Remediation<'a> {
    desc: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<&'a str>,
}

#[derive(Serialize)]
struct Resource<'a> {
    uid: &'a str,
    name: String,
    #[serde(rename = "type")]
    kind: &'a str,
    region: &'a str,
    cloud_partition: &'a str,
}

/// What OCSF has no place for, as the JSON report has it.
#[derive(Serialize)]
struct Unmapped<'a> {
    outcome: Outcome,
    severity: Severity,
    impact: tripod_model::Impact,
    rows: &'a [std::borrow::Cow<'static, str>],
    details: &'a tripod_model::Details,
    cause: Option<&'a tripod_model::Cause>,
    exception: Option<&'a tripod_model::AcceptedException>,
}

/// Writes an event for each finding.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.findings {
        safe::line(&event(report, finding), out)?;
    }
    out.flush()
}

fn event<'a>(report: &'a Report, finding: &'a Finding) -> Event<'a> {
    let (severity_id, severity) = urgency(finding);
    let exception = accepted(finding);
    let (status_id, status) = if exception.is_some() {
        (3, "Suppressed")
    } else {
        (1, "New")
    };
    let resource = &finding.resource;
    Event {
        activity_id: 1,
        activity_name: "Create",
        category_uid: 2,
        category_name: "Findings",
        class_uid: 2003,
        class_name: "Compliance Finding",
        type_uid: 200_301,
        type_name: "Compliance Finding: Create",
        time: report.run.observed.as_millisecond(),
        severity_id,
        severity,
        status_id,
        status,
        status_code: finding.outcome.as_str(),
        status_detail: finding
            .cause
            .as_ref()
            .map(|cause| fitted(&cause.text(), TEXT)),
        comment: exception.map(|accepted| fitted(&accepted.text, TEXT)),
        message: fitted(&finding.message, TEXT),
        cloud: Cloud {
            provider: "AWS",
            cloud_partition: about::partition(report, resource),
            account: Account {
                uid: resource.account.as_str(),
                kind: "AWS Account",
                type_id: 10,
            },
            region: resource.region.as_str(),
        },
        compliance: compliance(report, finding),
        evidences: finding
            .evidence
            .iter()
            .map(|data| EvidenceOf { data })
            .collect(),
        finding_info: FindingInfo {
            uid: &finding.id,
            title: about::title(report, &finding.check),
            desc: of_failures(finding, || about::section(report, &finding.check, "What")).flatten(),
            analytic: Analytic {
                uid: &finding.check,
                name: about::title(report, &finding.check),
                kind: "Rule",
                type_id: 1,
            },
            product_uid: &report.tool.name,
            types: ["Software and Configuration Checks"],
        },
        metadata: Metadata {
            version: VERSION,
            profiles: ["cloud"],
            product: Product {
                name: "Tripod",
                uid: &report.tool.name,
                vendor_name: "Tripod",
                version: &report.tool.version,
            },
            correlation_uid: &report.run.id,
            event_code: &finding.check,
            uid: format!("{}/{}", report.run.id, finding.id),
            logged_time: report.run.finished.as_millisecond(),
        },
        remediation: remediation(report, finding),
        resources: [Resource {
            uid: &resource.arn,
            name: cut(&resource.name, TEXT),
            kind: &resource.kind,
            region: resource.region.as_str(),
            cloud_partition: about::partition(report, resource),
        }],
        unmapped: Unmapped {
            outcome: finding.outcome,
            severity: finding.severity,
            impact: finding.impact,
            rows: &finding.rows,
            details: &finding.details,
            cause: finding.cause.as_deref(),
            exception: finding.exception.as_deref(),
        },
    }
}

fn compliance<'a>(report: &'a Report, finding: &'a Finding) -> Compliance<'a> {
    let (status_id, status) = verdict(finding.outcome);
    let (severity_id, severity) = level(finding.severity);
    let requirements = about::requirements(report, finding);
    let mut standards: Vec<&str> = Vec::new();
    for (framework, _) in &requirements {
        let name = about::framework_name(framework);
        if !standards.contains(&name) {
            standards.push(name);
        }
    }
    Compliance {
        checks: [CheckOf {
            uid: &finding.check,
            name: about::title(report, &finding.check),
            severity_id,
            severity,
            status,
            status_id,
        }],
        control: finding.controls.first().map(|id| &**id),
        requirements: requirements
            .iter()
            .map(|(framework, id)| format!("{framework}/{id}"))
            .collect(),
        standards,
        status,
        status_id,
        status_details: [fitted(&finding.message, TEXT)],
    }
}

/// A check's prose is long, and told where somebody has something to mend.
fn of_failures<T>(finding: &Finding, prose: impl FnOnce() -> T) -> Option<T> {
    (finding.outcome == Outcome::Fail).then(prose)
}

fn remediation<'a>(report: &'a Report, finding: &'a Finding) -> Option<Remediation<'a>> {
    of_failures(finding, || Remediation {
        desc: about::section(report, &finding.check, "How to mend").unwrap_or(&finding.check),
        references: about::references(report, &finding.check),
    })
}

/// `compliance.status_id`.
fn verdict(outcome: Outcome) -> (u8, &'static str) {
    match outcome {
        Outcome::Pass => (1, "Pass"),
        Outcome::Fail => (3, "Fail"),
        Outcome::NotAssessed => (0, "Unknown"),
        Outcome::NotApplicable => (99, "Not applicable"),
    }
}

/// `severity_id` of the event.
fn urgency(finding: &Finding) -> (u8, &'static str) {
    match finding.outcome {
        Outcome::Fail => level(finding.severity),
        Outcome::NotAssessed => (0, "Unknown"),
        Outcome::Pass | Outcome::NotApplicable => level(Severity::None),
    }
}

fn level(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::None => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tripod_model::{Outcome, Severity};

    use crate::formats::rendered;
    use crate::{Format, fixture};

    fn events(report: &tripod_assess::Report) -> Vec<Value> {
        rendered(report, Format::Ocsf)
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    #[test]
    fn what_passes_alarms_nobody_and_what_was_not_seen_is_unknown() {
        let report = fixture::every_outcome();
        for (event, finding) in events(&report).iter().zip(&report.findings) {
            let (severity, status) = match finding.outcome {
                Outcome::Fail => (None, 3),
                Outcome::Pass => (Some(1), 1),
                Outcome::NotAssessed => (Some(0), 0),
                Outcome::NotApplicable => (Some(1), 99),
            };
            assert_eq!(event["compliance"]["status_id"], status);
            if let Some(severity) = severity {
                assert_eq!(event["severity_id"], severity);
            } else {
                assert_eq!(
                    event["severity_id"],
                    event["compliance"]["checks"][0]["severity_id"]
                );
            }
        }
    }

    #[test]
    fn the_uid_is_the_findings_and_an_accepted_failure_is_suppressed() {
        let mut report = fixture::report();
        let finding = report
            .findings
            .iter_mut()
            .find(|finding| finding.severity == Severity::Critical)
            .expect("in the fixture");
        finding.exception = Some(Box::new(fixture::exception("a honeypot")));
        let id = finding.id.clone();
        let all = events(&report);
        let event = all
            .iter()
            .find(|event| event["finding_info"]["uid"] == id)
            .expect("there");
        assert_eq!(event["status_id"], 3);
        assert_eq!(
            event["comment"],
            "a honeypot, by blue team, until 2027-01-31"
        );
        assert_eq!(event["unmapped"]["exception"]["expires"], "2027-01-31");
        assert_eq!(event["severity_id"], 5);
        assert_eq!(
            all.iter().filter(|event| event["status_id"] == 3).count(),
            1
        );
    }

    #[test]
    fn the_shape_is_stable() {
        let mut event = events(&fixture::one_failure()).remove(0);
        // The prose of a check is none of a format's business.
        event["finding_info"]["desc"] = "[prose]".into();
        event["remediation"] = "[prose]".into();
        insta::assert_json_snapshot!(event);
    }
}
