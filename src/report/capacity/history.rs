//! What stored runs saw of subnets: the points that trends are made of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tripod_capacity::trend::Point;
use tripod_model::ec2::Subnet;
use tripod_model::{AccountId, Observed, RegionName, Run, SNAPSHOT_SCHEMA, Snapshot};

/// What stored runs saw of subnets, gathered run by run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    runs: Vec<PastRun>,
    skipped: Vec<Skipped>,
    left_out: usize,
}

/// What trends are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Read {
    /// Runs that count, oldest first: those at the snapshot's endpoint, up to its time.
    pub runs: Vec<String>,
    /// Runs that could not be read.
    pub skipped: Vec<Skipped>,
    /// How many older runs were not read.
    pub left_out: usize,
}

/// A run that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its id.
    pub run: String,
    /// Why.
    pub error: String,
}

#[derive(Debug, Clone, PartialEq)]
struct PastRun {
    id: String,
    observed: Timestamp,
    endpoint: Option<String>,
    free: BTreeMap<(AccountId, RegionName), BTreeMap<String, i64>>,
}

/// The few parts of a snapshot that count here: whole snapshots of a year of nights would take long to read.
#[derive(Deserialize)]
struct Slim {
    schema: String,
    run: SlimRun,
    accounts: Vec<SlimAccount>,
}

#[derive(Deserialize)]
struct SlimRun {
    id: String,
    observed: Timestamp,
    endpoint: Option<String>,
}

#[derive(Deserialize)]
struct SlimAccount {
    id: AccountId,
    regions: Vec<SlimRegion>,
}

#[derive(Deserialize)]
struct SlimRegion {
    name: RegionName,
    ec2: SlimEc2,
}

#[derive(Deserialize)]
struct SlimEc2 {
    subnets: Observed<Vec<Subnet>>,
}

impl History {
    /// Adds a stored run by the text of its snapshot. What is no snapshot of this version is noted as skipped.
    pub fn add(&mut self, run: &str, snapshot: &str) {
        match serde_json::from_str::<Slim>(snapshot) {
            Ok(slim) if slim.schema == SNAPSHOT_SCHEMA => self.runs.push(past(slim)),
            Ok(slim) => self.skip(
                run,
                format!("its snapshot has the schema '{}'", slim.schema),
            ),
            Err(error) => self.skip(run, error.to_string()),
        }
    }

    /// Notes a stored run that could not be read.
    pub fn skip(&mut self, run: &str, error: impl Into<String>) {
        self.skipped.push(Skipped {
            run: run.to_owned(),
            error: error.into(),
        });
    }

    /// Notes how many older runs are not read.
    pub fn leave_out(&mut self, runs: usize) {
        self.left_out = runs;
    }

    /// Runs of the same endpoint that are no younger: an emulator's addresses are not AWS's.
    fn counting<'a>(&'a self, now: &'a Run) -> impl Iterator<Item = &'a PastRun> {
        let counts = |run: &&PastRun| run.endpoint == now.endpoint && run.observed <= now.observed;
        self.runs.iter().filter(counts)
    }

    /// What a report made of `now` says of the runs.
    pub(super) fn read(&self, now: &Run) -> Read {
        let mut runs: Vec<&PastRun> = self.counting(now).collect();
        runs.sort_by_key(|run| (run.observed, &run.id));
        Read {
            runs: runs.into_iter().map(|run| run.id.clone()).collect(),
            skipped: self.skipped.clone(),
            left_out: self.left_out,
        }
    }

    /// The points of each subnet of a region, the snapshot's own among them.
    pub(super) fn points(
        &self,
        account: &AccountId,
        region: &RegionName,
        now: &Snapshot,
    ) -> BTreeMap<String, Vec<Point>> {
        let place = (account.clone(), region.clone());
        let mut points: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        let mut add = |at: Timestamp, id: &str, free: i64| {
            let subnet = points.entry(id.to_owned()).or_default();
            subnet.push(Point { at, free });
        };
        for run in self.counting(&now.run) {
            for (id, free) in run.free.get(&place).into_iter().flatten() {
                add(run.observed, id, *free);
            }
        }
        for (of, regional) in now.regions() {
            if &of.id == account && &regional.name == region {
                for (id, free) in free(&regional.ec2.subnets) {
                    add(now.run.observed, id, free);
                }
            }
        }
        points
    }
}

fn past(slim: Slim) -> PastRun {
    let mut places = BTreeMap::new();
    for account in slim.accounts {
        for region in account.regions {
            let subnets = free(&region.ec2.subnets);
            let subnets = subnets.map(|(id, free)| (id.to_owned(), free)).collect();
            places.insert((account.id.clone(), region.name), subnets);
        }
    }
    PastRun {
        id: slim.run.id,
        observed: slim.run.observed,
        endpoint: slim.run.endpoint,
        free: places,
    }
}

/// Free addresses of subnets that AWS told them of. A list that was not read has no point: it is not zero.
fn free(subnets: &Observed<Vec<Subnet>>) -> impl Iterator<Item = (&str, i64)> {
    let subnets = subnets.items().iter();
    subnets.filter_map(|it| Some((it.id.as_str(), it.free_ipv4_addresses?)))
}
