//! HTTP bindings of rest-json and rest-xml.

use serde_json::{Map, Value};

use super::{Protocol, json, scalar, xml};
use crate::http::{HttpRequest, Reply};
use crate::model::{Kind, Location, Operation, Typed};
use crate::route::{Target, pairs};

pub(super) fn params(
    target: &Target,
    input: Typed<'_>,
    request: &HttpRequest,
) -> Result<Value, String> {
    let query = pairs(&request.query);
    let mut params = body_params(target.protocol, input, &request.body)?;
    for (name, member) in input.members() {
        let wire = member.wire_name().unwrap_or(name);
        let value = match member.traits.location {
            Some(Location::Uri) => target
                .labels
                .iter()
                .find(|(label, _)| label == wire)
                .map(|(_, text)| scalar::parse(member, text))
                .transpose()?,
            Some(Location::QueryString) => from_query(member, wire, input, &query)?,
            Some(Location::Header) => request
                .header(&wire.to_ascii_lowercase())
                .map(|text| scalar::parse(member, text))
                .transpose()?,
            _ => None,
        };
        if let Some(value) = value {
            params.insert(name.to_owned(), value);
        }
    }
    Ok(Value::Object(params))
}

/// Parameters in the body. An XML body is not read: only mutating operations have one.
fn body_params(
    protocol: Protocol,
    input: Typed<'_>,
    body: &[u8],
) -> Result<Map<String, Value>, String> {
    if protocol != Protocol::RestJson {
        return Ok(Map::new());
    }
    let Some(payload) = input.shape.payload.as_deref() else {
        return match json::body_params(input, body)? {
            Value::Object(object) => Ok(object),
            _ => Ok(Map::new()),
        };
    };
    let Some(member) = input.member(payload).filter(|_| !body.is_empty()) else {
        return Ok(Map::new());
    };
    let value = match member.kind() {
        Kind::Structure => json::body_params(member, body)?,
        _ => Value::from(String::from_utf8_lossy(body)),
    };
    Ok(Map::from_iter([(payload.to_owned(), value)]))
}

fn from_query(
    member: Typed<'_>,
    wire: &str,
    input: Typed<'_>,
    query: &[(String, String)],
) -> Result<Option<Value>, String> {
    let mut values = query
        .iter()
        .filter(|(key, _)| key == wire)
        .map(|(_, value)| value.as_str());
    match member.kind() {
        Kind::List => {
            let items: Vec<Value> = values
                .map(|text| scalar::parse(member.item(), text))
                .collect::<Result<_, _>>()?;
            Ok(Some(Value::Array(items)).filter(|_| query.iter().any(|(key, _)| key == wire)))
        }
        // A map takes whatever no other member claims.
        Kind::Map => {
            let claimed = |key: &str| {
                input.members().any(|(name, other)| {
                    other.kind() != Kind::Map && other.wire_name().unwrap_or(name) == key
                })
            };
            let rest: Map<String, Value> = query
                .iter()
                .filter(|(key, _)| !claimed(key))
                .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
                .collect();
            Ok((!rest.is_empty()).then_some(Value::Object(rest)))
        }
        _ => values
            .next()
            .map(|text| scalar::parse(member, text))
            .transpose(),
    }
}

pub(super) fn answer(target: &Target, operation: &Operation, document: &Value) -> Reply {
    let mut status = operation.http.response_code.unwrap_or(200);
    let Some(output) = target.model.output(operation) else {
        let empty = if target.protocol == Protocol::RestJson && status != 204 {
            "{}"
        } else {
            ""
        };
        return Reply::new(status, target.protocol.content_type(), empty);
    };
    let mut reply = body(target, output, document);
    for (name, value) in document.as_object().into_iter().flatten() {
        let Some(member) = output.member(name) else {
            continue;
        };
        match member.traits.location {
            Some(Location::StatusCode) => {
                status = value
                    .as_u64()
                    .and_then(|code| u16::try_from(code).ok())
                    .unwrap_or(status);
            }
            Some(Location::Header) => reply.header(
                &member.wire_name().unwrap_or(name).to_ascii_lowercase(),
                &header_text(member, value),
            ),
            Some(Location::Headers) => {
                let prefix = member.wire_name().unwrap_or_default();
                for (key, value) in value.as_object().into_iter().flatten() {
                    reply.header(
                        &format!("{prefix}{key}").to_ascii_lowercase(),
                        value.as_str().unwrap_or_default(),
                    );
                }
            }
            _ => {}
        }
    }
    reply.status = status;
    reply
}

/// A header's text; JSON in a header (`jsonvalue`) travels in base64.
pub(super) fn header_text(member: Typed<'_>, value: &Value) -> String {
    if member.traits.jsonvalue {
        let json = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        return scalar::base64(json.as_bytes());
    }
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| scalar::text(member.item(), item, "rfc822"))
            .collect::<Vec<_>>()
            .join(","),
        _ => scalar::text(member, value, "rfc822"),
    }
}

fn body(target: &Target, output: Typed<'_>, document: &Value) -> Reply {
    let kind = target.protocol.content_type();
    let Some(payload) = output.shape.payload.as_deref() else {
        return match target.protocol {
            Protocol::RestXml => Reply::new(200, kind, xml_body(target, output, document)),
            _ => Reply::new(200, kind, json::body(output, document)),
        };
    };
    let (Some(member), Some(value)) = (output.member(payload), document.get(payload)) else {
        return Reply::new(200, kind, "");
    };
    match (member.kind(), target.protocol) {
        (Kind::Structure, Protocol::RestXml) => {
            let root = member.wire_name().unwrap_or(payload);
            Reply::new(
                200,
                kind,
                xml::document(root, &xml::namespace(&target.model), member, value),
            )
        }
        (Kind::Structure | Kind::List | Kind::Map, _) => {
            Reply::new(200, kind, json::body(member, value))
        }
        _ => Reply::new(
            200,
            "application/octet-stream",
            scalar::blob_bytes(value).unwrap_or_default(),
        ),
    }
}

fn xml_body(target: &Target, output: Typed<'_>, document: &Value) -> String {
    // S3 alone answers one operation with a bare root element.
    if target.operation == "GetBucketLocation" {
        let location = document
            .get("LocationConstraint")
            .and_then(Value::as_str)
            .unwrap_or_default();
        return format!(
            "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</LocationConstraint>",
            xml::escape(location)
        );
    }
    let operation = target.operation.as_str();
    let root = match operation {
        "ListBuckets" => "ListAllMyBucketsResult".to_owned(),
        _ => output
            .wire_name()
            .map_or_else(|| format!("{operation}Result"), str::to_owned),
    };
    xml::document(&root, &xml::namespace(&target.model), output, document)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    fn target(protocol: Protocol) -> Target {
        let labels = vec![("name".to_owned(), "thing/one".to_owned())];
        Target {
            model: Arc::new(model()),
            protocol,
            operation: "GetThing".to_owned(),
            labels,
            form: Vec::new(),
        }
    }

    #[test]
    fn parameters_come_from_path_query_and_header() {
        let target = target(Protocol::RestJson);
        let input = target
            .model
            .input(&target.model.operations["GetThing"])
            .expect("an input");
        let request = HttpRequest {
            query: "id=1&id=2&max=5&x=y".to_owned(),
            headers: vec![("accept".to_owned(), "text".to_owned())],
            ..HttpRequest::default()
        };
        let expected = json!({"Name": "thing/one", "Ids": [1, 2], "Max": 5, "Rest": {"x": "y"}, "Accept": "text"});
        assert_eq!(params(&target, input, &request), Ok(expected));
        let bad = HttpRequest {
            query: "max=five".to_owned(),
            ..HttpRequest::default()
        };
        assert!(params(&target, input, &bad).is_err());
    }

    #[test]
    fn headers_status_and_payload_leave_the_body() {
        let target = target(Protocol::RestJson);
        let document = json!({"Kind": "text/csv", "Code": 202, "Body": "a,b", "Modified": 0});
        let reply = answer(&target, &target.model.operations["GetThing"], &document);
        assert_eq!((reply.status, reply.body), (202, b"a,b".to_vec()));
        assert!(
            reply
                .headers
                .contains(&("content-type".to_owned(), "text/csv".to_owned())),
            "{:?}",
            reply.headers
        );
        assert!(
            reply.headers.contains(&(
                "last-modified".to_owned(),
                "Thu, 01 Jan 1970 00:00:00 GMT".to_owned()
            )),
            "{:?}",
            reply.headers
        );
    }
}
