//! Checks an estate's document against the model and brings it into the form the writers expect.

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

/// Returns the document ready to be written, or what is wrong with it and where.
///
/// Nulls are left out; JSON where the shape is text becomes the text the service writes.
pub(crate) fn prepare(service: &str, typed: Typed<'_>, value: Value) -> Result<Value, String> {
    Preparer { service }.value(typed, value, &mut Vec::new())
}

struct Preparer<'a> {
    service: &'a str,
}

type Path = Vec<String>;

impl Preparer<'_> {
    fn value(&self, typed: Typed<'_>, value: Value, path: &mut Path) -> Result<Value, String> {
        match (typed.kind(), value) {
            (Kind::Structure, Value::Object(object)) if !typed.shape.document => {
                self.structure(typed, object, path)
            }
            (Kind::List, Value::Array(items)) => {
                let items = items.into_iter().enumerate();
                items
                    .map(|(at, item)| {
                        within(path, &at.to_string(), |path| {
                            self.value(typed.item(), item, path)
                        })
                    })
                    .collect()
            }
            (Kind::Map, Value::Object(object)) => {
                let entries = object.into_iter();
                let entries = entries.map(|(key, value)| {
                    Ok((
                        key.clone(),
                        within(path, &key, |path| self.value(typed.value(), value, path))?,
                    ))
                });
                entries
                    .collect::<Result<Map<_, _>, String>>()
                    .map(Value::Object)
            }
            (Kind::Structure | Kind::Other, value)
                if typed.shape.document || typed.kind() == Kind::Other =>
            {
                Ok(value)
            }
            (Kind::String | Kind::Character, value @ (Value::Object(_) | Value::Array(_))) => {
                Ok(self.json_text(&value, path).into())
            }
            (Kind::Blob, value) => blob(value, path),
            (kind, value) if fits(kind, &value) => Ok(value),
            (kind, value) => Err(wrong(
                path,
                &format!("{value} is no {kind:?}").to_lowercase(),
            )),
        }
    }

    fn structure(
        &self,
        typed: Typed<'_>,
        object: Map<String, Value>,
        path: &mut Path,
    ) -> Result<Value, String> {
        let mut members = Map::new();
        for (name, value) in object {
            let Some(member) = typed.member(&name) else {
                return Err(wrong(
                    path,
                    &format!("there is no member '{name}'{}", hint(typed, &name)),
                ));
            };
            if !value.is_null() {
                let value = within(path, &name, |path| self.value(member, value, path))?;
                members.insert(name, value);
            }
        }
        Ok(Value::Object(members))
    }

    /// JSON in a text member, spelled as the service spells it.
    fn json_text(&self, value: &Value, path: &Path) -> String {
        let text = value.to_string();
        match (self.service, path.last().map(String::as_str)) {
            ("iam", _) => utf8_percent_encode(&text, UNRESERVED).to_string(),
            // GetRestApis gives the policy as the inside of a JSON string literal.
            ("apigateway", Some("policy")) => {
                let literal = Value::from(text).to_string().replace('/', "\\/");
                literal[1..literal.len() - 1].to_owned()
            }
            _ => text,
        }
    }
}

fn within<T>(path: &mut Path, name: &str, run: impl FnOnce(&mut Path) -> T) -> T {
    path.push(name.to_owned());
    let result = run(path);
    path.pop();
    result
}

fn blob(value: Value, path: &Path) -> Result<Value, String> {
    match value {
        Value::String(_) => Ok(value),
        Value::Object(ref object) if object.len() == 1 && object.contains_key("$base64") => {
            match blob_bytes(&value) {
                Some(_) => Ok(value),
                None => Err(wrong(path, "$base64 holds no base64")),
            }
        }
        Value::Object(_) | Value::Array(_) => Ok(value.to_string().into()),
        other => Err(wrong(path, &format!("{other} is no blob"))),
    }
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

fn wrong(path: &Path, message: &str) -> String {
    if path.is_empty() {
        message.to_owned()
    } else {
        format!("{}: {message}", path.join("/"))
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
