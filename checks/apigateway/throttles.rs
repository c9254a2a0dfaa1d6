//! What the throttles of a stage let in, for both versions.
//!
//! A stage's throttle is a limit of each method or route and not of the stage: ten methods under one of 100
//! requests per second let in 1,000. All APIs of an account share one rate in a region.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html>

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{Severity, Unknown};

use crate::{Scope, Verdict};

/// Requests per second, and the size of the bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    pub(super) rate: f64,
    pub(super) burst: i64,
}

impl Limit {
    /// Of both numbers as AWS writes them: a negative one is "unset", zero is a limit. One alone is none.
    pub(super) fn of(rate: Option<f64>, burst: Option<i64>) -> Option<Self> {
        Some(Self {
            rate: rate.filter(|rate| *rate >= 0.0)?,
            burst: burst.filter(|burst| *burst >= 0)?,
        })
    }
}

/// What a method or route has of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Own {
    /// Requests per second, in the place of the stage's.
    Rate(f64),
    /// None: the stage's is switched off for it.
    Lifted,
}

impl Own {
    /// Of both numbers as AWS writes them; none where they say nothing of a rate, and the stage's holds.
    pub(super) fn of(rate: Option<f64>, burst: Option<i64>) -> Option<Self> {
        if rate.is_some_and(|rate| rate < 0.0) || burst.is_some_and(|burst| burst < 0) {
            return Some(Self::Lifted);
        }
        rate.map(Self::Rate)
    }
}

/// The throttles of a stage.
#[derive(Debug)]
pub(super) struct Throttles {
    /// `method` or `route`.
    pub(super) word: &'static str,
    /// Of each method or route that has none of its own.
    pub(super) default: Option<Limit>,
    /// Of single ones, by name.
    pub(super) own: BTreeMap<String, Own>,
}

impl Throttles {
    /// Fails where callers of a method or route, or of all of them together, can use up the account's rate.
    ///
    /// # Errors
    /// When the account's rate is not known, or `names`, those of all methods or routes, are not, and the
    /// stage's own limits do not decide.
    pub(super) fn judge(
        &self,
        scope: &Scope,
        names: Result<BTreeSet<String>, Unknown>,
    ) -> Result<Verdict, Unknown> {
        let Some(default) = self.default else {
            return Ok(self.without_default());
        };
        // Only now: a stage without a limit fails whatever the account's is.
        let account = account_rate(scope)?;
        let verdict = match self.loose(default, account) {
            Some(verdict) => verdict,
            None => self.together(default, account, &names?),
        };
        Ok(verdict
            .detail("rate_limit", default.rate)
            .detail("burst_limit", default.burst)
            .detail("account_rate_limit", account))
    }

    fn without_default(&self) -> Verdict {
        let limited: Vec<&str> = self
            .own
            .iter()
            .filter(|(_, own)| matches!(own, Own::Rate(_)))
            .map(|(name, _)| name.as_str())
            .collect();
        if limited.is_empty() {
            return Verdict::fail("the stage has no limit of its own and shares the account's");
        }
        Verdict::fail(format!(
            "{} of the stage's {}s have a limit, all others share the account's",
            limited.len(),
            self.word
        ))
        .detail(&format!("limited_{}s", self.word), limited)
    }

    /// A limit that does not hold, since the account's is reached first.
    fn loose(&self, default: Limit, account: f64) -> Option<Verdict> {
        if default.rate >= account {
            return Some(Verdict::fail(format!(
                "the stage's limit of {} requests per second does not hold: the account's is {account}",
                default.rate
            )));
        }
        let loose: Vec<&str> = self
            .own
            .iter()
            .filter(|(_, own)| match own {
                Own::Rate(rate) => *rate >= account,
                Own::Lifted => true,
            })
            .map(|(name, _)| name.as_str())
            .collect();
        if loose.is_empty() {
            return None;
        }
        let message = format!(
            "the stage is limited, but settings of their own let in as much as the account's {account} \
             requests per second at {}",
            loose.join(", ")
        );
        Some(Verdict::fail(message).detail(&format!("unlimited_{}s", self.word), loose))
    }

    fn together(&self, default: Limit, account: f64, names: &BTreeSet<String>) -> Verdict {
        let rate_of = |name: &String| match self.own.get(name) {
            Some(Own::Rate(rate)) => *rate,
            _ => default.rate,
        };
        let total: f64 = names.iter().map(rate_of).sum();
        let (rate, count, word) = (default.rate, names.len(), self.word);
        let verdict = if total < account {
            Verdict::pass(format!(
                "each {word} is limited to {rate} requests per second unless it has a limit of its own, \
                 all {count} together to {total}, the account to {account}"
            ))
        } else {
            Verdict::fail(format!(
                "each {word} is limited, but all {count} together let in {total} requests per second, and \
                 the account's limit is {account}"
            ))
            .lowered_to(
                Severity::Low,
                &format!("it takes callers of many {word}s at once"),
            )
        };
        verdict
            .detail(&format!("{word}s"), count)
            .detail("rate_together", total)
    }
}

/// The requests per second that all APIs of the account share in the region.
///
/// # Errors
/// When `apigateway:GetAccount` was not answered, or without the rate.
pub(super) fn account_rate(scope: &Scope) -> Result<f64, Unknown> {
    scope
        .region
        .apigateway
        .account
        .found()?
        .and_then(|account| account.throttle_rate_limit)
        .ok_or_else(|| Unknown::Failed {
            operation: "apigateway:GetAccount".to_owned(),
            error: "the answer has no throttleSettings.rateLimit".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::{Limit, Own};

    #[test]
    fn a_limit_has_both_numbers_and_neither_is_negative() {
        let limit = |rate, burst| Limit::of(rate, burst).map(|it| (it.rate, it.burst));
        assert_eq!(limit(Some(0.0), Some(0)), Some((0.0, 0)));
        for unset in [
            (None, None),
            (Some(-1.0), Some(-1)),
            (Some(50.0), None),
            (None, Some(100)),
        ] {
            assert_eq!(limit(unset.0, unset.1), None, "{unset:?}");
        }
    }

    #[test]
    fn an_own_setting_that_says_nothing_leaves_the_stages_limit_and_a_negative_one_lifts_it() {
        assert_eq!(Own::of(None, None), None);
        assert_eq!(Own::of(Some(-1.0), Some(-1)), Some(Own::Lifted));
        assert_eq!(Own::of(Some(1.0), None), Some(Own::Rate(1.0)));
        assert_eq!(Own::of(Some(1.0), Some(5)), Some(Own::Rate(1.0)));
    }
}
