//! Event source mappings, of the whole region at once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    EventSourceMappingConfiguration, KafkaSchemaRegistryConfig, ProvisionedPollerConfig,
};
use tripod_model::lambda::{EventSourceMapping, KafkaSource, ProvisionedPollers, StreamSettings};
use tripod_model::{Arn, Observed, Sources};

use super::{MAPPINGS, arn, filled, sorted, source, split_qualifier, text, texts};
use crate::reply::{Page, pages};

pub(super) async fn list(client: &Client) -> Observed<Vec<EventSourceMapping>> {
    pages(
        MAPPINGS,
        |token| client.list_event_source_mappings().set_marker(token).send(),
        |output, exchange| {
            let list = output.event_source_mappings.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/EventSourceMappings/{index}");
                convert(item, source(MAPPINGS, exchange, pointer))
            })
        },
    )
    .await
    .map(|mut mappings| {
        mappings.sort_by(|a, b| a.uuid.cmp(&b.uuid));
        mappings
    })
}

/// Functions of which a mapping names a version or an alias.
pub(super) fn aliased_functions(mappings: &Observed<Vec<EventSourceMapping>>) -> BTreeSet<Arn> {
    let targets = mappings.items().iter();
    targets
        .filter_map(|mapping| mapping.function_arn.as_ref())
        .filter_map(|arn| match split_qualifier(arn.as_str()) {
            (function, Some(_)) => Some(Arn::new(function)),
            (_, None) => None,
        })
        .collect()
}

/// One without its UUID cannot be spoken of.
fn convert(item: &EventSourceMappingConfiguration, sources: Sources) -> Option<EventSourceMapping> {
    let filters = item.filter_criteria().map(|criteria| criteria.filters());
    let log = item.logging_config();
    Some(EventSourceMapping {
        uuid: filled(item.uuid())?,
        arn: arn(item.event_source_mapping_arn()),
        function_arn: arn(item.function_arn()),
        event_source_arn: arn(item.event_source_arn()),
        self_managed_endpoints: endpoints(item),
        topics: sorted(item.topics()),
        queues: sorted(item.queues()),
        kafka: kafka(item),
        source_access_types: access_types(item),
        state: filled(item.state()),
        state_transition_reason: filled(item.state_transition_reason()),
        last_processing_result: filled(item.last_processing_result()),
        batch_size: item.batch_size().map(i64::from),
        batching_window_seconds: item.maximum_batching_window_in_seconds().map(i64::from),
        on_failure: arn(item
            .destination_config()
            .and_then(|destinations| destinations.on_failure())
            .and_then(|failure| failure.destination())),
        function_response_types: texts(item.function_response_types()),
        filter_count: filters.and_then(|filters| i64::try_from(filters.len()).ok()),
        filter_error_code: filled(item.filter_criteria_error().and_then(|it| it.error_code())),
        kms_key_arn: arn(item.kms_key_arn()),
        maximum_concurrency: item
            .scaling_config()
            .and_then(|scaling| scaling.maximum_concurrency())
            .map(i64::from),
        provisioned_pollers: item.provisioned_poller_config().map(pollers),
        metrics: item
            .metrics_config()
            .map_or_else(Vec::new, |config| texts(config.metrics())),
        system_log_level: text(log.and_then(|log| log.system_log_level())),
        stream: StreamSettings {
            starting_position: text(item.starting_position()),
            maximum_retry_attempts: item.maximum_retry_attempts().map(i64::from),
            maximum_record_age_seconds: item.maximum_record_age_in_seconds().map(i64::from),
            bisect_batch_on_error: item.bisect_batch_on_function_error(),
            parallelization_factor: item.parallelization_factor().map(i64::from),
            tumbling_window_seconds: item.tumbling_window_in_seconds().map(i64::from),
        },
        sources,
    })
}

fn endpoints(item: &EventSourceMappingConfiguration) -> BTreeMap<String, Vec<String>> {
    item.self_managed_event_source()
        .and_then(|source| source.endpoints())
        .into_iter()
        .flatten()
        .map(|(kind, addresses)| (kind.as_str().to_owned(), sorted(addresses)))
        .collect()
}

/// The kinds alone: what stands beside them names secrets and networks.
fn access_types(item: &EventSourceMappingConfiguration) -> Vec<String> {
    let access = item.source_access_configurations().iter();
    let mut types: Vec<String> = access.filter_map(|it| text(it.r#type())).collect();
    types.sort();
    types
}

fn kafka(item: &EventSourceMappingConfiguration) -> Option<KafkaSource> {
    let managed = item
        .amazon_managed_kafka_event_source_config()
        .map(|it| (it.consumer_group_id(), it.schema_registry_config()));
    let own = item
        .self_managed_kafka_event_source_config()
        .map(|it| (it.consumer_group_id(), it.schema_registry_config()));
    let (group, registry) = managed.or(own)?;
    Some(KafkaSource {
        consumer_group_id: filled(group),
        schema_registry_uri: filled(registry.and_then(|it| it.schema_registry_uri())),
        schema_registry_access_types: registry.map_or_else(Vec::new, registry_access_types),
    })
}

fn registry_access_types(registry: &KafkaSchemaRegistryConfig) -> Vec<String> {
    let access = registry.access_configs().iter();
    let mut types: Vec<String> = access.filter_map(|it| text(it.r#type())).collect();
    types.sort();
    types
}

fn pollers(item: &ProvisionedPollerConfig) -> ProvisionedPollers {
    ProvisionedPollers {
        minimum: item.minimum_pollers().map(i64::from),
        maximum: item.maximum_pollers().map(i64::from),
        group: filled(item.poller_group_name()),
    }
}
