//! When a key was last used.
//!
//! KMS answers five such questions a second, so they are put only where the answer can matter: of keys
//! that cannot be used any more, whether something misses them, and of enabled keys on which nobody holds
//! a grant, whether anything uses them. A grant says that: services that keep data under a key hold one.

use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_key_last_usage::GetKeyLastUsageOutput;
use tripod_model::Observed;
use tripod_model::kms::{Grant, Key, KeyMetadata, LastUse};

use super::super::{text, timestamp};
use crate::reply::{Reply, ask, failed};

pub(super) const LAST: &str = "kms:GetKeyLastUsage";

/// Asked only where [`is_worth_asking`] says so.
pub(super) async fn read(
    client: &Client,
    key: &Key,
    grants: &Observed<Vec<Grant>>,
) -> Reply<LastUse> {
    if !is_worth_asking(&key.metadata, grants) {
        return Reply {
            value: Observed::NotCollected,
            exchange: None,
        };
    }
    let reply = ask(
        LAST,
        &[],
        client.get_key_last_usage().key_id(&key.id).send(),
    )
    .await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert(&output),
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

/// Not of an enabled key on which somebody holds a grant. What is not known of a key rules nothing out.
fn is_worth_asking(metadata: &Observed<KeyMetadata>, grants: &Observed<Vec<Grant>>) -> bool {
    let is_enabled = matches!(
        metadata,
        Observed::Known(metadata) if metadata.state.as_deref() == Some("Enabled")
    );
    !is_enabled || grants.items().is_empty()
}

/// KMS writes an empty object for a key that was not used; no object is no answer.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html>
fn convert(output: &GetKeyLastUsageOutput) -> Observed<LastUse> {
    match output.key_last_usage() {
        Some(usage) => Observed::Known(LastUse {
            time: timestamp(usage.timestamp()),
            operation: text(usage.operation()),
            tracked_since: timestamp(output.tracking_start_date()),
        }),
        None => failed(LAST, "the answer holds no KeyLastUsage"),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{KeyLastUsageData, KeyLastUsageTrackingOperation};
    use aws_smithy_types::DateTime;
    use tripod_model::Sources;

    use super::*;

    fn state(state: Option<&str>) -> Observed<KeyMetadata> {
        Observed::Known(KeyMetadata {
            state: state.map(str::to_owned),
            ..KeyMetadata::default()
        })
    }

    fn granted() -> Observed<Vec<Grant>> {
        Observed::Known(vec![Grant {
            id: "g".to_owned(),
            name: None,
            created: None,
            grantee: None,
            grantee_service: None,
            retiring: None,
            retiring_service: None,
            issuing_account: None,
            operations: None,
            constraints: None,
            sources: Sources::default(),
        }])
    }

    #[test]
    fn a_key_that_works_and_is_granted_is_not_asked_about() {
        assert!(!is_worth_asking(&state(Some("Enabled")), &granted()));
    }

    #[test]
    fn keys_that_may_be_unused_or_missed_are_asked_about() {
        let nobody = Observed::Known(vec![]);
        assert!(is_worth_asking(&state(Some("Enabled")), &nobody));
        for missed in ["Disabled", "PendingDeletion", "Unavailable"] {
            assert!(
                is_worth_asking(&state(Some(missed)), &granted()),
                "{missed}"
            );
        }
    }

    #[test]
    fn what_is_not_known_rules_nothing_out() {
        let unseen = failed("kms:ListGrants", "cut");
        assert!(is_worth_asking(&state(Some("Enabled")), &unseen));
        assert!(is_worth_asking(&state(None), &granted()));
        assert!(is_worth_asking(
            &failed("kms:DescribeKey", "cut"),
            &granted()
        ));
    }

    #[test]
    fn a_use_is_converted_whole() {
        let usage = KeyLastUsageData::builder()
            .operation(KeyLastUsageTrackingOperation::Decrypt)
            .timestamp(DateTime::from_secs(1_700_000_000))
            .build();
        let output = GetKeyLastUsageOutput::builder()
            .key_last_usage(usage)
            .tracking_start_date(DateTime::from_secs(1_600_000_000))
            .build();
        let wanted = LastUse {
            time: Some("2023-11-14T22:13:20Z".parse().expect("a time")),
            operation: Some("Decrypt".to_owned()),
            tracked_since: Some("2020-09-13T12:26:40Z".parse().expect("a time")),
        };
        assert_eq!(convert(&output), Observed::Known(wanted));
    }

    #[test]
    fn no_use_is_an_empty_object_and_no_object_is_no_answer() {
        let unused = GetKeyLastUsageOutput::builder()
            .key_last_usage(KeyLastUsageData::builder().build())
            .build();
        let wanted = LastUse {
            time: None,
            operation: None,
            tracked_since: None,
        };
        assert_eq!(convert(&unused), Observed::Known(wanted));
        let bare = convert(&GetKeyLastUsageOutput::builder().build());
        assert!(matches!(bare, Observed::Failed { .. }));
    }
}
