//! The report as JSON, `tripod.report.v1`: indented, keys in a fixed order.

use std::fmt::Write as _;

use tripod_assess::Report;

use crate::Options;
use crate::plain::steers;

/// The report as JSON. Width and colour have no meaning here.
///
/// # Panics
/// Never: a report is made of texts, numbers and maps by text.
pub fn render(report: &Report, _options: &Options) -> String {
    let text = serde_json::to_string_pretty(report).expect("a report serialises");
    let mut safe = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        escape(character, &mut safe);
    }
    safe.push('\n');
    safe
}

/// JSON leaves what a terminal acts on, above the first 32 characters, as it is. Such a character can only
/// stand within a string, where its escape means the same.
fn escape(character: char, out: &mut String) {
    if character == '\n' || !steers(character) {
        out.push(character);
        return;
    }
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use tripod_assess::Report;

    use super::render;
    use crate::{Options, fixture};

    #[test]
    fn the_report_reads_back_equal_and_renders_the_same_again() {
        let report = fixture::report();
        let text = render(&report, &Options::default());
        assert_eq!(Report::from_json(&text).expect("reads back"), report);
        assert_eq!(render(&report, &Options::default()), text);
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn hostile_names_are_escaped_and_unchanged_in_meaning() {
        let mut report = fixture::report();
        report.findings[0].resource.name = "a\u{9b}2J\u{202e}b\u{e0041}\u{1b}c".to_owned();
        let text = render(&report, &Options::default());
        assert!(text.contains(r"a\u009b2J\u202eb\udb40\udc41\u001bc"));
        assert_eq!(Report::from_json(&text).expect("reads back"), report);
    }

    #[test]
    fn the_shape_is_stable() {
        let mut report = fixture::report();
        report.findings.truncate(1);
        report.population.retain(|_, count| *count > 0);
        insta::assert_snapshot!(render(&report, &Options::default()));
    }
}
