//! Insights of trails and event data stores.

use aws_sdk_cloudtrail::operation::get_insight_selectors::GetInsightSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_insight_selectors::builders::GetInsightSelectorsFluentBuilder;
use aws_sdk_cloudtrail::types::InsightSelector as SdkSelector;
use tripod_model::Observed;
use tripod_model::cloudtrail::{InsightSelector, Insights};

use super::super::{arn, text};
use crate::reply::{Reply, ask, failed};

pub(super) const INSIGHTS: &str = "cloudtrail:GetInsightSelectors";

/// How CloudTrail says that Insights are not on.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html>
const NOT_ON: &[&str] = &["InsightNotEnabledException"];

/// The Insights of what `call` names.
pub(super) async fn read(call: GetInsightSelectorsFluentBuilder) -> Reply<Insights> {
    let reply = ask(INSIGHTS, NOT_ON, call.send()).await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert(&output),
            Observed::Absent => Observed::Absent,
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

fn convert(output: &GetInsightSelectorsOutput) -> Observed<Insights> {
    let Some(list) = &output.insight_selectors else {
        return failed(INSIGHTS, "the answer holds no InsightSelectors");
    };
    let mut selectors: Vec<InsightSelector> = list.iter().map(selector).collect();
    selectors.sort_by(|a, b| a.kind.cmp(&b.kind));
    Observed::Known(Insights {
        selectors,
        destination: arn(output.insights_destination()),
    })
}

fn selector(item: &SdkSelector) -> InsightSelector {
    InsightSelector {
        kind: text(item.insight_type()),
        event_categories: item.event_categories.as_ref().map(|list| {
            let mut list: Vec<String> = list.iter().map(|it| it.as_str().to_owned()).collect();
            list.sort();
            list
        }),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::{InsightType, SourceEventCategory};
    use tripod_model::Arn;

    use super::*;

    #[test]
    fn insights_are_converted_whole_and_in_order() {
        let errors = SdkSelector::builder()
            .insight_type(InsightType::ApiErrorRateInsight)
            .event_categories(SourceEventCategory::Management)
            .event_categories(SourceEventCategory::Data)
            .build();
        let calls = SdkSelector::builder()
            .insight_type(InsightType::ApiCallRateInsight)
            .build();
        let store = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/e";
        let output = GetInsightSelectorsOutput::builder()
            .insight_selectors(errors)
            .insight_selectors(calls)
            .insights_destination(store)
            .build();
        let wanted = |kind: &str, categories: Option<[&str; 2]>| InsightSelector {
            kind: Some(kind.to_owned()),
            event_categories: categories.map(|list| list.map(str::to_owned).to_vec()),
        };
        assert_eq!(
            convert(&output),
            Observed::Known(Insights {
                selectors: vec![
                    wanted("ApiCallRateInsight", None),
                    wanted("ApiErrorRateInsight", Some(["Data", "Management"])),
                ],
                destination: Some(Arn::new(store)),
            })
        );
    }

    #[test]
    fn an_empty_list_is_an_answer_and_no_list_is_none() {
        let empty = GetInsightSelectorsOutput::builder().set_insight_selectors(Some(vec![]));
        assert!(matches!(convert(&empty.build()), Observed::Known(_)));
        let bare = convert(&GetInsightSelectorsOutput::builder().build());
        assert!(matches!(bare, Observed::Failed { .. }));
    }
}
