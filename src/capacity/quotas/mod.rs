//! How much of each quota is used, and whether anybody would be told before it is.
//!
//! ```text
//! share    = used × 100 / limit, rounded up
//! headroom = limit - used
//! ```
//!
//! The limit is the one that applies to the account: what Service Quotas says, or the service's own answer. Where AWS
//! listed the quotas and this one is not among them, AWS's published default stands in, and says so. Where the list was
//! not read there is no limit, and the row says why.

mod alarms;
mod rows;
mod table;

use serde::Serialize;
use tripod_model::{Account, RegionalAccount};

use crate::Figure;
use crate::stated::{Missing, divided, figure};

pub use alarms::Alarm;

/// Quotas with their use, of a region or of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotas {
    /// The region; `global` for IAM's.
    pub region: String,
    /// The quotas, in a fixed order.
    pub rows: Vec<QuotaUse>,
}

/// A quota and its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotaUse {
    /// The service, by its code in Service Quotas.
    pub service: &'static str,
    /// The quota's code.
    pub code: Option<String>,
    /// The quota's name.
    pub name: String,
    /// What it holds for: a region, a VPC, or `account`.
    pub scope: String,
    /// The limit; none where it is not known.
    pub limit: Option<Limit>,
    /// What is used; none where it is not known.
    pub used: Option<Figure>,
    /// Percent of the limit in use.
    pub share_percent: Option<Figure>,
    /// What is left; negative where more is used than the limit.
    pub headroom: Option<Figure>,
    /// Whether somebody is told before it is used up.
    pub alarm: Alarm,
    /// Inputs that are not known.
    pub missing: Vec<Missing>,
}

/// A limit, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The limit, in the unit that the quota's name says; storage in bytes.
    pub value: i64,
    /// Who says so.
    pub basis: Basis,
}

/// Who says what a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Service Quotas: the value that applies to the account.
    Applied,
    /// The service's own answer about the account.
    Service,
    /// AWS's published default: Service Quotas listed none for the account.
    Default,
}

impl QuotaUse {
    /// Fills share and headroom in, where limit and use are known.
    fn reckoned(mut self, source: &'static str) -> Self {
        if let (Some(limit), Some(used)) = (&self.limit, &self.used) {
            let inputs = [("used", used.value), ("limit", limit.value)];
            if limit.value > 0 {
                let share = divided(i128::from(used.value) * 100, i128::from(limit.value));
                let formula = "used * 100 / limit, rounded up";
                self.share_percent = Some(figure(share, formula, inputs, source));
            }
            let left = limit.value.saturating_sub(used.value);
            self.headroom = Some(figure(left, "limit - used", inputs, source));
        }
        self
    }
}

/// The quotas of a region.
pub fn of(region: &RegionalAccount) -> Quotas {
    Quotas {
        region: region.name.to_string(),
        rows: rows::of_region(region),
    }
}

/// The quotas of IAM, which are the account's. Applied values come from the region that keeps them.
pub fn of_account(account: &Account) -> Quotas {
    Quotas {
        region: "global".to_owned(),
        rows: rows::of_account(account),
    }
}

#[cfg(test)]
mod tests;
