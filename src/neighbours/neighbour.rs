//! What a neighbour is: data and one function.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use jiff::Timestamp;
use tripod_model::{Account, AccountId, RegionName, RegionalAccount};

use crate::client::Client;
use crate::service::Service;
use crate::services::References;
use crate::wire::Wire;

/// Items that one neighbour describes at once; each may have a few calls under way.
const PARALLEL: usize = 16;

/// Where a service lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Asked once for the account.
    Global,
    /// Asked in every region.
    Regional,
}

/// When a service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wave {
    /// At once.
    First,
    /// When the first wave is in, because what to ask follows from it: see [`References`].
    Second,
}

/// Reads one service: which operations it uses, where, when, and how.
pub struct Neighbour {
    /// The prefix of its operations.
    pub service: &'static str,
    /// Where it is asked.
    pub place: Place,
    /// When it is asked.
    pub wave: Wave,
    /// Operations asked whatever the account holds, as `service:Operation`, each as often as it stands
    /// here: all that an account with nothing in it costs. One that is asked twice stands here twice.
    pub lists: &'static [&'static str],
    /// Operations asked only for what a list or the first wave named.
    pub details: &'static [&'static str],
    /// Reads it.
    pub run: fn(Context) -> BoxFuture<'static, Part>,
}

impl Neighbour {
    /// Every operation it may call, sorted.
    pub fn operations(&self) -> Vec<&'static str> {
        let mut all = [self.lists, self.details].concat();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl fmt::Debug for Neighbour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.service)
    }
}

/// What one neighbour read, and how it is put in its place.
pub enum Part {
    /// Into the account.
    Global(Box<dyn FnOnce(&mut Account) + Send>),
    /// Into a region.
    Regional(Box<dyn FnOnce(&mut RegionalAccount) + Send>),
}

impl Part {
    /// A part of the account.
    pub fn global(place: impl FnOnce(&mut Account) + Send + 'static) -> Self {
        Self::Global(Box::new(place))
    }

    /// A part of a region.
    pub fn regional(place: impl FnOnce(&mut RegionalAccount) + Send + 'static) -> Self {
        Self::Regional(Box::new(place))
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Global(_) => "Part::Global",
            Self::Regional(_) => "Part::Regional",
        })
    }
}

/// One account and region, and the way to ask.
#[derive(Debug, Clone)]
pub struct Context {
    /// The account asked about.
    pub account: AccountId,
    /// The partition its ARNs carry.
    pub partition: String,
    /// The region asked; for global services the home region of the scan.
    pub region: RegionName,
    /// The way out.
    pub wire: Arc<dyn Wire>,
    /// What the first wave refers to; empty in the first wave.
    pub references: Arc<References>,
    /// When the evidence is gathered: of a replay the moment of its recording. Windows of time follow from
    /// it, so that a replay asks what was asked.
    pub observed: Timestamp,
    /// Whether every bucket of the account is read, and not only those that the core refers to.
    pub all_buckets: bool,
}

impl Context {
    /// A client of a service in this region.
    pub(crate) fn client(&self, service: &'static Service) -> Client {
        self.client_in(service, &self.region)
    }

    /// A client of a service in another region, for what stands there.
    pub(crate) fn client_in(&self, service: &'static Service, region: &RegionName) -> Client {
        Client::new(Arc::clone(&self.wire), service, region.clone())
    }
}

/// Runs `describe` over all items, a bounded number at once, and gives the results in the items' order.
pub async fn in_parallel<I, T, F>(items: Vec<I>, describe: impl FnMut(I) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    stream::iter(items)
        .map(describe)
        .buffered(PARALLEL)
        .collect()
        .await
}
