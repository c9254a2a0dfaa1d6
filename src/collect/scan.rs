//! Runs the plan and puts the parts together.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tripod_model::{
    Account, AccountId, Caller, Cause, Observed, RegionName, RegionStatus, RegionalAccount, Run,
    SNAPSHOT_SCHEMA, Snapshot, Stopped, Unknown,
};
use tripod_neighbours::{References, Wave};

use crate::collector::Part;
use crate::context::{Context, FIRST_ATTEMPTS};
use crate::fence::{Fenced, fenced};
use crate::identity::{self, KnownRegion};
use crate::meter::Meter;
use crate::plan::{self, Job, Progress, RegionChoice, Regions, Watcher};
use crate::services;
use crate::session::Session;

/// How long nothing may be asked or answered for a collector, in times of one attempt's longest wait.
const STANDSTILL: u32 = 10;

/// What to scan.
pub struct ScanOptions {
    /// Unique name of the run.
    pub run_id: String,
    /// Regions to scan.
    pub regions: RegionChoice,
    /// When the evidence was gathered, where a recording has it; now, for a new scan.
    pub observed: Option<Timestamp>,
    /// The account of the run that goes on; any, for a new scan.
    pub account: Option<AccountId>,
    /// The operations whose answers are wanted; all, if none. A collector that calls none of them does
    /// not run.
    pub needed: Option<BTreeSet<&'static str>>,
    /// Whether to ask which services each user and role has used: a job of AWS's for each of them.
    pub last_accessed: bool,
    /// Whether to read every bucket, and not only those that the core refers to.
    pub all_buckets: bool,
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
    /// The credentials expired before anything was read.
    #[error("the credentials have expired")]
    Expired,
    /// Signatures were refused because of this machine's clock, also with AWS's time.
    #[error(
        "AWS refused the signature because this machine's clock is {} seconds {} AWS's",
        .behind.abs(),
        if *.behind > 0 { "behind" } else { "ahead of" }
    )]
    Clock {
        /// Seconds that the clock is behind, negative when it is ahead.
        behind: i64,
    },
    /// Stopped before anything was read.
    #[error("the scan was interrupted before anything was read")]
    Interrupted,
    /// A run goes on with credentials of another account than it began with.
    #[error("the run reads account {run}, and the credentials are of account {credentials}")]
    OtherAccount {
        /// The account of the run.
        run: AccountId,
        /// The account of the credentials.
        credentials: AccountId,
    },
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

impl From<Stopped> for ScanError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::CredentialsExpired => Self::Expired,
            Stopped::Interrupted => Self::Interrupted,
        }
    }
}

/// Reads the account into a snapshot.
///
/// # Errors
/// Only when there is nothing to report on: no identity, no region. Whatever fails later stands in
/// the snapshot.
pub async fn scan(session: &Session, options: ScanOptions) -> Result<Snapshot, ScanError> {
    let started = Timestamp::now();
    let observed = options.observed.unwrap_or(started);
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
    .impatient(FIRST_ATTEMPTS);
    let caller = who(session, &first.sts()).await?;
    if let Some(run) = options.account.as_ref()
        && *run != caller.account
    {
        return Err(ScanError::OtherAccount {
            run: run.clone(),
            credentials: caller.account,
        });
    }
    let partition = identity::partition(&caller);
    let account = caller.account.clone();
    let context = Context::new(session, account, partition, home, nobody);
    let regions = where_to(&context, &options.regions)
        .await
        .map_err(|error| match (error, session.transport().stopped()) {
            // Not the list's fault: nothing more was asked.
            (ScanError::Regions(_), Some(stopped)) => stopped.into(),
            (error, _) => error,
        })?;
    let (account, troubles) = read_account(session, &context, regions, observed, &options).await;
    Ok(Snapshot {
        schema: SNAPSHOT_SCHEMA.to_owned(),
        run: Run {
            id: options.run_id,
            started,
            finished: Timestamp::now(),
            observed,
            caller,
            endpoint: endpoint(session),
            requests: session.transport().requests(),
            broken_collectors: troubles.broken,
            stalled_collectors: troubles.stalled,
            stopped: session.transport().stopped(),
            clock_behind_seconds: session.transport().clock_behind(),
        },
        accounts: vec![account],
    })
}

/// The origins that answered and are not AWS.
pub(crate) fn endpoint(session: &Session) -> Option<String> {
    if !session.transport().is_live() {
        return None;
    }
    let origins = session.transport().foreign_origins();
    (!origins.is_empty()).then(|| origins.join(", "))
}

/// Who asks.
///
/// # Errors
/// When AWS does not say, by whose fault that is.
pub(crate) async fn who(
    session: &Session,
    client: &aws_sdk_sts::Client,
) -> Result<Caller, ScanError> {
    let identity = identity::caller(client).await;
    let unknown = match identity {
        Observed::Known(caller) => return Ok(caller),
        other => other.found().err().unwrap_or(Unknown::NotCollected),
    };
    if let Some(stopped) = session.transport().stopped() {
        return Err(stopped.into());
    }
    if let Some(behind) = session.transport().clock_behind() {
        return Err(ScanError::Clock { behind });
    }
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
    let regions = chosen(identity::regions(context).await, choice)?;
    if regions.scanned.is_empty() {
        let names: Vec<&str> = regions.disabled.iter().map(RegionName::as_str).collect();
        return Err(ScanError::AllDisabled(names.join(", ")));
    }
    Ok(regions)
}

/// The regions of a choice.
///
/// # Errors
/// When one is not listed, or when the list that the choice needs is not known.
pub(crate) fn chosen(
    listed: Observed<Vec<KnownRegion>>,
    choice: &RegionChoice,
) -> Result<Regions, ScanError> {
    let known = match (listed, choice) {
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
    plan::regions(choice, &known).map_err(|name| ScanError::UnknownRegion {
        name,
        known: known.iter().map(|region| region.name.to_string()).collect(),
    })
}

async fn read_account(
    session: &Session,
    context: &Context,
    regions: Regions,
    observed: Timestamp,
    options: &ScanOptions,
) -> (Account, Troubles) {
    let planned: Arc<[RegionName]> = regions.scanned.iter().cloned().collect();
    let mut account = Account {
        regions: placeholders(&regions),
        ..Account::not_collected(context.account.clone(), context.partition.clone())
    };
    let needed = options.needed.clone().map(Arc::new);
    let jobs = plan::jobs(&services::ALL, &planned, options.needed.as_ref());
    let progress = &options.progress;
    progress(Progress::Planned {
        account: context.account.clone(),
        regions: planned.len(),
        readings: jobs.len(),
    });
    let mut troubles = Troubles::default();
    for wave in [Wave::First, Wave::Second] {
        let references = match wave {
            Wave::First => Arc::default(),
            Wave::Second => Arc::new(References::of(&account)),
        };
        let mut readings = JoinSet::new();
        for job in jobs.iter().filter(|job| job.reader.wave() == wave) {
            let context = context_of(session, context, &planned, *job)
                .needing(needed.clone())
                .with_last_accessed(options.last_accessed)
                .with_all_buckets(options.all_buckets)
                .observed_at(observed)
                .referring(Arc::clone(&references));
            readings.spawn(reading(session, context, *job, Arc::clone(progress)));
        }
        while let Some(done) = readings.join_next().await {
            match done {
                Ok(read) => read.into_account(&mut account, &mut troubles),
                Err(error) => troubles.broken.push(error.to_string()),
            }
        }
    }
    troubles.broken.sort();
    troubles.stalled.sort();
    for region in &mut account.regions {
        region.status = status(region);
    }
    (account, troubles)
}

/// Collectors that did not come to their end, as `service in region`.
#[derive(Debug, Default)]
struct Troubles {
    broken: Vec<String>,
    stalled: Vec<String>,
}

/// What became of one reading.
struct Read {
    service: &'static str,
    region: Option<RegionName>,
    part: Fenced<Part>,
}

/// Whom a reading asks, and where.
fn context_of(
    session: &Session,
    context: &Context,
    planned: &Arc<[RegionName]>,
    job: Job<'_>,
) -> Context {
    Context::new(
        session,
        context.account.clone(),
        context.partition.clone(),
        job.region.unwrap_or(&context.region).clone(),
        Arc::clone(planned),
    )
}

/// One reading, behind its fence.
fn reading(
    session: &Session,
    context: Context,
    job: Job<'_>,
    progress: Watcher,
) -> impl Future<Output = Read> + Send + 'static {
    let region = job.region.cloned();
    let service = job.reader.service();
    let account = context.account.clone();
    let (told, place) = (Arc::clone(&progress), region.clone());
    let meter = Meter::new(move |done, of| {
        told(Progress::Described {
            service,
            region: place.clone(),
            done,
            of,
        });
    });
    let work = meter.around(job.reader.read(context));
    let transport = session.transport().clone();
    let quiet = transport.attempt() * STANDSTILL;
    async move {
        let last = || transport.last_heard(&account, region.as_ref(), service);
        let part = fenced(work, quiet, last).await;
        progress(Progress::Read {
            service,
            region: region.clone(),
        });
        Read {
            service,
            region,
            part,
        }
    }
}

impl Read {
    /// Puts what was read in its place. What was not stays "not collected", and with it every outcome
    /// that needs it.
    fn into_account(self, account: &mut Account, troubles: &mut Troubles) {
        let place_name = || {
            let region = self.region.as_ref();
            let place = region.map_or("global", RegionName::as_str);
            format!("{} in {place}", self.service)
        };
        match self.part {
            Fenced::Done(part) => place(account, self.region.as_ref(), part),
            Fenced::Broken => troubles.broken.push(place_name()),
            Fenced::Stalled => troubles.stalled.push(place_name()),
        }
    }
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

/// Whether anything of a region was seen, judged by its first lists. Lists that nobody asked for say
/// nothing; a region of which nothing was to be read is not at fault.
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
    let unread: Vec<&Unknown> = lists
        .iter()
        .flatten()
        .filter(|unknown| !matches!(unknown, Unknown::NotCollected))
        .collect();
    if unread.is_empty() || lists.iter().any(Option::is_none) {
        RegionStatus::Scanned
    } else if unread
        .iter()
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

    #[test]
    fn a_region_is_denied_only_when_every_list_was_refused() {
        let name = RegionName::new("eu-central-1");
        let mut region = RegionalAccount::not_collected(name, RegionStatus::Scanned);
        assert_eq!(status(&region), RegionStatus::Scanned, "nothing was asked");
        region.ec2.vpcs = tripod_model::fixtures::denied("ec2:DescribeVpcs");
        assert_eq!(status(&region), RegionStatus::Denied);
        region.kms.keys = Observed::Unsupported {
            operation: "kms:ListKeys".to_owned(),
        };
        assert_eq!(status(&region), RegionStatus::Failed);
        region.ec2.vpcs = Observed::Known(vec![]);
        assert_eq!(status(&region), RegionStatus::Scanned);
    }
}
