//! Where answers come from: AWS, or a recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use tripod_model::{Exchange, ExchangeId};

use super::Tag;

/// Headers that the SDK reads from an answer. All others (dates, cookies, tracing) are left out of a
/// recording.
const HEADERS: [&str; 6] = [
    "content-type",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amzn-errortype",
    "retry-after",
    "x-amz-retry-after",
];

/// Exchanges of an earlier run, by id.
#[derive(Debug, Default)]
pub struct Recording(BTreeMap<ExchangeId, Exchange>);

impl Recording {
    /// From exchanges in the order they were recorded: of several attempts the last one counts.
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let by_id = exchanges
            .into_iter()
            .map(|exchange| (exchange.id.clone(), exchange))
            .collect();
        Self(by_id)
    }
}

/// Where answers come from.
pub(super) enum Origin {
    Live(SharedHttpClient),
    Replay(Arc<Recording>),
}

/// A replay was asked something that its recording does not hold.
#[derive(Debug, thiserror::Error)]
#[error("the recording holds no answer to {operation} in {region} (exchange {id})")]
struct Miss {
    operation: String,
    region: String,
    id: ExchangeId,
}

impl Origin {
    /// The connector to AWS; none when replaying.
    pub(super) fn connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> Option<SharedHttpConnector> {
        match self {
            Self::Live(client) => Some(client.http_connector(settings, components)),
            Self::Replay(_) => None,
        }
    }

    /// The recorded answer; a miss is an error.
    pub(super) fn recorded(&self, id: &ExchangeId, tag: &Tag) -> Result<Answer, ConnectorError> {
        let found = match self {
            Self::Replay(recording) => recording.0.get(id),
            Self::Live(_) => None,
        };
        found.and_then(Answer::of).ok_or_else(|| {
            let miss = Miss {
                operation: tag.operation.clone(),
                region: tag.region.to_string(),
                id: id.clone(),
            };
            ConnectorError::user(miss.into())
        })
    }
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
    pub(super) original_sha256: String,
}

impl Answer {
    /// The answer of an exchange, unless the exchange does not hold one that HTTP knows.
    fn of(exchange: &Exchange) -> Option<Self> {
        Some(Self {
            status: StatusCode::try_from(exchange.status).ok()?,
            headers: exchange.headers.clone(),
            body: exchange.body.clone(),
            original_sha256: exchange.original_sha256.clone(),
        })
    }

    pub(super) fn request_id(&self) -> Option<String> {
        ["x-amzn-requestid", "x-amz-request-id"]
            .iter()
            .find_map(|name| self.headers.get(*name))
            .cloned()
    }

    /// The answer as the SDK wants it.
    pub(super) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status, SdkBody::from(self.body));
        for (name, value) in self.headers {
            // A header that cannot be written again is one the SDK could not have used.
            let _ = response.headers_mut().try_insert(name, value);
        }
        response
    }
}

/// Sends a request and reads the answer to its end.
pub(super) async fn ask(
    connector: &SharedHttpConnector,
    request: HttpRequest,
) -> Result<Answer, ConnectorError> {
    let mut response = connector.call(request).await?;
    let headers = HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), response.headers().get(name)?.to_owned())))
        .collect();
    let status = response.status();
    // A body that ends early is an error here, never a shorter answer.
    let body = ByteStream::new(response.take_body())
        .collect()
        .await
        .map_err(|error| ConnectorError::io(error.into()))?
        .to_vec();
    Ok(Answer {
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        original_sha256: String::new(),
    })
}
