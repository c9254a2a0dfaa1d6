"""Buses and rules, schedules, pipes, state machines."""

import json

# What an answer says that a request does not take.
TOLD = ("Arn", "CreationDate", "LastModificationDate", "CreationTime", "LastModifiedTime", "CurrentState")


def seed(seeder) -> None:
    _buses(seeder)
    _schedules(seeder)
    _pipes(seeder)
    _state_machines(seeder)


def _wanted(seeder, answer: dict) -> dict:
    return seeder.mapped({name: value for name, value in answer.items() if name not in TOLD})


def _text(value):
    return value if isinstance(value, str) else json.dumps(value)


def _buses(seeder) -> None:
    events = seeder.client("events", seeder.region)
    for bus in seeder.items("events", "ListEventBuses", "EventBuses"):
        name = bus["Name"]
        own = seeder.documents.answer(seeder.region, "events", "DescribeEventBus", Name=name)
        if name != "default":
            more = {member: own[member] for member in ("KmsKeyIdentifier", "DeadLetterConfig") if member in own}
            seeder.attempt(f"bus {name}", events.create_event_bus, Name=name, **seeder.mapped(more))
        if "Policy" in own:
            seeder.attempt(f"policy of bus {name}", events.put_permission, EventBusName=name, Policy=json.dumps(seeder.mapped(own["Policy"])))
        for rule in seeder.items("events", "ListRules", "Rules", EventBusName=name):
            _rule(seeder, events, name, rule)


def _rule(seeder, events, bus: str, rule: dict) -> None:
    name = rule["Name"]
    if "ManagedBy" in rule:
        seeder.gap(f"rule {name}", "only a service of AWS makes a managed rule")
        return
    more = {member: _text(rule[member]) for member in ("ScheduleExpression", "EventPattern") if member in rule}
    seeder.attempt(f"rule {name}", events.put_rule, Name=name, EventBusName=bus, State=rule["State"], **more)
    targets = seeder.items("events", "ListTargetsByRule", "Targets", Rule=name, EventBusName=bus)
    seeder.attempt(f"targets of {name}", events.put_targets, Rule=name, EventBusName=bus, Targets=seeder.mapped(targets))


def _schedules(seeder) -> None:
    scheduler = seeder.client("scheduler", seeder.region)
    for item in seeder.items("scheduler", "ListSchedules", "Schedules"):
        name, group = item["Name"], item["GroupName"]
        if group != "default":
            seeder.attempt(f"schedule group {group}", scheduler.create_schedule_group, Name=group)
        own = seeder.documents.answer(seeder.region, "scheduler", "GetSchedule", Name=name, GroupName=group)
        seeder.attempt(f"schedule {name}", scheduler.create_schedule, **_wanted(seeder, own))


def _pipes(seeder) -> None:
    pipes = seeder.client("pipes", seeder.region)
    for item in seeder.items("pipes", "ListPipes", "Pipes"):
        own = seeder.documents.answer(seeder.region, "pipes", "DescribePipe", Name=item["Name"])
        seeder.attempt(f"pipe {item['Name']}", pipes.create_pipe, **_wanted(seeder, own))


def _state_machines(seeder) -> None:
    states = seeder.client("stepfunctions", seeder.region)
    for item in seeder.items("stepfunctions", "ListStateMachines", "stateMachines"):
        own = seeder.documents.answer(seeder.region, "stepfunctions", "DescribeStateMachine", stateMachineArn=item["stateMachineArn"])
        members = ("name", "type", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
        wanted = seeder.mapped({member: own[member] for member in members if member in own})
        seeder.attempt(f"state machine {item['name']}", states.create_state_machine, definition=json.dumps(seeder.mapped(own["definition"])), **wanted)
