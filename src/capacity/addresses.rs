//! The IPv4 addresses that Lambda needs in a subnet, against those the subnet has.
//!
//! Lambda does not take an address for every execution. It makes one network interface for each
//! combination of a subnet and a *set* of security groups, all functions with that pair share it, and
//! one interface carries up to 65,000 connections; only traffic beyond that adds an interface
//! (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>). So what exhausts a subnet is
//! many sets of security groups, and seldom concurrency.
//!
//! The model, for subnet `s`, security-group set `g`, functions `f`:
//!
//! ```text
//! C(s,g)  = Σ c(f) / subnets(f)            functions with set g in s; executions spread evenly
//! n(s,g)  = max(interfaces that exist, 1, ⌈C(s,g) × connections / 65,000⌉)
//! need(s) = Σ n(s,g)
//! ```
//!
//! at the account's limit, in three cases:
//!
//! | case | c(f) | connections of one execution environment |
//! |---|---|---|
//! | low | 0: one interface for each combination, or those that exist | none |
//! | expected | its reserved concurrency; without one, its even share of the unreserved pool among all functions of the region that share it, in a VPC or not | [`Assumptions::connections_per_environment`] |
//! | high | its reserved concurrency, and the whole unreserved pool on the one combination where that costs most | [`Assumptions::connections_per_environment_bound`] |
//!
//! An interface that exists stays in the need whatever the formula says: AWS does not publish when it
//! adds one, so what it did add is the better evidence.
//!
//! Not in the model: addresses that other services will take in the same subnet, and interfaces of
//! Lambda's capacity providers and network connectors, which grow by rules of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tripod_model::ec2::Subnet;
use tripod_model::lambda::{AccountSettings, Function, FunctionDetails};
use tripod_model::{Observed, RegionalAccount, Unknown};

use crate::fraction::Fraction;
use crate::{Assumptions, Figure};

/// Whether a subnet holds what Lambda needs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// The need, and the need once more while security groups are replaced.
    Holds,
    /// The need, but not twice the need.
    HoldsOnce,
    /// Not the need.
    Exhausted,
}

/// What Lambda needs in one subnet, against what the subnet has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubnetProjection {
    /// The subnet.
    pub subnet_id: String,
    /// Its VPC; none where AWS did not say.
    pub vpc_id: Option<String>,
    /// Its zone; none where AWS did not say.
    pub availability_zone: Option<String>,
    /// IPv4 addresses not in use now.
    pub free: i64,
    /// IPv4 addresses that the range can give out at all.
    pub usable: i64,
    /// Lambda's interfaces in the subnet now.
    pub interfaces_now: i64,
    /// Of these, the ones that belong to a combination some function uses. The others are left from
    /// earlier settings or belong to published versions; they hold their addresses and serve no need.
    pub interfaces_in_use: i64,
    /// Distinct sets of security groups among the functions.
    pub combinations: i64,
    /// Functions that use the subnet.
    pub functions: i64,
    /// Interfaces by combination only.
    pub need_low: Figure,
    /// Interfaces with every function at its share of the account's limit.
    pub need_expected: Figure,
    /// Interfaces with the whole unreserved pool on one combination and every environment at the most
    /// connections it can hold.
    pub need_high: Figure,
    /// Free addresses left after the expected need; negative where it does not fit.
    pub headroom: Figure,
    /// Free addresses left when every combination exists twice, as while all security groups are
    /// replaced: AWS keeps the old interfaces up to 20 minutes.
    pub headroom_doubled: Figure,
    /// The need, one combination at a time, by security groups.
    pub pairs: Vec<Combination>,
    /// What was assumed.
    pub assumptions: Assumptions,
}

impl SubnetProjection {
    /// Whether the subnet holds the expected need.
    pub fn fit(&self) -> Fit {
        if self.headroom.value < 0 {
            Fit::Exhausted
        } else if self.headroom_doubled.value < 0 {
            Fit::HoldsOnce
        } else {
            Fit::Holds
        }
    }
}

/// The need of one set of security groups in one subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The set, sorted.
    pub security_group_ids: Vec<String>,
    /// Names of the functions that share the interface, sorted.
    pub functions: Vec<String>,
    /// Lambda's interfaces with exactly this set in the subnet now.
    pub interfaces_now: i64,
    /// Executions at once expected here at the account's limit, rounded up.
    pub concurrency: Figure,
    /// Interfaces expected.
    pub need_expected: Figure,
}

/// A set of security groups: sorted, each once.
type GroupSet<'a> = Vec<&'a str>;

/// A function in a subnet.
#[derive(Debug, Clone, Copy)]
struct User<'a> {
    function: &'a Function,
    /// Over how many subnets its executions spread.
    subnets: i64,
}

/// The functions of a region by the subnets they use: built once, asked for each subnet.
#[derive(Debug)]
pub struct Addresses<'a> {
    users: BTreeMap<&'a str, BTreeMap<GroupSet<'a>, Vec<User<'a>>>>,
    subnets: Result<BTreeMap<&'a str, &'a Subnet>, Unknown>,
    interfaces: Result<BTreeMap<&'a str, BTreeMap<GroupSet<'a>, i64>>, Unknown>,
    settings: Result<&'a AccountSettings, Unknown>,
    /// Functions of the region seen to draw on the unreserved pool. One whose reservation could not be
    /// read is left out: that makes the share of the others larger, so the need is never understated.
    sharers: i64,
}

impl<'a> Addresses<'a> {
    /// Sorts the functions of a region by subnet.
    ///
    /// # Errors
    /// When the list of functions is not known.
    pub fn of(region: &'a RegionalAccount) -> Result<Self, Unknown> {
        let functions = region
            .lambda
            .functions
            .found()?
            .map_or(&[][..], Vec::as_slice);
        let mut users: BTreeMap<&str, BTreeMap<GroupSet, Vec<User>>> = BTreeMap::new();
        for function in functions {
            let Some(vpc) = &function.configuration.network.vpc else {
                continue;
            };
            let subnet_ids = sorted_set(&vpc.subnet_ids);
            let user = User {
                function,
                subnets: count(subnet_ids.len()),
            };
            for id in subnet_ids {
                let sets = users.entry(id).or_default();
                let groups = sorted_set(&vpc.security_group_ids);
                sets.entry(groups).or_default().push(user);
            }
        }
        Ok(Self {
            users,
            subnets: listed(&region.ec2.subnets)
                .map(|all| all.iter().map(|s| (s.id.as_str(), s)).collect()),
            interfaces: count_interfaces(region),
            settings: settings(region),
            sharers: count(functions.iter().filter(|f| draws_on_pool(f)).count()),
        })
    }

    /// Ids of the subnets that functions use, in order.
    pub fn subnet_ids(&self) -> impl Iterator<Item = &'a str> {
        self.users.keys().copied()
    }

    /// A subnet by its id.
    ///
    /// # Errors
    /// When the subnets are not known, or the list lacks this one.
    pub fn subnet(&self, id: &str) -> Result<&'a Subnet, Unknown> {
        let subnets = self.subnets.as_ref().map_err(Clone::clone)?;
        subnets.get(id).copied().ok_or_else(|| Unknown::Failed {
            operation: "ec2:DescribeSubnets".to_owned(),
            error: format!("subnet {id} is not in the answer"),
        })
    }

    /// Projects the need of Lambda in one subnet.
    ///
    /// # Errors
    /// When the subnet, its free addresses, the reserved concurrency of a function in it, the account's limits or the
    /// interfaces are not known.
    pub fn project(
        &self,
        subnet_id: &str,
        assumptions: &Assumptions,
    ) -> Result<SubnetProjection, Unknown> {
        let subnet = self.subnet(subnet_id)?;
        let usable = subnet
            .usable_ipv4_addresses()
            .ok_or_else(|| Unknown::Failed {
                operation: "ec2:DescribeSubnets".to_owned(),
                error: format!("subnet {subnet_id} has no IPv4 range"),
            })?;
        let free = subnet.free_ipv4_addresses.ok_or_else(|| Unknown::Failed {
            operation: "ec2:DescribeSubnets".to_owned(),
            error: format!("subnet {subnet_id} was shown without its number of free addresses"),
        })?;
        let pairs = self.pairs(subnet_id)?;
        let interfaces = self.interfaces.as_ref().map_err(Clone::clone)?;
        let interfaces_now = interfaces
            .get(subnet_id)
            .map_or(0, |sets| sets.values().sum());
        let supply = Supply {
            free,
            in_use: pairs.iter().map(|pair| pair.existing).sum(),
        };
        let pool = self.pool()?;
        let need_expected = expected(&pairs, assumptions);
        let need = need_expected.value;
        Ok(SubnetProjection {
            subnet_id: subnet_id.to_owned(),
            vpc_id: subnet.vpc_id.clone(),
            availability_zone: subnet.availability_zone.clone(),
            free: supply.free,
            usable,
            interfaces_now,
            interfaces_in_use: supply.in_use,
            combinations: count(pairs.len()),
            functions: pairs.iter().map(|pair| count(pair.users.len())).sum(),
            need_low: low(&pairs),
            need_high: high(&pairs, pool, need, assumptions),
            headroom: supply.headroom(need),
            headroom_doubled: supply.headroom_doubled(need),
            need_expected,
            pairs: pairs
                .iter()
                .map(|pair| pair.shown(pool, self.sharers, assumptions))
                .collect(),
            assumptions: *assumptions,
        })
    }

    /// What no function has reserved.
    fn pool(&self) -> Result<i64, Unknown> {
        let settings = self.settings.as_ref().map_err(Clone::clone)?;
        settings
            .unreserved_concurrent_executions
            .ok_or_else(|| Unknown::Failed {
                operation: "lambda:GetAccountSettings".to_owned(),
                error: "the answer has no unreserved concurrency".to_owned(),
            })
    }

    /// The combinations of a subnet with what they may carry.
    fn pairs(&self, subnet_id: &str) -> Result<Vec<Pair<'_>>, Unknown> {
        let Some(sets) = self.users.get(subnet_id) else {
            return Ok(Vec::new());
        };
        // Details first: the cause named is then the one closest to the functions of this subnet.
        for user in sets.values().flatten() {
            details(user.function)?;
        }
        let pool = self.pool()?;
        let interfaces = self.interfaces.as_ref().map_err(Clone::clone)?;
        let existing = interfaces.get(subnet_id);
        let share = Fraction::new(pool, self.sharers);
        sets.iter()
            .map(|(groups, users)| {
                let existing = existing.and_then(|sets| sets.get(groups)).copied();
                Pair::of(groups, users, existing.unwrap_or(0), share)
            })
            .collect()
    }
}

/// Every subnet that functions of a region use, with its projection or why there is none.
///
/// # Errors
/// When the list of functions is not known.
pub fn project_region(
    region: &RegionalAccount,
    assumptions: &Assumptions,
) -> Result<BTreeMap<String, Result<SubnetProjection, Unknown>>, Unknown> {
    let addresses = Addresses::of(region)?;
    Ok(addresses
        .subnet_ids()
        .map(|id| (id.to_owned(), addresses.project(id, assumptions)))
        .collect())
}

/// The addresses Lambda can have in a subnet.
struct Supply {
    free: i64,
    /// Interfaces of Lambda that exist and serve a combination in use.
    in_use: i64,
}

impl Supply {
    fn headroom(&self, need: i64) -> Figure {
        Figure::new(
            self.free + self.in_use - need,
            "free + interfaces_in_use - need_expected",
            [
                ("free", self.free),
                ("interfaces_in_use", self.in_use),
                ("need_expected", need),
            ],
        )
    }

    fn headroom_doubled(&self, need: i64) -> Figure {
        Figure {
            value: self.free + self.in_use - need.saturating_mul(2),
            formula: "free + interfaces_in_use - 2 * need_expected",
            ..self.headroom(need)
        }
    }
}

/// One combination of a subnet, before rounding.
struct Pair<'a> {
    groups: &'a [&'a str],
    users: &'a [User<'a>],
    existing: i64,
    /// Executions by reservation, spread over each function's subnets.
    reserved: Fraction,
    /// Executions from the unreserved pool, split evenly and spread the same way.
    shared: Fraction,
    /// Fewest subnets of any function here that draws on the pool: where the pool is concentrated most.
    narrowest_sharer: Option<i64>,
}

impl<'a> Pair<'a> {
    fn of(
        groups: &'a [&'a str],
        users: &'a [User<'a>],
        existing: i64,
        share: Fraction,
    ) -> Result<Self, Unknown> {
        let mut pair = Self {
            groups,
            users,
            existing,
            reserved: Fraction::ZERO,
            shared: Fraction::ZERO,
            narrowest_sharer: None,
        };
        for user in users {
            if let Some(reserved) = details(user.function)?.reserved_concurrency {
                let part = Fraction::new(reserved, user.subnets);
                pair.reserved = pair.reserved.plus(part);
            } else {
                pair.shared = pair.shared.plus(share.over(user.subnets));
                let narrowest = pair.narrowest_sharer.unwrap_or(user.subnets);
                pair.narrowest_sharer = Some(narrowest.min(user.subnets));
            }
        }
        Ok(pair)
    }

    fn expected(&self, assumptions: &Assumptions) -> i64 {
        assumptions.interfaces(
            self.existing,
            self.reserved.plus(self.shared),
            assumptions.connections_per_environment,
        )
    }

    /// At the bound of connections, with `pool` more executions on the narrowest function.
    fn high(&self, pool: i64, assumptions: &Assumptions) -> i64 {
        let extra = self
            .narrowest_sharer
            .map_or(Fraction::ZERO, |subnets| Fraction::new(pool, subnets));
        assumptions.interfaces(
            self.existing,
            self.reserved.plus(extra),
            assumptions.connections_per_environment_bound,
        )
    }

    fn shown(&self, pool: i64, sharers: i64, assumptions: &Assumptions) -> Combination {
        let mut functions: Vec<String> = self
            .users
            .iter()
            .map(|user| user.function.name.clone())
            .collect();
        functions.sort();
        let concurrency = self.reserved.plus(self.shared).ceil();
        Combination {
            security_group_ids: self.groups.iter().map(|id| (*id).to_owned()).collect(),
            functions,
            interfaces_now: self.existing,
            concurrency: Figure::new(
                concurrency,
                "sum over functions of (reserved, or unreserved_pool / unreserved_functions) / subnets of the function, rounded up",
                [
                    ("functions", count(self.users.len())),
                    ("unreserved_pool", pool),
                    ("unreserved_functions", sharers),
                ],
            ),
            need_expected: Figure::new(
                self.expected(assumptions),
                "max(interfaces_now, 1, concurrency * connections_per_environment / connections_per_interface rounded up)",
                [
                    ("interfaces_now", self.existing),
                    ("concurrency", concurrency),
                    (
                        "connections_per_environment",
                        assumptions.connections_per_environment.into(),
                    ),
                    (
                        "connections_per_interface",
                        assumptions.connections_per_interface.into(),
                    ),
                ],
            ),
        }
    }
}

fn low(pairs: &[Pair]) -> Figure {
    Figure::new(
        pairs.iter().map(|pair| pair.existing.max(1)).sum(),
        "sum over combinations of max(interfaces of the combination, 1)",
        [
            ("combinations", count(pairs.len())),
            (
                "interfaces_in_use",
                pairs.iter().map(|pair| pair.existing).sum(),
            ),
        ],
    )
}

fn expected(pairs: &[Pair], assumptions: &Assumptions) -> Figure {
    let concurrency = total(pairs, |pair| pair.reserved.plus(pair.shared));
    Figure::new(
        sum(pairs.iter().map(|pair| pair.expected(assumptions))),
        "sum over combinations of max(interfaces of the combination, 1, its concurrency * connections_per_environment / connections_per_interface rounded up)",
        [
            ("combinations", count(pairs.len())),
            ("concurrency", concurrency.ceil()),
            (
                "connections_per_environment",
                assumptions.connections_per_environment.into(),
            ),
            (
                "connections_per_interface",
                assumptions.connections_per_interface.into(),
            ),
        ],
    )
}

fn high(pairs: &[Pair], pool: i64, at_least: i64, assumptions: &Assumptions) -> Figure {
    let reserved_only = sum(pairs.iter().map(|pair| pair.high(0, assumptions)));
    let worst = pairs
        .iter()
        .map(|pair| pair.high(pool, assumptions) - pair.high(0, assumptions))
        .max()
        .unwrap_or(0);
    Figure::new(
        // Assumptions may be set so that the expected case outgrows the bound of one combination.
        reserved_only.saturating_add(worst).max(at_least),
        "as need_expected, with connections_per_environment_bound and the whole unreserved_pool on one combination",
        [
            ("combinations", count(pairs.len())),
            (
                "reserved_concurrency",
                total(pairs, |pair| pair.reserved).ceil(),
            ),
            ("unreserved_pool", pool),
            (
                "connections_per_environment_bound",
                assumptions.connections_per_environment_bound.into(),
            ),
            (
                "connections_per_interface",
                assumptions.connections_per_interface.into(),
            ),
        ],
    )
}

fn total(pairs: &[Pair], of: impl Fn(&Pair) -> Fraction) -> Fraction {
    pairs
        .iter()
        .fold(Fraction::ZERO, |all, pair| all.plus(of(pair)))
}

fn sum(numbers: impl Iterator<Item = i64>) -> i64 {
    numbers.fold(0, i64::saturating_add)
}

/// What `lambda:GetFunction` tells. A function that vanished between the list and the question has no
/// answer that could be counted.
fn details(function: &Function) -> Result<&FunctionDetails, Unknown> {
    function.details.found()?.ok_or_else(|| Unknown::Failed {
        operation: "lambda:GetFunction".to_owned(),
        error: format!("no answer for function {}", function.name),
    })
}

fn draws_on_pool(function: &Function) -> bool {
    details(function).is_ok_and(|details| details.reserved_concurrency.is_none())
}

fn settings(region: &RegionalAccount) -> Result<&AccountSettings, Unknown> {
    region
        .lambda
        .account_settings
        .found()?
        .ok_or_else(|| Unknown::Failed {
            operation: "lambda:GetAccountSettings".to_owned(),
            error: "the answer has no limits".to_owned(),
        })
}

/// Lambda's interfaces by subnet and security-group set. By those, and not by the function's name in
/// the description: that is only the first of the functions that share the interface.
fn count_interfaces(
    region: &RegionalAccount,
) -> Result<BTreeMap<&str, BTreeMap<GroupSet<'_>, i64>>, Unknown> {
    let mut counts: BTreeMap<&str, BTreeMap<GroupSet, i64>> = BTreeMap::new();
    for interface in listed(&region.ec2.network_interfaces)? {
        let (Some("lambda"), Some(subnet_id)) =
            (interface.kind.as_deref(), interface.subnet_id.as_deref())
        else {
            continue;
        };
        let groups = sorted_set(&interface.security_group_ids);
        *counts
            .entry(subnet_id)
            .or_default()
            .entry(groups)
            .or_default() += 1;
    }
    Ok(counts)
}

fn listed<T>(list: &Observed<Vec<T>>) -> Result<&[T], Unknown> {
    Ok(list.found()?.map_or(&[][..], Vec::as_slice))
}

fn sorted_set(ids: &[String]) -> Vec<&str> {
    let set: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    set.into_iter().collect()
}

/// A length as a number to reckon with.
fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
