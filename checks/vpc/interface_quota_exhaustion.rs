//! Regions whose network interfaces reach the quota.

use std::collections::BTreeMap;

use tripod_capacity::addresses::{LimitUse, QuotaBasis, Scenario};
use tripod_model::ec2::NetworkInterface;
use tripod_model::{Arn, Impact, ResourceRef, Severity, Unknown};

use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// Service Quotas has no type in CloudFormation.
const QUOTA: &str = "AWS::ServiceQuotas::Quota";

/// Percent in use from which little is left.
const NEAR_PERCENT: i64 = 80;

pub(crate) static CHECK: Check = Check {
    id: "vpc-interface-quota-exhaustion",
    title: "region close to its quota of network interfaces",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["VN27"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetAccountSettings",
        "lambda:ListAliases",
        "lambda:ListCapacityProviders",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda-core:GetNetworkConnector",
        "lambda-core:ListNetworkConnectors",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "service-quotas:ListServiceQuotas",
    ],
    controls: &[Control::Baseline("AVL-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("interface_quota_exhaustion.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.say(resource(&scope), decide(view, &scope));
    }
}

/// The quota itself: it is of the region, and of nothing in it.
fn resource(scope: &Scope) -> ResourceRef {
    let (partition, account) = (&scope.account.partition, &scope.account.id);
    let region = &scope.region.name;
    let arn = Arn::new(format!(
        "arn:{partition}:servicequotas:{region}:{account}:vpc/L-DF5E4CA3"
    ));
    scope.resource(QUOTA, &arn, "Network interfaces per Region")
}

fn decide(view: &View<'_>, scope: &Scope) -> Result<Verdict, Unknown> {
    let interfaces = scope.region.ec2.network_interfaces.found()?;
    let interfaces = interfaces.map_or(&[][..], Vec::as_slice);
    let addresses = view.addresses(scope.account, scope.region)?;
    if interfaces.is_empty() && addresses.subnets.is_empty() {
        return Ok(Verdict::not_applicable(
            "the region has no network interface",
        ));
    }
    let uses = addresses.region_limit.known()?;
    let limit = uses.iter().find(|it| it.scenario == Scenario::AccountLimit);
    let limit = limit.ok_or(Unknown::NotCollected)?;
    let now = i64::try_from(interfaces.len()).unwrap_or(i64::MAX);
    let zone = largest_zone(interfaces);
    let need = limit.need.expected.value;
    let quota = limit.quota.value;
    let message = format!(
        "{now} network interfaces in the region, {zone} of them in one zone, {need} when Lambda is at the account's limit, \
         of {quota} that {} ({})",
        match limit.basis {
            QuotaBasis::Applied => "apply",
            QuotaBasis::Default => "are AWS's default; what applies is not known",
        },
        limit.code,
    );
    let near = |number: i64| number.saturating_mul(100) >= quota.saturating_mul(NEAR_PERCENT);
    let most = need.max(now);
    if limit.basis == QuotaBasis::Default && near(most) {
        return Err(Unknown::Failed {
            operation: "service-quotas:ListServiceQuotas".to_owned(),
            error: message,
        });
    }
    let mut gaps = addresses.subnets.iter().flat_map(|subnet| &subnet.gaps);
    let hidden = gaps.find(|gap| gap.hides_need);
    let verdict = if near(most) {
        // AWS counts by zone, its page says, under a quota of the region's name.
        let more = most - now;
        if near(zone.saturating_add(more)) {
            Verdict::fail(message)
        } else {
            let reason = "no zone alone is near the quota, and AWS may count by zone";
            Verdict::fail(message).lowered_to(Severity::Medium, reason)
        }
    } else if let Some(gap) = hidden {
        return Err(gap.unknown.clone());
    } else {
        Verdict::pass(message)
    };
    Ok(with_figures(verdict, limit, now, zone))
}

/// Interfaces of the zone that has the most; those without a zone count as one.
fn largest_zone(interfaces: &[NetworkInterface]) -> i64 {
    let mut zones: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    for interface in interfaces {
        *zones
            .entry(interface.availability_zone.as_deref())
            .or_default() += 1;
    }
    zones.into_values().max().unwrap_or(0)
}

fn with_figures(verdict: Verdict, limit: &LimitUse, now: i64, zone: i64) -> Verdict {
    verdict
        .detail("interfaces", now)
        .detail("interfaces_in_largest_zone", zone)
        .detail("need_low", limit.need.low.value)
        .detail("need_expected", limit.need.expected.value)
        .detail("need_high", limit.need.high.value)
        .detail("quota", limit.quota.value)
        .detail("quota_code", limit.code)
        .detail("headroom", limit.headroom.expected.value)
        .detail("formula", limit.need.expected.formula)
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::addresses_testing::{quota, with_sets};

    /// So many interfaces in each of two zones, of a quota.
    fn judged(in_each: usize, applied: f64) -> Finding {
        run_one(
            &CHECK,
            &with_sets(0, 50, |region| {
                region.servicequotas.vpc = Observed::Known(vec![quota("L-DF5E4CA3", applied)]);
                fill(region, in_each);
            }),
        )
    }

    fn fill(region: &mut RegionalAccount, in_each: usize) {
        let each = (0..2 * in_each).map(|number| {
            let mut interface =
                fixtures::lambda_interface(&format!("eni-{number}"), "s2", &["sg-1"]);
            interface.kind = Some("interface".to_owned());
            interface.availability_zone = Some(if number < in_each { "a" } else { "b" }.to_owned());
            interface
        });
        region.ec2.network_interfaces = Observed::Known(each.collect());
    }

    #[test]
    fn a_region_near_its_quota_fails_with_the_figures() {
        // 8 in each zone of 10: both the region, 16, and a zone are at 80 %.
        let finding = judged(8, 10.0);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        for (name, value) in [
            ("interfaces", 16),
            ("interfaces_in_largest_zone", 8),
            ("quota", 10),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
    }

    #[test]
    fn a_region_near_its_quota_by_all_zones_together_fails_lowered() {
        // 16 of 20 in the region are 80 %, 8 of 20 in a zone are not.
        let finding = judged(8, 20.0);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
    }

    #[test]
    fn less_than_eighty_percent_passes() {
        // 16 of 21 are 76 %.
        assert_eq!(judged(8, 21.0).outcome, Outcome::Pass);
    }

    #[test]
    fn what_lambda_will_need_counts() {
        let snapshot = with_sets(9, 50, |region| {
            region.servicequotas.vpc = Observed::Known(vec![quota("L-DF5E4CA3", 10.0)]);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("interfaces"), 0);
        assert_eq!(finding.details.get("need_expected"), 9);
    }

    #[test]
    fn awss_default_stands_in_for_a_quota_that_is_not_listed_while_it_is_far() {
        let unlisted = |in_each| {
            run_one(
                &CHECK,
                &with_sets(0, 50, |region| {
                    region.servicequotas.vpc = fixtures::denied("service-quotas:ListServiceQuotas");
                    fill(region, in_each);
                }),
            )
        };
        let finding = unlisted(8);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("of 5000 that are AWS's default"));
        assert_eq!(unlisted(2_000).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn an_empty_region_is_not_applicable_whatever_applies() {
        let snapshot = with_sets(0, 50, |region| {
            region.servicequotas.vpc = fixtures::denied("service-quotas:ListServiceQuotas");
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn denied_interfaces_and_functions_are_not_assessed() {
        let snapshot = with_sets(1, 50, |region| {
            region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeNetworkInterfaces");
        let snapshot = with_sets(1, 50, |region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
