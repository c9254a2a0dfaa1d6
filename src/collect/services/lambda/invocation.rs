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

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;
    use tripod_model::fixtures;
    use tripod_model::lambda::Alias;

    use super::*;

    fn url() -> sdk::builders::FunctionUrlConfigBuilder {
        FunctionUrlConfig::builder()
            .function_arn("arn:claims:live")
            .function_url("https://x")
            .creation_time("t0")
            .last_modified_time("t1")
            .auth_type(sdk::FunctionUrlAuthType::AwsIam)
    }

    #[test]
    fn a_url_is_converted_with_its_cors_whole() {
        let cors = SdkCors::builder()
            .allow_origins("https://b")
            .allow_origins("https://a")
            .allow_methods("POST")
            .allow_methods("GET")
            .allow_headers("x-b")
            .allow_headers("x-a")
            .expose_headers("x-d")
            .expose_headers("x-c")
            .allow_credentials(true)
            .max_age(0);
        let item = url()
            .invoke_mode(sdk::InvokeMode::ResponseStream)
            .cors(cors.build());
        let whole = convert_url(&item.build().expect("whole"), Sources::default());
        let texts = |all: [&str; 2]| all.map(str::to_owned).to_vec();
        let expected = FunctionUrl {
            function_arn: Arn::new("arn:claims:live"),
            url: "https://x".to_owned(),
            auth_type: "AWS_IAM".to_owned(),
            invoke_mode: Some("RESPONSE_STREAM".to_owned()),
            cors: Some(Cors {
                allow_origins: texts(["https://a", "https://b"]),
                allow_methods: texts(["GET", "POST"]),
                allow_headers: texts(["x-a", "x-b"]),
                expose_headers: texts(["x-c", "x-d"]),
                allow_credentials: Some(true),
                max_age_seconds: Some(0),
            }),
            sources: Sources::default(),
        };
        assert_eq!(whole, expected);
    }

    #[test]
    fn a_url_without_its_optional_members_says_nothing_of_them() {
        let bare = convert_url(&url().build().expect("whole"), Sources::default());
        assert_eq!((bare.invoke_mode, bare.cors), (None, None));
        let cors = convert_cors(&SdkCors::builder().build());
        assert_eq!((cors.allow_credentials, cors.max_age_seconds), (None, None));
        assert!(cors.allow_origins.is_empty());
    }

    #[test]
    fn asynchronous_settings_are_converted_and_need_their_arn() {
        let item = FunctionEventInvokeConfig::builder()
            .function_arn("arn:claims:$LATEST")
            .maximum_retry_attempts(0)
            .maximum_event_age_in_seconds(60)
            .destination_config(
                sdk::DestinationConfig::builder()
                    .on_success(sdk::OnSuccess::builder().destination("arn:done").build())
                    .on_failure(sdk::OnFailure::builder().destination("arn:dead").build())
                    .build(),
            );
        let expected = EventInvokeConfig {
            function_arn: Arn::new("arn:claims:$LATEST"),
            on_success: Some(Arn::new("arn:done")),
            on_failure: Some(Arn::new("arn:dead")),
            maximum_retry_attempts: Some(0),
            maximum_event_age_seconds: Some(60),
        };
        assert_eq!(convert_invoke(&item.build()), Some(expected));
        let empty = sdk::DestinationConfig::builder()
            .on_success(sdk::OnSuccess::builder().build())
            .on_failure(sdk::OnFailure::builder().build());
        let bare = FunctionEventInvokeConfig::builder()
            .function_arn("arn:claims:$LATEST")
            .destination_config(empty.build());
        let expected = EventInvokeConfig {
            function_arn: Arn::new("arn:claims:$LATEST"),
            on_success: None,
            on_failure: None,
            maximum_retry_attempts: None,
            maximum_event_age_seconds: None,
        };
        assert_eq!(convert_invoke(&bare.build()), Some(expected));
        let placeless = FunctionEventInvokeConfig::builder().build();
        assert_eq!(convert_invoke(&placeless), None);
    }

    #[test]
    fn settings_are_asked_for_where_a_sign_of_asynchronous_callers_is() {
        let plain = fixtures::function("claims");
        assert!(!needs_invoke_configs(&plain));

        let mut dead_letters = plain.clone();
        dead_letters.configuration.dead_letter_target = Some(Arn::new("arn:dead"));
        assert!(needs_invoke_configs(&dead_letters));

        let policy = |principal: &str| {
            Observed::Known(fixtures::allow(
                principal,
                "lambda:InvokeFunction",
                "*",
                "{}",
            ))
        };
        let mut called = plain.clone();
        called.policy = policy(r#"{"AWS":"111122223333"}"#);
        assert!(!needs_invoke_configs(&called));
        called.policy = policy(r#"{"Service":"s3.amazonaws.com"}"#);
        assert!(needs_invoke_configs(&called));

        let mut called_by_alias = plain.clone();
        called_by_alias.aliases = Observed::Known(vec![Alias {
            arn: Arn::new("arn:live"),
            name: "live".to_owned(),
            description: None,
            version: None,
            weights: [].into(),
            policy: policy(r#"{"Service":"sns.amazonaws.com"}"#),
            sources: Sources::default(),
        }]);
        assert!(needs_invoke_configs(&called_by_alias));
    }
}
