//! The executions that Lambda may run at once in a region: what is reserved, what is shared, what was used.
//!
//! ```text
//! unreserved = limit - Σ reserved                                AWS keeps at least 100 of it unreserved
//! on demand  = unreserved - Σ provisioned of functions without a reservation
//! ceiling(f) = reserved(f), else on demand + provisioned(f)
//! seconds(f) = max(0, ceiling(f) - 1,000) × 10 / 1,000            from nothing to the ceiling
//! ```
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html>

pub(crate) mod pool;

use serde::Serialize;
use tripod_model::{RegionalAccount, Unknown};

use crate::stated::{Missing, count, divided, figure};
use crate::{Figure, WhatIf};
use pool::{Holder, Pool};

/// What AWS refuses to let functions reserve.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>
pub const UNRESERVED_FLOOR: i64 = 100;

/// Environments by which each function may grow in [`SCALING_SECONDS`].
/// <https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html>
pub const SCALING_STEP: i64 = 1_000;

/// See [`SCALING_STEP`].
pub const SCALING_SECONDS: i64 = 10;

const RESERVED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";
const PROVISIONED: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html";
const SCALING: &str = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html";
const METRICS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html";
const SETTINGS: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_AccountLimit.html";

/// The concurrency of a region. A figure that is none could not be known; `missing` says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concurrency {
    /// The region.
    pub region: String,
    /// Executions at once that the account may have.
    pub limit: Option<Figure>,
    /// What functions reserve, by the functions themselves.
    pub reserved: Figure,
    /// What no function reserves, by the account's settings and the suppositions.
    pub unreserved: Option<Figure>,
    /// What may still be reserved before the floor is met.
    pub reservable: Option<Figure>,
    /// Environments kept ready, by all functions.
    pub provisioned: Figure,
    /// What functions without a reservation share once those kept ready are taken off.
    pub on_demand: Option<Figure>,
    /// The most executions at once in the window of the metrics.
    pub peak: Option<Figure>,
    /// Of these, the ones on unreserved concurrency.
    pub unreserved_peak: Option<Figure>,
    /// The peak in percent of the limit, rounded up.
    pub peak_percent: Option<Figure>,
    /// The unreserved peak in percent of what is unreserved, rounded up.
    pub unreserved_peak_percent: Option<Figure>,
    /// Whether AWS would refuse: less than the floor is left unreserved. False where it is not known.
    pub below_floor: bool,
    /// Functions, by name.
    pub functions: Vec<FunctionConcurrency>,
    /// Inputs that are not known.
    pub missing: Vec<Missing>,
}

/// The concurrency of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionConcurrency {
    /// Name.
    pub name: String,
    /// What it reserves; none where it shares the pool.
    pub reserved: Option<i64>,
    /// Environments kept ready.
    pub provisioned: i64,
    /// The most executions at once that it can have.
    pub ceiling: Option<Figure>,
    /// The most that it had in the window; none without a datapoint.
    pub peak: Option<i64>,
    /// The peak in percent of the ceiling, rounded up.
    pub peak_percent: Option<Figure>,
    /// Seconds from nothing to the ceiling.
    pub seconds_to_ceiling: Option<Figure>,
    /// Inputs that are not known.
    pub missing: Vec<Missing>,
}

/// The concurrency of a region, with the suppositions made.
///
/// # Errors
/// When the list of functions is not known.
pub fn of(region: &RegionalAccount, what_if: &WhatIf) -> Result<Concurrency, Unknown> {
    let pool = Pool::of(region, what_if)?;
    let mut missing = Vec::new();
    let limit = noted(pool.limit(), "the account's limit", &mut missing);
    let unreserved = noted(
        pool.unreserved(),
        "the unreserved concurrency",
        &mut missing,
    );
    let peak = peak(pool.peak(), "the region's peak", &mut missing);
    let unreserved_peak = peak_of_pool(&pool, &mut missing);
    let reserved = reserved(&pool);
    let on_demand = unreserved.map(|unreserved| on_demand(unreserved, pool.ready()));
    let functions = pool
        .holders
        .values()
        .map(|holder| function(holder, on_demand.as_ref()))
        .collect();
    Ok(Concurrency {
        region: region.name.to_string(),
        limit: limit.map(|limit| figure(limit, "limit", [("limit", limit)], SETTINGS)),
        reserved,
        unreserved: unreserved.map(|it| figure(it, "unreserved", [("unreserved", it)], SETTINGS)),
        reservable: unreserved.map(reservable),
        provisioned: provisioned(&pool),
        peak: peak.map(observed),
        unreserved_peak: unreserved_peak.map(observed),
        peak_percent: percent(peak, limit),
        unreserved_peak_percent: percent(unreserved_peak, unreserved),
        below_floor: unreserved.is_some_and(|it| it < UNRESERVED_FLOOR)
            && !what_if.reserved.is_empty(),
        on_demand,
        functions,
        missing,
    })
}

/// The value, or none with a note of why.
fn noted(value: Result<i64, Unknown>, what: &str, missing: &mut Vec<Missing>) -> Option<i64> {
    value
        .map_err(|unknown| missing.push(Missing::widening(what, unknown)))
        .ok()
}

fn peak(
    value: Result<Option<i64>, Unknown>,
    what: &str,
    missing: &mut Vec<Missing>,
) -> Option<i64> {
    match value {
        Ok(None) => {
            missing.push(Missing::absent(what));
            None
        }
        Ok(value) => value,
        Err(unknown) => {
            missing.push(Missing::widening(what, unknown));
            None
        }
    }
}

fn peak_of_pool(pool: &Pool<'_>, missing: &mut Vec<Missing>) -> Option<i64> {
    peak(
        pool.unreserved_peak(),
        "the region's peak of unreserved concurrency",
        missing,
    )
}

fn observed(peak: i64) -> Figure {
    figure(
        peak,
        "the highest maximum of a day in the window of the metrics",
        [("peak", peak)],
        METRICS,
    )
}

fn reserved(pool: &Pool<'_>) -> Figure {
    let reserved: Vec<i64> = pool
        .holders
        .values()
        .filter_map(|it| it.reserved.clone().ok().flatten())
        .collect();
    let sum = reserved.iter().copied().fold(0, i64::saturating_add);
    figure(
        sum,
        "sum of what each function reserves",
        [("reserving_functions", count(reserved.len())), ("sum", sum)],
        RESERVED,
    )
}

fn reservable(unreserved: i64) -> Figure {
    figure(
        unreserved.saturating_sub(UNRESERVED_FLOOR).max(0),
        "unreserved - floor, at least 0",
        [("unreserved", unreserved), ("floor", UNRESERVED_FLOOR)],
        RESERVED,
    )
}

fn provisioned(pool: &Pool<'_>) -> Figure {
    let all = pool.holders.values().map(Holder::ready);
    let sum = all.fold(0, i64::saturating_add);
    figure(
        sum,
        "sum of environments kept ready; those of functions without a reservation come off what is shared",
        [("sum", sum), ("of_sharing_functions", pool.ready())],
        PROVISIONED,
    )
}

fn on_demand(unreserved: i64, ready: i64) -> Figure {
    figure(
        unreserved.saturating_sub(ready).max(0),
        "unreserved - provisioned of functions without a reservation, at least 0",
        [("unreserved", unreserved), ("provisioned", ready)],
        PROVISIONED,
    )
}

/// `part` in percent of `whole`, rounded up; none of nothing.
fn percent(part: Option<i64>, whole: Option<i64>) -> Option<Figure> {
    let (part, whole) = (part?, whole?);
    (whole > 0).then(|| {
        figure(
            divided(i128::from(part) * 100, i128::from(whole)),
            "peak * 100 / limit, rounded up",
            [("peak", part), ("limit", whole)],
            METRICS,
        )
    })
}

fn function(holder: &Holder<'_>, on_demand: Option<&Figure>) -> FunctionConcurrency {
    let mut missing = Vec::new();
    if let Err(unknown) = &holder.reserved {
        missing.push(Missing::widening("its reservation", unknown.clone()));
    }
    if let Err(unknown) = &holder.provisioned {
        missing.push(Missing::widening(
            "its provisioned concurrency",
            unknown.clone(),
        ));
    }
    let peak = peak(holder.peak(), "its peak", &mut missing);
    let ceiling = ceiling(holder, on_demand);
    FunctionConcurrency {
        name: holder.function.name.clone(),
        reserved: holder.reserved.clone().ok().flatten(),
        provisioned: holder.ready(),
        peak,
        peak_percent: percent(peak, ceiling.as_ref().map(|it| it.value)),
        seconds_to_ceiling: ceiling.as_ref().map(|it| seconds(it.value)),
        ceiling,
        missing,
    }
}

fn ceiling(holder: &Holder<'_>, on_demand: Option<&Figure>) -> Option<Figure> {
    if holder.on_instances {
        return None;
    }
    match &holder.reserved {
        Ok(Some(reserved)) => Some(figure(
            *reserved,
            "reserved",
            [("reserved", *reserved)],
            RESERVED,
        )),
        Ok(None) => on_demand.map(|shared| {
            let ready = holder.ready();
            figure(
                shared.value.saturating_add(ready),
                "on_demand + provisioned",
                [("on_demand", shared.value), ("provisioned", ready)],
                PROVISIONED,
            )
        }),
        Err(_) => None,
    }
}

fn seconds(ceiling: i64) -> Figure {
    let beyond = i128::from(ceiling.saturating_sub(SCALING_STEP).max(0));
    figure(
        divided(
            beyond * i128::from(SCALING_SECONDS),
            i128::from(SCALING_STEP),
        ),
        "max(0, ceiling - step) * seconds / step, rounded up",
        [
            ("ceiling", ceiling),
            ("step", SCALING_STEP),
            ("seconds", SCALING_SECONDS),
        ],
        SCALING,
    )
}

#[cfg(test)]
mod tests;
