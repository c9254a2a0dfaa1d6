//! What GetMetricData answers, and what is made of it.

use tripod_model::RegionName;

use super::super::{ALARMS, NEIGHBOUR};
use super::*;
use crate::services::References;
use crate::testing::{OBSERVED, Script, denied};

const UNTIL: i64 = 1_795_305_600; // 2026-11-22T00:00:00Z
const SECOND_LAST_DAY: i64 = UNTIL - 2 * DAY;
const LAST_DAY: i64 = UNTIL - DAY;

fn referring(functions: &[&str], stages: &[(&str, &str)], apis: &[&str]) -> Script {
    let region = RegionalReferences {
        functions: functions.iter().map(|it| (*it).to_owned()).collect(),
        rest_stages: stages
            .iter()
            .map(|(api, stage)| ((*api).to_owned(), (*stage).to_owned()))
            .collect(),
        http_apis: apis.iter().map(|it| (*it).to_owned()).collect(),
        ..RegionalReferences::default()
    };
    let references = References {
        regions: [(RegionName::new("eu-central-1"), region)].into(),
        ..References::default()
    };
    Script::new()
        .on(ALARMS, r#"{"MetricAlarms":[]}"#)
        .referring(references)
}

/// A result for each query, in their order; what is not given has no datapoint.
fn results(given: &[(usize, Value)], count: usize) -> String {
    let results: Vec<Value> = (0..count)
        .map(|number| {
            let points = given.iter().find(|(own, _)| *own == number);
            let points = points.map_or(json!([]), |(_, points)| points.clone());
            result(number, &points, "Complete")
        })
        .collect();
    json!({ "MetricDataResults": results }).to_string()
}

fn result(number: usize, points: &Value, status: &str) -> Value {
    let points = points.as_array().expect("a list");
    let column = |at: usize| -> Vec<Value> { points.iter().map(|it| it[at].clone()).collect() };
    json!({"Id": name(number), "Label": "l", "Timestamps": column(0), "Values": column(1), "StatusCode": status})
}

fn metrics(script: &Script) -> Metrics {
    let read = script.read(&NEIGHBOUR).cloudwatch.metrics;
    let Observed::Known(metrics) = read else {
        panic!("metrics were read: {read:?}");
    };
    metrics
}

fn bodies(script: &Script) -> Vec<Value> {
    let asked = script.asked();
    let bodies = asked.iter().filter(|call| call.operation == METRIC_DATA);
    bodies
        .map(|call| serde_json::from_str(&call.request.body).expect("json"))
        .collect()
}

#[test]
fn a_function_is_measured_over_the_days_before_the_observation() {
    let two_days = json!([[LAST_DAY, 4.0], [SECOND_LAST_DAY, 9.5]]);
    let given: Vec<(usize, Value)> = (2..9).map(|at| (at, two_days.clone())).collect();
    let script = referring(&["f"], &[], &[]).on(METRIC_DATA, &results(&given, 9));
    let metrics = metrics(&script);
    let function = &metrics.functions[0];
    let day = |text: &str| text.parse::<Date>().expect("a date");
    assert_eq!(
        function.concurrent_executions,
        Observed::Known(vec![
            Daily {
                day: day("2026-11-20"),
                value: 9.5
            },
            Daily {
                day: day("2026-11-21"),
                value: 4.0
            },
        ])
    );
    assert_eq!(function.duration_p50_milliseconds, Observed::Known(9.5));
    assert_eq!(function.duration_p99_milliseconds, Observed::Known(9.5));
    assert_eq!(function.duration_maximum_milliseconds, Observed::Known(9.5));
    assert_eq!(function.invocations, Observed::Known(13.5));
    assert_eq!(function.throttles, Observed::Known(13.5));
    assert_eq!(function.errors, Observed::Known(13.5));
    assert_eq!(function.sources.evidence(METRIC_DATA, "").len(), 1);
    assert_eq!(metrics.concurrent_executions, Observed::Absent);
    assert_eq!(metrics.from.to_string(), "2026-10-23T00:00:00Z");
    assert_eq!(metrics.until.to_string(), "2026-11-22T00:00:00Z");
}

#[test]
fn no_datapoint_is_not_zero() {
    let script = referring(&["idle"], &[], &[]).on(METRIC_DATA, &results(&[], 9));
    let idle = &metrics(&script).functions[0];
    assert_eq!(idle.invocations, Observed::Absent);
    assert_eq!(idle.concurrent_executions, Observed::Absent);
    let zero = json!([[LAST_DAY, 0.0]]);
    let script = referring(&["f"], &[], &[]).on(METRIC_DATA, &results(&[(8, zero)], 9));
    assert_eq!(metrics(&script).functions[0].errors, Observed::Known(0.0));
}

#[test]
fn apis_are_measured_by_day_and_by_minute() {
    let one = |value: f64| json!([[LAST_DAY, value]]);
    let three = |from: f64| [(0, one(from)), (1, one(from + 10.0)), (2, one(from + 20.0))];
    let stage = |period| asked_of(r#""Name":"Stage","Value":"prod""#, period);
    let api = |period| asked_of(r#""Name":"ApiId","Value":"h1""#, period);
    let script = referring(&[], &[("claims", "prod")], &["h1"])
        .on(METRIC_DATA, &results(&[], 2))
        .when(METRIC_DATA, &stage(DAY), &results(&three(10.0), 3))
        .when(METRIC_DATA, &api(DAY), &results(&three(40.0), 3))
        .when(METRIC_DATA, &stage(MINUTE), &results(&[(0, one(7.0))], 1))
        .when(METRIC_DATA, &api(MINUTE), &results(&[(0, one(8.0))], 1));
    let metrics = metrics(&script);
    let known = Observed::Known;
    let rest = &metrics.rest_stages[0];
    assert_eq!((&*rest.api, &*rest.stage), ("claims", "prod"));
    assert_eq!(
        rest.requests,
        RequestMetrics {
            count: known(10.0),
            busiest_minute: known(7.0),
            client_errors: known(20.0),
            server_errors: known(30.0),
        }
    );
    assert_eq!(metrics.http_apis[0].requests.count, known(40.0));
    assert_eq!(metrics.http_apis[0].requests.busiest_minute, known(8.0));
    assert_eq!(metrics.http_apis[0].requests.server_errors, known(60.0));
    let bodies = bodies(&script);
    assert_eq!(
        bodies.len(),
        5,
        "the region, and each kind of API by day and by minute"
    );
    let minutes = bodies
        .iter()
        .filter(|it| it["StartTime"] == UNTIL - 7 * DAY);
    assert_eq!(minutes.count(), 2, "the last seven days by minute");
}

/// The part of a request that asks for the first metric of an API, by this period.
fn asked_of(dimension: &str, period: i64) -> String {
    format!(
        r#"{{{dimension}}}],"MetricName":"Count","Namespace":"AWS/ApiGateway"}},"Period":{period},"#
    )
}

/// A check that reads functions alone finds the same recorded answer as one that reads APIs as well.
#[test]
fn what_is_asked_of_functions_does_not_hang_on_the_apis() {
    let of_functions = |script: &Script| {
        let bodies = bodies(script).into_iter();
        let of_functions = bodies.filter(|body| body.to_string().contains("FunctionName"));
        of_functions.collect::<Vec<_>>()
    };
    let alone = referring(&["f"], &[], &[]).on(METRIC_DATA, &results(&[], 9));
    let among = referring(&["f"], &[("claims", "prod")], &["h1"]).on(METRIC_DATA, &results(&[], 9));
    metrics(&alone);
    metrics(&among);
    assert_eq!(of_functions(&alone).len(), 1);
    assert_eq!(of_functions(&alone), of_functions(&among));
}

#[test]
fn the_same_day_asks_the_same_question() {
    let window = |observed: i64| {
        let observed = Timestamp::from_second(observed).expect("a moment");
        let window = Window::before(observed, 30, DAY, 500);
        (window.from.as_second(), window.until.as_second())
    };
    let own = window(OBSERVED.as_second());
    assert_eq!(own, (UNTIL - 30 * DAY, UNTIL));
    assert_eq!(window(UNTIL), own);
    assert_eq!(window(UNTIL + DAY - 1), own);
    assert_eq!(window(UNTIL + DAY), (own.0 + DAY, own.1 + DAY));
}

#[test]
fn calls_are_filled_and_no_thing_is_split() {
    let things: Vec<Thing> = (0..142).map(|_| Thing::function("f")).collect();
    let sizes = |things: Vec<Thing>, most| -> Vec<usize> {
        packed(things, most).iter().map(Vec::len).collect()
    };
    assert_eq!(sizes(things, 500), [71, 71]);
    let minutes = (0..21).map(|_| Thing::http_api("h").first_statistic());
    assert_eq!(sizes(minutes.collect(), 10), [10, 10, 1]);
    assert_eq!(sizes(vec![], 500), [0; 0]);
}

#[test]
fn pages_of_one_metric_are_put_together() {
    let part = |points: Value, status: &str, next: Value| {
        let all = (0..9).filter(|number| *number != 6);
        let mut results: Vec<Value> = all
            .map(|number| result(number, &json!([]), "Complete"))
            .collect();
        results.push(result(6, &points, status));
        json!({"MetricDataResults": results, "NextToken": next}).to_string()
    };
    let first = part(json!([[LAST_DAY, 1.0]]), "PartialData", json!("2"));
    let second = part(json!([[SECOND_LAST_DAY, 2.0]]), "PartialData", json!("3"));
    let third = part(
        json!([[SECOND_LAST_DAY - DAY, 4.0]]),
        "Complete",
        json!(null),
    );
    let script = referring(&["f"], &[], &[])
        .on(METRIC_DATA, &first)
        .when(METRIC_DATA, r#""NextToken":"2""#, &second)
        .when(METRIC_DATA, r#""NextToken":"3""#, &third);
    let function = &metrics(&script).functions[0];
    assert_eq!(function.invocations, Observed::Known(7.0));
    let cut = referring(&["f"], &[], &[]).on(
        METRIC_DATA,
        &part(json!([[LAST_DAY, 1.0]]), "PartialData", json!(null)),
    );
    let function = &metrics(&cut).functions[0];
    assert!(matches!(function.invocations, Observed::Failed { .. }));
    assert_eq!(function.errors, Observed::Absent);
}

#[test]
fn metrics_that_may_not_be_read_are_denied_each() {
    let script = referring(&["f"], &[], &["h"]).refuse(METRIC_DATA, denied(METRIC_DATA));
    let metrics = metrics(&script);
    assert_eq!(metrics.functions[0].invocations, denied(METRIC_DATA));
    assert_eq!(
        metrics.http_apis[0].requests.busiest_minute,
        denied(METRIC_DATA)
    );
}

#[test]
fn a_metric_without_its_result_or_with_a_flawed_one_is_a_failure() {
    let flawed = json!({"MetricDataResults": [{"Id": "q0", "Timestamps": [1], "Values": []}]});
    for body in [r#"{"MetricDataResults":[]}"#, &flawed.to_string(), "{}"] {
        let script = referring(&["f"], &[], &[]).on(METRIC_DATA, body);
        let invocations = metrics(&script).functions[0].invocations.clone();
        assert!(matches!(invocations, Observed::Failed { .. }), "{body}");
    }
}
