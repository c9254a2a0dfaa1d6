//! Reads Simple Notification Service.
//!
//! Calls, for T topics and S subscriptions: ⌈T/100⌉ ListTopics, T GetTopicAttributes, ⌈S/100⌉
//! ListSubscriptions. <https://docs.aws.amazon.com/general/latest/gr/sns.html>

use serde::Deserialize;
use tripod_model::sns::{Sns, Subscription, Topic, TopicAttributes};
use tripod_model::{Arn, Observed, PolicyDocument};

use super::{Members, filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const TOPICS: &str = "sns:ListTopics";
const ATTRIBUTES: &str = "sns:GetTopicAttributes";
const SUBSCRIPTIONS: &str = "sns:ListSubscriptions";

static SERVICE: Service = Service {
    name: "sns",
    signing: "sns",
    host: Host::Regional("sns"),
    protocol: Protocol::Query {
        version: "2010-03-31",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "sns",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[TOPICS, SUBSCRIPTIONS],
    details: &[ATTRIBUTES],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (topics, subscriptions) = futures::join!(topics(&client), subscriptions(&client));
    Part::regional(move |region| {
        region.sns = Sns {
            topics,
            subscriptions,
        };
    })
}

#[derive(Debug, Deserialize)]
struct TopicsAnswer {
    #[serde(rename = "ListTopicsResult")]
    result: TopicsPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TopicsPage {
    topics: Option<Members<ListedTopic>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTopic {
    topic_arn: Option<String>,
}

async fn topics(client: &Client) -> Observed<Vec<Topic>> {
    let listed = client
        .pages(TOPICS, page, |answer: TopicsAnswer, exchange| {
            let topics = answer.result.topics.map(|topics| topics.member);
            let next = answer.result.next_token;
            Page::of(topics.as_deref(), next.as_deref(), |index, item| {
                let pointer = format!("/ListTopicsResult/Topics/member/{index}");
                Some(Topic {
                    arn: Arn::new(filled(item.topic_arn.clone())?),
                    attributes: Observed::NotCollected,
                    sources: source(TOPICS, exchange, pointer),
                })
            })
        })
        .await;
    let Observed::Known(topics) = listed else {
        return listed;
    };
    let mut topics = in_parallel(topics, |topic| describe(client, topic)).await;
    topics.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(topics)
}

/// The request for a page of either list.
fn page(token: Option<&str>) -> Request {
    match token {
        Some(token) => Request::form(&[("NextToken", token)]),
        None => Request::form(&[]),
    }
}

#[derive(Debug, Deserialize)]
struct AttributesAnswer {
    #[serde(rename = "GetTopicAttributesResult")]
    result: AttributesResult,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributesResult {
    attributes: Entries,
}

#[derive(Debug, Deserialize)]
struct Entries {
    #[serde(default = "Vec::new")]
    entry: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    key: String,
    value: Option<String>,
}

async fn describe(client: &Client, mut topic: Topic) -> Topic {
    let request = Request::form(&[("TopicArn", topic.arn.as_str())]);
    // A topic that is not found although listed was deleted under the scan.
    let reply = client.ask(ATTRIBUTES, &[], request).await;
    note(&mut topic.sources, ATTRIBUTES, reply.exchange.as_ref(), "");
    topic.attributes = reply
        .value
        .map(|answer: AttributesAnswer| convert(answer.result.attributes.entry));
    topic
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>
fn convert(mut entries: Vec<Entry>) -> TopicAttributes {
    let mut take = |key: &str| {
        let entry = entries.iter_mut().find(|entry| entry.key == key)?;
        filled(entry.value.take())
    };
    TopicAttributes {
        policy: take("Policy").map(PolicyDocument),
        kms_key: take("KmsMasterKeyId"),
    }
}

#[derive(Debug, Deserialize)]
struct SubscriptionsAnswer {
    #[serde(rename = "ListSubscriptionsResult")]
    result: SubscriptionsPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SubscriptionsPage {
    subscriptions: Option<Members<ListedSubscription>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedSubscription {
    subscription_arn: Option<String>,
    owner: Option<String>,
    protocol: Option<String>,
    endpoint: Option<String>,
    topic_arn: Option<String>,
}

async fn subscriptions(client: &Client) -> Observed<Vec<Subscription>> {
    client
        .pages(
            SUBSCRIPTIONS,
            page,
            |answer: SubscriptionsAnswer, _exchange| {
                let listed = answer.result.subscriptions.map(|list| list.member);
                let next = answer.result.next_token;
                Page::of(listed.as_deref(), next.as_deref(), |_, item| {
                    convert_subscription(item)
                })
            },
        )
        .await
        .map(|mut subscriptions| {
            subscriptions.sort();
            subscriptions
        })
}

/// Until a receiver confirms, `PendingConfirmation` stands in the place of the ARN; afterwards, where it
/// was taken back, `Deleted`. <https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html>
fn convert_subscription(item: &ListedSubscription) -> Option<Subscription> {
    let arn = filled(item.subscription_arn.clone());
    Some(Subscription {
        topic: Arn::new(filled(item.topic_arn.clone())?),
        protocol: filled(item.protocol.clone()),
        endpoint: filled(item.endpoint.clone())
            .filter(|endpoint| endpoint.starts_with("arn:"))
            .map(Arn::new),
        owner: filled(item.owner.clone()),
        confirmed: arn.map(|arn| arn.starts_with("arn:")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:alarms";

    fn topics_page(arns: &[&str], next: Option<&str>) -> String {
        let members: Vec<String> = arns
            .iter()
            .map(|arn| format!("<member><TopicArn>{arn}</TopicArn></member>"))
            .collect();
        let members = members.concat();
        let next = next.map_or(String::new(), |next| {
            format!("<NextToken>{next}</NextToken>")
        });
        format!(
            r#"<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics>{members}</Topics>{next}</ListTopicsResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListTopicsResponse>"#
        )
    }

    fn subscriptions_page(members: &str) -> String {
        format!(
            "<ListSubscriptionsResponse><ListSubscriptionsResult><Subscriptions>{members}</Subscriptions></ListSubscriptionsResult></ListSubscriptionsResponse>"
        )
    }

    fn attributes(entries: &str) -> String {
        format!(
            "<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>{entries}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>"
        )
    }

    fn script() -> Script {
        Script::new()
            .on(TOPICS, &topics_page(&[TOPIC], None))
            .on(ATTRIBUTES, &attributes(""))
            .on(SUBSCRIPTIONS, &subscriptions_page(""))
    }

    fn read(script: &Script) -> Sns {
        script.read(&NEIGHBOUR).sns
    }

    #[test]
    fn a_topic_is_read_with_its_policy_and_key() {
        let script = script().on(
            ATTRIBUTES,
            &attributes(
                "<entry><key>Policy</key><value>{&quot;Statement&quot;:[]}</value></entry><entry><key>KmsMasterKeyId</key><value>alias/aws/sns</value></entry><entry><key>DisplayName</key><value></value></entry>",
            ),
        );
        assert_eq!(
            read(&script).topics.items()[0].attributes,
            Observed::Known(TopicAttributes {
                policy: Some(PolicyDocument(r#"{"Statement":[]}"#.to_owned())),
                kms_key: Some("alias/aws/sns".to_owned()),
            })
        );
    }

    #[test]
    fn a_topic_without_key_and_policy_has_none() {
        let bare = TopicAttributes {
            policy: None,
            kms_key: None,
        };
        let sns = read(&script());
        assert_eq!(sns.topics.items()[0].attributes, Observed::Known(bare));
    }

    #[test]
    fn subscriptions_keep_who_receives_but_no_address_of_a_person() {
        let script = script().on(
            SUBSCRIPTIONS,
            &subscriptions_page(&format!(
                "<member><SubscriptionArn>{TOPIC}:1</SubscriptionArn><Owner>111122223333</Owner><Protocol>lambda</Protocol><Endpoint>arn:aws:lambda:eu-central-1:111122223333:function:page</Endpoint><TopicArn>{TOPIC}</TopicArn></member><member><SubscriptionArn>PendingConfirmation</SubscriptionArn><Protocol>email</Protocol><Endpoint>someone@example.com</Endpoint><TopicArn>{TOPIC}</TopicArn></member>"
            )),
        );
        let sns = read(&script);
        let [mail, function] = sns.subscriptions.items() else {
            panic!("two subscriptions, by topic and protocol: {sns:?}");
        };
        assert_eq!(
            (mail.confirmed, mail.endpoint.as_ref()),
            (Some(false), None)
        );
        assert_eq!(function.confirmed, Some(true));
        assert_eq!(
            function.endpoint.as_ref().map(Arn::as_str),
            Some("arn:aws:lambda:eu-central-1:111122223333:function:page")
        );
    }

    #[test]
    fn three_pages_of_topics_are_one_list() {
        let script = script()
            .on(TOPICS, &topics_page(&["arn:aws:sns:r:1:c"], Some("2")))
            .when(
                TOPICS,
                "NextToken=2",
                &topics_page(&["arn:aws:sns:r:1:b"], Some("3")),
            )
            .when(
                TOPICS,
                "NextToken=3",
                &topics_page(&["arn:aws:sns:r:1:a"], None),
            );
        let sns = read(&script);
        let arns: Vec<&str> = sns
            .topics
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(
            arns,
            [
                "arn:aws:sns:r:1:a",
                "arn:aws:sns:r:1:b",
                "arn:aws:sns:r:1:c"
            ]
        );
    }

    #[test]
    fn nothing_there_costs_the_two_lists() {
        let script = script().on(TOPICS, &topics_page(&[], None));
        let sns = read(&script);
        assert_eq!(sns.topics, Observed::Known(vec![]));
        assert_eq!(sns.subscriptions, Observed::Known(vec![]));
        let mut calls = script.calls();
        calls.sort_unstable();
        assert_eq!(calls, [SUBSCRIPTIONS, TOPICS]);
    }

    #[test]
    fn what_is_refused_is_denied_there_and_nowhere_else() {
        let script = script().refuse(SUBSCRIPTIONS, denied(SUBSCRIPTIONS));
        let sns = read(&script);
        assert_eq!(sns.subscriptions, denied(SUBSCRIPTIONS));
        assert_eq!(sns.topics.items().len(), 1);
        let script = self::script().refuse(ATTRIBUTES, denied(ATTRIBUTES));
        assert_eq!(
            read(&script).topics.items()[0].attributes,
            denied(ATTRIBUTES)
        );
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let script = script().on(
            TOPICS,
            "<ListTopicsResponse><ListTopicsResult/></ListTopicsResponse>",
        );
        assert!(matches!(read(&script).topics, Observed::Failed { .. }));
    }
}
