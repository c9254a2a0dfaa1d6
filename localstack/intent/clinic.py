"""The estate `clinic`: a health insurer's serverless systems, each weakness beside its clean twin."""

import clinic_account
import clinic_apis
import clinic_front
import clinic_functions
import clinic_network
import clinic_watch
from clinic_names import ACCOUNT, REGIONS
from estate import Estate


def build() -> Estate:
    estate = Estate("clinic", {
        "description": "A health insurer's serverless systems in three regions, each weakness beside its clean twin",
        "account": ACCOUNT,
        "caller": {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/tripod-scanner/tripod", "UserId": "AROACLINICROLE000012:tripod"},
        "regions": [*({"name": region, "opt_in": "opt-in-not-required"} for region in REGIONS), {"name": "me-south-1", "opt_in": "not-opted-in"}],
    })
    for part in (clinic_network, clinic_functions, clinic_apis, clinic_account, clinic_front, clinic_watch):
        part.build(estate)
    return estate
