"""Where the data of `clinic` rest and how they are kept: tables, secrets, parameters, backups; certificates, images."""

from clinic_names import ACCOUNT, FRANKFURT, GROUP, IRELAND, ORGANIZATION, REGIONS, SUBNET, VIRGINIA, function_arn, key_arn, role_arn
from estate import Estate, policy

MADE = "2025-11-03T09:00:00Z"
CORE = "TRIPODPLANTED"


def build(estate: Estate) -> None:
    for region in REGIONS:
        for service, operation, member in (
            ("dynamodb", "ListTables", "TableNames"), ("secretsmanager", "ListSecrets", "SecretList"), ("ssm", "DescribeParameters", "Parameters"), ("acm", "ListCertificates", "CertificateSummaryList"),
            ("backup", "ListBackupPlans", "BackupPlansList"), ("backup", "ListBackupVaults", "BackupVaultList"), ("backup", "ListProtectedResources", "Results"),
            ("lambda-core", "ListNetworkConnectors", "NetworkConnectors"), ("lambda-microvms", "ListMicrovms", "items"), ("lambda-microvms", "ListMicrovmImages", "items"),
        ):
            estate.put(region, service, operation, {member: []})
    tables(estate)
    secrets(estate)
    parameters(estate)
    backups(estate)
    certificates(estate)
    images(estate)
    siblings(estate)


def tables(estate: Estate) -> None:
    patients = f"arn:aws:dynamodb:{FRANKFURT}:{ACCOUNT}:table/patients"
    # Health data that no backup covers, that one call deletes, and that anyone may read.
    table(
        estate, FRANKFURT, "patients", {"DeletionProtectionEnabled": False, "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}, "LatestStreamArn": f"{patients}/stream/2025-11-03T09:00:00.000"}, None,
        policy({"Sid": "readers", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": patients}),
    )
    estate.put(FRANKFURT, "dynamodb", "GetResourcePolicy", {
        "Policy": policy({"Sid": "stream", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "dynamodb:GetRecords", "Resource": f"{patients}/stream/*"}), "RevisionId": "1762160400001",
    }, ResourceArn=f"{patients}/stream/2025-11-03T09:00:00.000")
    # The clean twin: the clinic's key, 35 days back, a replica, and nobody but the clinic.
    table(
        estate, FRANKFURT, "claims",
        {"DeletionProtectionEnabled": True, "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key_arn(FRANKFURT, "claims")}, "GlobalTableVersion": "2019.11.21", "Replicas": [{"RegionName": IRELAND, "ReplicaStatus": "ACTIVE"}]}, 35, None,
    )


def table(estate: Estate, region: str, name: str, more: dict, days: int | None, resource_policy: dict | None) -> None:
    """A table; `days` that can be gone back, None where it cannot."""
    arn = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"
    estate.item(region, "dynamodb", "ListTables", "TableNames", name)
    estate.put(region, "dynamodb", "DescribeTable", {"Table": {
        "TableName": name, "TableArn": arn, "TableStatus": "ACTIVE", "CreationDateTime": MADE, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}, **more,
    }}, TableName=name)
    recovery = {"PointInTimeRecoveryStatus": "DISABLED"} if days is None else {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": days}
    estate.put(region, "dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}}, TableName=name)
    if resource_policy:
        estate.put(region, "dynamodb", "GetResourcePolicy", {"Policy": resource_policy, "RevisionId": "1762160400000"}, ResourceArn=arn)
    else:
        estate.refuse(region, "dynamodb", "GetResourcePolicy", "PolicyNotFoundException", ResourceArn=arn)


def secrets(estate: Estate) -> None:
    # Never rotated, not read for a year, under AWS's key, and open to the whole organisation.
    arn = secret(estate, FRANKFURT, "clinic/claims-db-AbC123", LastChangedDate="2025-01-15T10:00:00Z", LastAccessedDate="2025-11-01T00:00:00Z", Description=f"old one was {estate.secret(f'postgres://claims:{CORE}-Vp3@db.clinic.example/claims')}")
    estate.put(FRANKFURT, "secretsmanager", "GetResourcePolicy", {"ARN": arn, "Name": "clinic/claims-db", "ResourcePolicy": policy({"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}})}, SecretId=arn)
    clean = secret(
        estate, FRANKFURT, "clinic/fhir-db-DeF456", KmsKeyId=key_arn(FRANKFURT, "claims"), RotationEnabled=True, RotationLambdaARN=function_arn(FRANKFURT, "fhir-patient"), RotationRules={"AutomaticallyAfterDays": 30},
        LastRotatedDate="2026-11-10T03:00:00Z", NextRotationDate="2026-12-10T03:00:00Z", LastChangedDate="2026-11-10T03:00:00Z", LastAccessedDate="2026-11-20T00:00:00Z", PrimaryRegion=FRANKFURT,
    )
    estate.put(FRANKFURT, "secretsmanager", "GetResourcePolicy", {"ARN": clean, "Name": "clinic/fhir-db"}, SecretId=clean)
    managed = secret(estate, IRELAND, "rds!db-GhI789", OwningService="rds", RotationEnabled=True, RotationRules={"AutomaticallyAfterDays": 7}, LastRotatedDate="2026-11-18T03:00:00Z", LastAccessedDate="2026-11-20T00:00:00Z")
    estate.put(IRELAND, "secretsmanager", "GetResourcePolicy", {"ARN": managed, "Name": "rds!db"}, SecretId=managed)


def secret(estate: Estate, region: str, ending: str, **more) -> str:
    """A secret, by the end of its ARN, which is its name and six characters; gives the ARN."""
    arn = f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{ending}"
    estate.item(region, "secretsmanager", "ListSecrets", "SecretList", {"ARN": arn, "Name": ending[:-7], "CreatedDate": "2024-01-15T10:00:00Z", **more})
    return arn


def parameters(estate: Estate) -> None:
    # A password by its name, and plain text by its type.
    parameter(estate, FRANKFURT, "/clinic/smtp/password", Type="String", Tier="Standard")
    parameter(estate, FRANKFURT, "/clinic/smtp/host", Type="String", Tier="Standard")
    parameter(estate, FRANKFURT, "/clinic/claims/token", Type="SecureString", Tier="Advanced", KeyId=key_arn(FRANKFURT, "claims"))
    parameter(estate, VIRGINIA, "portal-session-key", Type="SecureString", Tier="Standard", KeyId="alias/aws/ssm")


def parameter(estate: Estate, region: str, name: str, **more) -> None:
    arn = f"arn:aws:ssm:{region}:{ACCOUNT}:parameter/{name.removeprefix('/')}"
    estate.item(region, "ssm", "DescribeParameters", "Parameters", {"Name": name, "ARN": arn, "LastModifiedDate": MADE, "Version": 1, "DataType": "text", **more})


def backups(estate: Estate) -> None:
    vault(estate, FRANKFURT, "clinic", key_arn(FRANKFURT, "shared"), Locked=True, MinRetentionDays=35, MaxRetentionDays=365, LockDate="2026-01-01T00:00:00Z", NumberOfRecoveryPoints=70)
    # Backups here can be deleted at once by whoever may.
    vault(estate, IRELAND, "Default", key_arn(IRELAND, "premium"), Locked=False, NumberOfRecoveryPoints=2)
    plan(estate, FRANKFURT, "0c11a1c0-0000-4000-8000-0000000ba001", "nightly", {
        "RuleName": "nightly", "TargetBackupVaultName": "clinic", "ScheduleExpression": "cron(0 1 * * ? *)", "Lifecycle": {"DeleteAfterDays": 35}, "EnableContinuousBackup": True,
        "CopyActions": [{"DestinationBackupVaultArn": f"arn:aws:backup:{IRELAND}:{ACCOUNT}:backup-vault:Default", "Lifecycle": {"DeleteAfterDays": 90}}],
    })
    # A week, and no copy.
    plan(estate, IRELAND, "0c11a1c0-0000-4000-8000-0000000ba002", "weekly", {"RuleName": "weekly", "TargetBackupVaultName": "Default", "ScheduleExpression": "cron(0 1 ? * SUN *)", "Lifecycle": {"DeleteAfterDays": 7}})
    estate.item(FRANKFURT, "backup", "ListProtectedResources", "Results", {
        "ResourceArn": f"arn:aws:dynamodb:{FRANKFURT}:{ACCOUNT}:table/claims", "ResourceType": "DynamoDB", "ResourceName": "claims", "LastBackupTime": "2026-11-21T01:04:00Z", "LastBackupVaultArn": f"arn:aws:backup:{FRANKFURT}:{ACCOUNT}:backup-vault:clinic",
    })


def vault(estate: Estate, region: str, name: str, key: str, **more) -> None:
    own = {"BackupVaultName": name, "BackupVaultArn": f"arn:aws:backup:{region}:{ACCOUNT}:backup-vault:{name}", "VaultType": "BACKUP_VAULT", "EncryptionKeyArn": key, "CreationDate": MADE, **more}
    estate.item(region, "backup", "ListBackupVaults", "BackupVaultList", own)


def plan(estate: Estate, region: str, identifier: str, name: str, rule: dict) -> None:
    own = {"BackupPlanArn": f"arn:aws:backup:{region}:{ACCOUNT}:backup-plan:{identifier}", "BackupPlanId": identifier}
    estate.item(region, "backup", "ListBackupPlans", "BackupPlansList", own | {"BackupPlanName": name, "CreationDate": MADE})
    estate.put(region, "backup", "GetBackupPlan", own | {"BackupPlan": {"BackupPlanName": name, "Rules": [rule]}}, BackupPlanId=identifier)


def certificates(estate: Estate) -> None:
    certificate(estate, FRANKFURT, "0c11a1c0-0000-4000-8000-0000000ce001", DomainName="api.clinic.example", Status="ISSUED", Type="AMAZON_ISSUED", KeyAlgorithm="EC_prime256v1", InUse=True, NotAfter="2027-10-01T23:59:59Z", RenewalEligibility="ELIGIBLE")
    # Nobody renews it, and it ends in nine days.
    certificate(estate, FRANKFURT, "0c11a1c0-0000-4000-8000-0000000ce002", DomainName="partner.clinic.example", Status="ISSUED", Type="IMPORTED", KeyAlgorithm="RSA_2048", InUse=True, NotAfter="2026-12-01T00:00:00Z", RenewalEligibility="INELIGIBLE")
    certificate(estate, VIRGINIA, "0c11a1c0-0000-4000-8000-0000000ce003", DomainName="portal.clinic.example", Status="PENDING_VALIDATION", Type="AMAZON_ISSUED", KeyAlgorithm="RSA_2048", InUse=False)


def certificate(estate: Estate, region: str, identifier: str, **more) -> None:
    estate.item(region, "acm", "ListCertificates", "CertificateSummaryList", {"CertificateArn": f"arn:aws:acm:{region}:{ACCOUNT}:certificate/{identifier}", "CreatedAt": MADE, **more})


def images(estate: Estate) -> None:
    """The image of photo-triage: its tag can be moved, and its last scan found what it found."""
    name = "photo-triage"
    arn = f"arn:aws:ecr:{FRANKFURT}:{ACCOUNT}:repository/{name}"
    estate.put(FRANKFURT, "ecr", "GetRegistryScanningConfiguration", {"registryId": ACCOUNT, "scanningConfiguration": {"scanType": "BASIC", "rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]}})
    estate.put(FRANKFURT, "ecr", "BatchGetRepositoryScanningConfiguration", {"scanningConfigurations": [{"repositoryArn": arn, "repositoryName": name, "scanOnPush": True, "scanFrequency": "SCAN_ON_PUSH"}], "failures": []}, repositoryNames=[name])
    estate.put(FRANKFURT, "ecr", "DescribeRepositories", {"repositories": [{
        "repositoryArn": arn, "registryId": ACCOUNT, "repositoryName": name, "repositoryUri": f"{ACCOUNT}.dkr.ecr.{FRANKFURT}.amazonaws.com/{name}", "createdAt": MADE, "imageTagMutability": "MUTABLE", "encryptionConfiguration": {"encryptionType": "AES256"},
    }]}, repositoryNames=[name])
    estate.put(FRANKFURT, "ecr", "GetRepositoryPolicy", {"registryId": ACCOUNT, "repositoryName": name, "policyText": policy(
        {"Sid": "lambda", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]}, {"Sid": "anyone", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"},
    )}, repositoryName=name)
    estate.put(FRANKFURT, "ecr", "DescribeImages", {"imageDetails": [{
        "registryId": ACCOUNT, "repositoryName": name, "imageDigest": "sha256:496cc98acd33c8d6a9ea3f8d6609edcf1730561c820fc696a553de6e0f8fa1d0", "imageTags": ["7"], "imagePushedAt": "2025-03-02T08:00:00Z", "imageScanStatus": {"status": "COMPLETE"},
        "imageScanFindingsSummary": {"imageScanCompletedAt": "2025-03-02T08:05:00Z", "findingSeverityCounts": {"CRITICAL": 1, "HIGH": 4}},
    }]}, repositoryName=name)


def siblings(estate: Estate) -> None:
    """Lambda's younger siblings in Frankfurt: a connector out of addresses beside one in order, a microVM of each kind."""
    for number, name, more in (
        (1, "labs", {"State": "FAILED", "StateReasonCode": "SubnetOutOfIPAddresses", "StateReason": "no address is left"}),
        (2, "triage", {"State": "ACTIVE"}),
    ):
        arn = f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:network-connector:nc-0c11a1c00000000{number}"
        own = {"Arn": arn, "Name": name, "Id": f"nc-0c11a1c00000000{number}"}
        estate.item(FRANKFURT, "lambda-core", "ListNetworkConnectors", "NetworkConnectors", own | {"Type": "VPC_EGRESS", "State": more["State"], "LastModified": MADE})
        subnets = ["full-c"] if name == "labs" else ["app-a", "app-b"]
        estate.put(FRANKFURT, "lambda-core", "GetNetworkConnector", own | more | {
            "Configuration": {"VpcEgressConfiguration": {"SubnetIds": [SUBNET[subnet] for subnet in subnets], "SecurityGroupIds": [GROUP["app"]], "NetworkProtocol": "IPv4", "AssociatedComputeResourceTypes": ["MicroVm"]}},
            "OperatorRole": role_arn("clinic-batch"), "LastModified": MADE,
        }, Identifier=arn)
    image = f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:microvm-image:triage"
    estate.item(FRANKFURT, "lambda-microvms", "ListMicrovmImages", "items", {"imageArn": image, "name": "triage", "state": "UPDATED", "latestActiveImageVersion": "3", "createdAt": MADE})
    estate.put(FRANKFURT, "lambda-microvms", "GetMicrovmImageVersion", {
        "imageArn": image, "imageVersion": "3", "state": "SUCCESSFUL", "status": "ACTIVE", "createdAt": MADE, "baseImageArn": f"arn:aws:lambda:{FRANKFURT}:aws:microvm-image:al2023", "buildRoleArn": role_arn("clinic-batch"),
        "codeArtifact": {"uri": "s3://clinic-documents/triage.zip"}, "logging": {"cloudWatch": {"logGroup": "/clinic/triage"}}, "egressNetworkConnectors": [],
        "environmentVariables": {"MODEL_TOKEN": estate.secret(f"hf_{CORE}aBcDeFgHiJkLmNoPqRsTuV"), "STAGE": "production"},
    }, imageIdentifier=image, imageVersion="3")
    for identifier, more in (
        ("mvm-0c11a1c0000000001", {"ingressNetworkConnectors": [], "egressNetworkConnectors": []}),
        ("mvm-0c11a1c0000000002", {"executionRoleArn": role_arn("clinic-documents"), "egressNetworkConnectors": [f"arn:aws:lambda:{FRANKFURT}:{ACCOUNT}:network-connector:nc-0c11a1c000000002"]}),
    ):
        own = {"microvmId": identifier, "state": "RUNNING", "imageArn": image, "imageVersion": "3", "startedAt": MADE}
        estate.item(FRANKFURT, "lambda-microvms", "ListMicrovms", "items", own)
        estate.put(FRANKFURT, "lambda-microvms", "GetMicrovm", own | {"endpoint": f"{identifier}.lambda-microvm.{FRANKFURT}.on.aws", "maximumDurationInSeconds": 3600, **more}, microvmIdentifier=identifier)
    estate.item(FRANKFURT, "lambda-microvms", "ListMicrovms", "items", {"microvmId": "mvm-0c11a1c0000000003", "state": "TERMINATED", "imageArn": image, "imageVersion": "2", "startedAt": MADE})
