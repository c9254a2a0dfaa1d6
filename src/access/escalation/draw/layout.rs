//! Where the boxes of a picture stand: layers from left to right, each node one layer behind the
//! farthest step that leads to it, and in a layer beside those it hangs on.

use std::collections::{BTreeMap, BTreeSet};

use crate::escalation::path::{Node, Path};
use crate::escalation::rules::Class;

/// An arrow of the picture: all steps from one node to another, told by their rules.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Rules, in order, without repetition.
    pub(super) rules: Vec<&'static str>,
    pub(super) class: Class,
    /// Whether some step of it depends on conditions.
    pub(super) conditional: bool,
    /// Whether no step of it is certain.
    pub(super) uncertain: bool,
}

/// A picture as nodes and arrows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Picture {
    pub(super) nodes: Vec<Node>,
    pub(super) arrows: Vec<Arrow>,
    /// By node: layer and place in it.
    pub(super) places: Vec<(usize, usize)>,
    /// Nodes that paths start at.
    pub(super) starts: BTreeSet<usize>,
    /// Nodes that are administrator already.
    pub(super) administrators: BTreeSet<usize>,
}

impl Picture {
    /// All paths in one picture.
    pub(super) fn of(paths: &[Path]) -> Self {
        let mut picture = Self::default();
        let mut known: BTreeMap<Node, usize> = BTreeMap::new();
        let mut arrows: BTreeMap<(usize, usize), Arrow> = BTreeMap::new();
        for path in paths {
            let start = picture.node(&path.from, &mut known);
            picture.starts.insert(start);
            for step in &path.steps {
                let from = picture.node(&step.from, &mut known);
                let to = picture.node(&step.to, &mut known);
                let arrow = arrows.entry((from, to)).or_insert_with(|| Arrow {
                    from,
                    to,
                    rules: Vec::new(),
                    class: step.class,
                    conditional: false,
                    uncertain: true,
                });
                if !arrow.rules.contains(&step.rule) {
                    arrow.rules.push(step.rule);
                }
                arrow.conditional |= !step.conditions.is_empty();
                arrow.uncertain &= !step.unseen.is_empty();
            }
            let last = path.steps.last().map_or(&path.from, |step| &step.to);
            if path.to == Node::Administrator && *last != path.to {
                let last = picture.node(last, &mut known);
                picture.administrators.insert(last);
            }
        }
        picture.arrows = arrows.into_values().collect();
        picture.place();
        picture
    }

    fn node(&mut self, node: &Node, known: &mut BTreeMap<Node, usize>) -> usize {
        *known.entry(node.clone()).or_insert_with(|| {
            self.nodes.push(node.clone());
            self.nodes.len() - 1
        })
    }

    /// Layers by the longest way from a start; arrows that lead back are left out of account, as many
    /// rounds as there are nodes at most. Then each layer in the order of what its nodes hang on.
    fn place(&mut self) {
        let forward = self.forward();
        let mut layer = vec![0_usize; self.nodes.len()];
        for _ in 0..self.nodes.len() {
            let mut moved = false;
            for (from, to) in &forward {
                if layer[*to] < layer[*from] + 1 {
                    layer[*to] = layer[*from] + 1;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        let layers = layer.iter().max().map_or(0, |last| last + 1);
        let mut order: Vec<Vec<usize>> = vec![Vec::new(); layers];
        for (node, layer) in layer.iter().enumerate() {
            order[*layer].push(node);
        }
        let mut row = vec![0_usize; self.nodes.len()];
        for nodes in &mut order {
            nodes.sort_by_key(|node| {
                let before: Vec<usize> = forward
                    .iter()
                    .filter(|(_, to)| to == node)
                    .map(|(from, _)| row[*from])
                    .collect();
                let middle = before.iter().sum::<usize>() * 1_000 / before.len().max(1);
                (middle, *node)
            });
            for (place, node) in nodes.iter().enumerate() {
                row[*node] = place;
            }
        }
        self.places = layer.into_iter().zip(row).collect();
    }

    /// Arrows without those that close a circle, in the order in which paths first use them.
    fn forward(&self) -> Vec<(usize, usize)> {
        let mut kept: Vec<(usize, usize)> = Vec::new();
        let mut arrows: Vec<(usize, usize)> = self
            .arrows
            .iter()
            .map(|arrow| (arrow.from, arrow.to))
            .collect();
        arrows.sort_unstable();
        for (from, to) in arrows {
            if from != to && !leads(&kept, to, from) {
                kept.push((from, to));
            }
        }
        kept
    }
}

/// Whether arrows lead from one node to another.
fn leads(arrows: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        for (_, next) in arrows.iter().filter(|(before, _)| *before == at) {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}
