//! Checks of API Gateway, both versions.

use tripod_model::apigateway::{Method, RestApi, Stage};
use tripod_model::apigatewayv2::{self, Api, Route};
use tripod_model::{ResourceRef, Snapshot, Unknown};

use crate::{Outcomes, Scope, Verdict};

pub(crate) mod missing_request_validation;
pub(crate) mod missing_resource_policy;
pub(crate) mod missing_route_throttling;
pub(crate) mod missing_throttling;
pub(crate) mod open_private_api;
pub(crate) mod planless_key;
pub(crate) mod public_resource_policy;
pub(crate) mod unauthenticated_method;
pub(crate) mod unauthenticated_route;
pub(crate) mod uncontained_endpoint;
pub(crate) mod unlimited_usage_plan;
pub(crate) mod unrestricted_network;

mod resource_policy;
#[cfg(test)]
mod testing;
mod throttles;

/// CloudFormation's type name of a REST API.
const REST_API: &str = "AWS::ApiGateway::RestApi";
/// CloudFormation's type name of a method of a REST API.
const METHOD: &str = "AWS::ApiGateway::Method";
/// CloudFormation's type name of a stage of a REST API.
const STAGE: &str = "AWS::ApiGateway::Stage";
/// CloudFormation's type name of an HTTP or WebSocket API.
const API: &str = "AWS::ApiGatewayV2::Api";
/// CloudFormation's type name of a route.
const ROUTE: &str = "AWS::ApiGatewayV2::Route";
/// CloudFormation's type name of a stage of an HTTP or WebSocket API.
const STAGE_V2: &str = "AWS::ApiGatewayV2::Stage";

/// One outcome for every method of every REST API; where an API's methods are not known, one for the API.
fn each_method(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&RestApi, &Method) -> Result<Verdict, Unknown>,
) {
    each_rest_api(snapshot, out, |scope, api, out| {
        out.each(
            &api.methods,
            || scope.resource(REST_API, &api.arn, &api.name),
            |method| method_resource(scope, api, method),
            |method| decide(api, method),
        );
    });
}

/// One outcome for every stage of every REST API; where an API's stages are not known, one for the API.
fn each_stage(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &RestApi, &Stage) -> Result<Verdict, Unknown>,
) {
    each_rest_api(snapshot, out, |scope, api, out| {
        out.each(
            &api.stages,
            || scope.resource(REST_API, &api.arn, &api.name),
            |stage| {
                let name = format!("{} of {}", stage.name, api.name);
                scope.resource(STAGE, &stage.arn, &name)
            },
            |stage| decide(scope, api, stage),
        );
    });
}

fn each_rest_api(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    visit: impl Fn(&Scope, &RestApi, &mut Outcomes),
) {
    for scope in Scope::all(snapshot) {
        match scope.region.apigateway.rest_apis.found() {
            Ok(apis) => {
                for api in apis.into_iter().flatten() {
                    visit(&scope, api, out);
                }
            }
            Err(unknown) => out.say(scope.unlisted(REST_API), Err(unknown)),
        }
    }
}

/// One outcome for every route of every HTTP and WebSocket API; where an API's routes are not known, one
/// for the API.
fn each_route(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Api, &Route) -> Result<Verdict, Unknown>,
) {
    each_api(snapshot, out, |scope, api, out| {
        out.each(
            &api.routes,
            || scope.resource(API, &api.arn, &api.name),
            |route| {
                let key = route.key.as_deref().unwrap_or(&route.id);
                scope.resource(ROUTE, &route.arn, &format!("{key} of {}", api.name))
            },
            |route| decide(api, route),
        );
    });
}

/// One outcome for every stage of every HTTP and WebSocket API; where an API's stages are not known, one
/// for the API.
fn each_stage_v2(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &Api, &apigatewayv2::Stage) -> Result<Verdict, Unknown>,
) {
    each_api(snapshot, out, |scope, api, out| {
        out.each(
            &api.stages,
            || scope.resource(API, &api.arn, &api.name),
            |stage| {
                let name = format!("{} of {}", stage.name, api.name);
                scope.resource(STAGE_V2, &stage.arn, &name)
            },
            |stage| decide(scope, api, stage),
        );
    });
}

fn each_api(snapshot: &Snapshot, out: &mut Outcomes, visit: impl Fn(&Scope, &Api, &mut Outcomes)) {
    for scope in Scope::all(snapshot) {
        match scope.region.apigatewayv2.apis.found() {
            Ok(apis) => {
                for api in apis.into_iter().flatten() {
                    visit(&scope, api, out);
                }
            }
            Err(unknown) => out.say(scope.unlisted(API), Err(unknown)),
        }
    }
}

fn method_resource(scope: &Scope, api: &RestApi, method: &Method) -> ResourceRef {
    let name = format!("{} {} of {}", method.http_method, method.path, api.name);
    scope.resource(METHOD, &method.arn, &name)
}

/// Reachable from VPC endpoints only. An API with a second, public endpoint type is not.
fn is_private(api: &RestApi) -> bool {
    let types = api.endpoint_types();
    !types.is_empty() && types.iter().all(|kind| kind == "PRIVATE")
}

/// Whether callers go unauthenticated. AWS writes `NONE` and leaves the member out with the same meaning.
fn is_open(authorization_type: Option<&str>) -> bool {
    authorization_type.is_none_or(|kind| kind.is_empty() || kind.eq_ignore_ascii_case("NONE"))
}

/// The reason of a failure, for methods and routes alike.
fn open_reason(what: &str, api_key_required: Option<bool>) -> String {
    if api_key_required == Some(true) {
        format!(
            "the {what} has authorization type NONE; the API key it requires meters callers and \
             does not authenticate them"
        )
    } else {
        format!("the {what} has authorization type NONE")
    }
}
