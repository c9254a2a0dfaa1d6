//! Usage plans that do not limit the keys in them.

use tripod_model::apigateway::{ApiStage, UsagePlan};
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::throttles::{Limit, account_rate};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-unlimited-usage-plan",
    title: "usage plan without throttle or quota",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA40"],
    needs: &["apigateway:GetUsagePlans", "apigateway:GetAccount"],
    controls: &[Control::Baseline("AVL-7"), Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_usage_plan.md"),
    run,
};

/// CloudFormation's type name of a usage plan.
const USAGE_PLAN: &str = "AWS::ApiGateway::UsagePlan";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.apigateway.usage_plans,
            || scope.unlisted(USAGE_PLAN),
            |plan| {
                let name = plan.name.as_deref().unwrap_or(&plan.id);
                scope.resource(USAGE_PLAN, &plan.arn, name)
            },
            |plan| decide(&scope, plan),
        );
    }
}

fn decide(scope: &Scope, plan: &UsagePlan) -> Result<Verdict, Unknown> {
    if plan.api_stages.is_empty() {
        return Ok(Verdict::not_applicable("the plan opens no stage"));
    }
    let throttle = plan
        .throttle
        .as_ref()
        .and_then(|throttle| Limit::of(throttle.rate_limit, throttle.burst_limit));
    let quota = Quota::of(plan);
    let verdict = match throttle {
        None => unthrottled(plan, quota.as_ref()),
        Some(limit) => throttled(limit, quota.as_ref(), account_rate(scope)?),
    };
    let stages: Vec<String> = plan.api_stages.iter().map(stage_name).collect();
    Ok(verdict
        .detail("stages", stages)
        .detail("rate_limit", throttle.map(|limit| limit.rate))
        .detail("burst_limit", throttle.map(|limit| limit.burst))
        .detail("quota", quota.map(|quota| quota.said()))
        .evidence(plan.sources.evidence("apigateway:GetUsagePlans", "")))
}

fn stage_name(stage: &ApiStage) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
    format!("{}/{}", text(&stage.api_id), text(&stage.stage))
}

/// Requests of a key in a period.
struct Quota<'a> {
    limit: i64,
    period: &'a str,
}

impl<'a> Quota<'a> {
    fn of(plan: &'a UsagePlan) -> Option<Self> {
        let quota = plan.quota.as_ref()?;
        Some(Self {
            limit: quota.limit?,
            period: quota.period.as_deref()?,
        })
    }

    fn said(&self) -> String {
        format!("{} a {}", self.limit, self.period.to_lowercase())
    }
}

fn unthrottled(plan: &UsagePlan, quota: Option<&Quota>) -> Verdict {
    let mut message = "a key of the plan may send requests at any rate".to_owned();
    if let Some(quota) = quota {
        message = format!("{message}; its quota is {}", quota.said());
    }
    let mut methods: Vec<String> = Vec::new();
    for stage in &plan.api_stages {
        let name = stage_name(stage);
        methods.extend(
            stage
                .throttle
                .keys()
                .map(|method| format!("{name}{method}")),
        );
    }
    if methods.is_empty() {
        return Verdict::fail(message);
    }
    Verdict::fail(format!("{message}, but for {}", methods.join(", ")))
        .detail("limited_methods", methods)
}

fn throttled(limit: Limit, quota: Option<&Quota>, account: f64) -> Verdict {
    let rate = limit.rate;
    if rate >= account {
        return Verdict::fail(format!(
            "the plan's limit of {rate} requests per second does not hold: the account's is {account}"
        ))
        .detail("account_rate_limit", account);
    }
    let message = format!("a key of the plan may send {rate} requests per second");
    let verdict = match quota {
        Some(quota) => Verdict::pass(format!("{message} and {}", quota.said())),
        None => Verdict::fail(format!(
            "{message}, for as long as it likes: there is no quota"
        ))
        .lowered_to(Severity::Low, "the rate is limited"),
    };
    verdict.detail("account_rate_limit", account)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::apigateway::{ApiStage, Quota, Throttle, UsagePlan};
    use tripod_model::{Arn, Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn throttle(rate: f64) -> Throttle {
        Throttle {
            rate_limit: Some(rate),
            burst_limit: Some(50),
        }
    }

    /// A plan with a rate and a daily quota, as far as they are given.
    fn plan(rate: Option<f64>, quota: Option<i64>) -> UsagePlan {
        let throttle = rate.map(throttle);
        let quota = quota.map(|limit| Quota {
            limit: Some(limit),
            offset: Some(0),
            period: Some("DAY".to_owned()),
        });
        UsagePlan {
            arn: Arn::new("arn:aws:apigateway:eu-central-1::/usageplans/up1"),
            id: "up1".to_owned(),
            name: Some("gold".to_owned()),
            api_stages: vec![ApiStage {
                api_id: Some("api1".to_owned()),
                stage: Some("prod".to_owned()),
                throttle: BTreeMap::new(),
            }],
            throttle,
            quota,
            key_ids: Observed::Known(vec![]),
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["apigateway:GetUsagePlans"]),
        }
    }

    fn judge(plan: UsagePlan, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.usage_plans = Observed::Known(vec![plan]);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_plan_with_throttle_and_quota_passes() {
        let finding = judge(plan(Some(20.0), Some(10_000)), |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(
            finding.message,
            "a key of the plan may send 20 requests per second and 10000 a day"
        );
        assert_eq!(finding.resource.name, "gold");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::UsagePlan");
    }

    #[test]
    fn a_plan_without_a_throttle_fails_whatever_its_quota_and_the_account() {
        for (limit, quota) in [
            (None, None),
            (None, Some(10_000)),
            (Some(-1.0), Some(10_000)),
        ] {
            let finding = judge(plan(limit, quota), |region| {
                region.apigateway.account = fixtures::denied("apigateway:GetAccount");
            });
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Medium);
        }
    }

    #[test]
    fn a_throttle_of_single_methods_is_none_of_the_plan() {
        let mut plan = plan(None, None);
        let limits = &mut plan.api_stages[0].throttle;
        limits.insert("/claims/POST".to_owned(), throttle(2.0));
        let finding = judge(plan, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("but for api1/prod/claims/POST"));
    }

    #[test]
    fn a_throttle_without_a_quota_fails_low() {
        let finding = judge(plan(Some(20.0), None), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
    }

    #[test]
    fn a_throttle_as_high_as_the_accounts_does_not_hold() {
        let finding = judge(plan(Some(10_000.0), Some(10_000)), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(finding.details.get("account_rate_limit"), 10_000.0);
    }

    #[test]
    fn a_plan_that_opens_nothing_limits_nobody() {
        let mut plan = plan(None, None);
        plan.api_stages.clear();
        assert_eq!(judge(plan, |_| {}).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn unknown_plans_or_an_unknown_account_rate_are_not_assessed() {
        let finding = judge(plan(Some(20.0), Some(10_000)), |region| {
            region.apigateway.account = fixtures::denied("apigateway:GetAccount");
        });
        assert_denied(&finding, "apigateway:GetAccount");
        let finding = judge(plan(None, None), |region| {
            region.apigateway.usage_plans = fixtures::denied("apigateway:GetUsagePlans");
        });
        assert_denied(&finding, "apigateway:GetUsagePlans");
    }
}
