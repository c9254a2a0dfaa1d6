//! What operators and functions do with their values.

use std::borrow::Cow;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::ast::Operator;
use super::eval::{Answer, Budget, Stop, fault, no_overload};
use super::program::Function;
use super::value::Value;

/// How long a text may become, in bytes.
const MAX_TEXT: usize = 1 << 12;

/// `+`, `-`, `*`, `/` and `%`.
pub(super) fn arithmetic<'v>(
    operator: Operator,
    one: Value<'v>,
    other: Value<'v>,
    place: usize,
    budget: &mut Budget,
) -> Answer<'v> {
    let found = match (&one, &other) {
        (Value::Int(one), Value::Int(other)) => of_ints(operator, *one, *other).map(Value::Int),
        (Value::Double(one), Value::Double(other)) => {
            of_doubles(operator, *one, *other).map(Value::Double)
        }
        (Value::Text(one), Value::Text(other)) if operator == Operator::Add => {
            return text(&[one, other], place, budget);
        }
        (Value::Time(_) | Value::Span(_), Value::Time(_) | Value::Span(_)) => {
            of_times(operator, &one, &other)
        }
        _ if operator == Operator::Add && one.is_list() && other.is_list() => {
            let length = one.len().unwrap_or(0) + other.len().unwrap_or(0);
            // Each item is copied: as dear as walking over it.
            budget.walk(length.saturating_mul(32))?;
            let mut items = one.items().unwrap_or_default();
            items.extend(other.items().unwrap_or_default());
            Some(Value::list(items))
        }
        _ => return Err(no_overload(place, operator.as_str(), &[one, other])),
    };
    found.ok_or_else(|| {
        let problem = format!(
            "'{}' leads out of the numbers, or divides by zero",
            operator.as_str()
        );
        fault(place, problem)
    })
}

fn of_ints(operator: Operator, one: i64, other: i64) -> Option<i64> {
    match operator {
        Operator::Add => one.checked_add(other),
        Operator::Subtract => one.checked_sub(other),
        Operator::Multiply => one.checked_mul(other),
        Operator::Divide => one.checked_div(other),
        Operator::Remainder => one.checked_rem(other),
        _ => None,
    }
}

fn of_doubles(operator: Operator, one: f64, other: f64) -> Option<f64> {
    match operator {
        Operator::Add => Some(one + other),
        Operator::Subtract => Some(one - other),
        Operator::Multiply => Some(one * other),
        Operator::Divide => Some(one / other),
        _ => None,
    }
}

fn of_times<'v>(operator: Operator, one: &Value<'v>, other: &Value<'v>) -> Option<Value<'v>> {
    match (operator, one, other) {
        (Operator::Add, Value::Time(time), Value::Span(span))
        | (Operator::Add, Value::Span(span), Value::Time(time)) => {
            time.checked_add(*span).ok().map(Value::Time)
        }
        (Operator::Subtract, Value::Time(time), Value::Span(span)) => {
            time.checked_sub(*span).ok().map(Value::Time)
        }
        (Operator::Subtract, Value::Time(one), Value::Time(other)) => {
            Some(Value::Span(one.duration_since(*other)))
        }
        (Operator::Add, Value::Span(one), Value::Span(other)) => {
            one.checked_add(*other).map(Value::Span)
        }
        (Operator::Subtract, Value::Span(one), Value::Span(other)) => {
            one.checked_sub(*other).map(Value::Span)
        }
        _ => None,
    }
}

/// The negative of a number; none where there is none.
pub(super) fn negative<'v>(of: &Value<'v>) -> Option<Value<'v>> {
    match of {
        Value::Int(it) => it.checked_neg().map(Value::Int),
        Value::Double(it) => Some(Value::Double(-it)),
        _ => None,
    }
}

/// Joins texts.
fn text<'v>(parts: &[&str], place: usize, budget: &mut Budget) -> Answer<'v> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    budget.walk(length)?;
    if length > MAX_TEXT {
        let problem = format!("a text of {length} bytes: {MAX_TEXT} are the most");
        return Err(fault(place, problem));
    }
    Ok(Value::Text(Cow::Owned(parts.concat())))
}

/// Calls a function.
pub(super) fn call<'v>(
    function: Function,
    arguments: Vec<Value<'v>>,
    place: usize,
    budget: &mut Budget,
) -> Answer<'v> {
    for argument in &arguments {
        if let Value::Text(text) = argument {
            budget.walk(text.len())?;
        }
    }
    match function {
        Function::Contains | Function::StartsWith | Function::EndsWith => {
            compare(function, &arguments, place, budget)
        }
        Function::Join => join(&arguments, place, budget),
        _ => match <[Value<'v>; 1]>::try_from(arguments) {
            Ok([of]) => of_one(function, of, place),
            Err(arguments) => Err(no_overload(place, "the function", &arguments)),
        },
    }
}

fn compare<'v>(
    function: Function,
    arguments: &[Value<'v>],
    place: usize,
    budget: &mut Budget,
) -> Answer<'v> {
    let [Value::Text(text), Value::Text(part)] = arguments else {
        return Err(no_overload(place, "the function", arguments));
    };
    budget.walk(text.len())?;
    Ok(Value::Bool(match function {
        Function::StartsWith => text.starts_with(part.as_ref()),
        Function::EndsWith => text.ends_with(part.as_ref()),
        _ => text.contains(part.as_ref()),
    }))
}

fn join<'v>(arguments: &[Value<'v>], place: usize, budget: &mut Budget) -> Answer<'v> {
    let (list, separator) = match arguments {
        [list] => (list, ""),
        [list, Value::Text(separator)] => (list, separator.as_ref()),
        _ => return Err(no_overload(place, "join()", arguments)),
    };
    budget.walk(list.len().unwrap_or(0).saturating_mul(32))?;
    let items = list.items().filter(|_| list.is_list());
    let Some(items) = items else {
        return Err(no_overload(place, "join()", arguments));
    };
    let mut parts: Vec<&str> = Vec::new();
    for item in &items {
        let Value::Text(item) = item else {
            return Err(no_overload(place, "join()", std::slice::from_ref(item)));
        };
        if !parts.is_empty() {
            parts.push(separator);
        }
        parts.push(item);
    }
    text(&parts, place, budget)
}

fn of_one(function: Function, of: Value<'_>, place: usize) -> Answer<'_> {
    let wrong = |of: &Value<'_>| fault(place, format!("the function does not take {}", of.kind()));
    match (function, of) {
        (Function::Size, Value::Text(text)) => Ok(Value::Int(int_of(text.chars().count()))),
        (Function::Size, of) => match of.len() {
            Some(length) => Ok(Value::Int(int_of(length))),
            None => Err(wrong(&of)),
        },
        (Function::LowerAscii, Value::Text(text)) => {
            Ok(Value::Text(text.to_ascii_lowercase().into()))
        }
        (Function::UpperAscii, Value::Text(text)) => {
            Ok(Value::Text(text.to_ascii_uppercase().into()))
        }
        (Function::ToInt, of) => to_int(&of, place),
        (Function::ToDouble, of) => to_double(&of, place),
        (Function::ToText, of) => to_text(of).map_err(|of| wrong(&of)),
        (Function::ToTime, Value::Text(text)) => match Timestamp::from_str(&text) {
            Ok(time) => Ok(Value::Time(time)),
            Err(_) => Err(unreadable(place, &text, "timestamp")),
        },
        (Function::ToSpan, Value::Text(text)) => span(&text)
            .map(Value::Span)
            .ok_or_else(|| unreadable(place, &text, "duration")),
        (Function::ToTime, of @ Value::Time(_)) | (Function::ToSpan, of @ Value::Span(_)) => Ok(of),
        (_, of) => Err(wrong(&of)),
    }
}

fn int_of(length: usize) -> i64 {
    // A length in memory always fits.
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn to_int<'v>(of: &Value<'v>, place: usize) -> Answer<'v> {
    // The doubles beyond which an int has no room: 2^63.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    match of {
        Value::Int(it) => Ok(Value::Int(*it)),
        Value::Double(it) if *it > -ABOVE && *it < ABOVE => {
            #[expect(clippy::cast_possible_truncation, reason = "CEL cuts the fraction off")]
            let whole = *it as i64;
            Ok(Value::Int(whole))
        }
        Value::Text(text) => {
            let number = text.parse().map(Value::Int);
            number.map_err(|_| unreadable(place, text, "int"))
        }
        other => Err(no_overload(place, "int()", std::slice::from_ref(other))),
    }
}

fn to_double<'v>(of: &Value<'v>, place: usize) -> Answer<'v> {
    match of {
        #[expect(clippy::cast_precision_loss, reason = "CEL takes the nearest double")]
        Value::Int(it) => Ok(Value::Double(*it as f64)),
        Value::Double(it) => Ok(Value::Double(*it)),
        Value::Text(text) => {
            let number = text.parse().map(Value::Double);
            number.map_err(|_| unreadable(place, text, "double"))
        }
        other => Err(no_overload(place, "double()", std::slice::from_ref(other))),
    }
}

/// The text of a value; the value itself where it has none.
fn to_text(of: Value<'_>) -> Result<Value<'_>, Value<'_>> {
    let text = match of {
        Value::Text(text) => return Ok(Value::Text(text)),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Double(it) => it.to_string(),
        Value::Time(it) => it.to_string(),
        Value::Span(it) => format!("{}s", it.as_secs_f64()),
        other => return Err(other),
    };
    Ok(Value::Text(text.into()))
}

/// Reads `1h30m`, `-1.5s`: numbers with the units h, m, s, ms, us and ns.
fn span(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut total = SignedDuration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let units = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(units);
        total = total.checked_add(part_of_span(number, unit)?)?;
        rest = next;
    }
    if negative {
        total.checked_neg()
    } else {
        Some(total)
    }
}

fn part_of_span(number: &str, unit: &str) -> Option<SignedDuration> {
    let nanoseconds: i64 = match unit {
        "h" => 3_600_000_000_000,
        "m" => 60_000_000_000,
        "s" => 1_000_000_000,
        "ms" => 1_000_000,
        "us" => 1_000,
        "ns" => 1,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: i128 = match whole {
        "" if fraction.is_empty() => return None,
        "" => 0,
        digits => digits.parse().ok()?,
    };
    // More digits than nanoseconds can tell apart count for nothing.
    let fraction = &fraction[..fraction.len().min(18)];
    let parts: i128 = if fraction.is_empty() {
        0
    } else {
        fraction.parse().ok()?
    };
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let total = whole
        .checked_mul(i128::from(nanoseconds))?
        .checked_add(parts * i128::from(nanoseconds) / scale)?;
    let seconds = i64::try_from(total / 1_000_000_000).ok()?;
    let rest = i32::try_from(total % 1_000_000_000).ok()?;
    Some(SignedDuration::new(seconds, rest))
}

fn unreadable(place: usize, text: &str, what: &str) -> Stop {
    let shown: String = text.chars().take(40).collect();
    fault(place, format!("'{}' is no {what}", shown.escape_debug()))
}
