//! Reads API Gateway HTTP and WebSocket APIs.
//!
//! Calls, for H APIs: GetApis by pages, and per API GetRoutes, GetStages, GetAuthorizers and
//! GetIntegrations by pages. No call embeds the others.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{
    Api as SdkApi, Authorizer as SdkAuthorizer, Integration as SdkIntegration, Route as SdkRoute,
    Stage as SdkStage,
};
use tripod_model::apigatewayv2::{Api, ApiGatewayV2, Authorizer, Integration, Route, Stage};
use tripod_model::{Arn, Observed, Sources};

use super::{arn, ordered, sorted, source};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, pages};

const APIS: &str = "apigatewayv2:GetApis";
const ROUTES: &str = "apigatewayv2:GetRoutes";
const STAGES: &str = "apigatewayv2:GetStages";
const AUTHORIZERS: &str = "apigatewayv2:GetAuthorizers";
const INTEGRATIONS: &str = "apigatewayv2:GetIntegrations";

pub(crate) static COLLECTOR: Collector = Collector {
    service: "apigatewayv2",
    place: Place::Regional,
    operations: &[APIS, ROUTES, STAGES, AUTHORIZERS, INTEGRATIONS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.apigatewayv2();
    Part::ApiGatewayV2(ApiGatewayV2 {
        apis: apis(&context, &client).await,
    })
}

async fn apis(context: &Context, client: &Client) -> Observed<Vec<Api>> {
    let listed = pages(
        APIS,
        |token| client.get_apis().set_next_token(token).send(),
        |output, exchange| {
            let list = output.items.as_deref();
            Page::of(list, output.next_token(), |index, item| {
                convert_api(
                    context,
                    item,
                    source(APIS, exchange, format!("/items/{index}")),
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

async fn describe(client: &Client, mut api: Api) -> Api {
    let (id, arn) = (api.id.clone(), api.arn.clone());
    let (routes, stages, authorizers, integrations) = futures::join!(
        routes(client, &id, &arn),
        stages(client, &id, &arn),
        authorizers(client, &id),
        integrations(client, &id),
    );
    api.routes = routes;
    api.stages = stages;
    api.authorizers = authorizers;
    api.integrations = integrations;
    api
}

async fn routes(client: &Client, id: &str, arn: &Arn) -> Observed<Vec<Route>> {
    pages(
        ROUTES,
        |token| client.get_routes().api_id(id).set_next_token(token).send(),
        |output, exchange| {
            let list = output.items.as_deref();
            Page::of(list, output.next_token(), |index, item| {
                convert_route(
                    arn,
                    item,
                    source(ROUTES, exchange, format!("/items/{index}")),
                )
            })
        },
    )
    .await
    .map(|mut routes| {
        routes.sort_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
        routes
    })
}

async fn stages(client: &Client, id: &str, arn: &Arn) -> Observed<Vec<Stage>> {
    pages(
        STAGES,
        |token| client.get_stages().api_id(id).set_next_token(token).send(),
        |output, exchange| {
            let list = output.items.as_deref();
            Page::of(list, output.next_token(), |index, item| {
                convert_stage(
                    arn,
                    item,
                    source(STAGES, exchange, format!("/items/{index}")),
                )
            })
        },
    )
    .await
    .map(|mut stages| {
        stages.sort_by(|a, b| a.name.cmp(&b.name));
        stages
    })
}

async fn authorizers(client: &Client, id: &str) -> Observed<Vec<Authorizer>> {
    pages(
        AUTHORIZERS,
        |token| {
            client
                .get_authorizers()
                .api_id(id)
                .set_next_token(token)
                .send()
        },
        |output, _| {
            let list = output.items.as_deref();
            Page::of(list, output.next_token(), |_, item| {
                convert_authorizer(item)
            })
        },
    )
    .await
    .map(|mut authorizers| {
        authorizers.sort_by(|a, b| a.id.cmp(&b.id));
        authorizers
    })
}

async fn integrations(client: &Client, id: &str) -> Observed<Vec<Integration>> {
    pages(
        INTEGRATIONS,
        |token| {
            client
                .get_integrations()
                .api_id(id)
                .set_next_token(token)
                .send()
        },
        |output, _| {
            let list = output.items.as_deref();
            Page::of(list, output.next_token(), |_, item| {
                convert_integration(item)
            })
        },
    )
    .await
    .map(|mut integrations| {
        integrations.sort_by(|a, b| a.id.cmp(&b.id));
        integrations
    })
}

/// An API without an id cannot be asked about any further.
fn convert_api(context: &Context, item: &SdkApi, sources: Sources) -> Option<Api> {
    let id = item.api_id()?.to_owned();
    Some(Api {
        arn: Arn::new(format!(
            "arn:{}:apigateway:{}::/apis/{id}",
            context.partition, context.region
        )),
        name: item.name().unwrap_or(&id).to_owned(),
        // An API that names no protocol is judged as HTTP, where every route can be authenticated.
        protocol: item
            .protocol_type()
            .map_or("HTTP", |protocol| protocol.as_str())
            .to_owned(),
        endpoint: item.api_endpoint().map(str::to_owned),
        disable_execute_api_endpoint: item.disable_execute_api_endpoint().unwrap_or(false),
        cors_allow_origins: item
            .cors_configuration()
            .map(|cors| sorted(cors.allow_origins()))
            .unwrap_or_default(),
        routes: Observed::NotCollected,
        stages: Observed::NotCollected,
        authorizers: Observed::NotCollected,
        integrations: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_route(api: &Arn, item: &SdkRoute, sources: Sources) -> Option<Route> {
    let id = item.route_id()?.to_owned();
    Some(Route {
        arn: Arn::new(format!("{api}/routes/{id}")),
        key: item.route_key().unwrap_or(&id).to_owned(),
        authorization_type: item
            .authorization_type()
            .map(|kind| kind.as_str().to_owned()),
        authorizer_id: item.authorizer_id().map(str::to_owned),
        authorization_scopes: sorted(item.authorization_scopes()),
        api_key_required: item.api_key_required().unwrap_or(false),
        target: item.target().map(str::to_owned),
        sources,
        id,
    })
}

fn convert_stage(api: &Arn, item: &SdkStage, sources: Sources) -> Option<Stage> {
    let name = item.stage_name()?;
    let defaults = item.default_route_settings();
    Some(Stage {
        arn: Arn::new(format!("{api}/stages/{name}")),
        name: name.to_owned(),
        default_rate_limit: defaults.and_then(|settings| settings.throttling_rate_limit()),
        default_burst_limit: defaults
            .and_then(|settings| settings.throttling_burst_limit())
            .map(i64::from),
        access_log_destination: arn(item
            .access_log_settings()
            .and_then(|settings| settings.destination_arn())),
        auto_deploy: item.auto_deploy().unwrap_or(false),
        sources,
    })
}

fn convert_authorizer(item: &SdkAuthorizer) -> Option<Authorizer> {
    let jwt = item.jwt_configuration();
    Some(Authorizer {
        id: item.authorizer_id()?.to_owned(),
        name: item.name().map(str::to_owned),
        kind: item.authorizer_type().map(|kind| kind.as_str().to_owned()),
        issuer: jwt.and_then(|jwt| jwt.issuer()).map(str::to_owned),
        audiences: jwt.map(|jwt| sorted(jwt.audience())).unwrap_or_default(),
    })
}

fn convert_integration(item: &SdkIntegration) -> Option<Integration> {
    Some(Integration {
        id: item.integration_id()?.to_owned(),
        kind: item.integration_type().map(|kind| kind.as_str().to_owned()),
        uri: item.integration_uri().map(str::to_owned),
        timeout_milliseconds: item.timeout_in_millis().map(i64::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_with_nothing_said_has_no_authorization() {
        let api = Arn::new("arn:aws:apigateway:eu-central-1::/apis/a1");
        let route = SdkRoute::builder()
            .route_id("r1")
            .route_key("GET /claims")
            .build();
        let route = convert_route(&api, &route, Sources::default()).expect("it has an id");
        assert_eq!(route.authorization_type, None);
        assert_eq!(
            route.arn.as_str(),
            "arn:aws:apigateway:eu-central-1::/apis/a1/routes/r1"
        );
    }

    #[test]
    fn a_stage_without_limits_has_none() {
        let api = Arn::new("arn:aws:apigateway:eu-central-1::/apis/a1");
        let stage = SdkStage::builder().stage_name("$default").build();
        let stage = convert_stage(&api, &stage, Sources::default()).expect("it has a name");
        assert_eq!(stage.default_rate_limit, None);
    }
}
