//! The addresses that Lambda needs in one subnet under the terms of a scenario.

use std::collections::BTreeMap;

use super::estate::{Estate, Fleet, GroupSet, Place, User, Via, count};
use super::failure::{Failure, FailureKind};
use super::load::{Known, Shares, Spread};
use super::scenarios::{Outcome, Terms, Wake};
use super::supply::{Interfaces, Supply, TenantKind};
use super::{Gap, GapKind};
use crate::fraction::Fraction;
use crate::{Assumptions, Band, Figure};

const VPC: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";
const SUBNET: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html";
const PRE_2019: &str = "https://aws.amazon.com/blogs/compute/announcing-improved-vpc-networking-for-aws-lambda-functions/";

/// MiB of memory that shared one interface before September 2019.
const OLD_INTERFACE_MIB: i64 = 3_072;

/// A number in the low, the expected and the high case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Three {
    pub(super) low: i64,
    pub(super) expected: i64,
    pub(super) high: i64,
}

impl Three {
    fn all(number: i64) -> Self {
        Self {
            low: number,
            expected: number,
            high: number,
        }
    }

    fn with(self, other: Self, join: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            low: join(self.low, other.low),
            expected: join(self.expected, other.expected),
            high: join(self.high, other.high),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        self.with(other, i64::saturating_add)
    }

    fn max(self, other: Self) -> Self {
        self.with(other, i64::max)
    }
}

/// The need of one combination.
pub(super) struct SetNeed<'p, 'a> {
    pub(super) groups: &'p GroupSet<'a>,
    pub(super) users: &'p [User<'a>],
    /// Interfaces that exist; none where they are not known.
    pub(super) existing: Option<i64>,
    pub(super) need: Three,
}

/// The need of a subnet, part by part.
pub(super) struct Need<'p, 'a> {
    pub(super) sets: Vec<SetNeed<'p, 'a>>,
    pub(super) instances: Three,
    pub(super) connectors: Three,
    /// Combinations to come.
    new_sets: i64,
    copies: i64,
    /// Of the need, what Lambda has in the subnet already.
    held: Three,
    /// Executions expected here, rounded up.
    concurrency: i64,
    pre_2019: Figure,
}

/// Reckons one subnet.
pub(super) struct Reckoner<'e, 'a> {
    pub(super) estate: &'e Estate<'a>,
    pub(super) assumptions: &'e Assumptions,
}

impl<'e, 'a> Reckoner<'e, 'a> {
    /// The need of a subnet.
    ///
    /// # Errors
    /// When a function here draws on the unreserved pool, and that is not known.
    pub(super) fn need<'p>(
        &self,
        id: &str,
        place: &'p Place<'a>,
        used: i64,
        terms: &Terms<'_>,
    ) -> Result<Need<'p, 'a>, Gap> {
        let here = self.interfaces(id);
        let shares = Shares {
            pool: self.estate.pool.as_ref().ok().copied(),
            sharers: self.estate.sharers,
        };
        let mut parts: Vec<(SetNeed<'p, 'a>, Spread)> = Vec::new();
        for (groups, users) in &place.sets {
            let spread = self.spread(users, terms, &shares);
            if let (true, Err(unknown)) = (spread.shares(), &self.estate.pool) {
                return Err(without_pool(unknown.clone()));
            }
            let existing = here.map(|all| all.by_set.get(groups).copied().unwrap_or(0));
            let need = self.of_set(users, existing, terms.wake, &spread, &shares);
            let set = SetNeed {
                groups,
                users,
                existing,
                need,
            };
            parts.push((set, spread));
        }
        let concurrency = parts.iter().fold(Fraction::ZERO, |all, (_, spread)| {
            all.plus(spread.total(shares.one()))
        });
        self.whole_pool_on_one(&mut parts, shares.pool.unwrap_or(0));
        let sets: Vec<SetNeed> = parts.into_iter().map(|(set, _)| set).collect();
        let has = |kind| here.map(|all| all.of(kind));
        let instances = self.instances(&place.fleets, has(TenantKind::ManagedInstance), terms);
        let connectors = connectors(place, has(TenantKind::NetworkConnector), terms.wake);
        let needed = total(&sets).plus(instances).plus(connectors);
        let in_use = sets
            .iter()
            .map(|set| set.existing.unwrap_or(0))
            .sum::<i64>();
        let held = here.map_or_else(
            || self.supposed(&sets, instances, connectors, needed, used),
            |all| {
                let others =
                    all.of(TenantKind::ManagedInstance) + all.of(TenantKind::NetworkConnector);
                Three::all(in_use + others)
            },
        );
        Ok(Need {
            sets,
            instances,
            connectors,
            new_sets: if place.sets.is_empty() {
                0
            } else {
                terms.new_sets
            },
            copies: terms.copies,
            held,
            concurrency: concurrency.ceil(),
            pre_2019: self.pre_2019(place, terms, &shares),
        })
    }

    fn interfaces(&self, id: &str) -> Option<&'e Interfaces<'a>> {
        static NONE: Interfaces<'static> = Interfaces {
            by_set: BTreeMap::new(),
            tenants: BTreeMap::new(),
        };
        let interfaces = self.estate.interfaces.as_ref().ok()?;
        Some(interfaces.get(id).unwrap_or(&NONE))
    }

    /// The executions of the functions of a combination. A function counts once, with the version of it that is in the
    /// fewest subnets. Where its alias leads to a version with other groups, it counts in both
    /// combinations: nobody knows which is called.
    fn spread(&self, users: &[User<'a>], terms: &Terms<'_>, shares: &Shares) -> Spread {
        let mut narrowest: BTreeMap<usize, i64> = BTreeMap::new();
        for user in users.iter().filter(|user| user.via.carries()) {
            let subnets = self.left(&user.subnets, terms);
            let known = narrowest.entry(user.load).or_insert(subnets);
            *known = subnets.min(*known);
        }
        let mut spread = Spread::default();
        for (load, subnets) in narrowest {
            if let Some(load) = self.estate.loads.get(load) {
                spread.add(load.executions(terms.rule, shares), subnets, 1);
            }
        }
        spread
    }

    /// How many of these subnets the scenario leaves.
    fn left(&self, subnets: &[&str], terms: &Terms<'_>) -> i64 {
        let left = subnets
            .iter()
            .filter(|id| !self.estate.is_lost(id, &terms.lost));
        count(left.count())
    }

    fn of_set(
        &self,
        users: &[User<'_>],
        existing: Option<i64>,
        wake: Wake,
        spread: &Spread,
        shares: &Shares,
    ) -> Three {
        let carriers = Three {
            low: 0,
            expected: self.assumptions.carriers(
                spread.total(shares.one()),
                self.assumptions.connections_per_environment,
            ),
            high: self.carriers_at_most(spread.fixed()),
        };
        Three::all(existing.unwrap_or(0))
            .max(self.required(users, wake))
            .max(carriers)
    }

    fn carriers_at_most(&self, executions: Fraction) -> i64 {
        let connections = self.assumptions.connections_per_environment_bound;
        self.assumptions.carriers(executions, connections)
    }

    /// 1 where the combination has to have an interface, 0 where not.
    fn required(&self, users: &[User<'_>], wake: Wake) -> Three {
        let any = |is: &dyn Fn(&User<'_>) -> bool| i64::from(users.iter().any(is));
        let latest = |user: &User<'_>| user.via == Via::Latest;
        let load = |user: &User<'_>| self.estate.loads.get(user.load);
        let awake = |user: &User<'_>| latest(user) && load(user).is_none_or(|it| !it.asleep);
        let surely =
            |user: &User<'_>| awake(user) && load(user).is_some_and(|it| it.reserved != Known::No);
        match wake {
            Wake::Today => Three {
                low: any(&surely),
                expected: any(&awake),
                // No list tells the state of a published version.
                high: any(&|user| awake(user) || !latest(user)),
            },
            Wake::Functions => Three {
                low: any(&latest),
                expected: any(&|user| user.via.carries()),
                high: 1,
            },
            Wake::Everything => Three {
                low: any(&latest),
                expected: 1,
                high: 1,
            },
        }
    }

    /// The high case has the whole pool on the one combination where that costs most.
    fn whole_pool_on_one(&self, parts: &mut [(SetNeed<'_, 'a>, Spread)], pool: i64) {
        let mut worst: Option<(i64, usize, i64)> = None;
        for (at, (set, spread)) in parts.iter_mut().enumerate() {
            // Where shares are large and reservations small, the expected case may outgrow the bound.
            set.need.high = set.need.high.max(set.need.expected);
            let executions = spread.fixed().plus(spread.whole_pool(pool));
            let with = self.carriers_at_most(executions).max(set.need.high);
            let more = with - set.need.high;
            if worst.is_none_or(|(most, ..)| more > most) {
                worst = Some((more, at, with));
            }
        }
        if let Some((_, at, with)) = worst
            && let Some((set, _)) = parts.get_mut(at)
        {
            set.need.high = with;
        }
    }

    /// Instances of capacity providers, an address each: spread evenly in the expected case, all in this subnet in
    /// the high one, since AWS does not say how it spreads them.
    fn instances(&self, fleets: &[Fleet<'_>], existing: Option<i64>, terms: &Terms<'_>) -> Three {
        let existing_or = existing.unwrap_or(0);
        if !terms.full_fleets && existing.is_some() {
            return Three::all(existing_or);
        }
        let asked = fleets.iter().fold(Three::default(), |all, fleet| {
            let subnets = self.left(&fleet.subnets, terms).max(1);
            let first = i64::from(self.assumptions.first_instances);
            let smallest = fleet
                .smallest
                .unwrap_or(i64::from(self.assumptions.processors_per_instance))
                .max(1);
            let bound = i64::from(self.assumptions.processors_per_provider_bound);
            let most = |processors: i64| (processors / smallest).max(first);
            let each = |instances: i64| Fraction::new(instances, subnets).ceil();
            let mut asked = Three::default();
            if fleet.runs {
                asked.high = most(fleet.processors.unwrap_or(bound));
            }
            if fleet.runs && fleet.used {
                asked.low = each(first);
                asked.expected = each(fleet.processors.map_or(first, most));
            }
            all.plus(asked)
        });
        asked.max(Three::all(existing_or))
    }

    /// What Lambda has here already, where interfaces are not known.
    fn supposed(
        &self,
        sets: &[SetNeed<'_, 'a>],
        instances: Three,
        connectors: Three,
        needed: Three,
        used: i64,
    ) -> Three {
        let awake = sets
            .iter()
            .map(|set| self.required(set.users, Wake::Today).expected);
        let today = awake.sum::<i64>() + instances.low + connectors.low;
        Three {
            low: needed.low.min(used),
            expected: today.min(needed.expected).min(used),
            high: 0,
        }
    }

    /// An address for so many executions as fill 3 GB, each function once.
    fn pre_2019(&self, place: &Place<'a>, terms: &Terms<'_>, shares: &Shares) -> Figure {
        let mut narrowest: BTreeMap<usize, i64> = BTreeMap::new();
        for user in place
            .sets
            .values()
            .flatten()
            .filter(|user| user.via.carries())
        {
            let subnets = self.left(&user.subnets, terms);
            let known = narrowest.entry(user.load).or_insert(subnets);
            *known = subnets.min(*known);
        }
        let (mut executions, mut memory) = (Spread::default(), Spread::default());
        for (load, subnets) in narrowest {
            let Some(load) = self.estate.loads.get(load) else {
                continue;
            };
            let one = load.executions(terms.rule, shares);
            executions.add(one, subnets, 1);
            memory.add(one, subnets, load.memory_mib);
        }
        let filled = memory.total(shares.one());
        Figure::new(
            filled.over(OLD_INTERFACE_MIB).ceil(),
            "executions_times_mib / mib_per_interface rounded up: the model of before September 2019",
            [
                ("concurrency", executions.total(shares.one()).ceil()),
                ("executions_times_mib", filled.ceil()),
                ("mib_per_interface", OLD_INTERFACE_MIB),
            ],
            PRE_2019,
        )
    }
}

impl Via<'_> {
    /// Whether calls may come in by it.
    fn carries(self) -> bool {
        !matches!(self, Self::Version { called: false, .. })
    }
}

fn total(sets: &[SetNeed<'_, '_>]) -> Three {
    sets.iter()
        .fold(Three::default(), |all, set| all.plus(set.need))
}

/// One interface for each connector: AWS does not publish more.
fn connectors(place: &Place<'_>, existing: Option<i64>, wake: Wake) -> Three {
    let asking = |one: &&super::estate::Connector<'_>| one.awake || wake != Wake::Today;
    let asked = count(place.connectors.iter().filter(asking).count());
    let low = existing.unwrap_or(0);
    Three {
        low,
        expected: asked.max(low),
        high: asked.max(low),
    }
}

fn without_pool(unknown: tripod_model::Unknown) -> Gap {
    Gap {
        kind: GapKind::UnreservedPool,
        input: "unreserved concurrency of the region".to_owned(),
        effect: "scenarios in which a function draws on it are not assessed",
        hides_need: true,
        unknown,
    }
}

impl Need<'_, '_> {
    /// Interfaces that functions share, and those of connectors: what counts against the VPC's quota.
    pub(super) fn shared(&self) -> Three {
        let sets = total(&self.sets).plus(Three::all(self.new_sets));
        let copies = |one: i64, _| one.saturating_mul(self.copies);
        sets.with(sets, copies).plus(self.connectors)
    }

    fn of(&self, case: impl Fn(Three) -> i64) -> i64 {
        let sets = case(total(&self.sets)).saturating_add(self.new_sets);
        let others = case(self.instances).saturating_add(case(self.connectors));
        sets.saturating_mul(self.copies).saturating_add(others)
    }

    /// Sets need and supply against each other.
    pub(super) fn against(
        self,
        place: &str,
        estate: &Estate<'_>,
        supply: &Supply,
        assumptions: &Assumptions,
    ) -> Outcome {
        let need = self.band(assumptions);
        let free = supply.free.value;
        let left = |need: &Figure, held: i64, doubtful: i64| {
            Figure::new(
                (free - doubtful)
                    .saturating_add(held)
                    .saturating_sub(need.value),
                "free - doubtful + held - need",
                [
                    ("free", free),
                    ("doubtful", doubtful),
                    ("held", held),
                    ("need", need.value),
                ],
                SUBNET,
            )
        };
        let headroom = Band {
            low: left(&need.low, self.held.low, 0),
            expected: left(&need.expected, self.held.expected, 0),
            high: left(&need.high, self.held.high, supply.doubtful()),
        };
        let failure = self.failure(place, estate, &headroom);
        Outcome {
            need,
            free,
            headroom,
            pre_2019: self.pre_2019,
            failure,
        }
    }

    fn band(&self, assumptions: &Assumptions) -> Band {
        let figure = |case: &dyn Fn(Three) -> i64, connections: u32| {
            Figure::new(
                self.of(case),
                "copies * (sum over combinations of max(interfaces that exist, 1 if it has to have one, its concurrency * connections / connections_per_interface rounded up) + new_combinations) + instances + connectors",
                [
                    ("combinations", count(self.sets.len())),
                    ("interfaces_of_combinations", case(total(&self.sets))),
                    ("concurrency", self.concurrency),
                    ("connections", connections.into()),
                    (
                        "connections_per_interface",
                        assumptions.connections_per_interface.into(),
                    ),
                    ("new_combinations", self.new_sets),
                    ("copies", self.copies),
                    ("instances", case(self.instances)),
                    ("connectors", case(self.connectors)),
                ],
                VPC,
            )
        };
        Band {
            low: figure(&|it| it.low, 0),
            expected: figure(&|it| it.expected, assumptions.connections_per_environment),
            high: figure(&|it| it.high, assumptions.connections_per_environment_bound),
        }
    }

    fn failure(&self, place: &str, estate: &Estate<'_>, headroom: &Band) -> Option<Failure> {
        let expected = headroom.expected.value < 0;
        if !expected && headroom.high.value >= 0 {
            return None;
        }
        let case = |it: Three| if expected { it.expected } else { it.high };
        let names = |sets: &dyn Fn(&SetNeed<'_, '_>) -> bool| -> Vec<String> {
            let users = self
                .sets
                .iter()
                .filter(|set| sets(set))
                .flat_map(|set| set.users);
            users.map(|user| user.name(estate)).collect()
        };
        let fail = |kind, stops| Some(Failure::new(kind, place, stops, expected));
        if self.copies > 1 {
            return fail(FailureKind::NoAddressForReplacement, names(&|_| true));
        }
        let mut waiting = names(&|set| case(set.need) > 0 && set.existing.unwrap_or(0) == 0);
        if self.new_sets > 0 {
            let noun = if self.new_sets == 1 {
                "function"
            } else {
                "functions"
            };
            waiting.push(format!("{} new {noun}", self.new_sets));
        }
        let full = names(&|set| case(set.need) > set.existing.unwrap_or(0));
        if !waiting.is_empty() {
            fail(FailureKind::NoAddressForInterface, waiting)
        } else if case(self.instances) > 0 && full.is_empty() {
            let fleets = estate.places.get(place).map_or(&[][..], |it| &it.fleets);
            let names = fleets.iter().map(|fleet| fleet.name.to_owned());
            fail(FailureKind::NoAddressForInstance, names.collect())
        } else if full.is_empty() {
            let connectors = estate
                .places
                .get(place)
                .map_or(&[][..], |it| &it.connectors);
            let names = connectors.iter().map(|one| one.name.to_owned());
            fail(FailureKind::NoAddressForConnector, names.collect())
        } else {
            fail(FailureKind::NoAddressForConnections, full)
        }
    }
}

impl User<'_> {
    /// The function, with its version where that is a published one.
    pub(super) fn name(&self, estate: &Estate<'_>) -> String {
        let name = estate.loads.get(self.load).map_or("", |load| load.name);
        match self.via {
            Via::Latest => name.to_owned(),
            Via::Version { number, .. } => format!("{name}:{number}"),
        }
    }
}
