//! What holds for every format.

mod counts;
mod hostile;
mod read;
mod settled;
mod validators;
