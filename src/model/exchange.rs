//! Recorded exchanges, and how a resource points back at the ones it was read from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{AccountId, Evidence, ExchangeId, RegionName};

/// One request to AWS and its answer, after redaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Made of account, region, operation and parameters: the same question has the same id.
    pub id: ExchangeId,
    /// The account asked about.
    pub account: AccountId,
    /// The region asked, also for global services (where it is the signing region).
    pub region: RegionName,
    /// `service:Operation`.
    pub operation: String,
    /// The parameters as they went over the wire: path, query and body.
    pub parameters: Value,
    /// Which attempt of the SDK this was, from 1.
    pub attempt: u32,
    /// When the answer was complete, RFC 3339.
    pub time: jiff::Timestamp,
    /// HTTP status.
    pub status: u16,
    /// AWS's request id, where the answer carried one.
    pub request_id: Option<String>,
    /// `Content-Type` and the few other headers that the SDK needs to read the body again.
    pub headers: BTreeMap<String, String>,
    /// By what the body as AWS sent it can be recognised, hexadecimal: its SHA-256 where nothing was
    /// redacted. Where something was, an HMAC-SHA-256 under a key that lives only as long as the run,
    /// because a plain hash would tell a short secret to whoever tries all of them.
    pub original_sha256: String,
    /// SHA-256 of the body as kept, hexadecimal.
    pub sha256: String,
    /// The body as kept: redacted.
    pub body: String,
}

impl Exchange {
    /// The id of a question: the first 16 hexadecimal digits of a SHA-256 over its parts.
    pub fn id_of(
        account: &AccountId,
        region: &RegionName,
        operation: &str,
        parameters: &Value,
    ) -> ExchangeId {
        // serde_json's map is sorted, so equal parameters give equal text.
        let question = format!("{account}\n{region}\n{operation}\n{parameters}");
        ExchangeId::new(&fingerprint(question.as_bytes())[..16])
    }
}

/// SHA-256 in hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    // By hand: every finding has one, and formatting its bytes takes longer than hashing.
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Where in which exchange something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The exchange read.
    pub exchange: ExchangeId,
    /// JSON pointer to the resource in the answer, empty for the whole of it. For answers in XML the
    /// same notation, element names as keys.
    pub pointer: String,
}

/// By operation, the exchanges that a resource was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Sources(BTreeMap<String, Source>);

impl Sources {
    /// Notes that `operation` told about the resource, at `pointer` of the exchange's answer.
    pub fn add(&mut self, operation: &str, exchange: ExchangeId, pointer: impl Into<String>) {
        self.0.insert(
            operation.to_owned(),
            Source {
                exchange,
                pointer: pointer.into(),
            },
        );
    }

    /// The same with one more source, for building in one go.
    #[must_use]
    pub fn with(
        mut self,
        operation: &str,
        exchange: ExchangeId,
        pointer: impl Into<String>,
    ) -> Self {
        self.add(operation, exchange, pointer);
        self
    }

    /// Evidence from what `operation` answered, `pointer` being relative to the resource.
    /// Empty when the resource was not read by that operation.
    pub fn evidence(&self, operation: &str, pointer: &str) -> Vec<Evidence> {
        self.0
            .get(operation)
            .map(|source| Evidence {
                exchange: source.exchange.clone(),
                pointer: format!("{}{pointer}", source.pointer),
            })
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_id_whatever_the_order_of_its_parameters() {
        let account = AccountId::new("111122223333");
        let region = RegionName::new("eu-central-1");
        let one = serde_json::from_str(r#"{"a":1,"b":2}"#).expect("json");
        let two = serde_json::from_str(r#"{"b":2,"a":1}"#).expect("json");
        assert_eq!(
            Exchange::id_of(&account, &region, "lambda:ListFunctions", &one),
            Exchange::id_of(&account, &region, "lambda:ListFunctions", &two),
        );
        let other = RegionName::new("eu-west-1");
        assert_ne!(
            Exchange::id_of(&account, &region, "lambda:ListFunctions", &one),
            Exchange::id_of(&account, &other, "lambda:ListFunctions", &one),
        );
    }

    #[test]
    fn evidence_joins_the_pointers() {
        let sources = Sources::default().with(
            "lambda:ListFunctions",
            ExchangeId::new("0123456789abcdef"),
            "/Functions/3",
        );
        let evidence = sources.evidence("lambda:ListFunctions", "/Timeout");
        assert_eq!(evidence[0].pointer, "/Functions/3/Timeout");
        assert!(sources.evidence("lambda:GetPolicy", "").is_empty());
    }
}
