"""The keys of `clinic`: who may use them beside what policies say, whether they are renewed, used and reachable."""

import hashlib

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, KEY, PARTNER, REGIONS, VIRGINIA, function_arn, role_arn
from estate import KEY_CHECKS, Estate, policy

PUBLIC, DELETION = KEY_CHECKS
MADE = "2025-11-03T09:00:00Z"
DEFAULT = "Default key that protects my Lambda functions when no other key is defined"


def build(estate: Estate) -> None:
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}
    caller = {"StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": f"s3.{FRANKFURT}.amazonaws.com"}}
    via = {"StringEquals": {"kms:ViaService": f"s3.{VIRGINIA}.amazonaws.com"}}
    partner = {"Sid": "Partner", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"}, "Action": "kms:Decrypt", "Resource": "*"}
    mine, alive = "pass, the account only", "pass, enabled"

    # Renewed a year ago, and each grant is limited to one function.
    key(estate, FRANKFURT, "claims", "clinic-claims", [], rotates=True, rotations=[("2026-11-03T09:00:00Z", "AUTOMATIC")], public=mine, deletion=alive, tags={"owner": "claims", "data": "health"}, grants=[
        grant("a1", role_arn("clinic-claims"), ["Decrypt", "RetireGrant"], retiring=role_arn("clinic-claims"), name="environment of claims-intake",
              constraints={"EncryptionContextEquals": {"aws:lambda:FunctionArn": function_arn(FRANKFURT, "claims-intake")}}),
        service_grant("a2", "dynamodb.amazonaws.com", ["Decrypt", "GenerateDataKey", "DescribeKey"], f"arn:aws:dynamodb:{FRANKFURT}:{ACCOUNT}:table/patients"),
    ])
    # Never renewed but once by hand; another account may grant on, without any limit.
    key(estate, FRANKFURT, "exports", "clinic-exports", [everybody], rotations=[("2025-12-01T10:30:00Z", "ON_DEMAND")], public="fail, everybody may decrypt with it", deletion=alive, grants=[
        grant("b1", f"arn:aws:iam::{PARTNER}:root", ["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey"]),
        grant("b2", f"arn:aws:iam::{PARTNER}:root", ["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey"]),
    ])
    key(estate, FRANKFURT, "shared", "clinic-shared", [everybody | {"Condition": caller}], rotates=True, public="pass, everybody of this account, through S3", deletion=alive, grants=[
        grant("c1", role_arn("clinic-documents"), ["Decrypt"], constraints={"EncryptionContextSubset": {"department": "documents"}}),
    ], next_rotation="2027-06-01T09:00:00Z", more={"CreationDate": "2026-06-01T09:00:00Z"})
    # Material from outside: one that runs out within days, one that stays.
    key(estate, FRANKFURT, "imported", "clinic-imported", [], public=mine, deletion=alive, last_use=("2026-11-21T22:10:00Z", "GenerateDataKey"),
        more={"Origin": "EXTERNAL", "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": "2026-12-05T00:00:00Z"})
    key(estate, FRANKFURT, "escrow", "clinic-escrow", [], public=mine, deletion=alive, last_use=("2026-11-20T04:00:00Z", "Decrypt"), rotations=[("2026-05-04T08:00:00Z", "ON_DEMAND")],
        more={"Origin": "EXTERNAL", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"})
    # One key in two regions; the replica lets a partner in that the primary does not.
    for region, role, statements in ((FRANKFURT, "PRIMARY", []), (IRELAND, "REPLICA", [partner])):
        public = "pass, the account only" if not statements else "pass, the account and one other"
        key(estate, region, "records", "clinic-records", statements, rotates=True, public=public, deletion=alive, last_use=("2026-11-22T05:00:00Z", "Encrypt"), more={
            "MultiRegion": True,
            "MultiRegionConfiguration": {"MultiRegionKeyType": role, "PrimaryKey": regional(FRANKFURT), "ReplicaKeys": [regional(IRELAND)]},
        })
    # On its way out, and used yesterday.
    key(estate, IRELAND, "premium", None, [], state="PendingDeletion", public=mine, deletion="fail, it will be deleted, and batch-premium needs it", last_use=("2026-11-21T03:15:00Z", "Decrypt"))
    # Switched off while a trail needs it.
    key(estate, IRELAND, "west", "clinic-west", [], state="Disabled", public=mine, deletion="pass, disabled", last_use=("2026-11-19T12:00:00Z", "GenerateDataKey"))
    # Nobody has used this one since KMS keeps count.
    key(estate, VIRGINIA, "portal", "clinic-portal", [everybody | {"Condition": via}], public="fail, everybody through S3, whose account is not asked", deletion=alive, last_use=None)
    key(estate, VIRGINIA, "signing", "clinic-signing", [], public=mine, deletion=alive, last_use=("2026-11-22T05:30:00Z", "Sign"),
        more={"KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_2048", "SigningAlgorithms": ["RSASSA_PSS_SHA_256"]})
    stores(estate)
    for number, region in enumerate(REGIONS, 1):
        managed_key(estate, region, f"0c11a1c0-aaaa-4a0a-8c0a-00000000000{number}", "aws/lambda")


def arn_of(region: str, identifier: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{identifier}"


def regional(region: str) -> dict:
    return {"Arn": arn_of(region, KEY["records"]), "Region": region}


def grant(number: str, grantee: str, operations: list, *, retiring: str | None = None, name: str | None = None, constraints: dict | None = None) -> dict:
    """A grant to a principal, made by somebody of the account."""
    optional = {"RetiringPrincipal": retiring, "Name": name, "Constraints": constraints}
    return {
        "GrantId": number * 32, "GranteePrincipal": grantee, "IssuingAccount": f"arn:aws:iam::{ACCOUNT}:root", "CreationDate": "2026-03-01T08:00:00Z", "Operations": operations,
        **{member: value for member, value in optional.items() if value},
    }


def service_grant(number: str, service: str, operations: list, source: str) -> dict:
    """A grant to a service, for one resource."""
    return {
        "GrantId": number * 32, "GranteeServicePrincipal": service, "RetiringServicePrincipal": service, "IssuingAccount": f"arn:aws:iam::{ACCOUNT}:root", "CreationDate": "2026-03-01T08:00:00Z", "Operations": operations,
        "Constraints": {"SourceArn": source},
    }


def key(
    estate: Estate, region: str, name: str, alias: str | None, statements: list, *, public: str, deletion: str, state: str = "Enabled", rotates: bool = False, next_rotation: str = "2027-11-03T09:00:00Z",
    rotations: list | None = None, grants: list | None = None, tags: dict | None = None, last_use: tuple | None = None, more: dict | None = None,
) -> None:
    """A customer's key with everything that is asked about it. `last_use`: when, and which operation."""
    identifier = KEY[name]
    root = {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    metadata = {"Description": f"{name} of the clinic", "Enabled": state == "Enabled", "KeyState": state, "KeyManager": "CUSTOMER", **(more or {})}
    if state == "PendingDeletion":
        metadata |= {"DeletionDate": "2026-12-14T09:00:00Z"}
    for form in listed(estate, region, identifier, alias, metadata, policy(root, *statements), rotates, next_rotation):
        estate.put(region, "kms", "ListGrants", {"Grants": [{"KeyId": arn_of(region, identifier), **one} for one in grants or []], "Truncated": False}, KeyId=form)
        estate.put(region, "kms", "ListResourceTags", {"Tags": [{"TagKey": name, "TagValue": value} for name, value in (tags or {}).items()], "Truncated": False}, KeyId=form)
        done = [{"KeyId": arn_of(region, identifier), "RotationDate": date, "RotationType": kind} for date, kind in rotations or []]
        estate.put(region, "kms", "ListKeyRotations", {"Rotations": done, "Truncated": False}, KeyId=form)
        usage = {"Timestamp": last_use[0], "Operation": last_use[1]} if last_use else {}
        estate.put(region, "kms", "GetKeyLastUsage", {"KeyId": identifier, "KeyLastUsage": usage, "TrackingStartDate": "2026-04-23T00:00:00Z", "KeyCreationDate": MADE}, KeyId=form)
    estate.expect(arn_of(region, identifier), KEY_CHECKS, f"{PUBLIC}: {public}\n{DELETION}: {deletion}")


def managed_key(estate: Estate, region: str, identifier: str, alias: str) -> None:
    """A key that AWS manages. It gets no outcome, and costs no question."""
    statement = {
        "Sid": "Allow access through AWS Lambda for all principals in the account that are authorized to use AWS Lambda", "Effect": "Allow", "Principal": {"AWS": "*"},
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"], "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": f"lambda.{region}.amazonaws.com", "kms:CallerAccount": ACCOUNT}},
    }
    metadata = {"Description": DEFAULT, "Enabled": True, "KeyState": "Enabled", "KeyManager": "AWS"}
    listed(estate, region, identifier, alias, metadata, policy(statement), True, "2027-11-03T09:00:00Z")


def listed(estate: Estate, region: str, identifier: str, alias: str | None, metadata: dict, document: dict, rotates: bool, next_rotation: str) -> tuple[str, str]:
    """What every key has. Gives the two forms in which a key is asked for."""
    arn = arn_of(region, identifier)
    estate.item(region, "kms", "ListKeys", "Keys", {"KeyId": identifier, "KeyArn": arn})
    whole = {
        "AWSAccountId": ACCOUNT, "KeyId": identifier, "Arn": arn, "CreationDate": MADE, "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": False,
        **metadata,
    }
    if whole["KeyUsage"] == "ENCRYPT_DECRYPT":
        whole |= {"EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "CurrentKeyMaterialId": hashlib.sha256(arn.encode()).hexdigest()}
    period = {"RotationPeriodInDays": 365, "NextRotationDate": next_rotation} if rotates else {}
    forms = (identifier, arn)
    for form in forms:
        estate.put(region, "kms", "DescribeKey", {"KeyMetadata": whole}, KeyId=form)
        estate.put(region, "kms", "GetKeyPolicy", {"Policy": document, "PolicyName": "default"}, KeyId=form)
        estate.put(region, "kms", "GetKeyRotationStatus", {"KeyRotationEnabled": rotates, "KeyId": identifier, **period}, KeyId=form)
    if alias:
        estate.item(region, "kms", "ListAliases", "Aliases", {"AliasName": f"alias/{alias}", "AliasArn": f"arn:aws:kms:{region}:{ACCOUNT}:alias/{alias}", "TargetKeyId": identifier, "CreationDate": MADE, "LastUpdatedDate": MADE})
    return forms


def stores(estate: Estate) -> None:
    """Two custom key stores: one that cannot be reached, one that can."""
    estate.put(VIRGINIA, "kms", "DescribeCustomKeyStores", {"Truncated": False, "CustomKeyStores": [
        {
            "CustomKeyStoreId": "cks-0c11a1c0000000001", "CustomKeyStoreName": "clinic-vault", "CustomKeyStoreType": "EXTERNAL_KEY_STORE", "ConnectionState": "FAILED", "ConnectionErrorCode": "XKS_PROXY_TIMED_OUT", "CreationDate": MADE,
            "XksProxyConfiguration": {"Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": estate.secret("XKSTRIPODPLANTED234567AB"), "UriEndpoint": "https://vault.clinic.example", "UriPath": "/clinic/kms/xks/v1"},
        },
        {
            "CustomKeyStoreId": "cks-0c11a1c0000000002", "CustomKeyStoreName": "clinic-hsm", "CustomKeyStoreType": "AWS_CLOUDHSM", "ConnectionState": "CONNECTED", "CreationDate": MADE, "CloudHsmClusterId": "cluster-0c11a1c0001",
            "TrustAnchorCertificate": "-----BEGIN CERTIFICATE-----\nMIIClinic\n-----END CERTIFICATE-----",
        },
    ]})
