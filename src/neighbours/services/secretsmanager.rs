//! Reads Secrets Manager: what is known about secrets. Their values are never asked for.
//!
//! Calls, for S secrets: ⌈S/100⌉ ListSecrets, S GetResourcePolicy.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use tripod_model::secretsmanager::{Secret, SecretsManager};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "secretsmanager:ListSecrets";
const POLICY: &str = "secretsmanager:GetResourcePolicy";

/// Most secrets on a page.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>
const LARGEST_PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "secretsmanager",
    signing: "secretsmanager",
    host: Host::Regional("secretsmanager"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "secretsmanager",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "secretsmanager",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[POLICY],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let secrets = secrets(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.secretsmanager = SecretsManager { secrets })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    secret_list: Option<Vec<ListedSecret>>,
    next_token: Option<String>,
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedSecret {
    #[serde(rename = "ARN")]
    arn: Option<String>,
    name: Option<String>,
    kms_key_id: Option<String>,
    rotation_enabled: Option<bool>,
    #[serde(rename = "RotationLambdaARN")]
    rotation_lambda_arn: Option<String>,
    rotation_rules: Option<RotationRules>,
    #[serde(default, deserialize_with = "super::time")]
    last_rotated_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "super::time")]
    last_changed_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "super::time")]
    last_accessed_date: Option<Timestamp>,
    #[serde(default, deserialize_with = "super::time")]
    created_date: Option<Timestamp>,
    owning_service: Option<String>,
    primary_region: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RotationRules {
    automatically_after_days: Option<i64>,
    schedule_expression: Option<String>,
}

async fn secrets(client: &Client) -> Observed<Vec<Secret>> {
    let listed = client
        .pages(
            LIST,
            |token| Request::json(&json!({"MaxResults": LARGEST_PAGE, "NextToken": token})),
            |answer: Listed, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.secret_list.as_deref(), next, |index, item| {
                    convert(item, index, exchange)
                })
            },
        )
        .await;
    let Observed::Known(secrets) = listed else {
        return listed;
    };
    let mut secrets = in_parallel(secrets, |secret| describe(client, secret)).await;
    secrets.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(secrets)
}

fn convert(item: &ListedSecret, index: usize, exchange: Option<&ExchangeId>) -> Option<Secret> {
    let rules = item.rotation_rules.as_ref();
    Some(Secret {
        arn: Arn::new(filled(item.arn.clone())?),
        name: filled(item.name.clone())?,
        kms_key: filled(item.kms_key_id.clone()),
        rotation_enabled: item.rotation_enabled,
        rotation_function: filled(item.rotation_lambda_arn.clone()).map(Arn::new),
        rotation_days: rules.and_then(|rules| rules.automatically_after_days),
        rotation_schedule: rules.and_then(|rules| filled(rules.schedule_expression.clone())),
        last_rotated: item.last_rotated_date,
        last_changed: item.last_changed_date,
        last_accessed: item.last_accessed_date,
        created: item.created_date,
        owning_service: filled(item.owning_service.clone()),
        primary_region: filled(item.primary_region.clone()),
        policy: Observed::NotCollected,
        sources: source(LIST, exchange, format!("/SecretList/{index}")),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer {
    resource_policy: Option<String>,
}

async fn describe(client: &Client, mut secret: Secret) -> Secret {
    let request = Request::json(&json!({"SecretId": secret.arn.as_str()}));
    // A secret that is not found although listed was deleted under the scan.
    let reply = client.ask(POLICY, &[], request).await;
    note(&mut secret.sources, POLICY, reply.exchange.as_ref(), "");
    // Where nobody wrote a policy, AWS leaves the member out.
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html
    secret.policy =
        reply.value.and_then(
            |answer: PolicyAnswer| match filled(answer.resource_policy) {
                Some(policy) => Observed::Known(PolicyDocument(policy)),
                None => Observed::Absent,
            },
        );
    secret
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        let secrets: Vec<String> = names
            .iter()
            .map(|name| {
                format!(
                    r#"{{"ARN":"arn:aws:secretsmanager:r:1:secret:{name}-AbCdEf","Name":"{name}"}}"#
                )
            })
            .collect();
        format!(
            r#"{{"SecretList":[{}],"NextToken":{next}}}"#,
            secrets.join(",")
        )
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &page(&["db"], "null"))
            .on(POLICY, r#"{"ARN":"arn:s","Name":"db"}"#)
    }

    fn read(script: &Script) -> Observed<Vec<Secret>> {
        script.read(&NEIGHBOUR).secretsmanager.secrets
    }

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_secret_is_read_with_all_but_its_value() {
        let listed = json!({"SecretList": [{
            "ARN": "arn:s", "Name": "db", "KmsKeyId": "arn:key", "RotationEnabled": true,
            "RotationLambdaARN": "arn:function", "RotationRules": {"AutomaticallyAfterDays": 30, "ScheduleExpression": "rate(30 days)"},
            "LastRotatedDate": 1_762_160_400, "LastChangedDate": 1_762_160_401.5, "LastAccessedDate": 1_762_128_000,
            "CreatedDate": 1_700_000_000, "OwningService": "rds", "PrimaryRegion": "eu-west-1",
            "Tags": [{"Key": "a", "Value": "b"}], "Description": "the claims' database",
        }]});
        let script = script()
            .on(LIST, &listed.to_string())
            .on(POLICY, r#"{"ResourcePolicy":"{\"Statement\":[]}"}"#);
        let mut secret = read(&script).items()[0].clone();
        assert_eq!(
            secret.sources.evidence(LIST, "/KmsKeyId")[0].pointer,
            "/SecretList/0/KmsKeyId"
        );
        secret.sources = tripod_model::Sources::default();
        assert_eq!(
            secret,
            Secret {
                arn: Arn::new("arn:s"),
                name: "db".to_owned(),
                kms_key: Some("arn:key".to_owned()),
                rotation_enabled: Some(true),
                rotation_function: Some(Arn::new("arn:function")),
                rotation_days: Some(30),
                rotation_schedule: Some("rate(30 days)".to_owned()),
                last_rotated: Some(time("2025-11-03T09:00:00Z")),
                last_changed: Some(time("2025-11-03T09:00:01.5Z")),
                last_accessed: Some(time("2025-11-03T00:00:00Z")),
                created: Some(time("2023-11-14T22:13:20Z")),
                owning_service: Some("rds".to_owned()),
                primary_region: Some("eu-west-1".to_owned()),
                policy: Observed::Known(PolicyDocument(r#"{"Statement":[]}"#.to_owned())),
                sources: tripod_model::Sources::default(),
            }
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none_and_no_policy_is_absent() {
        let secrets = read(&script());
        let secret = &secrets.items()[0];
        assert_eq!(
            (secret.rotation_enabled, secret.rotation_days),
            (None, None)
        );
        assert_eq!((secret.last_rotated, secret.last_accessed), (None, None));
        assert_eq!((&secret.kms_key, &secret.owning_service), (&None, &None));
        assert_eq!(secret.policy, Observed::Absent);
    }

    #[test]
    fn an_account_without_secrets_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = script()
            .on(LIST, &page(&["c"], r#""2""#))
            .when(LIST, r#""NextToken":"2""#, &page(&["b"], r#""3""#))
            .when(LIST, r#""NextToken":"3""#, &page(&["a"], "null"));
        let secrets = read(&script);
        let names: Vec<&str> = secrets.items().iter().map(|it| it.name.as_str()).collect();
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
        // A policy that may not be read is not one that is not there.
        let script = self::script().refuse(POLICY, denied(POLICY));
        assert_eq!(read(&script).items()[0].policy, denied(POLICY));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        assert!(matches!(
            read(&script().on(LIST, "{}")),
            Observed::Failed { .. }
        ));
        let nameless = r#"{"SecretList":[{"Name":"db"}]}"#;
        assert!(matches!(
            read(&script().on(LIST, nameless)),
            Observed::Failed { .. }
        ));
    }
}
