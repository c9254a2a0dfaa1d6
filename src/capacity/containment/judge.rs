//! Demand against room, and what would make it fit.

use std::collections::BTreeMap;

use tripod_model::{Observed, RegionalAccount, Unknown};

use super::bounds::{Door, Limit, LimitKind};
use super::rate::{Bound, LITTLE, Rate};
use super::target::Target;
use super::waf::WebAcls;
use super::{Cure, Demand, Entry, EntryKind, Member, Room, SharedPool, Verdict};
use crate::Figure;
use crate::concurrency::UNRESERVED_FLOOR;
use crate::concurrency::pool::{Holder, Pool};
use crate::stated::{Missing, Sways, count, figure, lacking, rounded_up};

const RESERVED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";

/// The longest that a function runs, whatever is configured.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LONGEST_MILLISECONDS: i64 = 900_000;

/// Judges the entries of a region.
pub(crate) struct Court<'a> {
    pool: &'a Pool<'a>,
    acls: WebAcls<'a>,
    by_name: BTreeMap<&'a str, &'a str>,
    region: &'a str,
    /// What all sharing functions need together, before the region's own peak bounds it.
    need: i64,
    /// The region's peak of unreserved concurrency.
    peak: Option<i64>,
    /// Environments kept ready by sharing functions.
    ready: i64,
    sharing: i64,
    /// What could not be read of the functions that share.
    unread: Vec<Missing>,
}

/// How long a function takes, in milliseconds.
struct Durations {
    /// None without a datapoint.
    median: Option<i64>,
    /// None without a datapoint.
    high: Option<i64>,
    timeout: i64,
}

impl Durations {
    fn low(&self) -> i64 {
        self.median.unwrap_or(0).min(self.expected())
    }

    fn expected(&self) -> i64 {
        self.high.unwrap_or(self.timeout).min(self.timeout)
    }
}

impl<'a> Court<'a> {
    pub(crate) fn of(region: &'a RegionalAccount, pool: &'a Pool<'a>) -> Self {
        let sharing = || pool.holders.values().filter(|it| it.shares());
        Self {
            pool,
            acls: WebAcls::of(region),
            by_name: pool
                .holders
                .iter()
                .map(|(arn, holder)| (holder.function.name.as_str(), *arn))
                .collect(),
            region: region.name.as_str(),
            need: sharing().map(Holder::need).fold(0, i64::saturating_add),
            peak: pool.unreserved_peak().ok().flatten(),
            ready: pool.ready(),
            sharing: count(sharing().count()),
            unread: unread(pool),
        }
    }

    /// The entry with its verdict.
    pub(crate) fn entry(&self, door: Door<'_>) -> Entry {
        let mut missing = door.missing;
        let holder = self.holder(door.target, &mut missing);
        let mut entry = Entry {
            kind: door.kind,
            arn: door.arn.clone(),
            name: door.name,
            stage_arn: door.stage_arn.cloned(),
            throttle_key: door.throttle_key,
            open: door.open,
            function: None,
            limits: door.limits,
            sources: Vec::new(),
            demand: None,
            room: None,
            verdict: Verdict::NotAssessed,
            best: Verdict::NotAssessed,
            worst: Verdict::NotAssessed,
            takes_down: 0,
            cures: Vec::new(),
            missing,
        };
        match holder {
            Behind::Holder(holder) => {
                self.judge(&mut entry, holder, door.at_least, door.web_acl);
            }
            Behind::Nothing => {
                (entry.verdict, entry.best, entry.worst) = (
                    Verdict::NoFunction,
                    Verdict::NoFunction,
                    Verdict::NoFunction,
                );
            }
            Behind::Unknown => {}
        }
        entry
    }

    fn judge(
        &self,
        entry: &mut Entry,
        holder: &Holder<'_>,
        at_least: i64,
        web_acl: Option<&tripod_model::Arn>,
    ) {
        entry.function = Some(holder.function.name.clone());
        let durations = durations(holder, &entry.limits, &mut entry.missing);
        sort(&mut entry.limits, durations.expected());
        let bounded = !entry.missing.iter().any(|it| it.decides);
        let at_least = (!bounded).then_some(at_least);
        let demand = demand(&entry.limits, at_least, &durations);
        let room = self.room(holder, &mut entry.missing);
        if let Some(arn) = web_acl {
            let free = room.as_ref().map(|it| it.room.value);
            let at = durations.expected();
            entry.sources = self.acls.sources(arn, at, free, &mut entry.missing);
        }
        if let Some(room) = &room {
            let value = |it: &Option<Figure>| it.as_ref().map(|it| it.value);
            entry.best = verdict(value(&demand.low), room);
            entry.worst = verdict(value(&demand.high), room);
            let decided = !entry.missing.iter().any(|it| it.decides);
            entry.verdict = if decided {
                verdict(value(&demand.expected), room)
            } else if entry.best == entry.worst {
                entry.best
            } else {
                Verdict::NotAssessed
            };
            if entry.verdict == Verdict::Pool {
                entry.takes_down = room.neighbours;
            }
            if matches!(entry.verdict, Verdict::OwnFunction | Verdict::Pool) {
                entry.cures = self.cures(entry, holder, room, value(&demand.expected), &durations);
            }
        }
        entry.room = room;
        entry.demand = Some(demand);
    }

    fn holder(&self, target: Target<'_>, missing: &mut Vec<Missing>) -> Behind<'_> {
        let arn = match target {
            Target::Arn(arn) => Some(arn),
            Target::Name(name) => self.by_name.get(name).copied(),
            Target::Variable(name) => {
                let what = format!("the function that stage variable {name} names");
                missing.push(Missing::deciding(what, Unknown::NotCollected));
                return Behind::Unknown;
            }
        };
        if let Some(holder) = arn.and_then(|arn| self.pool.holders.get(arn)) {
            return Behind::Holder(holder);
        }
        match arn {
            Some(arn) if self.is_elsewhere(arn) => {
                let what = format!("the concurrency of {arn}, which runs elsewhere");
                missing.push(Missing::deciding(what, Unknown::NotCollected));
                Behind::Unknown
            }
            _ => Behind::Nothing,
        }
    }

    /// Whether a function is another region's or another account's, as far as the own one is known.
    fn is_elsewhere(&self, arn: &str) -> bool {
        let place = |arn: &str, at: usize| arn.split(':').nth(at).map(str::to_owned);
        let own = self.pool.holders.keys().next();
        place(arn, 3).as_deref() != Some(self.region)
            || own.is_some_and(|own| place(own, 4) != place(arn, 4))
    }

    /// What a function has for its entries; none, with a note of why, where that cannot be said.
    fn room(&self, holder: &Holder<'_>, missing: &mut Vec<Missing>) -> Option<Room> {
        let name = &holder.function.name;
        if holder.on_instances {
            let what = format!("what the instances carry that {name} runs on");
            missing.push(Missing::deciding(what, Unknown::NotCollected));
            return None;
        }
        match &holder.reserved {
            Ok(Some(reserved)) => Some(Room {
                reserved: Some(*reserved),
                room: figure(*reserved, "reserved", [("reserved", *reserved)], RESERVED),
                neighbours: 0,
            }),
            Ok(None) => self.shared_room(holder, missing),
            Err(unknown) => {
                let what = format!("the reservation of {name}");
                missing.push(Missing::deciding(what, unknown.clone()));
                None
            }
        }
    }

    fn shared_room(&self, holder: &Holder<'_>, missing: &mut Vec<Missing>) -> Option<Room> {
        let unreserved = match self.pool.unreserved() {
            Ok(unreserved) => unreserved,
            Err(unknown) => {
                missing.push(Missing::deciding("the unreserved pool", unknown));
                return None;
            }
        };
        let neighbours = (self.sharing - 1).max(0);
        let ready = self.ready_of_others(holder);
        let need = self.need_of_others(holder);
        if neighbours > 0 && self.peak.is_none() {
            let what = "the region's peak of unreserved concurrency";
            missing.push(match self.pool.unreserved_peak() {
                Err(unknown) => Missing::widening(what, unknown).swaying(Sways::LessRoom),
                Ok(_) => Missing::absent(what),
            });
        }
        missing.extend(self.unread.iter().cloned());
        Some(Room {
            reserved: None,
            room: figure(
                unreserved.saturating_sub(ready).saturating_sub(need).max(0),
                "unreserved - kept_ready_by_neighbours - need_of_neighbours, at least 0",
                [
                    ("unreserved", unreserved),
                    ("kept_ready_by_neighbours", ready),
                    ("need_of_neighbours", need),
                ],
                RESERVED,
            ),
            neighbours,
        })
    }

    fn ready_of_others(&self, holder: &Holder<'_>) -> i64 {
        let own = if holder.shares() { holder.ready() } else { 0 };
        self.ready.saturating_sub(own)
    }

    /// Peaks of single functions need not fall together: the region's own peak bounds their sum.
    fn need_of_others(&self, holder: &Holder<'_>) -> i64 {
        let own = if holder.shares() { holder.need() } else { 0 };
        let others = self.need.saturating_sub(own).max(0);
        match self.peak {
            // Whoever has never been called still needs an environment to answer at all.
            Some(peak) => others.min(peak.max(1)),
            None => others,
        }
    }

    /// What functions without a reservation share; none where the account's limits are not known.
    pub(crate) fn shared(&self, entries: &[Entry]) -> Option<SharedPool> {
        let unreserved = self.pool.unreserved().ok()?;
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for entry in entries {
            if let Some(function) = entry.function.as_deref() {
                names.entry(function).or_default().push(entry.name.clone());
            }
        }
        let holders = self.pool.holders.values().filter(|it| it.shares());
        let need = self
            .peak
            .map_or(self.need, |peak| self.need.min(peak.max(1)));
        Some(SharedPool {
            unreserved: figure(
                unreserved,
                "unreserved",
                [("unreserved", unreserved)],
                RESERVED,
            ),
            on_demand: figure(
                unreserved.saturating_sub(self.ready).max(0),
                "unreserved - kept_ready, at least 0",
                [("unreserved", unreserved), ("kept_ready", self.ready)],
                RESERVED,
            ),
            need: figure(
                need,
                "sum of the needs of functions, at most the region's peak of unreserved concurrency",
                [("sum", self.need), ("peak", self.peak.unwrap_or(i64::MAX))],
                RESERVED,
            ),
            members: holders
                .map(|holder| Member {
                    function: holder.function.name.clone(),
                    provisioned: holder.ready(),
                    peak: peak(holder),
                    need: holder.need(),
                    entries: names
                        .remove(holder.function.name.as_str())
                        .unwrap_or_default(),
                })
                .collect(),
        })
    }

    fn cures(
        &self,
        entry: &Entry,
        holder: &Holder<'_>,
        room: &Room,
        demand: Option<i64>,
        durations: &Durations,
    ) -> Vec<Cure> {
        let mut cures = Vec::new();
        if let Some(key) = &entry.throttle_key {
            cures.extend(throttle(key, room.room.value, durations.expected()));
        }
        let queue = [LimitKind::Default, LimitKind::MaximumConcurrency];
        let of_queue = entry.kind == EntryKind::EventSourceMapping
            && entry.limits.iter().any(|it| queue.contains(&it.kind));
        // AWS takes no maximum concurrency below 2.
        if of_queue && room.room.value >= 2 {
            cures.push(Cure::MaximumConcurrency {
                executions: room.room.value.min(1_000),
                verdict: Verdict::Contained,
            });
        }
        cures.extend(self.reserve(holder, room, demand));
        if cures.is_empty() {
            cures.extend(self.raise(holder, room, demand));
        }
        cures
    }

    /// What must stay unreserved: AWS's floor, and what others keep ready and need.
    fn least_left(&self, holder: &Holder<'_>) -> i64 {
        let wanted = self.need_of_others(holder);
        UNRESERVED_FLOOR.max(wanted.saturating_add(self.ready_of_others(holder)))
    }

    /// A reservation: for as much as is asked where that can be reserved, else a wall around the function.
    fn reserve(&self, holder: &Holder<'_>, room: &Room, demand: Option<i64>) -> Option<Cure> {
        let unreserved = self.pool.unreserved().ok()?;
        let free = unreserved.saturating_sub(self.least_left(holder));
        let at_most = free.saturating_add(room.reserved.unwrap_or(0));
        let fits = |it: &i64| *it <= at_most;
        let contains = demand.is_some_and(|it| fits(&it));
        let useful = contains || room.reserved.is_none();
        (at_most > 0 && useful).then(|| Cure::Reserve {
            function: holder.function.name.clone(),
            at_least: demand.filter(fits).or_else(|| peak(holder).filter(fits)),
            at_most,
            verdict: if contains {
                Verdict::Contained
            } else {
                Verdict::OwnFunction
            },
        })
    }

    /// A higher limit: the pool holds neighbours and demand, or there is room to reserve for a function whose
    /// demand has no bound. Reserving more for one that has a reservation takes no more from the pool.
    fn raise(&self, holder: &Holder<'_>, room: &Room, demand: Option<i64>) -> Option<Cure> {
        let unreserved = self.pool.unreserved().ok()?;
        let left = self.least_left(holder);
        let (target, reserve, verdict) = match (demand, room.reserved) {
            (Some(demand), None) => {
                let taken = self.ready_of_others(holder);
                let need = self.need_of_others(holder);
                let target = taken.saturating_add(need).saturating_add(demand);
                (target, None, Verdict::Contained)
            }
            (Some(demand), Some(held)) => {
                let more = left.saturating_add(demand).saturating_sub(held);
                (more, Some(demand), Verdict::Contained)
            }
            (None, None) => {
                let own = peak(holder).unwrap_or(1).max(1);
                (left.saturating_add(own), Some(own), Verdict::OwnFunction)
            }
            // Its own reservation is all that bounds it, and does.
            (None, Some(_)) => return None,
        };
        let by = target.saturating_sub(unreserved);
        (by > 0).then_some(Cure::RaiseLimit {
            by,
            reserve,
            verdict,
        })
    }
}

/// What could not be read of the functions that share the pool: the first of each kind stands for all.
fn unread(pool: &Pool<'_>) -> Vec<Missing> {
    let sharing = || pool.holders.values().filter(|it| it.shares());
    let note = |what: &str, unknown: Option<Unknown>| {
        let unknown = unknown?;
        Some(Missing::widening(what, unknown).swaying(Sways::LessRoom))
    };
    let reserved = sharing().find_map(|it| it.reserved.clone().err());
    let provisioned = sharing().find_map(|it| it.provisioned.clone().err());
    [
        note("the reservations of neighbours", reserved),
        note("the provisioned concurrency of neighbours", provisioned),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The most executions at once that a function had; none where that is not known.
fn peak(holder: &Holder<'_>) -> Option<i64> {
    holder.peak().ok().flatten()
}

enum Behind<'a> {
    Holder(&'a Holder<'a>),
    /// Gone, or never there.
    Nothing,
    Unknown,
}

/// The verdict on a demand; none: no bound.
pub(super) fn verdict(demand: Option<i64>, room: &Room) -> Verdict {
    // A function whose reservation is 0 is switched off: nothing runs.
    if room.reserved == Some(0) || demand.is_some_and(|it| it <= room.room.value) {
        return Verdict::Contained;
    }
    if room.reserved.is_some() || room.neighbours == 0 {
        Verdict::OwnFunction
    } else {
        Verdict::Pool
    }
}

/// The tightest first.
fn sort(limits: &mut [Limit], milliseconds: i64) {
    limits.sort_by(|a, b| {
        let key = |it: &Limit| (it.bound.demand(milliseconds), it.kind);
        key(a).cmp(&key(b)).then_with(|| a.of.cmp(&b.of))
    });
}

/// `at_least` where what bounds the entry is not known.
fn demand(limits: &[Limit], at_least: Option<i64>, durations: &Durations) -> Demand {
    let at = |milliseconds: i64| {
        let tightest = limits
            .iter()
            .min_by_key(|it| it.bound.demand(milliseconds))?;
        Some(tightest.bound.figure(milliseconds))
    };
    let least = |at_least: i64| {
        let formula = "at_least: what bounds it is not known";
        figure(at_least, formula, [("at_least", at_least)], LITTLE)
    };
    Demand {
        low: at(durations.low()).or_else(|| at_least.map(least)),
        expected: at(durations.expected()),
        high: at(durations.timeout),
    }
}

/// How long the function takes. Missing metrics matter only where a rate is what bounds the entry.
fn durations(holder: &Holder<'_>, limits: &[Limit], missing: &mut Vec<Missing>) -> Durations {
    let rated = |it: &Limit| matches!(it.bound, Bound::Requests { .. });
    let matters = limits.iter().any(rated);
    let timeout = holder.function.configuration.timeout_seconds;
    if timeout.is_none() && matters {
        let what = format!("the timeout of {}", holder.function.name);
        let error = "the answer has no timeout; Lambda's longest is taken";
        missing.push(Missing::widening(
            what,
            lacking("lambda:ListFunctions", error),
        ));
    }
    let timeout = timeout.map_or(LONGEST_MILLISECONDS, |it| it.saturating_mul(1000).max(0));
    let mut read = |value: Result<Option<f64>, Unknown>, what: &str| {
        let what = || format!("the {what} of the duration of {}", holder.function.name);
        let note = match value {
            Ok(Some(value)) => return Some(rounded_up(value)),
            Ok(None) => Missing::absent(what()),
            Err(unknown) => Missing::widening(what(), unknown).swaying(Sways::Band),
        };
        if matters {
            missing.push(note);
        }
        None
    };
    let metrics = &holder.metrics;
    let of = |pick: fn(&tripod_model::cloudwatch::FunctionMetrics) -> &Observed<f64>| match metrics
        .clone()?
    {
        Some(metrics) => Ok(pick(metrics).found()?.copied()),
        None => Ok(None),
    };
    Durations {
        median: read(of(|it| &it.duration_p50_milliseconds), "median"),
        high: read(of(|it| &it.duration_p99_milliseconds), "99th percentile"),
        timeout,
    }
}

/// Half of the room for a burst, the other half for the steady rate.
fn throttle(key: &str, room: i64, milliseconds: i64) -> Option<Cure> {
    let burst = room / 2;
    let steady = i128::from(room - burst) * 1_000_000 / i128::from(milliseconds.max(1));
    let thousandth = i64::try_from(steady).unwrap_or(i64::MAX);
    let rate = if thousandth >= 1000 {
        Rate::of(thousandth / 1000, 1)
    } else {
        Rate::of(thousandth, 1000)
    };
    (rate.requests > 0 && burst > 0).then(|| Cure::Throttle {
        key: key.to_owned(),
        rate,
        burst,
        verdict: Verdict::Contained,
    })
}
