//! Settings that nobody has made yet, to see what they would do.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Serialize;

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

#[cfg(test)]
mod tests {
    use super::{Rate, SupposedThrottle};

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
}
