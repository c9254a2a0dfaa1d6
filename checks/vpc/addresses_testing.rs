//! What the tests of checks of addresses and interfaces share.

use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::servicequotas::Quota;
use tripod_model::{Observed, RegionalAccount, Snapshot, fixtures};

/// A function in one subnet of `vpc-1` with one security group.
pub(crate) fn in_vpc(name: &str, subnet: &str, group: &str) -> Function {
    let mut function = fixtures::function(name);
    function.configuration.network.vpc = Some(VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: vec![subnet.to_owned()],
        security_group_ids: vec![group.to_owned()],
        ipv6_allowed: Some(false),
    });
    function
}

/// An applied quota.
pub(crate) fn quota(code: &str, value: f64) -> Quota {
    Quota {
        code: code.to_owned(),
        arn: None,
        name: None,
        value: Some(value),
        adjustable: Some(true),
        error: None,
        usage: None,
        sources: fixtures::sources(&["service-quotas:ListServiceQuotas"]),
    }
}

/// Subnet s1, a /26 of `vpc-1` with so many free addresses, and functions with a set of security groups each.
pub(crate) fn with_sets(
    sets: usize,
    free: i64,
    change: impl FnOnce(&mut RegionalAccount),
) -> Snapshot {
    fixtures::with_region(|region| {
        let mut subnet = fixtures::subnet("s1", "eu-central-1a");
        subnet.name = Some("private-a".to_owned());
        subnet.ipv4_cidr = Some("10.0.0.0/26".to_owned());
        subnet.free_ipv4_addresses = Some(free);
        region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
        region.ec2.subnets = Observed::Known(vec![subnet, fixtures::subnet("s2", "b")]);
        region.lambda.functions = Observed::Known(
            (0..sets)
                .map(|number| in_vpc(&format!("f{number}"), "s1", &format!("sg-{number}")))
                .collect(),
        );
        region.lambda_core.network_connectors = Observed::Known(vec![]);
        region.servicequotas.lambda = Observed::Known(vec![quota("L-9FEE3D26", 500.0)]);
        region.servicequotas.vpc = Observed::Known(vec![quota("L-DF5E4CA3", 5_000.0)]);
        change(region);
    })
}
