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

use super::{Tag, verdict};

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

    /// From the exchanges of a run that is to go on: only answers that hold. What was throttled, failed
    /// or refused for its credentials' age is asked again, and so is work that was not done then.
    pub fn to_resume(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let holds = |exchange: &Exchange| {
            !is_unfinished(exchange)
                && Answer::of(exchange).is_some_and(|answer| verdict::holds(&answer))
        };
        Self::new(exchanges.into_iter().filter(holds))
    }

    /// How many answers it holds.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where answers come from.
pub(super) enum Origin {
    /// AWS.
    Live(SharedHttpClient),
    /// A recording, and nothing else.
    Replay(Arc<Recording>),
    /// A recording as far as it goes, then AWS.
    Resume(SharedHttpClient, Arc<Recording>),
}

/// Asked anew also when resuming: credentials of another account must not go on with a run.
const ASKED_ANEW: &str = "sts:GetCallerIdentity";

/// Operations whose answer may be that AWS is still at work, and how it says so.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html>
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>
const UNFINISHED: [(&str, &str); 4] = [
    ("iam:GenerateCredentialReport", "<State>STARTED<"),
    ("iam:GenerateCredentialReport", "<State>INPROGRESS<"),
    ("iam:GetCredentialReport", "<Code>ReportInProgress<"),
    (
        "iam:GetServiceLastAccessedDetails",
        "<JobStatus>IN_PROGRESS<",
    ),
];

fn is_unfinished(exchange: &Exchange) -> bool {
    UNFINISHED
        .iter()
        .any(|(operation, words)| exchange.operation == *operation && exchange.body.contains(words))
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
            Self::Live(client) | Self::Resume(client, _) => {
                Some(client.http_connector(settings, components))
            }
            Self::Replay(_) => None,
        }
    }

    /// Whether AWS may be asked.
    pub(super) fn is_live(&self) -> bool {
        !matches!(self, Self::Replay(_))
    }

    /// The recorded answer, or none where AWS is to be asked.
    ///
    /// # Errors
    /// What a replay does not hold is an error.
    pub(super) fn recorded(
        &self,
        id: &ExchangeId,
        tag: &Tag,
    ) -> Result<Option<Answer>, ConnectorError> {
        match self {
            Self::Live(_) => Ok(None),
            Self::Resume(..) if tag.operation == ASKED_ANEW => Ok(None),
            Self::Resume(_, recording) => Ok(recording.0.get(id).and_then(Answer::of)),
            Self::Replay(recording) => {
                let found = recording.0.get(id).and_then(Answer::of);
                found.map(Some).ok_or_else(|| {
                    let miss = Miss {
                        operation: tag.operation.clone(),
                        region: tag.region.to_string(),
                        id: id.clone(),
                    };
                    ConnectorError::user(miss.into())
                })
            }
        }
    }
}

/// An answer, read to its end.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: BTreeMap<String, String>,
    /// The service's clock, as a live answer tells it. Not part of a recording.
    pub(super) date: Option<String>,
    pub(super) body: String,
    pub(super) original_sha256: String,
}

impl Answer {
    /// The answer of an exchange, unless the exchange does not hold one that HTTP knows.
    fn of(exchange: &Exchange) -> Option<Self> {
        Some(Self {
            status: StatusCode::try_from(exchange.status).ok()?,
            headers: exchange.headers.clone(),
            date: None,
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
        let date = self.date.map(|date| ("date".to_owned(), date));
        for (name, value) in self.headers.into_iter().chain(date) {
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
    let date = response.headers().get("date").map(str::to_owned);
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
        date,
        body: String::from_utf8_lossy(&body).into_owned(),
        original_sha256: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::{AccountId, RegionName};

    use super::*;

    fn exchange(status: u16, body: &str) -> Exchange {
        let (account, region) = (
            AccountId::new("111122223333"),
            RegionName::new("eu-central-1"),
        );
        Exchange {
            id: Exchange::id_of(&account, &region, "kms:ListKeys", &json!({})),
            account,
            region,
            operation: "kms:ListKeys".to_owned(),
            parameters: json!({}),
            attempt: 1,
            time: jiff::Timestamp::UNIX_EPOCH,
            status,
            request_id: None,
            headers: BTreeMap::new(),
            original_sha256: String::new(),
            sha256: String::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_resumed_run_keeps_answers_and_refusals_and_asks_again_for_the_rest() {
        let kept = |status, body| !Recording::to_resume([exchange(status, body)]).is_empty();
        assert!(kept(200, r#"{"Keys":[]}"#));
        assert!(kept(400, r#"{"__type":"AccessDeniedException"}"#));
        assert!(kept(404, r#"{"__type":"NotFoundException"}"#));
        for (status, body) in [
            (400, r#"{"__type":"ThrottlingException"}"#),
            (429, "{}"),
            (400, r#"{"__type":"ExpiredTokenException"}"#),
            (403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
            (403, r#"{"__type":"UnrecognizedClientException"}"#),
            (500, ""),
            (503, "<html>"),
        ] {
            assert!(!kept(status, body), "{status} {body}");
        }
    }

    #[test]
    fn a_resumed_run_asks_again_for_work_that_was_not_done() {
        let kept = |body: &str| {
            let mut exchange = exchange(200, body);
            exchange.operation = "iam:GenerateCredentialReport".to_owned();
            !Recording::to_resume([exchange]).is_empty()
        };
        assert!(kept("<R><State>COMPLETE</State></R>"));
        assert!(!kept("<R><State>STARTED</State></R>"));
        assert!(!kept("<R><State>INPROGRESS</State></R>"));
    }

    #[test]
    fn a_later_failure_does_not_push_out_an_earlier_answer() {
        let (good, bad) = (exchange(200, "{}"), exchange(500, ""));
        assert_eq!(Recording::to_resume([good, bad]).len(), 1);
    }
}
