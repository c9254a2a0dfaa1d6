//! Inputs that are missing, those of one cause together: forty functions without a metric are one line.

use std::collections::BTreeMap;

use serde::Serialize;
use tripod_capacity::addresses::RegionAddresses;
use tripod_capacity::{Concurrency, Containment, Missing, Quotas};
use tripod_model::Cause;

use super::report::Answer;

/// Inputs that are missing for one reason, and what that does to the figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotSeen {
    /// Why; none where AWS answered that there is nothing, as for a metric without a datapoint.
    pub cause: Option<Cause>,
    /// What it does to the figures.
    pub effect: String,
    /// What is missing, sorted.
    pub inputs: Vec<String>,
}

/// What the lack of an input does where its section has no words of its own for it.
const NOTHING: &str = "there is no figure at all";
const DECIDES: &str = "there is no verdict without it";
const WIDENS: &str = "the figures are a wider band, or left out";

pub(super) fn not_seen(
    addresses: &Answer<RegionAddresses>,
    concurrency: &Answer<Concurrency>,
    containment: &Answer<Containment>,
    quotas: &Quotas,
) -> Vec<NotSeen> {
    let mut all: BTreeMap<(Option<Cause>, &str), Vec<String>> = BTreeMap::new();
    let mut add = |cause: Option<Cause>, effect, input: String| {
        // The id of one of many requests would keep them apart.
        let cause = cause.map(|it| Cause {
            request_id: None,
            ..it
        });
        let inputs = all.entry((cause, effect)).or_default();
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    };
    match addresses {
        Answer::Known(it) => {
            for gap in &it.gaps {
                add(
                    Some(gap.unknown.clone().into()),
                    gap.effect,
                    gap.input.clone(),
                );
            }
        }
        Answer::NotAssessed(cause) => {
            add(
                Some(cause.clone()),
                NOTHING,
                "the list of functions".to_owned(),
            );
        }
    }
    for missing in lacking(concurrency, containment, quotas) {
        let effect = if missing.decides { DECIDES } else { WIDENS };
        add(missing.cause.clone(), effect, missing.what.clone());
    }
    let group = |((cause, effect), mut inputs): ((Option<Cause>, &str), Vec<String>)| {
        inputs.sort();
        NotSeen {
            cause,
            effect: effect.to_owned(),
            inputs,
        }
    };
    let mut groups: Vec<NotSeen> = all.into_iter().map(group).collect();
    // What could be cured comes before what AWS does not have; the sort keeps the order otherwise.
    groups.sort_by_key(|it| it.cause.is_none());
    groups
}

/// The inputs that concurrency, containment and quotas lack.
fn lacking<'a>(
    concurrency: &'a Answer<Concurrency>,
    containment: &'a Answer<Containment>,
    quotas: &'a Quotas,
) -> impl Iterator<Item = Missing> + 'a {
    let concurrency = concurrency.known().into_iter().flat_map(|it| {
        let own = it.functions.iter().flat_map(|function| {
            let of = |missing: &Missing| named(missing, &format!("of {}", function.name));
            function.missing.iter().map(of)
        });
        it.missing.iter().cloned().chain(own)
    });
    let containment = containment.known().into_iter().flat_map(|it| {
        let entries = it.entries.iter().flat_map(|entry| &entry.missing);
        it.missing.iter().chain(entries).cloned()
    });
    let quotas = quotas.rows.iter().flat_map(|row| {
        let of = |missing: &Missing| named(missing, &format!("of {} ({})", row.name, row.scope));
        row.missing.iter().map(of)
    });
    concurrency.chain(containment).chain(quotas)
}

/// The same, with whose it is.
fn named(missing: &Missing, whose: &str) -> Missing {
    let mut missing = missing.clone();
    let what = missing.what.strip_prefix("its ");
    missing.what = match what {
        Some(what) => format!("the {what} {whose}"),
        None => format!("{} {whose}", missing.what),
    };
    missing
}
