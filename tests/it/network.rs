//! What a snapshot holds of a network: every page of every list, and of what was not answered the reason.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tripod_sim::{Fault, Sim};

use crate::support::{CLINIC_ACCOUNT, models, only_run, read_json, scan, sim};

const REGION: &str = "eu-central-1";

/// What makes a scan of one region short.
const NETWORK: [&str; 4] = [
    "--region",
    REGION,
    // Each of two thousand services is asked about.
    "--quota-speed",
    "100",
];

/// A list of EC2: operation, the answer's member, the member that names an item, where it is in the
/// snapshot, and how many items AWS puts on a page.
type List = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    usize,
);

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>
const LISTS: [List; 18] = [
    ("DescribeVpcs", "Vpcs", "VpcId", "vpcs", 1000),
    (
        "DescribeVpcBlockPublicAccessExclusions",
        "VpcBlockPublicAccessExclusions",
        "ExclusionId",
        "block_public_access_exclusions",
        1000,
    ),
    (
        "DescribeVpcEncryptionControls",
        "VpcEncryptionControls",
        "VpcEncryptionControlId",
        "encryption_controls",
        1000,
    ),
    ("DescribeSubnets", "Subnets", "SubnetId", "subnets", 1000),
    (
        "DescribeSecurityGroups",
        "SecurityGroups",
        "GroupId",
        "security_groups",
        1000,
    ),
    (
        "DescribeNetworkAcls",
        "NetworkAcls",
        "NetworkAclId",
        "network_acls",
        1000,
    ),
    (
        "DescribeManagedPrefixLists",
        "PrefixLists",
        "PrefixListId",
        "prefix_lists",
        100,
    ),
    (
        "DescribeRouteTables",
        "RouteTables",
        "RouteTableId",
        "route_tables",
        100,
    ),
    (
        "DescribeInternetGateways",
        "InternetGateways",
        "InternetGatewayId",
        "internet_gateways",
        1000,
    ),
    (
        "DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
        "egress_only_internet_gateways",
        255,
    ),
    (
        "DescribeNatGateways",
        "NatGateways",
        "NatGatewayId",
        "nat_gateways",
        1000,
    ),
    (
        "DescribeNetworkInterfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        "network_interfaces",
        1000,
    ),
    (
        "DescribeVpcEndpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        "vpc_endpoints",
        1000,
    ),
    (
        "DescribeVpcEndpointServiceConfigurations",
        "ServiceConfigurations",
        "ServiceId",
        "endpoint_services",
        1000,
    ),
    (
        "DescribeFlowLogs",
        "FlowLogs",
        "FlowLogId",
        "flow_logs",
        1000,
    ),
    (
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections",
        "VpcPeeringConnectionId",
        "peering_connections",
        1000,
    ),
    (
        "DescribeTransitGateways",
        "TransitGateways",
        "TransitGatewayId",
        "transit_gateways",
        1000,
    ),
    (
        "DescribeTransitGatewayVpcAttachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
        "transit_gateway_vpc_attachments",
        1000,
    ),
];

/// What EC2 answers in one piece, and where it is in the snapshot.
const WHOLE: [(&str, &str); 3] = [
    ("DescribeVpcBlockPublicAccessOptions", "block_public_access"),
    ("DescribeAddresses", "addresses"),
    ("DescribeVpnConnections", "vpn_connections"),
];

/// Three pages' worth.
fn three_pages(page: usize) -> usize {
    2 * page + 1
}

/// Documents of so many items, numbered so that their order is that of their names.
fn numbered(count: usize, item: impl Fn(String) -> Value) -> Vec<Value> {
    (0..count).map(|at| item(format!("{at:05}"))).collect()
}

/// An account of one region with these documents of EC2.
fn started(folder: &Path, ec2: &Value) -> Sim {
    fs::create_dir_all(folder.join(REGION)).expect("made");
    let write = |path: &str, document: &Value| {
        fs::write(folder.join(path), document.to_string()).expect("written");
    };
    write(
        "estate.json",
        &json!({
            "account": CLINIC_ACCOUNT,
            "regions": [{"name": REGION, "opt_in": "opt-in-not-required"}],
        }),
    );
    write(&format!("{REGION}/ec2.json"), ec2);
    let builder = Sim::builder().models(models()).estate(folder);
    builder.start().expect("the sim starts")
}

/// The network that a scan of the sim saw, and its requests by operation.
fn network(sim: &Sim) -> (Value, Value) {
    let home = tempfile::tempdir().expect("a folder");
    let report = scan(home.path(), &sim.endpoint(), CLINIC_ACCOUNT, &NETWORK);
    let snapshot = read_json(&only_run(home.path()).join("snapshot.json"));
    let network = snapshot["accounts"][0]["regions"][0]["ec2"].clone();
    let requests = report["run"]["requests"]["by_operation"].clone();
    (network, requests)
}

fn known(observed: &Value) -> &Vec<Value> {
    let list = observed["known"].as_array();
    list.unwrap_or_else(|| panic!("a list, not {observed:.300}"))
}

#[test]
fn every_list_of_the_network_is_read_to_its_third_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ec2 = json!({});
    for (operation, member, id, _, page) in LISTS {
        let items = numbered(three_pages(page), |name| json!({id: name}));
        ec2[operation] = json!([{"answer": {member: items}}]);
    }
    ec2["DescribeVpcEndpointServicePermissions"] = json!([{"answer": {"AllowedPrincipals": []}}]);
    let (network, requests) = network(&started(folder.path(), &ec2));
    for (operation, _, _, place, page) in LISTS {
        let items = known(&network[place]);
        assert_eq!(items.len(), three_pages(page), "{operation}");
        let last = format!("{:05}", 2 * page);
        assert_eq!(items[2 * page]["id"], last.as_str(), "{operation}");
        assert_eq!(requests[format!("ec2:{operation}")], 3, "{operation}");
    }
}

#[test]
fn what_hangs_on_an_item_is_read_to_its_third_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let ranges = numbered(three_pages(100), |name| json!({"Cidr": name}));
    let principals = numbered(three_pages(1000), |name| json!({"Principal": name}));
    let kept = |family: &str, count| {
        numbered(
            count,
            |name| json!({"SubnetCidrReservationId": format!("{family}-{name}")}),
        )
    };
    let rule = json!({"PrefixListIds": [{"PrefixListId": "pl-own"}, {"PrefixListId": "pl-aws"}]});
    let ec2 = json!({
        "DescribeSecurityGroups": [{"answer": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [rule]}]}}],
        "DescribeManagedPrefixLists": [{"answer": {"PrefixLists": [
            {"PrefixListId": "pl-aws", "OwnerId": "AWS"},
            {"PrefixListId": "pl-own", "OwnerId": CLINIC_ACCOUNT},
            {"PrefixListId": "pl-unused", "OwnerId": CLINIC_ACCOUNT},
        ]}}],
        "GetManagedPrefixListEntries": [{"when": {"PrefixListId": "pl-own"}, "answer": {"Entries": ranges}}],
        "DescribeVpcEndpointServiceConfigurations": [{"answer": {"ServiceConfigurations": [{"ServiceId": "vpce-svc-1"}]}}],
        "DescribeVpcEndpointServicePermissions": [{"when": {"ServiceId": "vpce-svc-1"}, "answer": {"AllowedPrincipals": principals}}],
        "DescribeSubnets": [{"answer": {"Subnets": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}}],
        "DescribeNetworkInterfaces": [{"answer": {"NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-1", "InterfaceType": "lambda", "SubnetId": "subnet-1"},
            {"NetworkInterfaceId": "eni-2", "InterfaceType": "interface", "SubnetId": "subnet-2"},
        ]}}],
        "GetSubnetCidrReservations": [{"when": {"SubnetId": "subnet-1"}, "answer": {
            "SubnetIpv4CidrReservations": kept("v4", 1500),
            "SubnetIpv6CidrReservations": kept("v6", 501),
        }}],
    });
    let (network, requests) = network(&started(folder.path(), &ec2));
    let lists = known(&network["prefix_lists"]);
    assert_eq!(lists[0]["entries"], "not_collected", "AWS's own");
    assert_eq!(known(&lists[1]["entries"]).len(), three_pages(100));
    assert_eq!(lists[2]["entries"], "not_collected", "nobody refers to it");
    let services = known(&network["endpoint_services"]);
    assert_eq!(known(&services[0]["permissions"]).len(), three_pages(1000));
    let subnets = known(&network["subnets"]);
    assert_eq!(known(&subnets[0]["cidr_reservations"]).len(), 2001);
    assert_eq!(subnets[1]["cidr_reservations"], "not_collected");
    for operation in [
        "GetManagedPrefixListEntries",
        "DescribeVpcEndpointServicePermissions",
        "GetSubnetCidrReservations",
    ] {
        assert_eq!(requests[format!("ec2:{operation}")], 3, "{operation}");
    }
}

/// Where an operation's answer is in the snapshot.
fn places() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS
        .into_iter()
        .map(|(operation, _, _, place, _)| (operation, place))
        .chain(WHOLE)
}

#[test]
fn a_denied_list_is_not_an_empty_list() {
    for (fault, kind) in [(Fault::Deny, "denied"), (Fault::Unsupported, "unsupported")] {
        let mut builder = sim("clinic");
        for (operation, _) in places() {
            builder = builder.fault(&format!("ec2:{operation}"), fault.clone());
        }
        let (network, _) = network(&builder.start().expect("the sim starts"));
        for (operation, place) in places() {
            let named = &network[place][kind]["operation"];
            assert_eq!(*named, format!("ec2:{operation}"), "{}", network[place]);
        }
    }
}

#[test]
fn what_hangs_on_an_item_is_unknown_by_itself() {
    let missing = |code: &str| Fault::Error {
        code: code.to_owned(),
        status: Some(400),
        message: "it is gone".to_owned(),
    };
    let faults = [
        (Fault::Deny, "denied"),
        (Fault::Unsupported, "unsupported"),
        (missing("InvalidThing.NotFound"), "failed"),
    ];
    for (fault, kind) in faults {
        let mut builder = sim("clinic");
        for operation in [
            "GetManagedPrefixListEntries",
            "DescribeVpcEndpointServicePermissions",
            "GetSubnetCidrReservations",
        ] {
            builder = builder.fault(&format!("ec2:{operation}"), fault.clone());
        }
        let (network, _) = network(&builder.start().expect("the sim starts"));
        for (list, member, operation) in [
            ("prefix_lists", "entries", "GetManagedPrefixListEntries"),
            (
                "endpoint_services",
                "permissions",
                "DescribeVpcEndpointServicePermissions",
            ),
            ("subnets", "cidr_reservations", "GetSubnetCidrReservations"),
        ] {
            let unknown = known(&network[list])
                .iter()
                .filter(|item| item[member][kind]["operation"] == format!("ec2:{operation}"));
            assert!(unknown.count() > 0, "{}", network[list]);
        }
    }
}

#[test]
fn no_key_of_a_tunnel_is_in_the_snapshot_though_the_tunnels_are() {
    let (network, _) = network(&sim("clinic").start().expect("the sim starts"));
    let connections = known(&network["vpn_connections"]);
    let states: Vec<&Value> = connections
        .iter()
        .flat_map(|connection| connection["tunnels"].as_array().expect("tunnels"))
        .map(|tunnel| &tunnel["status"])
        .collect();
    assert_eq!(states, ["UP", "DOWN", "UP", "UP"]);
    let kept = network["vpn_connections"].to_string();
    assert!(!kept.contains("TRIPODPLANTED") && !kept.contains("pre_shared"));
}
