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
