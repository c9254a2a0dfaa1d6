//! Asks one service: sends requests, reads answers into types, follows lists.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use tripod_model::{ExchangeId, Observed, RegionName};

use crate::pages::{Course, Page, failed};
use crate::request::Request;
use crate::service::{Protocol, Service};
use crate::wire::{Call, Reply, Wire};

/// One service in one region.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    wire: Arc<dyn Wire>,
    service: &'static Service,
    region: RegionName,
}

impl Client {
    pub(crate) fn new(wire: Arc<dyn Wire>, service: &'static Service, region: RegionName) -> Self {
        Self {
            wire,
            service,
            region,
        }
    }

    /// Makes one call, and reads its answer into `T`. `absent` are the error codes that mean "there is
    /// none", as the operation's API reference names them.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        absent: &'static [&'static str],
        request: Request,
    ) -> Reply<T> {
        let reply = self.text(operation, absent, request).await;
        let parse = |body: String| parse(self.service.protocol, operation, &body);
        Reply {
            value: reply.value.and_then(parse),
            exchange: reply.exchange,
        }
    }

    /// Makes one call whose answer is a text as it stands, such as a bucket's policy.
    pub(crate) async fn text(
        &self,
        operation: &'static str,
        absent: &'static [&'static str],
        request: Request,
    ) -> Reply<String> {
        let call = Call {
            service: self.service,
            operation,
            region: self.region.clone(),
            request,
            absent,
        };
        self.wire.send(call).await
    }

    /// Reads a list to its end. `request` asks for the page at a token, `split` takes an answer apart,
    /// given the exchange it came in.
    ///
    /// A list of which a page is missing or flawed is not known: part of a list reads like the whole of
    /// it. A list that goes in circles is an error and not a loop.
    pub(crate) async fn pages<T: DeserializeOwned, Item>(
        &self,
        operation: &'static str,
        request: impl Fn(Option<&str>) -> Request,
        split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
    ) -> Observed<Vec<Item>> {
        self.pages_or(operation, &[], request, split).await
    }

    /// The same, where an error code of the first page means "there is none".
    pub(crate) async fn pages_or<T: DeserializeOwned, Item>(
        &self,
        operation: &'static str,
        absent: &'static [&'static str],
        request: impl Fn(Option<&str>) -> Request,
        mut split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
    ) -> Observed<Vec<Item>> {
        let mut items = Vec::new();
        let mut course = Course::default();
        let mut token: Option<String> = None;
        loop {
            // A list that vanishes between two pages is not one that never was.
            let absent = if token.is_none() { absent } else { &[] };
            let reply = self.ask(operation, absent, request(token.as_deref())).await;
            let page = match reply.value {
                Observed::Known(answer) => split(answer, reply.exchange.as_ref()),
                Observed::Absent => return Observed::Absent,
                unknown => return unknown.unknown_as(),
            };
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
}

/// An answer as a type. What is not of its shape is a failure, never a value left out.
fn parse<T: DeserializeOwned>(protocol: Protocol, operation: &str, body: &str) -> Observed<T> {
    let parsed = match protocol {
        Protocol::Json { .. } | Protocol::RestJson => {
            serde_json::from_str(body).map_err(|error| error.to_string())
        }
        Protocol::Query { .. } | Protocol::RestXml => {
            quick_xml::de::from_str(body).map_err(|error| error.to_string())
        }
    };
    match parsed {
        Ok(value) => Observed::Known(value),
        Err(error) => failed(
            operation,
            &format!("the answer is not of its shape: {error}"),
        ),
    }
}
