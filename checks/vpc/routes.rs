//! Where the traffic of a subnet goes: the route table in force, its default route, what that leads to, and
//! which zones it hangs on.
//!
//! Only the default route is followed, one route for the whole of a family. A default that is written as two
//! halves, or as a prefix list, is not found.

use std::collections::BTreeSet;
use std::fmt;

use tripod_model::ec2::{
    Ec2, NatGateway, Route, RouteTable, RouteTarget, Subnet, TransitGatewayVpcAttachment,
    VpcEndpoint,
};
use tripod_model::{Evidence, Observed, Unknown};

use crate::lambda::failed;

const TABLES: &str = "ec2:DescribeRouteTables";
const SUBNETS: &str = "ec2:DescribeSubnets";
const NATS: &str = "ec2:DescribeNatGateways";
const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";

/// Which internet protocol a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

/// The routes of one region.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    ec2: &'a Ec2,
}

/// The default route of a subnet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) table: &'a RouteTable,
    pub(crate) route: &'a Route,
    pub(crate) target: &'a RouteTarget,
}

/// Whether anything gets through a default route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Life {
    Open,
    /// Nothing does: why, in words.
    Dead(String),
}

/// The zones that a way out hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Zones<'a> {
    /// None in particular: it is there in every zone, or stands in none.
    Every,
    /// These, by the account's names for them.
    Only(BTreeSet<&'a str>),
}

impl Zones<'_> {
    /// Whether the way is there in this zone.
    pub(crate) fn hold(&self, zone: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Only(zones) => zones.contains(zone),
        }
    }
}

impl fmt::Display for Zones<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("every zone"),
            Self::Only(zones) => {
                let names: Vec<&str> = zones.iter().copied().collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

impl Way<'_> {
    /// What it leads to, in words.
    pub(crate) fn name(&self) -> String {
        name(self.target)
    }

    /// Where the route can be read.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        self.table.sources.evidence(TABLES, "/routeSet")
    }
}

impl<'a> Routes<'a> {
    pub(crate) fn of(ec2: &'a Ec2) -> Self {
        Self { ec2 }
    }

    /// The subnet of this id.
    ///
    /// # Errors
    /// When subnets are not known, or the answer lacks it.
    pub(crate) fn subnet(&self, id: &str) -> Result<&'a Subnet, Unknown> {
        let what = || format!("subnet {id}");
        one(&self.ec2.subnets, SUBNETS, what, |subnet| subnet.id == id)
    }

    /// The NAT gateway of this id.
    ///
    /// # Errors
    /// When NAT gateways are not known, or the answer lacks it: in a shared VPC it is the owner's.
    pub(crate) fn nat(&self, id: &str) -> Result<&'a NatGateway, Unknown> {
        let what = || format!("NAT gateway {id}");
        one(&self.ec2.nat_gateways, NATS, what, |nat| nat.id == id)
    }

    /// The route table in force: the one that names the subnet, else the main one of the subnet's own VPC.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html>
    ///
    /// # Errors
    /// When route tables are not known, or the answer does not show which one it is.
    pub(crate) fn table(&self, subnet: &Subnet) -> Result<&'a RouteTable, Unknown> {
        let tables = || list(&self.ec2.route_tables);
        let names = |table: &&RouteTable| table.subnet_ids().any(|id| id == subnet.id);
        if let Some(table) = tables()?.find(names) {
            return Ok(table);
        }
        let vpc = subnet.vpc_id.as_deref().ok_or_else(|| {
            failed(
                SUBNETS,
                format!("subnet {} was shown without its VPC", subnet.id),
            )
        })?;
        let mut main = None;
        for table in tables()?.filter(|table| table.vpc_id.as_deref() == Some(vpc)) {
            match table.is_main() {
                Some(true) => main = Some(table),
                Some(false) => {}
                // It may be the main one, or name the subnet.
                None => {
                    let error = format!("route table {} was shown without its users", table.id);
                    return Err(failed(TABLES, error));
                }
            }
        }
        main.ok_or_else(|| {
            failed(
                TABLES,
                format!("the main route table of {vpc} is not in the answer"),
            )
        })
    }

    /// The subnet's default route; none where nothing leads out by default. A route that somebody made goes
    /// before one that a virtual private gateway announced.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
    ///
    /// # Errors
    /// When the subnet's routes are not known.
    pub(crate) fn default(
        &self,
        subnet: &Subnet,
        family: Family,
    ) -> Result<Option<Way<'a>>, Unknown> {
        let table = self.table(subnet)?;
        let mut found: Vec<&Route> = routes(table)?
            .iter()
            .filter(|route| is_default(route, family))
            .collect();
        found.sort_by_key(|route| {
            route
                .origin
                .as_deref()
                .is_some_and(|origin| origin == ANNOUNCED)
        });
        let Some(route) = found.first().copied() else {
            return Ok(None);
        };
        let target = route.target.as_ref().ok_or_else(|| {
            failed(
                TABLES,
                format!(
                    "the default route of {} was shown without a target",
                    table.id
                ),
            )
        })?;
        Ok(Some(Way {
            table,
            route,
            target,
        }))
    }

    /// Whether a route of the subnet leads to an internet gateway, which is what AWS calls public.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types>
    ///
    /// # Errors
    /// When the subnet's routes are not known.
    pub(crate) fn is_public(&self, subnet: &Subnet) -> Result<bool, Unknown> {
        let leads = |route: &Route| matches!(route.target, Some(RouteTarget::InternetGateway(_)));
        Ok(routes(self.table(subnet)?)?
            .iter()
            .any(|route| leads(route) && route.state.as_deref() != Some("blackhole")))
    }

    /// Whether anything gets through a subnet's default route.
    ///
    /// # Errors
    /// When the state of the route or of what it leads to is not known.
    pub(crate) fn life(&self, subnet: &Subnet, way: &Way<'_>) -> Result<Life, Unknown> {
        match way.route.state.as_deref() {
            Some("active") => self.target_life(subnet, way),
            Some(state) => Ok(Life::Dead(format!(
                "the route to {} is a {state}",
                way.name()
            ))),
            None => {
                let id = &way.table.id;
                let error = format!("the default route of {id} was shown without its state");
                Err(failed(TABLES, error))
            }
        }
    }

    fn target_life(&self, subnet: &Subnet, way: &Way<'_>) -> Result<Life, Unknown> {
        let alive = |state: Option<&str>, operation: &str| match state {
            Some(state) if state.eq_ignore_ascii_case("available") => Ok(Life::Open),
            Some(state) => Ok(Life::Dead(format!("{} is {state}", way.name()))),
            None => {
                let error = format!("{} was shown without its state", way.name());
                Err(failed(operation, error))
            }
        };
        match way.target {
            RouteTarget::NatGateway(id) => {
                let nat = self.nat(id)?;
                match alive(nat.state.as_deref(), NATS)? {
                    Life::Open => self.nat_life(nat, way),
                    dead @ Life::Dead(_) => Ok(dead),
                }
            }
            RouteTarget::VpcEndpoint(id) => alive(self.endpoint(id)?.state.as_deref(), ENDPOINTS),
            RouteTarget::TransitGateway(id) => self.transit_life(id, subnet, way),
            _ => Ok(Life::Open),
        }
    }

    /// A public NAT gateway of one zone hands on by the routes of its own subnet. A regional one has a table
    /// of its own, and a private one leads to single ranges, which are not followed here.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
    fn nat_life(&self, nat: &NatGateway, way: &Way<'_>) -> Result<Life, Unknown> {
        let Some(id) = nat.subnet_id.as_deref() else {
            return Ok(Life::Open);
        };
        if nat.connectivity.as_deref() == Some("private") {
            return Ok(Life::Open);
        }
        let onward = self.default(self.subnet(id)?, Family::V4)?;
        let leads = |onward: &Way<'_>| {
            onward.route.state.as_deref() == Some("active") && onward.target != way.target
        };
        if onward.as_ref().is_some_and(leads) {
            return Ok(Life::Open);
        }
        Ok(Life::Dead(format!(
            "{} stands in subnet {id}, from which no default route leads on",
            way.name()
        )))
    }

    /// Traffic reaches a transit gateway only from zones in which the VPC is attached to it.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html>
    fn transit_life(&self, id: &str, subnet: &Subnet, way: &Way<'_>) -> Result<Life, Unknown> {
        let is_wanted = |attachment: &&TransitGatewayVpcAttachment| {
            attachment.transit_gateway_id.as_deref() == Some(id)
                && attachment.vpc_id == subnet.vpc_id
                && attachment.state.as_deref() == Some("available")
        };
        let zone = zone(subnet)?;
        for attachment in list(&self.ec2.transit_gateway_vpc_attachments)?.filter(is_wanted) {
            for id in &attachment.subnet_ids {
                if self::zone(self.subnet(id)?)? == zone {
                    return Ok(Life::Open);
                }
            }
        }
        Ok(Life::Dead(format!(
            "{} is not attached in {zone}",
            way.name()
        )))
    }

    /// The zones that a way out hangs on: when all of them fail, so does the way.
    ///
    /// # Errors
    /// When the place of what it leads to is not known.
    pub(crate) fn zones(&self, way: &Way<'_>) -> Result<Zones<'a>, Unknown> {
        match way.target {
            RouteTarget::NatGateway(id) => self.nat_zones(self.nat(id)?),
            RouteTarget::VpcEndpoint(id) => self.subnet_zones(&self.endpoint(id)?.subnet_ids),
            RouteTarget::NetworkInterface(id) => {
                let what = || format!("network interface {id}");
                let interfaces = &self.ec2.network_interfaces;
                let interface = one(interfaces, INTERFACES, what, |it| it.id == *id)?;
                let zone = interface.availability_zone.as_deref().ok_or_else(|| {
                    failed(INTERFACES, format!("{} was shown without its zone", what()))
                })?;
                Ok(Zones::Only(BTreeSet::from([zone])))
            }
            RouteTarget::Instance(id) => Err(failed(
                TABLES,
                format!("a route leads to instance {id} without naming its interface"),
            )),
            // A transit gateway is entered in the zone of the sender: see `transit_life`.
            _ => Ok(Zones::Every),
        }
    }

    /// The zones of a NAT gateway. A regional one that takes zones on by itself is in every zone; one that
    /// does not is where it has an address.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html>
    ///
    /// # Errors
    /// When the answer does not show where it is.
    pub(crate) fn nat_zones(&self, nat: &'a NatGateway) -> Result<Zones<'a>, Unknown> {
        if let Some(subnet) = &nat.subnet_id {
            let zone = zone(self.subnet(subnet)?)?;
            return Ok(Zones::Only(BTreeSet::from([zone])));
        }
        let unsaid = |what: &str| {
            failed(
                NATS,
                format!("NAT gateway {} was shown without {what}", nat.id),
            )
        };
        if nat.availability_mode.as_deref() != Some("regional") {
            return Err(unsaid("its subnet"));
        }
        match nat.auto_provision_zones.as_deref() {
            Some("enabled") => Ok(Zones::Every),
            Some(_) => {
                let zones = nat.addresses.iter().map(|address| {
                    let zone = address.availability_zone.as_deref();
                    zone.ok_or_else(|| unsaid("the zone of an address"))
                });
                Ok(Zones::Only(zones.collect::<Result<_, _>>()?))
            }
            None => Err(unsaid("whether it takes zones on by itself")),
        }
    }

    /// The zones of these subnets.
    ///
    /// # Errors
    /// When a subnet or its zone is not known.
    pub(crate) fn subnet_zones(&self, ids: &[String]) -> Result<Zones<'a>, Unknown> {
        let zones = ids.iter().map(|id| zone(self.subnet(id)?));
        Ok(Zones::Only(zones.collect::<Result<_, _>>()?))
    }

    /// The endpoints of a VPC that work, of one kind: `Gateway` or `Interface`.
    ///
    /// # Errors
    /// When endpoints are not known.
    pub(crate) fn endpoints(
        &self,
        vpc: &str,
        kind: &str,
    ) -> Result<impl Iterator<Item = &'a VpcEndpoint>, Unknown> {
        Ok(list(&self.ec2.vpc_endpoints)?.filter(move |endpoint| {
            let state = endpoint.state.as_deref().unwrap_or_default();
            endpoint.vpc_id.as_deref() == Some(vpc)
                && endpoint.kind.as_deref() == Some(kind)
                && state.eq_ignore_ascii_case("available")
        }))
    }

    fn endpoint(&self, id: &str) -> Result<&'a VpcEndpoint, Unknown> {
        let what = || format!("VPC endpoint {id}");
        one(&self.ec2.vpc_endpoints, ENDPOINTS, what, |it| it.id == id)
    }
}

/// The origin of routes that a virtual private gateway announced.
const ANNOUNCED: &str = "EnableVgwRoutePropagation";

/// The zone of a subnet, by the account's name for it.
///
/// # Errors
/// When the answer does not name it.
pub(crate) fn zone(subnet: &Subnet) -> Result<&str, Unknown> {
    let error = || format!("subnet {} was shown without its zone", subnet.id);
    let zone = subnet.availability_zone.as_deref();
    zone.ok_or_else(|| failed(SUBNETS, error()))
}

/// The target of a route, in words.
pub(crate) fn name(target: &RouteTarget) -> String {
    let (kind, id) = match target {
        RouteTarget::Local => return "the VPC itself".to_owned(),
        RouteTarget::InternetGateway(id) => ("internet gateway", id),
        RouteTarget::VirtualPrivateGateway(id) => ("virtual private gateway", id),
        RouteTarget::VpcEndpoint(id) => ("VPC endpoint", id),
        RouteTarget::OtherGateway(id) => ("gateway", id),
        RouteTarget::NatGateway(id) => ("NAT gateway", id),
        RouteTarget::TransitGateway(id) => ("transit gateway", id),
        RouteTarget::PeeringConnection(id) => ("peering connection", id),
        RouteTarget::EgressOnlyInternetGateway(id) => ("egress-only internet gateway", id),
        RouteTarget::NetworkInterface(id) => ("network interface", id),
        RouteTarget::Instance(id) => ("instance", id),
        RouteTarget::LocalGateway(id) => ("local gateway", id),
        RouteTarget::CarrierGateway(id) => ("carrier gateway", id),
        RouteTarget::CoreNetwork(id) => ("core network", id),
        RouteTarget::OdbNetwork(id) => ("ODB network", id),
        RouteTarget::Address(id) => ("address", id),
    };
    format!("{kind} {id}")
}

fn is_default(route: &Route, family: Family) -> bool {
    match family {
        Family::V4 => route.ipv4_cidr.as_deref() == Some("0.0.0.0/0"),
        Family::V6 => route.ipv6_cidr.as_deref() == Some("::/0"),
    }
}

fn routes(table: &RouteTable) -> Result<&[Route], Unknown> {
    let unsaid = || failed(TABLES, format!("{} was shown without its routes", table.id));
    table.routes.as_deref().ok_or_else(unsaid)
}

fn list<T>(observed: &Observed<Vec<T>>) -> Result<impl Iterator<Item = &T>, Unknown> {
    Ok(observed.found()?.into_iter().flatten())
}

fn one<'a, T>(
    observed: &'a Observed<Vec<T>>,
    operation: &str,
    what: impl Fn() -> String,
    is_wanted: impl Fn(&&T) -> bool,
) -> Result<&'a T, Unknown> {
    list(observed)?
        .find(|item| is_wanted(item))
        .ok_or_else(|| failed(operation, format!("{} is not in the answer", what())))
}
