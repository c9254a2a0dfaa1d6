//! A request's parameters as they go over the wire, in an order that does not depend on the SDK.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Method, path, query and body of a request as one JSON value.
///
/// Host and headers are left out: they hold the endpoint, the signature and the time.
pub(super) fn of(request: &HttpRequest) -> Value {
    let (path, query) = path_and_query(request.uri());
    let mut parameters = Map::new();
    if path != "/" {
        parameters.insert("path".to_owned(), Value::String(path.to_owned()));
    }
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        parameters.insert("query".to_owned(), pairs(query));
    }
    if let Some(body) = request.body().bytes().filter(|body| !body.is_empty()) {
        parameters.insert("body".to_owned(), body_value(body));
    }
    Value::Object(parameters)
}

fn path_and_query(uri: &str) -> (&str, Option<&str>) {
    let after_scheme = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = after_scheme
        .find('/')
        .map_or("/", |start| &after_scheme[start..]);
    match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    }
}

/// JSON as it is, a form as its pairs, anything else as text.
fn body_value(body: &[u8]) -> Value {
    if let Ok(value) = serde_json::from_slice(body) {
        return value;
    }
    match std::str::from_utf8(body) {
        Ok(text) if text.contains('=') => pairs(text),
        _ => Value::String(String::from_utf8_lossy(body).into_owned()),
    }
}

fn pairs(text: &str) -> Value {
    let decode = |part: &str| {
        percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let mut map = Map::new();
    for pair in text.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::String(decode(value));
        // A key that comes twice keeps both values.
        match map.get_mut(&decode(key)) {
            None => {
                map.insert(decode(key), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;
    use serde_json::json;

    use super::*;

    fn request(uri: &str, body: &str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(uri.to_owned()).expect("a URI");
        request
    }

    #[test]
    fn rest_parameters_are_path_and_query() {
        let request = request(
            "https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions?MaxItems=50&Marker=a%3D",
            "",
        );
        assert_eq!(
            of(&request),
            json!({"path": "/2015-03-31/functions", "query": {"MaxItems": "50", "Marker": "a="}})
        );
    }

    #[test]
    fn a_form_becomes_its_pairs() {
        let request = request(
            "https://iam.amazonaws.com/",
            "Action=GetAccountSummary&Version=1",
        );
        assert_eq!(
            of(&request),
            json!({"body": {"Action": "GetAccountSummary", "Version": "1"}})
        );
    }

    #[test]
    fn the_endpoint_does_not_matter() {
        let aws = request("https://kms.eu-west-1.amazonaws.com/", r#"{"KeyId":"k"}"#);
        let local = request("http://127.0.0.1:4566/", r#"{"KeyId":"k"}"#);
        assert_eq!(of(&aws), of(&local));
    }
}
