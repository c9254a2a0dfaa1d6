//! Reads EventBridge.
//!
//! Calls, for B buses, of which U are used, and R rules that no AWS service manages: ⌈B/100⌉
//! ListEventBuses, at least one ListRules a bus and one more for each 100 rules, U DescribeEventBus, R
//! ListTargetsByRule (five targets a rule fit on a page). The default bus, which every account has, is
//! asked for its rules without waiting for the list. AWS publishes no quota for these.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tripod_model::events::{EventBus, EventBusDetails, Events, Rule, Target};
use tripod_model::{Arn, Observed, PolicyDocument};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const BUSES: &str = "events:ListEventBuses";
const RULES: &str = "events:ListRules";
const BUS: &str = "events:DescribeEventBus";
const TARGETS: &str = "events:ListTargetsByRule";

/// The bus that every account has, and that is meant where none is named.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html>
const DEFAULT: &str = "default";

static SERVICE: Service = Service {
    name: "events",
    signing: "events",
    host: Host::Regional("events"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSEvents",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "events",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[BUSES, RULES],
    details: &[BUS, TARGETS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (buses, rules) = futures::join!(buses(&client), rules(&client, DEFAULT));
    let Observed::Known(listed) = buses else {
        return Part::regional(move |region| region.events = Events { buses });
    };
    let mut of_default = BTreeMap::from([(DEFAULT, rules)]);
    let listed = listed
        .into_iter()
        .map(|bus| {
            let rules = of_default.remove(bus.name.as_str());
            (bus, rules)
        })
        .collect();
    let mut buses = in_parallel(listed, |(bus, rules)| describe(&client, bus, rules)).await;
    buses.sort_by(|a, b| a.arn.cmp(&b.arn));
    Part::regional(move |region| {
        region.events = Events {
            buses: Observed::Known(buses),
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BusesPage {
    event_buses: Option<Vec<ListedBus>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedBus {
    arn: Option<String>,
    name: Option<String>,
    policy: Option<String>,
}

async fn buses(client: &Client) -> Observed<Vec<EventBus>> {
    client
        .pages(
            BUSES,
            |token| Request::json(&json!({"NextToken": token})),
            |answer: BusesPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.event_buses.as_deref(), next, |index, item| {
                    let pointer = format!("/EventBuses/{index}");
                    Some(EventBus {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        policy: filled(item.policy.clone()).map(PolicyDocument),
                        details: Observed::NotCollected,
                        rules: Observed::NotCollected,
                        sources: source(BUSES, exchange, pointer),
                    })
                })
            },
        )
        .await
}

/// A bus with its rules, unless they are known already, and its details, unless nobody uses it.
async fn describe(
    client: &Client,
    mut bus: EventBus,
    known: Option<Observed<Vec<Rule>>>,
) -> EventBus {
    bus.rules = match known {
        Some(rules) => rules,
        None => rules(client, &bus.name).await,
    };
    let unused =
        bus.name == DEFAULT && bus.policy.is_none() && bus.rules == Observed::Known(vec![]);
    if unused {
        return bus;
    }
    let request = Request::json(&json!({"Name": bus.name}));
    // A bus that is not found although listed was deleted under the scan.
    let reply = client.ask(BUS, &[], request).await;
    note(&mut bus.sources, BUS, reply.exchange.as_ref(), "");
    bus.details = reply.value.map(|answer: DescribedBus| EventBusDetails {
        kms_key: filled(answer.kms_key_identifier),
        dead_letter_target: answer.dead_letter_config.and_then(DeadLetter::target),
    });
    bus
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedBus {
    kms_key_identifier: Option<String>,
    dead_letter_config: Option<DeadLetter>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeadLetter {
    arn: Option<String>,
}

impl DeadLetter {
    fn target(self) -> Option<Arn> {
        filled(self.arn).map(Arn::new)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RulesPage {
    rules: Option<Vec<ListedRule>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRule {
    arn: Option<String>,
    name: Option<String>,
    state: Option<String>,
    role_arn: Option<String>,
    managed_by: Option<String>,
}

async fn rules(client: &Client, bus: &str) -> Observed<Vec<Rule>> {
    let listed = client
        .pages(
            RULES,
            |token| Request::json(&json!({"EventBusName": bus, "NextToken": token})),
            |answer: RulesPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.rules.as_deref(), next, |index, item| {
                    Some(Rule {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        state: filled(item.state.clone()),
                        role: filled(item.role_arn.clone()).map(Arn::new),
                        managed_by: filled(item.managed_by.clone()),
                        targets: Observed::NotCollected,
                        sources: source(RULES, exchange, format!("/Rules/{index}")),
                    })
                })
            },
        )
        .await;
    let Observed::Known(rules) = listed else {
        return listed;
    };
    let mut rules = in_parallel(rules, |mut rule| async move {
        if rule.managed_by.is_none() {
            rule.targets = targets(client, bus, &rule.name).await;
        }
        rule
    })
    .await;
    rules.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(rules)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TargetsPage {
    targets: Option<Vec<ListedTarget>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTarget {
    id: Option<String>,
    arn: Option<String>,
    role_arn: Option<String>,
    dead_letter_config: Option<DeadLetter>,
    retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RetryPolicy {
    maximum_retry_attempts: Option<i64>,
    maximum_event_age_in_seconds: Option<i64>,
}

async fn targets(client: &Client, bus: &str, rule: &str) -> Observed<Vec<Target>> {
    client
        .pages(
            TARGETS,
            |token| Request::json(&json!({"EventBusName": bus, "Rule": rule, "NextToken": token})),
            |answer: TargetsPage, _exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.targets.as_deref(), next, |_, item| target(item))
            },
        )
        .await
        .map(|mut targets| {
            targets.sort();
            targets
        })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html>
fn target(item: &ListedTarget) -> Option<Target> {
    let retry = item.retry_policy.as_ref();
    Some(Target {
        id: filled(item.id.clone())?,
        arn: Arn::new(filled(item.arn.clone())?),
        role: filled(item.role_arn.clone()).map(Arn::new),
        dead_letter_target: item.dead_letter_config.clone().and_then(DeadLetter::target),
        maximum_retry_attempts: retry.and_then(|retry| retry.maximum_retry_attempts),
        maximum_event_age_seconds: retry.and_then(|retry| retry.maximum_event_age_in_seconds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const CLAIMS: &str = r#"{"Name":"claims","Arn":"arn:aws:events:eu-central-1:111122223333:event-bus/claims","Policy":"{}"}"#;
    const OWN: &str =
        r#"{"Name":"default","Arn":"arn:aws:events:eu-central-1:111122223333:event-bus/default"}"#;

    fn page(member: &str, items: &[&str], next: Option<&str>) -> String {
        let next = next.map_or(String::new(), |next| format!(r#","NextToken":"{next}""#));
        format!(r#"{{"{member}":[{}]{next}}}"#, items.join(","))
    }

    fn rule(name: &str, more: &str) -> String {
        format!(r#"{{"Name":"{name}","Arn":"arn:aws:events:r:1:rule/claims/{name}"{more}}}"#)
    }

    /// The default bus, unused, and a bus with one rule and one target.
    fn script() -> Script {
        Script::new()
            .on(BUSES, &page("EventBuses", &[CLAIMS, OWN], None))
            .on(RULES, &page("Rules", &[], None))
            .when(RULES, "claims", &page("Rules", &[&rule("a", "")], None))
            .on(BUS, r#"{"Name":"claims"}"#)
            .on(
                TARGETS,
                &page("Targets", &[r#"{"Id":"1","Arn":"arn:t"}"#], None),
            )
    }

    fn read(script: &Script) -> Vec<EventBus> {
        script.read(&NEIGHBOUR).events.buses.items().to_vec()
    }

    #[test]
    fn a_bus_is_read_with_its_policy_its_key_and_where_its_rules_lead() {
        let script = script()
            .when(RULES, "claims", &page("Rules", &[&rule("a", r#","State":"ENABLED","RoleArn":"arn:role""#)], None))
            .on(BUS, r#"{"KmsKeyIdentifier":"arn:key","DeadLetterConfig":{"Arn":"arn:dead"}}"#)
            .on(TARGETS, &page("Targets", &[r#"{"Id":"1","Arn":"arn:function","RoleArn":"arn:caller","Input":"{}","DeadLetterConfig":{"Arn":"arn:lost"},"RetryPolicy":{"MaximumRetryAttempts":2,"MaximumEventAgeInSeconds":60}}"#], None));
        let buses = read(&script);
        let bus = &buses[0];
        assert_eq!(bus.policy, Some(PolicyDocument("{}".to_owned())));
        let details = EventBusDetails {
            kms_key: Some("arn:key".to_owned()),
            dead_letter_target: Some(Arn::new("arn:dead")),
        };
        assert_eq!(bus.details, Observed::Known(details));
        let rule = &bus.rules.items()[0];
        assert_eq!(rule.state.as_deref(), Some("ENABLED"));
        assert_eq!(rule.role, Some(Arn::new("arn:role")));
        let target = Target {
            id: "1".to_owned(),
            arn: Arn::new("arn:function"),
            role: Some(Arn::new("arn:caller")),
            dead_letter_target: Some(Arn::new("arn:lost")),
            maximum_retry_attempts: Some(2),
            maximum_event_age_seconds: Some(60),
        };
        assert_eq!(rule.targets, Observed::Known(vec![target]));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let buses = read(&script());
        let details = EventBusDetails {
            kms_key: None,
            dead_letter_target: None,
        };
        assert_eq!(buses[0].details, Observed::Known(details));
        let rule = &buses[0].rules.items()[0];
        assert_eq!(
            (&rule.state, &rule.role, &rule.managed_by),
            (&None, &None, &None)
        );
        let target = &rule.targets.items()[0];
        assert_eq!(target.dead_letter_target, None);
        assert_eq!(target.maximum_retry_attempts, None);
    }

    #[test]
    fn an_account_with_nothing_but_its_default_bus_costs_the_two_lists() {
        let script = script().on(BUSES, &page("EventBuses", &[OWN], None));
        let buses = read(&script);
        assert_eq!(buses[0].rules, Observed::Known(vec![]));
        assert_eq!(buses[0].details, Observed::NotCollected);
        let mut calls = script.calls();
        calls.sort_unstable();
        assert_eq!(calls, [BUSES, RULES]);
    }

    #[test]
    fn a_rule_that_an_aws_service_manages_is_not_asked_for_its_targets() {
        let managed = rule("a", r#","ManagedBy":"states.amazonaws.com""#);
        let script = script().when(RULES, "claims", &page("Rules", &[&managed], None));
        let buses = read(&script);
        assert_eq!(buses[0].rules.items()[0].targets, Observed::NotCollected);
        assert!(!script.calls().contains(&TARGETS));
    }

    #[test]
    fn three_pages_of_rules_are_one_list_in_order() {
        let page = |name: &str, next| page("Rules", &[&rule(name, "")], next);
        let script = script()
            .when(RULES, "claims", &page("c", Some("2")))
            .when(RULES, r#""NextToken":"2""#, &page("b", Some("3")))
            .when(RULES, r#""NextToken":"3""#, &page("a", None));
        let buses = read(&script);
        let names: Vec<&str> = buses[0]
            .rules
            .items()
            .iter()
            .map(|rule| rule.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn three_pages_of_buses_and_of_targets_are_one_list_each() {
        let bus = |name: &str| format!(r#"{{"Name":"{name}","Arn":"arn:{name}"}}"#);
        let target = |id: &str| format!(r#"{{"Id":"{id}","Arn":"arn:t"}}"#);
        let second = r#""NextToken":"2""#;
        let third = r#""NextToken":"3""#;
        let script = script()
            .on(RULES, &page("Rules", &[&rule("a", "")], None))
            .on(BUSES, &page("EventBuses", &[&bus("z")], Some("2")))
            .when(BUSES, second, &page("EventBuses", &[&bus("y")], Some("3")))
            .when(BUSES, third, &page("EventBuses", &[&bus("x")], None))
            .on(TARGETS, &page("Targets", &[&target("3")], Some("2")))
            .when(
                TARGETS,
                second,
                &page("Targets", &[&target("2")], Some("3")),
            )
            .when(TARGETS, third, &page("Targets", &[&target("1")], None));
        let buses = read(&script);
        let names: Vec<&str> = buses.iter().map(|bus| bus.name.as_str()).collect();
        assert_eq!(names, ["x", "y", "z"]);
        assert_eq!(buses[0].rules.items()[0].targets.items().len(), 3);
    }

    #[test]
    fn what_is_refused_is_denied_there_and_nowhere_else() {
        let script = Script::new()
            .refuse(BUSES, denied(BUSES))
            .on(RULES, &page("Rules", &[], None));
        assert_eq!(script.read(&NEIGHBOUR).events.buses, denied(BUSES));
        let buses = read(&self::script().refuse(RULES, denied(RULES)));
        assert_eq!(buses[0].rules, denied(RULES));
        // A default bus of which no rule could be seen may well be in use.
        assert!(matches!(buses[1].details, Observed::Known(_)));
        let buses = read(
            &self::script()
                .refuse(BUS, denied(BUS))
                .refuse(TARGETS, denied(TARGETS)),
        );
        assert_eq!(buses[0].details, denied(BUS));
        assert_eq!(buses[0].rules.items()[0].targets, denied(TARGETS));
    }

    #[test]
    fn a_region_without_the_service_is_no_region_without_buses() {
        let lacking = |operation: &str| Observed::Unsupported {
            operation: operation.to_owned(),
        };
        let script = Script::new()
            .refuse(BUSES, lacking(BUSES))
            .refuse(RULES, lacking(RULES));
        let events = script.read(&NEIGHBOUR).events;
        assert!(matches!(events.buses, Observed::Unsupported { .. }));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let buses = read(&script().on(BUS, r#"{"KmsKeyIdentifier":1}"#));
        assert!(matches!(buses[0].details, Observed::Failed { .. }));
        let script = script().on(BUSES, "{}");
        assert!(matches!(
            script.read(&NEIGHBOUR).events.buses,
            Observed::Failed { .. }
        ));
    }
}
