//! JSON bodies: json 1.0, json 1.1, and the bodies of rest-json.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Protocol, scalar};
use crate::http::Reply;
use crate::model::{Kind, Typed};

/// Reads a whole body as the input structure.
pub(super) fn body_params(input: Typed<'_>, body: &[u8]) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    let body: Value =
        serde_json::from_slice(body).map_err(|error| format!("body is not JSON: {error}"))?;
    if !body.is_object() {
        return Err("body is not a JSON object".to_owned());
    }
    Ok(read(input, &body))
}

/// Wire names into member names. What the model does not know is left out, as AWS does.
pub(super) fn read(typed: Typed<'_>, value: &Value) -> Value {
    match (typed.kind(), value) {
        (Kind::Structure, Value::Object(object)) if !typed.shape.document => {
            let members = typed.members().filter_map(|(name, member)| {
                let value = object
                    .get(member.wire_name().unwrap_or(name))
                    .filter(|value| !value.is_null())?;
                Some((name.to_owned(), read(member, value)))
            });
            Value::Object(members.collect())
        }
        (Kind::List, Value::Array(items)) => {
            items.iter().map(|item| read(typed.item(), item)).collect()
        }
        (Kind::Map, Value::Object(object)) => object
            .iter()
            .map(|(key, value)| (key.clone(), read(typed.value(), value)))
            .collect::<Map<_, _>>()
            .into(),
        _ => value.clone(),
    }
}

pub(super) fn answer(output: Option<Typed<'_>>, document: &Value, protocol: Protocol) -> Reply {
    let body = output.map_or_else(|| b"{}".to_vec(), |output| body(output, document));
    Reply::new(200, protocol.content_type(), body)
}

/// A document as the body's bytes.
pub(super) fn body(typed: Typed<'_>, value: &Value) -> Vec<u8> {
    // Writing to memory cannot fail, and documents have text as keys.
    serde_json::to_vec(&Body { typed, value }).unwrap_or_default()
}

/// A document as the body's JSON.
pub(super) fn write(typed: Typed<'_>, value: &Value) -> Value {
    serde_json::to_value(Body { typed, value }).unwrap_or_default()
}

/// A document in its shape. Members that travel outside the body are left out.
struct Body<'a> {
    typed: Typed<'a>,
    value: &'a Value,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { typed, value } = *self;
        match (typed.kind(), value) {
            (Kind::Structure, Value::Object(object)) if !typed.shape.document => {
                let members = object.iter().filter_map(|(name, value)| {
                    let typed = typed.member(name)?;
                    let inside = typed.traits.location.is_none();
                    inside.then(|| (typed.wire_name().unwrap_or(name), Body { typed, value }))
                });
                serializer.collect_map(members)
            }
            (Kind::List, Value::Array(items)) => {
                let typed = typed.item();
                serializer.collect_seq(items.iter().map(|value| Body { typed, value }))
            }
            (Kind::Map, Value::Object(object)) => {
                let typed = typed.value();
                serializer.collect_map(
                    object
                        .iter()
                        .map(|(key, value)| (key, Body { typed, value })),
                )
            }
            (Kind::Timestamp, _) => timestamp(typed, value).serialize(serializer),
            (Kind::Blob, _) => serializer.serialize_str(&scalar::text(typed, value, "")),
            _ => value.serialize(serializer),
        }
    }
}

fn timestamp(typed: Typed<'_>, value: &Value) -> Value {
    match typed.timestamp_format() {
        None | Some("unixTimestamp") => {
            scalar::timestamp(value).map_or(Value::Null, |at| Value::Number(scalar::epoch(at)))
        }
        Some(format) => scalar::timestamp_text(value, format).map_or(Value::Null, Value::from),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    #[test]
    fn reads_wire_names_and_drops_the_unknown() {
        let model = model();
        let input = model
            .input(&model.operations["ListThings"])
            .expect("an input");
        let body = br#"{"vpcId": "v", "Names": ["a"], "Nonsense": 1, "Max": null}"#;
        assert_eq!(
            body_params(input, body),
            Ok(json!({"Vpc": "v", "Names": ["a"]}))
        );
        assert_eq!(body_params(input, b" "), Ok(json!({})));
        assert!(body_params(input, b"{").is_err());
        assert!(body_params(input, b"[]").is_err());
    }

    #[test]
    fn writes_timestamps_blobs_and_wire_names() {
        let model = model();
        let output = model
            .output(&model.operations["ListThings"])
            .expect("an output");
        let document = json!({"Things": [{"Name": "n", "Made": "2026-01-02T03:04:05Z", "Bytes": "hi", "Iso": 0}]});
        let body = write(output, &document);
        assert_eq!(
            body,
            json!({"thingSet": [{"Name": "n", "Made": 1_767_323_045, "Bytes": "aGk=", "Iso": "1970-01-01T00:00:00Z"}]})
        );
    }
}
