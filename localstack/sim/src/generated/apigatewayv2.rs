//! HTTP APIs.

use serde_json::{Value, json};

use super::place::{Place, Thing, base36_end};
use super::{Answer, Params, lambda, list, missing, whole};
use crate::refusals::Call;

const ROUTES: &[&str] = &[
    "GET /orders",
    "POST /orders",
    "GET /customers",
    "GET /health",
];

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    if call.operation == "GetApis" {
        return list("Items", place.count(place.size.http_apis), move |nth| {
            api_document(place, &place.nth("http api", nth))
        });
    }
    let Some(id) = params.get("ApiId").and_then(Value::as_str) else {
        return Answer::Nothing;
    };
    let kind = ("http api", place.size.http_apis);
    match place.named(id, kind, base36_end(id), Thing::short_id) {
        Some(api) => of_api(place, call, api),
        None => missing(call),
    }
}

fn of_api<'a>(place: Place<'a>, call: &Call<'_>, api: Thing) -> Answer<'a> {
    match call.operation {
        "GetApi" => whole(api_document(place, &api)),
        "GetRoutes" => list("Items", ROUTES.len(), move |nth| route(&api, nth)),
        "GetIntegrations" => list("Items", 1, move |_| integration(place, &api)),
        "GetStages" => list("Items", 1, move |_| stage(place, &api)),
        "GetAuthorizers" => list("Items", usize::from(authorizes(&api)), |_| {
            json!({
                "AuthorizerId": AUTHORIZER,
                "Name": "login",
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Audience": ["sim"], "Issuer": "https://login.sim.example/"},
            })
        }),
        _ => Answer::Nothing,
    }
}

const AUTHORIZER: &str = "jwt001";
const INTEGRATION: &str = "int0001";

fn authorizes(api: &Thing) -> bool {
    api.chance("authorizer", 60)
}

fn api_document(place: Place<'_>, api: &Thing) -> Value {
    let id = api.short_id();
    let mut document = json!({
        "ApiId": id,
        "Name": format!("http-{:05}", api.number),
        "ProtocolType": "HTTP",
        "ApiEndpoint": format!("https://{id}.execute-api.{}.amazonaws.com", place.region),
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "RouteSelectionExpression": "$request.method $request.path",
        "CreatedDate": api.moment(),
        "DisableExecuteApiEndpoint": api.chance("disabled", 20),
        "IpAddressType": "ipv4",
        "Tags": {"system": "sim"},
    });
    if api.chance("cors", 30) {
        let origin = if api.chance("any origin", 50) {
            "*"
        } else {
            "https://sim.example"
        };
        document["CorsConfiguration"] = json!({"AllowOrigins": [origin], "AllowMethods": ["GET"]});
    }
    document
}

fn route(api: &Thing, nth: usize) -> Value {
    let key = ROUTES[nth];
    let mut route = json!({
        "RouteId": format!("rt{nth:05}"),
        "RouteKey": key,
        "ApiKeyRequired": false,
        "Target": format!("integrations/{INTEGRATION}"),
        "AuthorizationType": "NONE",
    });
    match api.below(key, 4) {
        0 => {}
        1 => route["AuthorizationType"] = "AWS_IAM".into(),
        _ if authorizes(api) => {
            route["AuthorizationType"] = "JWT".into();
            route["AuthorizerId"] = AUTHORIZER.into();
        }
        _ => {}
    }
    route
}

fn integration(place: Place<'_>, api: &Thing) -> Value {
    match lambda::some_function(place, api.draw("integration")) {
        Some(function) => json!({
            "IntegrationId": INTEGRATION,
            "IntegrationType": "AWS_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": function,
            "ConnectionType": "INTERNET",
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": 29_000,
        }),
        None => json!({
            "IntegrationId": INTEGRATION,
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "GET",
            "IntegrationUri": "https://backend.sim.example/",
            "ConnectionType": "INTERNET",
            "PayloadFormatVersion": "1.0",
            "TimeoutInMillis": 29_000,
        }),
    }
}

fn stage(place: Place<'_>, api: &Thing) -> Value {
    let mut stage = json!({
        "StageName": "$default",
        "AutoDeploy": true,
        "CreatedDate": api.moment(),
        "LastUpdatedDate": api.moment(),
        "RouteSettings": {},
        "Tags": {},
        "DefaultRouteSettings": {"DetailedMetricsEnabled": api.chance("metrics", 30)},
    });
    if api.chance("access log", 40) {
        let group = place.arn("logs", &format!("log-group:http-{}", api.short_id()));
        stage["AccessLogSettings"] =
            json!({"DestinationArn": group, "Format": "$context.requestId"});
    }
    if api.chance("variables", 10) {
        let token = format!("tok_SIMSECRET_{}", api.hex("stage variable"));
        stage["StageVariables"] = json!({"backendToken": token});
    }
    stage
}
