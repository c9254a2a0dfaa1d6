//! Patterns with `*` and `?`, as policies use them for actions, resources and condition values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::collections::BTreeSet;
use std::fmt;

/// Stands for "any text that nobody wrote down": a private-use character, which no name in AWS holds.
/// A text made with it matches a pattern only where the pattern has a wildcard.
pub(crate) const ANYTHING: char = '\u{E000}';

/// The search for a common text goes as deep as the patterns are long. No action or ARN is longer
/// than this; of a longer pattern, made to harm, it is taken that it has something in common.
const LONGEST: usize = 1024;

/// Whether upper and lower case differ: not in actions, but in resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// They differ.
    Sensitive,
    /// They are the same.
    Insensitive,
}

/// How to read a policy variable (`${aws:username}`), whose value only the request knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variables {
    /// It may be any text.
    Anything,
    /// It is none of the texts asked about.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Letter(char),
    One,
    Many,
    Variable,
}

/// A text with wildcards and policy variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            tokens: tokens(text),
        }
    }
}

impl Pattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it stands for one text only.
    pub fn is_fixed(&self) -> bool {
        self.tokens
            .iter()
            .all(|token| matches!(token, Token::Letter(_)))
    }

    /// Whether it matches every text.
    pub fn is_everything(&self) -> bool {
        !self.tokens.is_empty() && self.tokens.iter().all(|token| *token == Token::Many)
    }

    /// Whether it matches `text`.
    pub fn matches(&self, text: &str, case: Case, variables: Variables) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut in_text) = (0, 0);
        // The last star seen and how much of the text it has swallowed: on a mismatch it takes one
        // character more. Linear in practice, and no recursion for a hostile pattern to exhaust.
        let mut star: Option<(usize, usize)> = None;
        while in_text < text.len() {
            match self.tokens.get(at) {
                Some(token) if is_many(*token, variables) => {
                    star = Some((at, in_text));
                    at += 1;
                }
                Some(token) if is_letter(*token, text[in_text], case) => {
                    at += 1;
                    in_text += 1;
                }
                _ => {
                    let Some((star_at, swallowed)) = star else {
                        return false;
                    };
                    star = Some((star_at, swallowed + 1));
                    at = star_at + 1;
                    in_text = swallowed + 1;
                }
            }
        }
        self.tokens[at..]
            .iter()
            .all(|token| is_many(*token, variables))
    }

    /// A text that the pattern matches and that says no more than the pattern does.
    pub(crate) fn witness(&self) -> String {
        self.tokens
            .iter()
            .map(|token| match token {
                Token::Letter(letter) => *letter,
                Token::One | Token::Many | Token::Variable => ANYTHING,
            })
            .collect()
    }

    /// A text that both patterns match and that says no more than the two do; none where they have
    /// nothing in common. Variables are read as anything.
    pub(crate) fn common(&self, other: &Self, case: Case) -> Option<String> {
        if self.tokens.len().max(other.tokens.len()) > LONGEST {
            return Some(self.witness());
        }
        let mut search = Search {
            left: &self.tokens,
            right: &other.tokens,
            case,
            seen: BTreeSet::new(),
            text: Vec::new(),
        };
        search.from(0, 0).then(|| search.text.iter().collect())
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((name, after)) = variable(rest) {
            tokens.push(match name {
                // The three escapes stand for the character itself.
                "*" => Token::Letter('*'),
                "?" => Token::Letter('?'),
                "$" => Token::Letter('$'),
                _ => Token::Variable,
            });
            rest = after;
            continue;
        }
        tokens.push(match letter {
            '*' => Token::Many,
            '?' => Token::One,
            other => Token::Letter(other),
        });
        rest = &rest[letter.len_utf8()..];
    }
    tokens
}

/// The name of the variable that `text` begins with, and what follows it.
fn variable(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("${")?.split_once('}')
}

fn is_many(token: Token, variables: Variables) -> bool {
    match token {
        Token::Many => true,
        Token::Variable => variables == Variables::Anything,
        Token::Letter(_) | Token::One => false,
    }
}

fn is_letter(token: Token, letter: char, case: Case) -> bool {
    match token {
        Token::One => true,
        Token::Letter(own) => same(own, letter, case),
        Token::Many | Token::Variable => false,
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
        let wild = |token: Option<&Token>| token.is_some_and(|t| is_many(*t, Variables::Anything));
        let (left, right) = (self.left.get(at), self.right.get(other));
        match (left, right) {
            (None, None) => true,
            // Both go on with any text: the witness says "anything" here.
            (Some(_), Some(_)) if wild(left) && wild(right) => {
                self.step(ANYTHING, at + 1, other) || self.step(ANYTHING, at, other + 1)
            }
            (_, Some(token)) if wild(left) => {
                self.step(letter_of(*token), at, other + 1) || self.from(at + 1, other)
            }
            (Some(token), _) if wild(right) => {
                self.step(letter_of(*token), at + 1, other) || self.from(at, other + 1)
            }
            (_, None) if wild(left) => self.from(at + 1, other),
            (None, _) if wild(right) => self.from(at, other + 1),
            (Some(Token::Letter(a)), Some(Token::Letter(b))) => {
                same(*a, *b, self.case) && self.step(*a, at + 1, other + 1)
            }
            (Some(Token::One), Some(token)) | (Some(token), Some(Token::One)) => {
                self.step(letter_of(*token), at + 1, other + 1)
            }
            _ => false,
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

fn letter_of(token: Token) -> char {
    match token {
        Token::Letter(letter) => letter,
        Token::One | Token::Many | Token::Variable => ANYTHING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(pattern: &str, text: &str) -> bool {
        Pattern::from(pattern).matches(text, Case::Insensitive, Variables::Nothing)
    }

    fn resource(pattern: &str, text: &str) -> bool {
        Pattern::from(pattern).matches(text, Case::Sensitive, Variables::Nothing)
    }

    #[test]
    fn a_star_is_any_text_also_none_and_a_question_mark_is_one_character() {
        assert!(action("*", "lambda:InvokeFunction"));
        assert!(action("*:*", "lambda:InvokeFunction"));
        assert!(action("**", "lambda:InvokeFunction"));
        assert!(action("lambda:Invoke*", "lambda:Invoke"));
        assert!(action("lambda:*Function*", "lambda:InvokeFunctionUrl"));
        assert!(action("kms:?ncrypt", "kms:Encrypt"));
        assert!(!action("kms:?ncrypt", "kms:ReEncrypt"));
        assert!(!action("lambda:Invoke?", "lambda:Invoke"));
        assert!(!action("", "lambda:Invoke"));
    }

    #[test]
    fn a_star_gives_back_what_it_took_too_much() {
        assert!(resource("*ab*ab", "abxabab"));
        assert!(resource("a*b*c", "aXbYbZc"));
        assert!(!resource("a*b*c", "aXbYbZ"));
    }

    #[test]
    fn a_hostile_pattern_costs_no_more_than_its_length_times_the_text() {
        let pattern = "*a".repeat(200);
        assert!(!resource(&pattern, &"a".repeat(199)));
        assert!(resource(&pattern, &"a".repeat(2000)));
    }

    #[test]
    fn actions_ignore_case_and_resources_do_not() {
        assert!(action("LAMBDA:invokefunction", "lambda:InvokeFunction"));
        assert!(!resource("arn:aws:s3:::Bucket", "arn:aws:s3:::bucket"));
    }

    #[test]
    fn a_pattern_is_no_substring_search() {
        assert!(!action("ec2:*", "ec2messages:GetMessages"));
        assert!(!resource("111122223333", "1111222233334"));
    }

    #[test]
    fn a_variable_is_anything_or_nothing_as_the_question_wants() {
        let pattern = Pattern::from("arn:aws:s3:::home/${aws:username}/*");
        let text = "arn:aws:s3:::home/ada/file";
        assert!(pattern.matches(text, Case::Sensitive, Variables::Anything));
        assert!(!pattern.matches(text, Case::Sensitive, Variables::Nothing));
        assert!(!pattern.is_fixed());
    }

    #[test]
    fn escaped_characters_stand_for_themselves() {
        let pattern = Pattern::from("a${*}b${?}c${$}");
        assert!(pattern.is_fixed());
        assert!(pattern.matches("a*b?c$", Case::Sensitive, Variables::Nothing));
        assert!(!pattern.matches("axbycz", Case::Sensitive, Variables::Nothing));
    }

    #[test]
    fn a_witness_is_matched_by_its_pattern_and_by_broader_ones_only() {
        let witness = Pattern::from("kms:De*").witness();
        assert!(action("kms:De*", &witness));
        assert!(action("kms:*", &witness));
        assert!(!action("kms:Decrypt", &witness));
    }

    #[test]
    fn a_hostile_length_does_not_exhaust_the_stack() {
        let long = Pattern::from(&*"a?*".repeat(10_000));
        assert!(long.common(&long, Case::Insensitive).is_some());
        let longest = Pattern::from(&*"ab".repeat(LONGEST / 2));
        assert!(longest.common(&longest, Case::Insensitive).is_some());
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
