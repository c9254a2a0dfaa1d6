//! Reads API Gateway REST APIs, and what both versions share in an account.
//!
//! Calls of a region: 1 GetAccount and 1 page each of GetRestApis, GetDomainNames,
//! GetDomainNameAccessAssociations, GetVpcLinks, GetUsagePlans, GetApiKeys, GetClientCertificates; a
//! second GetDomainNameAccessAssociations where there is a private domain name.
//! For each domain name 1 GetBasePathMappings, and 1 ListRoutingRules where it is private and uses rules.
//! For each usage plan 1 GetUsagePlanKeys where the account has keys.
//! For each API 1 GetStages and ⌈resources/500⌉ GetResources with methods embedded (no call per method);
//! and only where these say that there is something to ask for 1 GetDeployments, GetGatewayResponses,
//! GetRequestValidators, GetAuthorizers, GetModels.
//! The list holds policy and endpoint, so GetRestApi is not needed.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    EndpointConfiguration as SdkEndpoint, RestApi as SdkApi, ThrottleSettings,
};
use serde_json::Value;
use tripod_model::apigateway::{
    ApiGateway, ApiGatewayAccount, EndpointConfiguration, RestApi, Throttle,
};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{
    arn, filled, in_order, may_hold, note, only_if, ordered, sorted, source, text, timestamp,
};
use crate::body::{Body, said};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, ask, pages};

/// The largest page of every list of this API.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html>
const LARGEST_PAGE: i32 = 500;

/// A list from its first page to its last. Each item is converted with the JSON it was read from and
/// where that stands.
macro_rules! list {
    ($operation:expr, $request:expr, $convert:expr) => {{
        let wire = Body::default();
        // In a box: whoever waits for several lists would hold the room for all of them all the time.
        Box::pin(pages(
            $operation,
            |token| {
                let request = $request.limit(LARGEST_PAGE).set_position(token);
                request.customize().interceptor(wire.clone()).send()
            },
            |output, exchange| {
                let body = wire.take();
                let list = output.items.as_deref();
                Page::of(list, output.position(), |index, item| {
                    let sources = source($operation, exchange, format!("/item/{index}"));
                    $convert(item, &body["item"][index], sources)
                })
            },
        ))
        .await
    }};
}

mod access;
mod domains;
mod jwt;
mod methods;
mod parts;
mod stages;
#[cfg(test)]
mod tests;

const APIS: &str = "apigateway:GetRestApis";
const ACCOUNT: &str = "apigateway:GetAccount";

pub(crate) static COLLECTOR: Collector = Collector {
    service: "apigateway",
    place: Place::Regional,
    operations: &[
        APIS,
        ACCOUNT,
        stages::STAGES,
        stages::DEPLOYMENTS,
        methods::RESOURCES,
        parts::VALIDATORS,
        parts::AUTHORIZERS,
        parts::MODELS,
        parts::GATEWAY_RESPONSES,
        domains::DOMAINS,
        domains::MAPPINGS,
        domains::ASSOCIATIONS,
        domains::RULES,
        access::USAGE_PLANS,
        access::USAGE_PLAN_KEYS,
        access::API_KEYS,
        access::CERTIFICATES,
        access::VPC_LINKS,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.apigateway();
    let second = context.apigatewayv2();
    let place = format!("arn:{}:apigateway:{}:", context.partition, context.region);
    let (rest_apis, account, domains, access) = futures::join!(
        rest_apis(&client, &place),
        account(&client),
        domains::read(&client, &second, &place),
        access::read(&client, &place),
    );
    Part::ApiGateway(Box::new(ApiGateway {
        rest_apis,
        account,
        domain_names: domains.names,
        access_associations: domains.associations,
        foreign_access_associations: domains.foreign_associations,
        vpc_links: access.vpc_links,
        usage_plans: access.usage_plans,
        api_keys: access.api_keys,
        client_certificates: access.client_certificates,
    }))
}

async fn account(client: &Client) -> Observed<ApiGatewayAccount> {
    let wire = Body::default();
    let call = client.get_account().customize().interceptor(wire.clone());
    let reply = ask(ACCOUNT, &[], call.send()).await;
    let sources = source(ACCOUNT, reply.exchange.as_ref(), String::new());
    reply.value.map(|output| {
        let body = wire.take();
        let throttle = output
            .throttle_settings()
            .map(|item| convert_throttle(item, &body["throttleSettings"]));
        ApiGatewayAccount {
            cloudwatch_role_arn: arn(output.cloudwatch_role_arn()),
            throttle_rate_limit: throttle.as_ref().and_then(|it| it.rate_limit),
            throttle_burst_limit: throttle.as_ref().and_then(|it| it.burst_limit),
            features: sorted(output.features()),
            api_key_version: filled(output.api_key_version()),
            sources,
        }
    })
}

async fn rest_apis(client: &Client, place: &str) -> Observed<Vec<RestApi>> {
    let listed = list!(APIS, client.get_rest_apis(), |item, wire, sources| {
        convert_api(place, item, wire, sources)
    });
    let Observed::Known(apis) = listed else {
        return listed;
    };
    let apis = in_parallel(apis, |api| describe(client, api)).await;
    in_order(Observed::Known(apis), |api| api.id.clone())
}

async fn describe(client: &Client, mut api: RestApi) -> RestApi {
    let id = api.id.clone();
    let arn = api.arn.clone();
    let (stages, methods) = futures::join!(
        stages::stages(client, &id, &arn),
        methods::methods(client, &id, &arn),
    );
    note(
        &mut api.sources,
        stages::STAGES,
        stages.exchange.as_ref(),
        "",
    );
    let names_a = |what: fn(&tripod_model::apigateway::Method) -> bool| may_hold(&methods, what);
    let (deployments, validators, authorizers, models, responses) = futures::join!(
        only_if(
            may_hold(&stages.value, |_| true),
            stages::deployments(client, &id)
        ),
        only_if(
            names_a(|method| method.request_validator_id.is_some()),
            parts::validators(client, &id)
        ),
        only_if(
            names_a(|method| method.authorizer_id.is_some()),
            parts::authorizers(client, &id, &arn)
        ),
        only_if(
            names_a(|method| !method.request_models.is_empty()),
            parts::models(client, &id)
        ),
        only_if(
            names_a(|_| true),
            parts::gateway_responses(client, &id, &arn)
        ),
    );
    api.stages = stages.value;
    api.methods = methods;
    api.deployments = deployments;
    api.request_validators = validators;
    api.authorizers = authorizers;
    api.models = models;
    api.gateway_responses = responses;
    api
}

/// An API without an id cannot be asked about any further.
fn convert_api(place: &str, item: &SdkApi, wire: &Value, sources: Sources) -> Option<RestApi> {
    let id = filled(item.id())?;
    Some(RestApi {
        arn: Arn::new(format!("{place}:/restapis/{id}")),
        name: filled(item.name()).unwrap_or_else(|| id.clone()),
        endpoint: item.endpoint_configuration().map(convert_endpoint),
        policy: item.policy().and_then(policy),
        disable_execute_api_endpoint: said(
            wire,
            "disableExecuteApiEndpoint",
            item.disable_execute_api_endpoint(),
        ),
        security_policy: text(item.security_policy()),
        endpoint_access_mode: text(item.endpoint_access_mode()),
        status: text(item.api_status()),
        api_key_source: text(item.api_key_source()),
        minimum_compression_size: item.minimum_compression_size().map(i64::from),
        binary_media_types: sorted(item.binary_media_types()),
        created: timestamp(item.created_date()),
        stages: Observed::NotCollected,
        deployments: Observed::NotCollected,
        methods: Observed::NotCollected,
        request_validators: Observed::NotCollected,
        authorizers: Observed::NotCollected,
        models: Observed::NotCollected,
        gateway_responses: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_endpoint(item: &SdkEndpoint) -> EndpointConfiguration {
    EndpointConfiguration {
        types: item
            .types()
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        ip_address_type: text(item.ip_address_type()),
        vpc_endpoint_ids: sorted(item.vpc_endpoint_ids()),
    }
}

fn convert_throttle(item: &ThrottleSettings, wire: &Value) -> Throttle {
    Throttle {
        rate_limit: said(wire, "rateLimit", item.rate_limit()),
        burst_limit: said(wire, "burstLimit", i64::from(item.burst_limit())),
    }
}

/// API Gateway gives policies with their quotes escaped once more than JSON needs.
fn policy(text: &str) -> Option<PolicyDocument> {
    if text.is_empty() {
        return None;
    }
    let escaped = text.trim_start().starts_with("{\\\"");
    let unescaped = escaped
        .then(|| serde_json::from_str::<String>(&format!("\"{text}\"")).ok())
        .flatten();
    Some(PolicyDocument(unescaped.unwrap_or_else(|| text.to_owned())))
}
