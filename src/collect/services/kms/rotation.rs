//! Whether a key's material is renewed, and when it was.

use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::RotationsListEntry;
use jiff::SignedDuration;
use tripod_model::Observed;
use tripod_model::kms::{Key, KeyMetadata, PastRotation, Rotation};

use super::super::{filled, text, timestamp};
use crate::body::{Body, said};
use crate::reply::{Page, Reply, ask, pages};

pub(super) const STATUS: &str = "kms:GetKeyRotationStatus";
pub(super) const LIST: &str = "kms:ListKeyRotations";

/// Most rotations on a page.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html>
const ROTATIONS_A_PAGE: i32 = 1000;

/// How KMS says of a key that it is of a kind that has no rotation.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
const CANNOT_ROTATE: &[&str] = &["UnsupportedOperationException"];

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The setting and the rotations that took place.
pub(super) async fn read(
    client: &Client,
    key: &Key,
) -> (Reply<Rotation>, Observed<Vec<PastRotation>>) {
    let status = status(client, key).await;
    let past = match past_without_asking(&key.metadata, &status.value) {
        Some(value) => value,
        None => past(client, &key.id).await,
    };
    (status, past)
}

async fn status(client: &Client, key: &Key) -> Reply<Rotation> {
    if let Some(value) = status_without_asking(&key.metadata) {
        return Reply {
            value,
            exchange: None,
        };
    }
    let body = Body::default();
    let call = client.get_key_rotation_status().key_id(&key.id);
    let call = call.customize().interceptor(body.clone()).send();
    let reply = ask(STATUS, CANNOT_ROTATE, call).await;
    Reply {
        value: reply.value.map(|output| {
            let enabled = output.key_rotation_enabled();
            convert(&output, said(&body.take(), "KeyRotationEnabled", enabled))
        }),
        exchange: reply.exchange,
    }
}

/// Whether the metadata gives a member, and another value than those wanted.
fn is_other(member: Option<&String>, wanted: &[&str]) -> bool {
    member.is_some_and(|value| !wanted.contains(&value.as_str()))
}

/// What is known of the setting before KMS is asked; none where it has to be asked.
///
/// Only symmetric keys whose material KMS made rotate by themselves. A member that the metadata lacks
/// rules nothing out: then KMS is asked, and its error code tells.
///
/// Keys that are neither enabled nor disabled are not asked about: KMS refuses
/// (`KMSInvalidStateException`), or says `false` of a key pending deletion whatever its setting is.
/// That is not `Absent` either, because the setting comes back when the deletion is cancelled. The
/// state in the metadata tells checks why there is no answer.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
fn status_without_asking(metadata: &Observed<KeyMetadata>) -> Option<Observed<Rotation>> {
    let Observed::Known(metadata) = metadata else {
        return Some(metadata.unknown_as());
    };
    if is_other(metadata.spec.as_ref(), &["SYMMETRIC_DEFAULT"])
        || is_other(metadata.origin.as_ref(), &["AWS_KMS"])
    {
        Some(Observed::Absent)
    } else if is_other(metadata.state.as_ref(), &["Enabled", "Disabled"]) {
        Some(Observed::NotCollected)
    } else {
        None
    }
}

/// What is known of past rotations before KMS is asked; none where it has to be asked.
///
/// Imported material can be rotated too, on demand. Material in a custom key store cannot.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>
fn past_without_asking(
    metadata: &Observed<KeyMetadata>,
    status: &Observed<Rotation>,
) -> Option<Observed<Vec<PastRotation>>> {
    let Observed::Known(metadata) = metadata else {
        return Some(metadata.unknown_as());
    };
    if is_other(metadata.spec.as_ref(), &["SYMMETRIC_DEFAULT"])
        || is_other(metadata.origin.as_ref(), &["AWS_KMS", "EXTERNAL"])
    {
        return Some(Observed::Absent);
    }
    let is_in_between = is_other(metadata.state.as_ref(), &["Enabled", "Disabled"]);
    let is_young = matches!(status, Observed::Known(status) if first_is_to_come(metadata, status));
    (is_in_between || is_young).then_some(Observed::NotCollected)
}

/// Whether the first automatic rotation is still to come, a period after the key was made. KMS sets the
/// date with the setting, so a setting of the key's first day is one day off at most.
fn first_is_to_come(metadata: &KeyMetadata, status: &Rotation) -> bool {
    let (Some(created), Some(next), Some(days)) =
        (metadata.created, status.next, status.period_days)
    else {
        return false;
    };
    status.enabled == Some(true)
        && status.on_demand_started.is_none()
        && next.duration_since(created) <= DAY * days + DAY
}

/// All rotations that took place, oldest first.
async fn past(client: &Client, id: &str) -> Observed<Vec<PastRotation>> {
    let rotations = pages(
        LIST,
        |token| {
            client
                .list_key_rotations()
                .key_id(id)
                .limit(ROTATIONS_A_PAGE)
                .set_marker(token)
                .send()
        },
        |output, _| {
            let list = output.rotations.as_deref();
            Page::of(list, output.next_marker(), |_, item| {
                Some(convert_past(item))
            })
        },
    );
    rotations.await.map(|mut rotations| {
        rotations.sort();
        rotations
    })
}

fn convert(output: &GetKeyRotationStatusOutput, enabled: Option<bool>) -> Rotation {
    Rotation {
        enabled,
        period_days: output.rotation_period_in_days(),
        next: timestamp(output.next_rotation_date()),
        on_demand_started: timestamp(output.on_demand_rotation_start_date()),
    }
}

fn convert_past(item: &RotationsListEntry) -> PastRotation {
    PastRotation {
        date: timestamp(item.rotation_date()),
        kind: text(item.rotation_type()),
        key_material_id: filled(item.key_material_id()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::RotationType;
    use aws_smithy_types::DateTime;
    use jiff::Timestamp;

    use super::*;
    use crate::reply::failed;

    const DESCRIBE: &str = "kms:DescribeKey";

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn rotating() -> KeyMetadata {
        KeyMetadata {
            state: Some("Enabled".to_owned()),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            origin: Some("AWS_KMS".to_owned()),
            created: Some(time("2026-01-01T12:00:00Z")),
            ..KeyMetadata::default()
        }
    }

    fn with(change: fn(&mut KeyMetadata)) -> Observed<KeyMetadata> {
        let mut metadata = rotating();
        change(&mut metadata);
        Observed::Known(metadata)
    }

    fn yearly(next: &str) -> Rotation {
        Rotation {
            enabled: Some(true),
            period_days: Some(365),
            next: Some(time(next)),
            on_demand_started: None,
        }
    }

    #[test]
    fn the_setting_is_asked_of_keys_that_can_rotate_or_do_not_say() {
        assert_eq!(status_without_asking(&with(|_| {})), None);
        let bare = Observed::Known(KeyMetadata::default());
        assert_eq!(status_without_asking(&bare), None);
    }

    #[test]
    fn the_setting_is_absent_where_there_can_be_none_and_unknown_where_it_cannot_be_asked() {
        let asymmetric = with(|metadata| metadata.spec = Some("RSA_2048".to_owned()));
        assert_eq!(status_without_asking(&asymmetric), Some(Observed::Absent));
        let imported = with(|metadata| metadata.origin = Some("EXTERNAL".to_owned()));
        assert_eq!(status_without_asking(&imported), Some(Observed::Absent));
        let dying = with(|metadata| metadata.state = Some("PendingDeletion".to_owned()));
        assert_eq!(status_without_asking(&dying), Some(Observed::NotCollected));
        let unknown = status_without_asking(&failed(DESCRIBE, "cut"));
        assert_eq!(unknown, Some(failed(DESCRIBE, "cut")));
    }

    #[test]
    fn the_setting_is_converted_whole() {
        let output = GetKeyRotationStatusOutput::builder()
            .key_rotation_enabled(true)
            .rotation_period_in_days(90)
            .next_rotation_date(DateTime::from_secs(1_800_000_000))
            .on_demand_rotation_start_date(DateTime::from_secs(1_700_000_000))
            .build();
        assert_eq!(
            convert(&output, Some(true)),
            Rotation {
                enabled: Some(true),
                period_days: Some(90),
                next: Some(time("2027-01-15T08:00:00Z")),
                on_demand_started: Some(time("2023-11-14T22:13:20Z")),
            }
        );
        let bare = convert(&GetKeyRotationStatusOutput::builder().build(), None);
        assert_eq!((bare.enabled, bare.period_days), (None, None));
        assert_eq!((bare.next, bare.on_demand_started), (None, None));
    }

    #[test]
    fn past_rotations_are_asked_unless_the_first_is_to_come() {
        let past = |status: Rotation| past_without_asking(&with(|_| {}), &Observed::Known(status));
        let young = yearly("2027-01-01T12:00:00Z");
        assert_eq!(past(young.clone()), Some(Observed::NotCollected));
        assert_eq!(
            past(yearly("2027-01-02T00:00:00Z")),
            Some(Observed::NotCollected)
        );
        // The setting came later, or the first rotation is over.
        assert_eq!(past(yearly("2027-06-01T12:00:00Z")), None);
        assert_eq!(past(yearly("2028-01-01T12:00:00Z")), None);
        let on_demand = Rotation {
            on_demand_started: Some(time("2026-05-01T00:00:00Z")),
            ..young.clone()
        };
        assert_eq!(past(on_demand), None);
        let off = Rotation {
            enabled: Some(false),
            ..young.clone()
        };
        assert_eq!(past(off), None);
        let silent = Rotation {
            period_days: None,
            ..young
        };
        assert_eq!(past(silent), None);
    }

    #[test]
    fn past_rotations_of_imported_material_are_asked_and_those_of_other_kinds_are_absent() {
        let past = |metadata| past_without_asking(&metadata, &Observed::Absent);
        let imported = with(|metadata| metadata.origin = Some("EXTERNAL".to_owned()));
        assert_eq!(past(imported), None);
        let outside = with(|metadata| metadata.origin = Some("AWS_CLOUDHSM".to_owned()));
        assert_eq!(past(outside), Some(Observed::Absent));
        let signing = with(|metadata| metadata.spec = Some("ECC_NIST_P256".to_owned()));
        assert_eq!(past(signing), Some(Observed::Absent));
        let dying = with(|metadata| metadata.state = Some("PendingDeletion".to_owned()));
        assert_eq!(past(dying), Some(Observed::NotCollected));
        let unknown = past(failed(DESCRIBE, "cut"));
        assert_eq!(unknown, Some(failed(DESCRIBE, "cut")));
    }

    #[test]
    fn a_past_rotation_is_converted_whole() {
        let item = RotationsListEntry::builder()
            .rotation_date(DateTime::from_secs(1_700_000_000))
            .rotation_type(RotationType::OnDemand)
            .key_material_id("c0ffee")
            .build();
        let wanted = PastRotation {
            date: Some(time("2023-11-14T22:13:20Z")),
            kind: Some("ON_DEMAND".to_owned()),
            key_material_id: Some("c0ffee".to_owned()),
        };
        assert_eq!(convert_past(&item), wanted);
        let bare = convert_past(&RotationsListEntry::builder().build());
        assert_eq!(
            (bare.date, bare.kind, bare.key_material_id),
            (None, None, None)
        );
    }
}
