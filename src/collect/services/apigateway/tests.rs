//! From AWS's JSON to the model: whole answers, and bare ones.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::config::{BehaviorVersion, Config, Credentials, Region};
use serde_json::{Value, json};
use tripod_model::Observed;
use tripod_model::apigateway::{DomainName, Method, RestApi, Stage};

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

fn second(answers: &Answers) -> aws_sdk_apigatewayv2::Client {
    let config = aws_sdk_apigatewayv2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
        .http_client(answers.clone());
    aws_sdk_apigatewayv2::Client::from_conf(config.build())
}

fn marker() -> &'static str {
    "tripod-redacted:v1:none:4:low:0123456789abcdef"
}

fn known<T: std::fmt::Debug>(list: Observed<Vec<T>>) -> Vec<T> {
    match list {
        Observed::Known(items) => items,
        other => panic!("a list: {other:?}"),
    }
}

async fn only_api(answers: &Answers) -> RestApi {
    let mut apis = known(rest_apis(&client(answers), PLACE).await);
    assert_eq!(apis.len(), 1);
    apis.remove(0)
}

async fn only_stage(item: Value) -> Stage {
    let answers = Answers::default().at("/restapis/a1/stages", json!({"item": [item]}));
    let api = Arn::new(format!("{PLACE}:/restapis/a1"));
    let mut stages = known(stages::stages(&client(&answers), "a1", &api).await.value);
    assert_eq!(stages.len(), 1);
    stages.remove(0)
}

async fn only_method(method: Value) -> Method {
    let resource = json!({"id": "r1", "path": "/claims", "resourceMethods": {"GET": method}});
    let answers = Answers::default().at("/restapis/a1/resources", json!({"item": [resource]}));
    let api = Arn::new(format!("{PLACE}:/restapis/a1"));
    let mut methods = known(methods::methods(&client(&answers), "a1", &api).await);
    assert_eq!(methods.len(), 1);
    methods.remove(0)
}

async fn domains(answers: &Answers) -> domains::Domains {
    domains::read(&client(answers), &second(answers), PLACE).await
}

/// A region without anything but these domain names.
fn with_domains(items: &Value) -> Answers {
    Answers::default()
        .at("/domainnames", json!({"item": items}))
        .at("/domainnameaccessassociations", json!({"item": []}))
}

#[test]
fn a_policy_with_escaped_quotes_becomes_plain_json() {
    let text = |text: &str| policy(text).map(|policy| policy.0);
    let plain = r#"{"Version":"2012-10-17"}"#;
    assert_eq!(
        text(r#"{\"Version\":\"2012-10-17\"}"#).as_deref(),
        Some(plain)
    );
    assert_eq!(text(plain).as_deref(), Some(plain));
    assert_eq!(text(""), None);
}

#[tokio::test]
async fn a_whole_stage_keeps_what_aws_says() {
    let stage = only_stage(json!({
        "stageName": "prod", "deploymentId": "d1", "clientCertificateId": "c1",
        "cacheClusterEnabled": true, "cacheClusterSize": "0.5", "cacheClusterStatus": "AVAILABLE",
        "methodSettings": {"*/*": {
            "metricsEnabled": true, "loggingLevel": "INFO", "dataTraceEnabled": true,
            "throttlingBurstLimit": 0, "throttlingRateLimit": 0.0, "cachingEnabled": true,
            "cacheTtlInSeconds": 60, "cacheDataEncrypted": false,
            "requireAuthorizationForCacheControl": false,
            "unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403",
        }},
        "variables": {"token": marker()},
        "accessLogSettings": {
            "destinationArn": "arn:aws:logs:eu-central-1:111122223333:log-group:a",
            "format": "$context.requestId",
        },
        "canarySettings": {
            "percentTraffic": 10.0, "deploymentId": "d2", "useStageCache": false,
            "stageVariableOverrides": {"token": marker()},
        },
        "tracingEnabled": false, "webAclArn": "", "tags": {"stage": "prod"},
        "createdDate": 1_767_225_600, "lastUpdatedDate": 1_769_904_000.5,
    }))
    .await;
    assert_eq!(
        stage.arn.as_str(),
        "arn:aws:apigateway:eu-central-1::/restapis/a1/stages/prod"
    );
    assert_eq!(stage.cache_cluster_enabled, Some(true));
    assert_eq!(stage.tracing_enabled, Some(false));
    assert_eq!(stage.web_acl_arn, None, "an empty ARN is none");
    let setting = &stage.method_settings["*/*"];
    assert_eq!(setting.throttling_rate_limit, Some(0.0), "zero is a limit");
    assert_eq!(setting.throttling_burst_limit, Some(0));
    assert_eq!(setting.data_trace_enabled, Some(true));
    assert_eq!(setting.cache_data_encrypted, Some(false));
    assert_eq!(setting.cache_ttl_seconds, Some(60));
    assert_eq!(setting.require_authorization_for_cache_control, Some(false));
    let canary = stage.canary.expect("a canary");
    assert_eq!(
        (canary.percent_traffic, canary.use_stage_cache),
        (Some(10.0), Some(false))
    );
    let variables = stage.variables.found().expect("known").expect("some");
    assert_eq!(variables["token"].length, 4);
    let log = stage.access_log.expect("access logs");
    assert_eq!(log.format.as_deref(), Some("$context.requestId"));
    assert_eq!(
        stage.created.map(|time| time.to_string()).as_deref(),
        Some("2026-01-01T00:00:00Z")
    );
}

#[tokio::test]
async fn a_bare_stage_says_nothing_of_its_own() {
    let stage = only_stage(json!({
        "stageName": "prod", "methodSettings": {"*/*": {}}, "canarySettings": {},
    }))
    .await;
    assert_eq!(stage.cache_cluster_enabled, None);
    assert_eq!(stage.tracing_enabled, None);
    assert_eq!(stage.variables, Observed::Absent);
    assert_eq!(stage.access_log, None);
    let canary = stage.canary.expect("a canary");
    assert_eq!(
        (canary.percent_traffic, canary.use_stage_cache),
        (None, None)
    );
    assert_eq!(
        stage.method_settings["*/*"],
        tripod_model::apigateway::MethodSetting::default()
    );
}

#[tokio::test]
async fn a_variable_that_was_not_redacted_goes_no_further() {
    let stage = only_stage(json!({"stageName": "prod", "variables": {"token": "open"}})).await;
    assert!(matches!(stage.variables, Observed::Failed { .. }));
    assert!(!format!("{stage:?}").contains("open"));
}

#[tokio::test]
async fn a_whole_method_keeps_its_integration() {
    let method = only_method(json!({
        "httpMethod": "GET", "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "au1",
        "authorizationScopes": ["b", "a"], "apiKeyRequired": true, "requestValidatorId": "v1",
        "requestParameters": {"method.request.querystring.q": false},
        "requestModels": {"application/json": "Claim"},
        "methodIntegration": {
            "type": "HTTP", "httpMethod": "POST", "uri": "https://backend.example/",
            "credentials": "arn:aws:iam::*:user/*", "connectionType": "VPC_LINK",
            "connectionId": "l1", "integrationTarget": "arn:aws:elasticloadbalancing:x",
            "tlsConfig": {"insecureSkipVerification": true}, "timeoutInMillis": 29000,
            "passthroughBehavior": "NEVER", "cacheKeyParameters": ["q"], "cacheNamespace": "r1",
            "responseTransferMode": "STREAM",
            "integrationResponses": {"200": {
                "statusCode": "200",
                "responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
            }},
        },
    }))
    .await;
    assert_eq!(
        method.arn.as_str(),
        "arn:aws:apigateway:eu-central-1::/restapis/a1/resources/r1/methods/GET"
    );
    assert_eq!(method.authorization_scopes, ["a", "b"]);
    assert_eq!(method.api_key_required, Some(true));
    assert_eq!(method.request_models["application/json"], "Claim");
    assert_eq!(method.integration_kind(), Some("HTTP"));
    let integration = method.integration.expect("an integration");
    assert_eq!(integration.insecure_skip_verification, Some(true));
    assert_eq!(integration.timeout_milliseconds, Some(29_000));
    assert_eq!(
        integration.credentials.as_deref(),
        Some("arn:aws:iam::*:user/*")
    );
    assert_eq!(
        integration.response_transfer_mode.as_deref(),
        Some("STREAM")
    );
    let origin = "method.response.header.Access-Control-Allow-Origin";
    assert_eq!(integration.responses["200"].parameters[origin], "'*'");
}

#[tokio::test]
async fn a_bare_method_has_no_authorization_and_nothing_made_up() {
    let method = only_method(json!({"methodIntegration": {"tlsConfig": {}, "uri": ""}})).await;
    assert_eq!(method.authorization_type, None);
    assert_eq!(method.api_key_required, None);
    let integration = method.integration.expect("an integration");
    assert_eq!(
        integration,
        tripod_model::apigateway::Integration::default()
    );
    assert_eq!(only_method(json!({})).await.integration, None);
}

#[tokio::test]
async fn an_api_is_asked_only_for_what_it_can_have() {
    let answers = Answers::default()
        .at(
            "/restapis",
            json!({"item": [{"id": "a1", "disableExecuteApiEndpoint": false}]}),
        )
        .at("/restapis/a1/stages", json!({"item": []}))
        .at(
            "/restapis/a1/resources",
            json!({"item": [{"id": "r0", "path": "/"}]}),
        );
    let api = only_api(&answers).await;
    assert_eq!(answers.asked().len(), 3, "{:?}", answers.asked());
    assert_eq!(api.disable_execute_api_endpoint, Some(false));
    assert_eq!(api.name, "a1");
    assert_eq!(api.deployments, Observed::NotCollected);
    assert_eq!(api.authorizers, Observed::NotCollected);
    assert_eq!(api.gateway_responses, Observed::NotCollected);
}

#[tokio::test]
async fn what_a_method_names_is_read_and_own_responses_of_aws_are_left_out() {
    let method = json!({
        "authorizerId": "au1", "requestValidatorId": "v1",
        "requestModels": {"application/json": "Claim"},
    });
    let answers = Answers::default()
        .at("/restapis", json!({"item": [{"id": "a1"}]}))
        .at(
            "/restapis/a1/stages",
            json!({"item": [{"stageName": "prod"}]}),
        )
        .at("/restapis/a1/deployments", json!({"item": [{"id": "d1"}]}))
        .at(
            "/restapis/a1/resources",
            json!({"item": [{"id": "r1", "path": "/", "resourceMethods": {"GET": method}}]}),
        )
        .at(
            "/restapis/a1/requestvalidators",
            json!({"item": [{"id": "v1"}]}),
        )
        .at(
            "/restapis/a1/authorizers",
            json!({"item": [{
                "id": "au1", "type": "TOKEN", "authorizerResultTtlInSeconds": 0,
                "identityValidationExpression": "^Bearer", "providerARNs": ["arn:b", "arn:a"],
            }, {
                "id": "au2", "type": "JWT",
                "jwtConfiguration": {"issuers": [{"issuer": "https://login.example/"}]},
            }]}),
        )
        .at(
            "/restapis/a1/models",
            json!({"item": [{"id": "m1", "name": "Claim", "schema": "{}"}]}),
        )
        .at(
            "/restapis/a1/gatewayresponses",
            json!({"item": [
                {"responseType": "THROTTLED", "defaultResponse": true, "statusCode": "429"},
                {"responseType": "DEFAULT_5XX", "defaultResponse": false,
                 "responseTemplates": {"application/json": "$context.error.messageString"}},
                {"responseType": "DEFAULT_4XX"},
            ]}),
        );
    let api = only_api(&answers).await;
    assert_eq!(api.disable_execute_api_endpoint, None);
    assert_eq!(known(api.deployments)[0].id, "d1");
    let validators = known(api.request_validators);
    assert_eq!(validators[0].validate_request_body, None);
    assert_eq!(validators[0].validate_request_parameters, None);
    let authorizers = known(api.authorizers);
    assert_eq!(authorizers[0].result_ttl_seconds, Some(0));
    assert_eq!(authorizers[0].provider_arns[0].as_str(), "arn:a");
    assert_eq!(authorizers[0].jwt, None);
    assert_eq!(authorizers[1].kind.as_deref(), Some("JWT"));
    let jwt = authorizers[1].jwt.as_ref().expect("which tokens");
    assert_eq!(
        jwt.issuers[0].issuer.as_deref(),
        Some("https://login.example/")
    );
    assert_eq!(known(api.models)[0].schema.as_deref(), Some("{}"));
    let responses: Vec<_> = known(api.gateway_responses)
        .into_iter()
        .map(|response| (response.kind, response.is_default))
        .collect();
    assert_eq!(
        responses,
        [
            ("DEFAULT_4XX".to_owned(), None),
            ("DEFAULT_5XX".to_owned(), Some(false))
        ]
    );
}

#[tokio::test]
async fn where_methods_are_denied_everything_may_be_there_and_is_asked() {
    let answers = Answers::default()
        .at("/restapis", json!({"item": [{"id": "a1"}]}))
        .refused("/restapis/a1/stages", 403, "AccessDeniedException")
        .refused("/restapis/a1/resources", 403, "AccessDeniedException");
    let api = only_api(&answers).await;
    assert!(matches!(api.methods, Observed::Denied { .. }));
    assert!(matches!(api.stages, Observed::Denied { .. }));
    // Nobody answers these: an API that is gone meanwhile is no API without authorizers.
    assert!(matches!(api.authorizers, Observed::Failed { .. }));
    assert!(matches!(api.deployments, Observed::Failed { .. }));
    assert_eq!(answers.asked().len(), 8);
}

#[tokio::test]
async fn a_list_goes_over_all_its_pages() {
    let answers = Answers::default()
        .at(
            "/apikeys",
            json!({"item": [{"id": "k3", "enabled": true}], "position": "p1"}),
        )
        .at(
            "/apikeys",
            json!({"item": [{"id": "k1", "enabled": false}], "position": "p2"}),
        )
        .at("/apikeys", json!({"item": [{"id": "k2"}]}))
        .at("/usageplans", json!({"item": []}))
        .at("/clientcertificates", json!({"item": []}))
        .at("/vpclinks", json!({"item": []}));
    let access = access::read(&client(&answers), PLACE).await;
    let keys: Vec<_> = known(access.api_keys)
        .into_iter()
        .map(|key| (key.id, key.enabled))
        .collect();
    let expected = [("k1", Some(false)), ("k2", None), ("k3", Some(true))];
    assert_eq!(keys, expected.map(|(id, enabled)| (id.to_owned(), enabled)));
    let asked: Vec<String> = answers
        .asked()
        .into_iter()
        .filter(|uri| uri.starts_with("/apikeys"))
        .collect();
    assert_eq!(asked.len(), 3);
    assert!(
        asked.iter().all(|uri| uri.contains("includeValues=false")),
        "{asked:?}"
    );
    assert!(
        asked.iter().all(|uri| uri.contains("limit=500")),
        "{asked:?}"
    );
    assert!(asked[2].contains("position=p2"), "{asked:?}");
}

#[tokio::test]
async fn a_list_of_which_a_page_is_refused_is_not_known() {
    let answers = Answers::default()
        .at(
            "/usageplans",
            json!({"item": [{"id": "p1"}], "position": "p1"}),
        )
        .refused("/usageplans", 403, "AccessDeniedException")
        .at("/apikeys", json!({"item": []}))
        .at("/clientcertificates", json!({"item": []}))
        .at("/vpclinks", json!({"item": []}));
    let access = access::read(&client(&answers), PLACE).await;
    assert!(matches!(access.usage_plans, Observed::Denied { .. }));
    assert_eq!(access.api_keys, Observed::Known(vec![]));
}

#[tokio::test]
async fn a_usage_plan_keeps_its_limits_and_its_keys_without_their_values() {
    let answers = Answers::default()
        .at(
            "/usageplans",
            json!({"item": [{
                "id": "p1", "throttle": {"burstLimit": 5}, "quota": {"limit": 0, "period": "DAY"},
                "apiStages": [{"apiId": "a1", "stage": "prod", "throttle": {
                    "/claims/GET": {"rateLimit": 0.0},
                }}],
            }]}),
        )
        .at(
            "/usageplans/p1/keys",
            json!({"item": [{"id": "k1", "value": "never-kept"}]}),
        )
        .at(
            "/apikeys",
            json!({"item": [{"id": "k1", "value": "never-kept"}]}),
        )
        .at(
            "/clientcertificates",
            json!({"item": [{"clientCertificateId": "c1", "expirationDate": 1_800_000_000}]}),
        )
        .at(
            "/vpclinks",
            json!({"item": [{"id": "l1", "status": "FAILED", "targetArns": ["arn:n"]}]}),
        );
    let access = access::read(&client(&answers), PLACE).await;
    let seen = format!("{:?}{:?}", access.usage_plans, access.api_keys);
    assert!(!seen.contains("never-kept"), "{seen}");
    let plan = known(access.usage_plans).remove(0);
    let throttle = plan.throttle.expect("a limit");
    assert_eq!((throttle.rate_limit, throttle.burst_limit), (None, Some(5)));
    let quota = plan.quota.expect("a quota");
    assert_eq!((quota.limit, quota.offset), (Some(0), None));
    let method = &plan.api_stages[0].throttle["/claims/GET"];
    assert_eq!((method.rate_limit, method.burst_limit), (Some(0.0), None));
    assert_eq!(plan.key_ids, Observed::Known(vec!["k1".to_owned()]));
    let certificate = known(access.client_certificates).remove(0);
    assert!(certificate.expires.is_some() && certificate.created.is_none());
    assert_eq!(known(access.vpc_links)[0].status.as_deref(), Some("FAILED"));
}

#[tokio::test]
async fn a_plan_of_an_account_without_keys_is_not_asked_for_them() {
    let answers = Answers::default()
        .at("/usageplans", json!({"item": [{"id": "p1"}]}))
        .at("/apikeys", json!({"item": []}))
        .at("/clientcertificates", json!({"item": []}))
        .at("/vpclinks", json!({"item": []}));
    let access = access::read(&client(&answers), PLACE).await;
    assert_eq!(known(access.usage_plans)[0].key_ids, Observed::NotCollected);
    assert_eq!(answers.asked().len(), 4);
}

#[tokio::test]
async fn a_public_name_has_mappings_and_no_rules_of_version_1() {
    let answers = with_domains(&json!([{
        "domainName": "api.example.com", "domainNameId": "not-asked-with",
        "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "dualstack"},
        "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09", "endpointAccessMode": "STRICT",
        "routingMode": "ROUTING_RULE_ONLY",
        "mutualTlsAuthentication": {
            "truststoreUri": "s3://trust/store.pem", "truststoreWarnings": ["one expired"],
        },
    }]))
    .at("/domainnames/api.example.com/basepathmappings", json!({}));
    let read = domains(&answers).await;
    let domain = known(read.names).remove(0);
    assert_eq!(
        domain.arn.as_str(),
        "arn:aws:apigateway:eu-central-1::/domainnames/api.example.com"
    );
    assert_eq!(domain.is_private(), Some(false));
    assert_eq!(
        domain.security_policy.as_deref(),
        Some("SecurityPolicy_TLS13_1_3_2025_09")
    );
    let mutual = domain.mutual_tls.expect("mutual TLS");
    assert_eq!(mutual.truststore_version, None);
    assert_eq!(mutual.truststore_warnings, ["one expired"]);
    assert_eq!(
        domain.base_path_mappings,
        Observed::Known(vec![]),
        "AWS leaves an empty list out"
    );
    assert_eq!(domain.routing_rules, Observed::NotCollected);
    assert_eq!(read.foreign_associations, Observed::NotCollected);
    assert!(
        answers
            .asked()
            .iter()
            .all(|uri| !uri.contains("domainNameId"))
    );
}

#[tokio::test]
async fn a_private_name_is_asked_for_by_its_id_and_for_its_associations() {
    let answers = with_domains(&json!([{
        "domainName": "in.example.com", "domainNameId": "dn1",
        "domainNameArn": "arn:aws:apigateway:eu-central-1:111122223333:/domainnames/in.example.com+dn1",
        "endpointConfiguration": {"types": ["PRIVATE"]},
        "policy": "{\\\"Version\\\":\\\"2012-10-17\\\"}", "managementPolicy": "",
        "routingMode": "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
    }]))
    .at(
        "/domainnameaccessassociations",
        json!({"item": [{
            "domainNameAccessAssociationArn": "arn:of-another-account",
            "accessAssociationSource": "vpce-1", "accessAssociationSourceType": "VPCE",
        }]}),
    )
    .at(
        "/domainnames/in.example.com/basepathmappings",
        json!({"item": [{"basePath": "(none)", "restApiId": "a1", "stage": "prod"}]}),
    )
    .at(
        "/v2/domainnames/in.example.com/routingrules",
        json!({"routingRules": [{"priority": 1, "routingRuleId": "r1"}]}),
    );
    let read = domains(&answers).await;
    let domain: DomainName = known(read.names).remove(0);
    assert_eq!(
        domain.policy.expect("a policy").0,
        r#"{"Version":"2012-10-17"}"#
    );
    assert_eq!(domain.management_policy, None);
    assert_eq!(
        known(domain.base_path_mappings)[0].api_id.as_deref(),
        Some("a1")
    );
    assert_eq!(known(domain.routing_rules)[0].priority, Some(1));
    let foreign = known(read.foreign_associations);
    assert_eq!(foreign[0].source.as_deref(), Some("vpce-1"));
    let asked = answers.asked();
    let with_id = asked.iter().filter(|uri| uri.contains("omainNameId=dn1"));
    assert_eq!(with_id.count(), 2, "{asked:?}");
    assert!(
        asked
            .iter()
            .any(|uri| uri.contains("resourceOwner=OTHER_ACCOUNTS")),
        "{asked:?}"
    );
}

#[tokio::test]
async fn an_operation_that_the_region_lacks_is_unsupported() {
    let answers = Answers::default().refused(
        "/domainnameaccessassociations",
        403,
        "MissingAuthenticationTokenException",
    );
    let read = domains(&answers).await;
    assert!(matches!(read.associations, Observed::Unsupported { .. }));
    assert!(matches!(read.names, Observed::Failed { .. }));
}

#[tokio::test]
async fn the_accounts_limits_are_known_only_if_aws_says_them() {
    let answers = Answers::default().at(
        "/account",
        json!({"throttleSettings": {"rateLimit": 0.0}, "features": ["UsagePlans"]}),
    );
    let account = account(&client(&answers)).await;
    let account = account.found().expect("known").expect("there");
    assert_eq!(account.throttle_rate_limit, Some(0.0));
    assert_eq!(account.throttle_burst_limit, None);
    assert_eq!(account.features, ["UsagePlans"]);
    assert_eq!(account.api_key_version, None);
}
