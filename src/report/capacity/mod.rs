//! Capacity: one report of what a snapshot says of addresses, concurrency, rates and quotas, as table, JSON and page.
//!
//! [`CapacityReport::new`] puts together what `tripod-capacity` works out, with what fails first on top; [`table`],
//! [`json`] and [`html`] show it. The pictures of the page are functions of their own, in [`charts`], for other
//! pages to show.

mod assumed;
pub mod charts;
mod first;
mod history;
mod missing;
mod page;
mod question;
mod report;
mod section;
mod table;
mod words;

#[cfg(test)]
mod tests;

pub use assumed::Assumed;
pub use first::{Shown, Subject, Trouble, When};
pub use history::{History, Read, Skipped};
pub use missing::NotSeen;
pub use page::html;
pub use question::{Mistake, Question};
pub use report::{
    AccountCapacity, Answer, CAPACITY_SCHEMA, CapacityReport, Change, RegionCapacity, RunPart, Tool,
};
pub use table::table;

pub(crate) use section::section;

/// The report as JSON, `tripod.capacity.v1`: indented, keys in a fixed order.
///
/// # Errors
/// When `out` cannot be written.
pub fn json(report: &CapacityReport, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    crate::json::pretty(report, out)
}
