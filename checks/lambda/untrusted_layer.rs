//! Functions that run layers of accounts for which nobody vouched.

use std::collections::BTreeSet;

use tripod_model::lambda::Function;
use tripod_model::{AccountId, Arn, Impact, Severity, Unknown};

use crate::lambda::{each_function, failed};
use crate::{
    Check, Confidence, Control, Outcomes, Service, Settings, Status, Verdict, View,
    wildcard_matches,
};

pub(crate) static CHECK: Check = Check {
    id: "lambda-untrusted-layer",
    title: "function with a layer of an account that is not trusted",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LX14"],
    needs: &["lambda:ListFunctions"],
    controls: &[Control::Baseline("CODE-7")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("untrusted_layer.md"),
    run,
};

/// Layers that AWS itself publishes under an account that is the same wherever AWS names it, and the page that names it.
/// Other layers of AWS come from an account of each region: those are for the user to trust.
const OF_AWS: [(&str, &str); 2] = [
    // Lambda Insights.
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versionsx86-64.html>
    ("580247275435", "LambdaInsightsExtension"),
    // Powertools for AWS Lambda.
    // <https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/>
    ("017000801446", "AWSLambdaPowertools"),
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |scope, function| {
        decide(function, &scope.account.id, view.settings())
    });
}

fn decide(function: &Function, own: &AccountId, settings: &Settings) -> Result<Verdict, Unknown> {
    let layers = &function.configuration.code.layers;
    let evidence = function.sources.evidence("lambda:ListFunctions", "/Layers");
    if layers.is_empty() {
        return Ok(Verdict::not_applicable("the function has no layer").evidence(evidence));
    }
    let mut strange: Vec<&str> = Vec::new();
    for layer in layers {
        let arn = layer.arn.as_ref().ok_or_else(|| {
            failed(
                "lambda:ListFunctions",
                "the answer has a layer without an ARN",
            )
        })?;
        if !known(arn, own, settings) {
            strange.push(arn.as_str());
        }
    }
    if strange.is_empty() {
        let message = "every layer is the account's own, AWS's, or trusted";
        return Ok(Verdict::pass(message).evidence(evidence));
    }
    let message = format!(
        "code of {} runs in it, which is not trusted: {}",
        accounts(&strange),
        strange.join(", ")
    );
    Ok(Verdict::fail(message)
        .detail("layers", strange)
        .evidence(evidence))
}

fn known(arn: &Arn, own: &AccountId, settings: &Settings) -> bool {
    let (account, name) = parts(arn.as_str());
    let of_aws =
        |(publisher, begin): &(&str, &str)| *publisher == account && name.starts_with(begin);
    account == own.as_str()
        || settings
            .trusted_accounts
            .iter()
            .any(|id| id.as_str() == account)
        || OF_AWS.iter().any(of_aws)
        || settings
            .trusted_layers
            .iter()
            .any(|pattern| wildcard_matches(pattern, arn.as_str()))
}

/// Account and name: `arn:PARTITION:lambda:REGION:ACCOUNT:layer:NAME:VERSION`. What has another form has neither, so
/// that it is nobody's.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html#awslambda-resources-for-iam-policies>
fn parts(arn: &str) -> (&str, &str) {
    match arn.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, "lambda", _, account, "layer", name, ..] => (account, name),
        _ => ("", ""),
    }
}

/// "account 1", "accounts 1 and 2".
fn accounts(layers: &[&str]) -> String {
    let names: BTreeSet<&str> = layers
        .iter()
        .map(|arn| match parts(arn).0 {
            "" => "an account that is not named",
            account => account,
        })
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names[..] {
        [one] if one.starts_with("an ") => one.to_owned(),
        [one] => format!("account {one}"),
        _ => format!("accounts {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tripod_model::lambda::UsedLayer;
    use tripod_model::{AccountId, Arn, Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::testing::{assert_denied, run_one, run_with};

    const OWN: &str = "arn:aws:lambda:eu-central-1:111122223333:layer:common:3";
    const STRANGE: &str = "arn:aws:lambda:eu-central-1:444455556666:layer:ocr:4";

    fn layer(arn: Option<&str>) -> UsedLayer {
        UsedLayer {
            arn: arn.map(Arn::new),
            size_bytes: None,
            signing_profile_version_arn: None,
            signing_job_arn: None,
        }
    }

    fn judged(layers: &[&str], settings: &Settings) -> Finding {
        let mut function = fixtures::function("claims");
        function.configuration.code.layers = layers.iter().map(|arn| layer(Some(arn))).collect();
        run_with(&CHECK, &fixtures::with_functions(vec![function]), settings).remove(0)
    }

    fn plain(layers: &[&str]) -> Finding {
        judged(layers, &Settings::default())
    }

    #[test]
    fn a_layer_of_another_account_fails_and_is_named() {
        let finding = plain(&[OWN, STRANGE]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("account 444455556666"));
        assert!(finding.message.contains(STRANGE));
        assert!(!finding.message.contains(OWN));
    }

    #[test]
    fn own_layers_pass_and_none_is_not_applicable() {
        assert_eq!(plain(&[OWN]).outcome, Outcome::Pass);
        assert_eq!(plain(&[]).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn layers_of_trusted_accounts_and_trusted_layers_pass() {
        let account = Settings {
            trusted_accounts: BTreeSet::from([AccountId::new("444455556666")]),
            ..Settings::default()
        };
        assert_eq!(judged(&[STRANGE], &account).outcome, Outcome::Pass);
        let of_name = |name: &str| Settings {
            trusted_layers: BTreeSet::from([format!(
                "arn:aws:lambda:*:444455556666:layer:{name}:*"
            )]),
            ..Settings::default()
        };
        assert_eq!(judged(&[STRANGE], &of_name("ocr")).outcome, Outcome::Pass);
        assert_eq!(judged(&[STRANGE], &of_name("other")).outcome, Outcome::Fail);
    }

    /// Anybody may call a layer as AWS does; the account tells.
    #[test]
    fn aws_is_known_by_account_and_name_and_not_by_name_alone() {
        let of = |account: &str, name: &str| {
            plain(&[&format!(
                "arn:aws:lambda:eu-central-1:{account}:layer:{name}:1"
            )])
            .outcome
        };
        assert_eq!(
            of("580247275435", "LambdaInsightsExtension-Arm64"),
            Outcome::Pass
        );
        assert_eq!(
            of(
                "017000801446",
                "AWSLambdaPowertoolsPythonV3-python312-x86_64"
            ),
            Outcome::Pass
        );
        assert_eq!(of("444455556666", "LambdaInsightsExtension"), Outcome::Fail);
    }

    #[test]
    fn what_is_no_arn_of_a_layer_is_nobodys() {
        let finding = plain(&["arn:aws:lambda:eu-central-1:111122223333:function:common"]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("an account that is not named"));
    }

    #[test]
    fn a_layer_without_an_arn_is_not_assessed() {
        let mut function = fixtures::function("claims");
        function.configuration.code.layers = vec![layer(None)];
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
