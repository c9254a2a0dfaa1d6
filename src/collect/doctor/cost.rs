//! What a full scan costs in calls and time, as far as a few calls can tell.
//!
//! Collectors say in their head comments which calls they make; [`RULES`] says it as data. What a count
//! is not known of is said to be not known, and what a rule has to assume is written at the rule.

use std::collections::BTreeMap;

use serde::Serialize;
use tripod_model::RegionName;

use crate::collector::{Place, Reader};
use crate::transport::{QuotaRow, quotas};
use crate::{identity, services};

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "known", content = "number", rename_all = "snake_case")]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// So many were seen, and there are more, or may be.
    AtLeast(u64),
    /// AWS did not say.
    #[default]
    Unknown,
}

/// A range of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// The fewest that a scan can make.
    pub at_least: u64,
    /// The most, if every list that nobody counted fits on one page and holds nothing that costs further
    /// calls. None where a number is not known.
    pub up_to: Option<u64>,
}

/// A range of seconds that AWS's quotas set, without the network's own time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Seconds {
    /// For the fewest calls.
    pub at_least: f64,
    /// For the most. None where their number is not known.
    pub up_to: Option<f64>,
}

/// What a full scan costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The region counted in. Global services and the first questions of a scan are counted with it.
    pub region: RegionName,
    /// What was counted there, by name.
    pub counts: BTreeMap<&'static str, Count>,
    /// Calls by operation.
    pub operations: BTreeMap<&'static str, Calls>,
    /// All of them together.
    pub calls: Calls,
    /// The time that the quotas set.
    pub seconds: Seconds,
    /// The bucket of the quotas that sets the time; none where no call has to wait.
    pub slowest: Option<String>,
    /// The part of the quotas that the times are for.
    pub quota_share: f64,
    /// Regions that a scan would read besides. What they hold is not known.
    pub other_regions: u64,
    /// Calls that each of them costs when it holds nothing: the fewest.
    pub calls_of_an_empty_region: u64,
}

/// What calls grow with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Functions,
    RestApis,
    HttpApis,
    Keys,
    Trails,
    Entities,
}

impl Thing {
    const ALL: [Self; 6] = [
        Self::Functions,
        Self::RestApis,
        Self::HttpApis,
        Self::Keys,
        Self::Trails,
        Self::Entities,
    ];

    /// Its key in the counts.
    fn name(self) -> &'static str {
        match self {
            Self::Functions => "functions",
            Self::RestApis => "rest_apis",
            Self::HttpApis => "http_apis",
            Self::Keys => "kms_keys",
            Self::Trails => "trails",
            Self::Entities => "iam_entities",
        }
    }
}

/// What was counted; nothing is known of the rest.
pub(super) type Sizes = BTreeMap<Thing, Count>;

/// How often an operation is called.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Once.
    Once,
    /// Once for each page of so many, and once for none.
    Pages(Thing, u64),
    /// The same, and at most one page more: for AWS's own policies that are attached, which no count
    /// holds.
    PagesAndOne(Thing, u64),
    /// Once for each page of some of so many, and once for none: how many is not counted.
    PagesOfSome(Thing, u64),
    /// Once for each. Lists below a thing are taken to fit on one page.
    Each(Thing),
    /// Once for some: for which is seen only when they are read.
    ForSome(Thing),
    /// Once for each page of a list that nobody counted, which is taken to be one.
    OnePage,
    /// Once for each item of a list that nobody counted, which is taken to be empty.
    Uncounted,
    /// Never, unless a scan is told to.
    OnDemand,
}

use Rule::{Each, ForSome, OnDemand, Once, OnePage, Pages, PagesAndOne, PagesOfSome, Uncounted};
use Thing::{Entities, Functions, HttpApis, Keys, RestApis, Trails};

/// An operation, where it is asked, and how often.
struct Row {
    operation: &'static str,
    place: Place,
    rule: Rule,
}

/// A row for every operation of a scan: those of the core, and those of the neighbours, who say themselves
/// what is asked in any case. How many queues or tables there are, nobody counts beforehand. What is asked
/// twice, or in two places, has two rows.
fn rows() -> impl Iterator<Item = Row> {
    let core = RULES.iter().map(|(operation, rule)| Row {
        operation,
        place: if is_regional(operation) {
            Place::Regional
        } else {
            Place::Global
        },
        rule: *rule,
    });
    let neighbours = services::ALL.iter().filter_map(|reader| match reader {
        Reader::Core(_) => None,
        Reader::Neighbour(neighbour) => Some(neighbour),
    });
    let neighbours = neighbours.flat_map(|neighbour| {
        let row = move |operation: &&'static str, rule: Rule| Row {
            operation,
            place: neighbour.place,
            rule,
        };
        let lists = neighbour.lists.iter().map(move |list| row(list, OnePage));
        let details = neighbour.details.iter();
        lists.chain(details.map(move |detail| row(detail, Uncounted)))
    });
    core.chain(neighbours)
}

/// A rule for every operation of the core, in the order of the plan. The page sizes are the collectors'.
static RULES: &[(&str, Rule)] = &[
    ("sts:GetCallerIdentity", Once),
    ("ec2:DescribeRegions", Once),
    (
        "iam:GetAccountAuthorizationDetails",
        PagesAndOne(Entities, 1000),
    ),
    // Roles are some of the entities.
    ("iam:ListRoles", PagesOfSome(Entities, 1000)),
    ("iam:GetAccountSummary", Once),
    ("iam:ListAccountAliases", OnePage),
    ("iam:GetAccountPasswordPolicy", Once),
    ("iam:ListOrganizationsFeatures", Once),
    // Asked again while IAM is making the report.
    ("iam:GenerateCredentialReport", Once),
    ("iam:GetCredentialReport", Once),
    ("iam:ListVirtualMFADevices", OnePage),
    ("iam:ListServiceSpecificCredentials", OnePage),
    ("iam:ListSAMLProviders", Once),
    ("iam:ListOpenIDConnectProviders", Once),
    ("iam:GetOpenIDConnectProvider", Uncounted),
    ("iam:ListServerCertificates", OnePage),
    ("iam:GetOutboundWebIdentityFederationInfo", Once),
    ("iam:GenerateServiceLastAccessedDetails", OnDemand),
    ("iam:GetServiceLastAccessedDetails", OnDemand),
    ("lambda:ListFunctions", Pages(Functions, 50)),
    ("lambda:GetFunction", Each(Functions)),
    ("lambda:GetPolicy", Each(Functions)),
    ("lambda:ListFunctionUrlConfigs", Each(Functions)),
    ("lambda:ListAliases", Each(Functions)),
    // Only functions with a version.
    (
        "lambda:ListProvisionedConcurrencyConfigs",
        ForSome(Functions),
    ),
    // Of versions on a capacity provider, which nobody counted.
    ("lambda:GetFunctionScalingConfig", Uncounted),
    // Only where a service may call, or a dead-letter target is set.
    ("lambda:ListFunctionEventInvokeConfigs", ForSome(Functions)),
    ("lambda:ListCodeSigningConfigs", OnePage),
    ("lambda:ListFunctionsByCodeSigningConfig", Uncounted),
    ("lambda:ListEventSourceMappings", OnePage),
    ("lambda:GetAccountSettings", Once),
    ("lambda:ListLayers", OnePage),
    ("lambda:ListLayerVersions", Uncounted),
    ("lambda:GetLayerVersionPolicy", Uncounted),
    ("lambda:ListCapacityProviders", OnePage),
    // Not of container images.
    ("lambda:GetRuntimeManagementConfig", ForSome(Functions)),
    ("lambda:GetFunctionRecursionConfig", Each(Functions)),
    ("apigateway:GetRestApis", Pages(RestApis, 500)),
    ("apigateway:GetAccount", Once),
    ("apigateway:GetStages", Each(RestApis)),
    ("apigateway:GetResources", Each(RestApis)),
    // Where there is a stage or a method, or a method names one.
    ("apigateway:GetDeployments", ForSome(RestApis)),
    ("apigateway:GetGatewayResponses", ForSome(RestApis)),
    ("apigateway:GetRequestValidators", ForSome(RestApis)),
    ("apigateway:GetAuthorizers", ForSome(RestApis)),
    ("apigateway:GetModels", ForSome(RestApis)),
    ("apigateway:GetDomainNames", OnePage),
    ("apigateway:GetBasePathMappings", Uncounted),
    // Once more where there is a private domain name.
    ("apigateway:GetDomainNameAccessAssociations", OnePage),
    ("apigateway:GetVpcLinks", OnePage),
    ("apigateway:GetUsagePlans", OnePage),
    ("apigateway:GetUsagePlanKeys", Uncounted),
    ("apigateway:GetApiKeys", OnePage),
    ("apigateway:GetClientCertificates", OnePage),
    // AWS does not say how many are on a page that names no size.
    ("apigatewayv2:GetApis", OnePage),
    ("apigatewayv2:GetRoutes", Each(HttpApis)),
    ("apigatewayv2:GetStages", Each(HttpApis)),
    // Where a route names one.
    ("apigatewayv2:GetAuthorizers", ForSome(HttpApis)),
    ("apigatewayv2:GetIntegrations", ForSome(HttpApis)),
    ("apigatewayv2:GetDomainNames", OnePage),
    ("apigatewayv2:GetApiMappings", Uncounted),
    ("apigatewayv2:ListRoutingRules", Uncounted),
    ("apigatewayv2:GetVpcLinks", OnePage),
    ("apigatewayv2:ListPortals", OnePage),
    ("kms:ListKeys", Pages(Keys, 1000)),
    ("kms:ListAliases", OnePage),
    ("kms:DescribeCustomKeyStores", OnePage),
    // Not for keys that AWS manages, rotation not for kinds that have none, and the last use not for
    // keys that work and are granted.
    ("kms:DescribeKey", ForSome(Keys)),
    ("kms:GetKeyPolicy", ForSome(Keys)),
    ("kms:GetKeyRotationStatus", ForSome(Keys)),
    ("kms:ListKeyRotations", ForSome(Keys)),
    ("kms:ListGrants", ForSome(Keys)),
    ("kms:ListResourceTags", ForSome(Keys)),
    ("kms:GetKeyLastUsage", ForSome(Keys)),
    ("cloudtrail:DescribeTrails", Once),
    ("cloudtrail:GetTrailStatus", Each(Trails)),
    ("cloudtrail:GetEventSelectors", Each(Trails)),
    ("cloudtrail:GetEventConfiguration", Each(Trails)),
    // Only for trails that have any; event data stores are not counted.
    ("cloudtrail:GetInsightSelectors", ForSome(Trails)),
    // Twenty trails a call.
    ("cloudtrail:ListTags", ForSome(Trails)),
    ("cloudtrail:ListEventDataStores", OnePage),
    ("cloudtrail:GetEventDataStore", Uncounted),
    ("cloudtrail:GetResourcePolicy", Uncounted),
    ("ec2:DescribeVpcs", OnePage),
    ("ec2:DescribeVpcBlockPublicAccessOptions", Once),
    ("ec2:DescribeVpcBlockPublicAccessExclusions", OnePage),
    ("ec2:DescribeVpcEncryptionControls", OnePage),
    ("ec2:DescribeSubnets", OnePage),
    ("ec2:GetSubnetCidrReservations", Uncounted),
    ("ec2:DescribeSecurityGroups", OnePage),
    ("ec2:DescribeNetworkAcls", OnePage),
    ("ec2:DescribeManagedPrefixLists", OnePage),
    ("ec2:GetManagedPrefixListEntries", Uncounted),
    ("ec2:DescribeRouteTables", OnePage),
    ("ec2:DescribeInternetGateways", OnePage),
    ("ec2:DescribeEgressOnlyInternetGateways", OnePage),
    ("ec2:DescribeNatGateways", OnePage),
    ("ec2:DescribeNetworkInterfaces", OnePage),
    ("ec2:DescribeAddresses", Once),
    ("ec2:DescribeVpcEndpoints", OnePage),
    ("ec2:DescribeVpcEndpointServiceConfigurations", OnePage),
    ("ec2:DescribeVpcEndpointServicePermissions", Uncounted),
    ("ec2:DescribeFlowLogs", OnePage),
    ("ec2:DescribeVpcPeeringConnections", OnePage),
    ("ec2:DescribeTransitGateways", OnePage),
    ("ec2:DescribeTransitGatewayVpcAttachments", OnePage),
    ("ec2:DescribeVpnConnections", Once),
];

/// Operations of the core that are asked of each thing of a list, of some, or below them: a scan for a few
/// checks can do without those that these do not read. Lists stay, because things are named by them.
pub(crate) fn asked_of_each() -> impl Iterator<Item = &'static str> {
    let each = RULES
        .iter()
        .filter(|(_, rule)| matches!(rule, Each(_) | ForSome(_) | Uncounted));
    each.map(|(operation, _)| *operation)
}

impl Calls {
    /// These and others together.
    fn and(self, other: Self) -> Self {
        Self {
            at_least: self.at_least + other.at_least,
            up_to: self.up_to.zip(other.up_to).map(|(own, other)| own + other),
        }
    }
}

impl Count {
    fn at_least(self) -> u64 {
        match self {
            Self::Exactly(number) | Self::AtLeast(number) => number,
            Self::Unknown => 0,
        }
    }

    fn up_to(self) -> Option<u64> {
        match self {
            Self::Exactly(number) => Some(number),
            Self::AtLeast(_) | Self::Unknown => None,
        }
    }
}

impl Rule {
    fn calls(self, sizes: &Sizes) -> Calls {
        let count = |thing: Thing| sizes.get(&thing).copied().unwrap_or_default();
        let fixed = |calls: u64| Calls {
            at_least: calls,
            up_to: Some(calls),
        };
        match self {
            Once | OnePage => fixed(1),
            Uncounted | OnDemand => fixed(0),
            Pages(thing, size) => pages(count(thing), size),
            PagesAndOne(thing, size) => {
                let own = pages(count(thing), size);
                Calls {
                    up_to: own.up_to.map(|calls| calls + 1),
                    ..own
                }
            }
            PagesOfSome(thing, size) => Calls {
                at_least: 1,
                ..pages(count(thing), size)
            },
            Each(thing) => Calls {
                at_least: count(thing).at_least(),
                up_to: count(thing).up_to(),
            },
            ForSome(thing) => Calls {
                at_least: 0,
                up_to: count(thing).up_to(),
            },
        }
    }
}

/// A list has a page even when it is empty.
fn pages(count: Count, size: u64) -> Calls {
    let pages = |number: u64| number.div_ceil(size).max(1);
    Calls {
        at_least: pages(count.at_least()),
        up_to: count.up_to().map(pages),
    }
}

impl Estimate {
    /// For `region`, counted as `sizes`, and so many regions besides, at a share of the quotas.
    pub(super) fn new(
        region: RegionName,
        sizes: &Sizes,
        other_regions: u64,
        quota_share: f64,
    ) -> Self {
        let mut operations: BTreeMap<&str, Calls> = BTreeMap::new();
        for row in rows() {
            let calls = row.rule.calls(sizes);
            operations
                .entry(row.operation)
                .and_modify(|all| *all = all.and(calls))
                .or_insert(calls);
        }
        let calls = Calls {
            at_least: operations.values().map(|calls| calls.at_least).sum(),
            up_to: operations.values().map(|calls| calls.up_to).sum(),
        };
        let fewest = wait(
            |operation| operations.get(operation).map_or(0, |calls| calls.at_least),
            quota_share,
        );
        let most = calls.up_to.map(|_| {
            let most = |operation: &str| operations.get(operation).and_then(|calls| calls.up_to);
            wait(|operation| most(operation).unwrap_or(0), quota_share)
        });
        Self {
            region,
            counts: Thing::ALL
                .iter()
                .map(|thing| (thing.name(), sizes.get(thing).copied().unwrap_or_default()))
                .collect(),
            operations,
            calls,
            seconds: Seconds {
                at_least: fewest.0,
                up_to: most.as_ref().map(|(seconds, _)| *seconds),
            },
            slowest: most.unwrap_or(fewest).1,
            quota_share,
            other_regions,
            calls_of_an_empty_region: of_an_empty_region(),
        }
    }
}

/// The seconds that the slowest bucket takes, and its name: what is over its burst has to wait for its
/// rate, both at the share that a scan takes.
fn wait(calls: impl Fn(&str) -> u64, share: f64) -> (f64, Option<String>) {
    let mut slowest = (0.0, None);
    for (bucket, row, calls) in buckets(calls) {
        let over = number(calls) - row.burst * share;
        let seconds = over / (row.per_second * share);
        if seconds > slowest.0 {
            slowest = (seconds, Some(bucket.to_owned()));
        }
    }
    slowest
}

/// Every bucket of the quotas with its calls.
fn buckets(calls: impl Fn(&str) -> u64) -> Vec<(&'static str, QuotaRow, u64)> {
    let mut all = Vec::new();
    for row in quotas() {
        if row.each {
            for operation in &row.operations {
                all.push((*operation, row.clone(), calls(operation)));
            }
        } else {
            let together = row.operations.iter().map(|operation| calls(operation));
            all.push((row.name, row.clone(), together.sum()));
        }
    }
    all
}

/// No scan makes so many calls that a 32-bit number does not hold them.
fn number(calls: u64) -> f64 {
    f64::from(u32::try_from(calls).unwrap_or(u32::MAX))
}

/// What a region costs that holds nothing.
fn of_an_empty_region() -> u64 {
    let nothing: Sizes = Thing::ALL
        .iter()
        .map(|thing| (*thing, Count::Exactly(0)))
        .collect();
    rows()
        .filter(|row| row.place == Place::Regional)
        .map(|row| row.rule.calls(&nothing).at_least)
        .sum()
}

fn is_regional(operation: &str) -> bool {
    !identity::OPERATIONS.contains(&operation)
        && services::ALL
            .iter()
            .any(|reader| reader.place() == Place::Regional && reader.asks(operation))
}

#[cfg(test)]
mod tests;
