//! What a name says about its value.

/// Why a name tells of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// It says password: any text will do as one, also a short one and a number.
    Password,
    /// It names a key for encryption or signing, whose value is often the id of one in KMS.
    Cipher,
    /// It says secret, token or key.
    Other,
}

/// Words that say password, in any place of a name. German ones too: the words users have.
const PASSWORDS: [&str; 9] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "passwort",
    "kennwort",
    "passwords",
    "psk",
];

/// Words that say secret, in any place of a name.
const SECRETS: [&str; 12] = [
    "secret",
    "secrets",
    "token",
    "tokens",
    "credential",
    "credentials",
    "creds",
    "apikey",
    "apikeys",
    "bearer",
    "mnemonic",
    "accesskey",
];

/// Words that say so only at the end of a name: a `PASS_RATE` and a `PAT_URL` are something else.
const LAST: [&str; 5] = ["pass", "pat", "jwt", "authorization", "cred"];

/// What stands before `key` where the two name a secret. A primary key, a partition key, a key id and
/// a keyboard are none.
const KEYS: [&str; 34] = [
    "access",
    "account",
    "admin",
    "api",
    "app",
    "application",
    "auth",
    "auth0",
    "client",
    "consumer",
    "cookie",
    "deploy",
    "function",
    "ingest",
    "ingestion",
    "integration",
    "jwt",
    "license",
    "master",
    "private",
    "rsa",
    "secret",
    "security",
    "server",
    "service",
    "session",
    "shared",
    "ssh",
    "ssl",
    "storage",
    "subscription",
    "tls",
    "webhook",
    "write",
];

/// The same for keys that KMS may hold.
const CIPHERS: [&str; 8] = [
    "encryption",
    "encrypt",
    "crypto",
    "crypt",
    "cipher",
    "signing",
    "hmac",
    "data",
];

/// Endings of words written without a break, as in PGPASSWORD and authtoken.
const GLUED: [(&str, Telling); 10] = [
    ("password", Telling::Password),
    ("passwd", Telling::Password),
    ("passphrase", Telling::Password),
    ("passwort", Telling::Password),
    ("kennwort", Telling::Password),
    ("secret", Telling::Other),
    ("apikey", Telling::Other),
    ("accesskey", Telling::Other),
    ("secretkey", Telling::Other),
    ("token", Telling::Other),
];

/// Last words of a name that say where a secret is, or something about it, and not what it is. From
/// what users of secret scanners report as wrong, such as `*_SECRET_NAME` and `TOKEN_TTL`.
const ABOUT: [&str; 112] = [
    "age",
    "algorithm",
    "alias",
    "allowed",
    "arn",
    "arns",
    "attribute",
    "audience",
    "backend",
    "bucket",
    "cache",
    "class",
    "client",
    "column",
    "config",
    "count",
    "date",
    "days",
    "dbname",
    "dir",
    "directory",
    "disabled",
    "domain",
    "email",
    "enabled",
    "endpoint",
    "engine",
    "env",
    "exp",
    "expiration",
    "expires",
    "expiry",
    "field",
    "file",
    "filename",
    "folder",
    "format",
    "function",
    "handler",
    "header",
    "host",
    "hostname",
    "hours",
    "id",
    "ids",
    "in",
    "index",
    "interval",
    "issuer",
    "label",
    "length",
    "lifetime",
    "limit",
    "location",
    "manager",
    "max",
    "method",
    "min",
    "minutes",
    "mode",
    "model",
    "ms",
    "name",
    "names",
    "namespace",
    "owner",
    "param",
    "parameter",
    "parameters",
    "path",
    "paths",
    "pattern",
    "placeholder",
    "policy",
    "pool",
    "port",
    "prefix",
    "provider",
    "queue",
    "ref",
    "refs",
    "regex",
    "region",
    "required",
    "reset",
    "role",
    "rotation",
    "scheme",
    "scope",
    "scopes",
    "sec",
    "seconds",
    "service",
    "size",
    "source",
    "stage",
    "status",
    "store",
    "strategy",
    "subject",
    "suffix",
    "table",
    "timeout",
    "topic",
    "ttl",
    "type",
    "uri",
    "url",
    "use",
    "user",
    "username",
    "version",
];

/// Words that make a number or something public of what the rest of a name says.
const NEGATING: [&str; 9] = [
    "count",
    "empty",
    "max",
    "min",
    "num",
    "pub",
    "public",
    "publishable",
    "total",
];

/// Words of names whose values are random without being secret.
const RANDOM: [&str; 20] = [
    "cert",
    "certificate",
    "checksum",
    "commit",
    "digest",
    "etag",
    "fingerprint",
    "hash",
    "integrity",
    "md5",
    "nonce",
    "pub",
    "public",
    "publishable",
    "revision",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "thumbprint",
];

/// Names of a query's parameters that hold a secret, beside those that tell by themselves.
const PARAMETERS: [&str; 6] = ["key", "sig", "signature", "code", "auth", "pw"];

/// What a name says about its value, however it is written: `dbPassword`, `DB-PASSWORD`,
/// `db.password` and `PASSWORD1` are one.
pub(super) fn telling(name: &str) -> Option<Telling> {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let last = words.last()?;
    if ABOUT.binary_search(last).is_ok() || words.iter().any(|word| NEGATING.contains(word)) {
        return None;
    }
    if words.iter().any(|word| PASSWORDS.contains(word)) || *last == "pass" {
        return Some(Telling::Password);
    }
    if words.iter().any(|word| SECRETS.contains(word)) || LAST.contains(last) {
        return Some(Telling::Other);
    }
    let before_key = |befores: &[&str]| {
        words
            .windows(2)
            .any(|pair| matches!(pair[1], "key" | "keys") && befores.contains(&pair[0]))
    };
    if before_key(&KEYS) {
        return Some(Telling::Other);
    }
    if before_key(&CIPHERS) {
        return Some(Telling::Cipher);
    }
    let glued = GLUED
        .iter()
        .find(|(ending, _)| words.iter().any(|word| word.ends_with(ending)));
    glued.map(|(_, telling)| *telling)
}

/// Whether a name of a parameter in a URL's query tells of a secret.
pub(super) fn telling_parameter(name: &str) -> bool {
    telling(name).is_some() || PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether the values under a name are random for another reason than secrecy. AWS's own tags hold
/// what AWS wrote.
pub(super) fn explains_randomness(name: &str) -> bool {
    name.starts_with("aws:")
        || words(name)
            .iter()
            .any(|word| RANDOM.contains(&word.as_str()))
}

/// Whether a text is a name of a secret and not one: two words or more, of which one says secret.
pub(super) fn names_a_secret(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let parts: Vec<&str> = text
        .split(['_', '-', '.', '/'])
        .filter(|part| !part.is_empty())
        .collect();
    let says_so = |part: &&str| {
        let word = part.to_ascii_lowercase();
        let word = word.as_str();
        PASSWORDS.contains(&word) || SECRETS.contains(&word) || matches!(word, "key" | "keys")
    };
    // Words and short numbers only: `x9Kf-secret` is not a name.
    let wordy = |part: &&str| {
        part.bytes().all(|byte| byte.is_ascii_lowercase())
            || part.bytes().all(|byte| byte.is_ascii_uppercase())
            || part.bytes().all(|byte| byte.is_ascii_digit()) && part.len() <= 2
    };
    text.chars().all(plain)
        && parts.len() >= 2
        && parts.iter().any(says_so)
        && parts.iter().all(wordy)
}

/// The words of a name in lower case, without the numbers at their ends.
fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        let begins = character.is_ascii_uppercase()
            && before.is_some_and(|before| {
                // dbPassword, AWSSecret
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase()
                        && after.is_some_and(|after| after.is_ascii_lowercase())
            });
        if begins || !character.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words
            .last_mut()
            .filter(|_| character.is_ascii_alphanumeric())
        {
            word.push(character.to_ascii_lowercase());
        }
    }
    words
        .iter()
        .map(|word| {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
            // A hash is known by its number.
            if bare.is_empty() || matches!(bare, "sha" | "md" | "auth") {
                word.clone()
            } else {
                bare.to_owned()
            }
        })
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_words_however_it_is_written() {
        for (name, expected) in [
            ("DB_PASSWORD", &["db", "password"][..]),
            ("dbPassword", &["db", "password"]),
            ("db-password", &["db", "password"]),
            ("db.password", &["db", "password"]),
            ("DBPassword", &["db", "password"]),
            ("AWSSecretAccessKey", &["aws", "secret", "access", "key"]),
            ("APIKey", &["api", "key"]),
            ("PASSWORD1", &["password"]),
            ("x-api-key", &["x", "api", "key"]),
            ("--api-key", &["api", "key"]),
            ("CodeSha256", &["code", "sha256"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn the_lists_are_in_order_and_say_nothing_twice() {
        assert!(ABOUT.is_sorted());
        assert!(RANDOM.is_sorted());
    }
}
