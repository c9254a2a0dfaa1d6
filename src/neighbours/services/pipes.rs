//! Reads EventBridge Pipes.
//!
//! Calls, for P pipes: ⌈P/100⌉ ListPipes, P DescribePipe. AWS publishes no quota for either.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>

use serde::Deserialize;
use tripod_model::pipes::{Pipe, PipeDetails, Pipes};
use tripod_model::{Arn, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "pipes:ListPipes";
const DESCRIBE: &str = "pipes:DescribePipe";

/// Most pipes on a page.
/// <https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html>
const LARGEST_PAGE: &str = "100";

static SERVICE: Service = Service {
    name: "pipes",
    signing: "pipes",
    host: Host::Regional("pipes"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "pipes",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[DESCRIBE],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let pipes = pipes(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.pipes = Pipes { pipes })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    pipes: Option<Vec<ListedPipe>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedPipe {
    arn: Option<String>,
    name: Option<String>,
    current_state: Option<String>,
    source: Option<String>,
    enrichment: Option<String>,
    target: Option<String>,
}

async fn pipes(client: &Client) -> Observed<Vec<Pipe>> {
    let listed = client
        .pages(
            LIST,
            |token| {
                Request::get(&["v1", "pipes"])
                    .with("Limit", LARGEST_PAGE)
                    .with_some("NextToken", token)
            },
            |answer: Listed, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.pipes.as_deref(), next, |index, item| {
                    Some(Pipe {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        current_state: filled(item.current_state.clone()),
                        source: filled(item.source.clone()),
                        enrichment: filled(item.enrichment.clone()).map(Arn::new),
                        target: filled(item.target.clone()).map(Arn::new),
                        details: Observed::NotCollected,
                        sources: source(LIST, exchange, format!("/Pipes/{index}")),
                    })
                })
            },
        )
        .await;
    let Observed::Known(pipes) = listed else {
        return listed;
    };
    let mut pipes = in_parallel(pipes, |pipe| describe(client, pipe)).await;
    pipes.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(pipes)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    role_arn: Option<String>,
    kms_key_identifier: Option<String>,
    source_parameters: Option<SourceParameters>,
    log_configuration: Option<LogConfiguration>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SourceParameters {
    kinesis_stream_parameters: Option<StreamParameters>,
    #[serde(rename = "DynamoDBStreamParameters")]
    dynamodb_stream_parameters: Option<StreamParameters>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StreamParameters {
    dead_letter_config: Option<DeadLetter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeadLetter {
    arn: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogConfiguration {
    level: Option<String>,
}

async fn describe(client: &Client, mut pipe: Pipe) -> Pipe {
    let request = Request::get(&["v1", "pipes", &pipe.name]);
    // A pipe that is not found although listed was deleted under the scan.
    let reply = client.ask(DESCRIBE, &[], request).await;
    note(&mut pipe.sources, DESCRIBE, reply.exchange.as_ref(), "");
    pipe.details = reply.value.map(convert);
    pipe
}

/// <https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html>
fn convert(answer: Described) -> PipeDetails {
    let stream = answer.source_parameters.and_then(|source| {
        source
            .kinesis_stream_parameters
            .or(source.dynamodb_stream_parameters)
    });
    PipeDetails {
        role: filled(answer.role_arn).map(Arn::new),
        kms_key: filled(answer.kms_key_identifier),
        dead_letter_target: stream
            .and_then(|stream| stream.dead_letter_config)
            .and_then(|queue| filled(queue.arn))
            .map(Arn::new),
        log_level: answer.log_configuration.and_then(|log| filled(log.level)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        let pipes: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"Arn":"arn:aws:pipes:r:1:pipe/{name}","Name":"{name}"}}"#))
            .collect();
        format!(r#"{{"Pipes":[{}],"NextToken":{next}}}"#, pipes.join(","))
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &page(&["claims"], "null"))
            .on(DESCRIBE, "{}")
    }

    fn read(script: &Script) -> Observed<Vec<Pipe>> {
        script.read(&NEIGHBOUR).pipes.pipes
    }

    fn details(body: &str) -> PipeDetails {
        convert(serde_json::from_str(body).expect("an answer"))
    }

    #[test]
    fn a_pipe_is_read_with_its_ends_and_its_role() {
        let script = script().on(LIST, r#"{"Pipes":[{"Arn":"arn:p","Name":"p","CurrentState":"RUNNING","Source":"arn:stream","Enrichment":"arn:function","Target":"arn:queue"}]}"#).on(
            DESCRIBE,
            r#"{"RoleArn":"arn:role","KmsKeyIdentifier":"alias/pipes","SourceParameters":{"KinesisStreamParameters":{"StartingPosition":"LATEST","DeadLetterConfig":{"Arn":"arn:dead"}}},"LogConfiguration":{"Level":"ERROR"}}"#,
        );
        let pipes = read(&script);
        let pipe = &pipes.items()[0];
        assert_eq!(pipe.source.as_deref(), Some("arn:stream"));
        assert_eq!(pipe.enrichment, Some(Arn::new("arn:function")));
        assert_eq!(pipe.target, Some(Arn::new("arn:queue")));
        assert_eq!(
            pipe.details,
            Observed::Known(PipeDetails {
                role: Some(Arn::new("arn:role")),
                kms_key: Some("alias/pipes".to_owned()),
                dead_letter_target: Some(Arn::new("arn:dead")),
                log_level: Some("ERROR".to_owned()),
            })
        );
    }

    #[test]
    fn a_stream_of_a_table_has_its_dead_letter_queue_in_another_member() {
        let body = r#"{"SourceParameters":{"DynamoDBStreamParameters":{"DeadLetterConfig":{"Arn":"arn:dead"}}}}"#;
        assert_eq!(details(body).dead_letter_target, Some(Arn::new("arn:dead")));
        let queue = r#"{"SourceParameters":{"SqsQueueParameters":{"BatchSize":1}}}"#;
        assert_eq!(details(queue).dead_letter_target, None);
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let pipes = read(&script());
        let pipe = &pipes.items()[0];
        assert_eq!((&pipe.source, &pipe.target), (&None, &None));
        assert_eq!(pipe.details, Observed::Known(details("{}")));
        assert_eq!(details("{}").role, None);
    }

    #[test]
    fn an_account_without_pipes_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = script()
            .on(LIST, &page(&["c"], r#""2""#))
            .when(LIST, "NextToken=2", &page(&["b"], r#""3""#))
            .when(LIST, "NextToken=3", &page(&["a"], "null"));
        let pipes = read(&script);
        let names: Vec<&str> = pipes.items().iter().map(|it| it.name.as_str()).collect();
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
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let script = Script::new().on(LIST, "{}");
        assert!(matches!(read(&script), Observed::Failed { .. }));
        let script = self::script().on(DESCRIBE, "[]");
        let pipes = read(&script);
        assert!(matches!(pipes.items()[0].details, Observed::Failed { .. }));
    }
}
