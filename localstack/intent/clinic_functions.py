"""The functions of `clinic`: each a row of settings, and below it what every check should find."""

import base64
import hashlib

import clinic_lambda_more
from clinic_names import ACCOUNT, FRANKFURT, GROUP, IRELAND, ORGANIZATION, PARTNER, SUBNET, VIRGINIA, VPC, function_arn, key_arn, role_arn
from estate import FUNCTION_CHECKS, Estate, policy

# Every planted secret holds this word, so that one search finds them all. The values are made up.
CORE = "TRIPODPLANTED"
PRIVATE_KEY = f"""-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo{CORE}4lgOEePzNm0tRgeLezV6ffAt0
gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxo
-----END RSA PRIVATE KEY-----
"""


def build(estate: Estate) -> None:
    frankfurt(estate)
    frankfurt_documents(estate)
    frankfurt_edge(estate)
    ireland(estate)
    virginia(estate)
    code_signing(estate)
    account_settings(estate)


def frankfurt(estate: Estate) -> None:
    """Claims: the model of a function, and its opposite."""
    function(
        estate, FRANKFURT, "claims-intake", "clinic-claims", "python3.14", vpc=(("app-a", "app-b"), ("app", "db")), reserved=50, key=key_arn(FRANKFURT, "claims"),
        description="Takes a claim <img src=x onerror=alert(1)> and files it", tags={"team": "=cmd|' /C calc'!A0", "cost-centre": "4711"},
        environment={"DB_PASSWORD_PARAMETER": "/clinic/prod/claims/db-password", "DB_SECRET_ARN": f"arn:aws:secretsmanager:{FRANKFURT}:{ACCOUNT}:secret:clinic/db-AbCdEf", "STAGE": "prod"},
        statements=[gateway(FRANKFURT, "a1claims01"), from_source("states", f"arn:aws:states:{FRANKFURT}:{ACCOUNT}:stateMachine:claims-flow")],
        expected="""
            lambda-public-policy: pass, only the account's own API may invoke it
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, it names where the password is kept, and not the password
            lambda-missing-code-signing: pass, bound to the enforcing configuration
            lambda-unenforced-code-signing: pass, the configuration enforces
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: pass, clinic-audit records functions whose name starts with claims-
            lambda-missing-reserved-concurrency: pass, 50 reserved
            lambda-missing-failure-destination: not_applicable, API Gateway calls it synchronously
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    function(
        estate, FRANKFURT, "claims-adjudicate", "clinic-claims", "nodejs14.x", timeout=900,
        environment={"S3_ACCESS_KEY_ID": estate.secret(f"AKIA{CORE}234"), "S3_SECRET_ACCESS_KEY": estate.secret(f"wJalrXUtn7{CORE}/bPxRfiCYzQk4mV9e"), "LOG_LEVEL": "debug"},
        statements=[anyone(), from_source("cognito-idp", f"arn:aws:cognito-idp:{FRANKFURT}:{ACCOUNT}:userpool/eu-central-1_CliNic001")],
        expected="""
            lambda-public-policy: fail, everybody may invoke it
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: fail, an AWS access key id and its secret
            lambda-missing-code-signing: pass, bound to the warning configuration
            lambda-unenforced-code-signing: fail, the configuration only warns
            lambda-deprecated-runtime: fail, nodejs14.x ended in 2023
            cloudtrail-missing-lambda-data-events: pass, clinic-audit records functions whose name starts with claims-
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: fail, 900 seconds
            lambda-single-zone: not_applicable, no VPC
        """)
    function(
        estate, FRANKFURT, "claims-webhook", "clinic-claims", "java25", vpc=(("app-b", "app-a"), ("db", "app")), urls=[("", "AWS_IAM")],
        environment={"GITHUB_TOKEN": estate.secret(f"ghp_{CORE}a1B2c3D4e5F6g7H8i9J0k1L")},
        statements=[anyone(Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})],
        expected="""
            lambda-public-policy: pass, everybody of the organisation may invoke it, nobody else
            lambda-public-url: pass, the URL asks for IAM authentication
            lambda-environment-secret: fail, a GitHub token
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, java25 is current
            cloudtrail-missing-lambda-data-events: pass, clinic-audit records functions whose name starts with claims-
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    url_only = [
        anyone(Action="lambda:InvokeFunctionUrl", Condition={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        anyone(Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    ]
    function(
        estate, FRANKFURT, "partner-hook", "clinic-partner", "python3.14", urls=[("", "NONE")], statements=url_only,
        expected="""
            lambda-public-policy: fail, everybody may invoke it through its URL
            lambda-public-url: fail, the URL asks nobody who they are
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: not_applicable, no VPC
        """)
    function(
        estate, FRANKFURT, "photo-triage", "clinic-documents", None, timeout=120, statements=[
            anyone(), anyone(Effect="Deny", Action="lambda:InvokeFunctionUrl"), from_source("elasticloadbalancing", f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:targetgroup/photos/c000000000000006"),
        ],
        expected="""
            lambda-public-policy: fail, the Deny is about the URL only; everybody may still invoke it directly
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: not_applicable, a container image
            lambda-unenforced-code-signing: not_applicable, a container image
            lambda-deprecated-runtime: not_applicable, a container image
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 120 seconds
            lambda-single-zone: not_applicable, no VPC
        """)


def frankfurt_documents(estate: Estate) -> None:
    """Documents: called asynchronously, with three answers to what becomes of a failed event."""
    bucket = service("s3.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::clinic-documents"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}})
    topic = service("sns.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:{FRANKFURT}:{ACCOUNT}:documents"}})
    rule = service("events.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:events:{FRANKFURT}:{ACCOUNT}:rule/archive"}})
    function(
        estate, FRANKFURT, "documents-ocr", "clinic-documents", "python3.14", timeout=899, vpc=(("app-a", "app-a2"), ("app",)), statements=[bucket],
        expected="""
            lambda-public-policy: pass, only one bucket of the account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: fail, the selector for documents- records reads only, and Invoke is none
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: fail, S3 calls it and failed events are dropped
            lambda-maximum-timeout: pass, 899 seconds is one less than the maximum
            lambda-single-zone: fail, two subnets, both in zone a
        """)
    function(
        estate, FRANKFURT, "documents-index", "clinic-documents", "java25", vpc=(("app-a", "full-c"), ("app",)), dead_letter=f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:documents-failed", statements=[topic],
        expected="""
            lambda-public-policy: pass, only one topic of the account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, java25 is current
            cloudtrail-missing-lambda-data-events: fail, the selector for documents- records reads only, and Invoke is none
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: pass, a dead-letter queue
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: fail, the subnet in zone c has no free address, so only zone a serves
        """)
    function(
        estate, FRANKFURT, "documents-archive", "clinic-documents", "provided.al2023", statements=[rule],
        invoke_config={"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600, "DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:archive-failed"}}},
        expected="""
            lambda-public-policy: pass, only one rule of the account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, provided.al2023 is current
            cloudtrail-missing-lambda-data-events: fail, the selector for documents- records reads only, and Invoke is none
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: pass, EventBridge calls it and failed events go to a queue
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: not_applicable, no VPC
        """)


def frankfurt_edge(estate: Estate) -> None:
    """Four functions in the same two small subnets, with four sets of security groups."""
    small = ("edge-a", "small-b")
    logs = service(f"logs.{FRANKFURT}.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{FRANKFURT}:{ACCOUNT}:log-group:/aws/lambda/claims-intake:*"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}})
    function(
        estate, FRANKFURT, "fhir-patient", "clinic-fhir", "python3.14", vpc=(small, ("fhir", "db")),
        expected="""
            lambda-public-policy: pass, no resource policy
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: pass, bound to the enforcing configuration
            lambda-unenforced-code-signing: pass, the configuration enforces
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: pass, clinic-audit records functions whose name starts with fhir-
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    function(
        estate, FRANKFURT, "fhir-export", "clinic-fhir", "python3.14", vpc=(small, ("export", "fhir")), idle=True, statements=[logs],
        expected="""
            lambda-public-policy: pass, only CloudWatch Logs for this account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: fail, the selector for fhir- leaves this one out
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: fail, CloudWatch Logs calls it and failed events are dropped
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    function(
        estate, FRANKFURT, "quote-engine", "clinic-portal", "python2.7", vpc=(small, ("quote",)), statements=[anyone(), anyone(Effect="Deny", Action="lambda:*")],
        environment={"PASSWORD_MIN_LENGTH": "12", "TOKEN_ISSUER": "https://login.clinic.example/oauth2", "GIT_COMMIT": "3f1c2a9be07d45c68b1e90af72d3c4e5f6a7b8c9", "DATABASE_HOST": "postgres.clinic.example:5432"},
        expected="""
            lambda-public-policy: pass, a Deny for everybody undoes the Allow for everybody
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, a number, an address, a commit and a host, none of them secret
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: fail, python2.7 ended in 2021
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    strangers = anyone(Effect="Deny", Action="lambda:*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}})
    function(
        estate, FRANKFURT, "member-portal", "clinic-portal", "java25", vpc=(small, ("db", "portal")), idle=True, statements=[anyone(), strangers],
        environment={"DB_PASSWORD_PARAMETER": "/clinic/prod/portal/db-password"},
        expected="""
            lambda-public-policy: pass, a Deny for everybody outside the organisation bounds the Allow for everybody
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, it names where the password is kept, and not the password
            lambda-missing-code-signing: fail, no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, java25 is current
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)


def ireland(estate: Estate) -> None:
    """Batch: no code signing at all, and environments that Lambda could not decrypt."""
    schedule = {"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]}, "Action": ["lambda:InvokeFunction"], "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{IRELAND}:{ACCOUNT}:rule/*"}}}
    function(
        estate, IRELAND, "batch-premium", "clinic-batch", "java25", vpc=(("batch-a", "batch-b"), ("batch",)), key=key_arn(IRELAND, "premium"), dead_letter=f"arn:aws:sns:{IRELAND}:{ACCOUNT}:batch-failed",
        undecryptable=("KMSInvalidStateException", "Lambda was unable to decrypt the environment variables because the KMS key is in an invalid state for Decrypt: pending deletion."),
        expected="""
            lambda-public-policy: pass, no resource policy
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: not_assessed, its key is pending deletion, so Lambda shows no variable
            lambda-missing-code-signing: fail, the region has no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, java25 is current
            cloudtrail-missing-lambda-data-events: fail, clinic-west records reads of it only, and Invoke is none
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: pass, a dead-letter topic
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)
    function(
        estate, IRELAND, "batch-statements", "clinic-batch", "python3.14", timeout=900, vpc=(("batch-a",), ("smtp", "batch")), statements=[schedule],
        environment={"DATABASE_URL": estate.secret(f"postgres://billing:{CORE}-Kx7@db.clinic.example:5432/billing"), "DB_PASSWORD": estate.secret(f"{CORE}-grauer-Reiher-9")},
        invoke_config={"MaximumRetryAttempts": 0, "DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:statements-sent"}, "OnFailure": {}}},
        expected="""
            lambda-public-policy: pass, only rules of the account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: fail, a connection string with a password, and a password
            lambda-missing-code-signing: fail, the region has no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: fail, EventBridge calls it; there is a destination for success only
            lambda-maximum-timeout: fail, 900 seconds
            lambda-single-zone: fail, one subnet
        """)
    partner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"}, "Action": "lambda:InvokeFunction"}
    function(
        estate, IRELAND, "partner-sync", "clinic-partner", "python3.14", key=f"arn:aws:kms:{IRELAND}:{PARTNER}:key/0c11a1c0-9999-4a09-8c09-000000000009", statements=[partner, from_source("sqs", f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-inbox")],
        undecryptable=("AccessDeniedException", "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings."),
        expected="""
            lambda-public-policy: pass, one other account, by its number
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: not_assessed, Lambda may not decrypt the variables
            lambda-missing-code-signing: fail, the region has no configuration
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: pass, clinic-west names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, it polls a queue and no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: not_applicable, no VPC
        """)
    estate.put(IRELAND, "lambda", "ListEventSourceMappings", {"EventSourceMappings": [{
        "UUID": "0c11a1c0-0000-4000-8000-0000000000e1", "EventSourceMappingArn": f"arn:aws:lambda:{IRELAND}:{ACCOUNT}:event-source-mapping:0c11a1c0-0000-4000-8000-0000000000e1", "BatchSize": 10, "EventSourceArn": f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:partner-inbox", "FunctionArn": function_arn(IRELAND, "partner-sync"),
        "LastModified": "2026-03-02T08:00:00Z", "State": "Enabled", "StateTransitionReason": "USER_INITIATED", "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }]})


def virginia(estate: Estate) -> None:
    """The portal's helpers."""
    wide = [gateway(VIRGINIA, "u1portal00"), anyone(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}})]
    function(
        estate, VIRGINIA, "portal-authorizer", "clinic-portal", "python3.14", statements=wide,
        expected="""
            lambda-public-policy: fail, everybody of any organisation may invoke it
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: pass, no variable
            lambda-missing-code-signing: fail, the region's configuration has no function
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, python3.14 is current
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, API Gateway calls it synchronously
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: not_applicable, no VPC
        """)
    # The alarm is gone.
    alarms = service("lambda.alarms.cloudwatch.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{VIRGINIA}:{ACCOUNT}:alarm:portal-errors"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}})
    function(
        estate, VIRGINIA, "notify-slack", "clinic-notify", "go1.x", reserved=0, statements=[alarms],
        environment={"SLACK_BOT_TOKEN": estate.secret(f"xoxb-123456789012-123456789012-{CORE}a1B2c3D4e5F"), "STRIPE_API_KEY": estate.secret(f"sk_live_{CORE}4eC39HqLyjW")},
        expected="""
            lambda-public-policy: pass, only alarms of the account
            lambda-public-url: not_applicable, no URL
            lambda-environment-secret: fail, a Slack token and a Stripe key
            lambda-missing-code-signing: fail, the region's configuration has no function
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: fail, go1.x ended in 2024
            cloudtrail-missing-lambda-data-events: pass, clinic-audit names it and the event Invoke
            lambda-missing-reserved-concurrency: pass, 0 reserved: switched off
            lambda-missing-failure-destination: fail, CloudWatch alarms call it and failed events are dropped
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: not_applicable, no VPC
        """)
    function(
        estate, VIRGINIA, "id-verify", "clinic-portal", "java25", vpc=(("us-a", "us-b"), ("us",)), urls=[(":live", "NONE")],
        environment={"SIGNING_KEY": estate.secret(PRIVATE_KEY), "SESSION": estate.secret(f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjbGluaWMiLCJpYXQiOjE3MDAwMDAwMDB9.{CORE}dQw4w9WgXcQ-x7Kz_1b2N3m4V5c6")},
        expected="""
            lambda-public-policy: pass, the function itself has no resource policy; its alias is not read
            lambda-public-url: fail, the URL of the alias live asks nobody who they are
            lambda-environment-secret: fail, a private key and a JSON Web Token
            lambda-missing-code-signing: fail, the region's configuration has no function
            lambda-unenforced-code-signing: not_applicable, no configuration
            lambda-deprecated-runtime: pass, java25 is current
            cloudtrail-missing-lambda-data-events: fail, no selector names it
            lambda-missing-reserved-concurrency: fail, nothing reserved
            lambda-missing-failure-destination: not_applicable, no service calls it
            lambda-maximum-timeout: pass, 30 seconds
            lambda-single-zone: pass, zones a and b
        """)


def code_signing(estate: Estate) -> None:
    def configuration(region, number, action, functions):
        identifier = f"csc-0c11a1c00000000{number:02d}"
        arn = f"arn:aws:lambda:{region}:{ACCOUNT}:code-signing-config:{identifier}"
        estate.item(region, "lambda", "ListCodeSigningConfigs", "CodeSigningConfigs", {
            "CodeSigningConfigId": identifier, "CodeSigningConfigArn": arn, "Description": f"{action}s", "LastModified": "2026-03-02T08:00:00.000000Z",
            "AllowedPublishers": {"SigningProfileVersionArns": [f"arn:aws:signer:{region}:{ACCOUNT}:/signing-profiles/clinic/0c11a1c001"]},
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": action},
        })
        estate.put(region, "lambda", "ListFunctionsByCodeSigningConfig", {"FunctionArns": [function_arn(region, name) for name in functions]}, CodeSigningConfigArn=arn)

    configuration(FRANKFURT, 1, "Enforce", ["claims-intake", "fhir-patient"])
    configuration(FRANKFURT, 2, "Warn", ["claims-adjudicate"])
    configuration(VIRGINIA, 3, "Enforce", [])


def account_settings(estate: Estate) -> None:
    # Ireland still has the limit of a new account's region, which keeps its small subnets out of doubt.
    for region, limit, reserved, count in ((FRANKFURT, 1000, 50, 12), (IRELAND, 100, 0, 3), (VIRGINIA, 1000, 0, 3)):
        estate.put(region, "lambda", "GetAccountSettings", {
            "AccountLimit": {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800, "ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit - reserved},
            "AccountUsage": {"TotalCodeSize": count * 1048576, "FunctionCount": count},
        })


def anyone(**more) -> dict:
    return {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", **more}


def service(name: str, **more) -> dict:
    return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "lambda:InvokeFunction", **more}


def from_source(name: str, arn: str) -> dict:
    return service(f"{name}.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": arn}})


def gateway(region: str, api: str) -> dict:
    return service("apigateway.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:{region}:{ACCOUNT}:{api}/*/*"}})


def function(
    estate, region, name, role, runtime, *, expected, timeout=30, vpc=None, environment=None, undecryptable=None, key=None, dead_letter=None, reserved=None,
    statements=(), urls=(), invoke_config=None, idle=False, description="", tags=None,
):
    """Add a function, its policy, URLs and settings, and what is expected of it."""
    arn = function_arn(region, name)
    digest = hashlib.sha256(name.encode()).digest()
    configuration = {
        "FunctionName": name, "FunctionArn": arn, "Role": role_arn(role), "Description": description, "Timeout": timeout, "MemorySize": 512, "CodeSize": 1048576,
        "CodeSha256": base64.b64encode(digest).decode(), "LastModified": "2026-03-02T08:00:00.000+0000", "Version": "$LATEST", "RevisionId": f"0c11a1c0-0000-4000-8000-{digest.hex()[:12]}",
        "PackageType": "Zip" if runtime else "Image", "Architectures": ["x86_64"], "EphemeralStorage": {"Size": 512}, "TracingConfig": {"Mode": "PassThrough"},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"}, "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
    }
    if runtime:
        configuration |= {"Runtime": runtime, "Handler": "app.handler"}
    else:
        configuration |= clinic_lambda_more.image_settings(estate)
    if vpc:
        subnets, groups = vpc
        configuration["VpcConfig"] = {"VpcId": VPC[region], "SubnetIds": [SUBNET[at] for at in subnets], "SecurityGroupIds": [GROUP[at] for at in groups], "Ipv6AllowedForDualStack": False}
    if environment:
        configuration["Environment"] = {"Variables": environment}
    if undecryptable:
        configuration["Environment"] = {"Error": dict(zip(("ErrorCode", "Message"), undecryptable))}
    if key:
        configuration["KMSKeyArn"] = key
    if dead_letter:
        configuration["DeadLetterConfig"] = {"TargetArn": dead_letter}
    configuration |= clinic_lambda_more.SETTINGS.get(name, {})
    estate.item(region, "lambda", "ListFunctions", "Functions", configuration)
    clinic_lambda_more.describe(estate, region, name, configuration)

    # The list shows neither the state nor the code, tags and reserved concurrency.
    state = {"State": "Inactive", "StateReasonCode": "Idle", "StateReason": "The function is idle; its network interfaces were reclaimed."} if idle else {"State": "Active"}
    if runtime:
        token = estate.secret(f"IQoJb3JpZ2luX2VjE{CORE}{digest.hex()[:16]}")  # a presigned address is a secret as well
        code = {"RepositoryType": "S3", "Location": f"https://awslambda-{region}-tasks.s3.{region}.amazonaws.com/snapshots/{ACCOUNT}/{name}?X-Amz-Security-Token={token}&X-Amz-Expires=600"}
    else:
        repository = f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{name}"
        code = {"RepositoryType": "ECR", "ImageUri": f"{repository}:7", "ResolvedImageUri": f"{repository}@sha256:{digest.hex()}"}
    answer = {"Configuration": {"$ref": f"ListFunctions/Functions/FunctionName={name}", "FunctionArn": arn, **state, "LastUpdateStatus": "Successful", **clinic_lambda_more.LIVE.get(name, {})}, "Code": code | clinic_lambda_more.CODE.get(name, {}), "Tags": {"system": "clinic", **(tags or {})}}
    if reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
    estate.put(region, "lambda", "GetFunction", answer, FunctionName=name)

    if statements:
        numbered = [{"Sid": f"{name}-{at}", **statement, "Resource": arn} for at, statement in enumerate(statements, 1)]
        estate.put(region, "lambda", "GetPolicy", {"Policy": policy(*numbered), "RevisionId": configuration["RevisionId"]}, FunctionName=name, Qualifier=None)
    for at, (alias, kind) in enumerate(urls):
        address = f"https://{digest.hex()[:30]}{at}.lambda-url.{region}.on.aws/"
        estate.item(region, "lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", {
            "FunctionUrl": address, "FunctionArn": arn + alias, "AuthType": kind, "InvokeMode": "BUFFERED", "CreationTime": "2026-03-02T08:00:00.000000Z", "LastModifiedTime": "2026-03-02T08:00:00.000000Z",
            "Cors": {"AllowOrigins": ["*"], "AllowMethods": ["*"], "AllowHeaders": ["*"], "AllowCredentials": True, "MaxAge": 86400} if kind == "NONE" else {"AllowOrigins": ["https://clinic.example"], "AllowMethods": ["POST"], "ExposeHeaders": ["x-request-id"], "AllowCredentials": False, "MaxAge": 0},
        }, FunctionName=name)
    if invoke_config:
        estate.item(region, "lambda", "ListFunctionEventInvokeConfigs", "FunctionEventInvokeConfigs", {"FunctionArn": f"{arn}:$LATEST", "LastModified": "2026-03-02T08:00:00Z", **invoke_config}, FunctionName=name)
    estate.expect(arn, FUNCTION_CHECKS, expected)
