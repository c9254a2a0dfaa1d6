//! What a format says of a finding beside the finding: its check's title and prose, its frameworks, its exception.

use std::collections::BTreeSet;

use tripod_assess::Report;
use tripod_checks::Check;
use tripod_model::Finding;

/// A requirement: the framework's short name and its id.
pub(crate) type Requirement<'a> = (&'a str, &'a str);

/// The title of a check. A report of another version may name a check unknown to this one: its id stands in.
pub(crate) fn title(check: &str) -> &str {
    tripod_checks::find(check).map_or(check, |known| known.title)
}

/// The requirements that a finding's check serves, of every framework it is mapped to.
pub(crate) fn requirements(finding: &Finding) -> Vec<Requirement<'_>> {
    let known = tripod_checks::find(&finding.check);
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
    tripod_checks::find(check)
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
    /// Why, by whom and until when, as far as the exception says.
    pub(crate) text: String,
}

/// Whether a failure is accepted by an exception.
pub(crate) fn accepted(finding: &Finding) -> Option<Accepted> {
    let exception = finding.exception.as_deref()?;
    let part = |name: &str| exception.get(name).and_then(serde_json::Value::as_str);
    let mut text = part("reason").unwrap_or("no reason given").to_owned();
    if let Some(owner) = part("owner") {
        text.push_str(", by ");
        text.push_str(owner);
    }
    if let Some(expires) = part("expires") {
        text.push_str(", until ");
        text.push_str(expires);
    }
    Some(Accepted { text })
}

/// The partition of an ARN; `aws` where it names none.
pub(crate) fn partition(arn: &str) -> &str {
    match arn.split(':').nth(1) {
        Some(name) if arn.starts_with("arn:") && !name.is_empty() => name,
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
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
        finding.exception = Some(Box::new(
            json!({"reason": "a honeypot", "owner": "blue team", "expires": "2027-01-31"}),
        ));
        let text = accepted(&finding).expect("accepted").text;
        assert_eq!(text, "a honeypot, by blue team, until 2027-01-31");
    }

    #[test]
    fn the_partition_is_the_arns() {
        assert_eq!(partition("arn:aws-us-gov:iam::1:role/a"), "aws-us-gov");
        assert_eq!(partition("no arn"), "aws");
    }
}
