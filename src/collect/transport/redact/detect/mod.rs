//! What a text looks like: the only place that sees it.
//!
//! Kinds of secrets from the most certain to the least: marked tokens, values under a telling name,
//! assignments in text, and long random words. References to secrets (ARNs, parameter paths, dynamic
//! references) and stand-ins are no secrets.

#[cfg(test)]
mod cases;
mod names;
mod tokens;
mod values;

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Match, Regex};
use tripod_model::{Entropy, SecretKind};

use names::Telling;

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Where in the text.
    pub(super) span: Range<usize>,
    pub(super) kind: SecretKind,
}

/// Shortest value under a name that says password, and shortest under one that says secret, token or
/// key. People do choose passwords of four letters; nobody issues such tokens.
const SHORTEST_PASSWORD: usize = 4;
const SHORTEST_SECRET: usize = 6;

/// Shortest number under a name that says password that is one. Shorter ones are settings.
const SHORTEST_NUMBER: usize = 6;

/// Whether a text could hold what is surely a secret, itself or in texts encoded in it. Quick, for
/// whole bodies: most hold none.
pub(super) fn hinted(text: &str) -> bool {
    tokens::hinted(text)
}

/// What is surely a secret, wherever the text stands.
pub(super) fn certain(text: &str) -> Vec<Finding> {
    merged(tokens::find(text, true))
}

/// What looks like a secret in a text that stands under `name`, in order and without overlaps.
pub(super) fn find(name: &str, text: &str) -> Vec<Finding> {
    let mut found = tokens::find(text, false);
    let whole = bare(text);
    if let Some(kind) = named(name, &text[whole.clone()]) {
        found.push(Finding { span: whole, kind });
        return merged(found);
    }
    // An ARN has colons and no assignments, an address has them in its query only.
    let colons = text.contains(':') && !values::is_reference(&text[whole]);
    if colons || text.contains('=') {
        found.extend(assigned(text));
    }
    found.extend(passed(text));
    if !names::explains_randomness(name) {
        found.extend(random(text));
    }
    merged(found)
}

/// Whether a name tells of a secret.
pub(super) fn is_telling(name: &str) -> bool {
    names::telling(name).is_some()
}

/// The entropy class of a value.
pub(super) fn entropy(value: &str) -> Entropy {
    let bits = values::bits_per_character(value);
    if bits >= 4.0 {
        Entropy::High
    } else if bits >= 3.0 {
        Entropy::Medium
    } else {
        Entropy::Low
    }
}

/// A text without white space around it, and without one pair of quotes around that, as literals in
/// mappings of API Gateway have.
fn bare(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    let trimmed = text.trim();
    let quoted = ['\'', '"'].iter().any(|quote| {
        trimmed.len() >= 2 && trimmed.starts_with(*quote) && trimmed.ends_with(*quote)
    });
    let inset = usize::from(quoted);
    start + inset..start + trimmed.len() - inset
}

/// The kind of a value that is a secret because its name says so.
fn named(name: &str, value: &str) -> Option<SecretKind> {
    let telling = names::telling(name)?;
    if !is_secret_value(telling, value) {
        return None;
    }
    let aws =
        values::is_base64(value) && value.len() == 40 && name.to_lowercase().contains("secret");
    Some(if aws {
        SecretKind::AwsSecretAccessKey
    } else {
        SecretKind::NamedSecret
    })
}

fn is_secret_value(telling: Telling, value: &str) -> bool {
    let shortest = match telling {
        Telling::Password => SHORTEST_PASSWORD,
        Telling::Cipher | Telling::Other => SHORTEST_SECRET,
    };
    let setting =
        values::is_number(value) && (telling != Telling::Password || value.len() < SHORTEST_NUMBER);
    let key_id = telling == Telling::Cipher && values::is_uuid(value);
    value.len() >= shortest
        && !setting
        && !key_id
        && !values::is_placeholder(value)
        && !values::is_reference(value)
        && !names::names_a_secret(value)
}

/// `name=value`, `name: value`, `"name":"value"`, `?name=value` in a text. No name begins behind a
/// colon: the `secret:` in an ARN is none.
static ASSIGNMENTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?: ^ | [^A-Za-z0-9_.:-] ) -{0,2}
        (?P<name> [A-Za-z][A-Za-z0-9_.-]{1,60} ) ["']? \s{0,4}
        (?P<sign> => | := | = | : ) \s{0,4}
        (?: "(?P<double>[^"\r\n]*)" | '(?P<single>[^'\r\n]*)' | (?P<open> \{[^{}\s]*\} | [^\s"'&;,)}\]]+ ) )
        "#,
    )
    .ok()
});

/// `--name value` in a text.
static OPTIONS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"--(?P<name>[A-Za-z][A-Za-z0-9_-]{1,60})\s+(?P<open>[^\s-]\S*)").ok()
});

/// `Bearer` and `Basic` with what follows them, as in the Authorization header.
/// <https://www.rfc-editor.org/rfc/rfc6750#section-2.1> <https://www.rfc-editor.org/rfc/rfc7617>
static SCHEMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?i:bearer|basic)\s+(?P<open>[A-Za-z0-9._~+/=-]{12,})").ok());

fn assigned(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(captures) = ASSIGNMENTS
        .as_ref()
        .and_then(|pattern| pattern.captures_at(text, at))
    {
        found.extend(assignment(text, &captures));
        // From behind the name: its value may hold the name of another.
        at = captures.name("name").map_or(text.len(), |name| name.end());
    }
    found
}

/// Arguments of options and of authorization schemes.
fn passed(text: &str) -> Vec<Finding> {
    let options = OPTIONS
        .iter()
        .filter(|_| text.contains("--"))
        .flat_map(|pattern| pattern.captures_iter(text));
    let options = options.filter_map(|captures| {
        let telling = names::telling(captures.name("name")?.as_str())?;
        let value = captures.name("open")?;
        is_secret_value(telling, value.as_str()).then(|| secret(value))
    });
    let schemes = SCHEMES
        .iter()
        .flat_map(|pattern| pattern.captures_iter(text))
        .filter_map(|captures| captures.name("open"))
        .filter(|value| !values::is_word(value.as_str()))
        .map(secret);
    options.chain(schemes).collect()
}

fn assignment(text: &str, captures: &Captures<'_>) -> Option<Finding> {
    let name = captures.name("name")?;
    let quoted = captures.name("double").or(captures.name("single"));
    let value = quoted.or(captures.name("open"))?;
    let parameter = text[..name.start()].ends_with(['?', '&']);
    let telling = match names::telling(name.as_str()) {
        Some(telling) => telling,
        None if parameter && names::telling_parameter(name.as_str()) => Telling::Other,
        None => return None,
    };
    // `password: see the wiki` is prose.
    let colon = captures
        .name("sign")
        .is_some_and(|sign| sign.as_str() == ":");
    let prose = colon && quoted.is_none() && values::is_word(value.as_str());
    (!prose && is_secret_value(telling, value.as_str())).then(|| secret(value))
}

fn secret(value: Match<'_>) -> Finding {
    Finding {
        span: value.range(),
        kind: SecretKind::NamedSecret,
    }
}

/// Words of a text that look random, outside of addresses, references and public keys.
fn random(text: &str) -> Vec<Finding> {
    if text.contains("-----BEGIN CERTIFICATE") || text.contains("PUBLIC KEY-----") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | ',' | ';' | '(' | ')' | '{' | '}' | '<' | '>'
            )
    }) {
        if !is_public(piece) {
            found.extend(random_words(piece).into_iter().map(|word| Finding {
                span: start + word.start..start + word.end,
                kind: SecretKind::HighEntropy,
            }));
        }
        start += piece.len();
    }
    found
}

fn is_public(piece: &str) -> bool {
    let piece = piece.trim();
    piece.contains("://")
        || piece.contains("sha256:")
        || piece.starts_with("h1:")
        || values::is_reference(piece)
}

fn random_words(piece: &str) -> Vec<Range<usize>> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-');
    let mut words = Vec::new();
    let mut start = 0;
    for word in piece.split_inclusive(|c| !inside(c)) {
        let bare = word.trim_end_matches(|c| !inside(c));
        if values::is_random(bare) {
            words.push(start..start + bare.len());
        }
        start += word.len();
    }
    words
}

/// In order; of findings that overlap one, as long as both and of the surer kind.
fn merged(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let mut merged: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found {
        match merged.last_mut() {
            Some(last) if finding.span.start < last.span.end => {
                last.span.end = last.span.end.max(finding.span.end);
                last.kind = last.kind.min(finding.kind);
            }
            _ => merged.push(finding),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(ASSIGNMENTS.is_some() && OPTIONS.is_some() && SCHEMES.is_some());
    }

    #[test]
    fn findings_that_overlap_become_one() {
        let finding = |span, kind| Finding { span, kind };
        let found = merged(vec![
            finding(4..9, SecretKind::HighEntropy),
            finding(0..6, SecretKind::ServiceToken),
            finding(9..12, SecretKind::NamedSecret),
        ]);
        assert_eq!(
            found,
            [
                finding(0..9, SecretKind::ServiceToken),
                finding(9..12, SecretKind::NamedSecret)
            ]
        );
    }

    #[test]
    fn entropy_comes_in_classes() {
        assert_eq!(entropy("aaaaaaaa"), Entropy::Low);
        assert_eq!(entropy("production-eu"), Entropy::Medium);
        assert_eq!(entropy("q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1Qa"), Entropy::High);
    }
}
