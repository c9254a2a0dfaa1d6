//! What a trail or an event data store records.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, EventSelector as SdkSelector,
};
use tripod_model::Observed;
use tripod_model::cloudtrail::{
    AdvancedSelector, DataResource, EventSelector, FieldSelector, Selectors,
};

use super::super::{filled, sorted, text};
use crate::reply::{Reply, ask, failed};

pub(super) const SELECTORS: &str = "cloudtrail:GetEventSelectors";

/// The selectors of a trail.
pub(super) async fn read(client: &Client, arn: &str) -> Reply<Selectors> {
    let call = client.get_event_selectors().trail_name(arn).send();
    let reply = ask(SELECTORS, &[], call).await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert(&output),
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

/// The selectors in AWS's order, the values of each condition sorted. An answer with neither kind of
/// list does not say that nothing is recorded: it says nothing.
fn convert(output: &GetEventSelectorsOutput) -> Observed<Selectors> {
    if output.event_selectors.is_none() && output.advanced_event_selectors.is_none() {
        return failed(SELECTORS, "the answer holds no selectors");
    }
    let advanced = output.advanced_event_selectors().iter().map(advanced);
    match advanced.collect() {
        Some(advanced) => Observed::Known(Selectors {
            classic: output.event_selectors().iter().map(classic).collect(),
            advanced,
        }),
        None => failed(SELECTORS, "the answer holds a condition without its field"),
    }
}

fn classic(item: &SdkSelector) -> EventSelector {
    EventSelector {
        read_write_type: text(item.read_write_type()),
        include_management_events: item.include_management_events(),
        exclude_management_event_sources: sorted(item.exclude_management_event_sources()),
        data_resources: item
            .data_resources()
            .iter()
            .map(|resource| DataResource {
                kind: filled(resource.r#type()),
                values: sorted(resource.values()),
            })
            .collect(),
    }
}

/// An advanced selector; one with a condition on nothing is none that CloudTrail knows.
pub(super) fn advanced(item: &AdvancedEventSelector) -> Option<AdvancedSelector> {
    let fields: Option<Vec<FieldSelector>> = item.field_selectors().iter().map(field).collect();
    Some(AdvancedSelector {
        name: filled(item.name()),
        fields: fields?,
    })
}

fn field(item: &AdvancedFieldSelector) -> Option<FieldSelector> {
    Some(FieldSelector {
        field: filled(Some(item.field()))?,
        equals: sorted(item.equals()),
        starts_with: sorted(item.starts_with()),
        ends_with: sorted(item.ends_with()),
        not_equals: sorted(item.not_equals()),
        not_starts_with: sorted(item.not_starts_with()),
        not_ends_with: sorted(item.not_ends_with()),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::{DataResource as SdkResource, ReadWriteType};

    use super::*;

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
            convert(&output),
            Observed::Known(Selectors {
                classic: vec![EventSelector {
                    read_write_type: Some("WriteOnly".to_owned()),
                    include_management_events: Some(true),
                    exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()],
                    data_resources: vec![DataResource {
                        kind: Some("AWS::Lambda::Function".to_owned()),
                        values: vec!["arn:aws:lambda".to_owned()],
                    }],
                }],
                advanced: vec![],
            })
        );
    }

    #[test]
    fn a_classic_selector_without_its_members_says_nothing() {
        let resource = SdkResource::builder().build();
        let selector = classic(&SdkSelector::builder().data_resources(resource).build());
        assert_eq!(selector.read_write_type, None);
        assert_eq!(selector.include_management_events, None);
        assert_eq!(selector.data_resources[0].kind, None);
    }

    #[test]
    fn an_answer_without_selectors_is_none() {
        let bare = convert(&GetEventSelectorsOutput::builder().build());
        assert!(matches!(bare, Observed::Failed { .. }));
    }

    #[test]
    fn a_condition_on_nothing_spoils_the_answer() {
        let condition = AdvancedFieldSelector::builder().field("").equals("Data");
        let item = AdvancedEventSelector::builder()
            .field_selectors(condition.build().expect("a field is given"))
            .build()
            .expect("the selector has a condition");
        let output = GetEventSelectorsOutput::builder()
            .advanced_event_selectors(item)
            .build();
        assert!(matches!(convert(&output), Observed::Failed { .. }));
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
            Some(AdvancedSelector {
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
            })
        );
    }
}
