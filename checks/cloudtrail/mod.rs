//! Checks of AWS CloudTrail.

use tripod_model::cloudtrail::Trail;
use tripod_model::{Account, RegionName, RegionStatus, Unknown};

pub(crate) mod missing_lambda_data_events;
pub(crate) mod missing_log_validation;
pub(crate) mod missing_multi_region_trail;
mod selectors;

/// What lists trails.
const DESCRIBE: &str = "cloudtrail:DescribeTrails";

/// The trails of an account, over all its regions.
struct Trails<'a> {
    /// Each with its home region, or the region it was seen from where AWS does not say.
    seen: Vec<(&'a RegionName, &'a Trail)>,
    /// Why there may be more: the first list that could not be read.
    unknown: Option<Unknown>,
}

impl<'a> Trails<'a> {
    fn of(account: &'a Account) -> Self {
        let mut seen = Vec::new();
        let mut unknown = None;
        let mut asked = false;
        for region in &account.regions {
            // A region that the account has not enabled holds no trail.
            if region.status == RegionStatus::Disabled {
                continue;
            }
            asked = true;
            match region.cloudtrail.trails.found() {
                Ok(trails) => seen.extend(trails.into_iter().flatten().map(|trail| {
                    let home = trail.home_region.as_ref().unwrap_or(&region.name);
                    (home, trail)
                })),
                Err(cause) => unknown = unknown.or(Some(cause)),
            }
        }
        if !asked {
            unknown = Some(Unknown::NotCollected);
        }
        Self { seen, unknown }
    }
}

/// A status that does not say whether the trail is logging does not say that it is not.
fn is_logging(trail: &Trail) -> Result<bool, Unknown> {
    match trail.status.found()? {
        Some(status) => told(status.is_logging, "cloudtrail:GetTrailStatus", "IsLogging"),
        None => Ok(false),
    }
}

/// Whether the trail covers every region.
fn is_multi_region(trail: &Trail) -> Result<bool, Unknown> {
    told(trail.is_multi_region, DESCRIBE, "IsMultiRegionTrail")
}

/// A member that AWS may leave out of its answer; nothing follows from its absence.
fn told(member: Option<bool>, operation: &str, name: &str) -> Result<bool, Unknown> {
    member.ok_or_else(|| Unknown::Failed {
        operation: operation.to_owned(),
        error: format!("the answer has no {name}"),
    })
}
