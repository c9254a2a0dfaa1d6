//! VPCs in which nothing can stand apart from the internet.

use tripod_model::ec2::{Subnet, Vpc};
use tripod_model::{Impact, Severity, Unknown};

use crate::vpc::routes::Routes;
use crate::vpc::{VPC, is_shared, subnets_of, vpc_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-public-subnets-only",
    title: "VPC in use without a private subnet",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::None,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["VN12"],
    needs: &[
        "ec2:DescribeVpcs",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkInterfaces",
    ],
    controls: &[Control::Baseline("NET-1"), Control::Baseline("NET-8")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_subnets_only.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.ec2.vpcs,
            || scope.unlisted(VPC),
            |vpc| vpc_resource(&scope, vpc),
            |vpc| decide(&scope, vpc),
        );
    }
}

fn decide(scope: &Scope, vpc: &Vpc) -> Result<Verdict, Unknown> {
    if is_shared(scope, vpc) {
        return Ok(Verdict::not_applicable("another account owns the VPC"));
    }
    let routes = Routes::of(&scope.region.ec2);
    let (mut public, mut private): (Vec<&Subnet>, Vec<&Subnet>) = (Vec::new(), Vec::new());
    let mut unknown = None;
    for subnet in subnets_of(scope, vpc)? {
        match routes.is_public(subnet) {
            Ok(true) => public.push(subnet),
            Ok(false) => private.push(subnet),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    let verdict = match (private.len(), public.len(), unknown) {
        (0, _, Some(unknown)) => return Err(unknown),
        (0, 0, None) => Verdict::not_applicable("the VPC has no subnet"),
        (0, many, None) if is_used(scope, vpc)? => Verdict::fail(format!(
            "a route leads from each of the VPC's {many} subnets to an internet gateway"
        )),
        (0, _, None) => Verdict::not_applicable("nothing stands in the VPC"),
        (some, _, _) => Verdict::pass(format!(
            "from {some} of the VPC's subnets no route leads to an internet gateway"
        )),
    };
    let mut evidence = vpc.sources.evidence("ec2:DescribeVpcs", "");
    for subnet in public.iter().chain(&private) {
        let table = routes.table(subnet)?;
        evidence.extend(
            table
                .sources
                .evidence("ec2:DescribeRouteTables", "/routeSet"),
        );
    }
    evidence.dedup();
    let ids = |subnets: &[&Subnet]| subnets.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    Ok(verdict
        .detail("public_subnets", ids(&public))
        .detail("private_subnets", ids(&private))
        .evidence(evidence))
}

/// Whether anything stands in a VPC: whatever does has a network interface.
fn is_used(scope: &Scope, vpc: &Vpc) -> Result<bool, Unknown> {
    let interfaces = scope.region.ec2.network_interfaces.found()?;
    let mut interfaces = interfaces.into_iter().flatten();
    Ok(interfaces.any(|interface| interface.vpc_id.as_deref() == Some(vpc.id.as_str())))
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::RouteTable;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{table, to_internet, to_nat};

    /// `vpc-1` with subnets `s1` and `s2` and one interface.
    fn judge(tables: Vec<RouteTable>, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            let subnets = vec![fixtures::subnet("s1", "a"), fixtures::subnet("s2", "b")];
            let interface = fixtures::lambda_interface("eni-1", "s1", &["sg-1"]);
            region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
            region.ec2.subnets = Observed::Known(subnets);
            region.ec2.network_interfaces = Observed::Known(vec![interface]);
            region.ec2.route_tables = Observed::Known(tables);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    fn all_public() -> Vec<RouteTable> {
        vec![table("rtb-main", &[], vec![to_internet()])]
    }

    fn one_private() -> Vec<RouteTable> {
        let mut tables = all_public();
        tables.push(table("rtb-1", &["s2"], vec![to_nat("nat-1")]));
        tables
    }

    #[test]
    fn a_used_vpc_of_public_subnets_fails() {
        let finding = judge(all_public(), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("each of the VPC's 2 subnets"));
    }

    #[test]
    fn one_private_subnet_is_enough() {
        let finding = judge(one_private(), |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(
            finding.message,
            "from 1 of the VPC's subnets no route leads to an internet gateway"
        );
    }

    #[test]
    fn an_empty_default_vpc_is_not_applicable_and_one_without_subnets_neither() {
        let empty = judge(all_public(), |region| {
            region.ec2.network_interfaces = Observed::Known(vec![]);
        });
        assert_eq!(empty.outcome, Outcome::NotApplicable);
        let bare = judge(all_public(), |region| {
            region.ec2.subnets = Observed::Known(vec![]);
        });
        assert_eq!(bare.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn an_interface_of_another_vpc_does_not_make_it_used() {
        let finding = judge(all_public(), |region| {
            let mut interface = fixtures::lambda_interface("eni-1", "s9", &["sg-1"]);
            interface.vpc_id = Some("vpc-2".to_owned());
            region.ec2.network_interfaces = Observed::Known(vec![interface]);
        });
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_is_unknown_is_not_assessed_unless_a_private_subnet_is_seen() {
        let denied = judge(all_public(), |region| {
            region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
        });
        assert_denied(&denied, "ec2:DescribeNetworkInterfaces");
        let denied = judge(vec![], |region| {
            region.ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_denied(&denied, "ec2:DescribeRouteTables");
        // Of `s1` nothing is known; `s2` is private.
        let seen = judge(vec![table("rtb-1", &["s2"], vec![])], |_| {});
        assert_eq!(seen.outcome, Outcome::Pass);
    }
}
