//! From AWS's JSON to the model: whole answers, and bare ones.

use aws_sdk_apigatewayv2::config::{BehaviorVersion, Config, Credentials, Region};
use serde_json::json;
use tripod_model::apigatewayv2::RouteSettings;

use super::super::answers::Answers;
use super::*;

const PLACE: &str = "arn:aws:apigateway:eu-central-1:";

fn client(answers: &Answers) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
        .http_client(answers.clone());
    Client::from_conf(config.build())
}

fn known<T: std::fmt::Debug>(list: Observed<Vec<T>>) -> Vec<T> {
    match list {
        Observed::Known(items) => items,
        other => panic!("a list: {other:?}"),
    }
}

#[tokio::test]
async fn a_whole_api_keeps_what_aws_says() {
    let answers = Answers::default()
        .at(
            "/v2/apis",
            json!({"items": [{
                "apiId": "a1", "name": "members", "protocolType": "HTTP",
                "apiEndpoint": "https://a1.execute-api.eu-central-1.amazonaws.com",
                "disableExecuteApiEndpoint": false, "ipAddressType": "dualstack",
                "corsConfiguration": {
                    "allowCredentials": true, "allowOrigins": ["*"], "allowMethods": ["POST", "GET"],
                    "maxAge": -1,
                },
            }]}),
        )
        .at(
            "/v2/apis/a1/routes",
            json!({"items": [{
                "routeId": "r1", "routeKey": "GET /members", "authorizationType": "JWT",
                "authorizerId": "au1", "authorizationScopes": ["b", "a"], "apiKeyRequired": false,
                "target": "integrations/i1",
                "requestParameters": {"route.request.querystring.q": {"required": true}},
            }]}),
        )
        .at(
            "/v2/apis/a1/stages",
            json!({"items": [{
                "stageName": "$default", "autoDeploy": true,
                "defaultRouteSettings": {"throttlingBurstLimit": 0, "throttlingRateLimit": 0.0},
                "routeSettings": {"GET /members": {"detailedMetricsEnabled": false}},
                "accessLogSettings": {"format": "$context.requestId"},
                "stageVariables": {"token": "tripod-redacted:v1:none:4:low:0123456789abcdef"},
            }]}),
        )
        .at(
            "/v2/apis/a1/authorizers",
            json!({"items": [{
                "authorizerId": "au1", "authorizerType": "JWT",
                "jwtConfiguration": {"issuer": "https://login.example/", "audience": ["a"]},
                "identitySource": ["$request.header.Authorization"],
                "enableSimpleResponses": false, "authorizerResultTtlInSeconds": 0,
            }]}),
        )
        .at(
            "/v2/apis/a1/integrations",
            json!({"items": [{
                "integrationId": "i1", "integrationType": "HTTP_PROXY", "connectionType": "VPC_LINK",
                "connectionId": "l1", "tlsConfig": {"serverNameToVerify": "in.example"},
                "credentialsArn": "arn:aws:iam::111122223333:role/r", "timeoutInMillis": 29000,
                "requestParameters": {"overwrite:path": "/"},
                "responseParameters": {"500": {"overwrite:statuscode": "403"}},
            }]}),
        );
    let api = known(apis(&client(&answers), PLACE).await).remove(0);
    assert_eq!(
        api.arn.as_str(),
        "arn:aws:apigateway:eu-central-1::/apis/a1"
    );
    assert_eq!(api.disable_execute_api_endpoint, Some(false));
    let cors = api.cors.expect("CORS");
    assert_eq!(
        (cors.allow_credentials, cors.max_age_seconds),
        (Some(true), Some(-1))
    );
    assert_eq!(cors.allow_methods, ["GET", "POST"]);
    let route = known(api.routes).remove(0);
    assert_eq!(route.authorization_scopes, ["a", "b"]);
    assert_eq!(
        route.request_parameters["route.request.querystring.q"],
        Some(true)
    );
    let stage = known(api.stages).remove(0);
    let defaults = stage.default_route_settings.expect("settings");
    assert_eq!(defaults.throttling_rate_limit, Some(0.0));
    assert_eq!(defaults.throttling_burst_limit, Some(0));
    assert_eq!(
        stage.route_settings["GET /members"].detailed_metrics_enabled,
        Some(false)
    );
    assert!(stage.variables.found().expect("known").is_some());
    assert_eq!(stage.access_log.expect("a log").destination, None);
    let authorizer = known(api.authorizers).remove(0);
    assert_eq!(authorizer.issuer.as_deref(), Some("https://login.example/"));
    assert_eq!(authorizer.result_ttl_seconds, Some(0));
    assert_eq!(authorizer.enable_simple_responses, Some(false));
    let integration = known(api.integrations).remove(0);
    let tls = integration.tls.expect("TLS");
    assert_eq!(tls.server_name_to_verify.as_deref(), Some("in.example"));
    assert_eq!(
        integration.response_parameters["500"]["overwrite:statuscode"],
        "403"
    );
}

#[tokio::test]
async fn a_bare_api_says_nothing_of_its_own_and_is_asked_for_no_more_than_its_lists() {
    let answers = Answers::default()
        .at("/v2/apis", json!({"items": [{"apiId": "a1"}]}))
        .at("/v2/apis/a1/routes", json!({"items": [{"routeId": "r1"}]}))
        .at(
            "/v2/apis/a1/stages",
            json!({"items": [{"stageName": "prod", "defaultRouteSettings": {}}]}),
        );
    let api = known(apis(&client(&answers), PLACE).await).remove(0);
    assert_eq!(answers.asked().len(), 3);
    assert_eq!(api.name, "a1");
    assert_eq!(
        (api.protocol, api.cors, api.disable_execute_api_endpoint),
        (None, None, None)
    );
    let route = known(api.routes).remove(0);
    assert_eq!(
        (route.key, route.authorization_type, route.api_key_required),
        (None, None, None)
    );
    assert_eq!(
        route.arn.as_str(),
        "arn:aws:apigateway:eu-central-1::/apis/a1/routes/r1"
    );
    let stage = known(api.stages).remove(0);
    assert_eq!(stage.auto_deploy, None);
    assert_eq!(stage.variables, Observed::Absent);
    assert_eq!(stage.default_route_settings, Some(RouteSettings::default()));
    assert_eq!(api.authorizers, Observed::NotCollected);
    assert_eq!(api.integrations, Observed::NotCollected);
}

#[tokio::test]
async fn where_routes_are_denied_there_may_be_authorizers() {
    let answers = Answers::default()
        .at("/v2/apis", json!({"items": [{"apiId": "a1"}]}))
        .refused("/v2/apis/a1/routes", 403, "AccessDeniedException")
        .at("/v2/apis/a1/stages", json!({"items": []}))
        .at("/v2/apis/a1/authorizers", json!({"items": []}));
    let api = known(apis(&client(&answers), PLACE).await).remove(0);
    assert!(matches!(api.routes, Observed::Denied { .. }));
    assert_eq!(api.authorizers, Observed::Known(vec![]));
    assert!(
        matches!(api.integrations, Observed::Failed { .. }),
        "not found"
    );
}

#[tokio::test]
async fn a_list_goes_over_all_its_pages() {
    let link = |id: &str| json!({"vpcLinkId": id, "subnetIds": ["s2", "s1"]});
    let answers = Answers::default()
        .at(
            "/v2/vpclinks",
            json!({"items": [link("l3")], "nextToken": "t1"}),
        )
        .at(
            "/v2/vpclinks",
            json!({"items": [link("l1")], "nextToken": "t2"}),
        )
        .at("/v2/vpclinks", json!({"items": [link("l2")]}));
    let links = known(domains::vpc_links(&client(&answers), PLACE).await);
    let ids: Vec<&str> = links.iter().map(|link| link.id.as_str()).collect();
    assert_eq!(ids, ["l1", "l2", "l3"]);
    assert_eq!(links[0].subnet_ids, ["s1", "s2"]);
    assert!(answers.asked()[2].contains("nextToken=t2"));
}

#[tokio::test]
async fn rules_are_read_where_the_routing_mode_uses_them() {
    let answers = Answers::default()
        .at(
            "/v2/domainnames",
            json!({"items": [
                {"domainName": "a.example.com", "routingMode": "API_MAPPING_ONLY",
                 "domainNameConfigurations": [{"securityPolicy": "TLS_1_2"}]},
                {"domainName": "b.example.com", "routingMode": "ROUTING_RULE_THEN_API_MAPPING"},
                {"domainName": "c.example.com"},
            ]}),
        )
        .at(
            "/v2/domainnames/a.example.com/apimappings",
            json!({"items": [{"apiId": "a1", "stage": "prod", "apiMappingKey": ""}]}),
        )
        .at(
            "/v2/domainnames/b.example.com/apimappings",
            json!({"items": []}),
        )
        .at(
            "/v2/domainnames/c.example.com/apimappings",
            json!({"items": []}),
        )
        .at(
            "/v2/domainnames/b.example.com/routingrules",
            json!({"routingRules": [
                {"priority": 2, "routingRuleId": "r2", "actions": [
                    {"invokeApi": {"apiId": "a2", "stage": "prod", "stripBasePath": false}},
                ]},
                {"priority": 1, "routingRuleId": "r1", "conditions": [
                    {"matchHeaders": {"anyOf": [{"header": "x-team", "valueGlob": "a*"}]}},
                    {"matchBasePaths": {"anyOf": ["v2", "v1"]}},
                ]},
            ]}),
        )
        .refused(
            "/v2/domainnames/c.example.com/routingrules",
            403,
            "MissingAuthenticationTokenException",
        );
    let names = known(domains::domain_names(&client(&answers), PLACE).await);
    assert_eq!(names[0].routing_rules, Observed::NotCollected);
    let mappings = names[0].api_mappings.items();
    assert_eq!(
        (mappings[0].key.as_deref(), mappings[0].api_id.as_deref()),
        (None, Some("a1"))
    );
    assert_eq!(
        names[0].configurations[0].security_policy.as_deref(),
        Some("TLS_1_2")
    );
    let rules = names[1].routing_rules.items();
    assert_eq!(
        rules[0].conditions[0].headers[0].value_glob.as_deref(),
        Some("a*")
    );
    assert_eq!(rules[0].conditions[1].base_paths, ["v1", "v2"]);
    assert_eq!(rules[1].targets[0].strip_base_path, Some(false));
    assert!(matches!(
        names[2].routing_rules,
        Observed::Unsupported { .. }
    ));
}

#[tokio::test]
async fn a_portal_is_open_closed_or_unsaid() {
    let portal = |id: &str, authorization: serde_json::Value| {
        json!({
            "portalId": id, "portalArn": format!("arn:{id}"), "authorization": authorization,
            "publishStatus": "PUBLISHED",
        })
    };
    let answers = Answers::default().at(
        "/v2/portals",
        json!({"items": [
            portal("portal0001", json!({"none": {}})),
            portal("portal0002", json!({"cognitoConfig": {"userPoolArn": "arn:pool"}})),
            portal("portal0003", json!({})),
        ]}),
    );
    let open: Vec<Option<bool>> = known(domains::portals(&client(&answers)).await)
        .into_iter()
        .map(|portal| portal.open_to_all)
        .collect();
    assert_eq!(open, [Some(true), Some(false), None]);
}

#[tokio::test]
async fn portals_that_a_region_lacks_are_unsupported() {
    let answers =
        Answers::default().refused("/v2/portals", 403, "MissingAuthenticationTokenException");
    assert!(matches!(
        domains::portals(&client(&answers)).await,
        Observed::Unsupported { .. }
    ));
}
