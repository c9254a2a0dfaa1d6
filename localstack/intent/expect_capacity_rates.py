"""What the checks of concurrency, containment and quotas should find in each estate.

Each outcome is reckoned from the intent: throttles, routes and integrations in clinic_apis.py, functions and reservations in
clinic_functions.py and clinic_lambda_more.py, metrics, alarms and quotas in clinic_watch.py.
"""

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, VIRGINIA
from estate import Estate

CONTAINED, POOL, QUOTA = "apigateway-uncontained-endpoint", "lambda-scarce-unreserved-pool", "lambda-nearly-used-quota"

STAGES = {
    # claims-intake reserves 50.
    (FRANKFURT, "restapis/a1claims01", "prod"): "fail, 100 requests a second with burst 200 before a function that may have 50: the burst alone is more (low)",
    (FRANKFURT, "restapis/a1claims01", "load"): "fail, 10,000 with burst 5,000 before the 50 (low)",
    (FRANKFURT, "restapis/a1claims01", "test"): "fail, the account's 10,000 with burst 5,000 before the 50 (low)",
    # member-portal takes up to 30 s and was never called. Pool: 950 unreserved, 20 kept ready by claims-webhook; neighbours
    # need 100 for claims-adjudicate's peak and 1 each for seven others: 823.
    (FRANKFURT, "apis/h1members0", "$default"): "pass, 20 a second x 30 s with burst 50 are 650 of 823",
    (FRANKFURT, "apis/w1chat0000", "prod"): "fail, the account's burst of 5,000 alone is more than the 823, and takes nine others down",
    (IRELAND, "restapis/p1private0", "internal"): "not_applicable, the function it names is not in this region",
    (IRELAND, "apis/w2events00", "prod"): "fail, the pool is 100 and batch-premium alone needs 700",
    (VIRGINIA, "restapis/u1portal00", "v1"): "not_applicable, the function it names is not in this region, and the rest goes to a web server",
    (VIRGINIA, "apis/h2quotes00", "$default"): "pass, the function is switched off by a reservation of 0",
}

POOLS = {
    FRANKFURT: "pass, 50 reserved and 20 kept ready leave 930, the peak was 140",
    IRELAND: "not_applicable, nothing is reserved",
    VIRGINIA: "not_applicable, the only reservation is 0",
}

# By region, service and code.
QUOTAS = {
    (FRANKFURT, "lambda/L-B99A9384"): "pass, a peak of 140 of 1,000",
    (FRANKFURT, "lambda/L-2ACBD22F"): "pass, 12 MiB of 75 GiB of code",
    (FRANKFURT, "apigateway/L-8A5B8E43"): "pass, 1,310 requests in the busiest minute are 22 a second of 10,000",
    (FRANKFURT, "apigateway/L-AA0FF27B"): "pass, one regional API of 600",
    (FRANKFURT, "apigateway/L-1D180A63"): "pass, three keys of 10,000",
    (FRANKFURT, "apigateway/L-E8693075"): "pass, two plans of 300",
    (IRELAND, "lambda/L-B99A9384"): "fail, a peak of 700 of 100",
    (IRELAND, "lambda/L-2ACBD22F"): "pass, 3 MiB of 75 GiB of code",
    (IRELAND, "apigateway/L-8A5B8E43"): "pass, 1,310 requests in the busiest minute are 22 a second of 10,000",
    (IRELAND, "apigateway/L-A966AB5C"): "pass, one private API of 600",
    (VIRGINIA, "lambda/L-B99A9384"): "pass, a peak of 7 of 1,000",
    (VIRGINIA, "lambda/L-2ACBD22F"): "pass, 3 MiB of 75 GiB of code",
    (VIRGINIA, "apigateway/L-8A5B8E43"): "pass, 1,310 requests in the busiest minute are 22 a second of 10,000",
    (VIRGINIA, "apigateway/L-B97207D0"): "pass, one edge-optimised API of 120",
    # IAM's have no region.
    ("", "iam/L-FE177D64"): "pass, 12 roles of 1,000",
    ("", "iam/L-F55AF5E4"): "pass, 3 users of 5,000",
    ("", "iam/L-F4A5425F"): "pass, 2 groups of 300",
    ("", "iam/L-E95E4862"): "pass, 7 policies of 1,500",
    ("", "iam/L-6E65F664"): "not_assessed, the summary does not count instance profiles",
    ("", "iam/L-BF35879D"): "not_assessed, the summary does not count server certificates",
}

# Three roles, and nothing else that IAM counts; its region was not scanned, so nobody knows the quotas.
FRESH = {
    "iam/L-FE177D64": "not_assessed, the quotas of IAM are kept in us-east-1, which was not scanned",
    "iam/L-6E65F664": "not_assessed, the summary does not count instance profiles",
    "iam/L-BF35879D": "not_assessed, the summary does not count server certificates",
}


def quota_arn(region: str, account: str, quota: str) -> str:
    return f"arn:aws:servicequotas:{region}:{account}:{quota}"


def build(estate: Estate) -> None:
    for (region, api, stage), intent in STAGES.items():
        estate.expect(f"arn:aws:apigateway:{region}::/{api}/stages/{stage}", (CONTAINED,), f"{CONTAINED}: {intent}")
    for region, intent in POOLS.items():
        estate.expect(quota_arn(region, ACCOUNT, "lambda/L-B99A9384"), (POOL,), f"{POOL}: {intent}")
    for (region, quota), intent in QUOTAS.items():
        estate.expect(quota_arn(region, ACCOUNT, quota), (QUOTA,), f"{QUOTA}: {intent}")


def build_fresh(estate: Estate) -> None:
    for quota, intent in FRESH.items():
        estate.expect(quota_arn("", estate.account, quota), (QUOTA,), f"{QUOTA}: {intent}")
