//! REST APIs.

use serde_json::{Value, json};

use super::place::{Place, Thing, base36_end};
use super::{Answer, Params, iam, lambda, list, missing, text, whole};
use crate::refusals::Call;

const PATHS: &[&str] = &["orders", "customers", "invoices", "search", "health"];

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    match call.operation {
        "GetRestApis" => list("items", place.count(place.size.rest_apis), move |nth| {
            api_document(place, &place.nth("rest api", nth))
        }),
        "GetAccount" => whole(account(place)),
        _ => {
            let Some(id) = params.get("restApiId").and_then(Value::as_str) else {
                return Answer::Nothing;
            };
            let kind = ("rest api", place.size.rest_apis);
            match place.named(id, kind, base36_end(id), Thing::short_id) {
                Some(api) => of_api(place, call, params, api),
                None => missing(call),
            }
        }
    }
}

fn of_api<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params, api: Thing) -> Answer<'a> {
    match call.operation {
        "GetRestApi" => whole(api_document(place, &api)),
        "GetStages" => {
            let stages: Vec<Value> = stage_names(&api)
                .iter()
                .map(|name| stage(place, &api, name))
                .collect();
            whole(json!({"item": stages}))
        }
        "GetStage" => match stage_names(&api)
            .iter()
            .find(|name| **name == text(params, "stageName"))
        {
            Some(name) => whole(stage(place, &api, name)),
            None => missing(call),
        },
        "GetResources" => {
            let embedded = params.get("embed").and_then(Value::as_array);
            let methods = embedded.is_some_and(|embed| embed.iter().any(|what| what == "methods"));
            list("items", 1 + PATHS.len(), move |nth| {
                resource(place, &api, nth, methods)
            })
        }
        "GetAuthorizers" => list("items", authorizers(&api), move |nth| {
            authorizer(place, &api, nth)
        }),
        "GetRequestValidators" => list("items", usize::from(validates(&api)), |_| {
            json!({
                "id": VALIDATOR,
                "name": "all",
                "validateRequestBody": true,
                "validateRequestParameters": true,
            })
        }),
        _ => Answer::Nothing,
    }
}

/// An API's id by any number, if the region has one.
pub(super) fn some_api(place: Place<'_>, number: u64) -> Option<String> {
    let count = place.count(place.size.rest_apis) as u64;
    let nth = usize::try_from(number.checked_rem(count)?).ok()?;
    Some(place.nth("rest api", nth).short_id())
}

fn root(api: &Thing) -> String {
    api.short_id().chars().rev().collect()
}

fn endpoint(api: &Thing) -> &'static str {
    match api.below("endpoint", 10) {
        0..7 => "REGIONAL",
        7..9 => "EDGE",
        _ => "PRIVATE",
    }
}

fn api_document(place: Place<'_>, api: &Thing) -> Value {
    let mut document = json!({
        "id": api.short_id(),
        "name": format!("api-{:05}", api.number),
        "createdDate": api.moment(),
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": [endpoint(api)], "ipAddressType": "ipv4"},
        "disableExecuteApiEndpoint": api.chance("disabled", 20),
        "rootResourceId": root(api),
        "tags": {"system": "sim"},
    });
    // A private API cannot be called without a policy.
    if endpoint(api) == "PRIVATE" || api.chance("policy", 15) {
        let everything = place.arn("execute-api", &format!("{}/*", api.short_id()));
        let principal = json!({"AWS": place.iam("root")});
        document["policy"] = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": if api.chance("open", 30) { json!("*") } else { principal },
                "Action": "execute-api:Invoke",
                "Resource": everything,
            }],
        });
    }
    document
}

fn account(place: Place<'_>) -> Value {
    let role = (place.size.roles > 0).then(|| iam::role_arn(place, 0));
    json!({
        "cloudwatchRoleArn": role,
        "throttleSettings": {"burstLimit": 5000, "rateLimit": 10_000.0},
        "features": ["UsagePlans"],
        "apiKeyVersion": "4",
    })
}

fn stage_names(api: &Thing) -> &'static [&'static str] {
    if api.chance("two stages", 30) {
        &["prod", "test"]
    } else {
        &["prod"]
    }
}

fn stage(place: Place<'_>, api: &Thing, name: &str) -> Value {
    let of_stage = |what: &str, percent| api.chance(&format!("{name} {what}"), percent);
    let settings = if of_stage("settings", 50) {
        json!({"*/*": {
            "throttlingRateLimit": 100.0,
            "throttlingBurstLimit": 200,
            "metricsEnabled": true,
            "loggingLevel": if of_stage("logs", 50) { "ERROR" } else { "OFF" },
            "dataTraceEnabled": of_stage("data trace", 10),
            "cachingEnabled": false,
            "cacheDataEncrypted": false,
        }})
    } else {
        json!({})
    };
    let mut stage = json!({
        "stageName": name,
        "deploymentId": &api.hex("deployment")[..6],
        "cacheClusterEnabled": false,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": settings,
        "tracingEnabled": of_stage("traced", 30),
        "createdDate": api.moment(),
        "lastUpdatedDate": api.moment(),
    });
    if of_stage("access log", 40) {
        let group = place.arn("logs", &format!("log-group:api-{}-{name}", api.short_id()));
        stage["accessLogSettings"] =
            json!({"destinationArn": group, "format": "$context.requestId"});
    }
    if of_stage("firewall", 20) {
        let acl = place.arn("wafv2", &format!("regional/webacl/sim/{}", api.uuid()));
        stage["webAclArn"] = acl.into();
    }
    if of_stage("variables", 10) {
        let token = format!("tok_SIMSECRET_{}", api.hex("stage variable"));
        stage["variables"] = json!({"backendToken": token});
    }
    stage
}

/// None, a user pool, or a function besides.
fn authorizers(api: &Thing) -> usize {
    api.below("authorizers", 3)
}

fn authorizer(place: Place<'_>, api: &Thing, nth: usize) -> Value {
    let function = lambda::some_function(place, api.draw("authorizer"));
    match function.filter(|_| nth > 0) {
        Some(function) => json!({
            "id": "aut001",
            "name": "tokens",
            "type": "TOKEN",
            "authType": "custom",
            "authorizerUri": lambda::invocation_uri(place, &function),
            "identitySource": "method.request.header.Authorization",
            "authorizerResultTtlInSeconds": 300,
        }),
        None => json!({
            "id": format!("aut00{}", nth + 2),
            "name": format!("members-{nth}"),
            "type": "COGNITO_USER_POOLS",
            "authType": "cognito_user_pools",
            "providerARNs": [place.arn("cognito-idp", &format!("userpool/{}_Sim00{nth}", place.region))],
            "identitySource": "method.request.header.Authorization",
        }),
    }
}

const VALIDATOR: &str = "val001";

fn validates(api: &Thing) -> bool {
    api.chance("validates", 50)
}

/// The root without methods, or a path with two.
fn resource(place: Place<'_>, api: &Thing, nth: usize, embedded: bool) -> Value {
    let Some(path) = nth.checked_sub(1).and_then(|at| PATHS.get(at)) else {
        return json!({"id": root(api), "path": "/"});
    };
    let verbs: &[&str] = if *path == "health" {
        &["GET"]
    } else {
        &["GET", "POST"]
    };
    let methods = verbs.iter().map(|verb| {
        let method = if embedded {
            method(place, api, path, verb)
        } else {
            json!({})
        };
        ((*verb).to_owned(), method)
    });
    json!({
        "id": format!("{}{nth}", &api.hex("resource")[..9]),
        "parentId": root(api),
        "pathPart": path,
        "path": format!("/{path}"),
        "resourceMethods": Value::Object(methods.collect()),
    })
}

fn method(place: Place<'_>, api: &Thing, path: &str, verb: &str) -> Value {
    let what = format!("{verb} {path}");
    let mut method = json!({
        "httpMethod": verb,
        "apiKeyRequired": api.chance(&format!("key {what}"), 10),
        "authorizationType": "NONE",
    });
    match api.below(&format!("authorization {what}"), 4) {
        0 => {}
        1 => method["authorizationType"] = "AWS_IAM".into(),
        _ if authorizers(api) > 0 => {
            let authorizer = authorizer(place, api, 0);
            method["authorizationType"] = "COGNITO_USER_POOLS".into();
            method["authorizerId"] = authorizer["id"].clone();
        }
        _ => {}
    }
    if validates(api) && verb == "POST" {
        method["requestValidatorId"] = VALIDATOR.into();
    }
    method["methodIntegration"] = match lambda::some_function(place, api.draw(&what)) {
        Some(function) => json!({
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": lambda::invocation_uri(place, &function),
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29_000,
        }),
        None => json!({
            "type": "MOCK",
            "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29_000,
        }),
    };
    method
}
