//! What a value is by itself: a stand-in, a reference, a word, or random.

use std::sync::LazyLock;

use regex::Regex;

/// Values that stand in for a secret, or are settings: what templates, examples and emulators hold.
const PLACEHOLDERS: [&str; 52] = [
    "",
    "-",
    "always",
    "auto",
    "aws_iam",
    "basic",
    "bearer",
    "change_me",
    "changeit",
    "changeme",
    "cookie",
    "default",
    "disabled",
    "dummy",
    "empty",
    "enabled",
    "env",
    "example",
    "fake",
    "false",
    "fixme",
    "header",
    "hidden",
    "iam",
    "jwt",
    "local",
    "masked",
    "n/a",
    "never",
    "nil",
    "none",
    "null",
    "off",
    "optional",
    "placeholder",
    "plain",
    "prompt",
    "redacted",
    "removed",
    "replace_me",
    "replaceme",
    "required",
    "sample",
    "secretsmanager",
    "ssm",
    "tbd",
    "test",
    "todo",
    "true",
    "undefined",
    "unset",
    "vault",
];

/// How references to values kept elsewhere begin.
const REFERENCES: [&str; 36] = [
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    "arn:aws",
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    "{{resolve:",
    "ssm:",
    "ssm://",
    "secretsmanager:",
    "secretsmanager://",
    "awssm://",
    "s3://",
    "alias/",
    "file:",
    "env:",
    "vault:",
    "op://",
    "projects/",
    "@Microsoft.KeyVault(",
    "!Ref",
    "!Sub",
    "!GetAtt",
    "!ImportValue",
    // Ciphertext: sops, Jasypt.
    "ENC[",
    "ENC(",
    // Expressions of API Gateway and Step Functions.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html
    // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
    "method.",
    "integration.",
    "context.",
    "stageVariables.",
    "$context.",
    "$request.",
    "$response.",
    "$stageVariables.",
    "$input",
    "$util",
    "$states",
    "$.",
    "$$.",
    "{%",
    // Ciphertext of KMS in base64, as all of it has begun under a symmetric key. Lambda's console makes
    // such values where variables are encrypted in transit.
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    "AQICAH",
];

/// Endings of file names.
const FILES: [&str; 13] = [
    ".pem",
    ".key",
    ".json",
    ".txt",
    ".yml",
    ".yaml",
    ".xml",
    ".crt",
    ".cer",
    ".p12",
    ".pfx",
    ".jks",
    ".properties",
];

/// Beginnings of words that are random and public: checksums of packages, public keys of SSH.
/// <https://www.w3.org/TR/SRI/> <https://go.dev/ref/mod#go-sum-files>
/// <https://www.rfc-editor.org/rfc/rfc4253#section-6.6>
const PUBLIC: [&str; 10] = [
    "sha1-",
    "sha256-",
    "sha256:",
    "sha384-",
    "sha512-",
    "h1:",
    "AAAAB3NzaC1",
    "AAAAC3NzaC1",
    "AAAAE2VjZHNh",
    "pk_",
];

static TEMPLATES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // With their ends, and with names in them: passwords hold single brackets and dollars.
    Regex::new(
        r#"(?x)
        \$\{ [A-Za-z0-9_.:!\[\]'-]* \}  |  \$\( [A-Za-z0-9_.\ '-]* \)
        | \#\{ [A-Za-z0-9_.:\ '-]* \}  |  \{\{ [A-Za-z0-9_.:/|\ '"()-]* \}\}
        | <%=? [A-Za-z0-9_.:\[\]\ '"-]* %>
        | ^% [A-Za-z_]+ %$  |  ^%s$  |  ^\$ [A-Z_][A-Z0-9_]* $
        | ^\{ [A-Za-z0-9_.\ -]* \}$  |  ^< [A-Za-z0-9_.\ -]* >$
        "#,
    )
    .ok()
});

static PATHS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // /a/b, ~/a, ./a, a/b: parts that are words.
    Regex::new(r"^(?:[~.]{0,2}/)?[A-Za-z][A-Za-z0-9_.:-]*(?:/[A-Za-z0-9_.:-]+)*/?$").ok()
});

static UUID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?i)(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$").ok()
});

fn matches(pattern: &LazyLock<Option<Regex>>, value: &str) -> bool {
    pattern
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(value))
}

/// Whether a value only stands in for one.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let lower = lower.replace("%2a", "*");
    let one_character = lower
        .chars()
        .next()
        .is_some_and(|first| lower.chars().all(|other| other == first));
    let masked = lower
        .chars()
        .all(|c| matches!(c, '*' | 'x' | '.' | '#' | '-'));
    let bracketed = [('<', '>'), ('[', ']')].iter().any(|(open, close)| {
        let inner = lower
            .strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close));
        let wordy = |c: char| c.is_alphabetic() || matches!(c, ' ' | '_' | '-' | '.');
        inner.is_some_and(|inner| inner.chars().all(wordy))
    });
    let invites = ["your", "insert", "replace", "change-me", "enter "]
        .iter()
        .any(|start| lower.starts_with(start))
        && !lower.contains(|c: char| c.is_ascii_digit())
        || lower.ends_with("here") && lower.contains(['-', '_', ' '])
        || bracketed;
    one_character || masked || invites || PLACEHOLDERS.contains(&lower.as_str())
}

/// Whether a value is filled in later, wholly or in part.
pub(super) fn is_template(value: &str) -> bool {
    value.contains(['$', '{', '%', '<']) && matches(&TEMPLATES, value)
}

/// Whether a value says where something is kept.
pub(super) fn is_reference(value: &str) -> bool {
    let begins = REFERENCES.iter().any(|start| value.starts_with(start));
    let file = FILES.iter().any(|end| value.ends_with(end));
    let one_word = !value.contains(char::is_whitespace);
    one_word && (begins || file || is_address(value) || is_path(value)) || is_template(value)
}

/// <https://www.rfc-editor.org/rfc/rfc3986#section-3.1>
fn is_address(value: &str) -> bool {
    let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':');
    value
        .split_once("://")
        .is_some_and(|(start, _)| !start.is_empty() && start.chars().all(scheme))
}

/// Words parted by slashes. Base64 has slashes too, and parts that are no words.
fn is_path(value: &str) -> bool {
    let wordy = |part: &str| part.len() < 8 || changes(part) < PATH_CHANGES;
    value.contains('/') && matches(&PATHS, value) && value.split('/').all(wordy)
}

/// The id of a key in KMS or any other UUID.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id>
pub(super) fn is_uuid(value: &str) -> bool {
    matches(&UUID, value)
}

pub(super) fn is_number(value: &str) -> bool {
    value.parse::<f64>().is_ok()
}

/// A word as people write it: letters of one case after the first, with the marks of a sentence.
pub(super) fn is_word(value: &str) -> bool {
    let bare = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '"']);
    let lower_after_first = bare
        .chars()
        .skip(1)
        .all(|c| c.is_lowercase() || matches!(c, '-' | '\'' | '/'));
    let upper = bare.chars().all(|c| c.is_uppercase());
    lower_after_first && bare.chars().next().is_some_and(char::is_alphabetic) || upper
}

/// A length of base64 characters.
pub(super) fn is_base64(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Shortest word that is taken for random: 128 bits in hexadecimal, and beyond the length of names.
const RANDOM_LENGTH: usize = 32;

/// Shortest part of such a word, between dashes, that decides.
const PART_LENGTH: usize = 16;

/// Least entropy of such a part, in bits per character. As Gitleaks asks of generic keys; the 4.5 that
/// detect-secrets asks of base64 misses half of all random words of 32 characters, whose entropy can
/// be no more than 5. <https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml>
const RANDOM_BITS: f64 = 3.5;

/// Least share of neighbours of different kinds (lower case, upper case, digit). Random base62 has 0.62
/// on average; words in camel case have 0.1 to 0.3, which entropy alone does not tell apart from keys
/// (<https://github.com/Yelp/detect-secrets/issues/693>).
const RANDOM_CHANGES: f64 = 0.4;

/// From this share on, a part of a path is no word. Lower than for random words, because here a wrong
/// "random" costs nothing: the value has a telling name.
const PATH_CHANGES: f64 = 0.35;

/// Long, one word, and a jumble of letters of both cases and digits, as generated keys are.
/// Hexadecimal digests and UUIDs identify things far more often than they open them, so they do not
/// count.
pub(super) fn is_random(word: &str) -> bool {
    let word = word.trim_end_matches('=');
    word.len() >= RANDOM_LENGTH
        && !PUBLIC.iter().any(|start| word.starts_with(start))
        && word.split(['-', '_']).map(without_hash).any(|part| {
            part.len() >= PART_LENGTH && is_jumbled(part) && bits_per_character(part) >= RANDOM_BITS
        })
}

/// Letters of both cases and digits, changing from one to another as often as chance has it.
fn is_jumbled(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && changes(text) >= RANDOM_CHANGES
}

/// The share of neighbours of different kinds among all neighbours that are letters or digits.
fn changes(text: &str) -> f64 {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => Some(0_u8),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let (mut pairs, mut changes) = (0_u32, 0_u32);
    for pair in text.as_bytes().windows(2) {
        if let (Some(one), Some(two)) = (class(pair[0]), class(pair[1])) {
            pairs += 1;
            changes += u32::from(one != two);
        }
    }
    f64::from(changes) / f64::from(pairs.max(1))
}

/// A logical id of the CDK ends in eight hexadecimal digits that say nothing.
/// <https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html>
fn without_hash(part: &str) -> &str {
    let Some((start, end)) = part
        .len()
        .checked_sub(8)
        .and_then(|at| part.split_at_checked(at))
    else {
        return part;
    };
    let hash = end
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    if hash { start } else { part }
}

/// Shannon entropy of the bytes.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths of values are far below 2^52"
)]
pub(super) fn bits_per_character(value: &str) -> f64 {
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

    #[test]
    fn every_pattern_compiles() {
        assert!(TEMPLATES.is_some() && PATHS.is_some() && UUID.is_some());
        assert!(PLACEHOLDERS.is_sorted());
    }

    /// Words of `length` characters drawn evenly from an alphabet, by a generator with a fixed seed.
    fn words(alphabet: &str, length: usize) -> Vec<String> {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        (0..2000)
            .map(|_| {
                (0..length)
                    .map(|_| {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        alphabet[usize::try_from(state >> 33).unwrap_or(0) % alphabet.len()]
                    })
                    .collect()
            })
            .collect()
    }

    const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// The share of random words that is recognised, in percent. What the documentation says of it.
    #[test]
    fn most_random_words_are_recognised() {
        for (alphabet, length, least) in [
            (BASE62.to_owned(), 32, 97),
            (BASE62.to_owned(), 40, 98),
            (format!("{BASE62}+/"), 44, 98),
            (format!("{BASE62}-_"), 43, 90),
        ] {
            let words = words(&alphabet, length);
            let found = words.iter().filter(|word| is_random(word)).count();
            let percent = found * 100 / words.len();
            assert!(percent >= least, "{length}: {percent} %");
        }
    }

    #[test]
    fn no_digest_is_random() {
        for (alphabet, length) in [("0123456789abcdef", 64), ("0123456789ABCDEF-", 36)] {
            assert!(!words(alphabet, length).iter().any(|word| is_random(word)));
        }
    }
}
