//! Reservations that leave the other functions of a region too little.

use tripod_capacity::concurrency::{self, UNRESERVED_FLOOR};
use tripod_capacity::{Concurrency, Missing, WhatIf};
use tripod_model::lambda::AccountSettings;
use tripod_model::{Arn, Impact, Severity, Unknown};

use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// Service Quotas has no type in CloudFormation; the pool is part of this quota.
const QUOTA: &str = "AWS::ServiceQuotas::Quota";

/// Percent of the pool from which its use is close to all of it.
const NEAR_PERCENT: i64 = 80;

pub(crate) static CHECK: Check = Check {
    id: "lambda-scarce-unreserved-pool",
    title: "reserved concurrency that leaves other functions too little",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["LA03"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda:GetAccountSettings",
        "cloudwatch:GetMetricData",
    ],
    controls: &[Control::Baseline("AVL-1"), Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("scarce_unreserved_pool.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        match concurrency::of(scope.region, &WhatIf::default()) {
            // No function, nobody to leave anything to.
            Ok(seen) if seen.functions.is_empty() => {}
            seen => {
                let (partition, account) = (&scope.account.partition, &scope.account.id);
                let region = &scope.region.name;
                let arn = Arn::new(format!(
                    "arn:{partition}:servicequotas:{region}:{account}:lambda/L-B99A9384"
                ));
                let resource = scope.resource(QUOTA, &arn, "unreserved concurrency");
                out.say(resource, seen.and_then(|seen| decide(&scope, &seen)));
            }
        }
    }
}

fn decide(scope: &Scope, seen: &Concurrency) -> Result<Verdict, Unknown> {
    let evidence = |settings: &AccountSettings| {
        let pointer = "/AccountLimit/UnreservedConcurrentExecutions";
        settings
            .sources
            .evidence("lambda:GetAccountSettings", pointer)
    };
    let settings = scope.region.lambda.account_settings.found()?;
    let evidence = settings.map(evidence).unwrap_or_default();
    let (Some(limit), Some(unreserved), Some(shared)) =
        (&seen.limit, &seen.unreserved, &seen.on_demand)
    else {
        return Err(cause(&seen.missing));
    };
    let taken = limit.value.saturating_sub(unreserved.value);
    let ready = unreserved.value.saturating_sub(shared.value);
    let said = |verdict: Verdict| {
        verdict
            .detail("limit", limit.value)
            .detail("reserved", taken)
            .detail("unreserved", unreserved.value)
            .detail("kept_ready", ready)
            .detail("on_demand", shared.value)
            .detail("peak", seen.unreserved_peak.as_ref().map(|it| it.value))
            .evidence(evidence.clone())
    };
    if let Some(lack) = unread(seen) {
        return Err(lack);
    }
    if taken == 0 && ready == 0 {
        return Ok(said(Verdict::not_applicable(
            "nothing is reserved or kept ready: functions share the whole limit",
        )));
    }
    let sharing = seen.functions.iter().filter(|it| it.reserved.is_none());
    let sharing = sharing.count();
    if sharing == 0 {
        return Ok(said(Verdict::pass(
            "every function has a reservation of its own",
        )));
    }
    judge(seen, shared.value, unreserved.value, sharing).map(said)
}

fn judge(
    seen: &Concurrency,
    shared: i64,
    unreserved: i64,
    sharing: usize,
) -> Result<Verdict, Unknown> {
    if let Some(peak) = seen.unreserved_peak.as_ref().map(|it| it.value)
        && i128::from(peak) * 100 >= i128::from(shared) * i128::from(NEAR_PERCENT)
    {
        return Ok(Verdict::fail(format!(
            "functions without a reservation ({sharing}) share {shared} executions and had {peak} at their peak"
        )));
    }
    if unreserved <= UNRESERVED_FLOOR {
        return Ok(Verdict::fail(format!(
            "{unreserved} executions are left to functions without a reservation ({sharing}), and AWS \
             lets nobody reserve more"
        ))
        .lowered_to(Severity::Medium, "they have not needed more yet"));
    }
    let what = "the region's peak of unreserved concurrency";
    match seen.missing.iter().find(|it| it.what == what) {
        Some(missing) if missing.cause.is_some() => Err(missing.unknown()),
        Some(_) => Ok(Verdict::pass(format!(
            "functions without a reservation ({sharing}) share {shared} executions, and none ran in the \
             last 30 days"
        ))),
        None => Ok(Verdict::pass(format!(
            "functions without a reservation ({sharing}) share {shared} executions, well over their peak"
        ))),
    }
}

/// A reservation, or environments kept ready, that could not be read.
fn unread(seen: &Concurrency) -> Option<Unknown> {
    let missing = seen.functions.iter().flat_map(|it| &it.missing);
    let mut lacks = missing.filter(|it| it.cause.is_some() && it.what != "its peak");
    lacks.next().map(Missing::unknown)
}

fn cause(missing: &[Missing]) -> Unknown {
    missing
        .first()
        .map_or(Unknown::NotCollected, Missing::unknown)
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudwatch::{Daily, Metrics};
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn function(name: &str, reserved: Option<i64>) -> Function {
        let mut function = fixtures::function(name);
        function.details = function.details.map(|mut details| {
            details.reserved_concurrency = reserved;
            details
        });
        function
    }

    fn metrics(peak: Option<f64>) -> Observed<Metrics> {
        let day = |value| Daily {
            day: "2026-11-20".parse().expect("a day"),
            value,
        };
        Observed::Known(Metrics {
            from: "2026-10-23T00:00:00Z".parse().expect("a time"),
            until: "2026-11-22T00:00:00Z".parse().expect("a time"),
            concurrent_executions: Observed::Absent,
            unreserved_concurrent_executions: peak
                .map_or(Observed::Absent, |peak| Observed::Known(vec![day(peak)])),
            functions: vec![],
            rest_stages: vec![],
            http_apis: vec![],
        })
    }

    /// A limit of 1,000, of which so many are unreserved; `claims` reserves, `portal` shares.
    fn judged(
        unreserved: i64,
        peak: Option<f64>,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![
                function("claims", Some(1000 - unreserved)),
                function("portal", None),
            ]);
            if let Observed::Known(settings) = &mut region.lambda.account_settings {
                settings.unreserved_concurrent_executions = Some(unreserved);
            }
            region.cloudwatch.metrics = metrics(peak);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_peak_close_to_what_is_shared_fails() {
        // 80 % of 300 are 240.
        let finding = judged(300, Some(240.0), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "functions without a reservation (1) share 300 executions and had 240 at their peak"
        );
        for (name, value) in [
            ("limit", 1000),
            ("reserved", 700),
            ("unreserved", 300),
            ("peak", 240),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
        assert_eq!(judged(300, Some(239.0), |_| {}).outcome, Outcome::Pass);
    }

    #[test]
    fn what_is_kept_ready_by_a_sharing_function_is_not_shared() {
        let finding = judged(300, Some(200.0), |region| {
            if let Observed::Known(functions) = &mut region.lambda.functions {
                let arn = functions[1].arn.clone();
                functions[1].provisioned_concurrency =
                    Observed::Known(vec![tripod_model::lambda::ProvisionedConcurrency {
                        function_arn: arn,
                        requested: Some(50),
                        allocated: Some(50),
                        available: Some(50),
                        status: None,
                        status_reason: None,
                    }]);
            }
        });
        // 300 - 50 = 250, of which 80 % are 200.
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("on_demand"), 250);
    }

    #[test]
    fn at_the_floor_it_fails_lowered_since_nobody_can_reserve_more() {
        let finding = judged(100, Some(10.0), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(judged(101, Some(10.0), |_| {}).outcome, Outcome::Pass);
    }

    #[test]
    fn without_reservations_there_is_nothing_to_ask_and_without_functions_nobody() {
        let finding = judged(1000, Some(999.0), |_| {});
        assert_eq!(finding.outcome, Outcome::NotApplicable);
        let nobody = fixtures::with_functions(vec![]);
        assert!(run(&CHECK, &nobody).is_empty());
    }

    #[test]
    fn where_every_function_has_a_reservation_nobody_shares() {
        let finding = judged(100, None, |region| {
            region.lambda.functions = Observed::Known(vec![function("claims", Some(900))]);
        });
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn no_datapoint_passes_and_says_that_none_ran() {
        let finding = judged(300, None, |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("none ran"));
    }

    #[test]
    fn each_denied_input_is_not_assessed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, Change); 5] = [
            ("lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("lambda:GetFunction", |region| {
                if let Observed::Known(functions) = &mut region.lambda.functions {
                    functions[1].details = fixtures::denied("lambda:GetFunction");
                }
            }),
            ("lambda:ListProvisionedConcurrencyConfigs", |region| {
                if let Observed::Known(functions) = &mut region.lambda.functions {
                    functions[1].provisioned_concurrency =
                        fixtures::denied("lambda:ListProvisionedConcurrencyConfigs");
                }
            }),
            ("lambda:GetAccountSettings", |region| {
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            }),
            ("cloudwatch:GetMetricData", |region| {
                region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
            }),
        ];
        for (operation, change) in denials {
            assert_denied(&judged(300, Some(10.0), change), operation);
        }
    }
}
