//! Numbers that checks compare with, and that the user may set: each with its bounds, its unit and its default.
//!
//! A check with a number of its own has a field here, named as the check, and reads it by
//! `view.settings().thresholds`. The name of a number ends in its unit. `docs/guides/settings.md` and the JSON
//! Schema of `tripod.toml` are held to this file.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

/// A whole number from `LOWEST` to `HIGHEST`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Bounded<const LOWEST: u32, const HIGHEST: u32>(u32);

/// A number out of its bounds. The fault is the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{value} is out of bounds: it has to be from {lowest} to {highest}")]
pub struct OutOfBounds {
    /// As given.
    pub value: i64,
    /// The least that is accepted.
    pub lowest: u32,
    /// The most that is accepted.
    pub highest: u32,
}

impl<const LOWEST: u32, const HIGHEST: u32> Bounded<LOWEST, HIGHEST> {
    /// A number that the code itself names.
    ///
    /// # Panics
    /// When it is out of bounds; in a constant, the build fails.
    pub const fn of(value: u32) -> Self {
        assert!(LOWEST <= value && value <= HIGHEST, "out of bounds");
        Self(value)
    }

    /// A number that the user names.
    ///
    /// # Errors
    /// When it is out of bounds.
    pub fn new(value: i64) -> Result<Self, OutOfBounds> {
        u32::try_from(value)
            .ok()
            .filter(|value| (LOWEST..=HIGHEST).contains(value))
            .map(Self)
            .ok_or(OutOfBounds {
                value,
                lowest: LOWEST,
                highest: HIGHEST,
            })
    }

    /// The number.
    pub fn get(self) -> i64 {
        i64::from(self.0)
    }
}

impl<'de, const LOWEST: u32, const HIGHEST: u32> Deserialize<'de> for Bounded<LOWEST, HIGHEST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<const LOWEST: u32, const HIGHEST: u32> JsonSchema for Bounded<LOWEST, HIGHEST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("From{LOWEST}To{HIGHEST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LOWEST, "maximum": HIGHEST })
    }
}

/// The thresholds of all checks that have one, by the check's id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Thresholds {
    /// How early the end of a SAML provider's metadata is told.
    pub iam_stale_saml_provider: SamlNotice,
    /// How early the end of a runtime is told.
    pub lambda_deprecated_runtime: RuntimeNotice,
    /// From which timeout on a function fails.
    pub lambda_maximum_timeout: LongestTimeout,
    /// How many zones serve a function in a VPC.
    pub lambda_single_zone: LeastZones,
    /// When a subnet is short of addresses.
    pub vpc_subnet_low_addresses: LeastFree,
}

/// How early the end of a SAML provider's metadata is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SamlNotice {
    /// Days before the metadata expire from which a provider fails. A month by default, which is our choice: no page
    /// of AWS's names a time.
    pub notice_days: Bounded<0, 365>,
}

impl Default for SamlNotice {
    fn default() -> Self {
        Self {
            notice_days: Bounded::of(30),
        }
    }
}

/// How early the end of a runtime is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RuntimeNotice {
    /// Days before its deprecation from which a runtime fails. None by default: until that day AWS patches it.
    pub notice_days: Bounded<0, 365>,
}

impl Default for RuntimeNotice {
    fn default() -> Self {
        Self {
            notice_days: Bounded::of(0),
        }
    }
}

/// From which timeout on a function fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LongestTimeout {
    /// Seconds of timeout from which a function fails. 900 by default, the longest that Lambda accepts:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
    pub seconds: Bounded<1, 900>,
}

impl Default for LongestTimeout {
    fn default() -> Self {
        Self {
            seconds: Bounded::of(900),
        }
    }
}

/// How many zones serve a function in a VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LeastZones {
    /// Zones with free addresses below which a function fails. Two by default: as many as it takes to survive the loss
    /// of one.
    pub zones: Bounded<2, 6>,
}

impl Default for LeastZones {
    fn default() -> Self {
        Self {
            zones: Bounded::of(2),
        }
    }
}

/// When a subnet is short of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LeastFree {
    /// Percent of a subnet's usable IPv4 addresses that have to be free; fewer fail. A tenth by default, which is our
    /// choice.
    pub free_percent: Bounded<1, 90>,
}

impl Default for LeastFree {
    fn default() -> Self {
        Self {
            free_percent: Bounded::of(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    #[test]
    fn every_threshold_belongs_to_a_check() {
        let all = serde_json::to_value(Thresholds::default()).expect("thresholds serialise");
        let ids: Vec<&String> = all.as_object().expect("a table").keys().collect();
        assert!(!ids.is_empty());
        for id in ids {
            let check = find(id).unwrap_or_else(|| panic!("no check is called {id}"));
            assert_eq!(check.id, id, "named by an alias");
            assert!(
                check.doc.contains("`tripod.toml`"),
                "{id}: its prose does not say that the number can be set"
            );
        }
    }

    #[test]
    fn a_number_out_of_bounds_is_refused_with_its_bounds() {
        type Percent = Bounded<1, 90>;
        assert_eq!(Percent::new(1).expect("the lowest").get(), 1);
        assert_eq!(Percent::new(90).expect("the highest").get(), 90);
        for value in [-1, 0, 91, i64::MAX] {
            let error = Percent::new(value).expect_err("out of bounds");
            let said = format!("{value} is out of bounds: it has to be from 1 to 90");
            assert_eq!(error.to_string(), said);
        }
    }
}
