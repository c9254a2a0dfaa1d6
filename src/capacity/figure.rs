//! A number that says how it came about.

use std::collections::BTreeMap;

use serde::Serialize;

/// A number with its formula, the inputs of the formula by the names the formula uses, and where the rule is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The number.
    pub value: i64,
    /// How it is made, in words and names of inputs.
    pub formula: &'static str,
    /// What the names in the formula stood for.
    pub inputs: BTreeMap<&'static str, i64>,
    /// Address of the page that the rule is taken from, AWS's wherever AWS says it.
    pub source: &'static str,
}

impl Figure {
    pub(crate) fn new(
        value: i64,
        formula: &'static str,
        inputs: impl IntoIterator<Item = (&'static str, i64)>,
        source: &'static str,
    ) -> Self {
        Self {
            value,
            formula,
            inputs: inputs.into_iter().collect(),
            source,
        }
    }
}

/// One figure in three cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Band {
    /// The least that can be asked.
    pub low: Figure,
    /// What is expected under the assumptions.
    pub expected: Figure,
    /// The most that can be asked.
    pub high: Figure,
}
