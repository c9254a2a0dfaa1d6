//! The report as JSON, `tripod.report.v1`: indented, keys in a fixed order.

use std::io;

use serde::Serialize;
use tripod_assess::Report;

use crate::plain::steers;

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

/// Escapes what a terminal acts on above the first 32 characters, which JSON leaves as it is. Such a
/// character can only stand within a string, where its escape means the same.
struct Safe<'a>(&'a mut dyn io::Write);

impl io::Write for Safe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // serde_json hands over whole texts, never a part of a character.
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        let mut begin = 0;
        for (at, character) in text.char_indices().filter(|(_, one)| acts(*one)) {
            self.0.write_all(&bytes[begin..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            begin = at + character.len_utf8();
        }
        self.0.write_all(&bytes[begin..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn acts(character: char) -> bool {
    character != '\n' && steers(character)
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
        insta::assert_snapshot!(render(&report));
    }
}
