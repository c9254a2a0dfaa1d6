//! The way of every call to AWS: guard, pace, live or replay, redact, record.
//!
//! All layers meet in one place, the HTTP connector under the SDK's clients, because only there every
//! attempt passes, retries included, and only there the body can be changed before the SDK parses it.
//! A request without a [`Tag`] (one made by a client that [`Transport::tag`] did not prepare) is refused.

mod guard;
mod halt;
mod origin;
mod pace;
mod parameters;
mod patience;
mod pulse;
mod quotas;
mod record;
mod redact;
mod skew;
mod tag;
mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::retry::ErrorKind;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;
use tripod_model::{AccountId, Exchange, ExchangeId, RegionName, Requests, Stopped, fingerprint};

pub use origin::Recording;
pub use quotas::{QuotaRow, rows as quotas};
pub use record::Recorder;
pub(crate) use skew::SkewClassifier;
pub(crate) use tag::{Slot, Tag, Tagger, Unneeded};

use origin::{Answer, Origin};
use redact::Redactor;
use skew::Skewed;
use verdict::Verdict;
pub(crate) use verdict::error_of;

/// How a scan may ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The part of AWS's quotas to use, above 0 and at most 1.
    pub(crate) share: f64,
    /// How many times faster than AWS's the clock of the quotas runs; 1 but in the bench.
    pub(crate) speed: f64,
    /// Longest time for one attempt to be answered in full. The wait for its turn is not part of it.
    pub(crate) attempt: Duration,
}

/// An attempt took too long.
#[derive(Debug, thiserror::Error)]
#[error("no whole answer came within {} seconds", .0.as_secs_f64())]
struct TimedOut(Duration);

/// The layers between the SDK and AWS. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Layers>);

struct Layers {
    guard: guard::Guard,
    halt: halt::Halt,
    pace: pace::Pace,
    patience: patience::Patience,
    pulse: pulse::Pulse,
    origin: Origin,
    redactor: Redactor,
    recorder: Recorder,
    skew: skew::Skew,
    attempt: Duration,
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport that asks AWS; first `recording`, where a run is to go on. `allowed` are the
    /// operations that may leave.
    pub(crate) fn live(
        client: SharedHttpClient,
        recording: Option<Arc<Recording>>,
        allowed: &[&'static str],
        limits: Limits,
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        let origin = match recording {
            None => Origin::Live(client),
            Some(recording) => Origin::Resume(client, recording),
        };
        Self::new(origin, allowed, limits, recorder)
    }

    /// A transport that answers from a recording; what is not in it is an error.
    pub(crate) fn replay(
        recording: Arc<Recording>,
        allowed: &[&'static str],
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        let limits = Limits {
            share: 1.0,
            speed: 1.0,
            attempt: Duration::from_secs(30),
        };
        Self::new(Origin::Replay(recording), allowed, limits, recorder)
    }

    fn new(
        origin: Origin,
        allowed: &[&'static str],
        limits: Limits,
        recorder: Recorder,
    ) -> Result<Self, getrandom::Error> {
        Ok(Self(Arc::new(Layers {
            guard: guard::Guard::new(allowed),
            halt: halt::Halt::new(),
            pace: pace::Pace::new(limits.share, limits.speed),
            patience: patience::Patience::new(limits.attempt),
            pulse: pulse::Pulse::default(),
            origin,
            redactor: Redactor::new()?,
            recorder,
            skew: skew::Skew::default(),
            attempt: limits.attempt,
        })))
    }

    /// Whether calls go out to AWS.
    pub(crate) fn is_live(&self) -> bool {
        self.0.origin.is_live()
    }

    /// What was sent so far.
    pub(crate) fn requests(&self) -> Requests {
        self.0.recorder.requests()
    }

    /// Origins (scheme, host, port) answered from that are not AWS's own, sorted.
    pub(crate) fn foreign_origins(&self) -> Vec<String> {
        self.0.recorder.foreign_origins()
    }

    /// Lets nothing more leave, and wakes whoever waits.
    pub(crate) fn stop(&self, why: Stopped) {
        self.0.halt.stop(why);
    }

    /// Why nothing more leaves, if so.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        self.0.halt.reason()
    }

    /// Seconds that this machine's clock is behind AWS's, where signatures were refused for it.
    pub(crate) fn clock_behind(&self) -> Option<i64> {
        self.0.skew.behind()
    }

    /// When a service was last asked, or last answered: in a region, or anywhere.
    pub(crate) fn last_heard(
        &self,
        account: &AccountId,
        region: Option<&RegionName>,
        service: &str,
    ) -> Option<Instant> {
        self.0.pulse.last(account, region, service)
    }

    /// Waits until work that AWS does in the background may be done, and says whether it is worth asking
    /// again: not of a recording, whose answers do not change, and not when nothing more leaves.
    pub(crate) async fn pause(&self, time: Duration) -> bool {
        self.is_live() && self.0.halt.or(tokio::time::sleep(time)).await.is_ok()
    }

    /// Longest time for one attempt.
    pub(crate) fn attempt(&self) -> Duration {
        self.0.attempt
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
    // A recording holds what was kept: it was redacted when it was made.
    if let Some(answer) = layers.origin.recorded(&id, &tag)? {
        layers.recorder.sent(&tag, &request);
        tag::Slot::leave(&answer.body);
        return Ok(answer.into_response());
    }
    let Some(connector) = live else {
        return Err(ConnectorError::user(Unconnected.into()));
    };
    let answer = ask(layers, &connector, &tag, request).await?;
    let skewed = matches!(verdict::of(&answer, Timestamp::now()), Verdict::Skewed(_));
    layers
        .recorder
        .record(|| exchange(id, tag, parameters, answer.clone()));
    tag::Slot::leave(&answer.body);
    let mut response = answer.into_response();
    if skewed {
        response.add_extension(Skewed);
    }
    Ok(response)
}

/// A live transport always has a connector.
#[derive(Debug, thiserror::Error)]
#[error("there is no connection to ask on; this is a fault of Tripod")]
struct Unconnected;

/// Asks AWS when the time has come, and learns from the answer how to go on asking.
async fn ask(
    layers: &Layers,
    connector: &SharedHttpConnector,
    tag: &Tag,
    request: HttpRequest,
) -> Result<Answer, ConnectorError> {
    let refuse = |error: halt::Halted| ConnectorError::user(error.into());
    layers.patience.admit(tag).map_err(given_up)?;
    let _permit = layers
        .halt
        .or(layers.pace.permit(tag))
        .await
        .map_err(refuse)?;
    // The others may have given up on the operation while this one waited.
    layers.patience.admit(tag).map_err(given_up)?;
    layers.recorder.sent(tag, &request);
    layers.pulse.beat(tag, Instant::now());
    let attempt = tokio::time::timeout(layers.attempt, origin::ask(connector, request));
    let answer = match layers.halt.or(attempt).await.map_err(refuse)? {
        Ok(answer) => answer.and_then(|answer| kept(layers, tag, answer)),
        Err(_) => Err(ConnectorError::timeout(TimedOut(layers.attempt).into())),
    };
    layers.pulse.beat(tag, Instant::now());
    match &answer {
        Ok(answer) => learn(layers, tag, answer),
        Err(error) => layers
            .patience
            .failed(tag, &innermost(error), Instant::now()),
    }
    answer
}

fn given_up(error: patience::GivenUp) -> ConnectorError {
    ConnectorError::user(error.into())
}

/// Slows down, gives up hope or stops, as the answer asks for.
fn learn(layers: &Layers, tag: &Tag, answer: &Answer) {
    let now = Instant::now();
    match verdict::of(answer, Timestamp::now()) {
        Verdict::Throttled(wait) => {
            layers.recorder.throttled();
            layers.pace.throttled(tag, wait, now);
            let said = format!("throttled by AWS: {}", in_words(answer));
            layers.patience.failed(tag, &said, now);
        }
        Verdict::Expired => layers.halt.stop(Stopped::CredentialsExpired),
        Verdict::Skewed(behind) => layers.skew.note(behind),
        Verdict::Plain if answer.status.is_server_error() => {
            layers.patience.failed(tag, &in_words(answer), now);
        }
        Verdict::Plain => {
            layers.pace.answered(tag, now);
            layers.patience.answered(tag);
        }
    }
}

/// A refusal in short: AWS's code where there is one.
fn in_words(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    match verdict::code(answer).filter(|code| !code.is_empty()) {
        Some(code) => format!("{code}, HTTP status {status}"),
        None => format!("HTTP status {status}"),
    }
}

/// A successful answer that is none. The SDK would read an empty one as one with every member left out,
/// and that as an empty account; every operation of a scan answers with a body.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("the answer is empty")]
    Empty,
    #[error(
        "a web page came in place of AWS's answer; a proxy or a sign-in page may stand between"
    )]
    WebPage,
}

/// The answer with its secrets replaced.
fn kept(layers: &Layers, tag: &Tag, mut answer: Answer) -> Result<Answer, ConnectorError> {
    if answer.status.is_success() {
        no_answer(&answer.body).map_or(Ok(()), |error| {
            // A proxy's page or an empty answer may be gone at the next try.
            let again = Some(ErrorKind::TransientError);
            Err(ConnectorError::other(error.into(), again))
        })?;
    }
    let kept = layers
        .redactor
        .redact(&tag.operation, answer.status.is_success(), answer.body)
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    answer.original_sha256 = kept.original;
    answer.body = kept.body;
    Ok(answer)
}

fn no_answer(body: &str) -> Option<NoAnswer> {
    let body = body.trim_start();
    let begins = |tag: &str| {
        body.get(..tag.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
    };
    if body.is_empty() {
        Some(NoAnswer::Empty)
    } else if begins("<!doctype html") || begins("<html") {
        Some(NoAnswer::WebPage)
    } else {
        None
    }
}

/// The last error of a chain: the one that says what happened.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

fn exchange(id: ExchangeId, tag: Tag, parameters: Value, answer: Answer) -> Exchange {
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
        headers: answer.headers,
        original_sha256: answer.original_sha256,
        sha256: fingerprint(answer.body.as_bytes()),
        body: answer.body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_or_nothing_is_no_answer() {
        for body in [
            "",
            "  \n",
            "<!DOCTYPE html><p>sign in",
            "\n<HTML>",
            "<html lang=\"en\">",
        ] {
            assert!(no_answer(body).is_some(), "{body:?}");
        }
        for body in [
            "{}",
            "[]",
            "<?xml version=\"1.0\"?><R/>",
            "<DescribeVpcsResponse/>",
            "é",
        ] {
            assert!(no_answer(body).is_none(), "{body:?}");
        }
    }
}
