//! What fails first when something runs short, and how that shows.

use serde::Serialize;

const VPC: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";
const STATES: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html";
const INVOKE: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html";
const INSTANCES: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html";
const REGION: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

/// What gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A combination without an interface gets no address: its functions cannot be created, updated or woken.
    NoAddressForInterface,
    /// Interfaces exist and are full: no further one carries more connections.
    NoAddressForConnections,
    /// A capacity provider starts no further instance.
    NoAddressForInstance,
    /// A network connector gets no interface.
    NoAddressForConnector,
    /// Old and new interfaces do not fit at once: security groups cannot all be replaced in one go.
    NoAddressForReplacement,
    /// The VPC has as many of these interfaces as its quota allows.
    VpcQuota,
    /// The region has as many interfaces as its quota allows.
    RegionQuota,
    /// Every subnet of a function is in the zone that is lost.
    NoSubnetLeft,
}

/// What fails first, for whom, and how it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What gives way.
    pub kind: FailureKind,
    /// Where: a subnet, a VPC, or the region.
    pub place: String,
    /// Functions, `function:version`s, capacity providers and connectors that stop, sorted. Of several that ask for the
    /// last address any may be the one that gets it, so all are named.
    pub stops: Vec<String>,
    /// Whether it happens in the expected case; otherwise only in the high one.
    pub expected: bool,
    /// How it shows.
    pub shows: Vec<Symptom>,
}

impl Failure {
    pub(crate) fn new(
        kind: FailureKind,
        place: &str,
        mut stops: Vec<String>,
        expected: bool,
    ) -> Self {
        stops.sort();
        stops.dedup();
        Self {
            kind,
            place: place.to_owned(),
            stops,
            expected,
            shows: kind.shows().to_vec(),
        }
    }
}

/// How a failure shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Symptom {
    /// Where it can be seen, such as `Invoke` or `GetFunction`.
    pub seen_in: &'static str,
    /// The error's name, where there is an error.
    pub error: Option<&'static str>,
    /// `State` or `LastUpdateStatus` of the function, where it shows there.
    pub state: Option<&'static str>,
    /// `StateReasonCode` or `LastUpdateStatusReasonCode`.
    pub reason_code: Option<&'static str>,
    /// What happens, in words.
    pub text: &'static str,
    /// Where AWS says so.
    pub source: &'static str,
}

const fn error(name: &'static str, text: &'static str) -> Symptom {
    Symptom {
        seen_in: "Invoke",
        error: Some(name),
        state: None,
        reason_code: None,
        text,
        source: INVOKE,
    }
}

const fn state(state: &'static str, code: &'static str, text: &'static str) -> Symptom {
    Symptom {
        seen_in: "GetFunction",
        error: None,
        state: Some(state),
        reason_code: Some(code),
        text,
        source: STATES,
    }
}

const fn words(seen_in: &'static str, text: &'static str, source: &'static str) -> Symptom {
    Symptom {
        seen_in,
        error: None,
        state: None,
        reason_code: None,
        text,
        source,
    }
}

const OUT_OF_ADDRESSES: [Symptom; 3] = [
    state(
        "Failed",
        "SubnetOutOfIPAddresses",
        "a function that is created or woken does not become active",
    ),
    state(
        "LastUpdateStatus Failed",
        "SubnetOutOfIPAddresses",
        "an update fails, and the function goes on as it was",
    ),
    error(
        "SubnetIPAddressLimitReachedException",
        "a call that needs a new interface is answered with status 502",
    ),
];

const FULL_INTERFACE: [Symptom; 1] = [words(
    "the function's own connections",
    "AWS publishes no error: connections beyond those that the interfaces carry are expected to fail or time out",
    VPC,
)];

const NO_INSTANCE: [Symptom; 1] = [words(
    "Invoke",
    "no instance is added; calls beyond what the running ones serve are throttled",
    INSTANCES,
)];

const NO_CONNECTOR: [Symptom; 1] = [Symptom {
    seen_in: "GetNetworkConnector",
    error: None,
    state: Some("FAILED"),
    reason_code: Some("SubnetOutOfIPAddresses"),
    text: "microVMs and web functions have no way into the VPC",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/microvms-troubleshooting.html",
}];

const REPLACEMENT: [Symptom; 1] = [state(
    "LastUpdateStatus Failed",
    "SubnetOutOfIPAddresses",
    "updates fail until old interfaces are gone, up to 20 minutes later; the functions go on as they were",
)];

const VPC_QUOTA: [Symptom; 3] = [
    state(
        "Failed",
        "EniLimitExceeded",
        "a function that is created or woken does not become active",
    ),
    state(
        "LastUpdateStatus Failed",
        "EniLimitExceeded",
        "an update fails, and the function goes on as it was",
    ),
    error(
        "ENILimitReachedException",
        "a call that needs a new interface is answered with status 502",
    ),
];

const REGION_QUOTA: [Symptom; 1] = [words(
    "EC2 and every service with interfaces in subnets",
    "nothing in the region gets a further interface: instances, tasks, endpoints, load balancers and functions",
    REGION,
)];

const NO_SUBNET: [Symptom; 1] = [words(
    "Invoke",
    "the function has no zone left to run in and does not run until the zone is back",
    VPC,
)];

impl FailureKind {
    fn shows(self) -> &'static [Symptom] {
        match self {
            Self::NoAddressForInterface => &OUT_OF_ADDRESSES,
            Self::NoAddressForConnections => &FULL_INTERFACE,
            Self::NoAddressForInstance => &NO_INSTANCE,
            Self::NoAddressForConnector => &NO_CONNECTOR,
            Self::NoAddressForReplacement => &REPLACEMENT,
            Self::VpcQuota => &VPC_QUOTA,
            Self::RegionQuota => &REGION_QUOTA,
            Self::NoSubnetLeft => &NO_SUBNET,
        }
    }
}
