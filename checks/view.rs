//! What a check looks at.

use std::collections::BTreeSet;
use std::ops::Deref;

use tripod_model::{AccountId, Snapshot};

/// The snapshot, and what the user said of the world around it. What is worked out once for many checks
/// belongs here too. As a reference it is the snapshot.
#[derive(Debug)]
pub struct View<'s> {
    snapshot: &'s Snapshot,
    settings: &'s Settings,
}

/// What the user says because no API can tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Accounts that may be let in: the company's own, and partners that it knows.
    pub trusted_accounts: BTreeSet<AccountId>,
    /// Organisations whose accounts may be let in, as `o-…`.
    pub trusted_organizations: BTreeSet<String>,
}

impl<'s> View<'s> {
    /// The snapshot as the settings let it be seen.
    pub fn new(snapshot: &'s Snapshot, settings: &'s Settings) -> Self {
        Self { snapshot, settings }
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
