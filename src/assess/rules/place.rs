//! Where in a file a place of a text stands that the file holds.

use std::ops::Range;

/// The line and the column, both from 1, of a place in bytes. Columns count characters.
pub(super) fn line_and_column(file: &str, place: usize) -> (usize, usize) {
    let place = floor(file, place);
    let before = &file[..place];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    (line, 1 + before[start..].chars().count())
}

/// The place in the file of a place in a TOML string, whose literal, quotes included, stands at `span`.
pub(super) fn in_file(file: &str, span: Range<usize>, place: usize) -> usize {
    let start = floor(file, span.start);
    let end = floor(file, span.end).max(start);
    start + in_literal(&file[start..end], place)
}

/// Walks the literal and the text that it means side by side.
fn in_literal(literal: &str, place: usize) -> usize {
    let quotes = match literal.get(..3) {
        Some("'''" | "\"\"\"") => 3,
        _ => 1,
    };
    let escapes = literal.starts_with('"');
    let mut at = quotes.min(literal.len());
    if quotes == 3 {
        // A line break after the opening quotes is not part of the text.
        at += line_break(&literal[at..]);
    }
    let mut meant = 0;
    while let Some(letter) = literal[at..].chars().next() {
        let (taken, gives) = match letter {
            '\\' if escapes => escape(&literal[at..]),
            _ => (letter.len_utf8(), letter.len_utf8()),
        };
        // An escape that means nothing stands before what follows it.
        if meant >= place && gives > 0 {
            break;
        }
        at += taken;
        meant += gives;
    }
    at
}

fn line_break(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        _ => 0,
    }
}

/// How long an escape is, and how long what it means.
fn escape(rest: &str) -> (usize, usize) {
    let digits = match rest.as_bytes().get(1) {
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'x') => 2,
        // A backslash at the end of a line takes all blanks that follow.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let after = rest[1..].trim_start();
            return (rest.len() - after.len(), 0);
        }
        _ => 0,
    };
    let code = rest.get(2..2 + digits).unwrap_or_default();
    let meant = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    let taken = floor(rest, 2 + digits);
    (taken.max(1), meant.map_or(1, char::len_utf8))
}

/// The place, or the nearest before it at which a character begins.
fn floor(text: &str, place: usize) -> usize {
    let place = place.min(text.len());
    (0..=place)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the letter `x` of the text stands, by line and column.
    fn found(file: &str) -> (usize, usize) {
        let table: toml::Table = file.parse().expect("TOML");
        let text = table["a"].as_str().expect("a text");
        let table = toml::de::DeTable::parse(file).expect("TOML");
        let span = table.get_ref().get("a").expect("a").span();
        let place = text.find('x').expect("an x");
        line_and_column(file, in_file(file, span, place))
    }

    #[test]
    fn a_place_is_found_in_every_kind_of_string() {
        for (file, expected) in [
            ("a = '  x'", (1, 8)),
            ("a = \"  x\"", (1, 8)),
            ("\na = '''x'''", (2, 8)),
            ("a = '''\n  x'''", (2, 3)),
            ("a = '''\r\n  x'''", (2, 3)),
            ("a = \"\"\"\none\ntwo x\"\"\"", (3, 5)),
            (r#"a = "\"\\ x""#, (1, 11)),
            (r#"a = "\u00e9 x""#, (1, 13)),
            (r#"a = "é x""#, (1, 8)),
            ("a = \"\"\"\none \\\n   x\"\"\"", (3, 4)),
        ] {
            assert_eq!(found(file), expected, "{file}");
        }
    }

    #[test]
    fn places_outside_of_the_text_are_its_end() {
        assert_eq!(in_file("a = 'x'", 4..7, 99), 7);
        assert_eq!(line_and_column("é", 1), (1, 1));
        assert_eq!(in_file("", 4..7, 3), 0);
    }
}
