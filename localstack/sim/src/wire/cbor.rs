//! Smithy RPC v2 CBOR.

use ciborium::Value as Cbor;
use serde_json::{Map, Value};

use super::{Protocol, json, scalar};
use crate::http::Reply;
use crate::model::{Kind, Typed};

/// CBOR's tag for seconds since the epoch.
const EPOCH: u64 = 1;

pub(super) fn params(input: Typed<'_>, body: &[u8]) -> Result<Value, String> {
    if body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let body: Cbor =
        ciborium::from_reader(body).map_err(|error| format!("body is not CBOR: {error}"))?;
    match to_json(body) {
        value @ Value::Object(_) => Ok(json::read(input, &value)),
        _ => Err("body is not a CBOR map".to_owned()),
    }
}

fn to_json(value: Cbor) -> Value {
    match value {
        Cbor::Integer(number) => i64::try_from(number).map_or(Value::Null, Value::from),
        Cbor::Float(number) => Value::from(number),
        Cbor::Bool(flag) => Value::from(flag),
        Cbor::Text(text) => Value::from(text),
        Cbor::Bytes(bytes) => Value::from(scalar::base64(&bytes)),
        Cbor::Array(items) => items.into_iter().map(to_json).collect(),
        Cbor::Map(entries) => {
            let entries = entries
                .into_iter()
                .filter_map(|(key, value)| Some((key.into_text().ok()?, to_json(value))));
            Value::Object(entries.collect())
        }
        Cbor::Tag(_, value) => to_json(*value),
        _ => Value::Null,
    }
}

pub(super) fn answer(output: Option<Typed<'_>>, document: &Value) -> Reply {
    let body = output.map_or_else(|| Cbor::Map(Vec::new()), |output| write(output, document));
    reply(200, &body)
}

/// A reply with a CBOR body and the header clients check.
pub(super) fn reply(status: u16, body: &Cbor) -> Reply {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = ciborium::into_writer(body, &mut bytes);
    let mut reply = Reply::new(status, Protocol::Cbor.content_type(), bytes);
    reply.header("smithy-protocol", "rpc-v2-cbor");
    reply
}

pub(super) fn write(typed: Typed<'_>, value: &Value) -> Cbor {
    match (typed.kind(), value) {
        (Kind::Structure, Value::Object(object)) => {
            let members = object.iter().filter_map(|(name, value)| {
                Some((Cbor::from(name.as_str()), write(typed.member(name)?, value)))
            });
            Cbor::Map(members.collect())
        }
        (Kind::Map, Value::Object(object)) => {
            let entries = object
                .iter()
                .map(|(key, value)| (Cbor::from(key.as_str()), write(typed.value(), value)));
            Cbor::Map(entries.collect())
        }
        (Kind::List, Value::Array(items)) => {
            Cbor::Array(items.iter().map(|item| write(typed.item(), item)).collect())
        }
        (Kind::Timestamp, _) => scalar::timestamp(value).map_or(Cbor::Null, |at| {
            Cbor::Tag(EPOCH, Box::new(number(&scalar::epoch(at))))
        }),
        (Kind::Blob, _) => Cbor::Bytes(scalar::blob_bytes(value).unwrap_or_default()),
        // A whole number in the document of a shape that is a float must stay a float.
        (Kind::Float | Kind::Double, Value::Number(number)) => {
            number.as_f64().map_or(Cbor::Null, Cbor::Float)
        }
        (_, Value::Number(whole)) => number(whole),
        (_, Value::Bool(flag)) => Cbor::Bool(*flag),
        (_, Value::String(text)) => Cbor::from(text.as_str()),
        (_, other) => Cbor::from(other.to_string()),
    }
}

fn number(number: &serde_json::Number) -> Cbor {
    match number.as_i64() {
        Some(whole) => Cbor::from(whole),
        None => number.as_f64().map_or(Cbor::Null, Cbor::Float),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    #[test]
    fn writes_what_it_can_read_again() {
        let model = model();
        let output = model
            .output(&model.operations["ListThings"])
            .expect("an output");
        let document = json!({"Things": [{"Name": "n", "Ratio": 1, "Made": "1970-01-01T00:00:09Z", "Bytes": "hi"}], "NextToken": "t"});
        let reply = answer(Some(output), &document);
        let Ok(read) = ciborium::from_reader::<Cbor, _>(reply.body.as_slice()) else {
            panic!("no CBOR")
        };
        assert_eq!(
            to_json(read),
            json!({"Things": [{"Name": "n", "Ratio": 1.0, "Made": 9, "Bytes": "aGk="}], "NextToken": "t"})
        );
    }

    #[test]
    fn reads_parameters_and_refuses_garbage() {
        let model = model();
        let input = model
            .input(&model.operations["ListThings"])
            .expect("an input");
        let mut body = Vec::new();
        ciborium::into_writer(&json!({"Max": 7, "Names": ["a"]}), &mut body).expect("CBOR");
        assert_eq!(params(input, &body), Ok(json!({"Max": 7, "Names": ["a"]})));
        assert!(params(input, &[0xff, 0x00]).is_err());
    }
}
