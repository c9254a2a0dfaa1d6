//! Interface endpoints that one zone's failure takes away.

use std::collections::BTreeSet;

use tripod_model::ec2::VpcEndpoint;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::failed;
use crate::vpc::routes::{Routes, zone};
use crate::vpc::{ENDPOINT, endpoint_resource, is_gone};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-single-zone-endpoint",
    title: "interface endpoint in a single zone",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN15"],
    needs: &["ec2:DescribeVpcEndpoints", "ec2:DescribeSubnets"],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("single_zone_endpoint.md"),
    run,
};

const OPERATION: &str = "ec2:DescribeVpcEndpoints";
/// Zones an endpoint needs to survive the loss of one.
const ENOUGH: usize = 2;

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let routes = Routes::of(&scope.region.ec2);
        out.each(
            &scope.region.ec2.vpc_endpoints,
            || scope.unlisted(ENDPOINT),
            |endpoint| endpoint_resource(&scope, endpoint),
            |endpoint| decide(&routes, endpoint),
        );
    }
}

fn decide(routes: &Routes<'_>, endpoint: &VpcEndpoint) -> Result<Verdict, Unknown> {
    let evidence = endpoint.sources.evidence(OPERATION, "");
    if let Some(reason) = beside_the_question(endpoint)? {
        return Ok(Verdict::not_applicable(reason).evidence(evidence));
    }
    let (mut zones, mut unknown) = (BTreeSet::new(), None);
    for id in &endpoint.subnet_ids {
        match routes.subnet(id).and_then(zone) {
            Ok(zone) => {
                zones.insert(zone);
            }
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    let listed: Vec<&str> = zones.into_iter().collect();
    let verdict = match (listed.as_slice(), unknown) {
        (zones, _) if zones.len() >= ENOUGH => {
            Verdict::pass(format!("the endpoint is in {}", zones.join(", ")))
        }
        (_, Some(unknown)) => return Err(unknown),
        ([only], None) => Verdict::fail(format!("the endpoint is in zone {only} only")),
        _ => Verdict::fail("the endpoint is in no subnet"),
    };
    Ok(verdict
        .detail("zones", listed)
        .detail("subnets", endpoint.subnet_ids.clone())
        .detail("service", endpoint.service_name.clone())
        .evidence(evidence))
}

/// Why its zones are not for the owner to choose.
///
/// # Errors
/// When AWS did not say of what type it is.
fn beside_the_question(endpoint: &VpcEndpoint) -> Result<Option<&'static str>, Unknown> {
    if is_gone(endpoint) {
        return Ok(Some("nothing goes through the endpoint any more"));
    }
    if endpoint.requester_managed == Some(true) {
        return Ok(Some("a service of AWS manages the endpoint"));
    }
    let unsaid = || failed(OPERATION, "the answer has no VpcEndpointType");
    Ok(match endpoint.kind.as_deref().ok_or_else(unsaid)? {
        "Interface" => None,
        "Gateway" => Some("a gateway endpoint stands in no zone"),
        // It takes one subnet and no more.
        // <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
        "GatewayLoadBalancer" => Some("an endpoint of a Gateway Load Balancer has one subnet"),
        _ => Some("not an interface endpoint"),
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::VpcEndpoint;
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::endpoint_testing::interface_endpoint;

    fn judged(endpoint: VpcEndpoint) -> Finding {
        let subnets = vec![
            fixtures::subnet("s1", "a"),
            fixtures::subnet("s2", "a"),
            fixtures::subnet("s3", "b"),
        ];
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.ec2.subnets = Observed::Known(subnets);
                region.ec2.vpc_endpoints = Observed::Known(vec![endpoint]);
            }),
        )
    }

    #[test]
    fn zones_count_and_not_subnets() {
        let finding = judged(interface_endpoint("kms", &["s1", "s2"]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "the endpoint is in zone a only");
        let finding = judged(interface_endpoint("kms", &["s1", "s3"]));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.message, "the endpoint is in a, b");
    }

    #[test]
    fn an_endpoint_without_a_subnet_fails() {
        let finding = judged(interface_endpoint("kms", &[]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn a_subnet_that_is_not_shown_is_not_assessed_unless_the_others_decide() {
        let finding = judged(interface_endpoint("kms", &["s1", "gone"]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        let finding = judged(interface_endpoint("kms", &["s1", "gone", "s3"]));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn other_kinds_managed_ones_and_those_that_are_gone_are_not_applicable() {
        let mut endpoints = Vec::new();
        for kind in ["Gateway", "GatewayLoadBalancer", "Resource"] {
            let mut other = interface_endpoint("kms", &["s1"]);
            other.kind = Some(kind.to_owned());
            endpoints.push(other);
        }
        for state in ["deleting", "Rejected"] {
            let mut gone = interface_endpoint("kms", &["s1"]);
            gone.state = Some(state.to_owned());
            endpoints.push(gone);
        }
        let mut managed = interface_endpoint("kms", &["s1"]);
        managed.requester_managed = Some(true);
        endpoints.push(managed);
        for endpoint in endpoints {
            assert_eq!(judged(endpoint).outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn unknown_types_endpoints_or_subnets_are_not_assessed() {
        let mut untyped = interface_endpoint("kms", &["s1"]);
        untyped.kind = None;
        assert_eq!(judged(untyped).outcome, Outcome::NotAssessed);
        let denied = fixtures::with_region(|region| {
            region.ec2.vpc_endpoints = fixtures::denied("ec2:DescribeVpcEndpoints");
        });
        assert_denied(&run_one(&CHECK, &denied), "ec2:DescribeVpcEndpoints");
        let denied = fixtures::with_region(|region| {
            let endpoint = interface_endpoint("kms", &["s1"]);
            region.ec2.vpc_endpoints = Observed::Known(vec![endpoint]);
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        assert_denied(&run_one(&CHECK, &denied), "ec2:DescribeSubnets");
    }
}
