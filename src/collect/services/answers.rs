//! Answers for tests of what reads them: a client's whole way from JSON to the model, without a network.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// Status and body of each answer to come, by path.
type Coming = BTreeMap<String, Vec<(u16, Value)>>;

/// Bodies by path: of several for one path each answers one request, in their order. What has none is not
/// found, in API Gateway's words.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    bodies: Arc<Mutex<Coming>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Answers {
    /// Adds an answer.
    pub(super) fn at(self, path: &str, body: Value) -> Self {
        self.with_status(path, 200, body)
    }

    /// Adds a refusal.
    pub(super) fn refused(self, path: &str, status: u16, code: &str) -> Self {
        self.with_status(path, status, json!({"__type": code, "message": "no"}))
    }

    fn with_status(self, path: &str, status: u16, body: Value) -> Self {
        let mut bodies = self.bodies.lock().expect("no test panicked");
        let of_path = bodies.entry(path.to_owned()).or_default();
        of_path.push((status, body));
        drop(bodies);
        self
    }

    /// Paths and queries asked, in their order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panicked").clone()
    }

    fn answer(&self, uri: &str) -> HttpResponse {
        let whole = uri.split("://").nth(1).unwrap_or(uri);
        let whole = whole.find('/').map_or("/", |at| &whole[at..]);
        let mut asked = self.asked.lock().expect("no test panicked");
        asked.push(whole.to_owned());
        let path = whole.split('?').next().unwrap_or(whole);
        let mut bodies = self.bodies.lock().expect("no test panicked");
        let next = bodies
            .get_mut(path)
            .filter(|of_path| !of_path.is_empty())
            .map(|of_path| of_path.remove(0));
        let (status, body) =
            next.unwrap_or_else(|| (404, json!({"__type": "NotFoundException", "message": path})));
        let status = status.try_into().expect("a status");
        HttpResponse::new(status, SdkBody::from(body.to_string()))
    }
}

impl HttpConnector for Answers {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(self.answer(request.uri())))
    }
}

impl HttpClient for Answers {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
