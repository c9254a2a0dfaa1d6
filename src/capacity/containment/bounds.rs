//! What holds back the demand of an entry, and where that is written.

use serde::Serialize;

use super::rate::Bound;

/// What holds back the demand of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// What it is.
    pub kind: LimitKind,
    /// Whose it is, such as `stage prod, */*` or `usage plan gold, 1 key`.
    pub of: String,
    /// The bound.
    #[serde(flatten)]
    pub bound: Bound,
    /// Where AWS says that it holds.
    pub source: &'static str,
}

/// What holds back the demand of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// The throttle of the account in the region, which all APIs share.
    Account,
    /// The throttle that a stage sets for every method or route without one of its own.
    Stage,
    /// The throttle of this method or route.
    Method,
    /// Usage plans, where the method demands an API key: each key has the plan's throttle.
    UsagePlan,
    /// A throttle that somebody supposes.
    Supposed,
    /// The maximum concurrency of an event source mapping.
    MaximumConcurrency,
    /// Pollers set aside for an event source mapping.
    Pollers,
    /// What Lambda gives an event source mapping that sets nothing: AWS's default, which no API shows.
    Default,
    /// A schedule, which calls at most once a minute.
    Schedule,
}

impl Limit {
    pub(crate) fn new(kind: LimitKind, of: impl Into<String>, bound: Bound) -> Self {
        Self {
            kind,
            of: of.into(),
            bound,
            source: kind.source(),
        }
    }
}

impl LimitKind {
    fn source(self) -> &'static str {
        match self {
            Self::Account | Self::Stage | Self::Method | Self::UsagePlan | Self::Supposed => {
                "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
            }
            Self::MaximumConcurrency | Self::Pollers | Self::Default => {
                "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
            }
            Self::Schedule => {
                "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
            }
        }
    }
}

/// A way in, before it is judged.
#[derive(Debug)]
pub(crate) struct Door<'a> {
    pub(crate) kind: super::EntryKind,
    pub(crate) arn: &'a tripod_model::Arn,
    pub(crate) name: String,
    pub(crate) stage_arn: Option<&'a tripod_model::Arn>,
    pub(crate) throttle_key: Option<String>,
    pub(crate) open: Option<bool>,
    pub(crate) target: super::target::Target<'a>,
    /// Empty: nothing holds it back.
    pub(crate) limits: Vec<Limit>,
    /// Executions that it surely can ask for, where what bounds it is not known.
    pub(crate) at_least: i64,
    /// Web ACL before it.
    pub(crate) web_acl: Option<&'a tripod_model::Arn>,
    pub(crate) missing: Vec<crate::stated::Missing>,
}
