//! Whether a document that somebody wrote is of the shape that the snapshot has.

use serde_json::{Map, Value as Json};

use super::cel::types::{Schema, Type};
use crate::nearest;

/// The forms of an answer of AWS that carry something, beside `known`.
const UNKNOWN: [(&str, &[&str]); 3] = [
    ("denied", &["operation", "code", "request_id"]),
    ("failed", &["operation", "error"]),
    ("unsupported", &["operation"]),
];

/// Problem and cure.
type Misfit = (String, String);

/// Whether a document has only fields that the type has, with values of their types. Fields may be missing: who
/// writes a test writes what the rule looks at.
pub(super) fn fits(
    document: &Json,
    wanted: &Type,
    schema: &Schema,
    path: &str,
) -> Result<(), Misfit> {
    match (wanted, document) {
        (Type::Any, _)
        | (Type::Nullable(_), Json::Null)
        | (Type::Bool, Json::Bool(_))
        | (Type::Text, Json::String(_))
        | (Type::Double, Json::Number(_)) => Ok(()),
        (Type::Nullable(inner), _) => fits(document, inner, schema, path),
        (Type::Observed(inner), _) => answer_fits(document, inner, schema, path),
        (Type::Record(record), Json::Object(fields)) => fields_fit(fields, record, schema, path),
        (Type::Map(inner), Json::Object(entries)) => entries
            .iter()
            .try_for_each(|(name, value)| fits(value, inner, schema, &format!("{path}.{name}"))),
        (Type::List(inner), Json::Array(items)) => items
            .iter()
            .zip(0..)
            .try_for_each(|(item, index)| fits(item, inner, schema, &format!("{path}[{index}]"))),
        (Type::Int, Json::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
        _ => Err((
            format!("{path} is not of the type {wanted}"),
            "the snapshot's schema has its shape: docs/reference/snapshot.schema.json".to_owned(),
        )),
    }
}

fn fields_fit(
    fields: &Map<String, Json>,
    record: &str,
    schema: &Schema,
    path: &str,
) -> Result<(), Misfit> {
    for (name, value) in fields {
        let Some(wanted) = schema.field(record, name) else {
            let known = schema.fields(record);
            let cure = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("expected one of {}", known.join(", ")),
            };
            return Err((format!("{path} has no field '{name}'"), cure));
        };
        fits(value, &wanted, schema, &format!("{path}.{name}"))?;
    }
    Ok(())
}

fn answer_fits(document: &Json, inner: &Type, schema: &Schema, path: &str) -> Result<(), Misfit> {
    let wrong = || {
        let problem = format!("{path} is an answer of AWS, and is not written as one");
        let cure = "write { known = ... }, \"absent\", \"not_collected\", { denied = { operation = \"...\", code = \
                    \"...\" } }, { failed = { operation = \"...\", error = \"...\" } } or { unsupported = { \
                    operation = \"...\" } }";
        (problem, cure.to_owned())
    };
    let variant = match document {
        Json::String(word) if word == "absent" || word == "not_collected" => return Ok(()),
        Json::Object(variant) if variant.len() == 1 => variant.iter().next(),
        _ => None,
    };
    match variant {
        Some((name, value)) if name == "known" => fits(value, inner, schema, path),
        Some((name, value)) => {
            let row = UNKNOWN.iter().find(|(own, _)| own == name);
            let (_, members) = row.ok_or_else(wrong)?;
            let given = value.as_object().ok_or_else(wrong)?;
            let right = given.iter().all(|(name, value)| {
                members.contains(&name.as_str()) && (value.is_string() || name == "request_id")
            });
            // The request id may be missing.
            let complete = members
                .iter()
                .all(|name| *name == "request_id" || given.contains_key(*name));
            (right && complete).then_some(()).ok_or_else(wrong)
        }
        None => Err(wrong()),
    }
}
