//! How the traffic of a function in a VPC leaves its subnets, over IPv4.

use std::collections::BTreeSet;

use tripod_model::ec2::{RouteTarget, Subnet};
use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Evidence, Unknown};

use crate::Verdict;
use crate::vpc::routes::{Family, Life, Routes, Way, zone};

/// The function's attachment to a VPC. One that was taken out of its VPC keeps an empty attachment in some
/// answers.
pub(crate) fn attachment(function: &Function) -> Option<&VpcAttachment> {
    let vpc = function.configuration.network.vpc.as_ref();
    vpc.filter(|vpc| !vpc.subnet_ids.is_empty())
}

/// The verdict on functions that are in no VPC.
pub(crate) fn no_vpc() -> Verdict {
    Verdict::not_applicable("the function is not in a VPC")
}

/// What becomes of traffic that leaves a subnet.
#[derive(Debug, Clone)]
pub(crate) enum Exit<'a> {
    /// No default route: it stays in the VPC.
    Closed,
    /// An internet gateway takes it, and drops it: functions have no public address.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html>
    Public,
    /// Its default route leads nowhere: why, in words.
    Dead(String),
    /// It goes out.
    Open(Way<'a>),
}

/// A subnet of a function, and how traffic leaves it.
#[derive(Debug, Clone)]
pub(crate) struct Leg<'a> {
    pub(crate) subnet: &'a Subnet,
    pub(crate) zone: &'a str,
    pub(crate) exit: Exit<'a>,
    /// Where the route can be read.
    pub(crate) evidence: Vec<Evidence>,
}

impl<'a> Leg<'a> {
    /// The leg through the subnet of this id.
    ///
    /// # Errors
    /// When the subnet, its zone or its default route is not known.
    pub(crate) fn of(routes: &Routes<'a>, id: &str) -> Result<Self, Unknown> {
        let subnet = routes.subnet(id)?;
        let zone = zone(subnet)?;
        let way = routes.default(subnet, Family::V4)?;
        let evidence = way.map(|way| way.evidence()).unwrap_or_default();
        let exit = match way {
            None => Exit::Closed,
            Some(way) => match routes.life(subnet, &way)? {
                Life::Dead(why) => Exit::Dead(why),
                Life::Open if matches!(way.target, RouteTarget::InternetGateway(_)) => Exit::Public,
                Life::Open => Exit::Open(way),
            },
        };
        Ok(Self {
            subnet,
            zone,
            exit,
            evidence,
        })
    }

    /// The subnet by its name, where it has one, and its zone.
    pub(crate) fn name(&self) -> String {
        format!("{} in {}", subnet_name(self.subnet), self.zone)
    }
}

/// The tag `Name` of a subnet, or its id.
pub(crate) fn subnet_name(subnet: &Subnet) -> &str {
    subnet.name.as_deref().unwrap_or(&subnet.id)
}

/// Words of a list, sorted and each once.
pub(crate) fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let words: BTreeSet<String> = words.into_iter().map(|it| it.as_ref().to_owned()).collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// Where a function's subnets can be read.
pub(crate) fn evidence(function: &Function) -> Vec<Evidence> {
    let sources = &function.sources;
    sources.evidence("lambda:ListFunctions", "/VpcConfig/SubnetIds")
}
