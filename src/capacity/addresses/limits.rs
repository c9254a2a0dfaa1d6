//! Interfaces against the quotas of VPC and region.

use std::collections::BTreeMap;

use serde::Serialize;
use tripod_model::Unknown;

use super::demand::Three;
use super::estate::{Estate, Place, count, listed};
use super::failure::{Failure, FailureKind};
use super::scenarios::Scenario;
use super::supply::{TenantKind, kind};
use super::{Assessed, Gap, GapKind, SubnetAddresses};
use crate::{Band, Figure};

const LAMBDA_LIMITS: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const VPC_LIMITS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

/// Where the value of a quota comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaBasis {
    /// Service Quotas told what applies.
    Applied,
    /// AWS's default: what applies was not to be read. The high case takes the least that AWS has documented.
    Default,
}

/// Interfaces against a quota in one scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitUse {
    /// The scenario.
    pub scenario: Scenario,
    /// The quota's code.
    pub code: &'static str,
    /// The quota's name.
    pub quota_name: &'static str,
    /// Where its value comes from.
    pub basis: QuotaBasis,
    /// The quota.
    pub quota: Figure,
    /// The quota of the high case: less than `quota` where only defaults are known.
    pub quota_at_least: Figure,
    /// Interfaces that count against it.
    pub need: Band,
    /// Interfaces left: negative where the quota does not suffice.
    pub headroom: Band,
    /// What fails first; none where even the high case fits.
    pub failure: Option<Failure>,
}

/// A quota as it is known.
pub(super) struct Quota {
    code: &'static str,
    name: &'static str,
    basis: QuotaBasis,
    value: i64,
    at_least: i64,
    source: &'static str,
    pub(super) gap: Option<Gap>,
}

/// Interfaces of a VPC that Lambda makes. Shared with EFS. AWS's pages say 500, older ones 250.
pub(super) fn of_vpc(estate: &Estate<'_>) -> Quota {
    let quotas = listed(&estate.region.servicequotas.lambda);
    quota(
        "L-9FEE3D26",
        "Elastic network interfaces per VPC",
        quotas,
        (500, 250),
        LAMBDA_LIMITS,
    )
}

/// Interfaces of a region, of everything.
pub(super) fn of_region(estate: &Estate<'_>) -> Quota {
    let quotas = listed(&estate.region.servicequotas.vpc);
    quota(
        "L-DF5E4CA3",
        "Network interfaces per Region",
        quotas,
        (5_000, 5_000),
        VPC_LIMITS,
    )
}

fn quota(
    code: &'static str,
    name: &'static str,
    quotas: Result<&[tripod_model::servicequotas::Quota], Unknown>,
    (default, at_least): (i64, i64),
    source: &'static str,
) -> Quota {
    let unlisted = |error: String| Unknown::Failed {
        operation: "service-quotas:ListServiceQuotas".to_owned(),
        error,
    };
    let applied = quotas.and_then(|all| {
        let quota = all.iter().find(|quota| quota.code == code);
        let quota = quota.ok_or_else(|| unlisted(format!("quota {code} is not in the answer")))?;
        quota
            .value
            .filter(|value| *value >= 0.0)
            .ok_or_else(|| unlisted(format!("quota {code} was shown without a value")))
    });
    let known = |value, at_least, basis, gap| Quota {
        code,
        name,
        basis,
        value,
        at_least,
        source,
        gap,
    };
    match applied {
        Ok(value) => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded on the line itself"
            )]
            let value = value.clamp(0.0, 1e12).floor() as i64;
            known(value, value, QuotaBasis::Applied, None)
        }
        Err(unknown) => {
            let gap = Gap {
                kind: GapKind::Quota,
                input: format!("applied quota {code}, {name}"),
                effect: "AWS's default stands in for it; the high case takes the least that AWS has documented",
                hides_need: true,
                unknown,
            };
            known(default, at_least, QuotaBasis::Default, Some(gap))
        }
    }
}

impl Quota {
    /// Sets interfaces against the quota.
    pub(super) fn against(
        &self,
        scenario: &Scenario,
        kind: FailureKind,
        place: &str,
        parts: Parts,
        stops: impl FnOnce() -> Vec<String>,
    ) -> LimitUse {
        let of = |case: &dyn Fn(Three) -> i64| parts.figure(case, self.source);
        let need = Band {
            low: of(&|it| it.low),
            expected: of(&|it| it.expected),
            high: of(&|it| it.high),
        };
        let left = |quota: i64, need: &Figure| {
            Figure::new(
                quota.saturating_sub(need.value),
                "quota - need",
                [("quota", quota), ("need", need.value)],
                self.source,
            )
        };
        let headroom = Band {
            low: left(self.value, &need.low),
            expected: left(self.value, &need.expected),
            high: left(self.at_least, &need.high),
        };
        let expected = headroom.expected.value < 0;
        let short = expected || headroom.high.value < 0;
        let failure = short.then(|| Failure::new(kind, place, stops(), expected));
        let formula = match self.basis {
            QuotaBasis::Applied => "applied value of Service Quotas",
            QuotaBasis::Default => "AWS's default",
        };
        let given = |value| Figure::new(value, formula, [("quota", value)], self.source);
        LimitUse {
            scenario: scenario.clone(),
            code: self.code,
            quota_name: self.name,
            basis: self.basis,
            quota: given(self.value),
            quota_at_least: given(self.at_least),
            need,
            headroom,
            failure,
        }
    }
}

/// What counts against a quota.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    /// What Lambda needs.
    pub(super) lambda: Three,
    /// Interfaces of Lambda that serve no combination in use.
    pub(super) left_over: i64,
    /// Mount targets of EFS, against the VPC's quota; all other interfaces, against the region's.
    pub(super) others: i64,
}

impl Parts {
    fn figure(&self, case: &dyn Fn(Three) -> i64, source: &'static str) -> Figure {
        let lambda = case(self.lambda);
        Figure::new(
            lambda
                .saturating_add(self.left_over)
                .saturating_add(self.others),
            "interfaces_of_lambda + left_over + others",
            [
                ("interfaces_of_lambda", lambda),
                ("left_over", self.left_over),
                ("others", self.others),
            ],
            source,
        )
    }
}

/// Interfaces that exist, by VPC and kind; `None` for those that AWS named no VPC of.
pub(super) fn existing<'a>(estate: &Estate<'a>) -> BTreeMap<(Option<&'a str>, TenantKind), i64> {
    let mut counts = BTreeMap::new();
    for interface in listed(&estate.region.ec2.network_interfaces).unwrap_or_default() {
        *counts
            .entry((interface.vpc_id.as_deref(), kind(interface)))
            .or_default() += 1;
    }
    counts
}

/// Interfaces of these kinds.
pub(super) fn sum(
    existing: &BTreeMap<(Option<&str>, TenantKind), i64>,
    is: impl Fn(Option<&str>, TenantKind) -> bool,
) -> i64 {
    let counted = existing.iter().filter(|((vpc, kind), _)| is(*vpc, *kind));
    counted.map(|(_, count)| count).sum()
}

/// A subnet in a scenario.
pub(super) struct Cell {
    /// Interfaces that functions share, and those of connectors.
    pub(super) shared: Three,
    /// Everything that takes an interface.
    pub(super) all: Three,
}

/// Subnets by the index of the scenario and their id.
pub(super) type Cells = BTreeMap<(usize, String), Result<Cell, Gap>>;

/// Interfaces against quotas.
pub(super) struct Limits<'r, 'a> {
    pub(super) estate: &'r Estate<'a>,
    pub(super) scenarios: &'r [Scenario],
    pub(super) cells: &'r Cells,
    pub(super) existing: BTreeMap<(Option<&'a str>, TenantKind), i64>,
}

impl Limits<'_, '_> {
    pub(super) fn vpc(
        &self,
        vpc: &str,
        subnets: &[&SubnetAddresses],
        quota: &Quota,
    ) -> Assessed<Vec<LimitUse>> {
        let here = |kind| sum(&self.existing, |of, it| of == Some(vpc) && it == kind);
        let in_use = subnets.iter().flat_map(|it| &it.combinations);
        let in_use: i64 = in_use.filter_map(|it| it.interfaces_now).sum();
        let others = here(TenantKind::FileSystem);
        let left_over = (here(TenantKind::Lambda) - in_use).max(0);
        let names: Vec<&str> = subnets.iter().map(|it| it.subnet_id.as_str()).collect();
        self.each(|at, scenario| {
            let parts = Parts {
                lambda: self.need(at, &names, |cell| cell.shared)?,
                left_over,
                others,
            };
            let stops = || subnets.iter().flat_map(|it| it.functions.clone()).collect();
            Ok(quota.against(scenario, FailureKind::VpcQuota, vpc, parts, stops))
        })
    }

    pub(super) fn region(&self, quota: &Quota) -> Assessed<Vec<LimitUse>> {
        if let Err(unknown) = &self.estate.interfaces {
            return Assessed::NotAssessed(Gap {
                kind: GapKind::Interfaces,
                input: "network interfaces".to_owned(),
                effect: "nothing is set against the region's quota",
                hides_need: true,
                unknown: unknown.clone(),
            });
        }
        let kinds = [
            TenantKind::Lambda,
            TenantKind::NetworkConnector,
            TenantKind::ManagedInstance,
        ];
        let others = sum(&self.existing, |_, kind| !kinds.contains(&kind));
        let lambdas = sum(&self.existing, |_, kind| kinds.contains(&kind));
        let in_use = self
            .estate
            .places
            .iter()
            .map(|(id, place)| self.in_use(id, place));
        let left_over = (lambdas - in_use.sum::<i64>()).max(0);
        let names: Vec<&str> = self.estate.places.keys().copied().collect();
        self.each(|at, scenario| {
            let parts = Parts {
                lambda: self.need(at, &names, |cell| cell.all)?,
                left_over,
                others,
            };
            let name = self.estate.region.name.to_string();
            let stops = || {
                self.estate
                    .loads
                    .iter()
                    .map(|it| it.name.to_owned())
                    .collect()
            };
            Ok(quota.against(scenario, FailureKind::RegionQuota, &name, parts, stops))
        })
    }

    /// Interfaces of Lambda in a subnet that are part of its need.
    fn in_use(&self, id: &str, place: &Place<'_>) -> i64 {
        let interfaces = self.estate.interfaces.as_ref().ok();
        let Some(here) = interfaces.and_then(|all| all.get(id)) else {
            return 0;
        };
        let sets = place
            .sets
            .keys()
            .filter_map(|groups| here.by_set.get(groups));
        sets.sum::<i64>()
            + here.of(TenantKind::ManagedInstance)
            + here.of(TenantKind::NetworkConnector)
    }

    fn need(&self, at: usize, subnets: &[&str], of: impl Fn(&Cell) -> Three) -> Result<Three, Gap> {
        let mut sum = Three::default();
        for id in subnets {
            // A subnet in the zone that is lost has no cell, and needs nothing.
            if let Some(cell) = self.cells.get(&(at, (*id).to_owned())) {
                sum = sum.plus(of(cell.as_ref().map_err(Clone::clone)?));
            }
        }
        Ok(sum)
    }

    fn each(
        &self,
        of: impl Fn(usize, &Scenario) -> Result<LimitUse, Gap>,
    ) -> Assessed<Vec<LimitUse>> {
        let all = self.scenarios.iter().enumerate().map(|(at, it)| of(at, it));
        match all.collect() {
            Ok(uses) => Assessed::Known(uses),
            Err(gap) => Assessed::NotAssessed(gap),
        }
    }
}

/// A number of subnets for figures.
pub(super) fn subnets(number: usize) -> (&'static str, i64) {
    ("subnets", count(number))
}
