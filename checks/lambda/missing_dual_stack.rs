//! Functions that are allowed IPv6 in subnets that have none.

use tripod_model::ec2::{CidrAssociation, Subnet};
use tripod_model::lambda::Function;
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::lambda::each_function_of;
use crate::lambda::egress::{attachment, no_vpc, subnet_name};
use crate::vpc::routes::Routes;
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-missing-dual-stack",
    title: "function allowed IPv6 with a subnet that is not dual-stack",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LA28"],
    needs: &["lambda:ListFunctions", "ec2:DescribeSubnets"],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_dual_stack.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let routes = Routes::of(&scope.region.ec2);
        each_function_of(&scope, out, |function| decide(function, &routes));
    }
}

fn decide(function: &Function, routes: &Routes<'_>) -> Result<Verdict, Unknown> {
    let Some(vpc) = attachment(function) else {
        return Ok(no_vpc());
    };
    let sources = &function.sources;
    let setting = sources.evidence("lambda:ListFunctions", "/VpcConfig/Ipv6AllowedForDualStack");
    if vpc.ipv6_allowed != Some(true) {
        let message = "the function is not allowed to use IPv6";
        return Ok(Verdict::not_applicable(message).evidence(setting));
    }
    let (mut faults, mut unknown) = (Vec::new(), None);
    let mut read: Vec<Evidence> = setting;
    for id in &vpc.subnet_ids {
        match routes.subnet(id) {
            Ok(subnet) => {
                faults.extend(fault(subnet));
                let pointer = "/ipv6CidrBlockAssociationSet";
                read.extend(subnet.sources.evidence("ec2:DescribeSubnets", pointer));
            }
            Err(cause) => {
                unknown.get_or_insert(cause);
            }
        }
    }
    let verdict = if !faults.is_empty() {
        Verdict::fail(format!(
            "the function is allowed to use IPv6, and {}",
            faults.join(", ")
        ))
    } else if let Some(unknown) = unknown {
        return Err(unknown);
    } else {
        Verdict::pass("every subnet of the function has IPv4 and IPv6")
    };
    Ok(verdict
        .detail("subnets", vpc.subnet_ids.clone())
        .evidence(read))
}

/// Which family a subnet lacks. A range that is on its way out, or not there yet, is none.
fn fault(subnet: &Subnet) -> Option<String> {
    let name = subnet_name(subnet);
    if subnet.ipv4_cidr.is_none() {
        return Some(format!("{name} has no IPv4 range"));
    }
    let has_six = subnet.ipv6_cidrs.iter().any(CidrAssociation::is_in_use);
    (!has_six).then(|| format!("{name} has no IPv6 range"))
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::{CidrAssociation, Subnet};
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};

    fn dual(id: &str, state: &str) -> Subnet {
        let mut subnet = fixtures::subnet(id, "a");
        subnet.ipv6_cidrs = vec![CidrAssociation {
            cidr: Some("2001:db8::/64".to_owned()),
            state: Some(state.to_owned()),
        }];
        subnet
    }

    fn judged(allowed: Option<bool>, subnets: Observed<Vec<Subnet>>) -> Finding {
        let mut function = in_vpc(&["s1", "s2"], &["sg-1"]);
        if let Some(vpc) = &mut function.configuration.network.vpc {
            vpc.ipv6_allowed = allowed;
        }
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![function]);
                region.ec2.subnets = subnets;
            }),
        )
    }

    fn with(second: Subnet) -> Finding {
        let subnets = vec![dual("s1", "associated"), second];
        judged(Some(true), Observed::Known(subnets))
    }

    #[test]
    fn one_subnet_without_ipv6_fails_and_is_named() {
        let finding = with(fixtures::subnet("s2", "b"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("s2 has no IPv6 range"));
    }

    #[test]
    fn a_range_that_was_taken_away_is_none_and_ipv6_alone_is_not_dual_stack() {
        assert_eq!(with(dual("s2", "disassociated")).outcome, Outcome::Fail);
        let mut six = dual("s2", "associated");
        six.ipv4_cidr = None;
        let finding = with(six);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("s2 has no IPv4 range"));
    }

    #[test]
    fn dual_stack_everywhere_passes() {
        assert_eq!(with(dual("s2", "associated")).outcome, Outcome::Pass);
    }

    #[test]
    fn a_function_that_does_not_use_ipv6_or_has_no_vpc_is_not_asked() {
        for allowed in [Some(false), None] {
            let finding = judged(allowed, Observed::Known(vec![]));
            assert_eq!(finding.outcome, Outcome::NotApplicable);
        }
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_subnet_that_is_missing_or_a_denied_list_is_not_assessed() {
        let one = Observed::Known(vec![dual("s1", "associated")]);
        assert_eq!(judged(Some(true), one).outcome, Outcome::NotAssessed);
        let finding = judged(Some(true), fixtures::denied("ec2:DescribeSubnets"));
        assert_denied(&finding, "ec2:DescribeSubnets");
    }
}
