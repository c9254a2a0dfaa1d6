//! A request before it is signed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What stays as it is in a path segment and in a query: RFC 3986's unreserved characters. Signatures are
/// made over this form. <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How a request is made. Nothing that a scan asks needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST, in the protocols that ask by it.
    Post,
}

/// What is asked, without where and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path from `/`, percent-encoded.
    pub path: String,
    /// The query, percent-encoded, without its question mark.
    pub query: String,
    /// Headers that the operation takes beside those of its protocol, by their names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where there is none.
    pub body: String,
}

impl Request {
    /// For AWS JSON: the members of the operation's input.
    pub fn json(input: &Value) -> Self {
        Self::new(Method::Post, path(&[]), input.to_string())
    }

    /// For AWS Query: the members of the operation's input. Whoever sends it adds operation and version.
    pub fn form(input: &[(&str, &str)]) -> Self {
        Self::new(Method::Post, path(&[]), pairs(input.iter().copied()))
    }

    /// For the REST protocols: a GET of a path put together of `segments`, which are encoded here.
    pub fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, path(segments), String::new())
    }

    /// For REST in JSON: a POST with a body, by which newer services list.
    pub fn post(segments: &[&str], input: &Value) -> Self {
        Self::new(Method::Post, path(segments), input.to_string())
    }

    fn new(method: Method, path: String, body: String) -> Self {
        Self {
            method,
            path,
            query: String::new(),
            headers: Vec::new(),
            body,
        }
    }

    /// The same with a header, which is signed and tells one request from another.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same with a parameter in its query.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(&pairs([(name, value)].into_iter()));
        self
    }

    /// The same with a parameter in its query, where there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

fn path(segments: &[&str]) -> String {
    if segments.is_empty() {
        return "/".to_owned();
    }
    segments
        .iter()
        .flat_map(|segment| ["/".to_owned(), encoded(segment)])
        .collect()
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_queries_are_encoded_once() {
        let request = Request::get(&["detectors", "a/b c"])
            .with("nextToken", "x=&y")
            .with_some("none", None)
            .with("policy", "");
        assert_eq!(request.path, "/detectors/a%2Fb%20c");
        assert_eq!(request.query, "nextToken=x%3D%26y&policy=");
        assert_eq!(Request::get(&[]).path, "/");
    }

    #[test]
    fn a_form_is_its_pairs() {
        let form = Request::form(&[("TopicArn", "arn:aws:sns:x:1:t")]);
        assert_eq!(form.body, "TopicArn=arn%3Aaws%3Asns%3Ax%3A1%3At");
    }
}
