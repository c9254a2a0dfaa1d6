//! What is left of a value that may be a secret: what it looked like, never what it was.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::InvalidId;

const PREFIX: &str = "tripod-redacted:v1";

/// The kind of secret that a detector recognised in a value before it was redacted, from what surely
/// opens something to what only may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// An AWS secret access key: 40 characters of base64 under a telling name or beside a key id.
    AwsSecretAccessKey,
    /// The session token of temporary AWS credentials.
    AwsSessionToken,
    /// A private key: a PEM block, or the key itself without its frame.
    PrivateKey,
    /// A token whose issuer marks its tokens by a prefix (GitHub, Slack, Stripe, npm, …).
    ServiceToken,
    /// A JSON Web Token.
    JsonWebToken,
    /// A URL whose signature lets in whoever has it.
    PresignedUrl,
    /// A URL or connection string that holds a password.
    ConnectionString,
    /// An AWS access key id (`AKIA…`, `ASIA…`).
    AwsAccessKeyId,
    /// A value under a name that says password, secret, token or key.
    NamedSecret,
    /// A long value without words or structure, as random keys are.
    HighEntropy,
}

impl SecretKind {
    /// Every kind, in order.
    pub const ALL: [Self; 10] = [
        Self::AwsSecretAccessKey,
        Self::AwsSessionToken,
        Self::PrivateKey,
        Self::ServiceToken,
        Self::JsonWebToken,
        Self::PresignedUrl,
        Self::ConnectionString,
        Self::AwsAccessKeyId,
        Self::NamedSecret,
        Self::HighEntropy,
    ];

    /// The kind in words, for messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::AwsSecretAccessKey => "an AWS secret access key",
            Self::AwsSessionToken => "an AWS session token",
            Self::PrivateKey => "a private key",
            Self::ServiceToken => "a service's token",
            Self::JsonWebToken => "a JSON Web Token",
            Self::PresignedUrl => "a presigned URL",
            Self::ConnectionString => "a connection string with a password",
            Self::AwsAccessKeyId => "an AWS access key id",
            Self::NamedSecret => "a value under a secret's name",
            Self::HighEntropy => "a random-looking value",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::AwsSecretAccessKey => "aws-secret-access-key",
            Self::AwsSessionToken => "aws-session-token",
            Self::PrivateKey => "private-key",
            Self::ServiceToken => "service-token",
            Self::JsonWebToken => "json-web-token",
            Self::PresignedUrl => "presigned-url",
            Self::ConnectionString => "connection-string",
            Self::AwsAccessKeyId => "aws-access-key-id",
            Self::NamedSecret => "named-secret",
            Self::HighEntropy => "high-entropy",
        }
    }
}

/// Shannon entropy per character in three classes, coarse enough to say nothing about the value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Entropy {
    /// Under 3 bits per character: words, numbers, names.
    Low,
    /// 3 to 4 bits per character.
    Medium,
    /// 4 bits per character or more.
    High,
}

impl Entropy {
    fn text(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What stands in a recording, and in a snapshot, where a value stood.
///
/// Its text form is what the transport writes into the answer's body before anything parses it:
/// `tripod-redacted:v1:<kind>:<length>:<entropy>:<fingerprint>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Redacted {
    /// What the value was recognised as; `None` for one that looks harmless.
    pub kind: Option<SecretKind>,
    /// Length of the value in bytes.
    pub length: u64,
    /// How random the value looked.
    pub entropy: Entropy,
    /// HMAC-SHA-256 of the value, first 16 hexadecimal digits, under a key that lives only as long
    /// as the run: equal values can be seen to be equal within a run, and never be looked up.
    pub fingerprint: String,
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{PREFIX}:{}:{}:{}:{}",
            self.kind.map_or("none", SecretKind::text),
            self.length,
            self.entropy.text(),
            self.fingerprint
        )
    }
}

impl FromStr for Redacted {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| InvalidId {
            // Never the text itself: it may be a value that escaped redaction.
            value: format!("a text of {} bytes", text.len()),
            expected: "a redaction marker",
        })
    }
}

fn parse(text: &str) -> Option<Redacted> {
    let rest = text.strip_prefix(PREFIX)?.strip_prefix(':')?;
    let parts: Vec<&str> = rest.split(':').collect();
    let [kind, length, entropy, fingerprint] = parts.as_slice() else {
        return None;
    };
    let kind = match *kind {
        "none" => None,
        other => Some(
            SecretKind::ALL
                .into_iter()
                .find(|kind| kind.text() == other)?,
        ),
    };
    let entropy = [Entropy::Low, Entropy::Medium, Entropy::High]
        .into_iter()
        .find(|class| class.text() == *entropy)?;
    let length = length.parse().ok()?;
    let hexadecimal = fingerprint.len() == 16 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
    hexadecimal.then(|| Redacted {
        kind,
        length,
        entropy,
        fingerprint: (*fingerprint).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_survives_its_text() {
        for kind in SecretKind::ALL.into_iter().map(Some).chain([None]) {
            let marker = Redacted {
                kind,
                length: 40,
                entropy: Entropy::High,
                fingerprint: "0123456789abcdef".into(),
            };
            assert_eq!(marker.to_string().parse::<Redacted>(), Ok(marker));
        }
    }

    #[test]
    fn a_text_that_is_no_marker_is_refused_and_not_repeated() {
        let error = "tripod-redacted:v1:hunter2"
            .parse::<Redacted>()
            .expect_err("no marker");
        assert!(!error.to_string().contains("hunter2"));
    }
}
