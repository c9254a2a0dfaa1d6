//! Entries by services that call functions on events.

use tripod_model::elbv2::FunctionGroup;
use tripod_model::events::EventBus;
use tripod_model::lambda::EventSourceMapping;
use tripod_model::{Arn, Observed, RegionalAccount, Unknown};

use super::EntryKind;
use super::bounds::{Door, Limit, LimitKind};
use super::rate::{Bound, Rate};
use super::target::Target;
use crate::stated::{Missing, lacking};

/// Executions at once that Lambda gives the mapping of a queue that sets no maximum.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>
const OF_A_QUEUE: i64 = 1_250;
/// Executions at once of one provisioned poller of a queue.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html>
const OF_A_POLLER: i64 = 10;
/// Executions at once that Lambda gives the mapping of an ActiveMQ broker; of RabbitMQ it is one, and an ARN does
/// not tell them apart. <https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html>
const OF_A_BROKER: i64 = 5;
/// Batches of one shard at once that a stream's mapping asks for where it sets nothing.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
const OF_A_SHARD: i64 = 1;

/// Every mapping, rule, schedule, pipe, subscription, target group and task of the region that leads to a
/// function and is switched on.
pub(crate) fn of<'a>(region: &'a RegionalAccount, missing: &mut Vec<Missing>) -> Vec<Door<'a>> {
    let mut doors = Vec::new();
    mappings(region, &mut doors, missing);
    rules(region, &mut doors, missing);
    schedules(region, &mut doors, missing);
    pipes(region, &mut doors, missing);
    subscriptions(region, &mut doors, missing);
    groups(region, &mut doors, missing);
    tasks(region, &mut doors, missing);
    doors
}

/// The items of a list; where it is not known, a note.
fn listed<'a, T>(
    list: &'a Observed<Vec<T>>,
    what: impl Into<String>,
    missing: &mut Vec<Missing>,
) -> &'a [T] {
    match list.found() {
        Ok(items) => items.map_or(&[], Vec::as_slice),
        Err(unknown) => {
            missing.push(Missing::widening(what, unknown));
            &[]
        }
    }
}

/// An entry that nothing holds back: Lambda takes what other services of AWS send without a limit of its own.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
fn unbounded<'a>(kind: EntryKind, arn: &'a Arn, name: String, target: Target<'a>) -> Door<'a> {
    Door {
        kind,
        arn,
        name,
        stage_arn: None,
        throttle_key: None,
        open: None,
        target,
        limits: Vec::new(),
        at_least: 0,
        web_acl: None,
        missing: Vec::new(),
    }
}

fn mappings<'a>(
    region: &'a RegionalAccount,
    doors: &mut Vec<Door<'a>>,
    missing: &mut Vec<Missing>,
) {
    for mapping in listed(
        &region.lambda.event_source_mappings,
        "the event source mappings",
        missing,
    ) {
        let off = ["Disabled", "Disabling", "Deleting"];
        let state = mapping.state.as_deref().unwrap_or_default();
        let target = mapping
            .function_arn
            .as_ref()
            .and_then(|it| Target::of_arn(it.as_str()));
        let (false, Some(target)) = (off.contains(&state), target) else {
            continue;
        };
        doors.extend(mapping.function_arn.as_ref().map(|function| {
            let source = mapping.event_source_arn.as_ref();
            let name = source.map_or(mapping.uuid.as_str(), Arn::as_str).to_owned();
            let arn = mapping.arn.as_ref().unwrap_or(function);
            let mut door = unbounded(EntryKind::EventSourceMapping, arn, name, target);
            bound(mapping, &mut door);
            door
        }));
    }
}

/// What bounds a mapping, by its source.
fn bound(mapping: &EventSourceMapping, door: &mut Door<'_>) {
    let executions =
        |kind, of: &str, executions| Limit::new(kind, of, Bound::Executions { executions });
    let service = mapping
        .event_source_arn
        .as_ref()
        .and_then(|it| it.service());
    match service {
        Some("sqs") => door.limits.push(of_queue(mapping)),
        Some("mq") => door.limits.push(executions(
            LimitKind::Default,
            "AWS's default for a broker",
            OF_A_BROKER,
        )),
        Some("kinesis" | "dynamodb") => {
            let factor = mapping.stream.parallelization_factor;
            door.at_least = factor.unwrap_or(OF_A_SHARD).max(1);
            door.missing
                .push(unread("the number of shards of the stream"));
        }
        _ => {
            door.at_least = 1;
            door.missing
                .push(unread("the number of partitions of the source"));
        }
    }
}

fn of_queue(mapping: &EventSourceMapping) -> Limit {
    let pollers = mapping
        .provisioned_pollers
        .as_ref()
        .and_then(|it| it.maximum);
    let (kind, of, executions) = match (mapping.maximum_concurrency, pollers) {
        (Some(maximum), _) => (
            LimitKind::MaximumConcurrency,
            "the mapping".to_owned(),
            maximum,
        ),
        (None, Some(pollers)) => (
            LimitKind::Pollers,
            format!("{pollers} pollers of {OF_A_POLLER} executions"),
            pollers.saturating_mul(OF_A_POLLER),
        ),
        (None, None) => (
            LimitKind::Default,
            "AWS's default for a queue".to_owned(),
            OF_A_QUEUE,
        ),
    };
    Limit::new(kind, of, Bound::Executions { executions })
}

/// Something that no collector reads.
fn unread(what: &str) -> Missing {
    Missing::deciding(what, Unknown::NotCollected)
}

fn rules<'a>(region: &'a RegionalAccount, doors: &mut Vec<Door<'a>>, missing: &mut Vec<Missing>) {
    for bus in listed(&region.events.buses, "the event buses", missing) {
        let what = format!("the rules of bus {}", bus.name);
        for rule in listed(&bus.rules, what, missing) {
            if rule.state.as_deref() == Some("DISABLED") || rule.managed_by.is_some() {
                continue;
            }
            let what = format!("the targets of rule {}", rule.name);
            for target in listed(&rule.targets, what, missing) {
                let Some(function) = Target::of_arn(target.arn.as_str()) else {
                    continue;
                };
                let name = format!("rule {} of bus {}", rule.name, bus.name);
                let mut door = unbounded(EntryKind::Rule, &rule.arn, name, function);
                schedule_or_pattern(bus, &mut door);
                doors.push(door);
            }
        }
    }
}

/// Only the default bus has schedules, which call once a minute at most; whether a rule is one is not kept.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html>
fn schedule_or_pattern(bus: &EventBus, door: &mut Door<'_>) {
    if bus.name == "default" {
        door.at_least = 1;
        door.missing
            .push(unread("whether the rule is a schedule or a pattern"));
    }
}

/// A schedule calls once a minute at most.
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>
fn schedules<'a>(
    region: &'a RegionalAccount,
    doors: &mut Vec<Door<'a>>,
    missing: &mut Vec<Missing>,
) {
    for schedule in listed(&region.scheduler.schedules, "the schedules", missing) {
        let target = schedule
            .target
            .as_ref()
            .and_then(|it| Target::of_arn(it.as_str()));
        let (false, Some(target)) = (schedule.state.as_deref() == Some("DISABLED"), target) else {
            continue;
        };
        let name = format!("schedule {}", schedule.name);
        let mut door = unbounded(EntryKind::Schedule, &schedule.arn, name, target);
        let bound = Bound::Requests {
            rate: Rate::of(1, 60),
            burst: 0,
        };
        door.limits.push(Limit::new(
            LimitKind::Schedule,
            "at most once a minute",
            bound,
        ));
        doors.push(door);
    }
}

/// How many batches a pipe runs at once depends on its source, which is not read.
fn pipes<'a>(region: &'a RegionalAccount, doors: &mut Vec<Door<'a>>, missing: &mut Vec<Missing>) {
    for pipe in listed(&region.pipes.pipes, "the pipes", missing) {
        if pipe
            .current_state
            .as_deref()
            .is_some_and(|it| it.starts_with("STOP"))
        {
            continue;
        }
        for arn in [&pipe.enrichment, &pipe.target].into_iter().flatten() {
            let Some(target) = Target::of_arn(arn.as_str()) else {
                continue;
            };
            let name = format!("pipe {}", pipe.name);
            let mut door = unbounded(EntryKind::Pipe, &pipe.arn, name, target);
            door.at_least = 1;
            door.missing
                .push(unread("how many batches the pipe runs at once"));
            doors.push(door);
        }
    }
}

fn subscriptions<'a>(
    region: &'a RegionalAccount,
    doors: &mut Vec<Door<'a>>,
    missing: &mut Vec<Missing>,
) {
    for subscription in listed(&region.sns.subscriptions, "the subscriptions", missing) {
        let endpoint = subscription.endpoint.as_ref();
        let function = endpoint.and_then(|it| Target::of_arn(it.as_str()));
        let (true, Some(function)) = (subscription.confirmed != Some(false), function) else {
            continue;
        };
        let topic = &subscription.topic;
        let name = format!("topic {topic}");
        doors.push(unbounded(EntryKind::Subscription, topic, name, function));
    }
}

fn groups<'a>(region: &'a RegionalAccount, doors: &mut Vec<Door<'a>>, missing: &mut Vec<Missing>) {
    let groups: &[FunctionGroup] = listed(
        &region.elbv2.function_groups,
        "the target groups of load balancers",
        missing,
    );
    for group in groups.iter().filter(|it| !it.load_balancers.is_empty()) {
        let what = format!("the functions of {}", group.arn);
        for function in listed(&group.functions, what, missing) {
            let Some(target) = Target::of_arn(function.as_str()) else {
                continue;
            };
            let name = format!("target group {}", group.arn);
            let mut door = unbounded(EntryKind::TargetGroup, &group.arn, name, target);
            // Listeners may authenticate callers first; which of their rules do is not kept.
            door.open = None;
            doors.push(door);
        }
    }
}

fn tasks<'a>(region: &'a RegionalAccount, doors: &mut Vec<Door<'a>>, missing: &mut Vec<Missing>) {
    for machine in listed(
        &region.stepfunctions.state_machines,
        "the state machines",
        missing,
    ) {
        let details = machine.details.found().and_then(|details| {
            details.ok_or_else(|| lacking("stepfunctions:DescribeStateMachine", "no answer"))
        });
        let what = format!("the tasks of state machine {}", machine.name);
        let details = match details {
            Ok(details) => details,
            Err(unknown) => {
                missing.push(Missing::widening(what, unknown));
                continue;
            }
        };
        for task in listed(&details.tasks, what, missing) {
            let by_arn = Target::of_arn(task.resource.as_str());
            let target = by_arn.or_else(|| task.function.as_deref().map(Target::of_name));
            let Some(target) = target else { continue };
            let name = format!("state machine {}", machine.name);
            doors.push(unbounded(EntryKind::Task, &machine.arn, name, target));
        }
    }
}
