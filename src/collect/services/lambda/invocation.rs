//! URLs, and what becomes of asynchronous calls.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{Cors as SdkCors, FunctionEventInvokeConfig, FunctionUrlConfig};
use tripod_model::lambda::{Cors, EventInvokeConfig, Function, FunctionUrl};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{INVOKE, URLS, arn, note, sorted, source, text};
use crate::reply::{Page, pages};

/// The URLs of a function and of its aliases, and the exchange of the first page.
pub(super) async fn urls(
    client: &Client,
    name: &str,
) -> (Observed<Vec<FunctionUrl>>, Option<ExchangeId>) {
    let mut first = None;
    let urls = pages(
        URLS,
        |token| {
            let call = client.list_function_url_configs().function_name(name);
            call.set_marker(token).send()
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

/// Reads the settings of asynchronous calls, where there is a sign of any.
pub(super) async fn event_invoke_configs(client: &Client, function: &mut Function) {
    if !needs_invoke_configs(function) {
        return;
    }
    let mut first = None;
    let name = function.name.clone();
    function.event_invoke_configs = pages(
        INVOKE,
        |token| {
            let call = client.list_function_event_invoke_configs();
            call.function_name(&name).set_marker(token).send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.function_event_invoke_configs.as_deref();
            Page::of(list, output.next_marker(), |_, item| convert_invoke(item))
        },
    )
    .await
    .map(|mut configs| {
        configs.sort_by(|a, b| a.function_arn.cmp(&b.function_arn));
        configs
    });
    note(&mut function.sources, INVOKE, first.as_ref(), "");
}

/// A dead-letter target is for asynchronous calls only, and services that call need a statement in the
/// policy of what they call: the function, a version or an alias.
fn needs_invoke_configs(function: &Function) -> bool {
    let lets_a_service_in = |policy: &Observed<PolicyDocument>| match policy {
        Observed::Known(policy) => policy.0.contains(".amazonaws.com"),
        _ => false,
    };
    let versions = function.versions.iter().map(|version| &version.policy);
    let aliases = function.aliases.items().iter().map(|alias| &alias.policy);
    function.configuration.dead_letter_target.is_some()
        || lets_a_service_in(&function.policy)
        || versions.chain(aliases).any(lets_a_service_in)
}

fn convert_url(item: &FunctionUrlConfig, sources: Sources) -> FunctionUrl {
    FunctionUrl {
        function_arn: Arn::new(item.function_arn()),
        url: item.function_url().to_owned(),
        auth_type: item.auth_type().as_str().to_owned(),
        invoke_mode: text(item.invoke_mode()),
        cors: item.cors().map(convert_cors),
        sources,
    }
}

fn convert_cors(item: &SdkCors) -> Cors {
    Cors {
        allow_origins: sorted(item.allow_origins()),
        allow_methods: sorted(item.allow_methods()),
        allow_headers: sorted(item.allow_headers()),
        expose_headers: sorted(item.expose_headers()),
        allow_credentials: item.allow_credentials(),
        max_age_seconds: item.max_age().map(i64::from),
    }
}

fn convert_invoke(item: &FunctionEventInvokeConfig) -> Option<EventInvokeConfig> {
    let destinations = item.destination_config();
    Some(EventInvokeConfig {
        function_arn: arn(item.function_arn())?,
        on_success: arn(destinations
            .and_then(|it| it.on_success())
            .and_then(|success| success.destination())),
        on_failure: arn(destinations
            .and_then(|it| it.on_failure())
            .and_then(|failure| failure.destination())),
        maximum_retry_attempts: item.maximum_retry_attempts().map(i64::from),
        maximum_event_age_seconds: item.maximum_event_age_in_seconds().map(i64::from),
    })
}
