//! Verdicts: what runs short, who stops, and what would help, the cheapest first.

use std::collections::BTreeSet;

use serde::Serialize;

use super::demand::{Need, Reckoner, SetNeed};
use super::estate::{Place, Via, count};
use super::failure::{Failure, FailureKind};
use super::limits::LimitUse;
use super::ranges::{free_block, prefix_for};
use super::region::VpcAddresses;
use super::scenarios::{Outcome, Scenario, Terms};
use super::supply::Supply;
use super::verdicts::{in_vpc, of_limit, of_zones};
use super::{Assessed, SubnetAddresses};
use crate::Figure;

const VPC: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";
const VERSIONS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html";
const RESERVED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";
const SIZING: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const RANGES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const INSTANCES: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html";
const IPV6: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";

/// Something that runs short in the expected case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Where: a subnet, a VPC, a zone or the region.
    pub place: String,
    /// Its tag `Name`.
    pub place_name: Option<String>,
    /// Scenarios in which it runs short, in their usual order.
    pub scenarios: Vec<Scenario>,
    /// What is missing in the worst of them. One with functions that nobody has announced is the worst only where
    /// all others fit, and the replacement of security groups only where that fits, too.
    pub deficit: Figure,
    /// What fails first there, and for whom.
    pub failure: Failure,
    /// All of it in a sentence.
    pub text: String,
    /// What would help, the cheapest first.
    pub cures: Vec<Cure>,
    /// The cheapest that suffices: one cure where one does, else several together. Empty where nothing here suffices.
    pub cheapest: Vec<Cure>,
    /// What people reach for and does not help.
    pub no_cures: Vec<NoCure>,
}

/// Something that helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cure {
    /// What to do.
    #[serde(flatten)]
    pub kind: CureKind,
    /// Addresses, or interfaces, that it frees or adds.
    pub frees: Figure,
    /// Whether it suffices alone.
    pub suffices: bool,
    /// What to do, in words.
    pub text: String,
}

/// What to do, from cheap to dear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "cure", rename_all = "snake_case")]
pub enum CureKind {
    /// Replace security groups of so many combinations at a time, and wait for old interfaces to go.
    ReplaceInSteps {
        /// Combinations at a time.
        at_a_time: i64,
    },
    /// Delete published versions that alone keep a combination alive.
    DeleteVersions {
        /// As `function:version`.
        versions: Vec<String>,
    },
    /// Let functions share a set of security groups.
    ShareSecurityGroups {
        /// Sets in the subnet now.
        sets: i64,
        /// Sets that there is room for.
        sets_at_most: i64,
        /// Sets to give up: those of the fewest functions.
        give_up: Vec<Vec<String>>,
        /// The set of the most functions.
        keep: Vec<String>,
    },
    /// Reserve concurrency, so that the connections of each combination fit the interfaces that it has.
    ReserveConcurrency {
        /// Executions at once of all functions of a combination together, in this subnet.
        executions_at_most: i64,
    },
    /// Bound capacity providers to the instances that they start with.
    BoundCapacityProviders {
        /// The providers.
        providers: Vec<String>,
    },
    /// Move combinations to a new subnet of the same zone. To add it to a function's subnets is not enough: a
    /// function has an interface in each of its subnets.
    NewSubnet {
        /// Length of the new subnet's prefix.
        prefix: u8,
        /// A range of the VPC that is free; none where the VPC or its subnets are not known.
        range: Option<String>,
    },
    /// The same, in a further IPv4 range of the VPC: its own have no room.
    SecondaryRange {
        /// Length of the new subnet's prefix.
        prefix: u8,
    },
    /// Move what else lives in the subnet, to other subnets or, where it can do without IPv4, to IPv6-only ones.
    MoveTenants {
        /// Addresses that it holds.
        addresses: i64,
    },
    /// Ask AWS for a higher quota.
    RaiseQuota {
        /// The quota's code.
        code: &'static str,
        /// The least value that suffices.
        at_least: i64,
    },
    /// Give functions a subnet in a further zone.
    AddZone {
        /// The functions.
        functions: Vec<String>,
    },
}

/// Something that does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NoCure {
    /// What people reach for.
    pub idea: &'static str,
    /// Why it does not help.
    pub why: &'static str,
    /// Where AWS says so.
    pub source: &'static str,
}

const DUAL_STACK: NoCure = NoCure {
    idea: "dual stack",
    why: "Lambda's interface takes an IPv4 address in a dual-stack subnet, too; it only lets other tenants leave for IPv6-only subnets",
    source: VPC,
};
const MORE_SUBNETS: NoCure = NoCure {
    idea: "one more subnet for the same functions",
    why: "a function has an interface in each of its subnets: the full one is needed as before",
    source: VPC,
};

pub(super) fn verdicts(
    reckoner: &Reckoner<'_, '_>,
    subnets: &[SubnetAddresses],
    vpcs: &[VpcAddresses],
    region_limit: &Assessed<Vec<LimitUse>>,
    (scenarios, terms): (&[Scenario], &[Terms<'_>]),
) -> Vec<Verdict> {
    let mut all: Vec<Verdict> = subnets
        .iter()
        .filter_map(|subnet| of_subnet(reckoner, subnet, scenarios, terms))
        .collect();
    for vpc in vpcs {
        let saved = || in_vpc(subnets, &vpc.vpc_id);
        all.extend(of_limit(&vpc.limit, vpc.name.clone(), saved));
    }
    all.extend(of_limit(region_limit, None, Vec::new));
    all.extend(of_zones(reckoner, scenarios, terms));
    all.sort_by_key(|verdict| {
        let rank = verdict.scenarios.iter().map(Scenario::rank).min();
        // A zone that may be lost comes after what is short with all of them.
        let nowhere = verdict.failure.kind == FailureKind::NoSubnetLeft;
        (nowhere, rank, -verdict.deficit.value, verdict.place.clone())
    });
    all
}

fn of_subnet(
    reckoner: &Reckoner<'_, '_>,
    subnet: &SubnetAddresses,
    scenarios: &[Scenario],
    terms: &[Terms<'_>],
) -> Option<Verdict> {
    let supply = subnet.supply.known().ok()?;
    let place = reckoner.estate.places.get(subnet.subnet_id.as_str())?;
    let short: Vec<(&Scenario, &Terms<'_>, &Outcome)> = scenarios
        .iter()
        .zip(terms)
        .filter_map(|(scenario, terms)| {
            let outcome = subnet.scenario(scenario)?.known().ok()?;
            (outcome.deficit() > 0).then_some((scenario, terms, outcome))
        })
        .collect();
    let (scenario, terms, outcome) = *short
        .iter()
        .min_by_key(|(scenario, _, outcome)| (scenario.rank(), -outcome.deficit()))?;
    let need = reckoner
        .need(&subnet.subnet_id, place, supply.used(), terms)
        .ok()?;
    let deficit = outcome.deficit();
    let cures = Cures {
        reckoner,
        subnet,
        place,
        supply,
        terms,
        outcome,
        need: &need,
        deficit,
    };
    let cures = cures.all();
    let failure = outcome.failure.clone()?;
    Some(Verdict {
        place: subnet.subnet_id.clone(),
        place_name: subnet.name.clone(),
        scenarios: short
            .iter()
            .map(|(scenario, ..)| (*scenario).clone())
            .collect(),
        deficit: Figure::new(
            deficit,
            "-headroom",
            [("headroom", outcome.headroom.expected.value)],
            outcome.headroom.expected.source,
        ),
        text: format!(
            "{} {} {}: {deficit} missing of {} needed, {} free; {} cannot go on",
            subnet.name.as_deref().unwrap_or(&subnet.subnet_id),
            "has too few addresses",
            scenario.title(),
            outcome.need.expected.value,
            outcome.free,
            list(&failure.stops),
        ),
        failure,
        cheapest: cheapest(&cures, deficit),
        cures,
        no_cures: vec![DUAL_STACK, MORE_SUBNETS],
    })
}

/// The first cure that suffices; else, from the cheapest on, as many as together do.
pub(super) fn cheapest(cures: &[Cure], deficit: i64) -> Vec<Cure> {
    if let Some(one) = cures.iter().find(|cure| cure.suffices) {
        return vec![one.clone()];
    }
    let (mut some, mut frees) = (Vec::new(), 0);
    for cure in cures {
        some.push(cure.clone());
        frees += cure.frees.value;
        if frees >= deficit {
            return some;
        }
    }
    Vec::new()
}

pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [all @ .., last] if names.len() <= 4 => format!("{} and {last}", all.join(", ")),
        _ => format!("{} and {} more", names[..3].join(", "), names.len() - 3),
    }
}

/// What helps one subnet.
struct Cures<'r, 'e, 'a> {
    reckoner: &'r Reckoner<'e, 'a>,
    subnet: &'r SubnetAddresses,
    place: &'r Place<'a>,
    supply: &'r Supply,
    terms: &'r Terms<'r>,
    outcome: &'r Outcome,
    need: &'r Need<'r, 'a>,
    deficit: i64,
}

impl Cures<'_, '_, '_> {
    fn all(&self) -> Vec<Cure> {
        let kinds = [
            self.replace_in_steps(),
            self.delete_versions(),
            self.share_groups(),
            self.reserve_concurrency(),
            self.bound_providers(),
            self.new_subnet(),
            self.move_tenants(),
        ];
        kinds
            .into_iter()
            .flatten()
            .filter(|cure| cure.frees.value > 0)
            .collect()
    }

    fn cure(&self, kind: CureKind, frees: Figure, text: String) -> Cure {
        Cure {
            kind,
            suffices: frees.value >= self.deficit,
            frees,
            text,
        }
    }

    fn replace_in_steps(&self) -> Option<Cure> {
        let need = self.outcome.need.expected.value;
        // Room beside the interfaces that stay, one of each.
        let once = need - self.need.shared().expected / self.terms.copies;
        let room = self.outcome.headroom.expected.value + need - once;
        if self.terms.copies == 1 || room < 1 {
            return None;
        }
        let sets = count(self.need.sets.len());
        let frees = Figure::new(
            self.deficit,
            "combinations - at_a_time",
            [("combinations", sets), ("at_a_time", room)],
            VPC,
        );
        let text = format!(
            "replace security groups of {room} of {sets} combinations at a time, and wait up to 20 minutes until the old interfaces are gone"
        );
        Some(self.cure(CureKind::ReplaceInSteps { at_a_time: room }, frees, text))
    }

    fn delete_versions(&self) -> Option<Cure> {
        let old: Vec<&SetNeed<'_, '_>> = self
            .need
            .sets
            .iter()
            .filter(|set| set.users.iter().all(|user| user.via != Via::Latest))
            .collect();
        let users = old.iter().flat_map(|set| set.users);
        let names: BTreeSet<String> = users.map(|user| user.name(self.reckoner.estate)).collect();
        let versions: Vec<String> = names.into_iter().collect();
        let frees = Figure::new(
            old.iter().map(|set| set.need.expected).sum::<i64>() * self.terms.copies,
            "copies * sum of the needs of combinations that published versions alone use",
            [
                ("combinations", count(old.len())),
                ("copies", self.terms.copies),
            ],
            VERSIONS,
        );
        let text = format!(
            "delete the versions {}, or publish them anew with the groups of today",
            list(&versions)
        );
        (!old.is_empty()).then(|| self.cure(CureKind::DeleteVersions { versions }, frees, text))
    }

    fn share_groups(&self) -> Option<Cure> {
        let mut sets: Vec<&SetNeed<'_, '_>> = self
            .need
            .sets
            .iter()
            .filter(|set| set.need.expected > 0)
            .collect();
        // The fewest functions first; of those, sets that have no interface yet.
        sets.sort_by_key(|set| (set.users.len(), set.existing, set.groups));
        let (keep, others) = sets.split_last()?;
        let copies = self.terms.copies;
        let (mut give_up, mut frees) = (Vec::new(), 0);
        for set in others {
            if frees >= self.deficit {
                break;
            }
            // Its connections go over to the set that is kept; the address that it had for itself is saved.
            frees += copies;
            give_up.push(owned(set.groups));
        }
        let number = count(sets.len());
        let at_most = number - count(give_up.len());
        let text = format!(
            "let functions share security groups: {at_most} instead of {number} sets here, by what the functions may reach"
        );
        let frees = Figure::new(
            frees,
            "copies * (sets - sets_at_most)",
            [
                ("sets", number),
                ("sets_at_most", at_most),
                ("copies", copies),
            ],
            VPC,
        );
        let kind = CureKind::ShareSecurityGroups {
            sets: number,
            sets_at_most: at_most,
            give_up,
            keep: owned(keep.groups),
        };
        (!others.is_empty()).then(|| self.cure(kind, frees, text))
    }

    fn reserve_concurrency(&self) -> Option<Cure> {
        let spare = |set: &SetNeed<'_, '_>| {
            let least = set.existing.unwrap_or(0).max(1);
            (set.need.expected - least).max(0) * self.terms.copies
        };
        let assumed = self.reckoner.assumptions;
        let connections = i64::from(assumed.connections_per_environment).max(1);
        let executions = i64::from(assumed.connections_per_interface) / connections;
        let frees: i64 = self.need.sets.iter().map(spare).sum();
        let figure = Figure::new(
            frees,
            "sum over combinations of the interfaces that only connections ask for",
            [
                ("connections_per_environment", connections),
                (
                    "connections_per_interface",
                    assumed.connections_per_interface.into(),
                ),
                ("copies", self.terms.copies),
            ],
            RESERVED,
        );
        let text = format!(
            "reserve concurrency, so that the functions of a combination come to no more than {executions} executions at once in this subnet: one interface carries them"
        );
        let kind = CureKind::ReserveConcurrency {
            executions_at_most: executions,
        };
        (frees > 0).then(|| self.cure(kind, figure, text))
    }

    fn bound_providers(&self) -> Option<Cure> {
        let frees = self.need.instances.expected - self.need.instances.low;
        let running = self
            .place
            .fleets
            .iter()
            .filter(|fleet| fleet.runs && fleet.used);
        let providers: Vec<String> = running.map(|fleet| fleet.name.to_owned()).collect();
        let figure = Figure::new(
            frees,
            "instances - first_instances",
            [
                ("instances", self.need.instances.expected),
                ("first_instances", self.need.instances.low),
            ],
            INSTANCES,
        );
        let text = format!("lower the most processors of {}", list(&providers));
        (frees > 0).then(|| self.cure(CureKind::BoundCapacityProviders { providers }, figure, text))
    }

    fn new_subnet(&self) -> Option<Cure> {
        let prefix = prefix_for(self.deficit);
        let zone = self
            .subnet
            .availability_zone
            .as_deref()
            .unwrap_or("the same zone");
        let vpc_id = self.subnet.vpc_id.as_deref()?;
        let estate = self.reckoner.estate;
        let vpc = estate
            .vpcs
            .as_ref()
            .ok()
            .and_then(|all| all.get(vpc_id).copied());
        let taken = estate.subnets.as_ref().ok().map(|all| {
            let own = all
                .values()
                .filter(|it| it.vpc_id.as_deref() == Some(vpc_id));
            own.filter_map(|it| it.ipv4_cidr.as_deref())
                .collect::<Vec<_>>()
        });
        let known = vpc.zip(taken);
        let range = known
            .as_ref()
            .and_then(|(vpc, taken)| free_block(vpc, taken.iter().copied(), prefix));
        let gives = (1_i64 << (32 - prefix)) - 5;
        let figure = |source| {
            Figure::new(
                gives.min(self.deficit),
                "what is missing, up to 2 ^ (32 - prefix) - 5",
                [("deficit", self.deficit), ("prefix", i64::from(prefix))],
                source,
            )
        };
        if known.is_some() && range.is_none() {
            let text = format!(
                "add a further IPv4 range to {vpc_id}, a /{prefix} subnet of it in {zone}, and move combinations there"
            );
            return Some(self.cure(CureKind::SecondaryRange { prefix }, figure(RANGES), text));
        }
        let range = range.map(|range| range.to_string());
        let named = range
            .as_ref()
            .map_or_else(String::new, |range| format!(", such as {range}"));
        let text = format!(
            "make a /{prefix} subnet in {zone}{named}, and move combinations there, in place of this subnet"
        );
        Some(self.cure(CureKind::NewSubnet { prefix, range }, figure(SIZING), text))
    }

    fn move_tenants(&self) -> Option<Cure> {
        let addresses = self.supply.held_by_others.as_ref()?.value;
        let figure = Figure::new(
            addresses,
            "addresses held by others",
            [("held_by_others", addresses)],
            IPV6,
        );
        let text = format!(
            "move what else holds {addresses} addresses here to other subnets, or to IPv6-only ones what can do without IPv4"
        );
        Some(self.cure(CureKind::MoveTenants { addresses }, figure, text))
    }
}

fn owned(groups: &[&str]) -> Vec<String> {
    groups.iter().map(|id| (*id).to_owned()).collect()
}
