//! Reads DynamoDB.
//!
//! Calls, for T tables, of which S have a stream: ⌈T/100⌉ ListTables, T DescribeTable, T
//! DescribeContinuousBackups, T + S GetResourcePolicy. There is no bulk call for any of these.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>

use serde::Deserialize;
use serde_json::json;
use tripod_model::dynamodb::{
    ContinuousBackups, DynamoDb, Replica, Table, TableDetails, TableEncryption,
};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "dynamodb:ListTables";
const DESCRIBE: &str = "dynamodb:DescribeTable";
const BACKUPS: &str = "dynamodb:DescribeContinuousBackups";
const POLICY: &str = "dynamodb:GetResourcePolicy";

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html>
const NO_POLICY: &[&str] = &["PolicyNotFoundException"];

static SERVICE: Service = Service {
    name: "dynamodb",
    signing: "dynamodb",
    host: Host::Regional("dynamodb"),
    protocol: Protocol::Json {
        version: "1.0",
        target: "DynamoDB_20120810",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "dynamodb",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[DESCRIBE, BACKUPS, POLICY],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let tables = tables(&context).await;
    Part::regional(move |region| region.dynamodb = DynamoDb { tables })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    table_names: Option<Vec<String>>,
    last_evaluated_table_name: Option<String>,
}

async fn tables(context: &Context) -> Observed<Vec<Table>> {
    let client = context.client(&SERVICE);
    let listed = client
        .pages(
            LIST,
            |token| Request::json(&json!({"ExclusiveStartTableName": token})),
            |answer: Listed, exchange| {
                let next = answer.last_evaluated_table_name.as_deref();
                Page::of(answer.table_names.as_deref(), next, |index, name| {
                    named(context, name, index, exchange)
                })
            },
        )
        .await;
    let Observed::Known(tables) = listed else {
        return listed;
    };
    let mut tables = in_parallel(tables, |table| describe(&client, table)).await;
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Observed::Known(tables)
}

fn named(
    context: &Context,
    name: &str,
    index: usize,
    exchange: Option<&ExchangeId>,
) -> Option<Table> {
    let name = filled(Some(name.to_owned()))?;
    let arn = format!(
        "arn:{}:dynamodb:{}:{}:table/{name}",
        context.partition, context.region, context.account
    );
    Some(Table {
        arn: Arn::new(arn),
        name,
        details: Observed::NotCollected,
        backups: Observed::NotCollected,
        policy: Observed::NotCollected,
        stream_policy: Observed::NotCollected,
        sources: source(LIST, exchange, format!("/TableNames/{index}")),
    })
}

/// What is not found although listed was deleted under the scan.
async fn describe(client: &Client, mut table: Table) -> Table {
    let by_name = || Request::json(&json!({"TableName": table.name}));
    let (details, backups, policy) = futures::join!(
        client.ask(DESCRIBE, &[], by_name()),
        client.ask(BACKUPS, &[], by_name()),
        client.ask(POLICY, NO_POLICY, of_resource(&table.arn)),
    );
    let sources = &mut table.sources;
    note(sources, DESCRIBE, details.exchange.as_ref(), "/Table");
    let pointer = "/ContinuousBackupsDescription";
    note(sources, BACKUPS, backups.exchange.as_ref(), pointer);
    note(sources, POLICY, policy.exchange.as_ref(), "");
    table.details = details.value.map(|answer: Described| convert(answer.table));
    table.backups = backups.value.map(convert_backups);
    table.policy = policy.value.and_then(document);
    table.stream_policy = stream_policy(client, &table.details).await;
    table
}

async fn stream_policy(
    client: &Client,
    details: &Observed<TableDetails>,
) -> Observed<PolicyDocument> {
    match details {
        Observed::Known(TableDetails {
            stream: Some(stream),
            ..
        }) => {
            let reply = client.ask(POLICY, NO_POLICY, of_resource(stream)).await;
            reply.value.and_then(document)
        }
        Observed::Known(_) => Observed::Absent,
        unknown => unknown.unknown_as(),
    }
}

fn of_resource(arn: &Arn) -> Request {
    Request::json(&json!({"ResourceArn": arn.as_str()}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    table: TableDescription,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TableDescription {
    table_status: Option<String>,
    #[serde(rename = "SSEDescription")]
    sse_description: Option<SseDescription>,
    deletion_protection_enabled: Option<bool>,
    stream_specification: Option<StreamSpecification>,
    latest_stream_arn: Option<String>,
    replicas: Option<Vec<ReplicaDescription>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SseDescription {
    status: Option<String>,
    #[serde(rename = "KMSMasterKeyArn")]
    kms_master_key_arn: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StreamSpecification {
    stream_enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReplicaDescription {
    region_name: Option<String>,
    replica_status: Option<String>,
}

/// The ARN of the last stream stays for a day after the stream was switched off; the specification goes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html>
fn convert(table: TableDescription) -> TableDetails {
    let streams = table
        .stream_specification
        .and_then(|stream| stream.stream_enabled);
    let mut replicas: Vec<Replica> = table
        .replicas
        .into_iter()
        .flatten()
        .map(|replica| Replica {
            region: filled(replica.region_name),
            status: filled(replica.replica_status),
        })
        .collect();
    replicas.sort();
    TableDetails {
        status: filled(table.table_status),
        encryption: table.sse_description.map(|sse| TableEncryption {
            status: filled(sse.status),
            kms_key: filled(sse.kms_master_key_arn).map(Arn::new),
        }),
        deletion_protection: table.deletion_protection_enabled,
        stream: filled(table.latest_stream_arn)
            .filter(|_| streams == Some(true))
            .map(Arn::new),
        replicas,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedBackups {
    continuous_backups_description: BackupsDescription,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BackupsDescription {
    point_in_time_recovery_description: Option<RecoveryDescription>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RecoveryDescription {
    point_in_time_recovery_status: Option<String>,
    recovery_period_in_days: Option<i64>,
}

fn convert_backups(answer: DescribedBackups) -> ContinuousBackups {
    let recovery = answer
        .continuous_backups_description
        .point_in_time_recovery_description;
    let (status, days) = recovery.map_or((None, None), |recovery| {
        (
            recovery.point_in_time_recovery_status,
            recovery.recovery_period_in_days,
        )
    });
    ContinuousBackups {
        point_in_time_recovery: filled(status),
        recovery_period_days: days,
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer {
    policy: Option<String>,
}

fn document(answer: PolicyAnswer) -> Observed<PolicyDocument> {
    match filled(answer.policy) {
        Some(policy) => Observed::Known(PolicyDocument(policy)),
        None => Observed::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        json!({"TableNames": names, "LastEvaluatedTableName": filled(Some(next.to_owned()))})
            .to_string()
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &page(&["patients"], ""))
            .on(DESCRIBE, r#"{"Table":{}}"#)
            .on(
                BACKUPS,
                r#"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED"}}"#,
            )
            .absent(POLICY, "", "PolicyNotFoundException")
    }

    fn read(script: &Script) -> Observed<Vec<Table>> {
        script.read(&NEIGHBOUR).dynamodb.tables
    }

    #[test]
    fn a_table_is_read_with_its_key_its_backups_and_its_policies() {
        let table = json!({"Table": {
            "TableStatus": "ACTIVE",
            "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:key"},
            "DeletionProtectionEnabled": true,
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
            "LatestStreamArn": "arn:stream",
            "Replicas": [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}],
        }});
        let backups = r#"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":7}}}"#;
        let script = script()
            .on(DESCRIBE, &table.to_string())
            .on(BACKUPS, backups)
            .on(POLICY, r#"{"Policy":"of the stream","RevisionId":"1"}"#)
            .when(POLICY, "table/patients", r#"{"Policy":"of the table"}"#);
        let tables = read(&script);
        let table = &tables.items()[0];
        assert_eq!(
            table.arn.as_str(),
            "arn:aws:dynamodb:eu-central-1:111122223333:table/patients"
        );
        assert_eq!(
            table.details,
            Observed::Known(TableDetails {
                status: Some("ACTIVE".to_owned()),
                encryption: Some(TableEncryption {
                    status: Some("ENABLED".to_owned()),
                    kms_key: Some(Arn::new("arn:key")),
                }),
                deletion_protection: Some(true),
                stream: Some(Arn::new("arn:stream")),
                replicas: vec![Replica {
                    region: Some("eu-west-1".to_owned()),
                    status: Some("ACTIVE".to_owned()),
                }],
            })
        );
        assert_eq!(
            table.backups,
            Observed::Known(ContinuousBackups {
                point_in_time_recovery: Some("ENABLED".to_owned()),
                recovery_period_days: Some(7),
            })
        );
        let policy = |text: &str| Observed::Known(PolicyDocument(text.to_owned()));
        assert_eq!(table.policy, policy("of the table"));
        assert_eq!(table.stream_policy, policy("of the stream"));
    }

    #[test]
    fn what_aws_leaves_out_is_none_and_no_policy_is_absent() {
        let tables = read(&script());
        let table = &tables.items()[0];
        let details = TableDetails {
            status: None,
            encryption: None,
            deletion_protection: None,
            stream: None,
            replicas: vec![],
        };
        assert_eq!(table.details, Observed::Known(details));
        let backups = ContinuousBackups {
            point_in_time_recovery: None,
            recovery_period_days: None,
        };
        assert_eq!(table.backups, Observed::Known(backups));
        assert_eq!(table.policy, Observed::Absent);
        assert_eq!(table.stream_policy, Observed::Absent);
    }

    #[test]
    fn a_stream_that_was_switched_off_is_none() {
        let body = r#"{"Table":{"LatestStreamArn":"arn:stream"}}"#;
        let tables = read(&script().on(DESCRIBE, body));
        let Observed::Known(details) = &tables.items()[0].details else {
            panic!("{tables:?}");
        };
        assert_eq!(details.stream, None);
    }

    #[test]
    fn an_account_without_tables_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], ""));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = script()
            .on(LIST, &page(&["c"], "c"))
            .when(LIST, r#"TableName":"c""#, &page(&["b"], "b"))
            .when(LIST, r#"TableName":"b""#, &page(&["a"], ""));
        let tables = read(&script);
        let names: Vec<&str> = tables.items().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_refused_is_denied_there_and_nowhere_else() {
        assert_eq!(
            read(&Script::new().refuse(LIST, denied(LIST))),
            denied(LIST)
        );
        let tables = read(&script().refuse(DESCRIBE, denied(DESCRIBE)));
        let table = &tables.items()[0];
        assert_eq!(table.details, denied(DESCRIBE));
        // Whether there is a stream is not known either.
        assert_eq!(table.stream_policy, denied(DESCRIBE));
        assert_eq!(table.policy, Observed::Absent);
        let tables = read(
            &script()
                .refuse(POLICY, denied(POLICY))
                .refuse(BACKUPS, denied(BACKUPS)),
        );
        assert_eq!(tables.items()[0].policy, denied(POLICY));
        assert_eq!(tables.items()[0].backups, denied(BACKUPS));
    }

    #[test]
    fn an_endpoint_without_one_operation_spoils_no_other() {
        let lacking = |operation: &str| Observed::Unsupported {
            operation: operation.to_owned(),
        };
        let tables = read(&script().refuse(POLICY, lacking(POLICY)));
        let table = &tables.items()[0];
        assert!(matches!(table.policy, Observed::Unsupported { .. }));
        assert!(matches!(table.details, Observed::Known(_)));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        assert!(matches!(
            read(&script().on(LIST, "{}")),
            Observed::Failed { .. }
        ));
        let tables = read(&script().on(DESCRIBE, "{}").on(BACKUPS, "{}"));
        let table = &tables.items()[0];
        assert!(matches!(table.details, Observed::Failed { .. }));
        assert!(matches!(table.backups, Observed::Failed { .. }));
    }
}
