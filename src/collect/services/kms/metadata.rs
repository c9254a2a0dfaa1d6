//! What a key is.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeyMetadata as SdkMetadata, MultiRegionConfiguration, MultiRegionKey};
use tripod_model::kms::{KeyMetadata, MultiRegionSet, RegionalKey};
use tripod_model::{Observed, RegionName};

use super::super::{arn, filled, text, timestamp};
use crate::reply::{Reply, ask, failed};

pub(super) const DESCRIBE: &str = "kms:DescribeKey";

/// Nothing here means "there is none": a key always has metadata, and one that is not found although
/// listed was deleted under the scan, or is hidden.
pub(super) async fn read(client: &Client, id: &str) -> Reply<KeyMetadata> {
    let reply = ask(DESCRIBE, &[], client.describe_key().key_id(id).send()).await;
    let value = match reply.value {
        Observed::Known(output) => output.key_metadata().map_or_else(
            || failed(DESCRIBE, "the answer holds no metadata"),
            |item| Observed::Known(convert(item)),
        ),
        unknown => unknown.unknown_as(),
    };
    Reply {
        value,
        exchange: reply.exchange,
    }
}

fn convert(item: &SdkMetadata) -> KeyMetadata {
    KeyMetadata {
        manager: text(item.key_manager()),
        state: text(item.key_state()),
        spec: text(item.key_spec()),
        usage: text(item.key_usage()),
        origin: text(item.origin()),
        created: timestamp(item.creation_date()),
        deletion_date: timestamp(item.deletion_date()),
        pending_deletion_window_days: item.pending_deletion_window_in_days(),
        valid_to: timestamp(item.valid_to()),
        expiration_model: text(item.expiration_model()),
        current_key_material_id: filled(item.current_key_material_id()),
        custom_key_store_id: filled(item.custom_key_store_id()),
        cloudhsm_cluster_id: filled(item.cloud_hsm_cluster_id()),
        multi_region: item.multi_region(),
        multi_region_set: item.multi_region_configuration().map(convert_set),
        description: filled(item.description()),
    }
}

fn convert_set(item: &MultiRegionConfiguration) -> MultiRegionSet {
    MultiRegionSet {
        role: text(item.multi_region_key_type()),
        primary: item.primary_key().map(regional),
        replicas: item.replica_keys.as_ref().map(|keys| {
            let mut keys: Vec<RegionalKey> = keys.iter().map(regional).collect();
            keys.sort();
            keys
        }),
    }
}

fn regional(item: &MultiRegionKey) -> RegionalKey {
    RegionalKey {
        arn: arn(item.arn()),
        region: item.region().map(RegionName::new),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{
        ExpirationModelType, KeyManagerType, KeySpec, KeyState, KeyUsageType, MultiRegionKeyType,
        OriginType,
    };
    use aws_smithy_types::DateTime;
    use jiff::Timestamp;
    use tripod_model::Arn;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn regional_key(region: &str) -> MultiRegionKey {
        MultiRegionKey::builder()
            .arn(format!("arn:aws:kms:{region}:111122223333:key/mrk-1"))
            .region(region)
            .build()
    }

    #[test]
    fn metadata_is_converted_whole() {
        let item = SdkMetadata::builder()
            .key_id("k")
            .key_manager(KeyManagerType::Customer)
            .key_state(KeyState::PendingReplicaDeletion)
            .key_spec(KeySpec::SymmetricDefault)
            .key_usage(KeyUsageType::EncryptDecrypt)
            .origin(OriginType::External)
            .creation_date(DateTime::from_secs(1_600_000_000))
            .deletion_date(DateTime::from_secs(1_700_000_000))
            .pending_deletion_window_in_days(30)
            .valid_to(DateTime::from_secs(1_800_000_000))
            .expiration_model(ExpirationModelType::KeyMaterialExpires)
            .current_key_material_id("c0ffee")
            .custom_key_store_id("cks-1")
            .cloud_hsm_cluster_id("cluster-1")
            .multi_region(true)
            .description("payroll")
            .build()
            .expect("a key id is all that is required");
        let owned = |text: &str| Some(text.to_owned());
        assert_eq!(
            convert(&item),
            KeyMetadata {
                manager: owned("CUSTOMER"),
                state: owned("PendingReplicaDeletion"),
                spec: owned("SYMMETRIC_DEFAULT"),
                usage: owned("ENCRYPT_DECRYPT"),
                origin: owned("EXTERNAL"),
                created: Some(time("2020-09-13T12:26:40Z")),
                deletion_date: Some(time("2023-11-14T22:13:20Z")),
                pending_deletion_window_days: Some(30),
                valid_to: Some(time("2027-01-15T08:00:00Z")),
                expiration_model: owned("KEY_MATERIAL_EXPIRES"),
                current_key_material_id: owned("c0ffee"),
                custom_key_store_id: owned("cks-1"),
                cloudhsm_cluster_id: owned("cluster-1"),
                multi_region: Some(true),
                multi_region_set: None,
                description: owned("payroll"),
            }
        );
    }

    #[test]
    fn metadata_without_its_optional_members_says_nothing() {
        let item = SdkMetadata::builder().key_id("k").build();
        let item = item.expect("a key id is all that is required");
        assert_eq!(convert(&item), KeyMetadata::default());
    }

    #[test]
    fn a_multi_region_set_names_its_primary_and_its_replicas_in_order() {
        let item = MultiRegionConfiguration::builder()
            .multi_region_key_type(MultiRegionKeyType::Replica)
            .primary_key(regional_key("eu-central-1"))
            .replica_keys(regional_key("us-east-1"))
            .replica_keys(regional_key("eu-west-1"))
            .build();
        let wanted = |region: &str| RegionalKey {
            arn: Some(Arn::new(format!(
                "arn:aws:kms:{region}:111122223333:key/mrk-1"
            ))),
            region: Some(RegionName::new(region)),
        };
        assert_eq!(
            convert_set(&item),
            MultiRegionSet {
                role: Some("REPLICA".to_owned()),
                primary: Some(wanted("eu-central-1")),
                replicas: Some(vec![wanted("eu-west-1"), wanted("us-east-1")]),
            }
        );
        let bare = convert_set(&MultiRegionConfiguration::builder().build());
        assert_eq!((bare.role, bare.primary, bare.replicas), (None, None, None));
    }
}
