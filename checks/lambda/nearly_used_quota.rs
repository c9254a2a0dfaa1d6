//! Quotas that serverless systems meet, of which little is left.
//!
//! The quotas on network interfaces are left to the checks of subnets and interfaces, and those on calls of KMS are
//! not looked at: no collector reads how many calls were made.

use tripod_capacity::quotas::{self, Alarm, Basis, QuotaUse};
use tripod_model::{Account, Arn, Impact, RegionName, ResourceRef, Severity, Unknown};

use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// Service Quotas has no type in CloudFormation.
const QUOTA: &str = "AWS::ServiceQuotas::Quota";

/// Percent in use from which little is left.
const NEAR_PERCENT: i64 = 80;

/// Names of quotas that other checks decide.
const ELSEWHERE: &[&str] = &[
    "Elastic network interfaces per VPC",
    "Network interfaces per Region",
];

pub(crate) static CHECK: Check = Check {
    id: "lambda-nearly-used-quota",
    title: "service quota that is nearly used up",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["LA04"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetAccountSettings",
        "service-quotas:ListServiceQuotas",
        "cloudwatch:GetMetricData",
        "cloudwatch:DescribeAlarms",
        "apigateway:GetAccount",
        "apigateway:GetRestApis",
        "apigateway:GetStages",
        "apigateway:GetApiKeys",
        "apigateway:GetUsagePlans",
        "apigatewayv2:GetApis",
        "iam:GetAccountSummary",
    ],
    controls: &[Control::Baseline("AVL-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("nearly_used_quota.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        for row in &quotas::of(scope.region).rows {
            let verdict = match is_asked(&scope, row) {
                Ok(true) => decide(row),
                Ok(false) => continue,
                Err(unknown) => Err(unknown),
            };
            let region = scope.region.name.clone();
            out.say(resource(scope.account, region, row), verdict);
        }
    }
    for account in &view.accounts {
        let rows = quotas::of_account(account).rows;
        for row in rows.iter().filter(|it| is_used(it)) {
            let place = RegionName::new("global");
            out.say(resource(account, place, row), decide(row));
        }
    }
}

/// A quota of which nothing is used is no resource to look at; one whose use is not known is.
fn is_used(row: &QuotaUse) -> bool {
    row.used.as_ref().is_none_or(|it| it.value > 0)
}

/// Whether there is anything in the region that uses the quota.
///
/// # Errors
/// When the list is not known of what uses it: metrics are read of what is listed, and say less then.
fn is_asked(scope: &Scope, row: &QuotaUse) -> Result<bool, Unknown> {
    let region = scope.region;
    Ok(match (row.service, row.name.as_str()) {
        (_, name) if ELSEWHERE.contains(&name) => false,
        ("lambda", _) => region
            .lambda
            .functions
            .found()?
            .is_some_and(|it| !it.is_empty()),
        ("apigateway", "Throttle rate") => {
            let rest = region.apigateway.rest_apis.found()?;
            for api in rest.into_iter().flatten() {
                api.stages.found()?;
            }
            let others = region.apigatewayv2.apis.found()?;
            rest.is_some_and(|it| !it.is_empty()) || others.is_some_and(|it| !it.is_empty())
        }
        ("apigateway", _) => is_used(row),
        _ => false,
    })
}

fn resource(account: &Account, region: RegionName, row: &QuotaUse) -> ResourceRef {
    let (partition, id) = (&account.partition, &account.id);
    // Quotas of IAM are the account's, and their ARN has no region.
    let place = if region.as_str() == "global" {
        ""
    } else {
        region.as_str()
    };
    let code = row.code.as_deref().unwrap_or("*");
    let arn = Arn::new(format!(
        "arn:{partition}:servicequotas:{place}:{id}:{}/{code}",
        row.service
    ));
    ResourceRef {
        arn: arn.to_string(),
        kind: QUOTA.to_owned(),
        name: row.name.clone(),
        account: id.clone(),
        region,
    }
}

fn decide(row: &QuotaUse) -> Result<Verdict, Unknown> {
    let why = |what: &str| row.missing.iter().find(|it| it.what == what);
    let Some(used) = row.used.as_ref().map(|it| it.value) else {
        let lack = why("the use");
        return match lack.filter(|it| it.cause.is_some()) {
            Some(lack) => Err(lack.unknown()),
            None if row.service == "iam" => Err(Unknown::Failed {
                operation: "iam:GetAccountSummary".to_owned(),
                error: format!("the answer does not count {}", row.name),
            }),
            None => Ok(Verdict::not_applicable(
                "CloudWatch saw no use in the last 30 days",
            )),
        };
    };
    let (Some(limit), Some(share), Some(left)) = (&row.limit, &row.share_percent, &row.headroom)
    else {
        let lack = why("the applied quota").filter(|it| it.cause.is_some());
        return Err(lack.map_or_else(
            || Unknown::Failed {
                operation: "service-quotas:ListServiceQuotas".to_owned(),
                error: format!("the answer has no value for {}", row.name),
            },
            tripod_capacity::Missing::unknown,
        ));
    };
    let basis = match limit.basis {
        Basis::Applied | Basis::Service => "",
        Basis::Default => " (AWS's default, none is listed for the account)",
    };
    let seen = format!("{used} of {}{basis} in use, {} %", limit.value, share.value);
    let verdict = if share.value < NEAR_PERCENT {
        Verdict::pass(seen)
    } else {
        failing(row, &seen, left.value)
    };
    Ok(verdict
        .detail("used", used)
        .detail("limit", limit.value)
        .detail("limit_is_default", limit.basis == Basis::Default)
        .detail("share_percent", share.value)
        .detail("headroom", left.value)
        .detail("alarm", alarm(&row.alarm)))
}

fn failing(row: &QuotaUse, seen: &str, left: i64) -> Verdict {
    let verdict = Verdict::fail(format!("{seen}; {}", alarm(&row.alarm)));
    if left <= 0 {
        verdict
    } else if matches!(row.alarm, Alarm::Present { .. }) {
        verdict.lowered_to(Severity::Low, "somebody is told before it is used up")
    } else {
        verdict.lowered_to(Severity::Medium, "some of it is left")
    }
}

fn alarm(alarm: &Alarm) -> String {
    match alarm {
        Alarm::Present { names } => format!("alarm {} watches it", names.join(" and ")),
        Alarm::Silent { names } => {
            format!(
                "alarm {} watches it and tells nobody in time",
                names.join(" and ")
            )
        }
        Alarm::Absent => "no alarm watches it".to_owned(),
        Alarm::NoMetric => "CloudWatch has no metric of it to watch".to_owned(),
        Alarm::Unknown => "whether an alarm watches it is not known".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudwatch::{CloudWatch, Daily, Metrics};
    use tripod_model::servicequotas::{Quota, ServiceQuotas};
    use tripod_model::{
        Finding, Observed, Outcome, RegionalAccount, Severity, Snapshot, Sources, fixtures,
    };

    use super::CHECK;
    use crate::testing::{assert_denied, run};

    const CONCURRENCY: &str = "Concurrent executions";

    /// One function; 1,000 executions apply, and so many ran at the peak.
    fn snapshot(peak: f64, change: impl FnOnce(&mut RegionalAccount)) -> Snapshot {
        fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![fixtures::function("claims")]);
            region.servicequotas = ServiceQuotas {
                lambda: Observed::Known(vec![Quota {
                    code: "L-B99A9384".to_owned(),
                    arn: None,
                    name: Some(CONCURRENCY.to_owned()),
                    value: Some(1_000.0),
                    adjustable: Some(true),
                    error: None,
                    usage: None,
                    sources: Sources::default(),
                }]),
                vpc: Observed::Known(vec![]),
                apigateway: Observed::Known(vec![]),
                kms: Observed::Known(vec![]),
                iam: Observed::NotCollected,
            };
            region.cloudwatch = CloudWatch {
                metric_alarms: Observed::Known(vec![]),
                composite_alarms: Observed::Known(vec![]),
                metrics: Observed::Known(Metrics {
                    from: "2026-10-23T00:00:00Z".parse().expect("a time"),
                    until: "2026-11-22T00:00:00Z".parse().expect("a time"),
                    concurrent_executions: Observed::Known(vec![Daily {
                        day: "2026-11-20".parse().expect("a day"),
                        value: peak,
                    }]),
                    unreserved_concurrent_executions: Observed::Absent,
                    functions: vec![],
                    rest_stages: vec![],
                    http_apis: vec![],
                }),
            };
            change(region);
        })
    }

    fn of(snapshot: &Snapshot, name: &str) -> Finding {
        let found = run(&CHECK, snapshot)
            .into_iter()
            .find(|it| it.resource.name == name);
        found.expect("a finding on the quota")
    }

    fn judged(peak: f64, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        of(&snapshot(peak, change), CONCURRENCY)
    }

    #[test]
    fn four_fifths_in_use_fail_and_less_passes_with_the_figures() {
        let finding = judged(791.0, |_| {});
        // 79.1 %, rounded up.
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "791 of 1000 in use, 80 %; no alarm watches it; some of it is left"
        );
        for (name, value) in [
            ("used", 791),
            ("limit", 1000),
            ("share_percent", 80),
            ("headroom", 209),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
        assert_eq!(
            finding.resource.arn,
            "arn:aws:servicequotas:eu-central-1:111122223333:lambda/L-B99A9384"
        );
        let finding = judged(790.0, |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.message, "790 of 1000 in use, 79 %");
    }

    #[test]
    fn what_is_used_up_weighs_most() {
        assert_eq!(judged(1_000.0, |_| {}).severity, Severity::High);
        assert_eq!(judged(999.0, |_| {}).severity, Severity::Medium);
    }

    #[test]
    fn alarms_that_cannot_be_read_change_no_outcome_and_are_said() {
        let finding = judged(900.0, |region| {
            region.cloudwatch.metric_alarms = fixtures::denied("cloudwatch:DescribeAlarms");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .contains("whether an alarm watches it is not known")
        );
    }

    #[test]
    fn nothing_ran_is_not_applicable_and_not_known_is_not_assessed() {
        let idle = judged(1.0, |region| {
            region.cloudwatch.metrics = Observed::Absent;
        });
        assert_eq!(idle.outcome, Outcome::NotApplicable);
        let denied = judged(1.0, |region| {
            region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
        });
        assert_denied(&denied, "cloudwatch:GetMetricData");
    }

    #[test]
    fn a_denied_list_of_quotas_is_no_default() {
        let mut snapshot = snapshot(1.0, |region| {
            region.apigateway.usage_plans = Observed::Known(vec![plan()]);
        });
        let finding = of(&snapshot, "Usage plans");
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(
            finding.message.contains("1 of 300 (AWS's default"),
            "{}",
            finding.message
        );
        assert_eq!(finding.details.get("limit_is_default"), true);
        let quotas = &mut snapshot.accounts[0].regions[0].servicequotas;
        quotas.apigateway = fixtures::denied("service-quotas:ListServiceQuotas");
        assert_denied(
            &of(&snapshot, "Usage plans"),
            "service-quotas:ListServiceQuotas",
        );
    }

    fn plan() -> tripod_model::apigateway::UsagePlan {
        tripod_model::apigateway::UsagePlan {
            arn: tripod_model::Arn::new("arn:aws:apigateway:eu-central-1::/usageplans/p"),
            id: "p".to_owned(),
            name: None,
            api_stages: vec![],
            throttle: None,
            quota: None,
            key_ids: Observed::NotCollected,
            tags: std::collections::BTreeMap::new(),
            sources: Sources::default(),
        }
    }

    #[test]
    fn what_nothing_uses_has_no_outcome() {
        let names: Vec<String> = run(
            &CHECK,
            &snapshot(1.0, |region| {
                region.lambda.functions = Observed::Known(vec![]);
            }),
        )
        .into_iter()
        .filter(|it| it.resource.region.as_str() != "global")
        .map(|it| it.resource.name)
        .collect();
        assert!(names.is_empty(), "{names:?}");
    }

    #[test]
    fn what_uses_a_quota_has_to_be_listed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, &str, Change); 3] = [
            (CONCURRENCY, "lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("Throttle rate", "apigateway:GetStages", |region| {
                let mut api = fixtures::rest_api("a1");
                api.stages = fixtures::denied("apigateway:GetStages");
                region.apigateway.rest_apis = Observed::Known(vec![api]);
            }),
            ("API keys", "apigateway:GetApiKeys", |region| {
                region.apigateway.api_keys = fixtures::denied("apigateway:GetApiKeys");
            }),
        ];
        for (name, operation, change) in denials {
            assert_denied(&of(&snapshot(1.0, change), name), operation);
        }
    }

    #[test]
    fn objects_of_iam_count_once_for_the_account() {
        let mut snapshot = snapshot(1.0, |_| {});
        if let Observed::Known(summary) = &mut snapshot.accounts[0].iam.summary {
            summary.entries.insert("Roles".to_owned(), 810);
            summary.entries.insert("RolesQuota".to_owned(), 1_000);
        }
        let roles = of(&snapshot, "Roles per account");
        assert_eq!(roles.outcome, Outcome::Fail);
        assert_eq!(
            roles.resource.arn,
            "arn:aws:servicequotas::111122223333:iam/L-FE177D64"
        );
        // The summary does not count users here.
        assert_eq!(
            of(&snapshot, "Users per account").outcome,
            Outcome::NotAssessed
        );
        snapshot.accounts[0].iam.summary = fixtures::denied("iam:GetAccountSummary");
        assert_denied(&of(&snapshot, "Roles per account"), "iam:GetAccountSummary");
    }
}
