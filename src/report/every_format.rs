//! What holds for every format.

mod counts;
mod hostile;
mod read;
mod ruled;
mod settled;
mod validators;

pub(crate) use hostile::HOSTILE;
pub(crate) use read::csv;
