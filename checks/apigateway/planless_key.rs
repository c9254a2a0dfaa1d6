//! API keys that no usage plan limits.

use tripod_model::apigateway::{ApiKey, UsagePlan};
use tripod_model::{Impact, Severity, Unknown};

use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-planless-key",
    title: "API key without a usage plan",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA40"],
    needs: &[
        "apigateway:GetApiKeys",
        "apigateway:GetUsagePlans",
        "apigateway:GetUsagePlanKeys",
    ],
    controls: &[Control::Baseline("AVL-7")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("planless_key.md"),
    run,
};

/// CloudFormation's type name of an API key.
const API_KEY: &str = "AWS::ApiGateway::ApiKey";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let gateway = &scope.region.apigateway;
        let plans = gateway.usage_plans.found();
        out.each(
            &gateway.api_keys,
            || scope.unlisted(API_KEY),
            |key| scope.resource(API_KEY, &key.arn, key.name.as_deref().unwrap_or(&key.id)),
            |key| {
                let plans = plans.as_ref().map_err(Clone::clone)?;
                decide(key, plans.map_or(&[][..], Vec::as_slice))
            },
        );
    }
}

fn decide(key: &ApiKey, plans: &[UsagePlan]) -> Result<Verdict, Unknown> {
    let evidence = key.sources.evidence("apigateway:GetApiKeys", "");
    if key.enabled == Some(false) {
        let disabled = Verdict::not_applicable("the key is disabled and opens nothing");
        return Ok(disabled.evidence(evidence));
    }
    // A stage that the key opens by itself has no plan to limit it, whatever plans the key is in.
    if !key.stage_keys.is_empty() {
        let message = format!(
            "the key opens {} without a usage plan, so that nothing limits it",
            key.stage_keys.join(", ")
        );
        let verdict = Verdict::fail(message).detail("stages", key.stage_keys.clone());
        return Ok(verdict.evidence(evidence));
    }
    let (plans, unknown) = plans_of(key, plans);
    let names: Vec<&str> = plans
        .iter()
        .map(|plan| plan.name.as_deref().unwrap_or(&plan.id))
        .collect();
    let verdict = match (names.is_empty(), unknown) {
        (false, _) => Verdict::pass(format!("the key is in {}", names.join(", "))),
        (true, Some(unknown)) => return Err(unknown),
        (true, None) => Verdict::fail("the key is in no usage plan").lowered_to(
            Severity::Low,
            "it opens nothing, until somebody adds it to one",
        ),
    };
    let mut verdict = verdict.detail("plans", names).evidence(evidence);
    for plan in plans {
        verdict = verdict.evidence(plan.sources.evidence("apigateway:GetUsagePlanKeys", ""));
    }
    Ok(verdict)
}

/// The plans that the key is in, and why it is not known of another one.
fn plans_of<'a>(key: &ApiKey, plans: &'a [UsagePlan]) -> (Vec<&'a UsagePlan>, Option<Unknown>) {
    let (mut found, mut unknown) = (Vec::new(), None);
    for plan in plans {
        match plan.key_ids.found() {
            Ok(ids) if ids.is_some_and(|ids| ids.contains(&key.id)) => found.push(plan),
            Ok(_) => {}
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    (found, unknown)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::apigateway::{ApiKey, UsagePlan};
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn key() -> ApiKey {
        ApiKey {
            arn: Arn::new("arn:aws:apigateway:eu-central-1::/apikeys/ak1"),
            id: "ak1".to_owned(),
            name: Some("partner".to_owned()),
            enabled: Some(true),
            created: None,
            last_updated: None,
            stage_keys: vec![],
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["apigateway:GetApiKeys"]),
        }
    }

    fn plan(id: &str, keys: Observed<Vec<String>>) -> UsagePlan {
        UsagePlan {
            arn: Arn::new(format!("arn:aws:apigateway:eu-central-1::/usageplans/{id}")),
            id: id.to_owned(),
            name: None,
            api_stages: vec![],
            throttle: None,
            quota: None,
            key_ids: keys,
            tags: BTreeMap::new(),
            sources: fixtures::sources(&[
                "apigateway:GetUsagePlans",
                "apigateway:GetUsagePlanKeys",
            ]),
        }
    }

    fn with(ids: &[&str]) -> Observed<Vec<String>> {
        Observed::Known(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    fn judged(key: ApiKey, plans: Observed<Vec<UsagePlan>>) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.api_keys = Observed::Known(vec![key]);
            region.apigateway.usage_plans = plans;
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_key_in_a_plan_passes_whatever_is_unknown_of_other_plans() {
        let unseen = || plan("up1", fixtures::denied("apigateway:GetUsagePlanKeys"));
        for plans in [
            vec![plan("up2", with(&["ak1"]))],
            vec![unseen(), plan("up2", with(&["ak0", "ak1"]))],
        ] {
            let finding = judged(key(), Observed::Known(plans));
            assert_eq!(finding.outcome, Outcome::Pass);
            assert_eq!(finding.message, "the key is in up2");
            assert_eq!(finding.resource.kind, "AWS::ApiGateway::ApiKey");
        }
    }

    #[test]
    fn a_key_in_no_plan_fails_low_as_it_opens_nothing() {
        for plans in [vec![], vec![plan("up1", with(&["another"]))]] {
            let finding = judged(key(), Observed::Known(plans));
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low);
        }
    }

    #[test]
    fn a_key_that_opens_a_stage_by_itself_fails_though_it_is_in_a_plan() {
        let mut direct = key();
        direct.stage_keys = vec!["api1/prod".to_owned()];
        let plans = Observed::Known(vec![plan("up1", with(&["ak1"]))]);
        let finding = judged(direct, plans);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.contains("opens api1/prod"));
    }

    #[test]
    fn a_disabled_key_is_not_applicable() {
        let mut disabled = key();
        disabled.enabled = Some(false);
        disabled.stage_keys = vec!["api1/prod".to_owned()];
        let finding = judged(disabled, Observed::Known(vec![]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn unknown_keys_plans_or_members_are_not_assessed() {
        let finding = judged(key(), fixtures::denied("apigateway:GetUsagePlans"));
        assert_denied(&finding, "apigateway:GetUsagePlans");
        let unseen = plan("up1", fixtures::denied("apigateway:GetUsagePlanKeys"));
        let finding = judged(key(), Observed::Known(vec![unseen]));
        assert_denied(&finding, "apigateway:GetUsagePlanKeys");
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.api_keys = fixtures::denied("apigateway:GetApiKeys");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetApiKeys");
    }
}
