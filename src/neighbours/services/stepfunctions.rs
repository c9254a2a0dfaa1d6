//! Reads Step Functions.
//!
//! Calls, for M state machines, of which D have a definition that a key keeps from the caller: ⌈M/1000⌉
//! ListStateMachines, M + D DescribeStateMachine.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>

use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::stepfunctions::{
    Logging, StateMachine, StateMachineDetails, StepFunctions, Task,
};
use tripod_model::{Arn, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "stepfunctions:ListStateMachines";
const DESCRIBE: &str = "stepfunctions:DescribeStateMachine";

/// Most state machines on a page.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html>
const LARGEST_PAGE: u32 = 1000;

/// The caller may not use the customer's key under which the definition lies. All else can be had without
/// the definition. <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>
const KEY_DENIED: &str = "KmsAccessDeniedException";

static SERVICE: Service = Service {
    name: "stepfunctions",
    signing: "states",
    host: Host::Regional("states"),
    protocol: Protocol::Json {
        version: "1.0",
        target: "AWSStepFunctions",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "stepfunctions",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[DESCRIBE],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let state_machines = state_machines(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.stepfunctions = StepFunctions { state_machines })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    state_machines: Option<Vec<ListedMachine>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedMachine {
    state_machine_arn: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
}

async fn state_machines(client: &Client) -> Observed<Vec<StateMachine>> {
    let listed = client
        .pages(
            LIST,
            |token| Request::json(&json!({"maxResults": LARGEST_PAGE, "nextToken": token})),
            |answer: Listed, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.state_machines.as_deref(), next, |index, item| {
                    let pointer = format!("/stateMachines/{index}");
                    Some(StateMachine {
                        arn: Arn::new(filled(item.state_machine_arn.clone())?),
                        name: filled(item.name.clone())?,
                        kind: filled(item.r#type.clone()),
                        details: Observed::NotCollected,
                        sources: source(LIST, exchange, pointer),
                    })
                })
            },
        )
        .await;
    let Observed::Known(machines) = listed else {
        return listed;
    };
    let mut machines = in_parallel(machines, |machine| describe(client, machine)).await;
    machines.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(machines)
}

async fn describe(client: &Client, mut machine: StateMachine) -> StateMachine {
    let arn = machine.arn.as_str();
    let request = Request::json(&json!({"stateMachineArn": arn}));
    // A state machine that is not found although listed was deleted under the scan.
    let mut reply = client.ask(DESCRIBE, &[KEY_DENIED], request).await;
    let locked = reply.value == Observed::Absent;
    if locked {
        let request =
            Request::json(&json!({"stateMachineArn": arn, "includedData": "METADATA_ONLY"}));
        reply = client.ask(DESCRIBE, &[], request).await;
    }
    note(&mut machine.sources, DESCRIBE, reply.exchange.as_ref(), "");
    machine.details = reply.value.map(|answer| convert(answer, locked));
    machine
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    definition: Option<String>,
    role_arn: Option<String>,
    logging_configuration: Option<LoggingConfiguration>,
    tracing_configuration: Option<TracingConfiguration>,
    encryption_configuration: Option<EncryptionConfiguration>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoggingConfiguration {
    level: Option<String>,
    include_execution_data: Option<bool>,
    destinations: Option<Vec<Destination>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Destination {
    cloud_watch_logs_log_group: Option<LogGroup>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogGroup {
    log_group_arn: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct TracingConfiguration {
    enabled: Option<bool>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EncryptionConfiguration {
    r#type: Option<String>,
    kms_key_id: Option<String>,
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>
fn convert(answer: Described, locked: bool) -> StateMachineDetails {
    let encryption = answer.encryption_configuration;
    let (encryption, kms_key) = encryption.map_or((None, None), |it| (it.r#type, it.kms_key_id));
    StateMachineDetails {
        role: filled(answer.role_arn).map(Arn::new),
        logging: answer.logging_configuration.map(logging),
        tracing: answer.tracing_configuration.and_then(|it| it.enabled),
        encryption: filled(encryption),
        kms_key: filled(kms_key),
        tasks: if locked {
            Observed::Denied {
                operation: "kms:Decrypt".to_owned(),
                code: KEY_DENIED.to_owned(),
                request_id: None,
            }
        } else {
            tasks(answer.definition.as_deref())
        },
    }
}

fn logging(configuration: LoggingConfiguration) -> Logging {
    let destinations = configuration.destinations.into_iter().flatten();
    let mut log_groups: Vec<Arn> = destinations
        .filter_map(|it| filled(it.cloud_watch_logs_log_group?.log_group_arn))
        .map(Arn::new)
        .collect();
    log_groups.sort();
    Logging {
        level: filled(configuration.level),
        includes_execution_data: configuration.include_execution_data,
        log_groups,
    }
}

/// What the tasks of a definition call.
fn tasks(definition: Option<&str>) -> Observed<Vec<Task>> {
    let Some(Ok(definition)) = definition.map(serde_json::from_str) else {
        return failed(DESCRIBE, "the definition is not there, or not JSON");
    };
    let mut tasks = Vec::new();
    gather(&definition, &mut tasks);
    tasks.sort();
    tasks.dedup();
    Observed::Known(tasks)
}

/// Task states stand at any depth: in branches of parallel states and in iterators of maps.
/// <https://states-language.net/spec.html#task-state>
fn gather(value: &Value, tasks: &mut Vec<Task>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, tasks)),
        Value::Object(members) => {
            if value["Type"] == "Task"
                && let Some(resource) = value["Resource"].as_str()
            {
                tasks.push(Task {
                    resource: Arn::new(resource),
                    function: function(value),
                });
            }
            members.values().for_each(|member| gather(member, tasks));
        }
        _ => {}
    }
}

/// The function of a Lambda integration: among `Parameters` in JSONPath, among `Arguments` in JSONata,
/// where `{% … %}` is decided at run time.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>
fn function(state: &Value) -> Option<String> {
    ["Parameters", "Arguments"]
        .into_iter()
        .find_map(|member| state[member]["FunctionName"].as_str())
        .filter(|name| !name.starts_with("{%"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        let machines: Vec<String> = names
            .iter()
            .map(|name| {
                format!(r#"{{"stateMachineArn":"arn:aws:states:r:1:stateMachine:{name}","name":"{name}"}}"#)
            })
            .collect();
        let machines = machines.join(",");
        format!(r#"{{"stateMachines":[{machines}],"nextToken":{next}}}"#)
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &page(&["claims"], "null"))
            .on(DESCRIBE, "{}")
    }

    fn read(script: &Script) -> Observed<Vec<StateMachine>> {
        script.read(&NEIGHBOUR).stepfunctions.state_machines
    }

    fn details(script: &Script) -> StateMachineDetails {
        match &read(script).items()[0].details {
            Observed::Known(details) => details.clone(),
            unknown => panic!("{unknown:?}"),
        }
    }

    fn task(resource: &str, function: Option<&str>) -> Task {
        Task {
            resource: Arn::new(resource),
            function: function.map(str::to_owned),
        }
    }

    #[test]
    fn a_state_machine_is_read_with_its_logs_its_key_and_its_role() {
        let body = json!({
            "roleArn": "arn:role",
            "definition": r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#,
            "loggingConfiguration": {"level": "ALL", "includeExecutionData": true, "destinations": [
                {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:b:*"}},
                {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:a:*"}},
            ]},
            "tracingConfiguration": {"enabled": false},
            "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "arn:key"},
        });
        let details = details(&script().on(DESCRIBE, &body.to_string()));
        assert_eq!(
            details,
            StateMachineDetails {
                role: Some(Arn::new("arn:role")),
                logging: Some(Logging {
                    level: Some("ALL".to_owned()),
                    includes_execution_data: Some(true),
                    log_groups: vec![Arn::new("arn:a:*"), Arn::new("arn:b:*")],
                }),
                tracing: Some(false),
                encryption: Some("CUSTOMER_MANAGED_KMS_KEY".to_owned()),
                kms_key: Some("arn:key".to_owned()),
                tasks: Observed::Known(vec![]),
            }
        );
    }

    #[test]
    fn tasks_are_found_at_any_depth_and_named_once() {
        let invoke = "arn:aws:states:::lambda:invoke";
        let definition = json!({"States": {
            "A": {"Type": "Task", "Resource": "arn:aws:lambda:r:1:function:old"},
            "B": {"Type": "Parallel", "Branches": [{"States": {
                "C": {"Type": "Task", "Resource": invoke, "Parameters": {"FunctionName": "intake", "Payload": {"password": "x"}}},
                "D": {"Type": "Map", "ItemProcessor": {"States": {
                    "E": {"Type": "Task", "Resource": invoke, "Arguments": {"FunctionName": "arn:f:live"}},
                    "F": {"Type": "Task", "Resource": "arn:aws:lambda:r:1:function:old"},
                    "G": {"Type": "Task", "Resource": invoke, "Arguments": {"FunctionName": "{% $states.input.f %}"}},
                }}},
            }}]},
        }});
        assert_eq!(
            tasks(Some(&definition.to_string())),
            Observed::Known(vec![
                task("arn:aws:lambda:r:1:function:old", None),
                task(invoke, None),
                task(invoke, Some("arn:f:live")),
                task(invoke, Some("intake")),
            ])
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none_and_no_definition_is_no_empty_one() {
        let details = details(&script());
        assert_eq!((details.role, details.logging), (None, None));
        assert_eq!((details.tracing, details.encryption), (None, None));
        assert!(matches!(details.tasks, Observed::Failed { .. }));
        assert!(matches!(
            tasks(Some("tripod-redacted")),
            Observed::Failed { .. }
        ));
        let bare = LoggingConfiguration {
            level: None,
            include_execution_data: None,
            destinations: None,
        };
        assert_eq!(logging(bare).includes_execution_data, None);
    }

    #[test]
    fn a_definition_under_a_key_of_others_hides_the_tasks_and_nothing_else() {
        let script = script().absent(DESCRIBE, "claims", KEY_DENIED).when(
            DESCRIBE,
            "METADATA_ONLY",
            r#"{"definition":"","roleArn":"arn:role"}"#,
        );
        let details = details(&script);
        assert_eq!(details.role, Some(Arn::new("arn:role")));
        let Observed::Denied {
            operation, code, ..
        } = &details.tasks
        else {
            panic!("{:?}", details.tasks);
        };
        assert_eq!(
            (operation.as_str(), code.as_str()),
            ("kms:Decrypt", KEY_DENIED)
        );
    }

    #[test]
    fn an_account_without_state_machines_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = script()
            .on(LIST, &page(&["c"], r#""2""#))
            .when(LIST, r#""nextToken":"2""#, &page(&["b"], r#""3""#))
            .when(LIST, r#""nextToken":"3""#, &page(&["a"], "null"));
        let machines = read(&script);
        let names: Vec<&str> = machines.items().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_empty() {
        assert_eq!(
            read(&Script::new().refuse(LIST, denied(LIST))),
            denied(LIST)
        );
        let lacking = Observed::Unsupported {
            operation: LIST.to_owned(),
        };
        let script = Script::new().refuse(LIST, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
        let script = self::script().refuse(DESCRIBE, denied(DESCRIBE));
        assert_eq!(read(&script).items()[0].details, denied(DESCRIBE));
        assert_eq!(script.calls(), [LIST, DESCRIBE]);
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        assert!(matches!(
            read(&script().on(LIST, "{}")),
            Observed::Failed { .. }
        ));
        let machines = read(&script().on(DESCRIBE, r#"{"tracingConfiguration":true}"#));
        assert!(matches!(
            machines.items()[0].details,
            Observed::Failed { .. }
        ));
    }
}
