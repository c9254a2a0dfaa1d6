//! What is scanned, and how few calls could do it.

use std::collections::BTreeMap;
use std::time::Duration;

use tripod_sim::Size;

/// Calls by region, service and operation, as the sim counts them.
pub(crate) type Counts = BTreeMap<(String, String, String), u64>;

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
    /// By region, with F functions, M mappings, C code signing configurations, A REST and H HTTP APIs, K
    /// keys, T trails at home there:
    /// ```text
    /// lambda       ⌈F/50⌉ + F GetFunction + F GetPolicy + F ListFunctionUrlConfigs + E + ⌈M/100⌉ + 1 + C + 1
    /// apigateway   1 + ⌈A/500⌉ + 4 A        stages, resources, authorizers, validators
    /// apigatewayv2 ⌈H/100⌉ + 4 H            routes, integrations, authorizers, stages
    /// kms          1 + ⌈aliases/100⌉ + 3 K  metadata, policy, rotation where a key can rotate
    /// cloudtrail   1 + 2 T
    /// ec2          20 lists of one page + 1 + the subnets in which Lambda has an interface
    /// ```
    /// and once 1 GetCallerIdentity, 1 DescribeRegions, ⌈users, groups, roles and policies / 1000⌉ + 1 of
    /// IAM. E are the functions that something calls asynchronously, and rotation is asked only of keys
    /// that can rotate, and reservations only of subnets with an interface; how many these are is not in the size, so the sim's count of the calls stands in.
    pub(crate) fn minimum(self, counts: &Counts) -> u64 {
        let size = self.size();
        let as_asked = |operation: &str| -> u64 {
            counts
                .iter()
                .filter(|((_, _, own), _)| own == operation)
                .map(|(_, count)| count)
                .sum()
        };
        let pages = |items: u64, page: u64| items.div_ceil(page).max(1);
        let regional = |region: usize| {
            let of = |total| self.in_region(total, region);
            let (functions, rest, http) =
                (of(size.functions), of(size.rest_apis), of(size.http_apis));
            let lambda = pages(functions, 50)
                + 3 * functions
                + pages(of(size.event_source_mappings), 100)
                + 2
                + of(size.code_signing_configs);
            let apigateway = 1 + pages(rest, 500) + 4 * rest;
            let apigatewayv2 = pages(http, 100) + 4 * http;
            let kms = 1 + pages(of(size.keys) + 1, 100) + 2 * of(size.keys);
            let cloudtrail = 1 + 2 * of(size.trails);
            lambda + apigateway + apigatewayv2 + kms + cloudtrail + 21
        };
        let entities = size.users + size.groups + size.roles + size.policies;
        let once = 3 + (entities as u64).div_ceil(1000);
        (0..self.regions).map(regional).sum::<u64>()
            + once
            + as_asked("ListFunctionEventInvokeConfigs")
            + as_asked("GetKeyRotationStatus")
            + as_asked("GetSubnetCidrReservations")
    }

    /// A guess at the time that the quotas set, to choose the clock's speed by: Lambda gives a function's
    /// policy and one more call about it fifteen times a second each, in the fullest region.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    pub(crate) fn least_time(self) -> Duration {
        Duration::from_secs_f64(self.in_region(self.functions, 0) as f64 * 1.5 / 15.0)
    }

    /// About how many calls a second a scan makes over all regions, at AWS's speed.
    #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
    pub(crate) fn calls_a_second(self) -> f64 {
        let calls = 3 * self.functions;
        calls as f64 / self.least_time().as_secs_f64().max(1.0)
    }
}
