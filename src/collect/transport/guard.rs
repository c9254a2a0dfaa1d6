//! Only read operations that a collector declared may leave.

use std::collections::BTreeSet;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;

use super::Tag;

/// A request that must not leave.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// No tag: a client that was not prepared by the transport.
    #[error("a request without a tag was refused before it left; this is a fault of Tripod")]
    Untagged,
    /// An operation that no collector declares.
    #[error(
        "{0} is not on the list of read operations and was refused before it left; this is a fault of Tripod"
    )]
    NotAllowed(String),
}

/// The allow-list: the union of what collectors declare.
pub(super) struct Guard(BTreeSet<&'static str>);

impl Guard {
    pub(super) fn new(allowed: &[&'static str]) -> Self {
        Self(allowed.iter().copied().collect())
    }

    /// The request's tag, if its operation is on the list.
    pub(super) fn admit(&self, request: &HttpRequest) -> Result<Tag, ConnectorError> {
        let tag = request
            .extension::<Tag>()
            .ok_or_else(|| ConnectorError::user(Refused::Untagged.into()))?;
        if self.0.contains(tag.operation.as_str()) {
            Ok(tag.clone())
        } else {
            let refused = Refused::NotAllowed(tag.operation.clone());
            Err(ConnectorError::user(refused.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, RegionName};

    use super::*;

    fn tagged(operation: &str) -> HttpRequest {
        let mut request = HttpRequest::empty();
        request.add_extension(Tag {
            account: AccountId::new("111122223333"),
            region: RegionName::new("eu-central-1"),
            operation: operation.to_owned(),
            attempt: 1,
        });
        request
    }

    #[test]
    fn a_declared_operation_passes() {
        let guard = Guard::new(&["lambda:ListFunctions"]);
        assert!(guard.admit(&tagged("lambda:ListFunctions")).is_ok());
    }

    #[test]
    fn any_other_operation_is_refused_by_name() {
        let guard = Guard::new(&["lambda:ListFunctions"]);
        let error = guard
            .admit(&tagged("lambda:DeleteFunction"))
            .expect_err("not declared");
        assert!(error.is_user());
        assert!(format!("{error:?}").contains("lambda:DeleteFunction"));
    }

    #[test]
    fn a_request_of_an_unprepared_client_is_refused() {
        let guard = Guard::new(&["lambda:ListFunctions"]);
        assert!(guard.admit(&HttpRequest::empty()).is_err());
    }
}
