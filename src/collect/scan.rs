//! Runs the plan and puts the parts together.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use jiff::Timestamp;
use tokio::task::JoinSet;
use tripod_model::{
    Account, AccountId, Caller, Cause, Observed, RegionName, RegionStatus, RegionalAccount, Run,
    SNAPSHOT_SCHEMA, Snapshot, Unknown, iam::Iam,
};

use crate::collector::Part;
use crate::context::Context;
use crate::identity::{self, KnownRegion};
use crate::plan::{self, Progress, RegionChoice, Regions, Watcher};
use crate::services;
use crate::session::Session;

/// What to scan.
pub struct ScanOptions {
    /// Unique name of the run.
    pub run_id: String,
    /// Regions to scan.
    pub regions: RegionChoice,
    /// When the evidence was gathered, for a replay; now, for a live scan.
    pub observed: Option<Timestamp>,
    /// Takes progress; called from any thread.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
}

impl fmt::Debug for ScanOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ScanOptions")
            .field("run_id", &self.run_id)
            .field("regions", &self.regions)
            .finish_non_exhaustive()
    }
}

/// A scan that led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The endpoint did not answer the first call. The caller's to mend, where the endpoint is theirs.
    #[error("the endpoint {endpoint} cannot be reached: {reason}")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// What happened.
        reason: String,
    },
    /// AWS did not say who the caller is.
    #[error("AWS did not accept the credentials: {0}")]
    Identity(String),
    /// A region that AWS does not list.
    #[error("unknown region '{name}'; AWS lists {}", known.join(", "))]
    UnknownRegion {
        /// The name as given.
        name: RegionName,
        /// The names that AWS lists.
        known: Vec<String>,
    },
    /// The regions could not be listed, and none was named.
    #[error("the account's regions could not be listed: {0}")]
    Regions(String),
    /// Every region asked for is one the account has not opted in to.
    #[error("no region to scan: the account has not opted in to {0}")]
    AllDisabled(String),
}

/// Reads the account into a snapshot.
///
/// # Errors
/// Only when there is nothing to report on: no identity, no region. Whatever fails later stands in
/// the snapshot.
pub async fn scan(session: &Session, options: ScanOptions) -> Result<Snapshot, ScanError> {
    let started = Timestamp::now();
    let nobody = Arc::from([]);
    let home = session.home().clone();
    // Before the first answer the account is not known; its exchange is filed under this name.
    let first = Context::new(
        session,
        AccountId::new("unknown"),
        "aws".to_owned(),
        home.clone(),
        Arc::clone(&nobody),
    )
    .impatient();
    let caller = who(session, &first).await?;
    let partition = identity::partition(&caller);
    let account = caller.account.clone();
    let context = Context::new(session, account, partition, home, nobody);
    let regions = where_to(&context, &options.regions).await?;
    let (account, broken_collectors) =
        read_account(session, &context, regions, &options.progress).await;
    Ok(Snapshot {
        schema: SNAPSHOT_SCHEMA.to_owned(),
        run: Run {
            id: options.run_id,
            started,
            finished: Timestamp::now(),
            observed: options.observed.unwrap_or(started),
            caller,
            endpoint: endpoint(session),
            requests: session.transport().requests(),
            broken_collectors,
        },
        accounts: vec![account],
    })
}

/// The origins that answered and are not AWS.
fn endpoint(session: &Session) -> Option<String> {
    if !session.transport().is_live() {
        return None;
    }
    let origins = session.transport().foreign_origins();
    (!origins.is_empty()).then(|| origins.join(", "))
}

async fn who(session: &Session, context: &Context) -> Result<Caller, ScanError> {
    let identity = identity::caller(context).await;
    let unknown = match identity {
        Observed::Known(caller) => return Ok(caller),
        other => other.found().err().unwrap_or(Unknown::NotCollected),
    };
    let reason = Cause::from(unknown.clone()).text();
    match unknown {
        // Nothing answered at all: the address is wrong, or nobody is there.
        Unknown::Failed { error, .. } if !is_service_error(&error) => Err(ScanError::Unreachable {
            endpoint: session.endpoint_url().map_or_else(
                || format!("of AWS STS in {}", session.home()),
                str::to_owned,
            ),
            reason: error,
        }),
        _ => Err(ScanError::Identity(reason)),
    }
}

/// Whether an error's text begins with a code of AWS, as [`crate::reply`] writes it.
fn is_service_error(text: &str) -> bool {
    text.split_once(':').is_some_and(|(code, _)| {
        !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

async fn where_to(context: &Context, choice: &RegionChoice) -> Result<Regions, ScanError> {
    let known = match (identity::regions(context).await, choice) {
        (Observed::Known(known), _) => known,
        // Named regions need no list; whether they exist then shows when they are asked.
        (_, RegionChoice::Only(names)) => names
            .iter()
            .map(|name| KnownRegion {
                name: name.clone(),
                enabled: true,
            })
            .collect(),
        (unknown, RegionChoice::All) => {
            let unknown = unknown.found().err().unwrap_or(Unknown::NotCollected);
            return Err(ScanError::Regions(Cause::from(unknown).text()));
        }
    };
    let regions = plan::regions(choice, &known).map_err(|name| ScanError::UnknownRegion {
        name,
        known: known.iter().map(|region| region.name.to_string()).collect(),
    })?;
    if regions.scanned.is_empty() {
        let names: Vec<&str> = regions.disabled.iter().map(RegionName::as_str).collect();
        return Err(ScanError::AllDisabled(names.join(", ")));
    }
    Ok(regions)
}

async fn read_account(
    session: &Session,
    context: &Context,
    regions: Regions,
    progress: &Watcher,
) -> (Account, Vec<String>) {
    let planned: Arc<[RegionName]> = regions.scanned.iter().cloned().collect();
    let mut account = Account {
        id: context.account.clone(),
        partition: context.partition.clone(),
        iam: Iam::not_collected(),
        regions: placeholders(&regions),
    };
    let jobs = plan::jobs(services::ALL, &planned);
    progress(Progress::Planned {
        regions: planned.len(),
        readings: jobs.len(),
    });
    let mut readings = JoinSet::new();
    for job in jobs {
        let region = job.region.cloned();
        let context = Context::new(
            session,
            context.account.clone(),
            context.partition.clone(),
            region.clone().unwrap_or_else(|| context.region.clone()),
            Arc::clone(&planned),
        );
        let reading = (job.collector.run)(context);
        let service = job.collector.service;
        let progress = Arc::clone(progress);
        readings.spawn(async move {
            let part = contained(reading).await;
            progress(Progress::Read {
                service,
                region: region.clone(),
            });
            (service, region, part)
        });
    }
    let mut broken = Vec::new();
    while let Some(done) = readings.join_next().await {
        match done {
            Ok((_, region, Some(part))) => place(&mut account, region.as_ref(), part),
            // The part stays "not collected", and with it every outcome that needs it.
            Ok((service, region, None)) => {
                let place = region.map_or_else(|| "global".to_owned(), |name| name.to_string());
                broken.push(format!("{service} in {place}"));
            }
            Err(error) => broken.push(error.to_string()),
        }
    }
    broken.sort();
    for region in &mut account.regions {
        region.status = status(region);
    }
    (account, broken)
}

/// What was read, or none where the collector panicked. The others go on.
async fn contained<T>(reading: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(reading).catch_unwind().await.ok()
}

fn placeholders(regions: &Regions) -> Vec<RegionalAccount> {
    let of = |names: &[RegionName], status: RegionStatus| -> Vec<RegionalAccount> {
        names
            .iter()
            .map(|name| RegionalAccount::not_collected(name.clone(), status))
            .collect()
    };
    let mut all = of(&regions.scanned, RegionStatus::Scanned);
    all.extend(of(&regions.disabled, RegionStatus::Disabled));
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn place(account: &mut Account, region: Option<&RegionName>, part: Part) {
    match region {
        None => part.into_account(account),
        Some(name) => {
            if let Some(region) = account.regions.iter_mut().find(|known| known.name == *name) {
                part.into_region(region);
            }
        }
    }
}

/// Whether anything of a region was seen, judged by its first lists.
fn status(region: &RegionalAccount) -> RegionStatus {
    if region.status == RegionStatus::Disabled {
        return RegionStatus::Disabled;
    }
    let lists = [
        region.lambda.functions.found().err(),
        region.apigateway.rest_apis.found().err(),
        region.apigatewayv2.apis.found().err(),
        region.kms.keys.found().err(),
        region.cloudtrail.trails.found().err(),
        region.ec2.vpcs.found().err(),
    ];
    if lists.iter().any(Option::is_none) {
        RegionStatus::Scanned
    } else if lists
        .iter()
        .flatten()
        .all(|unknown| matches!(unknown, Unknown::Denied { .. }))
    {
        RegionStatus::Denied
    } else {
        RegionStatus::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_of_one_reading_is_contained() {
        let broken = contained(async { panic!("index 7 of 3") });
        assert_eq!(broken.await, None::<u8>);
        assert_eq!(contained(async { 3 }).await, Some(3));
    }

    #[test]
    fn a_region_is_denied_only_when_every_list_was_refused() {
        let name = RegionName::new("eu-central-1");
        let mut region = RegionalAccount::not_collected(name, RegionStatus::Scanned);
        assert_eq!(status(&region), RegionStatus::Failed);
        region.ec2.vpcs = tripod_model::fixtures::denied("ec2:DescribeVpcs");
        assert_eq!(status(&region), RegionStatus::Failed);
        region.ec2.vpcs = Observed::Known(vec![]);
        assert_eq!(status(&region), RegionStatus::Scanned);
    }
}
