//! Quotas enforced: a token bucket for each account, region and row of AWS's table.

mod table;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::SimError;
use crate::rules::Asked;
use crate::world::lock;
use table::{Operations, ROWS, Row};

/// How many requests a second AWS takes. Services without a row are not limited; `table.rs` names
/// every page.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Quotas {
    factor: f64,
}

impl Quotas {
    /// What AWS publishes. IAM publishes nothing; 10 requests a second and 20 at once of each of its
    /// operations are assumed.
    pub fn published() -> Self {
        Self { factor: 1.0 }
    }

    /// The published quotas times a factor, rates and bursts alike: 0.5 is an account of which others
    /// use half.
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            factor: self.factor * factor,
        }
    }
}

/// What one bucket has seen.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct BucketUse {
    /// The account that is charged.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// `service:Operation`, or the name of what AWS counts together.
    pub bucket: String,
    /// Requests a second in the time of the clients, so with the sim's speed.
    pub rate: f64,
    /// Requests at once.
    pub burst: f64,
    /// Requests that found a token in every bucket that counts them.
    pub allowed: u64,
    /// Requests that found none in this one.
    pub throttled: u64,
    /// The fewest tokens that were left after a request.
    pub lowest: f64,
}

/// All buckets of a sim.
#[derive(Debug)]
pub(crate) struct Buckets {
    factor: f64,
    speed: f64,
    since: Instant,
    /// By account, region and name.
    levels: Mutex<BTreeMap<(String, String, String), Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    level: f64,
    /// When the level was right.
    at: Duration,
    rate: f64,
    burst: f64,
    allowed: u64,
    throttled: u64,
    lowest: f64,
}

impl Bucket {
    fn new(row: &Row, factor: f64, speed: f64, now: Duration) -> Self {
        // Less than one token at once would never let anything through.
        let burst = (row.burst * factor).max(1.0);
        Self {
            level: burst,
            at: now,
            rate: row.rate * factor * speed,
            burst,
            allowed: 0,
            throttled: 0,
            lowest: burst,
        }
    }

    fn refill(&mut self, now: Duration) {
        let gone = now.saturating_sub(self.at).as_secs_f64();
        self.level = self.burst.min(self.level + gone * self.rate);
        self.at = self.at.max(now);
    }

    /// How long until there is a token.
    fn wait(&self) -> Duration {
        let missing = (1.0 - self.level).max(0.0);
        Duration::try_from_secs_f64(missing / self.rate).unwrap_or(Duration::MAX)
    }
}

impl Buckets {
    /// Full buckets. `speed` is above 0; the quotas' factor is checked here.
    pub(crate) fn new(quotas: Quotas, speed: f64) -> Result<Self, SimError> {
        let factor = quotas.factor;
        if !(factor.is_finite() && factor > 0.0) {
            return Err(SimError::Factor(factor));
        }
        Ok(Self {
            factor,
            speed,
            since: Instant::now(),
            levels: Mutex::default(),
        })
    }

    /// Takes a token from every bucket that counts the request, or none at all and says how long it
    /// takes until all have one. Refused requests cost nothing: AWS publishes nothing about them.
    pub(crate) fn take(&self, asked: Asked<'_>) -> Result<(), Duration> {
        self.take_at(asked, self.since.elapsed())
    }

    fn take_at(&self, asked: Asked<'_>, now: Duration) -> Result<(), Duration> {
        let rows = rows(asked);
        let mut buckets = lock(&self.levels);
        let mut wait = None;
        for row in &rows {
            let bucket = buckets
                .entry(key(row, asked))
                .or_insert_with(|| Bucket::new(row, self.factor, self.speed, now));
            bucket.refill(now);
            if bucket.level < 1.0 {
                bucket.throttled += 1;
                wait = wait.max(Some(bucket.wait()));
            }
        }
        if let Some(wait) = wait {
            return Err(wait);
        }
        for row in &rows {
            if let Some(bucket) = buckets.get_mut(&key(row, asked)) {
                bucket.level -= 1.0;
                bucket.allowed += 1;
                bucket.lowest = bucket.lowest.min(bucket.level);
            }
        }
        Ok(())
    }

    pub(crate) fn uses(&self) -> Vec<BucketUse> {
        let buckets = lock(&self.levels);
        let uses = buckets
            .iter()
            .map(|((account, region, name), bucket)| BucketUse {
                account: account.clone(),
                region: region.clone(),
                bucket: name.clone(),
                rate: bucket.rate,
                burst: bucket.burst,
                allowed: bucket.allowed,
                throttled: bucket.throttled,
                lowest: bucket.lowest,
            });
        uses.collect()
    }
}

/// The rows that count a request: the first special one, and the totals.
fn rows(asked: Asked<'_>) -> Vec<&'static Row> {
    let mut rows: Vec<&Row> = Vec::new();
    for row in ROWS.iter().filter(|row| row.counts(asked)) {
        if row.total || rows.is_empty() {
            rows.push(row);
        }
    }
    rows
}

impl Row {
    fn counts(&self, asked: Asked<'_>) -> bool {
        self.services.contains(&asked.service)
            && match self.operations {
                Operations::Only(names) => names.contains(&asked.operation),
                Operations::Unbounded(names) => {
                    names.contains(&asked.operation) && unbounded(asked.params)
                }
                Operations::Starting(words) => {
                    words.iter().any(|word| asked.operation.starts_with(word))
                }
                Operations::Any => true,
            }
    }
}

/// EC2's smaller buckets: neither a filter nor a page was asked for. Ids are not said to be filters.
fn unbounded(params: &Value) -> bool {
    ["Filters", "MaxResults", "NextToken"]
        .iter()
        .all(|name| params.get(name).is_none())
}

fn key(row: &Row, asked: Asked<'_>) -> (String, String, String) {
    let region = if row.global { "global" } else { asked.region };
    let name = if row.each {
        format!("{}{}:{}", row.name, asked.service, asked.operation)
    } else {
        row.name.to_owned()
    };
    (asked.account.to_owned(), region.to_owned(), name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How many of `count` requests at a moment get through.
    fn burst(
        buckets: &Buckets,
        (service, operation): (&str, &str),
        params: &Value,
        count: u32,
        now: Duration,
    ) -> usize {
        let asked = Asked {
            account: "111122223333",
            region: "eu-central-1",
            service,
            operation,
            params,
        };
        (0..count)
            .filter(|_| buckets.take_at(asked, now).is_ok())
            .count()
    }

    fn buckets() -> Buckets {
        Buckets::new(Quotas::published(), 1.0).expect("sound factors")
    }

    fn at_once(service: &str, operation: &str, params: &Value) -> usize {
        burst(
            &buckets(),
            (service, operation),
            params,
            3000,
            Duration::ZERO,
        )
    }

    fn in_the_next_second(service: &str, operation: &str, params: &Value) -> usize {
        let buckets = buckets();
        burst(&buckets, (service, operation), params, 3000, Duration::ZERO);
        burst(&buckets, (service, operation), params, 3000, SECOND)
    }

    /// At once, and in the second after: the numbers of AWS's pages.
    #[test]
    fn the_published_quotas_hold() {
        let none = json!({});
        let paged = json!({"MaxResults": 1000});
        for (service, operation, params, first, then) in [
            ("lambda", "GetFunction", &none, 100, 100),
            ("lambda", "GetPolicy", &none, 15, 15),
            ("lambda", "ListFunctions", &none, 15, 15),
            ("apigateway", "GetRestApis", &none, 40, 10),
            ("apigateway", "GetResources", &none, 5, 2),
            ("apigatewayv2", "GetApis", &none, 40, 10),
            ("kms", "DescribeKey", &none, 2000, 2000),
            ("kms", "GetKeyPolicy", &none, 1000, 1000),
            ("kms", "ListKeys", &none, 500, 500),
            ("kms", "ListGrants", &none, 100, 100),
            ("cloudtrail", "DescribeTrails", &none, 10, 10),
            ("cloudtrail", "LookupEvents", &none, 2, 2),
            ("ec2", "DescribeVpcs", &none, 100, 20),
            ("ec2", "DescribeNetworkInterfaces", &none, 50, 10),
            ("ec2", "DescribeNetworkInterfaces", &paged, 100, 20),
            ("ec2", "CreateVpc", &none, 50, 5),
            ("sts", "GetCallerIdentity", &none, 600, 600),
            ("organizations", "ListAccounts", &none, 12, 8),
            ("organizations", "DescribePolicy", &none, 2, 2),
            ("cloudwatch", "DescribeAlarms", &none, 9, 9),
            ("logs", "DescribeLogGroups", &none, 10, 10),
            ("wafv2", "GetWebACL", &none, 5, 5),
            ("wafv2", "GetWebACLForResource", &none, 1, 1),
            ("service-quotas", "ListServiceQuotas", &none, 10, 10),
            ("cognito-idp", "DescribeUserPool", &none, 15, 15),
            // Nothing published.
            ("s3", "ListBuckets", &none, 3000, 3000),
        ] {
            assert_eq!(
                at_once(service, operation, params),
                first,
                "{service}:{operation}"
            );
            assert_eq!(
                in_the_next_second(service, operation, params),
                then,
                "{service}:{operation}"
            );
        }
    }

    #[test]
    fn what_aws_counts_together_shares_a_bucket() {
        let none = json!({});
        let buckets = buckets();
        let ask = |name, count| burst(&buckets, name, &none, count, Duration::ZERO);
        assert_eq!(ask(("lambda", "ListFunctions"), 10), 10);
        assert_eq!(ask(("lambda", "ListFunctionUrlConfigs"), 10), 5);
        assert_eq!(ask(("lambda", "GetPolicy"), 10), 10);
        assert_eq!(ask(("kms", "ListKeys"), 600), 500);
        assert_eq!(ask(("kms", "ListAliases"), 600), 500);
    }

    #[test]
    fn nested_buckets_must_both_have_a_token() {
        let none = json!({});
        let buckets = buckets();
        let ask = |name, count| burst(&buckets, name, &none, count, Duration::ZERO);
        assert_eq!(ask(("apigateway", "GetResources"), 30), 5);
        // The twenty-five that the smaller bucket refused cost the greater nothing.
        assert_eq!(ask(("apigatewayv2", "GetApis"), 60), 35);
        assert_eq!(ask(("apigateway", "GetRestApis"), 1), 0);
        let uses = buckets.uses();
        let of = |name: &str| uses.iter().find(|found| found.bucket == name).expect(name);
        let (own, total) = (of("apigateway:GetResources"), of("apigateway total"));
        assert_eq!((own.allowed, own.throttled), (5, 25));
        assert_eq!((total.allowed, total.throttled), (40, 26));
        assert!(total.lowest.abs() < 1e-9, "{}", total.lowest);
    }

    #[test]
    fn regions_and_accounts_have_buckets_of_their_own() {
        let (buckets, params) = (buckets(), json!({}));
        let ask = |account: &str, region: &str, service: &str, operation: &str| {
            let asked = Asked {
                account,
                region,
                service,
                operation,
                params: &params,
            };
            (0..50)
                .filter(|_| buckets.take_at(asked, Duration::ZERO).is_ok())
                .count()
        };
        for (account, region) in [("a", "eu-west-1"), ("a", "us-east-1"), ("b", "us-east-1")] {
            assert_eq!(ask(account, region, "lambda", "GetPolicy"), 15);
        }
        // IAM is one for all regions.
        assert_eq!(ask("a", "us-east-1", "iam", "ListUsers"), 20);
        assert_eq!(ask("a", "eu-west-1", "iam", "ListUsers"), 0);
        assert_eq!(ask("b", "us-east-1", "iam", "ListUsers"), 20);
    }

    #[test]
    fn time_that_runs_faster_refills_faster() {
        let none = json!({});
        let buckets = Buckets::new(Quotas::published().scaled(2.0), 10.0).expect("sound factors");
        let ask = |now| burst(&buckets, ("lambda", "GetPolicy"), &none, 999, now);
        assert_eq!(ask(Duration::ZERO), 30);
        assert_eq!(ask(SECOND / 20), 15);
        assert_eq!(ask(SECOND), 30);
    }

    #[test]
    fn a_refusal_says_how_long_to_wait() {
        let (buckets, params) = (buckets(), json!({}));
        let asked = Asked {
            account: "a",
            region: "r",
            service: "cloudtrail",
            operation: "LookupEvents",
            params: &params,
        };
        assert_eq!(buckets.take_at(asked, Duration::ZERO), Ok(()));
        assert_eq!(buckets.take_at(asked, Duration::ZERO), Ok(()));
        let wait = buckets.take_at(asked, Duration::ZERO).expect_err("empty");
        assert_eq!(wait, SECOND / 2);
        assert_eq!(buckets.take_at(asked, wait), Ok(()));
    }

    #[test]
    fn every_row_has_a_source_and_sound_numbers() {
        for row in ROWS {
            assert!(
                row.source.starts_with("https://docs.aws.amazon.com/"),
                "{row:?}"
            );
            assert!(row.rate > 0.0 && row.burst >= 1.0, "{row:?}");
            assert!(row.each || !row.name.is_empty(), "{row:?}");
        }
    }
}
