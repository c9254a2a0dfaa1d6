//! Reads CloudTrail.
//!
//! Calls: 1 DescribeTrails, which has no pages, and ⌈stores/page⌉ ListEventDataStores. For the T trails
//! that stand in this region T each of GetTrailStatus, GetEventSelectors and GetEventConfiguration, 1
//! GetInsightSelectors for each of which the list says that it has Insights, and ⌈T/20⌉ ListTags. For the
//! E event data stores E each of GetEventDataStore, GetResourcePolicy and GetInsightSelectors. Each
//! operation has a quota of 10 a second; a region holds five trails and ten stores.

mod insights;
mod lake;
mod selectors;
mod status;
mod tags;

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_configuration::GetEventConfigurationOutput;
use aws_sdk_cloudtrail::types::Trail as SdkTrail;
use tripod_model::cloudtrail::{Aggregation, CloudTrail, Insights, Trail};
use tripod_model::{Observed, RegionName, Sources};

use super::{arn, filled, note, source};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Reply, ask, failed};

const LIST: &str = "cloudtrail:DescribeTrails";
const CONFIGURATION: &str = "cloudtrail:GetEventConfiguration";

pub(crate) static COLLECTOR: Collector = Collector {
    service: "cloudtrail",
    place: Place::Regional,
    operations: &[
        LIST,
        status::STATUS,
        selectors::SELECTORS,
        insights::INSIGHTS,
        CONFIGURATION,
        tags::TAGS,
        lake::LIST,
        lake::STORE,
        lake::POLICY,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.cloudtrail();
    let (trails, event_data_stores) =
        futures::join!(trails(&client, &context), lake::read(&client));
    Part::CloudTrail(CloudTrail {
        trails,
        event_data_stores,
    })
}

async fn trails(client: &Client, context: &Context) -> Observed<Vec<Trail>> {
    let mut trails = match list(client).await {
        Observed::Known(trails) => trails,
        unknown => return unknown,
    };
    trails.retain(|trail| {
        stands_here(
            trail.home_region.as_ref(),
            &context.region,
            &context.planned,
        )
    });
    let mut trails = in_parallel(trails, |trail| describe(client, trail)).await;
    trails.sort_by(|a, b| a.arn.cmp(&b.arn));
    tags::read(client, context, &mut trails).await;
    Observed::Known(trails)
}

/// Every trail that is seen from the region, those at home elsewhere ("shadow trails") as well.
async fn list(client: &Client) -> Observed<Vec<Trail>> {
    let call = client.describe_trails().include_shadow_trails(true).send();
    let reply = ask(LIST, &[], call).await;
    let output = match reply.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    let Some(list) = output.trail_list.as_deref() else {
        return failed(LIST, "the answer holds no list");
    };
    let trails: Option<Vec<Trail>> = list
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let pointer = format!("/trailList/{index}");
            convert(item, source(LIST, reply.exchange.as_ref(), pointer))
        })
        .collect();
    match trails {
        Some(trails) => Observed::Known(trails),
        None => failed(LIST, "the list holds a trail without its ARN"),
    }
}

/// Whether a trail is part of `region`, so that it stands in one region only: at home, or, where its
/// home is not scanned or not known, in the first region scanned.
pub(crate) fn stands_here(
    home: Option<&RegionName>,
    region: &RegionName,
    planned: &[RegionName],
) -> bool {
    match home {
        Some(home) if planned.contains(home) => home == region,
        _ => planned.first() == Some(region),
    }
}

/// Asks by ARN, which finds trails of other regions and of the organisation too. Nothing but Insights
/// can be missing: every trail has a status and selectors, and a listed one that is not found is a
/// failure.
async fn describe(client: &Client, mut trail: Trail) -> Trail {
    let arn = trail.arn.as_str();
    let (status, selectors, insights, aggregations) = futures::join!(
        status::read(client, arn),
        selectors::read(client, arn),
        insights_of(client, &trail),
        aggregations(client, arn),
    );
    let answers = [
        (status::STATUS, &status.exchange),
        (selectors::SELECTORS, &selectors.exchange),
        (insights::INSIGHTS, &insights.exchange),
        (CONFIGURATION, &aggregations.exchange),
    ];
    for (operation, exchange) in answers {
        note(&mut trail.sources, operation, exchange.as_ref(), "");
    }
    trail.status = status.value;
    trail.selectors = selectors.value;
    trail.insights = insights.value;
    trail.aggregations = aggregations.value;
    trail
}

/// The list says of most trails that there is nothing to ask.
async fn insights_of(client: &Client, trail: &Trail) -> Reply<Insights> {
    if trail.has_insight_selectors == Some(false) {
        return Reply {
            value: Observed::Absent,
            exchange: None,
        };
    }
    let call = client
        .get_insight_selectors()
        .trail_name(trail.arn.as_str());
    insights::read(call).await
}

async fn aggregations(client: &Client, arn: &str) -> Reply<Vec<Aggregation>> {
    let call = client.get_event_configuration().trail_name(arn).send();
    let reply = ask(CONFIGURATION, &[], call).await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert_aggregations(&output),
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

/// A trail as the list shows it; one without an ARN cannot be asked about.
fn convert(item: &SdkTrail, sources: Sources) -> Option<Trail> {
    let arn_of_trail = arn(item.trail_arn())?;
    let name = item
        .name()
        .or_else(|| arn_of_trail.resource()?.strip_prefix("trail/"))
        .unwrap_or(arn_of_trail.as_str())
        .to_owned();
    let home_region = item
        .home_region()
        .filter(|home| !home.is_empty())
        .or_else(|| arn_of_trail.region())
        .map(RegionName::new);
    Some(Trail {
        name,
        home_region,
        arn: arn_of_trail,
        is_multi_region: item.is_multi_region_trail(),
        is_organization: item.is_organization_trail(),
        include_global_service_events: item.include_global_service_events(),
        log_file_validation_enabled: item.log_file_validation_enabled(),
        has_custom_event_selectors: item.has_custom_event_selectors(),
        has_insight_selectors: item.has_insight_selectors(),
        recursive_logging: item.recursive_logging(),
        s3_bucket: filled(item.s3_bucket_name()),
        s3_key_prefix: filled(item.s3_key_prefix()),
        sns_topic: arn(item.sns_topic_arn()),
        kms_key: arn(item.kms_key_id()),
        cloudwatch_log_group: arn(item.cloud_watch_logs_log_group_arn()),
        cloudwatch_role: arn(item.cloud_watch_logs_role_arn()),
        status: Observed::NotCollected,
        selectors: Observed::NotCollected,
        insights: Observed::NotCollected,
        aggregations: Observed::NotCollected,
        tags: Observed::NotCollected,
        sources,
    })
}

/// What is summed up, by category. No list is no answer: AWS writes an empty one.
fn convert_aggregations(output: &GetEventConfigurationOutput) -> Observed<Vec<Aggregation>> {
    let Some(list) = &output.aggregation_configurations else {
        return failed(
            CONFIGURATION,
            "the answer holds no AggregationConfigurations",
        );
    };
    let mut list: Vec<Aggregation> = list
        .iter()
        .map(|item| {
            let templates = item.templates().iter();
            let mut templates: Vec<String> = templates.map(|it| it.as_str().to_owned()).collect();
            templates.sort();
            Aggregation {
                event_category: item.event_category().as_str().to_owned(),
                templates,
            }
        })
        .collect();
    list.sort_by(|a, b| a.event_category.cmp(&b.event_category));
    Observed::Known(list)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::{AggregationConfiguration, EventCategoryAggregation, Template};
    use tripod_model::Arn;

    use super::*;

    const ARN: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main";

    fn regions(names: &[&str]) -> Vec<RegionName> {
        names.iter().copied().map(RegionName::new).collect()
    }

    fn bare() -> Trail {
        let item = SdkTrail::builder().trail_arn(ARN).build();
        convert(&item, Sources::default()).expect("the trail has an ARN")
    }

    #[test]
    fn a_trail_is_converted_whole() {
        let item = SdkTrail::builder()
            .trail_arn(ARN)
            .name("main")
            .home_region("eu-central-1")
            .is_multi_region_trail(true)
            .is_organization_trail(true)
            .include_global_service_events(true)
            .log_file_validation_enabled(true)
            .has_custom_event_selectors(true)
            .has_insight_selectors(true)
            .recursive_logging(false)
            .s3_bucket_name("logs")
            .s3_key_prefix("audit")
            .sns_topic_arn("arn:aws:sns:eu-west-1:111122223333:t")
            .cloud_watch_logs_role_arn("arn:aws:iam::111122223333:role/r")
            .kms_key_id("arn:aws:kms:eu-west-1:111122223333:key/k")
            .cloud_watch_logs_log_group_arn("arn:aws:logs:eu-west-1:111122223333:log-group:g:*")
            .build();
        assert_eq!(
            convert(&item, Sources::default()),
            Some(Trail {
                home_region: Some(RegionName::new("eu-central-1")),
                is_multi_region: Some(true),
                is_organization: Some(true),
                include_global_service_events: Some(true),
                log_file_validation_enabled: Some(true),
                has_custom_event_selectors: Some(true),
                has_insight_selectors: Some(true),
                recursive_logging: Some(false),
                s3_bucket: Some("logs".to_owned()),
                s3_key_prefix: Some("audit".to_owned()),
                sns_topic: Some(Arn::new("arn:aws:sns:eu-west-1:111122223333:t")),
                cloudwatch_role: Some(Arn::new("arn:aws:iam::111122223333:role/r")),
                kms_key: Some(Arn::new("arn:aws:kms:eu-west-1:111122223333:key/k")),
                cloudwatch_log_group: Some(Arn::new(
                    "arn:aws:logs:eu-west-1:111122223333:log-group:g:*"
                )),
                ..bare()
            })
        );
    }

    #[test]
    fn a_trail_with_its_arn_only_has_a_name_and_a_home_and_says_nothing_more() {
        let trail = bare();
        assert_eq!(trail.name, "main");
        assert_eq!(trail.home_region, Some(RegionName::new("eu-west-1")));
        let claims = [
            trail.is_multi_region,
            trail.is_organization,
            trail.include_global_service_events,
            trail.log_file_validation_enabled,
            trail.has_custom_event_selectors,
            trail.has_insight_selectors,
            trail.recursive_logging,
        ];
        assert_eq!(claims, [None; 7]);
        let places = [
            trail.kms_key,
            trail.sns_topic,
            trail.cloudwatch_log_group,
            trail.cloudwatch_role,
        ];
        assert_eq!(places, [const { None }; 4]);
        assert_eq!((trail.s3_bucket, trail.s3_key_prefix), (None, None));
    }

    #[test]
    fn a_trail_without_an_arn_is_no_trail() {
        let item = SdkTrail::builder().name("main").build();
        assert_eq!(convert(&item, Sources::default()), None);
    }

    #[test]
    fn a_trail_stands_in_exactly_one_region() {
        let planned = regions(&["eu-central-1", "eu-west-1"]);
        for home in [
            Some("eu-west-1"),
            Some("eu-central-1"),
            Some("us-east-1"),
            None,
        ] {
            let home = home.map(RegionName::new);
            let places = planned
                .iter()
                .filter(|region| stands_here(home.as_ref(), region, &planned));
            assert_eq!(places.count(), 1, "{home:?}");
        }
        let elsewhere = RegionName::new("us-east-1");
        assert!(stands_here(Some(&elsewhere), &planned[0], &planned));
        assert!(stands_here(Some(&planned[1]), &planned[1], &planned));
    }

    #[test]
    fn aggregations_are_converted_whole_and_no_list_is_no_answer() {
        let item = AggregationConfiguration::builder()
            .event_category(EventCategoryAggregation::Data)
            .templates(Template::UserActions)
            .templates(Template::ApiActivity)
            .build()
            .expect("the configuration is whole");
        let output = GetEventConfigurationOutput::builder()
            .aggregation_configurations(item)
            .build();
        let wanted = Aggregation {
            event_category: "Data".to_owned(),
            templates: vec!["API_ACTIVITY".to_owned(), "USER_ACTIONS".to_owned()],
        };
        assert_eq!(convert_aggregations(&output), Observed::Known(vec![wanted]));
        let bare = convert_aggregations(&GetEventConfigurationOutput::builder().build());
        assert!(matches!(bare, Observed::Failed { .. }));
    }
}
