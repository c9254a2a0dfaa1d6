//! The report as JSON, `tripod.report.v1`: indented, keys in a fixed order.

use std::io;

use serde::Serialize;
use tripod_assess::Report;

use crate::safe::Safe;

/// Writes the report as JSON, a piece at a time: it may be a hundred megabytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    pretty(report, out)
}

/// Writes any document the same way.
pub(crate) fn pretty(document: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut safe = Safe(out);
    serde_json::to_writer_pretty(&mut safe, document)?;
    safe.0.write_all(b"\n")?;
    safe.0.flush()
}

#[cfg(test)]
mod tests {
    use tripod_assess::Report;

    use super::write;
    use crate::fixture;

    fn render(report: &Report) -> String {
        let mut text = Vec::new();
        write(report, &mut text).expect("memory can be written");
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn the_report_reads_back_equal_and_renders_the_same_again() {
        let report = fixture::report();
        let text = render(&report);
        assert_eq!(Report::from_json(&text).expect("reads back"), report);
        assert_eq!(render(&report), text);
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn hostile_names_are_escaped_and_unchanged_in_meaning() {
        let mut report = fixture::report();
        report.findings[0].resource.name = "a\u{9b}2J\u{202e}b\u{e0041}\u{1b}c".to_owned();
        let text = render(&report);
        assert!(text.contains(r"a\u009b2J\u202eb\udb40\udc41\u001bc"));
        assert_eq!(Report::from_json(&text).expect("reads back"), report);
    }

    #[test]
    fn the_shape_is_stable() {
        let mut report = fixture::report();
        report.findings.truncate(1);
        report.population.retain(|_, count| *count > 0);
        report.census.retain(|row| row.listed > 0);
        // One part shows the shape of all.
        report.scores.accounts.clear();
        report.scores.controls.clear();
        report.scores.frameworks.clear();
        report.attestations.truncate(1);
        insta::assert_snapshot!(render(&report));
    }
}
