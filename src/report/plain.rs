//! Texts from AWS are written by whoever may name a resource: they must not steer the terminal.

/// The text on one line, without characters that a terminal would act on or that reorder or hide others.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            _ if steers(character) => None,
            _ => Some(character),
        })
        .collect()
}

/// Control characters (escape and its C1 twins among them), marks that override the direction of
/// writing, and characters without width that make two names look alike. Joiners stay: scripts need them.
pub(crate) fn steers(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}'
                | '\u{061C}'
                | '\u{180E}'
                | '\u{200B}'
                | '\u{200E}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{2069}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn control_sequences_and_overrides_are_gone() {
        assert_eq!(plain("a\u{1b}[31mb\u{7}"), "a[31mb");
        assert_eq!(plain("\u{9b}2Jcsi"), "2Jcsi");
        assert_eq!(plain("user\u{202e}gnp.exe\u{2066}"), "usergnp.exe");
        assert_eq!(plain("pay\u{200b}roll\u{e0041}"), "payroll");
        assert_eq!(plain("two\r\nlines"), "two  lines");
    }

    #[test]
    fn names_in_other_scripts_stay() {
        for name in ["größe", "請求-関数", "می‌خواهم", "👩‍💻"] {
            assert_eq!(plain(name), name);
        }
    }
}
