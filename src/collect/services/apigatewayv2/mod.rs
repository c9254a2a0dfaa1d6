//! Reads API Gateway HTTP and WebSocket APIs.
//!
//! Calls of a region: by pages GetApis, GetDomainNames, GetVpcLinks, ListPortals. For each API by pages
//! GetRoutes and GetStages, and only where a route names one GetAuthorizers and GetIntegrations. For each
//! domain name by pages GetApiMappings, and ListRoutingRules where its routing mode uses rules. No call
//! embeds the others.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{Api as SdkApi, Cors as SdkCors, Route as SdkRoute};
use tripod_model::apigatewayv2::{Api, ApiGatewayV2, Cors, Route};
use tripod_model::{Arn, Observed, Sources};

use super::{filled, in_order, may_hold, only_if, ordered, sorted, source, text, timestamp};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, pages};

/// A list from its first page to its last. AWS does not say how large a page may be, so that none is asked
/// for.
macro_rules! list {
    ($operation:expr, $request:expr, $convert:expr) => {
        // In a box: whoever waits for several lists would hold the room for all of them all the time.
        Box::pin(pages(
            $operation,
            |token| $request.set_next_token(token).send(),
            |output, exchange| {
                let list = output.items.as_deref();
                Page::of(list, output.next_token(), |index, item| {
                    let sources = source($operation, exchange, format!("/items/{index}"));
                    $convert(item, sources)
                })
            },
        ))
        .await
    };
}

mod domains;
mod integrations;
mod stages;
#[cfg(test)]
mod tests;

pub(super) use domains::{RULES, rules};

const APIS: &str = "apigatewayv2:GetApis";
const ROUTES: &str = "apigatewayv2:GetRoutes";

pub(crate) static COLLECTOR: Collector = Collector {
    service: "apigatewayv2",
    place: Place::Regional,
    operations: &[
        APIS,
        ROUTES,
        stages::STAGES,
        integrations::AUTHORIZERS,
        integrations::INTEGRATIONS,
        domains::DOMAINS,
        domains::MAPPINGS,
        domains::RULES,
        domains::VPC_LINKS,
        domains::PORTALS,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.apigatewayv2();
    let place = format!("arn:{}:apigateway:{}:", context.partition, context.region);
    let (apis, domain_names, vpc_links, portals) = futures::join!(
        apis(&client, &place),
        domains::domain_names(&client, &place),
        domains::vpc_links(&client, &place),
        domains::portals(&client),
    );
    Part::ApiGatewayV2(ApiGatewayV2 {
        apis,
        domain_names,
        vpc_links,
        portals,
    })
}

async fn apis(client: &Client, place: &str) -> Observed<Vec<Api>> {
    let listed = list!(APIS, client.get_apis(), |item, sources| convert_api(
        place, item, sources
    ));
    let Observed::Known(apis) = listed else {
        return listed;
    };
    let apis = in_parallel(apis, |api| describe(client, api)).await;
    in_order(Observed::Known(apis), |api| api.id.clone())
}

async fn describe(client: &Client, mut api: Api) -> Api {
    let (id, arn) = (api.id.clone(), api.arn.clone());
    let (routes, stages) =
        futures::join!(routes(client, &id, &arn), stages::stages(client, &id, &arn));
    let authorized = may_hold(&routes, |route| route.authorizer_id.is_some());
    let integrated = may_hold(&routes, |route| route.target.is_some());
    let (authorizers, integrations) = futures::join!(
        only_if(authorized, integrations::authorizers(client, &id, &arn)),
        only_if(integrated, integrations::integrations(client, &id, &arn)),
    );
    api.routes = routes;
    api.stages = stages;
    api.authorizers = authorizers;
    api.integrations = integrations;
    api
}

async fn routes(client: &Client, id: &str, api: &Arn) -> Observed<Vec<Route>> {
    let routes = list!(ROUTES, client.get_routes().api_id(id), |item, sources| {
        convert_route(api, item, sources)
    });
    in_order(routes, |route| (route.key.clone(), route.id.clone()))
}

/// An API without an id cannot be asked about any further.
fn convert_api(place: &str, item: &SdkApi, sources: Sources) -> Option<Api> {
    let id = filled(item.api_id())?;
    Some(Api {
        arn: Arn::new(format!("{place}:/apis/{id}")),
        name: filled(item.name()).unwrap_or_else(|| id.clone()),
        protocol: text(item.protocol_type()),
        endpoint: filled(item.api_endpoint()),
        disable_execute_api_endpoint: item.disable_execute_api_endpoint(),
        ip_address_type: text(item.ip_address_type()),
        route_selection_expression: filled(item.route_selection_expression()),
        api_key_selection_expression: filled(item.api_key_selection_expression()),
        managed: item.api_gateway_managed(),
        cors: item.cors_configuration().map(convert_cors),
        created: timestamp(item.created_date()),
        routes: Observed::NotCollected,
        stages: Observed::NotCollected,
        authorizers: Observed::NotCollected,
        integrations: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_cors(item: &SdkCors) -> Cors {
    Cors {
        allow_credentials: item.allow_credentials(),
        allow_headers: sorted(item.allow_headers()),
        allow_methods: sorted(item.allow_methods()),
        allow_origins: sorted(item.allow_origins()),
        expose_headers: sorted(item.expose_headers()),
        max_age_seconds: item.max_age().map(i64::from),
    }
}

fn convert_route(api: &Arn, item: &SdkRoute, sources: Sources) -> Option<Route> {
    let id = filled(item.route_id())?;
    let request_parameters: BTreeMap<String, Option<bool>> = item
        .request_parameters()
        .into_iter()
        .flatten()
        .map(|(name, constraints)| (name.clone(), constraints.required()))
        .collect();
    Some(Route {
        arn: Arn::new(format!("{api}/routes/{id}")),
        key: filled(item.route_key()),
        authorization_type: text(item.authorization_type()),
        authorizer_id: filled(item.authorizer_id()),
        authorization_scopes: sorted(item.authorization_scopes()),
        api_key_required: item.api_key_required(),
        target: filled(item.target()),
        request_parameters,
        request_models: ordered(item.request_models()),
        model_selection_expression: filled(item.model_selection_expression()),
        route_response_selection_expression: filled(item.route_response_selection_expression()),
        managed: item.api_gateway_managed(),
        sources,
        id,
    })
}
