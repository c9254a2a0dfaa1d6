//! Whether one pattern says no more than another.

use crate::pattern::Case;

/// Whether whatever `inner` matches is matched by `outer` too. A policy variable covers only itself: its value is not
/// known. Where it says yes it is so; patterns that are equal in a roundabout way (`?*` and `*?`) may get a no.
pub(super) fn covers(outer: &str, inner: &str, case: Case) -> bool {
    let equal = |a: &str, b: &str| match case {
        Case::Sensitive => a == b,
        Case::Insensitive => a.eq_ignore_ascii_case(b),
    };
    // Most patterns stand for one text, and most wildcards differ before the first star.
    let Some(wild) = outer.find(['*', '?']) else {
        return equal(outer, inner);
    };
    let start = outer[..wild].split("${").next().unwrap_or_default();
    if !inner
        .get(..start.len())
        .is_some_and(|own| equal(start, own))
    {
        return false;
    }
    let fold = |text: &str| match case {
        Case::Sensitive => text.to_owned(),
        Case::Insensitive => text.to_ascii_lowercase(),
    };
    let (outer, inner) = (pieces(&fold(outer)), pieces(&fold(inner)));
    // `reach[i]` says whether the outer pieces read so far can take the first i inner ones.
    let mut reach = vec![false; inner.len() + 1];
    reach[0] = true;
    for piece in &outer {
        let mut next = vec![false; inner.len() + 1];
        for taken in 0..=inner.len() {
            next[taken] = match piece {
                Piece::Many => reach[taken] || taken > 0 && next[taken - 1],
                _ => taken > 0 && reach[taken - 1] && takes(piece, &inner[taken - 1]),
            };
        }
        reach = next;
    }
    reach[inner.len()]
}

#[derive(PartialEq)]
enum Piece {
    Letter(char),
    One,
    Many,
    /// As written, braces and all.
    Variable(String),
}

fn takes(outer: &Piece, inner: &Piece) -> bool {
    match outer {
        Piece::One => matches!(inner, Piece::Letter(_) | Piece::One),
        _ => outer == inner,
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let end = rest.find('}').filter(|_| rest.starts_with("${"));
        if let Some(end) = end {
            pieces.push(Piece::Variable(rest[..=end].to_owned()));
            rest = &rest[end + 1..];
            continue;
        }
        pieces.push(match letter {
            '*' => Piece::Many,
            '?' => Piece::One,
            other => Piece::Letter(other),
        });
        rest = &rest[letter.len_utf8()..];
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_matches_no_more_than_it_does() {
        let yes = [
            ("*", "s3:GetObject"),
            ("s3:*", "s3:Get*"),
            ("S3:get*", "s3:GetObject"),
            ("s3:*Object", "s3:Get*Object"),
            ("s3:?et*", "s3:GetObject"),
            ("s3:??t*", "s3:?et*"),
            ("a${aws:username}*", "a${aws:username}b"),
            ("*", "${aws:username}"),
            ("a", "a"),
        ];
        for (outer, inner) in yes {
            assert!(covers(outer, inner, Case::Insensitive), "{outer} / {inner}");
        }
        let no = [
            ("s3:Get*", "s3:*"),
            ("s3:?", "s3:*"),
            ("s3:Get*", "s3:*Object"),
            ("ab", "a${aws:username}"),
            ("a?", "a${aws:username}"),
            ("a*b", "a*c"),
            ("", "a"),
        ];
        for (outer, inner) in no {
            assert!(
                !covers(outer, inner, Case::Insensitive),
                "{outer} / {inner}"
            );
        }
        assert!(!covers("A*", "ab", Case::Sensitive));
    }

    #[test]
    fn hostile_patterns_cost_their_lengths_multiplied() {
        let stars = "*a".repeat(1000);
        assert!(covers(&stars, &stars, Case::Sensitive));
    }
}
