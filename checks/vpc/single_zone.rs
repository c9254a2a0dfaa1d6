//! VPCs whose subnets, or one kind of them, stand in one zone.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::ec2::Vpc;
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::vpc::routes::{Routes, zone};
use crate::vpc::{VPC, is_shared, subnets_of, vpc_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-single-zone",
    title: "VPC with public or private subnets in a single zone",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN12"],
    needs: &[
        "ec2:DescribeVpcs",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
    ],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("single_zone.md"),
    run,
};

/// Zones that subnets of one kind need to survive the loss of one.
const ENOUGH: usize = 2;

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
    let mut all: BTreeSet<&str> = BTreeSet::new();
    let mut evidence: Vec<Evidence> = vpc.sources.evidence("ec2:DescribeVpcs", "");
    for subnet in subnets_of(scope, vpc)? {
        all.insert(zone(subnet)?);
        evidence.extend(subnet.sources.evidence("ec2:DescribeSubnets", ""));
    }
    let verdict = match all.first() {
        None => Verdict::not_applicable("the VPC has no subnet"),
        // Whatever their routes are.
        Some(only) if all.len() < ENOUGH => {
            Verdict::fail(format!("all subnets of the VPC are in zone {only}"))
        }
        Some(_) => by_kind(&zones_by_kind(scope, vpc)?),
    };
    let zones: Vec<&str> = all.into_iter().collect();
    Ok(verdict.detail("zones", zones).evidence(evidence))
}

/// Zones of the public subnets and of the private ones; a kind that there is none of is not here.
type Kinds<'a> = BTreeMap<&'static str, BTreeSet<&'a str>>;

fn zones_by_kind<'a>(scope: &Scope<'a>, vpc: &Vpc) -> Result<Kinds<'a>, Unknown> {
    let routes = Routes::of(&scope.region.ec2);
    let mut kinds = Kinds::new();
    for subnet in subnets_of(scope, vpc)? {
        let kind = if routes.is_public(subnet)? {
            "public"
        } else {
            "private"
        };
        kinds.entry(kind).or_default().insert(zone(subnet)?);
    }
    Ok(kinds)
}

fn by_kind(kinds: &Kinds) -> Verdict {
    let listed = |zones: &BTreeSet<&str>| zones.iter().copied().collect::<Vec<_>>().join(", ");
    let single: Vec<String> = kinds
        .iter()
        .filter(|(_, zones)| zones.len() < ENOUGH)
        .map(|(kind, zones)| format!("all {kind} subnets are in zone {}", listed(zones)))
        .collect();
    let mut verdict = if single.is_empty() {
        let said = |(kind, zones): (&&str, &BTreeSet<&str>)| {
            format!("{kind} subnets in {}", listed(zones))
        };
        Verdict::pass(kinds.iter().map(said).collect::<Vec<_>>().join(", "))
    } else {
        Verdict::fail(single.join("; "))
    };
    for (kind, zones) in kinds {
        let zones: Vec<&str> = zones.iter().copied().collect();
        verdict = verdict.detail(&format!("{kind}_zones"), zones);
    }
    verdict
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::RouteTable;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{table, to_internet};

    /// `vpc-1` with these subnets, each with its zone.
    fn judge(
        subnets: &[(&str, &str)],
        tables: Vec<RouteTable>,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            let made = subnets.iter().map(|(id, zone)| fixtures::subnet(id, zone));
            region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
            region.ec2.subnets = Observed::Known(made.collect());
            region.ec2.route_tables = Observed::Known(tables);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    /// A main table that leads nowhere, and one to the internet for these subnets.
    fn public(subnets: &[&str]) -> Vec<RouteTable> {
        vec![
            table("rtb-main", &[], vec![]),
            table("rtb-public", subnets, vec![to_internet()]),
        ]
    }

    #[test]
    fn public_and_private_subnets_in_two_zones_each_pass() {
        let subnets = [("p1", "a"), ("p2", "b"), ("s1", "a"), ("s2", "b")];
        let finding = judge(&subnets, public(&["p1", "p2"]), |_| {});
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(
            finding.message,
            "private subnets in a, b, public subnets in a, b"
        );
        assert_eq!(finding.resource.kind, "AWS::EC2::VPC");
    }

    #[test]
    fn zones_of_the_other_kind_do_not_count() {
        let subnets = [("p1", "a"), ("s1", "a"), ("s2", "b")];
        let finding = judge(&subnets, public(&["p1"]), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "all public subnets are in zone a");
        let subnets = [("p1", "a"), ("p2", "b"), ("s1", "b"), ("s2", "b")];
        let finding = judge(&subnets, public(&["p1", "p2"]), |_| {});
        assert_eq!(finding.message, "all private subnets are in zone b");
    }

    #[test]
    fn two_subnets_of_one_zone_fail_whatever_their_routes() {
        let finding = judge(&[("s1", "a"), ("s2", "a")], vec![], |region| {
            region.ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "all subnets of the VPC are in zone a");
    }

    #[test]
    fn a_vpc_without_subnets_or_of_another_account_is_not_applicable() {
        let empty = judge(&[], vec![], |region| {
            let mut other = fixtures::subnet("s1", "a");
            other.vpc_id = Some("vpc-2".to_owned());
            region.ec2.subnets = Observed::Known(vec![other]);
        });
        assert_eq!(empty.outcome, Outcome::NotApplicable);
        let shared = judge(&[("s1", "a")], vec![], |region| {
            let mut vpc = fixtures::vpc("vpc-1");
            vpc.owner_id = Some("444455556666".to_owned());
            region.ec2.vpcs = Observed::Known(vec![vpc]);
        });
        assert_eq!(shared.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn unknown_subnets_zones_or_routes_are_not_assessed() {
        let subnets = [("s1", "a"), ("s2", "b")];
        let denied = judge(&subnets, vec![], |region| {
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        assert_denied(&denied, "ec2:DescribeSubnets");
        let denied = judge(&subnets, vec![], |region| {
            region.ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_denied(&denied, "ec2:DescribeRouteTables");
        let zoneless = judge(&subnets, public(&[]), |region| {
            let mut subnet = fixtures::subnet("s1", "a");
            subnet.availability_zone = None;
            region.ec2.subnets = Observed::Known(vec![subnet]);
        });
        assert_eq!(zoneless.outcome, Outcome::NotAssessed);
    }
}
