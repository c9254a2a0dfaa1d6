//! One module a service.

mod accessanalyzer;
mod account;
mod cognito_identity;
mod cognito_idp;
mod config;
mod guardduty;
mod inspector2;
mod organizations;
mod references;
mod resourcegroupstaggingapi;
mod rolesanywhere;
mod route53resolver;
mod securityhub;
mod servicequotas;
mod signer;
mod sns;
mod sqs;
mod xray;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use tripod_model::{ExchangeId, Sources};

use crate::neighbour::Neighbour;
pub use references::{References, RegionalReferences};

/// Every neighbour, in the order of the plan.
pub static ALL: &[&Neighbour] = &[
    &accessanalyzer::NEIGHBOUR,
    &account::NEIGHBOUR,
    &cognito_identity::NEIGHBOUR,
    &cognito_idp::NEIGHBOUR,
    &config::NEIGHBOUR,
    &guardduty::NEIGHBOUR,
    &inspector2::NEIGHBOUR,
    &organizations::NEIGHBOUR,
    &resourcegroupstaggingapi::NEIGHBOUR,
    &rolesanywhere::NEIGHBOUR,
    &route53resolver::NEIGHBOUR,
    &securityhub::NEIGHBOUR,
    &servicequotas::NEIGHBOUR,
    &signer::NEIGHBOUR,
    &sns::NEIGHBOUR,
    &sqs::NEIGHBOUR,
    &xray::NEIGHBOUR,
];

/// Sources with one entry, where the answer came in an exchange.
fn source(operation: &str, exchange: Option<&ExchangeId>, pointer: String) -> Sources {
    let mut sources = Sources::default();
    note(&mut sources, operation, exchange, pointer);
    sources
}

/// Adds where `operation` told about a resource.
fn note(
    sources: &mut Sources,
    operation: &str,
    exchange: Option<&ExchangeId>,
    pointer: impl Into<String>,
) {
    if let Some(exchange) = exchange {
        sources.add(operation, exchange.clone(), pointer);
    }
}

/// A text that says something; AWS writes an empty one where there is none.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A time that may be left out, as the protocols write it: seconds since 1970, maybe with a fraction, or
/// ISO 8601. <https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait>
///
/// # Errors
/// What is neither is an answer of another shape, and no time left out.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(f64),
        Text(String),
    }
    let flaw = |error| serde::de::Error::custom(format!("not a time: {error}"));
    match Option::<Written>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Written::Text(text)) => text.parse().map(Some).map_err(flaw),
        Some(Written::Seconds(seconds)) => jiff::SignedDuration::try_from_secs_f64(seconds)
            .and_then(Timestamp::from_duration)
            .map(Some)
            .map_err(flaw),
    }
}

/// A list in AWS Query: each item is called `member`.
#[derive(Debug, Deserialize)]
struct Members<T> {
    #[serde(default = "Vec::new")]
    member: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_each_protocol_writes_it() {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "time")]
            at: Option<Timestamp>,
        }
        let at = |json: &str| {
            let read: Result<Answer, _> = serde_json::from_str(json);
            read.map(|answer| answer.at.map(|at| at.to_string()))
        };
        let written = |text: &str| Some(text.to_owned());
        for (json, expected) in [
            (r#"{"at":1767225600}"#, written("2026-01-01T00:00:00Z")),
            (r#"{"at":1767225600.5}"#, written("2026-01-01T00:00:00.5Z")),
            (
                r#"{"at":"2026-01-01T01:00:00+01:00"}"#,
                written("2026-01-01T00:00:00Z"),
            ),
            (r#"{"at":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(at(json).expect("a time"), expected, "{json}");
        }
        assert!(at(r#"{"at":"yesterday"}"#).is_err());
        assert!(at(r#"{"at":true}"#).is_err());
    }
}
