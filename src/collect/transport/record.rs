//! Counts every request, and hands every exchange to whoever keeps them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use tripod_model::{Exchange, Requests};

use super::Tag;

/// Domains of AWS's own endpoints, all partitions.
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
const AWS_DOMAINS: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".api.amazonwebservices.com.cn",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
];

type Sink = dyn Fn(Exchange) + Send + Sync;

/// Counts requests and passes exchanges on. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub struct Recorder {
    sink: Option<Arc<Sink>>,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    requests: Requests,
    foreign: BTreeSet<String>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// Counts only.
    pub fn counting() -> Self {
        Self {
            sink: None,
            counts: Arc::default(),
        }
    }

    /// Counts, and gives every exchange to `sink`, which must not block for long.
    pub fn to(sink: impl Fn(Exchange) + Send + Sync + 'static) -> Self {
        Self {
            sink: Some(Arc::new(sink)),
            counts: Arc::default(),
        }
    }

    /// What was sent so far.
    pub fn requests(&self) -> Requests {
        self.counts().requests.clone()
    }

    /// Origins that are not AWS's own, sorted.
    pub fn foreign_origins(&self) -> Vec<String> {
        self.counts().foreign.iter().cloned().collect()
    }

    pub(super) fn sent(&self, tag: &Tag, request: &HttpRequest) {
        let mut counts = self.counts();
        counts.requests.total += 1;
        counts.requests.retries += u64::from(tag.attempt > 1);
        *counts
            .requests
            .by_operation
            .entry(tag.operation.clone())
            .or_default() += 1;
        if let Some(origin) = foreign_origin(request.uri()) {
            counts.foreign.insert(origin);
        }
    }

    pub(super) fn throttled(&self) {
        self.counts().requests.throttled += 1;
    }

    pub(super) fn record(&self, exchange: impl FnOnce() -> Exchange) {
        if let Some(sink) = &self.sink {
            sink(exchange());
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Counters stay usable whatever panicked while holding them.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Scheme, host and port of a URI, unless the host is AWS's.
fn foreign_origin(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.split(':').next().unwrap_or(authority);
    let own = AWS_DOMAINS.iter().any(|domain| host.ends_with(domain));
    (!own).then(|| format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_of_aws_is_its_own_and_any_other_is_named() {
        assert_eq!(
            foreign_origin("https://lambda.eu-central-1.amazonaws.com/x"),
            None
        );
        assert_eq!(
            foreign_origin("https://lambda.cn-north-1.amazonaws.com.cn/x"),
            None
        );
        assert_eq!(
            foreign_origin("http://127.0.0.1:4566/2015-03-31/functions?x=1").as_deref(),
            Some("http://127.0.0.1:4566")
        );
        // A look-alike is not AWS.
        assert_eq!(
            foreign_origin("https://amazonaws.com.evil.example/").as_deref(),
            Some("https://amazonaws.com.evil.example")
        );
    }
}
