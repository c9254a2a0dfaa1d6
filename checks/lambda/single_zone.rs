//! Functions in a VPC that one zone's failure stops.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::ec2::Subnet;
use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Impact, RegionalAccount, Severity, Unknown};

use crate::lambda::{each_function_of, failed};
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
    needs: &["lambda:ListFunctions", "ec2:DescribeSubnets"],
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

type Subnets<'a> = Result<BTreeMap<&'a str, &'a Subnet>, Unknown>;

fn run(view: &View<'_>, out: &mut Outcomes) {
    let enough = view.settings().thresholds.lambda_single_zone.zones.get();
    for scope in Scope::all(view) {
        let subnets = subnets_by_id(scope.region);
        each_function_of(&scope, out, |function| decide(function, &subnets, enough));
    }
}

fn subnets_by_id(region: &RegionalAccount) -> Subnets<'_> {
    let subnets = region.ec2.subnets.found()?.into_iter().flatten();
    Ok(subnets.map(|subnet| (subnet.id.as_str(), subnet)).collect())
}

/// Fails with fewer than `enough` zones.
fn decide(function: &Function, subnets: &Subnets, enough: i64) -> Result<Verdict, Unknown> {
    let Some(vpc) = function
        .configuration
        .network
        .vpc
        .as_ref()
        .filter(|vpc| !vpc.subnet_ids.is_empty())
    else {
        return Ok(Verdict::not_applicable("the function is not in a VPC"));
    };
    let subnets = subnets.as_ref().map_err(Clone::clone)?;
    let zones = Zones::of(vpc, subnets);
    let serving = i64::try_from(zones.serving.len()).unwrap_or(i64::MAX);
    let verdict = if serving >= enough {
        Verdict::pass(format!(
            "{serving} zones with free addresses serve the function"
        ))
    } else if let Some(flaw) = zones.unknown {
        // With one more zone it might pass, so it cannot be said to fail.
        return Err(failed("ec2:DescribeSubnets", flaw));
    } else {
        Verdict::fail(zones.complaint())
    };
    let mut evidence = function
        .sources
        .evidence("lambda:ListFunctions", "/VpcConfig/SubnetIds");
    for subnet in vpc
        .subnet_ids
        .iter()
        .filter_map(|id| subnets.get(id.as_str()))
    {
        evidence.extend(subnet.sources.evidence("ec2:DescribeSubnets", ""));
    }
    Ok(verdict
        .detail("zones", zones.serving.into_iter().collect::<Vec<_>>())
        .detail(
            "zones_without_addresses",
            zones.full.into_iter().collect::<Vec<_>>(),
        )
        .detail("subnets", vpc.subnet_ids.clone())
        .evidence(evidence))
}

/// The zones of a function's subnets.
struct Zones<'a> {
    /// Some subnet there has a free address.
    serving: BTreeSet<&'a str>,
    /// No subnet there has: Lambda could not make an interface in it.
    full: BTreeSet<&'a str>,
    /// What is not known of the first subnet of which something is not.
    unknown: Option<String>,
}

impl<'a> Zones<'a> {
    fn of(vpc: &'a VpcAttachment, subnets: &BTreeMap<&str, &'a Subnet>) -> Self {
        let mut zones = Self {
            serving: BTreeSet::new(),
            full: BTreeSet::new(),
            unknown: None,
        };
        for id in &vpc.subnet_ids {
            match place(id, subnets.get(id.as_str()).copied()) {
                Ok((zone, free)) if free > 0 => {
                    zones.serving.insert(zone);
                }
                Ok((zone, _)) => {
                    zones.full.insert(zone);
                }
                Err(flaw) => {
                    zones.unknown.get_or_insert(flaw);
                }
            }
        }
        zones.full.retain(|zone| !zones.serving.contains(zone));
        zones
    }

    fn complaint(&self) -> String {
        let list = |zones: &BTreeSet<&str>| zones.iter().copied().collect::<Vec<_>>().join(", ");
        let serving = match self.serving.first() {
            Some(zone) if self.serving.len() == 1 => {
                format!("only zone {zone} serves the function")
            }
            Some(_) => format!("only zones {} serve the function", list(&self.serving)),
            None => "no zone with a free address serves the function".to_owned(),
        };
        if self.full.is_empty() {
            serving
        } else {
            format!("{serving}; no address is free in {}", list(&self.full))
        }
    }
}

/// The zone of a subnet and its number of free addresses, or what is not known of them.
fn place<'a>(id: &str, subnet: Option<&'a Subnet>) -> Result<(&'a str, i64), String> {
    let subnet = subnet.ok_or_else(|| format!("subnet {id} is not in the answer"))?;
    let zone = subnet.availability_zone.as_deref();
    let zone = zone.ok_or_else(|| format!("subnet {id} was shown without its zone"))?;
    let free = subnet.free_ipv4_addresses;
    let free = free.ok_or_else(|| format!("subnet {id} was shown without its free addresses"))?;
    Ok((zone, free))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::ec2::Subnet;
    use tripod_model::lambda::VpcAttachment;
    use tripod_model::{Finding, Observed, Outcome, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::{Bounded, Settings};

    fn subnet(id: &str, zone: &str, free: i64) -> Subnet {
        let mut subnet = fixtures::subnet(id, zone);
        subnet.free_ipv4_addresses = Some(free);
        subnet
    }

    fn attached(used: &[&str], subnets: Observed<Vec<Subnet>>) -> Snapshot {
        let mut function = fixtures::function("claims");
        function.configuration.network.vpc = Some(VpcAttachment {
            vpc_id: Some("vpc-1".to_owned()),
            subnet_ids: used.iter().map(|id| (*id).to_owned()).collect(),
            security_group_ids: vec!["sg-1".to_owned()],
            ipv6_allowed: Some(false),
        });
        fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![function]);
            region.ec2.subnets = subnets;
        })
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
    fn denied_subnets_are_not_assessed() {
        let snapshot = attached(&["s1"], fixtures::denied("ec2:DescribeSubnets"));
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeSubnets");
    }
}
