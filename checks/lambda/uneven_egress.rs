//! Functions in a VPC whose way out is not the same in each of their zones.

use tripod_model::ec2::VpcEndpoint;
use tripod_model::lambda::Function;
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::lambda::each_function_of;
use crate::lambda::egress::{Exit, Leg, attachment, evidence, listed, no_vpc};
use crate::vpc::routes::{Routes, Zones};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-uneven-egress",
    title: "function whose way out of its VPC is missing, dead or in another zone",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["LA23"],
    needs: &[
        "lambda:ListFunctions",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNatGateways",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeTransitGatewayVpcAttachments",
    ],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("uneven_egress.md"),
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
    let legs = vpc.subnet_ids.iter().map(|id| Leg::of(routes, id));
    let legs: Vec<Leg<'_>> = legs.collect::<Result<_, _>>()?;
    let verdict = if legs.iter().all(stays_inside) {
        by_endpoints(routes, &legs)?
    } else if let Some(complaint) = broken(&legs) {
        Verdict::fail(complaint)
    } else {
        by_routes(routes, &legs)?
    };
    let read: Vec<Evidence> = legs.iter().flat_map(|leg| leg.evidence.clone()).collect();
    let subnets: Vec<String> = legs.iter().map(Leg::name).collect();
    Ok(verdict
        .detail("subnets", subnets)
        .evidence(evidence(function))
        .evidence(read))
}

/// Whether nothing of it is meant to leave the VPC, or what leaves it is dropped at an internet gateway.
fn stays_inside(leg: &Leg<'_>) -> bool {
    matches!(leg.exit, Exit::Closed | Exit::Public)
}

/// What is wrong where some subnet has no way out and another has one, or has one that is dead.
fn broken(legs: &[Leg<'_>]) -> Option<String> {
    let complaint = |leg: &Leg<'_>| {
        let why = match &leg.exit {
            Exit::Open(_) => return None,
            Exit::Closed => "there is no default route",
            Exit::Public => {
                "the default route leads to an internet gateway, which drops what functions send"
            }
            Exit::Dead(why) => why,
        };
        Some(format!("nothing gets out of {}: {why}", leg.name()))
    };
    let complaints: Vec<String> = legs.iter().filter_map(complaint).collect();
    let rest = legs.len() - complaints.len();
    match (complaints.is_empty(), rest) {
        (true, _) => None,
        (false, 0) => Some(complaints.join("; ")),
        (false, _) => Some(format!(
            "{}; executions in the other subnets get out, so that some calls succeed",
            complaints.join("; ")
        )),
    }
}

/// All legs lead out: does each in its own zone?
fn by_routes(routes: &Routes<'_>, legs: &[Leg<'_>]) -> Result<Verdict, Unknown> {
    let mut faults = Vec::new();
    let mut ways = Vec::new();
    for leg in legs {
        let Exit::Open(way) = &leg.exit else {
            continue;
        };
        ways.push(way.name());
        let zones = routes.zones(way)?;
        if !zones.hold(leg.zone) {
            faults.push(format!(
                "{} leaves through {}, which stands in {}",
                leg.name(),
                way.name(),
                zones
            ));
        }
    }
    ways.sort();
    ways.dedup();
    let verdict = if faults.is_empty() {
        Verdict::pass(format!(
            "each zone has a way out of its own: {}",
            ways.join(", ")
        ))
    } else {
        Verdict::fail(faults.join("; "))
            .lowered_to(Severity::Medium, "nothing is cut off until that zone fails")
    };
    Ok(verdict.detail("ways", ways))
}

/// Nothing leads out: what the function reaches beside its VPC, it reaches by endpoints.
fn by_endpoints(routes: &Routes<'_>, legs: &[Leg<'_>]) -> Result<Verdict, Unknown> {
    let Some(vpc) = legs.iter().find_map(|leg| leg.subnet.vpc_id.as_deref()) else {
        return Ok(confined());
    };
    let gateways: Vec<&VpcEndpoint> = routes.endpoints(vpc, "Gateway")?.collect();
    let interfaces: Vec<&VpcEndpoint> = routes.endpoints(vpc, "Interface")?.collect();
    if gateways.is_empty() && interfaces.is_empty() {
        return Ok(confined());
    }
    let mut faults = Vec::new();
    for endpoint in &gateways {
        faults.extend(gateway_fault(routes, legs, endpoint)?);
    }
    let hard = !faults.is_empty();
    for endpoint in &interfaces {
        faults.extend(interface_fault(routes, legs, endpoint)?);
    }
    let all = gateways.iter().chain(&interfaces);
    let read: Vec<Evidence> = all
        .flat_map(|endpoint| endpoint.sources.evidence("ec2:DescribeVpcEndpoints", ""))
        .collect();
    let ceiling = if hard {
        Severity::Medium
    } else {
        Severity::Low
    };
    let verdict = if faults.is_empty() {
        Verdict::pass(
            "nothing leads out of the VPC, and each of its endpoints serves every zone of the function",
        )
    } else {
        Verdict::fail(faults.join("; ")).lowered_to(
            ceiling,
            "nothing else leads out of the VPC; whether the function calls the service is not known",
        )
    };
    Ok(verdict.evidence(read))
}

fn confined() -> Verdict {
    Verdict::not_applicable(
        "nothing leads out of the function's VPC, neither a route nor an endpoint",
    )
}

/// What is wrong with a gateway endpoint: the route tables of some subnets have it, those of others not.
fn gateway_fault(
    routes: &Routes<'_>,
    legs: &[Leg<'_>],
    endpoint: &VpcEndpoint,
) -> Result<Option<String>, Unknown> {
    let mut without = Vec::new();
    for leg in legs {
        if !endpoint
            .route_table_ids
            .contains(&routes.table(leg.subnet)?.id)
        {
            without.push(leg.name());
        }
    }
    let uneven = !without.is_empty() && without.len() < legs.len();
    Ok(uneven.then(|| {
        format!(
            "{} is not reached from {}",
            named(endpoint),
            listed(without)
        )
    }))
}

/// What is wrong with an interface endpoint: it stands in one zone only, and the function in another too.
fn interface_fault(
    routes: &Routes<'_>,
    legs: &[Leg<'_>],
    endpoint: &VpcEndpoint,
) -> Result<Option<String>, Unknown> {
    let Zones::Only(zones) = routes.subnet_zones(&endpoint.subnet_ids)? else {
        return Ok(None);
    };
    let others = legs.iter().any(|leg| !zones.contains(leg.zone));
    Ok((zones.len() == 1 && others)
        .then(|| format!("{} stands in {} only", named(endpoint), listed(zones))))
}

fn named(endpoint: &VpcEndpoint) -> String {
    let service = endpoint
        .service_name
        .as_deref()
        .unwrap_or("a service without a name");
    format!("endpoint {} ({service})", endpoint.id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::ec2::{Ec2, NatGateway, Route, RouteTarget, VpcEndpoint};
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{
        ANYWHERE, attached, nat, regional_nat, route, table, to_internet, to_nat,
    };

    type Change = fn(&mut Ec2);

    /// A function in `s1` of zone a and `s2` of zone b, with these routes; `n1` and `n2` are the subnets of
    /// NAT gateways there.
    fn judged(first: Vec<Route>, second: Vec<Route>, change: impl FnOnce(&mut Ec2)) -> Finding {
        let subnets = [("s1", "a"), ("s2", "b"), ("n1", "a"), ("n2", "b")];
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![in_vpc(&["s1", "s2"], &["sg-1"])]);
                let subnets = subnets.map(|(id, zone)| fixtures::subnet(id, zone));
                region.ec2.subnets = Observed::Known(subnets.into());
                region.ec2.route_tables = Observed::Known(vec![
                    table("rtb-1", &["s1"], first),
                    table("rtb-2", &["s2"], second),
                    table("rtb-main", &[], vec![to_internet()]),
                ]);
                region.ec2.nat_gateways =
                    Observed::Known(vec![nat("nat-1", "n1"), nat("nat-2", "n2")]);
                change(&mut region.ec2);
            }),
        )
    }

    fn with_nat(gateways: Vec<NatGateway>) -> Finding {
        judged(vec![to_nat("nat-1")], vec![to_nat("nat-2")], |ec2| {
            ec2.nat_gateways = Observed::Known(gateways);
        })
    }

    #[test]
    fn a_nat_gateway_in_each_zone_passes() {
        let finding = judged(vec![to_nat("nat-1")], vec![to_nat("nat-2")], |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(
            finding
                .message
                .ends_with("NAT gateway nat-1, NAT gateway nat-2")
        );
    }

    #[test]
    fn one_nat_gateway_for_two_zones_fails_lowered_and_names_the_zone() {
        let finding = judged(vec![to_nat("nat-1")], vec![to_nat("nat-1")], |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let words = "s2 in b leaves through NAT gateway nat-1, which stands in a";
        assert!(finding.message.starts_with(words), "{}", finding.message);
    }

    #[test]
    fn routes_crossed_between_zones_fail_though_there_are_two_gateways() {
        let finding = judged(vec![to_nat("nat-2")], vec![to_nat("nat-1")], |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        // Two gateways in different subnets of one zone are one zone's.
        let finding = with_nat(vec![nat("nat-1", "n1"), nat("nat-2", "s1")]);
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn a_regional_nat_gateway_serves_the_zones_it_is_in() {
        let shared = |automatic: &str, zones: &[&str]| {
            let gateway = regional_nat("nat-1", automatic, zones);
            judged(vec![to_nat("nat-1")], vec![to_nat("nat-1")], |ec2| {
                ec2.nat_gateways = Observed::Known(vec![gateway]);
            })
        };
        assert_eq!(shared("enabled", &["a"]).outcome, Outcome::Pass);
        assert_eq!(shared("disabled", &["a", "b"]).outcome, Outcome::Pass);
        assert_eq!(shared("disabled", &["a"]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_dead_or_missing_way_fails_high() {
        let mut failed = nat("nat-2", "n2");
        failed.state = Some("failed".to_owned());
        let finding = with_nat(vec![nat("nat-1", "n1"), failed]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        let words = "nothing gets out of s2 in b: NAT gateway nat-2 is failed; executions";
        assert!(finding.message.starts_with(words), "{}", finding.message);
        for second in [vec![], vec![to_internet()]] {
            let finding = judged(vec![to_nat("nat-1")], second, |_| {});
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::High);
        }
        let mut gone = to_nat("nat-9");
        gone.state = Some("blackhole".to_owned());
        let finding = judged(vec![gone.clone()], vec![gone], |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(!finding.message.contains("executions"));
    }

    #[test]
    fn a_transit_gateway_has_to_be_attached_in_each_zone() {
        let to = || {
            vec![route(
                ANYWHERE,
                RouteTarget::TransitGateway("tgw-1".to_owned()),
            )]
        };
        let found = |subnets: &[&str]| {
            judged(to(), to(), |ec2| {
                ec2.transit_gateway_vpc_attachments =
                    Observed::Known(vec![attached("tgw-1", subnets)]);
            })
        };
        assert_eq!(found(&["n1", "n2"]).outcome, Outcome::Pass);
        assert_eq!(found(&["n1"]).outcome, Outcome::Fail);
    }

    fn endpoint(kind: &str, subnets: &[&str], tables: &[&str]) -> VpcEndpoint {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        VpcEndpoint {
            arn: Arn::new("arn:aws:ec2:eu-central-1:111122223333:vpc-endpoint/vpce-1"),
            id: "vpce-1".to_owned(),
            vpc_id: Some("vpc-1".to_owned()),
            owner_id: Some(fixtures::ACCOUNT.to_owned()),
            service_name: Some("com.amazonaws.eu-central-1.sqs".to_owned()),
            service_region: None,
            kind: Some(kind.to_owned()),
            state: Some("available".to_owned()),
            failure_reason: None,
            subnet_ids: owned(subnets),
            security_group_ids: vec![],
            interface_ids: vec![],
            route_table_ids: owned(tables),
            private_dns_enabled: Some(true),
            ip_address_type: None,
            requester_managed: Some(false),
            policy: None,
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["ec2:DescribeVpcEndpoints"]),
        }
    }

    #[test]
    fn without_a_way_out_the_endpoints_of_the_vpc_have_to_serve_each_zone() {
        let served = |endpoint: VpcEndpoint| {
            judged(vec![], vec![], |ec2| {
                ec2.vpc_endpoints = Observed::Known(vec![endpoint]);
            })
        };
        for (wanted, severity, endpoint) in [
            (
                Outcome::Pass,
                None,
                endpoint("Interface", &["n1", "n2"], &[]),
            ),
            (
                Outcome::Fail,
                Some(Severity::Low),
                endpoint("Interface", &["n1"], &[]),
            ),
            (
                Outcome::Pass,
                None,
                endpoint("Gateway", &[], &["rtb-1", "rtb-2"]),
            ),
            // Of neither table: the function does not use it.
            (Outcome::Pass, None, endpoint("Gateway", &[], &["rtb-9"])),
            (
                Outcome::Fail,
                Some(Severity::Medium),
                endpoint("Gateway", &[], &["rtb-1"]),
            ),
        ] {
            let finding = served(endpoint);
            assert_eq!(finding.outcome, wanted, "{}", finding.message);
            if let Some(severity) = severity {
                assert_eq!(finding.severity, severity, "{}", finding.message);
            }
        }
        let mut elsewhere = endpoint("Interface", &["n1"], &[]);
        elsewhere.vpc_id = Some("vpc-2".to_owned());
        assert_eq!(served(elsewhere).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn without_a_vpc_or_any_way_out_the_question_does_not_arise() {
        assert_eq!(
            judged(vec![], vec![], |_| {}).outcome,
            Outcome::NotApplicable
        );
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn each_denied_input_is_not_assessed() {
        let nats = || (vec![to_nat("nat-1")], vec![to_nat("nat-2")]);
        let denials: [(&str, Change); 3] = [
            ("ec2:DescribeSubnets", |ec2| {
                ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
            }),
            ("ec2:DescribeRouteTables", |ec2| {
                ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
            }),
            ("ec2:DescribeNatGateways", |ec2| {
                ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
            }),
        ];
        for (operation, change) in denials {
            let (first, second) = nats();
            assert_denied(&judged(first, second, change), operation);
        }
        let finding = judged(vec![], vec![], |ec2| {
            ec2.vpc_endpoints = fixtures::denied("ec2:DescribeVpcEndpoints");
        });
        assert_denied(&finding, "ec2:DescribeVpcEndpoints");
    }
}
