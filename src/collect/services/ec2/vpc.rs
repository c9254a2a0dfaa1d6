//! VPCs, Block Public Access, encryption controls.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{
    BlockPublicAccess, BlockPublicAccessExclusion, CidrAssociation, EncryptionControl,
    EncryptionExclusion, Vpc,
};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, in_order, list, name_tag, tags};
use crate::reply::{ask, failed};
use crate::services::{arn, filled, source, text};

pub(super) const VPCS: &str = "ec2:DescribeVpcs";
pub(super) const BLOCK: &str = "ec2:DescribeVpcBlockPublicAccessOptions";
pub(super) const EXCLUSIONS: &str = "ec2:DescribeVpcBlockPublicAccessExclusions";
pub(super) const CONTROLS: &str = "ec2:DescribeVpcEncryptionControls";

pub(super) async fn vpcs(here: &Here) -> Observed<Vec<Vpc>> {
    list!(here.describe_vpcs => VPCS, vpcs in "vpcSet" by PAGE, vpc)
}

/// What the account forbids in the region. AWS answers it where nobody has set anything, too.
pub(super) async fn block_public_access(here: &Here) -> Observed<BlockPublicAccess> {
    let call = here.client.describe_vpc_block_public_access_options();
    let reply = ask(BLOCK, &[], call.send()).await;
    let output = match reply.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    match output.vpc_block_public_access_options() {
        Some(options) => {
            let place = "/vpcBlockPublicAccessOptions".to_owned();
            Observed::Known(block(
                options,
                source(BLOCK, reply.exchange.as_ref(), place),
            ))
        }
        None => failed(BLOCK, "the answer holds no options"),
    }
}

pub(super) async fn exclusions(here: &Here) -> Observed<Vec<BlockPublicAccessExclusion>> {
    list!(here.describe_vpc_block_public_access_exclusions => EXCLUSIONS,
        vpc_block_public_access_exclusions in "vpcBlockPublicAccessExclusionSet" by PAGE, exclusion)
}

pub(super) async fn controls(here: &Here) -> Observed<Vec<EncryptionControl>> {
    list!(here.describe_vpc_encryption_controls => CONTROLS,
        vpc_encryption_controls in "vpcEncryptionControlSet" by PAGE, control)
}

fn vpc(item: &sdk::Vpc, here: &Here, sources: Sources) -> Option<Vpc> {
    let id = filled(item.vpc_id())?;
    let states = item.block_public_access_states();
    Some(Vpc {
        arn: here.arn(item.owner_id(), "vpc", &id),
        name: name_tag(item.tags()),
        owner_id: filled(item.owner_id()),
        state: text(item.state()),
        ipv4_cidrs: ipv4_cidrs(item),
        ipv6_cidrs: in_order(item.ipv6_cidr_block_association_set(), |range| {
            CidrAssociation {
                cidr: filled(range.ipv6_cidr_block()),
                state: text(range.ipv6_cidr_block_state().and_then(|s| s.state())),
            }
        }),
        is_default: item.is_default(),
        tenancy: text(item.instance_tenancy()),
        internet_gateway_block_mode: block_mode(states),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

/// The associations name the first range too, as `CidrBlock` does.
fn ipv4_cidrs(item: &sdk::Vpc) -> Vec<CidrAssociation> {
    let mut ranges = in_order(item.cidr_block_association_set(), |range| CidrAssociation {
        cidr: filled(range.cidr_block()),
        state: text(range.cidr_block_state().and_then(|s| s.state())),
    });
    let first = filled(item.cidr_block());
    if first.is_some() && ranges.iter().all(|range| range.cidr != first) {
        let state = None;
        ranges.push(CidrAssociation { cidr: first, state });
        ranges.sort();
    }
    ranges
}

pub(super) fn block_mode(states: Option<&sdk::BlockPublicAccessStates>) -> Option<String> {
    text(states.and_then(|states| states.internet_gateway_block_mode()))
}

fn block(item: &sdk::VpcBlockPublicAccessOptions, sources: Sources) -> BlockPublicAccess {
    BlockPublicAccess {
        internet_gateway_block_mode: text(item.internet_gateway_block_mode()),
        state: text(item.state()),
        exclusions_allowed: text(item.exclusions_allowed()),
        managed_by: text(item.managed_by()),
        reason: filled(item.reason()),
        sources,
    }
}

fn exclusion(
    item: &sdk::VpcBlockPublicAccessExclusion,
    here: &Here,
    sources: Sources,
) -> Option<BlockPublicAccessExclusion> {
    let id = filled(item.exclusion_id())?;
    Some(BlockPublicAccessExclusion {
        arn: here.arn(None, "vpc-block-public-access-exclusion", &id),
        resource_arn: arn(item.resource_arn()),
        mode: text(item.internet_gateway_exclusion_mode()),
        state: text(item.state()),
        reason: filled(item.reason()),
        id,
        sources,
    })
}

fn control(
    item: &sdk::VpcEncryptionControl,
    here: &Here,
    sources: Sources,
) -> Option<EncryptionControl> {
    let id = filled(item.vpc_encryption_control_id())?;
    let left_out = item.resource_exclusions();
    Some(EncryptionControl {
        arn: here.arn(None, "vpc-encryption-control", &id),
        vpc_id: filled(item.vpc_id()),
        mode: text(item.mode()),
        state: text(item.state()),
        state_message: filled(item.state_message()),
        exclusions: left_out.map(encryption_exclusions).unwrap_or_default(),
        id,
        sources,
    })
}

fn encryption_exclusions(
    item: &sdk::VpcEncryptionControlExclusions,
) -> BTreeMap<String, EncryptionExclusion> {
    [
        ("internet-gateway", item.internet_gateway()),
        (
            "egress-only-internet-gateway",
            item.egress_only_internet_gateway(),
        ),
        ("nat-gateway", item.nat_gateway()),
        ("virtual-private-gateway", item.virtual_private_gateway()),
        ("vpc-peering", item.vpc_peering()),
        ("lambda", item.lambda()),
        ("vpc-lattice", item.vpc_lattice()),
        ("elastic-file-system", item.elastic_file_system()),
    ]
    .into_iter()
    .filter_map(|(kind, exclusion)| {
        let exclusion = EncryptionExclusion {
            state: text(exclusion?.state()),
            state_message: filled(exclusion?.state_message()),
        };
        Some((kind.to_owned(), exclusion))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none};
    use super::*;

    fn range(cidr: &str, state: sdk::VpcCidrBlockStateCode) -> sdk::VpcCidrBlockAssociation {
        let state = sdk::VpcCidrBlockState::builder().state(state).build();
        sdk::VpcCidrBlockAssociation::builder()
            .cidr_block(cidr)
            .cidr_block_state(state)
            .build()
    }

    #[test]
    fn a_vpc_has_its_ranges_with_their_states_and_its_owner_s_arn() {
        use sdk::VpcCidrBlockStateCode::{Associated, Disassociated};
        let off = sdk::BlockPublicAccessStates::builder()
            .internet_gateway_block_mode(sdk::BlockPublicAccessMode::BlockIngress);
        let v6 = sdk::VpcIpv6CidrBlockAssociation::builder().ipv6_cidr_block("2a05::/56");
        let item = sdk::Vpc::builder()
            .vpc_id("vpc-1")
            .owner_id("444455556666")
            .cidr_block("10.1.0.0/16")
            .cidr_block_association_set(range("10.1.0.0/16", Associated))
            .cidr_block_association_set(range("10.0.0.0/16", Associated))
            .cidr_block_association_set(range("10.2.0.0/16", Disassociated))
            .ipv6_cidr_block_association_set(v6.build())
            .instance_tenancy(sdk::Tenancy::Dedicated)
            .block_public_access_states(off.build())
            .tags(sdk::Tag::builder().key("Name").value("main").build())
            .is_default(true)
            .build();
        let vpc = vpc(&item, &here(), none()).expect("the VPC has an id");
        assert_eq!(
            vpc.arn.as_str(),
            "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1"
        );
        let in_use: Vec<&str> = vpc
            .ipv4_cidrs
            .iter()
            .filter(|range| range.is_in_use())
            .filter_map(|range| range.cidr.as_deref())
            .collect();
        assert_eq!(in_use, ["10.0.0.0/16", "10.1.0.0/16"]);
        assert_eq!(vpc.ipv4_cidrs.len(), 3);
        assert_eq!(vpc.ipv6_cidrs[0].cidr.as_deref(), Some("2a05::/56"));
        assert_eq!(
            (vpc.name.as_deref(), vpc.is_default),
            (Some("main"), Some(true))
        );
        assert_eq!(vpc.tenancy.as_deref(), Some("dedicated"));
        assert_eq!(
            vpc.internet_gateway_block_mode.as_deref(),
            Some("block-ingress")
        );
    }

    #[test]
    fn of_a_bare_vpc_nothing_is_made_up() {
        let item = sdk::Vpc::builder().vpc_id("vpc-1").build();
        let vpc = vpc(&item, &here(), none()).expect("the VPC has an id");
        assert_eq!((vpc.is_default, vpc.state, vpc.tenancy), (None, None, None));
        assert!(vpc.ipv4_cidrs.is_empty() && vpc.tags.is_empty());
        let first = sdk::Vpc::builder()
            .vpc_id("vpc-1")
            .cidr_block("10.0.0.0/16");
        let first = super::vpc(&first.build(), &here(), none()).expect("an id");
        assert_eq!(first.ipv4_cidrs[0].cidr.as_deref(), Some("10.0.0.0/16"));
        assert!(super::vpc(&sdk::Vpc::builder().build(), &here(), none()).is_none());
    }

    #[test]
    fn what_block_public_access_says_is_kept_and_the_rest_is_not_off() {
        let item = sdk::VpcBlockPublicAccessOptions::builder()
            .internet_gateway_block_mode(sdk::InternetGatewayBlockMode::BlockBidirectional)
            .managed_by(sdk::ManagedBy::DeclarativePolicy)
            .build();
        let said = block(&item, none());
        assert_eq!(
            said.internet_gateway_block_mode.as_deref(),
            Some("block-bidirectional")
        );
        assert_eq!(said.managed_by.as_deref(), Some("declarative-policy"));
        let bare = block(&sdk::VpcBlockPublicAccessOptions::builder().build(), none());
        assert_eq!(bare.internet_gateway_block_mode, None);
    }

    #[test]
    fn an_exclusion_names_its_vpc_and_way() {
        let item = sdk::VpcBlockPublicAccessExclusion::builder()
            .exclusion_id("vpcbpa-exclude-1")
            .resource_arn("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1")
            .internet_gateway_exclusion_mode(sdk::InternetGatewayExclusionMode::AllowBidirectional);
        let said = exclusion(&item.build(), &here(), none()).expect("an id");
        assert_eq!(said.mode.as_deref(), Some("allow-bidirectional"));
        assert_eq!(
            said.resource_arn.as_ref().and_then(|arn| arn.resource()),
            Some("vpc/vpc-1")
        );
        let bare = sdk::VpcBlockPublicAccessExclusion::builder().build();
        assert!(exclusion(&bare, &here(), none()).is_none());
    }

    #[test]
    fn an_encryption_control_has_the_exclusions_that_aws_named() {
        let lambda = sdk::VpcEncryptionControlExclusion::builder()
            .state(sdk::VpcEncryptionControlExclusionState::Enabled);
        let left_out = sdk::VpcEncryptionControlExclusions::builder().lambda(lambda.build());
        let item = sdk::VpcEncryptionControl::builder()
            .vpc_encryption_control_id("vpcec-1")
            .mode(sdk::VpcEncryptionControlMode::Enforce)
            .resource_exclusions(left_out.build());
        let said = control(&item.build(), &here(), none()).expect("an id");
        assert_eq!(said.mode.as_deref(), Some("enforce"));
        let named: Vec<&String> = said.exclusions.keys().collect();
        assert_eq!(named, ["lambda"]);
        assert_eq!(said.exclusions["lambda"].state.as_deref(), Some("enabled"));
    }
}
