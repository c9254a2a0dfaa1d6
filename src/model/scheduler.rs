//! EventBridge Scheduler in one region: what it calls at set times, and as whom.
//!
//! Read for the rows LX06 (triggers), LA08 (failure targets) and LI05 to LI07 (roles), and for the controls
//! IAM-3, DATA-1 and AVL-6. The input that a schedule hands its target is not kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// EventBridge Scheduler in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scheduler {
    /// `scheduler:ListSchedules`, of all groups, by ARN.
    pub schedules: Observed<Vec<Schedule>>,
}

impl Scheduler {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            schedules: Observed::NotCollected,
        }
    }
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// ARN, with the group in it.
    pub arn: Arn,
    /// Name, unique in its group.
    pub name: String,
    /// `ENABLED` or `DISABLED`.
    pub state: Option<String>,
    /// What it calls: a resource, or `arn:aws:scheduler:::aws-sdk:SERVICE:ACTION` for any other call.
    pub target: Option<Arn>,
    /// `scheduler:GetSchedule`. Not asked of disabled ones, which call nothing.
    pub details: Observed<ScheduleDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `scheduler:GetSchedule` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduleDetails {
    /// Role by which the target is called.
    pub role: Option<Arn>,
    /// Key that encrypts the schedule; none means a key that AWS owns.
    pub kms_key: Option<Arn>,
    /// Queue for calls that did not get through; none where they are lost.
    pub dead_letter_target: Option<Arn>,
    /// Retries after the first try; none means AWS's default of 185.
    /// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html>
    pub maximum_retry_attempts: Option<i64>,
    /// Oldest call still tried, in seconds; none means AWS's default of 24 hours.
    pub maximum_event_age_seconds: Option<i64>,
}
