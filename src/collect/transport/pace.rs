//! How many requests are under way at once.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests in flight over all regions and services. Enough to keep every region of a large account
/// busy at 50 ms of latency, and few enough that neither the resolver nor the account notices.
const IN_FLIGHT: usize = 48;

/// A bound on requests in flight.
pub(super) struct Pace(Semaphore);

impl Default for Pace {
    fn default() -> Self {
        Self(Semaphore::new(IN_FLIGHT))
    }
}

impl Pace {
    /// Waits for a place. The place is free again when the permit is dropped.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed; were it, the request would go out unpaced.
        self.0.acquire().await.ok()
    }
}
