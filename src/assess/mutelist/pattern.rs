//! Prowler's patterns as patterns with `*` and `?`.
//!
//! Prowler writes `.*` for each `*` of a pattern and then searches for the regular expression anywhere in the text
//! (`Mutelist.is_item_matched`): `logs` fits `ci-logs-replica`.
//! <https://github.com/prowler-cloud/prowler/blob/master/prowler/lib/mutelist/mutelist.py>

/// The patterns that fit what Prowler's fits, one for each alternative; none where it has no such form.
pub(super) fn of(regex: &str) -> Option<Vec<String>> {
    if regex.contains(['(', ')', '[', ']', '{', '}']) {
        return None;
    }
    // An escaped bar is no alternative.
    if regex.contains("\\|") {
        return None;
    }
    regex.split('|').map(alternative).collect()
}

fn alternative(regex: &str) -> Option<String> {
    let (from_start, rest) = strip(regex.strip_prefix('^'), regex);
    let (to_end, middle) = match rest.strip_suffix('$') {
        // An escaped dollar is a letter.
        Some(before) if !before.ends_with('\\') => (true, before),
        _ => (false, rest),
    };
    let mut pattern = String::new();
    if !from_start {
        pattern.push('*');
    }
    let mut letters = middle.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => pattern.push('*'),
            '.' if letters.next_if_eq(&'+').is_some() => pattern.push_str("?*"),
            '.' => pattern.push('?'),
            '\\' => match letters.next() {
                // `\*` becomes `\.*` in Prowler's hands: dots, not a star.
                Some(next) if next.is_ascii_punctuation() && !matches!(next, '*' | '?') => {
                    pattern.push(next);
                }
                _ => return None,
            },
            '+' | '?' | '^' | '$' => return None,
            letter => pattern.push(letter),
        }
    }
    if !to_end {
        pattern.push('*');
    }
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Some(pattern)
}

fn strip<'t>(stripped: Option<&'t str>, whole: &'t str) -> (bool, &'t str) {
    (stripped.is_some(), stripped.unwrap_or(whole))
}

#[cfg(test)]
mod tests {
    use super::of;
    use tripod_checks::wildcard_matches as matches;

    #[test]
    fn a_word_is_searched_for_anywhere() {
        let patterns = of("logs").expect("a word");
        assert_eq!(patterns, ["*logs*"]);
        assert!(matches(&patterns[0], "ci-logs-replica"));
    }

    #[test]
    fn stars_dots_and_anchors_have_a_form() {
        for (regex, expected) in [
            ("*", "*"),
            ("", "*"),
            (".*", "*?*"),
            ("StackSet-*", "*StackSet-*"),
            (".+-logs", "*?*-logs*"),
            ("^exact$", "exact"),
            ("^begins", "begins*"),
            ("my.bucket", "*my?bucket*"),
            ("my\\.bucket", "*my.bucket*"),
            ("a\\$$", "*a$"),
        ] {
            assert_eq!(
                of(regex).as_deref(),
                Some(&[expected.to_owned()][..]),
                "{regex}"
            );
        }
    }

    #[test]
    fn alternatives_become_several() {
        assert_eq!(of("^a$|b"), Some(vec!["a".to_owned(), "*b*".to_owned()]));
    }

    #[test]
    fn other_regular_expressions_have_none() {
        for regex in [
            "a+", "ab?", "[a-z]", "(a|b)", "a{3}", "\\d", "a\\", "a^b", "\\*", "a\\|b",
        ] {
            assert_eq!(of(regex), None, "{regex}");
        }
    }
}
