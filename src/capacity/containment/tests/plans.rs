//! Usage plans, which bound only where an API key is demanded.

use tripod_model::apigateway::{ApiKey, ApiStage, Throttle, UsagePlan};
use tripod_model::{Arn, Observed, Sources, fixtures};

use super::account::{api, band, claims, only, operation_of};
use crate::containment::LimitKind;

fn key(id: &str, enabled: bool) -> ApiKey {
    ApiKey {
        arn: Arn::new(format!("arn:aws:apigateway:eu-central-1::/apikeys/{id}")),
        id: id.to_owned(),
        name: None,
        enabled: Some(enabled),
        created: None,
        last_updated: None,
        stage_keys: vec![],
        tags: std::collections::BTreeMap::new(),
        sources: Sources::default(),
    }
}

fn plan(id: &str, throttle: Option<(f64, i64)>, keys: &[&str]) -> UsagePlan {
    let throttle = throttle.map(|(rate, burst)| Throttle {
        rate_limit: Some(rate),
        burst_limit: Some(burst),
    });
    UsagePlan {
        arn: Arn::new(format!("arn:aws:apigateway:eu-central-1::/usageplans/{id}")),
        id: id.to_owned(),
        name: Some(id.to_owned()),
        api_stages: vec![ApiStage {
            api_id: Some("a1".to_owned()),
            stage: Some("prod".to_owned()),
            throttle: std::collections::BTreeMap::new(),
        }],
        throttle,
        quota: None,
        key_ids: Observed::Known(keys.iter().map(|it| (*it).to_owned()).collect()),
        tags: std::collections::BTreeMap::new(),
        sources: Sources::default(),
    }
}

/// The demand at the timeout of `POST /claims`, throttled to 100:200 by its stage.
fn with_plans(
    required: bool,
    plans: Vec<UsagePlan>,
    keys: Vec<ApiKey>,
) -> (LimitKind, Option<i64>) {
    let account = claims(1000, None, 100.0, 200, |region| {
        let mut api = api("claims", 100.0, 200);
        if let Observed::Known(methods) = &mut api.methods {
            methods[0].api_key_required = Some(required);
        }
        region.apigateway.rest_apis = Observed::Known(vec![api]);
        region.apigateway.usage_plans = Observed::Known(plans);
        region.apigateway.api_keys = Observed::Known(keys);
    });
    let entry = only(&account);
    (entry.limits[0].kind, band(entry).1)
}

#[test]
fn a_usage_plan_bounds_by_its_keys_where_a_key_is_demanded() {
    let keys = || vec![key("k1", true), key("k2", true), key("k3", false)];
    // 2/s and 5 at once for each of the two keys that are on: 4 x 30 + 10 = 130.
    let gold = || plan("gold", Some((2.0, 5)), &["k1", "k2", "k3"]);
    assert_eq!(
        with_plans(true, vec![gold()], keys()),
        (LimitKind::UsagePlan, Some(130))
    );
    // Two plans add up: 130 + 1 x 30 + 1 = 161.
    let silver = plan("silver", Some((1.0, 1)), &["k1"]);
    let both = with_plans(true, vec![gold(), silver], keys());
    assert_eq!(both, (LimitKind::UsagePlan, Some(161)));
    // Not demanded, no bound: 100 x 30 + 200.
    assert_eq!(
        with_plans(false, vec![gold()], keys()),
        (LimitKind::Stage, Some(3_200))
    );
    // One plan without a throttle lets its keys do what the stage lets them.
    let free = plan("free", None, &["k2"]);
    assert_eq!(
        with_plans(true, vec![gold(), free], keys()),
        (LimitKind::Stage, Some(3_200))
    );
    // No plan opens the stage to a key that is on: nobody gets in.
    let off = plan("off", Some((2.0, 5)), &["k3"]);
    assert_eq!(
        with_plans(true, vec![off], keys()),
        (LimitKind::UsagePlan, Some(0))
    );
}

#[test]
fn a_plans_throttle_of_the_method_replaces_the_plans_own() {
    let mut gold = plan("gold", Some((2.0, 5)), &["k1"]);
    let own = Throttle {
        rate_limit: Some(1.0),
        burst_limit: Some(3),
    };
    gold.api_stages[0]
        .throttle
        .insert("/claims/POST".to_owned(), own);
    // 1 x 30 + 3.
    let found = with_plans(true, vec![gold], vec![key("k1", true)]);
    assert_eq!(found, (LimitKind::UsagePlan, Some(33)));
}

#[test]
fn keys_that_cannot_be_read_leave_the_plan_out_and_say_so() {
    let account = claims(1000, None, 100.0, 200, |region| {
        let mut api = api("claims", 100.0, 200);
        if let Observed::Known(methods) = &mut api.methods {
            methods[0].api_key_required = Some(true);
        }
        region.apigateway.rest_apis = Observed::Known(vec![api]);
        region.apigateway.usage_plans =
            Observed::Known(vec![plan("gold", Some((1.0, 1)), &["k1"])]);
        region.apigateway.api_keys = fixtures::denied("apigateway:GetApiKeys");
    });
    let entry = only(&account);
    assert_eq!(entry.limits[0].kind, LimitKind::Stage);
    let denied = operation_of(entry, "usage plans");
    assert_eq!(denied.as_deref(), Some("apigateway:GetApiKeys"));
}
