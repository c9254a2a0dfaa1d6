//! Checks an estate's document against the model and brings it into the form the writers expect.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::model::{Kind, Typed};
use crate::wire::{blob_bytes, timestamp};

/// RFC 3986's unreserved characters stay as they are.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Brings the document into the form to be written, or says what is wrong with it and where.
///
/// Nulls are left out; JSON where the shape is text becomes the text the service writes.
pub(crate) fn prepare(service: &str, typed: Typed<'_>, mut value: Value) -> Result<Value, String> {
    Preparer { service }.value(typed, &mut value, Path::Top)?;
    Ok(value)
}

struct Preparer<'a> {
    service: &'a str,
}

/// Where in the document we are.
#[derive(Clone, Copy)]
enum Path<'a> {
    Top,
    Member(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl Preparer<'_> {
    fn value(&self, typed: Typed<'_>, value: &mut Value, path: Path<'_>) -> Result<(), String> {
        match (typed.kind(), &mut *value) {
            (Kind::Structure, Value::Object(object)) if !typed.shape.document => {
                return self.structure(typed, object, path);
            }
            (Kind::List, Value::Array(items)) => {
                let typed = typed.item();
                for (at, item) in items.iter_mut().enumerate() {
                    self.value(typed, item, Path::Item(&path, at))?;
                }
            }
            (Kind::Map, Value::Object(object)) => {
                let typed = typed.value();
                for (key, value) in object {
                    self.value(typed, value, Path::Member(&path, key))?;
                }
            }
            (Kind::Structure, _) if typed.shape.document => {}
            (Kind::Other, _) => {}
            (Kind::String | Kind::Character, Value::Object(_) | Value::Array(_)) => {
                *value = self.json_text(value, path).into();
            }
            (Kind::Blob, _) => blob(value, path)?,
            (kind, value) if fits(kind, value) => {}
            (kind, value) => {
                return Err(wrong(
                    path,
                    &format!("{value} is no {kind:?}").to_lowercase(),
                ));
            }
        }
        Ok(())
    }

    fn structure(
        &self,
        typed: Typed<'_>,
        object: &mut Map<String, Value>,
        path: Path<'_>,
    ) -> Result<(), String> {
        let mut nulls = false;
        for (name, value) in object.iter_mut() {
            let Some(member) = typed.member(name) else {
                return Err(wrong(
                    path,
                    &format!("there is no member '{name}'{}", hint(typed, name)),
                ));
            };
            if value.is_null() {
                nulls = true;
            } else {
                self.value(member, value, Path::Member(&path, name))?;
            }
        }
        if nulls {
            object.retain(|_, value| !value.is_null());
        }
        Ok(())
    }

    /// JSON in a text member, spelled as the service spells it.
    fn json_text(&self, value: &Value, path: Path<'_>) -> String {
        let text = value.to_string();
        match (self.service, path) {
            ("iam", _) => utf8_percent_encode(&text, UNRESERVED).to_string(),
            // GetRestApis gives the policy as the inside of a JSON string literal.
            ("apigateway", Path::Member(_, "policy")) => {
                let literal = Value::from(text).to_string().replace('/', "\\/");
                literal[1..literal.len() - 1].to_owned()
            }
            _ => text,
        }
    }
}

fn blob(value: &mut Value, path: Path<'_>) -> Result<(), String> {
    match value {
        Value::String(_) => {}
        Value::Object(object) if object.len() == 1 && object.contains_key("$base64") => {
            if blob_bytes(value).is_none() {
                return Err(wrong(path, "$base64 holds no base64"));
            }
        }
        Value::Object(_) | Value::Array(_) => *value = value.to_string().into(),
        other => return Err(wrong(path, &format!("{other} is no blob"))),
    }
    Ok(())
}

fn fits(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::String | Kind::Character => value.is_string(),
        Kind::Integer | Kind::Long => value.is_i64(),
        Kind::Float | Kind::Double => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::Timestamp => timestamp(value).is_some(),
        Kind::Structure | Kind::List | Kind::Map | Kind::Blob | Kind::Other => false,
    }
}

fn wrong(path: Path<'_>, message: &str) -> String {
    let place = path.to_string();
    if place.is_empty() {
        message.to_owned()
    } else {
        format!("{place}: {message}")
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = match self {
            Self::Top => return Ok(()),
            Self::Member(parent, _) | Self::Item(parent, _) => parent,
        };
        if !matches!(parent, Self::Top) {
            write!(f, "{parent}/")?;
        }
        match self {
            Self::Top => Ok(()),
            Self::Member(_, name) => f.write_str(name),
            Self::Item(_, at) => write!(f, "{at}"),
        }
    }
}

/// The usual mistake is the case of the first letter, which differs between services.
fn hint(typed: Typed<'_>, name: &str) -> String {
    let close = typed
        .shape
        .members
        .keys()
        .find(|member| member.eq_ignore_ascii_case(name));
    close.map_or_else(String::new, |close| format!(", but there is '{close}'"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    fn list(service: &str, thing: &Value) -> Result<Value, String> {
        let model = model();
        let output = model
            .output(&model.operations["ListThings"])
            .expect("an output");
        prepare(service, output, json!({"Things": [thing]}))
            .map(|document| document["Things"][0].clone())
    }

    #[test]
    fn names_the_member_that_is_not_in_the_model() {
        assert_eq!(
            list("things", &json!({"name": "n"})),
            Err("Things/0: there is no member 'name', but there is 'Name'".to_owned())
        );
        assert_eq!(
            list("things", &json!({"Name": 7})),
            Err("Things/0/Name: 7 is no string".to_owned())
        );
        assert_eq!(
            list("things", &json!({"Made": "soon"})),
            Err("Things/0/Made: \"soon\" is no timestamp".to_owned())
        );
        assert_eq!(
            list("things", &json!({"Bytes": {"$base64": "?"}})),
            Err("Things/0/Bytes: $base64 holds no base64".to_owned())
        );
    }

    #[test]
    fn json_in_text_is_spelled_as_the_service_does() {
        let policy = json!({"A": "b/*"});
        assert_eq!(
            list("lambda", &json!({"Policy": policy})),
            Ok(json!({"Policy": "{\"A\":\"b/*\"}"}))
        );
        assert_eq!(
            list("iam", &json!({"Policy": policy})),
            Ok(json!({"Policy": "%7B%22A%22%3A%22b%2F%2A%22%7D"}))
        );
        assert_eq!(
            list("apigateway", &json!({"policy": policy})),
            Ok(json!({"policy": "{\\\"A\\\":\\\"b\\/*\\\"}"}))
        );
    }

    #[test]
    fn nulls_are_left_out() {
        assert_eq!(
            list("things", &json!({"Name": null, "Ratio": 1})),
            Ok(json!({"Ratio": 1}))
        );
    }
}
