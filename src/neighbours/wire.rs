//! The way out: who holds it signs, paces, guards, redacts and records.

use std::fmt;

use futures::future::BoxFuture;
use tripod_model::{ExchangeId, Observed, RegionName};

use crate::request::Request;
use crate::service::Service;

/// One question to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Whom to ask.
    pub service: &'static Service,
    /// What, as `service:Operation`.
    pub operation: &'static str,
    /// Where; the service's only place, if it has but one.
    pub region: RegionName,
    /// The parameters.
    pub request: Request,
    /// The error codes of this operation that mean "there is none", as its API reference names them.
    pub absent: &'static [&'static str],
}

/// An answer, and the exchange it came in.
#[derive(Debug)]
pub struct Reply<T> {
    /// What was answered.
    pub value: Observed<T>,
    /// The exchange, unless no request left.
    pub exchange: Option<ExchangeId>,
}

/// Takes calls to AWS, or to a recording of it, and gives the bodies of the answers.
///
/// Refusals come back as what they mean: denied, absent, unsupported, failed.
pub trait Wire: fmt::Debug + Send + Sync {
    /// Makes one call, retries included.
    fn send(&self, call: Call) -> BoxFuture<'_, Reply<String>>;
}
