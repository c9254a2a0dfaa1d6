//! Whether somebody is told before a quota is used up.

use serde::Serialize;
use tripod_model::RegionalAccount;
use tripod_model::cloudwatch::{Behaviour, CompositeAlarm, Dimension, Metric, MetricAlarm};
use tripod_model::servicequotas::UsageMetric;

use crate::stated::Missing;

/// Whether somebody is told before a quota is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "alarm")]
pub enum Alarm {
    /// Alarms that do something when the use rises.
    Present {
        /// Their names.
        names: Vec<String>,
    },
    /// Alarms watch the metric, but tell nobody, or go off too late.
    Silent {
        /// Their names.
        names: Vec<String>,
    },
    /// No alarm watches the metric.
    Absent,
    /// CloudWatch has no metric of the use that an alarm could watch.
    NoMetric,
    /// Cannot be said: the alarms, or the metric of the use, are not known.
    Unknown,
}

/// A metric that counts the use of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Watched {
    namespace: String,
    name: String,
    /// Sorted.
    dimensions: Vec<(String, String)>,
}

impl Watched {
    /// A metric of Lambda over the whole region.
    pub(crate) fn of_lambda(name: &str) -> Self {
        Self {
            namespace: "AWS/Lambda".to_owned(),
            name: name.to_owned(),
            dimensions: Vec::new(),
        }
    }

    /// The metric that Service Quotas names.
    pub(crate) fn of_quota(usage: &UsageMetric) -> Option<Self> {
        let dimensions = usage.dimensions.iter().flatten();
        Some(Self {
            namespace: usage.namespace.clone()?,
            name: usage.name.clone()?,
            // A map is sorted.
            dimensions: dimensions.map(|(k, v)| (k.clone(), v.clone())).collect(),
        })
    }

    fn is(&self, metric: &Metric) -> bool {
        let mut dimensions: Vec<_> = metric.dimensions.iter().collect();
        dimensions.sort();
        let same = |(own, other): (&(String, String), &&Dimension)| {
            own.0 == other.name && own.1 == other.value
        };
        metric.namespace.as_deref() == Some(&self.namespace)
            && metric.name == self.name
            && dimensions.len() == self.dimensions.len()
            && self.dimensions.iter().zip(&dimensions).all(same)
    }
}

/// What the alarms of a region say of a use.
pub(crate) fn of(
    region: &RegionalAccount,
    watched: &[Watched],
    limit: Option<i64>,
    missing: &mut Vec<Missing>,
) -> Alarm {
    if watched.is_empty() {
        return Alarm::NoMetric;
    }
    let cloudwatch = &region.cloudwatch;
    let (alarms, composites) = match (
        cloudwatch.metric_alarms.found(),
        cloudwatch.composite_alarms.found(),
    ) {
        (Ok(alarms), Ok(composites)) => (alarms, composites),
        (Err(unknown), _) | (_, Err(unknown)) => {
            missing.push(Missing::widening("the alarms", unknown));
            return Alarm::Unknown;
        }
    };
    let watching: Vec<&MetricAlarm> = alarms
        .into_iter()
        .flatten()
        .filter(|alarm| watches(alarm, watched))
        .collect();
    let names = |alarms: &[&MetricAlarm]| {
        let names = alarms.iter().map(|it| it.behaviour.name.clone());
        names.collect::<Vec<_>>()
    };
    let composites: Vec<&CompositeAlarm> = composites.into_iter().flatten().collect();
    let telling: Vec<&MetricAlarm> = watching
        .iter()
        .copied()
        .filter(|alarm| in_time(alarm, limit) && tells(alarm, &composites))
        .collect();
    if !telling.is_empty() {
        Alarm::Present {
            names: names(&telling),
        }
    } else if watching.is_empty() {
        Alarm::Absent
    } else {
        Alarm::Silent {
            names: names(&watching),
        }
    }
}

fn watches(alarm: &MetricAlarm, watched: &[Watched]) -> bool {
    let metrics = alarm.metric.iter().chain(&alarm.expression_metrics);
    let mut metrics = metrics.filter(|metric| watched.iter().any(|it| it.is(metric)));
    metrics.next().is_some()
}

/// Whether it goes off when the use rises, and below the limit. What an expression comes to is in its own unit.
fn in_time(alarm: &MetricAlarm, limit: Option<i64>) -> bool {
    let rises = alarm
        .comparison
        .as_deref()
        .is_some_and(|it| it.starts_with("GreaterThan"));
    let Some(threshold) = alarm
        .threshold
        .filter(|_| alarm.expression_metrics.is_empty())
    else {
        return rises;
    };
    rises && limit.is_none_or(|limit| crate::stated::rounded_up(threshold) < limit)
}

/// By itself, or by an alarm on it.
fn tells(alarm: &MetricAlarm, composites: &[&CompositeAlarm]) -> bool {
    let acts = |behaviour: &Behaviour| {
        behaviour.actions_enabled != Some(false) && !behaviour.alarm_actions.is_empty()
    };
    let (name, arn) = (&alarm.behaviour.name, alarm.arn.as_str());
    let quoted = [
        format!("\"{name}\""),
        format!("'{name}'"),
        format!("({name})"),
    ];
    let on_it = |composite: &&CompositeAlarm| {
        let rule = composite.rule.as_deref().unwrap_or_default();
        rule.contains(arn) || quoted.iter().any(|it| rule.contains(it))
    };
    acts(&alarm.behaviour) || composites.iter().any(|it| acts(&it.behaviour) && on_it(it))
}

/// Metrics of a region's concurrency that an alarm may watch.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html>
pub(crate) fn of_concurrency() -> Vec<Watched> {
    [
        "ConcurrentExecutions",
        "UnreservedConcurrentExecutions",
        "ClaimedAccountConcurrency",
    ]
    .map(Watched::of_lambda)
    .to_vec()
}
