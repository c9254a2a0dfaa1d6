//! The way of every call to AWS: guard, pace, live or replay, redact, record.
//!
//! All layers meet in one place, the HTTP connector under the SDK's clients, because only there every
//! attempt passes, retries included, and only there the body can be changed before the SDK parses it.
//! A request without a [`Tag`] (one made by a client that [`Transport::tag`] did not prepare) is refused.

mod guard;
mod origin;
mod pace;
mod parameters;
mod quotas;
mod record;
mod redact;
mod tag;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use jiff::Timestamp;
use serde_json::Value;
use tripod_model::{Exchange, ExchangeId, Requests, fingerprint};

pub use origin::Recording;
pub use record::Recorder;
pub(crate) use tag::{Slot, Tag, Tagger};

use origin::{Answer, Origin};
use redact::Redactor;

/// Longest time for one attempt to be answered in full. The wait for its turn is not part of it.
const ATTEMPT: Duration = Duration::from_secs(30);

/// An attempt took too long.
#[derive(Debug, thiserror::Error)]
#[error("no whole answer came within 30 seconds")]
struct TimedOut;

/// The layers between the SDK and AWS. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Layers>);

struct Layers {
    guard: guard::Guard,
    pace: pace::Pace,
    origin: Origin,
    redactor: Redactor,
    recorder: Recorder,
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport that asks AWS. `allowed` are the operations that may leave, `share` is the part
    /// of AWS's quotas to use, above 0 and at most 1.
    pub(crate) fn live(
        client: aws_smithy_runtime_api::client::http::SharedHttpClient,
        allowed: &[&'static str],
        share: f64,
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        Self::new(Origin::Live(client), allowed, share, recorder)
    }

    /// A transport that answers from a recording; what is not in it is an error.
    pub(crate) fn replay(
        recording: Arc<Recording>,
        allowed: &[&'static str],
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        Self::new(Origin::Replay(recording), allowed, 1.0, recorder)
    }

    fn new(
        origin: Origin,
        allowed: &[&'static str],
        share: f64,
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        Ok(Self(Arc::new(Layers {
            guard: guard::Guard::new(allowed),
            pace: pace::Pace::new(share),
            origin,
            redactor: Redactor::new()?,
            recorder,
        })))
    }

    /// Whether calls go out to AWS.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.0.origin, Origin::Live(_))
    }

    /// What was sent so far.
    pub(crate) fn requests(&self) -> Requests {
        self.0.recorder.requests()
    }

    /// Origins (scheme, host, port) answered from that are not AWS's own, sorted.
    pub(crate) fn foreign_origins(&self) -> Vec<String> {
        self.0.recorder.foreign_origins()
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            layers: Arc::clone(&self.0),
            live: self.0.origin.connector(settings, components),
        })
    }
}

struct Connector {
    layers: Arc<Layers>,
    live: Option<SharedHttpConnector>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connector").finish_non_exhaustive()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let layers = Arc::clone(&self.layers);
        let live = self.live.clone();
        HttpConnectorFuture::new(async move { pass(&layers, live, request).await })
    }
}

/// One attempt, through all layers.
async fn pass(
    layers: &Layers,
    live: Option<SharedHttpConnector>,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let tag = layers.guard.admit(&request)?;
    let parameters = parameters::of(&request);
    let id = Exchange::id_of(&tag.account, &tag.region, &tag.operation, &parameters);
    tag::Slot::note(&id);
    layers.recorder.sent(&tag, &request);
    let answer = match live {
        Some(connector) => {
            let _permit = layers.pace.permit(&tag).await;
            let answer = tokio::time::timeout(ATTEMPT, origin::ask(&connector, request))
                .await
                .map_err(|_| ConnectorError::timeout(TimedOut.into()))??;
            kept(layers, &tag, answer)?
        }
        // A recording holds what was kept: it was redacted when it was made.
        None => layers.origin.recorded(&id, &tag)?,
    };
    layers.recorder.answered(&answer);
    layers
        .recorder
        .record(|| exchange(id, tag, parameters, &answer));
    Ok(answer.into_response())
}

/// A successful answer without a body. The SDK would read it as one with every member left out, and
/// that as an empty account; every operation of a scan answers with a body.
#[derive(Debug, thiserror::Error)]
#[error("the answer is empty")]
struct Empty;

/// The answer with its secrets replaced.
fn kept(layers: &Layers, tag: &Tag, mut answer: Answer) -> Result<Answer, ConnectorError> {
    if answer.status.is_success() && answer.body.trim().is_empty() {
        return Err(ConnectorError::other(Empty.into(), None));
    }
    let kept = layers
        .redactor
        .redact(&tag.operation, answer.status.is_success(), answer.body)
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    answer.original_sha256 = kept.original;
    answer.body = kept.body;
    Ok(answer)
}

fn exchange(id: ExchangeId, tag: Tag, parameters: Value, answer: &Answer) -> Exchange {
    Exchange {
        id,
        account: tag.account,
        region: tag.region,
        operation: tag.operation,
        parameters,
        attempt: tag.attempt,
        time: Timestamp::now(),
        status: answer.status.as_u16(),
        request_id: answer.request_id(),
        headers: answer.headers.clone(),
        original_sha256: answer.original_sha256.clone(),
        sha256: fingerprint(answer.body.as_bytes()),
        body: answer.body.clone(),
    }
}
