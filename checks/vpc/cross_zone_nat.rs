//! Subnets whose way out hangs on another zone, or on a NAT gateway that is not there.

use tripod_model::ec2::{RouteTarget, Subnet};
use tripod_model::{Impact, Severity, Unknown};

use crate::vpc::routes::{Family, Life, Routes, Way, Zones, zone};
use crate::vpc::{SUBNET, subnet_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-cross-zone-nat",
    title: "subnet whose NAT gateway is in another zone or out of order",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN13"],
    needs: &[
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNatGateways",
    ],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("cross_zone_nat.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let routes = Routes::of(&scope.region.ec2);
        out.each(
            &scope.region.ec2.subnets,
            || scope.unlisted(SUBNET),
            |subnet| subnet_resource(&scope, subnet),
            |subnet| {
                // In a shared VPC the routes are the owner's to choose.
                let owner = subnet.owner_id.as_deref();
                if owner.is_some_and(|owner| owner != scope.account.id.as_str()) {
                    return Ok(Verdict::not_applicable("another account owns the subnet"));
                }
                decide(&routes, subnet)
            },
        );
    }
}

fn decide(routes: &Routes<'_>, subnet: &Subnet) -> Result<Verdict, Unknown> {
    let Some(way) = routes.default(subnet, Family::V4)? else {
        return Ok(Verdict::not_applicable("the subnet has no default route"));
    };
    let RouteTarget::NatGateway(id) = way.target else {
        let reason = format!("the default route leads to {}", way.name());
        return Ok(Verdict::not_applicable(reason).evidence(way.evidence()));
    };
    let verdict = match routes.life(subnet, &way)? {
        Life::Dead(reason) => Verdict::fail(format!("nothing gets out of the subnet: {reason}")),
        Life::Open => placed(routes, subnet, &way)?,
    };
    let mut evidence = way.evidence();
    // A blackhole's gateway is gone, and nowhere to be read.
    if let Ok(nat) = routes.nat(id) {
        evidence.extend(nat.sources.evidence("ec2:DescribeNatGateways", ""));
    }
    Ok(verdict
        .detail("nat_gateway", id.as_str())
        .detail("route_table", way.table.id.as_str())
        .evidence(evidence))
}

fn placed(routes: &Routes<'_>, subnet: &Subnet, way: &Way<'_>) -> Result<Verdict, Unknown> {
    let (zones, own, name) = (routes.zones(way)?, zone(subnet)?, way.name());
    let verdict = match &zones {
        Zones::Every => Verdict::pass(format!("{name} is in every zone")),
        Zones::Only(_) if zones.hold(own) => {
            Verdict::pass(format!("{name} is in the subnet's zone {own}"))
        }
        Zones::Only(others) => {
            let others: Vec<&str> = others.iter().copied().collect();
            Verdict::fail(format!(
                "{name} is in {}, the subnet in {own}: when the other zone fails, nothing gets out of this one",
                others.join(", ")
            ))
            .detail("nat_zones", others)
        }
    };
    Ok(verdict.detail("zone", own))
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::{NatGateway, Route, RouteTarget};
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run};
    use crate::vpc::routes_testing::{
        ANYWHERE, nat, regional_nat, route, table, to_internet, to_nat,
    };

    /// What is said of `s1` in zone a, which has this route; `p1` and `p2` stand in zones a and b.
    fn judge(
        route: Route,
        nats: Vec<NatGateway>,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.subnets = Observed::Known(vec![
                fixtures::subnet("p1", "a"),
                fixtures::subnet("p2", "b"),
                fixtures::subnet("s1", "a"),
            ]);
            region.ec2.route_tables = Observed::Known(vec![
                table("rtb-main", &[], vec![to_internet()]),
                table("rtb-1", &["s1"], vec![route]),
            ]);
            region.ec2.nat_gateways = Observed::Known(nats);
            change(region);
        });
        let mut findings = run(&CHECK, &snapshot).into_iter();
        findings
            .find(|finding| finding.resource.name == "s1")
            .expect("an outcome of s1")
    }

    fn judged(nat: NatGateway) -> Finding {
        judge(to_nat("nat-1"), vec![nat], |_| {})
    }

    #[test]
    fn a_nat_gateway_in_the_subnets_own_zone_passes_and_in_another_fails() {
        assert_eq!(judged(nat("nat-1", "p1")).outcome, Outcome::Pass);
        let finding = judged(nat("nat-1", "p2"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.starts_with("NAT gateway nat-1 is in b"));
        assert_eq!(finding.details.get("nat_gateway"), "nat-1");
    }

    #[test]
    fn it_is_the_gateway_that_the_route_names_that_counts() {
        // A gateway in the zone is of no use to a subnet that is not routed to it.
        let nats = vec![nat("nat-1", "p2"), nat("nat-2", "p1")];
        let finding = judge(to_nat("nat-1"), nats, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn a_regional_gateway_is_in_every_zone_unless_its_zones_are_chosen() {
        let automatic = regional_nat("nat-1", "enabled", &["b"]);
        assert_eq!(judged(automatic).outcome, Outcome::Pass);
        let chosen = regional_nat("nat-1", "disabled", &["b"]);
        assert_eq!(judged(chosen).outcome, Outcome::Fail);
        let chosen = regional_nat("nat-1", "disabled", &["a", "b"]);
        assert_eq!(judged(chosen).outcome, Outcome::Pass);
    }

    #[test]
    fn a_gateway_that_is_not_available_fails_in_any_zone() {
        for state in ["failed", "pending", "deleting", "deleted"] {
            let mut broken = nat("nat-1", "p1");
            broken.state = Some(state.to_owned());
            let finding = judged(broken);
            assert_eq!(finding.outcome, Outcome::Fail, "{state}");
            assert!(finding.message.starts_with("nothing gets out"));
        }
        let mut hole = to_nat("nat-gone");
        hole.state = Some("blackhole".to_owned());
        let finding = judge(hole, vec![], |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("is a blackhole"));
    }

    #[test]
    fn a_subnet_that_leaves_another_way_or_not_at_all_is_not_applicable() {
        let near = route("10.1.0.0/16", RouteTarget::NatGateway("nat-1".to_owned()));
        let far = route(ANYWHERE, RouteTarget::TransitGateway("tgw-1".to_owned()));
        for other in [to_internet(), near, far] {
            let finding = judge(other, vec![], |_| {});
            assert_eq!(finding.outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn a_subnet_that_another_account_shares_is_not_applicable() {
        let finding = judge(to_nat("nat-1"), vec![], |region| {
            let mut shared = fixtures::subnet("s1", "a");
            shared.owner_id = Some("444455556666".to_owned());
            region.ec2.subnets = Observed::Known(vec![shared]);
        });
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_gateway_from_whose_own_subnet_nothing_leads_on_fails() {
        let finding = judge(to_nat("nat-1"), vec![nat("nat-1", "p1")], |region| {
            region.ec2.route_tables = Observed::Known(vec![
                table("rtb-main", &[], vec![]),
                table("rtb-1", &["s1"], vec![to_nat("nat-1")]),
            ]);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("no default route leads on"));
    }

    #[test]
    fn unknown_routes_gateways_or_subnets_are_not_assessed() {
        let denied = judge(to_nat("nat-1"), vec![], |region| {
            region.ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
        });
        assert_denied(&denied, "ec2:DescribeNatGateways");
        let denied = judge(to_nat("nat-1"), vec![], |region| {
            region.ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_denied(&denied, "ec2:DescribeRouteTables");
        let missing = judge(to_nat("nat-1"), vec![], |_| {});
        assert_eq!(missing.outcome, Outcome::NotAssessed);
    }
}
