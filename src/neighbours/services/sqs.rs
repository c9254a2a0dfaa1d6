//! Reads Simple Queue Service.
//!
//! Calls, for Q queues: ⌈Q/1000⌉ ListQueues, Q GetQueueAttributes. AWS publishes no quota for either.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tripod_model::sqs::{Queue, QueueAttributes, Redrive, Sqs};
use tripod_model::{Arn, Observed, PolicyDocument};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "sqs:ListQueues";
const ATTRIBUTES: &str = "sqs:GetQueueAttributes";

/// Most queues on a page, which has to be asked for to get pages at all.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>
const LARGEST_PAGE: u32 = 1000;

static SERVICE: Service = Service {
    name: "sqs",
    signing: "sqs",
    host: Host::Regional("sqs"),
    protocol: Protocol::Json {
        version: "1.0",
        target: "AmazonSQS",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "sqs",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[ATTRIBUTES],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let queues = queues(&context).await;
    Part::regional(move |region| region.sqs = Sqs { queues })
}

async fn queues(context: &Context) -> Observed<Vec<Queue>> {
    let client = context.client(&SERVICE);
    let listed = client
        .pages(
            LIST,
            |token| Request::json(&json!({"MaxResults": LARGEST_PAGE, "NextToken": token})),
            |answer: Listed, exchange| {
                // SQS leaves the list out where there is no queue.
                let urls = answer.queue_urls.unwrap_or_default();
                Page::of(Some(&urls), answer.next_token.as_deref(), |index, url| {
                    let sources = source(LIST, exchange, format!("/QueueUrls/{index}"));
                    Some((url.clone(), from_url(context, url, sources)?))
                })
            },
        )
        .await;
    let Observed::Known(listed) = listed else {
        return listed.map(|_| Vec::new());
    };
    let mut queues = in_parallel(listed, |(url, queue)| describe(&client, url, queue)).await;
    queues.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(queues)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    queue_urls: Option<Vec<String>>,
    next_token: Option<String>,
}

/// A queue by its address, `https://HOST/ACCOUNT/NAME`.
fn from_url(context: &Context, url: &str, sources: tripod_model::Sources) -> Option<Queue> {
    let mut ends = url.rsplit('/');
    let name = ends.next().filter(|name| !name.is_empty())?;
    let account = ends.next().filter(|account| !account.is_empty())?;
    let arn = format!(
        "arn:{}:sqs:{}:{account}:{name}",
        context.partition, context.region
    );
    Some(Queue {
        arn: Arn::new(arn),
        name: name.to_owned(),
        attributes: Observed::NotCollected,
        sources,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    attributes: BTreeMap<String, String>,
}

async fn describe(client: &Client, url: String, mut queue: Queue) -> Queue {
    let request = Request::json(&json!({"QueueUrl": url, "AttributeNames": ["All"]}));
    // Nothing here means "there is none": a queue has attributes, and one that is not found although
    // listed was deleted under the scan.
    let reply = client.ask(ATTRIBUTES, &[], request).await;
    note(
        &mut queue.sources,
        ATTRIBUTES,
        reply.exchange.as_ref(),
        "/Attributes",
    );
    queue.attributes = reply
        .value
        .map(|described: Described| convert(described.attributes));
    queue
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
fn convert(mut attributes: BTreeMap<String, String>) -> QueueAttributes {
    let mut take = |name: &str| filled(attributes.remove(name));
    QueueAttributes {
        policy: take("Policy").map(PolicyDocument),
        visibility_timeout_seconds: take("VisibilityTimeout").and_then(|text| text.parse().ok()),
        message_retention_seconds: take("MessageRetentionPeriod")
            .and_then(|text| text.parse().ok()),
        redrive: take("RedrivePolicy").and_then(|text| redrive(&text)),
        kms_key: take("KmsMasterKeyId"),
        sqs_managed_encryption: take("SqsManagedSseEnabled").and_then(|text| text.parse().ok()),
        fifo: take("FifoQueue").and_then(|text| text.parse().ok()),
    }
}

/// A redrive policy is JSON in a text; the count in it is a number or a text.
fn redrive(text: &str) -> Option<Redrive> {
    let policy: serde_json::Value = serde_json::from_str(text).ok()?;
    let count = &policy["maxReceiveCount"];
    Some(Redrive {
        target: Arn::new(policy["deadLetterTargetArn"].as_str()?),
        max_receive_count: count
            .as_i64()
            .or_else(|| count.as_str().and_then(|text| text.parse().ok())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const ONE: &str = "https://sqs.eu-central-1.amazonaws.com/111122223333/claims";

    fn script() -> Script {
        Script::new().on(LIST, &format!(r#"{{"QueueUrls":["{ONE}"]}}"#))
    }

    fn read(script: &Script) -> Observed<Vec<Queue>> {
        script.read(&NEIGHBOUR).sqs.queues
    }

    #[test]
    fn a_queue_is_read_whole() {
        let script = script().on(
            ATTRIBUTES,
            r#"{"Attributes":{
                "QueueArn":"arn:aws:sqs:eu-central-1:111122223333:claims",
                "Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}",
                "VisibilityTimeout":"180",
                "MessageRetentionPeriod":"345600",
                "RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:111122223333:dead\",\"maxReceiveCount\":\"5\"}",
                "KmsMasterKeyId":"alias/queues",
                "SqsManagedSseEnabled":"false",
                "FifoQueue":"true"}}"#,
        );
        let queues = read(&script);
        let queue = &queues.items()[0];
        assert_eq!(
            queue.arn.as_str(),
            "arn:aws:sqs:eu-central-1:111122223333:claims"
        );
        assert_eq!(queue.name, "claims");
        assert_eq!(
            queue.attributes,
            Observed::Known(QueueAttributes {
                policy: Some(PolicyDocument(
                    r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned()
                )),
                visibility_timeout_seconds: Some(180),
                message_retention_seconds: Some(345_600),
                redrive: Some(Redrive {
                    target: Arn::new("arn:aws:sqs:eu-central-1:111122223333:dead"),
                    max_receive_count: Some(5),
                }),
                kms_key: Some("alias/queues".to_owned()),
                sqs_managed_encryption: Some(false),
                fifo: Some(true),
            })
        );
        assert_eq!(
            queue.sources.evidence(ATTRIBUTES, "/Policy")[0].pointer,
            "/Attributes/Policy"
        );
    }

    #[test]
    fn attributes_that_aws_leaves_out_are_none() {
        let script = script().on(ATTRIBUTES, r#"{"Attributes":{}}"#);
        let queues = read(&script);
        let bare = convert(BTreeMap::new());
        assert_eq!(bare.policy, None);
        assert_eq!(bare.sqs_managed_encryption, None);
        assert_eq!(queues.items()[0].attributes, Observed::Known(bare));
    }

    #[test]
    fn an_account_without_queues_costs_one_call() {
        let script = Script::new().on(LIST, "{}");
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn pages_are_followed_and_put_in_order() {
        let url = |name: &str| format!("https://sqs/111122223333/{name}");
        let page = |name: &str, next: &str| {
            format!(r#"{{"QueueUrls":["{}"],"NextToken":{next}}}"#, url(name))
        };
        let script = Script::new()
            .on(LIST, &page("c", r#""2""#))
            .when(LIST, r#""NextToken":"2""#, &page("b", r#""3""#))
            .when(LIST, r#""NextToken":"3""#, &page("a", "null"))
            .on(ATTRIBUTES, r#"{"Attributes":{}}"#);
        let queues = read(&script);
        let names: Vec<&str> = queues.items().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn a_queue_that_may_not_be_described_is_denied_and_still_there() {
        let script = script().refuse(ATTRIBUTES, denied(ATTRIBUTES));
        assert_eq!(read(&script).items()[0].attributes, denied(ATTRIBUTES));
    }

    #[test]
    fn a_list_that_is_refused_or_not_offered_is_no_empty_list() {
        let script = Script::new().refuse(LIST, denied(LIST));
        assert_eq!(read(&script), denied(LIST));
        let lacking = Observed::Unsupported {
            operation: LIST.to_owned(),
        };
        let script = Script::new().refuse(LIST, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let script = Script::new().on(LIST, r#"{"QueueUrls":"none"}"#);
        assert!(matches!(read(&script), Observed::Failed { .. }));
    }
}
