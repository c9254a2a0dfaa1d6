//! Stages of REST APIs that may use up the account's whole request rate.

use tripod_model::apigateway::Stage;
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::each_stage;
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// The key of the settings that hold for all methods of a stage.
const ALL_METHODS: &str = "*/*";

pub(crate) static CHECK: Check = Check {
    id: "apigateway-missing-throttling",
    title: "REST API stage without a throttle of its own",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA42"],
    needs: &[
        "apigateway:GetRestApis",
        "apigateway:GetStages",
        "apigateway:GetAccount",
    ],
    controls: &[Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_throttling.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_stage(view, out, decide);
}

fn decide(scope: &Scope, stage: &Stage) -> Result<Verdict, Unknown> {
    let evidence = stage
        .sources
        .evidence("apigateway:GetStages", "/methodSettings");
    let Some((rate, burst)) = throttle(stage, ALL_METHODS) else {
        return Ok(unthrottled(stage).evidence(evidence));
    };
    // Only now: a stage without a limit fails whatever the account's is.
    let account_rate = account_rate(scope)?;
    let verdict = if rate < account_rate {
        Verdict::pass(format!(
            "the stage is limited to {rate} requests per second, the account to {account_rate}"
        ))
    } else {
        Verdict::fail(format!(
            "the stage's limit of {rate} requests per second does not hold: the account's is \
             {account_rate}"
        ))
    };
    Ok(verdict
        .detail("rate_limit", rate)
        .detail("burst_limit", burst)
        .detail("account_rate_limit", account_rate)
        .evidence(evidence))
}

fn account_rate(scope: &Scope) -> Result<f64, Unknown> {
    scope
        .region
        .apigateway
        .account
        .found()?
        .and_then(|account| account.throttle_rate_limit)
        .ok_or_else(|| Unknown::Failed {
            operation: "apigateway:GetAccount".to_owned(),
            error: "the answer has no throttleSettings.rateLimit".to_owned(),
        })
}

/// Rate and burst set for `key`. AWS writes a negative number for "unset"; zero is a limit.
fn throttle(stage: &Stage, key: &str) -> Option<(f64, i64)> {
    let setting = stage.method_settings.get(key)?;
    let rate = setting.throttling_rate_limit.filter(|rate| *rate >= 0.0)?;
    let burst = setting.throttling_burst_limit.filter(|burst| *burst >= 0)?;
    Some((rate, burst))
}

fn unthrottled(stage: &Stage) -> Verdict {
    let limited: Vec<&str> = stage
        .method_settings
        .keys()
        .map(String::as_str)
        .filter(|key| *key != ALL_METHODS && throttle(stage, key).is_some())
        .collect();
    if limited.is_empty() {
        Verdict::fail("the stage has no limit of its own and shares the account's")
    } else {
        Verdict::fail(format!(
            "{} of the stage's methods have a limit, all others share the account's",
            limited.len()
        ))
        .detail("limited_methods", limited)
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::{MethodSetting, RestApi, Stage};
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn api_with(change: impl FnOnce(&mut Stage)) -> RestApi {
        let mut api = fixtures::rest_api("api1");
        if let Observed::Known(stages) = &mut api.stages {
            change(&mut stages[0]);
        }
        api
    }

    fn finding_in(api: RestApi, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = Observed::Known(vec![api]);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    fn with_limits(rate: Option<f64>, burst: Option<i64>) -> RestApi {
        api_with(|stage| {
            if let Some(setting) = stage.method_settings.get_mut("*/*") {
                setting.throttling_rate_limit = rate;
                setting.throttling_burst_limit = burst;
            }
        })
    }

    #[test]
    fn a_limit_below_the_accounts_passes() {
        let finding = finding_in(api_with(|_| {}), |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.name, "prod of api1");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::Stage");
        assert_eq!(finding.details.get("rate_limit"), 50.0);
    }

    #[test]
    fn zero_is_a_limit() {
        let finding = finding_in(with_limits(Some(0.0), Some(0)), |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn unset_in_any_of_its_forms_fails_even_where_the_account_is_unknown() {
        let unset = [
            with_limits(None, None),
            with_limits(Some(-1.0), Some(-1)),
            with_limits(Some(50.0), None),
            with_limits(None, Some(100)),
            api_with(|stage| stage.method_settings.clear()),
        ];
        for api in unset {
            let finding = finding_in(api, |region| {
                region.apigateway.account = fixtures::denied("apigateway:GetAccount");
            });
            assert_eq!(finding.outcome, Outcome::Fail, "{finding:#?}");
        }
    }

    #[test]
    fn a_limit_on_one_method_is_no_limit_on_the_stage() {
        let api = api_with(|stage| {
            let setting = stage.method_settings.remove("*/*").expect("a setting");
            let key = "~1claims/POST".to_owned();
            stage.method_settings.insert(key, setting);
        });
        let finding = finding_in(api, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.starts_with("1 of the stage's methods"));
    }

    #[test]
    fn a_limit_at_or_over_the_accounts_fails() {
        for rate in [10_000.0, 20_000.0] {
            let finding = finding_in(with_limits(Some(rate), Some(1)), |_| {});
            assert_eq!(finding.outcome, Outcome::Fail);
        }
    }

    #[test]
    fn an_unknown_account_limit_is_not_assessed() {
        let denied = finding_in(api_with(|_| {}), |region| {
            region.apigateway.account = fixtures::denied("apigateway:GetAccount");
        });
        assert_denied(&denied, "apigateway:GetAccount");
        let missing = finding_in(api_with(|_| {}), |region| {
            if let Observed::Known(account) = &mut region.apigateway.account {
                account.throttle_rate_limit = None;
            }
        });
        assert_eq!(missing.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn every_stage_has_its_own_verdict() {
        let mut api = api_with(|_| {});
        if let Observed::Known(stages) = &mut api.stages {
            let mut open = stages[0].clone();
            open.name = "test".to_owned();
            open.arn = tripod_model::Arn::new(format!("{}/stages/test", api.arn));
            open.method_settings = [("*/*".to_owned(), MethodSetting::default())].into();
            stages.push(open);
        }
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = Observed::Known(vec![api]);
        });
        let outcomes: Vec<_> = run(&CHECK, &snapshot)
            .into_iter()
            .map(|finding| (finding.resource.name, finding.outcome))
            .collect();
        assert_eq!(
            outcomes,
            [
                ("prod of api1".to_owned(), Outcome::Pass),
                ("test of api1".to_owned(), Outcome::Fail)
            ]
        );
    }

    #[test]
    fn stages_that_cannot_be_read_are_one_outcome_of_the_api() {
        let mut api = api_with(|_| {});
        api.stages = fixtures::denied("apigateway:GetStages");
        let finding = finding_in(api, |_| {});
        assert_denied(&finding, "apigateway:GetStages");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::RestApi");
    }
}
