//! One module a service.

mod cloudfront;
mod cloudwatch;
mod elbv2;
mod logs;
mod references;
mod s3;
mod shield;
mod sns;
mod sqs;
mod wafv2;

use std::cmp::Ordering;

use serde::Deserialize;
use tripod_model::{ExchangeId, Observed, Sources};

use crate::neighbour::Neighbour;
pub use references::{References, RegionalReferences};

/// Every neighbour, in the order of the plan.
pub static ALL: &[&Neighbour] = &[
    &cloudfront::NEIGHBOUR,
    &cloudwatch::NEIGHBOUR,
    &elbv2::NEIGHBOUR,
    &logs::NEIGHBOUR,
    &s3::NEIGHBOUR,
    &shield::NEIGHBOUR,
    &sns::NEIGHBOUR,
    &sqs::NEIGHBOUR,
    &wafv2::REGIONAL,
    &wafv2::FOR_CLOUDFRONT,
];

/// Sources with one entry, where the answer came in an exchange.
fn source(operation: &str, exchange: Option<&ExchangeId>, pointer: String) -> Sources {
    let mut sources = Sources::default();
    note(&mut sources, operation, exchange, pointer);
    sources
}

/// Adds where `operation` told about a resource.
fn note(
    sources: &mut Sources,
    operation: &str,
    exchange: Option<&ExchangeId>,
    pointer: impl Into<String>,
) {
    if let Some(exchange) = exchange {
        sources.add(operation, exchange.clone(), pointer);
    }
}

/// A text that says something; AWS writes an empty one where there is none.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A list in the order that `compare` gives.
fn sorted<T>(list: Observed<Vec<T>>, compare: impl FnMut(&T, &T) -> Ordering) -> Observed<Vec<T>> {
    list.map(|mut items| {
        items.sort_by(compare);
        items
    })
}

/// A list in AWS Query: each item is called `member`.
#[derive(Debug, Deserialize)]
struct Members<T> {
    #[serde(default = "Vec::new")]
    member: Vec<T>,
}
