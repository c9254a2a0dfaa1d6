"""The estate `clinic`: a health insurer's serverless systems, each weakness beside its clean twin."""

import clinic_account
import clinic_apis
import clinic_apis_more
import clinic_data
import clinic_events
import clinic_front
import clinic_functions
import clinic_guard
import clinic_keys
import clinic_lambda_more
import clinic_network
import clinic_network_more
import clinic_queues
import clinic_trails
import clinic_watch
import expect_capacity_rates
import expect_capacity_addresses
import expect_escalation
import expect_iam_policies
import expect_iam_trust
import expect_keys_and_doors
import expect_lambda_availability
import expect_lambda_exposure
import expect_lambda_roles
import expect_vpc_availability
from clinic_names import ACCOUNT, REGIONS
from estate import Estate

PARTS = (
    clinic_network,
    clinic_network_more,
    clinic_functions,
    clinic_lambda_more,
    clinic_apis,
    clinic_apis_more,
    clinic_account,
    clinic_keys,
    clinic_trails,
    clinic_queues,
    clinic_events,
    clinic_data,
    clinic_guard,
    clinic_front,
    clinic_watch,
)


def build() -> Estate:
    estate = Estate("clinic", {
        "description": "A health insurer's serverless systems in three regions, each weakness beside its clean twin",
        "account": ACCOUNT,
        "caller": {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/tripod-scanner/tripod", "UserId": "AROACLINICROLE000012:tripod"},
        "regions": [*({"name": region, "opt_in": "opt-in-not-required"} for region in REGIONS), {"name": "me-south-1", "opt_in": "not-opted-in"}],
    })
    for part in PARTS:
        part.build(estate)
    expect_keys_and_doors.build(estate)
    expect_lambda_roles.build(estate)
    expect_lambda_exposure.build(estate)
    expect_lambda_availability.build(estate)
    expect_iam_policies.clinic(estate)
    expect_iam_trust.clinic(estate)
    expect_escalation.clinic(estate)
    expect_vpc_availability.clinic(estate)
    expect_capacity_rates.build(estate)
    expect_capacity_addresses.clinic(estate)
    return estate
