//! Texts from AWS on their way into a format: one line, no steering characters, no markup, no longer than fits.

use crate::plain;

/// The text made plain and cut to `limit` characters, the last of them an ellipsis where something is
/// missing. A text of which nothing is left becomes `-`: formats refuse empty ones.
pub(crate) fn fitted(text: &str, limit: usize) -> String {
    let text = plain(text);
    let text = text.trim();
    if text.is_empty() {
        return "-".to_owned();
    }
    cut(text, limit)
}

/// The first `limit` characters, the last of them an ellipsis where something is missing.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().nth(limit).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// The plain text with everything escaped that means something in `CommonMark`, and braces and dollar signs, which
/// mean something in OSCAL and on GitHub. Of an empty text `-` is left.
pub(crate) fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len());
    // A mark of a list or a heading counts at the start of a line only, a number before a dot too.
    let mut at_start = true;
    for character in text.trim().chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '[' | ']' | '#' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '-' | '+' | '=' | '.' | ')' if at_start => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
        at_start &= character.is_ascii_digit();
    }
    if escaped.is_empty() {
        "-".clone_into(&mut escaped);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{cut, fitted, markdown};

    #[test]
    fn a_text_that_fits_stays_and_a_longer_one_ends_in_an_ellipsis() {
        assert_eq!(cut("größe", 5), "größe");
        assert_eq!(cut("größer", 5), "größ…");
        assert_eq!(fitted(&"x".repeat(10_000), 256).chars().count(), 256);
    }

    #[test]
    fn nothing_is_left_of_a_text_of_control_characters_but_a_dash() {
        assert_eq!(fitted(" \u{1b}\u{202e}\t", 10), "-");
        assert_eq!(markdown("\u{7}"), "-");
    }

    #[test]
    fn markdown_means_nothing_any_more() {
        assert_eq!(
            markdown("[x](javascript:alert) <b> |"),
            r"\[x\](javascript:alert) &lt;b&gt; \|"
        );
        assert_eq!(markdown("- a.b"), r"\- a.b");
        assert_eq!(markdown("12. a"), r"12\. a");
        assert_eq!(markdown("a\n# b"), r"a \# b");
    }
}
