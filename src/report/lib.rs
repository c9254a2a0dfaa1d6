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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 100,
            colour: false,
            limit: Some(25),
            arns: false,
        }
    }
}
