//! Stages of HTTP and WebSocket APIs that may use up the account's whole request rate.

use std::collections::BTreeSet;

use tripod_model::apigatewayv2::{Api, Stage};
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::each_stage_v2;
use crate::apigateway::throttles::{Limit, Own, Throttles};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-missing-route-throttling",
    title: "HTTP or WebSocket API stage without a throttle of its own",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GV11"],
    needs: &[
        "apigatewayv2:GetApis",
        "apigatewayv2:GetStages",
        "apigatewayv2:GetRoutes",
        "apigateway:GetAccount",
    ],
    controls: &[Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_route_throttling.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_stage_v2(view, out, decide);
}

fn decide(scope: &Scope, api: &Api, stage: &Stage) -> Result<Verdict, Unknown> {
    let own = stage.route_settings.iter().filter_map(|(key, setting)| {
        let own = Own::of(
            setting.throttling_rate_limit,
            setting.throttling_burst_limit,
        )?;
        Some((key.clone(), own))
    });
    let throttles = Throttles {
        word: "route",
        default: stage.default_route_settings.as_ref().and_then(|setting| {
            Limit::of(
                setting.throttling_rate_limit,
                setting.throttling_burst_limit,
            )
        }),
        own: own.collect(),
    };
    let mut evidence = stage
        .sources
        .evidence("apigatewayv2:GetStages", "/defaultRouteSettings");
    evidence.extend(
        stage
            .sources
            .evidence("apigatewayv2:GetStages", "/routeSettings"),
    );
    Ok(throttles.judge(scope, routes(api))?.evidence(evidence))
}

/// The routes of an API by key.
fn routes(api: &Api) -> Result<BTreeSet<String>, Unknown> {
    let routes = api.routes.found()?.into_iter().flatten();
    let name = |key: &Option<String>, id: &String| key.as_ref().unwrap_or(id).clone();
    Ok(routes.map(|route| name(&route.key, &route.id)).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::apigatewayv2::{Api, RouteSettings, Stage};
    use tripod_model::{Arn, Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn settings(rate: Option<f64>, burst: Option<i64>) -> RouteSettings {
        RouteSettings {
            throttling_rate_limit: rate,
            throttling_burst_limit: burst,
            ..RouteSettings::default()
        }
    }

    fn stage(default: Option<RouteSettings>, own: Option<(&str, RouteSettings)>) -> Stage {
        Stage {
            arn: Arn::new("arn:aws:apigateway:eu-central-1::/apis/api1/stages/prod"),
            name: "prod".to_owned(),
            default_route_settings: default,
            route_settings: own
                .into_iter()
                .map(|(key, setting)| (key.to_owned(), setting))
                .collect(),
            access_log: None,
            auto_deploy: Some(true),
            variables: Observed::Absent,
            client_certificate_id: None,
            deployment_id: None,
            last_deployment_status_message: None,
            managed: None,
            created: None,
            last_updated: None,
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["apigatewayv2:GetStages"]),
        }
    }

    fn judge(
        protocol: &str,
        stage: Stage,
        change: impl FnOnce(&mut Api, &mut RegionalAccount),
    ) -> Finding {
        let mut api = fixtures::api("api1", protocol);
        api.stages = Observed::Known(vec![stage]);
        let snapshot = fixtures::with_region(|region| {
            change(&mut api, region);
            region.apigatewayv2.apis = Observed::Known(vec![api]);
        });
        run_one(&CHECK, &snapshot)
    }

    fn judged(default: Option<RouteSettings>, own: Option<(&str, RouteSettings)>) -> Finding {
        judge("HTTP", stage(default, own), |_, _| {})
    }

    fn limited() -> RouteSettings {
        settings(Some(20.0), Some(50))
    }

    #[test]
    fn a_limit_of_every_route_below_the_accounts_passes_for_either_protocol() {
        for protocol in ["HTTP", "WEBSOCKET"] {
            let finding = judge(protocol, stage(Some(limited()), None), |_, _| {});
            assert_eq!(finding.outcome, Outcome::Pass);
            assert_eq!(finding.resource.kind, "AWS::ApiGatewayV2::Stage");
            assert_eq!(finding.resource.name, "prod of api1");
            assert_eq!(finding.details.get("rate_limit"), 20.0);
        }
    }

    #[test]
    fn no_default_throttle_in_any_form_fails_even_where_the_account_is_unknown() {
        let unset = [
            None,
            Some(RouteSettings::default()),
            Some(settings(Some(20.0), None)),
        ];
        for default in unset {
            let finding = judge("HTTP", stage(default, None), |_, region| {
                region.apigateway.account = fixtures::denied("apigateway:GetAccount");
            });
            assert_eq!(finding.outcome, Outcome::Fail, "{finding:#?}");
            assert_eq!(finding.severity, Severity::Medium);
        }
    }

    #[test]
    fn a_limit_of_one_route_is_none_of_the_others() {
        let own = ("GET /claims", settings(Some(1.0), Some(5)));
        let finding = judged(None, Some(own));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.starts_with("1 of the stage's routes"));
    }

    #[test]
    fn a_route_whose_own_setting_lets_in_the_accounts_rate_fails() {
        let own = ("GET /claims", settings(Some(10_000.0), Some(5_000)));
        let finding = judged(Some(limited()), Some(own));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("at GET /claims"));
    }

    #[test]
    fn a_route_with_a_lower_limit_or_other_settings_passes() {
        let lower = ("GET /claims", settings(Some(1.0), Some(5)));
        assert_eq!(judged(Some(limited()), Some(lower)).outcome, Outcome::Pass);
        let other = ("GET /claims", RouteSettings::default());
        assert_eq!(judged(Some(limited()), Some(other)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_limit_at_the_accounts_does_not_hold() {
        let finding = judged(Some(settings(Some(10_000.0), Some(1))), None);
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn an_unknown_account_rate_or_unknown_routes_are_not_assessed() {
        let finding = judge("HTTP", stage(Some(limited()), None), |_, region| {
            region.apigateway.account = fixtures::denied("apigateway:GetAccount");
        });
        assert_denied(&finding, "apigateway:GetAccount");
        let finding = judge("HTTP", stage(Some(limited()), None), |api, _| {
            api.routes = fixtures::denied("apigatewayv2:GetRoutes");
        });
        assert_denied(&finding, "apigatewayv2:GetRoutes");
    }

    #[test]
    fn stages_that_cannot_be_read_are_one_outcome_of_the_api() {
        let finding = judge("HTTP", stage(None, None), |api, _| {
            api.stages = fixtures::denied("apigatewayv2:GetStages");
        });
        assert_denied(&finding, "apigatewayv2:GetStages");
        assert_eq!(finding.resource.kind, "AWS::ApiGatewayV2::Api");
    }
}
