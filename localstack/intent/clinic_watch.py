"""What of `clinic` watches: log groups, metric filters, alarms, metrics. Built last, of what the rest holds."""

import zlib

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, PARTNER, REGIONS, VIRGINIA, key_arn, role_arn
from estate import Estate, policy

MADE = 1772438400000
DAYS = ("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")
TOPIC = f"arn:aws:sns:{FRANKFURT}:{ACCOUNT}:clinic-alarms"
# Functions that have never run, so nobody made their groups.
SILENT = ("documents-archive", "partner-sync")


def build(estate: Estate) -> None:
    for region in REGIONS:
        groups(estate, region)
        metrics(estate, region)
    filters(estate)
    policies(estate)
    alarms(estate)


def functions_of(estate: Estate, region: str) -> list[str]:
    """Names of the functions, each once: the list has their published versions too."""
    return sorted({item["FunctionName"] for item in estate.answers(region, "lambda", "ListFunctions", "Functions")})


def groups(estate: Estate, region: str) -> None:
    """Kept for ever and under AWS's key, but for the good ones."""
    for name in functions_of(estate, region):
        if name not in SILENT:
            group(estate, region, f"/aws/lambda/{name}", **GOOD.get(name, {}))
    group(estate, region, "/clinic/flow", retentionInDays=90)
    if region == FRANKFURT:
        group(estate, region, "clinic-trail", retentionInDays=365, kmsKeyId=key_arn(region, "claims"), deletionProtectionEnabled=True)
        group(estate, region, "aws-waf-logs-clinic", retentionInDays=30)
        group(estate, region, "/clinic/archive", logGroupClass="INFREQUENT_ACCESS", retentionInDays=3653)
    for name, destination in SUBSCRIPTIONS.get(region, {}).items():
        estate.put(region, "logs", "DescribeSubscriptionFilters", {"subscriptionFilters": [
            {"filterName": "ship", "logGroupName": name, "filterPattern": "", "destinationArn": destination, "distribution": "ByLogStream", "creationTime": MADE},
        ]}, logGroupName=name)
    estate.put(region, "logs", "DescribeSubscriptionFilters", {"subscriptionFilters": []})


GOOD = {
    "claims-intake": {"retentionInDays": 30, "kmsKeyId": key_arn(FRANKFURT, "claims"), "dataProtectionStatus": "ACTIVATED", "inheritedProperties": ["ACCOUNT_DATA_PROTECTION"]},
    "claims-adjudicate": {"retentionInDays": 1},
    "fhir-patient": {"retentionInDays": 365, "kmsKeyId": key_arn(FRANKFURT, "shared"), "deletionProtectionEnabled": True},
    "notify-slack": {"retentionInDays": 14, "dataProtectionStatus": "DISABLED"},
}
SUBSCRIPTIONS = {
    FRANKFURT: {
        "/aws/lambda/claims-intake": f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:function:documents-index",
        "/aws/lambda/partner-hook": f"arn:aws:logs:{FRANKFURT}:{PARTNER}:destination:partner-analytics",
    },
}


def group(estate: Estate, region: str, name: str, **more) -> None:
    arn = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}"
    estate.item(region, "logs", "DescribeLogGroups", "logGroups", {
        "logGroupName": name, "creationTime": MADE, "metricFilterCount": 0, "arn": f"{arn}:*", "logGroupArn": arn, "storedBytes": zlib.crc32(name.encode()) % 100000,
        "logGroupClass": "STANDARD", "deletionProtectionEnabled": False, **more,
    })


def filters(estate: Estate) -> None:
    """The root user is watched, failed sign-ins are counted for nobody, a pattern without metric is nonsense AWS allows not."""
    for name, pattern in (
        ("root-use", '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'),
        ("failed-signin", '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }'),
    ):
        estate.item(FRANKFURT, "logs", "DescribeMetricFilters", "metricFilters", {
            "filterName": name, "filterPattern": pattern, "logGroupName": "clinic-trail", "creationTime": MADE,
            "metricTransformations": [{"metricName": name, "metricNamespace": "Clinic", "metricValue": "1"}],
        })


def policies(estate: Estate) -> None:
    """Anybody may write to Frankfurt's logs; in Ireland a service of this account only."""
    writes = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    es = {"Principal": {"Service": "es.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
    for region, name, statement in ((FRANKFURT, "open", {"Principal": "*"}), (IRELAND, "search", es)):
        estate.item(region, "logs", "DescribeResourcePolicies", "resourcePolicies", {"policyName": name, "policyDocument": policy(writes | statement), "lastUpdatedTime": MADE})
    data = {"Name": "mask", "Version": "2021-06-01", "Statement": []}
    estate.put(FRANKFURT, "logs", "DescribeAccountPolicies", {"accountPolicies": [
        {"policyName": "mask", "policyDocument": data, "policyType": "DATA_PROTECTION_POLICY", "scope": "ALL", "accountId": ACCOUNT, "lastUpdatedTime": MADE},
    ]}, policyType="DATA_PROTECTION_POLICY")
    ship = {"DestinationArn": f"arn:aws:logs:{VIRGINIA}:{PARTNER}:destination:everything", "FilterPattern": "", "Distribution": "Random"}
    estate.put(VIRGINIA, "logs", "DescribeAccountPolicies", {"accountPolicies": [
        {"policyName": "ship", "policyDocument": ship, "policyType": "SUBSCRIPTION_FILTER_POLICY", "scope": "ALL", "accountId": ACCOUNT, "lastUpdatedTime": MADE,
         "selectionCriteria": 'LogGroupName NOT IN ["/aws/lambda/notify-slack"]'},
    ]}, policyType="SUBSCRIPTION_FILTER_POLICY")
    for region in REGIONS:
        for kind, there in (("DATA_PROTECTION_POLICY", FRANKFURT), ("SUBSCRIPTION_FILTER_POLICY", VIRGINIA)):
            if region != there:
                estate.put(region, "logs", "DescribeAccountPolicies", {"accountPolicies": []}, policyType=kind)
    destination(estate, "open", {"Principal": {"AWS": "*"}})
    destination(estate, "partner", {"Principal": {"AWS": PARTNER}})


def destination(estate: Estate, name: str, statement: dict) -> None:
    arn = f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:destination:{name}"
    access = policy({"Effect": "Allow", "Action": "logs:PutSubscriptionFilter", "Resource": arn} | statement)
    estate.item(FRANKFURT, "logs", "DescribeDestinations", "destinations", {
        "destinationName": name, "arn": arn, "targetArn": f"arn:aws:kinesis:{FRANKFURT}:{ACCOUNT}:stream/central-logs", "roleArn": role_arn("clinic-trail-logs"), "accessPolicy": access, "creationTime": MADE,
    })


def alarms(estate: Estate) -> None:
    """One that tells somebody, one that is switched off, one that tells nobody, one that never had data."""
    def on(function: str) -> list[dict]:
        return [{"Name": "FunctionName", "Value": function}]

    alarm(estate, "root-use", "Clinic", "root-use", [], AlarmActions=[TOPIC])
    alarm(estate, "claims-intake-errors", "AWS/Lambda", "Errors", on("claims-intake"), AlarmActions=[TOPIC])
    alarm(estate, "claims-webhook-errors", "AWS/Lambda", "Errors", on("claims-webhook"), AlarmActions=[TOPIC], ActionsEnabled=False)
    alarm(estate, "throttles", "AWS/Lambda", "Throttles", [], StateValue="INSUFFICIENT_DATA")
    alarm(estate, "claims-api-5xx", "AWS/ApiGateway", "5XXError", [{"Name": "ApiName", "Value": "claims-api"}], AlarmActions=[TOPIC], Threshold=5.0, StateValue="ALARM")
    arn = f"arn:aws:cloudwatch:{FRANKFURT}:{ACCOUNT}:alarm:claims-down"
    estate.item(FRANKFURT, "cloudwatch", "DescribeAlarms", "CompositeAlarms", {
        "AlarmName": "claims-down", "AlarmArn": arn, "AlarmRule": 'ALARM("claims-api-5xx") OR ALARM("claims-intake-errors")', "ActionsEnabled": True, "AlarmActions": [TOPIC], "OKActions": [], "InsufficientDataActions": [], "StateValue": "ALARM",
    })


def alarm(estate: Estate, name: str, namespace: str, metric: str, dimensions: list, **more) -> None:
    estate.item(FRANKFURT, "cloudwatch", "DescribeAlarms", "MetricAlarms", {
        "AlarmName": name, "AlarmArn": f"arn:aws:cloudwatch:{FRANKFURT}:{ACCOUNT}:alarm:{name}", "ActionsEnabled": True, "OKActions": [], "AlarmActions": [], "InsufficientDataActions": [], "StateValue": "OK",
        "Namespace": namespace, "MetricName": metric, "Dimensions": dimensions, "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching", **more,
    })


# Values of three days, by function and in the order in which the metrics are asked: concurrency, duration
# p50, p99 and longest, invocations, throttles, errors. What is not here was not called.
BUSY = {
    "claims-intake": ((12, 40, 18), (80, 90, 85), (900, 1900, 1100), (2500, 6100, 2600), (90000, 110000, 95000), (0, 0, 0), (3, 1, 0)),
    "claims-adjudicate": ((60, 100, 99), (4000, 4100, 4050), (28000, 29500, 29000), (30000, 30000, 30000), (20000, 21000, 20500), (40, 900, 350), (10, 12, 9)),
    "batch-premium": ((400, 700, 650), (600000, 610000, 605000), (880000, 899000, 890000), (900000, 900000, 900000), (4000, 4100, 4050), (0, 3, 0), (200, 180, 190)),
    "portal-authorizer": ((5, 6, 7), (9, 9, 9), (30, 28, 31), (120, 90, 110), (50000, 52000, 51000), (0, 0, 0), (0, 0, 0)),
}
API = {"Count": (90500, 110300, 95200), "client": (700, 900, 20000), "server": (3, 1, 2)}


def metrics(estate: Estate, region: str) -> None:
    """Answers in the order of the questions: the region's own, then functions, stages of REST APIs, HTTP APIs."""
    functions = functions_of(estate, region)
    busy = [BUSY[name] for name in functions if name in BUSY]
    together = tuple(map(sum, zip(*(values[0] for values in busy))))
    series = [together, together, *(values for name in functions for values in BUSY.get(name, [()] * 7))]
    apis = len(estate.answers(region, "apigateway", "GetStages", "item")) + len(estate.answers(region, "apigatewayv2", "GetApis", "Items"))
    for number in range(apis):
        series += API.values() if number == 0 else [()] * 3
    minutes = [[420, 1310, 800] if number == 0 else [] for number in range(apis)]
    count = {"Metric": {"Namespace": "AWS/ApiGateway", "MetricName": "Count"}, "Period": 60, "Stat": "Sum"}
    by_minute = [{"Id": f"q{number}", "MetricStat": count} for number in range(apis)]
    estate.put(region, "cloudwatch", "GetMetricData", {"MetricDataResults": results(minutes), "Messages": []}, MetricDataQueries=by_minute)
    estate.put(region, "cloudwatch", "GetMetricData", {"MetricDataResults": results(series), "Messages": []})


def results(series: list) -> list[dict]:
    return [
        {"Id": f"q{at}", "Label": f"q{at}", "Timestamps": DAYS[: len(values)], "Values": [float(value) for value in values], "StatusCode": "Complete"}
        for at, values in enumerate(map(list, series))
    ]
