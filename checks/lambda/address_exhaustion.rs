//! Subnets that cannot hold the network interfaces Lambda will ask for.

use tripod_capacity::{Addresses, Assumptions, Fit, SubnetProjection};
use tripod_model::{Arn, Impact, ResourceRef, Severity, Unknown};

use crate::vpc::{SUBNET, subnet_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-address-exhaustion",
    title: "subnet too small for the functions in it",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["LA25"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetAccountSettings",
        "ec2:DescribeSubnets",
        "ec2:DescribeNetworkInterfaces",
    ],
    controls: &[Control::Baseline("AVL-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("address_exhaustion.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        match Addresses::of(scope.region) {
            Ok(addresses) => each_subnet(&scope, &addresses, out),
            Err(unknown) => out.say(scope.unlisted(SUBNET), Err(unknown)),
        }
    }
}

fn each_subnet(scope: &Scope, addresses: &Addresses, out: &mut Outcomes) {
    if addresses.subnet_ids().next().is_none() {
        // No function is in a VPC: no subnet to look at, whether or not the subnets are known.
        return;
    }
    if let Err(unknown) = scope.region.ec2.subnets.found() {
        out.say(scope.unlisted(SUBNET), Err(unknown));
        return;
    }
    for id in addresses.subnet_ids() {
        let resource = match addresses.subnet(id) {
            Ok(subnet) => subnet_resource(scope, subnet),
            Err(_) => unseen(scope, id),
        };
        out.say(resource, decide(scope, addresses, id));
    }
}

/// A subnet that functions name and the list of subnets lacks.
fn unseen(scope: &Scope, id: &str) -> ResourceRef {
    let (partition, account) = (&scope.account.partition, &scope.account.id);
    let region = &scope.region.name;
    let arn = Arn::new(format!(
        "arn:{partition}:ec2:{region}:{account}:subnet/{id}"
    ));
    scope.resource(SUBNET, &arn, id)
}

fn decide(scope: &Scope, addresses: &Addresses, id: &str) -> Result<Verdict, Unknown> {
    let projection = addresses.project(id, &Assumptions::default())?;
    let message = message(&projection);
    let verdict = match projection.fit() {
        Fit::Holds => Verdict::pass(message),
        Fit::HoldsOnce => Verdict::fail(message).lowered_to(
            Severity::Medium,
            "not enough to replace every security group, which needs old and new interfaces at once",
        ),
        Fit::Exhausted => Verdict::fail(format!(
            "{message}; functions that ask for an address in vain cannot be created, updated or woken"
        )),
    };
    let subnet = addresses.subnet(id)?;
    let mut evidence = subnet
        .sources
        .evidence("ec2:DescribeSubnets", "/availableIpAddressCount");
    if let Some(settings) = scope.region.lambda.account_settings.found()? {
        evidence.extend(settings.sources.evidence(
            "lambda:GetAccountSettings",
            "/AccountLimit/UnreservedConcurrentExecutions",
        ));
    }
    Ok(with_figures(verdict, &projection).evidence(evidence))
}

fn message(projection: &SubnetProjection) -> String {
    let count = |number: i64, one: &str, many: &str| {
        let noun = if number == 1 { one } else { many };
        format!("{number} {noun}")
    };
    format!(
        "{} needed here at the account's limit by {} with {}, assuming {} connections for each execution \
         environment; {} held by Lambda's interfaces, {} free",
        count(projection.need_expected.value, "address", "addresses"),
        count(projection.functions, "function", "functions"),
        count(
            projection.combinations,
            "set of security groups",
            "sets of security groups"
        ),
        projection.assumptions.connections_per_environment,
        projection.interfaces_in_use,
        projection.free,
    )
}

fn with_figures(verdict: Verdict, projection: &SubnetProjection) -> Verdict {
    verdict
        .detail("free", projection.free)
        .detail("usable", projection.usable)
        .detail("interfaces_now", projection.interfaces_now)
        .detail("interfaces_in_use", projection.interfaces_in_use)
        .detail("need_low", projection.need_low.value)
        .detail("need_expected", projection.need_expected.value)
        .detail("need_high", projection.need_high.value)
        .detail("headroom", projection.headroom.value)
        .detail("headroom_doubled", projection.headroom_doubled.value)
        .detail("combinations", projection.combinations)
        .detail("functions", projection.functions)
        .detail(
            "connections_per_environment",
            projection.assumptions.connections_per_environment,
        )
        .detail("formula", projection.need_expected.formula)
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{Function, VpcAttachment};
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn in_vpc(name: &str, subnet: &str, group: &str) -> Function {
        let mut function = fixtures::function(name);
        function.configuration.network.vpc = Some(VpcAttachment {
            vpc_id: Some("vpc-1".to_owned()),
            subnet_ids: vec![subnet.to_owned()],
            security_group_ids: vec![group.to_owned()],
            ipv6_allowed: Some(false),
        });
        function
    }

    /// Subnet s1, a /26, with functions that have a set of security groups each.
    fn snapshot(sets: usize, free: i64, change: impl FnOnce(&mut RegionalAccount)) -> Snapshot {
        fixtures::with_region(|region| {
            let mut subnet = fixtures::subnet("s1", "eu-central-1a");
            subnet.name = Some("private-a".to_owned());
            subnet.ipv4_cidr = Some("10.0.0.0/26".to_owned());
            subnet.free_ipv4_addresses = Some(free);
            region.ec2.subnets = Observed::Known(vec![subnet, fixtures::subnet("s2", "b")]);
            region.lambda.functions = Observed::Known(
                (0..sets)
                    .map(|number| in_vpc(&format!("f{number}"), "s1", &format!("sg-{number}")))
                    .collect(),
            );
            change(region);
        })
    }

    fn judged(sets: usize, free: i64) -> Finding {
        run_one(&CHECK, &snapshot(sets, free, |_| ()))
    }

    #[test]
    fn more_sets_of_security_groups_than_addresses_fail_with_the_figures() {
        let finding = judged(70, 59);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(finding.resource.name, "private-a");
        assert!(finding.message.starts_with(
            "70 addresses needed here at the account's limit by 70 functions with 70 sets of security groups"
        ));
        for (name, value) in [
            ("free", 59),
            ("usable", 59),
            ("interfaces_now", 0),
            ("need_low", 70),
            ("need_expected", 70),
            ("need_high", 70),
            ("headroom", -11),
            ("combinations", 70),
            ("functions", 70),
            ("connections_per_environment", 20),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn room_for_the_need_but_not_for_replacing_it_fails_lowered() {
        let finding = judged(30, 59);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.contains("old and new interfaces at once"));
    }

    #[test]
    fn room_for_twice_the_need_passes_and_unused_subnets_are_not_asked() {
        // 29 needed, 59 free: 58 for both at once.
        let finding = judged(29, 59);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("headroom"), 30);
        assert_eq!(finding.details.get("headroom_doubled"), 1);
    }

    #[test]
    fn without_a_function_in_a_vpc_there_is_no_subnet_to_judge() {
        let nothing = snapshot(0, 59, |region| {
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        assert!(run(&CHECK, &nothing).is_empty());
    }

    #[test]
    fn each_denied_input_is_not_assessed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, Change); 5] = [
            ("lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("lambda:GetFunction", |region| {
                let mut function = in_vpc("f", "s1", "sg-1");
                function.details = fixtures::denied("lambda:GetFunction");
                region.lambda.functions = Observed::Known(vec![function]);
            }),
            ("lambda:GetAccountSettings", |region| {
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            }),
            ("ec2:DescribeSubnets", |region| {
                region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
            }),
            ("ec2:DescribeNetworkInterfaces", |region| {
                region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
            }),
        ];
        for (operation, change) in denials {
            let finding = run_one(&CHECK, &snapshot(3, 59, change));
            assert_denied(&finding, operation);
            assert_eq!(finding.resource.kind, "AWS::EC2::Subnet");
        }
    }

    #[test]
    fn a_subnet_that_the_list_lacks_is_named_by_its_id() {
        let finding = run_one(
            &CHECK,
            &snapshot(0, 59, |region| {
                region.lambda.functions = Observed::Known(vec![in_vpc("f", "s9", "sg-1")]);
            }),
        );
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_eq!(finding.resource.name, "s9");
        assert_eq!(
            finding.resource.arn,
            "arn:aws:ec2:eu-central-1:111122223333:subnet/s9"
        );
    }
}
