//! What a check looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::OnceLock;

use ipnet::IpNet;
use tripod_access::Access;
use tripod_capacity::Assumptions;
use tripod_capacity::addresses::{self, RegionAddresses};
use tripod_model::{Account, AccountId, RegionalAccount, Snapshot, Unknown};

use crate::Thresholds;
use crate::ways::Ways;

/// The snapshot, and what the user said of the world around it. What is worked out once for many checks
/// belongs here too. As a reference it is the snapshot.
#[derive(Debug)]
pub struct View<'s> {
    snapshot: &'s Snapshot,
    settings: &'s Settings,
    /// By the account's place in the snapshot; each is made when it is first asked for.
    access: Vec<OnceLock<Result<Access<'s>, Unknown>>>,
    /// The same of ways to administrator.
    ways: Vec<OnceLock<Result<Ways<'s>, Unknown>>>,
    /// By the places of account and region.
    addresses: Vec<Vec<OnceLock<Result<RegionAddresses, Unknown>>>>,
}

/// What the user says because no API can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Accounts that may be let in: the company's own, and partners that it knows.
    pub trusted_accounts: BTreeSet<AccountId>,
    /// Organisations whose accounts may be let in, as `o-…`.
    pub trusted_organizations: BTreeSet<String>,
    /// Networks that are the company's own: who comes from there is let in on purpose.
    pub trusted_networks: BTreeSet<IpNet>,
    /// Layers that may be used beside those of trusted accounts: patterns of their ARNs, with `*` and `?`.
    pub trusted_layers: BTreeSet<String>,
    /// Tags that resources have to carry, each with the values it may have; an empty list accepts any.
    pub required_tags: BTreeMap<String, Vec<String>>,
    /// Numbers that checks compare with.
    pub thresholds: Thresholds,
}

impl<'s> View<'s> {
    /// The snapshot as the settings let it be seen.
    pub fn new(snapshot: &'s Snapshot, settings: &'s Settings) -> Self {
        let accounts = || snapshot.accounts.iter();
        Self {
            snapshot,
            settings,
            access: accounts().map(|_| OnceLock::new()).collect(),
            ways: accounts().map(|_| OnceLock::new()).collect(),
            addresses: accounts()
                .map(|account| account.regions.iter().map(|_| OnceLock::new()).collect())
                .collect(),
        }
    }

    /// Who may do what in an account of the snapshot: its policies, parsed once for all checks.
    ///
    /// # Errors
    /// When the account's authorization details are not known.
    pub fn access(&self, account: &Account) -> Result<&Access<'s>, Unknown> {
        let (own, place) = self.place(account).ok_or(Unknown::NotCollected)?;
        self.access[place]
            .get_or_init(|| Access::of(own))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// How users, roles and functions of an account become its administrator.
    ///
    /// # Errors
    /// When the account's authorization details are not known.
    pub(crate) fn ways(&self, account: &Account) -> Result<&Ways<'s>, Unknown> {
        let (own, place) = self.place(account).ok_or(Unknown::NotCollected)?;
        let observed = self.snapshot.run.observed;
        let ways = self.ways[place].get_or_init(|| Ways::of(self.access(own)?, observed));
        ways.as_ref().map_err(Clone::clone)
    }

    /// The addresses that Lambda needs in a region, under the usual assumptions.
    ///
    /// # Errors
    /// When the region's functions are not known.
    pub(crate) fn addresses(
        &self,
        account: &Account,
        region: &RegionalAccount,
    ) -> Result<&RegionAddresses, Unknown> {
        let (own, place) = self.place(account).ok_or(Unknown::NotCollected)?;
        let mut regions = own.regions.iter().zip(0..);
        let (region, at) = regions
            .find(|(own, _): &(_, usize)| own.name == region.name)
            .ok_or(Unknown::NotCollected)?;
        self.addresses[place][at]
            .get_or_init(|| {
                let supposed = addresses::WhatIf::default();
                addresses::project(region, &Assumptions::default(), &supposed)
            })
            .as_ref()
            .map_err(Clone::clone)
    }

    fn place(&self, account: &Account) -> Option<(&'s Account, usize)> {
        let mut accounts = self.snapshot.accounts.iter().zip(0..);
        accounts.find(|(own, _)| own.id == account.id)
    }

    /// What the user said.
    pub fn settings(&self) -> &'s Settings {
        self.settings
    }

    /// The snapshot, for as long as it lives.
    pub fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }
}

impl Deref for View<'_> {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        self.snapshot
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use tripod_model::{Unknown, fixtures};

    use super::{Settings, View};

    #[test]
    fn the_policies_of_an_account_are_read_once_for_all_checks() {
        let (snapshot, settings) = (fixtures::snapshot(), Settings::default());
        let view = View::new(&snapshot, &settings);
        let account = &snapshot.accounts[0];
        let first = view.access(account).expect("IAM was read");
        let second = view.access(account).expect("IAM was read");
        assert!(ptr::eq(first, second));
    }

    #[test]
    fn without_authorization_details_nothing_is_known_of_access() {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization =
            fixtures::denied("iam:GetAccountAuthorizationDetails");
        let settings = Settings::default();
        let view = View::new(&snapshot, &settings);
        let access = view.access(&snapshot.accounts[0]);
        assert!(matches!(access, Err(Unknown::Denied { .. })));
    }
}
