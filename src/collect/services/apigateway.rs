//! Reads API Gateway REST APIs.
//!
//! Calls, for A APIs: ⌈A/500⌉ GetRestApis, 1 GetAccount, and per API 1 GetStages, ⌈resources/500⌉
//! GetResources with methods embedded (no call per method), 1 GetRequestValidators, 1 GetAuthorizers.
//! The list holds policy and endpoint, so GetRestApi is not needed.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    Authorizer as SdkAuthorizer, Method as SdkMethod, MethodSetting as SdkSetting,
    RequestValidator as SdkValidator, Resource, RestApi as SdkApi, Stage as SdkStage,
};
use tripod_model::apigateway::{
    ApiGateway, ApiGatewayAccount, Authorizer, Method, MethodSetting, RequestValidator, RestApi,
    Stage,
};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{arn, note, ordered, source};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, ask, failed, pages};

const APIS: &str = "apigateway:GetRestApis";
const ACCOUNT: &str = "apigateway:GetAccount";
const STAGES: &str = "apigateway:GetStages";
const RESOURCES: &str = "apigateway:GetResources";
const VALIDATORS: &str = "apigateway:GetRequestValidators";
const AUTHORIZERS: &str = "apigateway:GetAuthorizers";

/// The largest page of every list of this API.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html>
const LARGEST_PAGE: i32 = 500;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "apigateway",
    place: Place::Regional,
    operations: &[APIS, ACCOUNT, STAGES, RESOURCES, VALIDATORS, AUTHORIZERS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.apigateway();
    let (rest_apis, account) = futures::join!(rest_apis(&context, &client), account(&client));
    Part::ApiGateway(ApiGateway { rest_apis, account })
}

async fn account(client: &Client) -> Observed<ApiGatewayAccount> {
    let reply = ask(ACCOUNT, &[], client.get_account().send()).await;
    let sources = source(ACCOUNT, reply.exchange.as_ref(), String::new());
    reply.value.map(|output| {
        let throttle = output.throttle_settings();
        ApiGatewayAccount {
            cloudwatch_role_arn: arn(output.cloudwatch_role_arn()),
            // The SDK reads a missing limit as zero, and no account has a limit of zero.
            throttle_rate_limit: throttle.map(|t| t.rate_limit()).filter(|rate| *rate > 0.0),
            throttle_burst_limit: throttle
                .map(|t| i64::from(t.burst_limit()))
                .filter(|burst| *burst > 0),
            sources,
        }
    })
}

async fn rest_apis(context: &Context, client: &Client) -> Observed<Vec<RestApi>> {
    let listed = pages(
        APIS,
        |token| {
            client
                .get_rest_apis()
                .limit(LARGEST_PAGE)
                .set_position(token)
                .send()
        },
        |output, exchange| {
            let list = output.items.as_deref();
            Page::of(list, output.position(), |index, item| {
                convert_api(
                    context,
                    item,
                    source(APIS, exchange, format!("/item/{index}")),
                )
            })
        },
    )
    .await;
    let Observed::Known(apis) = listed else {
        return listed;
    };
    let mut apis = in_parallel(apis, |api| describe(client, api)).await;
    apis.sort_by(|a, b| a.id.cmp(&b.id));
    Observed::Known(apis)
}

async fn describe(client: &Client, mut api: RestApi) -> RestApi {
    let id = api.id.clone();
    let arn = api.arn.clone();
    let (stages, methods, validators, authorizers) = futures::join!(
        ask(STAGES, &[], client.get_stages().rest_api_id(&id).send()),
        methods(client, &id, &arn),
        validators(client, &id),
        authorizers(client, &id),
    );
    note(&mut api.sources, STAGES, stages.exchange.as_ref(), "");
    let exchange = stages.exchange;
    api.stages = match stages.value {
        Observed::Known(output) => match output.item.as_deref() {
            Some(items) => convert_stages(&arn, items, exchange.as_ref()),
            None => failed(STAGES, "the answer holds no list"),
        },
        unknown => unknown.unknown_as(),
    };
    api.methods = methods;
    api.request_validators = validators;
    api.authorizers = authorizers;
    api
}

async fn methods(client: &Client, id: &str, arn: &Arn) -> Observed<Vec<Method>> {
    pages(
        RESOURCES,
        |token| {
            client
                .get_resources()
                .rest_api_id(id)
                .embed("methods")
                .limit(LARGEST_PAGE)
                .set_position(token)
                .send()
        },
        |output, exchange| {
            let list = output.items.as_deref();
            Page::flat(list, output.position(), |index, item| {
                convert_methods(arn, item, |http_method| {
                    let pointer = format!("/item/{index}/resourceMethods/{http_method}");
                    source(RESOURCES, exchange, pointer)
                })
            })
        },
    )
    .await
    .map(|mut methods| {
        methods.sort_by(|a, b| (&a.path, &a.http_method).cmp(&(&b.path, &b.http_method)));
        methods
    })
}

async fn validators(client: &Client, id: &str) -> Observed<Vec<RequestValidator>> {
    pages(
        VALIDATORS,
        |token| {
            client
                .get_request_validators()
                .rest_api_id(id)
                .limit(LARGEST_PAGE)
                .set_position(token)
                .send()
        },
        |output, _| {
            let list = output.items.as_deref();
            Page::of(list, output.position(), |_, item| convert_validator(item))
        },
    )
    .await
    .map(|mut validators| {
        validators.sort_by(|a, b| a.id.cmp(&b.id));
        validators
    })
}

async fn authorizers(client: &Client, id: &str) -> Observed<Vec<Authorizer>> {
    pages(
        AUTHORIZERS,
        |token| {
            client
                .get_authorizers()
                .rest_api_id(id)
                .limit(LARGEST_PAGE)
                .set_position(token)
                .send()
        },
        |output, _| {
            let list = output.items.as_deref();
            Page::of(list, output.position(), |_, item| convert_authorizer(item))
        },
    )
    .await
    .map(|mut authorizers| {
        authorizers.sort_by(|a, b| a.id.cmp(&b.id));
        authorizers
    })
}

/// An API without an id cannot be asked about any further.
fn convert_api(context: &Context, item: &SdkApi, sources: Sources) -> Option<RestApi> {
    let id = item.id()?.to_owned();
    let endpoint = item.endpoint_configuration();
    Some(RestApi {
        arn: Arn::new(format!(
            "arn:{}:apigateway:{}::/restapis/{id}",
            context.partition, context.region
        )),
        name: item.name().unwrap_or(&id).to_owned(),
        endpoint_types: endpoint
            .map(|endpoint| endpoint.types())
            .unwrap_or_default()
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        policy: item.policy().filter(|text| !text.is_empty()).map(policy),
        disable_execute_api_endpoint: item.disable_execute_api_endpoint(),
        api_key_source: item
            .api_key_source()
            .map(|source| source.as_str().to_owned()),
        stages: Observed::NotCollected,
        methods: Observed::NotCollected,
        request_validators: Observed::NotCollected,
        authorizers: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

/// API Gateway gives the policy with its quotes escaped once more than JSON needs.
fn policy(text: &str) -> PolicyDocument {
    let escaped = text.trim_start().starts_with("{\\\"");
    let unescaped = escaped
        .then(|| serde_json::from_str::<String>(&format!("\"{text}\"")).ok())
        .flatten();
    PolicyDocument(unescaped.unwrap_or_else(|| text.to_owned()))
}

/// The list comes in one piece and not by pages.
fn convert_stages(
    api: &Arn,
    items: &[SdkStage],
    exchange: Option<&ExchangeId>,
) -> Observed<Vec<Stage>> {
    let stages: Option<Vec<Stage>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            convert_stage(
                api,
                item,
                source(STAGES, exchange, format!("/item/{index}")),
            )
        })
        .collect();
    match stages {
        Some(mut stages) => {
            stages.sort_by(|a, b| a.name.cmp(&b.name));
            Observed::Known(stages)
        }
        None => failed(STAGES, "the answer holds a stage without its name"),
    }
}

fn convert_stage(api: &Arn, item: &SdkStage, sources: Sources) -> Option<Stage> {
    let name = item.stage_name()?;
    Some(Stage {
        arn: Arn::new(format!("{api}/stages/{name}")),
        name: name.to_owned(),
        deployment_id: item.deployment_id().map(str::to_owned),
        method_settings: item
            .method_settings()
            .into_iter()
            .flatten()
            .map(|(key, setting)| (key.clone(), convert_setting(setting)))
            .collect(),
        web_acl_arn: arn(item.web_acl_arn()),
        access_log_destination: arn(item
            .access_log_settings()
            .and_then(|settings| settings.destination_arn())),
        tracing_enabled: item.tracing_enabled(),
        sources,
    })
}

fn convert_setting(item: &SdkSetting) -> MethodSetting {
    let (rate, burst) = (item.throttling_rate_limit(), item.throttling_burst_limit());
    // The SDK reads missing limits as zero. Taking both zeros for "unset" can call a stage that was
    // shut on purpose unlimited; the other way round an unlimited stage would read as safe.
    let set = rate > 0.0 || burst > 0;
    MethodSetting {
        throttling_rate_limit: (set && rate >= 0.0).then_some(rate),
        throttling_burst_limit: (set && burst >= 0).then_some(i64::from(burst)),
        logging_level: item.logging_level().map(str::to_owned),
        data_trace_enabled: item.data_trace_enabled(),
    }
}

/// The methods of a resource; one `None` for a resource without its identity.
fn convert_methods(
    api: &Arn,
    item: &Resource,
    sources: impl Fn(&str) -> Sources,
) -> Vec<Option<Method>> {
    let (Some(id), Some(path)) = (item.id(), item.path()) else {
        return vec![None];
    };
    item.resource_methods()
        .into_iter()
        .flatten()
        .map(|(http_method, method)| {
            Some(convert_method(
                api,
                (id, path, http_method),
                method,
                sources(http_method),
            ))
        })
        .collect()
}

fn convert_method(
    api: &Arn,
    (id, path, http_method): (&str, &str, &str),
    item: &SdkMethod,
    sources: Sources,
) -> Method {
    let integration = item.method_integration();
    Method {
        arn: Arn::new(format!("{api}/resources/{id}/methods/{http_method}")),
        path: path.to_owned(),
        http_method: http_method.to_owned(),
        authorization_type: item.authorization_type().map(str::to_owned),
        authorizer_id: item.authorizer_id().map(str::to_owned),
        api_key_required: item.api_key_required().unwrap_or(false),
        request_validator_id: item.request_validator_id().map(str::to_owned),
        request_parameters: item
            .request_parameters()
            .into_iter()
            .flatten()
            .map(|(name, required)| (name.clone(), *required))
            .collect(),
        integration_type: integration
            .and_then(|integration| integration.r#type())
            .map(|kind| kind.as_str().to_owned()),
        integration_uri: integration
            .and_then(|integration| integration.uri())
            .map(str::to_owned),
        sources,
    }
}

fn convert_validator(item: &SdkValidator) -> Option<RequestValidator> {
    Some(RequestValidator {
        id: item.id()?.to_owned(),
        name: item.name().map(str::to_owned),
        validate_request_body: item.validate_request_body(),
        validate_request_parameters: item.validate_request_parameters(),
    })
}

fn convert_authorizer(item: &SdkAuthorizer) -> Option<Authorizer> {
    Some(Authorizer {
        id: item.id()?.to_owned(),
        name: item.name().map(str::to_owned),
        kind: item.r#type().map(|kind| kind.as_str().to_owned()),
        identity_source: item.identity_source().map(str::to_owned),
        result_ttl_seconds: item.authorizer_result_ttl_in_seconds().map(i64::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_with_escaped_quotes_becomes_plain_json() {
        assert_eq!(
            policy(r#"{\"Version\":\"2012-10-17\"}"#).0,
            r#"{"Version":"2012-10-17"}"#
        );
        assert_eq!(
            policy(r#"{"Version":"2012-10-17"}"#).0,
            r#"{"Version":"2012-10-17"}"#
        );
    }

    #[test]
    fn a_missing_throttle_is_unset_and_not_zero() {
        let unset = convert_setting(&SdkSetting::builder().build());
        assert_eq!(unset.throttling_rate_limit, None);
        assert_eq!(unset.throttling_burst_limit, None);
        let none = SdkSetting::builder()
            .throttling_rate_limit(-1.0)
            .throttling_burst_limit(-1)
            .build();
        assert_eq!(convert_setting(&none).throttling_rate_limit, None);
        let set = SdkSetting::builder()
            .throttling_rate_limit(50.0)
            .throttling_burst_limit(100)
            .build();
        assert_eq!(convert_setting(&set).throttling_rate_limit, Some(50.0));
        assert_eq!(convert_setting(&set).throttling_burst_limit, Some(100));
    }

    #[test]
    fn a_method_with_nothing_said_has_no_authorization() {
        let resource = Resource::builder()
            .id("r1")
            .path("/claims")
            .resource_methods("GET", SdkMethod::builder().build())
            .build();
        let api = Arn::new("arn:aws:apigateway:eu-central-1::/restapis/a1");
        let methods = convert_methods(&api, &resource, |_| Sources::default());
        let [Some(method)] = methods.as_slice() else {
            panic!("one method with its identity: {methods:?}");
        };
        assert_eq!(method.authorization_type, None);
        assert_eq!(
            method.arn.as_str(),
            "arn:aws:apigateway:eu-central-1::/restapis/a1/resources/r1/methods/GET"
        );
    }

    #[test]
    fn a_stage_is_named_by_its_api() {
        let api = Arn::new("arn:aws:apigateway:eu-central-1::/restapis/a1");
        let stage = SdkStage::builder()
            .stage_name("prod")
            .web_acl_arn("")
            .build();
        let stage = convert_stage(&api, &stage, Sources::default()).expect("it has a name");
        assert_eq!(
            stage.arn.as_str(),
            "arn:aws:apigateway:eu-central-1::/restapis/a1/stages/prod"
        );
        assert_eq!(stage.web_acl_arn, None);
    }
}
