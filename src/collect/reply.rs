//! From the SDK's results to observed values: what an error means is decided here and at the call.

use std::collections::HashSet;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use tripod_model::{ExchangeId, Observed};

use crate::transport::Slot;
use crate::written::Written;

/// Empty pages in a row after which a list does not go anywhere. AWS may answer empty pages with a token
/// where it filters; never hundreds of them.
const MOST_EMPTY_PAGES: usize = 200;

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
const UNSUPPORTED: [&str; 7] = [
    "UnknownOperationException",
    // API Gateway's word for a path that it does not serve. Every request of ours is signed.
    // https://repost.aws/knowledge-center/api-gateway-authentication-token-errors
    "MissingAuthenticationTokenException",
    "InvalidAction",
    "NotImplemented",
    "NotImplementedException",
    "NotImplementedError",
    "UnsupportedOperation",
];

/// An answer, and the exchange it came in.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    /// What was answered.
    pub(crate) value: Observed<T>,
    /// The exchange, unless no request left.
    pub(crate) exchange: Option<ExchangeId>,
}

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

/// One page of a list.
pub(crate) struct Page<Item> {
    items: Vec<Item>,
    next: Option<String>,
    /// What the page begins with; none for an empty one.
    first: Option<String>,
    /// Why the page cannot be used.
    flaw: Option<&'static str>,
}

impl<Item> Page<Item> {
    /// A page of `list`, each item converted with its index. `next` is where the next page begins.
    ///
    /// No list at all is no empty list: AWS writes an empty one. An item converted to `None` has no
    /// identity, and leaving it out would make a part of the list read like the whole.
    pub(crate) fn of<T: fmt::Debug>(
        list: Option<&[T]>,
        next: Option<&str>,
        mut convert: impl FnMut(usize, &T) -> Option<Item>,
    ) -> Self {
        Self::flat(list, next, |index, item| [convert(index, item)])
    }

    /// The same, where one thing of the list holds several items.
    pub(crate) fn flat<T: fmt::Debug, Items: IntoIterator<Item = Option<Item>>>(
        list: Option<&[T]>,
        next: Option<&str>,
        mut convert: impl FnMut(usize, &T) -> Items,
    ) -> Self {
        let things = list.unwrap_or_default();
        let items = things
            .iter()
            .enumerate()
            .flat_map(|(index, thing)| convert(index, thing));
        let first = things.first().map(|thing| format!("{thing:?}"));
        Self::whole(list.is_some(), items, first, next)
    }

    /// A page put together from several lists of an answer. `there` is whether the answer holds any,
    /// `first` tells it from other pages.
    pub(crate) fn whole(
        there: bool,
        items: impl IntoIterator<Item = Option<Item>>,
        first: Option<String>,
        next: Option<&str>,
    ) -> Self {
        let items: Option<Vec<Item>> = items.into_iter().collect();
        let flaw = if !there {
            Some("the answer holds no list")
        } else if items.is_none() {
            Some("the answer holds an item without its identity")
        } else {
            None
        };
        Self {
            items: items.unwrap_or_default(),
            next: next.filter(|next| !next.is_empty()).map(str::to_owned),
            first,
            flaw,
        }
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
        if let Some(flaw) = page.flaw.or_else(|| course.follow(&page)) {
            return failed(operation, flaw);
        }
        items.extend(page.items);
        match page.next {
            None => return Observed::Known(items),
            next => token = next,
        }
    }
}

/// The way through a list so far.
#[derive(Default)]
struct Course {
    tokens: HashSet<String>,
    firsts: HashSet<String>,
    empty: usize,
}

impl Course {
    /// Takes one more page; says what is wrong when it leads nowhere new.
    fn follow<Item>(&mut self, page: &Page<Item>) -> Option<&'static str> {
        if let Some(next) = &page.next
            && !self.tokens.insert(next.clone())
        {
            return Some("the list gave the same page token twice");
        }
        match &page.first {
            Some(first) if !self.firsts.insert(first.clone()) => {
                Some("the list gave the same page twice")
            }
            Some(_) => {
                self.empty = 0;
                None
            }
            None => {
                self.empty += 1;
                (self.empty > MOST_EMPTY_PAGES).then_some("the list gave nothing but empty pages")
            }
        }
    }
}

/// An answer came, but not one that can be used.
pub(crate) fn failed<T>(operation: &str, error: &str) -> Observed<T> {
    Observed::Failed {
        operation: operation.to_owned(),
        error: error.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn page(list: Option<&[u8]>, next: Option<&str>) -> Page<u8> {
        Page::of(list, next, |_, item| (*item != 0).then_some(*item))
    }

    #[test]
    fn an_answer_without_its_list_is_no_empty_list() {
        assert!(page(None, None).flaw.is_some());
        assert!(page(Some(&[]), None).flaw.is_none());
    }

    #[test]
    fn an_item_without_identity_spoils_the_page() {
        assert!(page(Some(&[1, 0, 2]), None).flaw.is_some());
    }

    #[test]
    fn an_empty_token_is_the_end() {
        assert_eq!(page(Some(&[1]), Some("")).next, None);
    }

    #[test]
    fn a_list_that_goes_in_circles_is_noticed() {
        let follow = |pages: &[(&[u8], &str)]| {
            let mut course = Course::default();
            pages
                .iter()
                .find_map(|(list, next)| course.follow(&page(Some(list), Some(next))))
        };
        assert_eq!(follow(&[(&[1], "a"), (&[2], "b"), (&[3], "c")]), None);
        let same_token = follow(&[(&[1], "a"), (&[2], "b"), (&[3], "a")]);
        assert_eq!(same_token, Some("the list gave the same page token twice"));
        let same_page = follow(&[(&[1], "a"), (&[2], "b"), (&[1], "c")]);
        assert_eq!(same_page, Some("the list gave the same page twice"));
        let tokens: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        let empty: Vec<(&[u8], &str)> =
            tokens.iter().map(|next| (&[][..], next.as_str())).collect();
        assert_eq!(
            follow(&empty),
            Some("the list gave nothing but empty pages")
        );
        assert_eq!(follow(&empty[..MOST_EMPTY_PAGES]), None);
    }
}
