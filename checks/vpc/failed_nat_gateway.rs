//! NAT gateways that could not be made, or lack an address they were given.

use tripod_model::ec2::{NatGateway, NatGatewayAddress};
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::failed;
use crate::vpc::{NAT_GATEWAY, nat_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-failed-nat-gateway",
    title: "NAT gateway that failed",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN14"],
    needs: &["ec2:DescribeNatGateways"],
    controls: &[Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("failed_nat_gateway.md"),
    run,
};

const OPERATION: &str = "ec2:DescribeNatGateways";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.ec2.nat_gateways,
            || scope.unlisted(NAT_GATEWAY),
            |nat| nat_resource(&scope, nat),
            decide,
        );
    }
}

fn decide(nat: &NatGateway) -> Result<Verdict, Unknown> {
    let unsaid = || failed(OPERATION, format!("{} was shown without its state", nat.id));
    let verdict = match nat.state.as_deref().ok_or_else(unsaid)? {
        "available" => available(nat),
        "failed" => Verdict::fail(format!("the gateway failed: {}", reason(nat))),
        state => Verdict::not_applicable(format!("the gateway is {state}")),
    };
    Ok(verdict.evidence(nat.sources.evidence(OPERATION, "")))
}

/// Why it failed, in AWS's words.
fn reason(nat: &NatGateway) -> &str {
    let said = [&nat.failure_message, &nat.failure_code];
    said.into_iter()
        .find_map(Option::as_deref)
        .unwrap_or("AWS does not say why")
}

fn available(nat: &NatGateway) -> Verdict {
    let name = |address: &NatGatewayAddress| {
        let named = [&address.allocation_id, &address.private_ip];
        let named = named.into_iter().find_map(Option::as_deref);
        named.unwrap_or("one without a name").to_owned()
    };
    let failed = |address: &&NatGatewayAddress| address.status.as_deref() == Some("failed");
    let broken: Vec<String> = nat.addresses.iter().filter(failed).map(name).collect();
    let whole = nat.addresses.len() - broken.len();
    let verdict = if broken.is_empty() {
        Verdict::pass("the gateway is available, with every address that it was given")
    } else {
        Verdict::fail(format!(
            "the gateway is available, but could not take {} of its addresses: {}",
            broken.len(),
            broken.join(", ")
        ))
        .lowered_to(
            Severity::Low,
            "it works with fewer ports than it was meant to",
        )
    };
    verdict
        .detail("addresses", whole)
        .detail("failed_addresses", broken)
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::NatGateway;
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{nat, regional_nat};

    fn judged(nat: NatGateway) -> Finding {
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.ec2.nat_gateways = Observed::Known(vec![nat]);
            }),
        )
    }

    fn in_state(state: Option<&str>) -> NatGateway {
        let mut nat = nat("nat-1", "s1");
        nat.state = state.map(str::to_owned);
        nat
    }

    #[test]
    fn a_gateway_that_is_available_passes() {
        let finding = judged(in_state(Some("available")));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.kind, "AWS::EC2::NatGateway");
    }

    #[test]
    fn a_gateway_that_failed_fails_with_the_reason() {
        let mut broken = in_state(Some("failed"));
        assert!(judged(broken.clone()).message.ends_with("does not say why"));
        broken.failure_code = Some("Gateway.NotAttached".to_owned());
        broken.failure_message = Some("Network vpc-1 has no Internet gateway attached".to_owned());
        let finding = judged(broken);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("no Internet gateway attached"));
    }

    #[test]
    fn an_address_that_it_could_not_take_fails_low() {
        let mut short = regional_nat("nat-1", "enabled", &["a", "b"]);
        short.addresses[1].status = Some("failed".to_owned());
        short.addresses[1].allocation_id = Some("eipalloc-2".to_owned());
        let finding = judged(short);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("1 of its addresses: eipalloc-2"));
        assert_eq!(finding.details.get("addresses"), 1);
    }

    #[test]
    fn one_that_comes_or_goes_is_not_applicable() {
        for state in ["pending", "deleting", "deleted"] {
            let finding = judged(in_state(Some(state)));
            assert_eq!(finding.outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn a_state_that_is_not_said_and_a_denied_list_are_not_assessed() {
        assert_eq!(judged(in_state(None)).outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.ec2.nat_gateways = fixtures::denied("ec2:DescribeNatGateways");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeNatGateways");
    }
}
