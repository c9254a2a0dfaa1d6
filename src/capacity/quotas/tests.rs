//! Expectations reckoned by hand, the arithmetic beside them.

use std::collections::BTreeMap;

use tripod_model::cloudwatch::{
    Behaviour, CloudWatch, CompositeAlarm, Daily, Dimension, Metric, MetricAlarm, Metrics,
    RequestMetrics, RestStageMetrics,
};
use tripod_model::iam::Summary;
use tripod_model::servicequotas::{Quota, ServiceQuotas, UsageMetric};
use tripod_model::{Account, Arn, Observed, RegionalAccount, Sources, fixtures};

use super::{Alarm, Basis, Limit, QuotaUse, of, of_account};

fn quota(code: &str, name: &str, value: f64) -> Quota {
    Quota {
        code: code.to_owned(),
        arn: None,
        name: Some(name.to_owned()),
        value: Some(value),
        adjustable: Some(true),
        error: None,
        usage: None,
        sources: Sources::default(),
    }
}

/// A region whose lists of quotas were read: concurrency applies at 2,000.
fn region() -> RegionalAccount {
    let mut region = fixtures::region(fixtures::REGION);
    region.servicequotas = ServiceQuotas {
        lambda: Observed::Known(vec![quota("L-B99A9384", "Concurrent executions", 2_000.0)]),
        vpc: Observed::Known(vec![]),
        apigateway: Observed::Known(vec![]),
        kms: Observed::Known(vec![]),
        iam: Observed::NotCollected,
    };
    region.cloudwatch = CloudWatch {
        metric_alarms: Observed::Known(vec![]),
        composite_alarms: Observed::Known(vec![]),
        metrics: Observed::Known(metrics(1_501.0)),
    };
    region
}

fn metrics(peak: f64) -> Metrics {
    Metrics {
        from: "2026-10-23T00:00:00Z".parse().expect("a time"),
        until: "2026-11-22T00:00:00Z".parse().expect("a time"),
        concurrent_executions: Observed::Known(vec![Daily {
            day: "2026-11-20".parse().expect("a day"),
            value: peak,
        }]),
        unreserved_concurrent_executions: Observed::Absent,
        functions: vec![],
        rest_stages: vec![],
        http_apis: vec![],
    }
}

fn row(region: &RegionalAccount, name: &str) -> QuotaUse {
    let rows = of(region).rows;
    let found = rows.into_iter().find(|it| it.name == name);
    found.expect("a row of the name")
}

fn figures(row: &QuotaUse) -> (Option<i64>, Option<i64>, Option<i64>) {
    let value = |it: &Option<crate::Figure>| it.as_ref().map(|it| it.value);
    (
        value(&row.used),
        value(&row.share_percent),
        value(&row.headroom),
    )
}

#[test]
fn share_and_headroom_follow_from_the_applied_quota() {
    let row = row(&region(), "Concurrent executions");
    let applied = Limit {
        value: 2_000,
        basis: Basis::Applied,
    };
    assert_eq!(row.limit, Some(applied));
    // 1,501 x 100 / 2,000 = 75.05, rounded up; 2,000 - 1,501.
    assert_eq!(figures(&row), (Some(1_501), Some(76), Some(499)));
    assert!(row.missing.is_empty());
}

#[test]
fn the_services_own_answer_stands_in_then_the_default_by_its_name() {
    let mut region = region();
    region.servicequotas.lambda = Observed::Known(vec![]);
    let limit = |region: &RegionalAccount| row(region, "Concurrent executions").limit;
    let of = |value, basis| Some(Limit { value, basis });
    // The fixture's account settings say 1,000.
    assert_eq!(limit(&region), of(1_000, Basis::Service));
    region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
    assert_eq!(limit(&region), of(1_000, Basis::Default));
    let interfaces = row(&region, "Network interfaces per Region");
    assert_eq!(interfaces.limit, of(5_000, Basis::Default));
    // The throttle rate differs by region, so there is no default to stand in.
    region.apigateway.account = fixtures::denied("apigateway:GetAccount");
    let rate = row(&region, "Throttle rate");
    assert_eq!(rate.limit, None);
    assert!(rate.missing.iter().any(|it| it.what == "the applied quota"));
}

#[test]
fn a_denied_list_is_no_reason_to_take_the_default() {
    let mut region = region();
    region.servicequotas.vpc = fixtures::denied("service-quotas:ListServiceQuotas");
    let row = row(&region, "Network interfaces per Region");
    assert_eq!((row.limit, &row.share_percent), (None, &None));
    assert_eq!(row.missing[0].what, "the applied quota");
    let cause = row.missing[0]
        .cause
        .as_ref()
        .and_then(|it| it.operation.as_deref());
    assert_eq!(cause, Some("service-quotas:ListServiceQuotas"));
}

#[test]
fn interfaces_are_counted_for_the_region_and_for_each_vpc() {
    let mut region = region();
    let mut other = fixtures::lambda_interface("eni-3", "s3", &["sg-1"]);
    other.kind = Some("interface".to_owned());
    region.ec2.network_interfaces = Observed::Known(vec![
        fixtures::lambda_interface("eni-1", "s1", &["sg-1"]),
        fixtures::lambda_interface("eni-2", "s2", &["sg-1"]),
        other,
    ]);
    assert_eq!(
        figures(&row(&region, "Network interfaces per Region")).0,
        Some(3)
    );
    let of_vpc = row(&region, "Elastic network interfaces per VPC");
    // 2 of 500 are 0.4 %, rounded up.
    assert_eq!(figures(&of_vpc), (Some(2), Some(1), Some(498)));
    region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
    assert_eq!(
        figures(&row(&region, "Network interfaces per Region")).0,
        None
    );
}

#[test]
fn the_rate_in_use_is_that_of_the_busiest_minutes() {
    let mut region = region();
    let stage = |name: &str, minute| RestStageMetrics {
        api: "a".to_owned(),
        stage: name.to_owned(),
        requests: RequestMetrics {
            count: Observed::Known(1.0),
            busiest_minute: minute,
            client_errors: Observed::Absent,
            server_errors: Observed::Absent,
        },
        sources: Sources::default(),
    };
    if let Observed::Known(metrics) = &mut region.cloudwatch.metrics {
        metrics.rest_stages = vec![
            stage("prod", Observed::Known(6_000.0)),
            stage("test", Observed::Known(61.0)),
            stage("unused", Observed::Absent),
        ];
    }
    // 6,061 / 60 = 101.02, rounded up, of the 10,000 of the account's settings: 1.02 %, rounded up.
    let rate = row(&region, "Throttle rate");
    assert_eq!(figures(&rate), (Some(102), Some(2), Some(9_898)));
    assert_eq!(rate.limit.map(|it| it.basis), Some(Basis::Service));
}

#[test]
fn apis_count_by_their_endpoint_and_one_without_a_type_is_edge_optimised() {
    let mut region = region();
    let mut edge = fixtures::rest_api("a2");
    edge.endpoint = None;
    region.apigateway.rest_apis = Observed::Known(vec![fixtures::rest_api("a1"), edge]);
    assert_eq!(figures(&row(&region, "Regional APIs")).0, Some(1));
    assert_eq!(figures(&row(&region, "Edge-optimized APIs")).0, Some(1));
    assert_eq!(figures(&row(&region, "Private APIs")).0, Some(0));
}

#[test]
fn calls_of_kms_are_counted_by_nobody_and_the_row_says_so() {
    let mut region = region();
    region.servicequotas.kms = Observed::Known(vec![quota(
        "L-6E3AF000",
        "Cryptographic operations (symmetric) request rate",
        10_000.0,
    )]);
    let row = row(&region, "Cryptographic operations (symmetric) request rate");
    assert_eq!(row.limit.map(|it| it.value), Some(10_000));
    assert_eq!(figures(&row), (None, None, None));
    assert_eq!(row.missing[0].what, "the use");
}

fn alarm(metric: &str, threshold: f64, comparison: &str) -> MetricAlarm {
    MetricAlarm {
        arn: Arn::new("arn:aws:cloudwatch:eu-central-1:111122223333:alarm:peak"),
        behaviour: Behaviour {
            name: "peak".to_owned(),
            state: Some("OK".to_owned()),
            actions_enabled: Some(true),
            alarm_actions: vec![Arn::new("arn:aws:sns:eu-central-1:111122223333:ops")],
        },
        metric: Some(Metric {
            namespace: Some("AWS/Lambda".to_owned()),
            name: metric.to_owned(),
            dimensions: vec![],
        }),
        expression_metrics: vec![],
        statistic: Some("Maximum".to_owned()),
        period_seconds: Some(60),
        evaluation_periods: Some(1),
        comparison: Some(comparison.to_owned()),
        threshold: Some(threshold),
        sources: Sources::default(),
    }
}

fn alarmed(change: impl FnOnce(&mut RegionalAccount, MetricAlarm)) -> Alarm {
    let mut region = region();
    let peak = alarm("ConcurrentExecutions", 1_600.0, "GreaterThanThreshold");
    change(&mut region, peak);
    row(&region, "Concurrent executions").alarm
}

fn present() -> Alarm {
    Alarm::Present {
        names: vec!["peak".to_owned()],
    }
}

fn silent() -> Alarm {
    Alarm::Silent {
        names: vec!["peak".to_owned()],
    }
}

fn with(change: impl FnOnce(&mut MetricAlarm)) -> Alarm {
    alarmed(|region, mut peak| {
        change(&mut peak);
        region.cloudwatch.metric_alarms = Observed::Known(vec![peak]);
    })
}

#[test]
fn an_alarm_counts_when_it_watches_the_use_in_time_and_tells_somebody() {
    assert_eq!(with(|_| {}), present());
    assert_eq!(with(|it| it.threshold = Some(2_000.0)), silent());
    assert_eq!(
        with(|it| it.comparison = Some("LessThanThreshold".to_owned())),
        silent()
    );
    assert_eq!(
        with(|it| it.behaviour.actions_enabled = Some(false)),
        silent()
    );
    assert_eq!(with(|it| it.behaviour.alarm_actions.clear()), silent());
    let of_a_function = with(|it| {
        if let Some(metric) = &mut it.metric {
            let (name, value) = ("FunctionName".to_owned(), "claims".to_owned());
            metric.dimensions.push(Dimension { name, value });
        }
    });
    assert_eq!(of_a_function, Alarm::Absent);
    // An expression says percent, which no limit is compared with.
    let share = with(|it| {
        it.expression_metrics.extend(it.metric.take());
        it.threshold = Some(80.0);
    });
    assert_eq!(share, present());
}

#[test]
fn a_silent_alarm_that_another_alarm_listens_to_is_heard() {
    let heard = alarmed(|region, mut peak| {
        peak.behaviour.alarm_actions.clear();
        region.cloudwatch.composite_alarms = Observed::Known(vec![CompositeAlarm {
            arn: Arn::new("arn:aws:cloudwatch:eu-central-1:111122223333:alarm:all"),
            behaviour: Behaviour {
                name: "all".to_owned(),
                state: None,
                actions_enabled: Some(true),
                alarm_actions: vec![Arn::new("arn:aws:sns:eu-central-1:111122223333:ops")],
            },
            rule: Some("ALARM(\"peak\") OR ALARM(\"other\")".to_owned()),
            sources: Sources::default(),
        }]);
        region.cloudwatch.metric_alarms = Observed::Known(vec![peak]);
    });
    assert_eq!(heard, present());
}

#[test]
fn alarms_that_cannot_be_read_are_unknown_and_none_is_absent() {
    let denied = alarmed(|region, _| {
        region.cloudwatch.metric_alarms = fixtures::denied("cloudwatch:DescribeAlarms");
    });
    assert_eq!(denied, Alarm::Unknown);
    assert_eq!(alarmed(|_, _| {}), Alarm::Absent);
    assert_eq!(row(&region(), "API keys").alarm, Alarm::NoMetric);
}

#[test]
fn the_metric_that_service_quotas_names_is_watched_too() {
    let mut region = region();
    let mut listed = quota("L-DF5E4CA3", "Network interfaces per Region", 5_000.0);
    listed.usage = Some(UsageMetric {
        namespace: Some("AWS/Usage".to_owned()),
        name: Some("ResourceCount".to_owned()),
        dimensions: Some(BTreeMap::from([("Service".to_owned(), "EC2".to_owned())])),
        statistic: Some("Maximum".to_owned()),
    });
    region.servicequotas.vpc = Observed::Known(vec![listed]);
    let mut usage = alarm("ResourceCount", 4_000.0, "GreaterThanOrEqualToThreshold");
    usage.metric = Some(Metric {
        namespace: Some("AWS/Usage".to_owned()),
        name: "ResourceCount".to_owned(),
        dimensions: vec![Dimension {
            name: "Service".to_owned(),
            value: "EC2".to_owned(),
        }],
    });
    region.cloudwatch.metric_alarms = Observed::Known(vec![usage]);
    assert_eq!(
        row(&region, "Network interfaces per Region").alarm,
        present()
    );
}

fn account(entries: &[(&str, i64)]) -> Account {
    let mut account = fixtures::snapshot().accounts.remove(0);
    account.iam.summary = Observed::Known(Summary {
        entries: entries.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect(),
        sources: Sources::default(),
    });
    account
}

#[test]
fn iam_says_its_use_and_its_quota_in_one_answer() {
    let rows = of_account(&account(&[
        ("Roles", 12),
        ("RolesQuota", 1_000),
        ("Users", 3),
    ]))
    .rows;
    let roles = &rows[0];
    assert_eq!(
        roles.limit,
        Some(Limit {
            value: 1_000,
            basis: Basis::Service
        })
    );
    assert_eq!(figures(roles), (Some(12), Some(2), Some(988)));
    // Neither the answer nor Service Quotas, which was not asked, says the quota of users.
    let users = &rows[1];
    assert_eq!((users.limit, figures(users).0), (None, Some(3)));
    assert!(
        users
            .missing
            .iter()
            .any(|it| it.what == "the applied quota")
    );
    let groups = &rows[2];
    assert_eq!(groups.used, None);
    assert!(groups.missing.iter().any(|it| it.what == "the use"));
}

#[test]
fn where_the_summary_leaves_the_quota_out_the_home_of_iam_has_it() {
    let mut account = account(&[("Roles", 990)]);
    let mut home = fixtures::region("us-east-1");
    home.servicequotas.iam =
        Observed::Known(vec![quota("L-FE177D64", "Roles per account", 1_100.0)]);
    account.regions.push(home);
    let rows = of_account(&account).rows;
    assert_eq!(figures(&rows[0]), (Some(990), Some(90), Some(110)));
    assert_eq!(rows[0].limit.map(|it| it.basis), Some(Basis::Applied));
}
