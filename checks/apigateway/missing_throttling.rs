//! Stages of REST APIs that may use up the account's whole request rate.

use std::collections::BTreeSet;

use tripod_model::apigateway::{Method, RestApi, Stage};
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::each_stage;
use crate::apigateway::throttles::{Limit, Own, Throttles};
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
        "apigateway:GetResources",
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

fn decide(scope: &Scope, api: &RestApi, stage: &Stage) -> Result<Verdict, Unknown> {
    let own = stage.method_settings.iter().filter_map(|(key, setting)| {
        let own = Own::of(
            setting.throttling_rate_limit,
            setting.throttling_burst_limit,
        )?;
        (key != ALL_METHODS).then(|| (plain(key), own))
    });
    let throttles = Throttles {
        word: "method",
        default: stage.method_settings.get(ALL_METHODS).and_then(|setting| {
            Limit::of(
                setting.throttling_rate_limit,
                setting.throttling_burst_limit,
            )
        }),
        own: own.collect(),
    };
    let evidence = stage
        .sources
        .evidence("apigateway:GetStages", "/methodSettings");
    Ok(throttles.judge(scope, methods(api))?.evidence(evidence))
}

/// The methods of an API by path and HTTP method. They are the working copy's.
fn methods(api: &RestApi) -> Result<BTreeSet<String>, Unknown> {
    let methods = api.methods.found()?.into_iter().flatten();
    let name = |method: &Method| format!("{}/{}", method.path, method.http_method);
    Ok(methods.map(name).collect())
}

/// A key of the settings as the path and method it is for: AWS writes a slash of the path as `~1`.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html>
fn plain(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::{MethodSetting, RestApi, Stage};
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

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

    /// The fixture's stage limits each method to 50; this one method of it has its own settings.
    fn with_override(rate: Option<f64>, burst: Option<i64>) -> RestApi {
        api_with(|stage| {
            let setting = MethodSetting {
                throttling_rate_limit: rate,
                throttling_burst_limit: burst,
                ..MethodSetting::default()
            };
            let key = "~1claims/POST".to_owned();
            stage.method_settings.insert(key, setting);
        })
    }

    #[test]
    fn a_method_whose_own_settings_let_in_the_accounts_rate_fails() {
        for (rate, burst) in [
            (Some(10_000.0), Some(5_000)),
            (Some(-1.0), Some(-1)),
            (Some(10_000.0), None),
        ] {
            let finding = finding_in(with_override(rate, burst), |_| {});
            assert_eq!(finding.outcome, Outcome::Fail, "{rate:?} {burst:?}");
            assert!(finding.message.ends_with("at /claims/POST"));
        }
    }

    #[test]
    fn a_method_with_a_lower_limit_or_settings_of_another_kind_passes() {
        for (rate, burst, together) in [(Some(5.0), Some(5), 5.0), (None, None, 50.0)] {
            let finding = finding_in(with_override(rate, burst), |_| {});
            assert_eq!(finding.outcome, Outcome::Pass);
            assert_eq!(finding.details.get("rate_together"), together);
        }
    }

    /// The fixture's API with so many methods, each limited to 50.
    fn with_methods(count: usize) -> RestApi {
        let mut api = api_with(|_| {});
        let methods =
            (0..count).map(|at| fixtures::method(api.arn.as_str(), &format!("/{at}"), "GET"));
        api.methods = Observed::Known(methods.collect());
        api
    }

    #[test]
    fn the_limit_is_of_each_method_and_many_can_use_up_the_accounts_rate() {
        // 199 x 50 is 9,950, and 200 x 50 is 10,000.
        assert_eq!(finding_in(with_methods(199), |_| {}).outcome, Outcome::Pass);
        let finding = finding_in(with_methods(200), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert_eq!(finding.details.get("rate_together"), 10_000.0);
        assert_eq!(finding.details.get("methods"), 200);
    }

    #[test]
    fn unknown_methods_are_not_assessed_unless_the_stage_decides() {
        let mut api = api_with(|_| {});
        api.methods = fixtures::denied("apigateway:GetResources");
        assert_denied(&finding_in(api, |_| {}), "apigateway:GetResources");
        let mut api = with_limits(None, None);
        api.methods = fixtures::denied("apigateway:GetResources");
        assert_eq!(finding_in(api, |_| {}).outcome, Outcome::Fail);
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
