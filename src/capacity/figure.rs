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
    ) -> Self {
        Self {
            value,
            formula,
            inputs: inputs.into_iter().collect(),
            source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
        }
    }
}
