//! XML answers: query, ec2 and the bodies of rest-xml.

use std::fmt::Write;

use serde_json::Value;

use super::{Protocol, scalar};
use crate::http::Reply;
use crate::model::{Kind, Model, Operation, Typed};

pub(super) fn query_answer(
    model: &Model,
    name: &str,
    operation: &Operation,
    document: &Value,
    request_id: &str,
) -> Reply {
    let namespace = namespace(model);
    let mut body = format!("<{name}Response{namespace}>");
    if let Some(output) = operation.output.as_ref() {
        let wrapper = output
            .result_wrapper
            .clone()
            .unwrap_or_else(|| format!("{name}Result"));
        let _ = write!(body, "<{wrapper}>");
        members(&mut body, model.typed(output), document);
        let _ = write!(body, "</{wrapper}>");
    }
    let _ = write!(
        body,
        "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    );
    Reply::new(200, Protocol::Query.content_type(), body)
}

pub(super) fn ec2_answer(
    model: &Model,
    name: &str,
    operation: &Operation,
    document: &Value,
    request_id: &str,
) -> Reply {
    let namespace = namespace(model);
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name}Response{namespace}><requestId>{request_id}</requestId>"
    );
    if let Some(output) = model.output(operation) {
        members(&mut body, output, document);
    }
    let _ = write!(body, "</{name}Response>");
    Reply::new(200, Protocol::Ec2.content_type(), body)
}

/// ` xmlns="…"` of the service, or nothing. Models give it as text or as `{"uri": …}`.
pub(super) fn namespace(model: &Model) -> String {
    let namespace = model.metadata.xml_namespace.as_ref();
    let uri = namespace.and_then(|value| value.as_str().or_else(|| value.get("uri")?.as_str()));
    uri.map_or_else(String::new, |uri| format!(" xmlns=\"{}\"", escape(uri)))
}

/// A document with its root element.
pub(super) fn document(root: &str, attributes: &str, typed: Typed<'_>, document: &Value) -> String {
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{attributes}{}>",
        own_attributes(typed, document)
    );
    members(&mut body, typed, document);
    let _ = write!(body, "</{root}>");
    body
}

/// The members of a structure, without an element around them.
pub(super) fn members(out: &mut String, typed: Typed<'_>, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some(member) = typed.member(name) else {
            continue;
        };
        if member.traits.location.is_none() && !member.traits.xml_attribute {
            element(out, member_name(name, member), member, value);
        }
    }
}

/// A flattened list repeats the name of its items, where they have one.
fn member_name<'m>(name: &'m str, member: Typed<'m>) -> &'m str {
    let of_items = if member.kind() == Kind::List && member.flattened() {
        member.item().wire_name()
    } else {
        None
    };
    of_items.or(member.wire_name()).unwrap_or(name)
}

fn element(out: &mut String, name: &str, typed: Typed<'_>, value: &Value) {
    match (typed.kind(), value) {
        (Kind::Structure, _) => {
            let _ = write!(out, "<{name}{}>", own_attributes(typed, value));
            members(out, typed, value);
            let _ = write!(out, "</{name}>");
        }
        (Kind::List, Value::Array(items)) if typed.flattened() => {
            for item in items {
                element(out, name, typed.item(), item);
            }
        }
        (Kind::List, Value::Array(items)) => {
            let item_name = typed.item().wire_name().unwrap_or("member");
            let _ = write!(out, "<{name}>");
            for item in items {
                element(out, item_name, typed.item(), item);
            }
            let _ = write!(out, "</{name}>");
        }
        (Kind::Map, Value::Object(entries)) => {
            let flat = typed.flattened();
            if !flat {
                let _ = write!(out, "<{name}>");
            }
            for (key, value) in entries {
                entry(out, if flat { name } else { "entry" }, typed, key, value);
            }
            if !flat {
                let _ = write!(out, "</{name}>");
            }
        }
        _ => {
            let _ = write!(
                out,
                "<{name}>{}</{name}>",
                escape(&scalar::text(typed, value, "iso8601"))
            );
        }
    }
}

fn entry(out: &mut String, name: &str, typed: Typed<'_>, key: &str, value: &Value) {
    let _ = write!(out, "<{name}>");
    element(
        out,
        typed.key().wire_name().unwrap_or("key"),
        typed.key(),
        &Value::from(key),
    );
    element(
        out,
        typed.value().wire_name().unwrap_or("value"),
        typed.value(),
        value,
    );
    let _ = write!(out, "</{name}>");
}

/// Members that stand in the start tag. `xsi:type` brings its namespace along.
fn own_attributes(typed: Typed<'_>, value: &Value) -> String {
    let mut attributes = String::new();
    if !typed.shape.has_attributes {
        return attributes;
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        let Some(member) = typed
            .member(name)
            .filter(|member| member.traits.xml_attribute)
        else {
            continue;
        };
        let name = member.wire_name().unwrap_or(name);
        if name.starts_with("xsi:") {
            attributes.push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        }
        let _ = write!(
            attributes,
            " {name}=\"{}\"",
            escape(&scalar::text(member, value, "iso8601"))
        );
    }
    attributes
}

/// Text for an element or an attribute. Characters XML cannot hold become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Written as they are, a parser may turn these into a space or a line feed.
            '\r' => out.push_str("&#13;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    fn body(reply: Reply) -> String {
        String::from_utf8(reply.body).expect("text")
    }

    #[test]
    fn query_answers_are_wrapped() {
        let model = model();
        let document = json!({"Things": [{"Name": "a<b", "Labels": {"k": "v"}}], "NextToken": "t"});
        let text = body(query_answer(
            &model,
            "ListThings",
            &model.operations["ListThings"],
            &document,
            "id",
        ));
        let expected = concat!(
            "<ListThingsResponse xmlns=\"urn:things\"><ListThingsResult><NextToken>t</NextToken><thingSet><item>",
            "<Labels><entry><key>k</key><value>v</value></entry></Labels><Name>a&lt;b</Name></item></thingSet></ListThingsResult>",
            "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></ListThingsResponse>"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn ec2_answers_are_not() {
        let model = model();
        let text = body(ec2_answer(
            &model,
            "ListThings",
            &model.operations["ListThings"],
            &json!({"Things": []}),
            "id",
        ));
        assert!(text.ends_with("<ListThingsResponse xmlns=\"urn:things\"><requestId>id</requestId><thingSet></thingSet></ListThingsResponse>"), "{text}");
    }

    #[test]
    fn control_characters_do_not_break_the_document() {
        assert_eq!(escape("a\u{1}\r\"&"), "a\u{fffd}&#13;&quot;&amp;");
    }
}
