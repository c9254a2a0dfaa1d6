//! Functions whose code Lambda takes from anyone who may deploy, signed or not.

use tripod_model::lambda::{CodeSigningConfig, Function};
use tripod_model::{Impact, Severity};

use crate::lambda::code_signing::{self, each_function_with_config};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-missing-code-signing",
    title: "function without code signing",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LC01"],
    needs: code_signing::NEEDS,
    controls: &[Control::Baseline("CODE-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_code_signing.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function_with_config(view, out, decide);
}

fn decide(function: &Function, config: Option<&CodeSigningConfig>) -> Verdict {
    match config {
        Some(config) => Verdict::pass("the function has a code-signing configuration")
            .detail("code_signing_config", config.arn.as_str())
            .evidence(code_signing::evidence(config)),
        None => Verdict::fail("no code-signing configuration holds the function")
            .evidence(function.sources.evidence("lambda:ListFunctions", "")),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::Function;
    use tripod_model::{Arn, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::lambda::code_signing::fixtures::{config, with_configs};
    use crate::testing::{assert_denied, run_one};

    const LIST: &str = "lambda:ListFunctionsByCodeSigningConfig";

    fn bound_to(name: &str) -> Observed<Vec<Arn>> {
        Observed::Known(vec![fixtures::function(name).arn])
    }

    fn claims() -> Function {
        fixtures::function("claims")
    }

    #[test]
    fn a_function_that_no_configuration_holds_fails() {
        let configs = Observed::Known(vec![config("Enforce", bound_to("other"))]);
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_eq!(finding.outcome, Outcome::Fail);
        let finding = run_one(&CHECK, &with_configs(claims(), Observed::Known(vec![])));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn a_function_that_a_configuration_holds_passes_and_names_it() {
        let configs = Observed::Known(vec![config("Warn", bound_to("claims"))]);
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(
            finding
                .details
                .get("code_signing_config")
                .as_str()
                .is_some_and(|arn| arn.ends_with("csc-1"))
        );
    }

    #[test]
    fn a_container_image_is_not_applicable_whatever_is_unknown() {
        let mut function = claims();
        function.configuration.code.package_type = Some("Image".to_owned());
        let configs = fixtures::denied("lambda:ListCodeSigningConfigs");
        let finding = run_one(&CHECK, &with_configs(function, configs));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn denied_configurations_are_not_assessed() {
        let configs = fixtures::denied("lambda:ListCodeSigningConfigs");
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_denied(&finding, "lambda:ListCodeSigningConfigs");
    }

    #[test]
    fn a_configuration_with_unknown_functions_might_hold_it() {
        let configs = Observed::Known(vec![
            config("Enforce", fixtures::denied(LIST)),
            config("Enforce", bound_to("other")),
        ]);
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_denied(&finding, LIST);
    }

    #[test]
    fn another_configuration_that_holds_it_decides() {
        let configs = Observed::Known(vec![
            config("Enforce", fixtures::denied(LIST)),
            config("Enforce", bound_to("claims")),
        ]);
        let finding = run_one(&CHECK, &with_configs(claims(), configs));
        assert_eq!(finding.outcome, Outcome::Pass);
    }
}
