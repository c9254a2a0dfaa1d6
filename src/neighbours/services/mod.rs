//! One module a service.

mod accessanalyzer;
mod account;
mod acm;
mod backup;
mod cloudfront;
mod cloudwatch;
mod cognito_identity;
mod cognito_idp;
mod config;
mod dynamodb;
mod ecr;
mod elbv2;
mod events;
mod guardduty;
mod inspector2;
mod lambda_core;
mod lambda_microvms;
mod lambda_web;
mod logs;
mod organizations;
mod pipes;
mod references;
mod resourcegroupstaggingapi;
mod rolesanywhere;
mod route53resolver;
mod s3;
mod scheduler;
mod secretsmanager;
mod securityhub;
mod servicequotas;
mod shield;
mod signer;
mod sns;
mod sqs;
mod ssm;
mod stepfunctions;
mod wafv2;
mod xray;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, Unit};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use tripod_model::{ExchangeId, InvalidId, Observed, Redacted, Sources};

use crate::neighbour::Neighbour;
use crate::pages::failed;
pub use references::{References, RegionalReferences};

/// Every neighbour, in the order of the plan.
pub static ALL: &[&Neighbour] = &[
    &accessanalyzer::NEIGHBOUR,
    &account::NEIGHBOUR,
    &acm::NEIGHBOUR,
    &backup::NEIGHBOUR,
    &cloudfront::NEIGHBOUR,
    &cloudwatch::NEIGHBOUR,
    &cognito_identity::NEIGHBOUR,
    &cognito_idp::NEIGHBOUR,
    &config::NEIGHBOUR,
    &dynamodb::NEIGHBOUR,
    &ecr::NEIGHBOUR,
    &elbv2::NEIGHBOUR,
    &events::NEIGHBOUR,
    &guardduty::NEIGHBOUR,
    &inspector2::NEIGHBOUR,
    &lambda_core::NEIGHBOUR,
    &lambda_microvms::NEIGHBOUR,
    &lambda_web::NEIGHBOUR,
    &logs::NEIGHBOUR,
    &organizations::NEIGHBOUR,
    &pipes::NEIGHBOUR,
    &resourcegroupstaggingapi::NEIGHBOUR,
    &rolesanywhere::NEIGHBOUR,
    &route53resolver::NEIGHBOUR,
    &s3::NEIGHBOUR,
    &scheduler::NEIGHBOUR,
    &secretsmanager::NEIGHBOUR,
    &securityhub::NEIGHBOUR,
    &servicequotas::NEIGHBOUR,
    &shield::NEIGHBOUR,
    &signer::NEIGHBOUR,
    &sns::NEIGHBOUR,
    &sqs::NEIGHBOUR,
    &ssm::NEIGHBOUR,
    &stepfunctions::NEIGHBOUR,
    &wafv2::REGIONAL,
    &wafv2::FOR_CLOUDFRONT,
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

/// A list in the order that `compare` gives.
fn ordered<T>(list: Observed<Vec<T>>, compare: impl FnMut(&T, &T) -> Ordering) -> Observed<Vec<T>> {
    list.map(|mut items| {
        items.sort_by(compare);
        items
    })
}

/// A list in AWS Query: each item is called `member`.
#[derive(Debug, Deserialize)]
struct Members<T> {
    #[serde(default = "Vec::new")]
    member: Vec<T>,
}

/// Texts in order.
fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// Environment variables as the transport leaves them: each value a marker.
type Variables = BTreeMap<String, String>;

/// The markers of an environment; absent where it is empty.
fn environment(
    operation: &str,
    variables: Option<Variables>,
) -> Observed<BTreeMap<String, Redacted>> {
    let Some(variables) = variables.filter(|variables| !variables.is_empty()) else {
        return Observed::Absent;
    };
    let markers: Result<_, InvalidId> = variables
        .into_iter()
        .map(|(name, marker)| Ok((name, marker.parse()?)))
        .collect();
    match markers {
        Ok(markers) => Observed::Known(markers),
        // Cannot happen behind the transport; and a value that is no marker must not go further.
        Err(error) => failed(operation, &error.to_string()),
    }
}

/// A time, for `#[serde(default, deserialize_with = "time")]`: seconds since 1970 as a number, as AWS JSON
/// writes them, or ISO 8601 as a text, as XML does. Which of them a REST service writes stands in its
/// model. Kept to the millisecond, which is all that a number of seconds can tell.
///
/// <https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait>
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(f64),
        Text(String),
        Element(Element),
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Element {
        #[serde(rename = "$text")]
        text: Option<String>,
    }
    let text = match Option::deserialize(deserializer)? {
        None => None,
        Some(Written::Text(text)) => filled(Some(text)),
        Some(Written::Element(element)) => filled(element.text),
        Some(Written::Seconds(seconds)) => return from_seconds(seconds),
    };
    text.map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

fn from_seconds<E: Error>(seconds: f64) -> Result<Option<Timestamp>, E> {
    SignedDuration::try_from_secs_f64(seconds)
        .and_then(Timestamp::from_duration)
        .and_then(|time| time.round(Unit::Millisecond))
        .map(Some)
        .map_err(E::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Answer {
        #[serde(default, deserialize_with = "time")]
        at: Option<Timestamp>,
    }

    fn json(text: &str) -> Option<String> {
        let answer: Answer = serde_json::from_str(text).expect("an answer");
        answer.at.map(|time| time.to_string())
    }

    fn xml(text: &str) -> Option<String> {
        let answer: Answer = quick_xml::de::from_str(text).expect("an answer");
        answer.at.map(|time| time.to_string())
    }

    #[test]
    fn a_time_is_read_as_every_protocol_writes_it() {
        let time = Some("2025-11-03T09:00:00Z".to_owned());
        assert_eq!(json(r#"{"at":1762160400}"#), time);
        assert_eq!(json(r#"{"at":"2025-11-03T09:00:00Z"}"#), time);
        assert_eq!(xml("<a><at>2025-11-03T09:00:00Z</at></a>"), time);
        let fraction = Some("2025-11-03T09:00:00.123Z".to_owned());
        assert_eq!(json(r#"{"at":1762160400.123}"#), fraction);
        assert_eq!(json(r#"{"at":1.762160400123E9}"#), fraction);
    }

    #[test]
    fn no_time_is_none_and_what_is_no_time_is_an_error() {
        assert_eq!(json("{}"), None);
        assert_eq!(json(r#"{"at":null}"#), None);
        assert_eq!(xml("<a><at></at></a>"), None);
        assert!(serde_json::from_str::<Answer>(r#"{"at":"yesterday"}"#).is_err());
        assert!(serde_json::from_str::<Answer>(r#"{"at":1e300}"#).is_err());
    }
}
