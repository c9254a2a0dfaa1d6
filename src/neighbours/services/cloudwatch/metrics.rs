//! What metrics showed over the last whole days.
//!
//! A recording answers only what was asked of it, so the window follows from the day of observation and
//! from nothing else.

#[cfg(test)]
mod tests;

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
#[derive(Debug, Clone)]
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
    let (stages, apis) = (rest_stage_things(&references), http_api_things(&references));
    if references.functions.is_empty() && stages.is_empty() && apis.is_empty() {
        return Observed::NotCollected;
    }
    let days = Window::before(context.observed, 30, DAY, 500);
    let minutes = Window::before(context.observed, 7, MINUTE, 10);
    let functions = references
        .functions
        .iter()
        .map(|name| Thing::function(name));
    let lambda = std::iter::once(Thing::region()).chain(functions).collect();
    let busiest = |things: &[Thing]| -> Vec<Thing> {
        let things = things.iter().cloned();
        things.map(Thing::first_statistic).collect()
    };
    // Each kind in calls of its own: what is asked of functions does not hang on which APIs were read.
    let (lambda, busy_stages, busy_apis, stages, apis) = futures::join!(
        ask(client, days, lambda),
        ask(client, minutes, busiest(&stages)),
        ask(client, minutes, busiest(&apis)),
        ask(client, days, stages),
        ask(client, days, apis),
    );
    let by_day = [lambda, stages, apis].concat();
    let by_minute = [busy_stages, busy_apis].concat();
    Observed::Known(assemble(&references, days, by_day, by_minute))
}

fn rest_stage_things(references: &RegionalReferences) -> Vec<Thing> {
    let stages = references.rest_stages.iter();
    stages
        .map(|(api, stage)| Thing::rest_stage(api, stage))
        .collect()
}

fn http_api_things(references: &RegionalReferences) -> Vec<Thing> {
    let apis = references.http_apis.iter();
    apis.map(|id| Thing::http_api(id)).collect()
}

/// Puts the answers in their places: in the order in which `read` asks.
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
