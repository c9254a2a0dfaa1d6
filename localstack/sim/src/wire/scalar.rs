//! Scalars that the protocols write differently: timestamps, blobs, numbers in text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use crate::model::{Kind, Typed};

/// Reads a document's timestamp: epoch seconds or ISO-8601 text.
pub(crate) fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number.as_i64() {
                return Timestamp::from_second(whole).ok();
            }
            Timestamp::from_duration(
                jiff::SignedDuration::try_from_secs_f64(number.as_f64()?).ok()?,
            )
            .ok()
        }
        Value::String(text) => text.parse().ok().or_else(|| {
            let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
            Some(midnight.timestamp())
        }),
        _ => None,
    }
}

/// A timestamp as text in one of the models' formats; `None` for one that is no timestamp.
pub(super) fn timestamp_text(value: &Value, format: &str) -> Option<String> {
    let at = timestamp(value)?;
    Some(match format {
        "rfc822" => at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        "unixTimestamp" => epoch(at).to_string(),
        _ if at.subsec_nanosecond() != 0 => at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        _ => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}

/// Epoch seconds: a whole number where it is one, as the services write it.
pub(super) fn epoch(at: Timestamp) -> Number {
    if at.subsec_nanosecond() == 0 {
        return at.as_second().into();
    }
    Number::from_f64(at.as_duration().as_secs_f64()).unwrap_or_else(|| at.as_second().into())
}

/// The bytes of a document's blob: `{"$base64": text}`, or the text itself.
pub(crate) fn blob_bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Object(object) => STANDARD.decode(object.get("$base64")?.as_str()?).ok(),
        _ => None,
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A scalar as text in XML, a header or a query string.
pub(super) fn text(typed: Typed<'_>, value: &Value, timestamp_format: &str) -> String {
    match typed.kind() {
        Kind::Timestamp => {
            timestamp_text(value, typed.timestamp_format().unwrap_or(timestamp_format))
                .unwrap_or_default()
        }
        Kind::Blob => base64(&blob_bytes(value).unwrap_or_default()),
        _ => match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    }
}

/// A scalar of a request that came as text.
pub(super) fn parse(typed: Typed<'_>, text: &str) -> Result<Value, String> {
    let wrong = || format!("'{text}' is not a valid {:?}", typed.kind()).to_lowercase();
    match typed.kind() {
        Kind::Integer | Kind::Long => text.parse::<i64>().map(Value::from).map_err(|_| wrong()),
        Kind::Float | Kind::Double => text.parse::<f64>().map(Value::from).map_err(|_| wrong()),
        Kind::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| wrong()),
        _ => Ok(Value::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn timestamps_in_every_format() {
        let iso = json!("2026-01-02T03:04:05Z");
        assert_eq!(
            timestamp_text(&iso, "iso8601").as_deref(),
            Some("2026-01-02T03:04:05Z")
        );
        assert_eq!(
            timestamp_text(&iso, "unixTimestamp").as_deref(),
            Some("1767323045")
        );
        assert_eq!(
            timestamp_text(&iso, "rfc822").as_deref(),
            Some("Fri, 02 Jan 2026 03:04:05 GMT")
        );
        assert_eq!(
            timestamp_text(&json!(1_767_323_045.5), "iso8601").as_deref(),
            Some("2026-01-02T03:04:05.500Z")
        );
        assert_eq!(
            timestamp_text(&json!("2026-01-02"), "iso8601").as_deref(),
            Some("2026-01-02T00:00:00Z")
        );
        assert_eq!(timestamp_text(&json!("soon"), "iso8601"), None);
    }

    #[test]
    fn blobs_are_text_or_base64() {
        assert_eq!(blob_bytes(&json!("hé")), Some("hé".into()));
        assert_eq!(blob_bytes(&json!({"$base64": "AAE="})), Some(vec![0, 1]));
        assert_eq!(blob_bytes(&json!({"$base64": "?"})), None);
    }
}
