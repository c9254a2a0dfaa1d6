//! Custom key stores: where the material of some keys lies outside KMS.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{CustomKeyStoresListEntry, XksProxyConfigurationType};
use tripod_model::kms::{KeyStore, XksProxy};
use tripod_model::{Observed, Sources};

use super::super::{filled, source, text, timestamp};
use crate::reply::{Page, pages};

pub(super) const LIST: &str = "kms:DescribeCustomKeyStores";

/// All custom key stores of the region, by id.
pub(super) async fn read(client: &Client) -> Observed<Vec<KeyStore>> {
    let stores = pages(
        LIST,
        |token| client.describe_custom_key_stores().set_marker(token).send(),
        |output, exchange| {
            let list = output.custom_key_stores.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/CustomKeyStores/{index}");
                convert(item, source(LIST, exchange, pointer))
            })
        },
    );
    stores.await.map(|mut stores| {
        stores.sort_by(|a, b| a.id.cmp(&b.id));
        stores
    })
}

fn convert(item: &CustomKeyStoresListEntry, sources: Sources) -> Option<KeyStore> {
    Some(KeyStore {
        id: filled(item.custom_key_store_id())?,
        name: filled(item.custom_key_store_name()),
        kind: text(item.custom_key_store_type()),
        state: text(item.connection_state()),
        connection_error: text(item.connection_error_code()),
        created: timestamp(item.creation_date()),
        cloudhsm_cluster_id: filled(item.cloud_hsm_cluster_id()),
        proxy: item.xks_proxy_configuration().map(convert_proxy),
        sources,
    })
}

fn convert_proxy(item: &XksProxyConfigurationType) -> XksProxy {
    XksProxy {
        connectivity: text(item.connectivity()),
        endpoint: filled(item.uri_endpoint()),
        path: filled(item.uri_path()),
        vpc_endpoint_service: filled(item.vpc_endpoint_service_name()),
        vpc_endpoint_service_owner: filled(item.vpc_endpoint_service_owner()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{
        ConnectionErrorCodeType, ConnectionStateType, CustomKeyStoreType, XksProxyConnectivityType,
    };
    use aws_smithy_types::DateTime;

    use super::*;

    fn owned(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn a_store_is_converted_whole_and_without_its_credentials() {
        let proxy = XksProxyConfigurationType::builder()
            .connectivity(XksProxyConnectivityType::VpcEndpointService)
            .access_key_id("ABCDE12345670EXAMPLE")
            .uri_endpoint("https://proxy.example.com")
            .uri_path("/prefix/kms/xks/v1")
            .vpc_endpoint_service_name("com.amazonaws.vpce.eu-central-1.vpce-svc-1")
            .vpc_endpoint_service_owner("111122223333")
            .build();
        let item = CustomKeyStoresListEntry::builder()
            .custom_key_store_id("cks-1")
            .custom_key_store_name("vault")
            .custom_key_store_type(CustomKeyStoreType::ExternalKeyStore)
            .connection_state(ConnectionStateType::Failed)
            .connection_error_code(ConnectionErrorCodeType::XksProxyTimedOut)
            .creation_date(DateTime::from_secs(1_700_000_000))
            .cloud_hsm_cluster_id("cluster-1")
            .trust_anchor_certificate("-----BEGIN CERTIFICATE-----")
            .xks_proxy_configuration(proxy)
            .build();
        let store = convert(&item, Sources::default()).expect("the store has an id");
        let json = serde_json::to_string(&store).expect("a store serialises");
        assert!(!json.contains("EXAMPLE"), "{json}");
        let wanted = KeyStore {
            id: "cks-1".to_owned(),
            name: Some(owned("vault")),
            kind: Some(owned("EXTERNAL_KEY_STORE")),
            state: Some(owned("FAILED")),
            connection_error: Some(owned("XKS_PROXY_TIMED_OUT")),
            created: Some("2023-11-14T22:13:20Z".parse().expect("a time")),
            cloudhsm_cluster_id: Some(owned("cluster-1")),
            proxy: Some(XksProxy {
                connectivity: Some(owned("VPC_ENDPOINT_SERVICE")),
                endpoint: Some(owned("https://proxy.example.com")),
                path: Some(owned("/prefix/kms/xks/v1")),
                vpc_endpoint_service: Some(owned("com.amazonaws.vpce.eu-central-1.vpce-svc-1")),
                vpc_endpoint_service_owner: Some(owned("111122223333")),
            }),
            sources: Sources::default(),
        };
        assert_eq!(store, wanted);
    }

    #[test]
    fn a_store_with_its_id_only_says_nothing_more_and_one_without_is_none() {
        let item = CustomKeyStoresListEntry::builder().custom_key_store_id("cks-1");
        let bare = convert(&item.build(), Sources::default()).expect("the store has an id");
        assert_eq!((bare.name, bare.kind, bare.state), (None, None, None));
        assert_eq!((bare.connection_error, bare.created), (None, None));
        assert_eq!((bare.cloudhsm_cluster_id, bare.proxy), (None, None));
        let nameless = CustomKeyStoresListEntry::builder().build();
        assert_eq!(convert(&nameless, Sources::default()), None);
    }
}
