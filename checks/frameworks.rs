//! Frameworks: catalogues of controls as data, and which checks serve which of them.
//!
//! A check names by hand what it serves (`Check::controls`). What follows from that, by a table from control to
//! control, is derived and says so: one truth for each, whatever the number of frameworks.

mod catalogue;
mod mapping;
mod page;

pub use catalogue::{Catalogue, CatalogueControl, Framework, UnknownFramework};
pub use mapping::{Basis, Mapping, Via, mappings_from, mappings_of, whole};
pub use page::controls_page;
