//! VPC endpoints for tests.

use std::collections::BTreeMap;

use tripod_model::ec2::VpcEndpoint;
use tripod_model::{Arn, fixtures};

fn endpoint(service: &str, kind: &str) -> VpcEndpoint {
    let (region, account) = (fixtures::REGION, fixtures::ACCOUNT);
    let id = format!("vpce-{service}");
    VpcEndpoint {
        arn: Arn::new(format!("arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}")),
        id,
        vpc_id: Some("vpc-1".to_owned()),
        owner_id: Some(account.to_owned()),
        service_name: Some(format!("com.amazonaws.{region}.{service}")),
        service_region: None,
        kind: Some(kind.to_owned()),
        state: Some("available".to_owned()),
        failure_reason: None,
        subnet_ids: vec![],
        security_group_ids: vec![],
        interface_ids: vec![],
        route_table_ids: vec![],
        private_dns_enabled: Some(false),
        ip_address_type: None,
        requester_managed: Some(false),
        policy: None,
        tags: BTreeMap::new(),
        sources: fixtures::sources(&["ec2:DescribeVpcEndpoints"]),
    }
}

/// An interface endpoint of `vpc-1` to a service of AWS, by its usual name, in these subnets.
pub(crate) fn interface_endpoint(service: &str, subnets: &[&str]) -> VpcEndpoint {
    VpcEndpoint {
        subnet_ids: subnets.iter().map(|id| (*id).to_owned()).collect(),
        private_dns_enabled: Some(true),
        ..endpoint(service, "Interface")
    }
}

/// A gateway endpoint of `vpc-1` that these route tables lead to.
pub(crate) fn gateway_endpoint(service: &str, tables: &[&str]) -> VpcEndpoint {
    VpcEndpoint {
        route_table_ids: tables.iter().map(|id| (*id).to_owned()).collect(),
        ..endpoint(service, "Gateway")
    }
}
