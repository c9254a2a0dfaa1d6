//! VPN connections whose tunnels leave no log.

use tripod_model::ec2::{VpnConnection, VpnTunnelOptions};
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::failed;
use crate::vpc::{VPN_CONNECTION, vpn_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-missing-vpn-logging",
    title: "VPN connection whose tunnels are not logged",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Low,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN24"],
    needs: &["ec2:DescribeVpnConnections"],
    controls: &[
        Control::Baseline("LOG-3"),
        Control::Fsbp("EC2.171"),
        Control::PciDss("10.4.2"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_vpn_logging.md"),
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
    let evidence = vpn.sources.evidence(OPERATION, "/options/tunnelOptionSet");
    let state = vpn.state.as_deref().ok_or_else(|| unsaid("its state"))?;
    if state != "available" {
        return Ok(
            Verdict::not_applicable(format!("the connection is {state}")).evidence(evidence),
        );
    }
    let with = |logged: bool| {
        let is_it = move |tunnel: &&VpnTunnelOptions| tunnel.log_enabled == Some(logged);
        vpn.tunnel_options.iter().filter(is_it)
    };
    let address = |tunnel: &VpnTunnelOptions| {
        let address = tunnel.outside_address.as_deref();
        address.unwrap_or("without an address").to_owned()
    };
    let silent: Vec<String> = with(false).map(address).collect();
    let verdict = if silent.is_empty() {
        if with(true).count() < TUNNELS {
            return Err(unsaid("whether both tunnels are logged"));
        }
        Verdict::pass("both tunnels are logged")
    } else {
        Verdict::fail(format!("not logged: tunnel {}", silent.join(", ")))
    };
    Ok(verdict.detail("silent_tunnels", silent).evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::vpn_testing::connection;

    fn judge(state: &str, logged: &[Option<bool>]) -> Finding {
        let vpn = connection(state, None, logged);
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.ec2.vpn_connections = Observed::Known(vec![vpn]);
            }),
        )
    }

    #[test]
    fn both_tunnels_logged_pass_and_one_that_is_not_fails() {
        let finding = judge("available", &[Some(true), Some(true)]);
        assert_eq!(finding.outcome, Outcome::Pass);
        for logged in [[Some(true), Some(false)], [None, Some(false)]] {
            let finding = judge("available", &logged);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.message, "not logged: tunnel 192.0.2.2");
        }
    }

    #[test]
    fn a_connection_that_comes_or_goes_is_not_applicable() {
        let finding = judge("deleted", &[Some(false), Some(false)]);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_aws_does_not_say_of_a_tunnel_is_not_assessed() {
        let unsaid: [&[Option<bool>]; 3] = [&[], &[Some(true)], &[Some(true), None]];
        for logged in unsaid {
            let finding = judge("available", logged);
            assert_eq!(finding.outcome, Outcome::NotAssessed, "{logged:?}");
        }
        let denied = fixtures::with_region(|region| {
            region.ec2.vpn_connections = fixtures::denied("ec2:DescribeVpnConnections");
        });
        assert_denied(&run_one(&CHECK, &denied), "ec2:DescribeVpnConnections");
    }
}
