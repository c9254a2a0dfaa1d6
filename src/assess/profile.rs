//! Profiles: how much is asked of an account, chosen by one word.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_checks::{
    Bounded, Check, Confidence, LeastFree, LongestTimeout, RuntimeNotice, SamlNotice, Thresholds,
};

/// How much is asked of an account. `docs/guides/settings.md` has the three side by side.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What every account should meet.
    #[default]
    Baseline,
    /// Warned earlier, hints included.
    Strict,
    /// What an auditor expects: exceptions are short, and what no API shows is attested.
    Regulated,
}

impl Profile {
    /// All of them, the least demanding first.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Strict, Self::Regulated];

    /// The name as in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Strict => "strict",
            Self::Regulated => "regulated",
        }
    }

    /// Whether a check runs under it, where none is named: the baseline leaves out those whose failures are
    /// hints for a person to follow.
    pub fn selects(self, check: &Check) -> bool {
        self > Self::Baseline || check.confidence != Confidence::Low
    }

    /// Its thresholds, for those that the settings leave open.
    pub fn thresholds(self) -> Thresholds {
        match self {
            Self::Baseline => Thresholds::default(),
            Self::Strict | Self::Regulated => Thresholds {
                iam_stale_saml_provider: SamlNotice {
                    notice_days: Bounded::of(60),
                },
                lambda_deprecated_runtime: RuntimeNotice {
                    notice_days: Bounded::of(90),
                },
                lambda_maximum_timeout: LongestTimeout {
                    seconds: Bounded::of(300),
                },
                vpc_subnet_low_addresses: LeastFree {
                    free_percent: Bounded::of(20),
                },
                ..Thresholds::default()
            },
        }
    }

    /// The least share of outcomes that have to be assessed, in percent, where nothing else is asked.
    pub fn min_coverage(self) -> u8 {
        match self {
            Self::Baseline => 50,
            Self::Strict => 80,
            Self::Regulated => 95,
        }
    }

    /// How many days from the scan an exception may last before it lasts too long.
    pub fn longest_exception_days(self) -> i64 {
        match self {
            Self::Baseline => 366,
            Self::Strict => 183,
            Self::Regulated => 92,
        }
    }

    /// Whether rows that nobody attests are findings.
    pub fn wants_attestations(self) -> bool {
        self == Self::Regulated
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or_else(|| {
            format!("'{text}' is no profile: expected baseline, strict or regulated")
        })
    }
}

#[cfg(test)]
mod tests {
    use tripod_checks::ALL;

    use super::*;
    use crate::testing::check_with;

    #[test]
    fn the_baseline_leaves_out_hints_only() {
        let hint = check_with(
            "lambda-hint",
            |_, _| {},
            |check| check.confidence = Confidence::Low,
        );
        assert!(!Profile::Baseline.selects(hint));
        assert!(Profile::Strict.selects(hint));
        for check in ALL
            .iter()
            .filter(|check| check.confidence != Confidence::Low)
        {
            assert!(Profile::ALL.iter().all(|profile| profile.selects(check)));
        }
    }

    #[test]
    fn each_profile_asks_at_least_what_the_one_before_does() {
        for pair in Profile::ALL.windows(2) {
            let (less, more) = (pair[0].thresholds(), pair[1].thresholds());
            let notice = |it: Thresholds| it.iam_stale_saml_provider.notice_days;
            assert!(notice(more) >= notice(less));
            let notice = |it: Thresholds| it.lambda_deprecated_runtime.notice_days;
            assert!(notice(more) >= notice(less));
            let timeout = |it: Thresholds| it.lambda_maximum_timeout.seconds;
            assert!(timeout(more) <= timeout(less));
            let zones = |it: Thresholds| it.lambda_single_zone.zones;
            assert!(zones(more) >= zones(less));
            let free = |it: Thresholds| it.vpc_subnet_low_addresses.free_percent;
            assert!(free(more) >= free(less));
            assert!(pair[1].min_coverage() >= pair[0].min_coverage());
            assert!(pair[1].longest_exception_days() <= pair[0].longest_exception_days());
        }
    }

    #[test]
    fn a_profile_is_named_as_it_is_written() {
        for profile in Profile::ALL {
            assert_eq!(profile.as_str().parse(), Ok(profile));
        }
        assert!("lax".parse::<Profile>().is_err());
    }
}
