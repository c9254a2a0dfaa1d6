//! The addresses that a subnet has, and who holds them.

use std::collections::BTreeMap;

use serde::Serialize;
use tripod_model::Unknown;
use tripod_model::ec2::{NetworkInterface, Subnet};

use super::estate::{GroupSet, count, sorted_set, undescribed};
use crate::Figure;

const SIZING: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const SUBNET: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html";
const INTERFACE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html";
const PREFIXES: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html";
const RESERVATION: &str =
    "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html";

/// Addresses that AWS keeps of every subnet: the first four and the last.
const RESERVED: i64 = 5;

/// Addresses of an IPv4 prefix of an interface.
const PREFIX_ADDRESSES: i64 = 16;

/// The addresses of a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Supply {
    /// IPv4 range.
    pub range: String,
    /// Whether it has an IPv6 range in use, too. It saves no IPv4 address: Lambda's interface takes one all the same.
    pub dual_stack: bool,
    /// Addresses of the range.
    pub size: Figure,
    /// Addresses that AWS keeps.
    pub reserved: Figure,
    /// Addresses that can be given out at all.
    pub usable: Figure,
    /// Addresses not in use now.
    pub free: Figure,
    /// Addresses of Lambda's interfaces: of functions, connectors and managed instances; none where interfaces are
    /// not known.
    pub held_by_lambda: Option<Figure>,
    /// Addresses of all other interfaces that the account sees; none where interfaces are not known.
    pub held_by_others: Option<Figure>,
    /// Addresses in use that no interface seen explains: interfaces of other accounts in a shared subnet, or
    /// reserved ranges. None where interfaces are not known.
    pub unexplained: Option<Figure>,
    /// Addresses in reserved ranges of the subnet; none where nobody asked. AWS does not say whether those still
    /// unused count as free, so that the high case takes them off.
    pub range_reservations: Option<Figure>,
    /// Who has interfaces here, by kind.
    pub tenants: Vec<Tenant>,
}

/// Interfaces of one kind in a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// What they are.
    pub kind: TenantKind,
    /// How many.
    pub interfaces: i64,
    /// Their IPv4 addresses, those of prefixes included.
    pub addresses: i64,
}

/// What an interface is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// Shared by functions.
    Lambda,
    /// Of a network connector.
    NetworkConnector,
    /// Of an instance that Lambda manages.
    ManagedInstance,
    /// Of an interface endpoint.
    Endpoint,
    /// Of API Gateway, for VPC links.
    ApiGateway,
    /// Of a NAT gateway.
    NatGateway,
    /// Of a load balancer.
    LoadBalancer,
    /// A mount target of EFS. They count against the same quota of interfaces as Lambda's.
    FileSystem,
    /// Instances, tasks, pods, databases and whatever else.
    Other,
}

/// The interfaces of a subnet.
#[derive(Default)]
pub(super) struct Interfaces<'a> {
    /// Those that functions share, by exact set. By that, and not by the function's name in the
    /// description: it is only the first of the functions that share the interface.
    pub(super) by_set: BTreeMap<GroupSet<'a>, i64>,
    pub(super) tenants: BTreeMap<TenantKind, (i64, i64)>,
}

impl<'a> Interfaces<'a> {
    pub(super) fn by_subnet(interfaces: &'a [NetworkInterface]) -> BTreeMap<&'a str, Self> {
        let mut subnets: BTreeMap<&str, Self> = BTreeMap::new();
        for interface in interfaces {
            let Some(subnet_id) = interface.subnet_id.as_deref() else {
                continue;
            };
            let here = subnets.entry(subnet_id).or_default();
            let kind = kind(interface);
            if kind == TenantKind::Lambda {
                let groups = sorted_set(&interface.security_group_ids);
                *here.by_set.entry(groups).or_default() += 1;
            }
            let (interfaces, addresses) = here.tenants.entry(kind).or_default();
            *interfaces += 1;
            *addresses += held(interface);
        }
        subnets
    }

    pub(super) fn of(&self, kind: TenantKind) -> i64 {
        self.tenants
            .get(&kind)
            .map_or(0, |(interfaces, _)| *interfaces)
    }

    fn addresses(&self, lambdas: bool) -> i64 {
        let of_kind = |kind: &TenantKind| kind.is_lambdas() == lambdas;
        let held = self.tenants.iter().filter(|(kind, _)| of_kind(kind));
        held.map(|(_, (_, addresses))| addresses).sum()
    }
}

impl TenantKind {
    /// Whether its addresses are part of Lambda's need.
    fn is_lambdas(self) -> bool {
        matches!(
            self,
            Self::Lambda | Self::NetworkConnector | Self::ManagedInstance
        )
    }
}

/// IPv4 addresses that an interface holds: at least its own.
fn held(interface: &NetworkInterface) -> i64 {
    let prefixes = interface.ipv4_prefixes.unwrap_or(0);
    interface.private_addresses.unwrap_or(1) + PREFIX_ADDRESSES * prefixes
}

/// By type, operator and, for EFS, which has no type of its own, description.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html>
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html>
pub(super) fn kind(interface: &NetworkInterface) -> TenantKind {
    let operator = interface.operator.as_deref().unwrap_or_default();
    let description = interface.description.as_deref().unwrap_or_default();
    match interface.kind.as_deref().unwrap_or_default() {
        _ if operator == "network-connectors.lambda.amazonaws.com" => TenantKind::NetworkConnector,
        _ if operator.ends_with("lambda.amazonaws.com") => TenantKind::ManagedInstance,
        "lambda" => TenantKind::Lambda,
        "vpc_endpoint" | "gateway_load_balancer_endpoint" => TenantKind::Endpoint,
        "api_gateway_managed" => TenantKind::ApiGateway,
        "natGateway" | "nat_gateway" => TenantKind::NatGateway,
        "load_balancer" | "network_load_balancer" | "gateway_load_balancer" => {
            TenantKind::LoadBalancer
        }
        "efs" => TenantKind::FileSystem,
        _ if description.starts_with("EFS mount target") => TenantKind::FileSystem,
        _ => TenantKind::Other,
    }
}

impl Supply {
    /// The supply of a subnet; `interfaces` is none where they are not known.
    ///
    /// # Errors
    /// When AWS named no IPv4 range or no number of free addresses.
    pub(super) fn of(
        subnet: &Subnet,
        interfaces: Option<&Interfaces<'_>>,
    ) -> Result<Self, Unknown> {
        let id = &subnet.id;
        let range = subnet.ipv4_cidr.clone();
        let (Some(range), Some(usable)) = (range, subnet.usable_ipv4_addresses()) else {
            return Err(undescribed(format!("subnet {id} has no IPv4 range")));
        };
        let free = subnet.free_ipv4_addresses.ok_or_else(|| {
            undescribed(format!(
                "subnet {id} was shown without its number of free addresses"
            ))
        })?;
        let size = usable + RESERVED;
        let held = interfaces.map(|all| (all.addresses(true), all.addresses(false)));
        let given =
            |name, value, formula, source| Figure::new(value, formula, [(name, value)], source);
        Ok(Self {
            range,
            dual_stack: subnet
                .ipv6_cidrs
                .iter()
                .any(tripod_model::ec2::CidrAssociation::is_in_use),
            size: given(
                "size",
                size,
                "2 ^ (32 - prefix length of the range)",
                SIZING,
            ),
            reserved: given(
                "reserved",
                RESERVED,
                "first four addresses and the last",
                SIZING,
            ),
            usable: Figure::new(
                usable,
                "size - reserved",
                [("size", size), ("reserved", RESERVED)],
                SIZING,
            ),
            free: given("free", free, "AvailableIpAddressCount", SUBNET),
            held_by_lambda: held.map(|(lambda, _)| {
                given(
                    "held_by_lambda",
                    lambda,
                    "addresses of interfaces of functions, connectors and managed instances",
                    INTERFACE,
                )
            }),
            held_by_others: held.map(|(_, others)| {
                given(
                    "held_by_others",
                    others,
                    "addresses and 16 for each prefix of all other interfaces",
                    PREFIXES,
                )
            }),
            unexplained: held.map(|(lambda, others)| {
                Figure::new(
                    (usable - free - lambda - others).max(0),
                    "usable - free - held_by_lambda - held_by_others, at least 0",
                    [
                        ("usable", usable),
                        ("free", free),
                        ("held_by_lambda", lambda),
                        ("held_by_others", others),
                    ],
                    SUBNET,
                )
            }),
            range_reservations: reserved_ranges(subnet),
            tenants: interfaces.map_or_else(Vec::new, |all| {
                let tenant = |(kind, (interfaces, addresses)): (&TenantKind, &(i64, i64))| Tenant {
                    kind: *kind,
                    interfaces: *interfaces,
                    addresses: *addresses,
                };
                all.tenants.iter().map(tenant).collect()
            }),
        })
    }

    /// Free addresses that the high case may not count on.
    pub(super) fn doubtful(&self) -> i64 {
        let reserved = self.range_reservations.as_ref();
        reserved.map_or(0, |figure| figure.value.min(self.free.value))
    }

    /// Addresses in use.
    pub(super) fn used(&self) -> i64 {
        (self.usable.value - self.free.value).max(0)
    }
}

fn reserved_ranges(subnet: &Subnet) -> Option<Figure> {
    let reservations = subnet.cidr_reservations.found().ok()?;
    let ranges = reservations.into_iter().flatten();
    let prefixes = ranges.filter_map(|one| {
        // An IPv6 range takes no IPv4 address.
        let range: ipnet::Ipv4Net = one.cidr.as_deref()?.parse().ok()?;
        Some(1_i64 << (32 - u32::from(range.prefix_len())))
    });
    let (number, sum) = prefixes.fold((0, 0_i64), |(number, sum), size| (number + 1, sum + size));
    Some(Figure::new(
        sum,
        "sum of the sizes of reserved IPv4 ranges",
        [("ranges", count(number)), ("range_reservations", sum)],
        RESERVATION,
    ))
}
