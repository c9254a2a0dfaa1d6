//! VPCs, and what an account forbids in them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vpc {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The tag `Name`.
    pub name: Option<String>,
    /// Account that owns it: another one where it is shared.
    pub owner_id: Option<String>,
    /// `pending`, `available`, `deleting`.
    pub state: Option<String>,
    /// IPv4 ranges, sorted.
    pub ipv4_cidrs: Vec<CidrAssociation>,
    /// IPv6 ranges, sorted.
    pub ipv6_cidrs: Vec<CidrAssociation>,
    /// Whether AWS made it.
    pub is_default: Option<bool>,
    /// `default`, `dedicated`, `host`. Functions cannot be attached to a dedicated one.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>
    pub tenancy: Option<String>,
    /// What Block Public Access does to its internet gateways: `off`, `block-bidirectional`,
    /// `block-ingress`.
    pub internet_gateway_block_mode: Option<String>,
    /// Tags that have key and value.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A range of a VPC or a subnet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CidrAssociation {
    /// IPv4 or IPv6 range.
    pub cidr: Option<String>,
    /// `associated`, `associating`, `disassociating`, `disassociated`, `failing`, `failed`.
    pub state: Option<String>,
}

impl CidrAssociation {
    /// Whether the range is in use: it is unless AWS says otherwise.
    pub fn is_in_use(&self) -> bool {
        self.state
            .as_deref()
            .is_none_or(|state| state == "associated")
    }
}

/// VPC Block Public Access of an account in a region.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockPublicAccess {
    /// `off`, `block-bidirectional`, `block-ingress`.
    pub internet_gateway_block_mode: Option<String>,
    /// `default-state`, `update-in-progress`, `update-complete`.
    pub state: Option<String>,
    /// Whether exclusions are `allowed` or `not-allowed`.
    pub exclusions_allowed: Option<String>,
    /// `account`, or `declarative-policy` of the organisation.
    pub managed_by: Option<String>,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// A VPC or subnet that Block Public Access leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockPublicAccessExclusion {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// The VPC or subnet.
    pub resource_arn: Option<Arn>,
    /// `allow-bidirectional`, `allow-egress`.
    pub mode: Option<String>,
    /// `create-complete`, `disable-complete`, …
    pub state: Option<String>,
    /// Why, in AWS's words.
    pub reason: Option<String>,
    /// Where this was read.
    pub sources: Sources,
}

/// Encryption control of a VPC: whether traffic that is not encrypted is noticed, or refused.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EncryptionControl {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// Its VPC.
    pub vpc_id: Option<String>,
    /// `monitor`, `enforce`.
    pub mode: Option<String>,
    /// `available`, `enforce-in-progress`, `enforce-failed`, …
    pub state: Option<String>,
    /// Why it is in that state.
    pub state_message: Option<String>,
    /// What may stay without encryption, by AWS's name: `internet-gateway`,
    /// `egress-only-internet-gateway`, `nat-gateway`, `virtual-private-gateway`, `vpc-peering`, `lambda`,
    /// `vpc-lattice`, `elastic-file-system`. Those that AWS did not name are not here.
    pub exclusions: BTreeMap<String, EncryptionExclusion>,
    /// Where this was read.
    pub sources: Sources,
}

/// Whether a kind of traffic is left out of an encryption control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EncryptionExclusion {
    /// `enabling`, `enabled`, `disabling`, `disabled`.
    pub state: Option<String>,
    /// Why it is in that state.
    pub state_message: Option<String>,
}
