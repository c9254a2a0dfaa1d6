//! Functions in a VPC that one zone's failure stops.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::lambda::egress::{Exit, Leg, attachment, evidence, listed, no_vpc};
use crate::lambda::{each_function_of, failed};
use crate::vpc::routes::{Routes, zone};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-single-zone",
    title: "function in a VPC served by a single zone",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LA21"],
    needs: &[
        "lambda:ListFunctions",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNatGateways",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeTransitGatewayVpcAttachments",
    ],
    controls: &[
        Control::Baseline("AVL-6"),
        Control::Fsbp("Lambda.5"),
        Control::Nist80053("CP-6(2)"),
        Control::Nist80053("CP-10"),
        Control::Nist80053("SC-5(2)"),
        Control::Nist80053("SC-36"),
        Control::Nist80053("SI-13(5)"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("single_zone.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let enough = view.settings().thresholds.lambda_single_zone.zones.get();
    for scope in Scope::all(view) {
        let routes = Routes::of(&scope.region.ec2);
        each_function_of(&scope, out, |function| decide(function, &routes, enough));
    }
}

/// Fails with fewer than `enough` zones.
fn decide(function: &Function, routes: &Routes<'_>, enough: i64) -> Result<Verdict, Unknown> {
    let Some(vpc) = attachment(function) else {
        return Ok(no_vpc());
    };
    let zones = Zones::of(vpc, routes);
    let serving = i64::try_from(zones.serving.len()).unwrap_or(i64::MAX);
    let verdict = if serving >= enough {
        Verdict::pass(format!(
            "{serving} zones serve the function, with free addresses and no dead route"
        ))
    } else if let Some(unknown) = zones.unknown {
        return Err(unknown);
    } else {
        Verdict::fail(zones.complaint())
    };
    Ok(verdict
        .detail("zones", zones.serving.into_iter().collect::<Vec<_>>())
        .detail(
            "zones_without_addresses",
            zones.full.into_iter().collect::<Vec<_>>(),
        )
        .detail("zones_cut_off", zones.cut.into_keys().collect::<Vec<_>>())
        .detail("subnets", vpc.subnet_ids.clone())
        .evidence(evidence(function))
        .evidence(zones.evidence))
}

/// The zones of a function's subnets.
#[derive(Default)]
struct Zones<'a> {
    /// Some subnet there has a free address, and no default route that leads nowhere.
    serving: BTreeSet<&'a str>,
    /// No subnet there has a free address: Lambda could not make an interface in it.
    full: BTreeSet<&'a str>,
    /// Addresses are free, but the default route leads nowhere: why, by zone.
    cut: BTreeMap<&'a str, String>,
    /// Why it is not known of some subnet, where that could make one zone more.
    unknown: Option<Unknown>,
    evidence: Vec<Evidence>,
}

impl<'a> Zones<'a> {
    fn of(vpc: &VpcAttachment, routes: &Routes<'a>) -> Self {
        let mut zones = Self::default();
        let mut unsure = Vec::new();
        for id in &vpc.subnet_ids {
            if let Err((place, unknown)) = zones.add(routes, id) {
                unsure.push((place, unknown));
            }
        }
        let serving = &zones.serving;
        zones.full.retain(|zone| !serving.contains(zone));
        zones.cut.retain(|zone, _| !serving.contains(zone));
        // Another subnet of a zone that serves anyway makes no zone more.
        let more = unsure.into_iter().find(|(place, _)| {
            let counted = place.is_some_and(|zone| serving.contains(zone));
            !counted
        });
        zones.unknown = more.map(|(_, unknown)| unknown);
        zones
    }

    /// Counts a subnet, or says what is not known of it, and its zone where that is.
    fn add(&mut self, routes: &Routes<'a>, id: &str) -> Result<(), (Option<&'a str>, Unknown)> {
        let subnet = routes.subnet(id).map_err(|unknown| (None, unknown))?;
        self.evidence
            .extend(subnet.sources.evidence("ec2:DescribeSubnets", ""));
        let place = zone(subnet).map_err(|unknown| (None, unknown))?;
        let unsaid = || format!("subnet {id} was shown without its free addresses");
        let free = subnet
            .free_ipv4_addresses
            .ok_or_else(|| (Some(place), failed("ec2:DescribeSubnets", unsaid())))?;
        if free <= 0 {
            self.full.insert(place);
            return Ok(());
        }
        let leg = Leg::of(routes, id).map_err(|unknown| (Some(place), unknown))?;
        self.evidence.extend(leg.evidence);
        if let Exit::Dead(why) = leg.exit {
            self.cut.insert(place, why);
        } else {
            self.serving.insert(place);
        }
        Ok(())
    }

    fn complaint(&self) -> String {
        let mut parts = vec![match self.serving.len() {
            0 => "no zone serves the function".to_owned(),
            1 => format!("only zone {} serves the function", listed(&self.serving)),
            _ => format!("only zones {} serve the function", listed(&self.serving)),
        }];
        if !self.full.is_empty() {
            parts.push(format!("no address is free in {}", listed(&self.full)));
        }
        for (zone, why) in &self.cut {
            parts.push(format!("nothing gets out of {zone}: {why}"));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::ec2::{Ec2, Subnet};
    use tripod_model::{Finding, Observed, Outcome, Snapshot, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::vpc::routes_testing::{nat, table, to_internet, to_nat};
    use crate::{Bounded, Settings};

    fn subnet(id: &str, zone: &str, free: i64) -> Subnet {
        let mut subnet = fixtures::subnet(id, zone);
        subnet.free_ipv4_addresses = Some(free);
        subnet
    }

    /// Subnets that name no table have no default route.
    fn attached(used: &[&str], subnets: Observed<Vec<Subnet>>) -> Snapshot {
        fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![in_vpc(used, &["sg-1"])]);
            region.ec2.subnets = subnets;
            region.ec2.route_tables = Observed::Known(vec![table("rtb-main", &[], vec![])]);
        })
    }

    /// Subnets `s1` in zone a and `s2` in zone b, each with a NAT gateway of its own in `n1` and `n2`.
    fn behind_nat(change: impl FnOnce(&mut Ec2)) -> Finding {
        let subnets = [("s1", "a"), ("s2", "b"), ("n1", "a"), ("n2", "b")];
        let subnets = subnets.map(|(id, zone)| subnet(id, zone, 9));
        let mut snapshot = attached(&["s1", "s2"], Observed::Known(subnets.into()));
        let ec2 = &mut snapshot.accounts[0].regions[0].ec2;
        ec2.route_tables = Observed::Known(vec![
            table("rtb-main", &[], vec![to_internet()]),
            table("rtb-1", &["s1"], vec![to_nat("nat-1")]),
            table("rtb-2", &["s2"], vec![to_nat("nat-2")]),
        ]);
        ec2.nat_gateways = Observed::Known(vec![nat("nat-1", "n1"), nat("nat-2", "n2")]);
        change(ec2);
        run_one(&CHECK, &snapshot)
    }

    fn judged(used: &[&str], subnets: Vec<Subnet>) -> Finding {
        run_one(&CHECK, &attached(used, Observed::Known(subnets)))
    }

    #[test]
    fn two_subnets_of_one_zone_fail() {
        let finding = judged(
            &["s1", "s2"],
            vec![subnet("s1", "a", 9), subnet("s2", "a", 9)],
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "only zone a serves the function");
        assert_eq!(finding.details.get("zones"), json!(["a"]));
    }

    #[test]
    fn the_user_may_ask_for_more_than_two_zones() {
        let subnets = |zones: &[&str]| zones.iter().map(|zone| subnet(zone, zone, 9)).collect();
        let judged = |zones: &[&str]| {
            let mut settings = Settings::default();
            settings.thresholds.lambda_single_zone.zones = Bounded::of(3);
            let snapshot = attached(zones, Observed::Known(subnets(zones)));
            run_with(&CHECK, &snapshot, &settings).remove(0)
        };
        let finding = judged(&["a", "b"]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "only zones a, b serve the function");
        assert_eq!(judged(&["a", "b", "c"]).outcome, Outcome::Pass);
    }

    #[test]
    fn a_zone_without_a_free_address_does_not_count() {
        let finding = judged(
            &["s1", "s2"],
            vec![subnet("s1", "a", 9), subnet("s2", "b", 0)],
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("no address is free in b"));
        assert_eq!(finding.details.get("zones_without_addresses"), json!(["b"]));
        let finding = judged(&["s1"], vec![subnet("s1", "a", 0)]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.starts_with("no zone"));
    }

    #[test]
    fn two_zones_with_free_addresses_pass() {
        let finding = judged(
            &["s1", "s2", "s3"],
            vec![
                subnet("s1", "a", 1),
                subnet("s2", "b", 1),
                subnet("s3", "b", 0),
            ],
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("zones_without_addresses"), json!([]));
        // The function and its three subnets.
        assert_eq!(finding.evidence.len(), 4);
    }

    #[test]
    fn outside_a_vpc_the_question_does_not_arise() {
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
        // A function taken out of its VPC keeps an empty attachment in some answers.
        assert_eq!(judged(&[], vec![]).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_subnet_missing_from_the_answer_is_not_assessed_unless_the_others_decide() {
        let finding = judged(&["gone", "s1"], vec![subnet("s1", "a", 9)]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("subnet gone is not in the answer"));
        let finding = judged(
            &["gone", "s1", "s2"],
            vec![subnet("s1", "a", 9), subnet("s2", "b", 9)],
        );
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn a_subnet_whose_zone_or_addresses_are_not_said_is_like_a_missing_one() {
        let mut zoneless = subnet("s1", "a", 9);
        zoneless.availability_zone = None;
        let mut uncounted = subnet("s1", "a", 9);
        uncounted.free_ipv4_addresses = None;
        for (flawed, word) in [(zoneless, "zone"), (uncounted, "free addresses")] {
            let finding = judged(&["s1", "s2"], vec![flawed, subnet("s2", "b", 9)]);
            assert_eq!(finding.outcome, Outcome::NotAssessed);
            assert!(finding.message.contains(&format!("without its {word}")));
        }
    }

    #[test]
    fn a_zone_whose_nat_gateway_is_dead_does_not_count() {
        assert_eq!(behind_nat(|_| {}).outcome, Outcome::Pass);
        let finding = behind_nat(|ec2| {
            let mut dead = nat("nat-2", "n2");
            dead.state = Some("failed".to_owned());
            ec2.nat_gateways = Observed::Known(vec![nat("nat-1", "n1"), dead]);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        let message =
            "only zone a serves the function; nothing gets out of b: NAT gateway nat-2 is failed";
        assert_eq!(finding.message, message);
        assert_eq!(finding.details.get("zones_cut_off"), json!(["b"]));
        let finding = behind_nat(|ec2| {
            let mut gone = to_nat("nat-2");
            gone.state = Some("blackhole".to_owned());
            ec2.route_tables = Observed::Known(vec![
                table("rtb-main", &[], vec![]),
                table("rtb-2", &["s2"], vec![gone]),
            ]);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("is a blackhole"));
    }

    #[test]
    fn a_second_subnet_may_make_up_for_one_that_is_cut_off() {
        let subnets = vec![
            subnet("s1", "a", 9),
            subnet("s2", "b", 9),
            subnet("s3", "b", 9),
        ];
        let mut snapshot = attached(&["s1", "s2", "s3"], Observed::Known(subnets));
        let mut gone = to_nat("nat-2");
        gone.state = Some("blackhole".to_owned());
        snapshot.accounts[0].regions[0].ec2.route_tables = Observed::Known(vec![
            table("rtb-main", &[], vec![]),
            table("rtb-2", &["s2"], vec![gone]),
        ]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Pass);
    }

    #[test]
    fn routes_that_are_not_known_are_not_assessed_unless_one_zone_is_all_there_is() {
        type Change = fn(&mut Ec2);
        let denials: [(&str, Change); 2] = [
            ("ec2:DescribeRouteTables", |ec2| {
                ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
            }),
            ("ec2:DescribeNatGateways", |ec2| {
                ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
            }),
        ];
        for (operation, change) in denials {
            assert_denied(&behind_nat(change), operation);
        }
        let mut snapshot = attached(&["s1"], Observed::Known(vec![subnet("s1", "a", 0)]));
        snapshot.accounts[0].regions[0].ec2.route_tables =
            fixtures::denied("ec2:DescribeRouteTables");
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
    }

    #[test]
    fn denied_subnets_are_not_assessed() {
        let snapshot = attached(&["s1"], fixtures::denied("ec2:DescribeSubnets"));
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeSubnets");
    }
}
