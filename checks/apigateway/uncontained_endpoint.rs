//! Stages that let in more than the functions behind them may run.

use std::collections::BTreeMap;

use tripod_capacity::containment::{self, Cure, Entry, EntryKind, Verdict as Reach};
use tripod_capacity::{Containment, Figure, WhatIf};
use tripod_model::{Arn, Evidence, Impact, Observed, ResourceRef, Severity, Unknown};

use crate::apigateway::{API, REST_API, STAGE};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// CloudFormation's type name of a stage of an HTTP or WebSocket API.
const V2_STAGE: &str = "AWS::ApiGatewayV2::Stage";

/// Most names of functions in the details of a finding.
const NAMED: usize = 20;

pub(crate) static CHECK: Check = Check {
    id: "apigateway-uncontained-endpoint",
    title: "endpoint that can use up the concurrency of its function or of others",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["GA42", "GV11"],
    needs: &[
        "apigateway:GetRestApis",
        "apigateway:GetStages",
        "apigateway:GetResources",
        "apigateway:GetAccount",
        "apigateway:GetUsagePlans",
        "apigateway:GetUsagePlanKeys",
        "apigateway:GetApiKeys",
        "apigatewayv2:GetApis",
        "apigatewayv2:GetStages",
        "apigatewayv2:GetRoutes",
        "apigatewayv2:GetIntegrations",
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda:GetAccountSettings",
        "cloudwatch:GetMetricData",
    ],
    controls: &[Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("uncontained_endpoint.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let court = Court::of(&scope);
        rest_apis(&scope, &court, out);
        v2_apis(&scope, &court, out);
    }
}

fn rest_apis(scope: &Scope, court: &Court, out: &mut Outcomes) {
    let apis = match scope.region.apigateway.rest_apis.found() {
        Ok(apis) => apis.into_iter().flatten(),
        Err(unknown) => return out.say(scope.unlisted(REST_API), Err(unknown)),
    };
    for api in apis {
        let whole = || scope.resource(REST_API, &api.arn, &api.name);
        let place = |arn: &Arn, name: &str| {
            let name = format!("{name} of {}", api.name);
            scope.resource(STAGE, arn, &name)
        };
        out.each(
            &api.stages,
            whole,
            |stage| place(&stage.arn, &stage.name),
            |stage| {
                let evidence = stage
                    .sources
                    .evidence("apigateway:GetStages", "/methodSettings");
                court.decide(&stage.arn, &[known(&api.methods)], evidence)
            },
        );
    }
}

fn v2_apis(scope: &Scope, court: &Court, out: &mut Outcomes) {
    let apis = match scope.region.apigatewayv2.apis.found() {
        Ok(apis) => apis.into_iter().flatten(),
        Err(unknown) => return out.say(scope.unlisted(API), Err(unknown)),
    };
    for api in apis {
        let whole = || scope.resource(API, &api.arn, &api.name);
        let place = |arn: &Arn, name: &str| -> ResourceRef {
            let name = format!("{name} of {}", api.name);
            scope.resource(V2_STAGE, arn, &name)
        };
        // Not asked where no route leads to one.
        let integrations = match &api.integrations {
            Observed::NotCollected => None,
            other => known(other),
        };
        out.each(
            &api.stages,
            whole,
            |stage| place(&stage.arn, &stage.name),
            |stage| {
                let evidence = stage
                    .sources
                    .evidence("apigatewayv2:GetStages", "/defaultRouteSettings");
                let lists = [known(&api.routes), integrations.clone()];
                court.decide(&stage.arn, &lists, evidence)
            },
        );
    }
}

/// Why a list is not known.
fn known<T>(list: &Observed<Vec<T>>) -> Option<Unknown> {
    list.found().err()
}

/// The containment of a region, by stage.
struct Court {
    containment: Result<Containment, Unknown>,
    /// Places in the list of entries.
    by_stage: BTreeMap<String, Vec<usize>>,
}

impl Court {
    fn of(scope: &Scope) -> Self {
        let containment = containment::of(scope.region, &WhatIf::default());
        let mut by_stage: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, entry) in containment.iter().flat_map(|it| &it.entries).enumerate() {
            if let Some(arn) = &entry.stage_arn {
                by_stage.entry(arn.to_string()).or_default().push(at);
            }
        }
        Self {
            containment,
            by_stage,
        }
    }

    /// The verdict on a stage: that of its worst endpoint that surely is not contained. Where one may or may
    /// not be, and no other fails, it is not assessed.
    fn decide(
        &self,
        stage: &Arn,
        lists: &[Option<Unknown>],
        evidence: Vec<Evidence>,
    ) -> Result<Verdict, Unknown> {
        if let Some(unknown) = lists.iter().flatten().next() {
            return Err(unknown.clone());
        }
        let containment = self.containment.as_ref().map_err(Clone::clone)?;
        let places = self.by_stage.get(stage.as_str()).into_iter().flatten();
        let entries: Vec<&Entry> = places.map(|at| &containment.entries[*at]).collect();
        let behind = |it: &&&Entry| it.verdict != Reach::NoFunction;
        if !entries.iter().any(|it| behind(&it)) {
            return Ok(Verdict::not_applicable(
                "no endpoint of the stage leads to a function that is there",
            ));
        }
        let sure = entries.iter().filter(|it| it.doubt().is_none());
        let open: Vec<&&Entry> = sure
            .filter(|it| matches!(it.verdict, Reach::OwnFunction | Reach::Pool))
            .collect();
        if let Some(worst) = open.iter().copied().max_by_key(|it| weight(it)) {
            let verdict = failing(containment, worst, open.len());
            return Ok(verdict.evidence(evidence));
        }
        match entries.iter().find_map(|it| it.doubt()) {
            Some(unknown) => Err(unknown),
            None => Ok(passing(&entries).evidence(evidence)),
        }
    }
}

/// What is worse: to take others down, without credentials, with more.
fn weight(entry: &Entry) -> (Reach, Option<bool>, i64) {
    (entry.verdict, entry.open, expected(entry))
}

/// No bound is more than any.
fn expected(entry: &Entry) -> i64 {
    let demand = entry.demand.as_ref().and_then(|it| it.expected.as_ref());
    demand.map_or(i64::MAX, |it| it.value)
}

fn passing(entries: &[&Entry]) -> Verdict {
    let behind = entries.iter().filter(|it| it.verdict == Reach::Contained);
    let tightest = behind.max_by_key(|it| expected(it));
    let verdict = Verdict::pass("what each endpoint lets in fits the function behind it");
    match tightest {
        Some(entry) => figures(verdict, entry),
        None => verdict,
    }
}

fn failing(containment: &Containment, entry: &Entry, open: usize) -> Verdict {
    let function = entry.function.as_deref().unwrap_or_default();
    let room = entry.room.as_ref().map_or(0, |it| it.room.value);
    let demand = expected(entry);
    let asks = format!(
        "{} can ask for {demand} executions of {function} at once",
        entry.name
    );
    let verdict = if entry.verdict == Reach::Pool {
        let verdict = Verdict::fail(format!(
            "{asks}, the shared pool has room for {room}: it takes {} down{}",
            others(entry.takes_down),
            mended(entry)
        ));
        let names = containment.taken_down_by(entry).take(NAMED);
        let names: Vec<&str> = names.map(|it| it.function.as_str()).collect();
        let verdict = verdict
            .detail("takes_down", entry.takes_down)
            .detail("functions_down", names);
        if entry.open == Some(false) {
            verdict.lowered_to(Severity::Medium, "callers have to show who they are")
        } else {
            verdict
        }
    } else {
        Verdict::fail(format!("{asks}, which may have {room}{}", mended(entry)))
            .lowered_to(Severity::Low, "nobody but the function itself runs short")
    };
    figures(verdict, entry).detail("uncontained_endpoints", open)
}

fn others(count: i64) -> String {
    match count {
        1 => "another function".to_owned(),
        count => format!("{count} other functions"),
    }
}

/// The first cure, in words.
fn mended(entry: &Entry) -> String {
    let cure = entry.cures.iter().map(|cure| match cure {
        Cure::Throttle { rate, burst, .. } => format!(
            "; a throttle of {} requests in {} s with burst {burst} contains it",
            rate.requests, rate.seconds
        ),
        Cure::Reserve {
            at_most,
            at_least: Some(least),
            verdict: Reach::Contained,
            ..
        } => format!("; reserving {least} to {at_most} for the function contains it"),
        Cure::Reserve { at_most, .. } => {
            format!("; reserving up to {at_most} for the function keeps it from others")
        }
        Cure::RaiseLimit { by, .. } => {
            format!("; the account's limit is {by} too low to hold it")
        }
        Cure::MaximumConcurrency { executions, .. } => {
            format!("; a maximum concurrency of {executions} contains it")
        }
    });
    cure.into_iter().next().unwrap_or_default()
}

fn figures(verdict: Verdict, entry: &Entry) -> Verdict {
    let value = |it: Option<&Figure>| it.map(|it| it.value);
    let demand = entry.demand.as_ref();
    let kind = match entry.kind {
        EntryKind::RestMethod => "method",
        _ => "route",
    };
    let limit = entry.limits.first().map(|it| it.of.as_str());
    verdict
        .detail(kind, entry.name.as_str())
        .detail("function", entry.function.as_deref())
        .detail("limited_by", limit)
        .detail("demand_low", value(demand.and_then(|it| it.low.as_ref())))
        .detail(
            "demand_expected",
            value(demand.and_then(|it| it.expected.as_ref())),
        )
        .detail("demand_high", value(demand.and_then(|it| it.high.as_ref())))
        .detail("room", entry.room.as_ref().map(|it| it.room.value))
        .detail(
            "reserved_concurrency",
            entry.room.as_ref().and_then(|it| it.reserved),
        )
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::RestApi;
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn function(name: &str, reserved: Option<i64>) -> Function {
        let mut function = fixtures::function(name);
        function.details = function.details.map(|mut details| {
            details.reserved_concurrency = reserved;
            details
        });
        function
    }

    /// `POST /claims` before `claims`, at 50 requests a second with burst 100; the function takes up to 10 s.
    fn api() -> RestApi {
        let mut api = fixtures::rest_api("a1");
        if let Observed::Known(methods) = &mut api.methods
            && let Some(integration) = &mut methods[0].integration
        {
            let arn = function("claims", None).arn;
            integration.uri = Some(format!(
                "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations"
            ));
        }
        api
    }

    /// `claims` with a reservation or none, and `portal` on the pool.
    fn snapshot(
        reserved: Option<i64>,
        pool: i64,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Snapshot {
        fixtures::with_region(|region| {
            region.lambda.functions =
                Observed::Known(vec![function("claims", reserved), function("portal", None)]);
            region.lambda.account_settings =
                region.lambda.account_settings.clone().map(|mut it| {
                    it.unreserved_concurrent_executions = Some(pool);
                    it
                });
            region.apigateway.rest_apis = Observed::Known(vec![api()]);
            region.cloudwatch.metrics = Observed::Absent;
            change(region);
        })
    }

    fn judged(
        reserved: Option<i64>,
        pool: i64,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Finding {
        run_one(&CHECK, &snapshot(reserved, pool, change))
    }

    fn change_method(
        region: &mut RegionalAccount,
        change: impl FnOnce(&mut tripod_model::apigateway::Method),
    ) {
        if let Observed::Known(apis) = &mut region.apigateway.rest_apis
            && let Observed::Known(methods) = &mut apis[0].methods
        {
            change(&mut methods[0]);
        }
    }

    #[test]
    fn what_the_pool_does_not_hold_fails_and_names_who_stops() {
        // 50 x 10 s + 100 = 600; the pool of 600 less 1 for portal.
        let finding = judged(None, 600, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.starts_with(
            "POST /claims at prod of a1 can ask for 600 executions of claims at once, the shared pool has \
             room for 599: it takes another function down; a throttle of "
        ), "{}", finding.message);
        for (name, value) in [
            ("demand_low", 100),
            ("demand_expected", 600),
            ("demand_high", 600),
            ("room", 599),
            ("takes_down", 1),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
        assert_eq!(
            finding.details.get("functions_down"),
            serde_json::json!(["portal"])
        );
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::Stage");
        assert_eq!(finding.resource.name, "prod of a1");
        // The method asks for IAM credentials.
        assert_eq!(finding.severity, Severity::Medium);
        let open = judged(None, 600, |region| {
            change_method(region, |it| it.authorization_type = Some("NONE".to_owned()));
        });
        assert_eq!(open.severity, Severity::High);
    }

    #[test]
    fn a_pool_or_a_reservation_that_holds_it_passes() {
        for (reserved, pool) in [(None, 601), (Some(600), 10)] {
            let finding = judged(reserved, pool, |_| {});
            assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
            assert_eq!(finding.details.get("demand_expected"), 600);
        }
    }

    #[test]
    fn a_reservation_that_is_too_small_fails_low() {
        let finding = judged(Some(599), 1000, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(
            finding
                .message
                .contains("nobody but the function itself runs short")
        );
    }

    #[test]
    fn a_stage_without_a_function_behind_it_is_not_asked() {
        let mock = judged(None, 600, |region| {
            change_method(region, |it| it.integration = None);
        });
        assert_eq!(mock.outcome, Outcome::NotApplicable);
        let gone = judged(None, 600, |region| {
            region.lambda.functions = Observed::Known(vec![]);
        });
        assert_eq!(gone.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn one_open_endpoint_fails_the_stage_whatever_is_not_known_of_another() {
        let finding = judged(None, 600, |region| {
            let Observed::Known(apis) = &mut region.apigateway.rest_apis else {
                return;
            };
            let Observed::Known(methods) = &mut apis[0].methods else {
                return;
            };
            let mut variable = methods[0].clone();
            variable.path = "/other".to_owned();
            if let Some(integration) = &mut variable.integration {
                integration.uri = Some(
                    "arn:aws:lambda:eu-central-1:111122223333:function:${stageVariables.fn}"
                        .to_owned(),
                );
            }
            methods.insert(0, variable);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("uncontained_endpoints"), 1);
    }

    #[test]
    fn what_decides_and_was_denied_is_not_assessed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, Change); 7] = [
            ("apigateway:GetRestApis", |region| {
                region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
            }),
            ("apigateway:GetResources", |region| {
                if let Observed::Known(apis) = &mut region.apigateway.rest_apis {
                    apis[0].methods = fixtures::denied("apigateway:GetResources");
                }
            }),
            ("apigateway:GetStages", |region| {
                if let Observed::Known(apis) = &mut region.apigateway.rest_apis {
                    apis[0].stages = fixtures::denied("apigateway:GetStages");
                }
            }),
            ("lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("lambda:GetAccountSettings", |region| {
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            }),
            // The account's throttle might be the tighter one.
            ("apigateway:GetAccount", |region| {
                region.apigateway.account = fixtures::denied("apigateway:GetAccount");
            }),
            // At the median it may fit: 100 at once do.
            ("cloudwatch:GetMetricData", |region| {
                region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
            }),
        ];
        for (operation, change) in denials {
            assert_denied(&judged(None, 600, change), operation);
        }
    }

    #[test]
    fn a_pass_needs_to_know_what_neighbours_need_and_a_failure_does_not() {
        let denied = |reserved, pool| {
            judged(reserved, pool, |region| {
                region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
            })
        };
        assert_denied(&denied(None, 5_000), "cloudwatch:GetMetricData");
        // The burst alone is more than this pool.
        assert_eq!(denied(None, 100).outcome, Outcome::Fail);
        // A reservation is nobody else's.
        assert_eq!(denied(Some(600), 5_000).outcome, Outcome::Pass);
    }
}
