//! What functions hold of a region's concurrency, and what is left to share.

use std::collections::BTreeMap;

use tripod_model::cloudwatch::{FunctionMetrics, Metrics};
use tripod_model::lambda::{AccountSettings, Function};
use tripod_model::{Observed, RegionalAccount, Unknown};

use crate::WhatIf;
use crate::stated::{lacking, rounded_up};

/// What one function holds of the region's concurrency, and what it used.
#[derive(Debug, Clone)]
pub(crate) struct Holder<'a> {
    pub(crate) function: &'a Function,
    /// Its reservation; none where it shares the pool.
    pub(crate) reserved: Result<Option<i64>, Unknown>,
    /// Environments kept ready.
    pub(crate) provisioned: Result<i64, Unknown>,
    pub(crate) metrics: Result<Option<&'a FunctionMetrics>, Unknown>,
    /// It runs on instances of the account's own and draws on no pool.
    pub(crate) on_instances: bool,
}

impl Holder<'_> {
    /// Whether it draws on the unreserved pool. One whose reservation could not be read counts as such:
    /// it may be taken down.
    pub(crate) fn shares(&self) -> bool {
        !self.on_instances && !matches!(self.reserved, Ok(Some(_)))
    }

    /// Environments kept ready, as far as known.
    pub(crate) fn ready(&self) -> i64 {
        self.provisioned.clone().unwrap_or(0)
    }

    /// The most executions at once of a day in the window; none where CloudWatch has no datapoint.
    ///
    /// # Errors
    /// When the metric is not known.
    pub(crate) fn peak(&self) -> Result<Option<i64>, Unknown> {
        let Some(metrics) = self.metrics.clone()? else {
            return Ok(None);
        };
        highest(&metrics.concurrent_executions)
    }

    /// Executions on the pool that it needs to go on as it did: its peak less what is kept ready, at least
    /// one unless something is kept ready.
    pub(crate) fn need(&self) -> i64 {
        let ready = self.ready();
        let least = i64::from(ready == 0);
        let peak = self.peak().ok().flatten().unwrap_or(0);
        peak.saturating_sub(ready).max(least)
    }
}

/// The highest of daily values.
pub(crate) fn highest(
    daily: &Observed<Vec<tripod_model::cloudwatch::Daily>>,
) -> Result<Option<i64>, Unknown> {
    let days = daily.found()?.into_iter().flatten();
    Ok(days.map(|day| rounded_up(day.value)).max())
}

/// The functions of a region with what they hold, and the account's limits.
#[derive(Debug)]
pub(crate) struct Pool<'a> {
    /// By ARN without a qualifier.
    pub(crate) holders: BTreeMap<&'a str, Holder<'a>>,
    pub(crate) settings: Result<&'a AccountSettings, Unknown>,
    pub(crate) metrics: Result<Option<&'a Metrics>, Unknown>,
    /// What suppositions add to all reservations; negative where they release some.
    supposed: i64,
}

impl<'a> Pool<'a> {
    /// # Errors
    /// When the list of functions is not known.
    pub(crate) fn of(region: &'a RegionalAccount, what_if: &WhatIf) -> Result<Self, Unknown> {
        let functions = region.lambda.functions.found()?;
        let metrics = region.cloudwatch.metrics.found();
        let by_name = by_name(&metrics);
        let mut supposed: i64 = 0;
        let holders = functions
            .into_iter()
            .flatten()
            .map(|function| {
                let now = reserved_now(function);
                let reserved = match what_if.reserved.get(&function.name) {
                    Some(wanted) => {
                        let before = now.clone().ok().flatten().unwrap_or(0);
                        supposed = supposed.saturating_add(wanted.saturating_sub(before));
                        Ok(Some(*wanted))
                    }
                    None => now,
                };
                let holder = Holder {
                    function,
                    reserved,
                    provisioned: provisioned(function),
                    metrics: match &by_name {
                        Ok(all) => Ok(all.get(function.name.as_str()).copied()),
                        Err(unknown) => Err(unknown.clone()),
                    },
                    on_instances: function.configuration.capacity_provider.is_some(),
                };
                (function.arn.as_str(), holder)
            })
            .collect();
        Ok(Self {
            holders,
            settings: settings(region),
            metrics,
            supposed,
        })
    }

    /// Executions at once that the account may have in the region.
    pub(crate) fn limit(&self) -> Result<i64, Unknown> {
        let settings = self.settings.clone()?;
        settings
            .concurrent_executions
            .ok_or_else(|| lacking(SETTINGS, "the answer has no concurrent executions"))
    }

    /// What no function has reserved, after the suppositions.
    pub(crate) fn unreserved(&self) -> Result<i64, Unknown> {
        let settings = self.settings.clone()?;
        settings
            .unreserved_concurrent_executions
            .map(|now| now.saturating_sub(self.supposed))
            .ok_or_else(|| lacking(SETTINGS, "the answer has no unreserved concurrency"))
    }

    /// Environments kept ready by functions that share the pool.
    pub(crate) fn ready(&self) -> i64 {
        let sharing = self.holders.values().filter(|it| it.shares());
        sharing.map(Holder::ready).fold(0, i64::saturating_add)
    }

    /// `UnreservedConcurrentExecutions` of the region at its peak.
    pub(crate) fn unreserved_peak(&self) -> Result<Option<i64>, Unknown> {
        match self.metrics.clone()? {
            Some(metrics) => highest(&metrics.unreserved_concurrent_executions),
            None => Ok(None),
        }
    }

    /// `ConcurrentExecutions` of the region at its peak.
    pub(crate) fn peak(&self) -> Result<Option<i64>, Unknown> {
        match self.metrics.clone()? {
            Some(metrics) => highest(&metrics.concurrent_executions),
            None => Ok(None),
        }
    }
}

pub(crate) const SETTINGS: &str = "lambda:GetAccountSettings";

fn settings(region: &RegionalAccount) -> Result<&AccountSettings, Unknown> {
    let settings = region.lambda.account_settings.found()?;
    settings.ok_or_else(|| lacking(SETTINGS, "the answer has no limits"))
}

fn by_name<'a>(
    metrics: &Result<Option<&'a Metrics>, Unknown>,
) -> Result<BTreeMap<&'a str, &'a FunctionMetrics>, Unknown> {
    let metrics = metrics.clone()?;
    let functions = metrics.into_iter().flat_map(|it| &it.functions);
    Ok(functions.map(|it| (it.name.as_str(), it)).collect())
}

fn reserved_now(function: &Function) -> Result<Option<i64>, Unknown> {
    match function.details.found()? {
        Some(details) => Ok(details.reserved_concurrency),
        // Gone between the list and the question.
        None => Err(lacking(
            "lambda:GetFunction",
            format!("no answer for function {}", function.name),
        )),
    }
}

/// Allocated environments; those asked for where AWS says nothing yet. It is not asked of functions without
/// a version and an alias, which can have none.
fn provisioned(function: &Function) -> Result<i64, Unknown> {
    let configs = match function.provisioned_concurrency.found() {
        Ok(configs) => configs,
        Err(Unknown::NotCollected) => return Ok(0),
        Err(unknown) => return Err(unknown),
    };
    let each = configs.into_iter().flatten();
    let ready = each.map(|it| it.allocated.or(it.requested).unwrap_or(0));
    Ok(ready.fold(0, i64::saturating_add))
}
