//! Checks of Amazon VPC.

use tripod_model::ResourceRef;
use tripod_model::ec2::Subnet;

use crate::Scope;

pub(crate) mod missing_flow_logs;
pub(crate) mod open_endpoint_policy;
pub(crate) mod routes;
#[cfg(test)]
pub(crate) mod routes_testing;
pub(crate) mod subnet_low_addresses;

/// CloudFormation's type name of a subnet.
pub(crate) const SUBNET: &str = "AWS::EC2::Subnet";

/// A subnet as the resource of a finding, by its tag `Name` where it has one.
pub(crate) fn subnet_resource(scope: &Scope, subnet: &Subnet) -> ResourceRef {
    let name = subnet.name.as_deref().unwrap_or(&subnet.id);
    scope.resource(SUBNET, &subnet.arn, name)
}
