//! Reads AWS Lambda.
//!
//! Calls, for F functions with V published versions and A aliases, C code-signing configurations, M event
//! source mappings, L layers with N versions, P capacity providers. Where no bucket is named, the calls
//! share one of 15 a second.
//!
//! | calls | operation |
//! |---|---|
//! | ⌈(F+V)/50⌉ | `ListFunctions` of all versions, which is the plain list and the versions in one |
//! | F | `GetFunction`, its own bucket of 100 a second |
//! | F + V + A | `GetPolicy`, its own bucket of 15 a second: each qualifier has a policy of its own |
//! | F | `ListFunctionUrlConfigs` |
//! | F | `ListAliases` |
//! | some of F | `ListProvisionedConcurrencyConfigs`: functions with a version |
//! | some of F | `ListFunctionEventInvokeConfigs`: functions with a sign of asynchronous callers |
//! | some of V | `GetFunctionScalingConfig`: versions on a capacity provider |
//! | 1 + C | `ListCodeSigningConfigs`, `ListFunctionsByCodeSigningConfig`: the inverse list |
//! | ⌈M/100⌉, 1 | `ListEventSourceMappings`, `GetAccountSettings` |
//! | ⌈L/50⌉, up to L, N | `ListLayers`, `ListLayerVersions`, `GetLayerVersionPolicy` |
//! | ⌈P/50⌉ | `ListCapacityProviders`, a bucket of 15 a second with its kin |
//! | F each | `GetRuntimeManagementConfig` (not of images), `GetFunctionRecursionConfig` |
//!
//! The last row comes when everything else was read. It has no bulk form, and it is half of the time:
//! 1000 functions take 133 s without it and 267 s with it at the whole quota. A scan that is stopped
//! there lacks nothing but these two facts.

mod account;
mod configuration;
mod functions;
mod invocation;
mod layers;
mod mappings;
mod qualifiers;

use tripod_model::{Arn, Observed, PolicyDocument, lambda::Lambda};

use super::{arn, filled, note, ordered, sorted, source, text};
use crate::collector::{Collector, Part, Place};
use crate::context::Context;
use crate::reply::{Reply, failed};

const LIST: &str = "lambda:ListFunctions";
const DETAILS: &str = "lambda:GetFunction";
const POLICY: &str = "lambda:GetPolicy";
const URLS: &str = "lambda:ListFunctionUrlConfigs";
const ALIASES: &str = "lambda:ListAliases";
const PROVISIONED: &str = "lambda:ListProvisionedConcurrencyConfigs";
const SCALING: &str = "lambda:GetFunctionScalingConfig";
const INVOKE: &str = "lambda:ListFunctionEventInvokeConfigs";
const RUNTIME: &str = "lambda:GetRuntimeManagementConfig";
const RECURSION: &str = "lambda:GetFunctionRecursionConfig";
const SIGNING: &str = "lambda:ListCodeSigningConfigs";
const SIGNED: &str = "lambda:ListFunctionsByCodeSigningConfig";
const MAPPINGS: &str = "lambda:ListEventSourceMappings";
const SETTINGS: &str = "lambda:GetAccountSettings";
const LAYERS: &str = "lambda:ListLayers";
const LAYER_VERSIONS: &str = "lambda:ListLayerVersions";
const LAYER_POLICY: &str = "lambda:GetLayerVersionPolicy";
const PROVIDERS: &str = "lambda:ListCapacityProviders";

/// The answer of every operation here to a resource that is not there.
const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];

pub(crate) static COLLECTOR: Collector = Collector {
    service: "lambda",
    place: Place::Regional,
    operations: &[
        LIST,
        DETAILS,
        POLICY,
        URLS,
        ALIASES,
        PROVISIONED,
        SCALING,
        INVOKE,
        SIGNING,
        SIGNED,
        MAPPINGS,
        SETTINGS,
        LAYERS,
        LAYER_VERSIONS,
        LAYER_POLICY,
        PROVIDERS,
        RUNTIME,
        RECURSION,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.lambda();
    let functions = async {
        let listed = functions::list(&client).await;
        functions::describe(&client, listed).await
    };
    let (functions, event_source_mappings, signing, settings, layers, providers) = futures::join!(
        functions,
        mappings::list(&client),
        account::code_signing_configs(&client),
        account::settings(&client),
        layers::layers(&client),
        account::capacity_providers(&client),
    );
    Part::Lambda(Box::new(Lambda {
        functions: functions::upkeep(&client, functions).await,
        code_signing_configs: signing,
        event_source_mappings,
        account_settings: settings,
        layers,
        capacity_providers: providers,
    }))
}

/// A policy out of its answer. No policy is an error code, never an answer without one.
fn document<T>(
    operation: &str,
    reply: Reply<T>,
    text: impl FnOnce(&T) -> Option<&str>,
) -> Observed<PolicyDocument> {
    match reply.value {
        Observed::Known(output) => match text(&output) {
            Some(text) => Observed::Known(PolicyDocument(text.to_owned())),
            None => failed(operation, "the answer holds no policy"),
        },
        unknown => unknown.map(|_| PolicyDocument(String::new())),
    }
}

/// The ARN of a function without its qualifier, and the qualifier:
/// `arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
fn split_qualifier(arn: &str) -> (&str, Option<&str>) {
    match arn.match_indices(':').nth(6) {
        Some((at, _)) => (&arn[..at], Some(&arn[at + 1..])),
        None => (arn, None),
    }
}

/// A number that the SDK gives as 0 where AWS says nothing.
fn said(number: i64) -> Option<i64> {
    (number != 0).then_some(number)
}

/// The wire texts of a list of the SDK's enumerations, sorted.
fn texts<E: AsRef<str>>(values: &[E]) -> Vec<String> {
    let mut texts: Vec<String> = values.iter().map(|it| it.as_ref().to_owned()).collect();
    texts.sort();
    texts
}

/// Texts as ARNs, sorted.
fn arns(texts: &[String]) -> Vec<Arn> {
    let mut arns: Vec<Arn> = texts.iter().map(Arn::new).collect();
    arns.sort();
    arns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qualifier_is_what_follows_the_name() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:claims";
        assert_eq!(split_qualifier(arn), (arn, None));
        assert_eq!(
            split_qualifier(&format!("{arn}:$LATEST")),
            (arn, Some("$LATEST"))
        );
        assert_eq!(split_qualifier(&format!("{arn}:7")), (arn, Some("7")));
        assert_eq!(split_qualifier("claims"), ("claims", None));
    }

    #[test]
    fn a_policy_is_what_the_answer_holds_and_an_answer_without_one_is_none() {
        let reply = |value| Reply {
            value,
            exchange: None,
        };
        let whole: Observed<Option<&str>> = Observed::Known(Some("{}"));
        assert_eq!(
            document(POLICY, reply(whole), |text| *text),
            Observed::Known(PolicyDocument("{}".to_owned()))
        );
        let bare: Observed<Option<&str>> = Observed::Known(None);
        assert_eq!(
            document(POLICY, reply(bare), |text| *text),
            failed(POLICY, "the answer holds no policy")
        );
        let none: Observed<Option<&str>> = Observed::Absent;
        assert_eq!(
            document(POLICY, reply(none), |text| *text),
            Observed::Absent
        );
    }
}
