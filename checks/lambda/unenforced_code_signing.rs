//! Code signing that warns and lets through.

use tripod_model::lambda::{CodeSigningConfig, Function};
use tripod_model::{Impact, Severity};

use crate::lambda::code_signing::{self, each_function_with_config};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-unenforced-code-signing",
    title: "code signing that lets untrusted code through",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LC02"],
    needs: code_signing::NEEDS,
    controls: &[Control::Baseline("CODE-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unenforced_code_signing.md"),
    run,
};

/// What a policy that AWS leaves out means.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CodeSigningPolicies.html>
const DEFAULT_POLICY: &str = "Warn";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function_with_config(view, out, decide);
}

fn decide(_: &Function, config: Option<&CodeSigningConfig>) -> Verdict {
    let Some(config) = config else {
        return Verdict::not_applicable("the function has no code-signing configuration");
    };
    let policy = config
        .untrusted_artifact_on_deployment
        .as_deref()
        .unwrap_or(DEFAULT_POLICY);
    // Whatever is not Enforce lets code through; a value of tomorrow is no exception.
    if policy == "Enforce" {
        Verdict::pass("code without a valid signature is refused")
    } else {
        Verdict::fail(format!(
            "the code-signing policy is {policy}: code without a valid signature is deployed all the same"
        ))
    }
    .detail("code_signing_config", config.arn.as_str())
    .detail("policy", policy)
    .evidence(code_signing::evidence(config))
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{CodeSigningConfig, Function};
    use tripod_model::{Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::lambda::code_signing::fixtures::{config, with_configs};
    use crate::testing::{assert_denied, run_one};

    fn claims() -> Function {
        fixtures::function("claims")
    }

    fn bound(policy: &str) -> Observed<Vec<CodeSigningConfig>> {
        Observed::Known(vec![config(policy, Observed::Known(vec![claims().arn]))])
    }

    #[test]
    fn a_policy_that_warns_fails() {
        let finding = run_one(&CHECK, &with_configs(claims(), bound("Warn")));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("policy"), "Warn");
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn a_policy_left_out_warns_and_fails() {
        let mut config = config("Enforce", Observed::Known(vec![claims().arn]));
        config.untrusted_artifact_on_deployment = None;
        let finding = run_one(
            &CHECK,
            &with_configs(claims(), Observed::Known(vec![config])),
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("policy"), "Warn");
    }

    #[test]
    fn a_policy_that_enforces_passes() {
        let finding = run_one(&CHECK, &with_configs(claims(), bound("Enforce")));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn without_a_configuration_or_with_an_image_the_question_does_not_arise() {
        let finding = run_one(&CHECK, &with_configs(claims(), Observed::Known(vec![])));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
        let mut image = claims();
        image.configuration.code.package_type = Some("Image".to_owned());
        let finding = run_one(&CHECK, &with_configs(image, bound("Warn")));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn unknown_bindings_are_not_assessed() {
        let operation = "lambda:ListFunctionsByCodeSigningConfig";
        let configs = Observed::Known(vec![config("Warn", fixtures::denied(operation))]);
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_denied(&finding, operation);
        let configs = fixtures::denied("lambda:ListCodeSigningConfigs");
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_denied(&finding, "lambda:ListCodeSigningConfigs");
    }
}
