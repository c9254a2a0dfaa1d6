//! The IPv4 addresses that Lambda needs in the subnets of a region, against those that the subnets have.
//!
//! Lambda does not take an address for every execution. It makes one network interface for each
//! combination of a subnet and a *set* of security groups, all functions with that pair share it, and
//! one interface carries up to 65,000 connections; only traffic beyond that adds an interface
//! (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>). So what exhausts a subnet is
//! many sets of security groups, and seldom concurrency.
//!
//! The model, for subnet `s`, security-group set `g`, functions `f`, capacity providers `p`, connectors `k`:
//!
//! ```text
//! C(s,g)  = Σ c(f) / subnets(f)            functions with set g in s; executions spread evenly
//! n(s,g)  = max(interfaces that exist, 1 if the set is alive, ⌈C(s,g) × connections / 65,000⌉)
//! i(s,p)  = max(instances that exist, ⌈most instances(p) / subnets(p)⌉)
//! need(s) = Σ n(s,g) + Σ i(s,p) + Σ max(interfaces that exist(k), 1)
//! ```
//!
//! What `c(f)` and "alive" are is what tells the scenarios apart: [`scenarios`](self::Scenario). An interface that
//! exists stays in the need whatever the formula says: AWS does not publish when it adds one, so what it
//! did add is the better evidence.
//!
//! [`project`] is the one entry; `docs/reference/capacity.md` explains every figure.

mod cures;
mod demand;
mod estate;
mod failure;
mod limits;
mod load;
mod ranges;
mod region;
mod scenarios;
mod supply;
#[cfg(test)]
mod tests;
mod verdicts;

use serde::{Serialize, Serializer};
use tripod_model::{Cause, RegionalAccount, Unknown};

pub use cures::{Cure, CureKind, NoCure, Verdict};
pub use failure::{Failure, FailureKind, Symptom};
pub use limits::{LimitUse, QuotaBasis};
pub use region::{GroupSetAddresses, RegionScenario, SumScenario, VpcAddresses, ZoneAddresses};
pub use scenarios::{Outcome, Scenario, SubnetScenario};
pub use supply::{Supply, Tenant, TenantKind};

use crate::Assumptions;
pub use crate::WhatIf;
use estate::Estate;

/// Addresses of a region: supply, demand in every scenario, what runs short, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionAddresses {
    /// What was assumed.
    pub assumptions: Assumptions,
    /// What was thought of.
    pub what_if: WhatIf,
    /// Names in [`WhatIf`] that the region does not have, as `function NAME` and `zone NAME`. They changed nothing.
    pub unmatched: Vec<String>,
    /// Inputs that are missing, and what each does to the figures. Empty: everything was read.
    pub gaps: Vec<Gap>,
    /// Subnets that functions, capacity providers or connectors use, by id.
    pub subnets: Vec<SubnetAddresses>,
    /// The same by zone. A subnet that AWS named no zone of is in none.
    pub zones: Vec<ZoneAddresses>,
    /// The same by VPC, each with its quota of interfaces.
    pub vpcs: Vec<VpcAddresses>,
    /// Sets of security groups of functions, in order.
    pub group_sets: Vec<GroupSetAddresses>,
    /// Interfaces of the region against its quota, in every scenario.
    pub region_limit: Assessed<Vec<LimitUse>>,
    /// Each scenario over the whole region.
    pub scenarios: Vec<RegionScenario>,
    /// What runs short, worst first, with the cheapest cure. Empty: nothing does in any scenario.
    pub verdicts: Vec<Verdict>,
}

/// One subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubnetAddresses {
    /// The subnet.
    pub subnet_id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Its VPC; none where AWS did not say.
    pub vpc_id: Option<String>,
    /// Its zone, by the account's name; none where AWS did not say.
    pub availability_zone: Option<String>,
    /// Its zone, by the name that all accounts share.
    pub availability_zone_id: Option<String>,
    /// Names of functions that use it, published versions among them, sorted.
    pub functions: Vec<String>,
    /// Its combinations: sets of security groups that functions use here, in order.
    pub combinations: Vec<Combination>,
    /// Names of capacity providers that may start instances in it.
    pub capacity_providers: Vec<String>,
    /// Names of network connectors with interfaces in it.
    pub network_connectors: Vec<String>,
    /// Addresses that it has.
    pub supply: Assessed<Supply>,
    /// Addresses that Lambda asks of it, scenario by scenario. One in which the subnet's own zone is lost is left out.
    pub scenarios: Vec<SubnetScenario>,
    /// Inputs that are missing for it, those of the whole region among them.
    pub gaps: Vec<Gap>,
}

impl SubnetAddresses {
    /// The result of one scenario; none where the subnet's own zone is lost in it.
    pub fn scenario(&self, scenario: &Scenario) -> Option<&Assessed<Outcome>> {
        let mut all = self.scenarios.iter();
        let found = all.find(|result| &result.scenario == scenario)?;
        Some(&found.outcome)
    }
}

/// One set of security groups in one subnet: one shared interface, or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The set, sorted.
    pub security_group_ids: Vec<String>,
    /// Functions whose unpublished version uses it, sorted.
    pub functions: Vec<String>,
    /// Published versions that use it, as `function:version`, sorted. They keep the combination alive.
    pub versions: Vec<String>,
    /// Lambda's interfaces with exactly this set in the subnet now; none where interfaces are not known.
    pub interfaces_now: Option<i64>,
    /// Whether every function of it is seen to be inactive: Lambda may have taken its interface back, and needs an
    /// address again.
    pub idle: bool,
    /// Whether published versions alone use it.
    pub versions_only: bool,
}

/// A figure, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assessed<T> {
    /// It could be worked out.
    Known(T),
    /// An input is missing that nothing can stand in for.
    NotAssessed(Gap),
}

impl<T> Assessed<T> {
    /// The figure.
    ///
    /// # Errors
    /// When it is not assessed: the reason.
    pub fn known(&self) -> Result<&T, Unknown> {
        match self {
            Self::Known(value) => Ok(value),
            Self::NotAssessed(gap) => Err(gap.unknown.clone()),
        }
    }
}

/// An input that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What it is about.
    pub kind: GapKind,
    /// What is missing, in words.
    pub input: String,
    /// What stands in for it, and what that does to the figures; that there are none, where nothing can.
    pub effect: &'static str,
    /// Whether more addresses may be needed than expected, had it been read.
    pub hides_need: bool,
    /// Why it is missing.
    #[serde(rename = "cause", serialize_with = "as_cause")]
    pub unknown: Unknown,
}

/// What a missing input is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// What a function has reserved, and whether it is awake.
    FunctionDetails,
    /// What aliases lead to.
    Aliases,
    /// What versions and aliases have provisioned.
    ProvisionedConcurrency,
    /// Executions at once of the last 30 days.
    Metrics,
    /// What no function has reserved.
    UnreservedPool,
    /// Capacity providers, or their bounds.
    CapacityProviders,
    /// Network connectors, or their subnets.
    Connectors,
    /// Network interfaces.
    Interfaces,
    /// A subnet's range or free addresses.
    Subnet,
    /// Ranges of a subnet that are reserved.
    RangeReservations,
    /// An applied quota.
    Quota,
}

fn as_cause<S: Serializer>(unknown: &Unknown, serializer: S) -> Result<S::Ok, S::Error> {
    Cause::from(unknown.clone()).serialize(serializer)
}

/// Projects the addresses that Lambda needs in a region.
///
/// # Errors
/// When the list of functions is not known: nothing can be said then. Every other missing input becomes a
/// [`Gap`], in the report or in the figure that it takes away.
pub fn project(
    region: &RegionalAccount,
    assumptions: &Assumptions,
    what_if: &WhatIf,
) -> Result<RegionAddresses, Unknown> {
    let estate = Estate::of(region, what_if)?;
    Ok(region::report(&estate, assumptions, what_if))
}
