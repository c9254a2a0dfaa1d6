//! What was taken for given, as rows for the report: none is silent.

use serde::Serialize;
use tripod_capacity::Assumptions;
use tripod_capacity::concurrency::{SCALING_SECONDS, SCALING_STEP, UNRESERVED_FLOOR};
use tripod_capacity::trend::FEWEST_POINTS;

use super::first::{NEAR_DAYS, NEAR_PERCENT};

/// Something taken for given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assumed {
    /// What, as `snake_case` of the JSON.
    pub name: &'static str,
    /// How much.
    pub value: i64,
    /// What it means.
    pub meaning: &'static str,
    /// Where it is written; none where nobody writes it and it is a choice.
    pub source: Option<&'static str>,
    /// The option that changes it.
    pub option: Option<&'static str>,
    /// Whether it is other than by default.
    pub changed: bool,
}

const LIMITS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const VPC: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";
const INSTANCES: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html";
const PROVIDER: &str =
    "https://docs.aws.amazon.com/lambda/latest/api/API_CapacityProviderScalingConfig.html";
const SIZING: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const RESERVED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";
const SCALING: &str = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html";
const SEN: &str = "https://doi.org/10.1080/01621459.1968.10480934";

/// The assumptions of a report.
pub(super) fn assumed(assumptions: &Assumptions) -> Vec<Assumed> {
    let Assumptions {
        connections_per_environment,
        connections_per_environment_bound,
        connections_per_interface,
        first_instances,
        processors_per_instance,
        processors_per_provider_bound,
        new_functions,
    } = *assumptions;
    let default = Assumptions::default();
    let given = |name, value: i64, meaning, source| Assumed {
        name,
        value,
        meaning,
        source,
        option: None,
        changed: false,
    };
    vec![
        Assumed {
            option: Some("--connections-per-environment"),
            changed: connections_per_environment != default.connections_per_environment,
            ..given(
                "connections_per_environment",
                connections_per_environment.into(),
                "connections that an execution environment keeps open; no API shows it",
                None,
            )
        },
        given(
            "connections_per_environment_bound",
            connections_per_environment_bound.into(),
            "the most that it can keep open, for the high case: its file descriptors",
            Some(LIMITS),
        ),
        given(
            "connections_per_interface",
            connections_per_interface.into(),
            "connections that one interface carries before Lambda adds another",
            Some(VPC),
        ),
        given(
            "addresses_reserved_per_subnet",
            5,
            "addresses of every subnet that AWS keeps",
            Some(SIZING),
        ),
        given(
            "first_instances",
            first_instances.into(),
            "instances that a capacity provider starts with",
            Some(INSTANCES),
        ),
        given(
            "processors_per_instance",
            processors_per_instance.into(),
            "processors of an instance whose type does not tell, the fewest",
            None,
        ),
        given(
            "processors_per_provider_bound",
            processors_per_provider_bound.into(),
            "processors of a capacity provider that shows no bound",
            Some(PROVIDER),
        ),
        Assumed {
            option: Some("--add-functions"),
            ..given(
                "new_functions",
                new_functions.into(),
                "functions, each with a new set of security groups, in the scenario of new functions where nobody \
                 asks for another number",
                None,
            )
        },
        given(
            "unreserved_floor",
            UNRESERVED_FLOOR,
            "executions that AWS does not let functions reserve",
            Some(RESERVED),
        ),
        given(
            "scaling_step",
            SCALING_STEP,
            "environments that a function may gain in the time below",
            Some(SCALING),
        ),
        given(
            "scaling_seconds",
            SCALING_SECONDS,
            "seconds in which it may gain them",
            Some(SCALING),
        ),
        given(
            "trend_points",
            i64::try_from(FEWEST_POINTS).unwrap_or(i64::MAX),
            "runs at different times below which a trend is unknown",
            Some(SEN),
        ),
        given(
            "near_days",
            NEAR_DAYS,
            "days before the end of a subnet's addresses from which the trend is among what fails first",
            None,
        ),
        given(
            "near_percent",
            NEAR_PERCENT,
            "percent of a quota, pool or reservation from which its use is among what fails first",
            None,
        ),
    ]
}
