//! Reads CloudTrail.
//!
//! Calls: 1 DescribeTrails, which has no pages, and for the T trails that stand in this region T each
//! of GetTrailStatus and GetEventSelectors. All three have a quota of 10 a second, and a region holds
//! five trails.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, EventSelector as SdkSelector, Trail as SdkTrail,
};
use tripod_model::cloudtrail::{
    AdvancedSelector, CloudTrail, DataResource, EventSelector, FieldSelector, Selectors, Trail,
    TrailStatus,
};
use tripod_model::{Observed, RegionName, Sources};

use super::{arn, filled, note, sorted, source};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{ask, failed};

const LIST: &str = "cloudtrail:DescribeTrails";
const STATUS: &str = "cloudtrail:GetTrailStatus";
const SELECTORS: &str = "cloudtrail:GetEventSelectors";

pub(crate) static COLLECTOR: Collector = Collector {
    service: "cloudtrail",
    place: Place::Regional,
    operations: &[LIST, STATUS, SELECTORS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.cloudtrail();
    let trails = match list(&client).await {
        Observed::Known(mut trails) => {
            trails.retain(|trail| {
                stands_here(
                    trail.home_region.as_ref(),
                    &context.region,
                    &context.planned,
                )
            });
            let mut trails = in_parallel(trails, |trail| describe(&client, trail)).await;
            trails.sort_by(|a, b| a.arn.cmp(&b.arn));
            Observed::Known(trails)
        }
        unknown => unknown,
    };
    Part::CloudTrail(CloudTrail { trails })
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

/// Asks by ARN, which finds trails of other regions and of the organisation too. No code means "there
/// is none": every trail has a status and selectors, and a listed one that is not found is a failure.
async fn describe(client: &Client, mut trail: Trail) -> Trail {
    let arn = trail.arn.as_str();
    let (status, selectors) = futures::join!(
        ask(STATUS, &[], client.get_trail_status().name(arn).send()),
        ask(
            SELECTORS,
            &[],
            client.get_event_selectors().trail_name(arn).send()
        ),
    );
    note(&mut trail.sources, STATUS, status.exchange.as_ref(), "");
    note(
        &mut trail.sources,
        SELECTORS,
        selectors.exchange.as_ref(),
        "",
    );
    trail.status = match status.value {
        Observed::Known(output) => convert_status(&output),
        unknown => unknown.unknown_as(),
    };
    trail.selectors = selectors.value.map(|output| convert_selectors(&output));
    trail
}

/// A trail as the list shows it; one without an ARN cannot be asked about. What the list does not say
/// of a trail is taken as not done.
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
        is_multi_region: item.is_multi_region_trail().unwrap_or(false),
        is_organization: item.is_organization_trail().unwrap_or(false),
        include_global_service_events: item.include_global_service_events().unwrap_or(false),
        log_file_validation_enabled: item.log_file_validation_enabled().unwrap_or(false),
        s3_bucket: filled(item.s3_bucket_name()),
        kms_key: arn(item.kms_key_id()),
        cloudwatch_log_group: arn(item.cloud_watch_logs_log_group_arn()),
        status: Observed::NotCollected,
        selectors: Observed::NotCollected,
        sources,
    })
}

fn convert_status(output: &GetTrailStatusOutput) -> Observed<TrailStatus> {
    match output.is_logging() {
        Some(is_logging) => Observed::Known(TrailStatus {
            is_logging,
            latest_delivery_error: filled(output.latest_delivery_error()),
        }),
        None => failed(
            STATUS,
            "the answer does not say whether the trail is logging",
        ),
    }
}

/// The selectors in AWS's order, the values of each condition sorted.
fn convert_selectors(output: &GetEventSelectorsOutput) -> Selectors {
    Selectors {
        classic: output.event_selectors().iter().map(classic).collect(),
        advanced: output
            .advanced_event_selectors()
            .iter()
            .map(advanced)
            .collect(),
    }
}

fn classic(item: &SdkSelector) -> EventSelector {
    EventSelector {
        read_write_type: item.read_write_type().map(|kind| kind.as_str().to_owned()),
        // True is the default of a request only: an answer that leaves it out proves no recording.
        include_management_events: item.include_management_events().unwrap_or(false),
        exclude_management_event_sources: sorted(item.exclude_management_event_sources()),
        data_resources: item
            .data_resources()
            .iter()
            .map(|resource| DataResource {
                kind: resource.r#type().unwrap_or_default().to_owned(),
                values: sorted(resource.values()),
            })
            .collect(),
    }
}

fn advanced(item: &AdvancedEventSelector) -> AdvancedSelector {
    AdvancedSelector {
        name: filled(item.name()),
        fields: item.field_selectors().iter().map(field).collect(),
    }
}

fn field(item: &AdvancedFieldSelector) -> FieldSelector {
    FieldSelector {
        field: item.field().to_owned(),
        equals: sorted(item.equals()),
        starts_with: sorted(item.starts_with()),
        ends_with: sorted(item.ends_with()),
        not_equals: sorted(item.not_equals()),
        not_starts_with: sorted(item.not_starts_with()),
        not_ends_with: sorted(item.not_ends_with()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::{DataResource as SdkResource, ReadWriteType};
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
            .s3_bucket_name("logs")
            .kms_key_id("arn:aws:kms:eu-west-1:111122223333:key/k")
            .cloud_watch_logs_log_group_arn("arn:aws:logs:eu-west-1:111122223333:log-group:g:*")
            .build();
        assert_eq!(
            convert(&item, Sources::default()),
            Some(Trail {
                home_region: Some(RegionName::new("eu-central-1")),
                is_multi_region: true,
                is_organization: true,
                include_global_service_events: true,
                log_file_validation_enabled: true,
                s3_bucket: Some("logs".to_owned()),
                kms_key: Some(Arn::new("arn:aws:kms:eu-west-1:111122223333:key/k")),
                cloudwatch_log_group: Some(Arn::new(
                    "arn:aws:logs:eu-west-1:111122223333:log-group:g:*"
                )),
                ..bare()
            })
        );
    }

    #[test]
    fn a_trail_with_its_arn_only_has_a_name_a_home_and_no_virtue() {
        let trail = bare();
        assert_eq!(trail.name, "main");
        assert_eq!(trail.home_region, Some(RegionName::new("eu-west-1")));
        let claims = [
            trail.is_multi_region,
            trail.is_organization,
            trail.include_global_service_events,
            trail.log_file_validation_enabled,
        ];
        assert_eq!(claims, [false; 4]);
        assert_eq!(trail.kms_key, None);
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
    fn a_status_that_does_not_say_whether_it_logs_is_not_known() {
        let silent = GetTrailStatusOutput::builder().build();
        assert!(matches!(convert_status(&silent), Observed::Failed { .. }));
        let output = GetTrailStatusOutput::builder()
            .is_logging(true)
            .latest_delivery_error("AccessDenied")
            .build();
        assert_eq!(
            convert_status(&output),
            Observed::Known(TrailStatus {
                is_logging: true,
                latest_delivery_error: Some("AccessDenied".to_owned()),
            })
        );
    }

    #[test]
    fn classic_selectors_are_converted_whole() {
        let resource = SdkResource::builder()
            .r#type("AWS::Lambda::Function")
            .values("arn:aws:lambda")
            .build();
        let item = SdkSelector::builder()
            .read_write_type(ReadWriteType::WriteOnly)
            .include_management_events(true)
            .exclude_management_event_sources("kms.amazonaws.com")
            .data_resources(resource)
            .build();
        let output = GetEventSelectorsOutput::builder()
            .event_selectors(item)
            .build();
        assert_eq!(
            convert_selectors(&output).classic,
            [EventSelector {
                read_write_type: Some("WriteOnly".to_owned()),
                include_management_events: true,
                exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()],
                data_resources: vec![DataResource {
                    kind: "AWS::Lambda::Function".to_owned(),
                    values: vec!["arn:aws:lambda".to_owned()],
                }],
            }]
        );
    }

    #[test]
    fn an_empty_classic_selector_records_nothing() {
        let selector = classic(&SdkSelector::builder().build());
        assert_eq!(selector.read_write_type, None);
        assert!(!selector.include_management_events);
        assert!(selector.data_resources.is_empty());
    }

    #[test]
    fn advanced_selectors_keep_every_operator() {
        let condition = AdvancedFieldSelector::builder()
            .field("resources.ARN")
            .equals("b")
            .equals("a")
            .starts_with("c")
            .ends_with("d")
            .not_equals("e")
            .not_starts_with("f")
            .not_ends_with("g")
            .build()
            .expect("a field is all that is required");
        let item = AdvancedEventSelector::builder()
            .name("data")
            .field_selectors(condition)
            .build()
            .expect("the selector has a condition");
        let one = |text: &str| vec![text.to_owned()];
        assert_eq!(
            advanced(&item),
            AdvancedSelector {
                name: Some("data".to_owned()),
                fields: vec![FieldSelector {
                    field: "resources.ARN".to_owned(),
                    equals: vec!["a".to_owned(), "b".to_owned()],
                    starts_with: one("c"),
                    ends_with: one("d"),
                    not_equals: one("e"),
                    not_starts_with: one("f"),
                    not_ends_with: one("g"),
                }],
            }
        );
    }
}
