//! What a format says of a finding beside the finding: its check's title and prose, its frameworks, its exception.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use tripod_assess::{Known, Report, ReportedRule, served_by};
use tripod_checks::{ALL, Check, Framework, Mapping};
use tripod_model::{AcceptedException, Finding, ResourceRef};

/// A requirement: the framework's short name and its id.
pub(crate) type Requirement<'a> = (&'a str, &'a str);

/// The title of a check or rule. A report of another version may name a check unknown to this one: its id stands in.
pub(crate) fn title<'a>(report: &'a Report, check: &'a str) -> &'a str {
    report.known(check).map_or(check, Known::title)
}

/// The requirements of every framework that a finding counts for, as the report of a framework counts it: those of the
/// baseline, then what its check or rule names, then what follows from these.
pub(crate) fn requirements<'a>(report: &'a Report, finding: &'a Finding) -> Vec<Requirement<'a>> {
    // The report has the baseline's ids itself, and is what is rendered.
    let own = finding.controls.iter().map(|id| (BASELINE, &**id));
    if let Some(rule) = report.rule(&finding.check) {
        own.chain(of_rule(rule)).collect()
    } else if let Some(others) = SERVED.get(&*finding.check) {
        own.chain(others.iter().copied()).collect()
    } else {
        let rows = finding.controls.iter().map(|id| &**id);
        own.chain(others(&served_by(None, rows))).collect()
    }
}

/// What a rule names beside the baseline, also what no catalogue knows, and what follows.
fn of_rule(rule: &ReportedRule) -> Vec<Requirement<'_>> {
    let named = Known::Rule(rule).controls().into_iter();
    let mut all: Vec<Requirement<'_>> = named.filter(|(short, _)| *short != BASELINE).collect();
    for requirement in others(&Known::Rule(rule).mappings()) {
        if !all.contains(&requirement) {
            all.push(requirement);
        }
    }
    all
}

/// What each check serves beside the baseline: a report may have a million findings of a hundred checks.
static SERVED: LazyLock<BTreeMap<&'static str, Vec<Requirement<'static>>>> = LazyLock::new(|| {
    let served = |check: &&'static Check| (check.id, others(&served_by(Some(check), [])));
    ALL.iter().map(served).collect()
});

/// The requirements beside the baseline's, those that are named before those that follow.
fn others(served: &[Mapping]) -> Vec<Requirement<'static>> {
    let (named, following): (Vec<&Mapping>, Vec<&Mapping>) = served
        .iter()
        .filter(|mapping| mapping.framework != Framework::Baseline)
        .partition(|mapping| mapping.via.is_none());
    let all = named.into_iter().chain(following);
    all.map(|mapping| (mapping.framework.key(), mapping.id))
        .collect()
}

/// The short name of Tripod's own baseline.
pub(crate) const BASELINE: &str = "baseline";

/// The framework of this short name.
pub(crate) fn framework(short: &str) -> Option<Framework> {
    Framework::ALL.into_iter().find(|it| it.key() == short)
}

/// The framework's name as people know it, with its version.
pub(crate) fn framework_name(short: &str) -> &str {
    let Some(framework) = framework(short) else {
        return short;
    };
    match framework {
        Framework::Baseline => "Tripod serverless baseline",
        Framework::Fsbp => "AWS Foundational Security Best Practices",
        Framework::CisAws => "CIS AWS Foundations Benchmark 7.0.0",
        Framework::Nist80053 => "NIST SP 800-53 Rev. 5",
        Framework::PciDss => "PCI DSS 4.0.1",
        Framework::Iso27001 => "ISO/IEC 27001:2022 Annex A",
        Framework::Soc2 => "SOC 2 Trust Services Criteria",
        Framework::Hipaa => "HIPAA Security Rule",
        Framework::WellArchitected => "AWS Well-Architected Security Pillar",
        Framework::ServerlessLens => "AWS Well-Architected Serverless Applications Lens",
        Framework::OwaspServerless => "OWASP Serverless Top 10 2017",
    }
}

/// The checks of a report, each once, by id.
pub(crate) fn checks(report: &Report) -> BTreeSet<&str> {
    report
        .findings
        .iter()
        .map(|finding| &*finding.check)
        .collect()
}

/// The section of a check's or rule's prose under this heading, if it has one.
pub(crate) fn section<'a>(report: &'a Report, check: &str, heading: &str) -> Option<&'a str> {
    let known = report.known(check)?;
    Some(known.section(heading)).filter(|text| !text.is_empty())
}

/// The addresses that a check or rule refers to.
pub(crate) fn references<'a>(report: &'a Report, check: &str) -> Vec<&'a str> {
    report
        .known(check)
        .map(Known::references)
        .unwrap_or_default()
}

/// That somebody has accepted a finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// Why, by whom and until when.
    pub(crate) text: String,
}

/// Whether a failure is accepted by an exception.
pub(crate) fn accepted(finding: &Finding) -> Option<Accepted> {
    let AcceptedException {
        reason,
        owner,
        expires,
        ..
    } = finding.exception.as_deref()?;
    Some(Accepted {
        text: format!("{reason}, by {owner}, until {expires}"),
    })
}

/// The partition that a resource lies in. What is none of AWS's, such as an exception, lies where the scan asked.
pub(crate) fn partition<'a>(report: &'a Report, resource: &'a ResourceRef) -> &'a str {
    partition_of(&resource.arn)
        .or_else(|| partition_of(&report.run.caller.arn))
        .unwrap_or("aws")
}

fn partition_of(arn: &str) -> Option<&str> {
    let name = arn.strip_prefix("arn:")?.split(':').next()?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tripod_assess::FrameworkReport;
    use tripod_checks::{ALL, Framework};
    use tripod_model::Outcome;

    use super::{accepted, framework_name, partition, references, requirements, title};
    use crate::fixture;

    #[test]
    fn an_unknown_check_is_called_by_its_id() {
        let report = fixture::report();
        assert_eq!(title(&report, "of-another-version"), "of-another-version");
        assert_eq!(
            title(&report, "lambda-public-url"),
            "function URL reachable without authentication"
        );
    }

    #[test]
    fn requirements_are_those_of_the_report_and_of_the_other_frameworks() {
        let report = fixture::report();
        let finding = report
            .findings
            .iter()
            .find(|finding| finding.check == "lambda-public-url")
            .expect("in the fixture");
        assert_eq!(
            requirements(&report, finding),
            [
                ("baseline", "IAM-1"),
                ("baseline", "NET-6"),
                // Named by the check.
                ("owasp-serverless-2017", "S2"),
                ("owasp-serverless-2017", "S5"),
                // What follows from the two rows.
                ("nist-800-53-r5", "AC-3"),
                ("nist-800-53-r5", "IA-9"),
                ("nist-800-53-r5", "SC-7"),
                ("iso-27001-2022", "A.5.15"),
                ("iso-27001-2022", "A.8.12"),
                ("iso-27001-2022", "A.8.26"),
                ("iso-27001-2022", "A.8.3"),
                ("iso-27001-2022", "A.8.5"),
                ("soc-2", "CC6.1"),
                ("soc-2", "CC6.6"),
                ("hipaa", "164.312(a)(1)"),
                ("hipaa", "164.312(d)"),
                ("well-architected-security", "SEC03-BP07"),
                ("well-architected-security", "SEC09-BP03"),
                ("well-architected-serverless", "SEC 1"),
                ("well-architected-serverless", "SEC 2"),
            ]
        );
    }

    #[test]
    fn formats_and_the_report_of_a_framework_name_the_same_controls() {
        let report = fixture::report();
        for framework in Framework::ALL {
            let of_framework = FrameworkReport::of(framework, &report.findings, ALL, |_| true);
            for control in &of_framework.controls {
                let key = (framework.key(), control.id.as_str());
                let named = report
                    .findings
                    .iter()
                    .filter(|finding| requirements(&report, finding).contains(&key));
                let counts = control.findings;
                let counted =
                    counts.passed + counts.failed + counts.not_assessed + counts.not_applicable;
                assert_eq!(named.count() as u64, counted, "{key:?}");
            }
        }
    }

    #[test]
    fn every_framework_is_called_by_a_name_of_its_own() {
        let names: BTreeSet<&str> = Framework::ALL
            .iter()
            .map(|framework| framework_name(framework.key()))
            .collect();
        assert_eq!(names.len(), Framework::ALL.len());
        assert!(Framework::ALL.iter().all(|it| !names.contains(it.key())));
        assert_eq!(framework_name("of-another-version"), "of-another-version");
    }

    #[test]
    fn references_are_addresses() {
        let report = fixture::report();
        let addresses = references(&report, "lambda-public-url");
        assert!(!addresses.is_empty());
        for address in addresses {
            assert!(
                address.starts_with("https://docs.aws.amazon.com/"),
                "{address}"
            );
        }
    }

    #[test]
    fn an_exception_says_why_by_whom_and_until_when() {
        let impact = fixture::impact(
            tripod_model::Severity::High,
            tripod_model::Severity::None,
            tripod_model::Severity::None,
        );
        let mut finding = fixture::finding("made-up", "a", Outcome::Fail, impact);
        assert_eq!(accepted(&finding), None);
        finding.exception = Some(Box::new(fixture::exception("a honeypot")));
        let text = accepted(&finding).expect("accepted").text;
        assert_eq!(text, "a honeypot, by blue team, until 2027-01-31");
    }

    #[test]
    fn the_partition_is_the_arns_or_that_of_the_caller() {
        let mut report = fixture::report();
        let mut resource = report.findings[0].resource.clone();
        "arn:aws-us-gov:iam::1:role/a".clone_into(&mut resource.arn);
        assert_eq!(partition(&report, &resource), "aws-us-gov");
        "exception:lambda-public-url:*:*:a".clone_into(&mut resource.arn);
        assert_eq!(partition(&report, &resource), "aws");
        "arn:aws-cn:iam::1:role/a".clone_into(&mut report.run.caller.arn);
        assert_eq!(partition(&report, &resource), "aws-cn");
    }
}
