//! From the SDK's results to observed values: what an error means is decided here and at the call.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use tripod_model::{ExchangeId, Observed};
use tripod_neighbours::Course;
pub(crate) use tripod_neighbours::{Page, Reply, failed};

use crate::transport::{Slot, Unneeded};
use crate::written::Written;

/// Codes by which AWS says "you may not", over all protocols.
const DENIED: [&str; 8] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
    "UnauthorizedException",
    "NotAuthorized",
    "OptInRequired",
];

/// Codes by which an endpoint says that it does not know the operation.
const UNSUPPORTED: [&str; 8] = [
    "UnknownOperationException",
    // CloudTrail's word. Where an API says by it that a resource is of the wrong kind, the call names it
    // among its absent codes, which come first.
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html
    "UnsupportedOperationException",
    // API Gateway's word for a path that it does not serve. Every request of ours is signed.
    // https://repost.aws/knowledge-center/api-gateway-authentication-token-errors
    "MissingAuthenticationTokenException",
    "InvalidAction",
    "NotImplemented",
    "NotImplementedException",
    "NotImplementedError",
    "UnsupportedOperation",
];

/// Makes one call.
///
/// `absent` are the error codes of this operation that mean "there is none", as its API reference
/// names them; everything else that is not an answer stays unknown.
pub(crate) async fn ask<T, E>(
    operation: &'static str,
    absent: &[&str],
    call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Reply<T>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let slot = Slot::default();
    let result = slot.around(call).await;
    concluded(&slot, operation, absent, result)
}

/// The same for an answer in XML, with what it really holds: for operations of which the SDK makes up the
/// members that are not there.
pub(crate) async fn ask_written<T, E>(
    operation: &'static str,
    absent: &[&str],
    call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Reply<(T, Written)>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let slot = Slot::with_body();
    let result = slot.around(call).await;
    let reply = concluded(&slot, operation, absent, result);
    Reply {
        value: reply
            .value
            .map(|output| (output, Written::of(&slot.body()))),
        exchange: reply.exchange,
    }
}

/// What the end of a call means.
fn concluded<T, E>(
    slot: &Slot,
    operation: &'static str,
    absent: &[&str],
    result: Result<T, SdkError<E, HttpResponse>>,
) -> Reply<T>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    Reply {
        value: match result {
            Ok(output) => Observed::Known(output),
            Err(error) => classify(operation, absent, &error),
        },
        exchange: slot.exchange(),
    }
}

/// Reads a list to its end. `call` asks for the page at a token, `split` takes an answer apart, given
/// the exchange it came in.
///
/// A list of which a page is missing or flawed is not known: part of a list reads like the whole of it.
/// A list that goes in circles is an error and not a loop.
pub(crate) async fn pages<T, E, Item, F>(
    operation: &'static str,
    mut call: impl FnMut(Option<String>) -> F,
    split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
) -> Observed<Vec<Item>>
where
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let page_at = |token| ask(operation, &[], call(token));
    Box::pin(follow(operation, page_at, split)).await
}

/// The same for answers in XML, with what each really holds.
pub(crate) async fn pages_written<T, E, Item, F>(
    operation: &'static str,
    mut call: impl FnMut(Option<String>) -> F,
    mut split: impl FnMut(T, &Written, Option<&ExchangeId>) -> Page<Item>,
) -> Observed<Vec<Item>>
where
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    Box::pin(follow(
        operation,
        |token| ask_written(operation, &[], call(token)),
        |(output, written), exchange| split(output, &written, exchange),
    ))
    .await
}

async fn follow<T, Item, F>(
    operation: &'static str,
    mut page_at: impl FnMut(Option<String>) -> F,
    mut split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
) -> Observed<Vec<Item>>
where
    F: Future<Output = Reply<T>>,
{
    let mut items = Vec::new();
    let mut course = Course::default();
    let mut token: Option<String> = None;
    loop {
        let reply = page_at(token).await;
        let output = match reply.value {
            Observed::Known(output) => output,
            unknown => return unknown.unknown_as(),
        };
        let page = split(output, reply.exchange.as_ref());
        if let Some(flaw) = course.follow(&page) {
            return failed(operation, flaw);
        }
        items.extend(page.items);
        match page.next {
            None => return Observed::Known(items),
            next => token = next,
        }
    }
}

fn classify<T, E>(
    operation: &str,
    absent: &[&str],
    error: &SdkError<E, HttpResponse>,
) -> Observed<T>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if is_unneeded(error) {
        return Observed::NotCollected;
    }
    let code = error.code().unwrap_or_default();
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    let is = |codes: &[&str]| codes.contains(&code);
    if is(absent) {
        Observed::Absent
    } else if is(&DENIED) {
        Observed::Denied {
            operation: operation.to_owned(),
            code: code.to_owned(),
            request_id: error.request_id().map(str::to_owned),
        }
    } else if is(&UNSUPPORTED) || status == Some(501) || (code.is_empty() && status == Some(404)) {
        // A 404 without a code is a path that the endpoint does not serve: every answer of AWS that
        // means "no such resource" carries its code.
        Observed::Unsupported {
            operation: operation.to_owned(),
        }
    } else {
        failed(operation, &describe(error, code))
    }
}

/// Whether the call was not made, because nobody reads its answer.
fn is_unneeded<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut reason: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = reason {
        if current.is::<Unneeded>() {
            return true;
        }
        reason = current.source();
    }
    false
}

/// The error in one line: AWS's code and message, or the innermost reason of a failed transmission.
fn describe<E>(error: &SdkError<E, HttpResponse>, code: &str) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let message = error.message().unwrap_or_default();
    match (code.is_empty(), message.is_empty()) {
        (false, false) => return format!("{code}: {message}"),
        (false, true) => return code.to_owned(),
        _ => {}
    }
    let mut reason: &dyn std::error::Error = error;
    let mut text = reason.to_string();
    while let Some(source) = reason.source() {
        reason = source;
        text = reason.to_string();
    }
    match error.raw_response().map(|raw| raw.status().as_u16()) {
        Some(status) => format!("HTTP status {status}: {text}"),
        None => text,
    }
}
