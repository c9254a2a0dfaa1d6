//! Reads AWS Lambda.
//!
//! Calls, for F functions and C code-signing configurations: ⌈F/50⌉ ListFunctions, F each of
//! GetFunction (its own quota of 100 a second), GetPolicy (15) and ListFunctionUrlConfigs (shared 15),
//! 1 + C for code signing by the inverse list, ⌈M/100⌉ event source mappings, 1 for the account; and
//! ListFunctionEventInvokeConfigs only where its answer can decide something.

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    CodeSigningConfig as SdkSigning, EventSourceMappingConfiguration, FunctionConfiguration,
    FunctionEventInvokeConfig, FunctionUrlConfig,
};
use tripod_model::lambda::{
    AccountSettings, CodeSigningConfig, EventInvokeConfig, EventSourceMapping, Function,
    FunctionDetails, FunctionUrl, Lambda, VpcAttachment,
};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Redacted, Sources};

use super::{arn, note, ordered, sorted, source, text};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, ask, failed, pages};

const LIST: &str = "lambda:ListFunctions";
const DETAILS: &str = "lambda:GetFunction";
const POLICY: &str = "lambda:GetPolicy";
const URLS: &str = "lambda:ListFunctionUrlConfigs";
const INVOKE: &str = "lambda:ListFunctionEventInvokeConfigs";
const SIGNING: &str = "lambda:ListCodeSigningConfigs";
const SIGNED: &str = "lambda:ListFunctionsByCodeSigningConfig";
const MAPPINGS: &str = "lambda:ListEventSourceMappings";
const SETTINGS: &str = "lambda:GetAccountSettings";

/// The answer of every operation here to a resource that is not there.
const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];

pub(crate) static COLLECTOR: Collector = Collector {
    service: "lambda",
    place: Place::Regional,
    operations: &[
        LIST, DETAILS, POLICY, URLS, INVOKE, SIGNING, SIGNED, MAPPINGS, SETTINGS,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.lambda();
    let (functions, code_signing_configs, event_source_mappings, account_settings) = futures::join!(
        functions(&client),
        code_signing_configs(&client),
        event_source_mappings(&client),
        account_settings(&client),
    );
    Part::Lambda(Lambda {
        functions,
        code_signing_configs,
        event_source_mappings,
        account_settings,
    })
}

async fn functions(client: &Client) -> Observed<Vec<Function>> {
    let listed = pages(
        LIST,
        |token| client.list_functions().set_marker(token).send(),
        |output, exchange| {
            let list = output.functions.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                convert(item, source(LIST, exchange, format!("/Functions/{index}")))
            })
        },
    )
    .await;
    let Observed::Known(functions) = listed else {
        return listed;
    };
    let mut functions = in_parallel(functions, |function| describe(client, function)).await;
    functions.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(functions)
}

async fn describe(client: &Client, mut function: Function) -> Function {
    let name = function.name.clone();
    let (details, policy, urls) = futures::join!(
        ask(
            DETAILS,
            NOT_FOUND,
            client.get_function().function_name(&name).send()
        ),
        ask(
            POLICY,
            NOT_FOUND,
            client.get_policy().function_name(&name).send()
        ),
        urls(client, &name),
    );
    note(
        &mut function.sources,
        DETAILS,
        details.exchange.as_ref(),
        "",
    );
    note(&mut function.sources, POLICY, policy.exchange.as_ref(), "");
    function.details = details.value.map(|output| FunctionDetails {
        reserved_concurrency: output
            .concurrency()
            .and_then(|concurrency| concurrency.reserved_concurrent_executions())
            .map(i64::from),
        state: text(output.configuration().and_then(|c| c.state())),
        state_reason_code: text(output.configuration().and_then(|c| c.state_reason_code())),
        last_update_status: text(output.configuration().and_then(|c| c.last_update_status())),
        last_update_status_reason_code: text(
            output
                .configuration()
                .and_then(|c| c.last_update_status_reason_code()),
        ),
        tags: ordered(output.tags()),
    });
    function.policy = match policy.value {
        Observed::Known(output) => match output.policy() {
            Some(text) => Observed::Known(PolicyDocument(text.to_owned())),
            // No policy is an error code, never an answer without one.
            None => failed(POLICY, "the answer holds no policy"),
        },
        unknown => unknown.map(|_| PolicyDocument(String::new())),
    };
    let (urls, exchange) = urls;
    note(&mut function.sources, URLS, exchange.as_ref(), "");
    function.urls = urls;
    if needs_invoke_configs(&function) {
        event_invoke_configs(client, &mut function).await;
    }
    function
}

/// Where failed events go matters for asynchronous callers only, and those need a statement in the
/// function's policy; a dead-letter target answers the question already.
fn needs_invoke_configs(function: &Function) -> bool {
    let granted_to_a_service = match &function.policy {
        Observed::Known(policy) => policy.0.contains(".amazonaws.com"),
        _ => false,
    };
    function.dead_letter_target.is_none() && granted_to_a_service
}

async fn urls(client: &Client, name: &str) -> (Observed<Vec<FunctionUrl>>, Option<ExchangeId>) {
    let mut first = None;
    let urls = pages(
        URLS,
        |token| {
            client
                .list_function_url_configs()
                .function_name(name)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = Some(output.function_url_configs());
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/FunctionUrlConfigs/{index}");
                Some(convert_url(item, source(URLS, exchange, pointer)))
            })
        },
    )
    .await
    .map(|mut urls| {
        urls.sort_by(|a, b| a.function_arn.cmp(&b.function_arn));
        urls
    });
    (urls, first)
}

async fn event_invoke_configs(client: &Client, function: &mut Function) {
    let mut first = None;
    let name = function.name.clone();
    function.event_invoke_configs = pages(
        INVOKE,
        |token| {
            client
                .list_function_event_invoke_configs()
                .function_name(&name)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.function_event_invoke_configs.as_deref();
            Page::of(list, output.next_marker(), |_, item| {
                Some(convert_invoke(item))
            })
        },
    )
    .await
    .map(|mut configs| {
        configs.sort_by(|a, b| a.function_arn.cmp(&b.function_arn));
        configs
    });
    note(&mut function.sources, INVOKE, first.as_ref(), "");
}

async fn code_signing_configs(client: &Client) -> Observed<Vec<CodeSigningConfig>> {
    let listed = pages(
        SIGNING,
        |token| client.list_code_signing_configs().set_marker(token).send(),
        |output, exchange| {
            let list = output.code_signing_configs.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/CodeSigningConfigs/{index}");
                Some(convert_signing(item, source(SIGNING, exchange, pointer)))
            })
        },
    )
    .await;
    let Observed::Known(configs) = listed else {
        return listed;
    };
    let mut configs = in_parallel(configs, |config| signed_functions(client, config)).await;
    configs.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(configs)
}

async fn signed_functions(client: &Client, mut config: CodeSigningConfig) -> CodeSigningConfig {
    let mut first = None;
    config.functions = pages(
        SIGNED,
        |token| {
            client
                .list_functions_by_code_signing_config()
                .code_signing_config_arn(config.arn.as_str())
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.function_arns.as_deref();
            Page::of(list, output.next_marker(), |_, arn| Some(Arn::new(arn)))
        },
    )
    .await
    .map(|mut arns: Vec<Arn>| {
        arns.sort();
        arns
    });
    note(&mut config.sources, SIGNED, first.as_ref(), "");
    config
}

async fn event_source_mappings(client: &Client) -> Observed<Vec<EventSourceMapping>> {
    pages(
        MAPPINGS,
        |token| client.list_event_source_mappings().set_marker(token).send(),
        |output, exchange| {
            let list = output.event_source_mappings.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/EventSourceMappings/{index}");
                Some(convert_mapping(item, source(MAPPINGS, exchange, pointer)))
            })
        },
    )
    .await
    .map(|mut mappings| {
        mappings.sort_by(|a, b| a.uuid.cmp(&b.uuid));
        mappings
    })
}

async fn account_settings(client: &Client) -> Observed<AccountSettings> {
    let reply = ask(SETTINGS, &[], client.get_account_settings().send()).await;
    let output = match reply.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    let sources = source(SETTINGS, reply.exchange.as_ref(), String::new());
    let limit = output.account_limit();
    let unreserved = limit.and_then(|limit| limit.unreserved_concurrent_executions());
    match (limit, unreserved) {
        (Some(limit), Some(unreserved)) => Observed::Known(AccountSettings {
            concurrent_executions: i64::from(limit.concurrent_executions()),
            unreserved_concurrent_executions: i64::from(unreserved),
            function_count: output
                .account_usage()
                .map_or(0, |usage| usage.function_count()),
            sources,
        }),
        _ => Observed::Failed {
            operation: SETTINGS.to_owned(),
            error: "the answer holds no concurrency limits".to_owned(),
        },
    }
}

/// A function as the list shows it; one without a name or an ARN cannot be spoken of.
fn convert(item: &FunctionConfiguration, sources: Sources) -> Option<Function> {
    Some(Function {
        arn: Arn::new(item.function_arn()?),
        name: item.function_name()?.to_owned(),
        package_type: text(item.package_type()).unwrap_or_else(|| "Zip".to_owned()),
        runtime: text(item.runtime()),
        role: arn(item.role()),
        timeout_seconds: item.timeout().map(i64::from),
        memory_mib: item.memory_size().map(i64::from),
        code_sha256: item.code_sha256().map(str::to_owned),
        last_modified: item.last_modified().map(str::to_owned),
        vpc: vpc(item),
        environment: environment(item),
        kms_key_arn: arn(item.kms_key_arn()),
        dead_letter_target: arn(item.dead_letter_config().and_then(|dlq| dlq.target_arn())),
        tracing_mode: text(item.tracing_config().and_then(|tracing| tracing.mode())),
        layers: item
            .layers()
            .iter()
            .filter_map(|layer| arn(layer.arn()))
            .collect(),
        details: Observed::NotCollected,
        policy: Observed::NotCollected,
        urls: Observed::NotCollected,
        event_invoke_configs: Observed::NotCollected,
        sources,
    })
}

/// Lambda shows an empty attachment for functions that once had one.
fn vpc(item: &FunctionConfiguration) -> Option<VpcAttachment> {
    let config = item
        .vpc_config()
        .filter(|config| !config.subnet_ids().is_empty())?;
    Some(VpcAttachment {
        vpc_id: config
            .vpc_id()
            .filter(|id| !id.is_empty())
            .map(str::to_owned),
        subnet_ids: sorted(config.subnet_ids()),
        security_group_ids: sorted(config.security_group_ids()),
        ipv6_allowed: config.ipv6_allowed_for_dual_stack().unwrap_or(false),
    })
}

/// The environment's markers. `Environment.Error` is how Lambda says that the caller may not decrypt.
fn environment(item: &FunctionConfiguration) -> Observed<BTreeMap<String, Redacted>> {
    let Some(environment) = item.environment() else {
        return Observed::Absent;
    };
    if let Some(error) = environment.error() {
        return undecrypted(error.error_code().unwrap_or("unknown"), error.message());
    }
    let Some(variables) = environment.variables().filter(|map| !map.is_empty()) else {
        return Observed::Absent;
    };
    let markers: Result<BTreeMap<String, Redacted>, _> = variables
        .iter()
        .map(|(name, marker)| marker.parse().map(|marker| (name.clone(), marker)))
        .collect();
    match markers {
        Ok(markers) => Observed::Known(markers),
        // Cannot happen behind the transport; and a value that is no marker must not go further.
        Err(error) => Observed::Failed {
            operation: LIST.to_owned(),
            error: error.to_string(),
        },
    }
}

fn undecrypted(code: &str, message: Option<&str>) -> Observed<BTreeMap<String, Redacted>> {
    if code.contains("AccessDenied") {
        Observed::Denied {
            operation: "kms:Decrypt".to_owned(),
            code: code.to_owned(),
            request_id: None,
        }
    } else {
        Observed::Failed {
            operation: LIST.to_owned(),
            error: format!(
                "the environment was not shown: {code}: {}",
                message.unwrap_or("no message")
            ),
        }
    }
}

fn convert_url(item: &FunctionUrlConfig, sources: Sources) -> FunctionUrl {
    FunctionUrl {
        function_arn: Arn::new(item.function_arn()),
        url: item.function_url().to_owned(),
        auth_type: item.auth_type().as_str().to_owned(),
        cors_allow_origins: item
            .cors()
            .map(|cors| sorted(cors.allow_origins()))
            .unwrap_or_default(),
        sources,
    }
}

fn convert_invoke(item: &FunctionEventInvokeConfig) -> EventInvokeConfig {
    EventInvokeConfig {
        function_arn: Arn::new(item.function_arn().unwrap_or_default()),
        on_failure: arn(item
            .destination_config()
            .and_then(|destinations| destinations.on_failure())
            .and_then(|failure| failure.destination())),
        maximum_retry_attempts: item.maximum_retry_attempts().map(i64::from),
        maximum_event_age_seconds: item.maximum_event_age_in_seconds().map(i64::from),
    }
}

fn convert_signing(item: &SdkSigning, sources: Sources) -> CodeSigningConfig {
    let mut profiles: Vec<Arn> = item
        .allowed_publishers()
        .map(|publishers| publishers.signing_profile_version_arns())
        .unwrap_or_default()
        .iter()
        .map(Arn::new)
        .collect();
    profiles.sort();
    CodeSigningConfig {
        arn: Arn::new(item.code_signing_config_arn()),
        untrusted_artifact_on_deployment: text(
            item.code_signing_policies()
                .and_then(|policies| policies.untrusted_artifact_on_deployment()),
        )
        // AWS's default where the policy is left out.
        // https://docs.aws.amazon.com/lambda/latest/api/API_CodeSigningPolicies.html
        .unwrap_or_else(|| "Warn".to_owned()),
        signing_profile_version_arns: profiles,
        functions: Observed::NotCollected,
        sources,
    }
}

fn convert_mapping(item: &EventSourceMappingConfiguration, sources: Sources) -> EventSourceMapping {
    EventSourceMapping {
        uuid: item.uuid().unwrap_or_default().to_owned(),
        function_arn: arn(item.function_arn()),
        event_source_arn: arn(item.event_source_arn()),
        state: item.state().map(str::to_owned),
        on_failure: arn(item
            .destination_config()
            .and_then(|destinations| destinations.on_failure())
            .and_then(|failure| failure.destination())),
        sources,
    }
}
