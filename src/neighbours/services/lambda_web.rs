//! Reads Lambda web functions.
//!
//! Calls, for F web functions with E endpoints that send requests to R revisions: ⌈F/50⌉ ListWebFunctions,
//! at least one ListWebFunctionEndpoints a function and one more for each 50 endpoints, F
//! GetResourcePolicy, R GetWebFunctionRevision; revisions that no endpoint uses are not asked for. AWS
//! publishes no quota for these. Many regions and every older endpoint lack them. Members are those of AWS's
//! service model `lambda-web` 2025-03-07, which botocore 1.44.5 ships and 1.43 did not.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::lambda_web::{Endpoint, LambdaWeb, Revision, RevisionDetails, WebFunction};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{Variables, environment, filled, note, sorted, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const FUNCTIONS: &str = "lambda-web:ListWebFunctions";
const ENDPOINTS: &str = "lambda-web:ListWebFunctionEndpoints";
const REVISION: &str = "lambda-web:GetWebFunctionRevision";
const POLICY: &str = "lambda-web:GetResourcePolicy";

/// What every path begins with.
const VERSION: &str = "2025-03-07";

/// Most items on a page of either list.
const LARGEST_PAGE: u32 = 50;

static SERVICE: Service = Service {
    name: "lambda-web",
    signing: "lambda",
    host: Host::Regional("lambda"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "lambda-web",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[FUNCTIONS],
    details: &[ENDPOINTS, REVISION, POLICY],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let functions = functions(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.lambda_web = LambdaWeb { functions })
}

/// What a list is asked with. An absent token is left out: a REST model does not take null for that.
fn input(token: Option<&str>) -> Value {
    match token {
        Some(token) => json!({"maxResults": LARGEST_PAGE, "nextToken": token}),
        None => json!({"maxResults": LARGEST_PAGE}),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionsPage {
    functions: Option<Vec<ListedFunction>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedFunction {
    function_arn: Option<String>,
    function_name: Option<String>,
    state: Option<String>,
}

async fn functions(client: &Client) -> Observed<Vec<WebFunction>> {
    let listed = client
        .pages(
            FUNCTIONS,
            |token| Request::post(&[VERSION, "web-functions"], &input(token)),
            |answer: FunctionsPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.functions.as_deref(), next, |index, item| {
                    Some(WebFunction {
                        arn: Arn::new(filled(item.function_arn.clone())?),
                        name: filled(item.function_name.clone())?,
                        state: filled(item.state.clone()),
                        endpoints: Observed::NotCollected,
                        revisions: Observed::NotCollected,
                        policy: Observed::NotCollected,
                        sources: source(FUNCTIONS, exchange, format!("/functions/{index}")),
                    })
                })
            },
        )
        .await;
    let Observed::Known(functions) = listed else {
        return listed;
    };
    let mut functions = in_parallel(functions, |function| describe(client, function)).await;
    functions.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(functions)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer {
    policy: Option<String>,
}

async fn describe(client: &Client, mut function: WebFunction) -> WebFunction {
    let policy = Request::get(&[VERSION, "resource-policy", function.arn.as_str()]);
    let (endpoints, policy) = futures::join!(
        endpoints(client, &function.name),
        // The code says that there is no policy; a function that is gone is gone from the endpoints too.
        client.ask(POLICY, &["ResourceNotFoundException"], policy),
    );
    let exchange = policy.exchange.as_ref();
    note(&mut function.sources, POLICY, exchange, "");
    function.policy = policy.value.and_then(|answer: PolicyAnswer| {
        let policy = filled(answer.policy).map(PolicyDocument);
        policy.map_or(Observed::Absent, Observed::Known)
    });
    function.revisions = match &endpoints {
        Observed::Known(endpoints) => {
            Observed::Known(revisions(client, &function.name, endpoints).await)
        }
        unknown => unknown.unknown_as(),
    };
    function.endpoints = endpoints;
    function
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndpointsPage {
    endpoints: Option<Vec<ListedEndpoint>>,
    next_token: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedEndpoint {
    endpoint_arn: Option<String>,
    endpoint_name: Option<String>,
    auth_type: Option<String>,
    endpoint_type: Option<String>,
    domain_name: Option<String>,
    state: Option<String>,
    #[serde(default = "Vec::new")]
    regions: Vec<String>,
    throttle_config: Option<Throttle>,
    #[serde(default = "Vec::new")]
    revision_weights: Vec<Weight>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Throttle {
    rate_limit: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Weight {
    revision_id: String,
}

async fn endpoints(client: &Client, function: &str) -> Observed<Vec<Endpoint>> {
    let path = [VERSION, "web-functions", function, "list-endpoints"];
    client
        .pages(
            ENDPOINTS,
            |token| Request::post(&path, &input(token)),
            |answer: EndpointsPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.endpoints.as_deref(), next, |index, item| {
                    let sources = source(ENDPOINTS, exchange, format!("/endpoints/{index}"));
                    endpoint(item.clone(), sources)
                })
            },
        )
        .await
        .map(|mut endpoints| {
            endpoints.sort_by(|a, b| a.arn.cmp(&b.arn));
            endpoints
        })
}

fn endpoint(item: ListedEndpoint, sources: Sources) -> Option<Endpoint> {
    let revisions = item.revision_weights.into_iter();
    Some(Endpoint {
        arn: Arn::new(filled(item.endpoint_arn)?),
        name: filled(item.endpoint_name),
        auth_type: filled(item.auth_type),
        endpoint_type: filled(item.endpoint_type),
        domain: filled(item.domain_name),
        state: filled(item.state),
        regions: sorted(item.regions),
        rate_limit: item.throttle_config.and_then(|it| it.rate_limit),
        revision_ids: sorted(revisions.map(|it| it.revision_id).collect()),
        sources,
    })
}

/// The revisions that the endpoints send requests to.
async fn revisions(client: &Client, function: &str, endpoints: &[Endpoint]) -> Vec<Revision> {
    let used: BTreeSet<String> = endpoints
        .iter()
        .flat_map(|endpoint| endpoint.revision_ids.clone())
        .collect();
    in_parallel(used.into_iter().collect(), |id| {
        revision(client, function, id)
    })
    .await
}

async fn revision(client: &Client, function: &str, id: String) -> Revision {
    let request = Request::get(&[VERSION, "web-functions", function, "revisions", &id]);
    // A revision that an endpoint names and that is not found was deleted under the scan.
    let reply = client.ask(REVISION, &[], request).await;
    let exchange = reply.exchange.as_ref();
    Revision {
        id,
        details: reply.value.map(convert),
        sources: source(REVISION, exchange, String::new()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedRevision {
    kms_key_arn: Option<String>,
    build_config: Option<Build>,
    service_config: ServiceConfig,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Build {
    runtime_config: Option<RuntimeConfig>,
}

#[derive(Debug, Deserialize)]
struct RuntimeConfig {
    runtime: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceConfig {
    execution_role_arn: Option<String>,
    timeout_seconds: Option<i64>,
    egress_network_connector_arn: Option<String>,
    environment_variables: Option<Variables>,
    telemetry_config: Option<Telemetry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Telemetry {
    logging_config: Option<Logging>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logging {
    log_group: Option<String>,
}

fn convert(answer: DescribedRevision) -> RevisionDetails {
    let service = answer.service_config;
    let logging = service.telemetry_config.and_then(|it| it.logging_config);
    RevisionDetails {
        role: filled(service.execution_role_arn).map(Arn::new),
        runtime: answer
            .build_config
            .and_then(|build| filled(build.runtime_config?.runtime)),
        timeout_seconds: service.timeout_seconds,
        kms_key: filled(answer.kms_key_arn).map(Arn::new),
        network_connector: filled(service.egress_network_connector_arn).map(Arn::new),
        log_group: logging.and_then(|logging| filled(logging.log_group)),
        environment: environment(REVISION, service.environment_variables),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const MARKER: &str = "tripod-redacted:v1:named-secret:8:low:0123456789abcdef";

    fn functions_page(names: &[&str], next: &str) -> String {
        let functions: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"functionArn":"arn:{name}","functionName":"{name}"}}"#))
            .collect();
        format!(
            r#"{{"functions":[{}],"nextToken":{next}}}"#,
            functions.join(",")
        )
    }

    fn endpoints_page(endpoints: &[&str], next: &str) -> String {
        format!(
            r#"{{"endpoints":[{}],"nextToken":{next}}}"#,
            endpoints.join(",")
        )
    }

    fn script() -> Script {
        Script::new()
            .on(FUNCTIONS, &functions_page(&["portal"], "null"))
            .on(ENDPOINTS, &endpoints_page(&[r#"{"endpointArn":"arn:e","revisionWeights":[{"revisionId":"7","weight":100}]}"#], "null"))
            .on(REVISION, r#"{"serviceConfig":{}}"#)
            .absent(POLICY, "", "ResourceNotFoundException")
    }

    fn read(script: &Script) -> Observed<Vec<WebFunction>> {
        script.read(&NEIGHBOUR).lambda_web.functions
    }

    fn only(script: &Script) -> WebFunction {
        read(script).items()[0].clone()
    }

    #[test]
    fn a_web_function_is_read_with_who_may_call_it_and_as_whom_it_runs() {
        let endpoint = r#"{"endpointArn":"arn:e","endpointName":"live","endpointType":"MultiRegion","domainName":"x.lambda-web.aws","authType":"ApplicationManaged","revisionWeights":[{"revisionId":"8","weight":10},{"revisionId":"7","weight":90}],"regions":["eu-west-1","eu-central-1"],"throttleConfig":{"rateLimit":500},"state":"Active"}"#;
        let revision = json!({
            "kmsKeyArn": "arn:key",
            "buildConfig": {"codeConfig": {"s3Object": {"bucket": "b", "key": "k"}}, "runtimeConfig": {"runtime": "nodejs24.x"}},
            "serviceConfig": {
                "executionRoleArn": "arn:role", "timeoutSeconds": 30, "egressNetworkConnectorArn": "arn:connector",
                "environmentVariables": {"DB_PASSWORD": MARKER},
                "telemetryConfig": {"loggingConfig": {"logGroup": "/web/portal"}},
            },
        });
        let script = script()
            .on(ENDPOINTS, &endpoints_page(&[endpoint], "null"))
            .on(REVISION, &revision.to_string())
            .on(POLICY, r#"{"Policy":"{}","RevisionId":"1"}"#);
        let function = only(&script);
        assert_eq!(
            function.policy,
            Observed::Known(PolicyDocument("{}".to_owned()))
        );
        let endpoint = &function.endpoints.items()[0];
        assert_eq!(endpoint.auth_type.as_deref(), Some("ApplicationManaged"));
        assert_eq!(endpoint.regions, ["eu-central-1", "eu-west-1"]);
        assert_eq!(
            (endpoint.rate_limit, &endpoint.revision_ids[..]),
            (Some(500), &["7".to_owned(), "8".to_owned()][..])
        );
        let [seven, eight] = function.revisions.items() else {
            panic!("two revisions are in use: {function:?}");
        };
        assert_eq!((seven.id.as_str(), eight.id.as_str()), ("7", "8"));
        let Observed::Known(details) = &seven.details else {
            panic!("{seven:?}");
        };
        assert_eq!(details.role, Some(Arn::new("arn:role")));
        assert_eq!(details.runtime.as_deref(), Some("nodejs24.x"));
        assert_eq!(details.timeout_seconds, Some(30));
        assert_eq!(details.kms_key, Some(Arn::new("arn:key")));
        assert_eq!(details.network_connector, Some(Arn::new("arn:connector")));
        assert_eq!(details.log_group.as_deref(), Some("/web/portal"));
        let Observed::Known(environment) = &details.environment else {
            panic!("{details:?}");
        };
        assert_eq!(environment["DB_PASSWORD"].to_string(), MARKER);
    }

    #[test]
    fn what_aws_leaves_out_is_none_and_no_policy_is_absent() {
        let function = only(&script());
        assert_eq!(
            (&function.state, &function.policy),
            (&None, &Observed::Absent)
        );
        let endpoint = &function.endpoints.items()[0];
        assert_eq!((&endpoint.auth_type, endpoint.rate_limit), (&None, None));
        let Observed::Known(details) = &function.revisions.items()[0].details else {
            panic!("{function:?}");
        };
        assert_eq!((&details.role, details.timeout_seconds), (&None, None));
        assert_eq!(details.environment, Observed::Absent);
    }

    #[test]
    fn a_value_that_is_no_marker_goes_no_further() {
        let leaked = r#"{"serviceConfig":{"environmentVariables":{"A":"hunter2-hunter2"}}}"#;
        let function = only(&script().on(REVISION, leaked));
        let text = format!("{function:?}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("not a redaction marker"), "{text}");
    }

    #[test]
    fn an_account_without_web_functions_costs_one_call() {
        let script = Script::new().on(FUNCTIONS, &functions_page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [FUNCTIONS]);
        let asked = &script.asked()[0].request;
        assert_eq!(asked.path, "/2025-03-07/web-functions");
        assert_eq!(asked.body, r#"{"maxResults":50}"#);
    }

    #[test]
    fn three_pages_of_either_list_are_one_list_in_order() {
        let endpoint = |name: &str| format!(r#"{{"endpointArn":"arn:{name}"}}"#);
        let mut script = script();
        for (name, needle, next) in [
            ("c", "", r#""2""#),
            ("b", r#""nextToken":"2""#, r#""3""#),
            ("a", r#""nextToken":"3""#, "null"),
        ] {
            script = script
                .when(FUNCTIONS, needle, &functions_page(&[name], next))
                .when(ENDPOINTS, needle, &endpoints_page(&[&endpoint(name)], next));
        }
        let functions = read(&script);
        let names: Vec<&str> = functions
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        let endpoints = functions.items()[0].endpoints.items();
        let arns: Vec<&str> = endpoints.iter().map(|it| it.arn.as_str()).collect();
        assert_eq!(arns, ["arn:a", "arn:b", "arn:c"]);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_empty() {
        let lacking = Observed::Unsupported {
            operation: FUNCTIONS.to_owned(),
        };
        let script = Script::new().refuse(FUNCTIONS, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
        assert_eq!(
            read(&script.refuse(FUNCTIONS, denied(FUNCTIONS))),
            denied(FUNCTIONS)
        );
        let function = only(
            &self::script()
                .refuse(ENDPOINTS, denied(ENDPOINTS))
                .refuse(POLICY, denied(POLICY)),
        );
        assert_eq!(function.endpoints, denied(ENDPOINTS));
        // Which revisions are in use is not known either.
        assert_eq!(function.revisions, denied(ENDPOINTS));
        assert_eq!(function.policy, denied(POLICY));
        let function = only(&self::script().refuse(REVISION, denied(REVISION)));
        assert_eq!(function.revisions.items()[0].details, denied(REVISION));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        assert!(matches!(
            read(&script().on(FUNCTIONS, "{}")),
            Observed::Failed { .. }
        ));
        let function = only(&script().on(REVISION, "{}"));
        assert!(matches!(
            function.revisions.items()[0].details,
            Observed::Failed { .. }
        ));
    }
}
