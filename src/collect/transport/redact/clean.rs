//! Secrets in texts that hold other texts: JSON in a string, percent-encoded policies, base64.

use std::borrow::Cow;

use aws_smithy_types::base64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tripod_model::SecretKind;

use super::detect;
use super::document::Document;

/// Texts in texts in texts are looked into this deep: a policy in a template in an answer is three.
const DEEPEST: usize = 4;

/// Shortest text that is worth decoding from base64.
const SHORTEST_BASE64: usize = 20;

/// What IAM leaves unencoded in a policy.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What to look for.
#[derive(Clone, Copy)]
pub(super) enum Look<'a> {
    /// What is a secret wherever it stands.
    Certain,
    /// All that looks like one in a text of this name.
    Thorough { name: &'a str },
}

/// What takes the place of a secret of some kind.
pub(super) type Mark<'m> = dyn FnMut(SecretKind, &str) -> String + 'm;

/// The text with its secrets replaced; `None` where it holds none.
pub(super) fn clean(look: Look<'_>, text: &str, mark: &mut Mark<'_>) -> Option<String> {
    clean_at(0, look, text, mark)
}

/// Whether a body could hold what is a secret wherever it stands. Quick: most hold none.
pub(super) fn is_suspicious(body: &str) -> bool {
    // What is percent-encoded may hide a hint.
    detect::hinted(body) || body.contains("%7B") || body.contains("%7b")
}

/// The kind of the surest secret in a text of a name.
pub(super) fn kind(name: &str, text: &str) -> Option<SecretKind> {
    kind_at(0, name, text)
}

fn kind_at(depth: usize, name: &str, text: &str) -> Option<SecretKind> {
    let mut surest: Option<SecretKind> = None;
    let look = Look::Thorough { name };
    clean_at(depth, look, text, &mut |kind, _| {
        surest = Some(surest.map_or(kind, |other| other.min(kind)));
        String::new()
    });
    surest
}

fn clean_at(depth: usize, look: Look<'_>, text: &str, mark: &mut Mark<'_>) -> Option<String> {
    if depth < DEEPEST
        && let Some(decoded) = percent_decoded(text)
    {
        let cleaned = clean_at(depth + 1, look, &decoded, mark)?;
        return Some(utf8_percent_encode(&cleaned, ENCODED).to_string());
    }
    if matches!(look, Look::Certain) && !detect::hinted(text) {
        return None;
    }
    if depth < DEEPEST
        && let Some(document) = object(text)
    {
        return clean_object(depth, look, &document, mark);
    }
    let findings = match look {
        Look::Certain => detect::certain(text),
        Look::Thorough { name } => {
            let decoded = base64_decoded(text).filter(|_| depth < DEEPEST);
            let inside = decoded.as_ref();
            if let Some(kind) = inside.and_then(|text| kind_at(depth + 1, name, text)) {
                // Whole: nobody can read what is left of it.
                return Some(mark(kind, text));
            }
            let mut findings = detect::find(name, text);
            // What says something is not random.
            findings.retain(|found| decoded.is_none() || found.kind != SecretKind::HighEntropy);
            findings
        }
    };
    if findings.is_empty() {
        return None;
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        cleaned.push_str(&text[from..finding.span.start]);
        cleaned.push_str(&mark(finding.kind, &text[finding.span.clone()]));
        from = finding.span.end;
    }
    cleaned.push_str(&text[from..]);
    Some(cleaned)
}

/// A text that is a JSON object or list.
fn object(text: &str) -> Option<Document<'_>> {
    let trimmed = text.trim();
    let bracketed = trimmed.starts_with('{') && trimmed.ends_with('}')
        || trimmed.starts_with('[') && trimmed.ends_with(']');
    bracketed.then(|| Document::of(text)).flatten()
}

fn clean_object(
    depth: usize,
    look: Look<'_>,
    document: &Document<'_>,
    mark: &mut Mark<'_>,
) -> Option<String> {
    let mut changes = Vec::new();
    for place in document.places() {
        let Some(text) = document.text(place).filter(|_| !document.is_number(place)) else {
            continue;
        };
        let inner = document.name(place);
        let name = match look {
            Look::Thorough { name } if !document.is_member_name(place) => within(name, &inner),
            _ => Cow::Borrowed(""),
        };
        let look = match look {
            Look::Thorough { .. } if !document.is_member_name(place) => {
                Look::Thorough { name: &name }
            }
            _ => Look::Certain,
        };
        if let Some(cleaned) = clean_at(depth + 1, look, &text, mark) {
            changes.push((place, cleaned));
        }
    }
    (!changes.is_empty()).then(|| document.with(changes))
}

/// The name of a member in a text that has a name: what tells of the whole tells of its parts, as in
/// `CREDENTIALS={"db":"…"}`.
fn within<'a>(outer: &str, inner: &'a str) -> Cow<'a, str> {
    if detect::is_telling(outer) {
        Cow::Owned(format!("{outer}_{inner}"))
    } else {
        Cow::Borrowed(inner)
    }
}

/// A text that is percent-encoded JSON, as IAM sends policies.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html>
fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    let start = text.get(..3)?.to_ascii_uppercase();
    matches!(start.as_str(), "%7B" | "%5B")
        .then(|| percent_decode_str(text).decode_utf8().ok())
        .flatten()
}

/// What a text says in base64, where that is text again.
fn base64_decoded(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if trimmed.len() < SHORTEST_BASE64 || !trimmed.bytes().all(alphabet) {
        return None;
    }
    let bare = trimmed.trim_end_matches('=');
    let padding = "=".repeat(bare.len().wrapping_neg() % 4);
    let decoded = String::from_utf8(base64::decode(format!("{bare}{padding}")).ok()?).ok()?;
    let readable = |c: char| !c.is_control() || c.is_whitespace();
    decoded.chars().all(readable).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(name: &str, text: &str) -> Option<String> {
        clean(Look::Thorough { name }, text, &mut |_, _| "#".to_owned())
    }

    #[test]
    fn json_in_a_text_is_looked_into_and_stays_json() {
        let text = r#"{ "user":"claims", "password":"hunter2-hunter2", "port": 5432 }"#;
        let expected = r##"{ "user":"claims", "password":"#", "port": 5432 }"##;
        assert_eq!(cleaned("DB", text).as_deref(), Some(expected));
    }

    #[test]
    fn a_name_tells_of_the_members_of_its_value() {
        let text = r#"{"db":"hunter2-hunter2","host":"db.internal","arn":"arn:aws:iam::1:x"}"#;
        let expected = r##"{"db":"#","host":"db.internal","arn":"arn:aws:iam::1:x"}"##;
        assert_eq!(cleaned("CREDENTIALS", text).as_deref(), Some(expected));
        assert_eq!(cleaned("DATABASES", text), None);
    }

    #[test]
    fn a_percent_encoded_policy_stays_one() {
        let policy = r#"{"Statement":[{"Sid":"password=hunter2-hunter2"}]}"#;
        let text = utf8_percent_encode(policy, ENCODED).to_string();
        let expected = policy.replace("hunter2-hunter2", "#");
        let cleaned = cleaned("Document", &text).expect("a secret");
        assert_eq!(percent_decode_str(&cleaned).decode_utf8_lossy(), expected);
    }

    #[test]
    fn base64_is_looked_into() {
        let script = base64::encode("#!/bin/sh\nexport DB_PASSWORD=hunter2-hunter2\nstart\n");
        assert_eq!(cleaned("userData", &script).as_deref(), Some("#"));
        let harmless = base64::encode("#!/bin/sh\nyum update -y\n");
        assert_eq!(cleaned("userData", &harmless), None);
    }

    #[test]
    fn the_surest_kind_counts() {
        let key = ["ghp_", &"a1B2".repeat(9)].concat();
        let text = format!(r#"{{"password":"hunter2-hunter2","key":"{key}"}}"#);
        assert_eq!(kind("CONFIG", &text), Some(SecretKind::ServiceToken));
        assert_eq!(kind("CONFIG", r#"{"a":"b"}"#), None);
    }

    #[test]
    fn texts_nested_without_end_come_to_one() {
        let key = ["ghp_", &"a1B2".repeat(9)].concat();
        let mut text = key.clone();
        for _ in 0..8 {
            text = serde_json::json!({ "inner": text }).to_string();
        }
        let cleaned = clean(Look::Certain, &text, &mut |_, _| "#".to_owned());
        assert!(!cleaned.expect("a secret").contains(&key));
    }
}
