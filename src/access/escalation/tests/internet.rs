//! Ways in from the internet.

use tripod_model::apigatewayv2::Integration;
use tripod_model::fixtures::{allow as resource_allow, api, method, rest_api};
use tripod_model::lambda::FunctionUrl;
use tripod_model::{Arn, Observed, Sources};

use super::world::{EVERYTHING, World, allow};
use crate::escalation::Path;

const CLAIMS: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

/// A function whose role writes its own policies.
fn world() -> World {
    let mut world = World::new();
    let own = allow(
        r#""iam:PutRolePolicy""#,
        r#""arn:aws:iam::111122223333:role/claims""#,
    );
    world.service_role("claims", "lambda", &[&own]);
    world.function("claims");
    world
}

fn rules(world: &World) -> Vec<Vec<&'static str>> {
    let paths = world.ask(|graph| graph.from_internet());
    paths
        .iter()
        .map(|path: &Path| path.steps.iter().map(|step| step.rule).collect())
        .collect()
}

fn with_url(world: &mut World, auth_type: &str, principal: &str) {
    if let Observed::Known(functions) = &mut world.region().lambda.functions {
        functions[0].urls = Observed::Known(vec![FunctionUrl {
            function_arn: Arn::new(CLAIMS),
            url: "https://abc.lambda-url.eu-central-1.on.aws/".to_owned(),
            auth_type: auth_type.to_owned(),
            invoke_mode: None,
            cors: None,
            sources: Sources::default(),
        }]);
        functions[0].policy = Observed::Known(resource_allow(
            principal,
            "lambda:InvokeFunctionUrl",
            CLAIMS,
            "{}",
        ));
    }
}

#[test]
fn nothing_open_is_no_way_in() {
    assert!(rules(&world()).is_empty());
}

#[test]
fn an_open_url_leads_to_the_functions_role_if_the_code_lets_it() {
    let mut world = world();
    with_url(&mut world, "NONE", r#""*""#);
    assert_eq!(
        rules(&world),
        [[
            "internet-function-url",
            "function-role",
            "iam-put-role-policy"
        ]]
    );
    let paths = world.ask(|graph| graph.from_internet());
    assert_eq!(
        paths[0].conditions,
        [format!(
            "the code of {CLAIMS} does with its role what the caller wants"
        )]
    );
    assert_eq!(
        paths[0].line(),
        "internet -> claims -> claims -> administrator"
    );
    with_url(&mut world, "AWS_IAM", r#""*""#);
    assert!(rules(&world).is_empty(), "it asks for credentials");
    with_url(&mut world, "NONE", r#"{"AWS":"444455556666"}"#);
    assert!(
        rules(&world).is_empty(),
        "its policy lets nobody in without credentials"
    );
}

fn uri() -> String {
    format!("arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{CLAIMS}/invocations")
}

#[test]
fn an_open_method_of_a_rest_api_leads_to_the_function_behind_it() {
    let with = |authorization: &str| {
        let mut world = world();
        let mut api = rest_api("api1");
        let mut open = method(api.arn.as_str(), "/claims", "POST");
        open.authorization_type = Some(authorization.to_owned());
        if let Some(integration) = &mut open.integration {
            integration.uri = Some(uri());
        }
        api.methods = Observed::Known(vec![open]);
        world.region().apigateway.rest_apis = Observed::Known(vec![api]);
        world
    };
    assert_eq!(
        rules(&with("NONE")),
        [["internet-rest-api", "function-role", "iam-put-role-policy"]]
    );
    assert!(rules(&with("AWS_IAM")).is_empty());
    assert!(rules(&with("CUSTOM")).is_empty());
}

#[test]
fn a_rest_apis_policy_keeps_out_whom_it_does_not_let_in() {
    let mut world = world();
    let mut api = rest_api("api1");
    let mut open = method(api.arn.as_str(), "/claims", "POST");
    open.authorization_type = Some("NONE".to_owned());
    if let Some(integration) = &mut open.integration {
        integration.uri = Some(uri());
    }
    api.methods = Observed::Known(vec![open]);
    api.policy = Some(resource_allow(
        r#"{"AWS":"444455556666"}"#,
        "execute-api:Invoke",
        "*",
        "{}",
    ));
    world.region().apigateway.rest_apis = Observed::Known(vec![api]);
    assert!(rules(&world).is_empty());
}

#[test]
fn an_open_route_of_an_http_api_leads_to_the_function_behind_it() {
    let mut world = world();
    let mut own = api("api2", "HTTP");
    if let Observed::Known(routes) = &mut own.routes {
        routes[0].authorization_type = Some("NONE".to_owned());
        routes[0].target = Some("integrations/i1".to_owned());
    }
    own.integrations = Observed::Known(vec![Integration {
        arn: Arn::new("arn:aws:apigateway:eu-central-1::/apis/api2/integrations/i1"),
        id: "i1".to_owned(),
        kind: Some("AWS_PROXY".to_owned()),
        subtype: None,
        http_method: None,
        uri: Some(CLAIMS.to_owned()),
        credentials_arn: None,
        connection_type: None,
        connection_id: None,
        tls: None,
        payload_format_version: None,
        passthrough_behavior: None,
        request_parameters: std::collections::BTreeMap::default(),
        response_parameters: std::collections::BTreeMap::default(),
        timeout_milliseconds: None,
        managed: None,
        sources: Sources::default(),
    }]);
    world.region().apigatewayv2.apis = Observed::Known(vec![own]);
    assert_eq!(
        rules(&world),
        [["internet-http-api", "function-role", "iam-put-role-policy"]]
    );
}

#[test]
fn an_integrations_role_serves_anyone_within_its_call() {
    let mut world = World::new();
    world.service_role("gateway", "apigateway", &[EVERYTHING]);
    let mut api = rest_api("api1");
    let mut open = method(api.arn.as_str(), "/queue", "POST");
    open.authorization_type = Some("NONE".to_owned());
    if let Some(integration) = &mut open.integration {
        integration.uri =
            Some("arn:aws:apigateway:eu-central-1:sqs:path/111122223333/claims".to_owned());
        integration.credentials = Some("arn:aws:iam::111122223333:role/gateway".to_owned());
    }
    api.methods = Observed::Known(vec![open]);
    world.region().apigateway.rest_apis = Observed::Known(vec![api]);
    let paths = world.ask(|graph| graph.from_internet());
    assert_eq!(paths[0].steps[0].rule, "internet-integration-role");
    assert!(
        paths[0].conditions[0].contains("sqs:path/111122223333/claims"),
        "{:?}",
        paths[0].conditions
    );
}
