//! NAT gateways that run out of ports, or that nobody would hear of if they did.

use tripod_model::cloudwatch::{Behaviour, CompositeAlarm, Metric, MetricAlarm};
use tripod_model::ec2::NatGateway;
use tripod_model::{Impact, Observed, Severity, Unknown};

use crate::lambda::failed;
use crate::vpc::{NAT_GATEWAY, nat_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-unwatched-nat-gateway",
    title: "NAT gateway that runs out of ports, or without an alarm for it",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN14"],
    needs: &["ec2:DescribeNatGateways", "cloudwatch:DescribeAlarms"],
    controls: &[Control::Baseline("AVL-1"), Control::Baseline("LOG-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unwatched_nat_gateway.md"),
    run,
};

const NATS: &str = "ec2:DescribeNatGateways";
const ALARMS: &str = "cloudwatch:DescribeAlarms";
/// Counts connections that got no port.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html>
const NAMESPACE: &str = "AWS/NATGateway";
const METRIC: &str = "ErrorPortAllocation";
const DIMENSION: &str = "NatGatewayId";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let alarms = Alarms::of(&scope);
        out.each(
            &scope.region.ec2.nat_gateways,
            || scope.unlisted(NAT_GATEWAY),
            |nat| nat_resource(&scope, nat),
            |nat| decide(nat, &alarms),
        );
    }
}

/// The alarms of a region.
struct Alarms<'a> {
    metric: Result<&'a [MetricAlarm], Unknown>,
    composite: Result<&'a [CompositeAlarm], Unknown>,
}

impl<'a> Alarms<'a> {
    fn of(scope: &Scope<'a>) -> Self {
        Self {
            metric: all(&scope.region.cloudwatch.metric_alarms),
            composite: all(&scope.region.cloudwatch.composite_alarms),
        }
    }

    /// Whether anybody hears of an alarm: by itself, or through one that is put together from others.
    fn is_heard(&self, alarm: &Behaviour) -> Result<bool, Unknown> {
        if tells(alarm) {
            return Ok(true);
        }
        let composite = self.composite.as_ref().map_err(Clone::clone)?;
        Ok(composite
            .iter()
            .any(|above| tells(&above.behaviour) && names(above.rule.as_deref(), alarm)))
    }
}

fn all<T>(list: &Observed<Vec<T>>) -> Result<&[T], Unknown> {
    Ok(list.found()?.map_or(&[][..], Vec::as_slice))
}

fn tells(alarm: &Behaviour) -> bool {
    alarm.actions_enabled != Some(false) && !alarm.alarm_actions.is_empty()
}

/// Whether a rule asks for an alarm: by its name or ARN in quotes, or by its name without.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>
fn names(rule: Option<&str>, alarm: &Behaviour) -> bool {
    rule.unwrap_or_default()
        .split(['(', ')'])
        .map(|part| part.trim().trim_matches('"'))
        .any(|part| part == alarm.name || part.ends_with(&format!(":alarm:{}", alarm.name)))
}

fn decide(nat: &NatGateway, alarms: &Alarms) -> Result<Verdict, Unknown> {
    let unsaid = || failed(NATS, format!("{} was shown without its state", nat.id));
    let state = nat.state.as_deref().ok_or_else(unsaid)?;
    let evidence = nat.sources.evidence(NATS, "");
    if state != "available" {
        return Ok(Verdict::not_applicable(format!("the gateway is {state}")).evidence(evidence));
    }
    let metric = alarms.metric.as_ref().map_err(Clone::clone)?;
    let watching: Vec<&MetricAlarm> = metric.iter().filter(|alarm| watches(alarm, nat)).collect();
    let mut verdict = judge(&watching, alarms)?;
    for alarm in &watching {
        verdict = verdict.evidence(alarm.sources.evidence(ALARMS, ""));
    }
    let names: Vec<&str> = watching
        .iter()
        .map(|it| it.behaviour.name.as_str())
        .collect();
    Ok(verdict
        .detail("alarms", names)
        .detail("addresses", nat.addresses.len())
        .evidence(evidence))
}

/// Whether an alarm is about ports that a gateway could not give.
fn watches(alarm: &MetricAlarm, nat: &NatGateway) -> bool {
    let is_it = |metric: &&Metric| {
        metric.namespace.as_deref() == Some(NAMESPACE)
            && metric.name == METRIC
            && metric
                .dimensions
                .iter()
                .any(|dimension| dimension.name == DIMENSION && dimension.value == nat.id)
    };
    let mut metrics = alarm.metric.iter().chain(&alarm.expression_metrics);
    metrics.any(|metric| is_it(&metric))
}

fn judge(watching: &[&MetricAlarm], alarms: &Alarms) -> Result<Verdict, Unknown> {
    let off = |alarm: &&&MetricAlarm| alarm.behaviour.state.as_deref() == Some("ALARM");
    if let Some(alarm) = watching.iter().find(off) {
        let name = &alarm.behaviour.name;
        return Ok(Verdict::fail(format!(
            "connections get no port: alarm '{name}' on {METRIC} went off"
        )));
    }
    let unwatched = "whether the gateway ran out of ports was not read";
    let Some(first) = watching.first() else {
        return Ok(
            Verdict::fail(format!("no alarm watches {METRIC} of the gateway"))
                .lowered_to(Severity::Low, unwatched),
        );
    };
    for alarm in watching {
        if alarms.is_heard(&alarm.behaviour)? {
            let name = &alarm.behaviour.name;
            return Ok(Verdict::pass(format!(
                "alarm '{name}' watches {METRIC}, tells somebody, and did not go off"
            )));
        }
    }
    let name = &first.behaviour.name;
    Ok(
        Verdict::fail(format!("alarm '{name}' on {METRIC} tells nobody"))
            .lowered_to(Severity::Low, "it did not go off"),
    )
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudwatch::{Behaviour, CompositeAlarm, Dimension, Metric, MetricAlarm};
    use tripod_model::{Arn, Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::nat;

    fn behaviour(name: &str, state: &str, actions: &[&str]) -> Behaviour {
        Behaviour {
            name: name.to_owned(),
            state: Some(state.to_owned()),
            actions_enabled: Some(true),
            alarm_actions: actions.iter().map(|arn| Arn::new(*arn)).collect(),
        }
    }

    fn metric(gateway: &str) -> Metric {
        Metric {
            namespace: Some("AWS/NATGateway".to_owned()),
            name: "ErrorPortAllocation".to_owned(),
            dimensions: vec![Dimension {
                name: "NatGatewayId".to_owned(),
                value: gateway.to_owned(),
            }],
        }
    }

    fn alarm(state: &str, actions: &[&str]) -> MetricAlarm {
        MetricAlarm {
            arn: Arn::new("arn:aws:cloudwatch:eu-central-1:111122223333:alarm:ports"),
            behaviour: behaviour("ports", state, actions),
            metric: Some(metric("nat-1")),
            expression_metrics: vec![],
            statistic: Some("Sum".to_owned()),
            period_seconds: Some(300),
            evaluation_periods: Some(1),
            comparison: Some("GreaterThanThreshold".to_owned()),
            threshold: Some(0.0),
            sources: fixtures::sources(&["cloudwatch:DescribeAlarms"]),
        }
    }

    const TOPIC: &[&str] = &["arn:aws:sns:eu-central-1:111122223333:alarms"];

    fn judge(alarms: Vec<MetricAlarm>, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.nat_gateways = Observed::Known(vec![nat("nat-1", "s1")]);
            region.cloudwatch.metric_alarms = Observed::Known(alarms);
            region.cloudwatch.composite_alarms = Observed::Known(vec![]);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn an_alarm_that_tells_somebody_passes() {
        assert_eq!(
            judge(vec![alarm("OK", TOPIC)], |_| {}).outcome,
            Outcome::Pass
        );
        let mut by_expression = alarm("OK", TOPIC);
        by_expression.expression_metrics = by_expression.metric.take().into_iter().collect();
        assert_eq!(judge(vec![by_expression], |_| {}).outcome, Outcome::Pass);
    }

    #[test]
    fn an_alarm_that_went_off_fails_whoever_is_told() {
        for actions in [TOPIC, &[]] {
            let finding = judge(vec![alarm("ALARM", actions)], |_| {});
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Medium);
            assert!(finding.message.starts_with("connections get no port"));
        }
    }

    #[test]
    fn no_alarm_or_one_on_another_gateway_or_metric_fails_low() {
        let mut other_gateway = alarm("OK", TOPIC);
        other_gateway.metric = Some(metric("nat-2"));
        let mut other_metric = alarm("OK", TOPIC);
        if let Some(metric) = &mut other_metric.metric {
            metric.name = "PacketsDropCount".to_owned();
        }
        for alarms in [vec![], vec![other_gateway], vec![other_metric]] {
            let finding = judge(alarms, |_| {});
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low);
            assert!(finding.message.contains("was not read"));
        }
    }

    #[test]
    fn an_alarm_that_tells_nobody_fails_low() {
        let mut off = alarm("OK", TOPIC);
        off.behaviour.actions_enabled = Some(false);
        for alarm in [alarm("OK", &[]), off] {
            let finding = judge(vec![alarm], |_| {});
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low);
        }
    }

    #[test]
    fn an_alarm_above_it_that_tells_somebody_is_enough() {
        for (rule, outcome) in [
            (r#"ALARM("ports") OR ALARM("other")"#, Outcome::Pass),
            ("ALARM(ports)", Outcome::Pass),
            (r#"ALARM("ports-of-another")"#, Outcome::Fail),
        ] {
            let finding = judge(vec![alarm("OK", &[])], |region| {
                region.cloudwatch.composite_alarms = Observed::Known(vec![CompositeAlarm {
                    arn: Arn::new("arn:aws:cloudwatch:eu-central-1:111122223333:alarm:network"),
                    behaviour: behaviour("network", "OK", TOPIC),
                    rule: Some(rule.to_owned()),
                    sources: fixtures::sources(&["cloudwatch:DescribeAlarms"]),
                }]);
            });
            assert_eq!(finding.outcome, outcome, "{rule}");
        }
    }

    #[test]
    fn a_gateway_that_is_not_available_is_not_applicable() {
        let finding = judge(vec![], |region| {
            let mut gone = nat("nat-1", "s1");
            gone.state = Some("deleted".to_owned());
            region.ec2.nat_gateways = Observed::Known(vec![gone]);
        });
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn unknown_alarms_or_gateways_are_not_assessed() {
        let denied = judge(vec![], |region| {
            region.cloudwatch.metric_alarms = fixtures::denied("cloudwatch:DescribeAlarms");
        });
        assert_denied(&denied, "cloudwatch:DescribeAlarms");
        let denied = judge(vec![alarm("OK", &[])], |region| {
            region.cloudwatch.composite_alarms = fixtures::denied("cloudwatch:DescribeAlarms");
        });
        assert_denied(&denied, "cloudwatch:DescribeAlarms");
        let denied = judge(vec![], |region| {
            region.ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
        });
        assert_denied(&denied, "ec2:DescribeNatGateways");
    }
}
