//! Reads Security Hub CSPM: whether it is enabled, and which standards.
//!
//! Calls, for S standards: 1 DescribeHub, and where there is a hub, ⌈S/100⌉ GetEnabledStandards. AWS publishes
//! no quota for them.

use serde::Deserialize;
use serde_json::json;
use tripod_model::securityhub::{Hub, SecurityHub, Standard};
use tripod_model::{Arn, Observed};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const HUB: &str = "securityhub:DescribeHub";
const STANDARDS: &str = "securityhub:GetEnabledStandards";

/// Most standards on a page.
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetEnabledStandards.html>
const LARGEST_PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "securityhub",
    signing: "securityhub",
    host: Host::Regional("securityhub"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "securityhub",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[HUB],
    details: &[STANDARDS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let hub = hub(&client).await;
    let standards = match &hub {
        Observed::Known(_) => standards(&client).await,
        Observed::Absent => Observed::NotCollected,
        unknown => unknown.unknown_as(),
    };
    Part::regional(move |region| region.securityhub = SecurityHub { hub, standards })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HubAnswer {
    hub_arn: Option<String>,
}

/// `InvalidAccessException` is what an account gets that has not enabled Security Hub; its page speaks of
/// lacking permission too, but a refusal of IAM's comes as `AccessDeniedException`.
/// <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html>
async fn hub(client: &Client) -> Observed<Hub> {
    let absent = &["InvalidAccessException", "ResourceNotFoundException"];
    let reply = client.ask(HUB, absent, Request::get(&["accounts"])).await;
    let exchange = reply.exchange;
    reply.value.map(|answer: HubAnswer| Hub {
        arn: filled(answer.hub_arn).map(Arn::new),
        sources: source(HUB, exchange.as_ref(), String::new()),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StandardsAnswer {
    standards_subscriptions: Option<Vec<Subscription>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Subscription {
    #[serde(rename = "StandardsArn")]
    arn: Option<String>,
    #[serde(rename = "StandardsStatus")]
    status: Option<String>,
    #[serde(rename = "StandardsStatusReason")]
    reason: Option<Reason>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reason {
    status_reason_code: Option<String>,
}

async fn standards(client: &Client) -> Observed<Vec<Standard>> {
    let request = |token: Option<&str>| {
        let input = json!({"MaxResults": LARGEST_PAGE, "NextToken": token});
        Request::post(&["standards", "get"], &input)
    };
    let listed = client.pages(STANDARDS, request, |answer: StandardsAnswer, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(
            answer.standards_subscriptions.as_deref(),
            next,
            |index, item| {
                let reason = item.reason.as_ref();
                let pointer = format!("/StandardsSubscriptions/{index}");
                Some(Standard {
                    arn: Arn::new(filled(item.arn.clone())?),
                    status: filled(item.status.clone()),
                    reason: reason.and_then(|it| filled(it.status_reason_code.clone())),
                    sources: source(STANDARDS, exchange, pointer),
                })
            },
        )
    });
    listed.await.map(|mut standards| {
        standards.sort_by(|a, b| a.arn.cmp(&b.arn));
        standards
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(names: &[&str], next: &str) -> String {
        let items: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"StandardsArn":"arn:{name}"}}"#))
            .collect();
        format!(
            r#"{{"StandardsSubscriptions":[{}],"NextToken":{next}}}"#,
            items.join(",")
        )
    }

    fn script() -> Script {
        Script::new()
            .on(HUB, r#"{"HubArn":"arn:hub"}"#)
            .on(STANDARDS, &page(&[], "null"))
    }

    fn read(script: &Script) -> SecurityHub {
        script.read(&NEIGHBOUR).securityhub
    }

    #[test]
    fn a_hub_is_read_with_its_standards() {
        let script = script().on(
            STANDARDS,
            r#"{"StandardsSubscriptions":[{"StandardsSubscriptionArn":"arn:s/1","StandardsArn":"arn:aws:securityhub:::standards/x","StandardsInput":{},"StandardsStatus":"INCOMPLETE","StandardsStatusReason":{"StatusReasonCode":"NO_AVAILABLE_CONFIGURATION_RECORDER"}}]}"#,
        );
        let securityhub = read(&script);
        let Observed::Known(hub) = &securityhub.hub else {
            panic!("{securityhub:?}");
        };
        assert_eq!(hub.arn.as_ref().map(Arn::as_str), Some("arn:hub"));
        let standard = &securityhub.standards.items()[0];
        assert_eq!(standard.arn.as_str(), "arn:aws:securityhub:::standards/x");
        assert_eq!(standard.status.as_deref(), Some("INCOMPLETE"));
        assert_eq!(
            standard.reason.as_deref(),
            Some("NO_AVAILABLE_CONFIGURATION_RECORDER")
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let script = script().on(HUB, "{}").on(STANDARDS, &page(&["a"], "null"));
        let securityhub = read(&script);
        assert!(matches!(&securityhub.hub, Observed::Known(hub) if hub.arn.is_none()));
        let standard = &securityhub.standards.items()[0];
        assert_eq!((&standard.status, &standard.reason), (&None, &None));
    }

    #[test]
    fn an_account_that_has_not_enabled_it_has_none_and_costs_one_call() {
        for code in ["InvalidAccessException", "ResourceNotFoundException"] {
            let script = Script::new().absent(HUB, "", code);
            let securityhub = read(&script);
            assert_eq!(securityhub.hub, Observed::Absent);
            assert_eq!(securityhub.standards, Observed::NotCollected);
            assert_eq!(script.calls(), [HUB]);
        }
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(STANDARDS, &page(&["c"], r#""t2""#))
            .when(STANDARDS, r#""NextToken":"t2""#, &page(&["b"], r#""t3""#))
            .when(STANDARDS, r#""NextToken":"t3""#, &page(&["a"], "null"));
        let securityhub = read(&script);
        let arns: Vec<&str> = securityhub
            .standards
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(arns, ["arn:a", "arn:b", "arn:c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(HUB, script, |script| read(script).hub);
        never_reads_as_none(HUB, script, |script| read(script).standards);
        never_reads_as_none(STANDARDS, script, |script| read(script).standards);
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let script = script().on(STANDARDS, "{}");
        assert!(matches!(read(&script).standards, Observed::Failed { .. }));
    }
}
