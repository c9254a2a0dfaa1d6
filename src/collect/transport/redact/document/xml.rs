//! The texts of an XML body.
//!
//! Read by the tokenizer that the SDK reads the body with afterwards (`aws-smithy-xml` is built on
//! it), so that both see the same document. It does not check nesting; that is done here.

use std::borrow::Cow;
use std::ops::Range;

use xmlparser::{ElementEnd, StrSpan, Token, Tokenizer};

use super::{Form, Node, Places, Text};

struct Open<'a> {
    place: usize,
    prefix: &'a str,
    local: &'a str,
    /// From the first to the last text seen since the last child.
    content: Option<Range<usize>>,
    has_children: bool,
}

/// The places of a body; `None` for one that is not well-formed, or that declares entities.
pub(super) fn parse(body: &str) -> Option<Vec<Node<'_>>> {
    let mut places = Places::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for token in Tokenizer::from(body) {
        match token.ok()? {
            Token::ElementStart { prefix, local, .. } => {
                if let Some(outer) = open.last_mut() {
                    beside_children(body, &mut places, outer);
                    outer.has_children = true;
                }
                let parent = open.last().map_or(0, |outer| outer.place);
                let name = Some(Cow::Borrowed(local.as_str()));
                open.push(Open {
                    place: places.add(parent, name, None),
                    prefix: prefix.as_str(),
                    local: local.as_str(),
                    content: None,
                    has_children: false,
                });
            }
            // The names of namespaces are nobody's values.
            Token::Attribute { prefix, local, .. } if prefix == "xmlns" || local == "xmlns" => {}
            Token::Attribute { local, value, .. } => {
                let name = Some(Cow::Borrowed(local.as_str()));
                let text = Text {
                    span: value.range(),
                    form: Form::Attribute,
                };
                places.add(open.last()?.place, name, Some(text));
            }
            Token::ElementEnd { end, .. } => match end {
                ElementEnd::Open => {}
                ElementEnd::Empty => close(body, &mut places, open.pop()?),
                ElementEnd::Close(prefix, local) => {
                    let element = open.pop()?;
                    if element.prefix != prefix.as_str() || element.local != local.as_str() {
                        return None;
                    }
                    close(body, &mut places, element);
                }
            },
            Token::Text { text } => seen(&mut open, text),
            Token::Cdata { span, .. } => seen(&mut open, span),
            Token::Declaration { .. }
            | Token::ProcessingInstruction { .. }
            | Token::Comment { .. } => {}
            // What an entity stands for could be anything, and AWS declares none.
            Token::DtdStart { .. }
            | Token::EmptyDtd { .. }
            | Token::EntityDeclaration { .. }
            | Token::DtdEnd { .. } => return None,
        }
    }
    (open.is_empty() && places.0.len() > 1).then_some(places.0)
}

fn seen(open: &mut [Open<'_>], text: StrSpan<'_>) {
    if let Some(element) = open.last_mut() {
        let range = text.range();
        match &mut element.content {
            Some(content) => content.end = range.end,
            content @ None => *content = Some(range),
        }
    }
}

/// An element without children holds its text itself.
fn close(body: &str, places: &mut Places<'_>, mut element: Open<'_>) {
    if element.has_children {
        beside_children(body, places, &mut element);
    } else if let Some(span) = element.content {
        let form = Form::Content;
        places.0[element.place].text = Some(Text { span, form });
    }
}

/// A text between child elements is a place of its own; white space between them is layout.
fn beside_children(body: &str, places: &mut Places<'_>, element: &mut Open<'_>) {
    let written = element.content.take();
    if let Some(span) = written.filter(|span| !body[span.clone()].trim().is_empty()) {
        let form = Form::Content;
        places.add(element.place, None, Some(Text { span, form }));
    }
}

/// An element's text: what is written, without comments, and with CDATA sections taken literally.
pub(super) fn content(raw: &str) -> Cow<'_, str> {
    if !raw.contains('<') {
        return unescape(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = rest.find('<') {
        text.push_str(&unescape(&rest[..start]));
        let markup = &rest[start..];
        let (kind, end) = if markup.starts_with("<![CDATA[") {
            ("<![CDATA[", "]]>")
        } else if markup.starts_with("<!--") {
            ("<!--", "-->")
        } else {
            ("<?", "?>")
        };
        let length = markup.find(end).unwrap_or(markup.len());
        if kind == "<![CDATA[" {
            text.push_str(&markup[kind.len()..length]);
        }
        rest = markup.get(length + end.len()..).unwrap_or_default();
    }
    text.push_str(&unescape(rest));
    Cow::Owned(text)
}

/// A text with its references replaced. One that means nothing is taken as it is written.
/// <https://www.w3.org/TR/xml/#sec-references>
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = rest.find('&') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let reference = rest
            .find(';')
            .and_then(|end| Some((character(&rest[1..end])?, end + 1)));
        let (character, length) = reference.unwrap_or(('&', 1));
        text.push(character);
        rest = &rest[length..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // A reader would turn it into a line feed.
            '\r' => escaped.push_str("&#xD;"),
            other => escaped.push(other),
        }
    }
    escaped
}
