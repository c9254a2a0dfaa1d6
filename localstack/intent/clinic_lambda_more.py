"""What `clinic` has of Lambda beside the functions themselves: what is set of some, their versions and
aliases, layers, event sources, capacity providers. Weak ones stand beside clean ones; no check judges
them yet, so that no outcome is said here."""

from clinic_names import ACCOUNT, FRANKFURT, GROUP, IRELAND, ORGANIZATION, PARTNER, SUBNET, VIRGINIA, function_arn, key_arn, role_arn
from estate import Estate, policy

CORE = "TRIPODPLANTED"
CREATED = "2026-03-02T08:00:00.000+0000"


def token(estate: Estate, end: str) -> str:
    """A secret that somebody pasted where text goes."""
    return estate.secret(f"ghp_{CORE}a1B2c3D4e5F6g7H8i9J{end}")


def layer_arn(region: str, name: str, version: int, account: str = ACCOUNT) -> str:
    return f"arn:aws:lambda:{region}:{account}:layer:{name}:{version}"


def runtime_arn(region: str, end: str) -> str:
    return f"arn:aws:lambda:{region}::runtime:{end * 64}"


def provider_arn(name: str) -> str:
    return f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:capacity-provider:{name}"


def instances(name: str) -> dict:
    return {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": provider_arn(name), "PerExecutionEnvironmentMaxConcurrency": 32, "ExecutionEnvironmentMemoryGiBPerVCpu": 4.0}}


SIGNER = f"arn:aws:signer:{FRANKFURT}:{ACCOUNT}:/signing"

# Members of a function's configuration, by function.
SETTINGS = {
    # The model of a function: traced, its log in JSON and in a group of its own, code and layer signed.
    "claims-intake": {
        "TracingConfig": {"Mode": "Active"}, "ConfigSha256": "Y2xhaW1zLWludGFrZS1jb25maWd1cmF0aW9uLXNoYTI=",
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN", "LogGroup": "/clinic/claims"},
        "SigningProfileVersionArn": f"{SIGNER}-profiles/clinic/0c11a1c001", "SigningJobArn": f"{SIGNER}-jobs/0c11a1c0-0000-4000-8000-0000000000f1",
        "Layers": [{"Arn": layer_arn(FRANKFURT, "clinic-common", 3), "CodeSize": 20480, "SigningProfileVersionArn": f"{SIGNER}-profiles/clinic/0c11a1c001", "SigningJobArn": f"{SIGNER}-jobs/0c11a1c0-0000-4000-8000-0000000000f2"}],
    },
    "claims-adjudicate": {"EphemeralStorage": {"Size": 10240}, "Architectures": ["arm64"]},
    "claims-webhook": {"SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}},
    # Another account's layer, and a file system.
    "documents-ocr": {
        "Layers": [{"Arn": layer_arn(FRANKFURT, "ocr-engine", 4, PARTNER), "CodeSize": 1048576}, {"Arn": layer_arn(FRANKFURT, "clinic-open", 1), "CodeSize": 4096}],
        "FileSystemConfigs": [{"Arn": f"arn:aws:elasticfilesystem:{FRANKFURT}:{ACCOUNT}:access-point/fsap-0c11a1c0000000001", "LocalMountPath": "/mnt/documents"}],
    },
    "documents-archive": {"CapacityProviderConfig": instances("archive-fleet"), "MemorySize": 4096},
    "fhir-export": {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}},
    # A durable function under the account's key and for a month, beside one that keeps everything.
    "batch-premium": {"DurableConfig": {"KMSKeyArn": key_arn(IRELAND, "premium"), "RetentionPeriodInDays": 30, "ExecutionTimeout": 86400}},
    "partner-sync": {"DurableConfig": {"RetentionPeriodInDays": 90, "ExecutionTimeout": 31536000}},
}

# Members of GetFunction's configuration and code that no list shows, by function.
LIVE = {
    "claims-intake": {"RuntimeVersionConfig": {"RuntimeVersionArn": runtime_arn(FRANKFURT, "a")}},
    "claims-adjudicate": {"RuntimeVersionConfig": {"Error": {"ErrorCode": "RuntimeVersionNotFound", "Message": "The runtime version is gone."}}},
    "documents-index": {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "The role may not create network interfaces.", "LastUpdateStatusReasonCode": "InsufficientRolePermissions"},
}
CODE = {"claims-intake": {"SourceKMSKeyArn": key_arn(FRANKFURT, "claims")}}

# GetRuntimeManagementConfig and GetFunctionRecursionConfig where they are not as AWS makes them.
RUNTIME_UPDATES = {
    "claims-adjudicate": {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": runtime_arn(FRANKFURT, "b")},
    "batch-statements": {"UpdateRuntimeOn": "FunctionUpdate"},
}
LOOPS_ALLOWED = ("documents-ocr",)

# Published versions by function: the number, and members that differ from the unpublished version.
VERSIONS = {
    "claims-intake": [("1", {"Timeout": 20}), ("2", {})],
    "claims-adjudicate": [("1", {"Runtime": "nodejs12.x"})],
    "claims-webhook": [("1", {"SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}}), ("2", {})],
    "documents-archive": [("1", {}), ("$LATEST.PUBLISHED", {})],
    "id-verify": [("1", {})],
}

# Aliases by function: name, version, weights of other versions.
ALIASES = {
    "claims-intake": [("live", "2", {})],
    "claims-webhook": [("live", "2", {"1": 0.1})],
    "fhir-patient": [("nightly", "$LATEST", {})],
    "id-verify": [("live", "1", {})],
}


def build(estate: Estate) -> None:
    frankfurt(estate)
    virginia(estate)
    layers(estate)
    event_sources(estate)
    capacity_providers(estate)


def frankfurt(estate: Estate) -> None:
    gateway = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:{FRANKFURT}:{ACCOUNT}:a1claims01/*/*"}}}
    qualified_policy(estate, FRANKFURT, "claims-intake", "live", gateway)
    # Forgotten with the version: the function's own policy does not show it.
    qualified_policy(estate, FRANKFURT, "claims-adjudicate", "1", {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"})
    provisioned(estate, FRANKFURT, "claims-intake", "live", 10, 10, "READY")
    provisioned(estate, FRANKFURT, "claims-webhook", "2", 50, 20, "FAILED", "No capacity: the account's limit of concurrency is reached.")
    asynchronous(estate, FRANKFURT, "claims-intake", "live", {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60, "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": f"arn:aws:sns:{FRANKFURT}:{ACCOUNT}:claims-failed"}}})
    # Results of documents leave for another account.
    asynchronous(estate, FRANKFURT, "documents-index", "$LATEST", {"DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:sqs:{FRANKFURT}:{PARTNER}:indexed"}, "OnFailure": {}}})
    for version, bounds in (("1", (3, 30)), ("$LATEST.PUBLISHED", (0, 1))):
        shown = {"MinExecutionEnvironments": bounds[0], "MaxExecutionEnvironments": bounds[1]}
        estate.put(FRANKFURT, "lambda", "GetFunctionScalingConfig", {
            "FunctionArn": f"{function_arn(FRANKFURT, 'documents-archive')}:{version}", "AppliedFunctionScalingConfig": shown, "RequestedFunctionScalingConfig": shown,
        }, FunctionName="documents-archive", Qualifier=version)


def virginia(estate: Estate) -> None:
    open_url = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}
    qualified_policy(estate, VIRGINIA, "id-verify", "live", open_url)


def qualified_policy(estate: Estate, region: str, name: str, qualifier: str, statement: dict) -> None:
    document = policy({"Sid": f"{name}-qualified", **statement, "Resource": f"{function_arn(region, name)}:{qualifier}"})
    estate.put(region, "lambda", "GetPolicy", {"Policy": document, "RevisionId": "0c11a1c0-0000-4000-8000-0000000000a1"}, FunctionName=name, Qualifier=qualifier)


def provisioned(estate: Estate, region: str, name: str, qualifier: str, requested: int, ready: int, status: str, reason: str | None = None) -> None:
    estate.item(region, "lambda", "ListProvisionedConcurrencyConfigs", "ProvisionedConcurrencyConfigs", {
        "FunctionArn": f"{function_arn(region, name)}:{qualifier}", "RequestedProvisionedConcurrentExecutions": requested, "AllocatedProvisionedConcurrentExecutions": ready, "AvailableProvisionedConcurrentExecutions": ready,
        "Status": status, "LastModified": "2026-03-02T08:00:00+0000", **({"StatusReason": reason} if reason else {}),
    }, FunctionName=name)


def asynchronous(estate: Estate, region: str, name: str, qualifier: str, settings: dict) -> None:
    estate.item(region, "lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", {"FunctionArn": f"{function_arn(region, name)}:{qualifier}", "LastModified": "2026-03-02T08:00:00Z", **settings}, FunctionName=name)


def layers(estate: Estate) -> None:
    """A layer of three versions, one of which the organisation may use; and one that everybody may."""

    def version(name: str, number: int, description: str) -> dict:
        return {
            "LayerVersionArn": layer_arn(FRANKFURT, name, number), "Version": number, "Description": description, "CreatedDate": CREATED,
            "CompatibleRuntimes": ["python3.14", "python3.13"], "CompatibleArchitectures": ["x86_64"], "LicenseInfo": "Apache-2.0",
        }

    common = [version("clinic-common", 3, "Common code"), version("clinic-common", 2, f"Uses {token(estate, '0k1L')}, to be removed"), version("clinic-common", 1, "")]
    for name, versions in (("clinic-common", common), ("clinic-open", [version("clinic-open", 1, "For partners")])):
        estate.item(FRANKFURT, "lambda", "ListLayers", "Layers", {"LayerName": name, "LayerArn": layer_arn(FRANKFURT, name, 0).rpartition(":")[0], "LatestMatchingVersion": versions[0]})
        for item in versions:
            estate.item(FRANKFURT, "lambda", "ListLayerVersions", "LayerVersions", item, LayerName=name)
    for name, number, condition in (("clinic-common", 2, {"Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}}), ("clinic-open", 1, {})):
        statement = {"Sid": "use", "Effect": "Allow", "Principal": "*", "Action": "lambda:GetLayerVersion", "Resource": layer_arn(FRANKFURT, name, number), **condition}
        estate.put(FRANKFURT, "lambda", "GetLayerVersionPolicy", {"Policy": policy(statement), "RevisionId": "0c11a1c0-0000-4000-8000-0000000000b1"}, LayerName=name, VersionNumber=number)


def event_sources(estate: Estate) -> None:
    """Queues, streams and brokers; what may fail without end beside what gives up in order."""
    # An alias of a function without versions shows nowhere else.
    mapping(estate, 1, function_arn(FRANKFURT, "fhir-patient") + ":nightly", EventSourceArn=f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:fhir-inbox",
            KMSKeyArn=key_arn(FRANKFURT, "claims"), FilterCriteria={"Filters": [{"Pattern": '{"body":{"kind":["Patient"]}}'}]},
            ScalingConfig={"MaximumConcurrency": 5}, FunctionResponseTypes=["ReportBatchItemFailures"], MetricsConfig={"Metrics": ["EventCount"]})
    stream = f"arn:aws:kinesis:{FRANKFURT}:{ACCOUNT}:stream/"
    mapping(estate, 2, function_arn(FRANKFURT, "claims-webhook"), EventSourceArn=f"{stream}claims", StartingPosition="TRIM_HORIZON", ParallelizationFactor=2, TumblingWindowInSeconds=0,
            MaximumRetryAttempts=3, MaximumRecordAgeInSeconds=3600, BisectBatchOnFunctionError=True, FunctionResponseTypes=["ReportBatchItemFailures"],
            DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:claims-dead"}}, LastProcessingResult="OK")
    mapping(estate, 3, function_arn(FRANKFURT, "claims-adjudicate"), EventSourceArn=f"{stream}adjudication", StartingPosition="LATEST", ParallelizationFactor=1,
            MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=-1, BisectBatchOnFunctionError=False, State="Disabled", DestinationConfig={"OnFailure": {}},
            LastProcessingResult=f"PROBLEM: Function call failed with {token(estate, '1l2M')}")
    mapping(estate, 4, function_arn(FRANKFURT, "member-portal"), Topics=["members"], StartingPosition="LATEST", SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka-b.clinic.example:9096", "kafka-a.clinic.example:9096"]}},
            SourceAccessConfigurations=[{"Type": "SASL_SCRAM_512_AUTH", "URI": f"arn:aws:secretsmanager:{FRANKFURT}:{ACCOUNT}:secret:clinic/kafka-AbCdEf"}, {"Type": "VPC_SUBNET", "URI": f"subnet:{SUBNET['app-a']}"}],
            SelfManagedKafkaEventSourceConfig={"ConsumerGroupId": "member-portal", "SchemaRegistryConfig": {"SchemaRegistryURI": "https://registry.clinic.example", "EventRecordFormat": "JSON", "AccessConfigs": [{"Type": "BASIC_AUTH", "URI": f"arn:aws:secretsmanager:{FRANKFURT}:{ACCOUNT}:secret:clinic/registry-AbCdEf"}]}},
            ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 4, "PollerGroupName": "members"}, LoggingConfig={"SystemLogLevel": "WARN"})
    mapping(estate, 5, function_arn(FRANKFURT, "quote-engine"), EventSourceArn=f"arn:aws:mq:{FRANKFURT}:{ACCOUNT}:broker:quotes:b-0c11a1c0-0000-4000-8000-000000000001", Queues=["quotes"],
            SourceAccessConfigurations=[{"Type": "BASIC_AUTH", "URI": f"arn:aws:secretsmanager:{FRANKFURT}:{ACCOUNT}:secret:clinic/mq-AbCdEf"}],
            FilterCriteriaError={"ErrorCode": "AccessDeniedException", "Message": "KMS access was denied."}, KMSKeyArn=key_arn(FRANKFURT, "exports"))


def mapping(estate: Estate, number: int, function: str, **settings) -> None:
    identifier = f"0c11a1c0-0000-4000-8000-0000000000c{number}"
    estate.item(FRANKFURT, "lambda", "ListEventSourceMappings", "EventSourceMappings", {
        "UUID": identifier, "EventSourceMappingArn": f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:event-source-mapping:{identifier}", "FunctionArn": function,
        "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "LastModified": "2026-03-02T08:00:00Z", "State": "Enabled", "StateTransitionReason": "User action", **settings,
    })


def capacity_providers(estate: Estate) -> None:
    """One in two zones under the account's key and within bounds; one in a single zone without either."""
    shared = {"PermissionsConfig": {"CapacityProviderOperatorRoleArn": role_arn("clinic-batch")}, "LastModified": CREATED}
    estate.item(FRANKFURT, "lambda", "ListCapacityProviders", "CapacityProviders", {
        **shared, "CapacityProviderArn": provider_arn("archive-fleet"), "State": "Active", "KmsKeyArn": key_arn(FRANKFURT, "claims"),
        "VpcConfig": {"SubnetIds": [SUBNET["app-b"], SUBNET["app-a"]], "SecurityGroupIds": [GROUP["app"]]},
        "InstanceRequirements": {"Architectures": ["arm64"], "AllowedInstanceTypes": ["m8g.large", "m7g.large"]},
        "CapacityProviderScalingConfig": {"MaxVCpuCount": 32, "ScalingMode": "Manual", "ScalingPolicies": [{"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": 60.0}]},
        "PropagateTags": {"Mode": "Explicit", "ExplicitTags": {"system": "clinic"}}, "TelemetryConfig": {"LoggingConfig": {"SystemLogLevel": "INFO", "LogGroup": "/clinic/archive-fleet"}},
    })
    estate.item(FRANKFURT, "lambda", "ListCapacityProviders", "CapacityProviders", {
        **shared, "CapacityProviderArn": provider_arn("trial-fleet"), "State": "Failed", "VpcConfig": {"SubnetIds": [SUBNET["app-a"]], "SecurityGroupIds": []},
    })


def describe(estate: Estate, region: str, name: str, configuration: dict) -> None:
    """A function's versions and aliases, in the lists that show them."""
    arn = configuration["FunctionArn"]
    every = {"FunctionVersion": "ALL"}
    estate.item(region, "lambda", "ListFunctions", "Functions", {**configuration, "FunctionArn": f"{arn}:$LATEST"}, **every)
    for version, settings in VERSIONS.get(name, ()):
        estate.item(region, "lambda", "ListFunctions", "Functions", {**configuration, "FunctionArn": f"{arn}:{version}", "Version": version, **settings}, **every)
    for alias, version, weights in ALIASES.get(name, ()):
        routing = {"RoutingConfig": {"AdditionalVersionWeights": weights}} if weights else {}
        estate.item(region, "lambda", "ListAliases", "Aliases", {
            "AliasArn": f"{arn}:{alias}", "Name": alias, "FunctionVersion": version, "Description": "What callers use", "RevisionId": configuration["RevisionId"], **routing,
        }, FunctionName=name)
    if configuration["PackageType"] == "Zip":
        estate.put(region, "lambda", "GetRuntimeManagementConfig", {"UpdateRuntimeOn": "Auto", "FunctionArn": arn} | RUNTIME_UPDATES.get(name, {}), FunctionName=name)
    estate.put(region, "lambda", "GetFunctionRecursionConfig", {"RecursiveLoop": "Allow" if name in LOOPS_ALLOWED else "Terminate"}, FunctionName=name)


def image_settings(estate: Estate) -> dict:
    """Arguments of a container image, with a token among them."""
    return {"ImageConfigResponse": {"ImageConfig": {"EntryPoint": ["/app/triage"], "Command": ["--batch", f"--token={token(estate, '2m3N')}"], "WorkingDirectory": "/app"}}}
