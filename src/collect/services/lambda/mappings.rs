//! Event source mappings, of the whole region at once.

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    EventSourceMappingConfiguration, KafkaSchemaRegistryConfig, ProvisionedPollerConfig,
};
use tripod_model::lambda::{EventSourceMapping, KafkaSource, ProvisionedPollers, StreamSettings};
use tripod_model::{Observed, Sources};

use super::{MAPPINGS, arn, filled, sorted, source, text, texts};
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

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;

    use tripod_model::Arn;

    use super::*;

    fn bare() -> EventSourceMapping {
        let item = EventSourceMappingConfiguration::builder()
            .uuid("u1")
            .build();
        convert(&item, Sources::default()).expect("named")
    }

    #[test]
    fn a_bare_mapping_says_nothing_that_aws_did_not_say() {
        let expected = EventSourceMapping {
            uuid: "u1".to_owned(),
            arn: None,
            function_arn: None,
            event_source_arn: None,
            self_managed_endpoints: BTreeMap::new(),
            topics: vec![],
            queues: vec![],
            kafka: None,
            source_access_types: vec![],
            state: None,
            state_transition_reason: None,
            last_processing_result: None,
            batch_size: None,
            batching_window_seconds: None,
            on_failure: None,
            function_response_types: vec![],
            filter_count: None,
            filter_error_code: None,
            kms_key_arn: None,
            maximum_concurrency: None,
            provisioned_pollers: None,
            metrics: vec![],
            system_log_level: None,
            stream: StreamSettings::default(),
            sources: Sources::default(),
        };
        assert_eq!(bare(), expected);
        let nameless = EventSourceMappingConfiguration::builder().build();
        assert_eq!(convert(&nameless, Sources::default()), None);
    }

    #[test]
    fn a_stream_s_mapping_is_converted_whole() {
        let dead = sdk::OnFailure::builder().destination("arn:dead").build();
        let item = EventSourceMappingConfiguration::builder()
            .uuid("u1")
            .event_source_mapping_arn("arn:mapping")
            .function_arn("arn:claims")
            .event_source_arn("arn:stream")
            .state("Enabled")
            .state_transition_reason("user action")
            .last_processing_result("OK")
            .batch_size(10)
            .maximum_batching_window_in_seconds(0)
            .destination_config(sdk::DestinationConfig::builder().on_failure(dead).build())
            .function_response_types(sdk::FunctionResponseType::ReportBatchItemFailures)
            .starting_position(sdk::EventSourcePosition::Latest)
            .maximum_retry_attempts(-1)
            .maximum_record_age_in_seconds(3600)
            .bisect_batch_on_function_error(false)
            .parallelization_factor(2)
            .tumbling_window_in_seconds(0)
            .build();
        let said = |text: &str| Some(text.to_owned());
        let expected = EventSourceMapping {
            arn: Some(Arn::new("arn:mapping")),
            function_arn: Some(Arn::new("arn:claims")),
            event_source_arn: Some(Arn::new("arn:stream")),
            state: said("Enabled"),
            state_transition_reason: said("user action"),
            last_processing_result: said("OK"),
            batch_size: Some(10),
            batching_window_seconds: Some(0),
            on_failure: Some(Arn::new("arn:dead")),
            function_response_types: vec!["ReportBatchItemFailures".to_owned()],
            stream: StreamSettings {
                starting_position: said("LATEST"),
                maximum_retry_attempts: Some(-1),
                maximum_record_age_seconds: Some(3600),
                bisect_batch_on_error: Some(false),
                parallelization_factor: Some(2),
                tumbling_window_seconds: Some(0),
            },
            ..bare()
        };
        assert_eq!(convert(&item, Sources::default()), Some(expected));
    }

    #[test]
    fn a_queue_s_mapping_keeps_how_many_filters_it_has_and_what_hides_them() {
        let filter = sdk::Filter::builder().pattern("{}").build();
        let item = EventSourceMappingConfiguration::builder()
            .uuid("u1")
            .filter_criteria(sdk::FilterCriteria::builder().filters(filter).build())
            .filter_criteria_error(
                sdk::FilterCriteriaError::builder()
                    .error_code("AccessDenied")
                    .build(),
            )
            .kms_key_arn("arn:key")
            .scaling_config(sdk::ScalingConfig::builder().maximum_concurrency(5).build())
            .provisioned_poller_config(
                ProvisionedPollerConfig::builder()
                    .minimum_pollers(1)
                    .maximum_pollers(4)
                    .poller_group_name("members")
                    .build(),
            )
            .metrics_config(
                sdk::EventSourceMappingMetricsConfig::builder()
                    .metrics(sdk::EventSourceMappingMetric::EventCount)
                    .build(),
            )
            .logging_config(
                sdk::EventSourceMappingLoggingConfig::builder()
                    .system_log_level(sdk::EventSourceMappingSystemLogLevel::Warn)
                    .build(),
            )
            .build();
        let expected = EventSourceMapping {
            filter_count: Some(1),
            filter_error_code: Some("AccessDenied".to_owned()),
            kms_key_arn: Some(Arn::new("arn:key")),
            maximum_concurrency: Some(5),
            provisioned_pollers: Some(ProvisionedPollers {
                minimum: Some(1),
                maximum: Some(4),
                group: Some("members".to_owned()),
            }),
            metrics: vec!["EventCount".to_owned()],
            system_log_level: Some("WARN".to_owned()),
            ..bare()
        };
        assert_eq!(convert(&item, Sources::default()), Some(expected));
        let none = sdk::FilterCriteria::builder().build();
        let item = EventSourceMappingConfiguration::builder().uuid("u1");
        let empty = convert(&item.filter_criteria(none).build(), Sources::default());
        assert_eq!(empty.and_then(|it| it.filter_count), Some(0));
    }

    #[test]
    fn a_broker_s_mapping_keeps_kinds_of_access_and_no_secret_s_name() {
        let access = |kind, uri: &str| {
            sdk::SourceAccessConfiguration::builder()
                .r#type(kind)
                .uri(uri)
                .build()
        };
        let registry = KafkaSchemaRegistryConfig::builder()
            .schema_registry_uri("https://registry")
            .access_configs(
                sdk::KafkaSchemaRegistryAccessConfig::builder()
                    .r#type(sdk::KafkaSchemaRegistryAuthType::BasicAuth)
                    .uri("arn:secret")
                    .build(),
            );
        let item = EventSourceMappingConfiguration::builder()
            .uuid("u1")
            .topics("b")
            .topics("a")
            .queues("q")
            .source_access_configurations(access(sdk::SourceAccessType::VpcSubnet, "subnet-1"))
            .source_access_configurations(access(sdk::SourceAccessType::BasicAuth, "arn:secret"))
            .self_managed_event_source(
                sdk::SelfManagedEventSource::builder()
                    .endpoints(
                        sdk::EndPointType::KafkaBootstrapServers,
                        vec!["b:9096".to_owned(), "a:9096".to_owned()],
                    )
                    .build(),
            )
            .self_managed_kafka_event_source_config(
                sdk::SelfManagedKafkaEventSourceConfig::builder()
                    .consumer_group_id("members")
                    .schema_registry_config(registry.build())
                    .build(),
            )
            .build();
        let converted = convert(&item, Sources::default()).expect("named");
        assert!(!format!("{converted:?}").contains("arn:secret"));
        let expected = EventSourceMapping {
            topics: vec!["a".to_owned(), "b".to_owned()],
            queues: vec!["q".to_owned()],
            source_access_types: vec!["BASIC_AUTH".to_owned(), "VPC_SUBNET".to_owned()],
            self_managed_endpoints: BTreeMap::from([(
                "KAFKA_BOOTSTRAP_SERVERS".to_owned(),
                vec!["a:9096".to_owned(), "b:9096".to_owned()],
            )]),
            kafka: Some(KafkaSource {
                consumer_group_id: Some("members".to_owned()),
                schema_registry_uri: Some("https://registry".to_owned()),
                schema_registry_access_types: vec!["BASIC_AUTH".to_owned()],
            }),
            ..bare()
        };
        assert_eq!(converted, expected);
    }
}
