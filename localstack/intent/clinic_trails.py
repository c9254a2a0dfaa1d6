"""What `clinic` records of itself: its trails and the event data stores of its lake."""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, REGIONS, VIRGINIA, function_arn, key_arn, role_arn
from estate import Estate, policy
from network import one

MADE = "2025-11-03T09:00:00Z"
AUDIT, WEST = (f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}" for region, name in ((FRANKFURT, "clinic-audit"), (IRELAND, "clinic-west")))


def build(estate: Estate) -> None:
    check = "cloudtrail-missing-log-validation"
    estate.expect(AUDIT, one(check), f"{check}: pass, digest files are written")
    estate.expect(WEST, one(check), f"{check}: fail, no digest files")
    documents = trails()
    for region in REGIONS:
        # A multi-Region trail shows up in every region, as a shadow where it is not at home.
        for arn, document in documents.items():
            if document["IsMultiRegionTrail"] or document["HomeRegion"] == region:
                estate.item(region, "cloudtrail", "DescribeTrails", "trailList", document)
                answers(estate, region, arn)
        at_home = [document for document in documents.values() if document["HomeRegion"] == region]
        estate.put(region, "cloudtrail", "DescribeTrails", {"trailList": at_home}, includeShadowTrails=False)
    for region, arn, tags in ((FRANKFURT, AUDIT, {"owner": "security", "retention": "7y"}), (IRELAND, WEST, {})):
        told = [{"Key": name, "Value": value} for name, value in tags.items()]
        estate.put(region, "cloudtrail", "ListTags", {"ResourceTagList": [{"ResourceId": arn, "TagsList": told}]}, ResourceIdList=[arn])
    lake(estate)


def trails() -> dict[str, dict]:
    """One that has everything, and one that covers a region and little else."""
    common = {"S3BucketName": "clinic-trails", "IncludeGlobalServiceEvents": True, "HasCustomEventSelectors": True, "IsOrganizationTrail": False}
    return {
        AUDIT: {
            "Name": "clinic-audit", "TrailARN": AUDIT, "HomeRegion": FRANKFURT, "IsMultiRegionTrail": True, "LogFileValidationEnabled": True, "KmsKeyId": key_arn(FRANKFURT, "claims"), "HasInsightSelectors": True, "S3KeyPrefix": "audit",
            "SnsTopicName": "clinic-trail", "SnsTopicARN": f"arn:aws:sns:{FRANKFURT}:{ACCOUNT}:clinic-trail",
            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:log-group:clinic-trail:*", "CloudWatchLogsRoleArn": role_arn("clinic-trail-logs"), "RecursiveLogging": False, **common,
        },
        WEST: {
            "Name": "clinic-west", "TrailARN": WEST, "HomeRegion": IRELAND, "IsMultiRegionTrail": False, "LogFileValidationEnabled": False, "KmsKeyId": key_arn(IRELAND, "west"), "HasInsightSelectors": False, **common,
        },
    }


def answers(estate: Estate, region: str, arn: str) -> None:
    """What a trail answers when it is asked about by its ARN."""
    estate.put(region, "cloudtrail", "GetTrailStatus", STATUS[arn], Name=arn)
    estate.put(region, "cloudtrail", "GetEventSelectors", {"TrailARN": arn, **SELECTORS[arn]}, TrailName=arn)
    estate.put(region, "cloudtrail", "GetEventConfiguration", {"TrailARN": arn, "AggregationConfigurations": AGGREGATIONS[arn]}, TrailName=arn)
    if arn == AUDIT:
        estate.put(region, "cloudtrail", "GetInsightSelectors", {"TrailARN": arn, "InsightSelectors": [
            {"InsightType": "ApiCallRateInsight", "EventCategories": ["Management", "Data"]},
            {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management"]},
        ]}, TrailName=arn)
    else:
        estate.refuse(region, "cloudtrail", "GetInsightSelectors", "InsightNotEnabledException", TrailName=arn)


LATELY = "2026-11-22T06:00:00Z"
STATUS = {
    AUDIT: {
        "IsLogging": True, "StartLoggingTime": MADE, "LatestDeliveryTime": LATELY, "LatestDigestDeliveryTime": "2026-11-22T05:40:00Z", "LatestCloudWatchLogsDeliveryTime": LATELY, "LatestNotificationTime": LATELY,
        "LatestDeliveryAttemptTime": LATELY, "LatestDeliveryAttemptSucceeded": LATELY, "TimeLoggingStarted": MADE,
    },
    # It records, and what it records has not arrived since the key was switched off.
    WEST: {
        "IsLogging": True, "StartLoggingTime": MADE, "StopLoggingTime": "2026-06-01T08:00:00Z", "LatestDeliveryTime": "2026-11-19T12:00:00Z", "LatestDeliveryError": "KMS.DisabledException",
        "LatestNotificationError": "NotFound", "LatestDeliveryAttemptTime": LATELY, "LatestDeliveryAttemptSucceeded": "2026-11-19T12:00:00Z", "TimeLoggingStarted": MADE,
    },
}
AGGREGATIONS = {AUDIT: [{"EventCategory": "Data", "Templates": ["API_ACTIVITY", "RESOURCE_ACCESS"]}], WEST: []}


def field(name: str, **operators) -> dict:
    return {"Field": name, **{operator: [value] for operator, value in operators.items()}}


FUNCTIONS = [field("eventCategory", Equals="Data"), field("resources.type", Equals="AWS::Lambda::Function")]
PREFIX = function_arn(FRANKFURT, "")
SELECTORS = {
    AUDIT: {"AdvancedEventSelectors": [
        {"Name": "management", "FieldSelectors": [field("eventCategory", Equals="Management")]},
        {"Name": "claims", "FieldSelectors": [*FUNCTIONS, field("resources.ARN", StartsWith=f"{PREFIX}claims-")]},
        {"Name": "documents, reads only", "FieldSelectors": [*FUNCTIONS, field("readOnly", Equals="true"), field("resources.ARN", StartsWith=f"{PREFIX}documents-")]},
        {"Name": "fhir but the export", "FieldSelectors": [*FUNCTIONS, field("resources.ARN", StartsWith=f"{PREFIX}fhir-", NotStartsWith=f"{PREFIX}fhir-export")]},
        {"Name": "notify", "FieldSelectors": [*FUNCTIONS, field("eventName", Equals="Invoke"), field("resources.ARN", Equals=function_arn(VIRGINIA, "notify-slack"))]},
        {"Name": "endpoints", "FieldSelectors": [field("eventCategory", Equals="NetworkActivity"), field("eventSource", Equals="kms.amazonaws.com"), field("errorCode", Equals="VpceAccessDenied")]},
    ]},
    WEST: {"EventSelectors": [
        {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [{"Type": "AWS::Lambda::Function", "Values": [function_arn(IRELAND, "partner-sync")]}], "ExcludeManagementEventSources": []},
        {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False, "DataResources": [{"Type": "AWS::Lambda::Function", "Values": [function_arn(IRELAND, "batch-premium")]}], "ExcludeManagementEventSources": []},
    ]},
}


def lake(estate: Estate) -> None:
    """A store as it should be, and one that anyone may query and delete."""
    open_to_all = policy({"Sid": "Anyone", "Effect": "Allow", "Principal": "*", "Action": ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"], "Resource": "*"})
    store(
        estate, FRANKFURT, "clinic-lake", "0c11a1c0-1111-4b01-8d01-000000000001", protected=True, insights=True,
        more={"RetentionPeriod": 2557, "BillingMode": "FIXED_RETENTION_PRICING", "MultiRegionEnabled": True, "KmsKeyId": key_arn(FRANKFURT, "claims"), "FederationStatus": "ENABLED", "FederationRoleArn": role_arn("clinic-lake")},
    )
    store(
        estate, IRELAND, "clinic-scratch", "0c11a1c0-2222-4b02-8d02-000000000002", protected=False, document=open_to_all,
        more={"RetentionPeriod": 7, "BillingMode": "EXTENDABLE_RETENTION_PRICING", "MultiRegionEnabled": False, "FederationStatus": "DISABLED"},
    )


def store(estate: Estate, region: str, name: str, identifier: str, *, protected: bool, more: dict, insights: bool = False, document: dict | None = None) -> None:
    arn = f"arn:aws:cloudtrail:{region}:{ACCOUNT}:eventdatastore/{identifier}"
    estate.item(region, "cloudtrail", "ListEventDataStores", "EventDataStores", {"EventDataStoreArn": arn, "Name": name})
    estate.put(region, "cloudtrail", "GetEventDataStore", {
        "EventDataStoreArn": arn, "Name": name, "Status": "ENABLED", "TerminationProtectionEnabled": protected, "OrganizationEnabled": False, "CreatedTimestamp": MADE, "UpdatedTimestamp": MADE,
        "AdvancedEventSelectors": [{"Name": "management", "FieldSelectors": [field("eventCategory", Equals="Management")]}], **more,
    }, EventDataStore=arn)
    if insights:
        estate.put(region, "cloudtrail", "GetInsightSelectors", {"EventDataStoreArn": arn, "InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]}]}, EventDataStore=arn)
    else:
        estate.refuse(region, "cloudtrail", "GetInsightSelectors", "InsightNotEnabledException", EventDataStore=arn)
    if document:
        estate.put(region, "cloudtrail", "GetResourcePolicy", {"ResourceArn": arn, "ResourcePolicy": document}, ResourceArn=arn)
    else:
        estate.refuse(region, "cloudtrail", "GetResourcePolicy", "ResourcePolicyNotFoundException", ResourceArn=arn)
