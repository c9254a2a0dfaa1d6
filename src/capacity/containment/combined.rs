//! All entries of a function together: what fits alone may not fit together.
//!
//! The sum is the most they can ask for: methods without a throttle of their own share the account's bucket, and
//! never fill it all at once.

use std::collections::BTreeMap;

use super::judge::verdict;
use super::rate::LITTLE;
use super::{Combined, Demand, Entry, Verdict};
use crate::Figure;
use crate::stated::{count, figure};

/// All entries of each function together, by function.
pub(crate) fn of(entries: &[Entry]) -> Vec<Combined> {
    let mut by_function: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        if let Some(function) = entry.function.as_deref() {
            by_function.entry(function).or_default().push(entry);
        }
    }
    by_function
        .into_iter()
        .map(|(function, entries)| combined(function, &entries))
        .collect()
}

fn combined(function: &str, entries: &[&Entry]) -> Combined {
    let room = entries.iter().find_map(|it| it.room.clone());
    let demands = || entries.iter().filter_map(|it| it.demand.as_ref());
    let total = |pick: fn(&Demand) -> Option<&Figure>| {
        let mut sum = Some(0_i64);
        for demand in demands() {
            sum = sum
                .zip(pick(demand))
                .map(|(sum, it)| sum.saturating_add(it.value));
        }
        sum.map(|sum| {
            let entries = ("entries", count(entries.len()));
            figure(sum, "sum over entries", [entries, ("sum", sum)], LITTLE)
        })
    };
    let demand = Demand {
        low: total(|it| it.low.as_ref()),
        expected: total(|it| it.expected.as_ref()),
        high: total(|it| it.high.as_ref()),
    };
    let open = entries.iter().any(|it| it.verdict == Verdict::NotAssessed);
    let verdict = match &room {
        Some(room) => {
            let value = |it: &Option<Figure>| it.as_ref().map(|it| it.value);
            let best = verdict(value(&demand.low), room);
            let expected = verdict(value(&demand.expected), room);
            if open && best != expected {
                Verdict::NotAssessed
            } else {
                expected
            }
        }
        None => Verdict::NotAssessed,
    };
    Combined {
        function: function.to_owned(),
        entries: count(entries.len()),
        demand,
        room,
        verdict,
    }
}
