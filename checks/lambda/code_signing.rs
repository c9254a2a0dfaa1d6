//! Which code-signing configuration a function has.
//!
//! Read the other way round, from the configurations to their functions: one call for each configuration
//! and not one for each function.

use std::collections::BTreeMap;

use tripod_model::lambda::{CodeSigningConfig, Function, Lambda};
use tripod_model::{Arn, Evidence, Snapshot, Unknown};

use crate::lambda::{each_function_of, is_image};
use crate::{Outcomes, Scope, Verdict};

/// The operations that tell.
pub(crate) const NEEDS: &[&str] = &[
    "lambda:ListFunctions",
    "lambda:ListCodeSigningConfigs",
    "lambda:ListFunctionsByCodeSigningConfig",
];

/// One outcome for every function: not applicable for container images, else what `decide` says of the
/// configuration the function is bound to.
pub(crate) fn each_function_with_config(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Function, Option<&CodeSigningConfig>) -> Verdict,
) {
    for scope in Scope::all(snapshot) {
        let bindings = Bindings::of(&scope.region.lambda);
        each_function_of(&scope, out, |function| {
            if is_image(function)? {
                return Ok(Verdict::not_applicable(
                    "the function is a container image; code signing covers zip archives only",
                ));
            }
            Ok(decide(function, bindings.config_of(&function.arn)?))
        });
    }
}

/// Where the binding of a function to its configuration can be read.
pub(crate) fn evidence(config: &CodeSigningConfig) -> Vec<Evidence> {
    let mut evidence = config.sources.evidence(
        "lambda:ListCodeSigningConfigs",
        "/CodeSigningPolicies/UntrustedArtifactOnDeployment",
    );
    evidence.extend(
        config
            .sources
            .evidence("lambda:ListFunctionsByCodeSigningConfig", "/FunctionArns"),
    );
    evidence
}

/// Configurations by function.
struct Bindings<'a> {
    configs: BTreeMap<&'a Arn, &'a CodeSigningConfig>,
    /// Why a function that is not in `configs` may be bound all the same.
    gap: Option<Unknown>,
}

impl<'a> Bindings<'a> {
    fn of(lambda: &'a Lambda) -> Self {
        let mut bindings = Self {
            configs: BTreeMap::new(),
            gap: lambda.code_signing_configs.found().err(),
        };
        for config in lambda.code_signing_configs.items() {
            match config.functions.found() {
                Ok(functions) => {
                    let bound = functions.into_iter().flatten();
                    bindings.configs.extend(bound.map(|arn| (arn, config)));
                }
                Err(unknown) => {
                    bindings.gap.get_or_insert(unknown);
                }
            }
        }
        bindings
    }

    fn config_of(&self, function: &Arn) -> Result<Option<&'a CodeSigningConfig>, Unknown> {
        match (self.configs.get(function), &self.gap) {
            (Some(config), _) => Ok(Some(config)),
            (None, Some(unknown)) => Err(unknown.clone()),
            (None, None) => Ok(None),
        }
    }
}

#[cfg(test)]
pub(crate) mod fixtures {
    //! Configurations for the tests of the checks that use this.

    use tripod_model::lambda::{CodeSigningConfig, Function};
    use tripod_model::{Arn, Observed, Snapshot, fixtures};

    /// A configuration with what is known of its functions.
    pub(crate) fn config(policy: &str, functions: Observed<Vec<Arn>>) -> CodeSigningConfig {
        CodeSigningConfig {
            arn: Arn::new("arn:aws:lambda:eu-central-1:111122223333:code-signing-config:csc-1"),
            description: None,
            last_modified: "2026-11-01T00:00:00.000000Z".to_owned(),
            untrusted_artifact_on_deployment: Some(policy.to_owned()),
            signing_profile_version_arns: vec![],
            functions,
            sources: fixtures::sources(&[
                "lambda:ListCodeSigningConfigs",
                "lambda:ListFunctionsByCodeSigningConfig",
            ]),
        }
    }

    /// One function and these configurations.
    pub(crate) fn with_configs(
        function: Function,
        configs: Observed<Vec<CodeSigningConfig>>,
    ) -> Snapshot {
        fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![function]);
            region.lambda.code_signing_configs = configs;
        })
    }
}
