"""Tables, secrets, parameters, backups, images. Certificates and Lambda's younger siblings: nothing that a maker decides."""

import json


def seed(seeder) -> None:
    _tables(seeder)
    _secrets(seeder)
    _parameters(seeder)
    _backups(seeder)
    _images(seeder)
    for item in seeder.items("acm", "ListCertificates", "CertificateSummaryList"):
        seeder.gap(f"certificate of {item['DomainName']}", "no emulator issues one with an ARN and an end of one's choice")
    for service, operation, member in (("lambda-core", "ListNetworkConnectors", "NetworkConnectors"), ("lambda-microvms", "ListMicrovms", "items"), ("lambda-microvms", "ListMicrovmImages", "items")):
        for _ in seeder.items(service, operation, member):
            seeder.gap(f"{service}:{operation}", "no emulator makes these with the estate's ids")


def _tables(seeder) -> None:
    dynamodb = seeder.client("dynamodb", seeder.region)
    for name in seeder.items("dynamodb", "ListTables", "TableNames"):
        table = seeder.documents.answer(seeder.region, "dynamodb", "DescribeTable", TableName=name)["Table"]
        more = {member: table[member] for member in ("DeletionProtectionEnabled", "StreamSpecification") if member in table}
        if "SSEDescription" in table:
            more["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": seeder.mapped(table["SSEDescription"]["KMSMasterKeyArn"])}
        seeder.attempt(f"table {name}", dynamodb.create_table, TableName=name, KeySchema=table["KeySchema"], AttributeDefinitions=table["AttributeDefinitions"], BillingMode="PAY_PER_REQUEST", **more)
        for replica in table.get("Replicas", []):
            seeder.gap(f"replica of {name} in {replica['RegionName']}", "would be a table of that region, which the estate does not have")
        backups = seeder.documents.answer(seeder.region, "dynamodb", "DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if backups["PointInTimeRecoveryStatus"] == "ENABLED":
            own = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": backups["RecoveryPeriodInDays"]}
            seeder.attempt(f"recovery of {name}", dynamodb.update_continuous_backups, TableName=name, PointInTimeRecoverySpecification=own)
        policy = seeder.documents.answer(seeder.region, "dynamodb", "GetResourcePolicy", ResourceArn=table["TableArn"])
        if policy:
            seeder.attempt(f"policy of {name}", dynamodb.put_resource_policy, ResourceArn=table["TableArn"], Policy=json.dumps(policy["Policy"]))


def _secrets(seeder) -> None:
    manager = seeder.client("secretsmanager", seeder.region)
    for secret in seeder.items("secretsmanager", "ListSecrets", "SecretList"):
        name = secret["Name"]
        more = {member: seeder.mapped(secret[member]) for member in ("KmsKeyId", "Description") if member in secret}
        made = seeder.attempt(f"secret {name}", manager.create_secret, Name=name, SecretString="made by the seeder", **more)
        if not made:
            continue
        seeder.ids[secret["ARN"]] = made["ARN"]
        own = seeder.documents.answer(seeder.region, "secretsmanager", "GetResourcePolicy", SecretId=secret["ARN"])
        if "ResourcePolicy" in own:
            seeder.attempt(f"policy of {name}", manager.put_resource_policy, SecretId=made["ARN"], ResourcePolicy=json.dumps(own["ResourcePolicy"]))
        if secret.get("RotationEnabled"):
            seeder.gap(f"rotation of {name}", "runs its function at once, which the emulator does not have")


def _parameters(seeder) -> None:
    ssm = seeder.client("ssm", seeder.region)
    for item in seeder.items("ssm", "DescribeParameters", "Parameters"):
        more = {member: seeder.mapped(item[member]) for member in ("KeyId", "Tier") if member in item}
        seeder.attempt(f"parameter {item['Name']}", ssm.put_parameter, Name=item["Name"], Type=item["Type"], Value="made by the seeder", **more)


def _backups(seeder) -> None:
    backup = seeder.client("backup", seeder.region)
    for vault in seeder.items("backup", "ListBackupVaults", "BackupVaultList"):
        name = vault["BackupVaultName"]
        seeder.attempt(f"vault {name}", backup.create_backup_vault, BackupVaultName=name, EncryptionKeyArn=seeder.mapped(vault["EncryptionKeyArn"]))
        if vault["Locked"]:
            seeder.attempt(f"lock of {name}", backup.put_backup_vault_lock_configuration, BackupVaultName=name, MinRetentionDays=vault["MinRetentionDays"], MaxRetentionDays=vault["MaxRetentionDays"], ChangeableForDays=3)
    for item in seeder.items("backup", "ListBackupPlans", "BackupPlansList"):
        own = seeder.documents.answer(seeder.region, "backup", "GetBackupPlan", BackupPlanId=item["BackupPlanId"])
        made = seeder.attempt(f"plan {item['BackupPlanName']}", backup.create_backup_plan, BackupPlan=own["BackupPlan"])
        if made:
            seeder.ids[item["BackupPlanId"]] = made["BackupPlanId"]
    for item in seeder.items("backup", "ListProtectedResources", "Results"):
        seeder.gap(f"backup of {item['ResourceName']}", "no emulator has made one")


def _images(seeder) -> None:
    ecr = seeder.client("ecr", seeder.region)
    for repository in seeder.documents.answer(seeder.region, "ecr", "DescribeRepositories", repositoryNames=["photo-triage"]).get("repositories", []):
        name = repository["repositoryName"]
        seeder.attempt(f"repository {name}", ecr.create_repository, repositoryName=name, imageTagMutability=repository["imageTagMutability"])
        own = seeder.documents.answer(seeder.region, "ecr", "GetRepositoryPolicy", repositoryName=name)
        seeder.attempt(f"policy of {name}", ecr.set_repository_policy, repositoryName=name, policyText=json.dumps(own["policyText"]))
        seeder.gap(f"images of {name}", "have another digest when pushed, and no scan")
