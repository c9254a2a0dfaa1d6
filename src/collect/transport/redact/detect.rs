//! What a value looks like: the only place that sees it.
//!
//! Kinds of secrets from the most certain to the least: marked tokens, structured values, values under
//! a telling name, and long random ones. References to secrets (ARNs, parameter paths, dynamic
//! references) are not secrets.

use std::sync::LazyLock;

use regex::Regex;
use tripod_model::{Entropy, SecretKind};

/// Token shapes whose issuers document their prefix.
static MARKED: LazyLock<Vec<(SecretKind, Regex)>> = LazyLock::new(|| {
    let table: &[(SecretKind, &str)] = &[
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        (SecretKind::AwsAccessKeyId, r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
        (
            SecretKind::PrivateKey,
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----",
        ),
        // https://docs.github.com/authentication: ghp_, gho_, ghu_, ghs_, ghr_, github_pat_
        (
            SecretKind::ServiceToken,
            r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
        ),
        // Slack, Stripe, npm, PyPI, SendGrid, GitLab, Twilio, Google, Anthropic, OpenAI, DigitalOcean.
        (
            SecretKind::ServiceToken,
            r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        ),
        (
            SecretKind::ServiceToken,
            r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}",
        ),
        (SecretKind::ServiceToken, r"\bwhsec_[A-Za-z0-9]{16,}"),
        (SecretKind::ServiceToken, r"\bnpm_[A-Za-z0-9]{36}"),
        (SecretKind::ServiceToken, r"\bpypi-[A-Za-z0-9_-]{50,}"),
        (
            SecretKind::ServiceToken,
            r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        ),
        (SecretKind::ServiceToken, r"\bglpat-[A-Za-z0-9_-]{20,}"),
        (SecretKind::ServiceToken, r"\bSK[0-9a-f]{32}\b"),
        (SecretKind::ServiceToken, r"\bAIza[A-Za-z0-9_-]{35}"),
        (
            SecretKind::ServiceToken,
            r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}",
        ),
        (SecretKind::ServiceToken, r"\bdo[op]_v1_[0-9a-f]{64}"),
        (SecretKind::ServiceToken, r"\bdapi[0-9a-f]{32}"),
        (
            SecretKind::ServiceToken,
            r"https://hooks\.slack\.com/services/T[A-Za-z0-9/]+",
        ),
        (
            SecretKind::JsonWebToken,
            r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        ),
        // scheme://user:password@host, with a password that is not a placeholder
        (
            SecretKind::ConnectionString,
            r"(?i)\b[a-z][a-z0-9+.-]*://[^\s:/@]*:[^\s@/${}<]{3,}@[^\s/]+",
        ),
        // Key=Value connection strings
        (
            SecretKind::ConnectionString,
            r"(?i)(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*[^;${}<\s][^;]{5,}",
        ),
    ];
    table
        .iter()
        .filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?)))
        .collect()
});

/// Words in a name that announce a secret. Matched on whole words of the name.
static TELLING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?:^|_)(?:
            pass(?:word|wd|phrase|code)? | pwd | secret s? | token s? | api_?key s? | apikey | access_?key | private_?key |
            auth_?key | credential s? | client_?secret | encryption_?key | signing_?key | webhook_?secret | license_?key | bearer | pat
        )(?:$|_)",
    )
    .ok()
});

/// Last words of a name that say where a secret is, or about it, and not what it is.
const ABOUT: [&str; 36] = [
    "issuer",
    "audience",
    "subject",
    "scope",
    "provider",
    "store",
    "arn",
    "name",
    "id",
    "path",
    "param",
    "parameter",
    "url",
    "uri",
    "endpoint",
    "host",
    "file",
    "header",
    "ttl",
    "expiry",
    "expiration",
    "length",
    "region",
    "version",
    "type",
    "format",
    "algorithm",
    "enabled",
    "prefix",
    "table",
    "bucket",
    "ref",
    "timeout",
    "days",
    "seconds",
    "required",
];

/// Values that stand in for a secret.
const PLACEHOLDERS: [&str; 22] = [
    "",
    "-",
    "none",
    "null",
    "nil",
    "undefined",
    "true",
    "false",
    "changeme",
    "change_me",
    "todo",
    "tbd",
    "n/a",
    "example",
    "placeholder",
    "dummy",
    "test",
    "xxx",
    "redacted",
    "disabled",
    "enabled",
    "default",
];

/// Shortest value under a telling name that is taken for a secret.
const SHORTEST_NAMED: usize = 6;

/// What a value under a name looks like; `None` for one that looks harmless.
pub(super) fn kind(name: &str, value: &str) -> Option<SecretKind> {
    let trimmed = value.trim();
    if let Some((kind, _)) = MARKED.iter().find(|(_, pattern)| pattern.is_match(trimmed)) {
        return Some(*kind);
    }
    if is_reference(trimmed) || is_placeholder(trimmed) {
        return None;
    }
    let name = snake(name);
    if is_telling(&name) && trimmed.len() >= SHORTEST_NAMED && !is_number(trimmed) {
        let aws = is_base64(trimmed) && trimmed.len() == 40 && name.contains("secret");
        return Some(if aws {
            SecretKind::AwsSecretAccessKey
        } else {
            SecretKind::NamedSecret
        });
    }
    looks_random(trimmed).then_some(SecretKind::HighEntropy)
}

/// The name in lower snake case, so that `dbPassword`, `DB-PASSWORD` and `DB_PASSWORD` are one.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    let mut previous_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && previous_lower {
            text.push('_');
        }
        previous_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        text.push(if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '_'
        });
    }
    text
}

fn is_telling(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    let about = ABOUT.contains(&last) && !name.ends_with("access_key_id");
    // A suffix without a separator, as in PGPASSWORD.
    let glued = ["password", "passwd", "secret", "apikey"]
        .iter()
        .any(|word| name.ends_with(word));
    !about
        && (glued
            || TELLING
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(name)))
}

/// A value that says where a secret is kept.
fn is_reference(value: &str) -> bool {
    let begins = [
        "arn:",
        "{{resolve:",
        "ssm:",
        "secretsmanager:",
        "vault:",
        "s3://",
        "alias/",
        "/",
    ]
    .iter()
    .any(|start| value.starts_with(start));
    let substituted = value.starts_with("${") && value.ends_with('}');
    begins && !value.contains(' ') || substituted
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let masked = !lower.is_empty() && lower.chars().all(|c| matches!(c, '*' | 'x' | '.'));
    let bracketed = lower.starts_with('<') && lower.ends_with('>');
    masked || bracketed || PLACEHOLDERS.contains(&lower.as_str())
}

fn is_number(value: &str) -> bool {
    value.parse::<f64>().is_ok()
}

fn is_base64(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Long, one word, letters of both kinds and digits well mixed: as generated keys are. Hexadecimal
/// digests and UUIDs identify things far more often than they open them, so they do not count.
fn looks_random(value: &str) -> bool {
    let one_word = value.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-')
    });
    let hexadecimal = value
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let mixed = value.bytes().any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase())
        && value.bytes().filter(u8::is_ascii_digit).count() >= 3;
    value.len() >= 32 && one_word && mixed && !hexadecimal && bits_per_character(value) >= 4.3
}

/// The entropy class of a value.
pub(super) fn entropy(value: &str) -> Entropy {
    let bits = bits_per_character(value);
    if bits >= 4.0 {
        Entropy::High
    } else if bits >= 3.0 {
        Entropy::Medium
    } else {
        Entropy::Low
    }
}

/// Shannon entropy of the bytes.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths of values are far below 2^52"
)]
fn bits_per_character(value: &str) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = *count as f64 / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put together at run time, so that no scanner takes this file for a leak.
    fn token(parts: &[&str]) -> String {
        parts.concat()
    }

    #[test]
    fn marked_tokens_are_recognised_under_any_name() {
        let cases = [
            (
                token(&["AKIA", "IOSFODNN7EXAMPLE"]),
                SecretKind::AwsAccessKeyId,
            ),
            (
                token(&["ghp_", &"a1B2".repeat(9)]),
                SecretKind::ServiceToken,
            ),
            (
                token(&["xoxb", "-123456789012-abcdefghij"]),
                SecretKind::ServiceToken,
            ),
            (
                token(&["sk_live", "_4eC39HqLyjWDarjtT1zdp7dc"]),
                SecretKind::ServiceToken,
            ),
            (
                token(&["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"]),
                SecretKind::PrivateKey,
            ),
            (
                token(&[
                    "eyJhbGciOiJIUzI1NiJ9",
                    ".eyJzdWIiOiIxIn0xx",
                    ".c2lnbmF0dXJl",
                ]),
                SecretKind::JsonWebToken,
            ),
            (
                token(&["postgres://claims:", "s3cr3tpw@db.internal:5432/claims"]),
                SecretKind::ConnectionString,
            ),
            (
                token(&["Server=db;User=a;", "Password=s3cr3tpw;"]),
                SecretKind::ConnectionString,
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(kind("SETTING", &value), Some(expected), "{expected:?}");
        }
    }

    #[test]
    fn a_telling_name_makes_a_value_a_secret_however_it_is_written() {
        for name in [
            "DB_PASSWORD",
            "dbPassword",
            "db-password",
            "PGPASSWORD",
            "API_KEY",
            "ApiKey",
            "CLIENT_SECRET",
            "AUTH_TOKEN",
        ] {
            assert_eq!(
                kind(name, "correct-horse-battery"),
                Some(SecretKind::NamedSecret),
                "{name}"
            );
        }
    }

    #[test]
    fn an_aws_secret_key_is_recognised_by_length_and_name() {
        let value = token(&["wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"]);
        assert_eq!(
            kind("AWS_SECRET_ACCESS_KEY", &value),
            Some(SecretKind::AwsSecretAccessKey)
        );
    }

    #[test]
    fn references_to_secrets_are_not_secrets() {
        let cases = [
            (
                "DB_PASSWORD",
                "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf",
            ),
            ("DB_PASSWORD", "/clinic/prod/db/password"),
            ("DB_PASSWORD", "{{resolve:ssm-secure:db:1}}"),
            ("DB_PASSWORD_PARAM", "clinic-db-password"),
            ("SECRET_ARN", "anything-at-all"),
            ("TOKEN_TTL", "3600seconds"),
            ("API_KEY_HEADER", "x-api-key"),
            ("TOKEN_ISSUER", "https://login.clinic.example/tenant"),
        ];
        for (name, value) in cases {
            assert_eq!(kind(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn ordinary_settings_are_not_secrets() {
        let cases = [
            ("STAGE", "production"),
            ("LOG_LEVEL", "INFO"),
            ("TABLE", "claims-prod-eu-central-1"),
            ("KEYBOARD", "qwertyuiop"),
            ("TOKENIZER", "whitespace-and-more"),
            ("MONKEY", "chimpanzee"),
            ("PASSWORD", "changeme"),
            ("PASSWORD", "********"),
            ("GIT_SHA", "9fceb02d0ae598e95dc970b74767f19372d61af8"),
            ("BUILD", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            ("URL", "https://api.example.org/v1?x=1"),
            ("ORIGINS", "https://a.example.org,https://b.example.org"),
        ];
        for (name, value) in cases {
            assert_eq!(kind(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn a_long_random_value_is_suspicious_without_a_name() {
        let value = token(&["q7Rk2vXz9LmN4pTb", "W8sYd3FgH6jKc1Qa", "Ze5U"]);
        assert_eq!(kind("BLOB", &value), Some(SecretKind::HighEntropy));
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(MARKED.len(), 19);
        assert!(TELLING.is_some());
    }

    #[test]
    fn entropy_comes_in_classes() {
        assert_eq!(entropy("aaaaaaaa"), Entropy::Low);
        assert_eq!(entropy("production-eu"), Entropy::Medium);
        assert_eq!(entropy("q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1Qa"), Entropy::High);
    }
}
