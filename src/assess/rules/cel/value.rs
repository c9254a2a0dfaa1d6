//! Values while an expression is evaluated.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

/// A value. Lists and records of the resource are borrowed as they are.
#[derive(Debug, Clone)]
pub(crate) enum Value<'v> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Cow<'v, str>),
    Time(Timestamp),
    Span(SignedDuration),
    // Shared, so that reading a variable costs the same whatever it holds.
    List(Rc<Vec<Self>>),
    Map(Rc<BTreeMap<Cow<'v, str>, Self>>),
    /// A list or an object of the resource.
    Json(&'v Json),
}

impl<'v> Value<'v> {
    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    /// A value of the resource.
    pub(crate) fn of(json: &'v Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(it) => Self::Bool(*it),
            Json::Number(it) => match it.as_i64() {
                Some(number) => Self::Int(number),
                None => Self::Double(it.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(it) => Self::Text(Cow::Borrowed(it)),
            Json::Array(_) | Json::Object(_) => Self::Json(json),
        }
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Double(_) => "a double",
            Self::Text(_) => "a string",
            Self::Time(_) => "a timestamp",
            Self::Span(_) => "a duration",
            _ if self.is_list() => "a list",
            _ => "a map",
        }
    }

    /// The number of items or entries of a list or map.
    pub(crate) fn len(&self) -> Option<usize> {
        match self {
            Self::List(items) => Some(items.len()),
            Self::Map(entries) => Some(entries.len()),
            Self::Json(Json::Array(items)) => Some(items.len()),
            Self::Json(Json::Object(entries)) => Some(entries.len()),
            _ => None,
        }
    }

    /// What a comprehension walks over: the items of a list, the keys of a map.
    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(items) => Some(items.to_vec()),
            Self::Map(entries) => Some(entries.keys().cloned().map(Self::Text).collect()),
            Self::Json(Json::Array(items)) => Some(items.iter().map(Self::of).collect()),
            Self::Json(Json::Object(entries)) => {
                let keys = entries.keys().map(|key| Cow::Borrowed(key.as_str()));
                Some(keys.map(Self::Text).collect())
            }
            _ => None,
        }
    }

    /// Whether it is a list; otherwise what has items is a map.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Json(Json::Array(_)))
    }

    /// The entry of a map or the field of a record.
    pub(crate) fn entry(&self, name: &str) -> Option<Self> {
        match self {
            Self::Map(entries) => entries.get(name).cloned(),
            Self::Json(json) => json.get(name).map(Self::of),
            _ => None,
        }
    }
}

/// The order of two values of which one may be less than the other; none for what has no order.
pub(crate) fn order(one: &Value<'_>, other: &Value<'_>) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Double(one), Value::Double(other)) => one.partial_cmp(other),
        (Value::Int(one), Value::Double(other)) => int_to_double(*one, *other),
        (Value::Double(one), Value::Int(other)) => {
            int_to_double(*other, *one).map(std::cmp::Ordering::reverse)
        }
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Time(one), Value::Time(other)) => Some(one.cmp(other)),
        (Value::Span(one), Value::Span(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// Exact also where a double cannot hold the number.
fn int_to_double(int: i64, double: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    // 2^63: the least double above every int.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= ABOVE {
        return Some(Ordering::Less);
    }
    if double < -ABOVE {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the range of an i64, see above"
    )]
    let whole = double.trunc() as i64;
    let fraction = double.fract();
    Some(
        int.cmp(&whole)
            .then_with(|| 0.0_f64.partial_cmp(&fraction).unwrap_or(Ordering::Equal)),
    )
}
