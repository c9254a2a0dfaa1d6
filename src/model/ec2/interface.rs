//! Network interfaces and Elastic IP addresses.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A network interface. Its tags are not kept: there are many interfaces, and no row asks for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkInterface {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `interface`, `lambda`, `natGateway`, `vpc_endpoint`, `api_gateway_managed`, …, as AWS names it. In
    /// practice AWS also writes `nat_gateway`.
    pub kind: Option<String>,
    /// `available`, `associated`, `attaching`, `in-use`, `detaching`.
    pub status: Option<String>,
    /// Description; for Lambda's, the name in it is of the first function only.
    pub description: Option<String>,
    /// Its subnet.
    pub subnet_id: Option<String>,
    /// Further subnets it serves, sorted.
    pub associated_subnet_ids: Vec<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Its zone, by the account's name for it.
    pub availability_zone: Option<String>,
    /// Security groups, sorted.
    pub security_group_ids: Vec<String>,
    /// Private IPv4 addresses, the first one included.
    pub private_addresses: Option<i64>,
    /// IPv4 prefixes of 16 addresses each; none where AWS did not list them.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html>
    pub ipv4_prefixes: Option<i64>,
    /// IPv6 addresses.
    pub ipv6_addresses: Option<i64>,
    /// IPv6 prefixes; none where AWS did not list them.
    pub ipv6_prefixes: Option<i64>,
    /// Public addresses of all its private ones, sorted.
    pub public_addresses: Vec<PublicAssociation>,
    /// Who made it: an account id or an AWS service's name.
    pub requester_id: Option<String>,
    /// Whether an AWS service manages it.
    pub requester_managed: Option<bool>,
    /// The service that operates it, such as `network-connectors.lambda.amazonaws.com`.
    pub operator: Option<String>,
    /// Whether packages that are neither from nor to it are dropped.
    pub source_dest_check: Option<bool>,
    /// Whether it can reach no internet gateway.
    pub deny_all_igw_traffic: Option<bool>,
    /// What it is attached to; none where it is not.
    pub attachment: Option<InterfaceAttachment>,
    /// Where this was read.
    pub sources: Sources,
}

/// What an interface is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterfaceAttachment {
    /// Id: `eni-attach-…` for instances, `ela-attach-…` for services.
    pub id: Option<String>,
    /// `attached`, …
    pub status: Option<String>,
    /// The instance.
    pub instance_id: Option<String>,
    /// Account of the instance, or a name of AWS's.
    pub instance_owner_id: Option<String>,
    /// Whether it goes with the instance.
    pub delete_on_termination: Option<bool>,
}

/// A public address of an interface.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PublicAssociation {
    /// The address.
    pub public_ip: Option<String>,
    /// Who owns it: an account, or `amazon`.
    pub owner_id: Option<String>,
    /// Allocation, of an Elastic IP address.
    pub allocation_id: Option<String>,
}

/// An Elastic IP address. AWS writes no state: one without association and interface is unused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ElasticAddress {
    /// ARN.
    pub arn: Arn,
    /// Allocation; the address itself where AWS names no allocation.
    pub id: String,
    /// The address.
    pub public_ip: Option<String>,
    /// Association with an interface; none where it is unused.
    pub association_id: Option<String>,
    /// The interface.
    pub interface_id: Option<String>,
    /// The instance.
    pub instance_id: Option<String>,
    /// The private address.
    pub private_ip: Option<String>,
    /// `alb`, `nlb`, `rnat`, `rds` where a service manages it.
    pub service_managed: Option<String>,
    /// Pool that it was taken from.
    pub pool: Option<String>,
    /// Where AWS announces it.
    pub network_border_group: Option<String>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}
