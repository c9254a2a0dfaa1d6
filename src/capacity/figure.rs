//! A number that says how it came about.

use std::collections::BTreeMap;

use serde::Serialize;

/// A number with its formula and the inputs of the formula, by the names the formula uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The number.
    pub value: i64,
    /// How it is made, in words and names of inputs.
    pub formula: &'static str,
    /// What the names in the formula stood for.
    pub inputs: BTreeMap<&'static str, i64>,
}

impl Figure {
    pub(crate) fn new(
        value: i64,
        formula: &'static str,
        inputs: impl IntoIterator<Item = (&'static str, i64)>,
    ) -> Self {
        Self {
            value,
            formula,
            inputs: inputs.into_iter().collect(),
        }
    }
}
