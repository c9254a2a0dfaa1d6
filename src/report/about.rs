//! What a format says of a finding beside the finding: its check's title and prose, its frameworks, its exception.

use std::collections::BTreeSet;

use tripod_assess::{Report, find_check};
use tripod_checks::Check;
use tripod_model::{AcceptedException, Finding, ResourceRef};

/// A requirement: the framework's short name and its id.
pub(crate) type Requirement<'a> = (&'a str, &'a str);

/// The title of a check. A report of another version may name a check unknown to this one: its id stands in.
pub(crate) fn title(check: &str) -> &str {
    find_check(check).map_or(check, |known| known.title)
}

/// The requirements that a finding's check serves, of every framework it is mapped to.
pub(crate) fn requirements(finding: &Finding) -> Vec<Requirement<'_>> {
    let known = find_check(&finding.check);
    let mapped: BTreeSet<Requirement<'_>> = known
        .map_or(&[][..], |check| check.controls)
        .iter()
        .map(|control| (control.framework(), control.id()))
        .filter(|(framework, _)| *framework != BASELINE)
        .collect();
    // The report has the baseline's ids itself, and is what is rendered.
    let own = finding.controls.iter().map(|id| (BASELINE, &**id));
    own.chain(mapped).collect()
}

/// The short name of Tripod's own baseline.
pub(crate) const BASELINE: &str = "baseline";

/// The framework's name as people know it.
pub(crate) fn framework_name(short: &str) -> &str {
    match short {
        "baseline" => "Tripod serverless baseline",
        "aws-fsbp" => "AWS Foundational Security Best Practices",
        "cis-aws-7.0.0" => "CIS AWS Foundations Benchmark 7.0.0",
        "nist-800-53-r5" => "NIST SP 800-53 Rev. 5",
        "pci-dss-4.0.1" => "PCI DSS 4.0.1",
        "soc-2" => "SOC 2 Trust Services Criteria",
        "owasp-serverless-2017" => "OWASP Serverless Top 10 2017",
        other => other,
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

/// The section of a check's prose under this heading, if it has one.
pub(crate) fn section(check: &str, heading: &str) -> Option<&'static str> {
    find_check(check)
        .map(|known: &Check| known.section(heading))
        .filter(|text| !text.is_empty())
}

/// The addresses that a check's prose refers to.
pub(crate) fn references(check: &str) -> Vec<&'static str> {
    section(check, "References")
        .unwrap_or_default()
        .split(['<', '>'])
        .filter(|part| part.starts_with("https://"))
        .collect()
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
    use tripod_model::Outcome;

    use super::{accepted, partition, references, requirements, title};
    use crate::fixture;

    #[test]
    fn an_unknown_check_is_called_by_its_id() {
        assert_eq!(title("of-another-version"), "of-another-version");
        assert_eq!(
            title("lambda-public-url"),
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
            requirements(finding),
            [
                ("baseline", "IAM-1"),
                ("baseline", "NET-6"),
                ("owasp-serverless-2017", "S2"),
                ("owasp-serverless-2017", "S5")
            ]
        );
    }

    #[test]
    fn references_are_addresses() {
        let addresses = references("lambda-public-url");
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
        finding.exception = Some(fixture::exception("a honeypot"));
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
