//! What is scanned, and how few calls could do it.

use std::collections::BTreeMap;
use std::time::Duration;

use tripod_sim::Size;

/// Calls by region, service and operation, as the sim counts them.
pub(crate) type Counts = BTreeMap<(String, String, String), u64>;

/// Lists that are asked in every region, by service, beside those that grow with the size.
const LISTS: &[(&str, u64)] = &[
    ("accessanalyzer: analyzers", 1),
    ("acm: certificates", 1),
    (
        "apigateway: account, keys, plans, links, client certificates, domain names and accesses to them",
        7,
    ),
    ("apigatewayv2: domain names, links, portals", 3),
    ("backup: plans, vaults, resources", 3),
    ("cloudtrail: trails, event data stores", 2),
    ("cloudwatch: alarms", 1),
    ("cognito-identity: pools", 1),
    ("config: recorders, rules", 2),
    ("dynamodb: tables", 1),
    ("ec2", 21),
    ("elbv2: load balancers, target groups", 2),
    ("events: buses, rules of the default one", 2),
    ("guardduty: detectors", 1),
    ("inspector2: status, findings", 2),
    ("kms: key stores", 1),
    ("lambda-core: connectors, runtimes", 2),
    ("lambda-microvms: machines, images", 2),
    ("lambda-web: functions", 1),
    (
        "logs: groups, filters, destinations, resource policies, two types of account policies",
        6,
    ),
    ("pipes", 1),
    ("resourcegroupstaggingapi", 1),
    ("rolesanywhere: anchors", 1),
    ("route53resolver: query logs, their networks, firewalls", 3),
    ("scheduler: schedules", 1),
    ("secretsmanager: secrets", 1),
    ("securityhub: hub, standards", 2),
    ("service-quotas: of five services", 5),
    ("signer: profiles", 1),
    ("sns: topics, subscriptions", 2),
    ("sqs: queues", 1),
    ("ssm: parameters", 1),
    ("stepfunctions: machines", 1),
    ("wafv2: ACLs, their logs", 2),
    ("xray: encryption", 1),
];

/// What is asked once.
const ONCE: &[(&str, u64)] = &[
    ("sts: who asks", 1),
    ("ec2: regions", 1),
    ("account: three contacts", 3),
    ("cloudfront: distributions, access controls", 2),
    (
        "iam: summary, aliases, password policy, root features, federation, the report and its making, and \
         five lists",
        12,
    ),
    ("organizations: the organisation", 1),
    ("s3: buckets, the account's block", 2),
    ("shield: the subscription", 1),
    ("wafv2: ACLs for CloudFront, their logs", 2),
];

/// Operations that are asked of some things only.
const OF_SOME: &[&str] = &[
    "DescribeUserPool",
    "GetAuthorizers",
    "GetDeployments",
    "GetGatewayResponses",
    "GetIntegrations",
    "GetKeyLastUsage",
    "GetKeyRotationStatus",
    "GetMetricData",
    "GetModels",
    "GetRequestValidators",
    "GetRuntimeManagementConfig",
    "GetSubnetCidrReservations",
    "ListFunctionEventInvokeConfigs",
    "ListKeyRotations",
];

/// An estate of a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estate {
    pub(crate) functions: usize,
    pub(crate) regions: usize,
}

impl Estate {
    pub(crate) fn of(functions: usize, regions: usize) -> Self {
        Self { functions, regions }
    }

    /// Beside functions: a REST API, an HTTP API and two keys for every hundred of them, a role each for
    /// every ten.
    pub(crate) fn size(self) -> Size {
        let hundreds = self.functions / 100;
        Size {
            regions: self.regions,
            functions: self.functions,
            event_source_mappings: self.functions / 5,
            rest_apis: hundreds,
            http_apis: hundreds,
            keys: hundreds * 2,
            roles: self.functions / 10 + 10,
            interfaces: 50,
            ..Size::default()
        }
    }

    /// How many of `total` are in the region of this number: the sim spreads them evenly.
    fn in_region(self, total: usize, region: usize) -> u64 {
        let count = (total + self.regions - 1 - region) / self.regions;
        count as u64
    }

    /// The fewest calls that read what a scan is asked to read.
    ///
    /// By region, with F functions, M mappings, C code signing configurations, L layers of one version, A
    /// REST and H HTTP APIs, K keys, T trails at home there:
    /// ```text
    /// lambda       ⌈F/50⌉ + F each of GetFunction, GetPolicy, ListFunctionUrlConfigs, ListAliases and
    ///              GetFunctionRecursionConfig + ⌈M/100⌉ + C + ⌈L/50⌉ + L + 3 more lists
    /// apigateway   ⌈A/500⌉ + 2 A            stages, resources
    /// apigatewayv2 ⌈H/100⌉ + 2 H            routes, stages
    /// kms          1 + ⌈aliases/100⌉ + 4 K  metadata, policy, grants, tags
    /// cloudtrail   3 T + ⌈T/20⌉             status, selectors, configuration; tags of twenty a call
    /// ```
    /// and the lists of [`LISTS`]; once the questions of [`ONCE`], and ⌈users, groups, roles and policies /
    /// 1000⌉ + ⌈roles / 1000⌉ of IAM. What is asked of some things only, for a reason that is not in the
    /// size (a key that can rotate, a method that names an authorizer), is in [`OF_SOME`], and there the
    /// sim's count of the calls stands in.
    pub(crate) fn minimum(self, counts: &Counts) -> u64 {
        let size = self.size();
        let pages = |items: u64, page: u64| items.div_ceil(page).max(1);
        let regional = |region: usize| {
            let of = |total| self.in_region(total, region);
            let (functions, rest, http) =
                (of(size.functions), of(size.rest_apis), of(size.http_apis));
            let lambda = pages(functions, 50)
                + 5 * functions
                + pages(of(size.event_source_mappings), 100)
                + of(size.code_signing_configs)
                + pages(of(size.layers), 50)
                + of(size.layers)
                + 3;
            let apigateway = pages(rest, 500) + 2 * rest;
            let apigatewayv2 = pages(http, 100) + 2 * http;
            let kms = 1 + pages(of(size.keys) + 1, 100) + 4 * of(size.keys);
            let trails = of(size.trails);
            let cloudtrail = 3 * trails + trails.div_ceil(20);
            lambda + apigateway + apigatewayv2 + kms + cloudtrail
        };
        let sum = |table: &[(&str, u64)]| table.iter().map(|(_, calls)| calls).sum::<u64>();
        let entities = (size.users + size.groups + size.roles + size.policies) as u64;
        let identities = pages(entities, 1000) + pages(size.roles as u64, 1000);
        let of_some = counts
            .iter()
            .filter(|((_, _, operation), _)| OF_SOME.contains(&operation.as_str()))
            .map(|(_, count)| count);
        (0..self.regions).map(regional).sum::<u64>()
            + sum(LISTS) * self.regions as u64
            + sum(ONCE)
            + identities
            + of_some.sum::<u64>()
    }

    /// A guess at the time that the quotas set, to choose the clock's speed by: Lambda gives a function's
    /// policy and three or four more answers about it from one bucket, fifteen a second, in the fullest region.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    pub(crate) fn least_time(self) -> Duration {
        Duration::from_secs_f64(self.in_region(self.functions, 0) as f64 * 4.5 / 15.0)
    }

    /// About how many calls a second a scan makes over all regions, at AWS's speed.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    pub(crate) fn calls_a_second(self) -> f64 {
        let calls = 6 * self.functions;
        calls as f64 / self.least_time().as_secs_f64().max(1.0)
    }
}
