//! The scenarios, and what each takes for given.

use std::collections::BTreeSet;

use serde::Serialize;

use super::load::Rule;
use super::{Assessed, Failure};
use crate::{Band, Figure};

/// A state of the account that addresses are reckoned for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Scenario {
    /// As it stands: combinations of functions that are awake, and interfaces that exist.
    Now,
    /// The same, with every function at its highest daily maximum of 30 days.
    ObservedPeak,
    /// Every function awake and at what it has reserved, or else provisioned, or else its peak; capacity providers at
    /// their bound.
    Limits,
    /// Every function awake and at what it has reserved, or else at its share of the unreserved pool; capacity
    /// providers at their bound.
    AccountLimit,
    /// The account's limit without the subnets of one zone: their executions run in the subnets left.
    ZoneLost {
        /// The zone.
        zone: String,
    },
    /// Every combination comes back at the observed peak, those of published versions that nobody calls included.
    IdleWake,
    /// The account's limit while all security groups are replaced: AWS keeps old interfaces up to 20 minutes beside
    /// the new ones.
    GroupsReplaced,
    /// The observed peak with more functions, each with a set of security groups of its own.
    NewFunctions {
        /// How many.
        functions: u32,
    },
}

/// One scenario in one subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubnetScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// What comes of it.
    pub outcome: Assessed<Outcome>,
}

/// What comes of a scenario in a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// IPv4 addresses that Lambda needs, those it holds included.
    pub need: Band,
    /// Addresses not in use now.
    pub free: i64,
    /// Free addresses left: negative where they do not suffice. Each case is that of the need: the high one is
    /// the worst.
    pub headroom: Band,
    /// What the model of before September 2019 would ask: an address for each execution, by memory. For comparison; it
    /// bounds nothing today.
    pub pre_2019: Figure,
    /// What fails first; none where even the high case fits.
    pub failure: Option<Failure>,
}

impl Outcome {
    /// Addresses missing in the expected case; 0 where it fits.
    pub fn deficit(&self) -> i64 {
        (-self.headroom.expected.value).max(0)
    }
}

/// What a scenario takes for given.
pub(super) struct Terms<'a> {
    pub(super) rule: Rule,
    pub(super) wake: Wake,
    /// Whether capacity providers are at their bound.
    pub(super) full_fleets: bool,
    /// Zones that are gone.
    pub(super) lost: BTreeSet<&'a str>,
    /// Interfaces of each combination at once: two while groups are replaced.
    pub(super) copies: i64,
    /// Combinations that are new.
    pub(super) new_sets: i64,
}

/// Which combinations have to have an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// Those of functions that are not inactive.
    Today,
    /// Those of all functions, and of versions that are called.
    Functions,
    /// All.
    Everything,
}

impl Scenario {
    /// Name for people.
    pub fn title(&self) -> String {
        match self {
            Self::Now => "now".to_owned(),
            Self::ObservedPeak => "at the observed peak".to_owned(),
            Self::Limits => "at reserved and provisioned limits".to_owned(),
            Self::AccountLimit => "at the account's limit".to_owned(),
            Self::ZoneLost { zone } => format!("with {zone} lost"),
            Self::IdleWake => "when everything idle wakes".to_owned(),
            Self::GroupsReplaced => "while security groups are replaced".to_owned(),
            Self::NewFunctions { functions: 1 } => "with 1 more function".to_owned(),
            Self::NewFunctions { functions } => format!("with {functions} more functions"),
        }
    }

    /// How much it says of the account as it stands: 0 the most.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::NewFunctions { .. } => 1,
            Self::GroupsReplaced => 2,
            _ => 0,
        }
    }

    /// All that make sense here: one for each zone, unless a what-if has lost it already.
    pub(super) fn all(zones: &BTreeSet<&str>, functions: u32) -> Vec<Self> {
        let mut all = vec![
            Self::Now,
            Self::ObservedPeak,
            Self::Limits,
            Self::AccountLimit,
        ];
        all.extend(zones.iter().map(|zone| Self::ZoneLost {
            zone: (*zone).to_owned(),
        }));
        all.extend([
            Self::IdleWake,
            Self::GroupsReplaced,
            Self::NewFunctions { functions },
        ]);
        all
    }

    /// What it takes for given. Of the what-if: the zones that are `gone`, and the combinations that added functions
    /// bring to every scenario. `new_sets` are those of the scenario of new functions.
    pub(super) fn terms<'a>(
        &'a self,
        gone: impl IntoIterator<Item = &'a str>,
        supposed_sets: i64,
        new_sets: i64,
    ) -> Terms<'a> {
        let peak = Terms {
            rule: Rule::Peak,
            wake: Wake::Today,
            full_fleets: false,
            lost: gone.into_iter().collect(),
            copies: 1,
            new_sets: supposed_sets,
        };
        let limits = |peak| Terms {
            rule: Rule::Account,
            wake: Wake::Functions,
            full_fleets: true,
            ..peak
        };
        match self {
            Self::Now => Terms {
                rule: Rule::Nothing,
                lost: BTreeSet::new(),
                new_sets: 0,
                ..peak
            },
            Self::ObservedPeak => peak,
            Self::Limits => Terms {
                rule: Rule::Limits,
                ..limits(peak)
            },
            Self::AccountLimit => limits(peak),
            Self::ZoneLost { zone } => {
                let mut terms = limits(peak);
                terms.lost.insert(zone);
                terms
            }
            Self::IdleWake => Terms {
                wake: Wake::Everything,
                ..peak
            },
            Self::GroupsReplaced => Terms {
                copies: 2,
                ..limits(peak)
            },
            Self::NewFunctions { .. } => Terms { new_sets, ..peak },
        }
    }
}
