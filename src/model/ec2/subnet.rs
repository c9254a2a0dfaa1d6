//! Subnets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CidrAssociation;
use crate::{Arn, Observed, Sources};

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subnet {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Account that owns it: another one where it is shared.
    pub owner_id: Option<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// `pending`, `available`, `unavailable`, `failed`, …
    pub state: Option<String>,
    /// Its zone, by the account's name for it.
    pub availability_zone: Option<String>,
    /// Its zone, by the name that all accounts share.
    pub availability_zone_id: Option<String>,
    /// IPv4 range; IPv6-only subnets have none.
    pub ipv4_cidr: Option<String>,
    /// IPv6 ranges, sorted.
    pub ipv6_cidrs: Vec<CidrAssociation>,
    /// IPv4 addresses not in use.
    pub free_ipv4_addresses: Option<i64>,
    /// Whether it has IPv6 only.
    pub ipv6_native: Option<bool>,
    /// Whether instances get a public IPv4 address.
    pub map_public_ip_on_launch: Option<bool>,
    /// Whether interfaces get an IPv6 address.
    pub assign_ipv6_address_on_creation: Option<bool>,
    /// Whether names without IPv6 addresses get made-up ones, for NAT64.
    pub dns64: Option<bool>,
    /// Whether it is the zone's default subnet.
    pub default_for_az: Option<bool>,
    /// What Block Public Access does to internet gateways: `off`, `block-bidirectional`,
    /// `block-ingress`.
    pub internet_gateway_block_mode: Option<String>,
    /// The Outpost it is on.
    pub outpost_arn: Option<Arn>,
    /// `ec2:GetSubnetCidrReservations`, by id; not asked of subnets in which Lambda has no interface.
    pub cidr_reservations: Observed<Vec<SubnetCidrReservation>>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A part of a subnet's range that AWS does not give out by itself.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubnetCidrReservation {
    /// Id.
    pub id: String,
    /// IPv4 or IPv6 range.
    pub cidr: Option<String>,
    /// `prefix`: for prefixes of interfaces. `explicit`: for addresses asked for by name.
    pub kind: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

impl Subnet {
    /// IPv4 addresses that can be given out: the range less the five that AWS keeps.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
    pub fn usable_ipv4_addresses(&self) -> Option<i64> {
        let prefix: u32 = self
            .ipv4_cidr
            .as_deref()?
            .rsplit_once('/')?
            .1
            .parse()
            .ok()?;
        Some((1_i64 << 32_u32.checked_sub(prefix)?) - 5)
    }
}
