//! Reads AWS Config: recorders, where they deliver to, and rules.
//!
//! Calls, for R rules: 1 DescribeConfigurationRecorders, ⌈R/25⌉ DescribeConfigRules, and where there is a
//! recorder, 1 each of DescribeConfigurationRecorderStatus, DescribeDeliveryChannels and
//! DescribeDeliveryChannelStatus. AWS publishes no quota for them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tripod_model::config::{
    ChannelStatus, Config, DeliveryChannel, Recorder, RecorderStatus, RecordingGroup, Rule,
};
use tripod_model::{Arn, ExchangeId, Observed, Sources};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const RECORDERS: &str = "config:DescribeConfigurationRecorders";
const RECORDER_STATUS: &str = "config:DescribeConfigurationRecorderStatus";
const CHANNELS: &str = "config:DescribeDeliveryChannels";
const CHANNEL_STATUS: &str = "config:DescribeDeliveryChannelStatus";
const RULES: &str = "config:DescribeConfigRules";

static SERVICE: Service = Service {
    name: "config",
    signing: "config",
    host: Host::Regional("config"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "StarlingDoveService",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "config",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[RECORDERS, RULES],
    details: &[RECORDER_STATUS, CHANNELS, CHANNEL_STATUS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (recorders, rules) = futures::join!(recorders(&client), rules(&client));
    let none = matches!(&recorders, Observed::Known(list) if list.is_empty());
    let channels = if none {
        Observed::NotCollected
    } else {
        channels(&client).await
    };
    Part::regional(move |region| {
        region.config = Config {
            recorders,
            channels,
            rules,
        };
    })
}

/// A list that comes whole, in one answer.
async fn whole<T: DeserializeOwned, Item>(
    client: &Client,
    operation: &'static str,
    split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
) -> Observed<Vec<Item>> {
    let request = |_: Option<&str>| Request::json(&json!({}));
    client.pages(operation, request, split).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RecordersAnswer {
    configuration_recorders: Option<Vec<ListedRecorder>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedRecorder {
    name: Option<String>,
    arn: Option<String>,
    #[serde(rename = "roleARN")]
    role: Option<String>,
    service_principal: Option<String>,
    recording_group: Option<ListedGroup>,
    recording_mode: Option<RecordingMode>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedGroup {
    all_supported: Option<bool>,
    include_global_resource_types: Option<bool>,
    resource_types: Option<Vec<String>>,
    exclusion_by_resource_types: Option<Exclusion>,
    recording_strategy: Option<Strategy>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exclusion {
    resource_types: Option<Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    use_only: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordingMode {
    recording_frequency: Option<String>,
}

async fn recorders(client: &Client) -> Observed<Vec<Recorder>> {
    let listed = whole(client, RECORDERS, |answer: RecordersAnswer, exchange| {
        let list = answer.configuration_recorders;
        Page::of(list.as_deref(), None, |index, item| {
            let pointer = format!("/ConfigurationRecorders/{index}");
            recorder(item, source(RECORDERS, exchange, pointer))
        })
    });
    let mut recorders = match listed.await {
        Observed::Known(recorders) if !recorders.is_empty() => recorders,
        other => return other,
    };
    let statuses = recorder_statuses(client).await;
    for recorder in &mut recorders {
        recorder.status = of(
            &statuses,
            &recorder.name,
            RECORDER_STATUS,
            &mut recorder.sources,
        );
    }
    recorders.sort_by(|a, b| a.name.cmp(&b.name));
    Observed::Known(recorders)
}

fn recorder(item: &ListedRecorder, sources: Sources) -> Option<Recorder> {
    let mode = item.recording_mode.as_ref();
    Some(Recorder {
        name: filled(item.name.clone())?,
        arn: filled(item.arn.clone()).map(Arn::new),
        role: filled(item.role.clone()).map(Arn::new),
        service: filled(item.service_principal.clone()),
        group: item.recording_group.clone().map(group),
        frequency: mode.and_then(|mode| filled(mode.recording_frequency.clone())),
        status: Observed::NotCollected,
        sources,
    })
}

fn group(group: ListedGroup) -> RecordingGroup {
    let excluded = group.exclusion_by_resource_types;
    RecordingGroup {
        all_supported: group.all_supported,
        global_types: group.include_global_resource_types,
        types: group.resource_types,
        excluded: excluded.and_then(|it| it.resource_types),
        strategy: group.recording_strategy.and_then(|it| filled(it.use_only)),
    }
}

/// A status by the name it belongs to, and where it was read.
type Statuses<T> = Observed<Vec<(String, T, Sources)>>;

/// The status of the name among all; the status list speaks of everything that the list does.
fn of<T: Clone>(
    statuses: &Statuses<T>,
    name: &str,
    operation: &str,
    sources: &mut Sources,
) -> Observed<T> {
    let Observed::Known(list) = statuses else {
        return statuses.unknown_as();
    };
    match list.iter().find(|(of, ..)| of == name) {
        Some((_, status, read)) => {
            for evidence in read.evidence(operation, "") {
                note(
                    sources,
                    operation,
                    Some(&evidence.exchange),
                    evidence.pointer,
                );
            }
            Observed::Known(status.clone())
        }
        None => failed(operation, &format!("the answer does not speak of '{name}'")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RecorderStatusAnswer {
    configuration_recorders_status: Option<Vec<ListedRecorderStatus>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedRecorderStatus {
    name: Option<String>,
    recording: Option<bool>,
    last_status: Option<String>,
    last_error_code: Option<String>,
}

async fn recorder_statuses(client: &Client) -> Statuses<RecorderStatus> {
    let split = |answer: RecorderStatusAnswer, exchange: Option<&ExchangeId>| {
        let list = answer.configuration_recorders_status;
        Page::of(list.as_deref(), None, |index, item| {
            let status = RecorderStatus {
                recording: item.recording,
                last_status: filled(item.last_status.clone()),
                last_error: filled(item.last_error_code.clone()),
            };
            let pointer = format!("/ConfigurationRecordersStatus/{index}");
            let sources = source(RECORDER_STATUS, exchange, pointer);
            Some((filled(item.name.clone())?, status, sources))
        })
    };
    whole(client, RECORDER_STATUS, split).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChannelsAnswer {
    delivery_channels: Option<Vec<ListedChannel>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedChannel {
    name: Option<String>,
    s3_bucket_name: Option<String>,
    s3_kms_key_arn: Option<String>,
    #[serde(rename = "snsTopicARN")]
    topic: Option<String>,
}

async fn channels(client: &Client) -> Observed<Vec<DeliveryChannel>> {
    let listed = whole(client, CHANNELS, |answer: ChannelsAnswer, exchange| {
        let list = answer.delivery_channels;
        Page::of(list.as_deref(), None, |index, item| {
            Some(DeliveryChannel {
                name: filled(item.name.clone())?,
                bucket: filled(item.s3_bucket_name.clone()),
                kms_key: filled(item.s3_kms_key_arn.clone()).map(Arn::new),
                topic: filled(item.topic.clone()).map(Arn::new),
                status: Observed::NotCollected,
                sources: source(CHANNELS, exchange, format!("/DeliveryChannels/{index}")),
            })
        })
    });
    let mut channels = match listed.await {
        Observed::Known(channels) if !channels.is_empty() => channels,
        other => return other,
    };
    let statuses = channel_statuses(client).await;
    for channel in &mut channels {
        channel.status = of(
            &statuses,
            &channel.name,
            CHANNEL_STATUS,
            &mut channel.sources,
        );
    }
    channels.sort_by(|a, b| a.name.cmp(&b.name));
    Observed::Known(channels)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChannelStatusAnswer {
    delivery_channels_status: Option<Vec<ListedChannelStatus>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedChannelStatus {
    name: Option<String>,
    config_snapshot_delivery_info: Option<Delivery>,
    config_history_delivery_info: Option<Delivery>,
    config_stream_delivery_info: Option<Delivery>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    last_status: Option<String>,
}

async fn channel_statuses(client: &Client) -> Statuses<ChannelStatus> {
    let split = |answer: ChannelStatusAnswer, exchange: Option<&ExchangeId>| {
        let statuses = answer.delivery_channels_status;
        Page::of(statuses.as_deref(), None, |index, item| {
            let last = |delivery: &Option<Delivery>| {
                delivery.clone().and_then(|it| filled(it.last_status))
            };
            let status = ChannelStatus {
                snapshot: last(&item.config_snapshot_delivery_info),
                history: last(&item.config_history_delivery_info),
                stream: last(&item.config_stream_delivery_info),
            };
            let pointer = format!("/DeliveryChannelsStatus/{index}");
            let sources = source(CHANNEL_STATUS, exchange, pointer);
            Some((filled(item.name.clone())?, status, sources))
        })
    };
    whole(client, CHANNEL_STATUS, split).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RulesAnswer {
    config_rules: Option<Vec<ListedRule>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRule {
    config_rule_name: Option<String>,
    config_rule_arn: Option<String>,
    config_rule_state: Option<String>,
    created_by: Option<String>,
    source: Option<RuleSource>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleSource {
    owner: Option<String>,
    source_identifier: Option<String>,
}

async fn rules(client: &Client) -> Observed<Vec<Rule>> {
    let request = |token: Option<&str>| Request::json(&json!({"NextToken": token}));
    let listed = client.pages(RULES, request, |answer: RulesAnswer, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.config_rules.as_deref(), next, |index, item| {
            rule(
                item,
                source(RULES, exchange, format!("/ConfigRules/{index}")),
            )
        })
    });
    listed.await.map(|mut rules| {
        rules.sort_by(|a, b| a.name.cmp(&b.name));
        rules
    })
}

fn rule(item: &ListedRule, sources: Sources) -> Option<Rule> {
    let of = item.source.as_ref();
    Some(Rule {
        name: filled(item.config_rule_name.clone())?,
        arn: filled(item.config_rule_arn.clone()).map(Arn::new),
        owner: of.and_then(|it| filled(it.owner.clone())),
        identifier: of.and_then(|it| filled(it.source_identifier.clone())),
        state: filled(item.config_rule_state.clone()),
        created_by: filled(item.created_by.clone()),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied, never_reads_as_none};

    const NONE: &str = r#"{"ConfigurationRecorders":[]}"#;

    /// A recorder and a channel of which AWS says no more than their names.
    fn script() -> Script {
        Script::new()
            .on(
                RECORDERS,
                r#"{"ConfigurationRecorders":[{"name":"default"}]}"#,
            )
            .on(
                RECORDER_STATUS,
                r#"{"ConfigurationRecordersStatus":[{"name":"default"}]}"#,
            )
            .on(CHANNELS, r#"{"DeliveryChannels":[{"name":"default"}]}"#)
            .on(
                CHANNEL_STATUS,
                r#"{"DeliveryChannelsStatus":[{"name":"default"}]}"#,
            )
            .on(RULES, r#"{"ConfigRules":[]}"#)
    }

    fn read(script: &Script) -> Config {
        script.read(&NEIGHBOUR).config
    }

    #[test]
    fn a_recorder_is_read_with_what_it_records_and_does() {
        let script = script()
            .on(
                RECORDERS,
                r#"{"ConfigurationRecorders":[{"name":"default","arn":"arn:rec","roleARN":"arn:role","recordingGroup":{"allSupported":false,"includeGlobalResourceTypes":false,"resourceTypes":["AWS::Lambda::Function"],"exclusionByResourceTypes":{"resourceTypes":[]},"recordingStrategy":{"useOnly":"INCLUSION_BY_RESOURCE_TYPES"}},"recordingMode":{"recordingFrequency":"DAILY"},"recordingScope":"PAID"}]}"#,
            )
            .on(
                RECORDER_STATUS,
                r#"{"ConfigurationRecordersStatus":[{"name":"other"},{"name":"default","recording":true,"lastStatus":"Failure","lastErrorCode":"AccessDenied","lastStartTime":1767225600.25}]}"#,
            );
        let config = read(&script);
        let recorder = &config.recorders.items()[0];
        assert_eq!(recorder.arn.as_ref().map(Arn::as_str), Some("arn:rec"));
        assert_eq!(recorder.role.as_ref().map(Arn::as_str), Some("arn:role"));
        assert_eq!(recorder.frequency.as_deref(), Some("DAILY"));
        let group = RecordingGroup {
            all_supported: Some(false),
            global_types: Some(false),
            types: Some(vec!["AWS::Lambda::Function".to_owned()]),
            excluded: Some(vec![]),
            strategy: Some("INCLUSION_BY_RESOURCE_TYPES".to_owned()),
        };
        assert_eq!(recorder.group, Some(group));
        let status = RecorderStatus {
            recording: Some(true),
            last_status: Some("Failure".to_owned()),
            last_error: Some("AccessDenied".to_owned()),
        };
        assert_eq!(recorder.status, Observed::Known(status));
        assert_eq!(
            recorder.sources.evidence(RECORDER_STATUS, "/recording")[0].pointer,
            "/ConfigurationRecordersStatus/1/recording"
        );
    }

    #[test]
    fn a_channel_is_read_with_how_deliveries_went() {
        let script = script()
            .on(
                CHANNELS,
                r#"{"DeliveryChannels":[{"name":"default","s3BucketName":"config-logs","s3KmsKeyArn":"arn:key","snsTopicARN":"arn:topic"}]}"#,
            )
            .on(
                CHANNEL_STATUS,
                r#"{"DeliveryChannelsStatus":[{"name":"default","configSnapshotDeliveryInfo":{},"configHistoryDeliveryInfo":{"lastStatus":"Failure"},"configStreamDeliveryInfo":{"lastStatus":"Success"}}]}"#,
            );
        let config = read(&script);
        let channel = &config.channels.items()[0];
        assert_eq!(channel.bucket.as_deref(), Some("config-logs"));
        assert_eq!(channel.kms_key.as_ref().map(Arn::as_str), Some("arn:key"));
        assert_eq!(channel.topic.as_ref().map(Arn::as_str), Some("arn:topic"));
        let status = ChannelStatus {
            snapshot: None,
            history: Some("Failure".to_owned()),
            stream: Some("Success".to_owned()),
        };
        assert_eq!(channel.status, Observed::Known(status));
    }

    #[test]
    fn a_rule_is_read_with_whose_it_is() {
        let script = script().on(
            RULES,
            r#"{"ConfigRules":[{"ConfigRuleName":"dlq","ConfigRuleArn":"arn:rule","Source":{"Owner":"AWS","SourceIdentifier":"LAMBDA_DLQ_CHECK"},"InputParameters":"{\"key\":\"v\"}","ConfigRuleState":"ACTIVE","CreatedBy":"securityhub.amazonaws.com"}]}"#,
        );
        let config = read(&script);
        let rule = &config.rules.items()[0];
        assert_eq!(rule.name, "dlq");
        assert_eq!(rule.owner.as_deref(), Some("AWS"));
        assert_eq!(rule.identifier.as_deref(), Some("LAMBDA_DLQ_CHECK"));
        assert_eq!(rule.state.as_deref(), Some("ACTIVE"));
        assert_eq!(
            rule.created_by.as_deref(),
            Some("securityhub.amazonaws.com")
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let script = script().on(RULES, r#"{"ConfigRules":[{"ConfigRuleName":"r"}]}"#);
        let config = read(&script);
        let recorder = &config.recorders.items()[0];
        assert_eq!((&recorder.group, &recorder.role), (&None, &None));
        let status = RecorderStatus {
            recording: None,
            last_status: None,
            last_error: None,
        };
        assert_eq!(recorder.status, Observed::Known(status));
        assert_eq!(config.channels.items()[0].bucket, None);
        assert_eq!(config.rules.items()[0].identifier, None);
    }

    #[test]
    fn without_a_recorder_it_costs_two_calls() {
        let script = Script::new()
            .on(RECORDERS, NONE)
            .on(RULES, r#"{"ConfigRules":[]}"#);
        let config = read(&script);
        assert_eq!(config.recorders, Observed::Known(vec![]));
        assert_eq!(config.channels, Observed::NotCollected);
        assert_eq!(config.rules, Observed::Known(vec![]));
        let mut calls = script.calls();
        calls.sort_unstable();
        assert_eq!(calls, [RULES, RECORDERS]);
    }

    #[test]
    fn channels_are_asked_for_where_recorders_are_denied() {
        let config = read(&script().refuse(RECORDERS, denied(RECORDERS)));
        assert_eq!(config.recorders, denied(RECORDERS));
        assert_eq!(config.channels.items().len(), 1);
    }

    #[test]
    fn a_recorder_without_its_status_has_an_unknown_one() {
        let script = script().on(RECORDER_STATUS, r#"{"ConfigurationRecordersStatus":[]}"#);
        let status = &read(&script).recorders.items()[0].status.clone();
        assert!(matches!(status, Observed::Failed { .. }), "{status:?}");
    }

    #[test]
    fn three_pages_of_rules_are_one_list() {
        let page = |name: &str, next: &str| {
            format!(r#"{{"ConfigRules":[{{"ConfigRuleName":"{name}"}}],"NextToken":{next}}}"#)
        };
        let script = script()
            .on(RULES, &page("c", r#""t2""#))
            .when(RULES, r#""NextToken":"t2""#, &page("b", r#""t3""#))
            .when(RULES, r#""NextToken":"t3""#, &page("a", "null"));
        let config = read(&script);
        let names: Vec<&str> = config
            .rules
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(RECORDERS, script, |script| read(script).recorders);
        never_reads_as_none(CHANNELS, script, |script| read(script).channels);
        never_reads_as_none(RULES, script, |script| read(script).rules);
        never_reads_as_none(RECORDER_STATUS, script, |script| {
            read(script).recorders.items()[0].status.clone()
        });
        never_reads_as_none(CHANNEL_STATUS, script, |script| {
            read(script).channels.items()[0].status.clone()
        });
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let script = script().on(RECORDERS, "{}").on(RULES, "{}");
        let config = read(&script);
        assert!(matches!(config.recorders, Observed::Failed { .. }));
        assert!(matches!(config.rules, Observed::Failed { .. }));
    }
}
