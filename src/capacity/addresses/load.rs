//! How many executions at once a function may come to, scenario by scenario.

use crate::fraction::Fraction;

/// A value, or that it could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<T> {
    Yes(T),
    No,
}

/// The highest daily maximum of a function in 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peak {
    /// 0 where CloudWatch has no datapoint: the function did not run.
    Seen(i64),
    Unknown,
}

/// What bounds a function.
#[derive(Debug)]
pub(super) struct Load<'a> {
    pub(super) name: &'a str,
    pub(super) reserved: Known<Option<i64>>,
    /// Provisioned executions of all its versions and aliases.
    pub(super) provisioned: Known<i64>,
    pub(super) peak: Peak,
    /// What somebody wants to know about.
    pub(super) asked: Option<i64>,
    pub(super) memory_mib: i64,
    /// Whether it is seen to be inactive.
    pub(super) asleep: bool,
}

/// What a scenario takes for the executions of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// None: only what exists counts.
    Nothing,
    /// Its highest peak.
    Peak,
    /// What it has reserved, or has provisioned, or else its peak.
    Limits,
    /// What it has reserved, or its share of the pool, no less than what it has provisioned.
    Account,
}

/// The executions of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Executions {
    /// So many.
    Fixed(i64),
    /// An even share of the unreserved pool; at least so many in the high case, too.
    Share { at_least: i64 },
}

impl Load<'_> {
    pub(super) fn executions(&self, rule: Rule, shares: &Shares) -> Executions {
        if rule == Rule::Nothing {
            return Executions::Fixed(0);
        }
        if let Some(asked) = self.asked {
            return Executions::Fixed(asked);
        }
        let provisioned = match self.provisioned {
            Known::Yes(provisioned) => provisioned,
            Known::No => 0,
        };
        match (rule, self.reserved, self.peak) {
            (Rule::Nothing, ..) => Executions::Fixed(0),
            (Rule::Peak, _, Peak::Seen(peak)) => Executions::Fixed(peak),
            (_, Known::Yes(Some(reserved)), _) => Executions::Fixed(reserved),
            (Rule::Limits, Known::Yes(None), Peak::Seen(peak)) if self.provisioned != Known::No => {
                Executions::Fixed(provisioned.max(peak))
            }
            _ if shares.is_below(provisioned) => Executions::Fixed(provisioned),
            _ => Executions::Share {
                at_least: provisioned,
            },
        }
    }
}

/// The unreserved pool and among how many it is split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shares {
    /// None where it is not known.
    pub(super) pool: Option<i64>,
    pub(super) sharers: i64,
}

impl Shares {
    /// One share.
    pub(super) fn one(self) -> Fraction {
        Fraction::new(self.pool.unwrap_or(0), self.sharers)
    }

    fn is_below(self, executions: i64) -> bool {
        let pool = self.pool.unwrap_or(0);
        executions.saturating_mul(self.sharers.max(1)) > pool
    }
}

/// A sum of executions, each spread over the subnets of its function.
///
/// Kept by the number of subnets, of which a function has 16 at most: a handful of exact divisions at the
/// end instead of one for each of thousands of functions.
#[derive(Debug, Default)]
pub(super) struct Spread {
    by_subnets: std::collections::BTreeMap<i64, Parts>,
}

#[derive(Debug, Default)]
struct Parts {
    fixed: i64,
    sharing: i64,
    at_least: i64,
}

impl Spread {
    /// Adds the executions of a function, `weight` times each.
    pub(super) fn add(&mut self, executions: Executions, subnets: i64, weight: i64) {
        let parts = self.by_subnets.entry(subnets.max(1)).or_default();
        let add =
            |to: &mut i64, number: i64| *to = to.saturating_add(number.saturating_mul(weight));
        match executions {
            Executions::Fixed(fixed) => add(&mut parts.fixed, fixed),
            Executions::Share { at_least } => {
                add(&mut parts.sharing, 1);
                add(&mut parts.at_least, at_least);
            }
        }
    }

    /// Whether anything in it depends on the pool.
    pub(super) fn shares(&self) -> bool {
        self.by_subnets.values().any(|parts| parts.sharing > 0)
    }

    /// All of it, with `share` for each that draws on the pool.
    pub(super) fn total(&self, share: Fraction) -> Fraction {
        self.sum(|parts| Fraction::new(parts.fixed, 1).plus(share.scaled(parts.sharing)))
    }

    /// What is certain without a share of the pool.
    pub(super) fn fixed(&self) -> Fraction {
        self.sum(|parts| Fraction::new(parts.fixed.saturating_add(parts.at_least), 1))
    }

    /// The whole pool on the one function that has the fewest subnets; nothing where none draws on it.
    pub(super) fn whole_pool(&self, pool: i64) -> Fraction {
        let mut all = self.by_subnets.iter();
        all.find(|(_, parts)| parts.sharing > 0)
            .map_or(Fraction::ZERO, |(subnets, _)| Fraction::new(pool, *subnets))
    }

    fn sum(&self, of: impl Fn(&Parts) -> Fraction) -> Fraction {
        self.by_subnets
            .iter()
            .fold(Fraction::ZERO, |all, (subnets, parts)| {
                all.plus(of(parts).over(*subnets))
            })
    }
}
