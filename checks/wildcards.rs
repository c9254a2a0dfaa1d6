//! Patterns that people write: `*` for any text, `?` for any one character.

/// Whether the pattern matches the whole text. Case counts. The time is the product of both lengths at most.
pub fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last `*` stood, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[place] => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((stood, taken)) => {
                    star = Some((stood, taken + 1));
                    at = stood + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::wildcard_matches as matches;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "a:b/c"),
            ("a*c", "abbc"),
            ("a*b*c", "aXbYbZc"),
            ("a?c", "abc"),
            ("webhook-*", "webhook-"),
            ("plain", "plain"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", ""),
            ("a?c", "ac"),
            ("a*c", "abcd"),
            ("Plain", "plain"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_is_decided_at_once() {
        let text = "a".repeat(10_000);
        assert!(!matches(
            &"*a".repeat(50).replace("*a*a", "*a?*a"),
            &format!("{text}b")
        ));
    }
}
