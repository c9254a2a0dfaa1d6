//! When something was last asked or answered, by account, region and service.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use tripod_model::{AccountId, RegionName};

use super::Tag;

type Key = (AccountId, RegionName, String);

/// The last sign of life of each service in each region.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<BTreeMap<Key, Instant>>);

impl Pulse {
    /// Something was asked or answered.
    pub(super) fn beat(&self, tag: &Tag, now: Instant) {
        let service = tag.operation.split(':').next().unwrap_or_default();
        let key = (tag.account.clone(), tag.region.clone(), service.to_owned());
        let mut beats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beats.insert(key, now);
    }

    /// When that was: in a region, or anywhere for a service that is asked once for the account.
    pub(super) fn last(
        &self,
        account: &AccountId,
        region: Option<&RegionName>,
        service: &str,
    ) -> Option<Instant> {
        let beats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = beats.iter().filter(|((of, place, name), _)| {
            of == account && name == service && region.is_none_or(|region| region == place)
        });
        own.map(|(_, beat)| *beat).max()
    }
}
