//! VPCs whose functions need more shared interfaces than the VPC may have.

use tripod_capacity::addresses::{GapKind, LimitUse, QuotaBasis, Scenario, VpcAddresses};
use tripod_model::{Arn, Impact, ResourceRef, Severity, Unknown};

use crate::vpc::VPC;
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-interface-quota-exhaustion",
    title: "VPC whose functions need more interfaces than its quota",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["LA26"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetAccountSettings",
        "lambda:ListAliases",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda-core:GetNetworkConnector",
        "lambda-core:ListNetworkConnectors",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "service-quotas:ListServiceQuotas",
    ],
    controls: &[Control::Baseline("AVL-1"), Control::Baseline("AVL-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("interface_quota_exhaustion.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let addresses = match view.addresses(scope.account, scope.region) {
            Ok(addresses) => addresses,
            Err(unknown) => {
                out.say(scope.unlisted(VPC), Err(unknown));
                continue;
            }
        };
        // A connector alone does not make it a VPC of functions.
        for vpc in addresses.vpcs.iter().filter(|vpc| vpc.combinations > 0) {
            let own = addresses.subnets.iter();
            let mut own = own.filter(|it| it.vpc_id.as_deref() == Some(vpc.vpc_id.as_str()));
            // Capacity providers are no part of it: their instances have interfaces of EC2's.
            let hidden = own.find_map(|subnet| {
                let mut gaps = subnet.gaps.iter().filter(|gap| gap.hides_need);
                gaps.find(|gap| gap.kind != GapKind::CapacityProviders)
            });
            // Without subnets nobody knows which VPC a connector is in.
            let subnets = scope.region.ec2.subnets.found().err();
            let hidden = subnets.or_else(|| hidden.map(|gap| gap.unknown.clone()));
            out.say(resource(&scope, vpc), decide(vpc, hidden));
        }
    }
}

fn resource(scope: &Scope, vpc: &VpcAddresses) -> ResourceRef {
    let (partition, account) = (&scope.account.partition, &scope.account.id);
    let (region, id) = (&scope.region.name, &vpc.vpc_id);
    let arn = Arn::new(format!("arn:{partition}:ec2:{region}:{account}:vpc/{id}"));
    scope.resource(VPC, &arn, vpc.name.as_deref().unwrap_or(id))
}

fn decide(vpc: &VpcAddresses, hidden: Option<Unknown>) -> Result<Verdict, Unknown> {
    let uses = vpc.limit.known()?;
    let of = |scenario: &Scenario| uses.iter().find(|it| &it.scenario == scenario);
    let limit = of(&Scenario::AccountLimit).ok_or(Unknown::NotCollected)?;
    let replaced = of(&Scenario::GroupsReplaced).ok_or(Unknown::NotCollected)?;
    let message = format!(
        "{} interfaces needed at the account's limit for {} combinations of subnet and security groups, {} while all \
         security groups are replaced, of {} that {} ({})",
        limit.need.expected.value,
        vpc.combinations,
        replaced.need.expected.value,
        limit.quota.value,
        match limit.basis {
            QuotaBasis::Applied => "apply",
            QuotaBasis::Default => "are AWS's default; what applies is not known",
        },
        limit.code,
    );
    let most = limit.need.expected.value.max(replaced.need.expected.value);
    if let Some(unknown) = hidden {
        return Err(unknown);
    }
    let verdict = match limit.basis {
        // Nobody has less than the least that AWS gives everyone; more than that may apply.
        QuotaBasis::Default if most > limit.quota_at_least.value => {
            return Err(Unknown::Failed {
                operation: "service-quotas:ListServiceQuotas".to_owned(),
                error: format!("{message}: it does not fit the least that AWS has documented, {}", limit.quota_at_least.value),
            });
        }
        QuotaBasis::Applied if limit.headroom.expected.value < 0 => Verdict::fail(format!(
            "{message}; functions beyond it cannot be created, updated or woken (EniLimitExceeded)"
        )),
        QuotaBasis::Applied if replaced.headroom.expected.value < 0 => {
            Verdict::fail(message).lowered_to(
                Severity::Medium,
                "not enough to replace every security group, which needs old and new interfaces at once",
            )
        }
        QuotaBasis::Applied | QuotaBasis::Default => Verdict::pass(message),
    };
    Ok(with_figures(verdict, vpc, limit, replaced))
}

fn with_figures(
    verdict: Verdict,
    vpc: &VpcAddresses,
    limit: &LimitUse,
    replaced: &LimitUse,
) -> Verdict {
    let part = |name| limit.need.expected.inputs.get(name).copied();
    verdict
        .detail("quota", limit.quota.value)
        .detail("quota_code", limit.code)
        .detail("combinations", vpc.combinations)
        .detail("need_low", limit.need.low.value)
        .detail("need_expected", limit.need.expected.value)
        .detail("need_high", limit.need.high.value)
        .detail("need_while_replaced", replaced.need.expected.value)
        .detail("left_over", part("left_over"))
        .detail("file_system_interfaces", part("others"))
        .detail("headroom", limit.headroom.expected.value)
        .detail("formula", limit.need.expected.formula)
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};
    use crate::vpc::addresses_testing::{quota, with_sets};

    fn judged(sets: usize, applied: f64) -> Finding {
        run_one(
            &CHECK,
            &with_sets(sets, 50, |region| {
                region.servicequotas.lambda = Observed::Known(vec![quota("L-9FEE3D26", applied)]);
            }),
        )
    }

    #[test]
    fn more_combinations_than_the_quota_fail_with_the_figures() {
        let finding = judged(12, 11.0);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(finding.resource.kind, "AWS::EC2::VPC");
        assert!(finding.message.starts_with("12 interfaces needed"));
        for (name, value) in [
            ("quota", 11),
            ("combinations", 12),
            ("need_expected", 12),
            ("headroom", -1),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
    }

    #[test]
    fn room_for_the_need_but_not_for_replacing_it_fails_lowered() {
        // 12 fit 23, 24 do not.
        let finding = judged(12, 23.0);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(finding.details.get("need_while_replaced"), 24);
    }

    #[test]
    fn room_for_twice_the_need_passes() {
        assert_eq!(judged(12, 24.0).outcome, Outcome::Pass);
    }

    #[test]
    fn interfaces_left_over_and_mount_targets_of_efs_count() {
        let snapshot = with_sets(1, 50, |region| {
            region.servicequotas.lambda = Observed::Known(vec![quota("L-9FEE3D26", 2.0)]);
            let mut target = fixtures::lambda_interface("eni-2", "s2", &["sg-9"]);
            target.kind = Some("interface".to_owned());
            target.description = Some("EFS mount target for fs-1 (fsmt-1)".to_owned());
            region.ec2.network_interfaces = Observed::Known(vec![
                fixtures::lambda_interface("eni-1", "s2", &["sg-gone"]),
                target,
            ]);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("need_expected"), 3);
        assert_eq!(finding.details.get("left_over"), 1);
        assert_eq!(finding.details.get("file_system_interfaces"), 1);
    }

    #[test]
    fn awss_default_stands_in_only_where_the_least_of_it_suffices() {
        let unlisted = |sets| {
            run_one(
                &CHECK,
                &with_sets(sets, 50, |region| {
                    region.servicequotas.lambda = Observed::Known(vec![]);
                }),
            )
        };
        // Twice 125 are the 250 that AWS documented once.
        let finding = unlisted(125);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(
            finding
                .message
                .contains("AWS's default; what applies is not known")
        );
        assert_eq!(unlisted(126).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_vpc_without_functions_is_not_looked_at() {
        assert!(run(&CHECK, &with_sets(0, 50, |_| ())).is_empty());
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
                    functions[0].details = fixtures::denied("lambda:GetFunction");
                }
            }),
            ("lambda:GetAccountSettings", |region| {
                if let Observed::Known(functions) = &mut region.lambda.functions {
                    functions[0].details = functions[0].details.clone().map(|mut details| {
                        details.reserved_concurrency = None;
                        details
                    });
                }
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            }),
            ("lambda-core:ListNetworkConnectors", |region| {
                region.lambda_core.network_connectors =
                    fixtures::denied("lambda-core:ListNetworkConnectors");
            }),
            ("ec2:DescribeNetworkInterfaces", |region| {
                region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
            }),
        ];
        for (operation, change) in denials {
            assert_denied(&run_one(&CHECK, &with_sets(3, 50, change)), operation);
        }
    }
}
