//! Settings that nobody has made yet, to see what they would do.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Serialize;
use tripod_model::RegionalAccount;

use crate::containment::Rate;

/// Changes to suppose before the figures are worked out. Without any, the account is taken as it is.
///
/// What is supposed of addresses holds in every scenario but [`Now`](crate::addresses::Scenario::Now), which stays
/// what was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// Functions by name, and the executions at once that each is taken to reach. Addresses follow from it.
    pub concurrency: BTreeMap<String, i64>,
    /// Functions added to every subnet that functions use.
    pub add_functions: u32,
    /// Whether each added function brings a set of security groups of its own. Without, it shares one
    /// that exists, and needs no interface.
    pub new_security_group: bool,
    /// Zones that are gone, by the account's name (`eu-central-1a`) or by the name all accounts share
    /// (`euc1-az2`).
    pub lose_zones: BTreeSet<String>,
    /// Throttles of methods and routes.
    pub throttles: Vec<SupposedThrottle>,
    /// Reserved concurrency, by the function's name.
    pub reserved: BTreeMap<String, i64>,
}

/// A throttle to suppose. As text `API/STAGE/METHOD=RATE:BURST`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupposedThrottle {
    /// Id or name of the API.
    pub api: String,
    /// Stage.
    pub stage: String,
    /// `POST /claims`, a route key, or `*` for all that have no throttle of their own.
    pub method: String,
    /// Requests per second.
    pub rate: Rate,
    /// Burst.
    pub burst: i64,
}

/// A text that is no throttle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{value}' is not a throttle: write API/STAGE/METHOD=RATE:BURST, such as a1b2c3/prod/POST /claims=100:200, with * as METHOD for all"
)]
pub struct InvalidThrottle {
    /// The text as given.
    pub value: String,
}

impl FromStr for SupposedThrottle {
    type Err = InvalidThrottle;

    fn from_str(text: &str) -> Result<Self, InvalidThrottle> {
        parsed(text).ok_or_else(|| InvalidThrottle {
            value: text.to_owned(),
        })
    }
}

/// The method may hold `/` and `=`, so it is what stands between the second `/` and the last `=`.
fn parsed(text: &str) -> Option<SupposedThrottle> {
    let (place, limits) = text.rsplit_once('=')?;
    let mut parts = place.splitn(3, '/').filter(|part| !part.is_empty());
    let (api, stage, method) = (parts.next()?, parts.next()?, parts.next()?);
    let (rate, burst) = limits.split_once(':')?;
    let rate: f64 = rate.parse().ok()?;
    let burst: i64 = burst.parse().ok()?;
    (rate.is_finite() && rate >= 0.0 && burst >= 0).then(|| SupposedThrottle {
        api: api.to_owned(),
        stage: stage.to_owned(),
        method: method.to_owned(),
        rate: Rate::per_second(rate),
        burst,
    })
}

impl WhatIf {
    /// What is supposed of a function, API, stage or method that none of the regions shows: such a supposition
    /// changes nothing, and whoever made it should hear so. What could not be listed shows nothing.
    pub fn unmatched(&self, regions: &[&RegionalAccount]) -> Vec<String> {
        let named = |name: &String| {
            let mut functions = regions.iter().flat_map(|it| it.lambda.functions.items());
            functions.any(|function| function.name == *name)
        };
        let functions = self.reserved.keys().filter(|name| !named(name));
        let functions = functions.map(|name| format!("function {name}"));
        let lost = |throttle: &&SupposedThrottle| {
            !regions
                .iter()
                .any(|region| throttle.is_of_rest(region) || throttle.is_of_others(region))
        };
        let throttles = self.throttles.iter().filter(lost);
        let throttles =
            throttles.map(|it| format!("throttle of {}/{}/{}", it.api, it.stage, it.method));
        functions.chain(throttles).collect()
    }

    /// The throttle supposed for exactly this method, or for all methods of the stage.
    pub(crate) fn throttle(
        &self,
        api: (&str, &str),
        stage: &str,
        method: &str,
    ) -> Option<&SupposedThrottle> {
        let (id, name) = api;
        let found = |it: &&SupposedThrottle| {
            (it.api == id || it.api == name) && it.stage == stage && it.method == method
        };
        // The last one said holds.
        self.throttles.iter().rev().find(found)
    }
}

impl SupposedThrottle {
    fn is_of_rest(&self, region: &RegionalAccount) -> bool {
        region.apigateway.rest_apis.items().iter().any(|api| {
            let methods = api.methods.items().iter();
            let mut labels = methods.map(|it| format!("{} {}", it.http_method, it.path));
            (api.id == self.api || api.name == self.api)
                && api.stages.items().iter().any(|it| it.name == self.stage)
                && (self.method == "*" || labels.any(|it| it == self.method))
        })
    }

    fn is_of_others(&self, region: &RegionalAccount) -> bool {
        region.apigatewayv2.apis.items().iter().any(|api| {
            let routes = api.routes.items().iter();
            let mut labels = routes.map(|it| it.key.as_deref().unwrap_or(&it.id));
            (api.id == self.api || api.name == self.api)
                && api.stages.items().iter().any(|it| it.name == self.stage)
                && (self.method == "*" || labels.any(|it| it == self.method))
        })
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Observed, fixtures};

    use super::{Rate, SupposedThrottle, WhatIf};

    fn parse(text: &str) -> Option<SupposedThrottle> {
        text.parse().ok()
    }

    #[test]
    fn a_method_keeps_its_slashes_and_equal_signs() {
        let throttle = parse("a1/prod/POST /claims/{id}=100:200").expect("a throttle");
        assert_eq!(throttle.api, "a1");
        assert_eq!(throttle.stage, "prod");
        assert_eq!(throttle.method, "POST /claims/{id}");
        assert_eq!(throttle.rate, Rate::per_second(100.0));
        assert_eq!(throttle.burst, 200);
        let odd = parse("a1/prod/GET /a=b=0.5:1").expect("a throttle");
        assert_eq!(odd.method, "GET /a=b");
        assert_eq!(
            odd.rate,
            Rate {
                requests: 500,
                seconds: 1000
            }
        );
    }

    #[test]
    fn what_is_no_throttle_is_named_with_its_cure() {
        for text in [
            "",
            "a1/prod=1:1",
            "a1/prod/GET /=1",
            "a1/prod/GET /=x:1",
            "a1/prod/GET /=-1:1",
            "a1/prod/GET /=1:-1",
            "a1/prod/GET /=NaN:1",
            "/prod/GET /=1:1",
        ] {
            let error = text.parse::<SupposedThrottle>().expect_err(text);
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("'{text}' is not a throttle"))
            );
            assert!(error.to_string().contains("RATE:BURST"));
        }
    }

    #[test]
    fn a_supposition_of_nothing_that_is_there_is_named() {
        let mut region = fixtures::region(fixtures::REGION);
        region.lambda.functions = Observed::Known(vec![fixtures::function("claims")]);
        region.apigateway.rest_apis = Observed::Known(vec![fixtures::rest_api("a1")]);
        let suppose = |functions: &[&str], throttles: &[&str]| {
            let what_if = WhatIf {
                reserved: functions.iter().map(|it| ((*it).to_owned(), 1)).collect(),
                throttles: throttles.iter().filter_map(|it| parse(it)).collect(),
                ..WhatIf::default()
            };
            what_if.unmatched(&[&region])
        };
        let there = ["a1/prod/POST /claims=1:1", "a1/prod/*=1:1"];
        assert!(suppose(&["claims"], &there).is_empty());
        let gone = ["a2/prod/*=1:1", "a1/test/*=1:1", "a1/prod/GET /claims=1:1"];
        assert_eq!(
            suppose(&["claim"], &gone),
            [
                "function claim",
                "throttle of a2/prod/*",
                "throttle of a1/test/*",
                "throttle of a1/prod/GET /claims",
            ]
        );
    }
}
