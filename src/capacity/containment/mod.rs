//! Whether what an entry lets in fits the function behind it, and whom it takes down where it does not.
//!
//! An *entry* is one way in to one function: a method of a REST API at a stage, a route of an HTTP or WebSocket
//! API at a stage, a function URL, an event source mapping, a rule, a subscription and so on. For each:
//!
//! ```text
//! demand(D)  = min over its bounds of
//!                requests:   rate × D + burst                     a token bucket, Little's law
//!                executions: n                                    a bound that counts executions itself
//! low        = demand(p50)      without a datapoint demand(0): the burst alone
//! expected   = demand(p99)      without a datapoint demand(timeout)
//! high       = demand(timeout)
//! room       = reserved concurrency, else
//!              unreserved - what other functions keep ready - what neighbours need
//! need       = Σ over neighbours of max(peak - ready, 1 or 0 where something is kept ready),
//!              at most the region's peak of unreserved concurrency
//! ```
//!
//! Neighbours are the other functions without a reservation. An entry whose demand exceeds a reservation drains
//! its own function only; one that exceeds the room of the pool drains the pool, and its neighbours stop with it.
//!
//! Sources: token buckets and their order
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>, rate and
//! duration <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>.

mod bounds;
mod combined;
mod endpoints;
mod judge;
mod rate;
mod target;
mod triggers;
mod waf;

use serde::Serialize;
use tripod_model::{Arn, RegionalAccount, Unknown};

use crate::concurrency::pool::Pool;
use crate::stated::{Missing, Sways};
use crate::{Figure, WhatIf};

pub use bounds::{Limit, LimitKind};
pub use rate::{Bound, Rate};

/// The containment of a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Containment {
    /// The region.
    pub region: String,
    /// The unreserved pool; none where the account's limits are not known, see `missing`.
    pub pool: Option<SharedPool>,
    /// Every entry that leads to a function, by kind and name.
    pub entries: Vec<Entry>,
    /// What all entries of a function ask for together, by function.
    pub functions: Vec<Combined>,
    /// Lists that could not be read: entries may be missing.
    pub missing: Vec<Missing>,
    /// Ways in that a snapshot does not hold.
    pub unseen: &'static [&'static str],
}

/// Ways in to a function that a snapshot does not hold.
const UNSEEN: &[&str] = &[
    "notifications of S3 buckets",
    "callers that invoke a function directly",
    "authorizers of APIs, which run beside the function that they guard",
    "subscription filters of log groups",
    "triggers of Cognito user pools and identity pools",
    "rules of AWS IoT",
    "functions at CloudFront",
];

/// What functions without a reservation share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedPool {
    /// What no function reserves.
    pub unreserved: Figure,
    /// What is left of it for calls that find no environment kept ready.
    pub on_demand: Figure,
    /// What the sharing functions together need to go on as they did.
    pub need: Figure,
    /// The functions that share it, by name.
    pub members: Vec<Member>,
}

/// A function that shares the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Name.
    pub function: String,
    /// Environments kept ready: calls up to so many go on when the pool is drained.
    pub provisioned: i64,
    /// The most executions at once that it had in the window; none without a datapoint.
    pub peak: Option<i64>,
    /// What it needs of the pool.
    pub need: i64,
    /// Its entries, by name: they stop with it.
    pub entries: Vec<String>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A method of a REST API at a stage.
    RestMethod,
    /// A route of an HTTP API at a stage.
    HttpRoute,
    /// A route of a WebSocket API at a stage.
    WebSocketRoute,
    /// A function URL.
    FunctionUrl,
    /// An event source mapping.
    EventSourceMapping,
    /// A rule of EventBridge.
    Rule,
    /// A schedule of EventBridge Scheduler.
    Schedule,
    /// A pipe.
    Pipe,
    /// A subscription to a topic.
    Subscription,
    /// A target group of a load balancer.
    TargetGroup,
    /// A task of a state machine.
    Task,
}

/// What an entry can do to the function behind it and to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No function of this account is behind it.
    NoFunction,
    /// What it lets in fits.
    Contained,
    /// It can use up what its own function may have, and nobody else's.
    OwnFunction,
    /// It can drain the pool that other functions share.
    Pool,
    /// Cannot be said: see `missing`.
    NotAssessed,
}

/// A way in to a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// ARN of the method, route, URL's function, mapping and so on.
    pub arn: Arn,
    /// Name as people know it, such as `POST /claims at prod of claims-api`.
    pub name: String,
    /// ARN of the stage, of an entry of an API.
    pub stage_arn: Option<Arn>,
    /// `API/STAGE/METHOD`, by which a throttle is supposed; none where the entry has none.
    pub throttle_key: Option<String>,
    /// Whether it lets in callers who show nothing; none where callers are services of AWS.
    pub open: Option<bool>,
    /// Name of the function behind it; none where it is not known.
    pub function: Option<String>,
    /// What holds its demand back, the tightest at the expected duration first. Empty: nothing does.
    pub limits: Vec<Limit>,
    /// What one client address may do, by rules of a web ACL. It bounds a source and not the entry: addresses
    /// are many.
    pub sources: Vec<SourceLimit>,
    /// What it can ask for.
    pub demand: Option<Demand>,
    /// What its function has for it.
    pub room: Option<Room>,
    /// The verdict at the expected demand.
    pub verdict: Verdict,
    /// The verdict at the low demand.
    pub best: Verdict,
    /// The verdict at the high demand.
    pub worst: Verdict,
    /// How many neighbours it takes down; [`Containment::taken_down_by`] names them.
    pub takes_down: i64,
    /// What would contain it, in numbers.
    pub cures: Vec<Cure>,
    /// Inputs that are not known.
    pub missing: Vec<Missing>,
}

/// Executions at once that an entry, or all entries of a function, can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// At the median duration; without a datapoint the burst alone. Where what bounds the entry is not known,
    /// what it surely can ask for. None: no bound.
    pub low: Option<Figure>,
    /// At the 99th percentile of duration; without a datapoint at the timeout. None: no bound.
    pub expected: Option<Figure>,
    /// At the timeout. None: no bound.
    pub high: Option<Figure>,
}

/// What a function has for its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Its reservation; none where it shares the pool.
    pub reserved: Option<i64>,
    /// What its entries may ask for without taking from anybody.
    pub room: Figure,
    /// Functions that share the pool with it; 0 where it has a reservation.
    pub neighbours: i64,
}

/// What a rule of a web ACL lets one client address do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceLimit {
    /// The web ACL.
    pub web_acl: String,
    /// The rule.
    pub rule: String,
    /// What is counted together: `IP`, `FORWARDED_IP`, `CUSTOM_KEYS`, `CONSTANT`.
    pub key: String,
    /// Requests in a window.
    pub rate: Rate,
    /// Executions at once that one source can ask for at the expected duration.
    pub demand: Figure,
    /// Sources that together exceed the room; none where the function's room is not known.
    pub sources_to_exceed: Option<Figure>,
}

/// A setting that would change the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "cure")]
pub enum Cure {
    /// Throttle the method or route.
    Throttle {
        /// `API/STAGE/METHOD`.
        key: String,
        /// Requests, over a time: rounded down.
        rate: Rate,
        /// Burst.
        burst: i64,
        /// What the verdict becomes.
        verdict: Verdict,
    },
    /// Bound the executions of a queue's event source mapping.
    MaximumConcurrency {
        /// Executions at once.
        executions: i64,
        /// What the verdict becomes.
        verdict: Verdict,
    },
    /// Reserve concurrency for the function.
    Reserve {
        /// Name of the function.
        function: String,
        /// So many at least: what it asks for, or used at its peak where there is no bound. None where
        /// neither is known.
        at_least: Option<i64>,
        /// So many at most: more would leave less than AWS's floor, or less than the neighbours need.
        at_most: i64,
        /// What the verdict becomes.
        verdict: Verdict,
    },
    /// Ask for a higher limit of the account; offered where nothing else helps.
    RaiseLimit {
        /// Executions at once, more than now.
        by: i64,
        /// What the function has to reserve of them; none where the pool is then large enough.
        reserve: Option<i64>,
        /// What the verdict becomes.
        verdict: Verdict,
    },
}

/// What all entries of a function ask for together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combined {
    /// Name of the function.
    pub function: String,
    /// Its entries.
    pub entries: i64,
    /// The demand of all.
    pub demand: Demand,
    /// What it has for them; none where that is not known.
    pub room: Option<Room>,
    /// The verdict at the expected demand.
    pub verdict: Verdict,
}

impl Entry {
    /// Why the verdict could be another if everything were known: none where it stands whatever the missing
    /// inputs are. What AWS answered with "none" is known.
    pub fn doubt(&self) -> Option<Unknown> {
        let find = |test: &dyn Fn(&Missing) -> bool| self.missing.iter().find(|it| test(it));
        let lack = match self.verdict {
            Verdict::NoFunction => None,
            Verdict::NotAssessed => find(&|it| it.decides),
            Verdict::Contained => find(&|it| it.sways == Sways::LessRoom),
            Verdict::OwnFunction | Verdict::Pool => find(&|it| match it.sways {
                Sways::LessDemand => true,
                Sways::Band => self.best == Verdict::Contained,
                Sways::LessRoom | Sways::Nothing => false,
            }),
        };
        lack.map(Missing::unknown)
    }
}

impl Containment {
    /// The neighbours that stop when an entry drains the pool.
    pub fn taken_down_by<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Member> {
        let drains = entry.verdict == Verdict::Pool;
        let members = self.pool.iter().flat_map(|pool| &pool.members);
        members.filter(move |it| drains && Some(&it.function) != entry.function.as_ref())
    }
}

/// Every entry of a region with its verdict, with the suppositions made.
///
/// # Errors
/// When the list of functions is not known.
pub fn of(region: &RegionalAccount, what_if: &WhatIf) -> Result<Containment, Unknown> {
    let pool = Pool::of(region, what_if)?;
    let mut missing = Vec::new();
    let mut doors = endpoints::of(region, what_if, &mut missing);
    doors.extend(triggers::of(region, &mut missing));
    if let Err(unknown) = pool.unreserved() {
        missing.push(Missing::widening("the unreserved pool", unknown));
    }
    let court = judge::Court::of(region, &pool);
    let mut entries: Vec<Entry> = doors.into_iter().map(|door| court.entry(door)).collect();
    entries.sort_by(|a, b| (a.kind, &a.name, &a.arn).cmp(&(b.kind, &b.name, &b.arn)));
    Ok(Containment {
        region: region.name.to_string(),
        functions: combined::of(&entries),
        pool: court.shared(&entries),
        entries,
        missing,
        unseen: UNSEEN,
    })
}

#[cfg(test)]
mod tests;
