"""What happens in `clinic` without anybody calling: buses and rules, schedules, pipes, state machines."""

import json

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, PARTNER, REGIONS, VIRGINIA, function_arn, key_arn, role_arn
from estate import Estate, policy

MADE = "2025-11-03T09:00:00Z"
CORE = "TRIPODPLANTED"


def build(estate: Estate) -> None:
    for region in REGIONS:
        bus(estate, region, "default")
    buses(estate)
    schedules(estate)
    pipes(estate)
    state_machines(estate)


def buses(estate: Estate) -> None:
    # Anyone in any account may put events on it, and what could not be delivered is lost.
    bus(estate, FRANKFURT, "claims", Policy=policy({"Sid": "anyone", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": f"arn:aws:events:{FRANKFURT}:{ACCOUNT}:event-bus/claims"}))
    # The clean twin: one partner, the clinic's key, a queue for what was not delivered.
    bus(
        estate, IRELAND, "partners", key=key_arn(IRELAND, "premium"), dead_letter=f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-dead",
        Policy=policy({"Sid": "partner", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"}, "Action": "events:PutEvents", "Resource": f"arn:aws:events:{IRELAND}:{ACCOUNT}:event-bus/partners"}),
    )
    rule(estate, FRANKFURT, "default", "archive", [
        {"Id": "archive", "Arn": function_arn(FRANKFURT, "documents-archive"), "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:archive-failed"}, "RetryPolicy": {"MaximumRetryAttempts": 4, "MaximumEventAgeInSeconds": 3600}},
    ], ScheduleExpression="rate(1 day)")
    # Events that its function does not take are lost; the constant that it hands over holds a token.
    rule(estate, FRANKFURT, "claims", "adjudicate", [
        {"Id": "adjudicate", "Arn": function_arn(FRANKFURT, "claims-adjudicate"), "Input": json.dumps({"apiToken": estate.secret(f"ghp_{CORE}e1B2c3D4e5F6g7H8i9J0k1L")})},
        {"Id": "partner", "Arn": f"arn:aws:events:{FRANKFURT}:{PARTNER}:event-bus/intake", "RoleArn": role_arn("clinic-partner")},
    ], EventPattern={"source": ["clinic.claims"]})
    # AWS's own: nobody of the account answers for it.
    rule(estate, FRANKFURT, "default", "StepFunctionsGetEventsForStepFunctionsExecutionRule", [], ManagedBy="states.amazonaws.com", EventPattern={"source": ["aws.states"]})
    rule(estate, IRELAND, "partners", "statements", [{"Id": "statements", "Arn": function_arn(IRELAND, "batch-statements"), "DeadLetterConfig": {"Arn": f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-dead"}}], EventPattern={"source": ["clinic.partner"]})


def bus(estate: Estate, region: str, name: str, key: str | None = None, dead_letter: str | None = None, **more) -> None:
    """A bus, without rules yet."""
    own = {"Name": name, "Arn": f"arn:aws:events:{region}:{ACCOUNT}:event-bus/{name}", **more}
    estate.item(region, "events", "ListEventBuses", "EventBuses", own)
    details = {"KmsKeyIdentifier": key, "DeadLetterConfig": dead_letter and {"Arn": dead_letter}}
    estate.put(region, "events", "DescribeEventBus", own | {member: value for member, value in details.items() if value}, Name=name)
    estate.put(region, "events", "ListRules", {"Rules": []}, EventBusName=name)


def rule(estate: Estate, region: str, bus: str, name: str, targets: list[dict], **more) -> None:
    place = name if bus == "default" else f"{bus}/{name}"
    own = {"Name": name, "Arn": f"arn:aws:events:{region}:{ACCOUNT}:rule/{place}", "State": "ENABLED", "EventBusName": bus, **more}
    estate.item(region, "events", "ListRules", "Rules", own, EventBusName=bus)
    estate.put(region, "events", "ListTargetsByRule", {"Targets": targets}, Rule=name, EventBusName=bus)


def schedules(estate: Estate) -> None:
    for region in REGIONS:
        estate.put(region, "scheduler", "ListSchedules", {"Schedules": []})
    # Nothing is kept of calls that fail, and a role that may do anything makes them.
    schedule(estate, IRELAND, "billing", "monthly-premium", function_arn(IRELAND, "batch-premium"), role_arn("clinic-batch"), Input=json.dumps({"password": estate.secret(f"{CORE}-blauer-Eisvogel-4")}))
    schedule(
        estate, IRELAND, "default", "nightly-statements", function_arn(IRELAND, "batch-statements"), role_arn("clinic-partner"), key=key_arn(IRELAND, "premium"),
        DeadLetterConfig={"Arn": f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-dead"}, RetryPolicy={"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3},
    )
    schedule(estate, IRELAND, "default", "last-year", function_arn(IRELAND, "batch-statements"), role_arn("clinic-partner"), state="DISABLED")


def schedule(estate: Estate, region: str, group: str, name: str, target: str, role: str, key: str | None = None, state: str = "ENABLED", **more) -> None:
    own = {"Arn": f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule/{group}/{name}", "Name": name, "GroupName": group, "State": state, "CreationDate": MADE, "LastModificationDate": MADE}
    estate.item(region, "scheduler", "ListSchedules", "Schedules", own | {"Target": {"Arn": target}})
    whole = own | {"ScheduleExpression": "cron(0 2 * * ? *)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": target, "RoleArn": role, **more}}
    if key:
        whole["KmsKeyArn"] = key
    estate.put(region, "scheduler", "GetSchedule", whole, Name=name, GroupName=group)


def pipes(estate: Estate) -> None:
    for region in REGIONS:
        estate.put(region, "pipes", "ListPipes", {"Pipes": []})
    # Records that it cannot carry hold up the stream until they are too old; a header holds a token.
    pipe(
        estate, FRANKFURT, "patients", f"arn:aws:dynamodb:{FRANKFURT}:{ACCOUNT}:table/patients/stream/2025-11-03T09:00:00.000", function_arn(FRANKFURT, "fhir-export"), role_arn("clinic-fhir"),
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
        TargetParameters={"HttpParameters": {"HeaderParameters": {"Authorization": estate.secret(f"Bearer glpat-{CORE}aBcDeFgH")}}},
    )
    pipe(
        estate, IRELAND, "partner-inbox", f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-inbox", f"arn:aws:events:{IRELAND}:{ACCOUNT}:event-bus/partners", role_arn("clinic-partner"), Enrichment=function_arn(IRELAND, "partner-sync"),
        KmsKeyIdentifier=key_arn(IRELAND, "premium"), SourceParameters={"SqsQueueParameters": {"BatchSize": 10}},
        LogConfiguration={"Level": "ERROR", "CloudwatchLogsLogDestination": {"LogGroupArn": f"arn:aws:logs:{IRELAND}:{ACCOUNT}:log-group:/aws/vendedlogs/pipes/partner-inbox"}},
    )


def pipe(estate: Estate, region: str, name: str, source: str, target: str, role: str, **more) -> None:
    own = {"Arn": f"arn:aws:pipes:{region}:{ACCOUNT}:pipe/{name}", "Name": name, "CurrentState": "RUNNING", "DesiredState": "RUNNING", "Source": source, "Target": target, "CreationTime": MADE, "LastModifiedTime": MADE}
    if "Enrichment" in more:
        own["Enrichment"] = more["Enrichment"]
    estate.item(region, "pipes", "ListPipes", "Pipes", own)
    estate.put(region, "pipes", "DescribePipe", own | {"RoleArn": role, **more}, Name=name)


def state_machines(estate: Estate) -> None:
    estate.put(VIRGINIA, "stepfunctions", "ListStateMachines", {"stateMachines": []})
    # Neither logs nor traces, and its definition holds a password.
    machine(estate, FRANKFURT, "claims-flow", "clinic-claims", {
        "StartAt": "Intake",
        "States": {
            "Intake": {"Type": "Task", "Resource": function_arn(FRANKFURT, "claims-intake"), "Next": "Adjudicate"},
            "Adjudicate": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": f"{function_arn(FRANKFURT, 'claims-adjudicate')}:$LATEST", "Payload": {"password": estate.secret(f"{CORE}-roter-Milan-7")}}, "End": True},
        },
    }, loggingConfiguration={"level": "OFF", "includeExecutionData": False}, tracingConfiguration={"enabled": False})
    machine(estate, IRELAND, "premium-run", "clinic-batch", {
        "QueryLanguage": "JSONata",
        "StartAt": "Run",
        "States": {"Run": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "batch-premium", "Payload": "{% $states.input %}"}, "Next": "Tell"}, "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Arguments": {"TopicArn": f"arn:aws:sns:{IRELAND}:{ACCOUNT}:batch-failed", "Message": "done"}, "End": True}},
    }, loggingConfiguration={"level": "ERROR", "includeExecutionData": False, "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:{IRELAND}:{ACCOUNT}:log-group:/aws/vendedlogs/states/premium-run:*"}}]},
        tracingConfiguration={"enabled": True}, encryptionConfiguration={"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": key_arn(IRELAND, "premium"), "kmsDataKeyReusePeriodSeconds": 300})


def machine(estate: Estate, region: str, name: str, role: str, definition: dict, **more) -> None:
    arn = f"arn:aws:states:{region}:{ACCOUNT}:stateMachine:{name}"
    own = {"stateMachineArn": arn, "name": name, "type": "STANDARD", "creationDate": MADE}
    estate.item(region, "stepfunctions", "ListStateMachines", "stateMachines", own)
    estate.put(region, "stepfunctions", "DescribeStateMachine", own | {"status": "ACTIVE", "definition": definition, "roleArn": role_arn(role), **more}, stateMachineArn=arn)
