//! The report: every subnet in every scenario, and the same by zone, VPC, set of security groups and region.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::cures;
use super::demand::Reckoner;
use super::estate::{Estate, Place, User, Via, count, zone_of};
use super::failure::{Failure, FailureKind};
use super::limits::{self, Cell, Cells, LimitUse, Limits, Quota};
use super::scenarios::{Outcome, Scenario, SubnetScenario, Terms};
use super::supply::Supply;
use super::{Assessed, Combination, Gap, GapKind, RegionAddresses, SubnetAddresses, WhatIf};
use crate::{Assumptions, Band, Figure};

const VPC_PAGE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";

/// One zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneAddresses {
    /// The zone, by the account's name, or by the shared one where that is all there is.
    pub zone: String,
    /// Its subnets in use.
    pub subnet_ids: Vec<String>,
    /// Sums over its subnets.
    pub scenarios: Vec<SumScenario>,
}

/// One VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VpcAddresses {
    /// The VPC.
    pub vpc_id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Its subnets in use.
    pub subnet_ids: Vec<String>,
    /// Distinct combinations of subnet and set of security groups.
    pub combinations: i64,
    /// Sums over its subnets.
    pub scenarios: Vec<SumScenario>,
    /// Lambda's interfaces against the VPC's quota, scenario by scenario.
    pub limit: Assessed<Vec<LimitUse>>,
}

/// A scenario summed over subnets. A sum that fits hides a subnet that does not: `short` names those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SumScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// Sum of the needs; none where one of them is not assessed.
    pub need: Option<Band>,
    /// Sum of free addresses; none where one of them is not known.
    pub free: Option<i64>,
    /// Subnets that run short in the expected case.
    pub short: Vec<String>,
    /// Subnets that run short in the high case alone.
    pub short_at_most: Vec<String>,
    /// Subnets for which this is not assessed.
    pub not_assessed: Vec<String>,
}

/// A set of security groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupSetAddresses {
    /// The set, sorted.
    pub security_group_ids: Vec<String>,
    /// Subnets that it is used in: one combination each.
    pub subnet_ids: Vec<String>,
    /// Functions whose unpublished version uses it.
    pub functions: Vec<String>,
    /// Published versions that use it, as `function:version`.
    pub versions: Vec<String>,
    /// Lambda's interfaces with exactly this set in those subnets; none where interfaces are not known.
    pub interfaces_now: Option<i64>,
    /// Interfaces that it takes when everything is awake: at least one in each subnet.
    pub need_at_least: Figure,
}

/// A scenario over the whole region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionScenario {
    /// Sums over all subnets.
    #[serde(flatten)]
    pub sums: SumScenario,
    /// What fails first, of subnets and quotas: what the expected case breaks before what only the high one does, and of
    /// those the one that lacks most.
    pub first_failure: Option<Failure>,
    /// Functions that have no subnet left, where a zone is lost.
    pub stopped: Vec<String>,
}

pub(super) fn report(
    estate: &Estate<'_>,
    assumptions: &Assumptions,
    what_if: &WhatIf,
) -> RegionAddresses {
    let lost: BTreeSet<&str> = what_if.lose_zones.iter().map(String::as_str).collect();
    let gone = |zone: &&str| {
        let mut here = estate.places.keys().filter(|id| {
            let subnet = estate.subnet(id).ok();
            subnet.and_then(zone_of) == Some(*zone)
        });
        here.any(|id| estate.is_lost(id, &lost))
    };
    let zones: BTreeSet<&str> = estate
        .zones()
        .into_iter()
        .filter(|zone| !gone(zone))
        .collect();
    let functions = match what_if.add_functions {
        0 => assumptions.new_functions,
        asked => asked,
    };
    let scenarios = Scenario::all(&zones, functions);
    let supposed = if what_if.new_security_group {
        i64::from(what_if.add_functions)
    } else {
        0
    };
    let new_sets = match what_if.add_functions {
        0 => i64::from(assumptions.new_functions),
        _ => supposed,
    };
    let terms: Vec<Terms> = scenarios
        .iter()
        .map(|scenario| scenario.terms(lost.iter().copied(), supposed, new_sets))
        .collect();
    let reckoner = Reckoner {
        estate,
        assumptions,
    };
    let mut cells = Cells::new();
    let subnets: Vec<SubnetAddresses> = estate
        .places
        .iter()
        .map(|(id, place)| subnet(&reckoner, id, place, (&scenarios, &terms), &mut cells))
        .collect();
    let (vpc_quota, region_quota) = (limits::of_vpc(estate), limits::of_region(estate));
    let limits = Limits {
        estate,
        scenarios: &scenarios,
        cells: &cells,
        existing: limits::existing(estate),
    };
    let vpcs = vpcs(estate, &subnets, &scenarios, &limits, &vpc_quota);
    let region_limit = limits.region(&region_quota);
    let regional = regional(estate, &subnets, &vpcs, &region_limit, (&scenarios, &terms));
    let verdicts = cures::verdicts(
        &reckoner,
        &subnets,
        &vpcs,
        &region_limit,
        (&scenarios, &terms),
    );
    RegionAddresses {
        assumptions: *assumptions,
        what_if: what_if.clone(),
        unmatched: estate.unmatched.clone(),
        gaps: gaps(estate, [vpc_quota, region_quota]),
        zones: by_zone(&subnets, &scenarios),
        vpcs,
        group_sets: group_sets(estate),
        region_limit,
        scenarios: regional,
        verdicts,
        subnets,
    }
}

fn gaps(estate: &Estate<'_>, quotas: [Quota; 2]) -> Vec<Gap> {
    let mut all = estate.gaps.clone();
    let local = estate
        .places
        .values()
        .flat_map(|place| place.gaps.iter().cloned());
    // The name says which it is; an account may have one for each of thousands of functions.
    let mut seen: BTreeSet<String> = all.iter().map(|gap| gap.input.clone()).collect();
    for gap in local.chain(quotas.into_iter().filter_map(|quota| quota.gap)) {
        if seen.insert(gap.input.clone()) {
            all.push(gap);
        }
    }
    all
}

fn subnet<'a>(
    reckoner: &Reckoner<'_, 'a>,
    id: &str,
    place: &Place<'a>,
    (scenarios, terms): (&[Scenario], &[Terms<'_>]),
    cells: &mut Cells,
) -> SubnetAddresses {
    let estate = reckoner.estate;
    let found = estate.subnet(id);
    let interfaces = estate.interfaces.as_ref().ok();
    let none = super::supply::Interfaces::default();
    let here = interfaces.map(|all| all.get(id).unwrap_or(&none));
    let supply = found.clone().and_then(|subnet| Supply::of(subnet, here));
    let supply = match supply {
        Ok(supply) => Assessed::Known(supply),
        Err(unknown) => Assessed::NotAssessed(Gap {
            kind: GapKind::Subnet,
            input: format!("addresses of subnet {id}"),
            effect: "nothing is set against the need",
            hides_need: true,
            unknown,
        }),
    };
    let used = supply.known().map_or(0, Supply::used);
    let mut results = Vec::new();
    for (at, (scenario, terms)) in scenarios.iter().zip(terms).enumerate() {
        if estate.is_lost(id, &terms.lost) {
            continue;
        }
        let need = reckoner.need(id, place, used, terms);
        cells.insert(
            (at, id.to_owned()),
            need.as_ref().map_err(Clone::clone).map(|need| Cell {
                shared: need.shared(),
                all: need.shared().plus(need.instances),
            }),
        );
        let outcome = match (need, &supply) {
            (Ok(need), Assessed::Known(supply)) => {
                Assessed::Known(need.against(id, estate, supply, reckoner.assumptions))
            }
            (Err(gap), _) => Assessed::NotAssessed(gap),
            (Ok(_), Assessed::NotAssessed(gap)) => Assessed::NotAssessed(gap.clone()),
        };
        results.push(SubnetScenario {
            scenario: scenario.clone(),
            outcome,
        });
    }
    let subnet = found.ok();
    let users = || place.sets.values().flatten();
    let names: BTreeSet<&str> = users()
        .filter_map(|user| Some(estate.loads.get(user.load)?.name))
        .collect();
    SubnetAddresses {
        subnet_id: id.to_owned(),
        name: subnet.and_then(|it| it.name.clone()),
        vpc_id: vpc_of(estate, id, place).map(str::to_owned),
        availability_zone: subnet.and_then(|it| it.availability_zone.clone()),
        availability_zone_id: subnet.and_then(|it| it.availability_zone_id.clone()),
        functions: names.into_iter().map(str::to_owned).collect(),
        combinations: combinations(estate, id, place),
        capacity_providers: place.fleets.iter().map(|it| it.name.to_owned()).collect(),
        network_connectors: place
            .connectors
            .iter()
            .map(|it| it.name.to_owned())
            .collect(),
        supply,
        scenarios: results,
        gaps: estate.gaps.iter().chain(&place.gaps).cloned().collect(),
    }
}

/// As the subnet says, or else as a function in it does.
fn vpc_of<'a>(estate: &Estate<'a>, id: &str, place: &Place<'a>) -> Option<&'a str> {
    let said = estate.subnet(id).ok().and_then(|it| it.vpc_id.as_deref());
    said.or(place.vpc_id)
}

fn combinations(estate: &Estate<'_>, id: &str, place: &Place<'_>) -> Vec<Combination> {
    let interfaces = estate.interfaces.as_ref().ok().map(|all| all.get(id));
    place
        .sets
        .iter()
        .map(|(groups, users)| {
            let (functions, versions) = names(estate, users);
            let now = interfaces.map(|here| {
                here.and_then(|it| it.by_set.get(groups))
                    .copied()
                    .unwrap_or(0)
            });
            Combination {
                security_group_ids: groups.iter().map(|id| (*id).to_owned()).collect(),
                idle: !functions.is_empty()
                    && users
                        .iter()
                        .filter(|user| user.via == Via::Latest)
                        .all(|user| estate.loads.get(user.load).is_some_and(|it| it.asleep)),
                versions_only: functions.is_empty(),
                functions,
                versions,
                interfaces_now: now,
            }
        })
        .collect()
}

/// Names of functions and of versions, sorted.
fn names<'u, 'a: 'u>(
    estate: &Estate<'_>,
    users: impl IntoIterator<Item = &'u User<'a>>,
) -> (Vec<String>, Vec<String>) {
    let (mut functions, mut versions) = (BTreeSet::new(), BTreeSet::new());
    for user in users {
        let name = user.name(estate);
        match user.via {
            Via::Latest => functions.insert(name),
            Via::Version { .. } => versions.insert(name),
        };
    }
    (
        functions.into_iter().collect(),
        versions.into_iter().collect(),
    )
}

fn group_sets(estate: &Estate<'_>) -> Vec<GroupSetAddresses> {
    let mut sets: BTreeMap<&[&str], (Vec<&str>, Vec<&User<'_>>)> = BTreeMap::new();
    for (id, place) in &estate.places {
        for (groups, users) in &place.sets {
            let (subnets, all) = sets.entry(groups.as_slice()).or_default();
            subnets.push(id);
            all.extend(users);
        }
    }
    let in_subnet = |id: &str, groups: &[&str]| {
        let interfaces = estate.interfaces.as_ref().ok()?;
        let here = interfaces.get(id).and_then(|it| it.by_set.get(groups));
        Some(here.copied().unwrap_or(0))
    };
    sets.into_iter()
        .map(|(groups, (subnets, users))| {
            let (functions, versions) = names(estate, users);
            GroupSetAddresses {
                security_group_ids: groups.iter().map(|id| (*id).to_owned()).collect(),
                functions,
                versions,
                interfaces_now: subnets.iter().map(|id| in_subnet(id, groups)).sum(),
                need_at_least: Figure::new(
                    count(subnets.len()),
                    "one interface for each of the subnets",
                    [limits::subnets(subnets.len())],
                    VPC_PAGE,
                ),
                subnet_ids: subnets.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

fn by_zone(subnets: &[SubnetAddresses], scenarios: &[Scenario]) -> Vec<ZoneAddresses> {
    let mut zones: BTreeMap<&str, Vec<&SubnetAddresses>> = BTreeMap::new();
    for subnet in subnets {
        let id = subnet.availability_zone_id.as_deref();
        if let Some(zone) = subnet.availability_zone.as_deref().or(id) {
            zones.entry(zone).or_default().push(subnet);
        }
    }
    zones
        .into_iter()
        .map(|(zone, subnets)| ZoneAddresses {
            zone: zone.to_owned(),
            subnet_ids: ids(&subnets),
            scenarios: scenarios
                .iter()
                .filter_map(|it| sum(it, &subnets))
                .collect(),
        })
        .collect()
}

fn vpcs(
    estate: &Estate<'_>,
    subnets: &[SubnetAddresses],
    scenarios: &[Scenario],
    limits: &Limits<'_, '_>,
    quota: &Quota,
) -> Vec<VpcAddresses> {
    let mut vpcs: BTreeMap<&str, Vec<&SubnetAddresses>> = BTreeMap::new();
    for subnet in subnets {
        if let Some(vpc) = subnet.vpc_id.as_deref() {
            vpcs.entry(vpc).or_default().push(subnet);
        }
    }
    vpcs.into_iter()
        .map(|(vpc, subnets)| {
            let described = estate.vpcs.as_ref().ok().and_then(|all| all.get(vpc));
            VpcAddresses {
                vpc_id: vpc.to_owned(),
                name: described.and_then(|it| it.name.clone()),
                combinations: subnets.iter().map(|it| count(it.combinations.len())).sum(),
                scenarios: scenarios
                    .iter()
                    .filter_map(|it| sum(it, &subnets))
                    .collect(),
                limit: limits.vpc(vpc, &subnets, quota),
                subnet_ids: ids(&subnets),
            }
        })
        .collect()
}

fn ids(subnets: &[&SubnetAddresses]) -> Vec<String> {
    subnets.iter().map(|it| it.subnet_id.clone()).collect()
}

/// A scenario over some subnets; none where it leaves none of them.
fn sum(scenario: &Scenario, subnets: &[&SubnetAddresses]) -> Option<SumScenario> {
    let mut sums = SumScenario {
        scenario: scenario.clone(),
        need: None,
        free: None,
        short: Vec::new(),
        short_at_most: Vec::new(),
        not_assessed: Vec::new(),
    };
    let mut outcomes: Vec<&Outcome> = Vec::new();
    for subnet in subnets {
        match subnet.scenario(scenario) {
            None => {}
            Some(Assessed::NotAssessed(_)) => sums.not_assessed.push(subnet.subnet_id.clone()),
            Some(Assessed::Known(outcome)) => {
                outcomes.push(outcome);
                if outcome.headroom.expected.value < 0 {
                    sums.short.push(subnet.subnet_id.clone());
                } else if outcome.headroom.high.value < 0 {
                    sums.short_at_most.push(subnet.subnet_id.clone());
                }
            }
        }
    }
    if outcomes.is_empty() && sums.not_assessed.is_empty() {
        return None;
    }
    if sums.not_assessed.is_empty() {
        let total = |of: &dyn Fn(&Band) -> &Figure| {
            let needs = outcomes.iter().map(|outcome| of(&outcome.need).value);
            Figure::new(
                needs.fold(0, i64::saturating_add),
                "sum of the needs of the subnets",
                [limits::subnets(outcomes.len())],
                VPC_PAGE,
            )
        };
        sums.need = Some(Band {
            low: total(&|band| &band.low),
            expected: total(&|band| &band.expected),
            high: total(&|band| &band.high),
        });
        sums.free = Some(outcomes.iter().map(|outcome| outcome.free).sum());
    }
    Some(sums)
}

fn regional(
    estate: &Estate<'_>,
    subnets: &[SubnetAddresses],
    vpcs: &[VpcAddresses],
    region_limit: &Assessed<Vec<LimitUse>>,
    (scenarios, terms): (&[Scenario], &[Terms<'_>]),
) -> Vec<RegionScenario> {
    let all: Vec<&SubnetAddresses> = subnets.iter().collect();
    let of_scenario = |scenario: &Scenario| {
        let limits = vpcs.iter().map(|vpc| &vpc.limit).chain([region_limit]);
        let uses = limits.filter_map(|limit| limit.known().ok()).flatten();
        let quotas = uses
            .filter(|limit| &limit.scenario == scenario)
            .filter_map(|limit| Some((limit.failure.as_ref()?, &limit.headroom)))
            .map(|(failure, headroom)| (failure.clone(), headroom.clone()))
            .collect::<Vec<_>>();
        let places = subnets.iter().filter_map(|subnet| {
            let outcome = subnet.scenario(scenario)?.known().ok()?;
            Some((outcome.failure.clone()?, outcome.headroom.clone()))
        });
        places.chain(quotas).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for (scenario, terms) in scenarios.iter().zip(terms) {
        let Some(sums) = sum(scenario, &all) else {
            continue;
        };
        let first = of_scenario(scenario)
            .into_iter()
            .min_by_key(|(failure, headroom)| {
                let left = if failure.expected {
                    &headroom.expected
                } else {
                    &headroom.high
                };
                (!failure.expected, left.value, failure.place.clone())
            });
        let stopped = stopped(estate, &terms.lost);
        let nowhere = || {
            let place = terms.lost.iter().copied().collect::<Vec<_>>().join(", ");
            let fails = !stopped.is_empty();
            fails.then(|| Failure::new(FailureKind::NoSubnetLeft, &place, stopped.clone(), true))
        };
        found.push(RegionScenario {
            sums,
            first_failure: nowhere().or_else(|| first.map(|(failure, _)| failure)),
            stopped,
        });
    }
    found
}

/// Functions whose unpublished version has no subnet outside of these zones.
pub(super) fn stopped(estate: &Estate<'_>, lost: &BTreeSet<&str>) -> Vec<String> {
    let users = estate
        .places
        .values()
        .flat_map(|place| place.sets.values().flatten());
    let nowhere = users.filter(|user| {
        user.via == Via::Latest && user.subnets.iter().all(|id| estate.is_lost(id, lost))
    });
    let names: BTreeSet<String> = nowhere.map(|user| user.name(estate)).collect();
    names.into_iter().collect()
}
