//! A machine whose clock is wrong.
//!
//! The SDK measures the difference by the answers' dates and signs the next attempt by AWS's clock; it
//! does so for the codes it knows. [`SkewClassifier`] has it try again for the others, EC2's above all.

use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::retry::ErrorKind;

/// Mark on an answer that refused a signature for its time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Skewed;

/// How far this machine's clock is off, once that has mattered.
#[derive(Debug, Default)]
pub(super) struct Skew(AtomicI64);

impl Skew {
    /// Notes seconds that the clock is behind, negative when it is ahead.
    pub(super) fn note(&self, behind: i64) {
        self.0.store(behind, Ordering::Relaxed);
    }

    /// Seconds behind, if it has mattered.
    pub(super) fn behind(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|behind| *behind != 0)
    }
}

/// Has the SDK sign and send again what was refused for its time.
#[derive(Debug)]
pub(crate) struct SkewClassifier;

impl ClassifyRetry for SkewClassifier {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let skewed = context
            .response()
            .and_then(|response| response.extension::<Skewed>());
        match skewed {
            Some(_) => RetryAction::retryable_error(ErrorKind::ServerError),
            None => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "TripodSkew"
    }
}
