"""Names that the parts of `clinic` share."""

from network import hexadecimal

ACCOUNT = "111122223333"
PARTNER = "444455556666"
ORGANIZATION = "o-c1in1chea1"
FRANKFURT, IRELAND, VIRGINIA = REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")

VPC = {region: hexadecimal("vpc", number) for number, region in enumerate(REGIONS, 1)}
SUBNET = {
    name: hexadecimal("subnet", number)
    for number, name in enumerate(("app-a", "app-b", "app-a2", "full-c", "edge-a", "small-b", "db-a", "db-b", "six-c", "batch-a", "batch-b", "us-a", "us-b"), 0xA1)
}
GROUP = {name: hexadecimal("sg", number) for number, name in enumerate(("app", "db", "fhir", "export", "quote", "portal", "tasks", "batch", "smtp", "us"), 0xB1)}
KEY = {
    "claims": "0c11a1c0-1111-4a01-8c01-000000000001",
    "exports": "0c11a1c0-1111-4a02-8c02-000000000002",
    "shared": "0c11a1c0-1111-4a03-8c03-000000000003",
    "premium": "0c11a1c0-2222-4a04-8c04-000000000004",
    "portal": "0c11a1c0-3333-4a05-8c05-000000000005",
    "imported": "0c11a1c0-1111-4a06-8c06-000000000006",
    "escrow": "0c11a1c0-1111-4a07-8c07-000000000007",
    "records": "mrk-0c11a1c011114a088c08000000000008",
    "west": "0c11a1c0-2222-4a09-8c09-000000000009",
    "signing": "0c11a1c0-3333-4a0a-8c0a-00000000000a",
}


def key_arn(region: str, name: str) -> str:
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{KEY[name]}"


def function_arn(region: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"
