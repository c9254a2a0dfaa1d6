//! What lets traffic in and out: security groups, network ACLs, and the lists of ranges they refer to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroup {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name: `default` for the one that AWS made with the VPC.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Account that owns it: another one where it is shared.
    pub owner_id: Option<String>,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// What may come in, sorted; none where AWS did not say.
    pub ingress: Option<Vec<TrafficRule>>,
    /// What may go out, sorted; none where AWS did not say.
    pub egress: Option<Vec<TrafficRule>>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A rule of a security group: all of its peers may use the protocol and ports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrafficRule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub protocol: Option<String>,
    /// First port; for ICMP the type. None with protocols that have no ports.
    pub from_port: Option<i64>,
    /// Last port; for ICMP the code. None with protocols that have no ports.
    pub to_port: Option<i64>,
    /// IPv4 ranges, sorted.
    pub ipv4: Vec<PeerRange>,
    /// IPv6 ranges, sorted.
    pub ipv6: Vec<PeerRange>,
    /// Prefix lists, sorted.
    pub prefix_lists: Vec<PeerList>,
    /// Security groups, sorted.
    pub groups: Vec<PeerGroup>,
}

/// A range on the other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PeerRange {
    /// The range.
    pub cidr: Option<String>,
    /// Description of the rule.
    pub description: Option<String>,
}

/// A prefix list on the other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PeerList {
    /// Id.
    pub id: Option<String>,
    /// Description of the rule.
    pub description: Option<String>,
}

/// A security group on the other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PeerGroup {
    /// Id.
    pub id: Option<String>,
    /// Name, where AWS shows it.
    pub name: Option<String>,
    /// Account that owns it. AWS keeps the account of a deleted group too.
    pub account: Option<String>,
    /// VPC of a group on the other side of a peering connection.
    pub vpc_id: Option<String>,
    /// That peering connection.
    pub peering_connection_id: Option<String>,
    /// Its status: a rule over one that is not `active` is stale.
    pub peering_status: Option<String>,
    /// Description of the rule.
    pub description: Option<String>,
}

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAcl {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// Whether it is the VPC's default.
    pub is_default: Option<bool>,
    /// Subnets that use it, sorted.
    pub subnet_ids: Vec<String>,
    /// Entries by direction and number; none where AWS did not say.
    pub entries: Option<Vec<NetworkAclEntry>>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// An entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAclEntry {
    /// Whether it is about outgoing traffic.
    pub egress: Option<bool>,
    /// Lower numbers decide first; 32767 is the last word, which denies.
    pub rule_number: Option<i64>,
    /// `allow` or `deny`.
    pub action: Option<String>,
    /// IANA protocol number, `-1` for all.
    pub protocol: Option<String>,
    /// IPv4 range.
    pub ipv4_cidr: Option<String>,
    /// IPv6 range.
    pub ipv6_cidr: Option<String>,
    /// First port; none for all.
    pub from_port: Option<i64>,
    /// Last port; none for all.
    pub to_port: Option<i64>,
    /// Of ICMP only.
    pub icmp: Option<Icmp>,
}

/// A kind of ICMP message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Icmp {
    /// Type, `-1` for all.
    #[serde(rename = "type")]
    pub kind: Option<i64>,
    /// Code, `-1` for all.
    pub code: Option<i64>,
}

/// A managed prefix list: ranges that rules and routes refer to by one id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrefixList {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Account that owns it, or `AWS`.
    pub owner_id: Option<String>,
    /// `IPv4` or `IPv6`.
    pub address_family: Option<String>,
    /// `create-complete`, `modify-failed`, …
    pub state: Option<String>,
    /// Most entries that it can have; AWS does not say of its own.
    pub max_entries: Option<i64>,
    /// Version; AWS does not say of its own.
    pub version: Option<i64>,
    /// `ec2:GetManagedPrefixListEntries`, in AWS's order. Asked only of lists that are not AWS's and that
    /// a rule of a security group or a route refers to.
    pub entries: Observed<Vec<PrefixListEntry>>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

impl PrefixList {
    /// Whether AWS owns it; none where the answer does not name an owner.
    pub fn is_of_aws(&self) -> Option<bool> {
        self.owner_id.as_deref().map(|owner| owner == "AWS")
    }
}

/// A range of a prefix list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PrefixListEntry {
    /// The range.
    pub cidr: String,
    /// Description.
    pub description: Option<String>,
}
