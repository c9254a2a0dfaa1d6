//! One account after another, reckoned by hand.

use tripod_model::apigatewayv2::{Integration, RouteSettings};
use tripod_model::lambda::ProvisionedConcurrency;
use tripod_model::wafv2::{RuleKind, WebAcl, WebAclDetails};
use tripod_model::{Arn, Observed, RegionalAccount, Sources, Unknown, fixtures, wafv2};

use super::account::{
    api, arn, band, claims, daily, function, judged, measured, only, operation_of, region, room,
    set_metrics, throttle,
};
use crate::WhatIf;
use crate::containment::{Bound, Cure, EntryKind, LimitKind, Rate, Verdict, of};

#[test]
fn rate_times_duration_plus_burst_against_a_reservation() {
    // 100/s x 0.9 s + 200 = 290; at the median 100 x 0.09 + 200 = 209; at the timeout 100 x 30 + 200 = 3,200.
    let account = |reserved| {
        claims(1000, Some(reserved), 100.0, 200, |region| {
            set_metrics(region, vec![measured("claims", 40.0, 90.0, 900.0)]);
        })
    };
    let fits = account(290);
    let entry = only(&fits);
    assert_eq!(band(entry), (Some(209), Some(290), Some(3_200)));
    assert_eq!(entry.verdict, Verdict::Contained);
    assert_eq!(entry.worst, Verdict::OwnFunction);
    assert!(entry.cures.is_empty());
    let tight = account(289);
    let entry = only(&tight);
    assert_eq!(entry.verdict, Verdict::OwnFunction);
    assert_eq!(entry.takes_down, 0);
    assert_eq!(tight.taken_down_by(entry).count(), 0);
    assert_eq!(entry.limits[0].kind, LimitKind::Stage);
    let figure = entry.demand.as_ref().and_then(|it| it.expected.as_ref());
    let inputs = &figure.expect("a demand").inputs;
    assert_eq!(inputs["requests"], 100);
    assert_eq!(inputs["duration_milliseconds"], 900);
    assert_eq!(inputs["burst"], 200);
}

#[test]
fn what_contains_it_is_said_in_numbers() {
    // Room 289: burst 144, and 145 / 0.9 s = 161.1, so 161/s. 161 x 0.9 = 144.9 → 145, + 144 = 289.
    let account = claims(1000, Some(289), 100.0, 200, |region| {
        set_metrics(region, vec![measured("claims", 40.0, 90.0, 900.0)]);
    });
    let cures = &only(&account).cures;
    assert_eq!(
        cures[0],
        Cure::Throttle {
            key: "a1/prod/POST /claims".to_owned(),
            rate: Rate {
                requests: 161,
                seconds: 1
            },
            burst: 144,
            verdict: Verdict::Contained,
        }
    );
    // 290 are asked for. 1,000 are unreserved beside the 289, and at least 100 stay so: 900 + 289.
    assert_eq!(
        cures[1],
        Cure::Reserve {
            function: "claims".to_owned(),
            at_least: Some(290),
            at_most: 1_189,
            verdict: Verdict::Contained,
        }
    );
}

#[test]
fn the_cure_supposed_is_contained() {
    let mut region = region(
        100,
        vec![function("claims", None), function("portal", None)],
    );
    region.apigateway.rest_apis = Observed::Known(vec![api("claims", 100.0, 200)]);
    let before = judged(&region);
    let entry = only(&before);
    assert_eq!(entry.verdict, Verdict::Pool);
    // Room 99: burst 49, 50 / 30 s = 1.67, so 1/s. 1 x 30 + 49 = 79 ≤ 99.
    let Cure::Throttle {
        key, rate, burst, ..
    } = &entry.cures[0]
    else {
        panic!("{:?}", entry.cures);
    };
    assert_eq!((rate.requests, rate.seconds, *burst), (1, 1, 49));
    let what_if = WhatIf {
        throttles: vec![format!("{key}=1:49").parse().expect("a throttle")],
        ..WhatIf::default()
    };
    let after = of(&region, &what_if).expect("functions are known");
    let entry = only(&after);
    assert_eq!(entry.limits[0].kind, LimitKind::Supposed);
    assert_eq!(band(entry).1, Some(79));
    assert_eq!(entry.verdict, Verdict::Contained);
}

#[test]
fn without_a_reservation_it_drains_the_pool_and_takes_its_neighbours_down() {
    // Without metrics the timeout bounds: 20 x 30 + 50 = 650. The pool of 600 less 1 for portal.
    let account = claims(600, None, 20.0, 50, |_| {});
    let entry = only(&account);
    assert_eq!(band(entry), (Some(50), Some(650), Some(650)));
    assert_eq!(room(entry), 599);
    assert_eq!(
        (entry.best, entry.verdict),
        (Verdict::Contained, Verdict::Pool)
    );
    let down: Vec<_> = account
        .taken_down_by(entry)
        .map(|it| it.function.as_str())
        .collect();
    assert_eq!(down, ["portal"]);
    assert_eq!(entry.takes_down, 1);
    let missing: Vec<_> = entry.missing.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(
        missing,
        [
            "the median of the duration of claims",
            "the 99th percentile of the duration of claims",
            "the region's peak of unreserved concurrency",
        ]
    );
    assert!(
        entry
            .missing
            .iter()
            .all(|it| !it.decides && it.cause.is_none())
    );
    // 651 hold it.
    let wider = claims(651, None, 20.0, 50, |_| {});
    assert_eq!(only(&wider).verdict, Verdict::Contained);
}

#[test]
fn alone_on_the_pool_it_takes_nobody_down() {
    let mut region = region(
        100,
        vec![function("claims", None), function("other", Some(10))],
    );
    region.apigateway.rest_apis = Observed::Known(vec![api("claims", 20.0, 50)]);
    let account = judged(&region);
    assert_eq!(only(&account).verdict, Verdict::OwnFunction);
    assert_eq!(room(only(&account)), 100);
}

#[test]
fn neighbours_need_what_they_used_and_what_is_kept_ready_is_theirs() {
    // portal peaked at 140 and keeps 50 ready: it needs 90 of the pool. 1,000 - 50 - 90 = 860.
    let account = claims(1000, None, 20.0, 50, |region| {
        set_metrics(region, vec![measured("portal", 140.0, 10.0, 20.0)]);
        let Observed::Known(functions) = &mut region.lambda.functions else {
            return;
        };
        functions[1].provisioned_concurrency = Observed::Known(vec![ProvisionedConcurrency {
            function_arn: Arn::new(format!("{}:live", arn("portal"))),
            requested: Some(60),
            allocated: Some(50),
            available: Some(50),
            status: None,
            status_reason: None,
        }]);
    });
    assert_eq!(room(only(&account)), 860);
    let pool = account.pool.as_ref().expect("limits are known");
    let portal = &pool.members[1];
    assert_eq!(
        (portal.provisioned, portal.need, portal.peak),
        (50, 90, Some(140))
    );
    assert_eq!(pool.on_demand.value, 950);
}

#[test]
fn peaks_that_never_fell_together_are_bounded_by_the_regions_own() {
    let account = claims(1000, None, 20.0, 50, |region| {
        set_metrics(region, vec![measured("portal", 400.0, 10.0, 20.0)]);
        if let Observed::Known(metrics) = &mut region.cloudwatch.metrics {
            metrics.unreserved_concurrent_executions = daily(120.0);
        }
    });
    // 400 by portal's own metric, 120 by the region's: 1,000 - 120.
    assert_eq!(room(only(&account)), 880);
}

#[test]
fn a_function_switched_off_is_contained_and_what_is_gone_is_no_function() {
    let off = claims(1000, Some(0), 10_000.0, 5_000, |_| {});
    assert_eq!(only(&off).verdict, Verdict::Contained);
    let gone = claims(1000, None, 1.0, 1, |region| {
        region.apigateway.rest_apis = Observed::Known(vec![api("deleted", 1.0, 1)]);
    });
    assert_eq!(only(&gone).verdict, Verdict::NoFunction);
    assert_eq!(only(&gone).function, None);
}

#[test]
fn the_nearest_throttle_holds_and_unset_is_none() {
    let limit = |changes: &[(&str, Option<f64>, Option<i64>)]| {
        let account = claims(1000, None, 100.0, 200, |region| {
            let mut api = api("claims", 100.0, 200);
            for (key, rate, burst) in changes {
                throttle(&mut api, key, *rate, *burst);
            }
            region.apigateway.rest_apis = Observed::Known(vec![api]);
        });
        let limit = &only(&account).limits[0];
        (limit.kind, limit.bound)
    };
    let bucket = |rate, burst| Bound::Requests {
        rate: Rate::per_second(rate),
        burst,
    };
    assert_eq!(limit(&[]), (LimitKind::Stage, bucket(100.0, 200)));
    let own = ("~1claims/POST", Some(2.0), Some(5));
    assert_eq!(limit(&[own]), (LimitKind::Method, bucket(2.0, 5)));
    // A method's settings that say nothing of throttling leave the stage's in place.
    for unset in [
        ("~1claims/POST", None, None),
        ("~1claims/POST", Some(-1.0), Some(-1)),
    ] {
        assert_eq!(limit(&[unset]), (LimitKind::Stage, bucket(100.0, 200)));
    }
    let other = ("~1claims/GET", Some(2.0), Some(5));
    assert_eq!(limit(&[other]), (LimitKind::Stage, bucket(100.0, 200)));
    let none = ("*/*", None, None);
    assert_eq!(
        limit(&[none]),
        (LimitKind::Account, bucket(10_000.0, 5_000))
    );
    // Half of it set: the other half is the account's.
    let half = ("*/*", Some(7.0), None);
    assert_eq!(limit(&[half]), (LimitKind::Stage, bucket(7.0, 5_000)));
}

#[test]
fn two_buckets_bound_by_the_lower_demand_and_not_by_the_lower_members() {
    // Stage 100/s with burst 9,000: 100 x 30 + 9,000 = 12,000. Account 10,000/s with burst 5,000: 305,000.
    // Rate of one with burst of the other would say 8,000, which the stage alone does not hold it to.
    let account = claims(1000, None, 100.0, 9_000, |_| {});
    assert_eq!(band(only(&account)).1, Some(12_000));
    // At the burst alone the account is the tighter one.
    assert_eq!(band(only(&account)).0, Some(5_000));
}

fn acl(key: &str, action: &str) -> WebAcl {
    WebAcl {
        arn: Arn::new("arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/w/1"),
        name: "w".to_owned(),
        details: Observed::Known(WebAclDetails {
            default_action: Some("Allow".to_owned()),
            metrics: None,
            rules: vec![wafv2::Rule {
                name: "rate".to_owned(),
                priority: Some(0),
                action: Some(action.to_owned()),
                override_action: None,
                metrics: None,
                kind: RuleKind::RateBased {
                    limit: Some(100),
                    window_seconds: Some(10),
                    key: Some(key.to_owned()),
                },
            }],
        }),
        sources: Sources::default(),
    }
}

#[test]
fn a_rate_rule_bounds_one_source_and_not_the_entry() {
    let account = |acl: WebAcl| {
        claims(599, None, 20.0, 50, |region| {
            let mut api = api("claims", 20.0, 50);
            if let Observed::Known(stages) = &mut api.stages {
                stages[0].web_acl_arn = Some(acl.arn.clone());
            }
            region.apigateway.rest_apis = Observed::Known(vec![api]);
            region.wafv2.web_acls = Observed::Known(vec![acl]);
        })
    };
    for key in ["IP", "FORWARDED_IP", "CONSTANT"] {
        let judged = account(acl(key, "Block"));
        let entry = only(&judged);
        assert_eq!(
            (entry.verdict, band(entry).1),
            (Verdict::Pool, Some(650)),
            "{key}"
        );
        // 30 s are 3 windows of 10 s with 100 requests each. Room 598: 599 / 300 = 2 sources.
        let source = &entry.sources[0];
        assert_eq!(source.demand.value, 300);
        assert_eq!(
            source.sources_to_exceed.as_ref().map(|it| it.value),
            Some(2)
        );
    }
    assert!(only(&account(acl("IP", "Count"))).sources.is_empty());
}

#[test]
fn a_route_takes_its_own_throttle_before_the_stages() {
    let mut region = region(
        1000,
        vec![function("claims", None), function("portal", None)],
    );
    let mut api = fixtures::api("h1", "HTTP");
    if let Observed::Known(routes) = &mut api.routes {
        routes[0].target = Some("integrations/i1".to_owned());
    }
    api.integrations = Observed::Known(vec![integration()]);
    let limits = |rate, burst| RouteSettings {
        throttling_rate_limit: rate,
        throttling_burst_limit: burst,
        ..RouteSettings::default()
    };
    let mut stage = v2_stage(&api.arn);
    stage.default_route_settings = Some(limits(Some(20.0), Some(50)));
    stage
        .route_settings
        .insert("GET /claims".to_owned(), limits(Some(1.0), Some(5)));
    api.stages = Observed::Known(vec![stage]);
    region.apigatewayv2.apis = Observed::Known(vec![api]);
    let account = judged(&region);
    let entry = only(&account);
    assert_eq!(entry.kind, EntryKind::HttpRoute);
    assert_eq!(
        entry.throttle_key.as_deref(),
        Some("h1/$default/GET /claims")
    );
    // 1 x 30 + 5.
    assert_eq!(
        (entry.limits[0].kind, band(entry).1),
        (LimitKind::Method, Some(35))
    );
    assert_eq!(entry.open, Some(false));
}

fn integration() -> Integration {
    Integration {
        arn: Arn::new("arn:aws:apigateway:eu-central-1::/apis/h1/integrations/i1"),
        id: "i1".to_owned(),
        kind: Some("AWS_PROXY".to_owned()),
        subtype: None,
        http_method: None,
        uri: Some(arn("claims")),
        credentials_arn: None,
        connection_type: None,
        connection_id: None,
        tls: None,
        payload_format_version: None,
        passthrough_behavior: None,
        request_parameters: std::collections::BTreeMap::new(),
        response_parameters: std::collections::BTreeMap::new(),
        timeout_milliseconds: None,
        managed: None,
        sources: Sources::default(),
    }
}

fn v2_stage(api: &Arn) -> tripod_model::apigatewayv2::Stage {
    tripod_model::apigatewayv2::Stage {
        arn: Arn::new(format!("{api}/stages/$default")),
        name: "$default".to_owned(),
        default_route_settings: None,
        route_settings: std::collections::BTreeMap::new(),
        access_log: None,
        auto_deploy: Some(true),
        variables: Observed::Absent,
        client_certificate_id: None,
        deployment_id: None,
        last_deployment_status_message: None,
        managed: None,
        created: None,
        last_updated: None,
        tags: std::collections::BTreeMap::new(),
        sources: Sources::default(),
    }
}

#[test]
fn inputs_that_decide_make_it_not_assessed_and_are_named() {
    type Change = fn(&mut RegionalAccount);
    let cases: [(&str, &str, Change); 3] = [
        (
            "the reservation of claims",
            "lambda:GetFunction",
            |region| {
                if let Observed::Known(functions) = &mut region.lambda.functions {
                    functions[0].details = fixtures::denied("lambda:GetFunction");
                }
            },
        ),
        (
            "the unreserved pool",
            "lambda:GetAccountSettings",
            |region| {
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            },
        ),
        (
            "the account's throttle",
            "apigateway:GetAccount",
            |region| {
                region.apigateway.account = fixtures::denied("apigateway:GetAccount");
                let mut api = api("claims", 1.0, 1);
                throttle(&mut api, "*/*", None, None);
                region.apigateway.rest_apis = Observed::Known(vec![api]);
            },
        ),
    ];
    for (what, operation, change) in cases {
        let account = claims(1000, None, 20.0, 50, change);
        let entry = only(&account);
        assert_eq!(entry.verdict, Verdict::NotAssessed, "{what}");
        assert_eq!(operation_of(entry, what).as_deref(), Some(operation));
        assert!(entry.missing.iter().any(|it| it.decides));
    }
    let variable = claims(1000, None, 20.0, 50, |region| {
        region.apigateway.rest_apis = Observed::Known(vec![api("${stageVariables.fn}", 20.0, 50)]);
    });
    assert_eq!(only(&variable).verdict, Verdict::NotAssessed);
    assert!(
        only(&variable).missing[0]
            .what
            .contains("stage variable fn")
    );
}

#[test]
fn a_reservation_answers_where_the_pool_is_not_known() {
    let account = claims(1000, Some(700), 20.0, 50, |region| {
        region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
    });
    assert_eq!(only(&account).verdict, Verdict::Contained);
    assert_eq!(account.pool, None);
}

#[test]
fn denied_metrics_widen_the_band_and_denied_lists_are_named() {
    let account = claims(1000, None, 20.0, 50, |region| {
        region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
        region.sns.subscriptions = fixtures::denied("sns:ListSubscriptions");
    });
    let entry = only(&account);
    assert_eq!(band(entry), (Some(50), Some(650), Some(650)));
    assert_eq!(entry.verdict, Verdict::Contained);
    let denied = operation_of(entry, "99th percentile");
    assert_eq!(denied.as_deref(), Some("cloudwatch:GetMetricData"));
    assert_eq!(account.missing.len(), 1);
    assert_eq!(account.missing[0].what, "the subscriptions");
}

#[test]
fn a_denied_list_of_functions_is_no_empty_list() {
    let mut region = region(1000, vec![]);
    region.lambda.functions = fixtures::denied("lambda:ListFunctions");
    let answer = of(&region, &WhatIf::default());
    assert!(matches!(answer, Err(Unknown::Denied { .. })));
}

#[test]
fn a_reservation_supposed_walls_the_function_in_and_shrinks_the_pool_of_others() {
    let mut region = region(
        1000,
        vec![function("claims", None), function("portal", None)],
    );
    region.apigateway.rest_apis = Observed::Known(vec![api("claims", 100.0, 200)]);
    let what_if = WhatIf {
        reserved: [("claims".to_owned(), 300)].into(),
        ..WhatIf::default()
    };
    let account = of(&region, &what_if).expect("functions are known");
    assert_eq!(only(&account).verdict, Verdict::OwnFunction);
    let pool = account.pool.as_ref().expect("limits are known");
    assert_eq!(pool.unreserved.value, 700);
    let members: Vec<_> = pool.members.iter().map(|it| it.function.as_str()).collect();
    assert_eq!(members, ["portal"]);
}

#[test]
fn entries_that_fit_alone_may_not_fit_together() {
    // Each 20 x 30 + 50 = 650 of 1,000 - 1; two stages ask for 1,300.
    let account = claims(1000, None, 20.0, 50, |region| {
        if let Observed::Known(apis) = &mut region.apigateway.rest_apis
            && let Observed::Known(stages) = &mut apis[0].stages
        {
            let mut second = stages[0].clone();
            second.name = "test".to_owned();
            stages.push(second);
        }
    });
    assert!(
        account
            .entries
            .iter()
            .all(|it| it.verdict == Verdict::Contained)
    );
    let together = &account.functions[0];
    assert_eq!(together.entries, 2);
    let expected = together.demand.expected.as_ref().map(|it| it.value);
    assert_eq!((expected, together.verdict), (Some(1_300), Verdict::Pool));
}

#[test]
fn where_neighbours_need_more_than_there_is_only_a_higher_limit_helps() {
    let account = claims(100, None, 20.0, 50, |region| {
        set_metrics(region, vec![measured("portal", 700.0, 10.0, 20.0)]);
    });
    let entry = only(&account);
    assert_eq!((room(entry), entry.verdict), (0, Verdict::Pool));
    // 700 for portal and 650 for claims, 100 there.
    let cure = Cure::RaiseLimit {
        by: 1_250,
        reserve: None,
        verdict: Verdict::Contained,
    };
    assert_eq!(entry.cures, [cure]);
}
