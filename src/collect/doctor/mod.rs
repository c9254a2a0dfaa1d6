//! Says before a scan, in a few calls, whether it could work: who asks, what answers, what is allowed,
//! what it would cost. Everything goes through the transport of a scan, and nothing is kept.

mod clock;
pub(crate) mod cost;
mod reach;
mod trials;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tripod_model::{AccountId, Caller, Observed, RegionName, Stopped};

pub use clock::Clock;
pub use cost::{Calls, Count, Estimate, Seconds};
pub use reach::Reach;
pub use trials::{Answer, Trial};

use crate::context::Context;
use crate::identity;
use crate::plan::{RegionChoice, Regions};
use crate::provenance::Provenance;
use crate::scan::{self, ScanError};
use crate::services::stands_here;
use crate::session::Session;
use clock::{Corrected, Watch};
use cost::{Sizes, Thing};
use trials::Trials;

/// Attempts of a call. Whoever asks wants an answer now, a bad one too; the second attempt is for AWS's
/// "too fast" and for a clock that is wrong.
const ATTEMPTS: u32 = 2;

/// What to look into.
#[derive(Debug, Clone)]
pub struct DoctorOptions {
    /// Regions that a scan is to read.
    pub regions: RegionChoice,
    /// The part of AWS's quotas that it may use, above 0 and at most 1.
    pub quota_share: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// Who asks.
    pub caller: Caller,
    /// The partition of the caller.
    pub partition: String,
    /// What the credentials say of themselves.
    pub credentials: Provenance,
    /// This machine's clock, beside AWS's.
    pub clock: Clock,
    /// The origins that answered and are not AWS; none where all of them are.
    pub endpoint: Option<String>,
    /// Whether AWS listed the account's regions. Where it did not, the regions are those asked for, or
    /// the home region alone.
    pub regions_listed: bool,
    /// Regions, sorted by name.
    pub regions: Vec<RegionReach>,
    /// What was tried, in the order of a scan.
    pub trials: Vec<Trial>,
    /// Requests that it took, repeated ones included.
    pub requests: u64,
    /// What a scan would cost.
    pub estimate: Estimate,
}

/// A region, and whether it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionReach {
    /// The region.
    pub name: RegionName,
    /// Whether it answers.
    #[serde(flatten)]
    pub reach: Reach,
}

impl Diagnosis {
    /// Whether a scan would see what it asks for: every operation tried is allowed, and every region to
    /// be scanned answers or was not tried.
    pub fn is_well(&self) -> bool {
        let allowed = |trial: &Trial| trial.answer == Answer::Allowed;
        let silent = |region: &RegionReach| matches!(region.reach, Reach::NoAnswer(_));
        let in_use = |region: &RegionReach| region.reach != Reach::NotOptedIn;
        self.trials.iter().all(allowed)
            && !self.regions.iter().any(silent)
            && self.regions.iter().any(in_use)
    }
}

/// Looks into everything.
///
/// # Errors
/// When there is nothing to say: AWS does not know the caller, or a region asked for does not exist.
pub async fn diagnose(session: &Session, options: DoctorOptions) -> Result<Diagnosis, ScanError> {
    let home = session.home().clone();
    let first = context(session, AccountId::new("unknown"), "aws".to_owned(), &home);
    let watch = Watch::default();
    let client = first.sts();
    let watched = client.config().to_builder().interceptor(watch.clone());
    let caller = scan::who(session, &aws_sdk_sts::Client::from_conf(watched.build())).await?;

    let clock = watch.clock();
    let place = counted_in(&options.regions, &home);
    let partition = identity::partition(&caller);
    let of = |region: &RegionName| {
        let context = context(session, caller.account.clone(), partition.clone(), region);
        match clock {
            Clock::Off { behind_seconds } => context.by_clock(Corrected(behind_seconds)),
            Clock::Right | Clock::Unknown => context,
        }
    };
    let trials = Box::pin(trials::all(&of(&home), &of(&place))).await;
    if session.transport().stopped() == Some(Stopped::CredentialsExpired) {
        return Err(ScanError::Expired);
    }
    let regions_listed = matches!(trials.regions, Observed::Known(_));
    let regions = planned(&trials, &options.regions, &place)?;
    let estimate = estimate(&trials, &place, &regions.scanned, options.quota_share);
    let identity = Trial::new("sts:GetCallerIdentity", &Observed::Known(()));
    Ok(Diagnosis {
        regions: reached(session, regions).await,
        trials: [identity].into_iter().chain(trials.all).collect(),
        credentials: session.provenance().clone(),
        clock,
        endpoint: scan::endpoint(session),
        requests: session.transport().requests().total,
        caller,
        partition,
        regions_listed,
        estimate,
    })
}

fn context(
    session: &Session,
    account: AccountId,
    partition: String,
    region: &RegionName,
) -> Context {
    let planned = Arc::from([]);
    Context::new(session, account, partition, region.clone(), planned).impatient(ATTEMPTS)
}

/// The region whose services are asked: home, unless a scan would leave it out.
fn counted_in(choice: &RegionChoice, home: &RegionName) -> RegionName {
    match choice {
        RegionChoice::Only(names) if !names.contains(home) => names.first().unwrap_or(home).clone(),
        _ => home.clone(),
    }
}

/// The regions of the choice. Where AWS did not list any and all are wanted, the one that was asked
/// stands for them: it is the only one known.
fn planned(
    trials: &Trials,
    choice: &RegionChoice,
    place: &RegionName,
) -> Result<Regions, ScanError> {
    match scan::chosen(trials.regions.clone(), choice) {
        Err(ScanError::Regions(_)) => Ok(Regions {
            scanned: vec![place.clone()],
            disabled: Vec::new(),
        }),
        chosen => chosen,
    }
}

fn estimate(
    trials: &Trials,
    place: &RegionName,
    scanned: &[RegionName],
    quota_share: f64,
) -> Estimate {
    let trails = trials.trails.as_ref().map_or(Count::Unknown, |homes| {
        let here = homes
            .iter()
            .filter(|home| stands_here(home.as_ref(), place, scanned));
        Count::Exactly(here.map(|_| 1).sum())
    });
    let sizes: Sizes = BTreeMap::from([
        (Thing::Functions, trials.functions),
        (Thing::RestApis, trials.rest_apis),
        (Thing::HttpApis, trials.http_apis),
        (Thing::Keys, trials.keys),
        (Thing::Trails, trails),
        (Thing::Entities, trials.entities),
    ]);
    let others = scanned.iter().filter(|region| *region != place);
    Estimate::new(place.clone(), &sizes, others.map(|_| 1).sum(), quota_share)
}

async fn reached(session: &Session, regions: Regions) -> Vec<RegionReach> {
    let reach = reach::of(session, &regions.scanned).await;
    let scanned = regions.scanned.into_iter().zip(reach);
    let disabled = regions
        .disabled
        .into_iter()
        .map(|name| (name, Reach::NotOptedIn));
    let mut all: Vec<RegionReach> = scanned
        .chain(disabled)
        .map(|(name, reach)| RegionReach { name, reach })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_is_counted_in_unless_it_is_not_to_be_scanned() {
        let names = |names: &[&str]| names.iter().map(|name| RegionName::new(*name)).collect();
        let home = RegionName::new("eu-central-1");
        let in_only = |regions| counted_in(&RegionChoice::Only(names(regions)), &home);
        assert_eq!(counted_in(&RegionChoice::All, &home), home);
        assert_eq!(in_only(&["us-east-1", "eu-central-1"]), home);
        assert_eq!(in_only(&["us-east-1"]), RegionName::new("us-east-1"));
    }
}
