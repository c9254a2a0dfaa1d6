//! Reads AWS Shield Advanced.
//!
//! Calls, for P protections: one GetSubscriptionState, and with a subscription ⌈P/100⌉ ListProtections.
//! AWS publishes no quota for either.
//!
//! Kept for: guards against floods in front of public APIs (AVL-4).

use serde::Deserialize;
use serde_json::json;
use tripod_model::shield::{Protection, Shield};
use tripod_model::{Arn, Observed};

use super::{filled, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const STATE: &str = "shield:GetSubscriptionState";
const PROTECTIONS: &str = "shield:ListProtections";

/// Protections on a page.
const PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "shield",
    signing: "shield",
    host: Host::Global(&[("aws", "shield.us-east-1.amazonaws.com", "us-east-1")]),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSShield_20160616",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "shield",
    place: Place::Global,
    wave: Wave::First,
    lists: &[STATE],
    details: &[PROTECTIONS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let reply = client.ask(STATE, &[], Request::json(&json!({}))).await;
    let subscription = reply.value.map(|state: State| state.subscription_state);
    let protections = match &subscription {
        Observed::Known(state) if state == "ACTIVE" => protections(&client).await,
        Observed::Known(_) => Observed::Absent,
        unknown => unknown.unknown_as(),
    };
    Part::global(move |account| {
        account.shield = Shield {
            subscription,
            protections,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    subscription_state: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProtectionsPage {
    protections: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    resource_arn: Option<String>,
    application_layer_automatic_response_configuration: Option<Response>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    status: Option<String>,
}

async fn protections(client: &Client) -> Observed<Vec<Protection>> {
    let listed = client
        .pages(
            PROTECTIONS,
            |token| Request::json(&json!({"MaxResults": PAGE, "NextToken": token})),
            |answer: ProtectionsPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.protections.as_deref(), next, |index, item| {
                    let response = item
                        .application_layer_automatic_response_configuration
                        .as_ref();
                    Some(Protection {
                        resource: Arn::new(filled(item.resource_arn.clone())?),
                        automatic_response: response.and_then(|it| filled(it.status.clone())),
                        sources: source(PROTECTIONS, exchange, format!("/Protections/{index}")),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| a.resource.cmp(&b.resource))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::{Script, denied};

    const ACTIVE: &str = r#"{"SubscriptionState":"ACTIVE"}"#;

    fn page(resources: &[&str], next: &str) -> String {
        let protections: Vec<Value> = resources
            .iter()
            .map(|resource| json!({"Id": "i", "Name": "n", "ResourceArn": resource}))
            .collect();
        json!({"Protections": protections, "NextToken": (!next.is_empty()).then_some(next)})
            .to_string()
    }

    fn read(script: &Script) -> Shield {
        script.read_global(&NEIGHBOUR).shield
    }

    #[test]
    fn protections_are_read_with_a_subscription() {
        let page = r#"{"Protections":[{"ResourceArn":"arn:b","ApplicationLayerAutomaticResponseConfiguration":{"Status":"ENABLED","Action":{"Block":{}}}},{"ResourceArn":"arn:a"}]}"#;
        let shield = read(&Script::new().on(STATE, ACTIVE).on(PROTECTIONS, page));
        assert_eq!(shield.subscription, Observed::Known("ACTIVE".to_owned()));
        let [bare, whole] = shield.protections.items() else {
            panic!("two protections, by resource: {shield:?}");
        };
        assert_eq!(bare.automatic_response, None);
        assert_eq!(whole.automatic_response.as_deref(), Some("ENABLED"));
    }

    #[test]
    fn without_a_subscription_nothing_is_protected_and_one_call_made() {
        let script = Script::new().on(STATE, r#"{"SubscriptionState":"INACTIVE"}"#);
        let shield = read(&script);
        assert_eq!(shield.subscription, Observed::Known("INACTIVE".to_owned()));
        assert_eq!(shield.protections, Observed::Absent);
        assert_eq!(script.calls(), [STATE]);
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = Script::new()
            .on(STATE, ACTIVE)
            .on(PROTECTIONS, &page(&["c"], "2"))
            .when(PROTECTIONS, r#""NextToken":"2""#, &page(&["b"], "3"))
            .when(PROTECTIONS, r#""NextToken":"3""#, &page(&["a"], ""));
        let shield = read(&script);
        let protections = shield.protections.items().iter();
        let resources: Vec<&str> = protections.map(|it| it.resource.as_str()).collect();
        assert_eq!(resources, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_known() {
        let shield = read(&Script::new().refuse(STATE, denied(STATE)));
        assert_eq!(shield.subscription, denied(STATE));
        assert_eq!(shield.protections, denied(STATE));
        let script = Script::new().on(STATE, ACTIVE);
        let shield = read(&script.refuse(PROTECTIONS, denied(PROTECTIONS)));
        assert_eq!(shield.protections, denied(PROTECTIONS));
        let lacking = Observed::Unsupported {
            operation: STATE.to_owned(),
        };
        let shield = read(&Script::new().refuse(STATE, lacking));
        assert!(matches!(shield.protections, Observed::Unsupported { .. }));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let shield = read(&Script::new().on(STATE, "{}"));
        assert!(matches!(shield.subscription, Observed::Failed { .. }));
        let shield = read(&Script::new().on(STATE, ACTIVE).on(PROTECTIONS, "{}"));
        assert!(matches!(shield.protections, Observed::Failed { .. }));
    }
}
