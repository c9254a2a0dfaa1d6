//! Pages: which operations have them, how large they are, and the tokens between them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::luck::hash;
use crate::made::Whole;
use crate::model::{Kind, Model, Operation, Typed};

/// How one operation pages.
#[derive(Debug)]
pub(crate) struct Paging<'m> {
    inputs: Vec<&'m str>,
    outputs: Vec<&'m str>,
    /// Members that are cut into pages, dotted where nested; they share one budget.
    pub(crate) results: Vec<&'m str>,
    limit: Option<&'m str>,
    more: Option<&'m str>,
}

/// Page sizes: what comes without a wish, and the most that comes at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cap {
    default: usize,
    max: usize,
}

/// Which tokens lead from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tokens<'a> {
    /// Those that lead to the end.
    Honest,
    /// This one, whatever the request asks, with the first page: a list without end.
    Endless(&'a str),
}

/// Why no page can be given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PageError {
    /// The token in this parameter is not one of ours.
    Token(String),
    /// The limit is out of bounds.
    Limit(String),
}

/// Token parameters of operations for which botocore ships no paginator: request, answer.
const TOKENS: &[(&str, &str)] = &[
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("Marker", "Marker"),
    ("Marker", "NextMarker"),
    ("NextMarker", "NextMarker"),
    ("position", "position"),
    ("ContinuationToken", "NextContinuationToken"),
];

const LIMITS: &[&str] = &[
    "MaxResults",
    "maxResults",
    "MaxItems",
    "maxItems",
    "Limit",
    "limit",
    "MaxRecords",
];

impl<'m> Paging<'m> {
    /// How the operation pages, or `None` if it answers in one piece.
    pub(crate) fn of(model: &'m Model, name: &str, operation: &'m Operation) -> Option<Self> {
        let (input, output) = (model.input(operation)?, model.output(operation)?);
        let mut paging = Self::modelled(model, name).or_else(|| Self::inferred(input, output))?;
        paging.more = paging.more.or_else(|| {
            ["IsTruncated", "Truncated"]
                .into_iter()
                .find(|flag| output.shape.members.contains_key(*flag))
        });
        Some(paging)
    }

    fn modelled(model: &'m Model, name: &str) -> Option<Self> {
        let paginator = model.paginators.get(name)?;
        // `NextMarker || Contents[-1].Key`: the first alternative is a member, the rest derived.
        let plain = |name: &'m String| name.split(" || ").next().unwrap_or(name);
        let names = |names: &'m [String]| -> Vec<&'m str> { names.iter().map(plain).collect() };
        let paging = Self {
            inputs: names(paginator.input_token.as_slice()),
            outputs: names(paginator.output_token.as_slice()),
            results: names(paginator.result_key.as_slice()),
            limit: paginator.limit_key.as_deref(),
            more: paginator.more_results.as_deref(),
        };
        let derived = paging.outputs.iter().any(|name| name.contains('['));
        (!derived && !paging.inputs.is_empty() && !paging.results.is_empty()).then_some(paging)
    }

    fn inferred(input: Typed<'m>, output: Typed<'m>) -> Option<Self> {
        let has = |typed: Typed<'m>, name: &str| typed.shape.members.contains_key(name);
        let (request, answer) = TOKENS
            .iter()
            .find(|(request, answer)| has(input, request) && has(output, answer))?;
        let of_kind = |kind: Kind| -> Vec<&'m str> {
            output
                .members()
                .filter(|(_, member)| member.kind() == kind)
                .map(|(name, _)| name)
                .collect()
        };
        let mut results = of_kind(Kind::List);
        if results.is_empty() {
            results = of_kind(Kind::Map);
        }
        let limit = LIMITS.iter().copied().find(|name| has(input, name));
        (!results.is_empty()).then_some(Self {
            inputs: vec![*request],
            outputs: vec![*answer],
            results,
            limit,
            more: None,
        })
    }

    /// Cuts the page that the request asks for out of the whole answer. `origin` says whose
    /// answer it is, so that a token of another list is refused.
    pub(crate) fn page(
        &self,
        model: &Model,
        name: &str,
        origin: &str,
        whole: &dyn Whole,
        params: &Map<String, Value>,
        tokens: Tokens<'_>,
    ) -> Result<Value, PageError> {
        let size = self.size(model, name, params)?;
        let origin = self.checksum(origin, params);
        let start = match tokens {
            Tokens::Honest => self.start(params, origin)?,
            Tokens::Endless(_) => 0,
        };
        // Without its lists, so that a page of a list of ten thousand copies fifty.
        let mut page = whole.without(&[&self.results[..], &self.outputs[..]].concat());
        let (mut skip, mut room, mut total) = (start, size, 0);
        for path in &self.results {
            let Some(length) = whole.length(path) else {
                continue;
            };
            total += length;
            let skipped = skip.min(length);
            let taken = room.min(length - skipped);
            skip -= skipped;
            room -= taken;
            put(&mut page, path, whole.slice(path, skipped, taken));
        }
        let end = start.saturating_add(size);
        let next = match tokens {
            Tokens::Honest => (end < total).then(|| token(end, origin)),
            Tokens::Endless(token) => Some(token.to_owned()),
        };
        if let Some(next) = &next {
            for output in &self.outputs {
                put(&mut page, output, next.as_str().into());
            }
        }
        if let Some(more) = self.more {
            put(&mut page, more, Value::Bool(next.is_some()));
        }
        Ok(page)
    }

    fn size(
        &self,
        model: &Model,
        name: &str,
        params: &Map<String, Value>,
    ) -> Result<usize, PageError> {
        let limit = self
            .limit
            .and_then(|key| Some((key, model.input(model.operations.get(name)?)?.member(key)?)));
        let cap = cap(model, name, limit.and_then(|(_, shape)| shape.shape.max));
        let Some((key, shape)) = limit.filter(|(key, _)| !ignores_limit(&model.service, name, key))
        else {
            return Ok(cap.default);
        };
        let wanted = match params.get(key) {
            None | Some(Value::Null) => return Ok(cap.default),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_f64(),
        };
        let bounds = shape.shape.min.unwrap_or(1.0)..=shape.shape.max.unwrap_or(f64::INFINITY);
        match wanted.filter(|wanted| bounds.contains(wanted)) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "bounded just above, and a float cast saturates"
            )]
            Some(wanted) => Ok((wanted as usize).clamp(1, cap.max)),
            None => Err(PageError::Limit(format!(
                "{} is not a valid value for {key}",
                params.get(key).unwrap_or(&Value::Null)
            ))),
        }
    }

    fn start(&self, params: &Map<String, Value>, origin: u64) -> Result<usize, PageError> {
        let Some((name, given)) = self
            .inputs
            .iter()
            .find_map(|name| Some((name, params.get(*name)?.as_str()?)))
        else {
            return Ok(0);
        };
        offset(given, origin).ok_or_else(|| PageError::Token((*name).to_owned()))
    }

    /// A token holds for the same question only: same origin, same parameters.
    fn checksum(&self, origin: &str, params: &Map<String, Value>) -> u64 {
        let free = |name: &str| self.inputs.contains(&name) || self.limit == Some(name);
        let params: Map<String, Value> = params
            .iter()
            .filter(|(name, _)| !free(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        hash(&format!("{origin} {}", Value::Object(params)))
    }
}

/// What the services do, where the model does not say it. EC2 answers in one piece unless asked.
fn cap(model: &Model, operation: &str, shape_max: Option<f64>) -> Cap {
    let all = usize::MAX;
    let (default, max) = match (model.service.as_str(), operation) {
        ("lambda", "ListEventSourceMappings") => (100, 100),
        ("lambda", "ListDurableExecutionsByFunction") | ("iam", _) | ("kms", "ListKeys") => {
            (100, 1000)
        }
        ("lambda", _) | ("kms", "ListResourceTags") => (50, 50),
        ("apigateway", _) => (25, 500),
        ("kms", "ListAliases" | "ListGrants") | ("cloudwatch", "DescribeAlarms") => (50, 100),
        ("cloudwatch", "GetMetricData" | "ListMetrics") => (500, 500),
        ("logs", "ListLogGroups") => (50, 1000),
        ("ec2", _) => (all, all),
        _ => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float cast saturates"
            )]
            let max = shape_max.map_or(100, |max| max as usize).max(1);
            (max, max)
        }
    };
    Cap { default, max }
}

/// GetMetricData's limit counts data points, not results.
fn ignores_limit(service: &str, operation: &str, key: &str) -> bool {
    (service, operation, key) == ("cloudwatch", "GetMetricData", "MaxDatapoints")
}

fn put(value: &mut Value, path: &str, new: Value) {
    let (parents, name) = path
        .rsplit_once('.')
        .map_or((None, path), |(parents, name)| (Some(parents), name));
    let mut place = value;
    for parent in parents.into_iter().flat_map(|parents| parents.split('.')) {
        let Value::Object(object) = place else { return };
        place = object
            .entry(parent)
            .or_insert_with(|| Value::Object(Map::new()));
    }
    if let Value::Object(object) = place {
        object.insert(name.to_owned(), new);
    }
}

/// A token that says nothing to its reader.
fn token(offset: usize, origin: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{origin:016x}{offset:x}"))
}

fn offset(token: &str, origin: u64) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    usize::from_str_radix(text.strip_prefix(&format!("{origin:016x}"))?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn page(whole: &Value, params: &Value) -> Result<Value, PageError> {
        let model = model();
        let operation = &model.operations["ListThings"];
        let paging = Paging::of(&model, "ListThings", operation).expect("pages");
        // The fixture's limit is called Max, which no service uses; say so here.
        let paging = Paging {
            limit: Some("Max"),
            ..paging
        };
        let params = object(params);
        paging.page(&model, "ListThings", "here", whole, &params, Tokens::Honest)
    }

    #[test]
    fn an_endless_list_begins_anew_with_every_token() {
        let (model, whole) = (model(), json!({"Things": [1]}));
        let operation = &model.operations["ListThings"];
        let paging = Paging::of(&model, "ListThings", operation).expect("pages");
        let ask = |params: &Value, token| {
            let params = object(params);
            paging.page(
                &model,
                "ListThings",
                "here",
                &whole,
                &params,
                Tokens::Endless(token),
            )
        };
        let endless = Ok(json!({"Things": [1], "NextToken": "t"}));
        assert_eq!(ask(&json!({}), "t"), endless);
        assert_eq!(ask(&json!({"NextToken": "foreign"}), "t"), endless);
    }

    #[test]
    fn follows_tokens_to_the_end() {
        let whole = json!({"Things": (0..5).collect::<Vec<_>>()});
        let first = page(&whole, &json!({"Max": 2})).expect("a page");
        assert_eq!(first["Things"], json!([0, 1]));
        let second =
            page(&whole, &json!({"Max": 2, "NextToken": first["NextToken"]})).expect("a page");
        assert_eq!(second["Things"], json!([2, 3]));
        let third =
            page(&whole, &json!({"Max": 2, "NextToken": second["NextToken"]})).expect("a page");
        assert_eq!(third, json!({"Things": [4]}));
    }

    #[test]
    fn refuses_foreign_tokens_and_wild_limits() {
        let whole = json!({"Things": (0..5).collect::<Vec<_>>()});
        let first = page(&whole, &json!({"Max": 2})).expect("a page");
        let other = page(
            &whole,
            &json!({"Max": 2, "Deep": true, "NextToken": first["NextToken"]}),
        );
        assert_eq!(other, Err(PageError::Token("NextToken".to_owned())));
        assert_eq!(
            page(&whole, &json!({"NextToken": "x"})),
            Err(PageError::Token("NextToken".to_owned()))
        );
        assert!(matches!(
            page(&whole, &json!({"Max": 51})),
            Err(PageError::Limit(_))
        ));
        assert!(matches!(
            page(&whole, &json!({"Max": 0})),
            Err(PageError::Limit(_))
        ));
    }

    #[test]
    fn lists_share_one_budget() {
        let paging = Paging {
            inputs: vec!["Marker"],
            outputs: vec!["Marker"],
            results: vec!["A", "B"],
            limit: None,
            more: Some("IsTruncated"),
        };
        let mut model = model();
        model.service = "lambda".to_owned();
        let whole = json!({"A": vec![0; 30], "B": vec![1; 30], "Other": "kept"});
        let first = paging
            .page(
                &model,
                "ListThings",
                "",
                &whole,
                &Map::new(),
                Tokens::Honest,
            )
            .expect("a page");
        assert_eq!(
            (first.length("A"), first.length("B"), &first["IsTruncated"]),
            (Some(30), Some(20), &json!(true))
        );
        let second = paging
            .page(
                &model,
                "ListThings",
                "",
                &whole,
                &object(&json!({"Marker": first["Marker"]})),
                Tokens::Honest,
            )
            .expect("a page");
        assert_eq!(
            (
                second.length("A"),
                second.length("B"),
                &second["IsTruncated"]
            ),
            (Some(0), Some(10), &json!(false))
        );
        assert_eq!(second["Other"], json!("kept"));
    }
}
