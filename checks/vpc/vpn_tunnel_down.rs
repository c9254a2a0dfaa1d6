//! VPN connections that hang on one tunnel, or carry nothing.

use tripod_model::ec2::{VpnConnection, VpnTunnel};
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::failed;
use crate::vpc::{VPN_CONNECTION, vpn_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-vpn-tunnel-down",
    title: "VPN connection with a tunnel that is down",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["VN24"],
    needs: &["ec2:DescribeVpnConnections"],
    controls: &[
        Control::Baseline("AVL-6"),
        Control::Fsbp("EC2.20"),
        Control::Nist80053("CP-6(2)"),
        Control::Nist80053("CP-10"),
        Control::Nist80053("SC-5(2)"),
        Control::Nist80053("SC-36"),
        Control::Nist80053("SI-13(5)"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("vpn_tunnel_down.md"),
    run,
};

const OPERATION: &str = "ec2:DescribeVpnConnections";
/// Every connection has two tunnels.
/// <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html>
const TUNNELS: usize = 2;

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.ec2.vpn_connections,
            || scope.unlisted(VPN_CONNECTION),
            |vpn| vpn_resource(&scope, vpn),
            decide,
        );
    }
}

fn decide(vpn: &VpnConnection) -> Result<Verdict, Unknown> {
    let unsaid = |what: &str| failed(OPERATION, format!("{} was shown without {what}", vpn.id));
    let evidence = vpn.sources.evidence(OPERATION, "/vgwTelemetry");
    let state = vpn.state.as_deref().ok_or_else(|| unsaid("its state"))?;
    if state != "available" {
        return Ok(
            Verdict::not_applicable(format!("the connection is {state}")).evidence(evidence),
        );
    }
    let tunnels = vpn
        .tunnels
        .as_deref()
        .ok_or_else(|| unsaid("the state of its tunnels"))?;
    let with = |status: &str| -> Vec<&VpnTunnel> {
        let is_it = |tunnel: &&VpnTunnel| tunnel.status.as_deref() == Some(status);
        tunnels.iter().filter(is_it).collect()
    };
    let (up, down) = (with("UP"), with("DOWN"));
    let verdict = match (up.len(), down.as_slice()) {
        (up, []) if up >= TUNNELS => Verdict::pass(format!("{up} tunnels are up")),
        // One that is down is enough to fail, whatever is not known of the other.
        (_, []) => return Err(unsaid("the state of both of its tunnels")),
        (0, down) if down.len() >= TUNNELS => {
            Verdict::fail(format!("no tunnel is up: {}", said(down)))
        }
        (_, down) => Verdict::fail(format!("a tunnel is down: {}", said(down))).lowered_to(
            Severity::Medium,
            "the other one is all that carries the traffic",
        ),
    };
    Ok(verdict
        .detail("up", addresses(&up))
        .detail("down", addresses(&down))
        .evidence(evidence))
}

fn address(tunnel: &VpnTunnel) -> &str {
    tunnel
        .outside_address
        .as_deref()
        .unwrap_or("without an address")
}

fn addresses(tunnels: &[&VpnTunnel]) -> Vec<String> {
    tunnels.iter().map(|it| address(it).to_owned()).collect()
}

/// Each tunnel, with why it is down where AWS says so.
fn said(tunnels: &[&VpnTunnel]) -> String {
    let one = |tunnel: &&VpnTunnel| match tunnel.status_message.as_deref() {
        None | Some("") => address(tunnel).to_owned(),
        Some(reason) => format!("{} ({reason})", address(tunnel)),
    };
    tunnels.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::vpn_testing::connection;

    fn judged(states: &[Option<&str>]) -> Finding {
        judge("available", Some(states))
    }

    fn judge(state: &str, tunnels: Option<&[Option<&str>]>) -> Finding {
        let vpn = connection(state, tunnels, &[]);
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.ec2.vpn_connections = Observed::Known(vec![vpn]);
            }),
        )
    }

    #[test]
    fn two_tunnels_up_pass() {
        let finding = judged(&[Some("UP"), Some("UP")]);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.kind, "AWS::EC2::VPNConnection");
    }

    #[test]
    fn one_tunnel_down_fails_medium_and_both_fail_high() {
        for (states, severity) in [
            (&[Some("UP"), Some("DOWN")], Severity::Medium),
            (&[Some("DOWN"), None], Severity::Medium),
            (&[Some("DOWN"), Some("DOWN")], Severity::High),
        ] {
            let finding = judged(states);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, severity, "{states:?}");
        }
    }

    #[test]
    fn a_connection_that_comes_or_goes_is_not_applicable() {
        for state in ["pending", "deleting", "deleted"] {
            let finding = judge(state, Some(&[Some("DOWN"), Some("DOWN")]));
            assert_eq!(finding.outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn tunnels_that_are_not_shown_are_not_assessed() {
        let half: &[Option<&str>] = &[Some("UP"), None];
        for tunnels in [None, Some(&[][..]), Some(&[Some("UP")][..]), Some(half)] {
            let finding = judge("available", tunnels);
            assert_eq!(finding.outcome, Outcome::NotAssessed, "{tunnels:?}");
        }
        let denied = fixtures::with_region(|region| {
            region.ec2.vpn_connections = fixtures::denied("ec2:DescribeVpnConnections");
        });
        assert_denied(&run_one(&CHECK, &denied), "ec2:DescribeVpnConnections");
    }
}
