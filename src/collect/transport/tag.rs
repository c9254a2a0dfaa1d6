//! Which question a request belongs to, from the SDK's own metadata and not from the caller's word.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tripod_model::{AccountId, ExchangeId, RegionName};

/// What a request asks, attached to it on its way down.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    /// The account asked about.
    pub(crate) account: AccountId,
    /// The region asked.
    pub(crate) region: RegionName,
    /// `service:Operation`.
    pub(crate) operation: String,
    /// Which attempt, from 1.
    pub(crate) attempt: u32,
}

/// Puts a [`Tag`] on every request of one client.
#[derive(Debug)]
pub(crate) struct Tagger {
    /// The account the client asks about.
    pub(crate) account: AccountId,
    /// The region it asks.
    pub(crate) region: RegionName,
    /// The prefix of its operations, such as `lambda`.
    pub(crate) service: &'static str,
    /// Operations that are not asked, because no chosen check reads what they tell.
    pub(crate) unneeded: Arc<BTreeSet<&'static str>>,
}

/// An operation was not asked, because no chosen check reads what it tells.
#[derive(Debug, thiserror::Error)]
#[error("no chosen check reads what {0} tells")]
pub(crate) struct Unneeded(String);

impl Tagger {
    fn operation(&self, config: &ConfigBag) -> Result<String, BoxError> {
        let metadata = config
            .load::<Metadata>()
            .ok_or("the SDK named no operation")?;
        Ok(format!("{}:{}", self.service, metadata.name()))
    }
}

impl Intercept for Tagger {
    fn name(&self) -> &'static str {
        "TripodTagger"
    }

    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = self.operation(config)?;
        if self.unneeded.contains(operation.as_str()) {
            return Err(Unneeded(operation).into());
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let tag = Tag {
            account: self.account.clone(),
            region: self.region.clone(),
            operation: self.operation(config)?,
            attempt: config
                .load::<RequestAttempts>()
                .map_or(1, |attempts| attempts.attempts()),
        };
        context.request_mut().add_extension(tag);
        Ok(())
    }
}

tokio::task_local! {
    static SLOT: Slot;
}

/// Where the transport leaves the id of the exchange that answered, for the caller of the operation.
///
/// The SDK's outputs carry no headers and no extensions, so this is the one way back up. It is set
/// per call, inside the caller's own task.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot {
    exchange: Arc<OnceLock<ExchangeId>>,
    /// The answer's body, for callers that want it.
    body: Option<Arc<Mutex<String>>>,
}

impl Slot {
    /// A slot that takes the body of the answer as well: for what the SDK does not tell of it.
    pub(crate) fn with_body() -> Self {
        Self {
            body: Some(Arc::default()),
            ..Self::default()
        }
    }

    /// Runs `call` with this slot in place.
    pub(crate) async fn around<F: Future>(&self, call: F) -> F::Output {
        SLOT.scope(self.clone(), call).await
    }

    /// Notes the id; attempts after the first have the same one.
    pub(super) fn note(id: &ExchangeId) {
        // Outside a slot (a unit test of the transport) nobody wants the id.
        let _ = SLOT.try_with(|slot| slot.exchange.set(id.clone()));
    }

    /// Leaves the body, its secrets replaced, where the caller wants it. Of several attempts the last
    /// one is the one that the SDK reads.
    pub(super) fn leave(body: &str) {
        let _ = SLOT.try_with(|slot| {
            if let Some(kept) = &slot.body {
                body.clone_into(&mut kept.lock().unwrap_or_else(PoisonError::into_inner));
            }
        });
    }

    /// The id noted, if a request left at all.
    pub(crate) fn exchange(&self) -> Option<ExchangeId> {
        self.exchange.get().cloned()
    }

    /// The body left; empty where none was wanted, or none came.
    pub(crate) fn body(&self) -> String {
        let body = self.body.as_ref();
        body.map_or_else(String::new, |body| {
            std::mem::take(&mut body.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }
}
