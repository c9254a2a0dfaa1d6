//! Secrets never pass: values that may be secret are replaced in the answer's body before anything
//! parses, records or prints it.

mod detect;
mod rules;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tripod_model::Redacted;

use rules::Rule;

/// A body that should have been redacted and could not be.
#[derive(Debug, thiserror::Error)]
#[error("the answer to {operation} is not JSON and was withheld, because it may hold secrets")]
pub(super) struct Withheld {
    operation: String,
}

/// Replaces secrets. Holds the key of the run's fingerprints, which is stored nowhere.
pub(super) struct Redactor {
    key: [u8; 32],
}

impl Redactor {
    /// With a new key from the operating system.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self { key })
    }

    /// The body with every value under a rule replaced by its marker.
    ///
    /// # Errors
    /// A body that a rule applies to, and that is not JSON, is withheld whole. Bodies of refusals
    /// and errors hold no values of resources and pass.
    pub(super) fn redact(
        &self,
        operation: &str,
        success: bool,
        body: String,
    ) -> Result<String, Withheld> {
        let rules = rules::of(operation);
        if rules.is_empty() || !success {
            return Ok(body);
        }
        let mut document: Value = serde_json::from_str(&body).map_err(|_| Withheld {
            operation: operation.to_owned(),
        })?;
        let mut changed = false;
        for rule in rules {
            changed |= self.apply(rule, "", rule.path, &mut document);
        }
        Ok(if changed { document.to_string() } else { body })
    }

    /// Walks `path` below `value`; `name` is the key that led here.
    fn apply(&self, rule: &Rule, name: &str, path: &[&str], value: &mut Value) -> bool {
        let Some((step, rest)) = path.split_first() else {
            return self.replace(rule, name, value);
        };
        match (*step, value) {
            ("*", Value::Object(members)) => {
                members.iter_mut().fold(false, |changed, (key, member)| {
                    self.apply(rule, key, rest, member) | changed
                })
            }
            ("[]", Value::Array(items)) => items.iter_mut().fold(false, |changed, item| {
                self.apply(rule, name, rest, item) | changed
            }),
            (key, Value::Object(members)) => members
                .get_mut(key)
                .is_some_and(|member| self.apply(rule, key, rest, member)),
            _ => false,
        }
    }

    fn replace(&self, rule: &Rule, name: &str, value: &mut Value) -> bool {
        let text = match value {
            Value::Null => return false,
            Value::String(text) => std::mem::take(text),
            ref other => other.to_string(),
        };
        let kind = if rule.detect {
            detect::kind(name, &text)
        } else {
            None
        };
        let marker = Redacted {
            kind,
            length: text.len() as u64,
            entropy: detect::entropy(&text),
            fingerprint: self.fingerprint(&text),
        };
        *value = Value::String(marker.to_string());
        true
    }

    fn fingerprint(&self, text: &str) -> String {
        use std::fmt::Write as _;
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(text.as_bytes());
        mac.finalize()
            .into_bytes()
            .iter()
            .take(8)
            .fold(String::new(), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::SecretKind;

    use super::*;

    fn redactor() -> Redactor {
        Redactor::new().expect("the operating system gives random bytes")
    }

    fn redact(operation: &str, body: &str) -> Value {
        let text = redactor()
            .redact(operation, true, body.to_owned())
            .expect("redacts");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn environment_values_become_markers_and_names_stay() {
        let body = r#"{"Functions":[{"FunctionName":"f","Environment":{"Variables":{"DB_PASSWORD":"hunter2-hunter2","STAGE":"prod"}}}]}"#;
        let kept = redact("lambda:ListFunctions", body);
        assert!(!kept.to_string().contains("hunter2"));
        let variables = &kept["Functions"][0]["Environment"]["Variables"];
        let secret: Redacted = variables["DB_PASSWORD"]
            .as_str()
            .expect("text")
            .parse()
            .expect("marker");
        assert_eq!(secret.kind, Some(SecretKind::NamedSecret));
        assert_eq!(secret.length, 15);
        let plain: Redacted = variables["STAGE"]
            .as_str()
            .expect("text")
            .parse()
            .expect("marker");
        assert_eq!(plain.kind, None);
        assert_eq!(kept["Functions"][0]["FunctionName"], "f");
    }

    #[test]
    fn a_value_that_looks_like_a_marker_is_redacted_like_any_other() {
        let fake = "tripod-redacted:v1:none:1:low:0123456789abcdef";
        let body =
            format!(r#"{{"Functions":[{{"Environment":{{"Variables":{{"A":"{fake}"}}}}}}]}}"#);
        let kept = redact("lambda:ListFunctions", &body);
        assert_ne!(kept["Functions"][0]["Environment"]["Variables"]["A"], fake);
    }

    #[test]
    fn the_presigned_address_of_the_code_is_replaced() {
        let body = r#"{"Configuration":{"FunctionName":"f"},"Code":{"Location":"https://bucket/code?X-Amz-Signature=abc"}}"#;
        let kept = redact("lambda:GetFunction", body);
        assert!(!kept.to_string().contains("X-Amz-Signature"));
    }

    #[test]
    fn equal_values_have_equal_fingerprints_within_a_run_and_others_in_the_next() {
        let one = redactor();
        let two = redactor();
        assert_eq!(one.fingerprint("same"), one.fingerprint("same"));
        assert_ne!(one.fingerprint("same"), two.fingerprint("same"));
    }

    #[test]
    fn a_body_that_cannot_be_read_is_withheld() {
        let result = redactor().redact(
            "lambda:ListFunctions",
            true,
            "{\"Functions\":[{\"Env".to_owned(),
        );
        let error = result.expect_err("withheld");
        assert!(error.to_string().contains("lambda:ListFunctions"));
    }

    #[test]
    fn other_operations_pass_unchanged() {
        let body = "<xml/>".to_owned();
        let kept = redactor().redact("iam:GetAccountSummary", true, body.clone());
        assert_eq!(kept.expect("no rule"), body);
    }
}
