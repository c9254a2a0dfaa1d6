//! Whether an answer held a member that the SDK fills in where it is missing.
//!
//! A few of AWS's models give a member a default, and the SDK's type for it is then plain: `false` and
//! "not said" look alike. The body tells them apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Put on a call by `customize().interceptor(…)`; asked when the call has ended.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    member: &'static str,
    said: Arc<AtomicBool>,
}

impl Said {
    /// Watches for a member at the top of a JSON answer.
    pub(crate) fn of(member: &'static str) -> Self {
        Self {
            member,
            said: Arc::default(),
        }
    }

    /// The value that the SDK shows, if AWS sent it.
    pub(crate) fn then<T>(&self, value: T) -> Option<T> {
        self.said.load(Ordering::Relaxed).then_some(value)
    }

    fn look(&self, body: &[u8]) {
        let answer: Option<serde_json::Value> = serde_json::from_slice(body).ok();
        let member = answer.as_ref().and_then(|answer| answer.get(self.member));
        let said = member.is_some_and(|value| !value.is_null());
        self.said.store(said, Ordering::Relaxed);
    }
}

impl Intercept for Said {
    fn name(&self) -> &'static str {
        "TripodSaid"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.look(context.response().body().bytes().unwrap_or_default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_and_not_said_are_told_apart() {
        let cases: [(&str, Option<bool>); 4] = [
            (r#"{"On":false}"#, Some(false)),
            (r#"{"On":null}"#, None),
            (r#"{"Off":false}"#, None),
            ("", None),
        ];
        for (body, wanted) in cases {
            let said = Said::of("On");
            said.look(body.as_bytes());
            assert_eq!(said.then(false), wanted, "{body}");
        }
    }

    #[test]
    fn the_last_attempt_counts() {
        let said = Said::of("On");
        said.look(br#"{"On":true}"#);
        said.look(br#"{"message":"slow down"}"#);
        assert_eq!(said.then(true), None);
    }
}
