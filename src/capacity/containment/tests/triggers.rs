//! Entries that no API stands before.

use tripod_model::events::{EventBus, Rule, Target};
use tripod_model::lambda::{FunctionUrl, ProvisionedPollers};
use tripod_model::sns::Subscription;
use tripod_model::{Arn, Observed, RegionalAccount, Sources};

use super::account::{arn, band, function, judged, mapping, only, region};
use crate::containment::{Cure, EntryKind, LimitKind, Verdict};

#[test]
fn a_queue_is_bounded_by_its_mapping() {
    type Set = (Option<i64>, Option<i64>, i64, LimitKind);
    let cases: [Set; 3] = [
        (Some(5), None, 5, LimitKind::MaximumConcurrency),
        // 20 pollers of 10 executions each.
        (None, Some(20), 200, LimitKind::Pollers),
        (None, None, 1_250, LimitKind::Default),
    ];
    for (maximum, pollers, expected, kind) in cases {
        let mut region = region(
            1000,
            vec![function("claims", None), function("portal", None)],
        );
        let mut queue = mapping("claims", "arn:aws:sqs:eu-central-1:111122223333:inbox");
        queue.maximum_concurrency = maximum;
        queue.provisioned_pollers = pollers.map(|most| ProvisionedPollers {
            minimum: Some(2),
            maximum: Some(most),
            group: None,
        });
        region.lambda.event_source_mappings = Observed::Known(vec![queue]);
        let account = judged(&region);
        let entry = only(&account);
        assert_eq!(entry.limits[0].kind, kind);
        let all = Some(expected);
        assert_eq!(band(entry), (all, all, all));
        let drains = expected > 999;
        assert_eq!(entry.verdict == Verdict::Pool, drains);
        if drains {
            let cure = Cure::MaximumConcurrency {
                executions: 999,
                verdict: Verdict::Contained,
            };
            assert!(entry.cures.contains(&cure), "{:?}", entry.cures);
        }
    }
}

#[test]
fn shards_that_nobody_counted_are_not_assessed_unless_it_makes_no_difference() {
    let stream = |reserved: Option<i64>, off: bool| {
        let mut region = region(
            1000,
            vec![function("claims", reserved), function("portal", None)],
        );
        let mut mapping = mapping(
            "claims",
            "arn:aws:kinesis:eu-central-1:111122223333:stream/s",
        );
        mapping.stream.parallelization_factor = Some(10);
        mapping.state = Some(if off { "Disabled" } else { "Enabled" }.to_owned());
        region.lambda.event_source_mappings = Observed::Known(vec![mapping]);
        judged(&region)
    };
    let open = stream(None, false);
    let entry = only(&open);
    assert_eq!(entry.verdict, Verdict::NotAssessed);
    assert_eq!(
        (entry.best, entry.worst),
        (Verdict::Contained, Verdict::Pool)
    );
    assert_eq!(band(entry), (Some(10), None, None));
    assert!(
        entry
            .missing
            .iter()
            .any(|it| it.decides && it.what.contains("shards"))
    );
    // Ten at once for one shard are more than a reservation of 9 however many shards there are.
    assert_eq!(only(&stream(Some(9), false)).verdict, Verdict::OwnFunction);
    assert_eq!(only(&stream(Some(10), false)).verdict, Verdict::NotAssessed);
    assert!(stream(None, true).entries.is_empty());
}

#[test]
fn nothing_holds_back_a_url_a_topic_and_a_rule_of_a_bus_of_ones_own() {
    let with = |change: fn(&mut RegionalAccount)| {
        let mut region = region(
            1000,
            vec![function("claims", None), function("portal", None)],
        );
        change(&mut region);
        judged(&region)
    };
    let url = with(|region| {
        if let Observed::Known(functions) = &mut region.lambda.functions {
            functions[0].urls = Observed::Known(vec![FunctionUrl {
                function_arn: functions[0].arn.clone(),
                url: "https://x.lambda-url.eu-central-1.on.aws/".to_owned(),
                auth_type: "NONE".to_owned(),
                invoke_mode: None,
                cors: None,
                sources: Sources::default(),
            }]);
        }
    });
    let topic = with(|region| {
        region.sns.subscriptions = Observed::Known(vec![Subscription {
            topic: Arn::new("arn:aws:sns:eu-central-1:111122223333:t"),
            protocol: Some("lambda".to_owned()),
            endpoint: Some(Arn::new(arn("claims"))),
            owner: None,
            confirmed: Some(true),
        }]);
    });
    let rule = with(|region| region.events.buses = Observed::Known(vec![bus("claims")]));
    for (account, kind, open) in [
        (&url, EntryKind::FunctionUrl, Some(true)),
        (&topic, EntryKind::Subscription, None),
        (&rule, EntryKind::Rule, None),
    ] {
        let entry = only(account);
        assert_eq!((entry.kind, entry.open), (kind, open));
        assert_eq!(band(entry), (None, None, None));
        assert_eq!((entry.best, entry.verdict), (Verdict::Pool, Verdict::Pool));
        // Any reservation walls it in, up to what leaves 100.
        let wall = Cure::Reserve {
            function: "claims".to_owned(),
            at_least: None,
            at_most: 900,
            verdict: Verdict::OwnFunction,
        };
        assert_eq!(entry.cures, [wall]);
    }
    // The default bus has schedules too, and which a rule is was not kept.
    let maybe = with(|region| region.events.buses = Observed::Known(vec![bus("default")]));
    assert_eq!(only(&maybe).verdict, Verdict::NotAssessed);
}

fn bus(name: &str) -> EventBus {
    EventBus {
        arn: Arn::new(format!(
            "arn:aws:events:eu-central-1:111122223333:event-bus/{name}"
        )),
        name: name.to_owned(),
        policy: None,
        details: Observed::NotCollected,
        rules: Observed::Known(vec![Rule {
            arn: Arn::new("arn:aws:events:eu-central-1:111122223333:rule/r"),
            name: "r".to_owned(),
            state: Some("ENABLED".to_owned()),
            role: None,
            managed_by: None,
            targets: Observed::Known(vec![Target {
                id: "1".to_owned(),
                arn: Arn::new(arn("claims")),
                role: None,
                dead_letter_target: None,
                maximum_retry_attempts: None,
                maximum_event_age_seconds: None,
            }]),
            sources: Sources::default(),
        }]),
        sources: Sources::default(),
    }
}
