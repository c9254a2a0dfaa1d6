//! What fails first, and where: the few lines that whoever is on call reads before any table.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tripod_capacity::addresses::{self, FailureKind, RegionAddresses, Scenario, Symptom};
use tripod_capacity::containment::{self, Containment, Entry};
use tripod_capacity::quotas::{Alarm, QuotaUse};
use tripod_capacity::trend::Trend;
use tripod_capacity::{Concurrency, Quotas};
use tripod_model::{AccountId, RegionName};

use super::report::{AccountCapacity, RegionCapacity};
use super::words::{counted, cure_of_entry, demanded, grouped, listed, size};

/// Use in percent from which something is nearly used up.
pub(super) const NEAR_PERCENT: i64 = 80;

/// Days before its date from which a trend is urgent.
pub(super) const NEAR_DAYS: i64 = 90;

/// Cures quoted for one trouble.
const CURES: usize = 3;

/// When something fails, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "when")]
pub enum When {
    /// As things stand.
    Now,
    /// At a load that was seen.
    AtPeak,
    /// At a load that the limits set allow.
    AtLimits,
    /// By the trend.
    By {
        /// The date.
        date: Timestamp,
    },
    /// If something happens: a zone is lost, everything idle wakes, groups are replaced, functions are added.
    IfItHappens,
}

/// What gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Addresses of a subnet, interfaces of a VPC or region, or subnets of a zone.
    Addresses,
    /// The unreserved pool, by entries that can drain it.
    Pool,
    /// The concurrency of functions.
    Concurrency,
    /// A quota.
    Quota,
    /// Functions, by entries that can use up what they have.
    Functions,
    /// Free addresses, by trend.
    Trend,
}

/// Something that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// When.
    #[serde(flatten)]
    pub when: When,
    /// What gives way.
    pub subject: Subject,
    /// Account.
    pub account: AccountId,
    /// Region; none of what is the account's.
    pub region: Option<RegionName>,
    /// Subnet, VPC, zone, region or quota.
    pub place: String,
    /// All of it in a sentence.
    pub says: String,
    /// Functions, versions, capacity providers and connectors that stop.
    pub stops: Vec<String>,
    /// How it shows.
    pub shows: Vec<Shown>,
    /// What helps, the cheapest first.
    pub cures: Vec<String>,
}

/// How something shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Where it can be seen, such as `Invoke` or `GetFunction`.
    pub seen_in: &'static str,
    /// Names of the error, or of the state and its reason.
    pub names: Vec<&'static str>,
    /// What happens, in words.
    pub text: &'static str,
}

impl Shown {
    /// `Invoke: SubnetIPAddressLimitReachedException`.
    pub(super) fn short(&self) -> String {
        match self.names.as_slice() {
            [] => format!("{}: {}", self.seen_in, self.text),
            names => format!("{}: {}", self.seen_in, names.join(", ")),
        }
    }

    /// The same, with what happens.
    pub(super) fn long(&self) -> String {
        match self.names.as_slice() {
            [] => self.short(),
            _ => format!("{}: {}", self.short(), self.text),
        }
    }
}

impl From<&Symptom> for Shown {
    fn from(symptom: &Symptom) -> Self {
        let names = [symptom.error, symptom.state, symptom.reason_code];
        Self {
            seen_in: symptom.seen_in,
            names: names.into_iter().flatten().collect(),
            text: symptom.text,
        }
    }
}

impl Trouble {
    /// Whether two are of the same thing, whatever they say of it.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let key = |it: &Self| {
            (
                it.account.clone(),
                it.region.clone(),
                it.subject,
                it.place.clone(),
            )
        };
        key(self) == key(other)
    }
}

/// What one account or region says of itself.
struct Place<'a> {
    account: &'a AccountId,
    region: Option<&'a RegionName>,
}

impl Place<'_> {
    fn trouble(&self, when: When, subject: Subject, place: &str, says: String) -> Trouble {
        Trouble {
            when,
            subject,
            account: self.account.clone(),
            region: self.region.cloned(),
            place: place.to_owned(),
            says,
            stops: Vec::new(),
            shows: Vec::new(),
            cures: Vec::new(),
        }
    }
}

/// Everything that fails, the most urgent first.
pub(super) fn troubles(accounts: &[AccountCapacity], now: Timestamp) -> Vec<Trouble> {
    let mut all = Vec::new();
    for account in accounts {
        for region in &account.regions {
            let place = Place {
                account: &account.id,
                region: Some(&region.name),
            };
            of_region(&place, region, now, &mut all);
        }
        let place = Place {
            account: &account.id,
            region: None,
        };
        of_quotas(&place, &account.quotas, &mut all);
    }
    // The model lists the worst of each kind first, and a stable sort keeps that.
    all.sort_by(|one, other| (&one.when, one.subject).cmp(&(&other.when, other.subject)));
    all
}

fn of_region(place: &Place<'_>, region: &RegionCapacity, now: Timestamp, all: &mut Vec<Trouble>) {
    if let Some(addresses) = region.addresses.known() {
        let verdicts = addresses.verdicts.iter();
        all.extend(verdicts.map(|verdict| of_verdict(place, verdict)));
        of_trends(place, region, addresses, now, all);
    }
    if let Some(containment) = region.containment.known() {
        all.extend(of_pool(place, containment));
        all.extend(of_functions(place, containment));
    }
    if let Some(concurrency) = region.concurrency.known() {
        of_concurrency(place, concurrency, all);
    }
    of_quotas(place, &region.quotas, all);
}

fn of_verdict(place: &Place<'_>, verdict: &addresses::Verdict) -> Trouble {
    let when = verdict.scenarios.iter().map(when).min();
    // The text tells the worst scenario; what is short before it is urgent for that reason.
    let first = verdict.scenarios.first().map(Scenario::title);
    let says = match first.filter(|title| !verdict.text.contains(title.as_str())) {
        Some(title) => format!("{}; short already {title}", verdict.text),
        None => verdict.text.clone(),
    };
    let when = when.unwrap_or(When::IfItHappens);
    let mut trouble = place.trouble(when, Subject::Addresses, &verdict.place, says);
    trouble.stops.clone_from(&verdict.failure.stops);
    trouble.shows = verdict.failure.shows.iter().map(Shown::from).collect();
    let enough = verdict.cheapest.iter();
    trouble.cures = if verdict.cheapest.is_empty() {
        let some = verdict.cures.iter().take(CURES);
        some.map(|cure| format!("{}; not enough alone", cure.text))
            .collect()
    } else {
        enough.map(|cure| cure.text.clone()).collect()
    };
    if verdict.failure.kind == FailureKind::NoSubnetLeft {
        trouble.when = When::IfItHappens;
    }
    trouble
}

fn when(scenario: &Scenario) -> When {
    match scenario {
        Scenario::Now => When::Now,
        Scenario::ObservedPeak => When::AtPeak,
        Scenario::Limits | Scenario::AccountLimit => When::AtLimits,
        Scenario::ZoneLost { .. }
        | Scenario::IdleWake
        | Scenario::GroupsReplaced
        | Scenario::NewFunctions { .. } => When::IfItHappens,
    }
}

fn of_trends(
    place: &Place<'_>,
    region: &RegionCapacity,
    addresses: &RegionAddresses,
    now: Timestamp,
    all: &mut Vec<Trouble>,
) {
    let near = now.saturating_add(SignedDuration::from_hours(24 * NEAR_DAYS));
    for subnet in &addresses.subnets {
        let Some(Trend::Falling {
            slope,
            exhausted: Some(date),
            ..
        }) = region.trends.get(&subnet.subnet_id)
        else {
            continue;
        };
        if near.as_ref().is_ok_and(|near| date > near) {
            continue;
        }
        let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
        let says = format!(
            "{name} runs out of addresses on {} if it goes on as in the last {} runs: {:.1} a day",
            date.strftime("%Y-%m-%d"),
            slope.points,
            slope.per_day
        );
        let when = When::By { date: *date };
        let mut trouble = place.trouble(when, Subject::Trend, &subnet.subnet_id, says);
        trouble.stops.clone_from(&subnet.functions);
        all.push(trouble);
    }
}

/// Entries of one verdict, the greatest demand first; one without a bound before all.
fn worst_first(containment: &Containment, verdict: containment::Verdict) -> Vec<&Entry> {
    let entries = containment.entries.iter();
    let mut entries: Vec<&Entry> = entries.filter(|it| it.verdict == verdict).collect();
    let demand = |entry: &Entry| {
        let expected = entry.demand.as_ref().map(|it| it.expected.as_ref());
        expected.map_or(0, |it| it.map_or(i64::MAX, |figure| figure.value))
    };
    // Of equal demands the one that anybody can make comes first.
    entries.sort_by_key(|it| (-demand(it), it.open != Some(true), &it.name, &it.arn));
    entries
}

fn of_pool(place: &Place<'_>, containment: &Containment) -> Option<Trouble> {
    let entries = worst_first(containment, containment::Verdict::Pool);
    let here = containment.region.as_str();
    let Some(worst) = entries.first() else {
        return together(place, containment);
    };
    let pool = containment.pool.as_ref()?;
    let open = entries.iter().filter(|it| it.open == Some(true)).count();
    let open = match (open, entries.len()) {
        (0, _) => String::new(),
        (1, 1) => ", open to anybody,".to_owned(),
        (open, _) => format!(", {} of them open to anybody,", grouped(size(open))),
    };
    let room = worst.room.as_ref().map_or(0, |it| it.room.value);
    let says = format!(
        "{}{open} can drain the {} that {} share; the worst, {}, can ask for {} and has room for {}",
        counted(size(entries.len()), "entry", "entries"),
        counted(pool.on_demand.value, "execution", "executions"),
        counted(size(pool.members.len()), "function", "functions"),
        worst.name,
        demanded(worst),
        grouped(room),
    );
    let mut trouble = place.trouble(When::AtLimits, Subject::Pool, here, says);
    let stops = containment.taken_down_by(worst);
    trouble.stops = stops.map(|member| member.function.clone()).collect();
    trouble.shows = throttled(ALL_THROTTLED);
    trouble.cures = entries_cures(&entries);
    Some(trouble)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
fn throttled(text: &'static str) -> Vec<Shown> {
    vec![Shown {
        seen_in: "Invoke",
        names: vec!["TooManyRequestsException"],
        text,
    }]
}

const ALL_THROTTLED: &str =
    "status 429, and the metric Throttles rises, also of functions that did nothing wrong";

/// Entries that fit one by one and not at once.
fn together(place: &Place<'_>, containment: &Containment) -> Option<Trouble> {
    let drains = |verdict| move |it: &&containment::Combined| it.verdict == verdict;
    let mut all = containment.functions.iter();
    let function = all.find(drains(containment::Verdict::Pool))?;
    let expected = function.demand.expected.as_ref();
    let asked = expected.map_or_else(|| "no end".to_owned(), |it| grouped(it.value));
    let says = format!(
        "the {} entries of {} can together ask for {asked} and drain the pool, though none can alone",
        grouped(function.entries),
        function.function
    );
    let here = containment.region.as_str();
    let mut trouble = place.trouble(When::AtLimits, Subject::Pool, here, says);
    trouble.shows = throttled(ALL_THROTTLED);
    Some(trouble)
}

fn of_functions(place: &Place<'_>, containment: &Containment) -> Option<Trouble> {
    let entries = worst_first(containment, containment::Verdict::OwnFunction);
    let worst = entries.first()?;
    let room = worst.room.as_ref().map_or(0, |it| it.room.value);
    let says = format!(
        "{} can use up all that the function behind may have, and nobody else's; the worst, {}, can ask for {} of {}",
        counted(size(entries.len()), "entry", "entries"),
        worst.name,
        demanded(worst),
        grouped(room),
    );
    let here = containment.region.as_str();
    let mut trouble = place.trouble(When::AtLimits, Subject::Functions, here, says);
    let mut stops: Vec<String> = entries
        .iter()
        .filter_map(|it| it.function.clone())
        .collect();
    stops.sort();
    stops.dedup();
    trouble.stops = stops;
    trouble.shows = throttled("status 429, of that function alone");
    trouble.cures = entries_cures(&entries);
    Some(trouble)
}

/// The first cure of each of the worst entries.
fn entries_cures(entries: &[&Entry]) -> Vec<String> {
    let cures = entries.iter().filter_map(|entry| {
        let cure = entry.cures.first()?;
        Some(cure_of_entry(cure))
    });
    let mut some: Vec<String> = Vec::new();
    for cure in cures {
        if some.len() < CURES && !some.contains(&cure) {
            some.push(cure);
        }
    }
    some
}

fn of_concurrency(place: &Place<'_>, concurrency: &Concurrency, all: &mut Vec<Trouble>) {
    let here = concurrency.region.as_str();
    if concurrency.below_floor {
        let says =
            "AWS refuses these reservations: they leave fewer than 100 executions unreserved";
        let refused = place.trouble(When::Now, Subject::Concurrency, here, says.to_owned());
        all.push(refused);
    }
    let share = concurrency.unreserved_peak_percent.as_ref();
    if let Some(share) = share.filter(|it| it.value >= NEAR_PERCENT) {
        let of = |figure: Option<&tripod_capacity::Figure>| figure.map_or(0, |it| it.value);
        let says = format!(
            "the pool of {} unreserved executions was used up to {} ({} %) at its peak",
            grouped(of(concurrency.unreserved.as_ref())),
            grouped(of(concurrency.unreserved_peak.as_ref())),
            share.value
        );
        all.push(place.trouble(When::AtPeak, Subject::Concurrency, "unreserved", says));
    }
    let near = concurrency.functions.iter().filter(|it| {
        let share = it.peak_percent.as_ref().map_or(0, |share| share.value);
        it.reserved.is_some() && share >= NEAR_PERCENT
    });
    let near: Vec<String> = near
        .map(|it| {
            let (peak, reserved) = (it.peak.unwrap_or(0), it.reserved.unwrap_or(0));
            format!("{} ({} of {})", it.name, grouped(peak), grouped(reserved))
        })
        .collect();
    if !near.is_empty() {
        let says = format!(
            "{} came near the reservation at the peak: {}",
            counted(size(near.len()), "function", "functions"),
            listed(&near)
        );
        all.push(place.trouble(When::AtPeak, Subject::Concurrency, "reserved", says));
    }
}

fn of_quotas(place: &Place<'_>, quotas: &Quotas, all: &mut Vec<Trouble>) {
    let near = |row: &&QuotaUse| {
        let share = row.share_percent.as_ref();
        share.is_some_and(|it| it.value >= NEAR_PERCENT)
    };
    for row in quotas.rows.iter().filter(near) {
        let value = |figure: Option<&tripod_capacity::Figure>| figure.map_or(0, |it| it.value);
        let says = format!(
            "{} of {}: {} of {} in use ({} %); {}",
            row.name,
            row.scope,
            grouped(value(row.used.as_ref())),
            grouped(row.limit.map_or(0, |it| it.value)),
            value(row.share_percent.as_ref()),
            alarm(&row.alarm),
        );
        let key = format!("{} {} {}", row.service, row.name, row.scope);
        let mut trouble = place.trouble(When::AtPeak, Subject::Quota, &key, says);
        if let Some(code) = &row.code {
            let cure = format!(
                "ask for more: aws service-quotas request-service-quota-increase --service-code {} --quota-code {code} --desired-value N",
                row.service
            );
            trouble.cures.push(cure);
        }
        all.push(trouble);
    }
}

/// Whether anybody would be told.
pub(super) fn alarm(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Present { names } => format!("alarm {} tells", listed(names)),
        Alarm::Silent { names } => format!("alarm {} tells nobody in time", listed(names)),
        Alarm::Absent => "no alarm".to_owned(),
        Alarm::NoMetric => "no metric to watch".to_owned(),
        Alarm::Unknown => "alarms not known".to_owned(),
    }
}
