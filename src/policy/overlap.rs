//! What a pattern stands for, and what two patterns have in common.

use std::collections::BTreeSet;

use crate::pattern::{Case, Pattern, Piece, Variables};
use crate::truth::Truth;

/// Stands for "any text that nobody wrote down": a private-use character, which no name in AWS holds.
/// A text made with it matches a pattern only where the pattern has a wildcard.
pub(crate) const ANYTHING: char = '\u{E000}';

/// The search for a common text goes as deep as the patterns are long. No action or ARN is longer
/// than this; of a longer pattern, made to harm, it is taken that it has something in common.
const LONGEST: usize = 1024;

impl Pattern {
    /// Whether some text is matched by both patterns, variables read as any text.
    pub fn overlaps(&self, other: &Self, case: Case) -> bool {
        self.common(other, case).is_some()
    }

    /// Whether it matches `beginning` with any name of a session behind it, some of them, or none.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>: 2 to 64 letters.
    pub(crate) fn matches_session_of(&self, beginning: &str) -> Truth {
        let with_name = |letters: usize| {
            let name: String = std::iter::repeat_n(ANYTHING, letters).collect();
            let text = format!("{beginning}{name}");
            self.matches(&text, Case::Sensitive, Variables::Nothing)
        };
        if with_name(2) && with_name(64) {
            return Truth::True;
        }
        if self.overlaps(&Self::beginning_with(beginning), Case::Sensitive) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    /// A text that the pattern matches and that says no more than the pattern does.
    pub(crate) fn witness(&self) -> String {
        tokens(self).into_iter().map(letter_of).collect()
    }

    /// A text that both patterns match and that says no more than the two do; none where they have
    /// nothing in common. Variables are read as anything.
    pub(crate) fn common(&self, other: &Self, case: Case) -> Option<String> {
        // Most differ in their first letters; that takes no search. Patterns too long for one are judged below.
        let longest = self.as_str().len().max(other.as_str().len());
        if longest <= LONGEST / 2 && self.begins_unlike(other, case) {
            return None;
        }
        if let (true, [Piece::Text(left)], [Piece::Text(right)]) =
            (longest <= LONGEST / 2, self.pieces(), other.pieces())
        {
            // Letter by letter the same as far as the shorter one goes.
            return (left.chars().count() == right.chars().count()).then(|| left.clone());
        }
        let (left, right) = (tokens(self), tokens(other));
        if left.len().max(right.len()) > LONGEST {
            return Some(self.witness());
        }
        let mut search = Search {
            left: &left,
            right: &right,
            case,
            seen: BTreeSet::new(),
            text: Vec::new(),
        };
        search.from(0, 0).then(|| search.text.iter().collect())
    }

    /// Whether the letters that the two begin with differ, so that no text is matched by both.
    fn begins_unlike(&self, other: &Self, case: Case) -> bool {
        let (Some(Piece::Text(left)), Some(Piece::Text(right))) =
            (self.pieces().first(), other.pieces().first())
        else {
            return false;
        };
        let mut both = left.chars().zip(right.chars());
        both.any(|(left, right)| !same(left, right, case))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Letter(char),
    One,
    Many,
}

fn tokens(pattern: &Pattern) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.as_str().len());
    for piece in pattern.pieces() {
        match piece {
            Piece::Text(text) => tokens.extend(text.chars().map(Token::Letter)),
            Piece::One => tokens.push(Token::One),
            Piece::Many | Piece::Variable(_) => tokens.push(Token::Many),
        }
    }
    tokens
}

fn letter_of(token: Token) -> char {
    match token {
        Token::Letter(letter) => letter,
        Token::One | Token::Many => ANYTHING,
    }
}

fn same(left: char, right: char, case: Case) -> bool {
    left == right || case == Case::Insensitive && left.eq_ignore_ascii_case(&right)
}

/// Looks for a text common to two patterns, from left to right through both at once.
struct Search<'a> {
    left: &'a [Token],
    right: &'a [Token],
    case: Case,
    seen: BTreeSet<(usize, usize)>,
    text: Vec<char>,
}

impl Search<'_> {
    fn from(&mut self, at: usize, other: usize) -> bool {
        if !self.seen.insert((at, other)) {
            return false;
        }
        let (left, right) = (self.left.get(at), self.right.get(other));
        match (left, right) {
            (None, None) => true,
            // Both go on with any text: the witness says "anything" here.
            (Some(Token::Many), Some(Token::Many)) => {
                self.step(ANYTHING, at + 1, other) || self.step(ANYTHING, at, other + 1)
            }
            (Some(Token::Many), Some(token)) => {
                self.step(letter_of(*token), at, other + 1) || self.from(at + 1, other)
            }
            (Some(token), Some(Token::Many)) => {
                self.step(letter_of(*token), at + 1, other) || self.from(at, other + 1)
            }
            (Some(Token::Many), None) => self.from(at + 1, other),
            (None, Some(Token::Many)) => self.from(at, other + 1),
            (Some(Token::Letter(a)), Some(Token::Letter(b))) => {
                same(*a, *b, self.case) && self.step(*a, at + 1, other + 1)
            }
            (Some(Token::One), Some(token)) | (Some(token), Some(Token::One)) => {
                self.step(letter_of(*token), at + 1, other + 1)
            }
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn step(&mut self, letter: char, at: usize, other: usize) -> bool {
        self.text.push(letter);
        let found = self.from(at, other);
        if !found {
            self.text.pop();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(pattern: &str, text: &str) -> bool {
        Pattern::from(pattern).matches(text, Case::Insensitive, Variables::Nothing)
    }

    #[test]
    fn a_witness_is_matched_by_its_pattern_and_by_broader_ones_only() {
        let witness = Pattern::from("kms:De*").witness();
        assert!(action("kms:De*", &witness));
        assert!(action("kms:*", &witness));
        assert!(!action("kms:Decrypt", &witness));
    }

    #[test]
    fn a_name_not_known_is_matched_by_what_matches_every_name() {
        let of = |pattern: &str| Pattern::from(pattern).matches_session_of("AROA1:");
        for any in ["AROA1:*", "AROA1*", "*", "AROA1:??*"] {
            assert_eq!(of(any), Truth::True, "{any}");
        }
        for some in [
            "AROA1:job",
            "AROA1:job*",
            "AROA1:??",
            "AROA1:???*",
            "${aws:username}",
        ] {
            assert_eq!(of(some), Truth::Unknown, "{some}");
        }
        for none in ["AROA2:*", "111122223333", "AROA1"] {
            assert_eq!(of(none), Truth::False, "{none}");
        }
    }

    #[test]
    fn a_hostile_length_does_not_exhaust_the_stack() {
        let long = Pattern::from(&*"a?*".repeat(10_000));
        assert!(long.common(&long, Case::Insensitive).is_some());
        let longest = Pattern::from(&*"ab".repeat(LONGEST / 2));
        assert!(longest.common(&longest, Case::Insensitive).is_some());
    }

    #[test]
    fn different_beginnings_have_nothing_in_common_and_a_beginning_of_the_other_may_have() {
        let common = |left: &str, right: &str, case| {
            let (left, right) = (Pattern::from(left), Pattern::from(right));
            left.common(&right, case).is_some()
        };
        assert!(!common("s3:Get*", "sqs:*", Case::Insensitive));
        assert!(!common("S3:*", "s3:*", Case::Sensitive));
        assert!(common("S3:*", "s3:*", Case::Insensitive));
        assert!(common("arn:aws:s3:::*", "arn:*", Case::Sensitive));
        assert!(common("*:Get", "s3:*", Case::Sensitive));
    }

    #[test]
    fn common_texts_are_matched_by_both() {
        let both = [
            ("*", "kms:*"),
            ("kms:De*", "kms:*"),
            ("kms:D*", "KMS:*t"),
            ("*Decrypt", "kms:*"),
            ("kms:?ncrypt", "kms:E*"),
            ("kms:Decrypt", "kms:Decrypt"),
        ];
        for (left, right) in both {
            let (a, b) = (Pattern::from(left), Pattern::from(right));
            let text = a.common(&b, Case::Insensitive).expect("they overlap");
            assert!(action(left, &text), "{left} / {right}: {text:?}");
            assert!(action(right, &text), "{left} / {right}: {text:?}");
        }
        let none = [("kms:*", "s3:*"), ("kms:Decrypt", "kms:E*"), ("a?", "a")];
        for (left, right) in none {
            let (a, b) = (Pattern::from(left), Pattern::from(right));
            assert_eq!(a.common(&b, Case::Insensitive), None, "{left} / {right}");
        }
    }
}
