//! What a sim remembers of its requests.

use std::collections::BTreeMap;

use crate::Request;

/// Requests by region, service and operation.
pub(crate) type Counts = BTreeMap<(String, String, String), u64>;

/// Counts of all requests and, where they are wanted, the requests themselves.
#[derive(Debug)]
pub(crate) struct Tally {
    keeps: bool,
    pub(crate) requests: Vec<Request>,
    pub(crate) counts: Counts,
}

impl Tally {
    pub(crate) fn new(keeps: bool) -> Self {
        Self {
            keeps,
            requests: Vec::new(),
            counts: Counts::new(),
        }
    }

    pub(crate) fn add(&mut self, request: Request) {
        let key = (
            request.region.clone(),
            request.service.clone(),
            request.operation.clone(),
        );
        *self.counts.entry(key).or_default() += 1;
        if self.keeps {
            self.requests.push(request);
        }
    }
}
