//! Who asks for addresses in a region, sorted by subnet once and asked in every scenario.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::ec2::{Subnet, Vpc};
use tripod_model::lambda::{Configuration, Function, FunctionDetails};
use tripod_model::{Observed, RegionalAccount, Unknown};

use super::load::{Known, Load, Peak};
use super::supply::Interfaces;
use super::{Gap, GapKind, WhatIf};

/// A set of security groups: sorted, each once.
pub(super) type GroupSet<'a> = Vec<&'a str>;

/// A region, sorted.
pub(super) struct Estate<'a> {
    pub(super) region: &'a RegionalAccount,
    /// Functions that are in a VPC, by the index that users name.
    pub(super) loads: Vec<Load<'a>>,
    /// Subnets that somebody of Lambda uses.
    pub(super) places: BTreeMap<&'a str, Place<'a>>,
    pub(super) subnets: Result<BTreeMap<&'a str, &'a Subnet>, Unknown>,
    pub(super) vpcs: Result<BTreeMap<&'a str, &'a Vpc>, Unknown>,
    pub(super) interfaces: Result<BTreeMap<&'a str, Interfaces<'a>>, Unknown>,
    /// What no function has reserved.
    pub(super) pool: Result<i64, Unknown>,
    /// Functions seen to draw on the pool. One whose reservation could not be read is left out: that makes
    /// the share of the others larger, so the need is never understated.
    pub(super) sharers: i64,
    /// Inputs missing for the whole region; those of single subnets are with them.
    pub(super) gaps: Vec<Gap>,
    /// Names of the what-if that the region does not have.
    pub(super) unmatched: Vec<String>,
}

/// What Lambda has in a subnet.
#[derive(Default)]
pub(super) struct Place<'a> {
    pub(super) sets: BTreeMap<GroupSet<'a>, Vec<User<'a>>>,
    pub(super) fleets: Vec<Fleet<'a>>,
    pub(super) connectors: Vec<Connector<'a>>,
    /// Its VPC, as functions name it.
    pub(super) vpc_id: Option<&'a str>,
    /// Inputs missing for this subnet.
    pub(super) gaps: Vec<Gap>,
}

/// A version of a function that uses a combination.
pub(super) struct User<'a> {
    /// Index of the function in [`Estate::loads`].
    pub(super) load: usize,
    /// Its subnets.
    pub(super) subnets: Vec<&'a str>,
    pub(super) via: Via<'a>,
}

/// Which version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Via<'a> {
    /// The unpublished one.
    Latest,
    /// A published one. `called`: an alias leads to it, or may, where aliases are not known.
    Version { number: &'a str, called: bool },
}

/// A capacity provider.
#[derive(Clone)]
pub(super) struct Fleet<'a> {
    pub(super) name: &'a str,
    pub(super) subnets: Vec<&'a str>,
    /// Whether it runs, or is about to.
    pub(super) runs: bool,
    /// Whether a version is published on it: only that starts instances.
    pub(super) used: bool,
    /// Processors at most; none where AWS shows no bound.
    pub(super) processors: Option<i64>,
    /// Processors of the smallest instance type allowed; none where the types do not tell.
    pub(super) smallest: Option<i64>,
}

/// A network connector.
#[derive(Clone, Copy)]
pub(super) struct Connector<'a> {
    pub(super) name: &'a str,
    /// Whether it has, or asks for, an interface today; a sleeping one asks when it is woken.
    pub(super) awake: bool,
}

impl<'a> Estate<'a> {
    pub(super) fn of(region: &'a RegionalAccount, what_if: &WhatIf) -> Result<Self, Unknown> {
        let functions = region
            .lambda
            .functions
            .found()?
            .map_or(&[][..], Vec::as_slice);
        let mut estate = Self {
            region,
            loads: Vec::new(),
            places: BTreeMap::new(),
            subnets: listed(&region.ec2.subnets).map(|all| {
                all.iter()
                    .map(|subnet| (subnet.id.as_str(), subnet))
                    .collect()
            }),
            vpcs: listed(&region.ec2.vpcs)
                .map(|all| all.iter().map(|vpc| (vpc.id.as_str(), vpc)).collect()),
            interfaces: listed(&region.ec2.network_interfaces).map(Interfaces::by_subnet),
            pool: pool(region),
            sharers: count(functions.iter().filter(|one| draws_on_pool(one)).count()),
            gaps: Vec::new(),
            unmatched: Vec::new(),
        };
        let peaks = estate.peaks();
        for function in functions {
            estate.add(function, peaks.as_ref(), what_if);
        }
        estate.add_fleets(functions);
        estate.add_connectors();
        estate.note_interfaces();
        estate.note_reservations();
        estate.note_unmatched(functions, what_if);
        Ok(estate)
    }

    /// A subnet by its id.
    pub(super) fn subnet(&self, id: &str) -> Result<&'a Subnet, Unknown> {
        let subnets = self.subnets.as_ref().map_err(Clone::clone)?;
        subnets
            .get(id)
            .copied()
            .ok_or_else(|| undescribed(format!("subnet {id} is not in the answer")))
    }

    /// Whether a subnet is in one of these zones, by either of a zone's names. One whose zone is not known is in none.
    pub(super) fn is_lost(&self, id: &str, zones: &BTreeSet<&str>) -> bool {
        !zones.is_empty()
            && self.subnet(id).is_ok_and(|subnet| {
                [&subnet.availability_zone, &subnet.availability_zone_id]
                    .into_iter()
                    .flatten()
                    .any(|zone| zones.contains(zone.as_str()))
            })
    }

    /// Zones of the subnets in use, by the account's name, or by the shared one where that is all there is.
    pub(super) fn zones(&self) -> BTreeSet<&'a str> {
        let subnets = self.places.keys().filter_map(|id| self.subnet(id).ok());
        subnets.filter_map(zone_of).collect()
    }

    fn add(&mut self, function: &'a Function, peaks: Option<&Peaks<'a>>, what_if: &WhatIf) {
        let versions: Vec<_> = uses(function).collect();
        if versions.is_empty() {
            return;
        }
        let mut gaps = Vec::new();
        let called = called_versions(function, &mut gaps);
        let told = details(function);
        if let Err(unknown) = &told {
            gaps.push(unread_details(function, unknown.clone()));
        }
        let load = self.loads.len();
        self.loads.push(Load {
            name: &function.name,
            reserved: told
                .as_ref()
                .map_or(Known::No, |it| Known::Yes(it.reserved_concurrency)),
            provisioned: provisioned(function, &mut gaps),
            peak: peaks.map_or(Peak::Unknown, |all| peak(function, all, &mut gaps)),
            asked: what_if.concurrency.get(&function.name).copied(),
            memory_mib: function.configuration.memory_mib.unwrap_or(128),
            asleep: told.is_ok_and(|it| it.state.as_deref() == Some("Inactive")),
        });
        for (number, configuration) in versions {
            let Some(vpc) = &configuration.network.vpc else {
                continue;
            };
            let subnets = sorted_set(&vpc.subnet_ids);
            let groups = sorted_set(&vpc.security_group_ids);
            let via = number.map_or(Via::Latest, |number| Via::Version {
                number,
                called: called.as_ref().is_none_or(|called| called.contains(number)),
            });
            for id in &subnets {
                let user = User {
                    load,
                    subnets: subnets.clone(),
                    via,
                };
                let place = self.places.entry(id).or_default();
                place.sets.entry(groups.clone()).or_default().push(user);
                place.vpc_id = place.vpc_id.or(vpc.vpc_id.as_deref());
                // A function may be here by several versions; its own gaps are then the last ones.
                if !place.gaps.ends_with(&gaps) {
                    place.gaps.extend_from_slice(&gaps);
                }
            }
        }
    }

    /// The highest daily maximum of each function; none, and a gap, where metrics are not known.
    fn peaks(&mut self) -> Option<Peaks<'a>> {
        let metrics = &self.region.cloudwatch.metrics;
        let unknown = match metrics.found() {
            Ok(Some(metrics)) => {
                let of = |it: &'a tripod_model::cloudwatch::FunctionMetrics| {
                    (it.name.as_str(), &it.concurrent_executions)
                };
                return Some(metrics.functions.iter().map(of).collect());
            }
            Ok(None) => Unknown::NotCollected,
            Err(unknown) => unknown,
        };
        let input = "ConcurrentExecutions of the last 30 days".to_owned();
        self.gaps.push(unknown_peak(input, unknown));
        None
    }

    fn add_fleets(&mut self, functions: &'a [Function]) {
        let providers = match listed(&self.region.lambda.capacity_providers) {
            Ok(providers) => providers,
            Err(unknown) => {
                self.gaps.push(Gap {
                    kind: GapKind::CapacityProviders,
                    input: "capacity providers".to_owned(),
                    effect: "only instances that exist are counted",
                    hides_need: true,
                    unknown,
                });
                return;
            }
        };
        let used: BTreeSet<&str> = functions
            .iter()
            .flat_map(|one| one.versions.iter().map(|version| &version.configuration))
            .filter_map(|it| Some(it.capacity_provider.as_ref()?.arn.as_str()))
            .collect();
        for provider in providers {
            let arn = provider.arn.as_str();
            let fleet = Fleet {
                name: arn.rsplit(':').next().unwrap_or(arn),
                subnets: sorted_set(&provider.subnet_ids),
                runs: !matches!(provider.state.as_str(), "Failed" | "Deleting"),
                used: used.contains(arn),
                processors: provider.max_vcpu_count,
                smallest: smallest(&provider.allowed_instance_types),
            };
            let unbounded = (fleet.runs && fleet.used && fleet.processors.is_none())
                .then(|| unbounded(fleet.name));
            for id in fleet.subnets.clone() {
                let place = self.places.entry(id).or_default();
                place.fleets.push(fleet.clone());
                place.gaps.extend(unbounded.clone());
            }
        }
    }

    fn add_connectors(&mut self) {
        let connectors = match listed(&self.region.lambda_core.network_connectors) {
            Ok(connectors) => connectors,
            // A region that does not offer them has none.
            Err(Unknown::Unsupported { .. }) => return,
            Err(unknown) => {
                self.gaps
                    .push(connectors_unseen("network connectors".to_owned(), unknown));
                return;
            }
        };
        for connector in connectors {
            let name = connector.name.as_deref().unwrap_or(connector.arn.as_str());
            let state = connector.state.as_deref();
            if state == Some("DELETING") {
                continue;
            }
            match connector.details.found() {
                Ok(details) => {
                    let subnets = details.map_or(&[][..], |it| it.subnet_ids.as_slice());
                    for id in sorted_set(subnets) {
                        let place = self.places.entry(id).or_default();
                        let awake = state != Some("INACTIVE");
                        place.connectors.push(Connector { name, awake });
                    }
                }
                Err(unknown) => {
                    let input = format!("subnets of network connector {name}");
                    self.gaps.push(connectors_unseen(input, unknown));
                }
            }
        }
    }

    fn note_interfaces(&mut self) {
        if let Err(unknown) = &self.interfaces {
            self.gaps.push(Gap {
                kind: GapKind::Interfaces,
                input: "network interfaces".to_owned(),
                effect: "nobody knows which combinations have theirs: in the low case all do, as far as addresses are in use; in the expected case those of functions that are awake; in the high case none",
                hides_need: true,
                unknown: unknown.clone(),
            });
        }
    }

    /// Nobody asks for reserved ranges of a subnet in which Lambda has no interface: that is no gap.
    fn note_reservations(&mut self) {
        let Ok(subnets) = &self.subnets else {
            return;
        };
        for (id, place) in &mut self.places {
            let asked = subnets
                .get(id)
                .map(|subnet| subnet.cidr_reservations.found());
            if let Some(Err(unknown)) = asked
                && unknown != Unknown::NotCollected
            {
                place.gaps.push(Gap {
                    kind: GapKind::RangeReservations,
                    input: format!("reserved ranges of subnet {id}"),
                    effect: "the high case counts on every free address",
                    hides_need: false,
                    unknown,
                });
            }
        }
    }

    fn note_unmatched(&mut self, functions: &[Function], what_if: &WhatIf) {
        for name in what_if.concurrency.keys() {
            if !functions.iter().any(|function| &function.name == name) {
                self.unmatched.push(format!("function {name}"));
            }
        }
        for zone in &what_if.lose_zones {
            let zones = BTreeSet::from([zone.as_str()]);
            if !self.places.keys().any(|id| self.is_lost(id, &zones)) {
                self.unmatched.push(format!("zone {zone}"));
            }
        }
    }
}

/// Without `GetFunction` nobody knows what is reserved, and whether the function sleeps.
fn unread_details(function: &Function, unknown: Unknown) -> Gap {
    Gap {
        kind: GapKind::FunctionDetails,
        input: format!(
            "reserved concurrency and state of function {}",
            function.name
        ),
        effect: "it is taken for awake and for drawing on the unreserved pool; the low case leaves its executions out, the high case gives it the whole pool",
        hides_need: true,
        unknown,
    }
}

/// Versions that an alias leads to; none where aliases are not known.
fn called_versions<'a>(function: &'a Function, gaps: &mut Vec<Gap>) -> Option<BTreeSet<&'a str>> {
    // Without a published version an alias leads nowhere else, and Lambda is not asked.
    if function.versions.is_empty() {
        return Some(BTreeSet::new());
    }
    match listed(&function.aliases) {
        Ok(aliases) => {
            let versions = aliases.iter().flat_map(|alias| {
                let weighted = alias.weights.keys().map(String::as_str);
                alias.version.as_deref().into_iter().chain(weighted)
            });
            Some(versions.collect())
        }
        Err(unknown) => {
            gaps.push(Gap {
                kind: GapKind::Aliases,
                input: format!("aliases of function {}", function.name),
                effect: "every published version is taken for one that is called",
                hides_need: false,
                unknown,
            });
            None
        }
    }
}

/// What all versions and aliases of a function have provisioned.
fn provisioned(function: &Function, gaps: &mut Vec<Gap>) -> Known<i64> {
    // Nothing but a version or an alias can have it; for others it is not asked.
    if function.versions.is_empty() {
        return Known::Yes(0);
    }
    match listed(&function.provisioned_concurrency) {
        Ok(all) => Known::Yes(all.iter().filter_map(|one| one.requested).sum()),
        Err(unknown) => {
            gaps.push(Gap {
                kind: GapKind::ProvisionedConcurrency,
                input: format!("provisioned concurrency of function {}", function.name),
                effect: "it is taken for drawing on the unreserved pool; the low case leaves its executions out, the high case gives it the whole pool",
                hides_need: true,
                unknown,
            });
            Known::No
        }
    }
}

fn unbounded(name: &str) -> Gap {
    Gap {
        kind: GapKind::CapacityProviders,
        input: format!("most processors of capacity provider {name}"),
        effect: "the expected case takes the instances that it starts with, the high case the most that AWS takes",
        hides_need: true,
        unknown: Unknown::Failed {
            operation: "lambda:ListCapacityProviders".to_owned(),
            error: format!("capacity provider {name} was shown without MaxVCpuCount"),
        },
    }
}

fn connectors_unseen(input: String, unknown: Unknown) -> Gap {
    Gap {
        kind: GapKind::Connectors,
        input,
        effect: "only interfaces that exist are counted",
        hides_need: true,
        unknown,
    }
}

type Peaks<'a> = BTreeMap<&'a str, &'a Observed<Vec<tripod_model::cloudwatch::Daily>>>;

/// The peak of a function, where metrics of the region are known.
fn peak(function: &Function, peaks: &Peaks<'_>, gaps: &mut Vec<Gap>) -> Peak {
    let name = function.name.as_str();
    let daily = peaks.get(name).ok_or_else(|| Unknown::Failed {
        operation: "cloudwatch:GetMetricData".to_owned(),
        error: format!("no metrics of function {name}"),
    });
    match daily.and_then(|daily| daily.found()) {
        Ok(None) => Peak::Seen(0),
        Ok(Some(days)) => Peak::Seen(days.iter().map(|day| whole(day.value)).max().unwrap_or(0)),
        Err(unknown) => {
            gaps.push(unknown_peak(
                format!("ConcurrentExecutions of function {name}"),
                unknown,
            ));
            Peak::Unknown
        }
    }
}

fn unknown_peak(input: String, unknown: Unknown) -> Gap {
    Gap {
        kind: GapKind::Metrics,
        input,
        effect: "a function without metrics is taken to reach its share of the unreserved pool; the low case leaves it out, the high case gives it the whole pool",
        hides_need: false,
        unknown,
    }
}

/// A metric's value as a number to reckon with, rounded up. What is no number is none.
fn whole(value: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded on the line itself"
    )]
    let whole = value.clamp(0.0, 1e12).ceil() as i64;
    whole
}

/// The configurations of a function that are in a VPC: none for the number of the unpublished one.
fn uses(function: &Function) -> impl Iterator<Item = (Option<&str>, &Configuration)> {
    let versions = function
        .versions
        .iter()
        .map(|version| (Some(version.version.as_str()), &version.configuration));
    std::iter::once((None, &function.configuration))
        .chain(versions)
        .filter(|(_, configuration)| {
            let vpc = configuration.network.vpc.as_ref();
            vpc.is_some_and(|vpc| !vpc.subnet_ids.is_empty())
        })
}

/// What `lambda:GetFunction` tells. A function that vanished between the list and the question has no
/// answer that could be counted.
pub(super) fn details(function: &Function) -> Result<&FunctionDetails, Unknown> {
    function.details.found()?.ok_or_else(|| Unknown::Failed {
        operation: "lambda:GetFunction".to_owned(),
        error: format!("no answer for function {}", function.name),
    })
}

/// Functions on capacity providers run on the account's own instances and not on the pool.
fn draws_on_pool(function: &Function) -> bool {
    function.configuration.capacity_provider.is_none()
        && details(function).is_ok_and(|details| details.reserved_concurrency.is_none())
}

fn pool(region: &RegionalAccount) -> Result<i64, Unknown> {
    let unsaid = |error: &str| Unknown::Failed {
        operation: "lambda:GetAccountSettings".to_owned(),
        error: error.to_owned(),
    };
    let settings = region.lambda.account_settings.found()?;
    settings
        .ok_or_else(|| unsaid("the answer has no limits"))?
        .unreserved_concurrent_executions
        .ok_or_else(|| unsaid("the answer has no unreserved concurrency"))
}

/// Processors of the smallest of these instance types, by the size in their names; none where a size does not tell.
/// <https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html>
fn smallest(types: &[String]) -> Option<i64> {
    let sizes = types.iter().map(|name| {
        let size = name.rsplit_once('.')?.1;
        match size {
            "medium" => Some(1),
            "large" => Some(2),
            "xlarge" => Some(4),
            _ => size
                .strip_suffix("xlarge")?
                .parse::<i64>()
                .ok()
                .map(|n| 4 * n),
        }
    });
    sizes.collect::<Option<Vec<_>>>()?.into_iter().min()
}

pub(super) fn zone_of(subnet: &Subnet) -> Option<&str> {
    let id = subnet.availability_zone_id.as_deref();
    subnet.availability_zone.as_deref().or(id)
}

pub(super) fn undescribed(error: String) -> Unknown {
    Unknown::Failed {
        operation: "ec2:DescribeSubnets".to_owned(),
        error,
    }
}

pub(super) fn listed<T>(list: &Observed<Vec<T>>) -> Result<&[T], Unknown> {
    Ok(list.found()?.map_or(&[][..], Vec::as_slice))
}

pub(super) fn sorted_set(ids: &[String]) -> Vec<&str> {
    let set: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    set.into_iter().collect()
}

/// A length as a number to reckon with.
pub(super) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
