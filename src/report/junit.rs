//! The report as JUnit's XML, as build servers read it: a check is a test suite, a finding a test case.
//!
//! There is no standard. Elements and attributes are those that Jenkins and GitLab document
//! (<https://docs.gitlab.com/ci/testing/unit_test_reports/>, <https://plugins.jenkins.io/junit/>) and no others.
//! A failure is `failure`; "not assessed" is `error`, because the test could not be carried out, and a pipeline must not
//! turn green on it; "not applicable" and accepted failures are `skipped`, with the reason.

use std::io;

use tripod_assess::Report;
use tripod_model::{Finding, Outcome};

use crate::about::{self, accepted};
use crate::text::fitted;

/// Characters of an attribute.
const ATTRIBUTE: usize = 1_024;

/// Characters of a text.
const TEXT: usize = 8_192;

/// Writes the document.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = Counts::of(&report.findings);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"tripod\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">",
        counts.tests, counts.failures, counts.errors
    )?;
    // Findings are sorted by check.
    for findings in report
        .findings
        .chunk_by(|one, next| one.check == next.check)
    {
        suite(report, findings, out)?;
    }
    writeln!(out, "</testsuites>")?;
    out.flush()
}

/// How a finding shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Passed,
    Failure,
    Error,
    Skipped,
}

fn case_of(finding: &Finding) -> Case {
    match finding.outcome {
        Outcome::Pass => Case::Passed,
        Outcome::Fail if accepted(finding).is_some() => Case::Skipped,
        Outcome::Fail => Case::Failure,
        Outcome::NotAssessed => Case::Error,
        Outcome::NotApplicable => Case::Skipped,
    }
}

#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(findings: &[Finding]) -> Self {
        let count = |case| findings.iter().filter(|one| case_of(one) == case).count();
        Self {
            tests: findings.len(),
            failures: count(Case::Failure),
            errors: count(Case::Error),
            skipped: count(Case::Skipped),
        }
    }
}

fn suite(report: &Report, findings: &[Finding], out: &mut dyn io::Write) -> io::Result<()> {
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let counts = Counts::of(findings);
    writeln!(
        out,
        "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\" \
         timestamp=\"{}\">",
        attribute(&first.check),
        counts.tests,
        counts.failures,
        counts.errors,
        counts.skipped,
        report.run.observed.strftime("%Y-%m-%dT%H:%M:%S"),
    )?;
    writeln!(out, "<properties>")?;
    property("title", about::title(report, &first.check), out)?;
    property("controls", &first.controls.join(" "), out)?;
    property("run", &report.run.id, out)?;
    writeln!(out, "</properties>")?;
    for finding in findings {
        test_case(finding, out)?;
    }
    writeln!(out, "</testsuite>")
}

fn property(name: &str, value: &str, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(
        out,
        "<property name=\"{name}\" value=\"{}\"/>",
        attribute(value)
    )
}

fn test_case(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let resource = &finding.resource;
    writeln!(
        out,
        "<testcase name=\"{}\" classname=\"{}\" time=\"0\">",
        attribute(&format!("{} ({})", resource.name, resource.arn)),
        attribute(&finding.check),
    )?;
    let message = attribute(&finding.message);
    match case_of(finding) {
        Case::Passed => {}
        Case::Failure => writeln!(
            out,
            "<failure type=\"{}\" message=\"{message}\">{}</failure>",
            finding.severity.as_str(),
            text(&format!(
                "{}; how to mend it: tripod explain {}",
                finding.message, finding.check
            )),
        )?,
        Case::Error => {
            let cause = finding.cause.as_ref().map(|cause| cause.text());
            writeln!(
                out,
                "<error type=\"not_assessed\" message=\"{message}\">{}</error>",
                text(cause.as_deref().unwrap_or(&finding.message)),
            )?;
        }
        Case::Skipped => {
            let why = accepted(finding).map_or_else(
                || format!("not applicable: {}", finding.message),
                |accepted| format!("accepted: {}", accepted.text),
            );
            writeln!(out, "<skipped message=\"{}\"/>", attribute(&why))?;
        }
    }
    writeln!(out, "<system-out>outcome: {}", finding.outcome.as_str())?;
    writeln!(out, "severity: {}", finding.severity.as_str())?;
    writeln!(out, "message: {}", text(&finding.message))?;
    writeln!(out, "resource: {}", text(&resource.arn))?;
    writeln!(out, "finding: {}</system-out>", text(&finding.id))?;
    writeln!(out, "</testcase>")
}

fn attribute(value: &str) -> String {
    escaped(&fitted(value, ATTRIBUTE))
}

fn text(value: &str) -> String {
    escaped(&fitted(value, TEXT))
}

/// The text as XML 1.0 may hold it. Control characters are gone by now; what is left that XML forbids are U+FFFE and
/// U+FFFF. <https://www.w3.org/TR/xml/#charsets>
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;
    use crate::formats::rendered;
    use crate::{Format, fixture};

    #[test]
    fn markup_is_escaped_and_what_xml_forbids_is_left_out() {
        assert_eq!(
            escaped("<a b=\"c\" d='e'>&]]>\u{ffff}"),
            "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;]]&gt;"
        );
    }

    #[test]
    fn an_accepted_failure_is_skipped_and_not_counted_as_one() {
        let mut report = fixture::one_failure();
        report.findings[0].exception = Some(Box::new(fixture::exception("a honeypot")));
        let text = rendered(&report, Format::Junit);
        assert!(text.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""));
        let why = "accepted: a honeypot, by blue team, until 2027-01-31";
        assert!(text.contains(&format!("<skipped message=\"{why}\"/>")));
        assert!(text.contains("outcome: fail"));
    }

    #[test]
    fn the_shape_is_stable() {
        let mut report = fixture::report();
        report
            .findings
            .retain(|finding| finding.check == "lambda-public-url");
        insta::assert_snapshot!(rendered(&report, Format::Junit));
    }
}
