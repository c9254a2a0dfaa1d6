//! Which service and operation a request is for.

use std::cmp::Reverse;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::SimError;
use crate::catalogue::Catalogue;
use crate::http::HttpRequest;
use crate::model::{Location, Model, Operation, Typed};
use crate::wire::Protocol;

/// One operation's HTTP binding, taken apart.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) operation: String,
    method: String,
    path: Vec<Segment>,
    query: Vec<(String, Option<String>)>,
    deprecated: bool,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Label(String),
    /// `{Key+}`: takes slashes too.
    Greedy(String),
}

/// Path labels by name, decoded.
pub(crate) type Labels = Vec<(String, String)>;

/// How specific a matching route is; the greatest wins.
type Score = (usize, usize, bool, bool);

impl Route {
    pub(crate) fn new(name: &str, operation: &Operation) -> Self {
        let (path, query) = operation
            .http
            .request_uri
            .split_once('?')
            .unwrap_or((&operation.http.request_uri, ""));
        Self {
            operation: name.to_owned(),
            method: operation.http.method.clone(),
            path: segments(path).map(Segment::new).collect(),
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(literal)
                .collect(),
            deprecated: operation.deprecated,
        }
    }

    fn matches(
        &self,
        request: &HttpRequest,
        query: &[(String, String)],
    ) -> Option<(Score, Labels)> {
        if self.method != request.method || !self.query.iter().all(|wanted| present(wanted, query))
        {
            return None;
        }
        let (literals, greedy, labels) = self.match_path(&request.path)?;
        Some((
            (literals, self.query.len(), !self.deprecated, !greedy),
            labels,
        ))
    }

    fn match_path(&self, path: &str) -> Option<(usize, bool, Labels)> {
        let (mut literals, mut greedy, mut labels) = (0, false, Labels::new());
        let mut rest: Vec<&str> = segments(path).collect();
        rest.reverse();
        for (at, segment) in self.path.iter().enumerate() {
            match segment {
                Segment::Literal(text) => {
                    literals += 1;
                    let given = rest.pop()?;
                    // Most segments are not encoded, and most routes are not meant.
                    if given != text && !(given.contains('%') && decode(given) == *text) {
                        return None;
                    }
                }
                Segment::Label(name) => labels.push((name.clone(), decode(rest.pop()?))),
                Segment::Greedy(name) => {
                    greedy = true;
                    let after = self.path.len() - at - 1;
                    let take = rest.len().checked_sub(after).filter(|take| *take > 0)?;
                    let taken: Vec<String> =
                        (0..take).filter_map(|_| rest.pop()).map(decode).collect();
                    labels.push((name.clone(), taken.join("/")));
                }
            }
        }
        rest.is_empty().then_some((literals, greedy, labels))
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        match text
            .strip_prefix('{')
            .and_then(|label| label.strip_suffix('}'))
        {
            Some(label) => label.strip_suffix('+').map_or_else(
                || Self::Label(label.to_owned()),
                |key| Self::Greedy(key.to_owned()),
            ),
            None => Self::Literal(text.to_owned()),
        }
    }
}

/// Path segments; slashes at the end and doubled ones do not count.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn literal(pair: &str) -> (String, Option<String>) {
    match pair.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (pair.to_owned(), None),
    }
}

fn present((key, value): &(String, Option<String>), query: &[(String, String)]) -> bool {
    query
        .iter()
        .any(|(have, text)| have == key && value.as_ref().is_none_or(|value| value == text))
}

pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Decoded pairs of a query string or form body.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let plus = |part: &str| decode(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            pair.split_once('=')
                .map_or_else(|| (plus(pair), String::new()), |(k, v)| (plus(k), plus(v)))
        })
        .collect()
}

/// Who asks, where: from the SigV4 credential scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) signing_name: String,
}

impl Scope {
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let header = request.header("authorization")?;
        let credential = header
            .split_once("Credential=")?
            .1
            .split([',', ' '])
            .next()?;
        let parts: Vec<&str> = credential.rsplitn(5, '/').collect();
        let [_terminator, signing_name, region, _date, access_key] = parts.as_slice() else {
            return None;
        };
        Some(Self {
            access_key: (*access_key).to_owned(),
            region: (*region).to_owned(),
            signing_name: (*signing_name).to_owned(),
        })
    }
}

/// What the request is, as far as its outside says.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) model: Arc<Model>,
    pub(crate) protocol: Protocol,
    pub(crate) operation: String,
    pub(crate) labels: Labels,
    /// Form pairs of a query-protocol request.
    pub(crate) form: Vec<(String, String)>,
}

/// A request that no model answers to.
#[derive(Debug)]
pub(crate) struct Unrouted {
    /// The service most likely meant, for the form of the refusal.
    pub(crate) model: Option<Arc<Model>>,
    pub(crate) protocol: Protocol,
    pub(crate) operation: String,
}

/// Finds service and operation. The outer error is a model that cannot be read.
pub(crate) fn route(
    catalogue: &Catalogue,
    request: &HttpRequest,
    signing_name: &str,
) -> Result<Result<Target, Unrouted>, SimError> {
    let mut models = Vec::new();
    // Directory buckets are signed for under a name of their own.
    let signing_name = if signing_name == "s3express" {
        "s3"
    } else {
        signing_name
    };
    for service in catalogue.signed_as(signing_name) {
        models.extend(catalogue.model(service)?);
    }
    Ok(by_header(&models, request)
        .or_else(|| by_action(&models, request))
        .unwrap_or_else(|| by_url(&models, request)))
}

/// RPC protocols that name the operation in a header or a fixed path.
fn by_header(models: &[Arc<Model>], request: &HttpRequest) -> Option<Result<Target, Unrouted>> {
    if request.header("smithy-protocol") == Some("rpc-v2-cbor") {
        let operation = request
            .path
            .rsplit_once("/operation/")
            .map_or("", |(_, name)| name);
        return Some(named(
            models,
            Protocol::Cbor,
            operation,
            Vec::new(),
            speaks_cbor,
        ));
    }
    let target = request.header("x-amz-target")?;
    let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
    let protocol = if request
        .header("content-type")
        .is_some_and(|kind| kind.contains("1.0"))
    {
        Protocol::Json10
    } else {
        Protocol::Json11
    };
    Some(named(models, protocol, operation, Vec::new(), |model| {
        let own = model.metadata.target_prefix.as_deref();
        own.is_some_and(|own| last_part(own) == last_part(prefix))
    }))
}

/// The service's name in a target. Botocore's CloudTrail spells out a namespace before it that other
/// SDKs leave out; AWS takes both.
fn last_part(prefix: &str) -> &str {
    prefix.rsplit('.').next().unwrap_or(prefix)
}

fn speaks_cbor(model: &Model) -> bool {
    let names = std::iter::once(&model.metadata.protocol).chain(&model.metadata.protocols);
    names.into_iter().any(|name| name == "smithy-rpc-v2-cbor")
}

/// The query protocols: `Action=` in a form.
fn by_action(models: &[Arc<Model>], request: &HttpRequest) -> Option<Result<Target, Unrouted>> {
    let in_form = request
        .header("content-type")
        .is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
    let form = if in_form {
        pairs(&String::from_utf8_lossy(&request.body))
    } else {
        pairs(&request.query)
    };
    let value = |name: &str| form.iter().find(|(key, _)| key == name);
    let operation = value("Action").map(|(_, value)| value.clone())?;
    let version = value("Version").map(|(_, value)| value.clone());
    let ec2 = models.iter().any(|model| model.metadata.protocol == "ec2");
    let protocol = if ec2 { Protocol::Ec2 } else { Protocol::Query };
    // Both generations of load balancers are signed for alike, and only the version tells them apart.
    let is_of_version = |model: &Model| Some(&model.metadata.api_version) == version.as_ref();
    let some = models.iter().any(|model| is_of_version(model));
    Some(named(models, protocol, &operation, form, |model| {
        !some || is_of_version(model)
    }))
}

fn named(
    models: &[Arc<Model>],
    protocol: Protocol,
    operation: &str,
    form: Vec<(String, String)>,
    fits: impl Fn(&Model) -> bool,
) -> Result<Target, Unrouted> {
    let model = models
        .iter()
        .find(|model| fits(model) && model.operations.contains_key(operation));
    match model {
        Some(model) => Ok(Target {
            model: Arc::clone(model),
            protocol,
            operation: operation.to_owned(),
            labels: Labels::new(),
            form,
        }),
        None => Err(Unrouted {
            model: models.first().cloned(),
            protocol,
            operation: operation.to_owned(),
        }),
    }
}

/// The REST protocols: the most specific route over all services of the signing name.
///
/// Where the host alone would tell two services apart, the one named like the signature is meant;
/// where nothing tells two operations apart (S3 has such pairs), the one whose
/// required parameters are there.
fn by_url(models: &[Arc<Model>], request: &HttpRequest) -> Result<Target, Unrouted> {
    let query = pairs(&request.query);
    let named = |operation: &str| {
        query
            .iter()
            .any(|(key, value)| key == "x-id" && value == operation)
    };
    let rest = models
        .iter()
        .enumerate()
        .filter(|(_, model)| model.metadata.protocol.starts_with("rest-"));
    let routes =
        rest.flat_map(|(at, model)| model.routes.iter().map(move |route| (at, model, route)));
    let found = routes
        .filter_map(|(at, model, route)| {
            let (score, labels) = route.matches(request, &query)?;
            let order = (
                Reverse(score),
                !named(&route.operation),
                at,
                required(model, route, &query),
                &route.operation,
            );
            Some((order, (model, route, labels)))
        })
        .min_by(|(left, _), (right, _)| left.cmp(right));
    match found {
        Some((_, (model, route, labels))) => Ok(Target {
            model: Arc::clone(model),
            protocol: Protocol::of(model),
            operation: route.operation.clone(),
            labels,
            form: Vec::new(),
        }),
        None => Err(Unrouted {
            model: models.first().cloned(),
            protocol: models
                .first()
                .map_or(Protocol::RestJson, |model| Protocol::of(model)),
            operation: format!("{} {}", request.method, request.path),
        }),
    }
}

/// How the required parameters of the query string fit: missing ones count against the route,
/// present ones for it (`?analytics` lists, `?analytics&id=x` gets).
fn required(model: &Model, route: &Route, query: &[(String, String)]) -> (usize, Reverse<usize>) {
    let input = model
        .operations
        .get(&route.operation)
        .and_then(|operation| model.input(operation));
    let (mut missing, mut present) = (0, 0);
    for (name, member) in input.into_iter().flat_map(Typed::members) {
        let insists =
            input.is_some_and(|input| input.shape.required.iter().any(|required| required == name));
        if insists && member.traits.location == Some(Location::QueryString) {
            let wire = member.wire_name().unwrap_or(name);
            let found = query.iter().any(|(key, _)| key == wire);
            *if found { &mut present } else { &mut missing } += 1;
        }
    }
    (missing, Reverse(present))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route_for(uri: &str) -> Route {
        let mut operation = Operation::default();
        operation.http.method = "GET".to_owned();
        operation.http.request_uri = uri.to_owned();
        Route::new(uri, &operation)
    }

    fn best(uris: &[&str], path: &str, query: &str) -> Option<(String, Labels)> {
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..HttpRequest::default()
        };
        let query = pairs(query);
        let routes: Vec<Route> = uris.iter().map(|uri| route_for(uri)).collect();
        let matching = routes
            .iter()
            .filter_map(|route| route.matches(&request, &query).map(|found| (found, route)));
        matching
            .max_by(|left, right| left.0.0.cmp(&right.0.0))
            .map(|((_, labels), route)| (route.operation.clone(), labels))
    }

    #[test]
    fn literal_segments_beat_labels() {
        let uris = ["/{Bucket}/{Key+}", "/v1/settings/", "/v1/{Name}"];
        assert_eq!(
            best(&uris, "/v1/settings", "").map(|found| found.0),
            Some("/v1/settings/".to_owned())
        );
        assert_eq!(
            best(&uris, "/v1/x", "").map(|found| found.0),
            Some("/v1/{Name}".to_owned())
        );
        assert_eq!(
            best(&uris, "/b/a/c%20d", "").map(|found| found.1[1].1.clone()),
            Some("a/c d".to_owned())
        );
    }

    #[test]
    fn query_literals_decide() {
        let uris = [
            "/{Bucket}",
            "/{Bucket}?policyStatus",
            "/f/{N}/c?List=ALL",
            "/f/{N}/c",
        ];
        assert_eq!(
            best(&uris, "/b", "policyStatus").map(|found| found.0),
            Some("/{Bucket}?policyStatus".to_owned())
        );
        assert_eq!(
            best(&uris, "/b", "").map(|found| found.0),
            Some("/{Bucket}".to_owned())
        );
        assert_eq!(
            best(&uris, "/f/a/c", "List=ALL").map(|found| found.0),
            Some("/f/{N}/c?List=ALL".to_owned())
        );
        assert_eq!(
            best(&uris, "/f/a/c", "Qualifier=1").map(|found| found.0),
            Some("/f/{N}/c".to_owned())
        );
    }

    #[test]
    fn an_escaped_slash_stays_in_its_label() {
        let labels =
            best(&["/tags/{arn}"], "/tags/arn%3Aaws%3A%2Frestapis%2Fx", "").map(|found| found.1);
        assert_eq!(
            labels,
            Some(vec![("arn".to_owned(), "arn:aws:/restapis/x".to_owned())])
        );
    }

    #[test]
    fn scope_comes_from_the_credential() {
        let mut request = HttpRequest::default();
        assert_eq!(Scope::of(&request), None);
        let credential = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
        request
            .headers
            .push(("authorization".to_owned(), credential.to_owned()));
        let scope = Scope::of(&request).expect("a scope");
        assert_eq!(
            (
                scope.access_key.as_str(),
                scope.region.as_str(),
                scope.signing_name.as_str()
            ),
            ("111122223333", "eu-central-1", "lambda")
        );
    }
}
