//! Patterns with `*` and `?`, as policies use them for actions, resources and condition values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::fmt;

use crate::key::Key;
use crate::truth::Truth;

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

/// The language a policy is written in, by its `Version`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `2008-10-17`, and what a policy without a version is read as: `${…}` is text like any other.
    WithoutVariables,
    /// `2012-10-17`.
    WithVariables,
}

impl Language {
    /// The language of a policy with this `Version`. One that is not known is taken for a later one.
    pub fn of(version: Option<&str>) -> Self {
        match version {
            None | Some("2008-10-17") => Self::WithoutVariables,
            Some(_) => Self::WithVariables,
        }
    }
}

/// `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) key: Key,
    pub(crate) default: Option<String>,
}

/// What the request has for a variable.
pub(crate) enum Substitute<'a> {
    /// This text.
    Text(&'a str),
    /// No value: nothing is equal to or like it.
    Missing,
    /// Not known.
    Unknown,
}

/// Finds the value of a variable's key in a request.
pub(crate) trait Substitutes {
    fn substitute(&self, key: &Key) -> Substitute<'_>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    One,
    Many,
    Variable(Box<Variable>),
}

/// A text with wildcards and policy variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    head: Head,
    has_variables: bool,
    pieces: Vec<Piece>,
    text: String,
}

/// The first letters that a pattern fixes, beside the pattern itself: most patterns that do not match
/// differ here, and nothing else of them has to be fetched from memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    length: u8,
    bytes: [u8; Self::LONGEST as usize],
}

impl Head {
    const LONGEST: u8 = 15;

    fn of(pieces: &[Piece]) -> Self {
        let mut head = Self {
            length: 0,
            bytes: [0; Self::LONGEST as usize],
        };
        if let Some(Piece::Text(text)) = pieces.first() {
            for (own, byte) in head.bytes.iter_mut().zip(text.bytes()) {
                *own = byte;
                head.length += 1;
            }
        }
        head
    }

    fn begins(&self, text: &str) -> bool {
        let own = &self.bytes[..usize::from(self.length)];
        text.as_bytes().starts_with(own)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::glob(text, Language::WithVariables)
    }
}

impl Pattern {
    /// Wildcards, and variables where the language has them.
    pub(crate) fn glob(text: &str, language: Language) -> Self {
        Self::read(text, language == Language::WithVariables, true)
    }

    /// Variables where the language has them, and no wildcards: what `StringEquals` compares with.
    pub(crate) fn literal(text: &str, language: Language) -> Self {
        Self::read(text, language == Language::WithVariables, false)
    }

    /// Every text that begins like this.
    pub(crate) fn beginning_with(text: &str) -> Self {
        let mut pieces = Pieces::default();
        pieces.read(text, false, false);
        pieces.push(Piece::Many);
        pieces.pattern(text)
    }

    /// An action: wildcards, no variables. It is kept in lower case for comparing, so that the case of
    /// an action in lower case need not be looked at.
    pub(crate) fn action(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::read(&text.to_ascii_lowercase(), false, true)
        }
    }

    /// A resource. Variables stand only behind the fifth colon of an ARN, and an ARN with fields
    /// missing at its end is completed with `*`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    pub(crate) fn resource(text: &str, language: Language) -> Self {
        let variables = language == Language::WithVariables;
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        if fields[0] != "arn" {
            return Self::read(text, variables, true);
        }
        let mut pieces = Pieces::default();
        pieces.read(&fields[..fields.len().min(5)].join(":"), false, true);
        match fields.get(5) {
            Some(last) => {
                pieces.letters.push(':');
                pieces.read(last, variables, true);
            }
            None => pieces.read(&":*".repeat(6 - fields.len()), false, true),
        }
        pieces.pattern(text)
    }

    fn read(text: &str, variables: bool, wildcards: bool) -> Self {
        let mut pieces = Pieces::default();
        pieces.read(text, variables, wildcards);
        pieces.pattern(text)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether it stands for one text only.
    pub fn is_fixed(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// Whether it matches every text.
    pub fn is_everything(&self) -> bool {
        !self.pieces.is_empty() && self.pieces.iter().all(|piece| *piece == Piece::Many)
    }

    /// Whether it has policy variables.
    pub fn has_variables(&self) -> bool {
        self.has_variables
    }

    #[cfg(test)]
    fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(&**variable),
            _ => None,
        })
    }

    /// Whether it matches `text`.
    pub fn matches(&self, text: &str, case: Case, variables: Variables) -> bool {
        if case == Case::Sensitive && !self.head.begins(text) {
            return false;
        }
        if variables == Variables::Nothing && self.has_variables() {
            return false;
        }
        // What most patterns are like.
        match self.pieces.as_slice() {
            [Piece::Many] => return true,
            [Piece::Text(own)] => {
                return without_prefix(text, own, case).is_some_and(str::is_empty);
            }
            [Piece::Text(own), Piece::Many] => return without_prefix(text, own, case).is_some(),
            _ => {}
        }
        let part = |at: usize| {
            self.pieces.get(at).map(|piece| match piece {
                Piece::Text(own) => Part::Text(own),
                Piece::One => Part::One,
                Piece::Many | Piece::Variable(_) => Part::Many,
            })
        };
        matches(part, text, case)
    }

    /// Whether it matches `text` once its variables have the values of a request. A variable without
    /// a value matches nothing, and a value's own `*` and `?` are text.
    pub(crate) fn matches_in(&self, text: &str, case: Case, values: &impl Substitutes) -> Truth {
        if !self.has_variables() {
            return self.matches(text, case, Variables::Nothing).into();
        }
        if !self.matches(text, case, Variables::Anything) {
            return Truth::False;
        }
        let mut parts = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            parts.push(match piece {
                Piece::Text(own) => Part::Text(own),
                Piece::One => Part::One,
                Piece::Many => Part::Many,
                Piece::Variable(variable) => match values.substitute(&variable.key) {
                    Substitute::Text(value) => Part::Text(value),
                    Substitute::Unknown => return Truth::Unknown,
                    Substitute::Missing => match &variable.default {
                        Some(default) => Part::Text(default),
                        None => return Truth::False,
                    },
                },
            });
        }
        matches(|at| parts.get(at).copied(), text, case).into()
    }

    /// The same for `NotResource`. What a variable without a value spares AWS does not say: nothing is
    /// equal to it, and it "might cause the entire statement to be invalid".
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    pub(crate) fn spares_in(&self, text: &str, case: Case, values: &impl Substitutes) -> Truth {
        let resolved = self.pieces.iter().all(|piece| match piece {
            Piece::Variable(variable) if variable.default.is_none() => {
                matches!(values.substitute(&variable.key), Substitute::Text(_))
            }
            _ => true,
        });
        if resolved {
            self.matches_in(text, case, values)
        } else {
            Truth::Unknown
        }
    }
}

/// Puts pieces together: letters one by one, until something else comes.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    letters: String,
}

impl Pieces {
    fn read(&mut self, text: &str, variables: bool, wildcards: bool) {
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if variables && let Some((name, after)) = variable(rest) {
                match name {
                    // The three escapes stand for the character itself.
                    "*" | "?" | "$" => self.letters.push_str(name),
                    _ => self.push(Piece::Variable(Box::new(named(name)))),
                }
                rest = after;
                continue;
            }
            match letter {
                '*' if wildcards => self.push(Piece::Many),
                '?' if wildcards => self.push(Piece::One),
                other => self.letters.push(other),
            }
            rest = &rest[letter.len_utf8()..];
        }
    }

    fn push(&mut self, piece: Piece) {
        if !self.letters.is_empty() {
            let letters = std::mem::take(&mut self.letters);
            self.pieces.push(Piece::Text(letters));
        }
        self.pieces.push(piece);
    }

    fn pattern(mut self, text: &str) -> Pattern {
        if !self.letters.is_empty() {
            self.pieces.push(Piece::Text(self.letters));
        }
        Pattern {
            head: Head::of(&self.pieces),
            text: text.to_owned(),
            has_variables: self
                .pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Variable(_))),
            pieces: self.pieces,
        }
    }
}

/// The inside of the variable that `text` begins with, and what follows it. A default value stands in
/// quotes and may hold a brace.
fn variable(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("${")?;
    let (name, after) = inside.split_once('}')?;
    if name.contains('\'') && !name.trim_end().ends_with('\'') {
        let end = inside.find("'}")?;
        return Some((&inside[..=end], &inside[end + 2..]));
    }
    Some((name, after))
}

/// `key` or `key, 'default'`.
fn named(name: &str) -> Variable {
    let (key, default) = match name.split_once(',') {
        Some((key, default)) => (key, Some(default.trim().trim_matches('\'').to_owned())),
        None => (name, None),
    };
    Variable {
        key: key.trim().into(),
        default,
    }
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Text(&'a str),
    One,
    Many,
}

/// Goes through the text once per star: on a mismatch the last star swallows one character more.
/// No recursion that a hostile pattern could exhaust.
fn matches<'a>(part: impl Fn(usize) -> Option<Part<'a>>, text: &str, case: Case) -> bool {
    let (mut at, mut rest) = (0, text);
    let mut star: Option<(usize, &str)> = None;
    loop {
        let went_on = match part(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Part::Many) => {
                if part(at + 1).is_none() {
                    return true;
                }
                star = Some((at + 1, rest));
                Some(rest)
            }
            Some(Part::One) => without_first(rest),
            Some(Part::Text(own)) => without_prefix(rest, own, case),
        };
        if let Some(after) = went_on {
            at += 1;
            rest = after;
            continue;
        }
        let Some((resume, shorter)) =
            star.and_then(|(resume, from)| Some((resume, without_first(from)?)))
        else {
            return false;
        };
        star = Some((resume, shorter));
        at = resume;
        rest = shorter;
    }
}

fn without_first(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    Some(&text[first.len_utf8()..])
}

fn without_prefix<'a>(text: &'a str, prefix: &str, case: Case) -> Option<&'a str> {
    match case {
        Case::Sensitive => text.strip_prefix(prefix),
        Case::Insensitive => {
            let (own, after) = text.split_at_checked(prefix.len())?;
            own.eq_ignore_ascii_case(prefix).then_some(after)
        }
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

    struct Ada;

    impl Substitutes for Ada {
        fn substitute(&self, key: &Key) -> Substitute<'_> {
            match key.lower() {
                "aws:username" => Substitute::Text("ada*"),
                "aws:userid" => Substitute::Unknown,
                _ => Substitute::Missing,
            }
        }
    }

    fn in_request(pattern: &Pattern, text: &str) -> Truth {
        pattern.matches_in(text, Case::Sensitive, &Ada)
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    #[test]
    fn a_variable_has_the_value_of_the_request_and_its_wildcards_are_text() {
        let home = Pattern::from("home/${AWS:UserName}/*");
        assert_eq!(in_request(&home, "home/ada*/file"), Truth::True);
        assert_eq!(in_request(&home, "home/adam/file"), Truth::False);
        let unknown = Pattern::from("home/${aws:userid}/*");
        assert_eq!(in_request(&unknown, "home/ada/file"), Truth::Unknown);
        assert_eq!(in_request(&unknown, "logs/ada/file"), Truth::False);
    }

    #[test]
    fn a_variable_without_a_value_matches_nothing_unless_it_has_a_default() {
        let plain = Pattern::from("${aws:PrincipalTag/team}*");
        assert_eq!(in_request(&plain, ""), Truth::False);
        assert_eq!(in_request(&plain, "anything"), Truth::False);
        let with_default = Pattern::from("bucket-${aws:PrincipalTag/team, 'company-wide'}");
        assert_eq!(
            in_request(&with_default, "bucket-company-wide"),
            Truth::True
        );
        let brace = Pattern::from("${aws:PrincipalTag/team, 'a}b'}/x");
        assert_eq!(in_request(&brace, "a}b/x"), Truth::True);
    }

    #[test]
    fn before_2012_a_variable_is_text() {
        let old = Pattern::resource("arn:aws:s3:::${aws:username}/*", Language::of(None));
        assert!(!old.has_variables());
        assert_eq!(
            in_request(&old, "arn:aws:s3:::${aws:username}/x"),
            Truth::True
        );
        assert_eq!(in_request(&old, "arn:aws:s3:::ada*/x"), Truth::False);
    }

    #[test]
    fn a_variable_in_front_of_the_fifth_colon_is_text() {
        let pattern = Pattern::resource(
            "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}",
            Language::WithVariables,
        );
        assert_eq!(pattern.variables().count(), 1);
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    #[test]
    fn an_incomplete_arn_is_completed() {
        let sqs = Pattern::resource("arn:aws:sqs", Language::WithVariables);
        assert_eq!(
            in_request(&sqs, "arn:aws:sqs:eu-central-1:111122223333:claims"),
            Truth::True
        );
        assert_eq!(
            in_request(&sqs, "arn:aws:sns:eu-central-1:1:a"),
            Truth::False
        );
        let account = Pattern::resource("arn:aws:sqs:*:111122223333", Language::WithVariables);
        assert_eq!(
            in_request(&account, "arn:aws:sqs:eu-central-1:111122223333:claims"),
            Truth::True
        );
    }

    #[test]
    fn letters_of_several_bytes_are_one_letter() {
        assert!(resource("a?c", "aéc"));
        assert!(resource("*é", "éé"));
        assert!(!resource("a??c", "aéc"));
        assert!(action("S3:É*", "s3:Éa"));
    }
}
