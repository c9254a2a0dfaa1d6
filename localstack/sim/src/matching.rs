//! Which entry of an operation answers a request.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::refusals::Refusal;

/// One entry of an operation in an estate file, checked and ready.
#[derive(Debug)]
pub(crate) struct Entry {
    when: Map<String, Value>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Value),
    Error(Refusal),
}

/// The entries of one operation. The first that matches answers.
#[derive(Debug)]
pub(crate) struct Entries {
    service: String,
    list: Vec<Entry>,
    /// The parameter most entries differ in, and the entries by its value: a large estate has
    /// thousands of entries for one operation.
    by: Option<String>,
    index: BTreeMap<String, Vec<usize>>,
    /// Entries without that parameter.
    rest: Vec<usize>,
}

impl Entry {
    pub(crate) fn new(service: &str, when: &Map<String, Value>, outcome: Outcome) -> Self {
        Self {
            when: canonical(service, when),
            outcome,
        }
    }

    fn matches(&self, params: &Map<String, Value>) -> bool {
        self.when
            .iter()
            .all(|(name, wanted)| same(wanted, params.get(name).unwrap_or(&Value::Null)))
    }
}

impl Entries {
    pub(crate) fn new(service: &str, list: Vec<Entry>) -> Self {
        let by = distinguishing(&list);
        let (mut index, mut rest) = (BTreeMap::<String, Vec<usize>>::new(), Vec::new());
        for (at, entry) in list.iter().enumerate() {
            match by
                .as_ref()
                .and_then(|by| entry.when.get(by))
                .and_then(Value::as_str)
            {
                Some(value) => index.entry(value.to_owned()).or_default().push(at),
                None => rest.push(at),
            }
        }
        Self {
            service: service.to_owned(),
            list,
            by,
            index,
            rest,
        }
    }

    pub(crate) fn find(&self, params: &Map<String, Value>) -> Option<&Entry> {
        self.position(&canonical(&self.service, params))
            .map(|at| &self.list[at])
    }

    fn position(&self, params: &Map<String, Value>) -> Option<usize> {
        let value = self
            .by
            .as_ref()
            .and_then(|by| params.get(by))
            .and_then(Value::as_str);
        let indexed = value
            .and_then(|value| self.index.get(value))
            .map_or(&[][..], Vec::as_slice);
        let first = |candidates: &[usize]| {
            candidates
                .iter()
                .copied()
                .find(|at| self.list[*at].matches(params))
        };
        match (first(indexed), first(&self.rest)) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        }
    }

    /// An entry that can never answer, and the earlier one that does in its place.
    pub(crate) fn shadowed(&self) -> Option<(usize, usize)> {
        self.list.iter().enumerate().find_map(|(at, entry)| {
            let params = entry
                .when
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()));
            let earlier = self
                .position(&params.collect())
                .filter(|earlier| *earlier < at)?;
            // An earlier entry that asks for absence leaves the requests where it is present.
            (!self.list[earlier].when.values().any(Value::is_null)).then_some((at, earlier))
        })
    }
}

fn distinguishing(list: &[Entry]) -> Option<String> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for (name, _) in list
        .iter()
        .flat_map(|entry| &entry.when)
        .filter(|(_, value)| value.is_string())
    {
        *counts.entry(name).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(name, _)| name.to_owned())
}

/// Equal, numbers by value; an object in `when` names only the members it cares for.
fn same(wanted: &Value, have: &Value) -> bool {
    match (wanted, have) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => left
            .iter()
            .all(|(name, value)| same(value, right.get(name).unwrap_or(&Value::Null))),
        _ => wanted == have,
    }
}

/// Lambda takes a function by name, partial ARN or ARN, with the qualifier in it or beside it.
pub(crate) fn canonical(service: &str, params: &Map<String, Value>) -> Map<String, Value> {
    let mut params = params.clone();
    if service != "lambda" {
        return params;
    }
    let Some(given) = params.get("FunctionName").and_then(Value::as_str) else {
        return params;
    };
    let after = given
        .split_once(":function:")
        .map_or(given, |(_, name)| name);
    let (name, qualifier) = after
        .split_once(':')
        .map_or((after, None), |(name, qualifier)| (name, Some(qualifier)));
    let (name, qualifier) = (Value::from(name), qualifier.map(Value::from));
    params.insert("FunctionName".to_owned(), name);
    if let Some(qualifier) = qualifier {
        params.entry("Qualifier").or_insert(qualifier);
    }
    params
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn entries(service: &str, whens: &[Value]) -> Entries {
        let list = whens
            .iter()
            .enumerate()
            .map(|(at, when)| Entry::new(service, &object(when), Outcome::Answer(json!(at))));
        Entries::new(service, list.collect())
    }

    fn answer(entries: &Entries, params: &Value) -> Option<Value> {
        entries
            .find(&object(params))
            .map(|entry| match &entry.outcome {
                Outcome::Answer(answer) => answer.clone(),
                Outcome::Error(_) => Value::Null,
            })
    }

    #[test]
    fn the_first_match_wins() {
        let entries = entries(
            "x",
            &[
                json!({"A": "1", "B": 2}),
                json!({"A": "1"}),
                json!({"C": [1, {"D": true}]}),
                json!({}),
            ],
        );
        assert_eq!(
            answer(&entries, &json!({"A": "1", "B": 2.0})),
            Some(json!(0))
        );
        assert_eq!(answer(&entries, &json!({"A": "1", "B": 3})), Some(json!(1)));
        assert_eq!(
            answer(&entries, &json!({"C": [1, {"D": true, "E": 0}]})),
            Some(json!(2))
        );
        assert_eq!(answer(&entries, &json!({"C": [1]})), Some(json!(3)));
        assert_eq!(entries.shadowed(), None);
    }

    #[test]
    fn null_asks_for_absence() {
        let entries = entries("x", &[json!({"A": "1", "Q": null}), json!({"A": "1"})]);
        assert_eq!(answer(&entries, &json!({"A": "1"})), Some(json!(0)));
        assert_eq!(
            answer(&entries, &json!({"A": "1", "Q": "7"})),
            Some(json!(1))
        );
        assert_eq!(entries.shadowed(), None);
    }

    #[test]
    fn an_entry_that_cannot_answer_is_found() {
        assert_eq!(
            entries("x", &[json!({}), json!({"A": "1"})]).shadowed(),
            Some((1, 0))
        );
        assert_eq!(
            entries(
                "x",
                &[
                    json!({"A": "1"}),
                    json!({"A": "2"}),
                    json!({"A": "1", "B": "2"})
                ]
            )
            .shadowed(),
            Some((2, 0))
        );
    }

    #[test]
    fn functions_match_by_name_and_arn() {
        let arn = "arn:aws:lambda:eu-central-1:111122223333:function:f";
        let entries = entries(
            "lambda",
            &[
                json!({"FunctionName": "f", "Qualifier": "live"}),
                json!({"FunctionName": arn}),
            ],
        );
        assert_eq!(
            answer(&entries, &json!({"FunctionName": "f"})),
            Some(json!(1))
        );
        assert_eq!(
            answer(
                &entries,
                &json!({"FunctionName": "111122223333:function:f"})
            ),
            Some(json!(1))
        );
        assert_eq!(
            answer(&entries, &json!({"FunctionName": format!("{arn}:live")})),
            Some(json!(0))
        );
        assert_eq!(answer(&entries, &json!({"FunctionName": "g"})), None);
    }
}
