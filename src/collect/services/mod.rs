//! One module a service.

#[cfg(test)]
mod answers;
mod apigateway;
mod apigatewayv2;
mod cloudtrail;
mod ec2;
mod iam;
mod kms;
mod lambda;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use aws_smithy_types::DateTime;
use jiff::Timestamp;
use tripod_model::{Arn, ExchangeId, Observed, Redacted, Sources};

use crate::collector::{Collector, Reader};
use crate::identity;
use crate::reply::failed;
pub(crate) use cloudtrail::stands_here;

/// Every reader, in the order of the plan: the core first.
pub static ALL: LazyLock<Vec<Reader>> = LazyLock::new(|| {
    let core = CORE.iter().copied().map(Reader::Core);
    let neighbours = tripod_neighbours::ALL.iter().copied();
    core.chain(neighbours.map(Reader::Neighbour)).collect()
});

/// The services that are asked by the AWS SDK.
static CORE: &[&Collector] = &[
    &iam::COLLECTOR,
    &lambda::COLLECTOR,
    &apigateway::COLLECTOR,
    &apigatewayv2::COLLECTOR,
    &kms::COLLECTOR,
    &cloudtrail::COLLECTOR,
    &ec2::COLLECTOR,
];

/// Every operation that a scan may call, sorted.
pub fn operations() -> Vec<&'static str> {
    let mut all: Vec<&str> = ALL
        .iter()
        .flat_map(|reader| reader.operations())
        .chain(identity::OPERATIONS.iter().copied())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

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

/// A text as an ARN; AWS writes an empty one where there is none.
fn arn(text: Option<&str>) -> Option<Arn> {
    text.filter(|text| !text.is_empty()).map(Arn::new)
}

/// A text that says something; AWS writes an empty one where there is none.
fn filled(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What the SDK puts in the place of an enumeration that its model demands and AWS did not send.
const NOT_SENT: &str = "no value was set";

/// The wire text of an enumeration of the SDK.
fn text<E: AsRef<str>>(value: Option<&E>) -> Option<String> {
    let text = value?.as_ref();
    (text != NOT_SENT).then(|| text.to_owned())
}

/// A time of the SDK; none for one beyond the calendar.
fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// Texts in order.
fn sorted(texts: &[String]) -> Vec<String> {
    let mut sorted = texts.to_vec();
    sorted.sort();
    sorted
}

/// A map in order.
fn ordered(map: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    map.into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// ARNs in order.
fn arns(texts: &[String]) -> Vec<Arn> {
    sorted(texts).into_iter().map(Arn::new).collect()
}

/// A map of masked values: the markers that the transport put in their places. Absent where it is empty.
fn markers(
    operation: &str,
    map: Option<&HashMap<String, String>>,
) -> Observed<BTreeMap<String, Redacted>> {
    let Some(map) = map.filter(|map| !map.is_empty()) else {
        return Observed::Absent;
    };
    let markers: Result<BTreeMap<String, Redacted>, _> = map
        .iter()
        .map(|(name, marker)| marker.parse().map(|marker| (name.clone(), marker)))
        .collect();
    match markers {
        Ok(markers) => Observed::Known(markers),
        // Cannot happen behind the transport; and a value that is no marker must not go further.
        Err(error) => failed(operation, &error.to_string()),
    }
}

/// A list in the order of `key`.
fn in_order<T, K: Ord>(list: Observed<Vec<T>>, key: impl Fn(&T) -> K) -> Observed<Vec<T>> {
    list.map(|mut items| {
        items.sort_by_cached_key(key);
        items
    })
}

/// The answer to a question that is put only where it is worth a call.
async fn only_if<T>(worth: bool, question: impl Future<Output = Observed<T>>) -> Observed<T> {
    if worth {
        question.await
    } else {
        Observed::NotCollected
    }
}

/// Whether a list may hold an item of a kind: also where it is not known.
fn may_hold<T>(list: &Observed<Vec<T>>, is: impl Fn(&T) -> bool) -> bool {
    match list {
        Observed::Known(items) => items.iter().any(is),
        Observed::Absent => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_its_fraction_and_one_beyond_the_calendar_is_none() {
        let time = DateTime::from_secs_and_nanos(1_700_000_000, 500_000_000);
        let wanted = "2023-11-14T22:13:20.5Z".parse().expect("a time");
        assert_eq!(timestamp(Some(&time)), Some(wanted));
        assert_eq!(timestamp(Some(&DateTime::from_secs(i64::MAX))), None);
        assert_eq!(timestamp(None), None);
    }
}
