//! The report: what the figures of a snapshot are, region by region, and what they were made of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tripod_capacity::addresses::{RegionAddresses, project};
use tripod_capacity::trend::{Trend, trend};
use tripod_capacity::{
    Assumptions, Concurrency, Containment, Quotas, WhatIf, concurrency, containment, quotas,
};
use tripod_model::{
    Account, AccountId, Cause, RegionName, RegionStatus, RegionalAccount, Snapshot, Unknown,
};

use super::assumed::{Assumed, assumed};
use super::first::{Trouble, troubles};
use super::history::{History, Read};
use super::missing::{NotSeen, not_seen};
use super::question::{Mistake, Question, chosen};

/// The value of [`CapacityReport::schema`].
pub const CAPACITY_SCHEMA: &str = "tripod.capacity.v1";

/// What a snapshot says of addresses, concurrency, rates and quotas. Fields are added, never renamed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CapacityReport {
    /// [`CAPACITY_SCHEMA`].
    pub schema: &'static str,
    /// Who made it.
    pub tool: Tool,
    /// The run that the snapshot is of.
    pub run: RunPart,
    /// What was supposed.
    pub what_if: WhatIf,
    /// What the suppositions change in `first`; none where nothing was supposed.
    pub changes: Option<Vec<Change>>,
    /// What fails first and where, the most urgent first. Empty: nothing that could be reckoned does.
    pub first: Vec<Trouble>,
    /// The accounts asked about.
    pub accounts: Vec<AccountCapacity>,
    /// The stored runs that trends are made of.
    pub history: Read,
    /// What was taken for given, and where it is written.
    pub assumptions: Vec<Assumed>,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// `tripod`.
    pub name: &'static str,
    /// Its version.
    pub version: String,
}

/// The run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunPart {
    /// Its id.
    pub id: String,
    /// When the evidence was gathered.
    pub observed: Timestamp,
    /// The endpoint, where it is not AWS's own.
    pub endpoint: Option<String>,
    /// Why the run ended before its time, in words.
    pub stopped: Option<&'static str>,
}

/// What the suppositions change: the same trouble without and with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What is said without the suppositions; none where there was nothing to say.
    pub before: Option<String>,
    /// What is said with them; none where nothing is left to say.
    pub after: Option<String>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountCapacity {
    /// Its id.
    pub id: AccountId,
    /// Its regions.
    pub regions: Vec<RegionCapacity>,
    /// Quotas that hold for the account, those of IAM.
    pub quotas: Quotas,
}

/// One region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionCapacity {
    /// Its name.
    pub name: RegionName,
    /// Whether it was scanned. One that the account has not enabled has no figures.
    pub status: RegionStatus,
    /// Addresses in scenarios.
    pub addresses: Answer<RegionAddresses>,
    /// Where free addresses go, by subnet.
    pub trends: BTreeMap<String, Trend>,
    /// Executions at once.
    pub concurrency: Answer<Concurrency>,
    /// What each entry can drain.
    pub containment: Answer<Containment>,
    /// Quotas in use.
    pub quotas: Quotas,
    /// Inputs that are missing, those of one cause together.
    pub gaps: Vec<NotSeen>,
}

/// What was worked out, or why nothing was: the list of functions is not known. Every other missing input is named
/// where it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// The figures.
    Known(T),
    /// Why there are none.
    NotAssessed(Cause),
}

impl<T> Answer<T> {
    /// The figures, where there are some.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) => Some(known),
            Self::NotAssessed(_) => None,
        }
    }
}

impl<T> From<Result<T, Unknown>> for Answer<T> {
    fn from(result: Result<T, Unknown>) -> Self {
        match result {
            Ok(known) => Self::Known(known),
            Err(unknown) => Self::NotAssessed(unknown.into()),
        }
    }
}

impl CapacityReport {
    /// The report on a snapshot.
    ///
    /// # Errors
    /// When the question names an account, region, function, zone, API, stage or method that the snapshot does not have.
    pub fn new(
        snapshot: &Snapshot,
        question: &Question,
        history: &History,
        version: &str,
    ) -> Result<Self, Mistake> {
        let chosen = chosen(snapshot, question)?;
        question.check(&chosen)?;
        let reckoned = |what_if: &WhatIf| -> Vec<AccountCapacity> {
            let each = chosen.iter().map(|(account, regions)| {
                let assumptions = &question.assumptions;
                of_account(account, regions, assumptions, what_if, (snapshot, history))
            });
            each.collect()
        };
        let now = snapshot.run.observed;
        let accounts = reckoned(&question.what_if);
        let first = troubles(&accounts, now);
        let supposed = question.what_if != WhatIf::default();
        let before = supposed.then(|| troubles(&reckoned(&WhatIf::default()), now));
        Ok(Self {
            schema: CAPACITY_SCHEMA,
            tool: Tool {
                name: "tripod",
                version: version.to_owned(),
            },
            run: RunPart {
                id: snapshot.run.id.clone(),
                observed: now,
                endpoint: snapshot.run.endpoint.clone(),
                stopped: snapshot.run.stopped.map(tripod_model::Stopped::text),
            },
            what_if: question.what_if.clone(),
            changes: before.map(|before| changes(&before, &first)),
            first,
            accounts,
            history: history.read(&snapshot.run),
            assumptions: assumed(&question.assumptions),
        })
    }

    /// Every region with its account.
    pub fn regions(&self) -> impl Iterator<Item = (&AccountCapacity, &RegionCapacity)> {
        self.accounts.iter().flat_map(|account| {
            let regions = account.regions.iter();
            regions.map(move |region| (account, region))
        })
    }

    /// Whether no figure at all could be worked out.
    pub fn is_blind(&self) -> bool {
        let mut regions = self.regions();
        regions.all(|(_, it)| it.addresses.known().is_none() && it.concurrency.known().is_none())
    }
}

fn of_account(
    account: &Account,
    regions: &[&RegionalAccount],
    assumptions: &Assumptions,
    what_if: &WhatIf,
    (snapshot, history): (&Snapshot, &History),
) -> AccountCapacity {
    let region = |region: &&RegionalAccount| {
        let trends = trends(account, region, snapshot, history);
        of_region(region, assumptions, what_if, trends)
    };
    AccountCapacity {
        id: account.id.clone(),
        regions: regions.iter().map(region).collect(),
        quotas: quotas::of_account(account),
    }
}

fn of_region(
    region: &RegionalAccount,
    assumptions: &Assumptions,
    what_if: &WhatIf,
    trends: BTreeMap<String, Trend>,
) -> RegionCapacity {
    let addresses = Answer::from(project(region, assumptions, what_if));
    let concurrency = Answer::from(concurrency::of(region, what_if));
    let containment = Answer::from(containment::of(region, what_if));
    let quotas = quotas::of(region);
    let gaps = match region.status {
        // Nothing of a region that the account has not enabled is missing.
        RegionStatus::Disabled => Vec::new(),
        _ => not_seen(&addresses, &concurrency, &containment, &quotas),
    };
    let used = |id: &String| {
        let known = addresses.known();
        known.is_some_and(|it| it.subnets.iter().any(|subnet| &subnet.subnet_id == id))
    };
    RegionCapacity {
        name: region.name.clone(),
        status: region.status,
        trends: trends.into_iter().filter(|(id, _)| used(id)).collect(),
        addresses,
        concurrency,
        containment,
        quotas,
        gaps,
    }
}

fn trends(
    account: &Account,
    region: &RegionalAccount,
    snapshot: &Snapshot,
    history: &History,
) -> BTreeMap<String, Trend> {
    let points = history.points(&account.id, &region.name, snapshot);
    let trend = |points: Vec<_>| trend(&points, snapshot.run.observed);
    points.into_iter().map(|(id, it)| (id, trend(it))).collect()
}

/// What is said only without, only with, or differently with the suppositions.
fn changes(before: &[Trouble], after: &[Trouble]) -> Vec<Change> {
    let find = |all: &[Trouble], one: &Trouble| {
        let found = all.iter().find(|it| it.is_same_as(one));
        found.map(|it| it.says.clone())
    };
    let new = after.iter().map(|one| Change {
        before: find(before, one),
        after: Some(one.says.clone()),
    });
    let gone = before.iter().filter(|one| find(after, one).is_none());
    let gone = gone.map(|one| Change {
        before: Some(one.says.clone()),
        after: None,
    });
    new.chain(gone)
        .filter(|change| change.before != change.after)
        .collect()
}
