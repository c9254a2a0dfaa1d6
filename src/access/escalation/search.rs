//! Shortest ways: fewest gaps, then fewest steps, then fewest conditions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};

use super::facts::Facts;
use super::steps::{Edge, Steps};
use super::weigh::Weight;

/// What a way costs; compared from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Cost {
    unseen: u32,
    steps: u32,
    conditions: u32,
}

impl Cost {
    pub(crate) fn of(weight: Weight, steps: u32) -> Option<Self> {
        match weight {
            Weight::Allowed { unseen, conditions } => Some(Self {
                unseen: unseen.into(),
                steps,
                conditions: conditions.into(),
            }),
            Weight::Denied => None,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            unseen: self.unseen + other.unseen,
            steps: self.steps + other.steps,
            conditions: self.conditions + other.conditions,
        }
    }

    pub(crate) fn is_certain(self) -> bool {
        self.unseen == 0
    }
}

/// Whom somebody can come to act as: at what cost, and by whom the last step is taken.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) by: BTreeMap<usize, (Cost, Option<usize>)>,
}

impl Held {
    /// Everyone on the way, from the start.
    pub(crate) fn way(&self, to: usize) -> Vec<usize> {
        let mut way = vec![to];
        let mut at = to;
        while let Some((_, Some(before))) = self.by.get(&at) {
            way.push(*before);
            at = *before;
        }
        way.reverse();
        way
    }
}

/// How somebody becomes an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// By granting everything to the second one as the first one. Of two ways as good as each other
    /// this is told: it needs nobody else.
    Granted(usize, usize),
    /// By acting as this one, who is.
    Is(usize),
    /// Perhaps, by acting as this one, whose policies could not be read.
    Blind(usize),
}

/// The steps of everyone.
pub(crate) struct Graph {
    pub(crate) steps: Vec<Steps>,
}

impl Graph {
    pub(crate) fn edge(&self, from: usize, to: usize) -> Option<&Edge> {
        self.steps[from].takes.get(&to)
    }

    /// Whom `start` can come to act as.
    pub(crate) fn held(&self, start: usize, only_certain: bool) -> Held {
        let mut by: BTreeMap<usize, (Cost, Option<usize>)> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        let mut done: HashSet<usize> = HashSet::new();
        by.insert(start, (Cost::default(), None));
        queue.push(Reverse((Cost::default(), start)));
        while let Some(Reverse((cost, at))) = queue.pop() {
            if !done.insert(at) {
                continue;
            }
            for (to, edge) in &self.steps[at].takes {
                let Some(step) = Cost::of(edge.weight, 1) else {
                    continue;
                };
                if only_certain && !step.is_certain() {
                    continue;
                }
                let whole = cost.and(step);
                if by.get(to).is_none_or(|(own, _)| whole < *own) {
                    by.insert(*to, (whole, Some(at)));
                    queue.push(Reverse((whole, *to)));
                }
            }
        }
        Held { by }
    }

    /// The cheapest way to administrator among those held.
    pub(crate) fn end(
        &self,
        facts: &Facts<'_>,
        held: &Held,
        only_certain: bool,
    ) -> Option<(Cost, End)> {
        let mut best: Option<(Cost, End)> = None;
        let mut offer = |cost: Cost, end: End| {
            let allowed = !only_certain || cost.is_certain();
            if allowed && best.is_none_or(|own| (cost, end) < own) {
                best = Some((cost, end));
            }
        };
        for (at, (cost, _)) in &held.by {
            let person = &facts.people[*at];
            if let Some(own) = Cost::of(person.admin, 0) {
                offer(cost.and(own), End::Is(*at));
            }
            if person.is_blind {
                let gap = Weight::FREE.with_unseen(1);
                offer(
                    cost.and(Cost::of(gap, 0).unwrap_or_default()),
                    End::Blind(*at),
                );
            }
            let grants = &self.steps[*at].grants;
            // Who can grant itself everything needs nobody else.
            let itself = grants.get(at).filter(|edge| edge.weight == Weight::FREE);
            let wanted: Vec<&Edge> = match itself {
                Some(edge) => vec![edge],
                None => grants.values().collect(),
            };
            for edge in wanted {
                let Some((to_cost, _)) = held.by.get(&edge.to) else {
                    continue;
                };
                let Some(step) = Cost::of(edge.weight, 1) else {
                    continue;
                };
                let further = rest_of(held, *at, edge.to, *to_cost);
                offer(cost.and(step).and(further), End::Granted(*at, edge.to));
            }
        }
        best
    }
}

/// What it costs to act as `to` beside what it cost to act as `at`.
fn rest_of(held: &Held, at: usize, to: usize, whole: Cost) -> Cost {
    if at == to {
        return Cost::default();
    }
    let mut cost = whole;
    let way = held.way(at);
    let common = held
        .way(to)
        .into_iter()
        .rev()
        .find(|place| way.contains(place));
    if let Some((shared, _)) = common.and_then(|place| held.by.get(&place)) {
        cost = Cost {
            unseen: whole.unseen.saturating_sub(shared.unseen),
            steps: whole.steps.saturating_sub(shared.steps),
            conditions: whole.conditions.saturating_sub(shared.conditions),
        };
    }
    cost
}
