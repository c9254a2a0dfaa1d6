//! The findings as newline-delimited JSON (<https://github.com/ndjson/ndjson-spec>): a line for each, in the shape
//! that they have in the JSON report, and on each line which run it is of. For what reads logs line by line.

use std::io;

use jiff::Timestamp;
use serde::Serialize;
use tripod_assess::Report;
use tripod_model::Finding;

use crate::safe;

/// The value of `schema` on every line.
const SCHEMA: &str = "tripod.finding.v1";

#[derive(Serialize)]
struct Line<'a> {
    schema: &'static str,
    run: &'a str,
    observed: Timestamp,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// Writes the findings, one on a line.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in &report.findings {
        let line = Line {
            schema: SCHEMA,
            run: &report.run.id,
            observed: report.run.observed,
            finding,
        };
        safe::line(&line, out)?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use crate::formats::rendered;
    use crate::{Format, fixture};

    #[test]
    fn a_line_is_a_finding_of_the_json_report_with_its_run() {
        let report = fixture::report();
        let text = rendered(&report, Format::Ndjson);
        assert_eq!(text.lines().count(), report.findings.len());
        for (line, finding) in text.lines().zip(&report.findings) {
            let mut value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let object = value.as_object_mut().expect("an object");
            assert_eq!(object.remove("schema").expect("there"), "tripod.finding.v1");
            assert_eq!(object.remove("run").expect("there"), "fixture");
            assert_eq!(
                object.remove("observed").expect("there"),
                "2026-11-22T00:00:00Z"
            );
            assert_eq!(value, serde_json::to_value(finding).expect("serialises"));
        }
    }

    #[test]
    fn the_shape_is_stable() {
        let text = rendered(&fixture::report(), Format::Ndjson);
        insta::assert_snapshot!(text.lines().next().expect("a line"));
    }
}
