//! What stood in an answer, for members that the SDK reads as false or zero where AWS left them out.
//!
//! Some clients (API Gateway's first version, KMS in one place) have plain `bool` and `i32` where AWS need not
//! send anything. "AWS did not say" would read as "it is off", so whether a member was sent is looked up in
//! the answer's body. The value stays the SDK's.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

/// Keeps the body of the last answer to the calls it is given to, as a clone, for an interceptor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body(Arc<Mutex<Value>>);

impl Body {
    /// The body; null where there was none, or none in JSON. It is gone afterwards.
    pub(crate) fn take(&self) -> Value {
        // A body is put here whole or not at all, whoever panicked.
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut body)
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "TripodBody"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // It was read whole to be parsed, and the transport has redacted it before.
        let body = context.response().body().bytes();
        let body = body.and_then(|bytes| serde_json::from_slice(bytes).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.unwrap_or_default();
        Ok(())
    }
}

/// `value`, if the member that it was read from was sent and is not null.
pub(crate) fn said<T>(body: &Value, member: &str, value: T) -> Option<T> {
    (!body[member].is_null()).then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn false_and_zero_are_said_and_nothing_and_null_are_not() {
        let wire = json!({"off": false, "none": 0, "nothing": null});
        assert_eq!(said(&wire, "off", false), Some(false));
        assert_eq!(said(&wire, "none", 0), Some(0));
        assert_eq!(said(&wire, "nothing", false), None);
        assert_eq!(said(&wire, "missing", false), None);
        assert_eq!(said(&Value::Null, "missing", 0), None);
    }
}
