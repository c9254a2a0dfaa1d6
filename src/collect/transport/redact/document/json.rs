//! The texts of a JSON body.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Form, Node, Places, Text};

/// The places of a body; `None` for one that is not JSON. serde_json decides what is, so the walk
/// below may take the grammar for granted.
pub(super) fn parse(body: &str) -> Option<Vec<Node<'_>>> {
    serde_json::from_str::<IgnoredAny>(body).ok()?;
    let bytes = body.as_bytes();
    let mut places = Places::new();
    // What is open: the place of each object or list, and whether it is an object.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut name: Option<Cow<'_, str>> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (parent, in_object) = open.last().copied().unwrap_or((0, false));
        match byte {
            b'{' | b'[' => {
                let place = places.add(parent, name.take(), None);
                open.push((place, *byte == b'{'));
                at += 1;
            }
            b'}' | b']' => {
                open.pop();
                at += 1;
            }
            b'"' => {
                let span = at..after_string(bytes, at);
                at = span.end;
                if in_object && name.is_none() {
                    name = Some(unquote(&body[span.clone()]));
                    let form = Form::MemberName;
                    places.add(parent, None, Some(Text { span, form }));
                } else {
                    let form = Form::Quoted;
                    places.add(parent, name.take(), Some(Text { span, form }));
                }
            }
            b'-' | b'0'..=b'9' => {
                let span = at..after_number(bytes, at);
                at = span.end;
                let form = Form::Number;
                places.add(parent, name.take(), Some(Text { span, form }));
            }
            b't' | b'f' | b'n' => {
                places.add(parent, name.take(), None);
                at += if *byte == b'f' { 5 } else { 4 };
            }
            // White space, commas and colons.
            _ => at += 1,
        }
    }
    Some(places.0)
}

fn after_string(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

fn after_number(bytes: &[u8], start: usize) -> usize {
    bytes[start..]
        .iter()
        .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
        .map_or(bytes.len(), |length| start + length)
}

/// A string without quotes and escapes. One whose escapes mean nothing (half of a surrogate pair) is
/// taken as it is written.
pub(super) fn unquote(raw: &str) -> Cow<'_, str> {
    let inner = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(raw);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(raw).map_or(Cow::Borrowed(inner), Cow::Owned)
}

pub(super) fn quote(text: &str) -> String {
    Value::from(text).to_string()
}
