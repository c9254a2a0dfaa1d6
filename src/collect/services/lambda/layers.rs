//! Layers that the account publishes, with the policy of each version.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{LayerVersionsListItem, LayersListItem};
use tripod_model::lambda::{Layer, LayerVersion};
use tripod_model::{Arn, Observed, Sources};

use super::{
    LAYER_POLICY, LAYER_VERSIONS, LAYERS, NOT_FOUND, document, filled, note, source, texts,
};
use crate::context::in_parallel;
use crate::reply::{Page, ask, pages};

/// Versions count from here, and a number is never used again.
const FIRST_VERSION: i64 = 1;

pub(super) async fn layers(client: &Client) -> Observed<Vec<Layer>> {
    let listed = pages(
        LAYERS,
        |token| client.list_layers().set_marker(token).send(),
        |output, exchange| {
            let list = output.layers.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                convert(item, |below| {
                    source(LAYERS, exchange, format!("/Layers/{index}{below}"))
                })
            })
        },
    )
    .await;
    let Observed::Known(layers) = listed else {
        return listed;
    };
    let mut layers = in_parallel(layers, |layer| describe(client, layer)).await;
    layers.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(layers)
}

async fn describe(client: &Client, mut layer: Layer) -> Layer {
    if matches!(layer.versions, Observed::NotCollected) {
        layer.versions = versions(client, &layer.name).await;
    }
    let Observed::Known(versions) = layer.versions else {
        return layer;
    };
    let name = &layer.name;
    let described = in_parallel(versions, |mut version| async move {
        let call = client.get_layer_version_policy().layer_name(name);
        let reply = ask(
            LAYER_POLICY,
            NOT_FOUND,
            call.version_number(version.version).send(),
        )
        .await;
        let exchange = reply.exchange.clone();
        note(&mut version.sources, LAYER_POLICY, exchange.as_ref(), "");
        version.policy = document(LAYER_POLICY, reply, |output| output.policy());
        version
    });
    layer.versions = Observed::Known(described.await);
    layer
}

async fn versions(client: &Client, name: &str) -> Observed<Vec<LayerVersion>> {
    pages(
        LAYER_VERSIONS,
        |token| {
            let call = client.list_layer_versions().layer_name(name);
            call.set_marker(token).send()
        },
        |output, exchange| {
            let list = output.layer_versions.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/LayerVersions/{index}");
                convert_version(item, source(LAYER_VERSIONS, exchange, pointer))
            })
        },
    )
    .await
    .map(|mut versions| {
        versions.sort_by_key(|version| std::cmp::Reverse(version.version));
        versions
    })
}

/// A layer with its versions, where the newest is the only one there can be. `sources` are of a place
/// below the layer.
fn convert(item: &LayersListItem, sources: impl Fn(&str) -> Sources) -> Option<Layer> {
    let only = item
        .latest_matching_version()
        .filter(|newest| newest.version() == FIRST_VERSION)
        .and_then(|newest| convert_version(newest, sources("/LatestMatchingVersion")));
    Some(Layer {
        arn: Arn::new(item.layer_arn()?),
        name: filled(item.layer_name())?,
        versions: only.map_or(Observed::NotCollected, |only| Observed::Known(vec![only])),
        sources: sources(""),
    })
}

fn convert_version(item: &LayerVersionsListItem, sources: Sources) -> Option<LayerVersion> {
    Some(LayerVersion {
        arn: Arn::new(item.layer_version_arn()?),
        // The SDK gives 0 where AWS says nothing, and a policy cannot be asked of no version.
        version: super::said(item.version())?,
        description: filled(item.description()),
        created: filled(item.created_date()),
        compatible_runtimes: texts(item.compatible_runtimes()),
        compatible_architectures: texts(item.compatible_architectures()),
        license: filled(item.license_info()),
        policy: Observed::NotCollected,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;

    use super::*;

    fn version(number: i64) -> LayerVersionsListItem {
        LayerVersionsListItem::builder()
            .layer_version_arn(format!("arn:layer:{number}"))
            .version(number)
            .build()
    }

    fn layer(newest: Option<LayerVersionsListItem>) -> Option<Layer> {
        let item = LayersListItem::builder()
            .layer_arn("arn:layer")
            .layer_name("common")
            .set_latest_matching_version(newest)
            .build();
        convert(&item, |_| Sources::default())
    }

    #[test]
    fn a_layer_whose_newest_version_is_the_first_has_no_other() {
        let only = layer(Some(version(1))).expect("named").versions;
        assert_eq!(only.items().len(), 1);
        assert_eq!(only.items()[0].arn.as_str(), "arn:layer:1");
        for unclear in [Some(version(2)), None] {
            let versions = layer(unclear).expect("named").versions;
            assert_eq!(versions, Observed::NotCollected, "to be asked for");
        }
        let bare = LayerVersionsListItem::builder().build();
        let versions = layer(Some(bare)).expect("named").versions;
        assert_eq!(versions, Observed::NotCollected);
    }

    #[test]
    fn a_layer_without_a_name_or_an_arn_cannot_be_spoken_of() {
        let nameless = LayersListItem::builder().layer_arn("arn:layer").build();
        assert_eq!(convert(&nameless, |_| Sources::default()), None);
        let placeless = LayersListItem::builder().layer_name("common").build();
        assert_eq!(convert(&placeless, |_| Sources::default()), None);
    }

    #[test]
    fn a_version_is_converted_whole_and_needs_its_arn_and_number() {
        let item = LayerVersionsListItem::builder()
            .layer_version_arn("arn:layer:3")
            .version(3)
            .description("common code")
            .created_date("2026-03-02")
            .compatible_runtimes(sdk::Runtime::Python313)
            .compatible_runtimes(sdk::Runtime::Python312)
            .compatible_architectures(sdk::Architecture::X8664)
            .compatible_architectures(sdk::Architecture::Arm64)
            .license_info("Apache-2.0")
            .build();
        let texts = |all: [&str; 2]| all.map(str::to_owned).to_vec();
        let mut expected = LayerVersion {
            arn: Arn::new("arn:layer:3"),
            version: 3,
            description: Some("common code".to_owned()),
            created: Some("2026-03-02".to_owned()),
            compatible_runtimes: texts(["python3.12", "python3.13"]),
            compatible_architectures: texts(["arm64", "x86_64"]),
            license: Some("Apache-2.0".to_owned()),
            policy: Observed::NotCollected,
            sources: Sources::default(),
        };
        let converted = convert_version(&item, Sources::default());
        assert_eq!(converted, Some(expected.clone()));
        expected = LayerVersion {
            description: None,
            created: None,
            compatible_runtimes: vec![],
            compatible_architectures: vec![],
            license: None,
            ..expected
        };
        let bare = convert_version(&version(3), Sources::default());
        assert_eq!(bare, Some(expected));
        let numberless = LayerVersionsListItem::builder().layer_version_arn("arn:layer:3");
        assert_eq!(
            convert_version(&numberless.build(), Sources::default()),
            None
        );
        let placeless = LayerVersionsListItem::builder().version(3).build();
        assert_eq!(convert_version(&placeless, Sources::default()), None);
    }
}
