//! Reads CloudWatch.
//!
//! Calls, for A alarms, and F functions, R stages of REST APIs and H HTTP APIs that the core holds:
//! ⌈A/100⌉ DescribeAlarms, and of GetMetricData ⌈(7F + 2 + 3R + 3H)/500⌉ for days and ⌈(R + H)/10⌉ for
//! minutes. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
//!
//! Kept for: alarms and their actions (CM01 to CM18, LOG-6, AVL-1), functions that nobody calls (LC17),
//! errors and throttles (LOG-6), and what rate, duration and concurrency there really is (AVL-1, AVL-2,
//! AVL-3, AVL-5).

mod metrics;

use serde::Deserialize;
use serde_json::json;
use tripod_model::cloudwatch::{
    Behaviour, CloudWatch, CompositeAlarm, Dimension, Metric, MetricAlarm,
};
use tripod_model::{Arn, ExchangeId, Observed};

use super::{filled, note, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const ALARMS: &str = "cloudwatch:DescribeAlarms";
const METRIC_DATA: &str = "cloudwatch:GetMetricData";

/// Most alarms on a page.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
const LARGEST_PAGE: u32 = 100;

/// CloudWatch speaks AWS JSON beside CBOR and Query, says its model.
static SERVICE: Service = Service {
    name: "cloudwatch",
    signing: "monitoring",
    host: Host::Regional("monitoring"),
    protocol: Protocol::Json {
        version: "1.0",
        target: "GraniteServiceVersion20100801",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "cloudwatch",
    place: Place::Regional,
    wave: Wave::Second,
    lists: &[ALARMS],
    details: &[METRIC_DATA],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (alarms, metrics) = futures::join!(alarms(&client), metrics::read(&context, &client));
    let metric_alarms = alarms.clone().map(|alarms| {
        let metric = alarms.into_iter().filter_map(|alarm| match alarm {
            Alarm::Metric(alarm) => Some(*alarm),
            Alarm::Composite(_) => None,
        });
        metric.collect()
    });
    let composite_alarms = alarms.map(|alarms| {
        let composite = alarms.into_iter().filter_map(|alarm| match alarm {
            Alarm::Composite(alarm) => Some(alarm),
            Alarm::Metric(_) => None,
        });
        composite.collect()
    });
    let cloudwatch = CloudWatch {
        metric_alarms: ordered(metric_alarms, |a: &MetricAlarm, b| a.arn.cmp(&b.arn)),
        composite_alarms: ordered(composite_alarms, |a: &CompositeAlarm, b| a.arn.cmp(&b.arn)),
        metrics,
    };
    Part::regional(move |region| region.cloudwatch = cloudwatch)
}

#[derive(Debug, Clone)]
enum Alarm {
    Metric(Box<MetricAlarm>),
    Composite(CompositeAlarm),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AlarmsPage {
    metric_alarms: Option<Vec<ListedMetricAlarm>>,
    composite_alarms: Option<Vec<ListedComposite>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedBehaviour {
    alarm_arn: Option<String>,
    alarm_name: Option<String>,
    state_value: Option<String>,
    actions_enabled: Option<bool>,
    alarm_actions: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedMetricAlarm {
    #[serde(flatten)]
    behaviour: ListedBehaviour,
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Vec<ListedDimension>>,
    metrics: Option<Vec<Query>>,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    period: Option<i64>,
    evaluation_periods: Option<i64>,
    comparison_operator: Option<String>,
    threshold: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    metric_stat: Option<MetricStat>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: ListedMetric,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedMetric {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Vec<ListedDimension>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedDimension {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedComposite {
    #[serde(flatten)]
    behaviour: ListedBehaviour,
    alarm_rule: Option<String>,
}

async fn alarms(client: &Client) -> Observed<Vec<Alarm>> {
    let request = |token: Option<&str>| {
        Request::json(&json!({
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "MaxRecords": LARGEST_PAGE,
            "NextToken": token,
        }))
    };
    client
        .pages(ALARMS, request, |answer: AlarmsPage, exchange| {
            let metric = answer.metric_alarms.as_deref().unwrap_or_default();
            let composite = answer.composite_alarms.as_deref().unwrap_or_default();
            let first = metric
                .first()
                .map(|first| format!("{first:?}"))
                .or_else(|| composite.first().map(|first| format!("{first:?}")));
            let metric = metric
                .iter()
                .enumerate()
                .map(|(index, alarm)| metric_alarm(index, alarm, exchange));
            let composite = composite
                .iter()
                .enumerate()
                .map(|(index, alarm)| composite_alarm(index, alarm, exchange));
            Page::whole(
                answer.metric_alarms.is_some() || answer.composite_alarms.is_some(),
                metric.chain(composite).collect::<Vec<_>>(),
                first,
                answer.next_token.as_deref(),
            )
        })
        .await
}

fn metric_alarm(
    index: usize,
    alarm: &ListedMetricAlarm,
    exchange: Option<&ExchangeId>,
) -> Option<Alarm> {
    let parts = alarm.metrics.as_deref().unwrap_or_default();
    let statistic = alarm.statistic.clone().or(alarm.extended_statistic.clone());
    Some(Alarm::Metric(Box::new(MetricAlarm {
        arn: arn(&alarm.behaviour)?,
        behaviour: behaviour(&alarm.behaviour)?,
        metric: metric(
            alarm.namespace.as_ref(),
            alarm.metric_name.as_ref(),
            alarm.dimensions.as_deref(),
        ),
        expression_metrics: parts
            .iter()
            .filter_map(|query| {
                let it = &query.metric_stat.as_ref()?.metric;
                metric(
                    it.namespace.as_ref(),
                    it.metric_name.as_ref(),
                    it.dimensions.as_deref(),
                )
            })
            .collect(),
        statistic: filled(statistic),
        period_seconds: alarm.period,
        evaluation_periods: alarm.evaluation_periods,
        comparison: filled(alarm.comparison_operator.clone()),
        threshold: alarm.threshold,
        sources: source(ALARMS, exchange, format!("/MetricAlarms/{index}")),
    })))
}

fn composite_alarm(
    index: usize,
    alarm: &ListedComposite,
    exchange: Option<&ExchangeId>,
) -> Option<Alarm> {
    Some(Alarm::Composite(CompositeAlarm {
        arn: arn(&alarm.behaviour)?,
        behaviour: behaviour(&alarm.behaviour)?,
        rule: filled(alarm.alarm_rule.clone()),
        sources: source(ALARMS, exchange, format!("/CompositeAlarms/{index}")),
    }))
}

fn arn(listed: &ListedBehaviour) -> Option<Arn> {
    filled(listed.alarm_arn.clone()).map(Arn::new)
}

fn behaviour(listed: &ListedBehaviour) -> Option<Behaviour> {
    // Where nobody is told AWS writes an empty list, or none.
    let actions = listed.alarm_actions.as_deref().unwrap_or_default();
    Some(Behaviour {
        name: filled(listed.alarm_name.clone())?,
        state: filled(listed.state_value.clone()),
        actions_enabled: listed.actions_enabled,
        alarm_actions: actions.iter().map(Arn::new).collect(),
    })
}

fn metric(
    namespace: Option<&String>,
    name: Option<&String>,
    dimensions: Option<&[ListedDimension]>,
) -> Option<Metric> {
    let mut dimensions: Vec<Dimension> = dimensions
        .unwrap_or_default()
        .iter()
        .map(|dimension| Dimension {
            name: dimension.name.clone(),
            value: dimension.value.clone(),
        })
        .collect();
    dimensions.sort();
    Some(Metric {
        namespace: filled(namespace.cloned()),
        name: filled(name.cloned())?,
        dimensions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const NO_ALARMS: &str = r#"{"MetricAlarms":[],"CompositeAlarms":[]}"#;

    fn read(script: &Script) -> CloudWatch {
        script.read(&NEIGHBOUR).cloudwatch
    }

    fn page(names: &[&str], next: &str) -> String {
        let alarms: Vec<_> = names
            .iter()
            .map(|name| json!({"AlarmName": name, "AlarmArn": format!("arn:{name}")}))
            .collect();
        json!({"MetricAlarms": alarms, "CompositeAlarms": [], "NextToken": (!next.is_empty()).then_some(next)})
            .to_string()
    }

    #[test]
    fn alarms_are_read_with_their_metric_threshold_and_actions() {
        let script = Script::new().on(
            ALARMS,
            r#"{"MetricAlarms":[{"AlarmName":"errors","AlarmArn":"arn:errors","ActionsEnabled":false,"AlarmActions":["arn:topic"],"StateValue":"OK",
                "Namespace":"AWS/Lambda","MetricName":"Errors","Dimensions":[{"Name":"Resource","Value":"f:live"},{"Name":"FunctionName","Value":"f"}],
                "Statistic":"Sum","Period":60,"EvaluationPeriods":3,"Threshold":1.5,"ComparisonOperator":"GreaterThanThreshold","AlarmDescription":"d"}],
              "CompositeAlarms":[{"AlarmName":"any","AlarmArn":"arn:any","ActionsEnabled":true,"AlarmActions":[],"AlarmRule":"ALARM(errors)","StateValue":"ALARM"}]}"#,
        );
        let cloudwatch = read(&script);
        let alarm = &cloudwatch.metric_alarms.items()[0];
        let dimension = |name: &str, value: &str| Dimension {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        assert_eq!(
            *alarm,
            MetricAlarm {
                arn: Arn::new("arn:errors"),
                behaviour: Behaviour {
                    name: "errors".to_owned(),
                    state: Some("OK".to_owned()),
                    actions_enabled: Some(false),
                    alarm_actions: vec![Arn::new("arn:topic")],
                },
                metric: Some(Metric {
                    namespace: Some("AWS/Lambda".to_owned()),
                    name: "Errors".to_owned(),
                    dimensions: vec![
                        dimension("FunctionName", "f"),
                        dimension("Resource", "f:live")
                    ],
                }),
                expression_metrics: vec![],
                statistic: Some("Sum".to_owned()),
                period_seconds: Some(60),
                evaluation_periods: Some(3),
                comparison: Some("GreaterThanThreshold".to_owned()),
                threshold: Some(1.5),
                sources: alarm.sources.clone(),
            }
        );
        let composite = &cloudwatch.composite_alarms.items()[0];
        assert_eq!(composite.rule.as_deref(), Some("ALARM(errors)"));
        assert_eq!(composite.behaviour.alarm_actions, []);
        let evidence = composite.sources.evidence(ALARMS, "/AlarmRule");
        assert_eq!(evidence[0].pointer, "/CompositeAlarms/0/AlarmRule");
    }

    #[test]
    fn an_alarm_on_an_expression_has_the_metrics_in_it() {
        let script = Script::new().on(
            ALARMS,
            r#"{"MetricAlarms":[{"AlarmName":"rate","AlarmArn":"arn:rate","ExtendedStatistic":"p99","Metrics":[
                {"Id":"e","Expression":"errors/calls"},
                {"Id":"errors","MetricStat":{"Metric":{"Namespace":"AWS/Lambda","MetricName":"Errors"},"Period":60,"Stat":"Sum"}}]}]}"#,
        );
        let alarm = &read(&script).metric_alarms.items()[0].clone();
        assert_eq!((&alarm.metric, alarm.threshold), (&None, None));
        assert_eq!(alarm.behaviour.actions_enabled, None);
        assert_eq!(alarm.statistic.as_deref(), Some("p99"));
        let names: Vec<&str> = alarm
            .expression_metrics
            .iter()
            .map(|it| &*it.name)
            .collect();
        assert_eq!(names, ["Errors"]);
    }

    #[test]
    fn three_pages_of_alarms_are_one_list() {
        let script = Script::new()
            .on(ALARMS, &page(&["c"], "2"))
            .when(ALARMS, r#""NextToken":"2""#, &page(&["b"], "3"))
            .when(ALARMS, r#""NextToken":"3""#, &page(&["a"], ""));
        let cloudwatch = read(&script);
        let alarms = cloudwatch.metric_alarms.items();
        let names: Vec<&str> = alarms.iter().map(|it| &*it.behaviour.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn an_account_without_alarms_and_functions_costs_one_call() {
        let script = Script::new().on(ALARMS, NO_ALARMS);
        let cloudwatch = read(&script);
        assert_eq!(cloudwatch.metric_alarms, Observed::Known(vec![]));
        assert_eq!(cloudwatch.composite_alarms, Observed::Known(vec![]));
        assert_eq!(cloudwatch.metrics, Observed::NotCollected);
        assert_eq!(script.calls(), [ALARMS]);
    }

    #[test]
    fn alarms_that_may_not_be_read_are_no_empty_list() {
        let cloudwatch = read(&Script::new().refuse(ALARMS, denied(ALARMS)));
        assert_eq!(cloudwatch.metric_alarms, denied(ALARMS));
        assert_eq!(cloudwatch.composite_alarms, denied(ALARMS));
    }

    #[test]
    fn an_answer_without_alarms_or_with_a_nameless_one_is_a_failure() {
        for body in ["{}", r#"{"MetricAlarms":[{"AlarmArn":"a"}]}"#] {
            let cloudwatch = read(&Script::new().on(ALARMS, body));
            assert!(
                matches!(cloudwatch.metric_alarms, Observed::Failed { .. }),
                "{body}"
            );
        }
    }
}
