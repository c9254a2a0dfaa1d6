//! What metrics showed over the last whole days.
//!
//! A recording answers only what was asked of it, so the window follows from the day of observation and
//! from nothing else.

use futures::future::join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::cloudwatch::{
    Daily, FunctionMetrics, HttpApiMetrics, Metrics, RequestMetrics, RestStageMetrics,
};
use tripod_model::{ExchangeId, Observed, Sources, fingerprint};

use super::{METRIC_DATA, note};
use crate::client::Client;
use crate::neighbour::Context;
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::services::RegionalReferences;

const DAY: i64 = 24 * 60 * 60;
const MINUTE: i64 = 60;

/// The metrics of a region's functions together.
const REGION: &[(&str, &str)] = &[
    ("ConcurrentExecutions", "Maximum"),
    ("UnreservedConcurrentExecutions", "Maximum"),
];

/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>
const FUNCTION: &[(&str, &str)] = &[
    ("ConcurrentExecutions", "Maximum"),
    ("Duration", "p50"),
    ("Duration", "p99"),
    ("Duration", "Maximum"),
    ("Invocations", "Sum"),
    ("Throttles", "Sum"),
    ("Errors", "Sum"),
];

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>
const REST_STAGE: &[(&str, &str)] = &[("Count", "Sum"), ("4XXError", "Sum"), ("5XXError", "Sum")];

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html>
const HTTP_API: &[(&str, &str)] = &[("Count", "Sum"), ("4xx", "Sum"), ("5xx", "Sum")];

/// A stretch of time cut into periods.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: Timestamp,
    until: Timestamp,
    /// Seconds.
    period: i64,
    /// Most metrics in a call: 500, or as many as stay within 100,800 datapoints.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
    most: usize,
}

impl Window {
    /// Days up to the last midnight UTC.
    fn before(observed: Timestamp, days: i64, period: i64, most: usize) -> Self {
        let seconds = observed.as_second();
        let into_the_day = SignedDuration::from_secs(seconds.rem_euclid(DAY));
        let midnight = Timestamp::from_second(seconds).map(|second| second - into_the_day);
        // The observation is a second of its own timeline, so it has a midnight.
        let until = midnight.unwrap_or(observed);
        Self {
            from: until - SignedDuration::from_secs(days * DAY),
            until,
            period,
            most,
        }
    }
}

/// A thing that has metrics: its namespace, its dimensions, and the statistics asked of it.
#[derive(Debug, Clone)]
struct Thing {
    namespace: &'static str,
    dimensions: Value,
    statistics: &'static [(&'static str, &'static str)],
}

impl Thing {
    fn region() -> Self {
        Self {
            namespace: "AWS/Lambda",
            dimensions: json!([]),
            statistics: REGION,
        }
    }

    fn function(name: &str) -> Self {
        Self {
            namespace: "AWS/Lambda",
            dimensions: json!([{"Name": "FunctionName", "Value": name}]),
            statistics: FUNCTION,
        }
    }

    fn rest_stage(api: &str, stage: &str) -> Self {
        Self {
            namespace: "AWS/ApiGateway",
            dimensions: json!([
                {"Name": "ApiName", "Value": api},
                {"Name": "Stage", "Value": stage},
            ]),
            statistics: REST_STAGE,
        }
    }

    fn http_api(id: &str) -> Self {
        Self {
            namespace: "AWS/ApiGateway",
            dimensions: json!([{"Name": "ApiId", "Value": id}]),
            statistics: HTTP_API,
        }
    }

    /// The same with its first statistic alone.
    fn first_statistic(self) -> Self {
        Self {
            statistics: &self.statistics[..1],
            ..self
        }
    }
}

type Points = Vec<(Timestamp, f64)>;

/// What was answered of a thing, in the order of its statistics.
#[derive(Debug)]
struct Told {
    answers: std::vec::IntoIter<Observed<Points>>,
    exchange: Option<ExchangeId>,
}

impl Told {
    fn next(&mut self) -> Observed<Points> {
        self.answers.next().unwrap_or(Observed::NotCollected)
    }

    fn sum(&mut self) -> Observed<f64> {
        self.next()
            .map(|points| points.iter().map(|(_, value)| value).sum())
    }

    fn highest(&mut self) -> Observed<f64> {
        self.next().map(|points| {
            let values = points.iter().map(|(_, value)| *value);
            values.fold(f64::NEG_INFINITY, f64::max)
        })
    }

    fn daily(&mut self) -> Observed<Vec<Daily>> {
        self.next().map(|points| {
            let daily = points.iter().map(|(time, value)| Daily {
                day: day_of(*time),
                value: *value,
            });
            daily.collect()
        })
    }

    fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        note(&mut sources, METRIC_DATA, self.exchange.as_ref(), "");
        sources
    }
}

fn day_of(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// Not collected where the core holds neither function nor API.
pub(super) async fn read(context: &Context, client: &Client) -> Observed<Metrics> {
    let references = context.references.of_region(&context.region);
    let apis = api_things(&references);
    if references.functions.is_empty() && apis.is_empty() {
        return Observed::NotCollected;
    }
    let days = Window::before(context.observed, 30, DAY, 500);
    let minutes = Window::before(context.observed, 7, MINUTE, 10);
    let functions = references
        .functions
        .iter()
        .map(|name| Thing::function(name));
    let things = std::iter::once(Thing::region())
        .chain(functions)
        .chain(apis.clone());
    let busiest = apis.into_iter().map(Thing::first_statistic);
    let (by_day, by_minute) = futures::join!(
        ask(client, days, things.collect()),
        ask(client, minutes, busiest.collect()),
    );
    Observed::Known(assemble(&references, days, by_day, by_minute))
}

fn api_things(references: &RegionalReferences) -> Vec<Thing> {
    let stages = references.rest_stages.iter();
    let stages = stages.map(|(api, stage)| Thing::rest_stage(api, stage));
    let apis = references.http_apis.iter().map(|id| Thing::http_api(id));
    stages.chain(apis).collect()
}

/// Puts the answers in their places: in the order in which `read` and `api_things` ask.
fn assemble(
    references: &RegionalReferences,
    days: Window,
    by_day: Vec<Told>,
    by_minute: Vec<Told>,
) -> Metrics {
    let mut by_day = by_day.into_iter();
    let mut by_minute = by_minute.into_iter();
    let nothing = || Told {
        answers: Vec::new().into_iter(),
        exchange: None,
    };
    let mut next = || by_day.next().unwrap_or_else(nothing);
    let mut busiest = || by_minute.next().unwrap_or_else(nothing).highest();
    let mut region = next();
    Metrics {
        from: days.from,
        until: days.until,
        concurrent_executions: region.daily(),
        unreserved_concurrent_executions: region.daily(),
        functions: references
            .functions
            .iter()
            .map(|name| function(name, next()))
            .collect(),
        rest_stages: references
            .rest_stages
            .iter()
            .map(|(api, stage)| {
                let told = next();
                RestStageMetrics {
                    api: api.clone(),
                    stage: stage.clone(),
                    sources: told.sources(),
                    requests: requests(told, busiest()),
                }
            })
            .collect(),
        http_apis: references
            .http_apis
            .iter()
            .map(|api| {
                let told = next();
                HttpApiMetrics {
                    api: api.clone(),
                    sources: told.sources(),
                    requests: requests(told, busiest()),
                }
            })
            .collect(),
    }
}

/// In the order of [`FUNCTION`].
fn function(name: &str, mut told: Told) -> FunctionMetrics {
    FunctionMetrics {
        name: name.to_owned(),
        concurrent_executions: told.daily(),
        duration_p50_milliseconds: told.highest(),
        duration_p99_milliseconds: told.highest(),
        duration_maximum_milliseconds: told.highest(),
        invocations: told.sum(),
        throttles: told.sum(),
        errors: told.sum(),
        sources: told.sources(),
    }
}

/// In the order of [`REST_STAGE`] and [`HTTP_API`].
fn requests(mut told: Told, busiest_minute: Observed<f64>) -> RequestMetrics {
    RequestMetrics {
        count: told.sum(),
        busiest_minute,
        client_errors: told.sum(),
        server_errors: told.sum(),
    }
}

/// Asks all statistics of the things, those of one thing in one call.
async fn ask(client: &Client, window: Window, things: Vec<Thing>) -> Vec<Told> {
    let calls = packed(things, window.most);
    let calls = calls.iter().map(|things| call(client, window, things));
    join_all(calls).await.into_iter().flatten().collect()
}

/// Things put together in calls of at most `most` statistics.
fn packed(things: Vec<Thing>, most: usize) -> Vec<Vec<Thing>> {
    let mut calls: Vec<Vec<Thing>> = Vec::new();
    let mut room = 0;
    for thing in things {
        let need = thing.statistics.len();
        match calls.last_mut() {
            Some(call) if need <= room => call.push(thing),
            _ => {
                room = most;
                calls.push(vec![thing]);
            }
        }
        room = room.saturating_sub(need);
    }
    calls
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    metric_data_results: Option<Vec<MetricResult>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricResult {
    id: Option<String>,
    timestamps: Option<Vec<f64>>,
    values: Option<Vec<f64>>,
    status_code: Option<String>,
}

/// A page's part of an answer: which question, whether it is whole, and its datapoints.
#[derive(Debug)]
struct Piece {
    id: String,
    status: Option<String>,
    points: Points,
}

async fn call(client: &Client, window: Window, things: &[Thing]) -> Vec<Told> {
    let queries = queries(things, window.period);
    let mut exchange = None;
    let pieces = client
        .pages(
            METRIC_DATA,
            |token| {
                Request::json(&json!({
                    "MetricDataQueries": queries,
                    "StartTime": window.from.as_second(),
                    "EndTime": window.until.as_second(),
                    "NextToken": token,
                }))
            },
            |answer: Answer, from| {
                exchange = exchange.take().or_else(|| from.cloned());
                let next = answer.next_token.as_deref();
                let results = answer.metric_data_results;
                // A metric without datapoints looks the same on every page, so the whole page tells.
                let all = results
                    .iter()
                    .flatten()
                    .next()
                    .map(|_| format!("{results:?}"));
                let all = all.map(|text| fingerprint(text.as_bytes()));
                let pieces = results.iter().flatten().map(piece);
                Page::whole(results.is_some(), pieces, all, next)
            },
        )
        .await;
    let mut number = 0;
    things
        .iter()
        .map(|thing| {
            let ids = number..number + thing.statistics.len();
            number = ids.end;
            let answers: Vec<_> = ids.map(|id| answer(&pieces, &name(id))).collect();
            Told {
                answers: answers.into_iter(),
                exchange: exchange.clone(),
            }
        })
        .collect()
}

/// Queries are told apart by ids, which begin with a small letter.
fn name(number: usize) -> String {
    format!("q{number}")
}

fn queries(things: &[Thing], period: i64) -> Vec<Value> {
    let statistics = things.iter().flat_map(|thing| {
        let statistics = thing.statistics.iter();
        statistics.map(move |(metric, statistic)| (thing, metric, statistic))
    });
    statistics
        .enumerate()
        .map(|(number, (thing, metric, statistic))| {
            json!({
                "Id": name(number),
                "MetricStat": {
                    "Metric": {"Namespace": thing.namespace, "MetricName": metric, "Dimensions": thing.dimensions},
                    "Period": period,
                    "Stat": statistic,
                },
            })
        })
        .collect()
}

/// Timestamps and values are two lists of one length.
fn piece(result: &MetricResult) -> Option<Piece> {
    let times = result.timestamps.as_deref().unwrap_or_default();
    let values = result.values.as_deref().unwrap_or_default();
    if times.len() != values.len() {
        return None;
    }
    let points: Option<Points> = times
        .iter()
        .zip(values)
        .map(|(time, value)| Some((moment(*time)?, *value)))
        .collect();
    Some(Piece {
        id: result.id.clone()?,
        status: result.status_code.clone(),
        points: points?,
    })
}

/// Seconds since 1970; whole ones, because no period here is shorter.
fn moment(seconds: f64) -> Option<Timestamp> {
    let nanoseconds = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(nanoseconds).ok()
}

/// The answer to one question from all pages; absent where it has no datapoint.
fn answer(pieces: &Observed<Vec<Piece>>, id: &str) -> Observed<Points> {
    let Observed::Known(pieces) = pieces else {
        return pieces.unknown_as();
    };
    let own: Vec<&Piece> = pieces.iter().filter(|piece| piece.id == id).collect();
    // Pages before the last one are partial by nature.
    match own.last().map(|piece| piece.status.as_deref()) {
        None => return failed(METRIC_DATA, "the answer holds no result for a metric"),
        Some(None | Some("Complete")) => {}
        Some(Some(status)) => {
            return failed(METRIC_DATA, &format!("the metric's status is {status}"));
        }
    }
    let mut points: Points = own.iter().flat_map(|piece| piece.points.clone()).collect();
    points.sort_by_key(|(time, _)| *time);
    if points.is_empty() {
        return Observed::Absent;
    }
    Observed::Known(points)
}

#[cfg(test)]
mod tests {
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
        let by_day: Vec<(usize, Value)> = (2..8)
            .zip([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
            .map(|(at, value)| (at, one(value)))
            .collect();
        let by_minute = [(0, one(7.0)), (1, one(8.0))];
        let script = referring(&[], &[("claims", "prod")], &["h1"])
            .on(METRIC_DATA, &results(&by_day, 8))
            .when(METRIC_DATA, r#""Period":60,"#, &results(&by_minute, 2));
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
        assert_eq!(bodies.len(), 2);
        let minutes = bodies.iter().find(|it| it["StartTime"] == UNTIL - 7 * DAY);
        let minutes = minutes.expect("the last seven days by minute");
        let dimensions = &minutes["MetricDataQueries"][1]["MetricStat"]["Metric"]["Dimensions"];
        assert_eq!(*dimensions, json!([{"Name": "ApiId", "Value": "h1"}]));
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
}
