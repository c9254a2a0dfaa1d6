//! Renderers: each turns the one report into a text. None decides anything, none looks at a terminal.

mod about;
mod formats;
mod paths;
mod plain;
mod safe;
mod text;
mod uuid;

#[cfg(test)]
mod every_format;
#[cfg(test)]
mod fixture;

pub mod asff;
pub mod capacity;
pub mod csv;
pub mod framework;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod ndjson;
pub mod ocsf;
pub mod oscal;
pub mod sarif;
pub mod table;

pub use formats::{Format, render};
pub use plain::plain;

/// What whoever reads wants of a text report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Columns to fill at most.
    pub width: u16,
    /// Whether colours may be used. They never carry a meaning that the words do not.
    pub colour: bool,
    /// Findings shown of one check at one severity; `None` shows all. What is left out is counted.
    pub limit: Option<usize>,
    /// Whether ARNs are shown under names. Where a name alone is ambiguous they always are.
    pub arns: bool,
    /// What failures are put together by.
    pub group_by: GroupBy,
}

/// What the failures of a text report are put together by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Leg and check.
    #[default]
    Check,
    /// Resource, the most pressing first.
    Resource,
    /// Service of the check.
    Service,
    /// Account.
    Account,
    /// Region.
    Region,
    /// Severity.
    Severity,
}

impl GroupBy {
    /// All of them, in the order that help shows.
    pub const ALL: [Self; 6] = [
        Self::Check,
        Self::Resource,
        Self::Service,
        Self::Account,
        Self::Region,
        Self::Severity,
    ];

    /// The name as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Resource => "resource",
            Self::Service => "service",
            Self::Account => "account",
            Self::Region => "region",
            Self::Severity => "severity",
        }
    }

    /// What it is, in a few words, for help.
    pub fn about(self) -> &'static str {
        match self {
            Self::Check => "Leg, then check",
            Self::Resource => "Resource, the most pressing first",
            Self::Service => "Service, then check",
            Self::Account => "Account, then check",
            Self::Region => "Region, then check",
            Self::Severity => "Severity, then check",
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 100,
            colour: false,
            limit: Some(25),
            arns: false,
            group_by: GroupBy::default(),
        }
    }
}
