//! Functions in subnets whose way to the internet is closed to them.

use tripod_model::ec2::RouteTarget;
use tripod_model::lambda::Function;
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::lambda::each_function_of;
use crate::lambda::egress::{attachment, evidence, listed, no_vpc, subnet_name};
use crate::vpc::routes::{Family, Routes};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-public-subnet",
    title: "function in a public subnet, from which it has no way to the internet",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::Medium,
    rows: &["LA22"],
    needs: &[
        "lambda:ListFunctions",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
    ],
    controls: &[Control::Baseline("NET-1"), Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_subnet.md"),
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
    let mut seen = Seen::default();
    for id in &vpc.subnet_ids {
        if let Err(unknown) = seen.look(routes, id) {
            seen.unknown.get_or_insert(unknown);
        }
    }
    seen.verdict(vpc.subnet_ids.len())
        .map(|verdict| verdict.evidence(evidence(function)))
}

/// The function's subnets by how they reach an internet gateway.
#[derive(Default)]
struct Seen<'a> {
    /// By the default route.
    whole: Vec<&'a str>,
    /// By other routes only.
    part: Vec<&'a str>,
    unknown: Option<Unknown>,
    evidence: Vec<Evidence>,
}

impl<'a> Seen<'a> {
    fn look(&mut self, routes: &Routes<'a>, id: &str) -> Result<(), Unknown> {
        let subnet = routes.subnet(id)?;
        let way = routes.default(subnet, Family::V4)?;
        let leads = |target: &RouteTarget| matches!(target, RouteTarget::InternetGateway(_));
        if way.is_some_and(|way| leads(way.target)) {
            self.whole.push(subnet_name(subnet));
        } else if routes.is_public(subnet)? {
            self.part.push(subnet_name(subnet));
        } else {
            return Ok(());
        }
        let table = routes.table(subnet)?;
        self.evidence.extend(
            table
                .sources
                .evidence("ec2:DescribeRouteTables", "/routeSet"),
        );
        Ok(())
    }

    fn verdict(self, all: usize) -> Result<Verdict, Unknown> {
        let share =
            |subnets: &[&str]| format!("{} of {all} subnets ({})", subnets.len(), listed(subnets));
        let reason = "functions have no public address, so that the gateway drops what they send";
        let verdict = if !self.whole.is_empty() {
            let share = share(&self.whole);
            Verdict::fail(format!(
                "the default route of {share} leads to an internet gateway: {reason}"
            ))
        } else if !self.part.is_empty() {
            let share = share(&self.part);
            Verdict::fail(format!(
                "a route of {share} leads to an internet gateway: {reason}"
            ))
            .lowered_to(Severity::Low, "the default route leads elsewhere")
        } else if let Some(unknown) = self.unknown {
            return Err(unknown);
        } else {
            Verdict::pass("no route of the function's subnets leads to an internet gateway")
        };
        let public: Vec<&str> = self.whole.into_iter().chain(self.part).collect();
        Ok(verdict
            .detail("public_subnets", public)
            .detail("subnets", all)
            .evidence(self.evidence))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::ec2::{Ec2, Route, RouteTarget};
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{route, table, to_internet, to_nat};

    /// A function in `s1` and `s2`, with these routes in their tables.
    fn judged(first: Route, second: Route, change: impl FnOnce(&mut Ec2)) -> Finding {
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![in_vpc(&["s1", "s2"], &["sg-1"])]);
                region.ec2.subnets = Observed::Known(vec![
                    fixtures::subnet("s1", "a"),
                    fixtures::subnet("s2", "b"),
                ]);
                region.ec2.route_tables = Observed::Known(vec![
                    table("rtb-1", &["s1"], vec![first]),
                    table("rtb-2", &["s2"], vec![second]),
                ]);
                change(&mut region.ec2);
            }),
        )
    }

    #[test]
    fn one_public_subnet_of_two_fails_and_is_named() {
        let finding = judged(to_nat("nat-1"), to_internet(), |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding
                .message
                .starts_with("the default route of 1 of 2 subnets (s2) leads")
        );
        assert_eq!(finding.details.get("public_subnets"), json!(["s2"]));
        // The function's list and the table of the subnet.
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn the_main_table_of_the_vpc_counts_and_that_of_another_does_not() {
        let main = |vpc: &str| {
            let vpc = vpc.to_owned();
            judged(to_nat("nat-1"), to_nat("nat-1"), |ec2| {
                let mut public = table("rtb-main", &[], vec![to_internet()]);
                public.vpc_id = Some(vpc);
                let private = table("rtb-1", &["s1"], vec![to_nat("nat-1")]);
                let mut own = table("rtb-own", &[], vec![to_nat("nat-1")]);
                if public.vpc_id.as_deref() == Some("vpc-1") {
                    own.vpc_id = Some("vpc-2".to_owned());
                }
                ec2.route_tables = Observed::Known(vec![public, private, own]);
            })
        };
        assert_eq!(main("vpc-1").outcome, Outcome::Fail);
        assert_eq!(main("vpc-2").outcome, Outcome::Pass);
    }

    #[test]
    fn a_route_of_a_few_addresses_fails_lowered() {
        let few = route(
            "198.51.100.0/24",
            RouteTarget::InternetGateway("igw-1".to_owned()),
        );
        let finding = judged(to_nat("nat-1"), few, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
    }

    #[test]
    fn private_subnets_pass_even_where_instances_get_public_addresses() {
        let finding = judged(to_nat("nat-1"), to_nat("nat-2"), |ec2| {
            let mut mapped = fixtures::subnet("s1", "a");
            mapped.map_public_ip_on_launch = Some(true);
            ec2.subnets = Observed::Known(vec![mapped, fixtures::subnet("s2", "b")]);
        });
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn a_subnet_that_is_missing_is_not_assessed_unless_another_decides() {
        let without = |ec2: &mut Ec2| {
            ec2.subnets = Observed::Known(vec![fixtures::subnet("s1", "a")]);
        };
        let finding = judged(to_nat("nat-1"), to_nat("nat-1"), without);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_eq!(
            judged(to_internet(), to_nat("nat-1"), without).outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn denied_routes_are_not_assessed_and_outside_a_vpc_nothing_is_asked() {
        let finding = judged(to_nat("nat-1"), to_nat("nat-1"), |ec2| {
            ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_denied(&finding, "ec2:DescribeRouteTables");
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }
}
