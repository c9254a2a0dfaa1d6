//! Builders: a region with functions, an API before one of them, and metrics.

use std::collections::BTreeMap;

use tripod_model::apigateway::{MethodSetting, RestApi};
use tripod_model::cloudwatch::{CloudWatch, Daily, FunctionMetrics, Metrics};
use tripod_model::lambda::{EventSourceMapping, Function, StreamSettings};
use tripod_model::{Arn, Observed, RegionalAccount, Sources, Unknown, fixtures};

use crate::WhatIf;
use crate::containment::{Containment, Entry, of};

/// Timeout of every function, in seconds.
pub(super) const TIMEOUT: i64 = 30;

pub(super) fn function(name: &str, reserved: Option<i64>) -> Function {
    let mut function = fixtures::function(name);
    function.configuration.timeout_seconds = Some(TIMEOUT);
    function.details = function.details.map(|mut details| {
        details.reserved_concurrency = reserved;
        details
    });
    function
}

/// A region with an unreserved pool, functions, and nothing that leads to them.
pub(super) fn region(pool: i64, functions: Vec<Function>) -> RegionalAccount {
    let mut region = fixtures::region(fixtures::REGION);
    region.lambda.functions = Observed::Known(functions);
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.unreserved_concurrent_executions = Some(pool);
        settings
    });
    region.events.buses = Observed::Known(vec![]);
    region.scheduler.schedules = Observed::Known(vec![]);
    region.pipes.pipes = Observed::Known(vec![]);
    region.sns.subscriptions = Observed::Known(vec![]);
    region.elbv2.function_groups = Observed::Known(vec![]);
    region.stepfunctions.state_machines = Observed::Known(vec![]);
    region.cloudwatch = CloudWatch {
        metrics: Observed::Known(metrics(vec![])),
        ..CloudWatch::not_collected()
    };
    region
}

pub(super) fn metrics(functions: Vec<FunctionMetrics>) -> Metrics {
    Metrics {
        from: "2026-10-23T00:00:00Z".parse().expect("a time"),
        until: "2026-11-22T00:00:00Z".parse().expect("a time"),
        concurrent_executions: Observed::Absent,
        unreserved_concurrent_executions: Observed::Absent,
        functions,
        rest_stages: vec![],
        http_apis: vec![],
    }
}

/// Two days of maxima, the higher one the peak.
pub(super) fn daily(peak: f64) -> Observed<Vec<Daily>> {
    let day = |day: &str, value| Daily {
        day: day.parse().expect("a day"),
        value,
    };
    Observed::Known(vec![day("2026-11-20", peak), day("2026-11-21", peak / 2.0)])
}

/// Peak of executions, median and 99th percentile of the duration in milliseconds.
pub(super) fn measured(name: &str, peak: f64, median: f64, high: f64) -> FunctionMetrics {
    FunctionMetrics {
        name: name.to_owned(),
        concurrent_executions: daily(peak),
        duration_p50_milliseconds: Observed::Known(median),
        duration_p99_milliseconds: Observed::Known(high),
        duration_maximum_milliseconds: Observed::Known(high),
        invocations: Observed::Known(1000.0),
        throttles: Observed::Known(0.0),
        errors: Observed::Known(0.0),
        sources: Sources::default(),
    }
}

pub(super) fn set_metrics(region: &mut RegionalAccount, functions: Vec<FunctionMetrics>) {
    region.cloudwatch.metrics = Observed::Known(metrics(functions));
}

pub(super) fn arn(function: &str) -> String {
    format!(
        "arn:aws:lambda:{}:{}:function:{function}",
        fixtures::REGION,
        fixtures::ACCOUNT
    )
}

/// API `a1` with `POST /claims` of stage `prod` before a function, throttled there.
pub(super) fn api(function: &str, rate: f64, burst: i64) -> RestApi {
    let mut api = fixtures::rest_api("a1");
    let uri = format!(
        "arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{}/invocations",
        fixtures::REGION,
        arn(function)
    );
    if let Observed::Known(methods) = &mut api.methods
        && let Some(integration) = &mut methods[0].integration
    {
        integration.uri = Some(uri);
    }
    throttle(&mut api, "*/*", Some(rate), Some(burst));
    api
}

pub(super) fn throttle(api: &mut RestApi, key: &str, rate: Option<f64>, burst: Option<i64>) {
    if let Observed::Known(stages) = &mut api.stages {
        let setting = MethodSetting {
            throttling_rate_limit: rate,
            throttling_burst_limit: burst,
            ..MethodSetting::default()
        };
        stages[0].method_settings.insert(key.to_owned(), setting);
    }
}

/// `claims` behind `POST /claims` with a throttle, `portal` beside it on the pool.
pub(super) fn claims(
    pool: i64,
    reserved: Option<i64>,
    rate: f64,
    burst: i64,
    change: impl FnOnce(&mut RegionalAccount),
) -> Containment {
    let mut region = region(
        pool,
        vec![function("claims", reserved), function("portal", None)],
    );
    region.apigateway.rest_apis = Observed::Known(vec![api("claims", rate, burst)]);
    change(&mut region);
    judged(&region)
}

pub(super) fn judged(region: &RegionalAccount) -> Containment {
    of(region, &WhatIf::default()).expect("functions are known")
}

pub(super) fn only(containment: &Containment) -> &Entry {
    assert_eq!(containment.entries.len(), 1, "{:#?}", containment.entries);
    &containment.entries[0]
}

pub(super) fn mapping(function: &str, source: &str) -> EventSourceMapping {
    EventSourceMapping {
        uuid: "u1".to_owned(),
        arn: None,
        function_arn: Some(Arn::new(arn(function))),
        event_source_arn: Some(Arn::new(source)),
        self_managed_endpoints: BTreeMap::new(),
        topics: vec![],
        queues: vec![],
        kafka: None,
        source_access_types: vec![],
        state: Some("Enabled".to_owned()),
        state_transition_reason: None,
        last_processing_result: None,
        batch_size: Some(10),
        batching_window_seconds: None,
        on_failure: None,
        function_response_types: vec![],
        filter_count: None,
        filter_error_code: None,
        kms_key_arn: None,
        maximum_concurrency: None,
        provisioned_pollers: None,
        metrics: vec![],
        system_log_level: None,
        stream: StreamSettings::default(),
        sources: Sources::default(),
    }
}

/// The demand in its three cases.
pub(super) fn band(entry: &Entry) -> (Option<i64>, Option<i64>, Option<i64>) {
    let demand = entry.demand.as_ref().expect("a demand");
    let value = |it: &Option<crate::Figure>| it.as_ref().map(|it| it.value);
    (
        value(&demand.low),
        value(&demand.expected),
        value(&demand.high),
    )
}

pub(super) fn room(entry: &Entry) -> i64 {
    entry.room.as_ref().expect("a room").room.value
}

/// The operation that stood in the way of an input.
pub(super) fn operation_of(entry: &Entry, what: &str) -> Option<String> {
    let found = entry.missing.iter().find(|it| it.what.contains(what));
    match found?.unknown() {
        Unknown::Denied { operation, .. } | Unknown::Failed { operation, .. } => Some(operation),
        _ => None,
    }
}
