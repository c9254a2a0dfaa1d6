//! Networks: VPCs of 10.N.0.0/16 in each region, and what is in them.

use serde_json::{Value, json};

use super::place::{Place, Thing};
use super::{Answer, list, whole};

const CREATED: &str = "2025-01-01T08:00:00Z";
const ANYWHERE: &str = "0.0.0.0/0";

pub(super) fn answer<'a>(place: Place<'a>, operation: &str) -> Answer<'a> {
    let net = Net { place };
    let vpcs = place.size.vpcs;
    match operation {
        "DescribeVpcs" => list("Vpcs", vpcs, move |nth| net.vpc(nth)),
        "DescribeSubnets" => list("Subnets", net.subnets(), move |nth| net.subnet(nth)),
        "DescribeSecurityGroups" => list(
            "SecurityGroups",
            vpcs * place.size.security_groups,
            move |nth| net.group(nth),
        ),
        "DescribeNetworkInterfaces" => {
            list("NetworkInterfaces", place.size.interfaces, move |nth| {
                net.interface(nth)
            })
        }
        "DescribeRouteTables" => list("RouteTables", 2 * vpcs, move |nth| net.route_table(nth)),
        "DescribeNetworkAcls" => list("NetworkAcls", vpcs, move |nth| net.acl(nth)),
        "DescribeInternetGateways" => list("InternetGateways", vpcs, move |nth| {
            net.internet_gateway(nth)
        }),
        "DescribeNatGateways" => list("NatGateways", net.nat_gateways(), move |nth| {
            net.nat_gateway(nth)
        }),
        "DescribeVpcEndpoints" => list("VpcEndpoints", vpcs, move |nth| net.endpoint(nth)),
        "DescribeFlowLogs" => {
            let logged: Vec<usize> = (0..vpcs).filter(|vpc| net.is_logged(*vpc)).collect();
            list("FlowLogs", logged.len(), move |nth| {
                net.flow_log(logged[nth])
            })
        }
        "GetSubnetCidrReservations" => whole(json!({
            "SubnetIpv4CidrReservations": [],
            "SubnetIpv6CidrReservations": [],
        })),
        "DescribeVpcBlockPublicAccessOptions" => whole(json!({
            "VpcBlockPublicAccessOptions": {
                "AwsAccountId": place.account,
                "AwsRegion": place.region,
                "State": "default-state",
                "InternetGatewayBlockMode": "off",
                "ManagedBy": "account",
                "ExclusionsAllowed": "allowed",
            },
        })),
        _ => Answer::Nothing,
    }
}

/// A function's place in the network, if there is one to be in.
pub(super) fn attachment(place: Place<'_>, function: &Thing) -> Option<Value> {
    let net = Net { place };
    if net.subnets() == 0 {
        return None;
    }
    let vpc = function.below("which vpc", place.size.vpcs);
    let subnets: Vec<String> = (0..place.size.subnets.min(2))
        .map(|nth| net.subnet_id(vpc, nth))
        .collect();
    let group = function.below("which group", place.size.security_groups);
    Some(json!({
        "VpcId": net.vpc_id(vpc),
        "SubnetIds": subnets,
        "SecurityGroupIds": [net.group_id(vpc, group)],
        "Ipv6AllowedForDualStack": false,
    }))
}

/// The network of one region. VPCs are numbered in the region, the rest in their VPC.
#[derive(Clone, Copy)]
struct Net<'a> {
    place: Place<'a>,
}

impl Net<'_> {
    /// The nth thing of a kind in the region, of `each` per region.
    fn thing(self, kind: &str, nth: usize, each: usize) -> Thing {
        self.place.thing(kind, self.place.at * each + nth)
    }

    fn of_vpc(self, kind: &str, vpc: usize) -> Thing {
        self.thing(kind, vpc, self.place.size.vpcs)
    }

    fn subnets(self) -> usize {
        self.place.size.vpcs * self.place.size.subnets
    }

    fn vpc_id(self, vpc: usize) -> String {
        self.of_vpc("vpc", vpc).ec2_id("vpc")
    }

    fn subnet_id(self, vpc: usize, nth: usize) -> String {
        let nth = vpc * self.place.size.subnets + nth;
        self.thing("subnet", nth, self.subnets()).ec2_id("subnet")
    }

    fn group_id(self, vpc: usize, nth: usize) -> String {
        let of_vpc = self.place.size.security_groups;
        let each = self.place.size.vpcs * of_vpc;
        self.thing("group", vpc * of_vpc + nth, each).ec2_id("sg")
    }

    /// Availability zones in turn.
    fn zone(self, subnet: usize) -> String {
        let letter = ["a", "b", "c"][subnet % 3];
        format!("{}{letter}", self.place.region)
    }

    fn vpc(self, vpc: usize) -> Value {
        let thing = self.of_vpc("vpc", vpc);
        let block = format!("10.{vpc}.0.0/16");
        json!({
            "VpcId": thing.ec2_id("vpc"),
            "OwnerId": self.place.account,
            "State": "available",
            "CidrBlock": block,
            "DhcpOptionsId": thing.ec2_id("dopt"),
            "InstanceTenancy": "default",
            "IsDefault": vpc == 0,
            "CidrBlockAssociationSet": [{
                "AssociationId": thing.ec2_id("vpc-cidr-assoc"),
                "CidrBlock": block,
                "CidrBlockState": {"State": "associated"},
            }],
            "Tags": [{"Key": "Name", "Value": format!("vpc-{vpc}")}],
        })
    }

    /// 1,024 addresses, of which AWS keeps five and interfaces take one each.
    fn subnet(self, nth: usize) -> Value {
        let (vpc, at) = (nth / self.place.size.subnets, nth % self.place.size.subnets);
        let id = self.subnet_id(vpc, at);
        json!({
            "SubnetId": id,
            "SubnetArn": self.place.arn("ec2", &format!("subnet/{id}")),
            "VpcId": self.vpc_id(vpc),
            "OwnerId": self.place.account,
            "State": "available",
            "AvailabilityZone": self.zone(at),
            "CidrBlock": format!("10.{vpc}.{}.0/22", 4 * at),
            "AvailableIpAddressCount": 1024 - 5 - self.interfaces_in(nth),
            "DefaultForAz": false,
            "MapPublicIpOnLaunch": false,
            "AssignIpv6AddressOnCreation": false,
            "Ipv6Native": false,
            "EnableDns64": false,
            "MapCustomerOwnedIpOnLaunch": false,
            "Ipv6CidrBlockAssociationSet": [],
            "Tags": [{"Key": "Name", "Value": format!("vpc-{vpc}-{at}")}],
        })
    }

    /// Interfaces go to the subnets in turn.
    fn interfaces_in(self, subnet: usize) -> usize {
        let (interfaces, subnets) = (self.place.size.interfaces, self.subnets());
        interfaces / subnets + usize::from(subnet < interfaces % subnets)
    }

    fn group(self, nth: usize) -> Value {
        let of_vpc = self.place.size.security_groups;
        let (vpc, at) = (nth / of_vpc, nth % of_vpc);
        let id = self.group_id(vpc, at);
        let luck = self.of_vpc("rules", nth);
        let name = if at == 0 {
            "default".to_owned()
        } else {
            format!("group-{at}")
        };
        let ingress = if at == 0 {
            json!([rule("-1", None, &[], &[(&id, self.place.account)])])
        } else if luck.chance("open", 10) {
            json!([rule(
                "tcp",
                Some(luck.pick("port", &[22, 443, 3389])),
                &[ANYWHERE],
                &[]
            )])
        } else {
            json!([rule("tcp", Some(443), &["10.0.0.0/8"], &[])])
        };
        json!({
            "GroupId": id,
            "GroupName": name,
            "Description": "a group of the sim",
            "VpcId": self.vpc_id(vpc),
            "OwnerId": self.place.account,
            "SecurityGroupArn": self.place.arn("ec2", &format!("security-group/{id}")),
            "IpPermissions": ingress,
            "IpPermissionsEgress": [rule("-1", None, &[ANYWHERE], &[])],
        })
    }

    /// Lambda's interfaces, each for a function of the region if it has any.
    fn interface(self, nth: usize) -> Value {
        let place = self.place;
        let thing = self.thing("interface", nth, place.size.interfaces);
        let subnet = nth % self.subnets();
        let (vpc, at) = (subnet / place.size.subnets, subnet % place.size.subnets);
        let host = nth / self.subnets() + 4;
        let address = format!("10.{vpc}.{}.{}", 4 * at + host / 256, host % 256);
        let group = thing.below("group", place.size.security_groups);
        json!({
            "NetworkInterfaceId": thing.ec2_id("eni"),
            "InterfaceType": "lambda",
            "Description": format!("AWS Lambda VPC ENI-sim-{}", thing.uuid()),
            "SubnetId": self.subnet_id(vpc, at),
            "VpcId": self.vpc_id(vpc),
            "AvailabilityZone": self.zone(at),
            "OwnerId": place.account,
            "RequesterId": place.account,
            "Status": "in-use",
            "RequesterManaged": true,
            "SourceDestCheck": true,
            "Attachment": {
                "AttachmentId": thing.ec2_id("ela-attach"),
                "AttachTime": thing.moment(),
                "DeleteOnTermination": false,
                "DeviceIndex": 1,
                "InstanceOwnerId": "amazon-aws",
                "Status": "attached",
            },
            "Groups": [{
                "GroupId": self.group_id(vpc, group),
                "GroupName": if group == 0 { "default".to_owned() } else { format!("group-{group}") },
            }],
            "Ipv6Addresses": [],
            "TagSet": [],
            "MacAddress": format!("02:00:{:02x}:{:02x}:{:02x}:{:02x}", thing.number >> 24 & 255, thing.number >> 16 & 255, thing.number >> 8 & 255, thing.number & 255),
            "PrivateIpAddress": address,
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": address}],
        })
    }

    /// The main table of a VPC leads out through its internet gateway, the other, of all subnets but
    /// the first, through its NAT gateway.
    fn route_table(self, nth: usize) -> Value {
        let vpc = nth / 2;
        let is_main = nth.is_multiple_of(2);
        let thing = self.thing("route table", nth, 2 * self.place.size.vpcs);
        let id = thing.ec2_id("rtb");
        let association = |number: usize, subnet: Option<String>| {
            let own = self.place.thing("association", thing.number * 100 + number);
            let mut association = json!({
                "Main": subnet.is_none(),
                "RouteTableAssociationId": own.ec2_id("rtbassoc"),
                "AssociationState": {"State": "associated"},
                "RouteTableId": id,
            });
            if let Some(subnet) = subnet {
                association["SubnetId"] = subnet.into();
            }
            association
        };
        let associations: Vec<Value> = if is_main {
            vec![association(0, None)]
        } else {
            let subnets = 1..self.place.size.subnets;
            subnets
                .map(|at| association(at, Some(self.subnet_id(vpc, at))))
                .collect()
        };
        let mut out =
            json!({"DestinationCidrBlock": ANYWHERE, "Origin": "CreateRoute", "State": "active"});
        if is_main || self.nat_gateways() == 0 {
            out["GatewayId"] = self.of_vpc("internet gateway", vpc).ec2_id("igw").into();
        } else {
            out["NatGatewayId"] = self.of_vpc("nat gateway", vpc).ec2_id("nat").into();
        }
        json!({
            "RouteTableId": id,
            "VpcId": self.vpc_id(vpc),
            "OwnerId": self.place.account,
            "Associations": associations,
            "PropagatingVgws": [],
            "Routes": [
                {"DestinationCidrBlock": format!("10.{vpc}.0.0/16"), "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"},
                out,
            ],
            "Tags": [],
        })
    }

    fn acl(self, vpc: usize) -> Value {
        let thing = self.of_vpc("acl", vpc);
        let id = thing.ec2_id("acl");
        let entry = |egress: bool, number: u32, action: &str| json!({"CidrBlock": ANYWHERE, "Egress": egress, "Protocol": "-1", "RuleAction": action, "RuleNumber": number});
        let associations: Vec<Value> = (0..self.place.size.subnets)
            .map(|at| {
                let own = self.place.thing("acl association", thing.number * 100 + at);
                json!({
                    "NetworkAclAssociationId": own.ec2_id("aclassoc"),
                    "NetworkAclId": id,
                    "SubnetId": self.subnet_id(vpc, at),
                })
            })
            .collect();
        json!({
            "NetworkAclId": id,
            "VpcId": self.vpc_id(vpc),
            "IsDefault": true,
            "OwnerId": self.place.account,
            "Entries": [
                entry(true, 100, "allow"),
                entry(true, 32767, "deny"),
                entry(false, 100, "allow"),
                entry(false, 32767, "deny"),
            ],
            "Associations": associations,
            "Tags": [],
        })
    }

    fn internet_gateway(self, vpc: usize) -> Value {
        json!({
            "InternetGatewayId": self.of_vpc("internet gateway", vpc).ec2_id("igw"),
            "OwnerId": self.place.account,
            "Attachments": [{"State": "available", "VpcId": self.vpc_id(vpc)}],
            "Tags": [],
        })
    }

    /// One a VPC, in its first subnet.
    fn nat_gateways(self) -> usize {
        if self.place.size.subnets == 0 {
            0
        } else {
            self.place.size.vpcs
        }
    }

    fn nat_gateway(self, vpc: usize) -> Value {
        let thing = self.of_vpc("nat gateway", vpc);
        json!({
            "NatGatewayId": thing.ec2_id("nat"),
            "VpcId": self.vpc_id(vpc),
            "SubnetId": self.subnet_id(vpc, 0),
            "State": "available",
            "ConnectivityType": "public",
            "CreateTime": CREATED,
            "NatGatewayAddresses": [{
                "AllocationId": thing.ec2_id("eipalloc"),
                "PublicIp": format!("203.0.113.{}", vpc % 256),
                "IsPrimary": true,
                "Status": "succeeded",
            }],
            "Tags": [],
        })
    }

    fn endpoint(self, vpc: usize) -> Value {
        let tables = [self
            .thing("route table", 2 * vpc, 2 * self.place.size.vpcs)
            .ec2_id("rtb")];
        json!({
            "VpcEndpointId": self.of_vpc("endpoint", vpc).ec2_id("vpce"),
            "VpcEndpointType": "Gateway",
            "VpcId": self.vpc_id(vpc),
            "ServiceName": format!("com.amazonaws.{}.s3", self.place.region),
            "State": "available",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
            },
            "RouteTableIds": tables,
            "SubnetIds": [],
            "Groups": [],
            "PrivateDnsEnabled": false,
            "RequesterManaged": false,
            "NetworkInterfaceIds": [],
            "CreationTimestamp": CREATED,
            "OwnerId": self.place.account,
            "Tags": [],
        })
    }

    fn is_logged(self, vpc: usize) -> bool {
        self.of_vpc("vpc", vpc).chance("logged", 60)
    }

    fn flow_log(self, vpc: usize) -> Value {
        json!({
            "FlowLogId": self.of_vpc("flow log", vpc).ec2_id("fl"),
            "ResourceId": self.vpc_id(vpc),
            "TrafficType": "ALL",
            "FlowLogStatus": "ACTIVE",
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": "/sim/flow",
            "DeliverLogsStatus": "SUCCESS",
            "CreationTime": CREATED,
            "MaxAggregationInterval": 600,
            "Tags": [],
        })
    }
}

fn rule(protocol: &str, port: Option<u16>, ranges: &[&str], groups: &[(&String, &str)]) -> Value {
    let ranges: Vec<Value> = ranges
        .iter()
        .map(|range| json!({"CidrIp": range}))
        .collect();
    let groups: Vec<Value> = groups
        .iter()
        .map(|(group, account)| json!({"GroupId": group, "UserId": account}))
        .collect();
    let mut rule = json!({
        "IpProtocol": protocol,
        "IpRanges": ranges,
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": groups,
    });
    if let Some(port) = port {
        rule["FromPort"] = port.into();
        rule["ToPort"] = port.into();
    }
    rule
}
