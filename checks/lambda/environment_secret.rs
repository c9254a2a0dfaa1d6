//! Secrets in environment variables.

use serde_json::{Value, json};
use tripod_model::lambda::Function;
use tripod_model::{Impact, Redacted, SecretKind, Severity, Unknown};

use crate::lambda::each_function;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-environment-secret",
    title: "secret in an environment variable",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    // The detectors go by form and name; a value can look like a secret and be none.
    confidence: Confidence::Medium,
    rows: &["LX17"],
    needs: &["lambda:ListFunctions"],
    controls: &[
        Control::Baseline("CODE-6"),
        Control::OwaspServerless("S3"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("environment_secret.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let evidence = |pointer| function.sources.evidence("lambda:ListFunctions", pointer);
    let Some(variables) = function.configuration.environment.found()? else {
        let verdict = Verdict::pass("the function has no environment variables");
        return Ok(verdict.evidence(evidence("")));
    };
    let secrets: Vec<(&String, SecretKind, &Redacted)> = variables
        .iter()
        .filter_map(|(name, value)| value.kind.map(|kind| (name, kind, value)))
        .collect();
    let verdict = if secrets.is_empty() {
        Verdict::pass("no environment variable looks like a secret")
    } else {
        let said: Vec<String> = secrets
            .iter()
            .map(|(name, kind, _)| format!("{name} holds {}", kind.title()))
            .collect();
        let details: Vec<Value> = secrets
            .iter()
            .map(|(name, kind, value)| detail(name, *kind, value))
            .collect();
        Verdict::fail(said.join(", ")).detail("variables", details)
    };
    Ok(verdict.evidence(evidence("/Environment/Variables")))
}

/// What may be said of a secret: never the value. The fingerprint shows which secrets are the same.
fn detail(name: &str, kind: SecretKind, value: &Redacted) -> Value {
    json!({
        "name": name,
        "kind": kind,
        "length": value.length,
        "entropy": value.entropy,
        "fingerprint": value.fingerprint,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::{
        Entropy, Finding, Observed, Outcome, Redacted, SecretKind, Severity, fixtures,
    };

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn with_environment(environment: Observed<BTreeMap<String, Redacted>>) -> Finding {
        let mut function = fixtures::function("claims");
        function.configuration.environment = environment;
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn with_variables(variables: &[(&str, Option<SecretKind>)]) -> Finding {
        let variables = variables.iter().map(|(name, kind)| {
            let value = Redacted {
                kind: *kind,
                length: 40,
                entropy: Entropy::High,
                fingerprint: "0123456789abcdef".to_owned(),
            };
            ((*name).to_owned(), value)
        });
        with_environment(Observed::Known(variables.collect()))
    }

    #[test]
    fn every_secret_is_named_with_its_kind() {
        let finding = with_variables(&[
            ("DB_PASSWORD", Some(SecretKind::NamedSecret)),
            ("LOG_LEVEL", None),
            ("SIGNING_KEY", Some(SecretKind::PrivateKey)),
        ]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "DB_PASSWORD holds a value under a secret's name, SIGNING_KEY holds a private key"
        );
    }

    #[test]
    fn the_details_describe_the_secret_without_telling_it() {
        let finding = with_variables(&[("TOKEN", Some(SecretKind::JsonWebToken)), ("A", None)]);
        assert_eq!(
            finding.details.get("variables"),
            serde_json::json!([{
                "name": "TOKEN", "kind": "json-web-token", "length": 40, "entropy": "high",
                "fingerprint": "0123456789abcdef",
            }])
        );
        assert_eq!(finding.evidence[0].pointer, "/Environment/Variables");
    }

    #[test]
    fn every_kind_of_secret_fails() {
        for kind in SecretKind::ALL {
            let finding = with_variables(&[("X", Some(kind))]);
            assert_eq!(finding.outcome, Outcome::Fail, "{kind:?}");
        }
    }

    #[test]
    fn harmless_variables_and_none_pass() {
        assert_eq!(with_variables(&[("STAGE", None)]).outcome, Outcome::Pass);
        assert_eq!(with_variables(&[]).outcome, Outcome::Pass);
        assert_eq!(with_environment(Observed::Absent).outcome, Outcome::Pass);
    }

    #[test]
    fn variables_that_lambda_could_not_decrypt_are_not_assessed() {
        let finding = with_environment(fixtures::denied("kms:Decrypt"));
        assert_denied(&finding, "kms:Decrypt");
    }
}
