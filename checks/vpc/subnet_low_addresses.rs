//! Subnets with few free IPv4 addresses left.

use tripod_model::ec2::Subnet;
use tripod_model::{Impact, Severity, Unknown};

use crate::vpc::{SUBNET, subnet_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-subnet-low-addresses",
    title: "subnet with few free IPv4 addresses",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["VN10"],
    needs: &["ec2:DescribeSubnets"],
    controls: &[Control::Baseline("AVL-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("subnet_low_addresses.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let least = view.settings().thresholds.vpc_subnet_low_addresses;
    for scope in Scope::all(view) {
        out.each(
            &scope.region.ec2.subnets,
            || scope.unlisted(SUBNET),
            |subnet| subnet_resource(&scope, subnet),
            |subnet| decide(subnet, least.free_percent.get()),
        );
    }
}

/// Fails where less than `least` percent of the usable addresses are free.
fn decide(subnet: &Subnet, least: i64) -> Result<Verdict, Unknown> {
    let unsaid = |error: String| Unknown::Failed {
        operation: "ec2:DescribeSubnets".to_owned(),
        error,
    };
    let id = &subnet.id;
    let range = match &subnet.ipv4_cidr {
        Some(range) => range,
        None if subnet.ipv6_native == Some(true) => {
            return Ok(Verdict::not_applicable("the subnet has no IPv4 range"));
        }
        None => return Err(unsaid(format!("{id} was shown without its IPv4 range"))),
    };
    let usable = subnet
        .usable_ipv4_addresses()
        .ok_or_else(|| unsaid(format!("'{range}' is not an IPv4 range")))?;
    let free = subnet
        .free_ipv4_addresses
        .ok_or_else(|| unsaid(format!("{id} was shown without its free addresses")))?;
    let message = format!("{free} of {usable} usable IPv4 addresses are free");
    let verdict = if free * 100 < usable * least {
        Verdict::fail(format!("{message}, less than {least} %"))
    } else {
        Verdict::pass(message)
    };
    let evidence = subnet
        .sources
        .evidence("ec2:DescribeSubnets", "/availableIpAddressCount");
    Ok(verdict
        .detail("free", free)
        .detail("usable", usable)
        .evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::Subnet;
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::{Bounded, Settings};

    fn judged(range: Option<&str>, free: i64) -> Finding {
        let mut subnet = fixtures::subnet("subnet-1", "eu-central-1a");
        subnet.ipv4_cidr = range.map(str::to_owned);
        subnet.ipv6_native = Some(range.is_none());
        subnet.free_ipv4_addresses = Some(free);
        judge(subnet)
    }

    fn judge(subnet: Subnet) -> Finding {
        run_one(
            &CHECK,
            &fixtures::with_region(|region| region.ec2.subnets = Observed::Known(vec![subnet])),
        )
    }

    #[test]
    fn less_than_a_tenth_free_fails_with_the_figures() {
        // A /24 has 251 usable addresses; a tenth is 25.1.
        let finding = judged(Some("10.0.0.0/24"), 25);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("free"), 25);
        assert_eq!(finding.details.get("usable"), 251);
        assert_eq!(finding.resource.name, "subnet-1");
    }

    #[test]
    fn a_tenth_free_passes() {
        assert_eq!(judged(Some("10.0.0.0/24"), 26).outcome, Outcome::Pass);
        // A /27 has 27 usable addresses; a tenth is 2.7.
        assert_eq!(judged(Some("10.0.0.0/27"), 3).outcome, Outcome::Pass);
        assert_eq!(judged(Some("10.0.0.0/27"), 2).outcome, Outcome::Fail);
    }

    #[test]
    fn the_five_addresses_that_aws_keeps_are_neither_usable_nor_used() {
        // An empty /28 has 16 addresses, of which AWS shows 11 as free: none is in use.
        let finding = judged(Some("10.0.0.0/28"), 11);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("free"), finding.details.get("usable"));
        // A tenth of 11 is 1.1, of 16 it would be 1.6: two free ones pass.
        assert_eq!(judged(Some("10.0.0.0/28"), 1).outcome, Outcome::Fail);
        assert_eq!(judged(Some("10.0.0.0/28"), 2).outcome, Outcome::Pass);
    }

    #[test]
    fn the_users_share_is_the_one_that_counts() {
        let mut settings = Settings::default();
        settings.thresholds.vpc_subnet_low_addresses.free_percent = Bounded::of(50);
        let judged = |free: i64| {
            let mut subnet = fixtures::subnet("subnet-1", "eu-central-1a");
            subnet.free_ipv4_addresses = Some(free);
            let snapshot =
                fixtures::with_region(|region| region.ec2.subnets = Observed::Known(vec![subnet]));
            run_with(&CHECK, &snapshot, &settings).remove(0)
        };
        // Of 251 usable addresses, half are 125.5.
        assert_eq!(judged(125).outcome, Outcome::Fail);
        assert!(judged(125).message.ends_with("less than 50 %"));
        assert_eq!(judged(126).outcome, Outcome::Pass);
    }

    #[test]
    fn a_subnet_with_ipv6_only_is_not_applicable() {
        assert_eq!(judged(None, 0).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_range_that_is_none_is_not_assessed() {
        assert_eq!(judged(Some("10.0.0.0"), 5).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn what_aws_left_out_is_not_assessed() {
        let mut uncounted = fixtures::subnet("subnet-1", "eu-central-1a");
        uncounted.free_ipv4_addresses = None;
        let finding = judge(uncounted);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("without its free addresses"));
        let mut rangeless = fixtures::subnet("subnet-1", "eu-central-1a");
        (rangeless.ipv4_cidr, rangeless.ipv6_native) = (None, None);
        assert_eq!(judge(rangeless).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_denied(&finding, "ec2:DescribeSubnets");
        assert_eq!(finding.resource.kind, "AWS::EC2::Subnet");
    }
}
